//! The buyer's page: what is paid for, how much, which card; buttons, and no script.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::super::{
    Inner, Sandbox,
    faults::{FaultKind, Seen},
    page::{CSP, bill, escape, shell},
    trouble,
};
use super::cards::{self, CARDS, TestCard};
use super::checkout::{Act, act as pay};
use super::params::Params;
use super::problem::Problem;
use super::state::{Intent, Kept as _, OF, Session, shown};
use super::{ACCOUNTS, Account, Call, notices};

/// What the buyer pressed.
#[derive(Deserialize)]
pub(super) struct Pressed {
    /// `pay`, `decline`, `authenticate`, `fail`, `cancel`.
    action: String,
    /// The card's id.
    #[serde(default)]
    card: String,
}

fn found(inner: &Inner, id: &str) -> Option<(Session, Option<Intent>)> {
    let session = inner.objects.get::<Session>(OF, Session::KIND, id)?;
    let intent = session.intent.as_ref().and_then(|id| inner.stripe_find::<Intent>(&session.account, id));
    Some((session, intent))
}

/// `GET /c/pay/{id}`.
pub(super) async fn show(State(sandbox): State<Arc<Sandbox>>, Path(id): Path<String>) -> Response {
    let now = sandbox.clock.now().seconds();
    let found = found(&sandbox.lock(), &id);
    match found {
        None => page(StatusCode::NOT_FOUND, "No such payment", "<h1>No such payment</h1><p>This page does not exist.</p>"),
        Some((session, _)) if session.status_at(now) == "expired" => over(&session, "This page has expired", "Nothing was paid."),
        Some((session, _)) if session.status_at(now) == "complete" => {
            over(&session, "This was paid already", "You can go back to the shop.")
        }
        Some((session, intent)) => page(StatusCode::OK, "Pay", &body(&session, intent.as_ref())),
    }
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    (status, [(header::CONTENT_SECURITY_POLICY, CSP), (header::REFERRER_POLICY, "no-referrer")], Html(shell(title, body))).into_response()
}

fn over(session: &Session, title: &str, text: &str) -> Response {
    page(StatusCode::GONE, title, &format!("<h1>{title}</h1><p>{text}</p>{}", back(session, "Back to the shop")))
}

