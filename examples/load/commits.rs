//! The database alone: how many durable commits it makes, set up as the product sets it up; and room for a bench.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgConnection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::time::Instant;

use super::{Failure, line, repeat};

const ROW: &str = "INSERT INTO bare (id, note) VALUES ($1, $2)";
/// As long as a usual row of ours.
const NOTE: &str = "a line as long as the rows that a purchase writes, give or take a few bytes of state and time";

/// One small row per commit, by so many clients at once, in a database of its own beside the one named.
pub async fn measure(database: &str, clients: usize, length: Duration) -> Result<String, Failure> {
    let spreads = if let Some(path) = database.strip_prefix("sqlite:") {
        // SQLite has one writer: more clients would only measure who waits.
        let bare = Path::new(path).with_file_name("bare.db");
        let result = repeat(
            1,
            length,
            async |_| sqlite(&bare).await,
            async |(connection, next): &mut (SqliteConnection, i64)| {
                let began = Instant::now();
                *next += 1;
                sqlx::query(ROW).bind(*next).bind(NOTE).execute(connection).await?;
                Ok(vec![("commit", began.elapsed())])
            },
        )
        .await;
        for ending in ["db", "db-wal", "db-shm"] {
            let _gone = std::fs::remove_file(bare.with_extension(ending));
        }
        result?
    } else {
        let mut first = PgConnection::connect(database).await?;
        first.execute("DROP TABLE IF EXISTS bare").await?;
        first.execute("CREATE TABLE bare (id BIGINT PRIMARY KEY, note TEXT NOT NULL)").await?;
        let start = async |number: usize| Ok((PgConnection::connect(database).await?, i64::try_from(number)? << 40));
        let result = repeat(clients, length, start, async |(connection, next): &mut (PgConnection, i64)| {
            let began = Instant::now();
            *next += 1;
            sqlx::query(ROW).bind(*next).bind(NOTE).execute(connection).await?;
            Ok(vec![("commit", began.elapsed())])
        })
        .await;
        first.execute("DROP TABLE bare").await?;
        result?
    };
    line(length, spreads, &["commit"])
}

async fn sqlite(path: &Path) -> Result<(SqliteConnection, i64), Failure> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT").await?;
    Ok((connection, 0))
}

/// Gives a session so many seats, while no server runs on the database.
pub async fn set_seats(database: &str, slug: &str, seats: i64) -> Result<String, Failure> {
    const SEATS: &str = "UPDATE session SET capacity = $1 WHERE slug = $2";
    let changed = if database.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(database).await?;
        let changed = sqlx::query(SEATS).bind(seats).bind(slug).execute(&mut connection).await?.rows_affected();
        connection.close().await?;
        changed
    } else {
        let mut connection = PgConnection::connect(database).await?;
        sqlx::query(SEATS).bind(seats).bind(slug).execute(&mut connection).await?.rows_affected()
    };
    if changed == 1 { Ok(changed.to_string()) } else { Err(format!("{changed} sessions are called {slug}").into()) }
}
