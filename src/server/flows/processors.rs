//! The site administrator configures payment processors. Secrets go in and never come out: they are sealed for the row they are in,
//! opened only to build a client, and neither logged nor shown.

pub mod fields;
pub mod form;
pub mod health;
pub mod rotate;
pub mod rules;
pub mod views;

mod change;

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;

use crate::domain::{
    ids::{ProcessorConfigId, SiteId},
    money::Currency,
    role::Action,
};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::{Failure, Fault},
    payments::{ConfigVersion, Processor, ProcessorConfig, ProcessorKind},
    state::App,
    store::{
        processor_config::{self, StoredConfig},
        site::Site,
    },
};

pub use change::{Direction, offer, remove, reorder, save, test};
pub use form::ProcessorForm;
pub use rules::Mode;

use fields::{Product, Unavailable};
use form::Secrets;

/// The configuration with its secrets opened, and the address to call: where the simulators run is this server's own affair, which
/// may differ from the server that stored the settings.
///
/// # Errors
/// A fault when the vault's key changed, the row was tampered with, or the settings are not JSON.
pub fn open(app: &App, stored: &StoredConfig) -> Result<(ProcessorKind, ProcessorConfig), Failure> {
    let broken = |what: &str| Failure::Fault(Fault::Corrupt(format!("processor configuration {}: {what}", stored.id)));
    let kind = ProcessorKind::from_code(&stored.kind).ok_or_else(|| broken("kind"))?;
    let product = fields::of(kind).ok_or_else(|| broken("kind"))?;
    let mode = Mode::from_code(&stored.mode).ok_or_else(|| broken("mode"))?;
    let secrets = Secrets::open(&app.vault, stored.id, &stored.secrets).ok_or_else(|| broken("secrets"))?;
    let mut settings = read_settings(stored).ok_or_else(|| broken("settings"))?;
    if let Some(hosts) = product.hosts {
        settings["base_url"] = hosts.address(&app.config, mode).into();
    }
    let secrets = secrets.into_values().map(|(name, value)| (name, SecretString::from(value.as_str()))).collect();
    Ok((kind, ProcessorConfig { of: ConfigVersion { id: stored.id, version: stored.version }, settings, secrets }))
}

/// The part of a configuration that may be shown.
fn read_settings(stored: &StoredConfig) -> Option<Value> {
    serde_json::from_str::<Value>(&stored.settings).ok().filter(Value::is_object)
}

/// The shared client of a stored configuration.
///
/// # Errors
/// A fault when it cannot be opened or its settings cannot be used.
pub fn client(app: &App, stored: &StoredConfig) -> Result<(ProcessorKind, Arc<dyn Processor>), Failure> {
    let (kind, config) = open(app, stored)?;
    let client = app
        .processors
        .get(kind, &config)
        .map_err(|problem| Failure::Fault(Fault::Corrupt(format!("processor configuration {}: {problem}", stored.id))))?;
    Ok((kind, client))
}

/// Whether a stored configuration can be used for `currency`.
pub fn carries(app: &App, stored: &StoredConfig, currency: Currency) -> bool {
    client(app, stored).is_ok_and(|(_, client)| client.abilities().carries(currency))
}

/// The kinds an administrator can configure.
pub fn kinds() -> impl Iterator<Item = ProcessorKind> {
    ProcessorKind::ALL.into_iter().filter(|kind| fields::of(*kind).is_some())
}

/// A kind by its code, if it can be configured.
///
/// # Errors
/// `NotFound`.
pub fn kind_of(code: &str) -> Result<(ProcessorKind, &'static Product), Failure> {
    let kind = ProcessorKind::from_code(code).ok_or(Failure::NotFound)?;
    Ok((kind, fields::of(kind).ok_or(Failure::NotFound)?))
}

fn product_of(kind: ProcessorKind) -> Result<&'static Product, Failure> {
    fields::of(kind).ok_or(Failure::NotFound)
}

/// Whether a site can use a product.
///
/// # Errors
/// Why not.
pub fn available(product: &Product, site: &Site) -> Result<(), Unavailable> {
    product.available(site.merchant_country.as_deref(), site.currency)
}

/// A configuration in test mode that was never touched: the demo's.
///
/// # Errors
/// A fault when the kind needs no set-up.
pub fn simulated(app: &App, of: (ProcessorConfigId, SiteId), kind: ProcessorKind, demo: Demo) -> Result<StoredConfig, Failure> {
    let product = product_of(kind)?;
    let Demo { position, mut settings, secrets } = demo;
    if !product.currencies.is_empty() {
        settings["currencies"] = product.currencies.iter().map(|currency| currency.code()).collect();
    }
    Ok(StoredConfig {
        id: of.0,
        site_id: of.1,
        kind: kind.code().to_owned(),
        mode: Mode::Test.code().to_owned(),
        settings: settings.to_string(),
        secrets: secrets.seal(&app.vault, of.0),
        secret_hint: secrets.hints(),
        enabled: false,
        position,
        tested_at: None,
        test_ok: None,
        test_reason: None,
        version: 1,
        removed_at: None,
    })
}

/// What a demo's configuration is made of.
pub struct Demo {
    /// Its place.
    pub position: i64,
    /// Its settings by name.
    pub settings: Value,
    /// Its secrets.
    pub secrets: Secrets,
}

/// Everything configured, both modes, in order of display.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn list(ctx: &Ctx) -> Result<Vec<StoredConfig>, Failure> {
    ctx.require(Action::Administer)?;
    read_tx!(ctx.app.db, |tx| -> Result<Vec<StoredConfig>, Failure> { Ok(processor_config::of_site(tx, ctx.site().id).await?) })
}
