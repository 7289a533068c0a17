//! PayPal Website Payments Pro for merchants in the United Kingdom: card sales and authorisations by `DoDirectPayment`, captures,
//! voids and refunds over the NVP API (paypal-website-payments-pro-uk.md). The number passes through this server (PCI DSS SAQ D).
//! A legacy product, whose successors are [`super::orders`] and [`super::stripe`]. Leaves to others: when to inquire, and what an
//! outcome does to an order.
//!
//! There is no key by which PayPal would know a repeated sale. So it is sent once; its invoice number is the attempt's own
//! reference, by which it is looked up when the answer was lost, and which PayPal refuses to charge a second time (§8).

pub mod map;
pub mod request;

use std::net::Ipv4Addr;

use async_trait::async_trait;
use axum::http::HeaderMap;
use reqwest::Client;

use crate::domain::{
    money::{Currency, Money},
    payment::DeclineClass,
};
use crate::server::clock::Clock;

use super::ask::{Approval, Asked, IdempotencyKey, ProcessorRef, Sale};
use super::line::{Exchange, Repeats, Timing};
use super::nvp::{
    NvpSettings,
    api::Api,
    ipn::Named,
    settings::{Mode, ThreeDsRule},
    verdict::Verdict,
};
use super::processor::{
    Abilities, Authorised, Captured, CardForm, CardSeen, ConnectionProblem, Decline, Doubt, Fault, Forged, Notice, Outcome, Processor,
    ProcessorName, Refunded, Standing,
};
use request::{Action, CardType, Maestro};

/// This product charges pounds only through this processor (§12.2).
pub const CURRENCIES: [Currency; 1] = [Currency::GBP];
/// One fixed tested value, above 59 for 3-D Secure (§2).
pub const VERSION: &str = "116.0";
/// Money set aside is honoured for three days (§9).
const HOLD_DAYS: u16 = 3;

/// One merchant account.
pub struct WppUk {
    api: Api,
}

impl WppUk {
    /// An account over the shared client.
    ///
    /// # Errors
    /// `Settings` when they cannot be used.
    pub fn new(settings: NvpSettings, http: Client, clock: Clock, timing: Timing) -> Result<Self, ConnectionProblem> {
        Ok(Self { api: Api::new(settings, &CURRENCIES, VERSION, http, clock, timing)? })
    }

    /// Charges a card, once. `Ok` is what was booked, or what an earlier sending booked.
    async fn direct(&self, action: Action, ask: &Sale) -> Outcome<(ProcessorRef, Option<CardSeen>)> {
        let amount = match self.api.carried(ask.amount) {
            Ok(amount) => amount,
            Err(fault) => return Outcome::NotSent(fault),
        };
        // Maestro needs an issue number or a start date (§3.1), which the buyer is not asked for: another card.
        let Some(card_type) = CardType::of(&ask.card.number).filter(|card_type| *card_type != CardType::Maestro) else {
            return Outcome::Declined(Decline { class: DeclineClass::Refused, code: "card type".to_owned() });
        };
        // Nobody checks fraud where no money moves.
        let spare = (self.api.endpoints().mode == Mode::Test).then_some(Ipv4Addr::LOCALHOST);
        let own = self.api.settings().public.own_ip.or(spare);
        let Some(ip) = request::ip_address(ask.buyer_ip, own) else { return Outcome::NotSent(Fault::Settings) };
        if Some(ip) == own {
            tracing::warn!(attempt = ask.attempt_ref.as_str(), "paypal: our own address is sent, the buyer's is not IPv4");
        }
        let call = request::direct_payment(self.api.call("DoDirectPayment"), action, ask, card_type, ip, &amount, &Maestro::default());
        let reply = match self.api.ask(&call, Repeats::Never).await {
            Exchange::Reply(reply) => reply,
            Exchange::NotSent(fault) => return Outcome::NotSent(fault),
            Exchange::Lost(doubt) => return Outcome::Unknown(doubt),
        };
        let card = CardSeen { brand: Some(card_type.brand()), last4: ask.card.number.last4().to_owned(), funding: None };
        match map::read_direct(&reply, ask.amount) {
            Ok(outcome) => outcome.map(|reference| (reference, Some(card))),
            // This attempt was charged before: whatever was said then.
            Err((Verdict::InvoicePaid, code)) => match self.api.inquire_by_reference(&ask.attempt_ref, ask.amount).await {
                Outcome::Done(Standing::Captured(Captured { reference, .. })) if action == Action::Sale => {
                    Outcome::Done((reference, Some(card)))
                }
                Outcome::Done(Standing::Authorised(Authorised { reference, .. })) if action == Action::Authorise => {
                    Outcome::Done((reference, Some(card)))
                }
                Outcome::Done(Standing::Pending) => Outcome::Unknown(Doubt::Pending),
                Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
                Outcome::Done(Standing::Captured(_) | Standing::Authorised(_) | Standing::Declined(_)) => {
                    Outcome::Unknown(Doubt::OtherPayment)
                }
                // The index is behind.
                Outcome::Done(Standing::NotFound) | Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) => {
                    Outcome::Unknown(Doubt::ProcessorUnsure { code })
                }
            },
            Err((verdict, code)) => verdict.refused(code),
        }
    }
}

#[async_trait]
impl Processor for WppUk {
    fn name(&self) -> ProcessorName {
        ProcessorName("wpp_uk")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            currencies: self.api.currencies().to_vec(),
            takes_cards: true,
            redirects: false,
            authorises: true,
            partial_refunds: true,
            hold_days: HOLD_DAYS,
            needs_three_ds: self.api.settings().public.three_ds == ThreeDsRule::Required,
        }
    }

    async fn sale(&self, _key: &IdempotencyKey, ask: &Sale) -> Outcome<Captured> {
        self.direct(Action::Sale, ask).await.map(|(reference, card)| Captured { reference, amount: ask.amount, card })
    }

    async fn authorise(&self, _key: &IdempotencyKey, ask: &Sale) -> Outcome<Authorised> {
        self.direct(Action::Authorise, ask).await.map(|(reference, card)| Authorised { reference, amount: ask.amount, card })
    }

    async fn capture(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Captured> {
        self.api.capture(key, of, amount).await
    }

    /// Releases an authorisation. A sale cannot be voided (§9): it is refunded.
    async fn cancel(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Outcome<()> {
        self.api.void(key, of).await
    }

    async fn refund(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Refunded> {
        self.api.refund(key, of, amount).await
    }

    async fn start(&self, _key: &IdempotencyKey, _ask: &Approval) -> Outcome<Captured> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn finish(&self, _key: &IdempotencyKey, _of: &ProcessorRef, _ask: &Approval) -> Outcome<Captured> {
        Outcome::NotSent(Fault::NotSupported)
    }

    fn card_form(&self, _key: &IdempotencyKey, _of: &ProcessorRef) -> Option<CardForm> {
        None
    }

    async fn inquire(&self, of: &Asked, expected: Money) -> Outcome<Standing> {
        self.api.inquire_by_reference(&of.attempt_ref, expected).await
    }

    async fn read_notice(&self, _headers: &HeaderMap, body: &[u8]) -> Result<Notice, Forged> {
        self.api.read_notice(body, Named::Invoice).await
    }

    async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        self.api.test_connection().await
    }
}
