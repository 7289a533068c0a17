//! Which processors exist, and the clients built from stored settings: once per configuration and version, so that connections
//! and the limit of calls under way are shared by every request.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Client;
use secrecy::SecretString;

use crate::domain::{card::Brand, ids::ProcessorConfigId, payment::Method};
use crate::server::clock::Clock;

use super::express::Express;
use super::line::{Timing, http_client};
use super::none::Free;
use super::nvp::NvpSettings;
use super::offline::Offline;
use super::orders::{Orders, OrdersSettings};
use super::payflow::{Payflow, PayflowSettings};
use super::processor::{ConnectionProblem, Processor};
use super::stripe::{Stripe, StripeSettings};
use super::wpp_uk::WppUk;

/// A kind of processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProcessorKind {
    /// PayPal Payflow Pro.
    Payflow,
    /// Invoice or bank transfer.
    Offline,
    /// PayPal Orders v2.
    Orders,
    /// Stripe Checkout.
    Stripe,
    /// PayPal Express Checkout.
    Express,
    /// PayPal Website Payments Pro, United Kingdom.
    WppUk,
    /// Nothing to pay.
    None,
}

impl ProcessorKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [Self::Payflow, Self::Orders, Self::Express, Self::WppUk, Self::Stripe, Self::Offline, Self::None];

    /// The value at rest and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payflow => "payflow",
            Self::Offline => "offline",
            Self::Orders => "orders",
            Self::Stripe => "stripe",
            Self::Express => "express",
            Self::WppUk => "wpp_uk",
            Self::None => "none",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The method a buyer chooses it by.
    pub const fn method(self) -> Method {
        match self {
            Self::Payflow | Self::Stripe | Self::WppUk => Method::Card,
            Self::Orders | Self::Express => Method::Paypal,
            Self::Offline => Method::Offline,
            Self::None => Method::None,
        }
    }

    /// The card brands that can be paid with. Payflow by PayPal in the United States (payflow-pro.md §4.3); Website Payments Pro in
    /// the United Kingdom without Maestro, whose issue number buyers are not asked for, and Solo, which closed
    /// (paypal-website-payments-pro-uk.md §3); Stripe's page takes what the account does (stripe.md §3.5).
    pub const fn brands(self) -> &'static [Brand] {
        match self {
            Self::Payflow => &[Brand::Visa, Brand::Mastercard, Brand::Amex, Brand::Discover],
            Self::WppUk => &[Brand::Visa, Brand::Mastercard],
            Self::Stripe => &[Brand::Visa, Brand::Mastercard, Brand::Amex, Brand::Discover, Brand::Diners, Brand::Jcb],
            Self::Orders | Self::Express | Self::Offline | Self::None => &[],
        }
    }

    /// The names of the secrets its settings need, as form fields and in the vault.
    pub const fn secrets(self) -> &'static [&'static str] {
        match self {
            Self::Payflow => &["password"],
            Self::Orders => &["client_secret"],
            Self::Stripe => &["secret_key", "webhook_secret"],
            Self::Express | Self::WppUk => &["api_password", "api_signature"],
            Self::Offline | Self::None => &[],
        }
    }
}

/// Which state of a configuration: its id and the version of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConfigVersion {
    /// The configuration.
    pub id: ProcessorConfigId,
    /// Goes up with every change of settings or secrets.
    pub version: i64,
}

/// A site's settings for one processor. Secrets print `[REDACTED]`.
#[derive(Clone, Debug)]
pub struct ProcessorConfig {
    /// Which settings these are.
    pub of: ConfigVersion,
    /// The part that may be shown, see [`super::payflow::PublicSettings`].
    pub settings: serde_json::Value,
    /// The secrets by name, see [`ProcessorKind::secrets`].
    pub secrets: BTreeMap<String, SecretString>,
}

/// A client, and the version it was built from.
type Built = (i64, Arc<dyn Processor>);

/// The clients of every configuration in use.
pub struct Processors {
    http: Client,
    clock: Clock,
    timing: Timing,
    built: Mutex<HashMap<ProcessorConfigId, Built>>,
}

impl Processors {
    /// An empty set over one HTTP client.
    ///
    /// # Errors
    /// A description, when TLS cannot be set up.
    pub fn new(clock: Clock) -> Result<Self, String> {
        Self::with_timing(clock, Timing::default())
    }

