//! The processors of the demo's tenants, with the accounts that the simulators know.

use serde_json::{Value, json};

use crate::{
    domain::{
        ids::{ProcessorConfigId, SiteId},
        time::Timestamp,
    },
    server::{
        failure::Failure,
        flows::processors::{self, Demo, form::Secrets},
        payments::ProcessorKind,
        sandbox::{Account, nvp, orders, stripe},
        state::App,
        store::{db::Tx, processor_config},
    },
};

/// Where transfers to Acme go: the account is made up, its check digits are right.
const ACME_TRANSFERS: &str = "Account holder: Acme Academy SRL\nIBAN: RO81 DEMO RONC RT01 2345 6789\nBank: Demo Bank, Bucharest (BIC DEMOROBU)\nPlease write only the reference on the transfer.";
/// Where transfers to Thames Training go: made up, too.
const THAMES_TRANSFERS: &str = "Account name: Thames Training Ltd\nSort code: 00-00-00\nAccount number: 12345678\nBank: Demo Bank, London\nPlease quote only the reference.";

/// Whether buyers are offered it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Offered,
    /// Set up and paused: one press away.
    Paused,
}

/// One processor of a tenant.
pub(super) struct Setup {
    kind: ProcessorKind,
    settings: Value,
    secrets: Secrets,
    standing: Standing,
}

impl Setup {
    fn new(kind: ProcessorKind, settings: Value, secrets: &[(&str, &str)]) -> Self {
        let secrets = secrets.iter().fold(Secrets::default(), |all, (name, value)| all.with(name, value));
        Self { kind, settings, secrets, standing: Standing::Offered }
    }
}

/// Acme: cards typed here, PayPal, transfers; and another way to take cards, paused.
pub(super) fn acme() -> Vec<Setup> {
    let account = Account::default();
    let settings = json!({ "partner": account.partner, "vendor": account.vendor, "user": account.user, "card_scope_accepted": true });
    vec![
        Setup::new(ProcessorKind::Payflow, settings, &[("password", &account.password)]),
        wallet(&account),
        transfers(ACME_TRANSFERS),
        Setup { standing: Standing::Paused, ..hosted(stripe::DEMO) },
    ]
}

/// Cascade Learning, a merchant in the US: cards sent from the buyer's browser to the gateway, Express Checkout.
pub(super) fn cascade() -> Vec<Setup> {
    let account = Account::of("cascade-learning");
    let settings = json!({ "partner": account.partner, "vendor": account.vendor, "user": account.user, "card_entry": "gateway" });
    let cards = Setup::new(ProcessorKind::Payflow, settings, &[("password", &account.password)]);
    vec![cards, signed(ProcessorKind::Express, &account, json!({}))]
}

/// Thames Training, a merchant in the UK: cards by Website Payments Pro, transfers.
pub(super) fn thames() -> Vec<Setup> {
    let scope = json!({ "card_scope_accepted": true });
    vec![signed(ProcessorKind::WppUk, &Account::of("thames-training"), scope), transfers(THAMES_TRANSFERS)]
}

/// Danube Seminars, a merchant in Romania: cards on Stripe's page, PayPal.
pub(super) fn danube() -> Vec<Setup> {
    vec![hosted(stripe::DANUBE), wallet(&Account::of("danube-seminars"))]
}

fn wallet(account: &Account) -> Setup {
    let settings = json!({ "client_id": account.vendor, "webhook_id": orders::webhook_id(&account.vendor) });
    Setup::new(ProcessorKind::Orders, settings, &[("client_secret", &account.password)])
}

fn hosted(account: stripe::Account) -> Setup {
    let secrets = [("secret_key", account.secret_key), ("webhook_secret", account.webhook_secret)];
    Setup::new(ProcessorKind::Stripe, json!({}), &secrets)
}

fn transfers(instructions: &str) -> Setup {
    Setup::new(ProcessorKind::Offline, json!({ "instructions": instructions, "days": 14 }), &[])
}

/// A product of PayPal's name-value interface.
fn signed(kind: ProcessorKind, account: &Account, mut settings: Value) -> Setup {
    settings["api_username"] = account.user.as_str().into();
    settings["merchant_id"] = nvp::merchant_id(&account.user).into();
    let signature = nvp::signature(&account.user);
    Setup::new(kind, settings, &[("api_password", &account.password), ("api_signature", &signature)])
}

/// Writes them down in order of display, as tested a moment ago.
pub(super) async fn add(app: &App, tx: &mut Tx, site: SiteId, all: Vec<Setup>, now: Timestamp) -> Result<(), Failure> {
    for (position, Setup { kind, settings, secrets, standing }) in (1_i64..).zip(all) {
        let id: ProcessorConfigId = app.clock.id();
        let demo = Demo { position, settings, secrets };
        processor_config::insert(tx, &processors::simulated(app, (id, site), kind, demo)?).await?;
        processor_config::record_test(tx, id, 1, now, None).await?;
        processor_config::set_enabled(tx, id, standing == Standing::Offered).await?;
    }
    Ok(())
}
