//! The browser's side of the gateway, payflowlink: takes a card for a token, from a form of the shop's or from the hosted page, and
//! sends the browser back with the result (payflow-pro.md §8.2–8.4).

use std::sync::Arc;
use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::text::Lang;

use super::super::{
    Inner, Sandbox,
    cards::{self, Behaviour},
    faults::{FaultKind, Seen},
    nvp::read::Ask as Form,
    page::{CSP, escape, shell},
    serve::Dropped,
};
use super::engine::{self, Script};
use super::pilot;
use super::reply::Reply;
use super::silent;
use super::token::{self, Refused, Token};

/// What a browser brought.
struct Typed {
    number: String,
    expiry: String,
    code: String,
}

impl Typed {
    /// The fields of the form, or the one field that holds them all.
    fn of(form: &Form) -> Self {
        let listed = |name: &str| {
            let pairs = form.get("PARMLIST").split('&').filter_map(|pair| pair.split_once('='));
            pairs.rev().find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
        };
        let field = |names: [&str; 2]| {
            let direct = names.iter().map(|name| form.get(name)).find(|value| !value.is_empty()).map(str::to_owned);
            direct.or_else(|| names.iter().find_map(|name| listed(name))).unwrap_or_default()
        };
        Self { number: field(["ACCT", "ACCT"]), expiry: field(["EXPDATE", "EXPDATE"]), code: field(["CVV2", "CSC"]) }
    }

    fn last4(&self) -> &str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, CSP), (header::REFERRER_POLICY, "no-referrer"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, Html(shell(title, body))).into_response()
}

fn no_token() -> Response {
    let body = "<h1>This payment cannot be made</h1><p>The shop's form names no payment that is known here. Go back to the shop and start again.</p>";
    page(StatusCode::NOT_FOUND, "Payment not found", body)
}

/// `GET /payflowlink?SECURETOKEN=…&SECURETOKENID=…`: the hosted page.
pub async fn show(State(sandbox): State<Arc<Sandbox>>, RawQuery(query): RawQuery) -> Response {
    let Some(form) = Form::read(query.unwrap_or_default().as_bytes()) else { return no_token() };
    let found = token::find(&sandbox.lock().objects, form.get("SECURETOKEN"), form.get("SECURETOKENID"));
    match found {
        // No page is shown for these (§8.1): the shop has its own.
        Some(token) if token.field("SILENTTRAN") == "TRUE" => no_token(),
        Some(token) => match token.check(sandbox.clock.now()) {
            Ok(()) => hosted(&token, form.get("MODE")),
            Err(refused) => refuse(&token, refused),
        },
        None => no_token(),
    }
}

/// `POST /payflowlink`: a card for a token; without one, the hosted page.
pub async fn take(State(sandbox): State<Arc<Sandbox>>, body: Bytes) -> Response {
    let Some(form) = Form::read(&body) else { return no_token() };
    let typed = Typed::of(&form);
    let hang = sandbox.hang();
    let step = begin(&sandbox, &form, &typed);
    let (token, fault) = match step {
        Step::Answer(response) => return response,
        Step::Charge { token, fault } => (token, fault),
    };
    match &fault {
        Some(FaultKind::TimeoutBefore) => {
            tokio::time::sleep(hang).await;
            put_aside(&sandbox, &token);
            return Dropped::response();
        }
        // Slow before it is booked, so that a second press finds it under way.
        Some(FaultKind::Slow { ms }) => tokio::time::sleep(Duration::from_millis(*ms)).await,
        Some(_) | None => {}
    }
    let (reply, token, post) = {
        let mut inner = sandbox.lock();
        let (reply, token) = charge(&sandbox, &mut inner, token, &typed, fault.as_ref());
        let post = is_approval(&reply).then(|| silent::prepare(&mut inner, &token, &reply)).flatten();
        (reply, token, post)
    };
    if let Some(post) = post {
        post.send();
    }
    match fault {
        Some(FaultKind::TimeoutAfter) => {
            tokio::time::sleep(hang).await;
            Dropped::response()
        }
        Some(FaultKind::ResetAfter) => Dropped::response(),
        Some(_) | None => send_back(&token, &reply),
    }
}

enum Step {
    Answer(Response),
    Charge { token: Token, fault: Option<FaultKind> },
}