    /// The same, with other waiting times: tests do not wait 50 seconds.
    ///
    /// # Errors
    /// A description, when TLS cannot be set up.
    pub fn with_timing(clock: Clock, timing: Timing) -> Result<Self, String> {
        Ok(Self { http: http_client()?, clock, timing, built: Mutex::new(HashMap::new()) })
    }

    /// The client of a configuration, built when its version is new. One that is being used lives on until it is done.
    ///
    /// # Errors
    /// `Settings` when the settings cannot be used.
    pub fn get(&self, kind: ProcessorKind, config: &ProcessorConfig) -> Result<Arc<dyn Processor>, ConnectionProblem> {
        // A panic elsewhere cannot leave the map half-changed: every change is one insert.
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, processor)) = built.get(&config.of.id)
            && *version == config.of.version
        {
            return Ok(Arc::clone(processor));
        }
        let processor = self.build(kind, config)?;
        built.insert(config.of.id, (config.of.version, Arc::clone(&processor)));
        Ok(processor)
    }

    /// A client that is not kept: to test settings before they are saved.
    ///
    /// # Errors
    /// `Settings` when the settings cannot be used.
    pub fn build(&self, kind: ProcessorKind, config: &ProcessorConfig) -> Result<Arc<dyn Processor>, ConnectionProblem> {
        let secret = |name: &str| config.secrets.get(name).cloned().ok_or(ConnectionProblem::Settings);
        let nvp = || -> Result<NvpSettings, ConnectionProblem> {
            Ok(NvpSettings { public: read(config)?, api_password: secret("api_password")?, api_signature: secret("api_signature")? })
        };
        Ok(match kind {
            ProcessorKind::Express => Arc::new(Express::new(nvp()?, self.http.clone(), self.clock.clone(), self.timing.clone())?),
            ProcessorKind::WppUk => Arc::new(WppUk::new(nvp()?, self.http.clone(), self.clock.clone(), self.timing.clone())?),
            ProcessorKind::None => Arc::new(Free),
            ProcessorKind::Offline => Arc::new(Offline::new(read(config)?)?),
            ProcessorKind::Orders => {
                let settings = OrdersSettings { public: read(config)?, client_secret: secret("client_secret")? };
                Arc::new(Orders::new(settings, self.http.clone(), self.clock.clone(), self.timing.clone())?)
            }
            ProcessorKind::Payflow => {
                let settings = PayflowSettings { public: read(config)?, password: secret("password")? };
                Arc::new(Payflow::new(settings, self.http.clone(), self.clock.clone(), self.timing.clone())?)
            }
            ProcessorKind::Stripe => {
                let settings =
                    StripeSettings { public: read(config)?, secret_key: secret("secret_key")?, webhook_secret: secret("webhook_secret")? };
                Arc::new(Stripe::new(settings, self.http.clone(), self.clock.clone(), self.timing.clone())?)
            }
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(config: &ProcessorConfig) -> Result<T, ConnectionProblem> {
    T::deserialize(&config.settings).map_err(|_| ConnectionProblem::Settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn config(version: i64, base_url: &str) -> ProcessorConfig {
        ProcessorConfig {
            of: ConfigVersion { id: ProcessorConfigId(Uuid::nil()), version },
            settings: serde_json::json!({"base_url": base_url, "partner": "PayPal", "vendor": "v", "user": "u"}),
            secrets: BTreeMap::from([("password".to_owned(), SecretString::from("Simulator-2026".to_owned()))]),
        }
    }

    #[test]
    fn a_client_is_built_once_per_version() {
        let processors = Processors::new(Clock::System).expect("TLS can be set up");
        let get = |version| processors.get(ProcessorKind::Payflow, &config(version, "http://127.0.0.1:3001/payflow/")).expect("usable");
        let first = get(1);
        assert!(Arc::ptr_eq(&first, &get(1)));
        let second = get(2);
        assert!(!Arc::ptr_eq(&first, &second) && Arc::ptr_eq(&second, &get(2)));
    }

    #[test]
    fn unusable_settings_build_nothing() {
        let processors = Processors::new(Clock::System).expect("TLS can be set up");
        assert_eq!(processors.get(ProcessorKind::Payflow, &config(1, "http://10.0.0.1/")).err(), Some(ConnectionProblem::Settings));
        let mut without = config(1, "http://127.0.0.1:3001/payflow/");
        without.secrets.clear();
        assert_eq!(processors.get(ProcessorKind::Payflow, &without).err(), Some(ConnectionProblem::Settings));
        for kind in ProcessorKind::ALL {
            assert_eq!(ProcessorKind::from_code(kind.code()), Some(kind));
        }
    }
}
