//! The façade means the same on both engines.

use lectern::domain::{ids::SessionId, time::Timestamp};
use lectern::server::store::db::{Db, Engine, StoreError, Tx, read_tx, write_tx};
use sqlx::FromRow;
use sqlx::types::Json;
use uuid::Uuid;

const PROBE_SQLITE: &str = "CREATE TABLE probe (id BLOB PRIMARY KEY, n INTEGER NOT NULL, yes INTEGER NOT NULL, name TEXT NOT NULL,
    maybe_name TEXT, maybe_n INTEGER, maybe_yes INTEGER, maybe_id BLOB, bytes BLOB NOT NULL, doc TEXT NOT NULL, at INTEGER NOT NULL,
    maybe_at INTEGER, UNIQUE (name), CHECK (n >= -9223372036854775807)) STRICT";
const PROBE_POSTGRES: &str = "CREATE TABLE probe (id UUID PRIMARY KEY, n BIGINT NOT NULL, yes BOOLEAN NOT NULL, name TEXT NOT NULL,
    maybe_name TEXT, maybe_n BIGINT, maybe_yes BOOLEAN, maybe_id UUID, bytes BYTEA NOT NULL, doc JSONB NOT NULL, at BIGINT NOT NULL,
    maybe_at BIGINT, UNIQUE (name), CHECK (n >= -9223372036854775807))";
const INSERT: &str = "INSERT INTO probe (id, n, yes, name, maybe_name, maybe_n, maybe_yes, maybe_id, bytes, doc, at, maybe_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const INSERT_UNLESS_THERE: &str = "INSERT INTO probe (id, n, yes, name, bytes, doc, at) VALUES ($1, $2, TRUE, $3, $4, $5, 0)
    ON CONFLICT (name) DO NOTHING RETURNING id";
const BY_ID: &str = "SELECT * FROM probe WHERE id = $1";
const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM probe";
const TAKE: &str = "UPDATE probe SET n = n - $2 WHERE name = $1 AND n >= $2 RETURNING n";

#[derive(Clone, Debug, PartialEq, FromRow)]
struct Probe {
    id: SessionId,
    n: i64,
    yes: bool,
    name: String,
    maybe_name: Option<String>,
    maybe_n: Option<i64>,
    maybe_yes: Option<bool>,
    maybe_id: Option<Uuid>,
    bytes: Vec<u8>,
    doc: Json<Vec<Option<String>>>,
    at: Timestamp,
    maybe_at: Option<Timestamp>,
}

fn probe(name: &str, n: i64) -> Probe {
    Probe {
        id: SessionId(Uuid::now_v7()),
        n,
        yes: n % 2 == 0,
        name: name.to_owned(),
        maybe_name: None,
        maybe_n: None,
        maybe_yes: None,
        maybe_id: None,
        bytes: Vec::new(),
        doc: Json(Vec::new()),
        at: Timestamp(n),
        maybe_at: None,
    }
}

async fn make_table(db: &Db) {
    let text = match db.engine() {
        Engine::Sqlite => PROBE_SQLITE,
        Engine::Postgres => PROBE_POSTGRES,
    };
    write_tx!(db, |tx| tx.sql(text).execute().await).expect("the probe table can be made");
}

async fn insert(tx: &mut Tx, p: &Probe) -> Result<u64, StoreError> {
    tx.sql(INSERT)
        .bind(p.id)
        .bind(p.n)
        .bind(p.yes)
        .bind(&p.name)
        .bind(p.maybe_name.as_deref())
        .bind(p.maybe_n)
        .bind(p.maybe_yes)
        .bind(p.maybe_id)
        .bind(&p.bytes[..])
        .bind(&p.doc)
        .bind(p.at)
        .bind(p.maybe_at)
        .execute()
        .await
}

async fn count(db: &Db) -> i64 {
    let (count,): (i64,) = read_tx!(db, |tx| tx.sql(COUNT).one().await).expect("rows can be counted");
    count
}

