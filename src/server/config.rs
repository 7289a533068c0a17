//! Settings, read once at start: command-line option, else environment (`LECTERN_…`), else `lectern.toml`, else a default.
//! Secrets come from the environment or a file, never from an option, where every user of the machine could read them.

mod file;
mod key;
mod network;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

pub use file::FileSettings;
pub use network::Network;

/// Where the server answers unless told otherwise.
pub const LISTEN: &str = "127.0.0.1:3000";
const DATABASE: &str = "sqlite:data/lectern.db";
/// Where `cargo leptos` puts the browser's files.
const SITE_ROOT: &str = "target/site";
const CONNECTIONS_MAX: usize = 2048;

/// Why the settings cannot be used: one line, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// Settings that every command understands.
#[derive(Args, Clone, Debug, Default)]
pub struct CommonOptions {
    /// Settings file (TOML). Without this option `lectern.toml` is read when it exists.
    #[arg(long, env = "LECTERN_CONFIG", value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Database: sqlite:PATH or postgres://USER@HOST/NAME. [default: sqlite:data/lectern.db]
    ///
    /// An address with a password belongs into the environment or the settings file: options are visible to other users.
    #[arg(long, env = "LECTERN_DATABASE", hide_env_values = true, value_name = "URL", global = true)]
    pub database: Option<String>,
}

/// Settings of a running server.
#[derive(Args, Clone, Debug, Default)]
pub struct ServeOptions {
    /// Address and port to answer on. [default: 127.0.0.1:3000]
    #[arg(long, env = "LECTERN_LISTEN", value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Also run the payment simulators, on this address. With --demo: 127.0.0.1:3001 unless given.
    #[arg(long, env = "LECTERN_SANDBOX", value_name = "ADDR")]
    pub sandbox: Option<SocketAddr>,
    /// Load the demo site on first run, and make a secret key beside the database when none is given.
    #[arg(long, env = "LECTERN_DEMO", value_parser = clap::builder::FalseyValueParser::new())]
    pub demo: bool,
    /// The address people use, such as https://training.example; cookies are Secure when it is https. [default: http://LISTEN]
    #[arg(long, env = "LECTERN_BASE_URL", value_name = "URL")]
    pub base_url: Option<String>,
    /// Folder with the browser's files, as `cargo xtask build` makes it. [default: `site` beside the program, else target/site]
    #[arg(long, env = "LECTERN_SITE_ROOT", value_name = "DIR")]
    pub site_root: Option<PathBuf>,
    /// Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be repeated or separated by commas. [default: none]
    #[arg(long = "trusted-proxy", env = "LECTERN_TRUSTED_PROXIES", value_name = "NET", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,
    /// Connections served at the same time; more wait. [default: 2048]
    #[arg(long, env = "LECTERN_CONNECTIONS_MAX", value_name = "N")]
    pub connections_max: Option<usize>,
}

/// What the server runs with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it answers.
    pub listen: SocketAddr,
    /// The database; may hold a password.
    pub database: SecretString,
    /// Where the payment simulators answer, if they run.
    pub sandbox: Option<SocketAddr>,
    /// Demo mode: demo data, and no limits per address on loopback.
    pub demo: bool,
    /// The address people use, without a slash at the end.
    pub base_url: String,
    /// The browser's files.
    pub site_root: PathBuf,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Connections served at the same time.
    pub connections_max: usize,
    /// The vault's keys, as `Vault::parse` reads them.
    pub secret_key: SecretString,
}

