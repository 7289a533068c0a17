//! What a participant pays: fee, minus a promo code, tax included or added. The one place where a fee is priced; the browser
//! shows what it computes, the server decides with the same function.
//!
//! Rounding: half-up, once per line (discount, net, tax), at the currency's smallest unit.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    money::{Money, MoneyError},
    text::Lang,
};

/// A percentage in hundredths: 1250 is 12.5 %. 0 to 10,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Percent(u32);

impl Percent {
    /// 100 %.
    pub const WHOLE: Self = Self(10_000);

    /// From hundredths of a percent; `None` above 100 %.
    pub const fn from_hundredths(hundredths: u32) -> Option<Self> {
        if hundredths <= 10_000 { Some(Self(hundredths)) } else { None }
    }

    /// Hundredths of a percent.
    pub const fn hundredths(self) -> u32 {
        self.0
    }

    /// The share as a fraction of one.
    pub fn fraction(self) -> Decimal {
        Decimal::new(i64::from(self.0), 4)
    }

    /// The bare number in a language: `12.5` in English, `12,5` in Romanian.
    pub fn number(self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Ro => self.to_string().replace('.', ","),
        }
    }

    /// The number with its sign, joined by a no-break space: `12.5 %`.
    pub fn show(self, lang: Lang) -> String {
        format!("{}\u{a0}%", self.number(lang))
    }

    /// Reads "19", "12.5", "12,5", "33 %"; two decimals at most.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('%').trim().replace(',', ".");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || fraction.len() > 2 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let hundredths = whole.parse::<u32>().ok()? * 100 + format!("{fraction:0<2}").parse::<u32>().ok()?;
        Self::from_hundredths(hundredths)
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", Decimal::new(i64::from(self.0), 2).normalize())
    }
}

/// Whether prices contain the tax or the tax comes on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// The price contains it.
    Included,
    /// It is added to the price.
    Added,
}

/// A site's local tax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// Its local name: "VAT", "TVA".
    pub name: String,
    /// Its rate.
    pub rate: Percent,
    /// Inside the price or on top.
    pub mode: TaxMode,
}

/// What a promo code takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discount {
    /// A share of the price.
    Percent(Percent),
    /// A fixed amount, cut to the price.
    Fixed(Money),
}

impl Discount {
    /// What it takes off `price`: half-up, never more than the price.
    ///
    /// # Errors
    /// `Mixed` for a fixed discount in another currency.
    pub fn off(self, price: Money) -> Result<Money, MoneyError> {
        match self {
            Self::Percent(share) => Money::rounded(price.decimal() * share.fraction(), price.currency())?.min(price),
            Self::Fixed(amount) => amount.min(price),
        }
    }
}

/// A priced fee, line by line. `discounted = fee − discount`; `total = net + tax`, always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeePrice {
    /// The fee as scheduled.
    pub fee: Money,
    /// What the code takes off; zero without one.
    pub discount: Money,
    /// Without tax.
    pub net: Money,
    /// The tax, inside `total` in either mode.
    pub tax: Money,
    /// What is charged.
    pub total: Money,
}

/// Prices one seat.
///
/// # Errors
/// `Mixed` for a discount in another currency, `TooLarge` past the range of money.
pub fn price_fee(fee: Money, discount: Option<Discount>, tax: Option<&Tax>) -> Result<FeePrice, MoneyError> {
    let off = discount.map_or(Ok(Money::zero(fee.currency())), |d| d.off(fee))?;
    let discounted = fee.minus(off)?;
    let (net, tax_amount) = split_tax(discounted, tax)?;
    Ok(FeePrice { fee, discount: off, net, tax: tax_amount, total: net.plus(tax_amount)? })
}

