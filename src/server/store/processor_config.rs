//! Payment processors as a site configured them. Secrets are opaque here: the vault seals them, `flows/processors` writes them and
//! `payments/registry` opens them.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{ProcessorConfigId, SiteId},
    time::Timestamp,
};

/// One configured processor, as stored.
#[derive(Clone, FromRow)]
pub struct StoredConfig {
    /// Its id, also what binds the sealed secrets to this row.
    pub id: ProcessorConfigId,
    /// Its tenant.
    pub site_id: SiteId,
    /// The code of its kind.
    pub kind: String,
    /// `test` or `live`.
    pub mode: String,
    /// What is not secret, as JSON.
    pub settings: String,
    /// What is secret, sealed; empty until something was typed.
    pub secrets: Vec<u8>,
    /// What may be shown of the secrets, as JSON: name to hint.
    pub secret_hint: String,
    /// Offered to buyers.
    pub enabled: bool,
    /// Order of display, lowest first.
    pub position: i64,
    /// The last connection test.
    pub tested_at: Option<Timestamp>,
    /// How it ended.
    pub test_ok: Option<bool>,
    /// The code of what was wrong.
    pub test_reason: Option<String>,
    /// Grows with each change of settings or secrets.
    pub version: i64,
    /// Since when it is no longer the site's.
    pub removed_at: Option<Timestamp>,
}

impl std::fmt::Debug for StoredConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredConfig")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("mode", &self.mode)
            .field("enabled", &self.enabled)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl StoredConfig {
    /// The last connection test ended well, and nothing was changed since (a change forgets the test).
    pub fn passed_its_test(&self) -> bool {
        self.test_ok == Some(true)
    }
}

macro_rules! config_columns {
    () => {
        "SELECT id, site_id, kind, mode, settings, secrets, secret_hint, enabled, position, tested_at, test_ok, test_reason, version, \
         removed_at FROM processor_config "
    };
}

statements! {
    /// All of a site, in order of display.
    CONFIGS_OF_SITE = concat!(config_columns!(), "WHERE site_id = $1 AND removed_at IS NULL ORDER BY position, kind, mode");
    /// What a site offers in a mode.
    CONFIGS_OFFERED =
        concat!(config_columns!(), "WHERE site_id = $1 AND mode = $2 AND enabled AND removed_at IS NULL ORDER BY position, kind");
    /// One, by its place, removed or not.
    CONFIG_BY_KIND = concat!(config_columns!(), "WHERE site_id = $1 AND kind = $2 AND mode = $3");
    /// One, by id, removed or not.
    CONFIG_BY_ID = concat!(config_columns!(), "WHERE id = $1");
    /// A new one, not offered and not tested.
    INSERT_CONFIG = "INSERT INTO processor_config (id, site_id, kind, mode, settings, secrets, secret_hint, enabled, position, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, 1)";
    /// Other settings or secrets, if nobody was faster. What was tested is no longer what is stored, so the test is forgotten.
    UPDATE_CONFIG = "UPDATE processor_config SET settings = $3, secrets = $4, secret_hint = $5, tested_at = NULL, test_ok = NULL, \
        test_reason = NULL, version = version + 1 WHERE id = $1 AND version = $2";
    /// What is sealed, in order of ids.
    SEALED_CONFIGS = "SELECT id, version, secrets FROM processor_config WHERE id > $1 ORDER BY id LIMIT 100";
    /// The same secrets sealed anew, if the row is still what was read.
    RESEAL_CONFIG = "UPDATE processor_config SET secrets = $4 WHERE id = $1 AND version = $2 AND secrets = $3";
    /// How a test ended, if what was tested is still what is stored.
    RECORD_TEST = "UPDATE processor_config SET tested_at = $3, test_ok = $4, test_reason = $5 WHERE id = $1 AND version = $2";
    /// Offered or not.
    SET_CONFIG_ENABLED = "UPDATE processor_config SET enabled = $2 WHERE id = $1";
    /// Its place among the others.
    SET_CONFIG_POSITION = "UPDATE processor_config SET position = $2 WHERE id = $1";
    /// No longer the site's.
    REMOVE_CONFIG = "UPDATE processor_config SET removed_at = $2, enabled = FALSE, secrets = $3, secret_hint = $4, version = version + 1 \
        WHERE id = $1 AND removed_at IS NULL";
    /// The site's again, last in order.
    RESTORE_CONFIG = "UPDATE processor_config SET removed_at = NULL, enabled = FALSE, position = $2 WHERE id = $1 AND removed_at IS NOT NULL";
    /// Tries made with it, and those of them that are open.
    CONFIG_USES = "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN state IN ('prepared', 'unknown', 'needs_person') THEN 1 ELSE 0 END), 0) AS BIGINT) \
        FROM attempt WHERE processor_config_id = $1";
}

/// All of a site, both modes, in order of display.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn of_site(tx: &mut Tx, site: SiteId) -> Result<Vec<StoredConfig>, StoreError> {
    tx.sql(CONFIGS_OF_SITE).bind(site).all().await
}

/// What a site offers to buyers in `mode` (`test` or `live`), in order of display.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn offered(tx: &mut Tx, site: SiteId, mode: &str) -> Result<Vec<StoredConfig>, StoreError> {
    tx.sql(CONFIGS_OFFERED).bind(site).bind(mode.to_owned()).all().await
}

