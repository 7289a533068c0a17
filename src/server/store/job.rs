//! Work for later, written in the transaction that decided it. A worker leases a job, does it, and marks it done; a crash only
//! lets the lease run out.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{ids::JobId, time::Timestamp};

/// A leased job.
#[derive(Clone, Debug, FromRow)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// To what.
    pub subject: uuid::Uuid,
    /// How often it was tried before.
    pub tries: i64,
}

statements! {
    /// A job, unless the same is written down already.
    ENSURE_JOB = "INSERT INTO job (id, kind, subject, dedupe, state, run_at, tries, created_at) VALUES ($1, $2, $3, $4, 'ready', $5, 0, $6) \
        ON CONFLICT (dedupe) DO NOTHING";
    /// The next due job nobody has leased.
    DUE_JOB = "SELECT id, kind, subject, tries FROM job WHERE state = 'ready' AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1) \
        ORDER BY run_at, id LIMIT 1";
    /// Ours until `$2`, unless someone was faster.
    LEASE_JOB = "UPDATE job SET leased_until = $2, tries = tries + 1 WHERE id = $1 AND state = 'ready' AND (leased_until IS NULL OR leased_until <= $3)";
    /// Done.
    FINISH_JOB = "UPDATE job SET state = 'done', done_at = $2, leased_until = NULL WHERE id = $1";
    /// Again at `$2`.
    POSTPONE_JOB = "UPDATE job SET run_at = $2, leased_until = NULL, last_error = $3 WHERE id = $1";
    /// Given up, with the reason.
    PARK_JOB = "UPDATE job SET state = 'parked', leased_until = NULL, last_error = $2 WHERE id = $1";
    /// How many are due or parked.
    COUNT_JOBS = "SELECT COUNT(*) FROM job WHERE state = $1";
}

/// Writes a job down; the same `dedupe` is the same job.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn ensure(
    tx: &mut Tx,
    id: JobId,
    kind: &'static str,
    subject: uuid::Uuid,
    dedupe: &str,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.sql(ENSURE_JOB).bind(id).bind(kind).bind(subject).bind(dedupe.to_owned()).bind(run_at).bind(now).execute().await?;
    Ok(())
}

/// Whether a job is due at `now` and not leased: a read, so that an idle worker writes nothing.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_due(tx: &mut Tx, now: Timestamp) -> Result<Option<Job>, StoreError> {
    tx.sql(DUE_JOB).bind(now).optional().await
}

/// Takes the next due job until `until`.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn claim_due(tx: &mut Tx, now: Timestamp, until: Timestamp) -> Result<Option<Job>, StoreError> {
    let Some(job) = find_due(tx, now).await? else { return Ok(None) };
    let leased = tx.sql(LEASE_JOB).bind(job.id).bind(until).bind(now).execute().await?;
    Ok((leased == 1).then_some(job))
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn finish(tx: &mut Tx, id: JobId, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(FINISH_JOB).bind(id).bind(now).execute().await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn postpone(tx: &mut Tx, id: JobId, run_at: Timestamp, error: Option<String>) -> Result<(), StoreError> {
    tx.sql(POSTPONE_JOB).bind(id).bind(run_at).bind(error).execute().await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn park(tx: &mut Tx, id: JobId, reason: &str) -> Result<(), StoreError> {
    tx.sql(PARK_JOB).bind(id).bind(reason.to_owned()).execute().await?;
    Ok(())
}

/// How many jobs are in a state (`ready`, `done`, `parked`).
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn count(tx: &mut Tx, state: &'static str) -> Result<i64, StoreError> {
    let (count,): (i64,) = tx.sql(COUNT_JOBS).bind(state).one().await?;
    Ok(count)
}
