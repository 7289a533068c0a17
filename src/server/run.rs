//! Puts the server together and runs it until the system asks it to stop.

mod log;
pub mod shutdown;

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::read_tx;

use super::{
    clock::Clock,
    config::Config,
    failure::{Failure, Fault},
    flows::processors::{self, Mode, fields},
    jobs,
    limits::{Addresses, Limits},
    payments::registry::Processors,
    sandbox::{self, Sandbox, SandboxConfig, listeners},
    seed,
    state::{App, Parts},
    store::{
        db::{Db, DbOptions, StoreError},
        migrate, processor_config, site, site_admin,
    },
    vault::Vault,
    web::{self, accept::Patience, assets},
};

pub use log::start as start_log;
pub use shutdown::{Shutdown, Stop};

const WORKER_STOPS_WITHIN: Duration = Duration::from_secs(10);

/// Why the server does not start: one line, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}: {source}. Is another server running there? Choose another address with --{option}")]
    Listen {
        /// Which.
        addr: SocketAddr,
        /// The option that changes it.
        option: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database cannot be opened or brought up to date.
    #[error("{}", database_advice(.0))]
    Database(#[source] StoreError),
    /// Something in the settings does not fit.
    #[error("{0}")]
    Settings(String),
    /// The demo could not be loaded, or the work failed otherwise.
    #[error("{0}")]
    Work(String),
}

/// What a person can do about a database that does not open.
fn database_advice(error: &StoreError) -> String {
    let advice = match error {
        StoreError::Locked { .. } => "stop that server first, or choose another file with --database",
        StoreError::NewerSchema { .. } => "this database belongs to a newer release of lectern",
        StoreError::EditedMigration { .. } => "this program and this database do not belong together",
        StoreError::EngineTooOld { .. } => "update the database server",
        StoreError::Url(_) => "give it with --database or LECTERN_DATABASE",
        StoreError::Unreachable(_) | StoreError::Exhausted | StoreError::File { .. } => {
            "check --database (or LECTERN_DATABASE) and that it runs"
        }
        StoreError::Corrupt(_) => "restore a backup, or ask for help",
        StoreError::Pending { .. } => "run `lectern migrate`",
        StoreError::Migration { .. } => "nothing was changed; the older program still runs on it",
        StoreError::Missing
        | StoreError::Contention(_)
        | StoreError::Duplicate(_)
        | StoreError::Constraint(_)
        | StoreError::Statement(_)
        | StoreError::Nul { .. }
        | StoreError::Encode { .. }
        | StoreError::AfterFailure
        | StoreError::CommitUnknown(_)
        | StoreError::Closed => "try again",
    };
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}").replace('\n', " "));
        source = cause.source();
    }
    format!("{text}; {advice}")
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}

impl From<Failure> for StartError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fault(Fault::Store(error)) => Self::Database(error),
            other => Self::Work(other.to_string()),
        }
    }
}

/// Opens the database of `config` for this server alone, and brings it up to date.
///
/// # Errors
/// `Database`.
pub async fn open_database(config: &Config) -> Result<Db, StartError> {
    let options = DbOptions { exclusive: true, ..DbOptions::default() };
    let db = Db::open(config.database.expose_secret(), &options).await?;
    migrate::migrate(&db).await?;
    Ok(db)
}

/// The shared parts, over an open database.
///
/// # Errors
/// `Settings`.
pub fn app(config: Config, db: Db, clock: Clock) -> Result<App, StartError> {
    let vault = Vault::parse(config.secret_key.expose_secret()).map_err(|e| StartError::Settings(e.to_string()))?;
    let processors = Processors::new(clock.clone()).map_err(StartError::Settings)?;
    let addresses = if config.demo { Addresses::AllButLoopback } else { Addresses::All };
    let limits = Limits::new(clock.clone(), addresses);
    let leptos = assets::leptos_options(&config.site_root);
    Ok(App::new(Parts { config, db, clock, vault, processors, limits, leptos }))
}

/// Listens on `addr`.
///
/// # Errors
/// `Listen`, naming the option that changes the address.
pub async fn listen(addr: SocketAddr, option: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(addr).await.map_err(|source| StartError::Listen { addr, option, source })
}

