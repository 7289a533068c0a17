//! One merchant account's settings for the NVP API, and the addresses that follow from them.

use std::net::Ipv4Addr;

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::domain::money::Currency;

use super::super::address::{callable, is_here};
use super::super::processor::ConnectionProblem;
use super::codec::Fields;

/// The API's hosts for signature credentials, live and test (paypal-express-checkout.md §1).
pub const HOSTS: [&str; 2] = [LIVE, "api-3t.sandbox.paypal.com"];
const LIVE: &str = "api-3t.paypal.com";

/// The part of the settings that may be shown, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicSettings {
    /// `https://api-3t.paypal.com`, its sandbox, or a simulator's folder on this machine.
    pub base_url: String,
    /// `USER`: the API user name.
    pub api_username: String,
    /// The merchant's account number, 13 characters, by which notices are known to be ours. Without it they are refused.
    #[serde(default)]
    pub merchant_id: String,
    /// The currencies this account takes, of those that the product takes; empty means all of them.
    #[serde(default)]
    pub currencies: Vec<Currency>,
    /// Sent in place of a buyer's address that is not IPv4 (paypal-website-payments-pro-uk.md §3); only for direct card payments.
    #[serde(default)]
    pub own_ip: Option<Ipv4Addr>,
    /// Whether cards must come authenticated; only for direct card payments.
    #[serde(default)]
    pub three_ds: ThreeDsRule,
}

/// Whether a merchant takes cards whose holder was not authenticated (3-D Secure).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreeDsRule {
    /// A result is passed on where there is one.
    #[default]
    Optional,
    /// Without one nothing is charged.
    Required,
}

/// The settings of one merchant account.
#[derive(Clone, Debug)]
pub struct NvpSettings {
    /// What may be shown.
    pub public: PublicSettings,
    /// `PWD`. `SecretString` prints `[REDACTED]`.
    pub api_password: SecretString,
    /// `SIGNATURE`.
    pub api_signature: SecretString,
}

/// Whose money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real money.
    Live,
    /// PayPal's sandbox, or our simulator.
    Test,
}

/// Where the parts of the service are.
#[derive(Clone, Debug)]
pub struct Endpoints {
    /// Calls.
    pub api: Url,
    /// The buyer's page.
    pub page: Url,
    /// Whether a notice is genuine.
    pub verify: Url,
    /// Whose money moves.
    pub mode: Mode,
}

impl NvpSettings {
    /// The addresses, when everything can be sent as it stands.
    ///
    /// # Errors
    /// `Settings` for another address, for credentials that are empty, too long or not plain ASCII, for a merchant's number that
    /// is none.
    pub fn check(&self) -> Result<Endpoints, ConnectionProblem> {
        let plain = |text: &str, max: usize| (1..=max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        let merchant = &self.public.merchant_id;
        let is_merchant =
            (merchant.is_empty() || merchant.len() == 13) && merchant.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let secrets = [&self.api_password, &self.api_signature].into_iter().all(|secret| plain(secret.expose_secret(), 128));
        if !plain(&self.public.api_username, 128) || !secrets || !is_merchant {
            return Err(ConnectionProblem::Settings);
        }
        let url = callable(&self.public.base_url, &HOSTS).ok_or(ConnectionProblem::Settings)?;
        endpoints(url).ok_or(ConnectionProblem::Settings)
    }

    /// The fields that every call begins with.
    pub(super) fn opening(&self, method: &str, version: &str) -> Fields {
        let mut fields = Fields::default();
        fields.set("METHOD", method);
        fields.set("USER", &self.public.api_username);
        fields.set("PWD", self.api_password.expose_secret());
        fields.set("SIGNATURE", self.api_signature.expose_secret());
        fields.set("VERSION", version);
        fields
    }
}

fn endpoints(mut url: Url) -> Option<Endpoints> {
    if is_here(&url) {
        let folder = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&folder);
        let page = url.join("webscr").ok()?;
        return Some(Endpoints { api: url.join("nvp").ok()?, verify: page.clone(), page, mode: Mode::Test });
    }
    let (dot, mode) = if url.host_str() == Some(LIVE) { ("", Mode::Live) } else { (".sandbox", Mode::Test) };
    if !matches!(url.path(), "/" | "/nvp" | "/nvp/") {
        return None;
    }
    let at = |host: &str, path: &str| Url::parse(&format!("https://{host}{dot}.paypal.com/{path}")).ok();
    Some(Endpoints { api: at("api-3t", "nvp")?, page: at("www", "cgi-bin/webscr")?, verify: at("ipnpb", "cgi-bin/webscr")?, mode })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base_url: &str, password: &str, merchant_id: &str) -> NvpSettings {
        let json = serde_json::json!({"base_url": base_url, "api_username": "seller_api1.fernlea.example", "merchant_id": merchant_id});
        NvpSettings {
            public: serde_json::from_value(json).expect("readable"),
            api_password: SecretString::from(password.to_owned()),
            api_signature: SecretString::from("AxQ7mT2vKdP9sLwE4nBzR6cYhU1oJgF8iXt3aVkM5eWqZyDpN0rCbS-H"),
        }
    }

    #[test]
    fn every_part_is_at_its_own_host() {
        for (base, parts, mode) in [
            (
                "https://api-3t.paypal.com/nvp",
                ["https://api-3t.paypal.com/nvp", "https://www.paypal.com/cgi-bin/webscr", "https://ipnpb.paypal.com/cgi-bin/webscr"],
                Mode::Live,
            ),
            (
                "https://api-3t.sandbox.paypal.com",
                [
                    "https://api-3t.sandbox.paypal.com/nvp",
                    "https://www.sandbox.paypal.com/cgi-bin/webscr",
                    "https://ipnpb.sandbox.paypal.com/cgi-bin/webscr",
                ],
                Mode::Test,
            ),
            (
                "http://127.0.0.1:3001/express",
                ["http://127.0.0.1:3001/express/nvp", "http://127.0.0.1:3001/express/webscr", "http://127.0.0.1:3001/express/webscr"],
                Mode::Test,
            ),
        ] {
            let endpoints = settings(base, "QK7T2M9XW4ZC8VBN", "RSH60GV2AEUAK").check().expect("usable");
            assert_eq!([endpoints.api.as_str(), endpoints.page.as_str(), endpoints.verify.as_str()], parts);
            assert_eq!(endpoints.mode, mode);
        }
    }

    #[test]
    fn what_cannot_be_sent_or_called_is_refused_beforehand() {
        let good = "https://api-3t.paypal.com/nvp";
        for (base, password, merchant) in [
            ("https://api.paypal.com/nvp", "p", "RSH60GV2AEUAK"),
            ("https://api-3t.paypal.com/other", "p", "RSH60GV2AEUAK"),
            ("http://api-3t.paypal.com/nvp", "p", "RSH60GV2AEUAK"),
            ("http://10.0.0.1/", "p", "RSH60GV2AEUAK"),
            (good, "", "RSH60GV2AEUAK"),
            (good, "a b", "RSH60GV2AEUAK"),
            (good, "parolă", "RSH60GV2AEUAK"),
            (good, "p", "rsh60gv2aeuak"),
            (good, "p", "RSH60GV2AEUA"),
        ] {
            assert_eq!(settings(base, password, merchant).check().err(), Some(ConnectionProblem::Settings), "{base} {merchant}");
        }
        assert!(settings(good, "p", "").check().is_ok());
        assert!(!format!("{:?}", settings(good, "QK7T2M9XW4ZC8VBN", "RSH60GV2AEUAK")).contains("QK7T2M9XW4ZC8VBN"));
    }
}
