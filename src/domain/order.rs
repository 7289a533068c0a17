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
    /// The same for an order that had expired, and what its hold gave back was claimed again in this transaction.
    PaidReseated(PaymentId),
    /// The processor captured money that this order does not take; a buyer who waits for it may pay again until `keep_until`.
    PaidUnwanted {
        /// By which attempt.
        attempt: AttemptId,
        /// Which money.
        payment: PaymentId,
        /// Why it is not taken.
        why: Unwanted,
        /// Until when the seats are kept.
        keep_until: Timestamp,
    },
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

/// Why money that came goes back by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwanted {
    /// The order was over, and its seat is somebody else's or no longer sold.
    TooLate,
    /// The order is paid with other money.
    Twice,
    /// The order's price is not what was asked for when this was paid.
    OtherPrice,
    /// A kind of card that the site did not take.
    CardKind,
}

impl Unwanted {
    /// The kind of the message that tells the buyer.
    pub const fn message_kind(self) -> &'static str {
        match self {
            Self::TooLate => "money_too_late",
            Self::Twice => "money_twice",
            Self::OtherPrice => "money_other_price",
            Self::CardKind => "money_card_kind",
        }
    }
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
    /// Return this payment, and tell the buyer why.
    RefundNow(PaymentId, Unwanted),
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
            (S::Paid { .. }, E::Paid(_, payment)) => (stay(), vec![Do::RefundNow(*payment, Unwanted::Twice)]),
            (S::Expired { .. } | S::Cancelled { .. } | S::Refunded { .. }, E::Paid(_, payment)) => {
                (stay(), vec![Do::RefundNow(*payment, Unwanted::TooLate)])
            }
            // Given up by nobody but the clock, and the seat was still there: as if it had come in time.
            (S::Expired { .. }, E::PaidReseated(payment)) => {
                (S::Paid { payment: *payment }, vec![Do::ConfirmClaims, Do::QueueConfirmation])
            }
            (S::Paying { attempt }, E::PaidUnwanted { attempt: of, payment, why, keep_until }) if attempt == of => {
                (S::Held { until: *keep_until }, vec![Do::RefundNow(*payment, *why)])
            }
            (S::Paid { payment }, E::PaidUnwanted { payment: wanted, .. }) if payment == wanted => {
                return Err(IllegalMove { from: self.clone(), event });
            }
            (
                S::Held { .. } | S::Paying { .. } | S::Paid { .. } | S::Expired { .. } | S::Cancelled { .. } | S::Refunded { .. },
                E::PaidUnwanted { payment, why, .. },
            ) => (stay(), vec![Do::RefundNow(*payment, *why)]),
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
            | (S::Held { .. } | S::Paying { .. } | S::Paid { .. } | S::Cancelled { .. } | S::Refunded { .. }, E::PaidReseated(_))
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
            assert_eq!(dead.apply(OrderEvent::Paid(A, P), NOW), Ok((dead.clone(), vec![Effect::RefundNow(P, Unwanted::TooLate)])));
        }
    }

    #[test]
    fn a_second_payment_is_refunded_and_a_replay_is_not() {
        let paid = OrderState::Paid { payment: P };
        assert_eq!(paid.apply(OrderEvent::Paid(A, P), NOW), Ok((paid.clone(), vec![])));
        assert_eq!(paid.apply(OrderEvent::Paid(B, Q), NOW), Ok((paid.clone(), vec![Effect::RefundNow(Q, Unwanted::Twice)])));
    }

    #[test]
    fn late_money_pays_an_expired_order_whose_seat_was_claimed_again_and_no_other() {
        let expired = OrderState::Expired { at: NOW };
        let kept = vec![Effect::ConfirmClaims, Effect::QueueConfirmation];
        assert_eq!(expired.apply(OrderEvent::PaidReseated(P), NOW), Ok((OrderState::Paid { payment: P }, kept)));
        for other in [
            held(2_000),
            OrderState::Paying { attempt: A },
            OrderState::Paid { payment: Q },
            OrderState::Cancelled { at: NOW },
            OrderState::Refunded { at: NOW },
        ] {
            assert!(other.apply(OrderEvent::PaidReseated(P), NOW).is_err(), "{other:?}");
        }
    }

    #[test]
    fn money_that_is_not_taken_goes_back_and_the_buyer_may_pay_again() {
        let unwanted = |attempt| OrderEvent::PaidUnwanted { attempt, payment: P, why: Unwanted::CardKind, keep_until: Timestamp(9_000) };
        let back = || vec![Effect::RefundNow(P, Unwanted::CardKind)];
        let paying = OrderState::Paying { attempt: A };
        assert_eq!(paying.apply(unwanted(A), NOW), Ok((held(9_000), back())));
        // Of an older try, while another is asked: that one goes on.
        assert_eq!(paying.apply(unwanted(B), NOW), Ok((paying.clone(), back())));
        for other in [held(2_000), OrderState::Paid { payment: Q }, OrderState::Expired { at: NOW }, OrderState::Cancelled { at: NOW }] {
            assert_eq!(other.apply(unwanted(A), NOW), Ok((other.clone(), back())));
        }
        assert!(OrderState::Paid { payment: P }.apply(unwanted(A), NOW).is_err(), "money that pays an order is wanted");
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
        /// In any order of events, claims are released only while there are some, confirmed only once for each claiming, and no
        /// money that pays the order is sent back.
        #[test]
        fn claims_and_money_are_given_back_once(events in proptest::collection::vec(0_u8..10, 0..32)) {
            let mut state = held(500);
            // Claims of the hold, or claimed again by money that came late; confirmed or not.
            let (mut has_claims, mut is_confirmed) = (true, false);
            for event in events {
                let event = match event {
                    0 => OrderEvent::PayAsked(A),
                    1 => OrderEvent::Paid(A, P),
                    2 => OrderEvent::Refused { attempt: A, keep_until: Timestamp(500) },
                    3 => OrderEvent::HoldEnded,
                    4 => OrderEvent::Cancelled,
                    5 => OrderEvent::AllRefunded,
                    6 => OrderEvent::Paid(B, Q),
                    7 => OrderEvent::PaidUnwanted { attempt: A, payment: P, why: Unwanted::CardKind, keep_until: Timestamp(500) },
                    // The flow claims again only what an expired order gave back.
                    8 if matches!(state, OrderState::Expired { .. }) => {
                        proptest::prop_assert!(!has_claims);
                        (has_claims, is_confirmed) = (true, false);
                        OrderEvent::PaidReseated(Q)
                    }
                    8 => OrderEvent::PaidReseated(Q),
                    _ => OrderEvent::HoldExtended { until: Timestamp(700) },
                };
                let Ok((next, effects)) = state.apply(event, NOW) else { continue };
                for effect in effects {
                    match effect {
                        Effect::ReleaseClaims => {
                            proptest::prop_assert!(has_claims, "given back twice");
                            has_claims = false;
                        }
                        Effect::ConfirmClaims => {
                            proptest::prop_assert!(has_claims && !is_confirmed, "confirmed twice, or what is not there");
                            is_confirmed = true;
                        }
                        Effect::RefundNow(payment, _) => {
                            proptest::prop_assert!(next != OrderState::Paid { payment }, "money that pays the order was sent back");
                        }
                        Effect::QueueConfirmation => {}
                    }
                }
                state = next;
                let is_live = matches!(state, OrderState::Held { .. } | OrderState::Paying { .. } | OrderState::Paid { .. });
                proptest::prop_assert_eq!(is_live, has_claims);
            }
        }
    }
}
