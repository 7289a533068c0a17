//! The Stripe simulator: what test mode does, by the sheet (stripe.md): keys, versions, idempotency, errors, PaymentIntents,
//! hosted Checkout, refunds, signed events; and what it does on a bad day. Written apart from our client, so that one's mistake
//! is not the other's. Not simulated: browser scripts, saved customers, Connect, live mode, a search that lags behind.

mod api;
pub mod cards;
mod checkout;
mod intents;
pub mod notices;
mod page;
pub mod params;
mod problem;
mod refunds;
mod report;
mod state;

use std::sync::Arc;

use axum::{Router, http::Method, routing};
use serde_json::Value;

use super::{Inner, Sandbox, faults::FaultKind};
use crate::server::clock::Clock;
use params::Params;
use problem::Problem;
use state::{Intent, Kept, Refund, Session};

pub use notices::control;
pub use report::entries;

/// The version that events are rendered in (stripe.md §1).
const VERSION: &str = "2026-06-24.dahlia";

/// An account that the simulator knows. Nothing of it is secret: the simulator's page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: &'static str,
    /// Its key.
    pub secret_key: &'static str,
    /// What its webhook endpoints sign with.
    pub webhook_secret: &'static str,
}

/// The account of the demo's default site.
pub const DEMO: Account =
    Account { id: "acct_lectern_demo", secret_key: "sk_test_Lectern_Simulator_2026", webhook_secret: "whsec_Lectern_Simulator_2026" };

/// The account of the demo's tenant in Romania.
pub const DANUBE: Account =
    Account { id: "acct_danube_seminars", secret_key: "sk_test_Danube_Simulator_2026", webhook_secret: "whsec_Danube_Simulator_2026" };

/// Another merchant: the account of the recorded examples.
pub const OTHER: Account = Account { id: "acct_made_up", secret_key: "sk_test_made_up_0001", webhook_secret: "whsec_vectors_0001_made_up" };

/// Every account.
pub const ACCOUNTS: [Account; 3] = [DEMO, DANUBE, OTHER];

/// The routes below `/stripe`.
pub fn router() -> Router<Arc<Sandbox>> {
    Router::new().route("/v1/{*path}", routing::any(api::answer)).route("/c/pay/{id}", routing::get(page::show).post(page::act))
}

/// One call while it is being answered, under the lock.
struct Call<'a> {
    inner: &'a mut Inner,
    clock: &'a Clock,
    account: Account,
    params: &'a Params,
    /// Where the buyer's page is: `http://127.0.0.1:3001/stripe`.
    base: &'a str,
    fault: Option<&'a FaultKind>,
    /// What happened: type and object.
    events: Vec<(&'static str, Value)>,
}