/// What a site has of a kind in a mode.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find(tx: &mut Tx, site: SiteId, kind: &str, mode: &str) -> Result<Option<StoredConfig>, StoreError> {
    Ok(find_even_removed(tx, site, kind, mode).await?.filter(|config| config.removed_at.is_none()))
}

/// What a site has or had of a kind in a mode: money that moved with it may still be spoken of.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_even_removed(tx: &mut Tx, site: SiteId, kind: &str, mode: &str) -> Result<Option<StoredConfig>, StoreError> {
    tx.sql(CONFIG_BY_KIND).bind(site).bind(kind.to_owned()).bind(mode.to_owned()).optional().await
}

/// # Errors
/// `StoreError::Missing` when there is no such configuration.
pub async fn get(tx: &mut Tx, id: ProcessorConfigId) -> Result<StoredConfig, StoreError> {
    tx.sql(CONFIG_BY_ID).bind(id).one().await
}

/// Writes down a new configuration; `removed_at`, `enabled` and the test's columns of `config` are not looked at.
///
/// # Errors
/// `StoreError` when the database fails, or the site has this kind in this mode already.
pub async fn insert(tx: &mut Tx, config: &StoredConfig) -> Result<(), StoreError> {
    tx.sql(INSERT_CONFIG)
        .bind(config.id)
        .bind(config.site_id)
        .bind(config.kind.clone())
        .bind(config.mode.clone())
        .bind(config.settings.clone())
        .bind(config.secrets.clone())
        .bind(config.secret_hint.clone())
        .bind(config.position)
        .execute()
        .await?;
    Ok(())
}

/// Replaces settings and secrets of the version `config` was read at. `false` when someone else was faster.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn update(tx: &mut Tx, config: &StoredConfig) -> Result<bool, StoreError> {
    let rows = tx
        .sql(UPDATE_CONFIG)
        .bind(config.id)
        .bind(config.version)
        .bind(config.settings.clone())
        .bind(config.secrets.clone())
        .bind(config.secret_hint.clone())
        .execute()
        .await?;
    Ok(rows == 1)
}

/// A configuration's sealed secrets, whoever's they are.
#[derive(Clone, FromRow)]
pub struct Sealed {
    /// Its id, which binds them to this row.
    pub id: ProcessorConfigId,
    /// The version they were read at.
    pub version: i64,
    /// As they are kept; empty where nothing was typed.
    pub secrets: Vec<u8>,
}

/// The next hundred after `after`, of every site, removed ones among them: what was paid with those can still be returned.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn sealed_after(tx: &mut Tx, after: ProcessorConfigId) -> Result<Vec<Sealed>, StoreError> {
    tx.sql(SEALED_CONFIGS).bind(after).all().await
}

/// Puts `sealed` in the place of what `read` has. `false` when the row was changed meanwhile.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn reseal(tx: &mut Tx, read: &Sealed, sealed: Vec<u8>) -> Result<bool, StoreError> {
    let rows = tx.sql(RESEAL_CONFIG).bind(read.id).bind(read.version).bind(read.secrets.clone()).bind(sealed).execute().await?;
    Ok(rows == 1)
}

/// Notes how the test of version `version` ended; `reason` is the code of what was wrong. `false` when it was changed meanwhile.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn record_test(
    tx: &mut Tx,
    id: ProcessorConfigId,
    version: i64,
    at: Timestamp,
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let rows = tx.sql(RECORD_TEST).bind(id).bind(version).bind(at).bind(reason.is_none()).bind(reason.map(str::to_owned)).execute().await?;
    Ok(rows == 1)
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn set_enabled(tx: &mut Tx, id: ProcessorConfigId, enabled: bool) -> Result<(), StoreError> {
    tx.sql(SET_CONFIG_ENABLED).bind(id).bind(enabled).execute().await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn set_position(tx: &mut Tx, id: ProcessorConfigId, position: i64) -> Result<(), StoreError> {
    tx.sql(SET_CONFIG_POSITION).bind(id).bind(position).execute().await?;
    Ok(())
}

/// Takes a configuration from its site, with the secrets that are left in it. The row stays readable by id.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn remove(tx: &mut Tx, id: ProcessorConfigId, at: Timestamp, (secrets, hint): (Vec<u8>, String)) -> Result<(), StoreError> {
    tx.sql(REMOVE_CONFIG).bind(id).bind(at).bind(secrets).bind(hint).execute().await?;
    Ok(())
}

/// Gives a removed configuration back to its site, not offered.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn restore(tx: &mut Tx, id: ProcessorConfigId, position: i64) -> Result<(), StoreError> {
    tx.sql(RESTORE_CONFIG).bind(id).bind(position).execute().await?;
    Ok(())
}

/// How many payments were tried with a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    /// In all.
    pub ever: i64,
    /// Not settled yet.
    pub open: i64,
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn uses(tx: &mut Tx, id: ProcessorConfigId) -> Result<Uses, StoreError> {
    let (ever, open): (i64, i64) = tx.sql(CONFIG_USES).bind(id).one().await?;
    Ok(Uses { ever, open })
}
