//! One request: who asks, what was answered to this key before, what goes wrong, and how the answer leaves.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::super::{
    Sandbox,
    faults::{FaultKind, Seen},
    trouble::{self, Plain},
};
use super::params::Params;
use super::problem::Problem;
use super::state::{OF, Stored};
use super::{ACCOUNTS, Account, Call, Operation, VERSION, notices};

/// Everything about an answer that is decided under the lock.
struct Decided {
    status: StatusCode,
    body: Value,
    fault: Option<FaultKind>,
    original: Option<String>,
    replayed: bool,
    account: Option<Account>,
    events: Vec<(&'static str, Value)>,
    /// Dropped, or nonsense, before anything was done.
    unanswered: bool,
}

impl Decided {
    fn refused(problem: &Problem) -> Self {
        let (status, body) = (problem.status, problem.body());
        Self { status, body, fault: None, original: None, replayed: false, account: None, events: Vec::new(), unanswered: false }
    }
}

/// `/stripe/v1/…`.
pub(super) async fn answer(
    State(sandbox): State<Arc<Sandbox>>,
    Path(path): Path<String>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request: String = sandbox.clock.random::<8>().iter().map(|b| format!("{b:02x}")).collect();
    let request = format!("req_{request}");
    let key = header(&headers, "idempotency-key").to_owned();
    let base = format!("http://{}/stripe", header(&headers, "host"));
    let text = if method == Method::GET { uri.query().unwrap_or_default() } else { std::str::from_utf8(&body).unwrap_or("%ff") };
    let decided =
        decide(&sandbox, &Asked { method: &method, path: &path, headers: &headers, text, base: &base, key: &key, request: &request });
    let hang = sandbox.hang();
    if decided.unanswered
        && let Some(response) = trouble::before_booking(decided.fault.as_ref(), hang).await
    {
        return response;
    }
    if let Some(account) = decided.account {
        notices::send(&sandbox, account, &request, &key, decided.events);
    }
    let plain = Plain { status: decided.status, content_type: "application/json", body: decided.body.to_string() };
    let mut response = trouble::deliver(decided.fault.as_ref(), plain, hang).await;
    let mut add = |name: &'static str, value: &str| {
        response.headers_mut().extend(HeaderValue::from_str(value).map(|value| (HeaderName::from_static(name), value)));
    };
    add("request-id", &request);
    add("stripe-version", VERSION);
    if !key.is_empty() {
        add("idempotency-key", &key);
        add("original-request", decided.original.as_deref().unwrap_or(&request));
    }
    if decided.replayed {
        add("idempotent-replayed", "true");
    }
    match decided.status.as_u16() {
        429 => {
            add("stripe-should-retry", "true");
            if decided.body["error"]["code"] == "rate_limit" {
                add("stripe-rate-limited-reason", "global-rate");
            }
        }
        409 => add("stripe-should-retry", "true"),
        500 => add("stripe-should-retry", "false"),
        _ => {}
    }
    response
}

struct Asked<'a> {
    method: &'a Method,
    path: &'a str,
    headers: &'a HeaderMap,
    text: &'a str,
    base: &'a str,
    key: &'a str,
    request: &'a str,
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Who asks: `Bearer`, or `Basic` with the key as the user (stripe.md §1).
fn account_of(headers: &HeaderMap) -> Result<Account, Problem> {
    let given = header(headers, "authorization");
    let basic = given.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok()).and_then(|text| String::from_utf8(text).ok());
    let key = match (given.strip_prefix("Bearer "), &basic) {
        (Some(key), _) => key,
        (None, Some(pair)) => pair.split(':').next().unwrap_or_default(),
        (None, None) => "",
    };
    let known = ACCOUNTS.into_iter().find(|account| bool::from(account.secret_key.as_bytes().ct_eq(key.as_bytes())));
    known.ok_or_else(|| Problem::bad_key(key))
}

