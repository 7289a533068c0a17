//! Rivals, cancelled requests and lost connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use lectern::server::store::db::{Db, StoreError, read_tx, write_tx};
use tokio::sync::Barrier;

use crate::harness::TestDb;

const TABLE: &str = "CREATE TABLE counter (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)";
const TABLE_SQLITE: &str = "CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT";
const ADD: &str = "UPDATE counter SET n = n + 1 WHERE id = $1";
const SET: &str = "UPDATE counter SET n = $2 WHERE id = $1";
const GET: &str = "SELECT n FROM counter WHERE id = $1";
const SUM: &str = "SELECT CAST(SUM(n) AS BIGINT) FROM counter";
const INSERT: &str = "INSERT INTO counter (id, n) VALUES ($1, 0)";

async fn counters(db: &Db) {
    let table = match db.engine() {
        lectern::server::store::db::Engine::Sqlite => TABLE_SQLITE,
        lectern::server::store::db::Engine::Postgres => TABLE,
    };
    write_tx!(db, |tx| {
        tx.sql(table).execute().await?;
        for id in 1..=2_i64 {
            tx.sql(INSERT).bind(id).execute().await?;
        }
        Ok::<_, StoreError>(())
    })
    .expect("two counters");
}

async fn sum(db: &Db) -> i64 {
    let (sum,): (i64,) = read_tx!(db, |tx| tx.sql(SUM).one().await).expect("counters can be summed");
    sum
}

/// Two blocks that each run at least twice in all, because their first runs are made to overlap.
async fn cross<F>(db: &Db, run: F)
where
    F: AsyncFn(&Db, i64, i64, &Barrier, &AtomicU32) -> Result<(), StoreError>,
{
    let (barrier, runs) = (Barrier::new(2), AtomicU32::new(0));
    let (one, two) = tokio::join!(run(db, 1, 2, &barrier, &runs), run(db, 2, 1, &barrier, &runs));
    one.expect("the first ends well");
    two.expect("the second ends well");
    assert!(runs.load(Ordering::SeqCst) > 2, "one of them had to run again");
}

/// Each block reads what the other writes: both could not be right at once (write skew).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_crossed_serializable_transactions_both_succeed() {
    let skew = async |db: &Db, mine: i64, other: i64, barrier: &Barrier, runs: &AtomicU32| {
        write_tx!(db, |tx| {
            let is_first_run = runs.fetch_add(1, Ordering::SeqCst) < 2;
            let (seen,): (i64,) = tx.sql(GET).bind(other).one().await?;
            if is_first_run {
                barrier.wait().await;
            }
            tx.sql(SET).bind(mine).bind(seen + 1).execute().await.map(drop)
        })
    };
    let db = TestDb::postgres().await;
    counters(&db).await;
    cross(&db, skew).await;
    assert_eq!(sum(&db).await, 3, "as if one had run after the other: 1 + 2");
    db.test(async |_| {}).await;
}

/// Each block locks what the other wants next.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_deadlocked_transactions_both_succeed() {
    let lock_both = async |db: &Db, mine: i64, other: i64, barrier: &Barrier, runs: &AtomicU32| {
        write_tx!(db, |tx| {
            let is_first_run = runs.fetch_add(1, Ordering::SeqCst) < 2;
            tx.sql(ADD).bind(mine).execute().await?;
            if is_first_run {
                barrier.wait().await;
            }
            tx.sql(ADD).bind(other).execute().await.map(drop)
        })
    };
    let db = TestDb::postgres().await;
    counters(&db).await;
    cross(&db, lock_both).await;
    assert_eq!(sum(&db).await, 4);
    db.test(async |_| {}).await;
}

/// It looks and finds nothing, someone who did not look inserts, and then its own insert is called a duplicate key: what went
/// wrong was the timing, and on the second run it sees the other's row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_that_hides_a_serialisation_failure_is_tried_again() {
    let db = TestDb::postgres().await;
    counters(&db).await;
    let mut runs = 0;
    let inserted = write_tx!(db, |tx| {
        runs += 1;
        let seen: Option<(i64,)> = tx.sql(GET).bind(3_i64).optional().await?;
        if runs == 1 {
            write_tx!(db, |other| other.sql(INSERT).bind(3_i64).execute().await)?;
        }
        match seen {
            Some(_) => Ok(0),
            None => tx.sql(INSERT).bind(3_i64).execute().await,
        }
    });
    assert_eq!((inserted.expect("it ends well"), runs), (0, 2));
    let twice = write_tx!(db, |tx| {
        runs += 1;
        tx.sql(INSERT).bind(3_i64).execute().await
    });
    assert!(matches!(twice, Err(StoreError::Duplicate(_))), "{twice:?}");
    assert_eq!(runs, 5, "a real duplicate is found out after three tries");
    db.test(async |_| {}).await;
}

/// Many writers on one server, and some on another process's connection, see no error and lose no update.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_sqlite_writers_see_no_busy_error() {
    const WRITERS: usize = 32;
    let db = TestDb::sqlite().await;
    counters(&db).await;
    let stranger = db.open_again().await;
    let end = Instant::now() + Duration::from_secs(3);
    let writers = (0..WRITERS).map(|i| {
        let db = if i < 2 { stranger.clone() } else { Db::clone(&db) };
        tokio::spawn(async move {
            let mut written = 0_i64;
            while Instant::now() < end {
                write_tx!(db, |tx| {
                    let (n,): (i64,) = tx.sql(GET).bind(1_i64).one().await?;
                    tx.sql(SET).bind(1_i64).bind(n + 1).execute().await
                })
                .unwrap_or_else(|error| panic!("writer {i} after {written}: {error:?}"));
                written += 1;
            }
            written
        })
    });
    let written = futures::future::join_all(writers).await;
    let written: i64 = written.into_iter().map(|w| w.expect("no writer fails")).sum();
    assert_eq!(sum(&db).await, written, "a read and a write in one transaction are never torn apart");
}

