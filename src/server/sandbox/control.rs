//! The simulators' control API. For tests and demonstrations: it has no sign-in, listens where the simulators listen, and
//! refuses pages of other origins.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing,
};
use serde::Deserialize;

use super::{Inner, Sandbox, Switches, cards, faults::Fault, ledger, stripe};

/// The routes below `/control`.
pub fn router() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/cards", routing::get(list_cards))
        .route("/ledger", routing::get(show_ledger))
        .route("/faults", routing::get(list_faults).post(add_fault).delete(clear_faults))
        .route("/settings", routing::get(show_settings).post(change_settings))
        .route("/review/{pnref}", routing::post(review))
        .route("/settle", routing::post(settle))
        .route("/reset", routing::post(reset))
        .nest("/orders", super::orders::control())
        .nest("/stripe", stripe::control())
        .nest("/express", super::express::control())
        .nest("/wpp_uk", super::wpp_uk::control())
        .layer(middleware::from_fn(same_origin))
}

/// Browsers say where a request comes from; other clients do not, and may.
async fn same_origin(request: Request, next: Next) -> Response {
    match request.headers().get("sec-fetch-site").map(|site| site.as_bytes()) {
        None | Some(b"same-origin" | b"none") => next.run(request).await,
        Some(_) => StatusCode::FORBIDDEN.into_response(),
    }
}

async fn list_cards() -> Json<&'static [cards::TestCard]> {
    Json(cards::CARDS)
}

async fn show_ledger(State(sandbox): State<Arc<Sandbox>>) -> Json<ledger::Report> {
    Json(sandbox.report())
}

async fn list_faults(State(sandbox): State<Arc<Sandbox>>) -> Json<Vec<Fault>> {
    Json(sandbox.lock().faults.list().to_vec())
}

async fn add_fault(State(sandbox): State<Arc<Sandbox>>, Json(fault): Json<Fault>) -> StatusCode {
    sandbox.script(fault);
    StatusCode::CREATED
}

async fn clear_faults(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    sandbox.lock().faults.clear();
    StatusCode::NO_CONTENT
}

async fn show_settings(State(sandbox): State<Arc<Sandbox>>) -> Json<Switches> {
    Json(sandbox.lock().switches.clone())
}

async fn change_settings(State(sandbox): State<Arc<Sandbox>>, Json(switches): Json<Switches>) -> StatusCode {
    sandbox.set(switches);
    StatusCode::NO_CONTENT
}

/// What a person decides about a held payment.
#[derive(Deserialize)]
struct Decision {
    accept: bool,
}

async fn review(State(sandbox): State<Arc<Sandbox>>, Path(pnref): Path<String>, Json(decision): Json<Decision>) -> StatusCode {
    if decide(&mut sandbox.lock(), &pnref, decision.accept) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// Decides everything that Payflow holds for review.
pub(super) fn decide_reviews(sandbox: &Sandbox, accept: bool) {
    let mut inner = sandbox.lock();
    let held: Vec<String> = inner.ledger.txns().iter().filter(|txn| txn.result == 126).map(|txn| txn.pnref.clone()).collect();
    for pnref in held {
        decide(&mut inner, &pnref, accept);
    }
}

/// Whether there was anything to decide.
fn decide(inner: &mut Inner, pnref: &str, accept: bool) -> bool {
    let Some(txn) = inner.ledger.find_any(pnref).filter(|txn| txn.result == 126) else { return false };
    let (result, state) = match (accept, txn.kind) {
        (true, ledger::Kind::Authorisation) => (0, 3),
        (true, ledger::Kind::Sale | ledger::Kind::Capture | ledger::Kind::Refund | ledger::Kind::Void) => (0, 6),
        (false, _) => (128, 1),
    };
    let used_minor = txn.used_minor;
    inner.record(ledger::Event::Changed { pnref: pnref.to_owned(), result, state, used_minor });
    true
}

/// Ends the processor's day: what was taken or given back is settled and can no longer be voided.
async fn settle(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    let mut inner = sandbox.lock();
    let pending: Vec<_> = inner.ledger.txns().iter().filter(|t| t.state == 6).map(|t| (t.pnref.clone(), t.result, t.used_minor)).collect();
    for (pnref, result, used_minor) in pending {
        inner.record(ledger::Event::Changed { pnref, result, state: 8, used_minor });
    }
    StatusCode::NO_CONTENT
}

async fn reset(State(sandbox): State<Arc<Sandbox>>) -> StatusCode {
    match sandbox.reset() {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            tracing::error!(%error, "the simulator's journal cannot be cleared");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}
