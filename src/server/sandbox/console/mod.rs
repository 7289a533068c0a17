//! The simulators' page for people: that nothing here is real, what the next payment shall do, which card does what, which accounts
//! there are, and how programs ask for the same.

pub mod cases;

use std::fmt::Write as _;
use std::sync::Arc;

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use crate::domain::card::{Brand, grouped};

use super::{
    Account, Sandbox,
    cards::CARDS,
    control, express,
    faults::Fault,
    nvp, orders,
    page::{Breadth, CSP, escape, page},
    stripe, wpp_uk,
};
use cases::{At, GROUPS};

/// What was pressed.
#[derive(Deserialize)]
pub(super) struct Pressed {
    /// `script`, `clear`, `accept` or `refuse`.
    action: String,
    /// The simulator.
    #[serde(default)]
    at: String,
    /// The case.
    #[serde(default)]
    what: String,
}

/// `GET /`.
pub(super) async fn show(State(sandbox): State<Arc<Sandbox>>) -> Response {
    answer(StatusCode::OK, &sandbox, "")
}

/// `POST /`: scripts the next payment, forgets what is scripted, or decides what is pending.
pub(super) async fn act(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, Form(pressed): Form<Pressed>) -> Response {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return StatusCode::FORBIDDEN.into_response();
    }
    match pressed.action.as_str() {
        "script" => {
            let (Some(at), Some(what)) = (At::from_name(&pressed.at), cases::find(&pressed.what)) else {
                return answer(StatusCode::UNPROCESSABLE_ENTITY, &sandbox, "Please choose a processor and what it shall do.");
            };
            let Some(fault) = cases::script(at, what) else {
                return answer(StatusCode::UNPROCESSABLE_ENTITY, &sandbox, "This processor has no such thing. Please choose another.");
            };
            sandbox.script(fault);
        }
        "clear" => sandbox.lock().faults.clear(),
        "accept" => settle(&sandbox, &headers, true),
        "refuse" => settle(&sandbox, &headers, false),
        _ => return StatusCode::UNPROCESSABLE_ENTITY.into_response(),
    }
    Redirect::to("/").into_response()
}

/// Decides everything that is pending, wherever it is.
fn settle(sandbox: &Arc<Sandbox>, headers: &HeaderMap, accept: bool) {
    control::decide_reviews(sandbox, accept);
    express::settle(sandbox, accept);
    wpp_uk::settle(sandbox, accept);
    orders::settle(sandbox, headers, None, accept);
    stripe::notices::settle(sandbox, accept);
}

fn answer(status: StatusCode, sandbox: &Sandbox, problem: &str) -> Response {
    let problem = if problem.is_empty() { String::new() } else { format!("<p class=\"alert\" role=\"alert\">{problem}</p>") };
    let body = format!(
        "<h1>Payment simulators</h1>\
         <p>Sites in test mode pay here. The simulators keep books of their own, answer as the real services do, and fail when asked to. \
         Never type a real card number.</p>{problem}{}{}{}{PROGRAMS}",
        next_payment(sandbox),
        cards(),
        accounts(sandbox),
    );
    (status, [(header::CONTENT_SECURITY_POLICY, CSP), (header::CACHE_CONTROL, "no-store")], Html(page("Simulators", Breadth::Wide, &body)))
        .into_response()
}

fn next_payment(sandbox: &Sandbox) -> String {
    let mut out = String::from(
        "<section class=\"sheet\" aria-labelledby=\"next\"><h2 id=\"next\">The next payment</h2>\
         <p>It is approved, unless the card says otherwise or something is chosen here. A choice holds once.</p>\
         <form method=\"post\" action=\"/\"><div class=\"two\"><div><label for=\"at\">At</label><select id=\"at\" name=\"at\">",
    );
    // Writing to a String cannot fail.
    for (_, name, words) in At::ALL {
        let _ = write!(out, "<option value=\"{name}\">{words}</option>");
    }
    out.push_str("</select></div><div><label for=\"what\">What happens</label><select id=\"what\" name=\"what\">");
    for (group, cases) in GROUPS {
        let _ = write!(out, "<optgroup label=\"{group}\">");
        for (name, words, _) in *cases {
            let _ = write!(out, "<option value=\"{name}\">{words}</option>");
        }
        out.push_str("</optgroup>");
    }
    out.push_str("</select></div></div><div class=\"row\"><button name=\"action\" value=\"script\">Let it happen</button></div></form>");
    let waiting: Vec<Fault> = sandbox.lock().faults.list().to_vec();
    if !waiting.is_empty() {
        out.push_str("<h2 style=\"margin-top:2rem\">Waiting to happen</h2><ul>");
        for fault in &waiting {
            let _ = write!(out, "<li><code>{}</code></li>", escape(&serde_json::to_string(&compact(fault)).unwrap_or_default()));
        }
        out.push_str(
            "</ul><form method=\"post\" action=\"/\"><div class=\"row\"><button class=\"quiet\" name=\"action\" value=\"clear\">Forget them</button></div></form>",
        );
    }
    out.push_str(
        "<h2 style=\"margin-top:2rem\">What is pending</h2><p>Reviews, bank debits and slow refunds wait for a decision.</p>\
         <form method=\"post\" action=\"/\"><div class=\"row\"><button class=\"quiet\" name=\"action\" value=\"accept\">Settle all of it</button>\
         <button class=\"quiet\" name=\"action\" value=\"refuse\">Refuse all of it</button></div></form></section>",
    );
    out
}

