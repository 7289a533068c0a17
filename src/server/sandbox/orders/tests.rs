//! The simulator by itself, as the sheet has it.

use std::sync::Arc;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::engine::new_id;
use super::model::{Sum, decimals};
use super::notices::{crc32, is_signed, message, signed, webhook_id};
use crate::domain::time::Timestamp;
use crate::server::clock::Clock;
use crate::server::sandbox::{Sandbox, SandboxConfig, router};

struct Bench {
    sandbox: Arc<Sandbox>,
    clock: Clock,
    bearer: String,
}

async fn call(sandbox: &Arc<Sandbox>, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(format!("/paypal{path}")).header("host", "sim.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).expect("a request");
    let answer = router(Arc::clone(sandbox)).oneshot(request).await.expect("an answer");
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn bench() -> Bench {
    let clock = Clock::manual(Timestamp::from_seconds(1_767_225_600));
    let sandbox = Sandbox::new(SandboxConfig::in_memory(clock.clone())).expect("in memory");
    let basic = ("authorization", "Basic bGVjdGVybi1kZW1vOlNpbXVsYXRvci0yMDI2");
    let (status, token) = call(&sandbox, "POST", "/v1/oauth2/token", &[basic], "grant_type=client_credentials").await;
    assert_eq!(status, 200);
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap_or_default());
    Bench { sandbox, clock, bearer }
}

fn order(currency: &str, value: &str) -> Value {
    json!({
        "intent": "CAPTURE", "purchase_units": [{"amount": {"currency_code": currency, "value": value}}],
        "application_context": {"return_url": "https://shop.example/back", "cancel_url": "https://shop.example/away"},
    })
}

impl Bench {
    async fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let headers = [("authorization", self.bearer.as_str()), ("content-type", "application/json"), ("paypal-request-id", key)];
        call(&self.sandbox, "POST", path, &headers, &body.to_string()).await
    }

    async fn paid(&self, key: &str) -> String {
        let (_, made) = self.post("/v2/checkout/orders", key, &order("EUR", "45.00")).await;
        let id = made["id"].as_str().unwrap_or_default().to_owned();
        let form = format!("token={id}&action=approve&funding=balance");
        let kind = ("content-type", "application/x-www-form-urlencoded");
        assert_eq!(call(&self.sandbox, "POST", "/checkoutnow", &[kind], &form).await.0, 303);
        assert_eq!(self.post(&format!("/v2/checkout/orders/{id}/capture"), key, &json!({})).await.0, 201);
        self.sandbox.report().entries.last().map(|entry| entry.pnref.clone()).unwrap_or_default()
    }
}

