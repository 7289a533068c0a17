//! Double-entry bookkeeping: what every movement of money posts, and that it balances.

use serde::{Deserialize, Serialize};

use super::money::{Money, MoneyError};

/// An account of a site's books. Debits are positive, credits negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Money a processor has captured for us and owes us.
    Clearing,
    /// Fees earned, without tax and before discounts.
    FeeRevenue,
    /// What promo codes took off, against fee revenue.
    Discount,
    /// Usage earned, without tax.
    UsageRevenue,
    /// Tax owed to the state.
    TaxPayable,
    /// Money returned to buyers, against revenue.
    Refunds,
    /// Money received that belongs to no live order yet (captured twice or too late).
    Suspense,
}

impl Account {
    /// Every account.
    pub const ALL: [Self; 7] =
        [Self::Clearing, Self::FeeRevenue, Self::Discount, Self::UsageRevenue, Self::TaxPayable, Self::Refunds, Self::Suspense];

    /// The value at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clearing => "clearing",
            Self::FeeRevenue => "fee_revenue",
            Self::Discount => "discount",
            Self::UsageRevenue => "usage_revenue",
            Self::TaxPayable => "tax_payable",
            Self::Refunds => "refunds",
            Self::Suspense => "suspense",
        }
    }
}

/// One line of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The account.
    pub account: Account,
    /// Debit if positive, credit if negative.
    pub amount: Money,
}

/// A balanced set of entries: the only thing the ledger accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting(Vec<Entry>);

impl Posting {
    /// Zero lines are dropped. `None` if the rest does not sum to zero in one currency.
    pub fn balanced(entries: Vec<Entry>) -> Option<Self> {
        let entries: Vec<Entry> = entries.into_iter().filter(|e| !e.amount.is_zero()).collect();
        let Some(first) = entries.first() else { return Some(Self(entries)) };
        let mut sum = Money::zero(first.amount.currency());
        for entry in &entries {
            sum = sum.plus(entry.amount).ok()?;
        }
        sum.is_zero().then_some(Self(entries))
    }

    /// The lines.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }
}

/// A participant's fee was captured: `total = fee − discount (+ tax)`. With tax included the revenue line is the fee's net share,
/// so that revenue minus discount is what was earned without tax.
///
/// # Errors
/// `Mixed` or `TooLarge` from the arithmetic; an unbalanced posting cannot be built from a price whose lines add up.
pub fn fee_captured(price: &super::pricing::FeePrice) -> Result<Option<Posting>, MoneyError> {
    let revenue = price.net.plus(price.discount)?;
    Ok(Posting::balanced(vec![
        Entry { account: Account::Clearing, amount: price.total },
        Entry { account: Account::Discount, amount: price.discount },
        Entry { account: Account::FeeRevenue, amount: revenue.negated() },
        Entry { account: Account::TaxPayable, amount: price.tax.negated() },
    ]))
}

/// A host's usage was captured.
///
/// # Errors
/// `Mixed` or `TooLarge` from the arithmetic.
pub fn usage_captured(total: Money, tax: Money) -> Result<Option<Posting>, MoneyError> {
    Ok(Posting::balanced(vec![
        Entry { account: Account::Clearing, amount: total },
        Entry { account: Account::UsageRevenue, amount: total.minus(tax)?.negated() },
        Entry { account: Account::TaxPayable, amount: tax.negated() },
    ]))
}

/// Money arrived that no live order wants; it waits to be returned.
pub fn unwanted_captured(total: Money) -> Option<Posting> {
    Posting::balanced(vec![
        Entry { account: Account::Clearing, amount: total },
        Entry { account: Account::Suspense, amount: total.negated() },
    ])
}

/// Unwanted money was returned.
pub fn unwanted_returned(total: Money) -> Option<Posting> {
    Posting::balanced(vec![
        Entry { account: Account::Suspense, amount: total },
        Entry { account: Account::Clearing, amount: total.negated() },
    ])
}

/// A refund of a wanted payment was paid out: `amount`, with `tax` of it (see [`super::refund::tax_share`]) no longer owed to the
/// state and the rest taken off what was earned.
///
/// # Errors
/// `Mixed` or `TooLarge` from the arithmetic.
pub fn refunded(amount: Money, tax: Money) -> Result<Option<Posting>, MoneyError> {
    Ok(Posting::balanced(vec![
        Entry { account: Account::Refunds, amount: amount.minus(tax)? },
        Entry { account: Account::TaxPayable, amount: tax },
        Entry { account: Account::Clearing, amount: amount.negated() },
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        money::Currency,
        pricing::{Discount, Percent, Tax, TaxMode, price_fee},
    };

    #[test]
    fn an_unbalanced_posting_cannot_be_made() {
        let one = Money::from_minor(1, Currency::EUR);
        assert_eq!(Posting::balanced(vec![Entry { account: Account::Clearing, amount: one }]), None);
    }

    #[test]
    fn a_refund_takes_from_revenue_and_tax_what_it_gives_back() {
        let eur = |minor| Money::from_minor(minor, Currency::EUR);
        let posting = refunded(eur(4_000), eur(639)).ok().flatten();
        let lines: Vec<_> = posting.iter().flat_map(|p| p.entries()).map(|e| (e.account, e.amount.minor())).collect();
        assert_eq!(lines, [(Account::Refunds, 3_361), (Account::TaxPayable, 639), (Account::Clearing, -4_000)]);
    }

    proptest::proptest! {
        #[test]
        fn every_fee_balances(fee in 0_i64..1_000_000_000, share in 0_u32..=10_000, rate in 0_u32..=3_000, included: bool) {
            let fail = |e: MoneyError| proptest::test_runner::TestCaseError::fail(e.to_string());
            let mode = if included { TaxMode::Included } else { TaxMode::Added };
            let tax = Percent::from_hundredths(rate).map(|rate| Tax { name: "T".into(), rate, mode });
            let discount = Percent::from_hundredths(share).map(Discount::Percent);
            let price = price_fee(Money::from_minor(fee, Currency::EUR), discount, tax.as_ref()).map_err(fail)?;
            proptest::prop_assert!(fee_captured(&price).map_err(fail)?.is_some());
            proptest::prop_assert!(usage_captured(price.total, price.tax).map_err(fail)?.is_some());
        }
    }
}