/// Everything up to the charge, under one lock: a token that is being paid with says so.
fn begin(sandbox: &Sandbox, form: &Form, typed: &Typed) -> Step {
    let mut inner = sandbox.lock();
    let Some(mut token) = token::find(&inner.objects, form.get("SECURETOKEN"), form.get("SECURETOKENID")) else {
        return Step::Answer(no_token());
    };
    // This host is the pilot's.
    if form.get("MODE") != "TEST" {
        return Step::Answer(no_token());
    }
    if let Err(refused) = token.check(sandbox.clock.now()) {
        return Step::Answer(refuse(&token, refused));
    }
    if typed.number.is_empty() && token.field("SILENTTRAN") != "TRUE" {
        return Step::Answer(hosted(&token, form.get("MODE")));
    }
    let fault = fault_for(&mut inner, &token, typed);
    match fault {
        Some(FaultKind::ResetBefore) => return Step::Answer(Dropped::response()),
        Some(FaultKind::Status500) => return Step::Answer((StatusCode::INTERNAL_SERVER_ERROR, "scripted").into_response()),
        Some(FaultKind::Html) => return Step::Answer(page(StatusCode::OK, "Scripted", "<h1>Approved: scripted page</h1>")),
        Some(_) | None => {}
    }
    token.under_way = true;
    token.keep(&mut inner);
    Step::Charge { token, fault }
}

/// Nothing came of it, and it may be tried again.
fn put_aside(sandbox: &Sandbox, token: &Token) {
    let idle = Token { under_way: false, ..token.clone() };
    idle.keep(&mut sandbox.lock());
}

/// What goes wrong this time: a script for `link`, else what the card does.
fn fault_for(inner: &mut Inner, token: &Token, typed: &Typed) -> Option<FaultKind> {
    let seen = Seen { trxtype: "link", last4: typed.last4(), custref: token.field("CUSTREF"), amount: token.field("AMT") };
    inner.faults.take(&seen).or_else(|| match cards::find(&typed.number)? {
        Behaviour::Approve => None,
        Behaviour::Refuse(result) | Behaviour::RefuseLeavingHold(result) => Some(FaultKind::Decline { result }),
        Behaviour::BookAndLoseAnswer => Some(FaultKind::ResetAfter),
        Behaviour::BookAndAnswer104 => Some(FaultKind::Answer104After),
        Behaviour::NeverArrives => Some(FaultKind::TimeoutBefore),
    })
}

fn charge(sandbox: &Sandbox, inner: &mut Inner, mut token: Token, typed: &Typed, fault: Option<&FaultKind>) -> (Reply, Token) {
    let script = match fault {
        Some(FaultKind::Decline { result }) => Script::Result(*result),
        Some(FaultKind::Answer104After) => Script::BookAndAnswer104,
        Some(_) | None => Script::None,
    };
    // Booked for another sum than the shop fixed: what its inquiry must notice.
    let mut tampered = token.clone();
    match fault {
        Some(FaultKind::WrongAmount) => drop(tampered.fields.insert("AMT".to_owned(), engine::one_less(token.field("AMT")))),
        Some(FaultKind::WrongCurrency) => {
            let other = if token.field("CURRENCY") == "USD" { "EUR" } else { "USD" };
            drop(tampered.fields.insert("CURRENCY".to_owned(), other.to_owned()));
        }
        Some(_) | None => {}
    }
    let card = [("ACCT", typed.number.as_str()), ("EXPDATE", typed.expiry.as_str()), ("CVV2", typed.code.as_str())];
    let reply = engine::charge_token(inner, &sandbox.clock, &token.vendor, &tampered.ask(card), script);
    token.pnref = reply.get("PNREF").map(str::to_owned).or(token.pnref);
    token.tries += 1;
    token.paid = is_approval(&reply);
    token.under_way = false;
    token.keep(inner);
    (reply, token)
}

/// 126 is held for review: taken in, and not declined.
fn is_approval(reply: &Reply) -> bool {
    matches!(reply.get("RESULT"), Some("0" | "126"))
}

fn refuse(token: &Token, refused: Refused) -> Response {
    send_back(token, &Reply::bare(refused.result(), pilot::message(refused.result())))
}

