//! Instant payment notifications: sent to the address that came with the payment, or that the account names, in windows-1252, again
//! and again until they are taken; and the answer to who asks whether one is genuine (paypal-express-checkout.md §11).

use std::sync::Arc;
use std::time::Duration;

use axum::{
    http::{Method, StatusCode, header},
    response::Response,
};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest as _, Sha256};
use tokio::time::sleep;

use crate::domain::{money::Money, time::Timestamp};
use crate::server::{clock::Clock, payments::line::http_client};

use super::super::{
    Inner, Sandbox,
    faults::{FaultKind, Seen},
    listeners::listeners,
    trouble::{self, Plain},
};
use super::read::written;
use super::txn::{Does, TXN, Txn};
use super::{Product, email, merchant_id};

const SENT: &str = "ipn";
/// Pauses before each delivery: at once, then later and later.
const PAUSES: [u64; 7] = [0, 1, 5, 30, 120, 600, 3600];

/// A notice on its way.
pub struct Outgoing {
    urls: Vec<String>,
    body: Vec<u8>,
    times: u32,
    delay: Duration,
}

/// Writes what has to be sent about a transaction; nothing when nobody listens.
pub(super) fn prepare(inner: &mut Inner, clock: &Clock, product: &Product, id: &str) -> Option<Outgoing> {
    let txn: Txn = inner.objects.get(product.name, TXN, id)?;
    let body = body(&txn, product, clock);
    send_about(inner, product, &txn, body)
}

/// The same about a case that the payer opened.
pub(super) fn prepare_case(inner: &mut Inner, clock: &Clock, product: &Product, id: &str) -> Option<Outgoing> {
    let txn: Txn = inner.objects.get(product.name, TXN, id)?;
    let body = encoded(&[
        ("txn_type", "new_case".to_owned()),
        ("txn_id", txn.id.clone()),
        ("case_id", format!("PP-{}", &txn.id[..8.min(txn.id.len())])),
        ("case_type", "chargeback".to_owned()),
        ("reason_code", "unauthorized".to_owned()),
        ("case_creation_date", pacific(clock.now())),
        ("invoice", txn.invoice.clone()),
        ("custom", txn.custom.clone()),
        ("payer_id", txn.buyer.payer.clone()),
        ("receiver_id", merchant_id(&txn.account)),
        ("charset", "windows-1252".to_owned()),
        ("notify_version", "3.9".to_owned()),
        ("verify_sign", clock.token()),
        ("test_ipn", "1".to_owned()),
        ("ipn_track_id", clock.token().to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).take(13).collect()),
    ]);
    send_about(inner, product, &txn, body)
}

