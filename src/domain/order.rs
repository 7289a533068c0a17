//! The life of a purchase. Pure: `apply` answers with the next state and what must be done about it; flows do it.

use serde::{Deserialize, Serialize};

use super::{
    ids::{AttemptId, PaymentId},
    time::Timestamp,
};

/// What is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// A participant's seat.
    Fee,
    /// A host's minutes.
    Usage,
}

impl OrderKind {
    /// The value at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fee => "fee",
            Self::Usage => "usage",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Fee, Self::Usage].into_iter().find(|kind| kind.code() == code)
    }
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Seats (of a fee) are set aside until `until`; no processor has been asked. A usage order waits as *payment due*.
    Held {
        /// Its end.
        until: Timestamp,
    },
    /// A processor was asked and has not given a final answer, so the seats stay held.
    Paying {
        /// Which.
        attempt: AttemptId,
    },
    /// The money is ours, or nothing was due.
    Paid {
        /// Which.
        payment: PaymentId,
    },
    /// The hold ended without payment.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// Given up by the buyer or the organiser.
    Cancelled {
        /// When.
        at: Timestamp,
    },
    /// Paid once, and all of it returned.
    Refunded {
        /// When.
        at: Timestamp,
    },
}

/// What can happen to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    /// The buyer pressed Pay; the attempt is written down.
    PayAsked(AttemptId),
    /// The processor captured the money of an attempt.
    Paid(AttemptId, PaymentId),
    /// The processor gave a final no, or was provably never reached; the buyer may try again until `keep_until`.
    Refused {
        /// Which.
        attempt: AttemptId,
        /// Until when the seats are kept.
        keep_until: Timestamp,
    },
    /// A timer for the hold fired.
    HoldEnded,
    /// The buyer asked for more time.
    HoldExtended {
        /// Its end.
        until: Timestamp,
    },
    /// The buyer or organiser gave it up.
    Cancelled,
    /// All money of this order was returned.
    AllRefunded,
}

/// What must be done because of an event, in the same transaction or as a job written in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Give the seats and promo uses back.
    ReleaseClaims,
    /// Make the seats and promo uses final, give the registration its id.
    ConfirmClaims,
    /// Queue the one confirmation.
    QueueConfirmation,
    /// Return this payment: it came twice, or too late.
    RefundNow(PaymentId),
}

/// The event cannot happen in this state: a bug, and the caller must not retry it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} cannot happen to an order that is {from:?}")]
pub struct IllegalMove {
    /// The state.
    pub from: OrderState,
    /// The event.
    pub event: OrderEvent,
}

