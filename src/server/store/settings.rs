//! What an administrator changes about a site: its settings, its feature switches, its rate cards.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use super::site::{Site, tax_mode_code};
use crate::domain::{
    estimate::{Rate, Rates},
    feature::{Feature, Switch},
    ids::{RateCardId, SiteId},
    money::Currency,
    time::Timestamp,
};

/// A rate card in the history of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct RateCard {
    /// Its id.
    pub id: RateCardId,
    /// 1, 2, 3, …
    pub version: i64,
    /// The prices.
    pub rates: Rates,
    /// From when on.
    pub effective_from: Timestamp,
}

#[derive(FromRow)]
struct CardRow {
    id: RateCardId,
    version: i64,
    people_micros: i64,
    teleconference_micros: i64,
    currency: String,
    effective_from: Timestamp,
}

impl TryFrom<CardRow> for RateCard {
    type Error = StoreError;

    fn try_from(row: CardRow) -> Result<Self, StoreError> {
        let currency: Currency = row.currency.parse().map_err(|_| StoreError::Corrupt(format!("rate card {}: currency", row.id)))?;
        let rates = Rates { people: Rate(row.people_micros), teleconference: Rate(row.teleconference_micros), currency };
        Ok(Self { id: row.id, version: row.version, rates, effective_from: row.effective_from })
    }
}

statements! {
    /// New settings, if nobody was faster.
    SAVE_SETTINGS = "UPDATE site SET name = $3, seller = $4, support_email = $5, refund_policy = $6, terms_version = $7, currency = $8, \
        merchant_country = $9, tax_name = $10, tax_hundredths = $11, tax_mode = $12, fee_max_minor = $13, hold_seconds = $14, \
        card_kinds = $15, version = version + 1 WHERE id = $1 AND version = $2";
    /// Both switches of a feature.
    SAVE_SWITCH = "INSERT INTO site_feature (site_id, feature, provisioned, enabled) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (site_id, feature) DO UPDATE SET provisioned = excluded.provisioned, enabled = excluded.enabled";
    /// The currency of any order or priced session of a site.
    CURRENCY_IN_USE = "SELECT CAST(1 AS BIGINT) AS one WHERE EXISTS (SELECT 1 FROM orders WHERE site_id = $1) \
        OR EXISTS (SELECT 1 FROM session WHERE site_id = $1 AND fee_minor > 0)";
    /// Every rate card of a site, the newest first.
    RATE_CARDS = "SELECT id, version, people_micros, teleconference_micros, currency, effective_from FROM rate_card \
        WHERE site_id = $1 ORDER BY version DESC";
    /// The next rate card.
    INSERT_RATE_CARD = "INSERT INTO rate_card (id, site_id, version, people_micros, teleconference_micros, currency, effective_from) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

/// Saves what `site` says over the version it was read at. `false` when someone else was faster.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn save(tx: &mut Tx, site: &Site) -> Result<bool, StoreError> {
    let rows = tx
        .sql(SAVE_SETTINGS)
        .bind(site.id)
        .bind(site.version)
        .bind(site.name.clone())
        .bind(site.seller.clone())
        .bind(site.support_email.clone())
        .bind(site.refund_policy.clone())
        .bind(site.terms_version.clone())
        .bind(site.currency.map(Currency::code))
        .bind(site.merchant_country.clone())
        .bind(site.tax.as_ref().map(|tax| tax.name.clone()))
        .bind(site.tax.as_ref().map(|tax| i64::from(tax.rate.hundredths())))
        .bind(site.tax.as_ref().map(|tax| tax_mode_code(tax.mode)))
        .bind(site.fee_max_minor)
        .bind(site.hold_seconds)
        .bind(site.card_kinds.code())
        .execute()
        .await?;
    Ok(rows == 1)
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn save_switch(tx: &mut Tx, site: SiteId, feature: Feature, switch: Switch) -> Result<(), StoreError> {
    tx.sql(SAVE_SWITCH).bind(site).bind(feature.code()).bind(switch.provisioned).bind(switch.enabled).execute().await?;
    Ok(())
}

/// Something of the site is priced in its currency, so the currency can no longer change.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn currency_in_use(tx: &mut Tx, site: SiteId) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = tx.sql(CURRENCY_IN_USE).bind(site).optional().await?;
    Ok(row.is_some())
}

/// Every rate card of a site, the newest first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn rate_cards(tx: &mut Tx, site: SiteId) -> Result<Vec<RateCard>, StoreError> {
    let rows: Vec<CardRow> = tx.sql(RATE_CARDS).bind(site).all().await?;
    rows.into_iter().map(RateCard::try_from).collect()
}

/// # Errors
/// `StoreError` when the database fails, or that version exists.
pub async fn insert_rate_card(tx: &mut Tx, site: SiteId, card: &RateCard) -> Result<(), StoreError> {
    tx.sql(INSERT_RATE_CARD)
        .bind(card.id)
        .bind(site)
        .bind(card.version)
        .bind(card.rates.people.0)
        .bind(card.rates.teleconference.0)
        .bind(card.rates.currency.code())
        .bind(card.effective_from)
        .execute()
        .await?;
    Ok(())
}
