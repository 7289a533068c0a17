//! PayPal Payflow Pro: card sales, authorisations, captures, voids, refunds and inquiries over its name-value interface
//! (payflow-pro.md). Cards are typed into a form that the browser sends straight to the gateway, for a secure token (SAQ A-EP); or,
//! as configured, come through this server (SAQ D). Express Checkout over Payflow is not used. Leaves to others: when to inquire,
//! and what an outcome does to an order.

pub mod ascii;
pub mod map;
pub mod request;
pub mod settings;
pub mod silent_post;
pub mod token;
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
    Abilities, Authorised, Captured, CardForm, ConnectionProblem, Decline, Doubt, Fault, Forged, Notice, Outcome, Processor, ProcessorName,
    Refunded, Standing,
};
use crate::domain::payment::DeclineClass;
use map::{Answer, Booked, Call};
use request::{SaleKind, Which, amount_to_wire};
use settings::Link;
use token::{Seen, is_token};
use wire::{Reply, Request, Tagging};

pub use settings::{CardEntry, PayflowSettings, PublicSettings};

/// One merchant account at Payflow.
pub struct Payflow {
    settings: PayflowSettings,
    url: Url,
    link: Link,
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
        let link = settings.link()?;
        Ok(Self { settings, url, link, line: Line::new(http, timing), clock })
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

    fn takes_cards(&self) -> bool {
        self.settings.public.card_entry == CardEntry::Here
    }

    /// What became of a token; one that is over is looked for by our own reference.
    async fn look(&self, token: &ProcessorRef, of: &AttemptRef, invoice: Option<&str>, expected: Money) -> Seen {
        let ended = |standing| Seen::Ended { standing, stray: None };
        let seen = match self.inquiry(Which::Token(token)).await {
            Exchange::Reply(reply) => token::read_seen(&reply, of, invoice, expected),
            Exchange::NotSent(fault) => return ended(Outcome::NotSent(fault)),
            Exchange::Lost(doubt) => return ended(Outcome::Unknown(doubt)),
        };
        let Seen::Over { code } = seen else { return seen };
        match self.inquire(&Asked::of(of), expected).await {
            Outcome::Done(Standing::NotFound) => Seen::Over { code },
            found @ (Outcome::Done(_) | Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_)) => {
                ended(found)
            }
        }
    }

    /// Whether a token can be given up: only while nobody has paid with it. The gateway cannot be told to forget it.
    async fn leave(&self, token: &ProcessorRef) -> Outcome<()> {
        let reply = match self.inquiry(Which::Token(token)).await {
            Exchange::Reply(reply) => reply,
            Exchange::NotSent(fault) => return Outcome::NotSent(fault),
            Exchange::Lost(doubt) => return Outcome::Unknown(doubt),
        };
        match reply.result {
            19 | 20 => Outcome::Done(()),
            161 => Outcome::Unknown(Doubt::Pending),
            // Used, for better or worse, or too old: what came of it is for `finish` to say.
            result => Outcome::Declined(Decline { class: DeclineClass::Refused, code: result.to_string() }),
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
            takes_cards: self.takes_cards(),
            redirects: !self.takes_cards(),
            authorises: true,
            partial_refunds: true,
            hold_days: 3,
            needs_three_ds: false,
        }
    }

    async fn sale(&self, key: &IdempotencyKey, ask: &Sale) -> Outcome<Captured> {
        if !self.takes_cards() {
            return Outcome::NotSent(Fault::NotSupported);
        }
        let amount = match self.carried(ask.amount) {
            Ok(amount) => amount,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let request = request::sale(SaleKind::Sale, ask, &amount);
        let booked = self.moving(Call::Sale, key, &ask.attempt_ref, ask.amount, &request).await;
        booked.map(|Booked { reference, card }| Captured { reference, amount: ask.amount, card })
    }

    async fn authorise(&self, key: &IdempotencyKey, ask: &Sale) -> Outcome<Authorised> {
        if !self.takes_cards() {
            return Outcome::NotSent(Fault::NotSupported);
        }
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

    /// Of a token: done when nobody has paid with it. It may still be paid with while it lives, so who gives it up looks again
    /// when it is over.
    async fn cancel(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Outcome<()> {
        if is_token(of) {
            return self.leave(of).await;
        }
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

    async fn start(&self, key: &IdempotencyKey, ask: &Approval) -> Outcome<Captured> {
        if self.takes_cards() {
            return Outcome::NotSent(Fault::NotSupported);
        }
        let amount = match self.carried(ask.amount) {
            Ok(amount) => amount,
            Err(fault) => return Outcome::NotSent(fault),
        };
        match self.ask(key, &request::token(ask, key.as_str(), &amount)).await {
            Exchange::Reply(reply) => token::read_created(&reply, key.as_str()),
            Exchange::NotSent(fault) => Outcome::NotSent(fault),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// The gateway took the money already, or did not: this only finds out.
    async fn finish(&self, key: &IdempotencyKey, of: &ProcessorRef, ask: &Approval) -> Outcome<Captured> {
        let invoice = request::invoice(ask);
        let (standing, stray) = match self.look(of, &ask.attempt_ref, Some(&invoice), ask.amount).await {
            Seen::Untouched => return Outcome::NeedsCustomer(token::step(of)),
            Seen::Over { code } => return Outcome::Declined(Decline { class: DeclineClass::TryLater, code }),
            Seen::Ended { standing, stray } => (standing, stray),
        };
        if let Some(stray) = stray
            && !matches!(self.cancel(&key.step("void stray"), &stray).await, Outcome::Done(()))
        {
            tracing::warn!(reference = stray.as_str(), "payflow: an authorisation of a declined card could not be voided");
        }
        match standing {
            Outcome::Done(Standing::Captured(captured)) => Outcome::Done(captured),
            Outcome::Done(Standing::Declined(class)) => Outcome::Declined(Decline { class, code: "inquiry".to_owned() }),
            Outcome::Done(Standing::NotFound) => Outcome::NeedsCustomer(token::step(of)),
            Outcome::Done(Standing::Pending) => Outcome::Unknown(Doubt::Pending),
            Outcome::Done(Standing::Authorised(_)) => Outcome::Unknown(Doubt::ProcessorUnsure { code: "authorised".to_owned() }),
            Outcome::Declined(decline) => Outcome::Declined(decline),
            Outcome::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
            Outcome::NotSent(fault) => Outcome::NotSent(fault),
            Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
        }
    }

    fn card_form(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Option<CardForm> {
        is_token(of).then(|| token::form(&self.link, key, of))
    }

    async fn inquire(&self, of: &Asked, expected: Money) -> Outcome<Standing> {
        if let Some(token) = of.started.as_ref().filter(|started| is_token(started)) {
            return match self.look(token, &of.attempt_ref, None, expected).await {
                Seen::Untouched => Outcome::Done(Standing::Pending),
                Seen::Over { .. } => Outcome::Done(Standing::Declined(DeclineClass::TryLater)),
                Seen::Ended { standing, stray: _ } => standing,
            };
        }
        match self.inquiry(Which::Attempt(&of.attempt_ref)).await {
            Exchange::Reply(reply) => map::read_inquiry(&reply, expected),
            Exchange::NotSent(fault) => Outcome::NotSent(fault),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// A silent post is not authenticated (payflow-pro.md §8.4): of one, nothing is believed but which attempt it may be about.
    async fn read_notice(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notice, Forged> {
        if self.takes_cards() {
            return Err(Forged::NotExpected);
        }
        silent_post::read(headers, body)
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
