//! Keeps what one page's rendering holds apart from another's.
//!
//! Leptos keeps a request's reactive values in an arena that a thread-local points to, and restores it around most of its own
//! steps; but `leptos_meta` (0.8.7) reads the title after an `await` without restoring it. When another page was rendered on the
//! same thread meanwhile, the title is looked for in that page's arena: a panic, or another reader's title. So the pointer is
//! made to belong to the request's task: remembered when a poll ends, restored when the next begins.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::{extract::Request, middleware::Next, response::Response};
use leptos::reactive::owner::Sandboxed;

/// A future with an arena of its own.
struct Held<F> {
    work: Pin<Box<F>>,
    /// Polling it makes the arena current in which it was made: the only door Leptos leaves open.
    arena: Option<Sandboxed<Ready<()>>>,
}

impl<F: Future> Future for Held<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if let Some(mut arena) = self.arena.take() {
            let _ = Pin::new(&mut arena).poll(cx);
        }
        let polled = self.work.as_mut().poll(cx);
        self.arena = Some(Sandboxed::new(ready(())));
        polled
    }
}

/// The innermost middleware, around everything that may render.
pub async fn hold(request: Request, next: Next) -> Response {
    Held { work: Box::pin(next.run(request)), arena: None }.await
}
