//! Logins: signed-in browsers. The id a browser holds is never stored, only its SHA-256, so a copy of the table signs nobody in.

use super::db::{StoreError, Tx};
use crate::domain::time::Timestamp;

statements! {
    /// Keeps a new login.
    LOGIN_INSERT = "INSERT INTO login (id_hash, record, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id_hash) DO NOTHING";
    /// The record of a login that has not expired.
    LOGIN_FIND = "SELECT record FROM login WHERE id_hash = $1 AND expires_at > $2";
    /// Renews a login; a login that was ended meanwhile stays ended.
    LOGIN_UPDATE = "UPDATE login SET record = $2, expires_at = $3 WHERE id_hash = $1";
    /// Ends a login.
    LOGIN_DELETE = "DELETE FROM login WHERE id_hash = $1";
    /// Forgets logins that expired.
    LOGIN_DELETE_EXPIRED = "DELETE FROM login WHERE expires_at <= $1";
    /// A durable write that means nothing: the readiness check's row expires as it is written.
    LOGIN_PROBE = "INSERT INTO login (id_hash, record, expires_at) VALUES ('readyz', '{}', $1) \
        ON CONFLICT (id_hash) DO UPDATE SET expires_at = excluded.expires_at";
}

/// Keeps a new login; `false` when the id is taken.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn claim_id(tx: &mut Tx, id_hash: &str, record: &str, expires_at: Timestamp) -> Result<bool, StoreError> {
    let rows = tx.sql(LOGIN_INSERT).bind(id_hash.to_owned()).bind(record.to_owned()).bind(expires_at).execute().await?;
    Ok(rows == 1)
}

/// The record of a login that is still good at `now`.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find(tx: &mut Tx, id_hash: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = tx.sql(LOGIN_FIND).bind(id_hash.to_owned()).bind(now).optional().await?;
    Ok(row.map(|(record,)| record))
}

/// Renews a login. One that was ended meanwhile stays ended, and that is not an error.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn renew(tx: &mut Tx, id_hash: &str, record: &str, expires_at: Timestamp) -> Result<(), StoreError> {
    tx.sql(LOGIN_UPDATE).bind(id_hash.to_owned()).bind(record.to_owned()).bind(expires_at).execute().await?;
    Ok(())
}

/// Ends a login.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn end(tx: &mut Tx, id_hash: &str) -> Result<(), StoreError> {
    tx.sql(LOGIN_DELETE).bind(id_hash.to_owned()).execute().await?;
    Ok(())
}

/// Forgets logins that expired; how many.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn forget_expired(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    tx.sql(LOGIN_DELETE_EXPIRED).bind(now).execute().await
}

/// Writes a row that means nothing, durably: proves that the database takes writes.
///
/// # Errors
/// `StoreError` when it does not.
pub async fn probe(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(LOGIN_PROBE).bind(now).execute().await?;
    Ok(())
}
