//! Amounts as Stripe counts them: integers in units of its own table, which is not ISO 4217's (stripe.md §2).

use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use crate::domain::money::{Currency, Money};

/// The largest amount on the wire: "at most eight digits" (stripe.md §2).
pub const WIRE_MAX: i64 = 99_999_999;

/// How a currency is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// Whole units.
    Whole,
    /// Hundredths.
    Hundredths,
    /// Hundredths, of which the last two digits must be 0.
    WholeAsHundredths,
    /// Thousandths, of which the last digit must be 0.
    Thousandths,
}

impl Carried {
    /// The number of decimals on the wire.
    const fn decimals(self) -> u32 {
        match self {
            Self::Whole => 0,
            Self::Hundredths | Self::WholeAsHundredths => 2,
            Self::Thousandths => 3,
        }
    }

    /// What an amount on the wire must be a multiple of.
    const fn step(self) -> i64 {
        match self {
            Self::Whole | Self::Hundredths => 1,
            Self::WholeAsHundredths => 100,
            Self::Thousandths => 10,
        }
    }
}

/// How the currency of an ISO code, in capitals, is carried. `None` for UGX, which is documented both ways.
pub fn carried(code: &str) -> Option<Carried> {
    Some(match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => {
            Carried::Whole
        }
        "BHD" | "JOD" | "KWD" | "OMR" | "TND" => Carried::Thousandths,
        "ISK" => Carried::WholeAsHundredths,
        "UGX" => return None,
        _ => Carried::Hundredths,
    })
}

/// `amount` of a currency as it travels. `None` when it cannot be carried exactly: zero, negative, too large, or with a
/// decimal that Stripe wants to be 0. A price is never altered to fit.
pub fn decimal_to_wire(amount: Decimal, code: &str) -> Option<i64> {
    let carried = carried(code)?;
    let scaled = amount.checked_mul(Decimal::from(10_i64.pow(carried.decimals())))?;
    let wire = scaled.fract().is_zero().then(|| scaled.to_i64()).flatten()?;
    ((1..=WIRE_MAX).contains(&wire) && wire % carried.step() == 0).then_some(wire)
}

/// What travelled as an amount of a currency. `None` for a currency whose way is not known.
pub fn decimal_from_wire(wire: i64, code: &str) -> Option<Decimal> {
    Some(Decimal::new(wire, carried(code)?.decimals()))
}

/// Money as it travels.
pub fn to_wire(money: Money) -> Option<i64> {
    decimal_to_wire(money.decimal(), money.currency().code())
}

/// What travelled, as money: the currency in small letters. `None` unless it is exactly an amount of a currency we know.
pub fn from_wire(wire: i64, currency: &str) -> Option<Money> {
    let currency: Currency = currency.to_ascii_uppercase().parse().ok()?;
    let amount = decimal_from_wire(wire, currency.code())?;
    Money::rounded(amount, currency).ok().filter(|money| money.decimal() == amount)
}

/// The currency as it travels.
pub fn currency_to_wire(currency: Currency) -> String {
    currency.code().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wire(amount: &str, code: &str) -> Option<i64> {
        decimal_to_wire(amount.parse().expect("a decimal"), code)
    }

    #[test]
    fn every_kind_of_currency_travels_as_its_table_says() {
        for (amount, code, expected) in [
            ("45.00", "EUR", Some(4500)),
            ("4500", "JPY", Some(4500)),
            ("14.250", "KWD", Some(14_250)),
            ("14.247", "KWD", None),
            ("5990", "ISK", Some(599_000)),
            ("5990.50", "ISK", None),
            ("18500", "HUF", Some(1_850_000)),
            ("18500.01", "HUF", Some(1_850_001)),
            ("300", "TWD", Some(30_000)),
            ("7", "MGA", Some(7)),
            ("7.5", "MGA", None),
            ("100", "UGX", None),
            ("0", "EUR", None),
            ("-1", "EUR", None),
            ("0.001", "EUR", None),
            ("999999.99", "USD", Some(WIRE_MAX)),
            ("1000000.00", "USD", None),
        ] {
            assert_eq!(wire(amount, code), expected, "{amount} {code}");
        }
    }

    #[test]
    fn what_is_no_amount_of_ours_is_not_money() {
        assert_eq!(from_wire(4500, "eur"), Some(Money::from_minor(4500, Currency::EUR)));
        assert_eq!(from_wire(599_000, "isk"), None);
        assert_eq!(from_wire(1, ""), None);
        assert_eq!(from_wire(14_250, "kwd"), Some(Money::from_minor(14_250, Currency::KWD)));
    }

    proptest! {
        #[test]
        fn money_comes_back_as_it_went(minor in 1..WIRE_MAX, n in 0..Currency::ALL.len()) {
            let money = Money::from_minor(minor, Currency::ALL[n]);
            match to_wire(money) {
                Some(wire) => prop_assert_eq!(from_wire(wire, &currency_to_wire(money.currency())), Some(money)),
                None => prop_assert!(money.currency() == Currency::KWD && minor % 10 != 0),
            }
        }

        #[test]
        fn reading_survives_any_number(wire in any::<i64>(), code in "[a-zA-Z]{0,4}") {
            let _ = from_wire(wire, &code);
            let _ = decimal_to_wire(Decimal::new(wire, 5), &code);
        }
    }
}
