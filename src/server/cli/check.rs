//! Commands that look and change nothing.

use secrecy::ExposeSecret as _;

use super::Stopped;
use crate::server::{
    clock::Clock,
    config::{CommonOptions, Config, ServeOptions},
    run::{self, StartError},
    store::db::{Db, DbOptions},
    verify,
};

/// `lectern verify`: one line per invariant.
pub async fn verify(common: &CommonOptions, simulators: Option<&str>) -> Result<(), Stopped> {
    let config = Config::load(common, &ServeOptions::default())?;
    let options = DbOptions { create: false, ..DbOptions::default() };
    let db = Db::open(config.database.expose_secret(), &options).await.map_err(StartError::from)?;
    let app = run::app(config, db, Clock::System)?;
    let checks = verify::run(&app, simulators).await.map_err(StartError::from)?;
    app.db.close().await;
    for check in &checks {
        println!("{}  {check}", if check.holds() { "ok  " } else { "FAIL" });
    }
    if checks.iter().all(verify::Check::holds) { Ok(()) } else { Err(Stopped::Violations) }
}

/// `lectern check-config`: what the settings mean, without their secrets.
pub async fn print_settings(config: &Config) {
    let none = || "none".to_owned();
    println!("listen           {}", config.listen);
    println!("base_url         {}", config.base_url);
    println!("database         {}", without_password(config.database.expose_secret()));
    println!("sandbox          {}", config.sandbox.map_or_else(none, |addr| addr.to_string()));
    println!("demo             {}", config.demo);
    println!(
        "site_root        {}{}",
        config.site_root.display(),
        if config.site_root.is_dir() { "" } else { " (missing: run `cargo xtask build`)" }
    );
    println!("trusted_proxies  {}", config.trusted_proxies.len());
    println!("connections_max  {}", config.connections_max);
    println!("secret_key       set");
    println!("sealed_secrets   {}", super::rotate::sealed(config).await);
}

/// `postgres://user:secret@host/name` without the secret; options after `?` may hold one too.
fn without_password(url: &str) -> String {
    let (url, options) = url.split_once('?').map_or((url, ""), |(url, _)| (url, "?…"));
    let shown = match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (user, host))) => format!("{scheme}://{}@{host}", user.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    };
    shown + options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        assert_eq!(without_password("postgres://ana:p@ss:word@db/lectern?password=x"), "postgres://ana@db/lectern?…");
        assert_eq!(without_password("postgres://db/lectern"), "postgres://db/lectern");
        assert_eq!(without_password("sqlite:data/lectern.db"), "sqlite:data/lectern.db");
    }
}
