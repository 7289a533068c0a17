//! Notices (webhooks): what must be right before PayPal is asked whether it signed one, and what an event is about
//! (paypal-rest.md §9). The signature is checked online: one question instead of certificates to fetch and to trust. The signed
//! text covers the body by a CRC-32 only, so a notice stays a hint.

use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;

use super::super::ask::ProcessorRef;
use super::super::processor::{About, Forged, Notice, Tells};
use super::settings::Environment;
use super::wire::{self, Link, Supplementary};

/// PayPal redelivers for three days (paypal-rest.md §9.1): older than four is a replay.
const AGE_SECONDS_MAX: i64 = 4 * 86_400;
/// Clocks differ, but not by more.
const AHEAD_SECONDS_MAX: i64 = 86_400;

/// The signature headers (paypal-rest.md §9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature<'a> {
    algorithm: &'a str,
    cert_url: &'a str,
    id: &'a str,
    text: &'a str,
    time: &'a str,
}

impl<'a> Signature<'a> {
    /// Reads the headers and refuses what cannot be genuine: PayPal need not be asked about it.
    ///
    /// # Errors
    /// `BadSignature` when one is missing or malformed or the certificate lies elsewhere than at PayPal, `OtherAccount` when it
    /// lies at the other environment, `Stale`.
    pub fn of(headers: &'a HeaderMap, environment: Environment, base: &Url, now: Timestamp) -> Result<Self, Forged> {
        let header = |name: &str, max: usize| {
            let mut values = headers.get_all(name).iter();
            let value = values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok());
            value.filter(|text| (1..=max).contains(&text.len())).ok_or(Forged::BadSignature)
        };
        let signature = Self {
            algorithm: header("paypal-auth-algo", 40)?,
            cert_url: header("paypal-cert-url", 500)?,
            id: header("paypal-transmission-id", 100)?,
            text: header("paypal-transmission-sig", 2000)?,
            time: header("paypal-transmission-time", 40)?,
        };
        let well_formed = signature.algorithm == "SHA256withRSA"
            && signature.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && STANDARD.decode(signature.text).is_ok();
        if !well_formed {
            return Err(Forged::BadSignature);
        }
        check_cert_url(signature.cert_url, environment, base)?;
        let sent: jiff::Timestamp = signature.time.parse().map_err(|_| Forged::BadSignature)?;
        let age = now.seconds().saturating_sub(sent.as_second());
        if (-AHEAD_SECONDS_MAX..=AGE_SECONDS_MAX).contains(&age) { Ok(signature) } else { Err(Forged::Stale) }
    }

    /// The question to PayPal, with the event spliced in as it was received (paypal-rest.md §9.4). `event` must be one JSON
    /// value and nothing else, which [`read`] makes sure of.
    pub fn question(&self, webhook_id: &str, event: &str) -> String {
        #[derive(Serialize)]
        struct Question<'a> {
            auth_algo: &'a str,
            cert_url: &'a str,
            transmission_id: &'a str,
            transmission_sig: &'a str,
            transmission_time: &'a str,
            webhook_id: &'a str,
        }
        let question = Question {
            auth_algo: self.algorithm,
            cert_url: self.cert_url,
            transmission_id: self.id,
            transmission_sig: self.text,
            transmission_time: self.time,
            webhook_id,
        };
        // Strings always serialise; an empty question would be refused.
        let head = serde_json::to_string(&question).unwrap_or_default();
        format!("{},\"webhook_event\":{event}}}", head.trim_end_matches('}'))
    }
}

/// Whether a certificate lies where PayPal keeps them. By the parsed host, never by a part of the text (paypal-rest.md §9.5.2).
fn check_cert_url(text: &str, environment: Environment, base: &Url) -> Result<(), Forged> {
    let url = Url::parse(text).map_err(|_| Forged::BadSignature)?;
    let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    let ours = environment == Environment::Here
        && url.origin() == base.origin()
        && url.path().strip_prefix(base.path()).is_some_and(|rest| rest.trim_start_matches('/').starts_with("v1/notifications/certs/"));
    if bare && ours {
        return Ok(());
    }
    let paypals = bare && url.scheme() == "https" && url.port().is_none() && url.path().starts_with("/v1/notifications/certs/");
    let theirs = match url.host_str().filter(|_| paypals) {
        Some("api.paypal.com" | "api-m.paypal.com") => Environment::Live,
        Some("api.sandbox.paypal.com" | "api-m.sandbox.paypal.com") => Environment::Sandbox,
        Some(_) | None => return Err(Forged::BadSignature),
    };
    match (theirs, environment) {
        (Environment::Live, Environment::Live) | (Environment::Sandbox, Environment::Sandbox | Environment::Here) => Ok(()),
        (Environment::Live | Environment::Sandbox | Environment::Here, Environment::Live | Environment::Sandbox | Environment::Here) => {
            Err(Forged::OtherAccount)
        }
    }
}

