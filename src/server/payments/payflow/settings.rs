//! One merchant account's settings, and whether they can be used at all.

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::money::Currency;

use super::super::{address::callable, processor::ConnectionProblem};
use super::wire::Request;

/// The gateway's hosts, live and test (payflow-pro.md §1).
pub const HOSTS: [&str; 2] = ["payflowpro.paypal.com", "pilot-payflowpro.paypal.com"];

/// What PayPal takes as processor (payflow-pro.md §4.2); other processors usually take one currency.
pub const PAYPAL_CURRENCIES: [Currency; 6] = [Currency::AUD, Currency::CAD, Currency::EUR, Currency::GBP, Currency::JPY, Currency::USD];

/// Where a buyer's card is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardEntry {
    /// Into a form that the browser sends straight to the gateway: secure token with transparent redirect (SAQ A-EP).
    Gateway,
    /// Into the payment form, and through this server (SAQ D). What was stored before there was a choice means this.
    #[default]
    Here,
}

/// Where browsers post to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address.
    pub url: Url,
    /// `MODE`: whose money moves.
    pub mode: &'static str,
}

impl Link {
    /// The browser's side of the gateway at `base` (payflow-pro.md §1).
    fn of(base: &Url) -> Option<Self> {
        let (url, mode) = match base.host_str() {
            Some("payflowpro.paypal.com") => (Url::parse("https://payflowlink.paypal.com/"), "LIVE"),
            Some("pilot-payflowpro.paypal.com") => (Url::parse("https://pilot-payflowlink.paypal.com/"), "TEST"),
            Some(_) | None => (base.join("/payflowlink"), "TEST"),
        };
        Some(Self { url: url.ok()?, mode })
    }
}

/// The part of the settings that may be shown, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicSettings {
    /// The gateway, or the simulator on this machine.
    pub base_url: String,
    /// The reseller's id; `PayPal` when bought directly.
    pub partner: String,
    /// The merchant login.
    pub vendor: String,
    /// The user; the same as the vendor when no separate user exists.
    pub user: String,
    /// The currencies this account takes.
    #[serde(default = "paypal_currencies")]
    pub currencies: Vec<Currency>,
    /// Where cards are typed.
    #[serde(default)]
    pub card_entry: CardEntry,
}

fn paypal_currencies() -> Vec<Currency> {
    PAYPAL_CURRENCIES.to_vec()
}

/// The settings of one merchant account.
#[derive(Clone, Debug)]
pub struct PayflowSettings {
    /// What may be shown.
    pub public: PublicSettings,
    /// The user's password. `SecretString` prints `[REDACTED]`.
    pub password: SecretString,
}

impl PayflowSettings {
    /// The address to post to, when everything can be sent as it stands.
    ///
    /// # Errors
    /// `Settings` for another address, for credentials that are empty, too long or with characters the wire format cannot
    /// carry (payflow-pro.md §3; a double quote in the password: §14.3), and when no currency is listed.
    pub fn check(&self) -> Result<Url, ConnectionProblem> {
        let public = &self.public;
        let carried =
            |text: &str, max: usize| (1..=max).contains(&text.len()) && text.bytes().all(|b| b != b'"' && (b' '..=b'~').contains(&b));
        let named = [&public.partner, &public.vendor, &public.user].into_iter().all(|t| carried(t, 64) && t.trim() == t);
        if !named || !carried(self.password.expose_secret(), 32) || public.currencies.is_empty() {
            return Err(ConnectionProblem::Settings);
        }
        callable(&public.base_url, &HOSTS).ok_or(ConnectionProblem::Settings)
    }

