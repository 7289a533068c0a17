//! Exact money: an amount of one currency, held to that currency's smallest unit.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use super::text::Lang;

macro_rules! currencies {
    ($($code:ident $exponent:literal),* $(,)?) => {
        /// A currency Lectern can price in. The exponent is ISO 4217's number of decimals; what a processor carries may differ
        /// and is that processor's own table (HUF is 2 here and 0 at PayPal).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "a currency is documented by its ISO 4217 code")]
        pub enum Currency { $($code),* }

        impl Currency {
            /// Every currency, in the order pages list them.
            pub const ALL: &'static [Currency] = &[$(Currency::$code),*];

            /// ISO 4217's number of decimals: 2 for EUR, 0 for JPY, 3 for KWD.
            pub const fn exponent(self) -> u32 {
                match self { $(Currency::$code => $exponent),* }
            }

            /// The three-letter code.
            pub const fn code(self) -> &'static str {
                match self { $(Currency::$code => stringify!($code)),* }
            }
        }
    };
}

currencies! {
    EUR 2, RON 2, USD 2, GBP 2, CAD 2, AUD 2, CHF 2, CZK 2, DKK 2, HUF 2, NOK 2, PLN 2, SEK 2, TWD 2, JPY 0, KWD 3,
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::ALL.iter().copied().find(|c| c.code() == text).ok_or(MoneyError::UnknownCurrency)
    }
}

/// What money cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyError {
    /// Two currencies met in one sum.
    #[error("cannot mix {0} and {1}")]
    Mixed(Currency, Currency),
    /// Past what 64 bits of minor units hold.
    #[error("the amount is too large")]
    TooLarge,
    /// Not a number in any accepted form.
    #[error("not an amount")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("at most {0} decimals")]
    TooManyDecimals(u32),
    /// No such currency here.
    #[error("unknown currency")]
    UnknownCurrency,
}

/// An exact amount of one currency, held to that currency's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyParts", into = "MoneyParts")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

/// How money travels between browser and server: minor units and a code, never a float.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct MoneyParts {
    minor: i64,
    currency: Currency,
}

impl From<Money> for MoneyParts {
    fn from(money: Money) -> Self {
        Self { minor: money.minor(), currency: money.currency }
    }
}

impl TryFrom<MoneyParts> for Money {
    type Error = MoneyError;
    fn try_from(parts: MoneyParts) -> Result<Self, MoneyError> {
        Ok(Money::from_minor(parts.minor, parts.currency))
    }
}

impl Money {
    /// `minor` counts the smallest unit: 1250 of EUR is 12.50, 1250 of JPY is 1250.
    pub fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { amount: Decimal::new(minor, currency.exponent()), currency }
    }

    /// Nothing, in `currency`.
    pub fn zero(currency: Currency) -> Self {
        Self::from_minor(0, currency)
    }

    /// Rounds half-up (away from zero) to the currency's smallest unit. The only place where money is rounded.
    ///
    /// # Errors
    /// `TooLarge` when the result does not fit in 64 bits of minor units.
    pub fn rounded(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let mut amount = amount.round_dp_with_strategy(currency.exponent(), RoundingStrategy::MidpointAwayFromZero);
        amount.rescale(currency.exponent());
        amount.mantissa().to_i64().ok_or(MoneyError::TooLarge)?;
        Ok(Self { amount, currency })
    }

    /// Reads what people type: "49.90", "49,90", "1.234,50", "1,234.50", "1 234,50". The last separator is the decimal one
    /// unless it groups exactly three digits and appears again or after another separator.
    ///
    /// # Errors
    /// `NotANumber`, `TooManyDecimals` (per currency) or `TooLarge`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text: String = text.trim().chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\'').collect();
        let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => ("-", rest),
            None => ("", text.as_str()),
        };
        if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
            return Err(MoneyError::NotANumber);
        }
        let (whole, fraction) = split_decimal(digits)?;
        if fraction.len() > currency.exponent() as usize && fraction.bytes().skip(currency.exponent() as usize).any(|b| b != b'0') {
            return Err(MoneyError::TooManyDecimals(currency.exponent()));
        }
        let amount: Decimal = format!("{sign}{whole}.{fraction}0").parse().map_err(|_| MoneyError::TooLarge)?;
        Self::rounded(amount, currency)
    }

    /// The amount in minor units.
    pub fn minor(self) -> i64 {
        // `rounded` and `from_minor` are the only constructors and both keep the mantissa within i64.
        self.amount.mantissa().to_i64().unwrap_or(i64::MAX)
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as a decimal, at the currency's scale.
    pub const fn decimal(self) -> Decimal {
        self.amount
    }

    /// Exactly nothing.
    pub fn is_zero(self) -> bool {
        self.amount.is_zero()
    }

    /// Below nothing.
    pub fn is_negative(self) -> bool {
        self.amount.is_sign_negative() && !self.amount.is_zero()
    }

    /// # Errors
    /// `Mixed` when the currencies differ, `TooLarge` past the range.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::rounded(self.amount.checked_add(other.amount).ok_or(MoneyError::TooLarge)?, self.currency)
    }

    /// # Errors
    /// `Mixed` when the currencies differ, `TooLarge` past the range.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(other.negated())
    }

    /// # Errors
    /// `TooLarge` past the range.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        Self::rounded(self.amount.checked_mul(Decimal::from(count)).ok_or(MoneyError::TooLarge)?, self.currency)
    }

    /// The same amount the other way.
    pub fn negated(self) -> Self {
        Self { amount: -self.amount, currency: self.currency }
    }

    /// The smaller of two amounts of one currency.
    ///
    /// # Errors
    /// `Mixed` when the currencies differ.
    pub fn min(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(if other.amount < self.amount { other } else { self })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::Mixed(self.currency, other.currency)) }
    }

    /// The bare number in a language: `1,234.50` in English, `1.234,50` in Romanian.
    pub fn number(self, lang: Lang) -> String {
        let (group, point) = match lang {
            Lang::En => (',', '.'),
            Lang::Ro => ('.', ','),
        };
        let text = self.amount.abs().to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::with_capacity(text.len() + 6);
        if self.is_negative() {
            out.push('\u{2212}');
        }
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push(group);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(point);
            out.push_str(fraction);
        }
        out
    }

    /// Number and currency as the language writes them, joined by a no-break space: `EUR 80.00`, `80,00 EUR`.
    pub fn show(self, lang: Lang) -> String {
        match lang {
            Lang::En => format!("{}\u{a0}{}", self.currency, self.number(lang)),
            Lang::Ro => format!("{}\u{a0}{}", self.number(lang), self.currency),
        }
    }

    /// The plain machine form, without grouping: `1234.50`.
    pub fn plain(self) -> String {
        self.amount.to_string()
    }
}