#[derive(Deserialize)]
struct Event {
    id: String,
    event_type: String,
    #[serde(default)]
    resource_type: String,
    #[serde(default)]
    resource: serde_json::Value,
}

#[derive(Deserialize)]
struct Resource {
    id: Option<String>,
    order_id: Option<String>,
    supplementary_data: Option<Supplementary>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    disputed_transactions: Vec<Disputed>,
}

#[derive(Deserialize)]
struct Disputed {
    seller_transaction_id: Option<String>,
}

impl Resource {
    fn order(&self) -> Option<&str> {
        let related = self.supplementary_data.as_ref().and_then(|data| data.related_ids.as_ref()).and_then(|ids| ids.order_id.as_deref());
        related.or_else(|| wire::up(&self.links))
    }
}

/// Reads an event (paypal-rest.md §9.2). Kinds that are not listed there are about nothing.
///
/// # Errors
/// `Unreadable` unless the body is one event and nothing else.
pub fn read(body: &[u8]) -> Result<(&str, Notice), Forged> {
    let text = std::str::from_utf8(body).map_err(|_| Forged::Unreadable)?;
    let event: Event = serde_json::from_str(text).map_err(|_| Forged::Unreadable)?;
    if !(1..=100).contains(&event.id.len()) || !event.id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Forged::Unreadable);
    }
    let about = match event.event_type.split_once('.').map(|(family, _)| family) {
        Some("CHECKOUT" | "PAYMENT" | "CUSTOMER" | "RISK") => {
            let resource = Resource::deserialize(&event.resource).map_err(|_| Forged::Unreadable)?;
            about(&event.event_type, &event.resource_type, &resource)
        }
        Some(_) | None => None,
    };
    Ok((text, Notice { id: event.id, about: about.unwrap_or(About::Nothing), tells: tells(&event.event_type) }))
}

fn tells(event_type: &str) -> Tells {
    match event_type {
        "CUSTOMER.DISPUTE.CREATED" | "RISK.DISPUTE.CREATED" => Tells::DisputeOpened,
        "CUSTOMER.DISPUTE.RESOLVED" => Tells::DisputeClosed,
        _ => Tells::Change,
    }
}

