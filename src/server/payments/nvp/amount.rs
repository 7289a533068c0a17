//! Amounts as PayPal's NVP API writes them: a point and two decimals, but none for HUF, JPY and TWD
//! (paypal-express-checkout.md §2).

use crate::domain::money::{Currency, Money};

/// The decimals an amount of `currency` travels with. `None` for one that cannot be carried.
const fn decimals(currency: Currency) -> Option<u32> {
    match currency {
        Currency::HUF | Currency::JPY | Currency::TWD => Some(0),
        Currency::EUR
        | Currency::USD
        | Currency::GBP
        | Currency::CAD
        | Currency::AUD
        | Currency::CHF
        | Currency::CZK
        | Currency::DKK
        | Currency::NOK
        | Currency::PLN
        | Currency::SEK => Some(2),
        Currency::RON | Currency::KWD => None,
    }
}

/// An amount as it travels. `None` when it is not above zero, too long, in a currency that cannot be carried, or has a fraction
/// that cannot travel (12.50 HUF).
pub fn to_wire(amount: Money) -> Option<String> {
    let (minor, wanted, held) = (amount.minor(), decimals(amount.currency())?, amount.currency().exponent());
    if !(1..=9_999_999_999).contains(&minor) {
        return None;
    }
    match (wanted, held) {
        (2, 2) => Some(format!("{}.{:02}", minor / 100, minor % 100)),
        (0, 2) => (minor % 100 == 0).then(|| (minor / 100).to_string()),
        (0, 0) => Some(minor.to_string()),
        _ => None,
    }
}

/// An amount read strictly: digits, a point, two digits; in currencies without decimals also digits alone.
pub fn from_wire(text: &str, currency: Currency) -> Option<Money> {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let wanted = decimals(currency)?;
    let (whole, cents) = match text.split_once('.') {
        Some((whole, cents)) if cents.len() == 2 && (wanted == 2 || cents == "00") => (whole, cents),
        None if wanted == 0 => (text, "00"),
        Some(_) | None => return None,
    };
    if !digits(whole) || !digits(cents) || whole.len() > 12 {
        return None;
    }
    let hundredths: i64 = format!("{whole}{cents}").parse().ok()?;
    match currency.exponent() {
        2 => Some(Money::from_minor(hundredths, currency)),
        0 => Some(Money::from_minor(hundredths / 100, currency)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_travel_as_their_currency_does() {
        for (minor, currency, wire) in [
            (2750, Currency::CAD, Some("27.50")),
            (5, Currency::EUR, Some("0.05")),
            (1500, Currency::JPY, Some("1500")),
            (150_000, Currency::HUF, Some("1500")),
            (150_050, Currency::HUF, None),
            (150_000, Currency::TWD, Some("1500")),
            (9_999_999_999, Currency::USD, Some("99999999.99")),
            (10_000_000_000, Currency::USD, None),
            (0, Currency::USD, None),
            (-100, Currency::USD, None),
            (1000, Currency::KWD, None),
            (1000, Currency::RON, None),
        ] {
            let amount = Money::from_minor(minor, currency);
            assert_eq!(to_wire(amount).as_deref(), wire, "{minor} {currency}");
            if let Some(wire) = wire {
                assert_eq!(from_wire(wire, currency), Some(amount), "{wire}");
            }
        }
    }

    #[test]
    fn only_exact_amounts_are_read() {
        for bad in ["", ".50", "1", "1.5", "1.500", "-1.00", "+1.00", "1,00", "1e2.00", " 1.00", "1.0 ", "1234567890123.00"] {
            assert_eq!(from_wire(bad, Currency::USD), None, "{bad}");
        }
        assert_eq!(from_wire("1500.50", Currency::JPY), None);
        assert_eq!(from_wire("1500.00", Currency::JPY), Some(Money::from_minor(1500, Currency::JPY)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(minor in 1_i64..=9_999_999_999, at in 0..Currency::ALL.len()) {
            let amount = Money::from_minor(minor, Currency::ALL[at]);
            if let Some(wire) = to_wire(amount) {
                prop_assert_eq!(from_wire(&wire, amount.currency()), Some(amount));
            }
        }
    }
}
