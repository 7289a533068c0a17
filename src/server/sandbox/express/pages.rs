//! The buyer's page: agree with one of several ways to pay, or cancel (paypal-express-checkout.md §6).

use std::fmt::Write as _;
use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;

use crate::domain::text::Lang;

use super::super::{
    Sandbox,
    nvp::{self, read::Ask, txn::Buyer},
    page::{CSP, bill, escape, shell},
};
use super::{Funding, PRODUCT, SESSION, SIMULATOR, Session, Step};

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    cmd: String,
    #[serde(default)]
    token: String,
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, CSP), (header::REFERRER_POLICY, "no-referrer"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, Html(shell(title, body))).into_response()
}

fn not_found() -> Response {
    let body =
        "<h1>This payment cannot be made</h1><p>It does not exist, is made, or its time is over. Go back to the shop and start again.</p>";
    page(StatusCode::NOT_FOUND, "Payment not found", body)
}

fn open_session(sandbox: &Sandbox, token: &str) -> Option<Session> {
    let session: Option<Session> = sandbox.lock().objects.get(SIMULATOR, SESSION, token);
    session.filter(|session| session.step != Step::Completed && !session.is_over(sandbox.clock.now()))
}

/// `GET /webscr?cmd=_express-checkout&token=…`.
pub(super) async fn show(State(sandbox): State<Arc<Sandbox>>, Query(which): Query<Which>) -> Response {
    let is_checkout = matches!(which.cmd.as_str(), "_express-checkout" | "_express-checkout-mobile");
    let Some(session) = open_session(&sandbox, &which.token).filter(|_| is_checkout) else { return not_found() };
    let mut options = String::new();
    for (_, name, words) in Funding::ALL {
        // Writing to a String cannot fail.
        let _ = write!(options, "<option value=\"{name}\">{words}</option>");
    }
    let failed = match session.step {
        Step::Failed => "<p class=\"alert\" role=\"alert\">Your last way to pay was refused. Please choose another.</p>",
        Step::NotInitiated | Step::Completed => "",
    };
    let invoice = if session.invoice.is_empty() { "none" } else { &session.invoice };
    let what = if session.description.is_empty() { "A purchase" } else { &session.description };
    let body = format!(
        r#"<p class="who">PayPal Express Checkout</p><h1>{amount}</h1>{failed}{bill}
<form method="post" action="webscr">
<input type="hidden" name="cmd" value="_simulator-decide"><input type="hidden" name="token" value="{token}">
<div><label for="funding">Pay with</label><select id="funding" name="funding">{options}</select></div>
<button name="action" value="approve">Agree and pay</button>
<button class="quiet" name="action" value="cancel">Cancel and return</button>
</form>
<p class="small">This stands in for PayPal's own page. Nothing is charged before the shop takes the payment; closing the tab pays nothing.</p>"#,
        amount = escape(&session.amount.show(Lang::En)),
        bill = bill(&[("For", what), ("Invoice", invoice), ("To", &session.account)]),
        token = escape(&session.token),
    );
    page(StatusCode::OK, "Pay", &body)
}

/// `POST /webscr`: the buyer's decision, or the question whether a notice is genuine.
pub(super) async fn post(State(sandbox): State<Arc<Sandbox>>, body: Bytes) -> Response {
    if let Some(response) = nvp::vouch(&sandbox, &PRODUCT, &body).await {
        return response;
    }
    let Some(form) = Ask::read(&body).filter(|form| form.get("cmd") == "_simulator-decide") else { return not_found() };
    let Some(mut session) = open_session(&sandbox, form.get("token")) else { return not_found() };
    if form.get("action") != "approve" {
        return see_other(&with(&session.cancel_url, &format!("token={}", session.token)));
    }
    let Some(funding) = Funding::from_name(form.get("funding")) else { return not_found() };
    let email = if session.email.is_empty() { "imogen_tarrant@mail.example" } else { &session.email }.to_owned();
    // The same person, however often they choose.
    let payer = session.buyer.as_ref().map_or_else(|| sandbox.clock.short_code(13), |buyer| buyer.payer.clone());
    let [first, last, country] = ["Imogen", "Tarrant", "CA"].map(str::to_owned);
    session.buyer = Some(Buyer { payer: payer.clone(), email, first, last, country });
    session.funding = Some(funding);
    session.step = Step::NotInitiated;
    sandbox.lock().put(SIMULATOR, SESSION, &session.token, &session);
    see_other(&with(&session.return_url, &format!("token={}&PayerID={payer}", session.token)))
}

/// An address with more parameters, before its fragment.
fn with(url: &str, parameters: &str) -> String {
    let (front, fragment) = url.split_once('#').map_or((url, String::new()), |(front, fragment)| (front, format!("#{fragment}")));
    let mark = if front.contains('?') { '&' } else { '?' };
    format!("{front}{mark}{parameters}{fragment}")
}

fn see_other(url: &str) -> Response {
    let mut headers = HeaderMap::new();
    match HeaderValue::from_str(url) {
        Ok(url) => {
            headers.insert(header::LOCATION, url);
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_join_what_is_there() {
        assert_eq!(with("https://a/b", "t=1"), "https://a/b?t=1");
        assert_eq!(with("https://a/b?x=2#f", "t=1"), "https://a/b?x=2&t=1#f");
    }
}
