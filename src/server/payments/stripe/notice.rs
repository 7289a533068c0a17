//! Webhooks: who signed, when, and what it is about (stripe.md §9). Pure: the clock and the secrets are handed in.

use axum::http::HeaderMap;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use crate::domain::time::Timestamp;

use super::super::ask::{AttemptRef, ProcessorRef};
use super::super::processor::{About, Forged, Notice, Tells};
use super::request::ATTEMPT;
use super::settings::Mode;

/// How far a signature's time may be from ours, in seconds, either way (stripe.md §9.3).
pub const TOLERANCE_SECONDS: i64 = 300;

/// The header with the signatures.
const SIGNATURE: &str = "stripe-signature";

/// Whether the body as it came is signed with one of `secrets`, around now. Only `v1` counts, any of several.
///
/// # Errors
/// `BadSignature`, or `Stale` for a right signature at the wrong time.
pub fn verify<'a>(headers: &HeaderMap, body: &[u8], secrets: impl Iterator<Item = &'a str>, now: Timestamp) -> Result<(), Forged> {
    let mut given = headers.get_all(SIGNATURE).iter();
    let (Some(header), None) = (given.next(), given.next()) else { return Err(Forged::BadSignature) };
    let header = header.to_str().map_err(|_| Forged::BadSignature)?;
    let pairs = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let signed_at = pairs().find(|(name, _)| *name == "t").map(|(_, at)| at).ok_or(Forged::BadSignature)?;
    let plain = (1..=12).contains(&signed_at.len()) && signed_at.bytes().all(|b| b.is_ascii_digit());
    let seconds: i64 = plain.then(|| signed_at.parse().ok()).flatten().ok_or(Forged::BadSignature)?;
    let signatures: Vec<Vec<u8>> = pairs().filter(|(name, _)| *name == "v1").filter_map(|(_, hex)| from_hex(hex)).collect();
    let matches = secrets.fold(false, |matches, secret| {
        signatures.iter().fold(matches, |matches, signature| is_signed(secret, signed_at, body, signature) | matches)
    });
    match (matches, (now.seconds() - seconds).abs() <= TOLERANCE_SECONDS) {
        (true, true) => Ok(()),
        (true, false) => Err(Forged::Stale),
        (false, true | false) => Err(Forged::BadSignature),
    }
}

fn is_signed(secret: &str, signed_at: &str, body: &[u8], signature: &[u8]) -> bool {
    // A key of any length makes a MAC.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.chain_update(signed_at).chain_update(b".").chain_update(body).verify_slice(signature).is_ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |b: u8| char::from(b).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let pairs = text.as_bytes().chunks(2);
    (text.len() == 64).then(|| pairs.map(|pair| Some(nibble(*pair.first()?)? << 4 | nibble(*pair.get(1)?)?)).collect())?
}

#[derive(Deserialize)]
struct Event {
    id: String,
    object: String,
    #[serde(rename = "type")]
    kind: String,
    livemode: bool,
    /// Only events of accounts connected to ours have one; we connect none.
    account: Option<String>,
    data: Snapshot,
}

#[derive(Deserialize)]
struct Snapshot {
    object: Value,
}

/// Reads a message whose signature was checked.
///
/// # Errors
/// `Unreadable`, or `OtherAccount` for another account's, or the other mode's.
pub fn read(body: &[u8], mode: Mode) -> Result<Notice, Forged> {
    let event: Event = serde_json::from_slice(body).map_err(|_| Forged::Unreadable)?;
    if event.object != "event" || !(1..=255).contains(&event.id.len()) {
        return Err(Forged::Unreadable);
    }
    if event.livemode != mode.livemode() || event.account.is_some() {
        return Err(Forged::OtherAccount);
    }
    let about = about(&event.kind, &event.data.object);
    Ok(Notice { id: event.id, about, tells: tells(&event.kind) })
}

