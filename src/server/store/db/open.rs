//! Opening: addresses, settings, the lock file, and refusing engines that are too old.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use uuid::Uuid;

use super::pool::{Conn, Pool, Source};
use super::{DbOptions, Engine, Mode, Shared, StoreError, Tx};

/// SQLite below this can corrupt a database in WAL mode (sqlite.org, *WAL-reset bug*, fixed in 3.51.3; read 2026-11).
const SQLITE_MIN: (u32, u32, u32) = (3, 51, 3);
const SQLITE_MIN_TEXT: &str = "3.51.3";
const POSTGRES_MIN: u32 = 130_000;
const POSTGRES_MIN_TEXT: &str = "13";
const BUSY_WAIT: Duration = Duration::from_secs(5);
const SLOW_STATEMENT: Duration = Duration::from_secs(1);
const STATEMENTS_KEPT: usize = 512;

pub(super) async fn open(url: &str, options: &DbOptions) -> Result<Shared, StoreError> {
    if url == "sqlite::memory:" {
        let path = temporary_path();
        let address = SqliteConnectOptions::new().filename(&path);
        return open_sqlite(address, options, Some(path)).await;
    }
    if url.starts_with("sqlite:") {
        let address = SqliteConnectOptions::from_str(url).map_err(|e| StoreError::Url(Some(e)))?;
        return open_sqlite(address, options, None).await;
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let address = PgConnectOptions::from_str(url).map_err(|e| StoreError::Url(Some(e)))?;
        return open_postgres(address, options).await;
    }
    Err(StoreError::Url(None))
}

async fn open_sqlite(address: SqliteConnectOptions, options: &DbOptions, temporary: Option<PathBuf>) -> Result<Shared, StoreError> {
    let lock = if options.exclusive { Some(hold_lock(address.get_filename())?) } else { None };
    let common = address
        .foreign_keys(true)
        .busy_timeout(BUSY_WAIT)
        .statement_cache_capacity(STATEMENTS_KEPT)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-16384")
        .pragma("mmap_size", "134217728");
    let common = log_only_slow(common);
    let writer = common
        .clone()
        .create_if_missing(options.create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", "2000")
        .pragma("journal_size_limit", "67108864");
    let reader = common.create_if_missing(false).read_only(true).pragma("query_only", "ON");
    let write = Pool::new(Source::Sqlite(Box::new(writer)), 1, options.wait);
    let read = Pool::new(Source::Sqlite(Box::new(reader)), options.readers, options.wait);
    // The writer comes first: it makes the file and puts it into WAL mode, which readers cannot.
    let mut first = Tx::begin(&write, Mode::Read).await?;
    let (found,): (String,) = first.sql("SELECT sqlite_version()").one().await?;
    first.rollback().await;
    if version_of(&found) < SQLITE_MIN {
        return Err(StoreError::EngineTooOld { engine: Engine::Sqlite, found, needed: SQLITE_MIN_TEXT });
    }
    Ok(Shared { engine: Engine::Sqlite, write, read, turns: Default::default(), _lock: lock, temporary })
}

async fn open_postgres(address: PgConnectOptions, options: &DbOptions) -> Result<Shared, StoreError> {
    let address = address
        .application_name("lectern")
        .statement_cache_capacity(STATEMENTS_KEPT)
        // A server that vanishes mid-transaction must not hold its locks: failures.md C-15.
        .options([("idle_in_transaction_session_timeout", "30s"), ("lock_timeout", "10s")]);
    let source = Source::Postgres(Box::new(log_only_slow(address)));
    let pool = Pool::new(source, options.connections, options.wait);
    let lease = pool.lease().await?;
    let found = match &lease.conn {
        Conn::Postgres(conn) => conn.server_version_num(),
        Conn::Sqlite(_) => None,
    };
    lease.give_back();
    if let Some(found) = found.filter(|found| *found < POSTGRES_MIN) {
        let found = format!("{}.{}", found / 10_000, found % 10_000);
        return Err(StoreError::EngineTooOld { engine: Engine::Postgres, found, needed: POSTGRES_MIN_TEXT });
    }
    Ok(Shared {
        engine: Engine::Postgres,
        write: std::sync::Arc::clone(&pool),
        read: pool,
        turns: Default::default(),
        _lock: None,
        temporary: None,
    })
}

#[expect(clippy::disallowed_methods, reason = "a file name nobody can guess; nothing is decided by it, and no clock is at hand")]
fn temporary_path() -> PathBuf {
    std::env::temp_dir().join(format!("lectern-{}.db", Uuid::new_v4()))
}

/// Statements are logged only when slow, and then without their values.
fn log_only_slow<O: ConnectOptions>(options: O) -> O {
    let options = options.disable_statement_logging();
    // The level's type belongs to the `log` crate, which is not a dependency of ours, so it is read from text.
    match "warn".parse() {
        Ok(level) => options.log_slow_statements(level, SLOW_STATEMENT),
        Err(_) => options,
    }
}

/// The lock is the system's, on an open file, so a crash frees it; the file itself stays behind on purpose, because removing
/// it would let two servers lock two different files of that name.
fn hold_lock(database: &Path) -> Result<File, StoreError> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let path = PathBuf::from(path);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    match file.map(|file| file.try_lock().map(|()| file)) {
        Ok(Ok(file)) => Ok(file),
        Ok(Err(TryLockError::WouldBlock)) => Err(StoreError::Locked { path }),
        Ok(Err(TryLockError::Error(source))) | Err(source) => Err(StoreError::File { path, source }),
    }
}

/// `3.51.3` as numbers; what is missing or unreadable counts as zero, and so as too old.
fn version_of(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        for (text, is_enough) in [
            ("3.51.3", true),
            ("3.51.10", true),
            ("3.100.0", true),
            ("4.0", true),
            ("3.51.2", false),
            ("3.9.9", false),
            ("", false),
            ("x.y.z", false),
        ] {
            assert_eq!(version_of(text) >= SQLITE_MIN, is_enough, "{text}");
        }
    }
}
