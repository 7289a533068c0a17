//! The command line (design.md §7). Exit codes: 0 done, 1 a check failed or the work could not be done, 2 wrong usage or
//! configuration; then one line on standard error says why and what to do.

mod check;
mod person;
mod rotate;

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use secrecy::ExposeSecret as _;

use super::{
    clock::Clock,
    config::{CommonOptions, Config, ConfigError, ServeOptions},
    run::{self, StartError, shutdown},
    sandbox, seed,
    store::{
        db::{Db, DbOptions},
        migrate,
    },
};

const EXAMPLES: &str = "\
Examples:
  lectern serve --demo                          try it: demo site and payment simulators on this machine
  lectern serve --database postgres://db/lectern --base-url https://training.example
  lectern user add --email ana@example.com --name 'Ana Pop' --role site_admin
  lectern verify                                check the books; exit code 1 when something is wrong

Every option can also be set in the environment (LECTERN_LISTEN, LECTERN_DATABASE, …) or in lectern.toml (listen = '…').
An option wins over the environment, the environment over the file. The secret key is never an option:
  LECTERN_SECRET_KEY=$(head -c 32 /dev/urandom | base64)";

/// Sells seats in live training and charges hosts for running it.
#[derive(Parser, Debug)]
#[command(name = "lectern", version, about, after_help = EXAMPLES, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: CommonOptions,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Run the server: brings the database up to date, then serves until it is asked to stop (SIGTERM, Ctrl-C).
    #[command(
        after_help = "Examples:\n  lectern serve --demo\n  lectern serve --listen 0.0.0.0:80 --base-url https://training.example --trusted-proxy 10.0.0.0/8"
    )]
    Serve(ServeOptions),
    /// Bring the database up to date and stop.
    Migrate,
    /// Load data.
    #[command(subcommand)]
    Seed(Seed),
    /// Check the invariants of money and seats, one line each; exit code 1 when one is violated. Runs beside a server.
    #[command(after_help = "Example:\n  lectern verify --simulators http://127.0.0.1:3001")]
    Verify(VerifyOptions),
    /// People who can sign in.
    #[command(subcommand)]
    User(User),
    /// Read the settings, say what they mean, and stop.
    CheckConfig(ServeOptions),
    /// Seal every stored secret with the first key of LECTERN_SECRET_KEY. Runs beside servers, and again after an interruption; exit
    /// code 1 when a secret cannot be opened.
    #[command(
        after_help = "To change the key: start every server with LECTERN_SECRET_KEY=new,old, run this with the same two, then start every server with the new one alone.\n\nExample:\n  LECTERN_SECRET_KEY=\"$NEW,$OLD\" lectern rotate-key"
    )]
    RotateKey,
    /// Run the payment simulators alone.
    Sandbox(SandboxOptions),
}

#[derive(Subcommand, Debug)]
enum Seed {
    /// The demo site: sessions, people, promo codes, a card processor. Does nothing where it is already.
    Demo,
}

#[derive(Subcommand, Debug)]
enum User {
    /// Add somebody. The password comes from LECTERN_PASSWORD, or is asked for on a terminal, or is made and printed once.
    #[command(
        after_help = "Example:\n  LECTERN_PASSWORD='correct horse battery' lectern user add --email ana@example.com --name 'Ana Pop' --role host"
    )]
    Add(person::AddOptions),
}

#[derive(Args, Debug)]
struct VerifyOptions {
    /// Also compare with the payment simulators at this address.
    #[arg(long, env = "LECTERN_SIMULATORS", value_name = "URL")]
    simulators: Option<String>,
}

#[derive(Args, Debug)]
struct SandboxOptions {
    /// Address and port to answer on.
    #[arg(long, env = "LECTERN_SANDBOX", value_name = "ADDR", default_value = "127.0.0.1:3001")]
    listen: SocketAddr,
}

/// Why a command stops without being done.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    /// Exit code 2.
    #[error("{0}")]
    Usage(String),
    /// Exit code 1.
    #[error("{0}")]
    Failed(String),
    /// Exit code 1; what is wrong was said already.
    #[error("violations were found")]
    Violations,
}

impl From<ConfigError> for Stopped {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<StartError> for Stopped {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Listen { .. } | StartError::Database(_) | StartError::Settings(_) => Self::Usage(error.to_string()),
            StartError::Work(_) => Self::Failed(error.to_string()),
        }
    }
}

/// Runs the command line and says how it ended.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    run::start_log();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Stopped::Failed(format!("cannot start threads: {e}")))
        .and_then(|runtime| runtime.block_on(obey(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(stopped) => {
            eprintln!("lectern: {stopped}");
            match stopped {
                Stopped::Usage(_) => ExitCode::from(2),
                Stopped::Failed(_) | Stopped::Violations => ExitCode::FAILURE,
            }
        }
    }
}

async fn obey(cli: Cli) -> Result<(), Stopped> {
    let common = &cli.common;
    match cli.command {
        Command::Serve(options) => Ok(run::serve(Config::load(common, &options)?).await?),
        Command::Migrate => migrate_only(common).await,
        Command::Seed(Seed::Demo) => seed_demo(common).await,
        Command::Verify(options) => check::verify(common, options.simulators.as_deref()).await,
        Command::User(User::Add(options)) => person::add(common, options).await,
        Command::CheckConfig(options) => {
            check::print_settings(&Config::load(common, &options)?).await;
            Ok(())
        }
        Command::RotateKey => rotate::rotate_key(common).await,
        Command::Sandbox(options) => sandbox_alone(common, options.listen).await,
    }
}

async fn migrate_only(common: &CommonOptions) -> Result<(), Stopped> {
    let url = Config::load_database(common)?;
    let options = DbOptions { exclusive: true, ..DbOptions::default() };
    let db = Db::open(url.expose_secret(), &options).await.map_err(StartError::from)?;
    migrate::migrate(&db).await.map_err(StartError::from)?;
    db.close().await;
    println!("The {} database is up to date.", db.engine());
    Ok(())
}

async fn seed_demo(common: &CommonOptions) -> Result<(), Stopped> {
    let config = Config::load(common, &ServeOptions { demo: true, ..ServeOptions::default() })?;
    let db = run::open_database(&config).await?;
    let app = run::app(config, db, Clock::System)?;
    seed::demo(&app).await.map_err(StartError::from)?;
    app.db.close().await;
    println!("The demo site is there. Sign in as admin@demo.test with password {}.", seed::PASSWORD);
    Ok(())
}

async fn sandbox_alone(common: &CommonOptions, addr: SocketAddr) -> Result<(), Stopped> {
    let config = Config::load(common, &ServeOptions { demo: true, ..ServeOptions::default() })?;
    let listener = run::listen(addr, "listen").await?;
    let sandbox = run::simulators(&config)?;
    println!("Simulators http://{addr}");
    let stop = async {
        if let Err(error) = shutdown::asked_by_system().await {
            tracing::error!(%error, "cannot listen for signals");
        }
    };
    sandbox::serve(listener, sandbox, stop).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret() {
        fn options(command: &clap::Command) -> Vec<String> {
            let own = command.get_arguments().filter_map(|a| a.get_long().map(str::to_owned));
            own.chain(command.get_subcommands().flat_map(options)).collect()
        }
        let options = options(&Cli::command());
        assert!(options.contains(&"listen".to_owned()));
        assert!(!options.iter().any(|o| o.contains("password") || o.contains("key") || o.contains("secret")), "{options:?}");
    }
}
