//! Request bodies: small, and here in time. Every body is read whole before anything else happens, so one limit and one
//! deadline hold for forms, server functions and paths that do not exist alike (server functions would read without end).

use std::time::Duration;

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

/// Most bytes of a request's body.
pub const BODY_MAX: usize = 64 * 1024;
/// How long a body may take to arrive.
const DEADLINE: Duration = Duration::from_secs(20);

/// Refuses a body that is too long (413) or too slow (408); the connection is closed, because the rest may still be coming.
pub async fn limit(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    if request.body().size_hint().lower() > BODY_MAX as u64 {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(DEADLINE, to_bytes(body, BODY_MAX)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(error)) if is_too_long(&error) => refuse(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Err(_)) => refuse(StatusCode::BAD_REQUEST),
        Err(_) => refuse(StatusCode::REQUEST_TIMEOUT),
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

fn refuse(status: StatusCode) -> Response {
    (status, [(header::CONNECTION, HeaderValue::from_static("close"))]).into_response()
}