/// Splits digits and separators into whole and fraction, deciding which separator groups and which divides.
fn split_decimal(digits: &str) -> Result<(String, String), MoneyError> {
    let Some(last) = digits.rfind(['.', ',']) else { return Ok((digits.to_owned(), String::new())) };
    let mark = digits.as_bytes()[last] as char;
    let after = &digits[last + 1..];
    let before = &digits[..last];
    let repeated = before.contains(mark);
    let other_before = before.contains(if mark == '.' { ',' } else { '.' });
    let whole_of = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if repeated && other_before {
        return Err(MoneyError::NotANumber);
    }
    if repeated {
        // "1.234.567": one separator used twice can only group, and groups have three digits.
        let mut groups = digits.split(mark);
        let first_is_short = groups.next().is_some_and(|g| (1..=3).contains(&g.len()));
        if !first_is_short || groups.any(|g| g.len() != 3) {
            return Err(MoneyError::NotANumber);
        }
        return Ok((whole_of(digits), String::new()));
    }
    let whole = whole_of(before);
    if whole.is_empty() && after.is_empty() {
        return Err(MoneyError::NotANumber);
    }
    Ok((if whole.is_empty() { "0".to_owned() } else { whole }, after.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    #[test]
    fn typed_amounts_are_read_in_both_languages() {
        for (text, minor) in [
            ("49.90", 4990),
            ("49,90", 4990),
            (" 100 ", 10000),
            ("1.234,50", 123450),
            ("1,234.50", 123450),
            ("1 234,50", 123450),
            ("0", 0),
            (".5", 50),
            ("5.", 500),
            ("1.234.567", 123456700),
            ("12.500", 1250),
        ] {
            assert_eq!(Money::parse(text, Currency::EUR), Ok(eur(minor)), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in ["", "abc", "1e3", "NaN", "1,2,3", "1.2.3,4,5", "--1", "12a"] {
            assert_eq!(Money::parse(text, Currency::EUR), Err(MoneyError::NotANumber), "{text}");
        }
        assert_eq!(Money::parse("1.005", Currency::EUR), Err(MoneyError::TooManyDecimals(2)));
        assert_eq!(Money::parse("1.5", Currency::JPY), Err(MoneyError::TooManyDecimals(0)));
        assert_eq!(Money::parse("1.005", Currency::KWD), Ok(Money::from_minor(1005, Currency::KWD)));
        assert_eq!(Money::parse("99999999999999999999999", Currency::EUR), Err(MoneyError::TooLarge));
    }

    #[test]
    fn money_is_written_as_each_language_writes_it() {
        assert_eq!(eur(123_456_789).show(Lang::En), "EUR\u{a0}1,234,567.89");
        assert_eq!(eur(123_450).show(Lang::Ro), "1.234,50\u{a0}EUR");
        assert_eq!(Money::from_minor(1000, Currency::JPY).number(Lang::En), "1,000");
        assert_eq!(eur(-2000).number(Lang::En), "\u{2212}20.00");
        assert_eq!(eur(5).plain(), "0.05");
    }

    #[test]
    fn currencies_do_not_mix() {
        let ron = Money::from_minor(1, Currency::RON);
        assert_eq!(eur(1).plus(ron), Err(MoneyError::Mixed(Currency::EUR, Currency::RON)));
    }

    proptest::proptest! {
        #[test]
        fn printing_and_parsing_agree(minor in -9_000_000_000_000_i64..9_000_000_000_000) {
            for currency in Currency::ALL {
                let money = Money::from_minor(minor, *currency);
                proptest::prop_assert_eq!(Money::parse(&money.plain(), *currency), Ok(money));
                // A lone separator before exactly three digits is read as a decimal point, so only longer prints round-trip.
                if money.currency().exponent() > 0 {
                    for lang in [Lang::En, Lang::Ro] {
                        proptest::prop_assert_eq!(Money::parse(&money.number(lang), *currency), Ok(money));
                    }
                }
            }
        }

        #[test]
        fn sums_do_not_wrap(a: i64, b: i64) {
            match (eur(a).plus(eur(b)), a.checked_add(b)) {
                (Ok(sum), Some(expected)) => proptest::prop_assert_eq!(sum.minor(), expected),
                (Err(MoneyError::TooLarge), None) => {}
                (got, expected) => proptest::prop_assert!(false, "{got:?} against {expected:?}"),
            }
        }
    }
}