impl OrderState {
    /// The value at rest.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Held { .. } => "held",
            Self::Paying { .. } => "paying",
            Self::Paid { .. } => "paid",
            Self::Expired { .. } => "expired",
            Self::Cancelled { .. } => "cancelled",
            Self::Refunded { .. } => "refunded",
        }
    }

    /// The next state and its effects. Pure; replays change nothing.
    ///
    /// # Errors
    /// `IllegalMove` is a bug.
    pub fn apply(&self, event: OrderEvent, now: Timestamp) -> Result<(OrderState, Vec<Effect>), IllegalMove> {
        use {Effect as Do, OrderEvent as E, OrderState as S};
        let stay = || self.clone();
        Ok(match (self, &event) {
            (S::Held { .. }, E::PayAsked(attempt)) => (S::Paying { attempt: *attempt }, vec![]),
            (S::Held { until }, E::HoldEnded) if now >= *until => (S::Expired { at: now }, vec![Do::ReleaseClaims]),
            (S::Held { until }, E::HoldExtended { until: later }) => (S::Held { until: *until.max(later) }, vec![]),
            (S::Held { .. }, E::Cancelled) => (S::Cancelled { at: now }, vec![Do::ReleaseClaims]),
            (S::Paying { attempt }, E::Paid(of, payment)) if attempt == of => {
                (S::Paid { payment: *payment }, vec![Do::ConfirmClaims, Do::QueueConfirmation])
            }
            (S::Paying { attempt }, E::Refused { attempt: of, keep_until }) if attempt == of => (S::Held { until: *keep_until }, vec![]),
            // An older attempt's late "no" is about money that never moved.
            (S::Paying { .. }, E::Refused { .. }) => (stay(), vec![]),
            // Money for an older attempt while another is asked: the order is paid with it; the other, if captured, is returned.
            (S::Held { .. } | S::Paying { .. }, E::Paid(_, payment)) => {
                (S::Paid { payment: *payment }, vec![Do::ConfirmClaims, Do::QueueConfirmation])
            }
            // Told twice.
            (S::Paid { payment }, E::Paid(_, again)) if payment == again => (stay(), vec![]),
            // Twice, or too late.
            (S::Paid { .. } | S::Expired { .. } | S::Cancelled { .. } | S::Refunded { .. }, E::Paid(_, payment)) => {
                (stay(), vec![Do::RefundNow(*payment)])
            }
            // A timer that fires early, late, or while the money is in question changes nothing.
            (
                S::Held { .. } | S::Paying { .. } | S::Paid { .. } | S::Expired { .. } | S::Cancelled { .. } | S::Refunded { .. },
                E::HoldEnded,
            ) => (stay(), vec![]),
            (S::Held { .. } | S::Paid { .. } | S::Expired { .. } | S::Cancelled { .. } | S::Refunded { .. }, E::Refused { .. }) => {
                (stay(), vec![])
            }
            (S::Expired { .. } | S::Cancelled { .. }, E::Cancelled) => (stay(), vec![]),
            // A paid order that cost nothing is given up like a held one; one with money is refunded first.
            (S::Paid { .. }, E::Cancelled) => (S::Cancelled { at: now }, vec![Do::ReleaseClaims]),
            (S::Paid { .. }, E::AllRefunded) => (S::Refunded { at: now }, vec![Do::ReleaseClaims]),
            (S::Refunded { .. } | S::Cancelled { .. } | S::Expired { .. }, E::AllRefunded) => (stay(), vec![]),
            (S::Paying { .. } | S::Paid { .. } | S::Expired { .. } | S::Cancelled { .. } | S::Refunded { .. }, E::PayAsked(_))
            | (S::Paying { .. } | S::Paid { .. } | S::Expired { .. } | S::Cancelled { .. } | S::Refunded { .. }, E::HoldExtended { .. })
            | (S::Paying { .. } | S::Refunded { .. }, E::Cancelled)
            | (S::Held { .. } | S::Paying { .. }, E::AllRefunded) => return Err(IllegalMove { from: self.clone(), event }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const A: AttemptId = AttemptId(Uuid::from_u128(1));
    const B: AttemptId = AttemptId(Uuid::from_u128(2));
    const P: PaymentId = PaymentId(Uuid::from_u128(3));
    const Q: PaymentId = PaymentId(Uuid::from_u128(4));
    const NOW: Timestamp = Timestamp(1_000);

    fn held(until: i64) -> OrderState {
        OrderState::Held { until: Timestamp(until) }
    }

    #[test]
    fn a_hold_ends_at_its_instant_and_not_before() {
        assert_eq!(held(1_001).apply(OrderEvent::HoldEnded, NOW), Ok((held(1_001), vec![])));
        assert_eq!(held(1_000).apply(OrderEvent::HoldEnded, NOW), Ok((OrderState::Expired { at: NOW }, vec![Effect::ReleaseClaims])));
    }

    #[test]
    fn an_order_whose_money_is_in_question_never_expires() {
        let paying = OrderState::Paying { attempt: A };
        assert_eq!(paying.apply(OrderEvent::HoldEnded, NOW), Ok((paying.clone(), vec![])));
    }

    #[test]
    fn a_late_payment_is_refunded() {
        for dead in [OrderState::Expired { at: NOW }, OrderState::Cancelled { at: NOW }] {
            assert_eq!(dead.apply(OrderEvent::Paid(A, P), NOW), Ok((dead.clone(), vec![Effect::RefundNow(P)])));
        }
    }

    #[test]
    fn a_second_payment_is_refunded_and_a_replay_is_not() {
        let paid = OrderState::Paid { payment: P };
        assert_eq!(paid.apply(OrderEvent::Paid(A, P), NOW), Ok((paid.clone(), vec![])));
        assert_eq!(paid.apply(OrderEvent::Paid(B, Q), NOW), Ok((paid.clone(), vec![Effect::RefundNow(Q)])));
    }

    #[test]
    fn a_decline_keeps_the_seat() {
        let paying = OrderState::Paying { attempt: A };
        let event = OrderEvent::Refused { attempt: A, keep_until: Timestamp(9_000) };
        assert_eq!(paying.apply(event, NOW), Ok((held(9_000), vec![])));
        let older = OrderEvent::Refused { attempt: B, keep_until: Timestamp(9_000) };
        assert_eq!(paying.apply(older, NOW), Ok((paying.clone(), vec![])));
    }

    #[test]
    fn paying_twice_at_once_is_a_bug() {
        assert!(OrderState::Paying { attempt: A }.apply(OrderEvent::PayAsked(B), NOW).is_err());
    }

    proptest::proptest! {
        /// In any order of events, claims are released at most once and never after they were confirmed and kept.
        #[test]
        fn claims_are_released_at_most_once(events in proptest::collection::vec(0_u8..8, 0..24)) {
            let mut state = held(500);
            let (mut released, mut confirmed) = (0, 0);
            for event in events {
                let event = match event {
                    0 => OrderEvent::PayAsked(A),
                    1 => OrderEvent::Paid(A, P),
                    2 => OrderEvent::Refused { attempt: A, keep_until: Timestamp(500) },
                    3 => OrderEvent::HoldEnded,
                    4 => OrderEvent::Cancelled,
                    5 => OrderEvent::AllRefunded,
                    6 => OrderEvent::Paid(B, Q),
                    _ => OrderEvent::HoldExtended { until: Timestamp(700) },
                };
                if let Ok((next, effects)) = state.apply(event, NOW) {
                    released += effects.iter().filter(|e| **e == Effect::ReleaseClaims).count();
                    confirmed += effects.iter().filter(|e| **e == Effect::ConfirmClaims).count();
                    state = next;
                }
            }
            proptest::prop_assert!(released <= 1 && confirmed <= 1);
        }
    }
}
