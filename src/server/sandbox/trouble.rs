//! How an answer leaves when something is scripted to go wrong on the way: the same for every simulator.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::{faults::FaultKind, serve::Dropped};

/// An answer before it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// The HTTP status.
    pub status: StatusCode,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

/// What a fault does before anything is booked: an answer in place of the booking, or nothing. `hang` is how long a scripted
/// timeout takes.
pub async fn before_booking(fault: Option<&FaultKind>, hang: Duration) -> Option<Response> {
    match fault? {
        FaultKind::TimeoutBefore => {
            tokio::time::sleep(hang).await;
            Some(Dropped::response())
        }
        FaultKind::ResetBefore => Some(Dropped::response()),
        FaultKind::Status500 => Some((StatusCode::INTERNAL_SERVER_ERROR, "scripted").into_response()),
        FaultKind::Html => {
            let page = "<html><body>Approved: scripted page</body></html>";
            Some(([(header::CONTENT_TYPE, "text/html")], page).into_response())
        }
        FaultKind::TimeoutAfter
        | FaultKind::ResetAfter
        | FaultKind::Truncated { .. }
        | FaultKind::Broken
        | FaultKind::Huge
        | FaultKind::Answer104After
        | FaultKind::WrongAmount
        | FaultKind::WrongCurrency
        | FaultKind::Slow { .. }
        | FaultKind::Refuse { .. }
        | FaultKind::Pending
        | FaultKind::Twice
        | FaultKind::Never
        | FaultKind::Forged
        | FaultKind::Decline { .. } => None,
    }
}

/// Sends what was booked the way the fault says.
pub async fn deliver(fault: Option<&FaultKind>, plain: Plain, hang: Duration) -> Response {
    match fault {
        Some(FaultKind::TimeoutAfter) => {
            tokio::time::sleep(hang).await;
            Dropped::response()
        }
        Some(FaultKind::ResetAfter) => Dropped::response(),
        Some(FaultKind::Truncated { keep }) => {
            let keep = keep.unwrap_or(plain.body.len() / 2).min(plain.body.len());
            let mut bytes = plain.body.into_bytes();
            bytes.truncate(keep);
            whole(plain.status, plain.content_type, Body::from(bytes))
        }
        Some(FaultKind::Broken) => {
            let (length, mut half) = (plain.body.len(), plain.body.into_bytes());
            half.truncate(length / 2);
            let parts = futures::stream::iter([Ok(Bytes::from(half)), Err(std::io::Error::other("scripted break"))]);
            let mut response = whole(plain.status, plain.content_type, Body::from_stream(parts));
            response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
            response
        }
        Some(FaultKind::Huge) => {
            let endless = futures::stream::iter((0..1600).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 65_536]))));
            whole(plain.status, plain.content_type, Body::from_stream(endless))
        }
        Some(FaultKind::Slow { ms }) => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            whole(plain.status, plain.content_type, Body::from(plain.body))
        }
        Some(
            FaultKind::TimeoutBefore
            | FaultKind::ResetBefore
            | FaultKind::Status500
            | FaultKind::Html
            | FaultKind::Answer104After
            | FaultKind::WrongAmount
            | FaultKind::WrongCurrency
            | FaultKind::Refuse { .. }
            | FaultKind::Pending
            | FaultKind::Twice
            | FaultKind::Never
            | FaultKind::Forged
            | FaultKind::Decline { .. },
        )
        | None => whole(plain.status, plain.content_type, Body::from(plain.body)),
    }
}

fn whole(status: StatusCode, content_type: &'static str, body: Body) -> Response {
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
