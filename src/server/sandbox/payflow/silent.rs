//! The silent post: the result once more, from server to server, on approvals only and without any proof of its sender
//! (payflow-pro.md §8.4).

use std::time::Duration;

use axum::http::{Method, header};
use tokio::time::sleep;

use crate::server::payments::line::http_client;

use super::super::{
    Inner,
    faults::{FaultKind, Seen},
};
use super::link::{encode, result_fields};
use super::reply::Reply;
use super::token::Token;

/// Pauses before each delivery: at once, then later and later.
const PAUSES: [u64; 4] = [0, 1, 5, 30];

/// A silent post on its way.
pub struct Outgoing {
    url: String,
    body: String,
    times: u32,
    delay: Duration,
}

/// Writes it; nothing when the shop gave no address, or a fault says so.
pub fn prepare(inner: &mut Inner, token: &Token, reply: &Reply) -> Option<Outgoing> {
    let url = token.field("SILENTPOSTURL").to_owned();
    if url.is_empty() {
        return None;
    }
    let seen = Seen { trxtype: "notice", custref: token.field("CUSTREF"), amount: token.field("AMT"), ..Seen::default() };
    let (mut fields, mut times, mut delay) = (result_fields(token, reply), 1, Duration::ZERO);
    match inner.faults.take(&seen) {
        Some(FaultKind::Never) => return None,
        Some(FaultKind::Twice) => times = 2,
        Some(FaultKind::Slow { ms }) => delay = Duration::from_millis(ms),
        // Anybody can write one: it names no attempt, and money that never moved.
        Some(FaultKind::Forged) => {
            for (name, value) in &mut fields {
                if matches!(name.as_str(), "USER1" | "PNREF") {
                    "V00000000000".clone_into(value);
                }
            }
        }
        Some(_) | None => {}
    }
    Some(Outgoing { url, body: encode(&fields), times, delay })
}

impl Outgoing {
    /// Delivers in tasks of its own.
    pub fn send(self) {
        for _ in 0..self.times {
            tokio::spawn(deliver(self.url.clone(), self.body.clone(), self.delay));
        }
    }
}

async fn deliver(url: String, body: String, delay: Duration) {
    let Ok(http) = http_client() else { return };
    sleep(delay).await;
    for pause in PAUSES {
        sleep(Duration::from_secs(pause)).await;
        let request = http
            .request(Method::POST, &url)
            .timeout(Duration::from_secs(20))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => tracing::info!(status = answer.status().as_u16(), "a silent post was not taken"),
            Err(_) => tracing::info!("nobody took a silent post"),
        }
    }
    tracing::warn!("a silent post is given up");
}
