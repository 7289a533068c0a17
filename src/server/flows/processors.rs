//! The site administrator configures payment processors. Secrets go in and never come out: they are sealed for the row they are in,
//! opened only to build a client, and neither logged nor shown.

pub mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::SecretString;
use zeroize::Zeroizing;

use super::settings::trail;
use crate::domain::{
    form::{FieldErrors, Problem, Refusal},
    ids::{ProcessorConfigId, SiteId},
    money::Currency,
    role::Action,
    text::parse_line,
};
use crate::server::{
    ctx::Ctx,
    failure::{Failure, Fault},
    payments::{ConfigVersion, ConnectionProblem, Processor, ProcessorConfig, ProcessorKind, payflow::PublicSettings},
    state::App,
    store::processor_config::{self, StoredConfig},
};
use crate::{read_tx, write_tx};

/// The gateway of real money, and the one where its maker lets merchants try (payflow-pro.md §1).
const LIVE_URL: &str = "https://payflowpro.paypal.com/";
const PILOT_URL: &str = "https://pilot-payflowpro.paypal.com/";
/// Where Payflow Pro is sold: PayPal, *Payflow Gateway* product page (US, CA, AU, NZ; read 2026-11).
const PAYFLOW_COUNTRIES: [&str; 4] = ["US", "CA", "AU", "NZ"];
/// Fewest and most characters of the gateway's password (payflow-pro.md §3).
const PASSWORD: std::ops::RangeInclusive<usize> = 6..=32;

/// A processor's form as typed. `Debug` hides the password.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct ProcessorForm {
    /// `test` or `live`.
    pub mode: String,
    /// The reseller's id.
    pub partner: String,
    /// The merchant login.
    pub vendor: String,
    /// The user; empty means the vendor.
    pub user: String,
    /// Write-only; empty keeps the one stored.
    pub password: String,
    /// The version last read, empty when there was none.
    pub version: String,
}

impl std::fmt::Debug for ProcessorForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProcessorForm").field("mode", &self.mode).field("vendor", &self.vendor).finish_non_exhaustive()
    }
}

/// What is right about a form.
struct Typed {
    mode: &'static str,
    public: PublicSettings,
    password: Option<Zeroizing<String>>,
}

impl ProcessorForm {
    fn parse(&self, app: &App, has_password: bool) -> Result<Typed, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mode = errors.keep("mode", mode_of(&self.mode).ok_or(Problem::NotAChoice));
        let partner = errors.keep("partner", credential(&self.partner));
        let vendor = errors.keep("vendor", credential(&self.vendor));
        let user = if self.user.trim().is_empty() { vendor.clone() } else { errors.keep("user", credential(&self.user)) };
        let password = match self.password.as_str() {
            "" if has_password => Some(None),
            "" => errors.keep("password", Err(Problem::Required)),
            typed => errors.keep("password", secret(typed).map(Some)),
        };
        let typed = (|| {
            let mode = mode?;
            let public = PublicSettings {
                base_url: base_url(app, mode),
                partner: partner?,
                vendor: vendor?,
                user: user?,
                currencies: crate::server::payments::payflow::settings::PAYPAL_CURRENCIES.to_vec(),
            };
            Some(Typed { mode, public, password: password? })
        })();
        errors.finish(typed)
    }
}

fn mode_of(text: &str) -> Option<&'static str> {
    ["test", "live"].into_iter().find(|mode| *mode == text)
}

/// Printable ASCII without double quotes: what the wire format carries (payflow-pro.md §2.2).
fn credential(text: &str) -> Result<String, Problem> {
    let text = parse_line(text, 64)?;
    if text.bytes().all(|b| b != b'"' && (b' '..=b'~').contains(&b)) { Ok(text) } else { Err(Problem::NotForThisProcessor) }
}

fn secret(text: &str) -> Result<Zeroizing<String>, Problem> {
    if text.len() < *PASSWORD.start() {
        return Err(Problem::TooShort { min: *PASSWORD.start() });
    }
    if text.len() > *PASSWORD.end() {
        return Err(Problem::TooLong { max: *PASSWORD.end() });
    }
    if text.bytes().all(|b| b != b'"' && (b' '..=b'~').contains(&b)) {
        Ok(Zeroizing::new(text.to_owned()))
    } else {
        Err(Problem::NotForThisProcessor)
    }
}

/// Test mode speaks to the simulators where they run, else to the gateway's own test host.
fn base_url(app: &App, mode: &str) -> String {
    match (mode, app.config.sandbox_url()) {
        ("live", _) => LIVE_URL.to_owned(),
        (_, Some(sandbox)) => format!("{sandbox}/payflow/"),
        (_, None) => PILOT_URL.to_owned(),
    }
}

