//! Stripe: hosted Checkout Sessions, with a PaymentIntent underneath that only holds the money until its amount was compared;
//! captures, cancellations, refunds, inquiries and signed webhooks (stripe.md). Card numbers never come here, so direct sales
//! are not offered. Leaves to others: when to inquire, which kinds of cards a site takes, and what an outcome does to an order.

pub mod amount;
mod call;
pub mod map;
pub mod notice;
pub mod request;
pub mod settings;
pub mod wire;

use async_trait::async_trait;
use axum::http::HeaderMap;
use reqwest::Client;

use crate::domain::money::Money;
use crate::server::clock::Clock;

use super::ask::{Approval, Asked, AttemptRef, IdempotencyKey, ProcessorRef, Sale};
use super::line::{Line, Timing};
use super::processor::{
    Abilities, Authorised, Captured, CardForm, ConnectionProblem, Decline, Doubt, Fault, Forged, Notice, Outcome, Processor, ProcessorName,
    Refunded, Standing,
};
use call::Without;
use map::{Approved, Retry};
use settings::Checked;
use wire::{Form, Found, Intent, List, Listed, Refund, Session};

pub use settings::{PublicSettings, StripeSettings};

/// The API's version that requests and webhook endpoints are pinned to (stripe.md §1).
pub const VERSION: &str = "2026-06-24.dahlia";

/// A card hold lapses after about 7 days (stripe.md §3.1).
const HOLD_DAYS: u16 = 7;

/// So many pages of a hundred refunds are looked through for one of ours.
const REFUND_PAGES_MAX: usize = 20;

/// One Stripe account, in one mode.
pub struct Stripe {
    settings: StripeSettings,
    checked: Checked,
    line: Line,
    clock: Clock,
}

impl Stripe {
    /// An account over the shared client.
    ///
    /// # Errors
    /// `Settings` when [`StripeSettings::check`] says so.
    pub fn new(settings: StripeSettings, http: Client, clock: Clock, timing: Timing) -> Result<Self, ConnectionProblem> {
        let checked = settings.check()?;
        Ok(Self { settings, checked, line: Line::new(http, timing), clock })
    }

    /// The amount as it travels, if this account can take it.
    fn carried(&self, amount: Money) -> Result<i64, Fault> {
        if !self.settings.public.currencies.contains(&amount.currency()) {
            return Err(Fault::Currency(amount.currency()));
        }
        amount::to_wire(amount).ok_or(Fault::Amount)
    }

    async fn session(&self, id: &ProcessorRef) -> Result<Session, Without> {
        self.get(&["checkout", "sessions", id.as_str()], &request::session_expanded()).await
    }

    async fn intent(&self, id: &str) -> Result<Intent, Without> {
        self.get(&["payment_intents", id], &request::intent_expanded()).await
    }

    /// Closes a page that the buyer may still have open; what they approved on it is released (stripe.md §4: "release only if
    /// that call succeeded").
    async fn close(&self, key: &IdempotencyKey, id: &ProcessorRef) -> Outcome<()> {
        let refusal = match self.post::<Session>(key, &["checkout", "sessions", id.as_str(), "expire"], &Form::default()).await {
            Ok(session) if session.status.as_deref() == Some("expired") => return Outcome::Done(()),
            Ok(_) => return Outcome::Unknown(Doubt::Unreadable),
            Err(Without::Refused(refusal)) => refusal,
            Err(without) => return without.outcome(map::refused),
        };
        if map::judge(&refusal) != map::Verdict::Rejected {
            return map::refused(&refusal);
        }
        // No longer open: what it came to decides. Nothing can be paid on a page that expired.
        let session = match self.session(id).await {
            Ok(session) => session,
            Err(without) => return without.outcome(map::unanswered),
        };
        let intent = session.payment_intent.as_ref().and_then(|intent| intent.whole());
        match (intent.map(|intent| (intent, intent.status.as_str())), session.status.as_deref()) {
            (Some((intent, "succeeded" | "processing" | "canceled")), _) => map::cancelled(intent),
            (Some((_, "requires_payment_method" | "requires_confirmation" | "requires_action")) | None, Some("expired")) => {
                Outcome::Done(())
            }
            (Some((intent, _)), _) => match ProcessorRef::parse(&intent.id) {
                Some(payment) => self.cancel_intent(&key.step("release"), &payment).await,
                None => Outcome::Unknown(Doubt::Unreadable),
            },
            (None, _) => map::refused(&refusal),
        }
    }

    async fn cancel_intent(&self, key: &IdempotencyKey, id: &ProcessorRef) -> Outcome<()> {
        match self.post(key, &["payment_intents", id.as_str(), "cancel"], &request::cancel()).await {
            Ok(intent) => map::cancelled(&intent),
            Err(without) => without.outcome(map::cancel_refused),
        }
    }

