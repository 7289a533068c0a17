//! Promo codes as an administrator sees and changes them. How buyers use them is `promo` and `claim`.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{PromoId, SessionId, SiteId},
    money::{Currency, Money},
    pricing::{Discount, Percent},
    promo::{PromoRules, PromoStatus},
    time::Timestamp,
};

/// A promo code and its rules.
#[derive(Clone, Debug)]
pub struct PromoCard {
    /// Its id.
    pub id: PromoId,
    /// The code in its one form.
    pub code: String,
    /// What it does, for whom, when and how often.
    pub rules: PromoRules,
    /// Grows with each change.
    pub version: i64,
    /// Made when.
    pub created_at: Timestamp,
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
    version: i64,
    created_at: Timestamp,
}

impl TryFrom<Row> for PromoCard {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unreadable = |what: &str| StoreError::Corrupt(format!("promo {}: {what}", row.id));
        let currency: Currency = row.currency.parse().map_err(|_| unreadable("currency"))?;
        let percent = row.percent_hundredths.and_then(|h| u32::try_from(h).ok()).and_then(Percent::from_hundredths);
        let amount = row.amount_minor.map(|minor| Discount::Fixed(Money::from_minor(minor, currency)));
        let discount = percent.map(Discount::Percent).or(amount).ok_or_else(|| unreadable("discount"))?;
        let status = if row.status == "active" { PromoStatus::Active } else { PromoStatus::Paused };
        let rules = PromoRules {
            status,
            discount,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            uses_max: row.uses_max,
            uses_taken: row.uses_taken,
            uses_per_person_max: row.uses_per_person_max,
            sessions: vec![],
            people: split_people(&row.people),
            minimum: row.minimum_minor.map(|minor| Money::from_minor(minor, currency)),
        };
        Ok(Self { id: row.id, code: row.code, rules, version: row.version, created_at: row.created_at })
    }
}

/// The addresses and domains of the `people` column.
pub fn split_people(column: &str) -> Vec<String> {
    column.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

macro_rules! promo_columns {
    () => {
        "SELECT id, code, status, percent_hundredths, amount_minor, minimum_minor, currency, starts_at, ends_at, uses_max, uses_taken, \
         uses_per_person_max, people, version, created_at FROM promo "
    };
}

statements! {
    /// A site's codes, the newest first.
    PROMOS_OF_SITE = concat!(promo_columns!(), "WHERE site_id = $1 ORDER BY created_at DESC, id DESC LIMIT 500");
    /// One of a site's codes.
    PROMO_OF_SITE = concat!(promo_columns!(), "WHERE site_id = $1 AND id = $2");
    /// Which of a site's codes has that name.
    PROMO_ID_BY_CODE = "SELECT id FROM promo WHERE site_id = $1 AND code = $2";
    /// A new code, unless the name is taken.
    INSERT_PROMO = "INSERT INTO promo (id, site_id, code, status, percent_hundredths, amount_minor, minimum_minor, currency, starts_at, \
        ends_at, uses_max, uses_taken, uses_per_person_max, people, version, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, 1, $14) \
        ON CONFLICT (site_id, code) DO NOTHING RETURNING id";
    /// Other limits and dates, if nobody was faster and no use is cut off.
    CHANGE_PROMO = "UPDATE promo SET status = $3, starts_at = $4, ends_at = $5, uses_max = $6, uses_per_person_max = $7, \
        version = version + 1 WHERE id = $1 AND version = $2 AND (CAST($6 AS BIGINT) IS NULL OR uses_taken <= CAST($6 AS BIGINT))";
    /// Another value, if nobody was faster and nobody ever used it.
    CHANGE_PROMO_VALUE = "UPDATE promo SET percent_hundredths = $3, amount_minor = $4, minimum_minor = $5, version = version + 1 \
        WHERE id = $1 AND version = $2 AND uses_taken = 0 AND NOT EXISTS (SELECT 1 FROM promo_use WHERE promo_id = $1)";
    /// The sessions a code is for.
    PROMO_SESSIONS = "SELECT session_id FROM promo_session WHERE promo_id = $1 ORDER BY session_id";
    /// A session a code is for.
    INSERT_PROMO_SESSION = "INSERT INTO promo_session (promo_id, session_id) VALUES ($1, $2)";
    /// Any use or quote of a code, also a released one: it was told to somebody as a price.
    PROMO_WAS_USED = "SELECT CAST(1 AS BIGINT) AS one WHERE EXISTS (SELECT 1 FROM promo_use WHERE promo_id = $1) \
        OR EXISTS (SELECT 1 FROM quote WHERE promo_id = $1)";
    /// Before its code can go.
    DELETE_PROMO_SESSIONS = "DELETE FROM promo_session WHERE promo_id = $1";
    /// A code nobody ever used.
    DELETE_PROMO = "DELETE FROM promo WHERE id = $1 AND version = $2";
    /// Who used a code, the latest first.
    PROMO_USES = "SELECT o.id, o.reference, o.buyer_name, u.state, q.discount_minor, q.currency, o.created_at FROM promo_use u \
        JOIN orders o ON o.id = u.order_id JOIN quote q ON q.order_id = o.id AND q.version = o.quote_version \
        WHERE u.promo_id = $1 AND u.state <> 'released' ORDER BY o.created_at DESC, o.id DESC LIMIT 100";
}

/// One use of a code.
#[derive(Clone, Debug, FromRow)]
pub struct PromoUseRow {
    /// The order.
    pub id: crate::domain::ids::OrderId,
    /// Its short code.
    pub reference: String,
    /// Who.
    pub buyer_name: String,
    /// `held` or `final`.
    pub state: String,
    /// What it took off.
    pub discount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// When the order was made.
    pub created_at: Timestamp,
}

/// A site's codes, the newest first, without their sessions.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn of_site(tx: &mut Tx, site: SiteId) -> Result<Vec<PromoCard>, StoreError> {
    let rows: Vec<Row> = tx.sql(PROMOS_OF_SITE).bind(site).all().await?;
    rows.into_iter().map(PromoCard::try_from).collect()
}