/// Polls a future so many times and then drops it: a point in its course, however fast or slow the machine is.
async fn give_up_after<F: Future>(polls: u64, future: F) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            // Dropped without waiting for another waking, which might not come.
            Poll::Pending if left == 0 => Poll::Ready(None),
            polled => polled.map(Some),
        }
    })
    .await
}

/// 400 requests whose clients go away at random points, in `BEGIN`, between statements, in `COMMIT`.
async fn cancel_many(db: &Db) -> i64 {
    counters(db).await;
    let finished = Arc::new(AtomicU32::new(0));
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..25_u64 {
        let requests = (0..16_u64).map(|_| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(round | 1);
            let patience = (random >> 33) % 40;
            let (db, finished) = (db.clone(), Arc::clone(&finished));
            tokio::spawn(async move {
                let request = async {
                    write_tx!(db, |tx| {
                        tx.sql(ADD).bind(1_i64).execute().await?;
                        tx.sql(ADD).bind(2_i64).execute().await
                    })
                };
                if let Some(ended) = give_up_after(patience, request).await {
                    ended.expect("what is not cancelled ends well");
                    finished.fetch_add(1, Ordering::SeqCst);
                }
            })
        });
        for ended in futures::future::join_all(requests).await {
            ended.expect("no request panics");
        }
    }
    i64::from(finished.load(Ordering::SeqCst))
}

on_both!(cancelled_requests_leave_nothing_behind, |db| async {
    let finished = cancel_many(&db).await;
    assert!((1..400).contains(&finished), "some finish and some do not, or nothing was tested: {finished}");
    // Later writes are real: another node sees them, so none sits inside a forgotten transaction.
    for _ in 0..100 {
        write_tx!(db, |tx| tx.sql(ADD).bind(1_i64).execute().await).expect("a later write");
    }
    let node = db.open_again().await;
    let values: Vec<(i64,)> = read_tx!(node, |tx| tx.sql("SELECT n FROM counter ORDER BY id").all().await).expect("they are read");
    let [(one,), (two,)] = values[..] else { panic!("{values:?}") };
    assert_eq!(one, two + 100, "nothing is half done");
    assert!(two >= finished, "what was confirmed is there");
    node.close().await;
});

/// Asks PostgreSQL itself, once every connection has served again, which it can only when its last transaction has ended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_postgres_backend_stays_inside_a_transaction() {
    // A `BEGIN` inside a forgotten transaction would be ignored, and its isolation with it.
    const ISOLATION: &str = "SELECT current_setting('transaction_isolation')";
    const IN_TRANSACTION: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()";
    const CONNECTIONS: usize = 16;
    let db = TestDb::postgres().await;
    let node = db.open_again().await;
    cancel_many(&node).await;
    let barrier = Barrier::new(CONNECTIONS);
    let readers = (0..CONNECTIONS).map(|_| async {
        read_tx!(node, |tx| {
            barrier.wait().await;
            tx.sql(ISOLATION).one::<(String,)>().await
        })
    });
    for ended in futures::future::join_all(readers).await {
        assert_eq!(ended.expect("every connection serves").0, "repeatable read");
    }
    // Writers wait for the end of their transactions, which readers do not.
    let writers = (0..CONNECTIONS).map(|_| async {
        write_tx!(node, |tx| {
            barrier.wait().await;
            tx.sql(ISOLATION).one::<(String,)>().await
        })
    });
    for ended in futures::future::join_all(writers).await {
        assert_eq!(ended.expect("every connection serves").0, "serializable");
    }
    let (left,): (i64,) = read_tx!(db, |tx| tx.sql(IN_TRANSACTION).one().await).expect("PostgreSQL can be asked");
    assert_eq!(left, 0);
    node.close().await;
    db.test(async |_| {}).await;
}

/// As after a restart of the server: every idle connection is dead, and nobody notices.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_idle_connections_are_replaced_without_an_error() {
    const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let db = TestDb::postgres().await;
    counters(&db).await;
    let barrier = Barrier::new(8);
    let everyone = (0..8).map(|_| async {
        read_tx!(db, |tx| {
            barrier.wait().await;
            tx.sql(SUM).one::<(i64,)>().await
        })
    });
    for ended in futures::future::join_all(everyone).await {
        ended.expect("eight connections");
    }
    let killer = db.open_again().await;
    let killed: Vec<(bool,)> = write_tx!(killer, |tx| tx.sql(KILL).all().await).expect("connections can be killed");
    assert!(killed.len() >= 8, "or nothing was tested: {}", killed.len());
    let add = || async { write_tx!(db, |tx| tx.sql(ADD).bind(1_i64).execute().await) };
    for ended in futures::future::join_all((0..8).map(|_| add())).await {
        ended.expect("eight writers");
    }
    assert_eq!(sum(&db).await, 8);
    db.test(async |_| {}).await;
}
