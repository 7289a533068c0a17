//! PayPal Payflow Pro: card sales, authorisations, captures, voids, refunds and inquiries over its name-value interface
//! (payflow-pro.md). The number passes through this server (PCI DSS SAQ D). Express Checkout over Payflow and secure tokens are
//! not used. Leaves to others: when to inquire, and what an outcome does to an order.

pub mod ascii;
pub mod map;
pub mod request;
pub mod settings;
pub mod wire;

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use bytes::Bytes;
use reqwest::{Client, Url};

use crate::domain::money::Money;
use crate::server::clock::Clock;

use super::ask::{Approval, Asked, AttemptRef, IdempotencyKey, ProcessorRef, Sale};
use super::line::{self, Answer as Raw, Line, Message, Repeats, Timing};
use super::processor::{
    Abilities, Authorised, Captured, ConnectionProblem, Doubt, Fault, Forged, Notice, Outcome, Processor, ProcessorName, Refunded, Standing,
};
use map::{Answer, Booked, Call};
use request::{SaleKind, Which, amount_to_wire};
use wire::{Reply, Request, Tagging};

pub use settings::{PayflowSettings, PublicSettings};

/// One merchant account at Payflow.
pub struct Payflow {
    settings: PayflowSettings,
    url: Url,
    line: Line,
    clock: Clock,
}

type Exchange = line::Exchange<Reply>;

impl Payflow {
    /// An account over the shared client.
    ///
    /// # Errors
    /// `Settings` when [`PayflowSettings::check`] says so.
    pub fn new(settings: PayflowSettings, http: Client, clock: Clock, timing: Timing) -> Result<Self, ConnectionProblem> {
        let url = settings.check()?;
        Ok(Self { settings, url, line: Line::new(http, timing), clock })
    }

    async fn ask(&self, key: &IdempotencyKey, request: &Request) -> Exchange {
        let body = request.encode(&self.settings.credentials(), Tagging::AsNeeded);
        let message = Message {
            method: Method::POST,
            url: self.url.clone(),
            headers: headers(key),
            body: Bytes::from_owner(body),
            repeats: Repeats::Safe,
        };
        let exchange = self.line.exchange(message, read_reply).await;
        match &exchange {
            Exchange::Reply(reply) => tracing::debug!(result = reply.result, correlation = reply.get("CORRELATIONID"), "payflow answered"),
            Exchange::NotSent(fault) => tracing::warn!(reason = fault.reason(), "payflow: not sent"),
            Exchange::Lost(doubt) => tracing::warn!(reason = doubt.reason(), "payflow: answer lost"),
        }
        exchange
    }

    /// The amount as it travels, if this account can take it.
    fn carried(&self, amount: Money) -> Result<String, Fault> {
        if !self.settings.public.currencies.contains(&amount.currency()) {
            return Err(Fault::Currency(amount.currency()));
        }
        amount_to_wire(amount).ok_or(Fault::Amount)
    }

    /// Asks for something that moves `amount`, and does what the answer leaves to do.
    async fn moving(&self, call: Call, key: &IdempotencyKey, attempt: &AttemptRef, amount: Money, request: &Request) -> Outcome<Booked> {
        let reply = match self.ask(key, request).await {
            Exchange::Reply(reply) => reply,
            Exchange::NotSent(fault) => return Outcome::NotSent(fault),
            Exchange::Lost(doubt) => return Outcome::Unknown(doubt),
        };
        match map::read_moving(call, &reply, amount) {
            Answer::Done(booked) => Outcome::Done(booked),
            Answer::Declined(decline) => Outcome::Declined(decline),
            Answer::NotActed(fault) => Outcome::NotSent(fault),
            Answer::Unknown(doubt) => Outcome::Unknown(doubt),
            Answer::VoidStray { stray, decline } => {
                if !matches!(self.cancel(&key.step("void stray"), &stray).await, Outcome::Done(())) {
                    tracing::warn!(
                        reference = stray.as_str(),
                        "payflow: an authorisation of a declined card could not be voided and will lapse by itself"
                    );
                }
                Outcome::Declined(decline)
            }
            Answer::VoidPart { part, decline } => match self.cancel(&key.step("void part"), &part).await {
                Outcome::Done(()) => Outcome::Declined(decline),
                Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {
                    Outcome::Unknown(Doubt::PartNotVoided { reference: part })
                }
            },
            Answer::Verify(booked) => self.verify(booked, attempt, amount).await,
        }
    }

    /// Whether a stored reply under our key is about this attempt and amount (payflow-pro.md §12.2).
    async fn verify(&self, booked: Booked, attempt: &AttemptRef, amount: Money) -> Outcome<Booked> {
        match self.inquire(&Asked::of(attempt), amount).await {
            Outcome::Done(Standing::Captured(Captured { reference, .. }) | Standing::Authorised(Authorised { reference, .. }))
                if reference == booked.reference =>
            {
                Outcome::Done(booked)
            }
            Outcome::Done(Standing::Pending) => Outcome::Unknown(Doubt::Pending),
            Outcome::Done(Standing::Captured(_) | Standing::Authorised(_) | Standing::Declined(_) | Standing::NotFound) => {
                Outcome::Unknown(Doubt::OtherPayment)
            }
            Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
            Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) => Outcome::Unknown(Doubt::Lost),
        }
    }

    async fn inquiry(&self, which: Which<'_>) -> Exchange {
        // An inquiry's answer is stored under its key too: a key used twice would answer with the past.
        let key = IdempotencyKey::from_random(self.clock.random());
        self.ask(&key, &request::inquiry(which)).await
    }
}

