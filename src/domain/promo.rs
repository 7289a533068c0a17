//! Whether a promo code applies, and every distinct reason why it does not.

use serde::{Deserialize, Serialize};

use super::{
    ids::SessionId,
    money::{Currency, Money},
    pricing::Discount,
    time::Timestamp,
};

/// Why a code was refused: a closed list, each told apart at the field (spec.md PRM-12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromoRefusal {
    /// No such code on this site (also said of a paused one).
    Unknown,
    /// Valid later; from when, as text in the site's zone.
    NotYet {
        /// When it begins.
        from: String,
    },
    /// Was valid until then, as text in the site's zone.
    Expired {
        /// When it ended.
        on: String,
    },
    /// All its uses are taken.
    UsedUp,
    /// For other sessions only.
    NotThisSession,
    /// For other people only, or this person has used it as often as allowed.
    NotThisPerson,
    /// A fixed amount in another currency.
    Currency {
        /// The code's currency.
        code_currency: Currency,
    },
    /// The price is below the code's minimum.
    MinimumNotMet {
        /// The lowest price.
        minimum: Money,
    },
    /// The session costs nothing already.
    NothingToDiscount,
}

impl PromoRefusal {
    /// The stable code of the API and of the refusal counters.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_code",
            Self::NotYet { .. } => "not_yet_valid",
            Self::Expired { .. } => "code_expired",
            Self::UsedUp => "used_up",
            Self::NotThisSession => "not_for_this_session",
            Self::NotThisPerson => "not_for_this_person",
            Self::Currency { .. } => "currency_mismatch",
            Self::MinimumNotMet { .. } => "minimum_not_met",
            Self::NothingToDiscount => "nothing_to_discount",
        }
    }
}

/// Whether a code is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromoStatus {
    /// Can be used.
    Active,
    /// Set aside by an administrator; answers like an unknown code.
    Paused,
}

/// The rules of a promo code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromoRules {
    /// Active or paused.
    pub status: PromoStatus,
    /// What it takes off.
    pub discount: Discount,
    /// First instant it is valid.
    pub starts_at: Option<Timestamp>,
    /// Last instant it is valid, inclusive.
    pub ends_at: Option<Timestamp>,
    /// How many seats it may discount; `None` is unlimited. Held uses count.
    pub uses_max: Option<i64>,
    /// Uses held or final.
    pub uses_taken: i64,
    /// How many seats one e-mail address may discount.
    pub uses_per_person_max: Option<i64>,
    /// The sessions it is for; empty means all.
    pub sessions: Vec<SessionId>,
    /// The addresses or domains (`@example.com`) it is for, lower case; empty means everyone.
    pub people: Vec<String>,
    /// Lowest price it applies to.
    pub minimum: Option<Money>,
}

/// The purchase a code is tried on.
#[derive(Clone, Debug)]
pub struct PromoCase<'a> {
    /// The session bought.
    pub session: SessionId,
    /// The fee before any discount.
    pub fee: Money,
    /// The participant's address, lower case.
    pub email: &'a str,
    /// Live uses of this code by that address, other than this order's.
    pub used_by_person: i64,
    /// Now.
    pub now: Timestamp,
}

