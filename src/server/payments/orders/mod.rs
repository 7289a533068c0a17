//! PayPal Orders v2: the buyer agrees on PayPal's page, and only then the order is captured whole (paypal-rest.md). Captures,
//! refunds and webhooks; no authorisations and no cards of ours. Leaves to others: when to finish or inquire, and what an outcome
//! does to an order of the shop.
//!
//! An order is captured at most once whatever the key (paypal-rest.md §4.4), and every refusal is checked against the order as it
//! stands before it is believed: an earlier sending may have been acted on.

mod declines;
pub mod map;
pub mod notice;
pub mod settings;
pub mod tokens;
pub mod wire;

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::domain::{money::Money, payment::DeclineClass};
use crate::server::clock::Clock;

use super::ask::{Approval, Asked, AttemptRef, IdempotencyKey, ProcessorRef, Sale};
use super::line::{Exchange, Line, Message, Repeats, Timing};
use super::processor::{
    Abilities, Authorised, Captured, CardForm, ConnectionProblem, Decline, Doubt, Fault, Forged, NextStep, Notice, Outcome, Processor,
    ProcessorName, Refunded, Standing,
};
use declines::Declines;
use map::{Refusal, Said, Stand, Verdict, Wanted};
use notice::Signature;
use settings::Environment;
use tokens::{NoToken, Tokens};
use wire::{Amount, Capture, NewOrder, NewRefund, Order, Refund, Verification};

pub use settings::{OrdersSettings, PublicSettings};

/// One REST app at PayPal.
pub struct Orders {
    settings: OrdersSettings,
    base: Url,
    line: Line,
    tokens: Tokens,
    declines: Declines,
    clock: Clock,
}

/// One call of the API.
struct Call<'a> {
    method: Method,
    path: String,
    key: Option<&'a IdempotencyKey>,
    body: Bytes,
    /// Ask for the whole object and not only its id and state.
    whole: bool,
}

impl Call<'_> {
    fn get(path: String) -> Self {
        Self { method: Method::GET, path, key: None, body: Bytes::new(), whole: false }
    }
}

/// An order or capture that was looked for.
enum Found<T> {
    It(T),
    /// Expired, or never made at this account.
    No(Refusal),
    /// Nothing was learnt.
    Unsure(Doubt),
}

impl Orders {
    /// An app over the shared client.
    ///
    /// # Errors
    /// `Settings` when [`OrdersSettings::check`] says so.
    pub fn new(settings: OrdersSettings, http: Client, clock: Clock, timing: Timing) -> Result<Self, ConnectionProblem> {
        let base = settings.check()?;
        let token_url = address(&base, "v1/oauth2/token");
        let tokens = Tokens::new(token_url, &settings.public.client_id, &settings.client_secret, clock.clone());
        let tokens = tokens.ok_or(ConnectionProblem::Settings)?;
        Ok(Self { settings, base, line: Line::new(http, timing), tokens, declines: Declines::default(), clock })
    }

    /// The amount as it travels, if this account can take it.
    fn carried(&self, amount: Money) -> Result<Amount, Fault> {
        if !self.settings.public.currencies.contains(&amount.currency()) || wire::decimals(amount.currency()).is_none() {
            return Err(Fault::Currency(amount.currency()));
        }
        Amount::of(amount).ok_or(Fault::Amount)
    }

    /// Asks, with a token that is renewed once when it is refused (paypal-rest.md §2): same key, same body.
    async fn ask<T: DeserializeOwned>(&self, call: &Call<'_>) -> Exchange<Said<T>> {
        let mut renewed = false;
        loop {
            let bearer = match self.tokens.bearer(&self.line).await {
                Ok(bearer) => bearer,
                Err(none) => return Exchange::NotSent(none.fault()),
            };
            let message = Message {
                method: call.method.clone(),
                url: address(&self.base, &call.path),
                headers: headers(call, &bearer),
                body: call.body.clone(),
                repeats: Repeats::Safe,
            };
            let exchange = self.line.exchange(message, map::read).await;
            match &exchange {
                Exchange::Reply(Said::No(refusal)) if refusal.verdict() == Verdict::TokenRefused && !renewed => {
                    self.tokens.forget(&bearer).await;
                    renewed = true;
                    continue;
                }
                Exchange::Reply(Said::No(refusal)) => {
                    tracing::info!(status = refusal.status, code = refusal.code, debug_id = refusal.debug_id, "orders: refused");
                }
                Exchange::Reply(Said::Yes(_)) => tracing::debug!("orders answered"),
                Exchange::NotSent(fault) => tracing::warn!(reason = fault.reason(), "orders: not sent"),
                Exchange::Lost(doubt) => tracing::warn!(reason = doubt.reason(), "orders: answer lost"),
            }
            return exchange;
        }
    }

