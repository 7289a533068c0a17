//! Notices: events to whoever listens for an account, signed as PayPal signs them, delivered again until they are taken
//! (paypal-rest.md §9). The key and its certificate are published test material: they protect nothing.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;

use crate::server::{clock::Clock, payments::line::http_client};

use super::super::{
    Inner,
    faults::{FaultKind, Seen},
    listeners::listeners,
};
use super::SIMULATOR;
use super::engine::new_id;
use super::model::iso;

const KEY: &str = include_str!("signing-key.pem");
/// What is served at [`CERT_PATH`].
pub const CERTIFICATE: &str = include_str!("signing-certificate.pem");
/// Where, below the simulator's address.
pub const CERT_PATH: &str = "v1/notifications/certs/CERT-SIMULATOR";
/// Pauses before each delivery: at once, then later and later.
const PAUSES: [u64; 7] = [0, 1, 5, 30, 120, 600, 3600];

/// The id of an account's webhook: always the same, so that settings can be written before the simulator runs.
pub fn webhook_id(account: &str) -> String {
    let digest = Sha256::new().chain_update(b"orders webhook\0").chain_update(account).finalize();
    digest.iter().take(17).map(|b| char::from(b"0123456789ABCDEFGHJKLMNPQRSTUVWX"[usize::from(b & 31)])).collect()
}

/// An event that happened.
#[derive(Clone, Debug)]
pub struct Happened {
    /// The app.
    pub account: String,
    /// `PAYMENT.CAPTURE.COMPLETED` and such.
    pub event_type: &'static str,
    /// What `resource` is.
    pub resource_type: &'static str,
    /// It.
    pub resource: Value,
    /// The merchant's reference, for scripts.
    pub our_ref: String,
    /// The simulator's address.
    pub origin: String,
}

/// A notice on its way.
pub struct Outgoing {
    urls: Vec<String>,
    headers: HeaderMap,
    body: String,
    times: u32,
    delay: Duration,
}

/// Writes and signs what has to be sent; nothing when nobody listens.
pub(super) fn prepare(inner: &mut Inner, clock: &Clock, happened: &Happened) -> Option<Outgoing> {
    let urls = listeners(&inner.objects, SIMULATOR, &happened.account);
    if urls.is_empty() {
        return None;
    }
    let amount = happened.resource["amount"]["value"].as_str().unwrap_or_default();
    let fault = inner.faults.take(&Seen { trxtype: "notice", custref: &happened.our_ref, amount, ..Seen::default() });
    let id = format!("WH-{}-{}", new_id(clock), new_id(clock));
    let now = iso(clock.now());
    let body = json!({
        "id": id, "event_version": "1.0", "create_time": now, "resource_type": happened.resource_type, "resource_version": "2.0",
        "event_type": happened.event_type, "summary": "Simulated.", "resource": happened.resource,
        "links": [{"href": format!("{}/v1/notifications/webhooks-events/{id}", happened.origin), "rel": "self", "method": "GET"}],
    })
    .to_string();
    let (mut times, mut delay, mut webhook) = (1, Duration::ZERO, webhook_id(&happened.account));
    match fault {
        Some(FaultKind::Never) => return None,
        Some(FaultKind::Twice) => times = 2,
        Some(FaultKind::Slow { ms }) => delay = Duration::from_millis(ms),
        Some(FaultKind::Forged) => webhook = "FORGED".to_owned(),
        Some(
            FaultKind::TimeoutBefore
            | FaultKind::TimeoutAfter
            | FaultKind::ResetBefore
            | FaultKind::ResetAfter
            | FaultKind::Status500
            | FaultKind::Html
            | FaultKind::Truncated { .. }
            | FaultKind::Broken
            | FaultKind::Huge
            | FaultKind::Answer104After
            | FaultKind::WrongAmount
            | FaultKind::WrongCurrency
            | FaultKind::Refuse { .. }
            | FaultKind::Pending
            | FaultKind::Decline { .. },
        )
        | None => {}
    }
    let transmission = clock.id::<uuid::Uuid>().to_string();
    let cert_url = format!("{}/{CERT_PATH}", happened.origin);
    let headers = signed(&transmission, &now, &webhook, &cert_url, body.as_bytes())?;
    Some(Outgoing { urls, headers, body, times, delay })
}

/// The headers of a signed transmission.
pub fn signed(transmission: &str, time: &str, webhook_id: &str, cert_url: &str, body: &[u8]) -> Option<HeaderMap> {
    let key = key()?;
    let message = message(transmission, time, webhook_id, body);
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).ok()?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in [
        ("paypal-transmission-id", transmission),
        ("paypal-transmission-time", time),
        ("paypal-transmission-sig", &STANDARD.encode(signature)),
        ("paypal-cert-url", cert_url),
        ("paypal-auth-algo", "SHA256withRSA"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).ok()?);
    }
    Some(headers)
}

/// Whether a transmission was signed with our key for this webhook.
pub fn is_signed(transmission: &str, time: &str, webhook_id: &str, signature: &str, body: &[u8]) -> bool {
    let (Some(key), Ok(signature)) = (key(), STANDARD.decode(signature)) else { return false };
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public().as_ref().to_vec());
    public.verify(message(transmission, time, webhook_id, body).as_bytes(), &signature).is_ok()
}

/// The signed text (paypal-rest.md §9.5).
pub fn message(transmission: &str, time: &str, webhook_id: &str, body: &[u8]) -> String {
    format!("{transmission}|{time}|{webhook_id}|{}", crc32(body))
}

/// CRC-32 of zip and PNG, bit by bit: notices are small.
pub fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

fn key() -> Option<RsaKeyPair> {
    let base64: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(base64).ok()?).ok()
}

impl Outgoing {
    /// Delivers in tasks of its own.
    pub fn send(self) {
        for url in &self.urls {
            for _ in 0..self.times {
                tokio::spawn(deliver(url.clone(), self.headers.clone(), self.body.clone(), self.delay));
            }
        }
    }
}

async fn deliver(url: String, headers: HeaderMap, body: String, delay: Duration) {
    let Ok(http) = http_client() else { return };
    sleep(delay).await;
    for pause in PAUSES {
        sleep(Duration::from_secs(pause)).await;
        let request = http.request(Method::POST, &url).timeout(Duration::from_secs(20)).headers(headers.clone()).body(body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => tracing::info!(status = answer.status().as_u16(), "a notice was not taken"),
            Err(_) => tracing::info!("nobody took a notice"),
        }
    }
    tracing::warn!("a notice is given up");
}