impl Call<'_> {
    fn now(&self) -> i64 {
        self.clock.now().seconds()
    }

    fn id(&self, prefix: &str, bytes: usize) -> String {
        let hex: String = self.clock.random::<32>().iter().take(bytes).map(|b| format!("{b:02x}")).collect();
        format!("{prefix}{hex}")
    }

    fn find<T: Kept>(&self, what: &str, id: &str) -> Result<T, Problem> {
        self.inner.stripe_find(self.account.id, id).ok_or_else(|| Problem::missing(what, id))
    }

    fn tell(&mut self, kind: &'static str, object: Value) {
        self.events.push((kind, object));
    }

    /// A page of a list, newest first.
    fn paged<T: Kept>(&self, of: Vec<T>, created: impl Fn(&T) -> i64) -> Result<(Vec<T>, bool), Problem> {
        let limit = self.params.integer("limit")?.unwrap_or(10);
        let limit = usize::try_from(limit).ok().filter(|n| (1..=100).contains(n));
        let limit = limit.ok_or_else(|| Problem::invalid("parameter_invalid_integer", "limit", "Limit must be between 1 and 100"))?;
        let since = self.params.integer("created[gte]")?.unwrap_or(i64::MIN);
        let mut rest: Vec<T> = of.into_iter().filter(|kept| created(kept) >= since).collect();
        if let Some(after) = self.params.get("starting_after") {
            let at = rest.iter().position(|kept| kept.id() == after).ok_or_else(|| Problem::missing("object", after))?;
            rest.drain(..=at);
        }
        let more = rest.len() > limit;
        rest.truncate(limit);
        Ok((rest, more))
    }
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation<'a> {
    CreateSession,
    ReadSession(&'a str),
    ExpireSession(&'a str),
    CreateIntent,
    ReadIntent(&'a str),
    ListIntents,
    SearchIntents,
    Confirm(&'a str),
    Capture(&'a str),
    Cancel(&'a str),
    CreateRefund,
    ReadRefund(&'a str),
    ListRefunds,
}

impl<'a> Operation<'a> {
    fn of(method: &Method, path: &'a str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        Some(match (method.as_str(), parts.as_slice()) {
            ("POST", ["checkout", "sessions"]) => Self::CreateSession,
            ("GET", ["checkout", "sessions", id]) => Self::ReadSession(id),
            ("POST", ["checkout", "sessions", id, "expire"]) => Self::ExpireSession(id),
            ("POST", ["payment_intents"]) => Self::CreateIntent,
            ("GET", ["payment_intents"]) => Self::ListIntents,
            ("GET", ["payment_intents", "search"]) => Self::SearchIntents,
            ("GET", ["payment_intents", id]) => Self::ReadIntent(id),
            ("POST", ["payment_intents", id, "confirm"]) => Self::Confirm(id),
            ("POST", ["payment_intents", id, "capture"]) => Self::Capture(id),
            ("POST", ["payment_intents", id, "cancel"]) => Self::Cancel(id),
            ("POST", ["refunds"]) => Self::CreateRefund,
            ("GET", ["refunds"]) => Self::ListRefunds,
            ("GET", ["refunds", id]) => Self::ReadRefund(id),
            _ => return None,
        })
    }

    /// The name that scripted faults use.
    const fn name(self) -> &'static str {
        match self {
            Self::CreateSession => "stripe.session",
            Self::ReadSession(_) => "stripe.session_get",
            Self::ExpireSession(_) => "stripe.expire",
            Self::CreateIntent => "stripe.intent",
            Self::ReadIntent(_) => "stripe.intent_get",
            Self::ListIntents => "stripe.list",
            Self::SearchIntents => "stripe.search",
            Self::Confirm(_) => "stripe.confirm",
            Self::Capture(_) => "stripe.capture",
            Self::Cancel(_) => "stripe.cancel",
            Self::CreateRefund => "stripe.refund",
            Self::ReadRefund(_) => "stripe.refund_get",
            Self::ListRefunds => "stripe.refund_list",
        }
    }

    /// The merchant's reference of what is acted on.
    fn reference(self, inner: &Inner, account: &str, params: &Params) -> String {
        let intent = |id: &str| inner.stripe_find::<Intent>(account, id).and_then(|intent| intent.metadata.get("attempt_ref").cloned());
        let session = |id: &str| inner.stripe_find::<Session>(account, id).and_then(|session| session.client_reference_id);
        let refund = |id: &str| inner.stripe_find::<Refund>(account, id).and_then(|refund| refund.metadata.get("refund_ref").cloned());
        let given = |name: &str| params.get(name).map(str::to_owned);
        let found = match self {
            Self::CreateSession => given("client_reference_id"),
            Self::ReadSession(id) | Self::ExpireSession(id) => session(id),
            Self::CreateIntent => given("metadata[attempt_ref]"),
            Self::ReadIntent(id) | Self::Confirm(id) | Self::Capture(id) | Self::Cancel(id) => intent(id),
            Self::CreateRefund => given("metadata[refund_ref]"),
            Self::ReadRefund(id) => refund(id),
            Self::ListIntents | Self::SearchIntents | Self::ListRefunds => None,
        };
        found.unwrap_or_default()
    }

    fn run(self, call: &mut Call<'_>) -> Result<Value, Problem> {
        match self {
            Self::CreateSession => checkout::create(call),
            Self::ReadSession(id) => checkout::read(call, id),
            Self::ExpireSession(id) => checkout::expire(call, id),
            Self::CreateIntent => intents::create(call),
            Self::ReadIntent(id) => intents::read(call, id),
            Self::ListIntents => intents::list(call),
            Self::SearchIntents => intents::search(call),
            Self::Confirm(id) => intents::confirm(call, id),
            Self::Capture(id) => intents::capture(call, id),
            Self::Cancel(id) => intents::cancel(call, id),
            Self::CreateRefund => refunds::create(call),
            Self::ReadRefund(id) => refunds::read(call, id),
            Self::ListRefunds => refunds::list(call),
        }
    }
}
