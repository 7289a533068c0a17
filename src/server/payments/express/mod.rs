//! PayPal Express Checkout over the NVP API: the buyer approves on PayPal's page, and the money is taken after what they approved
//! was compared (paypal-express-checkout.md). Sales only; a legacy product, whose successor is [`super::orders`]. Leaves to others:
//! when to inquire, and what an outcome does to an order.
//!
//! The invoice number is the order's, so that PayPal refuses to be paid twice for an order (10412); the attempt's reference travels
//! as `CUSTOM`, by which a payment is known to be the attempt's. Captures and refunds carry their own reference as invoice number.

pub mod map;
pub mod request;

use async_trait::async_trait;
use axum::http::HeaderMap;
use reqwest::Client;

use crate::domain::money::{Currency, Money};
use crate::server::clock::Clock;

use super::ask::{Approval, Asked, AttemptRef, IdempotencyKey, ProcessorRef, Sale};
use super::line::{Exchange, Repeats, Timing};
use super::nvp::{
    NvpSettings,
    amount::to_wire,
    api::{Api, Found, Without},
    ipn::Named,
    state::{Transaction, as_captured},
    verdict::Verdict,
};
use super::processor::{
    Abilities, Authorised, Captured, CardForm, ConnectionProblem, Decline, Doubt, Fault, Forged, NextStep, Notice, Outcome, Processor,
    ProcessorName, Refunded, Standing,
};
use crate::domain::payment::DeclineClass;
use map::{Checkout, Step};
use request::Email;

/// What the API takes, of what this product can price in (§4).
pub const CURRENCIES: [Currency; 14] = [
    Currency::AUD,
    Currency::CAD,
    Currency::CHF,
    Currency::CZK,
    Currency::DKK,
    Currency::EUR,
    Currency::GBP,
    Currency::HUF,
    Currency::JPY,
    Currency::NOK,
    Currency::PLN,
    Currency::SEK,
    Currency::TWD,
    Currency::USD,
];
/// One fixed tested value (§3).
pub const VERSION: &str = "124.0";

/// One merchant account.
pub struct Express {
    api: Api,
}

impl Express {
    /// An account over the shared client.
    ///
    /// # Errors
    /// `Settings` when they cannot be used.
    pub fn new(settings: NvpSettings, http: Client, clock: Clock, timing: Timing) -> Result<Self, ConnectionProblem> {
        Ok(Self { api: Api::new(settings, &CURRENCIES, VERSION, http, clock, timing)? })
    }

    /// The buyer's page. They pay there, not on a page of ours after it: `useraction=commit` (§6).
    fn redirect<T>(&self, token: &ProcessorRef) -> Outcome<T> {
        if !map::is_token(token.as_str()) {
            return Outcome::Unknown(Doubt::Unreadable);
        }
        let mut url = self.api.endpoints().page.clone();
        url.set_query(Some(&format!("cmd=_express-checkout&token={}&useraction=commit", token.as_str())));
        Outcome::NeedsCustomer(NextStep::Redirect { url: url.into(), reference: token.clone() })
    }

    async fn set(&self, ask: &Approval, amount: &str, email: Email) -> Result<ProcessorRef, Without> {
        let call = request::set(self.api.call("SetExpressCheckout"), ask, amount, email);
        // A token that is not used costs nothing (§9), so this may be sent again.
        match self.api.ask(&call, Repeats::Safe).await {
            Exchange::Reply(reply) => map::read_set(&reply).map_err(refused_or_lost),
            Exchange::NotSent(fault) => Err(Without::NotSent(fault)),
            Exchange::Lost(doubt) => Err(Without::Lost(doubt)),
        }
    }

    async fn look(&self, token: &ProcessorRef) -> Result<Checkout, Without> {
        match self.api.ask(&request::get(self.api.call("GetExpressCheckoutDetails"), token), Repeats::Safe).await {
            Exchange::Reply(reply) => map::read_checkout(&reply, token).map_err(refused_or_lost),
            Exchange::NotSent(fault) => Err(Without::NotSent(fault)),
            Exchange::Lost(doubt) => Err(Without::Lost(doubt)),
        }
    }

