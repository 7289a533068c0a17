//! How often each order's way to pay was declined. A capture's answer is kept under its key, so after the payer chose another way
//! the next capture needs another key (paypal-rest.md §4.4, §11.9). Forgetting costs a payer one more visit to PayPal, never
//! money: an order is captured at most once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::super::ask::ProcessorRef;

/// More open orders with declines than this are not worth remembering.
const ORDERS_MAX: usize = 10_000;

/// Rounds of declines, by order.
#[derive(Default)]
pub(super) struct Declines(Mutex<HashMap<ProcessorRef, u32>>);

impl Declines {
    /// How many rounds this order has had.
    pub(super) fn of(&self, order: &ProcessorRef) -> u32 {
        self.lock().get(order).copied().unwrap_or(0)
    }

    /// Two calls that saw the same decline make one round.
    pub(super) fn note(&self, order: &ProcessorRef, rounds: u32) {
        let mut orders = self.lock();
        if orders.len() >= ORDERS_MAX && !orders.contains_key(order) {
            orders.clear();
        }
        let known = orders.entry(order.clone()).or_insert(0);
        *known = rounds.max(*known);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ProcessorRef, u32>> {
        // One assignment cannot be left half done by a panic elsewhere.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decline_seen_twice_is_one_round() {
        let (declines, order) = (Declines::default(), ProcessorRef::parse("5AB").expect("a reference"));
        assert_eq!(declines.of(&order), 0);
        declines.note(&order, 1);
        declines.note(&order, 1);
        assert_eq!(declines.of(&order), 1);
        declines.note(&order, 2);
        declines.note(&order, 1);
        assert_eq!(declines.of(&order), 2);
    }
}
