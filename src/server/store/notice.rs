//! Messages of processors, stored raw before anything is believed of them.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{NoticeId, ProcessorConfigId, SiteId},
    time::Timestamp,
};

/// A stored notice.
#[derive(Clone, Debug, FromRow)]
pub struct StoredNotice {
    /// Its id.
    pub id: NoticeId,
    /// The tenant it came to.
    pub site_id: SiteId,
    /// The code of the processor's kind.
    pub processor: String,
    /// The configuration it came to.
    pub processor_config_id: Option<ProcessorConfigId>,
    /// Its headers, as JSON: name to value.
    pub headers: String,
    /// Its body, byte for byte.
    pub body: Vec<u8>,
    /// `received`, `handled` or `parked`.
    pub state: String,
    /// When it came.
    pub received_at: Timestamp,
}

statements! {
    /// A message, unless the same is stored already.
    ENSURE_NOTICE = "INSERT INTO notice (id, site_id, processor, processor_config_id, dedupe, headers, body, state, received_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'received', $8) ON CONFLICT (dedupe) DO NOTHING RETURNING id";
    /// By id.
    NOTICE = "SELECT id, site_id, processor, processor_config_id, headers, body, state, received_at FROM notice WHERE id = $1";
    /// Those that came to a configuration from an instant on, the first first.
    NOTICES_SINCE = "SELECT body, state, reason, received_at FROM notice WHERE processor_config_id = $1 AND received_at >= $2 \
        ORDER BY received_at, id LIMIT 500";
    /// What became of it.
    CLOSE_NOTICE = "UPDATE notice SET state = $2, reason = $3, handled_at = $4 WHERE id = $1 AND state = 'received'";
    /// How many of a site ended so.
    COUNT_NOTICES = "SELECT COUNT(*) FROM notice WHERE site_id = $1 AND state = $2";
}

/// What came, and what became of it.
#[derive(Clone, Debug, FromRow)]
pub struct Came {
    /// Its body, byte for byte.
    pub body: Vec<u8>,
    /// `received`, `handled` or `parked`.
    pub state: String,
    /// Why it was set aside.
    pub reason: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
}

/// The first 500 notices that came to a configuration from `since` on.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn since(tx: &mut Tx, config: ProcessorConfigId, since: Timestamp) -> Result<Vec<Came>, StoreError> {
    tx.sql(NOTICES_SINCE).bind(config).bind(since).all().await
}

/// Stores a message. `false` when the same was stored before.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn ensure(tx: &mut Tx, notice: &StoredNotice, dedupe: &str, now: Timestamp) -> Result<bool, StoreError> {
    let row: Option<(NoticeId,)> = tx
        .sql(ENSURE_NOTICE)
        .bind(notice.id)
        .bind(notice.site_id)
        .bind(notice.processor.clone())
        .bind(notice.processor_config_id)
        .bind(dedupe.to_owned())
        .bind(notice.headers.clone())
        .bind(notice.body.clone())
        .bind(now)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// # Errors
/// `StoreError::Missing` when there is no such notice.
pub async fn get(tx: &mut Tx, id: NoticeId) -> Result<StoredNotice, StoreError> {
    tx.sql(NOTICE).bind(id).one().await
}

/// Writes down what became of it: `handled`, or `parked` with the reason. Repeats change nothing.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn close(tx: &mut Tx, id: NoticeId, state: &'static str, reason: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(CLOSE_NOTICE).bind(id).bind(state).bind(reason.map(str::to_owned)).bind(now).execute().await?;
    Ok(())
}

/// How many of a site's notices ended so (`received`, `handled`, `parked`).
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn count(tx: &mut Tx, site: SiteId, state: &'static str) -> Result<i64, StoreError> {
    let (count,): (i64,) = tx.sql(COUNT_NOTICES).bind(site).bind(state).one().await?;
    Ok(count)
}
