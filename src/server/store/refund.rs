//! Money on its way back. A refund is written down before the processor is asked, like a try at paying.

use super::db::{StoreError, Tx};
use crate::domain::{ids::PaymentId, money::Money, time::Timestamp};

statements! {
    /// A refund, about to be asked for; the same key is the same refund.
    ENSURE_REFUND = "INSERT INTO refund (id, payment_id, key, amount_minor, currency, reason, state, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 'prepared', $7) ON CONFLICT (key) DO NOTHING";
    /// By key: its id, state and what the processor said last.
    REFUND_BY_KEY = "SELECT id, state, detail FROM refund WHERE key = $1";
    /// What became of it, unless that is known already.
    SETTLE_REFUND = "UPDATE refund SET state = $2, reference = $3, detail = $4, settled_at = $5 WHERE id = $1 AND state IN ('prepared', 'unknown')";
}

/// Writes a refund of a whole payment down; repeats safely.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn ensure(
    tx: &mut Tx,
    id: uuid::Uuid,
    payment: PaymentId,
    key: &str,
    amount: Money,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.sql(ENSURE_REFUND)
        .bind(id)
        .bind(payment)
        .bind(key.to_owned())
        .bind(amount.minor())
        .bind(amount.currency().code())
        .bind(reason.to_owned())
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// The id, the state and the processor's last words of the refund made under `key`.
///
/// # Errors
/// `StoreError::Missing` when there is none.
pub async fn get_by_key(tx: &mut Tx, key: &str) -> Result<(uuid::Uuid, String, Option<String>), StoreError> {
    tx.sql(REFUND_BY_KEY).bind(key.to_owned()).one().await
}

/// Writes down how a refund ended (`done`, `failed`) or that this is in doubt (`unknown`). `false` when it was settled already.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn settle(
    tx: &mut Tx,
    id: uuid::Uuid,
    state: &'static str,
    reference: Option<String>,
    detail: Option<String>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let rows = tx.sql(SETTLE_REFUND).bind(id).bind(state).bind(reference).bind(detail).bind(now).execute().await?;
    Ok(rows == 1)
}
