//! The simulator of Website Payments Pro (UK): `DoDirectPayment` with its checks of card, address and authentication, and what
//! sandbox amounts ask for (paypal-website-payments-pro-uk.md). What follows a payment is shared, see [`super::nvp`]. Of a card,
//! only the last four digits stay.

mod direct;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing,
};

use super::{
    Sandbox,
    cards::{self, Behaviour},
    faults::FaultKind,
    ledger::Entry,
    nvp::{self, Product, read::Ask},
    objects::Objects,
};

/// This simulator's name.
pub const SIMULATOR: &str = "wpp_uk";

static PRODUCT: Product = Product {
    name: SIMULATOR,
    transaction_type: "webaccept",
    ipn_type: "web_accept",
    fee: (34, 20),
    own: direct::run,
    refusal: direct::refusal,
    habit,
};

/// The routes below `/wpp_uk`.
pub fn router() -> Router<Arc<Sandbox>> {
    Router::new().route("/nvp", routing::post(call)).route("/webscr", routing::post(webscr))
}

/// The routes below `/control/wpp_uk`.
pub fn control() -> Router<Arc<Sandbox>> {
    nvp::control(&PRODUCT)
}

/// Decides everything that is pending.
pub(super) fn settle(sandbox: &Sandbox, accept: bool) {
    nvp::settle_and_tell(sandbox, &PRODUCT, accept);
}

/// The books, as reports have them.
pub fn entries(objects: &Objects) -> Vec<Entry> {
    nvp::txn::entries(objects, SIMULATOR)
}

async fn call(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    nvp::answer(sandbox, &PRODUCT, headers, body).await
}

async fn webscr(State(sandbox): State<Arc<Sandbox>>, body: Bytes) -> Response {
    nvp::vouch(&sandbox, &PRODUCT, &body).await.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// What the simulators' test cards do here: the same in kind as at Payflow, by this API's numbers.
fn habit(ask: &Ask) -> Option<FaultKind> {
    let refuse = |code: &str| Some(FaultKind::Refuse { code: code.to_owned() });
    match cards::find(ask.get("ACCT"))? {
        Behaviour::Approve => None,
        Behaviour::Refuse(50) => refuse("15005/0051"),
        Behaviour::Refuse(51) => refuse("15005/0061"),
        Behaviour::Refuse(24) => refuse("10502"),
        Behaviour::Refuse(125) => refuse("11611"),
        Behaviour::Refuse(126) => Some(FaultKind::Pending),
        Behaviour::Refuse(102) => refuse("10764"),
        Behaviour::Refuse(151) => refuse("10001"),
        Behaviour::Refuse(_) => refuse("15005"),
        Behaviour::RefuseLeavingHold(112) => refuse("10505"),
        Behaviour::RefuseLeavingHold(_) => refuse("10504"),
        Behaviour::BookAndLoseAnswer => Some(FaultKind::ResetAfter),
        Behaviour::BookAndAnswer104 => Some(FaultKind::Answer104After),
        Behaviour::NeverArrives => Some(FaultKind::TimeoutBefore),
    }
}
