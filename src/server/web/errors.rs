//! The last net: a panic becomes an incident, and an error without words (a missing route, a wrong method, a body too long) gets
//! some. Also the request's id and its line in the log.

use std::panic::AssertUnwindSafe;

use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use futures::FutureExt as _;
use tracing::Instrument as _;

use super::incident::{self, Asker, Said};
use crate::server::{
    clock::Clock,
    failure::{Fault, report},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, under which everything it logs is found. The log names the route, never the path: order links are
/// secrets.
pub async fn observe(request: Request, next: Next) -> Response {
    let id = Clock::System.short_code(8);
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", %id, method = %request.method(), route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Turns a panic into an incident.
pub async fn catch_panic(request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    // Nothing is shared between requests but what locks and transactions guard.
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        // What it said may hold anything; the panic hook has logged where it was (see `run/log.rs`).
        Err(_) => incident::internal(StatusCode::INTERNAL_SERVER_ERROR, report(&Fault::Other("a handler panicked".into())), asker),
    }
}

/// Gives words to an error that has none.
pub async fn dress(request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    let is_head = request.method() == axum::http::Method::HEAD;
    let response = next.run(request).await;
    let status = response.status();
    if status.as_u16() < 400 || response.extensions().get::<Said>().is_some() || says_something(&response) {
        return response;
    }
    let (parts, _) = response.into_parts();
    let mut dressed = match status {
        StatusCode::INTERNAL_SERVER_ERROR => {
            // The layers for logins answer so, without a word, when the database fails; they have logged why.
            let fault = Fault::Other("a login could not be read or kept".into());
            incident::internal(StatusCode::SERVICE_UNAVAILABLE, report(&fault), asker)
        }
        _ => incident::plain_status(status, asker),
    };
    for (name, value) in parts.headers.iter().filter(|(name, _)| keeps(name)) {
        dressed.headers_mut().append(name.clone(), value.clone());
    }
    if is_head {
        *dressed.body_mut() = Body::empty();
    }
    dressed
}

/// Headers that hold for the dressed answer too.
fn keeps(name: &HeaderName) -> bool {
    [header::ALLOW, header::SET_COOKIE, header::RETRY_AFTER, header::LOCATION, header::CONNECTION].contains(name)
}

fn says_something(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    ["text/html", "application/json", "application/problem+json"].iter().any(|told| kind.starts_with(told))
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    async fn broken() -> &'static str {
        panic!("card 4111111111111111")
    }

    async fn ask(path: &str, accept: &str) -> (StatusCode, String) {
        let router = Router::new()
            .route("/panic", get(broken))
            .route("/api/panic", get(broken))
            .route("/wordless", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .layer(middleware::from_fn(catch_panic))
            .layer(middleware::from_fn(dress));
        let request = Request::builder().uri(path).header(header::ACCEPT, accept).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn a_panic_is_an_incident_that_tells_nothing_of_its_cause() {
        let (status, body) = ask("/panic", "text/html").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains("data-field=\"incident\"") && !body.contains("4111"), "{body}");
        let (status, body) = ask("/api/panic", "application/json").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(serde_json::from_str::<crate::api::error::ApiError>(&body).is_ok(), "{body}");
    }

    #[tokio::test]
    async fn an_error_without_words_gets_some() {
        let (status, body) = ask("/wordless", "text/html").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("data-field=\"incident\""), "{body}");
        let (status, body) = ask("/nowhere", "*/*").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(body.starts_with("404 Not Found\n"), "{body}");
    }
}