/// Splits a price into net and tax: the net is rounded when the tax is included, the tax when it is added.
///
/// # Errors
/// `TooLarge` past the range of money.
pub fn split_tax(price: Money, tax: Option<&Tax>) -> Result<(Money, Money), MoneyError> {
    let currency = price.currency();
    match tax {
        None => Ok((price, Money::zero(currency))),
        Some(Tax { rate, mode: TaxMode::Included, .. }) => {
            let net = Money::rounded(price.decimal() / (Decimal::ONE + rate.fraction()), currency)?;
            Ok((net, price.minus(net)?))
        }
        Some(Tax { rate, mode: TaxMode::Added, .. }) => Ok((price, Money::rounded(price.decimal() * rate.fraction(), currency)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn percent(hundredths: u32) -> Discount {
        Discount::Percent(Percent(hundredths))
    }

    fn vat(mode: TaxMode) -> Tax {
        Tax { name: "VAT".into(), rate: Percent(1900), mode }
    }

    /// `spec.md`, "Test vectors every implementation must reproduce".
    #[test]
    fn the_specified_vectors_come_out() -> Result<(), MoneyError> {
        let third = price_fee(eur(9999), Some(percent(3300)), None)?;
        assert_eq!((third.discount, third.total), (eur(3300), eur(6699)));
        let capped = price_fee(eur(9999), Some(Discount::Fixed(eur(15000))), None)?;
        assert_eq!((capped.discount, capped.total), (eur(9999), eur(0)));
        let yen = price_fee(Money::from_minor(1000, Currency::JPY), Some(percent(1250)), None)?;
        assert_eq!((yen.discount.minor(), yen.total.minor()), (125, 875));
        let gross = price_fee(eur(11900), Some(percent(1000)), Some(&vat(TaxMode::Included)))?;
        assert_eq!((gross.total, gross.net, gross.tax), (eur(10710), eur(9000), eur(1710)));
        Ok(())
    }

    #[test]
    fn added_tax_comes_on_top() -> Result<(), MoneyError> {
        let price = price_fee(eur(10000), Some(percent(2000)), Some(&vat(TaxMode::Added)))?;
        assert_eq!((price.net, price.tax, price.total), (eur(8000), eur(1520), eur(9520)));
        Ok(())
    }

    #[test]
    fn a_discount_in_another_currency_is_refused() {
        let ron = Discount::Fixed(Money::from_minor(100, Currency::RON));
        assert!(matches!(price_fee(eur(100), Some(ron), None), Err(MoneyError::Mixed(..))));
    }

    #[test]
    fn percentages_are_read_and_printed() {
        for (text, hundredths) in [("19", 1900), ("12.5", 1250), ("12,50 %", 1250), ("0.01", 1), ("100", 10000)] {
            assert_eq!(Percent::parse(text), Some(Percent(hundredths)), "{text}");
        }
        for text in ["", "100.01", "-1", "1e2", "1.234", "abc"] {
            assert_eq!(Percent::parse(text), None, "{text}");
        }
        assert_eq!(Percent(1250).to_string(), "12.5");
    }

    proptest::proptest! {
        #[test]
        fn lines_add_up_and_nothing_is_negative(
            fee in 0_i64..100_000_000_000, share in 0_u32..=10_000, fixed in 0_i64..100_000_000_000,
            rate in 0_u32..=10_000, by_share: bool, included: bool, taxed: bool, which in 0_usize..16,
        ) {
            let currency = Currency::ALL[which];
            let fee = Money::from_minor(fee, currency);
            let discount = if by_share { percent(share) } else { Discount::Fixed(Money::from_minor(fixed, currency)) };
            let mode = if included { TaxMode::Included } else { TaxMode::Added };
            let tax = Tax { name: "T".into(), rate: Percent(rate), mode };
            let price = price_fee(fee, Some(discount), taxed.then_some(&tax)).map_err(|e| proptest::test_runner::TestCaseError::fail(e.to_string()))?;
            let minor = |m: Money| m.minor();
            proptest::prop_assert_eq!(minor(price.net) + minor(price.tax), minor(price.total));
            for part in [price.discount, price.net, price.tax, price.total] {
                proptest::prop_assert!(!part.is_negative());
            }
            proptest::prop_assert!(minor(price.discount) <= minor(fee));
            if included || !taxed {
                proptest::prop_assert_eq!(minor(price.total), minor(fee) - minor(price.discount));
            }
        }
    }
}
