//! What a host pays for running a session: minutes times rate, before the start. The one place where usage is priced.
//!
//! Rounding: half-up, once per line (people, teleconference, tax), at the currency's smallest unit.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    money::{Currency, Money, MoneyError},
    pricing::{Tax, TaxMode, split_tax},
};

/// A price per minute in millionths of the currency unit: 50,000 is 0.05.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Rate(pub i64);

impl Rate {
    /// Reads "0.05" or "0,05"; six decimals at most, 0 to 10,000.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(',', ".");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || whole.len() > 5 || fraction.len() > 6 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let whole = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()? };
        let micros = whole * 1_000_000 + format!("{fraction:0<6}").parse::<i64>().ok()?;
        (micros <= 10_000_000_000).then_some(Self(micros))
    }

    /// The rate as a decimal of the currency unit.
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.0, 6)
    }
}

impl std::fmt::Display for Rate {
    /// At least two decimals: `0.05`, `0.125`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut plain = self.decimal().normalize();
        if plain.scale() < 2 {
            plain.rescale(2);
        }
        write!(f, "{plain}")
    }
}

/// How participants hear the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audio {
    /// No audio: the teleconference line is zero.
    None,
    /// Through the computer.
    Voip,
    /// Participants dial in.
    CallIn,
    /// Participants dial in free of charge.
    TollFree,
    /// The teleconference calls participants.
    CallBack,
}

impl Audio {
    /// In the order the form lists them.
    pub const ALL: [Self; 5] = [Self::None, Self::Voip, Self::CallIn, Self::TollFree, Self::CallBack];

    /// The value in forms and at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Voip => "voip",
            Self::CallIn => "call_in",
            Self::TollFree => "toll_free",
            Self::CallBack => "call_back",
        }
    }

    /// Reads the form's value.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audio| audio.code() == code)
    }
}

/// What decides the cost: how long, how many, and how many of them on the teleconference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Minutes.
    pub duration_minutes: u32,
    /// Computers expected to be connected.
    pub computers: u32,
    /// Computers expected on the teleconference; counted as zero when `audio` is none.
    pub teleconference: u32,
    /// How participants hear the session.
    pub audio: Audio,
}

/// A site's prices per minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Per people-minute.
    pub people: Rate,
    /// Per teleconference-minute.
    pub teleconference: Rate,
    /// What both are in.
    pub currency: Currency,
}

/// An estimate, line by line, with the numbers its formula prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Estimate {
    /// What was estimated; `teleconference` is zero when there is no audio.
    pub usage: Usage,
    /// The prices used.
    pub rates: Rates,
    /// `duration × computers`.
    pub people_minutes: u64,
    /// `duration × computers on the teleconference`.
    pub teleconference_minutes: u64,
    /// `people_minutes × rate`.
    pub people_cost: Money,
    /// `teleconference_minutes × rate`.
    pub teleconference_cost: Money,
    /// Tax on the sum of both lines.
    pub tax: Money,
    /// What is charged.
    pub total: Money,
}

/// Prices the running of a session. Usage is always priced without tax, so the tax is added whatever the site does for fees.
///
/// # Errors
/// `TooLarge` past the range of money.
pub fn estimate(usage: Usage, rates: Rates, tax: Option<&Tax>) -> Result<Estimate, MoneyError> {
    let usage = Usage { teleconference: if usage.audio == Audio::None { 0 } else { usage.teleconference }, ..usage };
    let people_minutes = u64::from(usage.duration_minutes) * u64::from(usage.computers);
    let teleconference_minutes = u64::from(usage.duration_minutes) * u64::from(usage.teleconference);
    let cost = |minutes: u64, rate: Rate| {
        Money::rounded(Decimal::from(minutes).checked_mul(rate.decimal()).ok_or(MoneyError::TooLarge)?, rates.currency)
    };
    let people_cost = cost(people_minutes, rates.people)?;
    let teleconference_cost = cost(teleconference_minutes, rates.teleconference)?;
    let added = tax.map(|tax| Tax { mode: TaxMode::Added, ..tax.clone() });
    let (net, tax) = split_tax(people_cost.plus(teleconference_cost)?, added.as_ref())?;
    Ok(Estimate { usage, rates, people_minutes, teleconference_minutes, people_cost, teleconference_cost, tax, total: net.plus(tax)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pricing::Percent;

    const RATES: Rates = Rates { people: Rate(50_000), teleconference: Rate(30_000), currency: Currency::EUR };

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    /// `spec.md`, "Test vectors every implementation must reproduce".
    #[test]
    fn the_specified_vectors_come_out() -> Result<(), MoneyError> {
        let usage = Usage { duration_minutes: 90, computers: 25, teleconference: 18, audio: Audio::CallIn };
        let plain = estimate(usage, RATES, None)?;
        assert_eq!((plain.people_minutes, plain.teleconference_minutes), (2250, 1620));
        assert_eq!((plain.people_cost, plain.teleconference_cost, plain.total), (eur(11250), eur(4860), eur(16110)));
        let rate = Percent::parse("19").ok_or(MoneyError::NotANumber)?;
        for mode in [TaxMode::Added, TaxMode::Included] {
            let taxed = estimate(usage, RATES, Some(&Tax { name: "VAT".into(), rate, mode }))?;
            assert_eq!((taxed.tax, taxed.total), (eur(3061), eur(19171)));
        }
        let silent = estimate(Usage { duration_minutes: 60, computers: 10, teleconference: 7, audio: Audio::None }, RATES, None)?;
        assert_eq!((silent.people_minutes, silent.teleconference_minutes, silent.total), (600, 0, eur(3000)));
        Ok(())
    }

    #[test]
    fn rates_are_read_and_printed() {
        for (text, micros, shown) in
            [("0.05", 50_000, "0.05"), ("0,125", 125_000, "0.125"), ("1", 1_000_000, "1.00"), (".5", 500_000, "0.50")]
        {
            assert_eq!(Rate::parse(text), Some(Rate(micros)), "{text}");
            assert_eq!(Rate(micros).to_string(), shown);
        }
        for text in ["", "-1", "0.0000001", "abc", "100000"] {
            assert_eq!(Rate::parse(text), None, "{text}");
        }
    }
}
