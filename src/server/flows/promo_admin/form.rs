//! A promo code's form, as typed and as understood.

use std::collections::BTreeMap;

use crate::domain::{
    form::{FieldErrors, Problem},
    ids::SessionId,
    money::{Currency, Money},
    pricing::{Discount, Percent},
    promo::{PromoRules, PromoStatus},
    schedule::parse_count,
    text::{Email, PromoCode},
    time::{Timestamp, WallTime},
};
use crate::server::zones;

/// Most uses that can be set.
const USES_MAX: u32 = 1_000_000;
/// Most people on the list.
const PEOPLE_MAX: usize = 500;

/// The form as typed. Sessions arrive as ticked boxes named `session_{id}`.
#[derive(Clone, Debug, Default)]
pub struct PromoForm {
    /// The code.
    pub code: String,
    /// `percent` or `fixed`; empty on a change that leaves the value alone.
    pub kind: String,
    /// Percent off.
    pub percent: String,
    /// Amount off.
    pub amount: String,
    /// Lowest price it applies to, or empty.
    pub minimum: String,
    /// First minute it is valid, wall time in the site's zone, or empty.
    pub starts_at: String,
    /// Last minute it is valid, or empty.
    pub ends_at: String,
    /// How often, or empty for without limit.
    pub uses_max: String,
    /// How often for one person, or empty.
    pub uses_per_person_max: String,
    /// Addresses and `@domains`, one per line, or empty for everyone.
    pub people: String,
    /// The sessions it is for; none means all.
    pub sessions: Vec<String>,
    /// The version last read.
    pub version: String,
}

/// Dates and limits.
pub(super) struct Limits {
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub uses_max: Option<i64>,
    pub uses_per_person_max: Option<i64>,
}

/// What it takes off, and from which price on.
pub(super) struct Value {
    pub discount: Discount,
    pub minimum: Option<Money>,
}

impl PromoForm {
    /// From the fields of a post.
    pub fn from_fields(fields: &BTreeMap<String, String>) -> Self {
        let take = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let sessions = fields.keys().filter_map(|name| name.strip_prefix("session_")).map(str::to_owned).collect();
        Self {
            code: take("code"),
            kind: take("kind"),
            percent: take("percent"),
            amount: take("amount"),
            minimum: take("minimum"),
            starts_at: take("starts_at"),
            ends_at: take("ends_at"),
            uses_max: take("uses_max"),
            uses_per_person_max: take("uses_per_person_max"),
            people: take("people"),
            sessions,
            version: take("version"),
        }
    }

    /// The code and its rules; or every problem at once.
    pub(super) fn parse(&self, currency: Currency, zone: &str) -> Result<(PromoCode, PromoRules), FieldErrors> {
        let mut errors = FieldErrors::default();
        let code = errors.keep("code", PromoCode::parse(&self.code));
        let mut keep = |result: FieldErrors| errors.0.extend(result.0);
        let value = self.parse_value(currency).map_err(&mut keep).ok();
        let limits = self.parse_limits(zone).map_err(&mut keep).ok();
        let people = errors.keep("people", people(&self.people));
        let sessions: Result<Vec<SessionId>, Problem> =
            self.sessions.iter().map(|id| id.parse().map_err(|_| Problem::NotAChoice)).collect();
        let sessions = errors.keep("sessions", sessions);
        let complete = (|| {
            let (value, limits) = (value?, limits?);
            let rules = PromoRules {
                status: PromoStatus::Active,
                discount: value.discount,
                starts_at: limits.starts_at,
                ends_at: limits.ends_at,
                uses_max: limits.uses_max,
                uses_taken: 0,
                uses_per_person_max: limits.uses_per_person_max,
                sessions: sessions?,
                people: people?,
                minimum: value.minimum,
            };
            Some((code?, rules))
        })();
        errors.finish(complete)
    }

    /// Whether the post says anything about the value.
    pub(super) fn has_value(&self) -> bool {
        !self.kind.is_empty()
    }

    pub(super) fn parse_value(&self, currency: Currency) -> Result<Value, FieldErrors> {
        let mut errors = FieldErrors::default();
        let discount = match self.kind.as_str() {
            "percent" => errors.keep("percent", percent(&self.percent)).map(Discount::Percent),
            "fixed" => errors.keep("amount", amount(&self.amount, currency)).map(Discount::Fixed),
            _ => errors.keep("kind", Err(Problem::NotAChoice)),
        };
        let minimum =
            if self.minimum.trim().is_empty() { Some(None) } else { errors.keep("minimum", amount(&self.minimum, currency)).map(Some) };
        errors.finish(discount.zip(minimum).map(|(discount, minimum)| Value { discount, minimum }))
    }

