//! The PayPal simulator: tokens, Orders v2, captures, refunds and webhooks by the sheet (paypal-rest.md), and what goes wrong on a
//! bad day. Written apart from our client, so that one's mistake is not the other's. Accounts are those of the Payflow simulator:
//! the vendor is the client id, the password the client secret.

mod books;
mod control;
mod engine;
mod model;
pub mod notices;
mod pages;
mod refusals;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use crate::domain::time::Timestamp;

use super::{
    Inner, Sandbox,
    faults::{FaultKind, Seen},
    trouble::{self, Plain},
};
use model::{Capture, Order, Refund};
use notices::{Happened, Outgoing};
use refusals::Refusal;

pub use books::entries;
pub use control::control;
pub(super) use control::settle;
pub use notices::webhook_id;

/// This simulator's name among the kept objects.
pub const SIMULATOR: &str = "orders";
const ORDER: &str = "order";
const CAPTURE: &str = "capture";
const REFUND: &str = "refund";
const TOKEN: &str = "token";
const ANSWERED: &str = "answered";
/// What a token lasts (paypal-rest.md §2).
const TOKEN_SECONDS: i64 = 32_400;

/// The routes below `/paypal`.
pub fn router() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/v1/oauth2/token", routing::post(token))
        .route("/v2/checkout/orders", routing::post(create))
        .route("/v2/checkout/orders/{id}", routing::get(get_order))
        .route("/v2/checkout/orders/{id}/capture", routing::post(capture))
        .route("/v2/payments/captures/{id}", routing::get(get_capture))
        .route("/v2/payments/captures/{id}/refund", routing::post(refund))
        .route("/v2/payments/refunds/{id}", routing::get(get_refund))
        .route("/v1/notifications/webhooks", routing::post(register))
        .route("/v1/notifications/verify-webhook-signature", routing::post(verify))
        .route("/v1/notifications/certs/CERT-SIMULATOR", routing::get(|| async { notices::CERTIFICATE }))
        .route("/checkoutnow", routing::get(pages::show).post(pages::decide))
}

/// What is asked for.
enum Op {
    Create,
    GetOrder(String),
    Capture(String),
    GetCapture(String),
    Refund(String),
    GetRefund(String),
    Register,
    Verify,
}

impl Op {
    /// Its name for scripts.
    const fn name(&self) -> &'static str {
        match self {
            Self::Create => "orders.create",
            Self::GetOrder(_) => "orders.get",
            Self::Capture(_) => "orders.capture",
            Self::GetCapture(_) => "orders.get_capture",
            Self::Refund(_) => "orders.refund",
            Self::GetRefund(_) => "orders.get_refund",
            Self::Register => "orders.register",
            Self::Verify => "orders.verify",
        }
    }

    /// How long its keys are kept: six hours on orders, 45 days on payments (paypal-rest.md §7). `None`: it has none.
    const fn key_seconds(&self) -> Option<i64> {
        match self {
            Self::Create | Self::Capture(_) => Some(6 * 3600),
            Self::Refund(_) => Some(45 * 86_400),
            Self::GetOrder(_) | Self::GetCapture(_) | Self::GetRefund(_) | Self::Register | Self::Verify => None,
        }
    }

    const fn is_post(&self) -> bool {
        match self {
            Self::Create | Self::Capture(_) | Self::Refund(_) | Self::Register | Self::Verify => true,
            Self::GetOrder(_) | Self::GetCapture(_) | Self::GetRefund(_) => false,
        }
    }
}

/// What a key was answered with.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stored {
    /// This object, shown as it is now.
    Object(String),
    /// This refusal.
    Refused { status: u16, body: Value },
    /// 500.
    Status500,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Answered {
    at: Timestamp,
    stored: Stored,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Issued {
    account: String,
    until: Timestamp,
}

/// One request, read.
struct Asked {
    op: Op,
    account: String,
    /// Where answers say that this simulator is.
    origin: String,
    key: Option<String>,
    whole: bool,
    body: Value,
    /// The body as it came.
    raw: Bytes,
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn origin(headers: &HeaderMap) -> String {
    format!("http://{}/paypal", header(headers, "host"))
}

fn json_of(status: StatusCode, body: &Value) -> Plain {
    Plain { status, content_type: "application/json", body: body.to_string() }
}

fn refuse(refusal: &Refusal) -> Response {
    with_debug_id((refusal.status, [(header::CONTENT_TYPE, "application/json")], refusal.body.to_string()).into_response())
}

fn with_debug_id(mut response: Response) -> Response {
    response.headers_mut().insert("paypal-debug-id", header::HeaderValue::from_static("f000000000001"));
    response
}

async fn create(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&sandbox, Op::Create, &headers, body).await
}

async fn get_order(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answer(&sandbox, Op::GetOrder(id), &headers, Bytes::new()).await
}

async fn capture(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&sandbox, Op::Capture(id), &headers, body).await
}

