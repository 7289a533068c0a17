//! A new key for the vault: beside payments and an administrator who saves, interrupted and begun again, on both engines.

use std::collections::BTreeMap;

use lectern::domain::ids::ProcessorConfigId;
use lectern::server::{
    clock::Clock,
    config::Config,
    ctx::Ctx,
    failure::Failure,
    flows::{
        pay::{PayAnswer, pay},
        processors::{
            self, ProcessorForm,
            form::Secrets,
            rotate::{Rotation, Standing, rotate, standing},
        },
        register::{RegisterForm, register},
    },
    payments::ProcessorKind,
    run,
    state::App,
    store::{
        db::{Db, StoreError},
        processor_config::{self, Sealed, StoredConfig},
    },
    vault::{Vault, VaultError},
};
use lectern::{read_tx, write_tx};
use secrecy::ExposeSecret as _;

use crate::harness::{TestApp, TestDb, card};

/// The demo on a key of its own, another key, and a server that has both, the new one first.
struct Keys {
    test: TestApp,
    old: String,
    new: String,
}

impl Keys {
    async fn start(db: &TestDb) -> Self {
        let mut test = TestApp::demo(db).await;
        let old = test.app.config.secret_key.expose_secret().to_owned();
        let new = Vault::new_key(&test.app.clock);
        test.app = with_key(&test.app, &format!("{new},{old}"));
        Self { test, old, new }
    }

    fn both(&self) -> Vault {
        Vault::parse(&format!("{},{}", self.new, self.old)).expect("two keys")
    }

    fn only_new(&self) -> Vault {
        Vault::parse(&self.new).expect("a key")
    }
}

/// Another server on the same database.
fn with_key(app: &App, keys: &str) -> App {
    let config = Config { secret_key: keys.to_owned().into(), ..app.config.clone() };
    run::app(config, app.db.clone(), app.clock.clone()).expect("the settings fit")
}

async fn all(db: &Db) -> Vec<Sealed> {
    let first = ProcessorConfigId(uuid::Uuid::nil());
    read_tx!(db, |tx| -> Result<_, Failure> { Ok(processor_config::sealed_after(tx, first).await?) }).expect("configurations read")
}

fn opened(vault: &Vault, row: &Sealed) -> BTreeMap<String, String> {
    let secrets = Secrets::open(vault, row.id, &row.secrets).expect("this key opens it");
    secrets.into_values().map(|(name, value)| (name, value.to_string())).collect()
}

async fn buy(ctx: &Ctx, name: &str) -> PayAnswer {
    let form = RegisterForm { name: "Ana Pop".into(), email: format!("{name}@example.com"), ..RegisterForm::default() };
    let link = register(ctx, "negotiation-skills", &form, None).await.expect("a seat is free");
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        Ok(lectern::server::store::order::find_by_link(tx, ctx.site().id, &link).await?)
    });
    let order = found.expect("orders read").expect("the order exists");
    pay(ctx, order.id, card(name, order.quote_version, "4111111111111111")).await.expect("the card is good")
}

fn live_payflow(version: &str, password: &str) -> ProcessorForm {
    let values = [("partner", "PayPal"), ("vendor", "shop-1"), ("password", password)];
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ProcessorForm { mode: "live".into(), version: version.into(), values }
}

async fn stored_live(ctx: &Ctx) -> Option<StoredConfig> {
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        Ok(processor_config::find(tx, ctx.site().id, ProcessorKind::Payflow.code(), "live").await?)
    });
    found.expect("configurations read")
}

on_both!(a_rotation_beside_payments_and_a_save_loses_nothing, |db| async {
    let keys = Keys::start(&db).await;
    let (buyer, admin) = (keys.test.visitor().await, keys.test.person("admin").await);
    // A server that was not restarted yet saves with the old key alone, until the rotation is under way.
    let mut old_admin = admin.clone();
    old_admin.app = with_key(&keys.test.app, &keys.old);
    processors::save(&old_admin, ProcessorKind::Payflow, &live_payflow("", "password-0")).await.expect("saved");
    let before: BTreeMap<_, _> = all(&db).await.iter().map(|row| (row.id, opened(&keys.both(), row))).collect();
    assert!(before.len() >= 4);
    assert_eq!(standing(&db, &keys.both()).await.expect("it looks"), Standing { stale: before.len(), ..Standing::default() });

    let both = keys.both();
    let rotations = async {
        let mut resealed = 0;
        for _ in 0..4 {
            let (one, two) = tokio::join!(rotate(&db, &both), rotate(&db, &both));
            for done in [one.expect("it runs"), two.expect("it runs beside another")] {
                assert!(done.is_complete(), "{done:?}");
                resealed += done.resealed;
            }
            tokio::task::yield_now().await;
        }
        resealed
    };
    let payments = async {
        for n in 0..6 {
            assert_eq!(buy(&buyer, &format!("rotating{n}")).await, PayAnswer::Paid);
        }
    };
    let saves = async {
        for n in 1..=5 {
            let version = stored_live(&admin).await.expect("it is stored").version.to_string();
            // The version an administrator read is still good after a rotation: nothing they see was changed.
            processors::save(&admin, ProcessorKind::Payflow, &live_payflow(&version, &format!("password-{n}"))).await.expect("saved");
        }
    };
    let (resealed, (), ()) = tokio::join!(rotations, payments, saves);
    // Saves seal with the new key themselves, so that one row may have needed no rotation.
    assert!((before.len() - 1..=before.len()).contains(&resealed), "each row once: {resealed} of {}", before.len());

    let after = all(&db).await;
    assert_eq!(standing(&db, &keys.only_new()).await.expect("it looks"), Standing { current: after.len(), ..Standing::default() });
    let live = stored_live(&admin).await.expect("it is stored");
    for row in &after {
        let secrets = opened(&keys.only_new(), row);
        if row.id == live.id {
            assert_eq!(secrets["password"], "password-5", "the administrator's last word stays");
        } else {
            assert_eq!(Some(&secrets), before.get(&row.id));
        }
    }
    // The old key is gone, and everything goes on.
    let mut later = keys.test.visitor().await;
    later.app = with_key(&keys.test.app, &keys.new);
    assert_eq!(buy(&later, "afterwards").await, PayAnswer::Paid);
    assert_eq!(rotate(&db, &keys.only_new()).await.expect("it runs"), Rotation { current: after.len(), ..Rotation::default() });
    keys.test.run_jobs().await;
    keys.test.verify().await;
});