    async fn pay(&self, token: &ProcessorRef, payer: &str, ask: &Approval, amount: &str) -> Outcome<Captured> {
        // Another message with every try: the token is what makes it pay once (§9), and the answer to a refused card must not be
        // told again after the buyer chose another (§8.3).
        let message = IdempotencyKey::from_random(self.api.clock().random());
        let call = request::pay(self.api.call("DoExpressCheckoutPayment"), token, payer, ask, amount, message.as_str());
        let reply = match self.api.ask(&call, Repeats::Safe).await {
            Exchange::Reply(reply) => reply,
            Exchange::NotSent(fault) => return Outcome::NotSent(fault),
            Exchange::Lost(doubt) => return Outcome::Unknown(doubt),
        };
        match map::read_payment(&reply, token, ask.amount) {
            Ok(outcome) => outcome,
            Err((Verdict::Redirect, _)) => self.redirect(token),
            Err((Verdict::DoneBefore, code)) => match self.look(token).await {
                Ok(checkout) if checkout.step == Step::Completed => self.completed(&checkout, ask).await,
                Ok(_) => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
                Err(without) => without.doubt(),
            },
            Err((Verdict::InvoicePaid, code)) => match self.by_invoice(ask).await {
                Ok(Found::Ours(transaction)) => paid(&transaction, ask.amount),
                // Another attempt at this order was paid; or the index is behind.
                Ok(Found::Others) => Outcome::Unknown(Doubt::OtherPayment),
                Ok(Found::Nothing | Found::TooMany) => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
                Err(without) => without.doubt(),
            },
            Err((verdict, code)) => verdict.refused(code),
        }
    }

    /// A checkout that is paid or promised: which of them, its transaction tells.
    async fn completed(&self, checkout: &Checkout, ask: &Approval) -> Outcome<Captured> {
        match &checkout.transaction {
            Some(reference) => match self.api.details(reference).await {
                Ok(transaction) if is_other(&transaction, &ask.attempt_ref) => Outcome::Unknown(Doubt::OtherPayment),
                Ok(transaction) => paid(&transaction, ask.amount),
                Err(without) => without.doubt(),
            },
            None => match self.by_invoice(ask).await {
                Ok(Found::Ours(transaction)) => paid(&transaction, ask.amount),
                Ok(Found::Others | Found::Nothing | Found::TooMany) => Outcome::Unknown(Doubt::Unreadable),
                Err(without) => without.doubt(),
            },
        }
    }

    async fn by_invoice(&self, ask: &Approval) -> Result<Found, Without> {
        let invoice: String = invoice(ask);
        self.api.find(&[("INVNUM", &invoice)], |transaction| is_named(transaction, &ask.attempt_ref)).await
    }

    /// Of a token that is gone, nothing but a payment made before can be left (§9.3).
    async fn gone(&self, code: String, ask: &Approval) -> Outcome<Captured> {
        match self.by_invoice(ask).await {
            Ok(Found::Ours(transaction)) => paid(&transaction, ask.amount),
            Ok(Found::Nothing | Found::Others) => Outcome::Declined(Decline { class: DeclineClass::TryLater, code }),
            Ok(Found::TooMany) => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
            Err(without) => without.doubt(),
        }
    }

    async fn inquire_token(&self, token: &ProcessorRef, of: &AttemptRef, expected: Money) -> Outcome<Standing> {
        let checkout = match self.look(token).await {
            Ok(checkout) => checkout,
            Err(Without::Refused(Verdict::Gone, code)) => return self.inquire_gone(code, of, expected).await,
            Err(without) => return without.outcome(),
        };
        if let Some(doubt) = checkout.differs(token, of.as_str(), None, expected) {
            return Outcome::Unknown(doubt);
        }
        match (checkout.step, &checkout.transaction) {
            // A failed one waits for another choice of the buyer's, while the token lives.
            (Step::NotInitiated | Step::InProgress | Step::Failed, _) => Outcome::Done(Standing::Pending),
            (Step::Completed, None) => self.inquire_gone("completed".to_owned(), of, expected).await,
            (Step::Completed, Some(reference)) => self.inquire_payment(reference, of, expected).await,
        }
    }

    async fn inquire_payment(&self, reference: &ProcessorRef, of: &AttemptRef, expected: Money) -> Outcome<Standing> {
        match self.api.details(reference).await {
            Ok(transaction) if is_other(&transaction, of) => Outcome::Unknown(Doubt::OtherPayment),
            Ok(transaction) => transaction.standing(expected),
            Err(without) => without.doubt(),
        }
    }

    /// Without a token and without the order's number, payments of the amount are looked through for one with our reference.
    async fn inquire_gone(&self, code: String, of: &AttemptRef, expected: Money) -> Outcome<Standing> {
        let Some(amount) = to_wire(expected) else { return Outcome::NotSent(Fault::Amount) };
        let filters = [("AMT", amount.as_str()), ("CURRENCYCODE", expected.currency().code())];
        match self.api.find(&filters, |transaction| is_named(transaction, of)).await {
            Ok(Found::Ours(transaction)) => transaction.standing(expected),
            Ok(Found::Nothing | Found::Others) if code == "completed" => Outcome::Unknown(Doubt::Unreadable),
            Ok(Found::Nothing | Found::Others) => Outcome::Done(Standing::Declined(DeclineClass::TryLater)),
            Ok(Found::TooMany) => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
            Err(without) => without.doubt(),
        }
    }
}

fn refused_or_lost(why: Result<map::Refusal, Doubt>) -> Without {
    match why {
        Ok((verdict, code)) => Without::Refused(verdict, code),
        Err(doubt) => Without::Lost(doubt),
    }
}

