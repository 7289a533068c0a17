//! Begins a page again that does not finish.
//!
//! Very rarely (about one page in ten thousand on a machine with more to do than it can) a `Suspense` of Leptos 0.8.23 never hears
//! that its data has come, as in leptos-rs/leptos issues 4673 and 4851, and the page would wait for ever. What a page reads can be
//! read again, so it is begun again; the one that hangs is dropped.

use std::time::Duration;

use axum::{
    body::Body,
    extract::Request,
    http::{Method, request::Parts},
    middleware::Next,
    response::Response,
};
use tokio::time::timeout;

/// A page takes milliseconds; slow ones are slow again, so each try is given more, and the last is not cut off.
const PATIENCE: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(8)];

/// Runs what `begin` makes until one of them finishes.
pub async fn insist<F: Future>(mut begin: impl FnMut() -> F) -> F::Output {
    for patience in PATIENCE {
        match timeout(patience, begin()).await {
            Ok(done) => return done,
            Err(_late) => tracing::warn!(seconds = patience.as_secs(), "a page did not finish and is begun again"),
        }
    }
    begin().await
}

/// The layer around pages. Only reading is begun again.
pub async fn pages(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let (parts, _nothing) = request.into_parts();
    insist(|| next.clone().run(again(&parts))).await
}

/// The same request once more. It has no body: a form has been read by the time its page is rendered.
pub fn again(parts: &Parts) -> Request {
    Request::from_parts(parts.clone(), Body::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test(start_paused = true)]
    async fn what_hangs_is_begun_again_and_what_finishes_is_not() {
        let begun = Cell::new(0);
        let made = insist(|| {
            begun.set(begun.get() + 1);
            let hangs = begun.get() < 3;
            async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                "a page"
            }
        });
        assert_eq!((made.await, begun.get()), ("a page", 3));
        begun.set(0);
        insist(|| {
            begun.set(begun.get() + 1);
            tokio::time::sleep(Duration::from_secs(2))
        })
        .await;
        assert_eq!(begun.get(), 1);
    }
}
