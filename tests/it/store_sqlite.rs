//! What only the embedded engine can get wrong.

use std::time::Duration;

use lectern::server::store::db::{Db, DbOptions, StoreError, read_tx, write_tx};
use tempfile::TempDir;

use crate::harness::TestDb;

fn server() -> DbOptions {
    DbOptions { exclusive: true, wait: Duration::from_millis(500), ..DbOptions::default() }
}

#[tokio::test]
async fn a_second_server_on_one_file_is_refused_until_the_first_is_gone() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let url = format!("sqlite:{}", folder.path().join("one.db").display());
    let first = Db::open(&url, &server()).await.expect("the first server opens it");
    let second = Db::open(&url, &server()).await;
    assert!(matches!(second, Err(StoreError::Locked { .. })), "{second:?}");
    let tool = Db::open(&url, &DbOptions::default()).await.expect("a tool may look beside it");
    tool.close().await;
    first.close().await;
    drop(first);
    let second = Db::open(&url, &server()).await;
    assert!(second.is_ok(), "{second:?}");
}

#[tokio::test]
async fn connections_are_set_up_for_safety() {
    let db = TestDb::sqlite().await;
    let number = async |text: &'static str| -> i64 {
        let (found,): (i64,) = write_tx!(db, |tx| tx.sql(text).one().await).expect("a setting can be read");
        found
    };
    assert_eq!(number("PRAGMA synchronous").await, 2, "FULL: a commit survives a power failure");
    assert_eq!(number("PRAGMA foreign_keys").await, 1);
    assert_eq!(number("PRAGMA busy_timeout").await, 5000);
    let (mode,): (String,) = write_tx!(db, |tx| tx.sql("PRAGMA journal_mode").one().await).expect("a setting can be read");
    assert_eq!(mode, "wal");
    let (guarded,): (i64,) = read_tx!(db, |tx| tx.sql("PRAGMA query_only").one().await).expect("a setting can be read");
    assert_eq!(guarded, 1);
}

#[tokio::test]
async fn the_bundled_sqlite_has_the_wal_fix() {
    let db = TestDb::sqlite().await;
    let (version,): (String,) = read_tx!(db, |tx| tx.sql("SELECT sqlite_version()").one().await).expect("it has a version");
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().expect("a version is numbers")).collect();
    assert!(parts >= vec![3, 51, 3], "{version}");
}

#[test]
fn exactly_one_sqlite_is_locked_and_it_is_the_fixed_one() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).expect("Cargo.lock can be read");
    let mut lines = lock.lines();
    let mut versions = Vec::new();
    while let Some(line) = lines.next() {
        if line == "name = \"libsqlite3-sys\"" {
            versions.extend(lines.next());
        }
    }
    assert!(matches!(versions[..], [version] if version.starts_with("version = \"0.37.")), "{versions:?}");
}

#[tokio::test]
async fn a_missing_file_is_made_only_when_asked() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let path = folder.path().join("absent.db");
    let url = format!("sqlite:{}", path.display());
    let ended = Db::open(&url, &DbOptions { create: false, ..DbOptions::default() }).await;
    assert!(matches!(ended, Err(StoreError::Unreachable(_))), "{ended:?}");
    assert!(!path.exists());
}

#[tokio::test]
async fn a_database_in_memory_is_one_for_all_its_connections() {
    let db = Db::open("sqlite::memory:", &DbOptions::default()).await.expect("it opens");
    write_tx!(db, |tx| tx.sql("CREATE TABLE t (n INTEGER) STRICT").execute().await).expect("a table can be made");
    let rows: Vec<(i64,)> = read_tx!(db, |tx| tx.sql("SELECT n FROM t").all().await).expect("a reader sees it");
    assert!(rows.is_empty());
}