/// The invoice number as it travels.
fn invoice(ask: &Approval) -> String {
    let mut fields = super::nvp::codec::Fields::default();
    fields.add_text("INVNUM", &ask.invoice, 127);
    fields.get("INVNUM").unwrap_or_default().to_owned()
}

/// Carries our reference.
fn is_named(transaction: &Transaction, of: &AttemptRef) -> bool {
    transaction.custom.as_deref() == Some(of.as_str())
}

/// Carries another's.
fn is_other(transaction: &Transaction, of: &AttemptRef) -> bool {
    transaction.custom.as_deref().is_some_and(|custom| custom != of.as_str())
}

fn paid(transaction: &Transaction, asked: Money) -> Outcome<Captured> {
    as_captured(transaction.standing(asked), &transaction.status)
}

#[async_trait]
impl Processor for Express {
    fn name(&self) -> ProcessorName {
        ProcessorName("express")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            currencies: self.api.currencies().to_vec(),
            takes_cards: false,
            redirects: true,
            authorises: false,
            partial_refunds: true,
            hold_days: 0,
            needs_three_ds: false,
        }
    }

    async fn sale(&self, _key: &IdempotencyKey, _ask: &Sale) -> Outcome<Captured> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn authorise(&self, _key: &IdempotencyKey, _ask: &Sale) -> Outcome<Authorised> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn capture(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Captured> {
        self.api.capture(key, of, amount).await
    }

    /// Of what `start` gave: done when nothing was taken, since nothing will be unless `finish` is called. Of an authorisation:
    /// releases it.
    async fn cancel(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Outcome<()> {
        if !map::is_token(of.as_str()) {
            return self.api.void(key, of).await;
        }
        match self.look(of).await.map(|checkout| checkout.step) {
            Ok(Step::NotInitiated | Step::Failed) => Outcome::Done(()),
            Ok(Step::InProgress) => Outcome::Unknown(Doubt::Pending),
            Ok(Step::Completed) => Outcome::Declined(Decline { class: DeclineClass::Refused, code: "completed".to_owned() }),
            // Whether it was paid before it went is for `finish` to find out.
            Err(Without::Refused(Verdict::Gone, code)) => Outcome::Declined(Decline { class: DeclineClass::TryLater, code }),
            Err(without) => without.outcome(),
        }
    }

    async fn refund(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Refunded> {
        self.api.refund(key, of, amount).await
    }

    async fn start(&self, _key: &IdempotencyKey, ask: &Approval) -> Outcome<Captured> {
        let amount = match self.api.carried(ask.amount) {
            Ok(amount) => amount,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let mut started = self.set(ask, &amount, Email::Told).await;
        if matches!(started, Err(Without::Refused(Verdict::NoEmail, _))) {
            started = self.set(ask, &amount, Email::Left).await;
        }
        match started {
            Ok(token) => self.redirect(&token),
            Err(without) => without.outcome(),
        }
    }

    async fn finish(&self, _key: &IdempotencyKey, of: &ProcessorRef, ask: &Approval) -> Outcome<Captured> {
        let amount = match self.api.carried(ask.amount) {
            Ok(amount) => amount,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let checkout = match self.look(of).await {
            Ok(checkout) => checkout,
            Err(Without::Refused(Verdict::Gone, code)) => return self.gone(code, ask).await,
            Err(without) => return without.outcome(),
        };
        if let Some(doubt) = checkout.differs(of, ask.attempt_ref.as_str(), Some(&invoice(ask)), ask.amount) {
            return Outcome::Unknown(doubt);
        }
        match (checkout.step, &checkout.payer) {
            (Step::NotInitiated, Some(payer)) => self.pay(of, payer, ask, &amount).await,
            (Step::NotInitiated, None) | (Step::Failed, _) => self.redirect(of),
            (Step::InProgress, _) => Outcome::Unknown(Doubt::Pending),
            (Step::Completed, _) => self.completed(&checkout, ask).await,
        }
    }

    fn card_form(&self, _key: &IdempotencyKey, _of: &ProcessorRef) -> Option<CardForm> {
        None
    }

    async fn inquire(&self, of: &Asked, expected: Money) -> Outcome<Standing> {
        match &of.started {
            Some(token) if map::is_token(token.as_str()) => self.inquire_token(token, &of.attempt_ref, expected).await,
            Some(reference) => self.inquire_payment(reference, &of.attempt_ref, expected).await,
            // A capture or a refund; a start whose answer was lost moved nothing, and is not found.
            None => self.api.inquire_by_reference(&of.attempt_ref, expected).await,
        }
    }

    async fn read_notice(&self, _headers: &HeaderMap, body: &[u8]) -> Result<Notice, Forged> {
        self.api.read_notice(body, Named::Custom).await
    }

    async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        self.api.test_connection().await
    }
}