on_both!(every_type_round_trips, |db| async {
    make_table(&db).await;
    let full = Probe {
        maybe_name: Some("ș ţ \u{202e} 🙂 '; DROP TABLE".to_owned()),
        maybe_n: Some(i64::MIN),
        maybe_yes: Some(false),
        maybe_id: Some(Uuid::max()),
        bytes: (0..=255).collect(),
        doc: Json(vec![None, Some("a\\u0000b".to_owned()), Some(String::new())]),
        maybe_at: Some(Timestamp(i64::MAX)),
        ..probe("", i64::MAX)
    };
    let empty = Probe { at: Timestamp(-1), ..probe("none", i64::MIN + 1) };
    for expected in [full, empty] {
        let changed = write_tx!(db, |tx| insert(tx, &expected).await).expect("it is stored");
        assert_eq!(changed, 1);
        let found: Option<Probe> = read_tx!(db, |tx| tx.sql(BY_ID).bind(expected.id).optional().await).expect("it is read");
        assert_eq!(found.as_ref(), Some(&expected));
    }
});

on_both!(instants_sort_as_time_does, |db| async {
    make_table(&db).await;
    let instants = [i64::MAX, -1, 0, 1_700_000_000_000_000, 999_999, 1_000_000, 1_700_000_000_000_001, -62_135_596_800_000_000];
    write_tx!(db, |tx| {
        for (i, at) in (0..).zip(instants) {
            insert(tx, &Probe { at: Timestamp(at), ..probe(&at.to_string(), i) }).await?;
        }
        Ok::<_, StoreError>(())
    })
    .expect("they are stored");
    let found: Vec<(Timestamp,)> = read_tx!(db, |tx| tx.sql("SELECT at FROM probe ORDER BY at").all().await).expect("they are read");
    let mut expected = instants.map(|at| (Timestamp(at),));
    expected.sort();
    assert_eq!(found, expected);
});

on_both!(a_conditional_update_claims_or_returns_nothing, |db| async {
    make_table(&db).await;
    write_tx!(db, |tx| insert(tx, &probe("seats", 5)).await).expect("five seats");
    let take = async |seats: i64| -> Option<(i64,)> {
        write_tx!(db, |tx| tx.sql(TAKE).bind("seats").bind(seats).optional().await).expect("the claim runs")
    };
    assert_eq!(take(3).await, Some((2,)));
    assert_eq!(take(3).await, None);
    assert_eq!(take(2).await, Some((0,)), "a row is changed once though only one row is asked for");
    assert_eq!(take(1).await, None);
});

on_both!(an_insert_that_meets_its_key_returns_nothing_and_the_transaction_goes_on, |db| async {
    make_table(&db).await;
    let ids = [Uuid::now_v7(), Uuid::now_v7()];
    let outcomes = write_tx!(db, |tx| {
        let mut outcomes: Vec<Option<(Uuid,)>> = Vec::new();
        for id in ids {
            let inserted = tx.sql(INSERT_UNLESS_THERE).bind(id).bind(1_i64).bind("same").bind(vec![1_u8]).bind(Json("{}"));
            outcomes.push(inserted.optional().await?);
        }
        Ok::<_, StoreError>(outcomes)
    })
    .expect("meeting a key is no error");
    assert_eq!(outcomes, [Some((ids[0],)), None]);
    assert_eq!(count(&db).await, 1);
});

on_both!(an_error_from_the_block_undoes_everything, |db| async {
    make_table(&db).await;
    let mut runs = 0;
    let ended: Result<(), StoreError> = write_tx!(db, |tx| {
        runs += 1;
        insert(tx, &probe("a", 1)).await?;
        insert(tx, &probe("b", 2)).await?;
        Err(StoreError::Missing)
    });
    assert!(matches!(ended, Err(StoreError::Missing)));
    assert_eq!(runs, 1, "only contention is tried again");
    assert_eq!(count(&db).await, 0);
});

on_both!(a_swallowed_error_cannot_be_committed, |db| async {
    make_table(&db).await;
    let ended = write_tx!(db, |tx| {
        insert(tx, &probe("a", 1)).await?;
        let second = insert(tx, &probe("a", 2)).await;
        assert!(matches!(second, Err(StoreError::Duplicate(_))), "{second:?}");
        let third = insert(tx, &probe("c", 3)).await;
        assert!(matches!(third, Err(StoreError::AfterFailure)), "{third:?}");
        Ok::<_, StoreError>(())
    });
    assert!(matches!(ended, Err(StoreError::AfterFailure)), "{ended:?}");
    assert_eq!(count(&db).await, 0);
});

