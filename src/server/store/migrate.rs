//! Bringing a database to the schema this program knows.
//!
//! The files of `migrations/` are part of the program. All pending ones run in one transaction, so a failure leaves the schema
//! as it was. Several nodes may start at once: on PostgreSQL an updated lock row (advisory locks and `LOCK TABLE` are not
//! everywhere) lets one migrate while the others wait, on SQLite `BEGIN IMMEDIATE` does; the late ones find nothing to do.

use std::fmt::Write as _;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::db::{Db, Engine, StoreError, Tx, read_tx, write_tx};

/// One step of the schema, in each engine's words. Never edited once merged.
struct Migration {
    /// Counts up from 1; a number that was set aside and not needed is left out.
    version: i64,
    /// The file's name without its ending.
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),+ $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/", $name, ".sql")),
        }),+]
    };
}

/// Listed by hand, so that adding a file without meaning to changes nothing; a test compares the list with both folders.
const MIGRATIONS: &[Migration] = migrations![
    1 "0001_foundation",
    2 "0002_approval",
    3 "0003_processor_removed",
    5 "0005_card_kinds",
    6 "0006_refunds",
];

/// Each waits at most about ten seconds, so a node waits some minutes for another's long migration before it gives up.
const ROUNDS_MAX: u32 = 30;
/// With the pause: how long rivals have to finish making the bookkeeping.
const BOOK_ROUNDS_MAX: u32 = 20;
const BOOK_PAUSE: Duration = Duration::from_millis(100);

// Not `statements!`: these differ by engine, or come before the schema that the test of all statements needs.

/// Whether the bookkeeping exists, on SQLite.
const HAS_BOOKS_SQLITE: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'";
/// Whether the bookkeeping exists, on PostgreSQL.
const HAS_BOOKS_POSTGRES: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_name = 'schema_migration'";
/// Makes the bookkeeping, on SQLite.
const MAKE_BOOKS_SQLITE: &str = "
    CREATE TABLE IF NOT EXISTS schema_migration
        (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS schema_lock (id INTEGER PRIMARY KEY, turns INTEGER NOT NULL) STRICT;
    INSERT INTO schema_lock (id, turns) VALUES (1, 0) ON CONFLICT (id) DO NOTHING";
/// Makes the bookkeeping, on PostgreSQL.
const MAKE_BOOKS_POSTGRES: &str = "
    CREATE TABLE IF NOT EXISTS schema_migration
        (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS schema_lock (id BIGINT PRIMARY KEY, turns BIGINT NOT NULL);
    INSERT INTO schema_lock (id, turns) VALUES (1, 0) ON CONFLICT (id) DO NOTHING";
/// Waits for, and then is, the one node that migrates.
const TAKE_TURN: &str = "UPDATE schema_lock SET turns = turns + 1 WHERE id = 1";
/// What was applied, oldest first.
const APPLIED: &str = "SELECT version, name, checksum FROM schema_migration ORDER BY version";
/// Writes down `$1` as applied.
const RECORD: &str = "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)";

/// Applies what is pending and returns the names of what this call applied; empty when there was nothing to do, also when
/// another node did it.
///
/// # Errors
/// `NewerSchema` and `EditedMigration` before anything is changed; `Migration` when a step failed and all were undone;
/// `Contention` when another node is still migrating after some minutes.
pub async fn migrate(db: &Db) -> Result<Vec<&'static str>, StoreError> {
    let mut rounds = 0;
    loop {
        rounds += 1;
        match migrate_once(db).await {
            Err(error) if error.is_contention() && rounds < ROUNDS_MAX => {}
            done => return done,
        }
    }
}

/// The names of the migrations this program has and the database lacks, in order. Changes nothing.
///
/// # Errors
/// `NewerSchema`, `EditedMigration`, and what reading can end in.
pub async fn pending(db: &Db) -> Result<Vec<&'static str>, StoreError> {
    let missing = read_tx!(db, |tx| {
        if !has_books(tx).await? {
            return Ok::<_, StoreError>(MIGRATIONS.iter().collect());
        }
        missing(tx).await
    })?;
    Ok(missing.into_iter().map(|m| m.name).collect())
}

/// Passes when the schema is exactly the one this program knows. Changes nothing.
///
/// # Errors
/// `Pending`, otherwise as [`pending`].
pub async fn check(db: &Db) -> Result<(), StoreError> {
    match pending(db).await?.len() {
        0 => Ok(()),
        count => Err(StoreError::Pending { count }),
    }
}

