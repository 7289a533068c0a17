//! Promo codes, as a purchase reads them. Administrators change them in `promo_admin`; uses are taken in `claim`.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{PromoId, SessionId, SiteId},
    money::{Currency, Money},
    pricing::{Discount, Percent},
    promo::{PromoRules, PromoStatus},
    time::Timestamp,
};

/// A code with its rules.
#[derive(Clone, Debug)]
pub struct Promo {
    /// Its id.
    pub id: PromoId,
    /// The code.
    pub code: String,
    /// Its rules.
    pub rules: PromoRules,
}

#[derive(FromRow)]
struct Row {
    id: PromoId,
    code: String,
    status: String,
    percent_hundredths: Option<i64>,
    amount_minor: Option<i64>,
    minimum_minor: Option<i64>,
    currency: String,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    uses_max: Option<i64>,
    uses_taken: i64,
    uses_per_person_max: Option<i64>,
    people: String,
}

statements! {
    /// A site's code by its one form.
    PROMO_BY_CODE = "SELECT id, code, status, percent_hundredths, amount_minor, minimum_minor, currency, starts_at, ends_at, uses_max, \
        uses_taken, uses_per_person_max, people FROM promo WHERE site_id = $1 AND code = $2";
    /// The sessions a code is for.
    PROMO_SESSIONS = "SELECT session_id FROM promo_session WHERE promo_id = $1";
}

/// A site's code with its rules. `people` at rest is one address or `@domain` per line, lower case.
///
/// # Errors
/// `StoreError` when the database fails or a stored rule cannot be read.
pub async fn find_by_code(tx: &mut Tx, site: SiteId, code: &str) -> Result<Option<Promo>, StoreError> {
    let Some(row) = tx.sql(PROMO_BY_CODE).bind(site).bind(code.to_owned()).optional::<Row>().await? else { return Ok(None) };
    let sessions: Vec<(SessionId,)> = tx.sql(PROMO_SESSIONS).bind(row.id).all().await?;
    let unreadable = || StoreError::Corrupt(format!("promo {}", row.id));
    let currency: Currency = row.currency.parse().map_err(|_| unreadable())?;
    let discount = match (row.percent_hundredths, row.amount_minor) {
        (Some(share), None) => Discount::Percent(u32::try_from(share).ok().and_then(Percent::from_hundredths).ok_or_else(unreadable)?),
        (None, Some(minor)) => Discount::Fixed(Money::from_minor(minor, currency)),
        (Some(_), Some(_)) | (None, None) => return Err(unreadable()),
    };
    Ok(Some(Promo {
        id: row.id,
        code: row.code,
        rules: PromoRules {
            status: if row.status == "active" { PromoStatus::Active } else { PromoStatus::Paused },
            discount,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            uses_max: row.uses_max,
            uses_taken: row.uses_taken,
            uses_per_person_max: row.uses_per_person_max,
            sessions: sessions.into_iter().map(|(id,)| id).collect(),
            people: row.people.lines().map(str::to_owned).collect(),
            minimum: row.minimum_minor.map(|minor| Money::from_minor(minor, currency)),
        },
    }))
}
