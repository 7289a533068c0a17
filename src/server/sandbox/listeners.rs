//! Who is told what happens at an account, for simulators whose notices go to an address that is registered there.

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::{Inner, Sandbox, objects::Objects, stripe};
use crate::server::payments::{ProcessorConfig, ProcessorKind};

const LISTENER: &str = "listener";

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listener {
    account: String,
    url: String,
}

/// The account, at the simulator of its kind, that a configuration speaks for; none where no account is told of payments.
pub fn account_of(kind: ProcessorKind, config: &ProcessorConfig) -> Option<String> {
    let named = |name: &str| config.settings[name].as_str().map(str::to_owned);
    match kind {
        ProcessorKind::Orders => named("client_id"),
        ProcessorKind::Express | ProcessorKind::WppUk => named("api_username"),
        ProcessorKind::Stripe => {
            let key = config.secrets.get("secret_key")?.expose_secret();
            stripe::ACCOUNTS.into_iter().find(|account| account.secret_key == key).map(|account| account.id.to_owned())
        }
        ProcessorKind::Payflow | ProcessorKind::Offline | ProcessorKind::None => None,
    }
}

/// The addresses that listen for an account of a simulator.
pub fn listeners(objects: &Objects, of: &str, account: &str) -> Vec<String> {
    objects.all::<Listener>(of, LISTENER).into_iter().filter(|listener| listener.account == account).map(|listener| listener.url).collect()
}

impl Inner {
    /// Registers `url` for notices of `account` at the simulator `of`. Once is enough: a repetition changes nothing.
    pub(super) fn listen(&mut self, of: &str, account: &str, url: &str) {
        let listener = Listener { account: account.to_owned(), url: url.to_owned() };
        self.put(of, LISTENER, &format!("{account} {url}"), &listener);
    }
}

impl Sandbox {
    /// Sends the notices of an account of the simulator `of` to `url` from now on, as an endpoint set up at the real one would.
    pub fn listen(&self, of: &str, account: &str, url: &str) {
        self.lock().listen(of, account, url);
    }
}

/// The body of `POST /control/{simulator}/listener`.
#[derive(Deserialize)]
pub(super) struct Registration {
    pub(super) account: String,
    pub(super) url: String,
}