async fn migrate_once(db: &Db) -> Result<Vec<&'static str>, StoreError> {
    if pending(db).await?.is_empty() {
        return Ok(Vec::new());
    }
    make_books(db).await?;
    write_tx!(db, |tx| -> Result<Vec<&'static str>, StoreError> {
        tx.sql(TAKE_TURN).execute().await?;
        let missing = missing(tx).await?;
        for migration in &missing {
            apply(tx, migration).await.map_err(|source| StoreError::Migration { name: migration.name, source: Box::new(source) })?;
        }
        Ok(missing.into_iter().map(|m| m.name).collect())
    })
}

/// Apart from the migrations themselves, because `IF NOT EXISTS` is not safe against rivals in PostgreSQL: they report a duplicate
/// key or type in its catalogue. So a failure to make the books only counts when they are still not there some time later.
async fn make_books(db: &Db) -> Result<(), StoreError> {
    let mut rounds = 0;
    loop {
        let made = write_tx!(db, |tx| -> Result<(), StoreError> {
            if has_books(tx).await? {
                return Ok(());
            }
            tx.script(match tx.engine() {
                Engine::Sqlite => MAKE_BOOKS_SQLITE,
                Engine::Postgres => MAKE_BOOKS_POSTGRES,
            })
            .await
        });
        rounds += 1;
        match made {
            Err(StoreError::Duplicate(_) | StoreError::Statement(_) | StoreError::Contention(_)) if rounds < BOOK_ROUNDS_MAX => {
                tokio::time::sleep(BOOK_PAUSE).await;
            }
            done => return done,
        }
    }
}

async fn apply(tx: &mut Tx, migration: &Migration) -> Result<(), StoreError> {
    let engine = tx.engine();
    tx.script(migration.text(engine)).await?;
    tx.sql(RECORD).bind(migration.version).bind(migration.name).bind(migration.checksum(engine)).execute().await?;
    Ok(())
}

async fn has_books(tx: &mut Tx) -> Result<bool, StoreError> {
    let (count,): (i64,) = tx
        .sql(match tx.engine() {
            Engine::Sqlite => HAS_BOOKS_SQLITE,
            Engine::Postgres => HAS_BOOKS_POSTGRES,
        })
        .one()
        .await?;
    Ok(count > 0)
}

/// What is not yet applied, after making sure that what is applied is what we know.
async fn missing(tx: &mut Tx) -> Result<Vec<&'static Migration>, StoreError> {
    let engine = tx.engine();
    let applied: Vec<(i64, String, String)> = tx.sql(APPLIED).all().await?;
    let known = MIGRATIONS.last().map_or(0, |m| m.version);
    if let Some((found, ..)) = applied.last().filter(|(version, ..)| *version > known) {
        return Err(StoreError::NewerSchema { found: *found, known });
    }
    let mut missing = Vec::new();
    for migration in MIGRATIONS {
        match applied.iter().find(|(version, ..)| *version == migration.version) {
            None => missing.push(migration),
            Some((_, name, checksum)) if name == migration.name && *checksum == migration.checksum(engine) => {}
            Some((_, name, _)) => return Err(StoreError::EditedMigration { name: name.clone() }),
        }
    }
    Ok(missing)
}

impl Migration {
    fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    /// SHA-256 in hexadecimal.
    fn checksum(&self, engine: Engine) -> String {
        Sha256::digest(self.text(engine)).iter().fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a `String` cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_both_folders_hold() {
        for engine in ["sqlite", "postgres"] {
            let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
            let mut files: Vec<_> = std::fs::read_dir(&folder)
                .expect("the folder of migrations is there")
                .map(|entry| entry.expect("its entries can be read").file_name().to_string_lossy().into_owned())
                .collect();
            files.sort();
            let listed: Vec<_> = MIGRATIONS.iter().map(|m| format!("{}.sql", m.name)).collect();
            assert_eq!(files, listed, "{engine}");
        }
    }

    #[test]
    fn versions_count_up_and_begin_the_names() {
        let mut last = 0;
        for migration in MIGRATIONS {
            let expected = migration.version;
            assert!(expected > last, "{} comes after {last}", migration.name);
            last = expected;
            assert!(migration.name.starts_with(&format!("{expected:04}_")), "{}", migration.name);
        }
    }
}
