//! The accept loop. `axum::serve` sets no timer (0.8.9), so a client that sends its headers a byte a minute would hold a
//! connection for ever; here each one has deadlines, there are only so many at once, and stopping lets running requests finish.

mod stall;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use axum::{Router, body::Body};
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

use super::caller::Peer;
use stall::Impatient;

/// How patient the server is with connections.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From accepting to the first whole request head, in whichever protocol.
    pub first_request: Duration,
    /// For the head of each HTTP/1 request; also how long an idle connection is kept.
    pub head: Duration,
    /// For the client to take some of the answer.
    pub write: Duration,
    /// For running requests to finish when the server stops.
    pub drain: Duration,
    /// Connections at once; more wait in the system's queue.
    pub connections_max: usize,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { first_request: seconds(10), head: seconds(15), write: seconds(30), drain: seconds(30), connections_max: 2048 }
    }
}

const HEAD_BYTES_MAX: usize = 32 * 1024;
const HEADERS_MAX: usize = 100;
const STREAMS_MAX: u32 = 64;
/// Out of file descriptors, most likely: trying again at once would only burn the processor.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// Serves `router` until `shutdown`, then lets running requests finish.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, shutdown: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(patience.connections_max));
    let http = Arc::new(protocols(patience));
    tokio::pin!(shutdown);
    loop {
        let next = async { (next_slot(&slots).await, next_connection(&listener).await) };
        let (slot, (stream, peer)) = tokio::select! {
            next = next => next,
            () = &mut shutdown => break,
        };
        let service = Connection { router: router.clone(), peer, patience };
        tokio::spawn(service.run(Arc::clone(&http), stream, slot, graceful.watcher()));
    }
    drop(listener);
    if timeout(patience.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time; they are cut off");
    }
}

fn protocols(patience: Patience) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience.head).max_headers(HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(patience.head)
        .keep_alive_timeout(patience.head);
    builder
}

/// `None` only when the semaphore were closed, which nobody does.
async fn next_slot(slots: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    Arc::clone(slots).acquire_owned().await.ok()
}

async fn next_connection(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Small answers must not wait for the acknowledgement of the one before. A socket that is gone does not mind.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) if is_clients_fault(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}

fn is_clients_fault(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

struct Connection {
    router: Router,
    peer: SocketAddr,
    patience: Patience,
}

impl Connection {
    async fn run(
        self,
        http: Arc<Builder<TokioExecutor>>,
        stream: TcpStream,
        slot: Option<OwnedSemaphorePermit>,
        watcher: hyper_util::server::graceful::Watcher,
    ) {
        let Self { router, peer, patience } = self;
        let has_asked = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&has_asked);
        let service = service_fn(move |mut request: Request<Incoming>| {
            asked.store(true, Ordering::Relaxed);
            request.extensions_mut().insert(Peer(peer));
            router.clone().oneshot(request.map(Body::new))
        });
        let io = TokioIo::new(Impatient::new(stream, patience.write));
        let connection = watcher.watch(http.serve_connection(io, service).into_owned());
        tokio::select! {
            // How a connection ends is the client's business: mostly it just leaves.
            ended = connection => if let Err(error) = ended { tracing::trace!(%error, "a connection ended badly") },
            () = silence(patience.first_request, &has_asked) => tracing::debug!("a silent connection was cut"),
        }
        drop(slot);
    }
}

/// Ends when nothing was asked in time; never, once something was.
async fn silence(patience: Duration, has_asked: &AtomicBool) {
    sleep(patience).await;
    if has_asked.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}