/// What of a secret may be shown: its last four characters, when enough others stay hidden.
fn hint(secret: &str) -> String {
    let shown: String = if secret.chars().count() < 8 { String::new() } else { secret.chars().skip(secret.chars().count() - 4).collect() };
    format!("••••{shown}")
}

fn seal(app: &App, id: ProcessorConfigId, password: &str) -> Vec<u8> {
    // One secret today, by name, so that another can join it.
    let secrets = Zeroizing::new(serde_json::json!({ "password": password }).to_string());
    app.vault.seal(id.0.as_bytes(), secrets.as_bytes())
}

/// The configuration with its secrets opened.
///
/// # Errors
/// A fault when the vault's key changed, the row was tampered with, or the settings are not JSON.
pub fn open(app: &App, stored: &StoredConfig) -> Result<(ProcessorKind, ProcessorConfig), Failure> {
    let broken = |what: &str| Failure::Fault(Fault::Corrupt(format!("processor configuration {}: {what}", stored.id)));
    let kind = ProcessorKind::from_code(&stored.kind).ok_or_else(|| broken("kind"))?;
    let plain = app.vault.open(stored.id.0.as_bytes(), &stored.secrets).map_err(|error| broken(&error.to_string()))?;
    let secrets: BTreeMap<String, String> = serde_json::from_slice(&plain).map_err(|_| broken("secrets"))?;
    let mut settings: serde_json::Value = serde_json::from_str(&stored.settings).map_err(|_| broken("settings"))?;
    // Where the simulators run is this server's own affair: it may differ from the server that stored the settings.
    settings["base_url"] = base_url(app, &stored.mode).into();
    let secrets = secrets.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect();
    Ok((kind, ProcessorConfig { of: ConfigVersion { id: stored.id, version: stored.version }, settings, secrets }))
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

/// Whether a kind can serve a merchant country; an unknown country is not held against it.
pub fn serves(kind: ProcessorKind, country: Option<&str>) -> bool {
    match kind {
        ProcessorKind::Payflow => country.is_none_or(|country| PAYFLOW_COUNTRIES.contains(&country)),
        ProcessorKind::None => true,
    }
}

/// The kinds an administrator can configure.
pub fn kinds() -> impl Iterator<Item = ProcessorKind> {
    ProcessorKind::ALL.into_iter().filter(|kind| !kind.secrets().is_empty())
}

/// The demo's configuration: Payflow in test mode, with the account that the simulator knows.
pub fn simulated(app: &App, id: ProcessorConfigId, site_id: SiteId) -> StoredConfig {
    let account = crate::server::sandbox::Account::default();
    let public = serde_json::json!({
        "base_url": base_url(app, "test"), "partner": account.partner, "vendor": account.vendor, "user": account.user,
    });
    StoredConfig {
        id,
        site_id,
        kind: ProcessorKind::Payflow.code().to_owned(),
        mode: "test".to_owned(),
        settings: public.to_string(),
        secrets: seal(app, id, &account.password),
        secret_hint: hint(&account.password),
        enabled: false,
        position: 1,
        tested_at: None,
        test_ok: None,
        test_reason: None,
        version: 1,
    }
}

/// Everything configured, both modes.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn list(ctx: &Ctx) -> Result<Vec<StoredConfig>, Failure> {
    ctx.require(Action::Administer)?;
    read_tx!(ctx.app.db, |tx| -> Result<Vec<StoredConfig>, Failure> { Ok(processor_config::of_site(tx, ctx.site().id).await?) })
}

/// Saves a processor's settings; what was tested before is forgotten.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `Fields`; `ProcessorNotAvailable` (422) for the merchant's country; `Stale` (409).
pub async fn save(ctx: &Ctx, kind: ProcessorKind, form: &ProcessorForm) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    if !serves(kind, ctx.site().merchant_country.as_deref()) {
        return Err(Refusal::ProcessorNotAvailable.into());
    }
    let mode = mode_of(&form.mode).ok_or_else(|| Failure::field("mode", Problem::NotAChoice))?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let stored = processor_config::find(tx, ctx.site().id, kind.code(), mode).await?;
        let typed = form.parse(&ctx.app, stored.as_ref().is_some_and(|s| !s.secrets.is_empty()))?;
        let settings = serde_json::to_string(&typed.public).map_err(|e| Failure::corrupt(e.to_string()))?;
        let before = stored.as_ref().map(|s| s.settings.clone());
        let secret_words = if typed.password.is_some() { "new secret" } else { "same secret" };
        let id = match stored {
            Some(old) => {
                if form.version != old.version.to_string() {
                    return Err(Refusal::Stale.into());
                }
                let (secrets, secret_hint) = match &typed.password {
                    Some(password) => (seal(&ctx.app, old.id, password), hint(password)),
                    None => (old.secrets.clone(), old.secret_hint.clone()),
                };
                let new = StoredConfig { settings: settings.clone(), secrets, secret_hint, ..old };
                if !processor_config::update(tx, &new).await? {
                    return Err(Refusal::Stale.into());
                }
                new.id
            }
            None => insert(tx, ctx, kind, &typed, settings.clone()).await?,
        };
        trail(tx, ctx, "processor.saved", id.0, before, Some(format!("{settings} ({secret_words})"))).await
    })
}