on_both!(constraints_are_told_apart, |db| async {
    make_table(&db).await;
    write_tx!(db, |tx| insert(tx, &probe("a", 1)).await).expect("the first is stored");
    let again = write_tx!(db, |tx| insert(tx, &probe("a", 1)).await);
    assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
    let checked = write_tx!(db, |tx| insert(tx, &probe("b", i64::MIN)).await);
    assert!(matches!(checked, Err(StoreError::Constraint(_))), "{checked:?}");
    let null = write_tx!(db, |tx| tx.sql("UPDATE probe SET name = NULL").execute().await);
    assert!(matches!(null, Err(StoreError::Constraint(_))), "{null:?}");
    let nonsense = write_tx!(db, |tx| tx.sql("SELEKT 1").execute().await);
    assert!(matches!(nonsense, Err(StoreError::Statement(_))), "{nonsense:?}");
    let missing: Result<Probe, _> = read_tx!(db, |tx| tx.sql(BY_ID).bind(Uuid::nil()).one().await);
    assert!(matches!(missing, Err(StoreError::Missing)), "{missing:?}");
    let misread: Result<(bool,), _> = read_tx!(db, |tx| tx.sql("SELECT name FROM probe").one().await);
    assert!(matches!(misread, Err(StoreError::Statement(_))), "{misread:?}");
});

on_both!(a_nul_character_is_refused_and_nothing_else_is, |db| async {
    make_table(&db).await;
    for bad in [
        Probe { maybe_name: Some("a\0b".to_owned()), ..probe("a", 1) },
        probe("\0", 2),
        Probe { doc: Json(vec![Some("\0".to_owned())]), ..probe("c", 3) },
    ] {
        let ended = write_tx!(db, |tx| insert(tx, &bad).await);
        assert!(matches!(ended, Err(StoreError::Nul { .. })), "{ended:?}");
    }
    assert_eq!(count(&db).await, 0);
    // Refused before it was sent, so the transaction is sound, on both engines alike.
    write_tx!(db, |tx| {
        assert!(insert(tx, &probe("\0", 1)).await.is_err());
        insert(tx, &probe("kept", 1)).await
    })
    .expect("the rest is stored");
    assert_eq!(count(&db).await, 1);
});

on_both!(a_reader_sees_one_moment_and_cannot_write, |db| async {
    make_table(&db).await;
    let (before, after) = read_tx!(db, |tx| {
        let (before,): (i64,) = tx.sql(COUNT).one().await?;
        let written = write_tx!(db, |tx| insert(tx, &probe(&before.to_string(), 1)).await);
        assert!(written.is_ok(), "readers hold up no writer: {written:?}");
        let (after,): (i64,) = tx.sql(COUNT).one().await?;
        Ok::<_, StoreError>((before, after))
    })
    .expect("it reads twice");
    assert_eq!((before, after), (0, 0));
    assert_eq!(count(&db).await, 1, "and the next reader sees what was written");
    let written = read_tx!(db, |tx| insert(tx, &probe("x", 1)).await);
    assert!(written.is_err(), "{written:?}");
    assert_eq!(count(&db).await, 1);
});

on_both!(a_closed_database_says_so, |db| async {
    let other = db.open_again().await;
    other.close().await;
    let ended: Result<(i64,), _> = read_tx!(other, |tx| tx.sql("SELECT 1").one().await);
    assert!(matches!(ended, Err(StoreError::Closed)), "{ended:?}");
});

#[tokio::test]
async fn addresses_that_are_none_are_refused_without_repeating_them() {
    for url in ["", "mysql://root:secret@host/db", "lectern.db", "postgres://user:secret@host:port/db"] {
        let ended = Db::open(url, &Default::default()).await;
        let Err(error @ StoreError::Url(_)) = ended else { panic!("{url}: {ended:?}") };
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}
