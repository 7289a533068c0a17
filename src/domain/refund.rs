//! Money that goes back: where a refund stands, why it was asked for, and how much of it is tax.

use serde::{Deserialize, Serialize};

use super::money::{Money, MoneyError};

/// Where a refund stands: `prepared → unknown (sent) → done | failed | pending`, and `unknown → … | needs_person` by inquiring or by
/// asking again under the same key. Nothing is ever guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Written down; nothing was sent, or provably nothing was acted on.
    Prepared,
    /// Sent, and no answer yet, or one that says nothing. Money may have moved.
    Unknown,
    /// Accepted by the processor, which pays it out later: on its way.
    Pending,
    /// Nobody could be asked that knows: a person finds out, or pays it back by hand.
    NeedsPerson,
    /// The buyer has it, or will without anybody doing more.
    Done,
    /// A final no: nothing moved, and the amount can be refunded again.
    Failed,
}

impl RefundState {
    /// The value at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
            Self::NeedsPerson => "needs_person",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Prepared, Self::Unknown, Self::Pending, Self::NeedsPerson, Self::Done, Self::Failed]
            .into_iter()
            .find(|state| state.code() == code)
    }

    /// No answer changes it any more.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Done | Self::Failed => true,
            Self::Prepared | Self::Unknown | Self::Pending | Self::NeedsPerson => false,
        }
    }
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// It came twice, too late, or may not be kept: it goes back by itself.
    Unwanted,
    /// The buyer asked, and the refund policy says yes.
    Asked,
    /// The session was called off or moved.
    SessionOff,
    /// Charged by mistake.
    Mistake,
    /// Out of good will.
    Goodwill,
    /// Something else, in words.
    Other,
}

impl RefundReason {
    /// The reasons that a person chooses from, in the order of the form.
    pub const CHOICES: [Self; 5] = [Self::Asked, Self::SessionOff, Self::Mistake, Self::Goodwill, Self::Other];

    /// The value at rest and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unwanted => "unwanted",
            Self::Asked => "asked",
            Self::SessionOff => "session_off",
            Self::Mistake => "mistake",
            Self::Goodwill => "goodwill",
            Self::Other => "other",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        if code == Self::Unwanted.code() { Some(Self::Unwanted) } else { Self::CHOICES.into_iter().find(|reason| reason.code() == code) }
    }
}

/// The tax inside a refund of `amount`, when `before` was refunded already of a payment of `total` with `tax` in it.
///
/// Pro rata: the tax inside everything refunded so far is `tax × refunded / total`, rounded half up to the smallest unit; a refund's
/// own share is what that grows by. So no share is negative, and the last refund takes exactly what is left: the parts sum to the
/// whole.
///
/// # Errors
/// `Mixed` when the currencies differ, `TooLarge` past the range or past `total`.
pub fn tax_share(total: Money, tax: Money, before: Money, amount: Money) -> Result<Money, MoneyError> {
    let after = before.plus(amount)?;
    let share_of = |refunded: Money| -> Result<i64, MoneyError> {
        let left = total.minus(refunded)?;
        if total.is_zero() || left.is_negative() || refunded.is_negative() || tax.minus(total)?.minor() > 0 {
            return Err(MoneyError::TooLarge);
        }
        let (tax, refunded, total) = (i128::from(tax.minor()), i128::from(refunded.minor()), i128::from(total.minor()));
        i64::try_from((2 * tax * refunded + total) / (2 * total)).map_err(|_| MoneyError::TooLarge)
    };
    Ok(Money::from_minor(share_of(after)? - share_of(before)?, total.currency()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    #[test]
    fn codes_are_read_as_they_are_written() {
        for reason in RefundReason::CHOICES.into_iter().chain([RefundReason::Unwanted]) {
            assert_eq!(RefundReason::from_code(reason.code()), Some(reason));
        }
        for code in ["prepared", "unknown", "pending", "needs_person", "done", "failed"] {
            assert_eq!(RefundState::from_code(code).map(RefundState::code), Some(code));
        }
        assert_eq!((RefundState::from_code("sent"), RefundReason::from_code("")), (None, None));
    }

    #[test]
    fn a_whole_refund_returns_all_the_tax_and_halves_round_up() {
        assert_eq!(tax_share(eur(10_000), eur(1_597), eur(0), eur(10_000)), Ok(eur(1_597)));
        // 1 × 50 / 100 is half a cent: the first half takes it, the second has none left.
        assert_eq!(tax_share(eur(100), eur(1), eur(0), eur(50)), Ok(eur(1)));
        assert_eq!(tax_share(eur(100), eur(1), eur(50), eur(50)), Ok(eur(0)));
        assert_eq!(tax_share(eur(100), eur(0), eur(0), eur(33)), Ok(eur(0)));
    }

    #[test]
    fn more_than_there_was_has_no_share() {
        assert_eq!(tax_share(eur(100), eur(10), eur(60), eur(41)), Err(MoneyError::TooLarge));
        assert_eq!(tax_share(eur(0), eur(0), eur(0), eur(0)), Err(MoneyError::TooLarge));
        let usd = Money::from_minor(1, Currency::USD);
        assert!(matches!(tax_share(eur(100), eur(10), eur(0), usd), Err(MoneyError::Mixed(..))));
    }

    proptest::proptest! {
        #[test]
        fn the_taxes_of_the_parts_sum_to_the_whole(tax in 0_i64..50_000, net in 1_i64..1_000_000, cuts in proptest::collection::vec(1_i64..90_000, 0..12)) {
            let total = tax + net;
            let (mut refunded, mut returned) = (0, 0);
            let whole = [i64::MAX];
            for cut in cuts.iter().chain(&whole) {
                let amount = (*cut).min(total - refunded);
                if amount == 0 { break }
                let fail = |e: MoneyError| proptest::test_runner::TestCaseError::fail(e.to_string());
                let share = tax_share(eur(total), eur(tax), eur(refunded), eur(amount)).map_err(fail)?;
                proptest::prop_assert!(share.minor() >= 0 && share.minor() <= amount);
                refunded += amount;
                returned += share.minor();
            }
            proptest::prop_assert_eq!((refunded, returned), (total, tax));
        }
    }
}
