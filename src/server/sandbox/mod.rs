//! Simulators of outside services, part of the product: a site in test mode talks to them over real HTTP, and so does every
//! test. They keep their own money ledger, enforce what the real service enforces, and fail on request (design.md §5).
//!
//! Nothing here ever keeps a card number or a security code: of a card, only brand and last four digits stay.

pub mod cards;
pub mod console;
pub mod control;
pub mod express;
pub mod faults;
pub mod journal;
pub mod ledger;
pub mod listeners;
pub mod nvp;
pub mod objects;
pub mod orders;
pub mod page;
pub mod payflow;
pub mod serve;
pub mod stripe;
pub mod trouble;
pub mod wpp_uk;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::{Router, routing};
use serde::{Deserialize, Serialize};

use crate::server::clock::Clock;

use faults::Faults;
use journal::{Journal, JournalError};
use ledger::Ledger;
use objects::Objects;

pub use serve::serve;

/// A merchant account the Payflow simulator knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `PARTNER`.
    pub partner: String,
    /// `VENDOR`.
    pub vendor: String,
    /// `USER`.
    pub user: String,
    /// `PWD`: not a secret, since the simulator's page shows it.
    pub password: String,
}

impl Account {
    /// The vendors of the demo's tenants: one each, so that nobody hears of another's payments.
    pub const VENDORS: [&'static str; 4] = ["lectern-demo", "cascade-learning", "thames-training", "danube-seminars"];

    /// The account of a vendor, who is its own user. All have partner `PayPal` and password `Simulator-2026`.
    pub fn of(vendor: &str) -> Self {
        let [partner, user, vendor, password] = ["PayPal", vendor, vendor, "Simulator-2026"].map(str::to_owned);
        Self { partner, vendor, user, password }
    }
}

impl Default for Account {
    /// The account of the default site of the demo, `lectern-demo`.
    fn default() -> Self {
        Self::of(Self::VENDORS[0])
    }
}

/// Who processes behind the gateway; decides which amounts trigger what (payflow-pro.md §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acquirer {
    /// The gateway's simulated processor: amounts 1001 to 1999 ask for a result.
    Simulated,
    /// PayPal: amounts above 10000 are PayPal's own codes.
    Paypal,
}

/// What can be switched while it runs, by `POST /control/settings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches {
    /// Who processes behind the gateway.
    pub acquirer: Acquirer,
    /// Amounts above 1000 (10000 with PayPal) ask for results, as on the pilot host. Off, every amount is approved.
    pub amount_triggers: bool,
    /// How long a scripted timeout hangs before the connection is dropped, in milliseconds.
    pub hang_ms: u64,
    /// Amounts from 100.00 to 199.99 ask the NVP simulators for the error of that number, as on a sandbox account with negative
    /// testing (paypal-express-checkout.md §14).
    #[serde(default)]
    pub negative_testing: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { acquirer: Acquirer::Simulated, amount_triggers: true, hang_ms: 120_000, negative_testing: false }
    }
}

/// How to start the simulators.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Who may call.
    pub accounts: Vec<Account>,
    /// Where what happened is kept, so that a restarted server finds its earlier payments; `None` keeps it in memory.
    pub journal: Option<PathBuf>,
    /// Switches at start.
    pub switches: Switches,
    /// Time and randomness.
    pub clock: Clock,
}

impl SandboxConfig {
    /// The demo's accounts, default switches, kept in memory.
    pub fn in_memory(clock: Clock) -> Self {
        Self { accounts: Account::VENDORS.map(Account::of).to_vec(), journal: None, switches: Switches::default(), clock }
    }
}

/// The simulators' shared state.
pub struct Sandbox {
    accounts: Vec<Account>,
    clock: Clock,
    inner: Mutex<Inner>,
}

/// What the lock guards. Never held across an `await`.
pub(crate) struct Inner {
    pub(crate) ledger: Ledger,
    pub(crate) objects: Objects,
    pub(crate) journal: Option<Journal>,
    pub(crate) faults: Faults,
    pub(crate) switches: Switches,
}

impl Inner {
    /// Applies an event and writes it down. A journal that cannot be written costs memory of a restart, not the answer.
    pub(crate) fn record(&mut self, event: ledger::Event) {
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(&event)
        {
            tracing::error!(%error, "the simulator's journal cannot be written");
        }
        self.apply(event);
    }

    fn apply(&mut self, event: ledger::Event) {
        match event {
            ledger::Event::Put { of, kind, id, body } => self.objects.keep(&of, &kind, &id, body),
            other => self.ledger.apply(other),
        }
    }
}

impl Sandbox {
    /// Starts from the journal, if there is one.
    ///
    /// # Errors
    /// `JournalError` when the journal cannot be opened or a line but the last cannot be read.
    pub fn new(config: SandboxConfig) -> Result<Arc<Self>, JournalError> {
        let (ledger, objects, faults) = (Ledger::default(), Objects::default(), Faults::default());
        let mut inner = Inner { ledger, objects, journal: None, faults, switches: config.switches };
        if let Some(path) = &config.journal {
            inner.journal = Some(Journal::open(path, |event| inner.apply(event))?);
        }
        Ok(Arc::new(Self { accounts: config.accounts, clock: config.clock, inner: Mutex::new(inner) }))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Inner> {
        // A test double goes on after a panic in one request: each change to the state is one whole event.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Switches at run time, as `POST /control/settings` does.
    pub fn set(&self, switches: Switches) {
        self.lock().switches = switches;
    }

    /// Scripts a fault, as `POST /control/faults` does.
    pub fn script(&self, fault: faults::Fault) {
        self.lock().faults.add(fault);
    }

    /// The simulator's own view of the money, as `GET /control/ledger` gives it.
    pub fn report(&self) -> ledger::Report {
        let inner = self.lock();
        let mut report = inner.ledger.report();
        report.add(orders::entries(&inner.objects));
        report.add(stripe::entries(&inner.objects));
        report.add(express::entries(&inner.objects));
        report.add(wpp_uk::entries(&inner.objects));
        report
    }

    /// Forgets every payment, answer and fault, as `POST /control/reset` does. Switches stay.
    ///
    /// # Errors
    /// When the journal cannot be cleared; then nothing is forgotten.
    pub fn reset(&self) -> std::io::Result<()> {
        let mut inner = self.lock();
        if let Some(journal) = &mut inner.journal {
            journal.clear()?;
        }
        inner.ledger = Ledger::default();
        inner.objects = Objects::default();
        inner.faults.clear();
        Ok(())
    }

    fn hang(&self) -> Duration {
        Duration::from_millis(self.lock().switches.hang_ms)
    }
}

/// Every route of the simulators' listener. Behind another server than [`serve`], a connection that should be dropped is
/// answered 503 instead.
pub fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/", routing::get(console::show).post(console::act))
        .route("/payflow/", routing::post(payflow::answer))
        .route("/payflow", routing::post(payflow::answer))
        .route("/payflowlink", routing::get(payflow::link::show).post(payflow::link::take))
        .route("/payflowlink/", routing::get(payflow::link::show).post(payflow::link::take))
        .nest("/paypal", orders::router())
        .nest("/stripe", stripe::router())
        .nest("/express", express::router())
        .nest("/wpp_uk", wpp_uk::router())
        .nest("/control", control::router())
        .layer(axum::extract::DefaultBodyLimit::max(256 * 1024))
        .with_state(sandbox)
}