/// One of a site's codes with its sessions.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find(tx: &mut Tx, site: SiteId, id: PromoId) -> Result<Option<PromoCard>, StoreError> {
    let Some(row) = tx.sql(PROMO_OF_SITE).bind(site).bind(id).optional::<Row>().await? else { return Ok(None) };
    let mut card = PromoCard::try_from(row)?;
    let sessions: Vec<(SessionId,)> = tx.sql(PROMO_SESSIONS).bind(id).all().await?;
    card.rules.sessions = sessions.into_iter().map(|(id,)| id).collect();
    Ok(Some(card))
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_code(tx: &mut Tx, site: SiteId, code: &str) -> Result<Option<PromoId>, StoreError> {
    let row: Option<(PromoId,)> = tx.sql(PROMO_ID_BY_CODE).bind(site).bind(code.to_owned()).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// Writes down a new code with its sessions. `false` when the site has one of that name.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn insert(tx: &mut Tx, site: SiteId, card: &PromoCard, currency: Currency) -> Result<bool, StoreError> {
    let (percent, amount) = value_columns(card.rules.discount);
    let inserted: Option<(PromoId,)> = tx
        .sql(INSERT_PROMO)
        .bind(card.id)
        .bind(site)
        .bind(card.code.clone())
        .bind(status_code(card.rules.status))
        .bind(percent)
        .bind(amount)
        .bind(card.rules.minimum.map(Money::minor))
        .bind(currency.code())
        .bind(card.rules.starts_at)
        .bind(card.rules.ends_at)
        .bind(card.rules.uses_max)
        .bind(card.rules.uses_per_person_max)
        .bind(card.rules.people.join("\n"))
        .bind(card.created_at)
        .optional()
        .await?;
    if inserted.is_none() {
        return Ok(false);
    }
    for session in &card.rules.sessions {
        tx.sql(INSERT_PROMO_SESSION).bind(card.id).bind(*session).execute().await?;
    }
    Ok(true)
}

/// Saves status, dates and limits over the version `card` was read at. `false` when someone else was faster, or more uses are
/// taken than the new limit allows.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn change(tx: &mut Tx, card: &PromoCard) -> Result<bool, StoreError> {
    let rows = tx
        .sql(CHANGE_PROMO)
        .bind(card.id)
        .bind(card.version)
        .bind(status_code(card.rules.status))
        .bind(card.rules.starts_at)
        .bind(card.rules.ends_at)
        .bind(card.rules.uses_max)
        .bind(card.rules.uses_per_person_max)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Saves another value over the version `card` was read at. `false` when someone else was faster or the code was ever used.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn change_value(tx: &mut Tx, card: &PromoCard) -> Result<bool, StoreError> {
    let (percent, amount) = value_columns(card.rules.discount);
    let minimum = card.rules.minimum.map(Money::minor);
    let rows = tx.sql(CHANGE_PROMO_VALUE).bind(card.id).bind(card.version).bind(percent).bind(amount).bind(minimum).execute().await?;
    Ok(rows == 1)
}

/// Somebody was ever quoted a price with this code.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn was_used(tx: &mut Tx, id: PromoId) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = tx.sql(PROMO_WAS_USED).bind(id).optional().await?;
    Ok(row.is_some())
}

/// Removes a code that was never used. `false` when someone else changed it first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn delete(tx: &mut Tx, card: &PromoCard) -> Result<bool, StoreError> {
    tx.sql(DELETE_PROMO_SESSIONS).bind(card.id).execute().await?;
    Ok(tx.sql(DELETE_PROMO).bind(card.id).bind(card.version).execute().await? == 1)
}

/// The last hundred uses of a code that were not given back.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn uses(tx: &mut Tx, id: PromoId) -> Result<Vec<PromoUseRow>, StoreError> {
    tx.sql(PROMO_USES).bind(id).all().await
}

/// The value at rest of a status.
pub const fn status_code(status: PromoStatus) -> &'static str {
    match status {
        PromoStatus::Active => "active",
        PromoStatus::Paused => "paused",
    }
}

fn value_columns(discount: Discount) -> (Option<i64>, Option<i64>) {
    match discount {
        Discount::Percent(share) => (Some(i64::from(share.hundredths())), None),
        Discount::Fixed(amount) => (None, Some(amount.minor())),
    }
}
