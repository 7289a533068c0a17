//! The simulators' own accept loop: unlike a plain server it can drop a connection instead of answering, which is the case that
//! costs money.

use std::sync::Arc;
use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, StatusCode},
    response::{IntoResponse as _, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{net::TcpListener, task::JoinSet};
use tower::ServiceExt as _;

use super::{Sandbox, router};

/// How long answers under way may take once the server stops; scripted hangs are cut then.
const DRAIN: Duration = Duration::from_secs(2);

/// Marks a response that must not be sent: the connection is dropped.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a scripted drop of the connection")]
pub(super) struct Dropped;

impl Dropped {
    /// The marked response. Another server than [`serve`] sends it as it is.
    pub(super) fn response() -> Response {
        let mut response = (StatusCode::SERVICE_UNAVAILABLE, "scripted drop").into_response();
        response.extensions_mut().insert(Self);
        response
    }
}

/// Serves the simulators on `listener` until `shutdown` is done, then drains for two seconds.
pub async fn serve(listener: TcpListener, sandbox: Arc<Sandbox>, shutdown: impl Future<Output = ()>) {
    let app = router(sandbox);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_ended) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _peer)) => {
                    // Latency only; a socket without it works too.
                    let _ = stream.set_nodelay(true);
                    let app = app.clone();
                    let service = service_fn(move |request: Request<Incoming>| {
                        let app = app.clone();
                        async move {
                            let response = match app.oneshot(request.map(Body::new)).await {
                                Ok(response) => response,
                                Err(never) => match never {},
                            };
                            if response.extensions().get::<Dropped>().is_some() { Err(Dropped) } else { Ok(response) }
                        }
                    });
                    let mut builder = http1::Builder::new();
                    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(60));
                    let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
                    // Errors are scripted drops and clients that went away.
                    connections.spawn(async move { drop(connection.await) });
                }
                Err(error) => {
                    tracing::warn!(%error, "the simulators cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::info!("the simulators stop with answers under way");
    }
}