/// The result as browsers and silent posts carry it: URL-encoded names of their own (§8.3).
pub fn result_fields(token: &Token, reply: &Reply) -> Vec<(String, String)> {
    let told = |name: &str| reply.get(name).unwrap_or_default().to_owned();
    let checks = format!("{}{}{}", told("AVSADDR"), told("AVSZIP"), told("IAVS"));
    let users = (1..=10).map(|n| format!("USER{n}")).map(|name| (token.field(&name).to_owned(), name)).map(|(value, name)| (name, value));
    let named = |name: &str, value: String| (name.to_owned(), value);
    let mut fields = vec![
        named("RESULT", told("RESULT")),
        named("RESPMSG", told("RESPMSG")),
        named("PNREF", told("PNREF")),
        named("AUTHCODE", told("AUTHCODE")),
        named("AVSDATA", checks),
        named("INVOICE", token.field("INVNUM").to_owned()),
        named("AMOUNT", token.field("AMT").to_owned()),
        named("METHOD", "CC".to_owned()),
        named("TYPE", token.field("TRXTYPE").to_owned()),
    ];
    fields.extend(users);
    fields.extend([named("SECURETOKEN", token.token.clone()), named("SECURETOKENID", token.id.clone())]);
    fields.retain(|(_, value)| !value.is_empty());
    fields
}

/// As a form's body, or a query.
pub fn encode(fields: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
    pairs.join("&")
}

/// Sends the browser to the shop.
fn send_back(token: &Token, reply: &Reply) -> Response {
    let url = token.field(if is_approval(reply) { "RETURNURL" } else { "ERRORURL" });
    let fields = result_fields(token, reply);
    if url.is_empty() {
        let words = escape(reply.get("RESPMSG").unwrap_or_default());
        return page(StatusCode::OK, "Result", &format!("<h1>{words}</h1><p>The shop said nowhere to go back to.</p>"));
    }
    if token.field("URLMETHOD") == "POST" {
        let inputs: String = fields
            .iter()
            .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)))
            .collect();
        let body =
            format!("<h1>Back to the shop</h1><form method=\"post\" action=\"{}\">{inputs}<button>Continue</button></form>", escape(url));
        return page(StatusCode::OK, "Back to the shop", &body);
    }
    let mark = if url.contains('?') { '&' } else { '?' };
    let mut headers = HeaderMap::new();
    match HeaderValue::from_str(&format!("{url}{mark}{}", encode(&fields))) {
        Ok(url) => {
            headers.insert(header::LOCATION, url);
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The gateway's own page, where the shop has none.
fn hosted(token: &Token, mode: &str) -> Response {
    let amount = engine::amount_of(token.field("AMT"), token.field("CURRENCY")).map(|amount| amount.show(Lang::En)).unwrap_or_default();
    let what = if token.field("COMMENT1").is_empty() { "A purchase" } else { token.field("COMMENT1") };
    let cancel = match token.field("CANCELURL") {
        "" => String::new(),
        url => format!("<p><a href=\"{}\">Cancel and return</a></p>", escape(url)),
    };
    let body = format!(
        r#"<h1>{amount}</h1>
<dl><div><dt>For</dt><dd>{what}</dd></div><div><dt>Invoice</dt><dd>{invoice}</dd></div><div><dt>To</dt><dd>{shop}</dd></div></dl>
<form method="post" action="/payflowlink">
<input type="hidden" name="SECURETOKEN" value="{token}"><input type="hidden" name="SECURETOKENID" value="{id}"><input type="hidden" name="MODE" value="{mode}">
<label for="acct">Card number</label><input id="acct" name="ACCT" inputmode="numeric" autocomplete="cc-number" maxlength="19" required>
<label for="exp">Expiry (MMYY)</label><input id="exp" name="EXPDATE" inputmode="numeric" autocomplete="cc-exp" maxlength="4" required>
<label for="csc">Security code</label><input id="csc" name="CVV2" inputmode="numeric" autocomplete="cc-csc" maxlength="4">
<button>Pay {amount}</button>
</form>{cancel}
<p class="small">This stands in for the gateway's own page. <a href="/">Test cards</a></p>"#,
        amount = escape(&amount),
        what = escape(what),
        invoice = escape(if token.field("INVNUM").is_empty() { "none" } else { token.field("INVNUM") }),
        shop = escape(&token.vendor),
        token = escape(&token.token),
        id = escape(&token.id),
        mode = escape(mode),
    );
    page(StatusCode::OK, "Pay by card", &body)
}
