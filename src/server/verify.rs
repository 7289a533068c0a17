//! The invariants of failures.md §2, checked on the database as it is: read-only, on either engine, while the server runs.
//!
//! Every check counts what it looked at, so that "no violations" of nothing is not mistaken for health.

mod simulator;
mod sql;

use uuid::Uuid;

use super::{
    failure::Failure,
    state::App,
    store::db::{Tx, read_tx},
};

pub(crate) use sql::ALL;

/// How many of the things that break an invariant are named.
const NAMED_MAX: usize = 5;

/// What became of one invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `I1` to `I9`.
    pub code: &'static str,
    /// What must be true.
    pub claim: &'static str,
    /// What was counted.
    pub things: &'static str,
    /// How many of them were looked at.
    pub checked: i64,
    /// How many break it.
    pub violations: usize,
    /// The first few of those: ids of rows, or references.
    pub named: Vec<String>,
}

impl Check {
    /// Nothing breaks it.
    pub const fn holds(&self) -> bool {
        self.violations == 0
    }
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {} {}, {} violations", self.code, self.claim, self.checked, self.things, self.violations)?;
        if !self.named.is_empty() {
            write!(f, " ({}{})", self.named.join(", "), if self.violations > self.named.len() { ", …" } else { "" })?;
        }
        Ok(())
    }
}

/// An invariant that SQL alone can check: what is counted, and statements whose every row is a violation.
struct Rule {
    code: &'static str,
    claim: &'static str,
    things: &'static str,
    count: &'static str,
    broken: &'static [&'static str],
}

const RULES: [Rule; 8] = [
    Rule {
        code: "I1",
        claim: "seats held and sold within capacity",
        things: "sessions",
        count: sql::COUNT_SESSIONS,
        broken: &[sql::SEATS_MISCOUNTED, sql::SEATS_OF_NOBODY, sql::SEATS_MISSING],
    },
    Rule {
        code: "I2",
        claim: "promo uses within their limits",
        things: "promo codes",
        count: sql::COUNT_PROMOS,
        broken: &[sql::USES_MISCOUNTED, sql::USES_PER_PERSON, sql::USES_OF_NOBODY],
    },
    Rule {
        code: "I3",
        claim: "one wanted payment per order, and any other on its way back",
        things: "orders",
        count: sql::COUNT_ORDERS,
        broken: &[sql::PAID_TWICE, sql::PAID_BY_ANOTHER, sql::UNWANTED_FORGOTTEN, sql::KEPT_OF_REFUSED_CARD],
    },
    Rule {
        code: "I4",
        claim: "refunds within what was captured",
        things: "payments",
        count: sql::COUNT_PAYMENTS,
        broken: &[sql::REFUNDED_TOO_MUCH, sql::REFUNDED_OTHERWISE, sql::TAX_REFUNDED_OTHERWISE],
    },
    Rule {
        code: "I5",
        claim: "the ledger sums to zero and books every payment once",
        things: "postings",
        count: sql::COUNT_POSTINGS,
        broken: &[sql::UNBALANCED, sql::PAYMENT_UNBOOKED, sql::BOOKED_OTHERWISE, sql::REFUND_BOOKED_OTHERWISE, sql::REFERENCE_TWICE],
    },
    Rule {
        code: "I6",
        claim: "charged what was last shown",
        things: "payments",
        count: sql::COUNT_PAYMENTS,
        broken: &[sql::CHARGED_OTHERWISE],
    },
    Rule {
        code: "I7",
        claim: "one confirmation per paid order, one word per refunded one",
        things: "paid orders",
        count: sql::COUNT_PAID,
        broken: &[sql::UNCONFIRMED, sql::REFUND_UNTOLD],
    },
    Rule {
        code: "I8",
        claim: "no state without a line in the trail",
        things: "orders",
        count: sql::COUNT_ORDERS,
        broken: &[sql::UNTRAILED],
    },
];

/// Checks everything. `sandbox_url` is the address of the payment simulators; without it I9 is left out.
///
/// # Errors
/// A fault when the database fails, or the simulators do not answer.
pub async fn run(app: &App, sandbox_url: Option<&str>) -> Result<Vec<Check>, Failure> {
    let mut checks = Vec::with_capacity(RULES.len() + 1);
    for rule in &RULES {
        checks.push(read_tx!(app.db, |tx| -> Result<Check, Failure> { look(tx, rule).await })?);
    }
    if let Some(url) = sandbox_url {
        checks.push(simulator::compare(app, url).await?);
    }
    Ok(checks)
}

async fn look(tx: &mut Tx, rule: &Rule) -> Result<Check, Failure> {
    let (checked,): (i64,) = tx.sql(rule.count).one().await?;
    let mut broken: Vec<Uuid> = Vec::new();
    for statement in rule.broken {
        let rows: Vec<(Uuid,)> = tx.sql(statement).all().await?;
        broken.extend(rows.into_iter().map(|(id,)| id));
    }
    broken.sort();
    broken.dedup();
    let named = broken.iter().take(NAMED_MAX).map(Uuid::to_string).collect();
    Ok(Check { code: rule.code, claim: rule.claim, things: rule.things, checked, violations: broken.len(), named })
}
