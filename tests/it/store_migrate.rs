//! Databases are brought to this program's schema, once, and never used at another.

use lectern::server::store::db::{Db, StoreError, read_tx, write_tx};
use lectern::server::store::migrate;

use crate::harness::TestDb;

const ROWS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM schema_migration";

async fn from_nothing(db: TestDb) {
    let pending = migrate::pending(&db).await.expect("an empty database can be asked");
    assert_eq!(pending.first().copied(), Some("0001_foundation"));
    assert!(matches!(migrate::check(&db).await, Err(StoreError::Pending { count }) if count == pending.len()));
    assert_eq!(migrate::migrate(&db).await.expect("it migrates"), pending);
    migrate::check(&db).await.expect("then it is as it should be");
    assert!(migrate::migrate(&db).await.expect("again is allowed").is_empty());
}

#[tokio::test]
async fn an_empty_sqlite_file_is_migrated_once() {
    TestDb::bare_sqlite().await.test(from_nothing).await;
}

#[tokio::test]
async fn an_empty_postgres_database_is_migrated_once() {
    TestDb::bare_postgres().await.test(from_nothing).await;
}

/// Eight nodes start at the same moment.
async fn at_once(db: TestDb) {
    let expected = migrate::pending(&db).await.expect("an empty database can be asked");
    let nodes: Vec<Db> = futures::future::join_all((0..8).map(|_| db.open_again())).await;
    let applied = futures::future::join_all(nodes.iter().map(migrate::migrate)).await;
    let applied: Vec<_> = applied.into_iter().map(|a| a.expect("no node fails")).filter(|a| !a.is_empty()).collect();
    assert_eq!(applied, std::slice::from_ref(&expected), "one migrates, the others wait and find it done");
    let (rows,): (i64,) = read_tx!(db, |tx| tx.sql(ROWS).one().await).expect("the books can be read");
    assert_eq!(rows, i64::try_from(expected.len()).expect("few"));
    for node in nodes {
        node.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_may_migrate_one_sqlite_file_at_once() {
    TestDb::bare_sqlite().await.test(at_once).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_may_migrate_one_postgres_database_at_once() {
    TestDb::bare_postgres().await.test(at_once).await;
}

on_both!(a_newer_schema_is_refused_and_left_alone, |db| async {
    const NEWER: &str = "INSERT INTO schema_migration (version, name, checksum) VALUES (9999, '9999_tomorrow', '')";
    write_tx!(db, |tx| tx.sql(NEWER).execute().await).expect("a newer program was here");
    for ended in [migrate::check(&db).await, migrate::migrate(&db).await.map(drop), migrate::pending(&db).await.map(drop)] {
        assert!(matches!(ended, Err(StoreError::NewerSchema { found: 9999, .. })), "{ended:?}");
    }
});

on_both!(an_edited_migration_is_refused, |db| async {
    const EDIT: &str = "UPDATE schema_migration SET checksum = '' WHERE version = 1";
    write_tx!(db, |tx| tx.sql(EDIT).execute().await).expect("the books can be cooked");
    let ended = migrate::check(&db).await;
    assert!(matches!(&ended, Err(StoreError::EditedMigration { name }) if name == "0001_foundation"), "{ended:?}");
});
