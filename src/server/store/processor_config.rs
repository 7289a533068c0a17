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
    /// What may be shown of the secret.
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
        "SELECT id, site_id, kind, mode, settings, secrets, secret_hint, enabled, position, tested_at, test_ok, test_reason, version \
         FROM processor_config "
    };
}

statements! {
    /// All of a site, in order of display.
    CONFIGS_OF_SITE = concat!(config_columns!(), "WHERE site_id = $1 ORDER BY position, kind, mode");
    /// What a site offers in a mode.
    CONFIGS_OFFERED = concat!(config_columns!(), "WHERE site_id = $1 AND mode = $2 AND enabled ORDER BY position, kind");
    /// One, by its place.
    CONFIG_BY_KIND = concat!(config_columns!(), "WHERE site_id = $1 AND kind = $2 AND mode = $3");
    /// One, by id.
    CONFIG_BY_ID = concat!(config_columns!(), "WHERE id = $1");
    /// A new one, not offered and not tested.
    INSERT_CONFIG = "INSERT INTO processor_config (id, site_id, kind, mode, settings, secrets, secret_hint, enabled, position, version) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, 1)";
    /// Other settings or secrets, if nobody was faster. What was tested is no longer what is stored, so the test is forgotten.
    UPDATE_CONFIG = "UPDATE processor_config SET settings = $3, secrets = $4, secret_hint = $5, tested_at = NULL, test_ok = NULL, \
        test_reason = NULL, version = version + 1 WHERE id = $1 AND version = $2";
    /// How a test ended, if what was tested is still what is stored.
    RECORD_TEST = "UPDATE processor_config SET tested_at = $3, test_ok = $4, test_reason = $5 WHERE id = $1 AND version = $2";
    /// Offered or not.
    SET_CONFIG_ENABLED = "UPDATE processor_config SET enabled = $2 WHERE id = $1";
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

/// # Errors
/// `StoreError` when the database fails.
pub async fn find(tx: &mut Tx, site: SiteId, kind: &str, mode: &str) -> Result<Option<StoredConfig>, StoreError> {
    tx.sql(CONFIG_BY_KIND).bind(site).bind(kind.to_owned()).bind(mode.to_owned()).optional().await
}

/// # Errors
/// `StoreError::Missing` when there is no such configuration.
pub async fn get(tx: &mut Tx, id: ProcessorConfigId) -> Result<StoredConfig, StoreError> {
    tx.sql(CONFIG_BY_ID).bind(id).one().await
}

/// Writes down a new configuration; `enabled` and the test's columns of `config` are not looked at.
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