    pub(super) fn parse_limits(&self, zone: &str) -> Result<Limits, FieldErrors> {
        let mut errors = FieldErrors::default();
        let starts_at = errors.keep("starts_at", instant(&self.starts_at, zone));
        // The last minute is inside: valid until its end.
        let ends_at = errors.keep("ends_at", instant(&self.ends_at, zone).map(|at| at.map(|at| Timestamp(at.0 + 59_999_999))));
        if let (Some(Some(from)), Some(Some(until))) = (starts_at, ends_at)
            && until < from
        {
            errors.push("ends_at", Problem::NotADate);
        }
        let uses_max = errors.keep("uses_max", count(&self.uses_max));
        let uses_per_person_max = errors.keep("uses_per_person_max", count(&self.uses_per_person_max));
        let complete =
            (|| Some(Limits { starts_at: starts_at?, ends_at: ends_at?, uses_max: uses_max?, uses_per_person_max: uses_per_person_max? }))(
            );
        errors.finish(complete)
    }
}

fn percent(text: &str) -> Result<Percent, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Required);
    }
    Percent::parse(text).filter(|share| share.hundredths() > 0).ok_or(Problem::NotANumber)
}

/// Above zero.
fn amount(text: &str, currency: Currency) -> Result<Money, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Required);
    }
    let amount = Money::parse(text, currency).map_err(Problem::from_money)?;
    if amount.is_negative() {
        return Err(Problem::Negative);
    }
    if amount.is_zero() { Err(Problem::NotANumber) } else { Ok(amount) }
}

fn count(text: &str) -> Result<Option<i64>, Problem> {
    if text.trim().is_empty() { Ok(None) } else { parse_count(text, 1, USES_MAX).map(|n| Some(i64::from(n))) }
}

fn instant(text: &str, zone: &str) -> Result<Option<Timestamp>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    zones::resolve(WallTime::parse(text).ok_or(Problem::NotADate)?, zone).map(Some)
}

/// One address or `@domain` per line (commas and semicolons separate too), lower case.
fn people(text: &str) -> Result<Vec<String>, Problem> {
    let mut people = Vec::new();
    for entry in text.split(['\n', ',', ';']).map(str::trim).filter(|entry| !entry.is_empty()) {
        // A domain is checked as the address of somebody there.
        let parsed = if entry.starts_with('@') {
            Email::parse(&format!("x{entry}")).map(|email| email.normalised().trim_start_matches('x').to_owned())
        } else {
            Email::parse(entry).map(|email| email.normalised())
        };
        let entry = parsed?;
        if !people.contains(&entry) {
            people.push(entry);
        }
    }
    if people.len() > PEOPLE_MAX { Err(Problem::OutOfRange { min: 0, max: 500 }) } else { Ok(people) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_in_one_form() {
        assert_eq!(
            people("Ana@Example.com\n@Example.ORG, bob@x.ro;"),
            Ok(vec!["ana@example.com".into(), "@example.org".into(), "bob@x.ro".into()])
        );
        assert_eq!(people("not an address"), Err(Problem::NotAnEmail));
        assert_eq!(people("  \n"), Ok(vec![]));
    }

    #[test]
    fn both_ends_are_whole_minutes_in_the_sites_zone() {
        let form = PromoForm { starts_at: "2027-01-12T10:00".into(), ends_at: "2027-01-12T10:00".into(), ..PromoForm::default() };
        let limits = form.parse_limits("Europe/Bucharest").unwrap_or_else(|e| panic!("{e:?}"));
        let (from, until) = (limits.starts_at.map(|t| t.0), limits.ends_at.map(|t| t.0));
        assert_eq!(from.zip(until).map(|(a, b)| b - a), Some(59_999_999));
        assert_eq!(from, Some(1_799_740_800_000_000));
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let form = PromoForm {
            code: "x".into(),
            kind: "fixed".into(),
            amount: "0".into(),
            uses_max: "0".into(),
            people: "?".into(),
            ..PromoForm::default()
        };
        let errors = form.parse(Currency::EUR, "Europe/Bucharest").err().map(|e| e.0.iter().map(|e| e.field.clone()).collect::<Vec<_>>());
        assert_eq!(errors, Some(vec!["code".into(), "amount".into(), "uses_max".into(), "people".into()]));
    }
}