fn about(event_type: &str, resource_type: &str, resource: &Resource) -> Option<About> {
    let started = |id: Option<&str>| id.and_then(ProcessorRef::parse).map(About::Started);
    let payment = |id: Option<&str>| id.and_then(ProcessorRef::parse).map(About::Payment);
    match event_type {
        "CHECKOUT.ORDER.APPROVED" | "CHECKOUT.ORDER.COMPLETED" => started(resource.id.as_deref()),
        "CHECKOUT.PAYMENT-APPROVAL.REVERSED" => started(resource.order_id.as_deref()),
        "PAYMENT.CAPTURE.COMPLETED" | "PAYMENT.CAPTURE.PENDING" | "PAYMENT.CAPTURE.DENIED" | "PAYMENT.CAPTURE.DECLINED" => {
            started(resource.order()).or_else(|| payment(resource.id.as_deref()))
        }
        // The resource is the refund; of a reversal it may be the capture itself.
        "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED" if resource_type == "capture" => payment(resource.id.as_deref()),
        "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED" => payment(wire::up(&resource.links)),
        "CUSTOMER.DISPUTE.CREATED" | "CUSTOMER.DISPUTE.UPDATED" | "CUSTOMER.DISPUTE.RESOLVED" | "RISK.DISPUTE.CREATED" => {
            payment(resource.disputed_transactions.first().and_then(|disputed| disputed.seller_transaction_id.as_deref()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, environment: Environment) -> Result<(), Forged> {
        check_cert_url(text, environment, &Url::parse("http://127.0.0.1:3001/paypal").expect("an address"))
    }

    #[test]
    fn certificates_lie_at_paypal_and_nowhere_else() {
        for good in [
            "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42",
            "https://api-m.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42",
        ] {
            assert_eq!(check(good, Environment::Sandbox), Ok(()), "{good}");
            assert_eq!(check(good, Environment::Here), Ok(()), "{good}");
            assert_eq!(check(good, Environment::Live), Err(Forged::OtherAccount), "{good}");
        }
        assert_eq!(check("https://api.paypal.com/v1/notifications/certs/C", Environment::Live), Ok(()));
        assert_eq!(check("https://api.paypal.com/v1/notifications/certs/C", Environment::Here), Err(Forged::OtherAccount));
        assert_eq!(check("http://127.0.0.1:3001/paypal/v1/notifications/certs/C", Environment::Here), Ok(()));
        for bad in [
            "https://api.paypal.com.certs.example.test/v1/notifications/certs/CERT-EVIL",
            "https://evil.example/v1/notifications/certs/api.paypal.com",
            "https://api.paypal.com@evil.example/v1/notifications/certs/C",
            "https://api.paypal.com:8443/v1/notifications/certs/C",
            "http://api.paypal.com/v1/notifications/certs/C",
            "https://api.paypal.com/other/C",
            "https://api.paypal.com/v1/notifications/certs/../../../evil",
            "http://127.0.0.1:3002/paypal/v1/notifications/certs/C",
            "http://127.0.0.1:3001/paypal",
            "file:///etc/passwd",
            "",
        ] {
            assert_eq!(check(bad, Environment::Live), Err(Forged::BadSignature), "{bad}");
            assert_eq!(check(bad, Environment::Here), Err(Forged::BadSignature), "{bad}");
        }
        assert_eq!(check("http://127.0.0.1:3001/paypal/v1/notifications/certs/C", Environment::Live), Err(Forged::BadSignature));
    }

    #[test]
    fn events_name_what_can_be_asked_about() {
        let about = |event: &str| read(event.as_bytes()).map(|(_, notice)| notice.about);
        let reference = |id: &str| ProcessorRef::parse(id).expect("a reference");
        assert_eq!(
            about(r#"{"id":"WH-1","event_type":"CHECKOUT.PAYMENT-APPROVAL.REVERSED","resource":{"order_id":"5AB"}}"#),
            Ok(About::Started(reference("5AB")))
        );
        assert_eq!(
            about(r#"{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"2GH"}}"#),
            Ok(About::Payment(reference("2GH")))
        );
        assert_eq!(
            about(r#"{"id":"WH-1","event_type":"PAYMENT.CAPTURE.REVERSED","resource_type":"capture","resource":{"id":"2GH"}}"#),
            Ok(About::Payment(reference("2GH")))
        );
        assert_eq!(
            about(
                r#"{"id":"WH-1","event_type":"CUSTOMER.DISPUTE.CREATED","resource":{"disputed_transactions":[{"seller_transaction_id":"2GH"}]}}"#
            ),
            Ok(About::Payment(reference("2GH")))
        );
        assert_eq!(about(r#"{"id":"WH-1","event_type":"BILLING.PLAN.CREATED","resource":{}}"#), Ok(About::Nothing));
        for bad in
            ["", "{}", "[]", r#"{"id":"","event_type":"x","resource":{}}"#, r#"{"id":"a","event_type":"x","resource":{}},"webhook_id":"b""#]
        {
            assert_eq!(about(bad), Err(Forged::Unreadable), "{bad}");
        }
    }

    #[test]
    fn the_event_is_spliced_in_as_it_came() {
        let signature =
            Signature { algorithm: "SHA256withRSA", cert_url: "https://x/", id: "t", text: "AA==", time: "2026-01-01T00:00:02Z" };
        let event = "{ \"b\" : 1.00,\n\"a\":\"\\u0041\"}";
        let question = signature.question("7XK", event);
        assert!(question.ends_with(&format!("\"webhook_id\":\"7XK\",\"webhook_event\":{event}}}")), "{question}");
        assert!(serde_json::from_str::<serde_json::Value>(&question).is_ok());
    }

    proptest! {
        #[test]
        fn reading_survives_any_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&body);
        }

        #[test]
        fn any_address_is_survived(text in "\\PC{0,60}|https://[a-z.@:/#?]{0,60}") {
            let _ = check(&text, Environment::Live);
        }
    }
}
