//! The Payflow Pro simulator: what the pilot host does, by the sheet (payflow-pro.md §2, §3, §6, §8, §9, §11, §13), and what it does
//! on a bad day. Written apart from our client, so that one's mistake is not the other's.

mod engine;
pub mod link;
mod pilot;
pub mod read;
pub mod reply;
mod silent;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;
use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use subtle::ConstantTimeEq as _;

use super::{
    Account, Inner, Sandbox,
    cards::{self, Behaviour},
    faults::{FaultKind, Seen},
    ledger::{Event, Stored},
    serve::Dropped,
};
use engine::Script;
use read::Ask;
use reply::Reply;

/// How an answer leaves, and when.
#[derive(Debug, PartialEq, Eq)]
struct Delivery {
    after: Duration,
    how: How,
}

#[derive(Debug, PartialEq, Eq)]
enum How {
    Whole(String),
    Cut { body: String, keep: usize },
    Broken(String),
    Huge(String),
    Page,
    Status500,
    Drop,
}

impl Delivery {
    const fn now(how: How) -> Self {
        Self { after: Duration::ZERO, how }
    }
}

/// `POST /payflow/`: one transaction.
pub async fn answer(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let delivery = decide(&sandbox, &headers, &body);
    drop(body);
    if !delivery.after.is_zero() {
        tokio::time::sleep(delivery.after).await;
    }
    deliver(delivery.how)
}

fn deliver(how: How) -> Response {
    let text = |body: Body| ([(header::CONTENT_TYPE, "text/namevalue")], body).into_response();
    match how {
        How::Whole(body) => text(Body::from(body)),
        How::Cut { mut body, keep } => {
            // Replies are ASCII, so every byte is a boundary.
            body.truncate(keep);
            text(Body::from(body))
        }
        How::Broken(body) => {
            let mut half = body.into_bytes();
            let whole = half.len();
            half.truncate(whole / 2);
            let parts = futures::stream::iter([Ok(Bytes::from(half)), Err(std::io::Error::other("scripted break"))]);
            let mut response = text(Body::from_stream(parts));
            response.headers_mut().insert(header::CONTENT_LENGTH, whole.into());
            response
        }
        How::Huge(body) => text(Body::from(format!("{body}&CUSTOM={}", "x".repeat(2_000_000)))),
        How::Page => ([(header::CONTENT_TYPE, "text/html")], "<html><body>RESULT=0&amp;RESPMSG=Approved: scripted page</body></html>")
            .into_response(),
        How::Status500 => (StatusCode::INTERNAL_SERVER_ERROR, "scripted").into_response(),
        How::Drop => Dropped::response(),
    }
}

/// Everything up to the answer, under one lock: what is decided is booked.
fn decide(sandbox: &Sandbox, headers: &HeaderMap, body: &[u8]) -> Delivery {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("content-type").split(';').next().map(str::trim) != Some("text/namevalue") {
        return Delivery::now(How::Page);
    }
    let plain = |result, message: &str| Delivery::now(How::Whole(Reply::bare(result, message).text()));
    let ask = match Ask::read(body) {
        Ok(ask) => ask,
        Err(why) => return plain(7, &format!("Field format error: {why}")),
    };
    let request_id = header("x-vps-request-id");
    if !(1..=32).contains(&request_id.len()) || !request_id.bytes().all(|b| b.is_ascii_graphic()) {
        return plain(7, "Field format error: X-VPS-REQUEST-ID");
    }
    if header("x-vps-client-timeout").parse::<u32>().unwrap_or(0) < 30 {
        return plain(101, "Time-out value too small");
    }
    let vendor = match vendor_of(&sandbox.accounts, &ask) {
        Ok(vendor) => vendor,
        Err((result, message)) => return plain(result, message),
    };
    let hang = sandbox.hang();
    let mut inner = sandbox.lock();
    let fault = fault_for(&mut inner, &ask);
    match inner.ledger.answer(vendor, request_id).cloned() {
        Some(Stored::Status500) => Delivery::now(How::Status500),
        Some(Stored::Body(first)) => shape(fault.as_ref(), format!("{first}&DUPLICATE=1"), hang),
        None => first_time(sandbox, &mut inner, vendor, request_id, &ask, fault.as_ref(), hang),
    }
}

/// Who asks, in constant time as far as the password goes (payflow-pro.md §3).
fn vendor_of<'a>(accounts: &'a [Account], ask: &Ask) -> Result<&'a str, (i32, &'static str)> {
    let account = accounts.iter().find(|a| a.vendor == ask.get("VENDOR")).ok_or((26, "Invalid vendor account"))?;
    let same = account.password.as_bytes().ct_eq(ask.get("PWD").as_bytes());
    let named = account.user == ask.get("USER") && account.partner == ask.get("PARTNER");
    if bool::from(same) && named { Ok(&account.vendor) } else { Err((1, "User authentication failed")) }
}

