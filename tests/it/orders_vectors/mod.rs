//! Our PayPal Orders client and simulator against the recorded examples, `vectors*.json`: from the folder `LECTERN_VECTORS`, else
//! `../shared/protocols`, else the copies in `tests/vectors`.
//!
//! Outbound: the whole client talks to a server that plays the recorded reply, and what it sent is compared with the recorded
//! request; then the simulator gets the recorded request, and its reply is compared with the recorded one. Inbound: the client
//! takes the recorded notice and asks the simulator, which verifies it with the recorded key.

mod client;
mod notices;
mod simulator;

use std::collections::BTreeMap;
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

use super::vectors::{Side, files, seen};

#[derive(Clone, Debug, Deserialize)]
struct Vector {
    name: String,
    call: String,
    #[serde(default)]
    given: Value,
    wire_request: Value,
    wire_response: Value,
    expect: Value,
}

fn vectors() -> Vec<Vector> {
    let all = files().into_iter().flat_map(|(vectors, _)| vectors).filter(|v| v["provider"] == "paypal");
    let all: Vec<Vector> = all.map(|v| serde_json::from_value::<Vector>(v).expect("a paypal vector")).collect();
    assert!(all.len() >= 45, "only {} paypal vectors", all.len());
    all
}

fn of_calls(calls: &[&str]) -> Vec<Vector> {
    vectors().into_iter().filter(|v| calls.contains(&v.call.as_str())).collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn body_of(v: &Vector) -> Value {
    serde_json::from_str(text(&v.wire_request, "/body")).unwrap_or(Value::Null)
}

/// Every test that compares, for the one that looks for what nobody compared.
pub fn run_all() {
    client::tokens_are_asked_for_and_read_as_recorded();
    client::orders_are_created_as_recorded();
    client::captures_are_made_and_read_as_recorded();
    client::orders_are_read_back_as_recorded();
    client::refunds_are_made_and_read_as_recorded();
    notices::notices_are_believed_as_recorded();
    notices::signatures_are_asked_about_byte_for_byte();
    notices::a_sequence_of_notices_is_known_by_id_and_asks_about_one_order();
    simulator::the_simulator_issues_tokens_and_creates_orders_as_recorded();
    simulator::the_simulator_captures_as_recorded();
    simulator::the_simulator_tells_orders_as_recorded();
    simulator::the_simulator_refunds_as_recorded();
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
    vectors().into_iter().find(|v| v.name == name).unwrap_or_else(|| panic!("no vector {name}"))
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

/// Recorded failures of the way between, which tests/it/orders.rs makes for real.
const TRANSPORT: [&str; 2] = ["paypal.capture.unavailable_html", "paypal.capture.timeout"];