async fn insert(
    tx: &mut crate::server::store::db::Tx,
    ctx: &Ctx,
    kind: ProcessorKind,
    typed: &Typed,
    settings: String,
) -> Result<ProcessorConfigId, Failure> {
    let id: ProcessorConfigId = ctx.app.clock.id();
    let password = typed.password.as_ref().map_or("", |password| password.as_str());
    let position = processor_config::of_site(tx, ctx.site().id).await?.iter().map(|c| c.position).max().unwrap_or(0) + 1;
    let new = StoredConfig {
        id,
        site_id: ctx.site().id,
        kind: kind.code().to_owned(),
        mode: typed.mode.to_owned(),
        settings,
        secrets: seal(&ctx.app, id, password),
        secret_hint: hint(password),
        enabled: false,
        position,
        tested_at: None,
        test_ok: None,
        test_reason: None,
        version: 1,
    };
    processor_config::insert(tx, &new).await?;
    Ok(id)
}

async fn get(ctx: &Ctx, kind: ProcessorKind, mode: &str) -> Result<StoredConfig, Failure> {
    let found = read_tx!(ctx.app.db, |tx| -> Result<Option<StoredConfig>, Failure> {
        Ok(processor_config::find(tx, ctx.site().id, kind.code(), mode).await?)
    })?;
    found.ok_or(Failure::NotFound)
}

/// Calls the gateway with the stored settings and notes how that ended. No transaction is open during the call.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound` when nothing is stored; `Stale` (409) when it was changed meanwhile.
pub async fn test(ctx: &Ctx, kind: ProcessorKind, mode: &str) -> Result<Result<(), ConnectionProblem>, Failure> {
    ctx.require(Action::Administer)?;
    let stored = get(ctx, kind, mode).await?;
    let (_, config) = open(&ctx.app, &stored)?;
    let outcome = match ctx.app.processors.build(kind, &config) {
        Ok(client) => client.test_connection().await,
        Err(problem) => Err(problem),
    };
    let reason = outcome.err().map(ConnectionProblem::code);
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        if !processor_config::record_test(tx, stored.id, stored.version, now, reason).await? {
            return Err(Refusal::Stale.into());
        }
        trail(tx, ctx, "processor.tested", stored.id.0, None, Some(reason.unwrap_or("ok").to_owned())).await
    })?;
    Ok(outcome)
}

/// Offers a processor to buyers, or pauses it. Offering needs a passed connection test.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`; `SetupIncomplete` (422) when the test was not passed.
pub async fn offer(ctx: &Ctx, kind: ProcessorKind, mode: &str, enabled: bool) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let stored = processor_config::find(tx, ctx.site().id, kind.code(), mode).await?.ok_or(Failure::NotFound)?;
        if stored.enabled == enabled {
            return Ok(());
        }
        if enabled && !stored.passed_its_test() {
            return Err(Refusal::SetupIncomplete { missing: vec!["processor_test".to_owned()] }.into());
        }
        processor_config::set_enabled(tx, stored.id, enabled).await?;
        let word = |on: bool| Some(if on { "offered" } else { "paused" }.to_owned());
        trail(tx, ctx, "processor.switched", stored.id.0, word(!enabled), word(enabled)).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_shows_four_characters_of_a_long_secret_and_none_of_a_short_one() {
        assert_eq!(hint("Simulator-2026"), "••••2026");
        assert_eq!(hint("secret7"), "••••");
    }

    #[test]
    fn payflow_is_offered_where_it_is_sold() {
        for (country, expected) in [(Some("US"), true), (Some("GB"), false), (Some("RO"), false), (None, true)] {
            assert_eq!(serves(ProcessorKind::Payflow, country), expected, "{country:?}");
        }
    }

    #[test]
    fn what_the_wire_cannot_carry_is_refused_at_the_field() {
        assert_eq!(credential("a\"b"), Err(Problem::NotForThisProcessor));
        assert_eq!(credential("PayPal"), Ok("PayPal".to_owned()));
        assert!(secret("parolă-lungă").is_err() && secret("short").is_err() && secret("Simulator-2026").is_ok());
        let form = ProcessorForm { password: "Simulator-2026".into(), ..ProcessorForm::default() };
        assert!(!format!("{form:?}").contains("Simulator"));
    }
}
