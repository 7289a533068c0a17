//! Both engines behind one door, generic over the *value* that is bound or read and never over the engine.
//!
//! A transaction is the only way to a database: [`write_tx!`] for changes, [`read_tx!`] for looking ([`look_up!`] with one statement). Their blocks rerun on
//! contention, so a block holds store calls and nothing else. What SQL means to the product is left to the files beside this
//! one; how tables come to be, to `migrate.rs`.

mod bind;
mod error;
mod open;
mod pool;
mod retry;
mod stmt;
mod tx;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use bind::{Bind, Record};
pub use error::{MayRetry, StoreError};
pub use retry::{Mode, Retry};
pub use stmt::Stmt;
pub use tx::Tx;

pub use crate::{look_up, read_tx, write_tx};

use pool::Pool;

/// Which database is behind a [`Db`]. Statements are the same on both; this is for health pages and the rare pragma.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Embedded, one file, one server.
    Sqlite,
    /// PostgreSQL 13 or later, or an engine that speaks its protocol; several servers.
    Postgres,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// How to open a database. `DbOptions::default()` is what a server wants, except `exclusive`.
#[derive(Clone, Debug)]
pub struct DbOptions {
    /// SQLite: hold `<file>.lock`, so that a second server is refused. Servers say `true`; tools that look beside a running
    /// server say `false`. PostgreSQL ignores it.
    pub exclusive: bool,
    /// SQLite: make the file when it is missing.
    pub create: bool,
    /// SQLite: read-only connections beside the one writer, at least 1.
    pub readers: u32,
    /// PostgreSQL: connections, at least 1.
    pub connections: u32,
    /// How long to wait for a free connection, and for PostgreSQL to accept one.
    pub wait: Duration,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self { exclusive: false, create: true, readers: 4, connections: 16, wait: Duration::from_secs(10) }
    }
}

/// An open database. Cloning shares it; it closes when the last clone is dropped, more gracefully by [`Db::close`].
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    engine: Engine,
    /// SQLite: exactly one connection. PostgreSQL: the same pool as `read`.
    write: Arc<Pool>,
    read: Arc<Pool>,
    turns: retry::Turns,
    /// The lock on `<file>.lock` lasts as long as this handle, also across a crash: the system lets go of it.
    _lock: Option<File>,
    temporary: Option<PathBuf>,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("engine", &self.shared.engine).finish_non_exhaustive()
    }
}

impl Db {
    /// Opens `sqlite:path` or `postgres://…` (also `postgresql://…`) and checks that the engine is recent enough.
    /// `sqlite::memory:` becomes a temporary file, removed at the end, because several connections must see the same data.
    /// Migrates nothing: see `store::migrate`.
    ///
    /// # Errors
    /// `Url` when the text is not such an address, `Locked` when another server holds the file, `EngineTooOld` below SQLite
    /// 3.51.3 or PostgreSQL 13, `Unreachable` when it cannot be opened.
    pub async fn open(url: &str, options: &DbOptions) -> Result<Self, StoreError> {
        open::open(url, options).await.map(|shared| Self { shared: Arc::new(shared) })
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        self.shared.engine
    }

    /// Waits (at most ten seconds) for running transactions, then says goodbye on every connection; on SQLite the last
    /// goodbye folds the write-ahead log into the file. Later transactions fail with `Closed`.
    pub async fn close(&self) {
        self.shared.read.close().await;
        self.shared.write.close().await;
    }

    /// Opens a transaction. Not for direct use: [`write_tx!`] and [`read_tx!`] also finish and rerun it.
    ///
    /// # Errors
    /// `Exhausted`, `Closed` or `Unreachable` when no connection can be had, `Contention` when the lock cannot.
    pub async fn begin(&self, mode: Mode) -> Result<Tx, StoreError> {
        let pool = match mode {
            Mode::Write => &self.shared.write,
            Mode::Read | Mode::Look => &self.shared.read,
        };
        Tx::begin(pool, mode).await
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let Some(path) = &self.temporary else { return };
        for suffix in ["", "-wal", "-shm", ".lock"] {
            let mut name = path.clone().into_os_string();
            name.push(suffix);
            // A leftover in the temporary folder harms nobody, and there is nobody to tell.
            let _ = std::fs::remove_file(name);
        }
    }
}
