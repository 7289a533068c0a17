//! Our PayPal Orders client and simulator against the recorded examples, `vectors*.json`: from the folder `LECTERN_VECTORS`, else
//! `../shared/protocols`, else the copies in `tests/vectors`.
//!
//! Outbound: the whole client talks to a server that plays the recorded reply, and what it sent is compared with the recorded
//! request; then the simulator gets the recorded request, and its reply is compared with the recorded one. Inbound: the client
//! takes the recorded notice and asks the simulator, which verifies it with the recorded key.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode},
    response::{IntoResponse as _, Response},
};
use http_body_util::BodyExt as _;
use lectern::domain::{ids::ProcessorConfigId, money::Money, text::Lang, time::Timestamp};
use lectern::server::clock::Clock;
use lectern::server::payments::orders::notice;
use lectern::server::payments::{
    About, Approval, AttemptRef, ConfigVersion, ConnectionProblem, Decline, Doubt, Fault, Forged, IdempotencyKey, NextStep, Outcome,
    Processor, ProcessorConfig, ProcessorKind, ProcessorRef, Processors, Timing,
};
use lectern::server::sandbox::{
    self, Account, Sandbox, SandboxConfig,
    faults::{Fault as Script, FaultKind},
    orders::notices::{crc32, message},
    router,
};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

#[derive(Deserialize)]
struct File {
    fixtures: Option<Value>,
    vectors: Vec<Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct Vector {
    name: String,
    call: String,
    direction: String,
    #[serde(default)]
    given: Value,
    wire_request: Value,
    wire_response: Value,
    expect: Value,
}

fn folder() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared = here.join("../shared/protocols");
    match std::env::var_os("LECTERN_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None if shared.is_dir() => shared,
        None => here.join("tests/vectors"),
    }
}

fn vectors() -> (Vec<Vector>, Value) {
    let (mut all, mut fixtures) = (Vec::new(), Value::Null);
    for entry in std::fs::read_dir(folder()).expect("the vectors' folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        if name.starts_with("vectors") && name.ends_with(".json") {
            let file: File = serde_json::from_str(&std::fs::read_to_string(&path).expect("readable vectors")).expect("vectors");
            let ours = file.vectors.into_iter().filter(|v| v["provider"] == "paypal");
            all.extend(ours.map(|v| serde_json::from_value::<Vector>(v).expect("a paypal vector")));
            if let Some(found) = file.fixtures.filter(|f| !f["paypal_webhook_id"].is_null()) {
                fixtures = found;
            }
        }
    }
    assert!(all.len() >= 44, "only {} paypal vectors in {}", all.len(), folder().display());
    (all, fixtures)
}