/// A way back without paying: a form, so that it looks like the other buttons.
fn back(session: &Session, words: &str) -> String {
    match &session.cancel_url {
        Some(_) => format!(r#"<form method="post"><button name="action" value="cancel" class="quiet">{words}</button></form>"#),
        None => String::new(),
    }
}

fn body(session: &Session, intent: Option<&Intent>) -> String {
    let amount = escape(&shown(session.amount, &session.currency));
    let mut body = format!(
        "<p class=\"who\">Stripe Checkout</p><h1>{amount}</h1>{}",
        bill(&[("For", &session.name), ("Reference", session.client_reference_id.as_deref().unwrap_or("none"))]),
    );
    // Writing to a String cannot fail.
    if let Some(card) = intent.and_then(|intent| intent.authenticating.as_deref()).and_then(cards::find) {
        let _ = write!(
            body,
            r#"<p>The bank of the card ending in {} asks who you are.</p><form method="post">
<button name="action" value="authenticate">Complete authentication</button>
<button name="action" value="fail" class="quiet">Fail authentication</button></form>"#,
            card.last4
        );
        return body;
    }
    if let Some(message) = intent.and_then(|i| i.last_error.as_ref()).and_then(|error| error["message"].as_str()) {
        let _ = write!(body, r#"<p class="alert" role="alert">{} Choose another card.</p>"#, escape(message));
    }
    body.push_str(r#"<form method="post"><div><label for="card">Card</label><select id="card" name="card">"#);
    for card in CARDS {
        let TestCard { id, brand, funding, last4, ends, .. } = card;
        let _ = write!(body, r#"<option value="{id}">{brand} {funding} ending in {last4}: {ends}</option>"#);
    }
    let _ = write!(
        body,
        r#"</select></div><button name="action" value="pay">Pay {amount}</button>
<button name="action" value="decline" class="quiet">Let the bank decline it</button></form>{}
<p class="small">This stands in for Stripe's own page. The money is only held until the shop takes it; closing the tab pays nothing.</p>"#,
        back(session, "Cancel and return")
    );
    body
}

/// `POST /c/pay/{id}`.
pub(super) async fn act(
    State(sandbox): State<Arc<Sandbox>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(pressed): Form<Pressed>,
) -> Response {
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let (outcome, fault, told) = acted(&sandbox, &id, &pressed);
    if let Some(response) = trouble::before_booking(fault.as_ref(), sandbox.hang()).await {
        return response;
    }
    if let Some((account, events)) = told {
        notices::send(&sandbox, account, "req_checkout", "", events);
    }
    match outcome {
        Acted::Again => Redirect::to(&id).into_response(),
        Acted::Back(url) => ([(header::LOCATION, url)], StatusCode::SEE_OTHER).into_response(),
        Acted::Nonsense => StatusCode::BAD_REQUEST.into_response(),
    }
}

enum Acted {
    /// Shows the page again.
    Again,
    /// Sends the buyer back.
    Back(String),
    /// No such button.
    Nonsense,
}

/// What is told to whom.
type Told = Option<(Account, Vec<(&'static str, serde_json::Value)>)>;

fn acted(sandbox: &Sandbox, id: &str, pressed: &Pressed) -> (Acted, Option<FaultKind>, Told) {
    let now = sandbox.clock.now().seconds();
    let mut inner = sandbox.lock();
    let Some((mut session, intent)) = found(&inner, id) else { return (Acted::Again, None, None) };
    if pressed.action == "cancel" {
        // The session stays payable (stripe.md §4).
        return (session.cancel_url.map_or(Acted::Again, Acted::Back), None, None);
    }
    let Some(account) = ACCOUNTS.into_iter().find(|account| account.id == session.account) else { return (Acted::Again, None, None) };
    if session.status_at(now) != "open" {
        return (Acted::Again, None, None);
    }
    let waiting = intent.and_then(|intent| intent.authenticating).and_then(|id| cards::find(&id));
    let chosen: Option<&TestCard> = cards::find(&pressed.card);
    let declined = cards::find("pm_card_visa_chargeDeclined");
    let act = match (pressed.action.as_str(), chosen, waiting, declined) {
        ("pay", Some(card), _, _) | ("decline", _, _, Some(card)) => Act::Pay(card),
        ("authenticate", _, Some(card), _) => Act::Authenticated { card, passed: true },
        ("fail", _, Some(card), _) => Act::Authenticated { card, passed: false },
        _ => return (Acted::Nonsense, None, None),
    };
    let (reference, amount) = (session.client_reference_id.clone().unwrap_or_default(), session.amount.to_string());
    let last4 = chosen.map_or("", |card| card.last4);
    let fault = inner.faults.take(&Seen { trxtype: "stripe.pay", last4, custref: &reference, amount: &amount });
    if matches!(fault, Some(FaultKind::TimeoutBefore | FaultKind::ResetBefore | FaultKind::Status500 | FaultKind::Html)) {
        return (Acted::Again, fault, None);
    }
    let params = Params::default();
    let mut call =
        Call { inner: &mut inner, clock: &sandbox.clock, account, params: &params, base: "", fault: fault.as_ref(), events: Vec::new() };
    let result: Result<(), Problem> = pay(&mut call, &mut session, act);
    let told = Some((account, call.events));
    let outcome = match (result, session.status.as_str()) {
        (Ok(()), "complete") => Acted::Back(session.success_url.replace("{CHECKOUT_SESSION_ID}", &session.id)),
        (Ok(()) | Err(_), _) => Acted::Again,
    };
    (outcome, fault, told)
}