async fn get_capture(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answer(&sandbox, Op::GetCapture(id), &headers, Bytes::new()).await
}

async fn refund(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&sandbox, Op::Refund(id), &headers, body).await
}

async fn get_refund(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answer(&sandbox, Op::GetRefund(id), &headers, Bytes::new()).await
}

async fn register(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&sandbox, Op::Register, &headers, body).await
}

async fn verify(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&sandbox, Op::Verify, &headers, body).await
}

/// `POST /v1/oauth2/token` (paypal-rest.md §2).
async fn token(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let fault = sandbox.lock().faults.take(&Seen { trxtype: "orders.token", ..Seen::default() });
    if let Some(response) = trouble::before_booking(fault.as_ref(), sandbox.hang()).await {
        return response;
    }
    if let Some(FaultKind::Refuse { code }) = &fault {
        return refuse(&Refusal::of(code));
    }
    let basic = header(&headers, "authorization").strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    let pair = String::from_utf8(basic).unwrap_or_default();
    let (client_id, secret) = pair.split_once(':').unwrap_or_default();
    let known = sandbox.accounts.iter().find(|account| account.vendor == client_id);
    let Some(account) = known.filter(|account| bool::from(account.password.as_bytes().ct_eq(secret.as_bytes()))) else {
        return refuse(&Refusal::of("invalid_client"));
    };
    if body.as_ref() != b"grant_type=client_credentials" {
        return refuse(&Refusal::of("unsupported_grant_type"));
    }
    let access_token = format!("A21AA{}", sandbox.clock.token());
    let issued = Issued { account: account.vendor.clone(), until: sandbox.clock.now().plus_seconds(TOKEN_SECONDS) };
    sandbox.lock().put(SIMULATOR, TOKEN, &access_token, &issued);
    let body = json!({
        "scope": "https://uri.paypal.com/services/payments/payment https://uri.paypal.com/services/payments/refund",
        "access_token": access_token, "token_type": "Bearer", "app_id": "APP-SIMULATOR", "expires_in": TOKEN_SECONDS,
        "nonce": model::iso(sandbox.clock.now()),
    });
    with_debug_id(trouble::deliver(fault.as_ref(), json_of(StatusCode::OK, &body), sandbox.hang()).await)
}

/// Who asks for what, if they may.
fn read(sandbox: &Sandbox, op: Op, headers: &HeaderMap, raw: Bytes) -> Result<Asked, Refusal> {
    let bearer = header(headers, "authorization").strip_prefix("Bearer ").ok_or_else(|| Refusal::of("AUTHENTICATION_FAILURE"))?;
    let issued: Option<Issued> = sandbox.lock().objects.get(SIMULATOR, TOKEN, bearer);
    let issued = issued.filter(|issued| sandbox.clock.now() < issued.until).ok_or_else(|| Refusal::of("invalid_token"))?;
    if op.is_post() && header(headers, "content-type").split(';').next().map(str::trim) != Some("application/json") {
        return Err(Refusal::of("UNSUPPORTED_MEDIA_TYPE"));
    }
    let body = match raw.as_ref() {
        b"" => json!({}),
        bytes => serde_json::from_slice(bytes).map_err(|_| Refusal::of("MALFORMED_REQUEST_JSON"))?,
    };
    let key = Some(header(headers, "paypal-request-id")).filter(|key| !key.is_empty()).map(str::to_owned);
    if key.as_ref().is_some_and(|key| key.len() > 108) {
        return Err(Refusal::at("INVALID_STRING_LENGTH", "PayPal-Request-Id"));
    }
    let whole = header(headers, "prefer").contains("return=representation");
    Ok(Asked { op, account: issued.account, origin: origin(headers), key, whole, body, raw })
}