/// Everything up to the answer, under one lock: what is decided is booked.
fn decide(sandbox: &Sandbox, asked: &Asked<'_>) -> Decided {
    let account = match account_of(asked.headers) {
        Ok(account) => account,
        Err(problem) => return Decided::refused(&problem),
    };
    let Some(operation) = Operation::of(asked.method, asked.path) else {
        return Decided::refused(&Problem::no_route(asked.method.as_str(), asked.path));
    };
    let form = header(asked.headers, "content-type").starts_with("application/x-www-form-urlencoded");
    if asked.method == Method::POST && !form && !asked.text.is_empty() {
        return Decided::refused(&Problem::invalid("", "", "Invalid request: the body must be form-encoded"));
    }
    if asked.key.len() > 255 {
        return Decided::refused(&Problem::invalid("", "", "Idempotency keys are at most 255 characters long"));
    }
    let params = match Params::read(asked.text) {
        Ok(params) => params,
        Err(problem) => return Decided::refused(&problem),
    };
    let mut inner = sandbox.lock();
    let reference = operation.reference(&inner, account.id, &params);
    let amount = ["line_items[0][price_data][unit_amount]", "amount", "amount_to_capture"].iter().find_map(|name| params.get(name));
    let seen = Seen { trxtype: operation.name(), last4: "", custref: &reference, amount: amount.unwrap_or_default() };
    let fault = inner.faults.take(&seen);
    let (at, fingerprint) = (format!("{}/{}", account.id, asked.key), format!("{} {}", asked.path, params.fingerprint()));
    let keyed = asked.method == Method::POST && !asked.key.is_empty();
    if let Some(stored) = inner.objects.get::<Stored>(OF, "answer", &at).filter(|_| keyed) {
        if stored.fingerprint != fingerprint {
            return Decided { fault, ..Decided::refused(&Problem::key_reused(asked.key)) };
        }
        let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let decided = Decided::refused(&Problem::server());
        return Decided { status, body: stored.body, fault, original: Some(stored.request), replayed: true, ..decided };
    }
    if matches!(fault, Some(FaultKind::TimeoutBefore | FaultKind::ResetBefore | FaultKind::Html)) {
        return Decided { fault, unanswered: true, ..Decided::refused(&Problem::server()) };
    }
    let mut call = Call {
        inner: &mut inner,
        clock: &sandbox.clock,
        account,
        params: &params,
        base: asked.base,
        fault: fault.as_ref(),
        events: Vec::new(),
    };
    let result = match &fault {
        Some(FaultKind::Status500) => Err(Problem::server()),
        // A confirmation is refused by its card, which leaves a trace on the payment.
        Some(FaultKind::Refuse { code }) if !matches!(operation, Operation::Confirm(_)) => Err(Problem::scripted(code)),
        Some(_) | None => operation.run(&mut call),
    };
    let events = call.events;
    let (status, body, ran) = match result {
        Ok(body) => (StatusCode::OK, falsified(body, fault.as_ref()), true),
        Err(problem) => (problem.status, problem.body(), problem.ran),
    };
    if keyed && ran {
        let stored = Stored { fingerprint, status: status.as_u16(), body: body.clone(), request: asked.request.to_owned() };
        inner.put(OF, "answer", &at, &stored);
    }
    Decided { status, body, fault, original: None, replayed: false, account: Some(account), events, unanswered: false }
}

/// Names another amount or currency than was booked, when that is scripted.
fn falsified(mut body: Value, fault: Option<&FaultKind>) -> Value {
    let wrong = match fault {
        Some(FaultKind::WrongAmount) => |name: &str, value: &Value| match value.as_i64() {
            Some(amount) if name.starts_with("amount") && amount > 0 => Some(Value::from(amount - 1)),
            Some(_) | None => None,
        },
        Some(FaultKind::WrongCurrency) => |name: &str, value: &Value| match value.as_str() {
            Some("usd") if name == "currency" => Some(Value::from("eur")),
            Some(_) if name == "currency" => Some(Value::from("usd")),
            Some(_) | None => None,
        },
        Some(_) | None => return body,
    };
    fn walk(value: &mut Value, wrong: fn(&str, &Value) -> Option<Value>) {
        if let Some(fields) = value.as_object_mut() {
            for (name, field) in fields {
                match wrong(name, field) {
                    Some(falsified) => *field = falsified,
                    None => walk(field, wrong),
                }
            }
        }
    }
    walk(&mut body, wrong);
    body
}