fn send_about(inner: &mut Inner, product: &Product, txn: &Txn, mut body: Vec<u8>) -> Option<Outgoing> {
    let urls = if txn.notify_url.is_empty() { listeners(&inner.objects, product.name, &txn.account) } else { vec![txn.notify_url.clone()] };
    if urls.is_empty() {
        return None;
    }
    let amount = written(txn.amount);
    let fault = inner.faults.take(&Seen { trxtype: "notice", custref: &txn.our_ref, amount: &amount, ..Seen::default() });
    let (mut times, mut delay) = (1, Duration::ZERO);
    match fault {
        Some(FaultKind::Never) => return None,
        Some(FaultKind::Twice) => times = 2,
        Some(FaultKind::Slow { ms }) => delay = Duration::from_millis(ms),
        // Somebody changed it on the way: it is not what was sent.
        Some(FaultKind::Forged) => {
            body.extend_from_slice(b"&memo=forged");
            return Some(Outgoing { urls, body, times, delay });
        }
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
    inner.put(product.name, SENT, &fingerprint(&body), &txn.account);
    Some(Outgoing { urls, body, times, delay })
}

fn fingerprint(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A notice's body.
fn body(txn: &Txn, product: &Product, clock: &Clock) -> Vec<u8> {
    let is_refund = txn.does == Does::Refund;
    let gross = Money::from_minor(if is_refund { -txn.amount.minor() } else { txn.amount.minor() }, txn.amount.currency());
    let status = match (is_refund, txn.status.as_str()) {
        (true, "Completed") => "Refunded".to_owned(),
        (_, other) => other.replace('-', "_"),
    };
    let seller = email(&txn.account);
    let mut pairs = vec![
        ("mc_gross", written(gross)),
        ("invoice", txn.invoice.clone()),
        ("protection_eligibility", "Eligible".to_owned()),
        ("payer_id", txn.buyer.payer.clone()),
        ("tax", "0.00".to_owned()),
        ("payment_date", pacific(clock.now())),
        ("payment_status", status),
        ("charset", "windows-1252".to_owned()),
        ("first_name", txn.buyer.first.clone()),
        ("notify_version", "3.9".to_owned()),
        ("custom", txn.custom.clone()),
        ("payer_status", "verified".to_owned()),
        ("business", seller.clone()),
        ("quantity", "1".to_owned()),
        ("verify_sign", clock.token()),
        ("payer_email", txn.buyer.email.clone()),
        ("txn_id", txn.id.clone()),
        ("payment_type", txn.payment_type.clone()),
        ("last_name", txn.buyer.last.clone()),
        ("receiver_email", seller),
        ("payment_fee", String::new()),
        ("receiver_id", merchant_id(&txn.account)),
        ("mc_currency", txn.amount.currency().code().to_owned()),
        ("residence_country", txn.buyer.country.clone()),
        ("test_ipn", "1".to_owned()),
        ("transaction_subject", txn.subject.clone()),
        ("payment_gross", String::new()),
        ("ipn_track_id", clock.token().to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).take(13).collect()),
    ];
    if txn.status == "Completed" {
        pairs.push(("mc_fee", written(product.fee_of(txn.amount, !is_refund))));
    }
    match (&txn.parent, is_refund) {
        (Some(parent), true) => pairs.extend([("reason_code", "refund".to_owned()), ("parent_txn_id", parent.clone())]),
        (Some(parent), false) => pairs.extend([("auth_id", parent.clone()), ("parent_txn_id", parent.clone())]),
        (None, _) => pairs.push(("txn_type", product.ipn_type.to_owned())),
    }
    if txn.status == "Pending" {
        pairs.push(("pending_reason", txn.reason.replace('-', "_")));
    }
    encoded(&pairs)
}

/// A form in windows-1252.
fn encoded(pairs: &[(&str, String)]) -> Vec<u8> {
    let escaped = |value: &str| percent_encode(&windows_1252(value), NON_ALPHANUMERIC).to_string().replace("%20", "+");
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    pairs.join("&").into_bytes()
}

/// Text in windows-1252, as far as it goes.
fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '\u{0}'..='\u{7f}' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        '€' => 0x80,
        '„' => 0x84,
        '…' => 0x85,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '–' => 0x96,
        '—' => 0x97,
        _ => b'?',
    };
    text.chars().map(byte).collect()
}

/// `01:21:44 Mar 04, 2026 PST`; without summer time.
fn pacific(at: Timestamp) -> String {
    let local = jiff::Timestamp::from_second(at.seconds() - 8 * 3600).unwrap_or_default();
    local.strftime("%H:%M:%S %b %d, %Y PST").to_string()
}

impl Outgoing {
    /// Delivers in tasks of its own.
    pub fn send(self) {
        for url in &self.urls {
            for _ in 0..self.times {
                tokio::spawn(deliver(url.clone(), self.body.clone(), self.delay));
            }
        }
    }
}

async fn deliver(url: String, body: Vec<u8>, delay: Duration) {
    let Ok(http) = http_client() else { return };
    sleep(delay).await;
    for pause in PAUSES {
        sleep(Duration::from_secs(pause)).await;
        let request = http
            .request(Method::POST, &url)
            .timeout(Duration::from_secs(20))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => tracing::info!(status = answer.status().as_u16(), "a notice was not taken"),
            Err(_) => tracing::info!("nobody took a notice"),
        }
    }
    tracing::warn!("a notice is given up");
}

/// Whether a body was sent from here: exactly it, byte for byte.
pub(super) async fn vouch(sandbox: &Arc<Sandbox>, product: &Product, echo: &[u8]) -> Response {
    let trxtype = format!("{}.verify", product.name);
    let fault = sandbox.lock().faults.take(&Seen { trxtype: &trxtype, ..Seen::default() });
    if let Some(response) = trouble::before_booking(fault.as_ref(), sandbox.hang()).await {
        return response;
    }
    let is_ours = sandbox.lock().objects.get::<String>(product.name, SENT, &fingerprint(echo)).is_some();
    let body = if is_ours { "VERIFIED" } else { "INVALID" }.to_owned();
    let plain = Plain { status: StatusCode::OK, content_type: "text/html; charset=UTF-8", body };
    trouble::deliver(fault.as_ref(), plain, sandbox.hang()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_sent_in_their_charset_and_times_in_california() {
        assert_eq!(windows_1252("Zoë – €ț"), [b'Z', b'o', 0xeb, b' ', 0x96, b' ', 0x80, b'?']);
        assert_eq!(pacific(Timestamp::from_seconds(1_772_616_104)), "01:21:44 Mar 04, 2026 PST");
    }
}