    async fn take(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Captured> {
        let wire = match self.carried(amount) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let (step, mode) = (AttemptRef::of_key(key), self.checked.mode);
        match self.post(key, &["payment_intents", of.as_str(), "capture"], &request::capture(wire, &step)).await {
            Ok(intent) => map::captured(&intent, amount, mode),
            Err(without) => without.outcome(|refusal| map::capture_refused(refusal, &step, amount, mode)),
        }
    }

    /// Takes what was approved. A 500 is stored against its key and would be answered for a day (stripe.md §7, §8): so the payment
    /// is read back, and while it is still only held another key is used. That cannot take it twice: a payment is captured once.
    async fn insist(&self, key: &IdempotencyKey, payment: &ProcessorRef, of: &ProcessorRef, ask: &Approval) -> Outcome<Captured> {
        let first = self.take(&key.step("capture"), payment, ask.amount).await;
        if !matches!(first, Outcome::Unknown(Doubt::Status(500))) {
            return first;
        }
        match self.session(of).await.map(|session| map::approved(&session, ask, self.checked.mode)) {
            Ok(Approved::Take(payment)) => self.take(&key.step("capture after 500"), &payment, ask.amount).await,
            Ok(Approved::Ended(outcome)) => outcome,
            // Neither can come of what was to be taken a moment ago.
            Ok(Approved::Release(..)) | Err(_) => first,
        }
    }

    /// Releases what is held and not to be taken. Only when that is certain it is the no; what was taken meanwhile, by another that
    /// finished the same payment, is what it is.
    async fn release(
        &self,
        key: &IdempotencyKey,
        payment: &ProcessorRef,
        decline: Decline,
        of: &ProcessorRef,
        ask: &Approval,
    ) -> Outcome<Captured> {
        match self.cancel_intent(&key.step("release refused"), payment).await {
            Outcome::Done(()) => Outcome::Declined(decline),
            Outcome::Declined(_) => match self.session(of).await.map(|session| map::approved(&session, ask, self.checked.mode)) {
                Ok(Approved::Ended(outcome)) => outcome,
                Ok(Approved::Take(_) | Approved::Release(..)) | Err(_) => {
                    Outcome::Unknown(Doubt::PartNotVoided { reference: payment.clone() })
                }
            },
            Outcome::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
            Outcome::NotSent(fault) => Outcome::NotSent(fault),
            Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// What a payment that Stripe knows came to, or a refund of it.
    async fn inquire_payment(&self, id: &ProcessorRef, of: &AttemptRef, expected: Money) -> Outcome<Standing> {
        match self.intent(id.as_str()).await {
            Ok(intent) if map::is_of(&intent, of) => map::standing(&intent, expected, self.checked.mode, Retry::Possible),
            Ok(_) => self.inquire_refund(Some(id), of, expected).await,
            Err(without) => without.outcome(map::unanswered),
        }
    }

    /// What an attempt, a capture or a refund came to of which only our own reference is known. Searching is up to a minute
    /// behind (stripe.md §3), so what it finds is read again.
    async fn inquire_by_reference(&self, of: &AttemptRef, expected: Money) -> Outcome<Standing> {
        let found: Found = match self.get(&["payment_intents", "search"], &request::search(of)).await {
            Ok(found) => found,
            Err(without) => return without.outcome(map::unanswered),
        };
        match found.0.data.as_slice() {
            [] => self.inquire_refund(None, of, expected).await,
            [intent] => match self.intent(&intent.id).await {
                Ok(intent) if map::is_of(&intent, of) => map::standing(&intent, expected, self.checked.mode, Retry::Possible),
                Ok(_) => Outcome::Unknown(Doubt::OtherPayment),
                Err(without) => without.outcome(map::unanswered),
            },
            [_, _, ..] => Outcome::Unknown(Doubt::OtherPayment),
        }
    }

    async fn inquire_refund(&self, payment: Option<&ProcessorRef>, of: &AttemptRef, expected: Money) -> Outcome<Standing> {
        let mut after: Option<String> = None;
        for _page in 0..REFUND_PAGES_MAX {
            let query = request::refunds(payment, after.as_deref(), self.clock.now());
            let page: List<Refund> = match self.get(&["refunds"], &query).await {
                Ok(page) => page,
                Err(without) => return without.outcome(map::unanswered),
            };
            let named = |refund: &&Refund| {
                let name = refund.metadata.as_ref().and_then(|metadata| metadata.get(request::REFUND));
                name.is_some_and(|name| name == of.as_str())
            };
            if let Some(refund) = page.data.iter().find(named) {
                return map::refund_standing(refund, expected);
            }
            after = match page.data.last().filter(|_| page.has_more) {
                Some(last) => Some(last.id.clone()),
                None => return Outcome::Done(Standing::NotFound),
            };
        }
        Outcome::Unknown(Doubt::ProcessorUnsure { code: "too_many_refunds".to_owned() })
    }
}

/// A reference of a Checkout Session rather than of a payment. The prefix is only a hint (stripe.md §1), but then every
/// reference we keep was read from a field that says which it is, and a wrong guess is answered 404, never with money.
fn is_session(of: &ProcessorRef) -> bool {
    of.as_str().starts_with("cs_")
}

#[async_trait]
impl Processor for Stripe {
    fn name(&self) -> ProcessorName {
        ProcessorName("stripe")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            currencies: self.settings.public.currencies.clone(),
            takes_cards: false,
            redirects: true,
            authorises: true,
            partial_refunds: true,
            hold_days: HOLD_DAYS,
            needs_three_ds: false,
        }
    }

    async fn sale(&self, _key: &IdempotencyKey, _ask: &Sale) -> Outcome<Captured> {
        // "Never send raw numbers from a server to the API" (stripe.md §10).
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn authorise(&self, _key: &IdempotencyKey, _ask: &Sale) -> Outcome<Authorised> {
        // Money is set aside by `start` and the buyer; `capture` and `cancel` work on that.
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn capture(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Captured> {
        self.take(key, of, amount).await
    }

    /// Of what `start` gave: closes the page, and releases what was approved on it. Of a payment: releases what is held.
    async fn cancel(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Outcome<()> {
        if is_session(of) { self.close(key, of).await } else { self.cancel_intent(key, of).await }
    }

    async fn refund(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Refunded> {
        let wire = match self.carried(amount) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        match self.post(key, &["refunds"], &request::refund(of, wire, &AttemptRef::of_key(key))).await {
            Ok(refund) => map::refunded(&refund, of, amount),
            Err(without) => without.outcome(map::refund_refused),
        }
    }

    async fn start(&self, key: &IdempotencyKey, ask: &Approval) -> Outcome<Captured> {
        let wire = match self.carried(ask.amount) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        match self.post(key, &["checkout", "sessions"], &request::session(ask, wire)).await {
            Ok(session) => map::started(&session, ask, self.checked.mode),
            Err(without) => without.outcome(map::refused),
        }
    }

    async fn finish(&self, key: &IdempotencyKey, of: &ProcessorRef, ask: &Approval) -> Outcome<Captured> {
        let session = match self.session(of).await {
            Ok(session) => session,
            Err(without) => return without.outcome(map::unanswered),
        };
        match map::approved(&session, ask, self.checked.mode) {
            Approved::Ended(outcome) => outcome,
            Approved::Take(payment) => self.insist(key, &payment, of, ask).await,
            Approved::Release(payment, decline) => self.release(key, &payment, decline, of, ask).await,
        }
    }

    fn card_form(&self, _key: &IdempotencyKey, _of: &ProcessorRef) -> Option<CardForm> {
        None
    }

    async fn inquire(&self, of: &Asked, expected: Money) -> Outcome<Standing> {
        match &of.started {
            Some(session) if is_session(session) => match self.session(session).await {
                Ok(session) => map::session_standing(&session, &of.attempt_ref, expected, self.checked.mode),
                Err(without) => without.outcome(map::unanswered),
            },
            Some(payment) => self.inquire_payment(payment, &of.attempt_ref, expected).await,
            None => self.inquire_by_reference(&of.attempt_ref, expected).await,
        }
    }

    async fn read_notice(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notice, Forged> {
        notice::verify(headers, body, self.settings.webhook_secrets(), self.clock.now())?;
        notice::read(body, self.checked.mode)
    }

    async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        match self.get::<Listed>(&["payment_intents"], &request::any_payment()).await {
            Ok(_) => Ok(()),
            Err(Without::Refused(refusal)) => Err(match refusal.status {
                401 => ConnectionProblem::Credentials,
                403 => ConnectionProblem::Permission,
                _ => ConnectionProblem::NotTheProcessor,
            }),
            Err(Without::NotSent(Fault::Connect)) => Err(ConnectionProblem::Unreachable),
            Err(Without::NotSent(_)) => Err(ConnectionProblem::Unavailable),
            Err(Without::Lost(Doubt::Timeout | Doubt::Lost)) => Err(ConnectionProblem::NoAnswer),
            Err(Without::Lost(Doubt::Status(409 | 424 | 429 | 500..))) => Err(ConnectionProblem::Unavailable),
            Err(Without::Lost(_)) => Err(ConnectionProblem::NotTheProcessor),
        }
    }
}