/// One call, with whatever is scripted to go wrong.
async fn answer(sandbox: &Sandbox, op: Op, headers: &HeaderMap, raw: Bytes) -> Response {
    let asked = match read(sandbox, op, headers, raw) {
        Ok(asked) => asked,
        Err(refusal) => return refuse(&refusal),
    };
    let mut fault = scripted(&mut sandbox.lock(), &asked);
    if fault.is_none() {
        fault = mocked(headers).map(|code| FaultKind::Refuse { code });
    }
    if fault == Some(FaultKind::Status500) {
        keep(&mut sandbox.lock(), sandbox.clock.now(), &asked, Stored::Status500);
    }
    if let Some(response) = trouble::before_booking(fault.as_ref(), sandbox.hang()).await {
        return response;
    }
    let (plain, outgoing) = {
        let mut inner = sandbox.lock();
        let (mut plain, happened) = decide(sandbox, &mut inner, &asked, fault.as_ref());
        plain.body = garbled(plain.body, fault.as_ref());
        let outgoing: Vec<Outgoing> = happened.iter().filter_map(|h| notices::prepare(&mut inner, &sandbox.clock, h)).collect();
        (plain, outgoing)
    };
    outgoing.into_iter().for_each(Outgoing::send);
    with_debug_id(trouble::deliver(fault.as_ref(), plain, sandbox.hang()).await)
}

/// What of a request a script may look at: the merchant's reference and the amount of what it is about.
fn scripted(inner: &mut Inner, asked: &Asked) -> Option<FaultKind> {
    let (our_ref, amount) = match &asked.op {
        Op::Create => {
            let at = |pointer: &str| asked.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            (at("/purchase_units/0/custom_id"), at("/purchase_units/0/amount/value"))
        }
        Op::GetOrder(id) | Op::Capture(id) => {
            inner.objects.get::<Order>(SIMULATOR, ORDER, id).map(|order| (order.custom_id, order.sum.value())).unwrap_or_default()
        }
        Op::Refund(_) => {
            let at = |pointer: &str| asked.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
            (at("/custom_id"), at("/amount/value"))
        }
        Op::GetCapture(_) | Op::GetRefund(_) | Op::Register | Op::Verify => Default::default(),
    };
    inner.faults.take(&Seen { trxtype: asked.op.name(), custref: &our_ref, amount: &amount, ..Seen::default() })
}

/// The error that a sandbox is told to give (paypal-rest.md §10).
fn mocked(headers: &HeaderMap) -> Option<String> {
    let mock: Value = serde_json::from_str(header(headers, "paypal-mock-response")).ok()?;
    mock["mock_application_codes"].as_str().map(str::to_owned)
}

/// A key's answers live per account and kind of call.
fn key_of(asked: &Asked) -> Option<String> {
    asked.key.as_ref().map(|key| format!("{} {} {key}", asked.account, asked.op.name()))
}

fn keep(inner: &mut Inner, at: Timestamp, asked: &Asked, stored: Stored) {
    if let (Some(key), Some(_)) = (key_of(asked), asked.op.key_seconds()) {
        inner.put(SIMULATOR, ANSWERED, &key, &Answered { at, stored });
    }
}

/// Everything up to the answer, under one lock: what is decided is booked.
fn decide(sandbox: &Sandbox, inner: &mut Inner, asked: &Asked, fault: Option<&FaultKind>) -> (Plain, Vec<Happened>) {
    let now = sandbox.clock.now();
    let known: Option<Answered> = key_of(asked).and_then(|key| inner.objects.get(SIMULATOR, ANSWERED, &key));
    let kept = known.filter(|known| asked.op.key_seconds().is_some_and(|seconds| known.at.seconds_until(now) < seconds));
    if let Some(FaultKind::Refuse { code }) = fault {
        let refusal = scripted_refusal(asked, code);
        if kept.is_none() && refusal.is_kept() {
            keep(inner, now, asked, Stored::Refused { status: refusal.status.as_u16(), body: refusal.body.clone() });
        }
        return (json_of(refusal.status, &refusal.body), vec![]);
    }
    match kept.map(|known| known.stored) {
        Some(Stored::Status500) => return (json_of(StatusCode::INTERNAL_SERVER_ERROR, &Refusal::of("INTERNAL_SERVER_ERROR").body), vec![]),
        Some(Stored::Refused { status, body }) => {
            return (json_of(StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), &body), vec![]);
        }
        Some(Stored::Object(id)) => return (json_of(StatusCode::OK, &show(inner, asked, &id)), vec![]),
        None => {}
    }
    match act(sandbox, inner, asked, fault) {
        Ok(Done { status, id, body, happened }) => {
            keep(inner, now, asked, Stored::Object(id));
            (json_of(status, &body), happened)
        }
        Err(refusal) => {
            if refusal.is_kept() {
                keep(inner, now, asked, Stored::Refused { status: refusal.status.as_u16(), body: refusal.body.clone() });
            }
            (json_of(refusal.status, &refusal.body), vec![])
        }
    }
}