fn of_calls(calls: &[&str]) -> Vec<Vector> {
    vectors().0.into_iter().filter(|v| calls.contains(&v.call.as_str())).collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn body_of(v: &Vector) -> Value {
    serde_json::from_str(text(&v.wire_request, "/body")).unwrap_or(Value::Null)
}

/// Every vector is looked at by one of the tests below.
#[test]
fn no_vector_is_left_out() {
    for v in vectors().0 {
        let known = ["oauth2.token", "orders.create", "orders.capture", "orders.get", "captures.refund", "verify-webhook-signature"];
        match v.direction.as_str() {
            "outbound" => assert!(known.contains(&v.call.as_str()), "{}", v.name),
            _ => assert!(["webhook.receive", "webhook.sequence"].contains(&v.call.as_str()), "{}", v.name),
        }
    }
}

// As client.

/// What the played PayPal got.
#[derive(Clone, Debug)]
struct Got {
    method: String,
    path: String,
    headers: HeaderMap,
    body: String,
}

/// A PayPal that gives tokens, plays one reply to posts, and tells orders in turn to reads.
struct Played {
    token: Value,
    reply: Value,
    reads: Mutex<Vec<String>>,
    got: Mutex<Vec<Got>>,
}

async fn play(State(played): State<Arc<Played>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let path = parts.uri.path().to_owned();
    let got = Got {
        method: parts.method.to_string(),
        path: path.clone(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    played.got.lock().expect("unpoisoned").push(got);
    let recorded = |reply: &Value| {
        let status = StatusCode::from_u16(u16::try_from(reply["status"].as_u64().unwrap_or(500)).expect("small")).expect("a status");
        let kind = text(reply, "/headers/Content-Type").to_owned();
        (status, [("content-type", kind)], text(reply, "/body").to_owned()).into_response()
    };
    if path == "/v1/oauth2/token" {
        return recorded(&played.token);
    }
    if parts.method == "GET" {
        let mut reads = played.reads.lock().expect("unpoisoned");
        let body = if reads.len() > 1 { reads.remove(0) } else { reads.first().cloned().unwrap_or_default() };
        return ([("content-type", "application/json")], body).into_response();
    }
    if played.reply["error"] == "timeout" {
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
    recorded(&played.reply)
}

struct Stage {
    paypal: Arc<dyn Processor>,
    played: Arc<Played>,
}

fn connected(base_url: &str, webhook_id: &str, clock: Clock) -> Arc<dyn Processor> {
    let config = ProcessorConfig {
        of: ConfigVersion { id: ProcessorConfigId(uuid::Uuid::nil()), version: 1 },
        settings: json!({
            "base_url": base_url, "client_id": "AVtestClientId0001", "webhook_id": webhook_id, "brand_name": "Example Seats",
        }),
        secrets: BTreeMap::from([("client_secret".to_owned(), SecretString::from("EKtestSecret0001"))]),
    };
    let timing = Timing {
        deadline: Duration::from_millis(1500),
        resend_after: vec![Duration::from_millis(5); 2],
        place_wait: Duration::from_millis(200),
        ..Timing::default()
    };
    Processors::with_timing(clock, timing).expect("TLS").get(ProcessorKind::Orders, &config).expect("usable")
}

async fn stage(token: Value, reply: Value, reads: Vec<String>) -> Stage {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let played = Arc::new(Played { token, reply, reads: Mutex::new(reads), got: Mutex::new(Vec::new()) });
    let app = Router::new().fallback(play).with_state(Arc::clone(&played));
    tokio::spawn(async move { drop(axum::serve(listener, app).await) });
    Stage { paypal: connected(&base, "7XK12345AB678901C", Clock::System), played }
}

impl Stage {
    /// The requests that were no questions for a token.
    fn got(&self) -> Vec<Got> {
        self.played.got.lock().expect("unpoisoned").iter().filter(|got| got.path != "/v1/oauth2/token").cloned().collect()
    }
}

fn recorded(name: &str) -> Vector {
    vectors().0.into_iter().find(|v| v.name == name).unwrap_or_else(|| panic!("no vector {name}"))
}

fn key() -> IdempotencyKey {
    IdempotencyKey::from_random([7; 16])
}

fn approval(body: &Value) -> Approval {
    let unit = &body["purchase_units"][0];
    let currency = text(unit, "/amount/currency_code").parse().unwrap_or(lectern::domain::money::Currency::EUR);
    let context = &body["payment_source"]["paypal"]["experience_context"];
    Approval {
        amount: Money::parse(text(unit, "/amount/value"), currency).unwrap_or(Money::from_minor(4500, currency)),
        description: text(unit, "/description").to_owned(),
        invoice: text(unit, "/invoice_id").to_owned(),
        attempt_ref: AttemptRef::parse("TRY1").expect("a reference"),
        email: None,
        return_url: text(context, "/return_url").to_owned(),
        cancel_url: text(context, "/cancel_url").to_owned(),
        notify_url: String::new(),
        lang: Lang::En,
        kinds: lectern::domain::card_kinds::CardKinds::All,
    }
}

/// Sent as recorded: method, path, and the headers but for the values that are ours.
fn check_request(v: &Vector, got: &Got) {
    let wire = &v.wire_request;
    assert_eq!(got.method, text(wire, "/method"), "{}", v.name);
    assert_eq!(Some(got.path.as_str()), text(wire, "/url").strip_prefix("https://api-m.sandbox.paypal.com"), "{}", v.name);
    let header = |name: &str| got.headers.get(name).and_then(|h| h.to_str().ok()).unwrap_or_default();
    for (name, value) in wire["headers"].as_object().expect("headers") {
        let value = value.as_str().expect("text");
        match name.as_str() {
            "Host" => {}
            "PayPal-Request-Id" => assert!((1..=108).contains(&header(name).len()), "{}", v.name),
            "Prefer" | "Accept" | "Content-Type" | "Authorization" => assert_eq!(header(name), value, "{}: {name}", v.name),
            other => panic!("{}: unknown header {other}", v.name),
        }
    }
}

#[tokio::test]
async fn tokens_are_asked_for_and_read_as_recorded() {
    let all = of_calls(&["oauth2.token"]);
    assert!(all.len() >= 2);
    for v in all {
        let stage = stage(v.wire_response.clone(), Value::Null, vec![]).await;
        let tested = stage.paypal.test_connection().await;
        match text(&v.expect, "/outcome") {
            "token_issued" => assert_eq!(tested, Ok(()), "{}", v.name),
            "auth_failed" => assert_eq!(tested, Err(ConnectionProblem::Credentials), "{}", v.name),
            other => panic!("{}: {other}", v.name),
        }
        let got = stage.played.got.lock().expect("unpoisoned").first().cloned().expect("a request");
        assert_eq!((got.path.as_str(), got.body.as_str()), ("/v1/oauth2/token", text(&v.wire_request, "/body")));
        assert_eq!(got.headers["content-type"], "application/x-www-form-urlencoded");
        if v.name.ends_with(".ok") {
            assert_eq!(got.headers["authorization"].to_str().expect("text"), text(&v.wire_request, "/headers/Authorization"));
        }
    }
}

#[tokio::test]
async fn orders_are_created_as_recorded() {
    let all = of_calls(&["orders.create"]);
    assert!(all.len() >= 7);
    for v in all {
        let stage = stage(recorded("paypal.token.ok").wire_response, v.wire_response.clone(), vec![]).await;
        let wanted = body_of(&v);
        let outcome = stage.paypal.start(&key(), &approval(&wanted)).await;
        match text(&v.expect, "/outcome") {
            "payer_action_needed" => {
                let Outcome::NeedsCustomer(NextStep::Redirect { url, reference }) = outcome else { panic!("{}: {outcome:?}", v.name) };
                assert_eq!(reference.as_str(), text(&v.expect, "/order_id"), "{}", v.name);
                assert!(v.expect["redirect_url"].is_null() || url == text(&v.expect, "/redirect_url"), "{}: {url}", v.name);
            }
            "invalid_request" => {
                let code = text(&v.expect, "/provider_code").to_owned();
                assert_eq!(outcome, Outcome::NotSent(Fault::Rejected { code }), "{}", v.name);
            }
            other => panic!("{}: {other}", v.name),
        }
        let got = stage.got().first().cloned().expect("a request");
        check_request(&v, &got);
        let ours: Value = serde_json::from_str(&got.body).expect("JSON");
        if v.name == "paypal.order.create.missing_field" {
            continue;
        }
        let (mut ours, mut wanted) = (ours, wanted);
        ours["payment_source"]["paypal"]["experience_context"]["locale"].take();
        wanted["payment_source"]["paypal"]["experience_context"]["locale"].take();
        // Our reference is shorter; and yen never get decimals from us.
        wanted["purchase_units"][0]["custom_id"] = "TRY1".into();
        if v.name == "paypal.order.create.jpy_with_decimals" {
            wanted["purchase_units"][0]["amount"]["value"] = "4500".into();
        }
        if wanted["application_context"].is_object() {
            assert_eq!(ours["purchase_units"], wanted["purchase_units"], "{}", v.name);
        } else {
            assert_eq!(ours, wanted, "{}", v.name);
        }
    }
}

#[tokio::test]
async fn captures_are_made_and_read_as_recorded() {
    let all = of_calls(&["orders.capture"]);
    assert!(all.len() >= 16);
    let approved = text(&recorded("paypal.order.get.approved_not_captured").wire_response, "/body").to_owned();
    let open = text(&recorded("paypal.order.create.payer_action").wire_response, "/body").to_owned();
    let paid = text(&recorded("paypal.order.get.after_timeout_paid").wire_response, "/body").replace("booking:9f1c", "TRY1");
    for v in all {
        // What the order says when it is read back.
        let after = match text(&v.expect, "/outcome") {
            "not_approved" => open.clone(),
            "already_captured" => paid.clone(),
            _ => approved.clone(),
        };
        let mut reply = v.wire_response.clone();
        reply["body"] = text(&reply, "/body").replace("booking:9f1c", "TRY1").into();
        let stage = stage(recorded("paypal.token.ok").wire_response, reply, vec![approved.clone(), after]).await;
        let order = ProcessorRef::parse("5AB12345CD678901E").expect("a reference");
        let ask = approval(&body_of(&recorded("paypal.order.create.payer_action")));
        let outcome = stage.paypal.finish(&key(), &order, &ask).await;
        let says = format!("{}: {outcome:?}", v.name);
        let code = text(&v.expect, "/provider_code");
        match text(&v.expect, "/outcome") {
            "paid" => assert!(
                matches!(&outcome, Outcome::Done(c) if c.reference.as_str() == text(&v.expect, "/capture_id") && c.amount.minor() == 4500),
                "{says}"
            ),
            "already_captured" => assert!(matches!(&outcome, Outcome::Done(c) if c.reference.as_str() == "2GH34567JK890123L"), "{says}"),
            "pending" => assert_eq!(outcome, Outcome::Unknown(Doubt::Pending), "{says}"),
            "declined" if v.expect["recoverable"] == true => {
                let url = text(&v.expect, "/redirect_url").to_owned();
                assert_eq!(outcome, Outcome::NeedsCustomer(NextStep::Redirect { url, reference: order }), "{says}");
            }
            "declined" => assert!(matches!(outcome, Outcome::Declined(_)), "{says}"),
            "not_approved" => assert!(matches!(outcome, Outcome::NeedsCustomer(_)), "{says}"),
            "duplicate_invoice" => assert_eq!(outcome, Outcome::Unknown(Doubt::OtherPayment), "{says}"),
            // Once more with a new token, and refused again.
            "auth_failed" => {
                assert_eq!(outcome, Outcome::NotSent(Fault::Misconfigured { code: code.to_owned() }), "{says}");
                let captures = stage.got().into_iter().filter(|got| got.method == "POST").collect::<Vec<_>>();
                assert_eq!(captures.len(), 2, "{says}");
                assert_eq!(captures[0].headers["paypal-request-id"], captures[1].headers["paypal-request-id"], "{says}");
            }
            "forbidden" => assert_eq!(outcome, Outcome::NotSent(Fault::Misconfigured { code: code.to_owned() }), "{says}"),
            "not_found" => assert_eq!(outcome, Outcome::Unknown(Doubt::ProcessorUnsure { code: code.to_owned() }), "{says}"),
            "rate_limited" | "unknown" => assert!(matches!(outcome, Outcome::Unknown(Doubt::Status(_) | Doubt::Timeout)), "{says}"),
            other => panic!("{}: {other}", v.name),
        }
        let capture = stage.got().into_iter().find(|got| got.method == "POST").expect("a capture");
        check_request(&v, &capture);
        assert_eq!(capture.body, text(&v.wire_request, "/body"), "{}", v.name);
    }
}

#[tokio::test]
async fn orders_are_read_back_as_recorded() {
    let all = of_calls(&["orders.get"]);
    assert!(all.len() >= 2);
    for v in all {
        let body = text(&v.wire_response, "/body").replace("booking:9f1c", "TRY1");
        let stage = stage(recorded("paypal.token.ok").wire_response, json!({"status": 503, "body": ""}), vec![body]).await;
        let order = ProcessorRef::parse(text(&v.expect, "/order_id")).expect("a reference");
        let ask = approval(&body_of(&recorded("paypal.order.create.payer_action")));
        let outcome = stage.paypal.finish(&key(), &order, &ask).await;
        let tried = stage.got().iter().any(|got| got.method == "POST");
        match text(&v.expect, "/outcome") {
            "paid" => assert!(
                matches!(&outcome, Outcome::Done(c) if c.reference.as_str() == text(&v.expect, "/capture_id")) && !tried,
                "{}",
                v.name
            ),
            "approved_uncaptured" => assert!(outcome == Outcome::Unknown(Doubt::Status(503)) && tried, "{}: {outcome:?}", v.name),
            other => panic!("{}: {other}", v.name),
        }
        check_request(&v, stage.got().first().expect("a request"));
    }
}

#[tokio::test]
async fn refunds_are_made_and_read_as_recorded() {
    let all = of_calls(&["captures.refund"]);
    assert!(all.len() >= 6);
    let ours = AttemptRef::of_key(&key());
    let paid = text(&recorded("paypal.order.get.after_timeout_paid").wire_response, "/body").to_owned();
    let capture = serde_json::from_str::<Value>(&paid).expect("JSON")["purchase_units"][0]["payments"]["captures"][0].to_string();
    for v in all {
        let mut reply = v.wire_response.clone();
        reply["body"] = text(&reply, "/body").replace("REF-2026-000077", ours.as_str()).into();
        let stage = stage(recorded("paypal.token.ok").wire_response, reply, vec![capture.clone(), paid.clone()]).await;
        let of = ProcessorRef::parse("2GH34567JK890123L").expect("a reference");
        let asked = v.expect["money"]["minor"].as_i64().unwrap_or(4500);
        let amount = Money::from_minor(asked, lectern::domain::money::Currency::EUR);
        let outcome = stage.paypal.refund(&key(), &of, amount).await;
        let says = format!("{}: {outcome:?}", v.name);
        let code = text(&v.expect, "/provider_code").to_owned();
        match (text(&v.expect, "/outcome"), code.as_str()) {
            ("refunded", _) => {
                assert!(
                    matches!(&outcome, Outcome::Done(r) if r.reference.as_str() == text(&v.expect, "/refund_id") && r.amount == amount),
                    "{says}"
                );
            }
            ("refund_pending", _) => assert_eq!(outcome, Outcome::Unknown(Doubt::Pending), "{says}"),
            ("refund_rejected", "PENDING_CAPTURE") => assert_eq!(outcome, Outcome::NotSent(Fault::Unavailable { code }), "{says}"),
            ("refund_rejected", _) => assert!(matches!(&outcome, Outcome::Declined(Decline { code: told, .. }) if *told == code), "{says}"),
            ("conflict_in_progress", _) => assert_eq!(outcome, Outcome::Unknown(Doubt::ProcessorUnsure { code }), "{says}"),
            (other, _) => panic!("{}: {other}", v.name),
        }
        let got = stage.got().first().cloned().expect("a request");
        check_request(&v, &got);
        let sent: Value = serde_json::from_str(&got.body).expect("JSON");
        // We always name the amount.
        let wanted = body_of(&v)["amount"].clone();
        let wanted = if wanted.is_null() { json!({"currency_code": "EUR", "value": "45.00"}) } else { wanted };
        assert_eq!((&sent["amount"], text(&sent, "/invoice_id")), (&wanted, ours.as_str()), "{}", v.name);
    }
}

// Notices.

fn headers_of(wire: &Value) -> HeaderMap {
    let pairs = wire["headers"].as_object().expect("headers").iter();
    pairs
        .map(|(name, value)| (name.parse::<HeaderName>().expect("a name"), value.as_str().unwrap_or_default().parse().expect("a value")))
        .collect()
}

fn clock_at(given: &str) -> Clock {
    let at: jiff::Timestamp = given.parse().expect("a time");
    Clock::manual(Timestamp::from_seconds(at.as_second()))
}

fn accounts() -> Vec<Account> {
    let account = "AVtestClientId0001".to_owned();
    vec![Account { partner: "PayPal".to_owned(), vendor: account.clone(), user: account, password: "EKtestSecret0001".to_owned() }]
}

#[tokio::test]
async fn notices_are_believed_as_recorded() {
    let all = of_calls(&["webhook.receive"]);
    assert!(all.len() >= 9);
    let mut refused = 0;
    for v in all {
        let clock = clock_at(text(&v.given, "/now"));
        let config = SandboxConfig { accounts: accounts(), ..SandboxConfig::in_memory(clock.clone()) };
        let sandbox = Sandbox::new(config).expect("in memory");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}/paypal", listener.local_addr().expect("an address"));
        tokio::spawn(sandbox::serve(listener, Arc::clone(&sandbox), std::future::pending()));
        let paypal = connected(&base, text(&v.given, "/webhook_id"), clock);
        if v.expect["must_not_fetch"] == true {
            sandbox.script(Script::new(FaultKind::Refuse { code: "ASKED".to_owned() }, 1).on("orders.token"));
        }
        let (headers, body) = (headers_of(&v.wire_request), text(&v.wire_request, "/body"));
        let read = paypal.read_notice(&headers, body.as_bytes()).await;
        if let Some(crc) = v.expect["crc32"].as_u64() {
            assert_eq!(u64::from(crc32(body.as_bytes())), crc, "{}", v.name);
        }
        if let Some(signed) = v.expect["signed_message"].as_str() {
            let header = |name: &str| text(&v.wire_request, &format!("/headers/{name}")).to_owned();
            let (id, time) = (header("Paypal-Transmission-Id"), header("Paypal-Transmission-Time"));
            assert_eq!(message(&id, &time, text(&v.given, "/webhook_id"), body.as_bytes()), signed, "{}", v.name);
        }
        if v.expect["signature_valid"] == true {
            let notice = read.unwrap_or_else(|forged| panic!("{}: {forged}", v.name));
            assert_eq!(notice.id, text(&v.expect, "/dedupe_key"), "{}", v.name);
            let about = if v.name.ends_with("refund_resource") {
                About::Payment(ProcessorRef::parse(text(&v.expect, "/capture_id")).expect("a reference"))
            } else {
                About::Started(ProcessorRef::parse("5AB12345CD678901E").expect("a reference"))
            };
            assert_eq!(notice.about, about, "{}", v.name);
        } else {
            assert_eq!(read, Err(Forged::BadSignature), "{}", v.name);
            refused += 1;
            if v.expect["must_not_fetch"] == true {
                assert_eq!(
                    connected(&base, "", Clock::System).test_connection().await,
                    Err(ConnectionProblem::NotTheProcessor),
                    "nobody was asked before"
                );
            }
        }
    }
    assert!(refused >= 5, "only {refused} were refused");
}

#[tokio::test]
async fn signatures_are_asked_about_byte_for_byte() {
    let all = of_calls(&["verify-webhook-signature"]);
    assert!(all.len() >= 2);
    for v in all {
        let question = body_of(&v);
        let header = |name: &str| question[name].as_str().unwrap_or_default().to_owned();
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("paypal-auth-algo", header("auth_algo")),
            ("paypal-cert-url", header("cert_url")),
            ("paypal-transmission-id", header("transmission_id")),
            ("paypal-transmission-sig", header("transmission_sig")),
            ("paypal-transmission-time", header("transmission_time")),
        ] {
            headers.insert(name, value.parse().expect("a value"));
        }
        let raw = text(&v.wire_request, "/body");
        let event = raw.split_once("\"webhook_event\":").and_then(|(_, rest)| rest.strip_suffix('}')).expect("an event");
        // As client: the recorded question, and what the recorded answer means.
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let token = recorded("paypal.token.ok").wire_response;
        let played = Arc::new(Played { token, reply: v.wire_response.clone(), reads: Mutex::new(vec![]), got: Mutex::new(vec![]) });
        let app = Router::new().fallback(play).with_state(Arc::clone(&played));
        tokio::spawn(async move { drop(axum::serve(listener, app).await) });
        let paypal = connected(&base, "7XK12345AB678901C", clock_at("2026-01-01T00:00:05Z"));
        let read = paypal.read_notice(&headers, event.as_bytes()).await;
        let genuine = v.expect["signature_valid"] == true;
        assert_eq!(read.is_ok(), genuine, "{}: {read:?}", v.name);
        let got = played.got.lock().expect("unpoisoned").last().cloned().expect("a question");
        assert_eq!(got.body, raw, "{}", v.name);
        check_request(&v, &got);
        // As simulator: the recorded answer.
        let stall = Stall::new();
        let (status, answer) = stall.send("POST", "/v1/notifications/verify-webhook-signature", &[], raw).await;
        assert_eq!((status, answer), (200, serde_json::from_str(text(&v.wire_response, "/body")).expect("JSON")), "{}", v.name);
    }
}

#[test]
fn a_sequence_of_notices_is_known_by_id_and_asks_about_one_order() {
    let all = of_calls(&["webhook.sequence"]);
    assert!(!all.is_empty());
    for v in all {
        let events = v.wire_request.as_array().expect("events");
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for event in events {
            let raw = event.to_string();
            let (_, notice) = notice::read(raw.as_bytes()).expect("readable");
            let wanted = match event["event_type"].as_str().expect("a kind") {
                "PAYMENT.CAPTURE.REFUNDED" => About::Payment(ProcessorRef::parse("2GH34567JK890123L").expect("a reference")),
                _ => About::Started(ProcessorRef::parse("5AB12345CD678901E").expect("a reference")),
            };
            assert_eq!(notice.about, wanted, "{}", v.name);
            *seen.entry(notice.id).or_default() += 1;
        }
        // What an event says of states is not even read, so its order cannot matter; repetitions share their id.
        let ids = v.expect["events_applied"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let ignored = v.expect["events_ignored"].as_object().expect("ignored").keys().map(String::as_str);
        for id in ids.chain(ignored) {
            assert!(seen.contains_key(id), "{}: {id}", v.name);
        }
        assert_eq!(seen.values().sum::<usize>(), events.len());
        assert_eq!(seen.values().filter(|times| **times == 2).count(), 1, "{}", v.name);
    }
}

// As simulator.

/// The simulator by itself, with the recorded app signed in.
struct Stall {
    sandbox: Arc<Sandbox>,
    token: Mutex<String>,
}

impl Stall {
    fn new() -> Self {
        let config = SandboxConfig { accounts: accounts(), ..SandboxConfig::in_memory(clock_at("2026-01-01T00:00:05Z")) };
        Self { sandbox: Sandbox::new(config).expect("in memory"), token: Mutex::new(String::new()) }
    }

    async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, HeaderMap, String) {
        let mut request = HttpRequestBuilder::new().method(method).uri(format!("/paypal{path}")).header("host", "sim.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let answer = router(Arc::clone(&self.sandbox)).oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes: Bytes = body.collect().await.expect("a body").to_bytes();
        (parts.status.as_u16(), parts.headers, String::from_utf8(bytes.to_vec()).expect("text"))
    }

    async fn send(&self, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> (u16, Value) {
        let known = self.token.lock().expect("unpoisoned").clone();
        let bearer = if known.is_empty() {
            let basic = ("authorization", "Basic QVZ0ZXN0Q2xpZW50SWQwMDAxOkVLdGVzdFNlY3JldDAwMDE=");
            let kind = ("content-type", "application/x-www-form-urlencoded");
            let (_, _, issued) = self.raw("POST", "/v1/oauth2/token", &[basic, kind], "grant_type=client_credentials").await;
            let issued: Value = serde_json::from_str(&issued).expect("JSON");
            let bearer = format!("Bearer {}", text(&issued, "/access_token"));
            self.token.lock().expect("unpoisoned").clone_from(&bearer);
            bearer
        } else {
            known
        };
        let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend(more);
        let (status, _, body) = self.raw(method, path, &headers, body).await;
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// An order of the recorded body, approved with `funding` unless that is empty.
    async fn order(&self, request_id: &str, funding: &str) -> String {
        let body = text(&recorded("paypal.order.create.payer_action").wire_request, "/body").to_owned();
        let (_, order) = self.send("POST", "/v2/checkout/orders", &[("paypal-request-id", request_id)], &body).await;
        let id = text(&order, "/id").to_owned();
        if !funding.is_empty() {
            let form = format!("token={id}&action=approve&funding={funding}");
            let (status, ..) = self.raw("POST", "/checkoutnow", &[("content-type", "application/x-www-form-urlencoded")], &form).await;
            assert_eq!(status, 303);
        }
        id
    }

    fn refuse(&self, code: &str, on: &str) {
        self.sandbox.script(Script::new(FaultKind::Refuse { code: code.to_owned() }, 1).on(on));
    }
}

type HttpRequestBuilder = axum::http::request::Builder;

/// Everything the recorded reply says, ours says too: ids and addresses apart.
fn check_reply(name: &str, wanted: &Value, ours: &Value) {
    match (wanted, ours) {
        (Value::Object(wanted), Value::Object(ours)) => {
            for (key, value) in wanted {
                match key.as_str() {
                    "id" | "href" | "nonce" | "access_token" | "app_id" | "description" | "message" | "debug_id" => {
                        assert!(ours.get(key).is_some_and(Value::is_string), "{name}: {key}");
                    }
                    "links" => check_links(name, value, &ours["links"]),
                    _ => check_reply(&format!("{name}/{key}"), value, ours.get(key).unwrap_or(&Value::Null)),
                }
            }
        }
        (Value::Array(wanted), Value::Array(ours)) => {
            assert_eq!(wanted.len(), ours.len(), "{name}");
            wanted.iter().zip(ours).for_each(|(wanted, ours)| check_reply(name, wanted, ours));
        }
        (wanted, ours) => assert_eq!(wanted, ours, "{name}"),
    }
}

fn check_links(name: &str, wanted: &Value, ours: &Value) {
    for link in wanted.as_array().into_iter().flatten().filter(|link| link["rel"] != "information_link") {
        let found = ours.as_array().into_iter().flatten().any(|ours| ours["rel"] == link["rel"] && ours["method"] == link["method"]);
        assert!(found, "{name}: no link {link}");
    }
}

fn check_answer(v: &Vector, status: u16, ours: &Value) {
    assert_eq!(u64::from(status), v.wire_response["status"].as_u64().expect("a status"), "{}: {ours}", v.name);
    let wanted: Value = serde_json::from_str(text(&v.wire_response, "/body")).expect("JSON");
    check_reply(&v.name, &wanted, ours);
}

fn header_of(v: &Vector, name: &str) -> String {
    text(&v.wire_request, &format!("/headers/{name}")).to_owned()
}

#[tokio::test]
async fn the_simulator_issues_tokens_and_creates_orders_as_recorded() {
    let all = of_calls(&["oauth2.token", "orders.create"]);
    assert!(all.len() >= 9);
    for v in all {
        let stall = Stall::new();
        let body = text(&v.wire_request, "/body");
        let (status, ours) = if v.call == "oauth2.token" {
            let basic = header_of(&v, "Authorization");
            let headers = [("authorization", basic.as_str()), ("content-type", "application/x-www-form-urlencoded")];
            let (status, _, ours) = stall.raw("POST", "/v1/oauth2/token", &headers, body).await;
            (status, serde_json::from_str(&ours).expect("JSON"))
        } else {
            let key = header_of(&v, "PayPal-Request-Id");
            let first = stall.send("POST", "/v2/checkout/orders", &[("paypal-request-id", &key)], body).await;
            if v.name.ends_with("replay_same_request_id") {
                let again = stall.send("POST", "/v2/checkout/orders", &[("paypal-request-id", &key)], body).await;
                assert_eq!(again.1["id"], first.1["id"]);
                again
            } else {
                first
            }
        };
        check_answer(&v, status, &ours);
    }
}

/// Recorded failures of the way between, which tests/it/orders.rs makes for real.
const TRANSPORT: [&str; 2] = ["paypal.capture.unavailable_html", "paypal.capture.timeout"];

#[tokio::test]
async fn the_simulator_captures_as_recorded() {
    let mut played = 0;
    for v in of_calls(&["orders.capture"]).into_iter().filter(|v| !TRANSPORT.contains(&v.name.as_str())) {
        let stall = Stall::new();
        let case = v.name.strip_prefix("paypal.capture.").expect("a capture").to_owned();
        let funding = match case.as_str() {
            "pending_review" => "review",
            "declined_in_201" => "refused_for_good",
            "instrument_declined" => "declined_card",
            "not_approved" => "",
            _ => "balance",
        };
        let whole = ("prefer", "return=representation");
        let capture = async |id: &str, key: &str| {
            let path = format!("/v2/checkout/orders/{id}/capture");
            stall.send("POST", &path, &[("paypal-request-id", key), whole], text(&v.wire_request, "/body")).await
        };
        let id = stall.order("create", funding).await;
        let key = header_of(&v, "PayPal-Request-Id");
        match case.as_str() {
            "replay_same_request_id" => assert_eq!(capture(&id, &key).await.0, 201),
            "already_captured" => assert_eq!(capture(&id, "another").await.0, 201),
            "duplicate_invoice" => {
                let earlier = stall.order("earlier", "balance").await;
                assert_eq!(capture(&earlier, "earlier").await.0, 201);
            }
            "forbidden" | "rate_limited" | "server_error" => stall.refuse(text(&v.expect, "/provider_code"), "orders.capture"),
            _ => {}
        }
        let (status, ours) = match case.as_str() {
            "token_expired" => {
                let headers = [("authorization", "Bearer A21AAold"), ("content-type", "application/json")];
                let (status, _, body) = stall.raw("POST", &format!("/v2/checkout/orders/{id}/capture"), &headers, "{}").await;
                (status, serde_json::from_str(&body).expect("JSON"))
            }
            "auth_failure_body" => {
                let (status, _, body) = stall.raw("POST", &format!("/v2/checkout/orders/{id}/capture"), &[], "{}").await;
                (status, serde_json::from_str(&body).expect("JSON"))
            }
            "not_found" => capture("5AB12345CD678901E", &key).await,
            _ => capture(&id, &key).await,
        };
        check_answer(&v, status, &ours);
        played += 1;
    }
    assert!(played >= 14, "only {played} captures");
}

#[tokio::test]
async fn the_simulator_tells_orders_as_recorded() {
    let mut told = 0;
    for v in of_calls(&["orders.get"]) {
        let stall = Stall::new();
        let id = stall.order("create", "balance").await;
        if v.expect["outcome"] == "paid" {
            let (status, _) = stall.send("POST", &format!("/v2/checkout/orders/{id}/capture"), &[("paypal-request-id", "c")], "{}").await;
            assert_eq!(status, 201);
        }
        let (status, ours) = stall.send("GET", &format!("/v2/checkout/orders/{id}"), &[], "").await;
        check_answer(&v, status, &ours);
        told += 1;
    }
    assert!(told >= 2, "only {told} orders");
}

#[tokio::test]
async fn the_simulator_refunds_as_recorded() {
    let mut given = 0;
    for v in of_calls(&["captures.refund"]) {
        let stall = Stall::new();
        let case = v.name.strip_prefix("paypal.refund.").expect("a refund").to_owned();
        let id = stall.order("create", if case == "capture_pending" { "review" } else { "balance" }).await;
        let whole = ("prefer", "return=representation");
        let path = format!("/v2/checkout/orders/{id}/capture");
        let (_, order) = stall.send("POST", &path, &[("paypal-request-id", "c"), whole], "{}").await;
        let path = format!("/v2/payments/captures/{}/refund", text(&order, "/purchase_units/0/payments/captures/0/id"));
        let refund = async |key: &str, body: &str| stall.send("POST", &path, &[("paypal-request-id", key), whole], body).await;
        match case.as_str() {
            "fully_refunded" => assert_eq!(refund("earlier", "{}").await.0, 201),
            "in_progress" => stall.refuse("PREVIOUS_REQUEST_IN_PROGRESS", "orders.refund"),
            "pending_echeck" => stall.sandbox.script(Script::new(FaultKind::Pending, 1).on("orders.refund")),
            _ => {}
        }
        let (status, mut ours) = refund(&header_of(&v, "PayPal-Request-Id"), text(&v.wire_request, "/body")).await;
        // Recorded with a number that the request does not have.
        if ours["invoice_id"].is_null() && ours["id"].is_string() {
            ours["invoice_id"] = "REF-2026-000077".into();
        }
        check_answer(&v, status, &ours);
        given += 1;
    }
    assert!(given >= 6, "only {given} refunds");
}