/// A fault as a program would write it: what is not said is left out.
fn compact(fault: &Fault) -> serde_json::Value {
    let mut value = serde_json::to_value(fault).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    value
}

fn cards() -> String {
    let mut out = String::from(
        "<h2>Test cards</h2><p>For cards typed on our page: any later expiry, and any security code of the right length. Stripe and PayPal \
         let the buyer choose on their own pages.</p><div class=\"scroll\"><table><thead><tr><th scope=\"col\">Number</th>\
         <th scope=\"col\">Brand</th><th scope=\"col\">What happens</th></tr></thead><tbody>",
    );
    for card in CARDS {
        let brand = Brand::of(card.number).map_or("", Brand::name);
        let _ = write!(out, "<tr><td><code>{}</code></td><td>{brand}</td><td>{}</td></tr>", grouped(card.number), card.ends);
    }
    out + "</tbody></table></div><p class=\"small\">At Payflow, as on its real test network, an amount from 1,001.00 to 1,999.99 asks for the \
           result <em>amount minus 1000</em>: 1,012.00 is declined, 1,050.00 lacks funds, 1,104.00 is taken although the answer says \
           timeout. 2,000.00 is a processor error; more is declined.</p>"
}

fn accounts(sandbox: &Sandbox) -> String {
    let mut out = String::from(
        "<h2>Accounts</h2><p>One for each demo site. Nothing of it is secret.</p><div class=\"scroll\"><table><caption>PayPal: Payflow \
         (<code>/payflow/</code>, partner, vendor, user), Express Checkout (<code>/express</code>), Website Payments Pro \
         (<code>/wpp_uk</code>, API user), Orders (<code>/paypal</code>, client id)</caption><thead><tr><th scope=\"col\">Account</th>\
         <th scope=\"col\">Partner</th><th scope=\"col\">Password or secret</th><th scope=\"col\">API signature</th>\
         <th scope=\"col\">Merchant ID</th></tr></thead><tbody>",
    );
    for Account { partner, user, password, .. } in &sandbox.accounts {
        let _ = write!(
            out,
            "<tr data-account=\"{0}\"><td><code>{0}</code></td><td>{1}</td><td><code>{2}</code></td>\
             <td><code data-name=\"signature\">{3}</code></td><td><code>{4}</code></td></tr>",
            escape(user),
            escape(partner),
            escape(password),
            nvp::signature(user),
            nvp::merchant_id(user),
        );
    }
    out.push_str(
        "</tbody></table></div><div class=\"scroll\" style=\"margin-top:2rem\"><table><caption>Stripe (<code>/stripe/</code>)</caption><thead>\
         <tr><th scope=\"col\">Account</th><th scope=\"col\">Secret key</th><th scope=\"col\">Webhook secret</th></tr></thead><tbody>",
    );
    for account in stripe::ACCOUNTS {
        let stripe::Account { id, secret_key, webhook_secret } = account;
        let _ = write!(out, "<tr><td><code>{id}</code></td><td><code>{secret_key}</code></td><td><code>{webhook_secret}</code></td></tr>");
    }
    out + "</tbody></table></div>"
}

const PROGRAMS: &str = "<h2>For programs</h2><p>The same, and more, as JSON. No sign-in; other sites' pages are refused.</p>\
<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Request</th><th scope=\"col\">What it does</th></tr></thead><tbody>\
<tr><td><code>POST /control/faults</code></td><td>Scripts a fault: <code>{\"kind\": \"timeout_after\", \"times\": 1, \"trxtype\": \"orders.capture\", \
\"last4\": \"1111\", \"amount\": \"25.00\"}</code>. All but <code>kind</code> may be left out. Kinds: <code>timeout_before</code>, <code>timeout_after</code>, \
<code>reset_before</code>, <code>reset_after</code>, <code>status_500</code>, <code>html</code>, <code>truncated</code>, <code>broken</code>, <code>huge</code>, \
<code>answer_104_after</code>, <code>wrong_amount</code>, <code>wrong_currency</code>, <code>slow</code> (<code>ms</code>), <code>refuse</code> (<code>code</code>), \
<code>decline</code> (<code>result</code>), <code>pending</code>; of <code>\"trxtype\": \"notice\"</code>: <code>twice</code>, <code>slow</code>, <code>never</code>, \
<code>forged</code></td></tr>\
<tr><td><code>GET, DELETE /control/faults</code></td><td>Lists or forgets what waits to happen</td></tr>\
<tr><td><code>GET /control/ledger</code></td><td>The simulators' own books</td></tr>\
<tr><td><code>GET /control/cards</code></td><td>The test cards</td></tr>\
<tr><td><code>GET, POST /control/settings</code></td><td>Who processes behind Payflow, whether amounts ask for results, how long a timeout hangs</td></tr>\
<tr><td><code>POST /control/review/{pnref}</code></td><td><code>{\"accept\": true}</code> decides a payment held by Payflow</td></tr>\
<tr><td><code>POST /control/{simulator}/settle</code></td><td><code>{\"accept\": true}</code> decides what is pending at <code>express</code>, <code>wpp_uk</code>, \
<code>orders</code> or <code>stripe</code></td></tr>\
<tr><td><code>POST /control/{simulator}/listener</code></td><td><code>{\"account\": \"\u{2026}\", \"url\": \"\u{2026}\"}</code>: where that account's notices go</td></tr>\
<tr><td><code>POST /control/settle</code></td><td>Ends Payflow's day: nothing can be voided any more</td></tr>\
<tr><td><code>POST /control/reset</code></td><td>Forgets every payment, answer and fault</td></tr>\
</tbody></table></div>";