/// What was done.
struct Done {
    status: StatusCode,
    id: String,
    body: Value,
    happened: Vec<Happened>,
}

fn scripted_refusal(asked: &Asked, code: &str) -> Refusal {
    let refusal = Refusal::of(code);
    match &asked.op {
        Op::Capture(id) if code == "INSTRUMENT_DECLINED" => refusal.with_redirect(&format!("{}/checkoutnow?token={id}", asked.origin)),
        Op::Create
        | Op::GetOrder(_)
        | Op::Capture(_)
        | Op::GetCapture(_)
        | Op::Refund(_)
        | Op::GetRefund(_)
        | Op::Register
        | Op::Verify => refusal,
    }
}

fn act(sandbox: &Sandbox, inner: &mut Inner, asked: &Asked, fault: Option<&FaultKind>) -> Result<Done, Refusal> {
    let (clock, account, now) = (&sandbox.clock, asked.account.as_str(), sandbox.clock.now());
    let pending = fault == Some(&FaultKind::Pending);
    let done = |inner: &Inner, status, id: String, happened| Done { status, body: show(inner, asked, &id), id, happened };
    Ok(match &asked.op {
        Op::Create => {
            let order = engine::create(inner, clock, account, &asked.origin, &asked.body)?;
            // With a payment source the answer is 200 (paypal-rest.md §4).
            let status = if order.status == "CREATED" { StatusCode::CREATED } else { StatusCode::OK };
            done(inner, status, order.id, vec![])
        }
        Op::GetOrder(id) => done(inner, StatusCode::OK, engine::order(inner, now, account, id)?.id, vec![]),
        Op::Capture(id) => {
            let order = engine::order(inner, now, account, id)?;
            let capture = engine::take(inner, clock, order, pending)?;
            done(inner, StatusCode::CREATED, id.clone(), vec![captured(&capture, &asked.origin)])
        }
        Op::GetCapture(id) => done(inner, StatusCode::OK, engine::capture(inner, account, id)?.id, vec![]),
        Op::Refund(id) => {
            let capture = engine::capture(inner, account, id)?;
            let refund = engine::give_back(inner, clock, capture, &asked.body, pending)?;
            let happened = if pending { vec![] } else { vec![refunded(inner, &refund, &asked.origin)] };
            done(inner, StatusCode::CREATED, refund.id, happened)
        }
        Op::GetRefund(id) => {
            let found = inner.objects.get::<Refund>(SIMULATOR, REFUND, id).filter(|refund| refund.account == account);
            done(inner, StatusCode::OK, found.ok_or_else(|| Refusal::of("INVALID_RESOURCE_ID"))?.id, vec![])
        }
        Op::Register => {
            let url = asked.body["url"].as_str().ok_or_else(|| Refusal::at("MISSING_REQUIRED_PARAMETER", "/url"))?;
            inner.listen(SIMULATOR, account, url);
            let body = json!({"id": webhook_id(account), "url": url, "event_types": asked.body["event_types"]});
            Done { status: StatusCode::CREATED, id: String::new(), body, happened: vec![] }
        }
        Op::Verify => {
            let verdict = if is_genuine(asked) { "SUCCESS" } else { "FAILURE" };
            Done { status: StatusCode::OK, id: String::new(), body: json!({"verification_status": verdict}), happened: vec![] }
        }
    })
}

