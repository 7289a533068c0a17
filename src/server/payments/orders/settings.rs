//! One REST app's settings at PayPal, and whether they can be used at all.

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::money::Currency;

use super::super::{address, processor::ConnectionProblem};
use super::wire;

/// PayPal's API hosts, live and sandbox (paypal-rest.md §1).
pub const HOSTS: [&str; 2] = ["api-m.paypal.com", "api-m.sandbox.paypal.com"];

/// The part of the settings that may be shown, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicSettings {
    /// PayPal's API, live or sandbox, or the simulator on this machine (with its path, `/paypal`).
    pub base_url: String,
    /// The REST app's client id.
    pub client_id: String,
    /// The id of the webhook registered for this site (paypal-rest.md §9.1). Empty: notices are refused.
    #[serde(default)]
    pub webhook_id: String,
    /// The currencies this account takes. One it does not hold leaves every capture pending (paypal-rest.md §11.20).
    #[serde(default = "every_currency")]
    pub currencies: Vec<Currency>,
    /// The name on PayPal's page; none shows the account's own.
    #[serde(default)]
    pub brand_name: Option<String>,
}

fn every_currency() -> Vec<Currency> {
    Currency::ALL.iter().copied().filter(|currency| wire::decimals(*currency).is_some()).collect()
}

/// The settings of one REST app.
#[derive(Clone, Debug)]
pub struct OrdersSettings {
    /// What may be shown.
    pub public: PublicSettings,
    /// The client secret. `SecretString` prints `[REDACTED]`.
    pub client_secret: SecretString,
}

/// Which PayPal an address is. Ids, tokens and webhooks of one mean nothing at another (paypal-rest.md §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Real money.
    Live,
    /// PayPal's sandbox.
    Sandbox,
    /// The simulator on this machine, which stands in for the sandbox.
    Here,
}

impl Environment {
    /// Of an address that [`OrdersSettings::check`] let pass.
    pub fn of(url: &Url) -> Self {
        match url.host_str() {
            Some("api-m.paypal.com") => Self::Live,
            Some("api-m.sandbox.paypal.com") => Self::Sandbox,
            Some(_) | None => Self::Here,
        }
    }
}

impl OrdersSettings {
    /// The address below which the API lies, without a slash at its end.
    ///
    /// # Errors
    /// `Settings` for another address than [`HOSTS`] and this machine, for an id or secret that is empty or cannot travel, and
    /// when no currency is listed or one that PayPal does not carry.
    pub fn check(&self) -> Result<Url, ConnectionProblem> {
        let public = &self.public;
        let plain = |text: &str, max: usize| text.len() <= max && text.bytes().all(|b| b.is_ascii_graphic());
        // Basic authentication ends the id at its first colon.
        let id = plain(&public.client_id, 128) && !public.client_id.is_empty() && !public.client_id.contains(':');
        let secret = plain(self.client_secret.expose_secret(), 128) && !self.client_secret.expose_secret().is_empty();
        // A bar would shift the parts of the text that is signed (paypal-rest.md §9.5).
        let webhook = public.webhook_id.len() <= 50 && public.webhook_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let carried = !public.currencies.is_empty() && public.currencies.iter().all(|currency| wire::decimals(*currency).is_some());
        let named = public.brand_name.as_ref().is_none_or(|name| (1..=127).contains(&name.chars().count()));
        if !(id && secret && webhook && carried && named) {
            return Err(ConnectionProblem::Settings);
        }
        let mut url = address::callable(&public.base_url, &HOSTS).ok_or(ConnectionProblem::Settings)?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base_url: &str, secret: &str) -> OrdersSettings {
        OrdersSettings {
            public: PublicSettings {
                base_url: base_url.to_owned(),
                client_id: "AVtestClientId0001".to_owned(),
                webhook_id: String::new(),
                currencies: every_currency(),
                brand_name: None,
            },
            client_secret: SecretString::from(secret.to_owned()),
        }
    }

    #[test]
    fn only_paypal_and_this_machine_are_called() {
        for (good, environment) in [
            ("https://api-m.paypal.com", Environment::Live),
            ("https://api-m.sandbox.paypal.com/", Environment::Sandbox),
            ("http://127.0.0.1:3001/paypal", Environment::Here),
            ("http://[::1]:1/paypal/", Environment::Here),
            ("http://localhost:3001/paypal", Environment::Here),
        ] {
            let url = settings(good, "EKtest").check().expect(good);
            assert_eq!(Environment::of(&url), environment, "{good}");
        }
        for bad in [
            "",
            "http://api-m.paypal.com/",
            "https://api-m.paypal.com:8443/",
            "https://api-m.paypal.com.example/",
            "https://www.paypal.com/",
            "http://10.0.0.1/paypal",
            "http://169.254.169.254/",
            "http://user:pw@127.0.0.1/",
            "http://127.0.0.1/?x=1",
        ] {
            assert_eq!(settings(bad, "EKtest").check(), Err(ConnectionProblem::Settings), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_beforehand() {
        let good = settings("https://api-m.paypal.com", "EKtest");
        assert!(good.check().is_ok());
        for bad in ["", "a b", "a\nb", "parolă", &"x".repeat(129)] {
            assert_eq!(settings("https://api-m.paypal.com", bad).check(), Err(ConnectionProblem::Settings), "{bad}");
        }
        let changed = |change: fn(&mut PublicSettings)| {
            let mut settings = good.clone();
            change(&mut settings.public);
            settings.check()
        };
        assert!(changed(|p| p.client_id = "a:b".to_owned()).is_err());
        assert!(changed(|p| p.webhook_id = "a|b".to_owned()).is_err());
        assert!(changed(|p| p.currencies.clear()).is_err());
        assert!(changed(|p| p.currencies.push(Currency::KWD)).is_err());
        assert!(changed(|p| p.brand_name = Some("x".repeat(128))).is_err());
        assert!(changed(|p| p.webhook_id = "7XK12345AB678901C".to_owned()).is_ok());
        assert!(!format!("{good:?}").contains("EKtest"));
    }

    #[test]
    fn stored_settings_may_leave_out_what_has_a_default() {
        let public: PublicSettings =
            serde_json::from_str(r#"{"base_url":"http://127.0.0.1:3001/paypal","client_id":"lectern-demo"}"#).expect("readable");
        assert_eq!((public.webhook_id.as_str(), public.brand_name.as_deref()), ("", None));
        assert!(public.currencies.contains(&Currency::TWD) && !public.currencies.contains(&Currency::RON));
    }
}