fn tells(kind: &str) -> Tells {
    match kind {
        "charge.dispute.created" => Tells::DisputeOpened,
        "charge.dispute.closed" => Tells::DisputeClosed,
        _ => Tells::Change,
    }
}

/// What an event is about. The snapshot in it is old by now: only its references are read (stripe.md §9.2).
fn about(kind: &str, object: &Value) -> About {
    let text = |name: &str| object.get(name).and_then(Value::as_str);
    let payment = || text("payment_intent").and_then(ProcessorRef::parse).map_or(About::Nothing, About::Payment);
    match kind {
        "checkout.session.completed"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed"
        | "checkout.session.expired" => text("id").and_then(ProcessorRef::parse).map_or(About::Nothing, About::Started),
        "payment_intent.succeeded"
        | "payment_intent.processing"
        | "payment_intent.payment_failed"
        | "payment_intent.amount_capturable_updated"
        | "payment_intent.canceled" => {
            let ours = object.get("metadata").and_then(|m| m.get(ATTEMPT)).and_then(Value::as_str).and_then(AttemptRef::parse);
            let payment = || text("id").and_then(ProcessorRef::parse).map_or(About::Nothing, About::Payment);
            ours.map_or_else(payment, About::Attempt)
        }
        "charge.refunded"
        | "charge.refund.updated"
        | "refund.created"
        | "refund.updated"
        | "refund.failed"
        | "charge.dispute.created"
        | "charge.dispute.closed"
        | "charge.dispute.funds_withdrawn"
        | "charge.dispute.funds_reinstated" => payment(),
        _ => About::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    const SECRET: &str = "whsec_doc_example";
    const BODY: &[u8] = br#"{"id":"evt_doc_1","object":"event","type":"payment_intent.succeeded"}"#;
    const V1: &str = "8211d314402a15c8a8c5eb175d7833bd6a702784a1e54fd62f1b963602c3cd7a";

    fn check(header: &str, body: &[u8], secrets: &[&str], now: i64) -> Result<(), Forged> {
        let headers = HeaderMap::from_iter([(SIGNATURE.parse().expect("a name"), HeaderValue::from_str(header).expect("a value"))]);
        verify(&headers, body, secrets.iter().copied(), Timestamp::from_seconds(now))
    }

    /// stripe.md §9.4.
    #[test]
    fn the_worked_example_holds() {
        let header = format!("t=1767225597,v1={V1}");
        let at = 1_767_225_597;
        assert_eq!(check(&header, BODY, &[SECRET], at), Ok(()));
        assert_eq!(check(&header, BODY, &[SECRET], at + 300), Ok(()), "exactly at the tolerance");
        assert_eq!(check(&header, BODY, &[SECRET], at + 301), Err(Forged::Stale));
        assert_eq!(check(&header, BODY, &[SECRET], at - 300), Ok(()));
        assert_eq!(check(&header, BODY, &[SECRET], at - 301), Err(Forged::Stale));
        assert_eq!(check(&header, &[BODY, b"\n"].concat(), &[SECRET], at), Err(Forged::BadSignature));
        assert_eq!(check(&header, BODY, &["whsec_other"], at), Err(Forged::BadSignature));
        assert_eq!(check(&header, BODY, &[], at), Err(Forged::BadSignature));
        assert_eq!(check(&header, BODY, &["whsec_other", SECRET], at), Ok(()), "a secret being rolled");
        assert_eq!(check(&format!("t=1767225598,v1={V1}"), BODY, &[SECRET], at), Err(Forged::BadSignature));
    }

    #[test]
    fn only_v1_counts_and_any_of_several() {
        let zero = "0".repeat(64);
        let at = 1_767_225_597;
        for (header, expected) in [
            (format!("t=1767225597,v1={V1},v1={zero}"), Ok(())),
            (format!("t=1767225597,v1={zero},v1={V1},v0={zero}"), Ok(())),
            (format!("t=1767225597, v1={V1}"), Ok(())),
            (format!("t=1767225597,v0={V1}"), Err(Forged::BadSignature)),
            (format!("t=1767225597,v1={}", &V1[..62]), Err(Forged::BadSignature)),
            (format!("t=1767225597,v1={V1}0"), Err(Forged::BadSignature)),
            (format!("v1={V1}"), Err(Forged::BadSignature)),
            (format!("t=,v1={V1}"), Err(Forged::BadSignature)),
            (format!("t=-1767225597,v1={V1}"), Err(Forged::BadSignature)),
            (format!("t=99999999999999999999,v1={V1}"), Err(Forged::BadSignature)),
            ("t=1767225597".to_owned(), Err(Forged::BadSignature)),
            (String::new(), Err(Forged::BadSignature)),
        ] {
            assert_eq!(check(&header, BODY, &[SECRET], at), expected, "{header}");
        }
        assert_eq!(verify(&HeaderMap::new(), BODY, [SECRET].into_iter(), Timestamp::from_seconds(at)), Err(Forged::BadSignature));
    }

    #[test]
    fn an_event_says_what_to_look_at() {
        let event = |kind: &str, object: &str| {
            let body = format!(r#"{{"id":"evt_1","object":"event","type":"{kind}","livemode":false,"data":{{"object":{object}}}}}"#);
            read(body.as_bytes(), Mode::Test).map(|notice| notice.about)
        };
        let payment = |id: &str| Ok(About::Payment(ProcessorRef::parse(id).expect("a reference")));
        let started = Ok(About::Started(ProcessorRef::parse("cs_1").expect("a reference")));
        assert_eq!(event("checkout.session.completed", r#"{"id":"cs_1"}"#), started);
        let ours = r#"{"id":"pi_1","metadata":{"attempt_ref":"A1"}}"#;
        assert_eq!(event("payment_intent.succeeded", ours), Ok(About::Attempt(AttemptRef::parse("A1").expect("a reference"))));
        assert_eq!(event("payment_intent.succeeded", r#"{"id":"pi_1","metadata":{"attempt_ref":"not one of ours"}}"#), payment("pi_1"));
        assert_eq!(event("payment_intent.succeeded", r#"{"id":"pi_1"}"#), payment("pi_1"));
        assert_eq!(event("charge.refunded", r#"{"id":"ch_1","payment_intent":"pi_1"}"#), payment("pi_1"));
        assert_eq!(event("charge.dispute.created", r#"{"id":"dp_1","payment_intent":"pi_1"}"#), payment("pi_1"));
        assert_eq!(event("refund.failed", r#"{"id":"re_1","payment_intent":null}"#), Ok(About::Nothing));
        assert_eq!(event("customer.created", r#"{"id":"cus_1"}"#), Ok(About::Nothing));
        assert_eq!(event("payment_intent.created", ours), Ok(About::Nothing));
    }

    #[test]
    fn another_account_or_mode_is_not_ours() {
        let event = |more: &str| format!(r#"{{"id":"evt_1","object":"event","type":"x","data":{{"object":{{}}}},{more}}}"#);
        assert_eq!(read(event(r#""livemode":true"#).as_bytes(), Mode::Test), Err(Forged::OtherAccount));
        assert_eq!(read(event(r#""livemode":false"#).as_bytes(), Mode::Live), Err(Forged::OtherAccount));
        assert_eq!(read(event(r#""livemode":false,"account":"acct_1""#).as_bytes(), Mode::Test), Err(Forged::OtherAccount));
        assert_eq!(read(event(r#""livemode":null"#).as_bytes(), Mode::Test), Err(Forged::Unreadable));
        assert_eq!(read(b"[]", Mode::Test), Err(Forged::Unreadable));
    }

    proptest! {
        #[test]
        fn reading_survives_any_bytes(header in "[ -~]{0,120}", body in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(check(&header, &body, &[SECRET], 1_767_225_597).is_err());
            prop_assert!(read(&body, Mode::Test).is_err());
        }
    }
}
