//! Where logins are kept: a `tower-sessions` store over our own façade. A browser holds 128 random bits; the table holds their
//! SHA-256. Anonymous requests make no row and ask no question.

use std::collections::HashMap;

use async_trait::async_trait;
use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder};
use time::{Duration, OffsetDateTime};
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store,
};

use super::{AuthSession, Backend, SignedIn, digest};
use crate::domain::time::Timestamp;
use crate::server::{
    clock::Clock,
    config::Config,
    store::{
        db::{Db, StoreError},
        login,
    },
};
use crate::{look_up, write_tx};

/// A login ends after so many hours without a request.
pub const IDLE_HOURS: i64 = 12;
/// And after so many days in any case.
const LIFE_DAYS: i64 = 7;
/// A login in use is written back no more often than this.
const RENEW_SECONDS: i64 = 30 * 60;
const SINCE: &str = "since";
const SEEN: &str = "seen";
/// Ids are random: a second collision in a row means that they are not.
const ID_TRIES: usize = 3;

/// Keeps logins in the table `login`.
#[derive(Clone, Debug)]
pub struct Logins {
    db: Db,
    clock: Clock,
}

impl Logins {
    /// Keeps them in `db`, expiring by `clock`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    fn expires_at(&self) -> Timestamp {
        self.clock.now().plus_seconds(IDLE_HOURS * 3600)
    }
}

fn backend(error: &StoreError) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

/// Only the data: the record's own id must not be at rest.
fn encode(record: &Record) -> session_store::Result<String> {
    serde_json::to_string(&record.data).map_err(|e| session_store::Error::Encode(e.to_string()))
}

#[async_trait]
impl SessionStore for Logins {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let data = encode(record)?;
        let expires_at = self.expires_at();
        for _ in 0..ID_TRIES {
            let id_hash = digest(&record.id.to_string());
            let is_ours = write_tx!(self.db, |tx| -> Result<bool, StoreError> { login::claim_id(tx, &id_hash, &data, expires_at).await });
            if is_ours.map_err(|e| backend(&e))? {
                return Ok(());
            }
            record.id = Id(i128::from_le_bytes(self.clock.random()));
        }
        Err(session_store::Error::Backend("login ids collide".into()))
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (data, id_hash, expires_at) = (encode(record)?, digest(&record.id.to_string()), self.expires_at());
        write_tx!(self.db, |tx| -> Result<(), StoreError> { login::renew(tx, &id_hash, &data, expires_at).await }).map_err(|e| backend(&e))
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let (id_hash, now) = (digest(&id.to_string()), self.clock.now());
        let found: Option<String> =
            look_up!(self.db, |tx| -> Result<_, StoreError> { login::find(tx, &id_hash, now).await }).map_err(|e| backend(&e))?;
        let Some(data) = found else { return Ok(None) };
        let data: HashMap<String, serde_json::Value> =
            serde_json::from_str(&data).map_err(|e| session_store::Error::Decode(e.to_string()))?;
        // The table's expiry decides; this one only has to lie ahead.
        let expiry_date = OffsetDateTime::UNIX_EPOCH + Duration::seconds(now.plus_seconds(IDLE_HOURS * 3600).seconds());
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let id_hash = digest(&id.to_string());
        write_tx!(self.db, |tx| -> Result<(), StoreError> { login::end(tx, &id_hash).await }).map_err(|e| backend(&e))
    }
}

/// The name of the login's cookie: `__Host-` binds it to this host and https, which plain http cannot have.
fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-lectern" } else { "lectern" }
}

/// The layer that finds out who is signed in.
pub fn layer(config: &Config, db: &Db, clock: &Clock) -> AuthManagerLayer<Backend, Logins> {
    let sessions = SessionManagerLayer::new(Logins::new(db.clone(), clock.clone()))
        .with_name(cookie_name(config))
        .with_secure(config.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::hours(IDLE_HOURS)));
    AuthManagerLayerBuilder::new(Backend::new(db.clone()), sessions).build()
}

/// Signs `user` in under a new id, whatever this browser held before.
///
/// # Errors
/// When the database fails.
pub async fn begin(login: &mut AuthSession, user: &SignedIn, now: Timestamp) -> Result<(), axum_login::Error<Backend>> {
    if login.user.is_some() {
        // `login` makes a new id only for who was signed out.
        login.session.cycle_id().await?;
    }
    login.login(user).await?;
    login.session.insert(SINCE, now.seconds()).await?;
    login.session.insert(SEEN, now.seconds()).await?;
    Ok(())
}

/// Notes that a login is in use, now and then; ends one that is too old. Whether it goes on.
///
/// # Errors
/// When the database fails.
pub async fn keep_alive(login: &mut AuthSession, now: Timestamp) -> Result<bool, axum_login::Error<Backend>> {
    let since = login.session.get::<i64>(SINCE).await?;
    let seen = login.session.get::<i64>(SEEN).await?;
    let now = now.seconds();
    if since.is_some_and(|since| since + LIFE_DAYS * 86_400 <= now) {
        login.logout().await?;
        return Ok(false);
    }
    if since.is_none() {
        login.session.insert(SINCE, now).await?;
    }
    if seen.is_none_or(|seen| seen + RENEW_SECONDS <= now) {
        login.session.insert(SEEN, now).await?;
    }
    Ok(true)
}
