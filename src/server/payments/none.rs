//! The processor of free orders: zero totals take the same road as any other, so zero is not a special case in a flow.

use async_trait::async_trait;
use axum::http::HeaderMap;

use super::ask::{Approval, Asked, AttemptRef, IdempotencyKey, ProcessorRef, Sale};
use super::processor::{
    Abilities, Authorised, Captured, CardForm, ConnectionProblem, Fault, Forged, Notice, Outcome, Processor, ProcessorName, Refunded,
    Standing,
};
use crate::domain::money::Money;

/// "Captures" zero, and refuses to touch anything else. Needs no network and no memory: what it says follows from the key.
#[derive(Clone, Copy, Debug, Default)]
pub struct Free;

fn reference(key: &IdempotencyKey) -> Option<ProcessorRef> {
    ProcessorRef::parse(&format!("free-{}", AttemptRef::of_key(key).as_str()))
}

impl Free {
    /// Takes nothing, under `key`. `NotSent(Amount)` for any other amount. The free way to pay needs no card, so flows call
    /// this rather than [`Processor::sale`].
    pub fn take(&self, key: &IdempotencyKey, amount: Money) -> Outcome<Captured> {
        match (amount.is_zero(), reference(key)) {
            (true, Some(reference)) => Outcome::Done(Captured { reference, amount, card: None }),
            (true, None) | (false, Some(_) | None) => Outcome::NotSent(Fault::Amount),
        }
    }
}

#[async_trait]
impl Processor for Free {
    fn name(&self) -> ProcessorName {
        ProcessorName("none")
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

    async fn sale(&self, key: &IdempotencyKey, ask: &Sale) -> Outcome<Captured> {
        self.take(key, ask.amount)
    }

    async fn authorise(&self, _key: &IdempotencyKey, _ask: &Sale) -> Outcome<Authorised> {
        Outcome::NotSent(Fault::NotSupported)
    }

    async fn capture(&self, key: &IdempotencyKey, _of: &ProcessorRef, amount: Money) -> Outcome<Captured> {
        self.take(key, amount)
    }

    async fn cancel(&self, _key: &IdempotencyKey, _of: &ProcessorRef) -> Outcome<()> {
        Outcome::Done(())
    }

    async fn refund(&self, key: &IdempotencyKey, _of: &ProcessorRef, amount: Money) -> Outcome<Refunded> {
        self.take(key, amount).map(|taken| Refunded { reference: taken.reference, amount: taken.amount })
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

    async fn inquire(&self, _of: &Asked, _expected: Money) -> Outcome<Standing> {
        // Taking nothing cannot be lost on the way, so an attempt without a record did not happen and may simply be repeated.
        Outcome::Done(Standing::NotFound)
    }

    async fn read_notice(&self, _headers: &HeaderMap, _body: &[u8]) -> Result<Notice, Forged> {
        Err(Forged::NotExpected)
    }

    async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn only_nothing_is_free() {
        let key = IdempotencyKey::from_random([1; 16]);
        let nothing = Money::zero(Currency::EUR);
        assert!(matches!(Free.take(&key, nothing), Outcome::Done(Captured { amount, .. }) if amount == nothing));
        assert_eq!(Free.take(&key, nothing), Free.take(&key, nothing));
        for minor in [1, -1, 100] {
            assert_eq!(Free.take(&key, Money::from_minor(minor, Currency::EUR)), Outcome::NotSent(Fault::Amount));
        }
    }
}
