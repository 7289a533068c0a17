//! A small pool that never asks "are you there?": beginning a transaction answers that.
//!
//! sqlx's own pool pings on every return, which costs a round trip per transaction, and may take back a connection that is
//! inside a transaction when a request is cancelled during `BEGIN` (sqlx 0.8.4 to 0.9.0, issues 4385 and 4393). Here a
//! connection returns only when its transaction has provably ended; any other is thrown away.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::bind::Args;
use super::{Engine, StoreError};

const CLOSE_WAIT: Duration = Duration::from_secs(10);

/// One connection to either engine.
pub(super) enum Conn {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

impl Conn {
    /// Runs one of our own statements that takes no parameters.
    pub(super) async fn run(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        match self {
            // With (empty) parameters SQLite keeps the prepared statement; PostgreSQL without any needs one round trip.
            Self::Sqlite(c) => c.execute((text, Some(Default::default()))).await.map(drop),
            Self::Postgres(c) => c.execute(text).await.map(drop),
        }
    }

    async fn close(self) {
        // The server, or the file, cleans up after a connection that goes without a word.
        match self {
            Self::Sqlite(c) => drop(c.close().await),
            Self::Postgres(c) => drop(c.close().await),
        }
    }
}

/// How to make one more connection.
pub(super) enum Source {
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(Box<PgConnectOptions>),
}

impl Source {
    pub(super) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    async fn connect(&self) -> Result<Conn, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(o) => Conn::Sqlite(Box::new(o.connect().await?)),
            Self::Postgres(o) => Conn::Postgres(Box::new(o.connect().await?)),
        })
    }
}

/// At most `limit` connections, handed out first come, first served.
pub(super) struct Pool {
    source: Source,
    limit: u32,
    wait: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Conn>>,
}

impl Pool {
    pub(super) fn new(source: Source, limit: u32, wait: Duration) -> Arc<Self> {
        let limit = limit.max(1);
        let permits = Arc::new(Semaphore::new(limit as usize));
        Arc::new(Self { source, limit, wait, permits, idle: Mutex::new(Vec::new()) })
    }

    pub(super) fn engine(&self) -> Engine {
        self.source.engine()
    }

    /// Waits for a turn, then takes an idle connection or makes one.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease, StoreError> {
        let turn = timeout(self.wait, Arc::clone(&self.permits).acquire_owned()).await;
        let permit = turn.map_err(|_| StoreError::Exhausted)?.map_err(|_| StoreError::Closed)?;
        if let Some(conn) = self.idle().pop() {
            return Ok(Lease { conn, age: Age::Used, pool: Arc::clone(self), _permit: permit });
        }
        let connecting = timeout(self.wait, self.source.connect()).await;
        let conn = connecting.map_err(|late| StoreError::Unreachable(sqlx::Error::Io(late.into())))?.map_err(StoreError::Unreachable)?;
        Ok(Lease { conn, age: Age::Fresh, pool: Arc::clone(self), _permit: permit })
    }

    pub(super) async fn close(&self) {
        // Whoever is still busy after the wait keeps its connection until it is done, and then drops it.
        let _everyone = timeout(CLOSE_WAIT, self.permits.acquire_many(self.limit)).await;
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for conn in idle {
            conn.close().await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Conn>> {
        // A push or a pop cannot leave a `Vec` half done, so what a panicking thread left is whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a connection has served before, and so may have died since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Fresh,
    Used,
}

/// A connection and the right to use it. Dropping it throws the connection away; [`Lease::give_back`] keeps it.
pub(super) struct Lease {
    pub(super) conn: Conn,
    pub(super) age: Age,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    pub(super) fn args(&self) -> Args {
        Args::new(self.pool.engine())
    }

    pub(super) fn engine(&self) -> Engine {
        self.pool.engine()
    }

    /// Only for a connection whose transaction has ended, or never began.
    pub(super) fn give_back(self) {
        let Self { conn, pool, _permit, .. } = self;
        if !pool.permits.is_closed() {
            pool.idle().push(conn);
        }
    }
}