/// What goes wrong this time: a script if one fits, else what the card does.
fn fault_for(inner: &mut Inner, ask: &Ask) -> Option<FaultKind> {
    let number = ask.get("ACCT");
    let seen = Seen {
        // To make a token is no sale: the browser's post is, as `link`.
        trxtype: if ask.get("CREATESECURETOKEN") == "Y" { "token" } else { ask.get("TRXTYPE") },
        last4: number.get(number.len().saturating_sub(4)..).unwrap_or_default(),
        custref: ask.get("CUSTREF"),
        amount: ask.get("AMT"),
    };
    inner.faults.take(&seen).or_else(|| match cards::find(number)? {
        Behaviour::Approve => None,
        Behaviour::Refuse(result) | Behaviour::RefuseLeavingHold(result) => Some(FaultKind::Decline { result }),
        Behaviour::BookAndLoseAnswer => Some(FaultKind::ResetAfter),
        Behaviour::BookAndAnswer104 => Some(FaultKind::Answer104After),
        Behaviour::NeverArrives => Some(FaultKind::TimeoutBefore),
    })
}

fn first_time(
    sandbox: &Sandbox,
    inner: &mut Inner,
    vendor: &str,
    request_id: &str,
    ask: &Ask,
    fault: Option<&FaultKind>,
    hang: Duration,
) -> Delivery {
    let script = match fault {
        Some(FaultKind::TimeoutBefore) => return Delivery { after: hang, how: How::Drop },
        Some(FaultKind::ResetBefore) => return Delivery::now(How::Drop),
        Some(FaultKind::Html) => return Delivery::now(How::Page),
        Some(FaultKind::Status500) => {
            inner.record(Event::Answered { vendor: vendor.to_owned(), request_id: request_id.to_owned(), answer: Stored::Status500 });
            return Delivery::now(How::Status500);
        }
        Some(FaultKind::Decline { result }) => Script::Result(*result),
        Some(FaultKind::Answer104After) => Script::BookAndAnswer104,
        Some(FaultKind::WrongAmount) => Script::WrongAmount,
        Some(FaultKind::WrongCurrency) => Script::WrongCurrency,
        Some(
            FaultKind::TimeoutAfter
            | FaultKind::ResetAfter
            | FaultKind::Truncated { .. }
            | FaultKind::Broken
            | FaultKind::Huge
            | FaultKind::Slow { .. }
            | FaultKind::Refuse { .. }
            | FaultKind::Pending
            | FaultKind::Twice
            | FaultKind::Never
            | FaultKind::Forged,
        )
        | None => Script::None,
    };
    let reply = engine::run(inner, &sandbox.clock, vendor, ask, script);
    let answer = Stored::Body(reply.stored());
    inner.record(Event::Answered { vendor: vendor.to_owned(), request_id: request_id.to_owned(), answer });
    let body = if ask.get("VERBOSITY") == "HIGH" { reply.text() } else { reply.stored() };
    shape(fault, body, hang)
}

/// Sends `body` the way the fault says.
fn shape(fault: Option<&FaultKind>, body: String, hang: Duration) -> Delivery {
    match fault {
        Some(FaultKind::TimeoutBefore | FaultKind::TimeoutAfter) => Delivery { after: hang, how: How::Drop },
        Some(FaultKind::ResetBefore | FaultKind::ResetAfter) => Delivery::now(How::Drop),
        Some(FaultKind::Html) => Delivery::now(How::Page),
        Some(FaultKind::Status500) => Delivery::now(How::Status500),
        Some(FaultKind::Truncated { keep }) => {
            let keep = keep.unwrap_or(body.len() / 2);
            Delivery::now(How::Cut { body, keep })
        }
        Some(FaultKind::Broken) => Delivery::now(How::Broken(body)),
        Some(FaultKind::Huge) => Delivery::now(How::Huge(body)),
        Some(FaultKind::Slow { ms }) => Delivery { after: Duration::from_millis(*ms), how: How::Whole(body) },
        Some(
            FaultKind::Decline { .. }
            | FaultKind::Answer104After
            | FaultKind::WrongAmount
            | FaultKind::WrongCurrency
            | FaultKind::Refuse { .. }
            | FaultKind::Pending
            | FaultKind::Twice
            | FaultKind::Never
            | FaultKind::Forged,
        )
        | None => Delivery::now(How::Whole(body)),
    }
}