impl Config {
    /// Combines options (and, through them, the environment) with the settings file.
    ///
    /// # Errors
    /// When the file cannot be read or understood, a value makes no sense, or there is no secret key.
    pub fn load(common: &CommonOptions, serve: &ServeOptions) -> Result<Self, ConfigError> {
        let file = FileSettings::read(common.config.as_deref())?;
        let database = database(common, &file);
        let demo = serve.demo || file.demo.unwrap_or_default();
        let listen = serve.listen.or(file.listen).unwrap_or(default_listen());
        let base_url = serve.base_url.clone().or(file.base_url.clone()).unwrap_or_else(|| format!("http://{listen}"));
        let trusted_proxies =
            if serve.trusted_proxies.is_empty() { file.trusted_proxies.clone().unwrap_or_default() } else { serve.trusted_proxies.clone() };
        Ok(Self {
            listen,
            sandbox: serve.sandbox.or(file.sandbox).or_else(|| demo.then(|| SocketAddr::from(([127, 0, 0, 1], 3001)))),
            demo,
            base_url: parse_base_url(&base_url)?,
            site_root: serve.site_root.clone().or(file.site_root.clone()).unwrap_or_else(default_site_root),
            trusted_proxies,
            connections_max: serve.connections_max.or(file.connections_max).unwrap_or(CONNECTIONS_MAX).max(1),
            secret_key: key::find(&database, demo, &file)?,
            database: database.into(),
        })
    }

    /// The database alone, for commands that need no more.
    ///
    /// # Errors
    /// When the settings file cannot be read or understood.
    pub fn load_database(common: &CommonOptions) -> Result<SecretString, ConfigError> {
        let file = FileSettings::read(common.config.as_deref())?;
        Ok(database(common, &file).into())
    }

    /// The address that was really bound: port 0 asks the system for a free one.
    pub fn listens_on(&mut self, bound: SocketAddr) {
        if self.base_url == format!("http://{}", self.listen) {
            self.base_url = format!("http://{bound}");
        }
        self.listen = bound;
    }

    /// Whether people reach the server by https, by itself or through a proxy.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Where a companion of the database lies; none for a database in memory.
    pub fn path_beside(&self, extension: &str) -> Option<PathBuf> {
        key::path_beside(self.database.expose_secret(), extension)
    }

    /// The payment simulators' address, if they run.
    pub fn sandbox_url(&self) -> Option<String> {
        self.sandbox.map(|addr| format!("http://{addr}"))
    }
}

fn database(common: &CommonOptions, file: &FileSettings) -> String {
    common.database.clone().or(file.database.clone()).unwrap_or_else(|| DATABASE.to_owned())
}

/// `cargo xtask build` puts the browser's files beside the program, and so does who installs both elsewhere.
fn default_site_root() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("site")));
    beside.filter(|site| site.is_dir()).unwrap_or_else(|| SITE_ROOT.into())
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 3000))
}

/// An origin: scheme, host and port, nothing after it.
fn parse_base_url(text: &str) -> Result<String, ConfigError> {
    let wrong = || ConfigError(format!("base_url must be an origin such as https://training.example, not {text:?}"));
    let text_without_slash = text.strip_suffix('/').unwrap_or(text);
    let uri: axum::http::Uri = text_without_slash.parse().map_err(|_| wrong())?;
    let is_origin = matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.authority().is_some_and(|a| !a.as_str().contains('@'))
        && matches!(uri.path(), "" | "/")
        && uri.query().is_none();
    if is_origin { Ok(text_without_slash.to_ascii_lowercase()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin() {
        assert_eq!(parse_base_url("https://Training.example/").as_deref(), Ok("https://training.example"));
        assert_eq!(parse_base_url("http://127.0.0.1:3000").as_deref(), Ok("http://127.0.0.1:3000"));
        for bad in ["training.example", "ftp://a.example", "https://a.example/x", "https://u@a.example", "https://a.example?x=1", ""] {
            assert!(parse_base_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_option_wins_over_the_file_and_the_file_over_the_default() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.toml");
        let key = crate::server::vault::Vault::new_key(&crate::server::clock::Clock::System);
        std::fs::write(&path, format!("listen = '127.0.0.1:4000'\nconnections_max = 7\nsecret_key = '{key}'\n")).unwrap();
        let common = CommonOptions { config: Some(path), database: Some("sqlite:other.db".into()) };
        let serve = ServeOptions { listen: "127.0.0.1:5000".parse().ok(), ..ServeOptions::default() };
        let config = Config::load(&common, &serve).unwrap();
        assert_eq!(config.listen.port(), 5000);
        assert_eq!(config.connections_max, 7);
        assert_eq!(config.base_url, "http://127.0.0.1:5000");
        assert_eq!(config.site_root, PathBuf::from("target/site"));
        assert!(!format!("{config:?}").contains(&key), "secrets stay out of logs");
    }
}
