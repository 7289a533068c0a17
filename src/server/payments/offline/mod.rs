//! Invoice or bank transfer: the buyer pays outside, and an administrator says when the money has come. Asks nobody, so it knows
//! nothing by itself: what was started stays undecided until a person decides.

mod settings;

use async_trait::async_trait;
use axum::http::HeaderMap;

use crate::domain::money::Money;

use super::ask::{Approval, Asked, AttemptRef, IdempotencyKey, ProcessorRef, Sale};
use super::processor::{
    Abilities, Authorised, Captured, CardForm, ConnectionProblem, Fault, Forged, NextStep, Notice, Outcome, Processor, ProcessorName,
    Refunded, Standing,
};

pub use settings::OfflineSettings;

/// A site's way to be paid by transfer.
pub struct Offline {
    settings: OfflineSettings,
}

impl Offline {
    /// With what the site wrote about it.
    ///
    /// # Errors
    /// `Settings` when there are no instructions, or nobody could ever be in time.
    pub fn new(settings: OfflineSettings) -> Result<Self, ConnectionProblem> {
        settings.check()?;
        Ok(Self { settings })
    }

    fn expected(&self, reference: ProcessorRef) -> Outcome<Captured> {
        Outcome::NeedsCustomer(NextStep::Transfer { reference, days: self.settings.days })
    }
}

#[async_trait]
impl Processor for Offline {
    fn name(&self) -> ProcessorName {
        ProcessorName("offline")
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            currencies: Vec::new(),
            takes_cards: false,
            redirects: false,
            authorises: false,
            partial_refunds: false,
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
        // Nobody was asked for anything.
        Outcome::Done(())
    }

    async fn refund(&self, _key: &IdempotencyKey, _of: &ProcessorRef, _amount: Money) -> Outcome<Refunded> {
        // A person pays it back the way it came.
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn start(&self, _key: &IdempotencyKey, ask: &Approval) -> Outcome<Captured> {
        match ProcessorRef::parse(ask.attempt_ref.as_str()) {
            Some(reference) => self.expected(reference),
            None => Outcome::NotSent(Fault::Settings),
        }
    }

    async fn finish(&self, _key: &IdempotencyKey, of: &ProcessorRef, _ask: &Approval) -> Outcome<Captured> {
        self.expected(of.clone())
    }

    fn card_form(&self, _key: &IdempotencyKey, _of: &ProcessorRef) -> Option<CardForm> {
        None
    }

    async fn inquire(&self, _of: &Asked, _expected: Money) -> Outcome<Standing> {
        Outcome::Done(Standing::Pending)
    }

    async fn read_notice(&self, _headers: &HeaderMap, _body: &[u8]) -> Result<Notice, Forged> {
        Err(Forged::NotExpected)
    }

    async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        self.settings.check()
    }
}

/// The reference that a person's word for a transfer is kept under: the bank's own, behind ours, so that one transfer counts once.
pub fn reference_of(attempt: &AttemptRef, typed: &str) -> Option<ProcessorRef> {
    let kept: String = typed.chars().filter(char::is_ascii_graphic).take(40).collect();
    ProcessorRef::parse(&format!("{}:{kept}", attempt.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{money::Currency, text::Lang};

    fn offline() -> Offline {
        Offline::new(OfflineSettings { instructions: "IBAN RO49 AAAA".into(), days: 7 }).unwrap_or_else(|e| panic!("{e}"))
    }

    #[tokio::test]
    async fn nothing_is_paid_until_a_person_says_so() {
        let (offline, key) = (offline(), IdempotencyKey::from_random([3; 16]));
        let ask = Approval {
            amount: Money::from_minor(10_000, Currency::EUR),
            description: String::new(),
            invoice: "R-1".into(),
            attempt_ref: AttemptRef::of_key(&key),
            email: None,
            return_url: String::new(),
            cancel_url: String::new(),
            notify_url: String::new(),
            lang: Lang::En,
            kinds: crate::domain::card_kinds::CardKinds::All,
        };
        let Outcome::NeedsCustomer(NextStep::Transfer { reference, days: 7 }) = offline.start(&key, &ask).await else {
            panic!("a transfer is expected");
        };
        assert_eq!(offline.finish(&key, &reference, &ask).await, offline.expected(reference));
        assert_eq!(offline.inquire(&Asked::of(&ask.attempt_ref), ask.amount).await, Outcome::Done(Standing::Pending));
    }

    #[test]
    fn a_banks_reference_is_kept_readable() {
        let attempt = AttemptRef::of_key(&IdempotencyKey::from_random([3; 16]));
        let kept = reference_of(&attempt, "OP 2026/11-7 ș").map(|r| r.as_str().to_owned());
        assert_eq!(kept, Some(format!("{}:OP2026/11-7", attempt.as_str())));
    }
}