on_both!(an_old_secret_is_never_put_over_a_new_one, |db| async {
    let keys = Keys::start(&db).await;
    let admin = keys.test.person("admin").await;
    processors::save(&admin, ProcessorKind::Payflow, &live_payflow("", "password-0")).await.expect("saved");
    let row = stored_live(&admin).await.expect("it is stored");
    let read = Sealed { id: row.id, version: row.version, secrets: row.secrets.clone() };
    processors::save(&admin, ProcessorKind::Payflow, &live_payflow(&row.version.to_string(), "password-1")).await.expect("saved");
    let stale = keys.both().seal(read.id.0.as_bytes(), b"{\"password\":\"password-0\"}");
    for read in [
        read.clone(),
        // The right version, and bytes that somebody else has changed since.
        Sealed { version: stored_live(&admin).await.expect("it is stored").version, ..read },
    ] {
        let done = write_tx!(db, |tx| -> Result<bool, Failure> { Ok(processor_config::reseal(tx, &read, stale.clone()).await?) });
        assert!(!done.expect("it answers"));
    }
    let row = stored_live(&admin).await.expect("it is stored");
    let row = Sealed { id: row.id, version: row.version, secrets: row.secrets };
    assert_eq!(opened(&keys.only_new(), &row)["password"], "password-1");
    keys.test.verify().await;
});

on_both!(what_no_key_opens_is_named_and_left_and_the_rest_is_done, |db| async {
    let keys = Keys::start(&db).await;
    let rows = all(&db).await;
    let [moved, damaged, ..] = rows.as_slice() else { panic!("the demo has several") };
    let stranger = Vault::parse(&Vault::new_key(&Clock::System)).expect("a key").seal(moved.id.0.as_bytes(), b"{}");
    let mut cut = damaged.secrets.clone();
    *cut.last_mut().expect("it is sealed") ^= 1;
    for (id, bytes) in [(moved.id, stranger.clone()), (damaged.id, cut.clone())] {
        let set = "UPDATE processor_config SET secrets = $2 WHERE id = $1";
        let changed = write_tx!(db, |tx| -> Result<u64, StoreError> { tx.sql(set).bind(id).bind(bytes.clone()).execute().await });
        assert_eq!(changed.expect("changed"), 1);
    }
    let wrong = vec![(moved.id, VaultError::UnknownKey), (damaged.id, VaultError::Forged)];
    for resealed in [rows.len() - 2, 0] {
        let done = rotate(&db, &keys.both()).await.expect("it runs");
        let current = rows.len() - 2 - resealed;
        assert_eq!(done, Rotation { resealed, current, busy: 0, unreadable: wrong.clone() });
        assert!(!done.is_complete());
    }
    let after = all(&db).await;
    assert!(after[0].secrets == stranger && after[1].secrets == cut, "evidence is left as it is");
    assert_eq!(standing(&db, &keys.both()).await.expect("it looks").unreadable, wrong);
});

/// Every way a secret could stand in a file.
fn writings(secret: &str) -> Vec<String> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let hex: String = secret.bytes().map(|b| format!("{b:02x}")).collect();
    let whole = STANDARD.encode(secret);
    vec![
        secret.to_owned(),
        whole.trim_end_matches('=').get(..whole.len() / 4 * 4 - 4).unwrap_or_default().to_owned(),
        hex.to_uppercase(),
        hex,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_plain_in_the_databases_files() {
    let db = TestDb::sqlite().await;
    let keys = Keys::start(&db).await;
    let admin = keys.test.person("admin").await;
    let secrets = ["Marked-Hush-Hush-71", "Marked-Hush-Hush-72"];
    for secret in secrets {
        let version = stored_live(&admin).await.map(|row| row.version.to_string()).unwrap_or_default();
        processors::save(&admin, ProcessorKind::Payflow, &live_payflow(&version, secret)).await.expect("saved");
        let _ = processors::test(&admin, ProcessorKind::Payflow, "test").await;
        rotate(&db, &keys.both()).await.expect("it runs");
    }
    processors::remove(&admin, ProcessorKind::Payflow, "live").await.expect("removed");
    let path = db.url.strip_prefix("sqlite:").expect("a file");
    let mut files = 0;
    for file in [path.to_owned(), format!("{path}-wal")] {
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        files += 1;
        for secret in secrets.into_iter().chain(["Simulator-2026", "sk_test_Lectern_Simulator_2026", keys.old.as_str(), keys.new.as_str()])
        {
            for writing in writings(secret) {
                assert!(!text.contains(&writing), "{file} holds {writing}");
            }
        }
    }
    assert_eq!(files, 2, "the database and its log were looked at");
}