/// Serves the product on listeners that are open already, until `stop`. The simulators outlive the last request and job, which
/// may be in the middle of a payment.
///
/// # Errors
/// `Settings`.
pub async fn serve_on(
    app: App,
    listener: TcpListener,
    simulators: Option<(TcpListener, Arc<Sandbox>)>,
    patience: Patience,
    stop: Shutdown,
) -> Result<(), StartError> {
    let router = web::router(&app).map_err(|e| StartError::Settings(format!("base_url: {e}")))?;
    let (stop_simulators, simulators_stop) = shutdown::channel();
    let simulators = simulators.map(|(listener, sandbox)| tokio::spawn(sandbox::serve(listener, sandbox, simulators_stop.wait())));
    let worker = tokio::spawn(jobs::run(app.clone(), stop.clone().wait()));
    web::accept::serve(listener, router, patience, stop.wait()).await;
    if timeout(WORKER_STOPS_WITHIN, worker).await.is_err() {
        tracing::warn!("the worker did not stop in time; its job will be run again");
    }
    stop_simulators.now();
    if let Some(simulators) = simulators {
        let _ = timeout(WORKER_STOPS_WITHIN, simulators).await;
    }
    app.db.close().await;
    Ok(())
}

/// `lectern serve`.
///
/// # Errors
/// Whatever keeps it from starting.
pub async fn serve(mut config: Config) -> Result<(), StartError> {
    // Doors first: a port that is taken is told before a database is touched.
    let listener = listen(config.listen, "listen").await?;
    config.listens_on(listener.local_addr().unwrap_or(config.listen));
    let simulators = match config.sandbox {
        Some(addr) => {
            let listener = listen(addr, "sandbox").await?;
            config.sandbox = listener.local_addr().ok().or(config.sandbox);
            Some((listener, simulators(&config)?))
        }
        None => None,
    };
    let patience = Patience { connections_max: config.connections_max, ..Patience::default() };
    let db = open_database(&config).await?;
    let app = app(config, db, Clock::System)?;
    if app.config.demo {
        seed::demo(&app).await?;
        if let Some((_, sandbox)) = &simulators {
            hear_of_payments(&app, sandbox).await?;
        }
    }
    let (stop, shutdown) = shutdown::channel();
    tokio::spawn(async move {
        if let Err(error) = shutdown::asked_by_system().await {
            tracing::error!(%error, "cannot listen for signals");
        }
        tracing::info!("stopping: running requests may finish");
        stop.now();
    });
    greet(&app.config);
    serve_on(app, listener, simulators, patience, shutdown).await
}

/// Registers every site's notice addresses where its merchant would, in the consoles of the simulators.
///
/// # Errors
/// `Database`.
pub async fn hear_of_payments(app: &App, sandbox: &Sandbox) -> Result<(), StartError> {
    let sites = read_tx!(app.db, |tx| -> Result<_, StoreError> {
        let mut sites = Vec::new();
        for summary in site_admin::sites(tx).await? {
            sites.push((site::get(tx, summary.id).await?, processor_config::of_site(tx, summary.id).await?));
        }
        Ok(sites)
    })?;
    for (site, configured) in sites {
        for stored in configured.iter().filter(|stored| stored.mode == Mode::Test.code()) {
            // What cannot be opened cannot be paid with either; whoever tries is told why.
            let Ok((kind, config)) = processors::open(app, stored) else { continue };
            let address = fields::of(kind).and_then(|product| product.notice_url(app, &site));
            if let Some((account, address)) = listeners::account_of(kind, &config).zip(address) {
                sandbox.listen(kind.code(), &account, &address);
            }
        }
    }
    Ok(())
}

/// The payment simulators of `config`; what happened there lies beside the database.
///
/// # Errors
/// `Settings` when their journal cannot be read.
pub fn simulators(config: &Config) -> Result<Arc<Sandbox>, StartError> {
    let journal = config.path_beside("simulators.jsonl");
    let settings = SandboxConfig { journal, ..SandboxConfig::in_memory(Clock::System) };
    Sandbox::new(settings).map_err(|e| StartError::Settings(format!("the simulators' journal: {e}")))
}

/// Says where to go. Whoever started the server may have stopped listening to it: that must not end it, as `println!` would.
fn greet(config: &Config) {
    let mut words = format!("Lectern    {}\n", config.base_url);
    if let Some(url) = config.sandbox_url() {
        words += &format!("Simulators {url}\n");
    }
    if config.demo {
        words += &format!("Sign in    {}/sign-in with password {}\n", config.base_url, seed::PASSWORD);
        words += "           manager@demo.test, admin@demo.test, division@demo.test or host@demo.test\n";
    }
    let _ = std::io::stdout().write_all(words.as_bytes());
}
