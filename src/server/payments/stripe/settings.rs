//! One account's settings, and whether they can be used at all.

use axum::http::HeaderValue;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::money::Currency;

use super::super::{
    address::{callable, is_here},
    processor::ConnectionProblem,
};

/// Stripe's host, for live and test alike: the key tells which (stripe.md §1).
pub const HOSTS: [&str; 1] = ["api.stripe.com"];

/// The most webhook secrets that are tried: two while one is being rolled (stripe.md §9.3), and room for another endpoint.
pub const WEBHOOK_SECRETS_MAX: usize = 4;

/// The part of the settings that may be shown, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicSettings {
    /// Stripe, or the simulator on this machine.
    #[serde(default = "stripe_itself")]
    pub base_url: String,
    /// The currencies this account takes.
    #[serde(default = "every_currency")]
    pub currencies: Vec<Currency>,
}

fn stripe_itself() -> String {
    "https://api.stripe.com/".to_owned()
}

fn every_currency() -> Vec<Currency> {
    Currency::ALL.to_vec()
}

/// The settings of one account.
#[derive(Clone, Debug)]
pub struct StripeSettings {
    /// What may be shown.
    pub public: PublicSettings,
    /// The secret key, or a restricted one. `SecretString` prints `[REDACTED]`.
    pub secret_key: SecretString,
    /// The signing secret of the webhook endpoint; two, with a blank between them, while it is being rolled.
    pub webhook_secret: SecretString,
}

/// Whose money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nobody's.
    Test,
    /// Real.
    Live,
}

impl Mode {
    /// What `livemode` says in this mode.
    pub const fn livemode(self) -> bool {
        match self {
            Self::Test => false,
            Self::Live => true,
        }
    }

    /// The mode of a secret or restricted key. A publishable key has no business on a server (stripe.md §1).
    fn of_key(key: &str) -> Option<Self> {
        let rest = key.strip_prefix("sk_").or_else(|| key.strip_prefix("rk_"))?;
        match (rest.strip_prefix("test_"), rest.strip_prefix("live_")) {
            (Some(rest), None) if !rest.is_empty() => Some(Self::Test),
            (None, Some(rest)) if !rest.is_empty() => Some(Self::Live),
            (Some(_) | None, Some(_) | None) => None,
        }
    }
}

/// Settings that can be used.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Where the API is, with a slash at its end.
    pub url: Url,
    /// Test or live.
    pub mode: Mode,
    /// `Authorization`, marked sensitive.
    pub authorization: HeaderValue,
}

impl StripeSettings {
    /// What is needed to ask, when everything can be used as it stands.
    ///
    /// # Errors
    /// `Settings` for another address than Stripe's or this machine's, a key that is not a secret or restricted one, a live
    /// key on its way to this machine, a webhook secret that is none, or no currency.
    pub fn check(&self) -> Result<Checked, ConnectionProblem> {
        let usable = |text: &str| (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let key = self.secret_key.expose_secret();
        let mode = Mode::of_key(key).filter(|_| usable(key)).ok_or(ConnectionProblem::Settings)?;
        let mut url = callable(&self.public.base_url, &HOSTS).ok_or(ConnectionProblem::Settings)?;
        let secrets: Vec<_> = self.webhook_secrets().collect();
        let signed = (1..=WEBHOOK_SECRETS_MAX).contains(&secrets.len())
            && secrets.iter().all(|s| usable(s) && s.strip_prefix("whsec_").is_some_and(|rest| !rest.is_empty()));
        if !signed || self.public.currencies.is_empty() || (mode == Mode::Live && is_here(&url)) {
            return Err(ConnectionProblem::Settings);
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        let mut authorization = HeaderValue::from_str(&format!("Bearer {key}")).map_err(|_| ConnectionProblem::Settings)?;
        authorization.set_sensitive(true);
        Ok(Checked { url, mode, authorization })
    }

    /// Every webhook secret.
    pub(super) fn webhook_secrets(&self) -> impl Iterator<Item = &str> {
        self.webhook_secret.expose_secret().split([' ', ',', '\n', '\t', '\r']).filter(|secret| !secret.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base_url: &str, key: &str, webhook: &str) -> StripeSettings {
        StripeSettings {
            public: PublicSettings { base_url: base_url.to_owned(), currencies: every_currency() },
            secret_key: SecretString::from(key.to_owned()),
            webhook_secret: SecretString::from(webhook.to_owned()),
        }
    }

    #[test]
    fn only_stripe_and_this_machine_are_called() {
        for (good, expected) in [
            ("https://api.stripe.com", "https://api.stripe.com/"),
            ("http://127.0.0.1:3001/stripe", "http://127.0.0.1:3001/stripe/"),
            ("http://[::1]:1/", "http://[::1]:1/"),
        ] {
            let checked = settings(good, "sk_test_1", "whsec_1").check().expect("usable");
            assert_eq!((checked.url.as_str(), checked.mode), (expected, Mode::Test));
        }
        for bad in
            ["", "https://checkout.stripe.com/", "http://api.stripe.com/", "https://api.stripe.com.evil.example/", "http://10.0.0.1/"]
        {
            assert_eq!(settings(bad, "sk_test_1", "whsec_1").check().err(), Some(ConnectionProblem::Settings), "{bad}");
        }
    }

    #[test]
    fn a_key_tells_its_mode_and_a_live_one_stays_off_this_machine() {
        for (key, mode) in [("sk_test_1", Mode::Test), ("rk_test_1", Mode::Test), ("sk_live_1", Mode::Live), ("rk_live_1", Mode::Live)] {
            assert_eq!(settings("https://api.stripe.com/", key, "whsec_1").check().map(|c| c.mode).ok(), Some(mode), "{key}");
        }
        assert!(settings("http://127.0.0.1:3001/stripe/", "sk_live_1", "whsec_1").check().is_err());
        for bad in
            ["", "pk_test_1", "sk_test_", "sk_1", "sk_test_a b", "sk_test_a\r\nX: y", "sk_test_é", &format!("sk_test_{}", "x".repeat(255))]
        {
            assert_eq!(settings("https://api.stripe.com/", bad, "whsec_1").check().err(), Some(ConnectionProblem::Settings), "{bad}");
        }
    }

    #[test]
    fn webhook_secrets_may_be_several() {
        for good in ["whsec_1", "whsec_1 whsec_2", " whsec_1,\nwhsec_2 "] {
            assert!(settings("https://api.stripe.com/", "sk_test_1", good).check().is_ok(), "{good}");
        }
        for bad in ["", " ", "secret", "whsec_", "whsec_1 x", "whsec_1 whsec_2 whsec_3 whsec_4 whsec_5"] {
            assert!(settings("https://api.stripe.com/", "sk_test_1", bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn no_secret_prints() {
        let settings = settings("https://api.stripe.com/", "sk_test_Hidden1", "whsec_Hidden2");
        let printed = format!("{settings:?} {:?}", settings.check().expect("usable"));
        assert!(!printed.contains("Hidden"), "{printed}");
    }

    #[test]
    fn stored_settings_without_anything_mean_stripe_and_every_currency() {
        let public: PublicSettings = serde_json::from_str("{}").expect("readable");
        assert_eq!((public.base_url.as_str(), public.currencies.as_slice()), ("https://api.stripe.com/", Currency::ALL));
    }
}
