//! `lectern rotate-key`, and what `check-config` says about the keys in use.

use secrecy::ExposeSecret as _;

use super::Stopped;
use crate::server::{
    config::{CommonOptions, Config, ServeOptions},
    flows::processors::rotate::{self, Rotation, Standing},
    run::StartError,
    store::db::{Db, DbOptions},
    vault::Vault,
};

async fn open(config: &Config) -> Result<(Db, Vault), Stopped> {
    let vault = Vault::parse(config.secret_key.expose_secret()).map_err(|e| Stopped::Usage(e.to_string()))?;
    let options = DbOptions { create: false, ..DbOptions::default() };
    let db = Db::open(config.database.expose_secret(), &options).await.map_err(StartError::from)?;
    Ok((db, vault))
}

/// Seals every secret with the first key.
pub async fn rotate_key(common: &CommonOptions) -> Result<(), Stopped> {
    let config = Config::load(common, &ServeOptions::default())?;
    let (db, vault) = open(&config).await?;
    let done = rotate::rotate(&db, &vault).await;
    db.close().await;
    let done = done.map_err(|e| Stopped::Failed(e.to_string()))?;
    print(&done);
    if done.is_complete() { Ok(()) } else { Err(Stopped::Failed("not every secret is sealed with the first key".to_owned())) }
}

fn print(done: &Rotation) {
    println!("sealed anew with the first key    {}", done.resealed);
    println!("sealed with it already            {}", done.current);
    if done.busy > 0 {
        println!("being changed, run this again     {}", done.busy);
    }
    for (id, why) in &done.unreadable {
        println!("cannot be opened                  processor configuration {id}: {why}");
    }
    if done.is_complete() {
        println!("The first key opens everything: the others can go once every server runs with it.");
    } else {
        println!("Keep every key: not all secrets are sealed with the first one.");
    }
}

/// One line about the secrets at rest. A database that is not there is no mistake: a first start makes it.
pub async fn sealed(config: &Config) -> String {
    let Ok((db, vault)) = open(config).await else { return "not known (the database cannot be opened)".to_owned() };
    let standing = rotate::standing(&db, &vault).await;
    db.close().await;
    match standing {
        Ok(standing) => words(&standing),
        Err(_) => "not known (the database is not up to date)".to_owned(),
    }
}

fn words(standing: &Standing) -> String {
    let Standing { current, stale, unreadable } = standing;
    let mut words = format!("{current} with the first key");
    if *stale > 0 {
        words += &format!(", {stale} with an older one (run `lectern rotate-key`)");
    }
    if !unreadable.is_empty() {
        words += &format!(", {} that no key opens", unreadable.len());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_remains_is_said() {
        assert_eq!(words(&Standing { current: 3, ..Standing::default() }), "3 with the first key");
        let words = words(&Standing { current: 1, stale: 2, unreadable: Vec::new() });
        assert!(words.contains("2 with an older one") && words.contains("rotate-key"), "{words}");
    }
}
