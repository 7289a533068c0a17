//! The simulator of PayPal Express Checkout: sessions, the buyer's page, payments, notices (paypal-express-checkout.md §4–9, §14).
//! What follows a payment is shared with the other product of the same API, see [`super::nvp`].

mod calls;
mod pages;

use std::sync::Arc;

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, response::Response, routing};
use serde::{Deserialize, Serialize};

use crate::domain::{money::Money, time::Timestamp};

use super::{
    Sandbox,
    ledger::Entry,
    nvp::{self, Product, txn::Buyer},
    objects::Objects,
};

/// This simulator's name.
pub const SIMULATOR: &str = "express";
const SESSION: &str = "session";
/// What a token lasts (§5).
const TOKEN_SECONDS: i64 = 3 * 3600;
/// So many tries a token bears (§8.3).
const TRIES_MAX: u32 = 10;

static PRODUCT: Product = Product {
    name: SIMULATOR,
    transaction_type: "expresscheckout",
    ipn_type: "express_checkout",
    fee: (29, 30),
    own: calls::run,
    refusal: calls::refusal,
    habit: |_| None,
};

/// The routes below `/express`.
pub fn router() -> Router<Arc<Sandbox>> {
    Router::new().route("/nvp", routing::post(call)).route("/webscr", routing::get(pages::show).post(pages::post))
}

/// The routes below `/control/express`.
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

/// What the buyer pays with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Funding {
    /// Paid at once.
    Balance,
    /// Refused: choose another way.
    RefusedCard,
    /// An account that cannot pay here at all.
    Blocked,
    /// A bank debit: days.
    Echeck,
    /// Held for a review.
    Review,
    /// Another currency than the merchant holds.
    OtherCurrency,
}

impl Funding {
    /// Every way, with its name in the form and in words.
    const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Balance, "balance", "PayPal balance: paid at once"),
        (Self::RefusedCard, "refused_card", "A card that is refused: choose again"),
        (Self::Blocked, "blocked", "An account that cannot pay this: declined"),
        (Self::Echeck, "echeck", "Bank debit (eCheck): pending for days"),
        (Self::Review, "review", "Held for a review: pending"),
        (Self::OtherCurrency, "other_currency", "A currency the shop must accept first: pending"),
    ];

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, n, _)| *n == name).map(|(funding, _, _)| funding)
    }
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// Nothing was tried, or the buyer chose again.
    NotInitiated,
    /// The last try failed.
    Failed,
    /// Paid or promised.
    Completed,
}

/// A checkout session.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Session {
    token: String,
    /// `USER` of the merchant.
    account: String,
    amount: Money,
    action: String,
    invoice: String,
    custom: String,
    description: String,
    return_url: String,
    cancel_url: String,
    wants_address: bool,
    email: String,
    step: Step,
    /// Whoever agreed, and with what.
    buyer: Option<Buyer>,
    funding: Option<Funding>,
    tries: u32,
    /// `PAYMENTREQUESTINFO_0_ERRORCODE`.
    last_error: String,
    transaction: Option<String>,
    at: Timestamp,
}

impl Session {
    /// Nobody can pay with it any more.
    fn is_over(&self, now: Timestamp) -> bool {
        self.at.seconds_until(now) >= TOKEN_SECONDS || self.tries >= TRIES_MAX
    }
}
