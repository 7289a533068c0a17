//! A transaction: begun, finished, or dropped and rolled back. Its statements are in `stmt.rs`.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Executor as _;
use tokio::time::timeout;

use super::bind::Args;
use super::pool::{Age, Conn, Lease, Pool};
use super::retry::Mode;
use super::{Engine, Stmt, StoreError};

/// How long a connection may take to answer `BEGIN` or `ROLLBACK` before it is thrown away. `BEGIN IMMEDIATE` waits for
/// other processes within SQLite's own busy timeout, which is shorter.
const ANSWER_WAIT: Duration = Duration::from_secs(8);

/// What the engine said about this transaction so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Health {
    Sound,
    /// A statement failed because of other transactions.
    Contended,
    /// A unique constraint said no, which under `SERIALIZABLE` may be contention in disguise (PostgreSQL manual, *13.2.3
    /// Serializable Isolation Level*).
    Duplicated,
    /// A statement failed for its own reasons.
    Failed,
}

/// An open transaction, made and finished by `write_tx!` and `read_tx!`. Dropped unfinished, also by a cancelled request at
/// any point, it is rolled back before its connection serves anyone else.
pub struct Tx {
    /// `None` only once finished.
    lease: Option<Lease>,
    engine: Engine,
    mode: Mode,
    health: Health,
    /// How many were made.
    statements: u32,
}

impl Tx {
    pub(super) async fn begin(pool: &Arc<Pool>, mode: Mode) -> Result<Self, StoreError> {
        loop {
            let lease = pool.lease().await?;
            let (age, engine) = (lease.age, lease.engine());
            // Made before the statement is sent, so that being cancelled during `BEGIN` rolls back too.
            let mut tx = Self { lease: Some(lease), engine, mode, health: Health::Sound, statements: 0 };
            let Some(begin) = mode.begin(engine) else { return Ok(tx) };
            let begun = timeout(ANSWER_WAIT, tx.conn()?.run(begin)).await;
            let error = match begun {
                Ok(Ok(())) => return Ok(tx),
                Ok(Err(error)) => StoreError::from(error),
                Err(late) => StoreError::Unreachable(sqlx::Error::Io(late.into())),
            };
            let lease = tx.lease.take();
            if error.is_contention() {
                // Refused, so nothing was begun and the connection is clean.
                lease.into_iter().for_each(Lease::give_back);
                return Err(error);
            }
            // A connection that died while idle: throw it away and take the next; ends with a fresh one.
            if age == Age::Fresh {
                return Err(error);
            }
        }
    }

    /// One statement, to be given its parameters and run. `text` is the same for both engines, with `$1`, `$2`, ….
    pub fn sql<'t>(&'t mut self, text: &'static str) -> Stmt<'t> {
        debug_assert!(self.mode != Mode::Look || self.statements == 0, "a look-up is one statement: {text}");
        self.statements += 1;
        let args = match &self.lease {
            Some(lease) => lease.args(),
            None => Args::new(self.engine),
        };
        Stmt::new(self, text, args)
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Has the engine read `text` without running it, as a test does with every statement.
    ///
    /// # Errors
    /// `Statement` when the engine does not understand it.
    pub async fn prepare(&mut self, text: &'static str) -> Result<(), StoreError> {
        let prepared = match self.conn()? {
            Conn::Sqlite(c) => c.prepare(sqlx::SqlStr::from_static(text)).await.map(drop),
            Conn::Postgres(c) => c.prepare(sqlx::SqlStr::from_static(text)).await.map(drop),
        };
        self.note(prepared)
    }

    /// Runs several statements separated by `;`, for migrations.
    ///
    /// # Errors
    /// What the engine said about the first that failed.
    pub(in crate::server::store) async fn script(&mut self, text: &'static str) -> Result<(), StoreError> {
        let ran = match self.conn()? {
            Conn::Sqlite(c) => sqlx::raw_sql(text).execute(&mut **c).await.map(drop),
            Conn::Postgres(c) => sqlx::raw_sql(text).execute(&mut **c).await.map(drop),
        };
        self.note(ran)
    }

    pub(super) fn health(&self) -> Health {
        self.health
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        if self.health != Health::Sound {
            // PostgreSQL would answer COMMIT with a rollback and call it success.
            self.rollback().await;
            return Err(StoreError::AfterFailure);
        }
        match self.mode {
            // Nothing to keep, and the caller need not wait for the goodbye: dropping sends it.
            Mode::Read => return Ok(()),
            Mode::Look => {
                self.lease.take().into_iter().for_each(Lease::give_back);
                return Ok(());
            }
            Mode::Write => {}
        }
        match self.conn()?.run("COMMIT").await.map_err(StoreError::from) {
            Ok(()) => {
                self.lease.take().into_iter().for_each(Lease::give_back);
                Ok(())
            }
            Err(StoreError::Unreachable(lost)) => {
                self.lease = None;
                Err(StoreError::CommitUnknown(lost))
            }
            Err(refused) => {
                self.rollback().await;
                Err(refused)
            }
        }
    }

    /// Ends the transaction without keeping anything. Cannot fail: a connection that will not roll back is closed, which
    /// rolls back.
    pub(super) async fn rollback(mut self) {
        if self.mode == Mode::Look {
            // Nothing was begun. A connection whose statement failed is thrown away, which is always right.
            let is_sound = self.health == Health::Sound;
            self.lease.take().filter(|_| is_sound).into_iter().for_each(Lease::give_back);
            return;
        }
        let Ok(conn) = self.conn() else { return };
        let ended = timeout(ANSWER_WAIT, conn.run("ROLLBACK")).await;
        let lease = self.lease.take();
        if let (Ok(Ok(())), Some(lease)) = (ended, lease) {
            lease.give_back();
        }
    }

    pub(super) fn conn(&mut self) -> Result<&mut Conn, StoreError> {
        // Only `commit` and `rollback` take the lease, and they take the transaction with it.
        self.lease.as_mut().map(|lease| &mut lease.conn).ok_or(StoreError::AfterFailure)
    }

    /// Remembers a failure, because nothing may follow it in this transaction.
    pub(super) fn note<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        outcome.map_err(|error| {
            let error = StoreError::from(error);
            self.health = match &error {
                StoreError::Contention(_) => Health::Contended,
                StoreError::Duplicate(_) => Health::Duplicated,
                _ => Health::Failed,
            };
            error
        })
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut lease) = self.lease.take().filter(|_| self.mode != Mode::Look) else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            // No one to wait for an answer: the connection closes, which rolls back.
            return;
        };
        // Outlives the request. Whatever was under way on this connection is waited for first, by sqlx.
        runtime.spawn(async move {
            if let Ok(Ok(())) = timeout(ANSWER_WAIT, lease.conn.run("ROLLBACK")).await {
                lease.give_back();
            }
        });
    }
}