    /// Where browsers post cards to.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn link(&self) -> Result<Link, ConnectionProblem> {
        Link::of(&self.check()?).ok_or(ConnectionProblem::Settings)
    }

    /// The four credentials, which come first in every request.
    pub(super) fn credentials(&self) -> Request {
        let mut request = Request::default();
        request.add("PARTNER", &self.public.partner);
        request.add("VENDOR", &self.public.vendor);
        request.add("USER", &self.public.user);
        request.add("PWD", self.password.expose_secret());
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base_url: &str, password: &str) -> PayflowSettings {
        PayflowSettings {
            public: PublicSettings {
                base_url: base_url.to_owned(),
                partner: "PayPal".to_owned(),
                vendor: "lectern-demo".to_owned(),
                user: "lectern-demo".to_owned(),
                currencies: paypal_currencies(),
                card_entry: CardEntry::default(),
            },
            password: SecretString::from(password.to_owned()),
        }
    }

    #[test]
    fn only_the_gateway_and_this_machine_are_called() {
        for good in [
            "https://payflowpro.paypal.com/",
            "https://pilot-payflowpro.paypal.com",
            "http://127.0.0.1:3001/payflow/",
            "http://[::1]:1/",
            "http://localhost:3001/payflow/",
        ] {
            assert!(settings(good, "Simulator-2026").check().is_ok(), "{good}");
        }
        for bad in [
            "",
            "payflow",
            "http://payflowpro.paypal.com/",
            "https://payflowpro.paypal.com:8443/",
            "https://payflowpro.paypal.com.example/",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "file:///etc/passwd",
            "http://user:pw@127.0.0.1/",
            "http://127.0.0.1/?x=1",
            "https://127.0.0.1.example/",
        ] {
            assert_eq!(settings(bad, "Simulator-2026").check(), Err(ConnectionProblem::Settings), "{bad}");
        }
    }

    #[test]
    fn a_password_that_cannot_be_sent_is_refused_beforehand() {
        for bad in ["", "a\"b-long-enough", "a\nb", "parolă", &"x".repeat(33)] {
            assert_eq!(settings("https://payflowpro.paypal.com/", bad).check(), Err(ConnectionProblem::Settings), "{bad}");
        }
        assert!(settings("https://payflowpro.paypal.com/", "k&9=Zt+4%2Q").check().is_ok());
        assert!(!format!("{:?}", settings("https://payflowpro.paypal.com/", "Simulator-2026")).contains("Simulator-2026"));
    }

    #[test]
    fn browsers_post_beside_the_gateway_that_is_called() {
        for (base, url, mode) in [
            ("https://payflowpro.paypal.com/", "https://payflowlink.paypal.com/", "LIVE"),
            ("https://pilot-payflowpro.paypal.com", "https://pilot-payflowlink.paypal.com/", "TEST"),
            ("http://127.0.0.1:3001/payflow/", "http://127.0.0.1:3001/payflowlink", "TEST"),
        ] {
            let link = settings(base, "Simulator-2026").link().expect("usable");
            assert_eq!((link.url.as_str(), link.mode), (url, mode), "{base}");
        }
        assert_eq!(settings("http://10.0.0.1/", "Simulator-2026").link(), Err(ConnectionProblem::Settings));
    }

    #[test]
    fn what_was_stored_before_there_was_a_choice_means_our_page() {
        let stored = |more: &str| {
            let json = format!(r#"{{"base_url":"http://127.0.0.1:3001/payflow/","partner":"PayPal","vendor":"v","user":"u"{more}}}"#);
            serde_json::from_str::<PublicSettings>(&json).map(|public| public.card_entry).ok()
        };
        assert_eq!(stored(r#","card_scope_accepted":true"#), Some(CardEntry::Here));
        assert_eq!(stored(r#","card_entry":"gateway""#), Some(CardEntry::Gateway));
        assert_eq!(stored(r#","card_entry":"here""#), Some(CardEntry::Here));
        assert_eq!(stored(r#","card_entry":"elsewhere""#), None);
    }

    #[test]
    fn stored_settings_without_currencies_mean_paypals() {
        let json = r#"{"base_url":"http://127.0.0.1:3001/payflow/","partner":"PayPal","vendor":"v","user":"u"}"#;
        let public: PublicSettings = serde_json::from_str(json).expect("readable");
        assert_eq!(public.currencies, PAYPAL_CURRENCIES);
    }
}
