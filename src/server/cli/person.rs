//! `lectern user add`.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use clap::Args;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::Stopped;
use crate::domain::{
    form::Problem,
    role::Role,
    text::{Email, parse_line},
};
use crate::server::{
    auth::{self, PASSWORD_MAX, PASSWORD_MIN},
    clock::Clock,
    config::{CommonOptions, Config},
    failure::{Failure, Fault},
    run::StartError,
    store::{
        db::{Db, DbOptions, StoreError},
        migrate,
        person::{self, PersonRecord},
        site,
    },
};
use crate::write_tx;

const NAME_MAX: usize = 120;

/// Who is added.
#[derive(Args, Debug)]
pub struct AddOptions {
    /// E-mail address; it is what they sign in with.
    #[arg(long)]
    email: String,
    /// Name, as others see it.
    #[arg(long)]
    name: String,
    /// What they are.
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(Role::ALL.map(Role::code)))]
    role: String,
    /// Host name of their site; account managers have none. [default: the default site]
    #[arg(long, value_name = "HOST")]
    site: Option<String>,
}

/// Adds somebody.
pub async fn add(common: &CommonOptions, options: AddOptions) -> Result<(), Stopped> {
    let email = Email::parse(&options.email).map_err(|problem| not_usable("--email", &problem))?;
    let name = parse_line(&options.name, NAME_MAX).map_err(|problem| not_usable("--name", &problem))?;
    let role = Role::from_code(&options.role).ok_or_else(|| not_usable("--role", &Problem::NotAChoice))?;
    let url = Config::load_database(common)?;
    let (password, is_ours) = password()?;
    // Beside a running server: one short transaction disturbs nobody.
    let db = Db::open(url.expose_secret(), &DbOptions::default()).await.map_err(StartError::from)?;
    migrate::migrate(&db).await.map_err(StartError::from)?;
    let clock = Clock::System;
    let password_hash = auth::hash_password(&clock, &password).await.map_err(|e| Stopped::Failed(e.to_string()))?;
    let record = PersonRecord {
        id: clock.id(),
        site: None,
        division: None,
        email: email.to_string(),
        name,
        role,
        password_hash,
        is_disabled: false,
    };
    let host = options.site.as_deref().unwrap_or_default().to_ascii_lowercase();
    insert(&db, &record, &email, &host, &clock).await?;
    db.close().await;
    println!("{} can sign in as {}.", email, role.code());
    if is_ours {
        println!("Password (shown this once): {}", password.as_str());
    }
    Ok(())
}

fn not_usable(option: &str, problem: &Problem) -> Stopped {
    Stopped::Usage(format!("{option} cannot be used: {problem}"))
}

async fn insert(db: &Db, record: &PersonRecord, email: &Email, host: &str, clock: &Clock) -> Result<(), Stopped> {
    let is_new = write_tx!(db, |tx| -> Result<bool, Failure> {
        let mut record = record.clone();
        if record.role != Role::AccountManager {
            let site = site::find_by_host(tx, host).await?.ok_or(Failure::NotFound)?;
            if !host.is_empty() && site.host != host {
                return Err(Failure::NotFound);
            }
            record.site = Some(site.id);
        }
        Ok(person::insert(tx, &record, &email.normalised(), clock.now()).await?)
    });
    match is_new {
        Ok(true) => Ok(()),
        Ok(false) => Err(Stopped::Failed(format!("somebody has the address {email} already"))),
        Err(Failure::NotFound) => {
            Err(Stopped::Failed("there is no such site; name one with --site, or load one with `lectern seed demo`".into()))
        }
        Err(Failure::Fault(Fault::Store(error))) => Err(store_failed(error)),
        Err(failure) => Err(Stopped::Failed(failure.to_string())),
    }
}

fn store_failed(error: StoreError) -> Stopped {
    StartError::from(error).into()
}

/// The password, and whether we made it.
fn password() -> Result<(Zeroizing<String>, bool), Stopped> {
    if let Ok(given) = std::env::var("LECTERN_PASSWORD") {
        return strong(Zeroizing::new(given)).map(|password| (password, false));
    }
    if std::io::stdin().is_terminal() {
        let typed = ask().map_err(|e| Stopped::Failed(format!("cannot read the password: {e}")))?;
        if !typed.is_empty() {
            return strong(typed).map(|password| (password, false));
        }
    }
    Ok((Zeroizing::new(Clock::System.token()), true))
}

fn strong(password: Zeroizing<String>) -> Result<Zeroizing<String>, Stopped> {
    let is_usable = password.chars().count() >= PASSWORD_MIN && password.len() <= PASSWORD_MAX;
    if is_usable { Ok(password) } else { Err(Stopped::Usage(format!("a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters"))) }
}

/// Reads a line that is not shown while it is typed.
fn ask() -> std::io::Result<Zeroizing<String>> {
    eprint!("Password (empty: one is made): ");
    std::io::stderr().flush()?;
    show_typing("-echo");
    let mut line = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().read_line(&mut line);
    show_typing("echo");
    eprintln!();
    read?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Where there is no `stty`, the password is seen while it is typed, which is no reason to refuse.
fn show_typing(how: &str) {
    let _ = Command::new("stty").arg(how).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
}
