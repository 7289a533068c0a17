//! What every part of the server shares.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::{
    clock::Clock,
    config::Config,
    limits::Limits,
    payments::registry::Processors,
    store::{db::Db, site::Site},
    vault::Vault,
};

/// The running server's shared parts; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts themselves.
pub struct Parts {
    /// Settings read at start.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// Time and randomness.
    pub clock: Clock,
    /// Encrypts secrets at rest.
    pub vault: Vault,
    /// Clients of payment processors, built once per configuration.
    pub processors: Processors,
    /// Tries per person, address, order and code.
    pub limits: Limits,
    /// Where the browser's files are, for the page shell.
    pub leptos: LeptosOptions,
}

impl App {
    /// Shares `parts`.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Where a site is: what absolute links to it begin with.
    pub fn address_of(&self, site: &Site) -> String {
        site.address(&self.config.base_url)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.leptos.clone()
    }
}
