//! One test's own database.

use std::future::Future;
use std::ops::Deref;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use lectern::server::store::db::{Db, DbOptions};
use lectern::server::store::migrate;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use super::Cluster;

const TEMPLATE: &str = "lectern_template";

/// A migrated database that nobody else uses. Gives a `&Db` wherever one is wanted.
pub struct TestDb {
    db: Db,
    /// Its address, for opening it a second time.
    pub url: String,
    /// SQLite: the folder, removed at the end.
    folder: Option<TempDir>,
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// A migrated SQLite file in a folder of its own.
    pub async fn sqlite() -> Self {
        let made = Self::bare_sqlite().await;
        migrate::migrate(&made.db).await.expect("an empty SQLite file migrates");
        made
    }

    /// An empty SQLite file in a folder of its own.
    pub async fn bare_sqlite() -> Self {
        let folder = TempDir::with_prefix("lectern-test-").expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("lectern.db").display());
        let db = Db::open(&url, &DbOptions::default()).await.expect("a new SQLite file opens");
        Self { db, url, folder: Some(folder) }
    }

    /// A copy of the migrated template, which is much faster than migrating.
    pub async fn postgres() -> Self {
        static MIGRATED: OnceLock<()> = OnceLock::new();
        MIGRATED.get_or_init(|| {
            // A thread with a runtime of its own: the first test's runtime ends with that test.
            let making = std::thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
                runtime.block_on(make_template());
            });
            making.join().expect("the template migrates");
        });
        Self::copy_of(TEMPLATE).await
    }

    /// An empty PostgreSQL database.
    pub async fn bare_postgres() -> Self {
        Self::copy_of("template0").await
    }

    async fn copy_of(template: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        administer(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        let url = Cluster::get().url(&name);
        let db = Db::open(&url, &DbOptions::default()).await.expect("a new PostgreSQL database opens");
        Self { db, url, folder: None }
    }

    /// Runs the test and cleans up after it. A test that fails leaves its database to the process's end.
    pub async fn test<F: Future<Output = ()>>(self, check: impl FnOnce(Self) -> F) {
        let Self { db, url, folder } = self;
        check(Self { db: db.clone(), url: url.clone(), folder: None }).await;
        db.close().await;
        if folder.is_none() {
            let name = url.rsplit('/').next().expect("an address has a last part");
            administer(format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }

    /// The same database, opened by another node.
    pub async fn open_again(&self) -> Db {
        Db::open(&self.url, &DbOptions::default()).await.expect("it opens a second time")
    }
}

async fn make_template() {
    administer(format!("CREATE DATABASE {TEMPLATE}")).await;
    let url = Cluster::get().url(TEMPLATE);
    let db = Db::open(&url, &DbOptions::default()).await.expect("the template opens");
    migrate::migrate(&db).await.unwrap_or_else(|error| panic!("an empty PostgreSQL database migrates: {error:?}"));
    // A database with connections cannot be copied, and a closed one may linger for a moment on the server's side.
    db.close().await;
    administer(format!("ALTER DATABASE {TEMPLATE} WITH ALLOW_CONNECTIONS false")).await;
    administer(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{TEMPLATE}'")).await;
}

/// Runs one statement, made of names of ours only, in the cluster's own database.
async fn administer(sql: String) {
    let mut connection = PgConnection::connect(&Cluster::get().url("postgres")).await.expect("the cluster answers");
    connection.execute(AssertSqlSafe(sql.clone())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    connection.close().await.expect("the connection closes");
}