#[tokio::test]
async fn amounts_are_taken_as_strictly_as_paypal_takes_them() {
    let bench = bench().await;
    for (i, (currency, value, status, issue)) in [
        ("EUR", "45.00", 201, ""),
        ("EUR", "45", 201, ""),
        ("EUR", "45.5", 201, ""),
        ("JPY", "4500", 201, ""),
        ("JPY", "4500.00", 422, "DECIMAL_PRECISION"),
        ("HUF", "10.5", 422, "DECIMAL_PRECISION"),
        ("EUR", "45.001", 422, "DECIMAL_PRECISION"),
        ("EUR", "0.00", 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("EUR", "-1.00", 400, "INVALID_PARAMETER_SYNTAX"),
        ("EUR", "4,5", 400, "INVALID_PARAMETER_SYNTAX"),
        ("EUR", "45.", 400, "INVALID_PARAMETER_SYNTAX"),
        ("RON", "45.00", 422, "INVALID_CURRENCY_CODE"),
        ("eur", "45.00", 422, "INVALID_CURRENCY_CODE"),
        ("EUR", "99999999999999999999.00", 422, "MAX_VALUE_EXCEEDED"),
    ]
    .into_iter()
    .enumerate()
    {
        let (is, body) = bench.post("/v2/checkout/orders", &format!("k{i}"), &order(currency, value)).await;
        assert_eq!((is, body["details"][0]["issue"].as_str().unwrap_or_default()), (status, issue), "{currency} {value}");
    }
}

#[tokio::test]
async fn who_asks_and_how_is_checked() {
    let bench = bench().await;
    let good = [("authorization", bench.bearer.as_str()), ("content-type", "application/json")];
    let at = "/v2/checkout/orders";
    for (headers, body, status) in [
        (&good[1..], "{}", 401),
        (&good[..1], "{}", 415),
        (&good[..], "{", 400),
        (&good[..], "{}", 400),
        (&[("authorization", "Bearer nobody"), good[1]][..], "{}", 401),
        (&[good[0], good[1], ("paypal-request-id", &*"k".repeat(109))][..], "{}", 400),
        (&[good[0], good[1], ("paypal-mock-response", r#"{"mock_application_codes":"PERMISSION_DENIED"}"#)][..], "{}", 403),
    ] {
        assert_eq!(call(&bench.sandbox, "POST", at, headers, body).await.0, status, "{headers:?} {body}");
    }
    // An app sees its own orders and captures only, and a token ends.
    assert_eq!(call(&bench.sandbox, "GET", "/v2/checkout/orders/5AB", &good[..1], "").await.0, 404);
    bench.clock.advance_seconds(32_400);
    assert_eq!(call(&bench.sandbox, "GET", "/v2/checkout/orders/5AB", &good[..1], "").await.0, 401);
    let wrong = ("authorization", "Basic bGVjdGVybi1kZW1vOndyb25n");
    assert_eq!(call(&bench.sandbox, "POST", "/v1/oauth2/token", &[wrong], "grant_type=client_credentials").await.0, 401);
}

#[tokio::test]
async fn without_the_key_a_refund_is_made_again() {
    let bench = bench().await;
    let capture = bench.paid("one").await;
    let part = json!({"amount": {"currency_code": "EUR", "value": "10.00"}});
    let path = format!("/v2/payments/captures/{capture}/refund");
    let first = bench.post(&path, "r", &part).await;
    let again = bench.post(&path, "r", &part).await;
    assert_eq!((first.0, again.0), (201, 200));
    assert_eq!(first.1["id"], again.1["id"]);
    assert_eq!(bench.post(&path, "s", &part).await.0, 201);
    assert_eq!(bench.post(&path, "", &part).await.0, 201);
    assert_eq!(bench.sandbox.report().totals.first().map(|t| (t.captured_minor, t.refunded_minor)), Some((4500, 3000)));
    for (value, currency, issue) in [("15.01", "EUR", "REFUND_AMOUNT_EXCEEDED"), ("1.00", "USD", "REFUND_CAPTURE_CURRENCY_MISMATCH")] {
        let body = json!({"amount": {"currency_code": currency, "value": value}});
        assert_eq!(bench.post(&path, value, &body).await.1["details"][0]["issue"], issue);
    }
    assert_eq!(bench.post(&path, "rest", &json!({})).await.0, 201);
    assert_eq!(bench.post(&path, "more", &json!({})).await.1["details"][0]["issue"], "CAPTURE_FULLY_REFUNDED");
}

#[tokio::test]
async fn keys_are_forgotten_after_their_time() {
    let bench = bench().await;
    let make = async || bench.post("/v2/checkout/orders", "k", &order("EUR", "45.00")).await;
    let (first, again) = (make().await, make().await);
    assert_eq!((first.0, again.0), (201, 200));
    assert_eq!(first.1["id"], again.1["id"]);
    bench.clock.advance_seconds(6 * 3600);
    assert_ne!(make().await.1["id"], first.1["id"]);
}

/// The worked example of paypal-rest.md §9.6.
#[test]
fn notices_are_signed_as_in_the_worked_example() {
    let body = br#"{"id":"WH-DOC-4","event_type":"PAYMENT.CAPTURE.COMPLETED"}"#;
    assert_eq!((crc32(body), crc32(b"123456789"), crc32(b"")), (2_678_127_558, 0xCBF4_3926, 0));
    let (transmission, time, webhook) = ("5f0f1c2e-d0c0-4000-8000-000000000009", "2026-01-01T00:00:02Z", "7XK12345AB678901C");
    assert_eq!(message(transmission, time, webhook, body), format!("{transmission}|{time}|{webhook}|2678127558"));
    let headers = signed(transmission, time, webhook, "https://x/", body).expect("signed");
    let signature = headers.get("paypal-transmission-sig").and_then(|s| s.to_str().ok()).expect("text");
    assert!(signature.starts_with("M5ASQBCFb0RbQqE8RfrpB7G5Ao54Z+xtEH3QzgdmaHVzmrClDXec4NSUlrecd91emzj4obw8GtltTJVXLofJ3QQvi2Hx"));
    assert!(is_signed(transmission, time, webhook, signature, body));
    assert!(!is_signed(transmission, time, "another", signature, body));
    assert!(!is_signed(transmission, time, webhook, signature, b"{}"));
    assert!(!is_signed(transmission, time, webhook, "AAAA", body));
    assert!(!is_signed(transmission, time, webhook, "not base64", body));
}

#[test]
fn ids_look_like_paypals() {
    let id = new_id(&Clock::System);
    assert!(id.len() == 17 && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), "{id}");
    assert_eq!(webhook_id("lectern-demo"), webhook_id("lectern-demo"));
    assert_ne!(webhook_id("lectern-demo"), webhook_id("another"));
    assert_eq!(webhook_id("lectern-demo").len(), 17);
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same_amount(units in 1_i64..9_000_000_000_000, currency in "EUR|JPY|HUF|TWD|USD") {
        let sum = Sum { currency: currency.clone(), units };
        let digits = decimals(&currency).expect("carried") as usize;
        let value = sum.value();
        let (whole, fraction) = value.split_once('.').unwrap_or((&value, ""));
        prop_assert_eq!(fraction.len(), digits);
        prop_assert_eq!(format!("{whole}{fraction}").parse::<i64>().ok(), Some(units));
    }

    #[test]
    fn any_signature_is_survived(signature in "\\PC{0,60}", body in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(!is_signed("t", "u", "w", &signature, &body));
    }
}