/// The object of an answer, as it is now.
fn show(inner: &Inner, asked: &Asked, id: &str) -> Value {
    match &asked.op {
        Op::Create | Op::GetOrder(_) | Op::Capture(_) => {
            let order: Option<Order> = inner.objects.get(SIMULATOR, ORDER, id);
            let whole = asked.whole || matches!(asked.op, Op::GetOrder(_));
            order.map_or(Value::Null, |order| if whole { whole_order(inner, &order) } else { order.minimal() })
        }
        Op::GetCapture(_) => inner.objects.get::<Capture>(SIMULATOR, CAPTURE, id).map_or(Value::Null, |c| c.whole(&asked.origin)),
        Op::Refund(_) | Op::GetRefund(_) => {
            let refund: Option<Refund> = inner.objects.get(SIMULATOR, REFUND, id);
            let whole = asked.whole || matches!(asked.op, Op::GetRefund(_));
            refund.map_or(Value::Null, |refund| {
                if whole { refund.whole(&asked.origin, total_refunded(inner, &refund)) } else { refund.minimal(&asked.origin) }
            })
        }
        Op::Register | Op::Verify => Value::Null,
    }
}

fn whole_order(inner: &Inner, order: &Order) -> Value {
    let capture: Option<Capture> = order.capture.as_ref().and_then(|id| inner.objects.get(SIMULATOR, CAPTURE, id));
    let refunds = capture.as_ref().map(|capture| engine::refunds(inner, &capture.id)).unwrap_or_default();
    order.whole(capture.as_ref(), &refunds)
}

fn total_refunded(inner: &Inner, refund: &Refund) -> i64 {
    inner.objects.get::<Capture>(SIMULATOR, CAPTURE, &refund.capture).map_or(0, |capture| capture.refunded_units)
}

/// `POST /v1/notifications/verify-webhook-signature`: over the event as it stands in the question.
fn is_genuine(asked: &Asked) -> bool {
    let field = |name: &str| asked.body[name].as_str().unwrap_or_default();
    let text = std::str::from_utf8(&asked.raw).unwrap_or_default();
    let event = text.split_once("\"webhook_event\":").map(|(_, rest)| rest.trim_end()).and_then(|rest| rest.strip_suffix('}'));
    let [transmission, time, webhook, signature] = ["transmission_id", "transmission_time", "webhook_id", "transmission_sig"].map(field);
    event.is_some_and(|event| notices::is_signed(transmission, time, webhook, signature, event.as_bytes()))
}

fn captured(capture: &Capture, origin: &str) -> Happened {
    Happened {
        account: capture.account.clone(),
        event_type: match capture.status.as_str() {
            "COMPLETED" => "PAYMENT.CAPTURE.COMPLETED",
            "PENDING" => "PAYMENT.CAPTURE.PENDING",
            _ => "PAYMENT.CAPTURE.DECLINED",
        },
        resource_type: "capture",
        resource: capture.whole(origin),
        our_ref: capture.custom_id.clone(),
        origin: origin.to_owned(),
    }
}

fn refunded(inner: &Inner, refund: &Refund, origin: &str) -> Happened {
    Happened {
        account: refund.account.clone(),
        event_type: "PAYMENT.CAPTURE.REFUNDED",
        resource_type: "refund",
        resource: refund.whole(origin, total_refunded(inner, refund)),
        our_ref: refund.custom_id.clone(),
        origin: origin.to_owned(),
    }
}

/// An answer with its amounts changed as scripted.
fn garbled(body: String, fault: Option<&FaultKind>) -> String {
    let by = match fault {
        Some(by @ (FaultKind::WrongAmount | FaultKind::WrongCurrency)) => by,
        Some(_) | None => return body,
    };
    let Ok(mut value) = serde_json::from_str::<Value>(&body) else { return body };
    garble(&mut value, by);
    value.to_string()
}

fn garble(value: &mut Value, by: &FaultKind) {
    match value {
        Value::Object(map) if map.contains_key("currency_code") => {
            let currency = map["currency_code"].as_str().unwrap_or_default().to_owned();
            if *by == FaultKind::WrongCurrency {
                map.insert("currency_code".to_owned(), if currency == "USD" { "EUR" } else { "USD" }.into());
                return;
            }
            let digits: String = map["value"].as_str().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
            let sum = model::Sum { currency, units: digits.parse::<i64>().unwrap_or(1) - 1 };
            map.insert("value".to_owned(), sum.value().into());
        }
        Value::Object(map) => map.values_mut().for_each(|value| garble(value, by)),
        Value::Array(list) => list.iter_mut().for_each(|value| garble(value, by)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