/// The discount a code gives, or the first reason against it. Which limits are *taken* is decided by `store/claim`; this is
/// what a person is told. `instant_text` writes an instant in the site's zone and the reader's language.
///
/// # Errors
/// The reason for refusal.
pub fn check(rules: &PromoRules, case: &PromoCase<'_>, instant_text: impl Fn(Timestamp) -> String) -> Result<Discount, PromoRefusal> {
    if rules.status == PromoStatus::Paused {
        return Err(PromoRefusal::Unknown);
    }
    if let Some(from) = rules.starts_at
        && case.now < from
    {
        return Err(PromoRefusal::NotYet { from: instant_text(from) });
    }
    if let Some(until) = rules.ends_at
        && case.now > until
    {
        return Err(PromoRefusal::Expired { on: instant_text(until) });
    }
    if !rules.sessions.is_empty() && !rules.sessions.contains(&case.session) {
        return Err(PromoRefusal::NotThisSession);
    }
    let domain = case.email.rfind('@').map(|at| &case.email[at..]);
    let invited = rules.people.iter().any(|p| p == case.email || Some(p.as_str()) == domain);
    if !rules.people.is_empty() && !invited {
        return Err(PromoRefusal::NotThisPerson);
    }
    if rules.uses_per_person_max.is_some_and(|max| case.used_by_person >= max) {
        return Err(PromoRefusal::NotThisPerson);
    }
    if let Discount::Fixed(amount) = rules.discount
        && amount.currency() != case.fee.currency()
    {
        return Err(PromoRefusal::Currency { code_currency: amount.currency() });
    }
    if let Some(minimum) = rules.minimum {
        if minimum.currency() != case.fee.currency() {
            return Err(PromoRefusal::Currency { code_currency: minimum.currency() });
        }
        if case.fee.minor() < minimum.minor() {
            return Err(PromoRefusal::MinimumNotMet { minimum });
        }
    }
    if case.fee.is_zero() {
        return Err(PromoRefusal::NothingToDiscount);
    }
    if rules.uses_max.is_some_and(|max| rules.uses_taken >= max) {
        return Err(PromoRefusal::UsedUp);
    }
    Ok(rules.discount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::pricing::Percent;
    use uuid::Uuid;

    const SESSION: SessionId = SessionId(Uuid::from_u128(1));
    const OTHER: SessionId = SessionId(Uuid::from_u128(2));

    fn eur(minor: i64) -> Money {
        Money::from_minor(minor, Currency::EUR)
    }

    fn rules() -> PromoRules {
        PromoRules {
            status: PromoStatus::Active,
            discount: Discount::Percent(Percent::WHOLE),
            starts_at: None,
            ends_at: None,
            uses_max: None,
            uses_taken: 0,
            uses_per_person_max: None,
            sessions: vec![],
            people: vec![],
            minimum: None,
        }
    }

    fn case() -> PromoCase<'static> {
        PromoCase { session: SESSION, fee: eur(10000), email: "ana@example.com", used_by_person: 0, now: Timestamp(1000) }
    }

    fn answer(rules: PromoRules) -> Result<Discount, PromoRefusal> {
        check(&rules, &case(), |t| t.0.to_string())
    }

    #[test]
    fn every_reason_is_told_apart() {
        let ron = Money::from_minor(5, Currency::RON);
        let cases = [
            (PromoRules { status: PromoStatus::Paused, ..rules() }, PromoRefusal::Unknown),
            (PromoRules { starts_at: Some(Timestamp(1001)), ..rules() }, PromoRefusal::NotYet { from: "1001".into() }),
            (PromoRules { ends_at: Some(Timestamp(999)), ..rules() }, PromoRefusal::Expired { on: "999".into() }),
            (PromoRules { uses_max: Some(3), uses_taken: 3, ..rules() }, PromoRefusal::UsedUp),
            (PromoRules { sessions: vec![OTHER], ..rules() }, PromoRefusal::NotThisSession),
            (PromoRules { people: vec!["bob@example.com".into(), "@example.org".into()], ..rules() }, PromoRefusal::NotThisPerson),
            (PromoRules { uses_per_person_max: Some(0), ..rules() }, PromoRefusal::NotThisPerson),
            (PromoRules { discount: Discount::Fixed(ron), ..rules() }, PromoRefusal::Currency { code_currency: Currency::RON }),
            (PromoRules { minimum: Some(eur(10001)), ..rules() }, PromoRefusal::MinimumNotMet { minimum: eur(10001) }),
        ];
        for (rules, refusal) in cases {
            assert_eq!(answer(rules), Err(refusal));
        }
    }

    #[test]
    fn both_ends_of_the_validity_are_inside() {
        assert!(answer(PromoRules { starts_at: Some(Timestamp(1000)), ends_at: Some(Timestamp(1000)), ..rules() }).is_ok());
    }

    #[test]
    fn an_invited_person_or_domain_gets_in() {
        for person in ["ana@example.com", "@example.com"] {
            assert!(answer(PromoRules { people: vec![person.into()], ..rules() }).is_ok(), "{person}");
        }
    }
}
