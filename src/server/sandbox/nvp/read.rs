//! What the simulators read: fields, amounts, credentials.

use subtle::ConstantTimeEq as _;

use crate::domain::money::{Currency, Money};
use crate::server::payments::nvp::codec::Fields;

use super::super::Account;
use super::signature;

/// A request's fields. May hold a card: wiped on drop, not printable.
pub struct Ask(Fields);

impl Ask {
    /// Reads a body.
    pub fn read(body: &[u8]) -> Option<Self> {
        Fields::decode(body).map(Self)
    }

    /// A field's value; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_default()
    }

    /// A field was sent, empty or not.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// The first of these that is not empty.
    pub fn first(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.get(name)).find(|value| !value.is_empty()).unwrap_or_default()
    }

    /// An amount, or `None` when there is none; zero when it is malformed, which every call refuses.
    pub fn minor(&self, name: &str, currency: Currency) -> Option<i64> {
        let text = self.get(name);
        (!text.is_empty()).then(|| amount(text, currency).map_or(0, Money::minor))
    }
}

/// Who asks, if name, password and signature fit; compared in constant time.
pub fn account_of<'a>(accounts: &'a [Account], ask: &Ask) -> Option<&'a Account> {
    let account = accounts.iter().find(|account| account.user == ask.get("USER"))?;
    let same = account.password.as_bytes().ct_eq(ask.get("PWD").as_bytes())
        & signature(&account.user).as_bytes().ct_eq(ask.get("SIGNATURE").as_bytes());
    bool::from(same).then_some(account)
}

/// Without decimals, whatever ISO 4217 says.
const fn is_whole(currency: Currency) -> bool {
    matches!(currency, Currency::HUF | Currency::JPY | Currency::TWD)
}

/// An amount in the spelling that is taken: two decimals, but none in three currencies, where they are refused.
pub fn amount(text: &str, currency: Currency) -> Option<Money> {
    let digits = |t: &str| (1..=10).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    let hundredths: i64 = match text.split_once('.') {
        None if is_whole(currency) && digits(text) => text.parse::<i64>().ok()?.checked_mul(100)?,
        Some((whole, cents)) if !is_whole(currency) && digits(whole) && digits(cents) && cents.len() == 2 => {
            format!("{whole}{cents}").parse().ok()?
        }
        Some(_) | None => return None,
    };
    match currency.exponent() {
        2 => Some(Money::from_minor(hundredths, currency)),
        0 => Some(Money::from_minor(hundredths / 100, currency)),
        _ => None,
    }
}

/// An amount as replies have it.
pub fn written(amount: Money) -> String {
    let (minor, currency) = (amount.minor(), amount.currency());
    let (sign, size) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    match (is_whole(currency), currency.exponent()) {
        (true, 0) => format!("{sign}{size}"),
        (true, _) => format!("{sign}{}", size / 100),
        (false, _) => format!("{sign}{}.{:02}", size / 100, size % 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_taken_where_they_belong() {
        for (text, currency, minor) in [
            ("27.50", Currency::CAD, Some(2750)),
            ("1500", Currency::JPY, Some(1500)),
            ("1500", Currency::HUF, Some(150_000)),
            ("1500.00", Currency::JPY, None),
            ("27", Currency::CAD, None),
            ("27.5", Currency::CAD, None),
            ("-1.00", Currency::CAD, None),
        ] {
            assert_eq!(amount(text, currency).map(Money::minor), minor, "{text}");
            if let Some(minor) = minor {
                assert_eq!(written(Money::from_minor(minor, currency)), text);
            }
        }
        assert_eq!(written(Money::from_minor(-1205, Currency::CAD)), "-12.05");
    }
}
