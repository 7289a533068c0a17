//! Events: signed, sent to every listener, again until one answers 2xx (stripe.md §9); and what decides slow payments.

use std::sync::Arc;
use std::time::Duration;

use axum::{Json, Router, extract::State, http::StatusCode, routing};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::super::{
    Sandbox,
    faults::{FaultKind, Seen},
    listeners::{Registration, listeners},
};
use super::params::Params;
use super::state::{Intent, Next, OF, Refund};
use super::{ACCOUNTS, Account, Call, VERSION, checkout, intents, refunds};
use crate::server::payments::line::http_client;

/// After how many seconds an event that nobody took is sent again. Live mode goes on for three days (stripe.md §9.2); here a
/// minute tells the same.
const AGAIN_AFTER_SECONDS: [u64; 5] = [1, 5, 30, 120, 600];

/// `Stripe-Signature` of a body: fresh for each delivery.
pub fn signature(secret: &str, seconds: i64, body: &str) -> String {
    // A key of any length makes a MAC.
    let tag = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mac| {
        let tag = mac.chain_update(format!("{seconds}.{body}")).finalize().into_bytes();
        tag.iter().map(|b| format!("{b:02x}")).collect::<String>()
    });
    format!("t={seconds},v1={}", tag.unwrap_or_default())
}

/// Sends what happened, in the background.
pub(super) fn send(sandbox: &Arc<Sandbox>, account: Account, request: &str, key: &str, events: Vec<(&'static str, Value)>) {
    let listening = listeners(&sandbox.lock().objects, OF, account.id);
    for (kind, object) in events {
        let id: String = sandbox.clock.random::<12>().iter().map(|b| format!("{b:02x}")).collect();
        let event = json!({
            "id": format!("evt_{id}"),
            "object": "event",
            "api_version": VERSION,
            "created": sandbox.clock.now().seconds(),
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": request, "idempotency_key": (!key.is_empty()).then_some(key) },
            "type": kind,
        });
        for url in &listening {
            let fault = sandbox.lock().faults.take(&Seen { trxtype: "notice", custref: kind, ..Seen::default() });
            let (sandbox, url, body) = (Arc::clone(sandbox), url.clone(), event.to_string());
            tokio::spawn(async move { deliver(&sandbox, &url, account.webhook_secret, &body, fault).await });
        }
    }
}

async fn deliver(sandbox: &Sandbox, url: &str, secret: &str, body: &str, fault: Option<FaultKind>) {
    let (secret, times) = match fault {
        Some(FaultKind::Never) => return,
        Some(FaultKind::Forged) => ("whsec_of_somebody_else", 1),
        Some(FaultKind::Twice) => (secret, 2),
        Some(FaultKind::Slow { ms }) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            (secret, 1)
        }
        Some(_) | None => (secret, 1),
    };
    let Ok(http) = http_client() else { return };
    for _time in 0..times {
        let mut pauses = AGAIN_AFTER_SECONDS.iter();
        loop {
            let signed = signature(secret, sandbox.clock.now().seconds(), body);
            let request = http.post(url).header("content-type", "application/json; charset=utf-8").header("stripe-signature", signed);
            let sent = request.timeout(Duration::from_secs(20)).body(body.to_owned()).send().await;
            if sent.is_ok_and(|answer| answer.status().is_success()) {
                break;
            }
            match pauses.next() {
                Some(seconds) => tokio::time::sleep(Duration::from_secs(*seconds)).await,
                None => {
                    tracing::warn!(url, "the Stripe simulator gives up on an event");
                    break;
                }
            }
        }
    }
}

/// The routes below `/control/stripe`.
pub fn control() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/listener", routing::post(listen))
        .route("/settle", routing::post(post_settle))
        .route("/dispute", routing::post(dispute))
}

async fn listen(State(sandbox): State<Arc<Sandbox>>, Json(endpoint): Json<Registration>) -> StatusCode {
    if !ACCOUNTS.iter().any(|account| account.id == endpoint.account) {
        return StatusCode::NOT_FOUND;
    }
    sandbox.listen(OF, &endpoint.account, &endpoint.url);
    StatusCode::CREATED
}

/// What a bank decides about everything that is under way.
#[derive(Deserialize)]
struct Decision {
    accept: bool,
}

async fn post_settle(State(sandbox): State<Arc<Sandbox>>, Json(decision): Json<Decision>) -> StatusCode {
    settle(&sandbox, decision.accept);
    StatusCode::NO_CONTENT
}

/// Decides everything that is under way.
pub fn settle(sandbox: &Arc<Sandbox>, accept: bool) {
    for account in ACCOUNTS {
        let events = settled(sandbox, account, accept);
        send(sandbox, account, "req_settled", "", events);
    }
}

fn settled(sandbox: &Sandbox, account: Account, accept: bool) -> Vec<(&'static str, Value)> {
    let mut inner = sandbox.lock();
    let (payments, given_back) = (inner.stripe_all::<Intent>(account.id), inner.stripe_all::<Refund>(account.id));
    let params = Params::default();
    let mut call = Call { inner: &mut inner, clock: &sandbox.clock, account, params: &params, base: "", fault: None, events: Vec::new() };
    for mut intent in payments.into_iter().filter(|intent| intent.status == "processing") {
        match (accept, intent.next) {
            (true, next) => intents::settle(&mut call, &mut intent, next.unwrap_or(Next::Hold)),
            (false, _) => intents::fail(&mut call, &mut intent),
        }
        checkout::decided(&mut call, &intent, accept);
    }
    for refund in given_back.into_iter().filter(|refund| refund.status == "pending" || refund.fails) {
        refunds::settle(&mut call, refund, accept);
    }
    call.events
}

/// `POST /control/stripe/dispute`: every bank takes back, for its cardholder, what was taken (stripe.md §9.2).
async fn dispute(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    for account in ACCOUNTS {
        let events = disputed(&sandbox, account);
        send(&sandbox, account, "req_disputed", "", events);
    }
    StatusCode::NO_CONTENT
}

fn disputed(sandbox: &Sandbox, account: Account) -> Vec<(&'static str, Value)> {
    let mut inner = sandbox.lock();
    let payments = inner.stripe_all::<Intent>(account.id);
    let params = Params::default();
    let mut call = Call { inner: &mut inner, clock: &sandbox.clock, account, params: &params, base: "", fault: None, events: Vec::new() };
    for mut intent in payments.into_iter().filter(|intent| intent.status == "succeeded") {
        let Some(charge) = intent.charge.as_mut().filter(|charge| !charge.disputed) else { continue };
        charge.disputed = true;
        call.inner.stripe_keep(&intent);
        intents::tell_dispute(&mut call, &intent);
    }
    call.events
}