fn headers(key: &IdempotencyKey) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/namevalue"));
    // A key is printable ASCII, so it is always a header's value.
    headers.extend(HeaderValue::from_str(key.as_str()).map(|key| (HeaderName::from_static("x-vps-request-id"), key)));
    headers.insert("x-vps-client-timeout", HeaderValue::from_static("45"));
    headers.insert("x-vps-vit-integration-product", HeaderValue::from_static("Lectern"));
    headers.insert("x-vps-vit-integration-version", HeaderValue::from_static(env!("CARGO_PKG_VERSION")));
    headers
}

fn read_reply(answer: &Raw) -> Result<Reply, Doubt> {
    if answer.status != 200 {
        return Err(Doubt::Status(answer.status));
    }
    Reply::read(&answer.body).ok_or(Doubt::Unreadable)
}

#[async_trait]
impl Processor for Payflow {
    fn name(&self) -> ProcessorName {
        ProcessorName("payflow")
    }

    fn abilities(&self) -> Abilities {
        // Other processors than PayPal: "issuer-dependent, assume 7 days" (payflow-pro.md §6.1); PayPal honours 3.
        Abilities {
            currencies: self.settings.public.currencies.clone(),
            takes_cards: true,
            redirects: false,
            authorises: true,
            partial_refunds: true,
            hold_days: 3,
            needs_three_ds: false,
        }
    }

    async fn sale(&self, key: &IdempotencyKey, ask: &Sale) -> Outcome<Captured> {
        let amount = match self.carried(ask.amount) {
            Ok(amount) => amount,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let request = request::sale(SaleKind::Sale, ask, &amount);
        let booked = self.moving(Call::Sale, key, &ask.attempt_ref, ask.amount, &request).await;
        booked.map(|Booked { reference, card }| Captured { reference, amount: ask.amount, card })
    }

    async fn authorise(&self, key: &IdempotencyKey, ask: &Sale) -> Outcome<Authorised> {
        let amount = match self.carried(ask.amount) {
            Ok(amount) => amount,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let request = request::sale(SaleKind::Authorise, ask, &amount);
        let booked = self.moving(Call::Authorise, key, &ask.attempt_ref, ask.amount, &request).await;
        booked.map(|Booked { reference, card }| Authorised { reference, amount: ask.amount, card })
    }

    async fn capture(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Captured> {
        let wire = match self.carried(amount) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let attempt = AttemptRef::of_key(key);
        let booked = self.moving(Call::Capture, key, &attempt, amount, &request::capture(of, &wire, &attempt)).await;
        booked.map(|Booked { reference, card }| Captured { reference, amount, card })
    }

    async fn cancel(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Outcome<()> {
        match self.ask(key, &request::void(of, &AttemptRef::of_key(key))).await {
            Exchange::Reply(reply) => map::read_void(&reply),
            Exchange::NotSent(fault) => Outcome::NotSent(fault),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    async fn refund(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Refunded> {
        let wire = match self.carried(amount) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let attempt = AttemptRef::of_key(key);
        let booked = self.moving(Call::Credit, key, &attempt, amount, &request::credit(of, &wire, &attempt)).await;
        booked.map(|Booked { reference, card: _ }| Refunded { reference, amount })
    }

    async fn start(&self, _key: &IdempotencyKey, _ask: &Approval) -> Outcome<Captured> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn finish(&self, _key: &IdempotencyKey, _of: &ProcessorRef, _ask: &Approval) -> Outcome<Captured> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn inquire(&self, of: &Asked, expected: Money) -> Outcome<Standing> {
        match self.inquiry(Which::Attempt(&of.attempt_ref)).await {
            Exchange::Reply(reply) => map::read_inquiry(&reply, expected),
            Exchange::NotSent(fault) => Outcome::NotSent(fault),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    async fn read_notice(&self, _headers: &HeaderMap, _body: &[u8]) -> Result<Notice, Forged> {
        // Silent posts are not authenticated and belong to secure tokens, which are not used (payflow-pro.md §8.4).
        Err(Forged::NotExpected)
    }

    async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        let Some(nobody) = AttemptRef::parse("LECTERNTEST0") else { return Err(ConnectionProblem::Settings) };
        match self.inquiry(Which::Attempt(&nobody)).await {
            Exchange::Reply(reply) => map::read_test(&reply),
            Exchange::NotSent(Fault::Connect) => Err(ConnectionProblem::Unreachable),
            Exchange::NotSent(_) => Err(ConnectionProblem::Unavailable),
            Exchange::Lost(Doubt::Timeout | Doubt::Lost) => Err(ConnectionProblem::NoAnswer),
            Exchange::Lost(_) => Err(ConnectionProblem::NotTheProcessor),
        }
    }
}