    async fn find<T: DeserializeOwned>(&self, path: String) -> Found<T> {
        match self.ask(&Call::get(path)).await {
            Exchange::Reply(Said::Yes(it)) => Found::It(it),
            Exchange::Reply(Said::No(refusal)) if refusal.verdict() == Verdict::NotFound => Found::No(refusal),
            Exchange::Reply(Said::No(Refusal { code, .. })) => Found::Unsure(Doubt::ProcessorUnsure { code }),
            // Not asking says nothing about what an earlier call did.
            Exchange::NotSent(fault) => Found::Unsure(unasked(&fault)),
            Exchange::Lost(doubt) => Found::Unsure(doubt),
        }
    }

    async fn find_order(&self, id: &str) -> Found<Order> {
        self.find(format!("v2/checkout/orders/{}", in_path(id))).await
    }

    async fn find_capture(&self, id: &str) -> Found<Capture> {
        self.find(format!("v2/payments/captures/{}", in_path(id))).await
    }

    /// Takes an approved order's money.
    async fn take(&self, key: &IdempotencyKey, of: &ProcessorRef, wanted: Wanted<'_>) -> Outcome<Captured> {
        let round = self.declines.of(of);
        let step = if round == 0 { key.step("capture") } else { key.step(&format!("capture {round}")) };
        let path = format!("v2/checkout/orders/{}/capture", in_path(of.as_str()));
        let call = Call { method: Method::POST, path, key: Some(&step), body: Bytes::from_static(b"{}"), whole: true };
        match self.ask::<Order>(&call).await {
            Exchange::Reply(Said::Yes(order)) => match map::read_order(&order, of, wanted) {
                // An answer without the capture in it, as minimal ones are.
                Stand::Approved | Stand::Open(_) | Stand::Unknown(Doubt::Unreadable) => self.look_again(None, of, wanted).await,
                Stand::Captured(captured) => Outcome::Done(captured),
                Stand::Pending => Outcome::Unknown(Doubt::Pending),
                Stand::Declined(decline) => Outcome::Declined(decline),
                Stand::Unknown(doubt) => Outcome::Unknown(doubt),
            },
            Exchange::Reply(Said::No(refusal)) => {
                if refusal.verdict() == Verdict::OtherFunding {
                    self.declines.note(of, round + 1);
                }
                self.look_again(Some(&refusal), of, wanted).await
            }
            Exchange::NotSent(fault) => Outcome::Unknown(unasked(&fault)),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// Reads an order back after a capture that did not answer with money. What the order says goes before the refusal.
    async fn look_again(&self, refusal: Option<&Refusal>, of: &ProcessorRef, wanted: Wanted<'_>) -> Outcome<Captured> {
        let page = match self.find_order(of.as_str()).await {
            Found::It(order) => match map::read_order(&order, of, wanted) {
                Stand::Captured(captured) => return Outcome::Done(captured),
                Stand::Pending => return Outcome::Unknown(Doubt::Pending),
                Stand::Declined(decline) => return Outcome::Declined(decline),
                Stand::Unknown(doubt) => return Outcome::Unknown(doubt),
                Stand::Approved => map::payer_page(&order.links),
                Stand::Open(page) => page,
            },
            Found::No(refusal) => return expired(refusal),
            Found::Unsure(doubt) => return Outcome::Unknown(doubt),
        };
        let Some(refusal) = refusal else { return Outcome::Unknown(Doubt::Unreadable) };
        let code = refusal.code.clone();
        match refusal.verdict() {
            Verdict::OtherFunding | Verdict::NotApproved => match map::payer_page(&refusal.links).or(page) {
                Some(url) => redirect(url, of),
                None => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
            },
            // The order is there.
            Verdict::NotFound => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
            Verdict::TokenRefused
            | Verdict::Declined(_)
            | Verdict::DoneBefore
            | Verdict::InvoicePaid
            | Verdict::NotPossible
            | Verdict::NotYet
            | Verdict::Misconfigured
            | Verdict::Rejected
            | Verdict::Unlisted => map::refused(refusal),
        }
    }

    /// The refund of a capture that was asked for under our reference.
    async fn find_refund(&self, capture: &ProcessorRef, attempt: &AttemptRef) -> Found<Option<Refund>> {
        let order = match self.find_capture(capture.as_str()).await {
            Found::It(capture) => capture.order().map(str::to_owned),
            Found::No(refusal) => return Found::No(refusal),
            Found::Unsure(doubt) => return Found::Unsure(doubt),
        };
        let Some(order) = order else { return Found::Unsure(Doubt::Unreadable) };
        match self.find_order(&order).await {
            Found::It(order) => Found::It(refund_of(order, attempt)),
            Found::No(refusal) => Found::No(refusal),
            Found::Unsure(doubt) => Found::Unsure(doubt),
        }
    }

    /// After a refund was refused because nothing is left: it may be this one that took the rest.
    async fn refunded_before(&self, refusal: Refusal, of: &ProcessorRef, amount: Money, attempt: &AttemptRef) -> Outcome<Refunded> {
        match self.find_refund(of, attempt).await {
            Found::It(Some(refund)) => map::read_refund(&refund, amount, attempt.as_str()),
            Found::It(None) if refusal.verdict() == Verdict::DoneBefore => {
                Outcome::Declined(Decline { class: DeclineClass::Refused, code: refusal.code })
            }
            Found::It(None) => map::refused(&refusal),
            Found::No(_) => Outcome::Unknown(Doubt::ProcessorUnsure { code: refusal.code }),
            Found::Unsure(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// What an order says of an attempt: of its payment, or of a refund of it.
    fn standing(&self, order: Order, of: &Asked, id: &ProcessorRef, expected: Money) -> Outcome<Standing> {
        let ours = of.attempt_ref.as_str();
        let paid_by = order.purchase_units.first().and_then(|unit| unit.custom_id.as_deref());
        if paid_by.is_some_and(|id| id != ours) {
            return match refund_of(order, &of.attempt_ref) {
                Some(refund) => refund_standing(map::read_refund(&refund, expected, ours)),
                None => Outcome::Done(Standing::NotFound),
            };
        }
        match map::read_order(&order, id, Wanted { amount: expected, ours }) {
            Stand::Captured(captured) => Outcome::Done(Standing::Captured(captured)),
            Stand::Declined(decline) => Outcome::Done(Standing::Declined(decline.class)),
            Stand::Pending | Stand::Approved | Stand::Open(_) => Outcome::Done(Standing::Pending),
            Stand::Unknown(doubt) => Outcome::Unknown(doubt),
        }
    }
}

fn refund_standing(refund: Outcome<Refunded>) -> Outcome<Standing> {
    match refund {
        Outcome::Done(Refunded { reference, amount }) => Outcome::Done(Standing::Captured(Captured { reference, amount, card: None })),
        Outcome::Declined(decline) => Outcome::Done(Standing::Declined(decline.class)),
        Outcome::Unknown(Doubt::Pending) => Outcome::Done(Standing::Pending),
        Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
        Outcome::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
        Outcome::NotSent(fault) => Outcome::NotSent(fault),
    }
}

/// The refund made under our reference.
fn refund_of(order: Order, attempt: &AttemptRef) -> Option<Refund> {
    let ours = |id: &Option<String>| id.as_deref() == Some(attempt.as_str());
    order
        .purchase_units
        .into_iter()
        .flat_map(|unit| unit.payments.refunds)
        .find(|refund| ours(&refund.custom_id) || ours(&refund.invoice_id))
}

fn redirect<T>(url: String, of: &ProcessorRef) -> Outcome<T> {
    Outcome::NeedsCustomer(NextStep::Redirect { url, reference: of.clone() })
}

/// An order past its time cannot be approved or captured any more (paypal-rest.md §4.1).
fn expired<T>(refusal: Refusal) -> Outcome<T> {
    Outcome::Declined(Decline { class: DeclineClass::TryLater, code: refusal.code })
}

/// Why nothing was learnt when a question was not even asked.
fn unasked(fault: &Fault) -> Doubt {
    match fault {
        Fault::Connect => Doubt::Lost,
        Fault::Busy | Fault::Currency(_) | Fault::Amount | Fault::NotSupported | Fault::Settings => {
            Doubt::ProcessorUnsure { code: fault.reason().to_owned() }
        }
        Fault::Unavailable { code } | Fault::Misconfigured { code } | Fault::Rejected { code } => {
            Doubt::ProcessorUnsure { code: code.clone() }
        }
    }
}

/// `path` below `base`, whose own path has no slash at its end.
fn address(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// An id as a part of a path: nothing in it can become another part.
fn in_path(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

fn headers(call: &Call<'_>, bearer: &HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, bearer.clone());
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    if call.method == Method::POST {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    // A key is printable ASCII, so it is always a header's value.
    let key = call.key.and_then(|key| HeaderValue::from_str(key.as_str()).ok());
    headers.extend(key.map(|key| (HeaderName::from_static("paypal-request-id"), key)));
    if call.whole {
        headers.insert("prefer", HeaderValue::from_static("return=representation"));
    }
    headers
}

/// A body; every one of ours serialises.
fn json(body: &impl Serialize) -> Result<Bytes, Fault> {
    serde_json::to_vec(body).map(Bytes::from).map_err(|_| Fault::Settings)
}

#[async_trait]
impl Processor for Orders {
    fn name(&self) -> ProcessorName {
        ProcessorName("orders")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            currencies: self.settings.public.currencies.clone(),
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

    async fn capture(&self, _key: &IdempotencyKey, _of: &ProcessorRef, _amount: Money) -> Outcome<Captured> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn cancel(&self, _key: &IdempotencyKey, _of: &ProcessorRef) -> Outcome<()> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn refund(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Refunded> {
        let attempt = AttemptRef::of_key(key);
        let body = match self.carried(amount).and_then(|amount| json(&NewRefund::of(amount, &attempt))) {
            Ok(body) => body,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let path = format!("v2/payments/captures/{}/refund", in_path(of.as_str()));
        match self.ask::<Refund>(&Call { method: Method::POST, path, key: Some(key), body, whole: true }).await {
            Exchange::Reply(Said::Yes(refund)) => map::read_refund(&refund, amount, attempt.as_str()),
            Exchange::Reply(Said::No(refusal)) => match refusal.verdict() {
                // The rest may have gone under this very reference (paypal-rest.md §8.4).
                Verdict::DoneBefore | Verdict::NotPossible | Verdict::InvoicePaid => {
                    self.refunded_before(refusal, of, amount, &attempt).await
                }
                Verdict::NotFound => Outcome::NotSent(Fault::Rejected { code: refusal.code }),
                // Whoever is not let in has not used the key up, and a new one could refund twice.
                Verdict::TokenRefused | Verdict::Misconfigured if refusal.status != 422 => Outcome::NotSent(Fault::Settings),
                Verdict::TokenRefused
                | Verdict::Declined(_)
                | Verdict::OtherFunding
                | Verdict::NotApproved
                | Verdict::NotYet
                | Verdict::Misconfigured
                | Verdict::Rejected
                | Verdict::Unlisted => map::refused(&refusal),
            },
            Exchange::NotSent(Fault::Misconfigured { .. }) => Outcome::NotSent(Fault::Settings),
            Exchange::NotSent(fault) => Outcome::NotSent(fault),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    async fn start(&self, key: &IdempotencyKey, ask: &Approval) -> Outcome<Captured> {
        let brand = self.settings.public.brand_name.as_deref();
        let body = match self.carried(ask.amount).and_then(|amount| json(&NewOrder::of(ask, amount, brand))) {
            Ok(body) => body,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let call = Call { method: Method::POST, path: "v2/checkout/orders".to_owned(), key: Some(key), body, whole: false };
        match self.ask::<Order>(&call).await {
            Exchange::Reply(Said::Yes(order)) => {
                let page = match order.status.as_str() {
                    // Told again after the payer agreed: they go where they would have come back to.
                    "APPROVED" | "COMPLETED" => Some(ask.return_url.clone()),
                    _ => map::payer_page(&order.links),
                };
                match (page, ProcessorRef::parse(&order.id)) {
                    (Some(url), Some(reference)) => redirect(url, &reference),
                    (None, _) | (_, None) => Outcome::Unknown(Doubt::Unreadable),
                }
            }
            Exchange::Reply(Said::No(refusal)) if refusal.verdict() == Verdict::NotFound => {
                Outcome::NotSent(Fault::Rejected { code: refusal.code })
            }
            Exchange::Reply(Said::No(refusal)) => map::refused(&refusal),
            Exchange::NotSent(fault) => Outcome::NotSent(fault),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    async fn finish(&self, key: &IdempotencyKey, of: &ProcessorRef, ask: &Approval) -> Outcome<Captured> {
        let wanted = Wanted { amount: ask.amount, ours: ask.attempt_ref.as_str() };
        let order = match self.find_order(of.as_str()).await {
            Found::It(order) => order,
            Found::No(refusal) => return expired(refusal),
            Found::Unsure(doubt) => return Outcome::Unknown(doubt),
        };
        match map::read_order(&order, of, wanted) {
            Stand::Approved => self.take(key, of, wanted).await,
            Stand::Open(Some(url)) => redirect(url, of),
            Stand::Open(None) => Outcome::Unknown(Doubt::Unreadable),
            Stand::Captured(captured) => Outcome::Done(captured),
            Stand::Pending => Outcome::Unknown(Doubt::Pending),
            Stand::Declined(decline) => Outcome::Declined(decline),
            Stand::Unknown(doubt) => Outcome::Unknown(doubt),
        }
    }

    fn card_form(&self, _key: &IdempotencyKey, _of: &ProcessorRef) -> Option<CardForm> {
        None
    }

    async fn inquire(&self, of: &Asked, expected: Money) -> Outcome<Standing> {
        // Orders cannot be searched by our reference (paypal-rest.md §8): without an id nothing can be found out. The same key
        // again tells it: `start` gives the same order, a refund the same refund.
        let Some(id) = &of.started else { return Outcome::Done(Standing::Pending) };
        let order = match self.find_order(id.as_str()).await {
            Found::It(order) => return self.standing(order, of, id, expected),
            Found::Unsure(doubt) => return Outcome::Unknown(doubt),
            Found::No(_) => match self.find_capture(id.as_str()).await {
                Found::It(capture) => capture.order().and_then(ProcessorRef::parse),
                Found::Unsure(doubt) => return Outcome::Unknown(doubt),
                Found::No(_) => return Outcome::Done(Standing::Declined(DeclineClass::TryLater)),
            },
        };
        let Some(id) = order else { return Outcome::Unknown(Doubt::Unreadable) };
        match self.find_order(id.as_str()).await {
            Found::It(order) => self.standing(order, of, &id, expected),
            Found::No(Refusal { code, .. }) => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
            Found::Unsure(doubt) => Outcome::Unknown(doubt),
        }
    }

    async fn read_notice(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notice, Forged> {
        let webhook_id = &self.settings.public.webhook_id;
        if webhook_id.is_empty() {
            return Err(Forged::NotExpected);
        }
        let signature = Signature::of(headers, Environment::of(&self.base), &self.base, self.clock.now())?;
        let (event, notice) = notice::read(body)?;
        let path = "v1/notifications/verify-webhook-signature".to_owned();
        let body = Bytes::from(signature.question(webhook_id, event));
        match self.ask::<Verification>(&Call { method: Method::POST, path, key: None, body, whole: false }).await {
            Exchange::Reply(Said::Yes(Verification { verification_status })) => match verification_status.as_str() {
                "SUCCESS" => Ok(notice),
                "FAILURE" => Err(Forged::BadSignature),
                _ => Err(Forged::CannotTell),
            },
            Exchange::Reply(Said::No(_)) | Exchange::NotSent(_) | Exchange::Lost(_) => Err(Forged::CannotTell),
        }
    }

    async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        match self.tokens.bearer(&self.line).await {
            Ok(_) => Ok(()),
            Err(NoToken::Refused(refusal)) => Err(match refusal.status {
                401 => ConnectionProblem::Credentials,
                403 => ConnectionProblem::Permission,
                _ => ConnectionProblem::NotTheProcessor,
            }),
            Err(NoToken::NotAsked(Fault::Connect)) => Err(ConnectionProblem::Unreachable),
            Err(NoToken::NotAsked(_)) => Err(ConnectionProblem::Unavailable),
            Err(NoToken::NoAnswer(Doubt::Timeout | Doubt::Lost)) => Err(ConnectionProblem::NoAnswer),
            Err(NoToken::NoAnswer(Doubt::Status(429 | 500..))) => Err(ConnectionProblem::Unavailable),
            Err(NoToken::NoAnswer(_)) => Err(ConnectionProblem::NotTheProcessor),
        }
    }
}
