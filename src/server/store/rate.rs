//! The rate card in force: what a minute costs now. Cards are added in `settings`; a quote keeps the card it was priced with.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    estimate::{Rate, Rates},
    ids::{RateCardId, SiteId},
    money::Currency,
    time::Timestamp,
};

/// A site's prices per minute from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateCard {
    /// Its id.
    pub id: RateCardId,
    /// Counts a site's cards from 1.
    pub version: i64,
    /// The prices.
    pub rates: Rates,
    /// Valid from this instant until the next card's.
    pub effective_from: Timestamp,
}

#[derive(FromRow)]
struct Row {
    id: RateCardId,
    version: i64,
    people_micros: i64,
    teleconference_micros: i64,
    currency: String,
    effective_from: Timestamp,
}

impl TryFrom<Row> for RateCard {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let currency: Currency = row.currency.parse().map_err(|_| StoreError::Corrupt(format!("rate card {}: currency", row.id)))?;
        Ok(Self {
            id: row.id,
            version: row.version,
            rates: Rates { people: Rate(row.people_micros), teleconference: Rate(row.teleconference_micros), currency },
            effective_from: row.effective_from,
        })
    }
}

statements! {
    /// The card valid at an instant: the newest that has begun.
    RATE_CURRENT = "SELECT id, version, people_micros, teleconference_micros, currency, effective_from FROM rate_card \
        WHERE site_id = $1 AND effective_from <= $2 ORDER BY effective_from DESC, version DESC LIMIT 1";
}

/// The card valid at `now`, if the site has set prices.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn current(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<Option<RateCard>, StoreError> {
    tx.sql(RATE_CURRENT).bind(site).bind(now).optional::<Row>().await?.map(RateCard::try_from).transpose()
}
