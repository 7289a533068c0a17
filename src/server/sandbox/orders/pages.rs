//! The buyer's page: agree with one of several ways to pay, or cancel (paypal-rest.md §4.3).

use std::fmt::Write as _;
use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;

use super::super::{
    Sandbox,
    page::{CSP, bill, escape, shell},
};
use super::model::{Funding, Order};
use super::notices::{self, Happened, Outgoing};
use super::{ORDER, SIMULATOR, engine, whole_order};

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    token: String,
}

/// What the buyer did.
#[derive(Deserialize)]
pub(super) struct Choice {
    token: String,
    action: String,
    #[serde(default)]
    funding: String,
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    (status, [(header::CONTENT_SECURITY_POLICY, CSP), (header::REFERRER_POLICY, "no-referrer")], Html(shell(title, body))).into_response()
}

fn not_found() -> Response {
    let body =
        "<h1>This order cannot be paid</h1><p>It does not exist, is paid, or its time is over. Go back to the shop and start again.</p>";
    page(StatusCode::NOT_FOUND, "Order not found", body)
}

fn open_order(sandbox: &Sandbox, id: &str) -> Option<Order> {
    let order: Option<Order> = sandbox.lock().objects.get(SIMULATOR, ORDER, id);
    order.filter(|order| order.status != "COMPLETED" && !order.is_gone(sandbox.clock.now()))
}

/// `GET /checkoutnow?token=…`.
pub(super) async fn show(State(sandbox): State<Arc<Sandbox>>, Query(which): Query<Which>) -> Response {
    let Some(order) = open_order(&sandbox, &which.token) else { return not_found() };
    let mut options = String::new();
    for (_, name, words) in Funding::ALL {
        // Writing to a String cannot fail.
        let _ = write!(options, "<option value=\"{name}\">{words}</option>");
    }
    let shop = if order.brand_name.is_empty() { "the shop" } else { &order.brand_name };
    let body = format!(
        r#"<p class="who">PayPal</p><h1>{value} {currency}</h1>{bill}
<form method="post" action="checkoutnow">
<input type="hidden" name="token" value="{token}">
<div><label for="funding">Pay with</label><select id="funding" name="funding">{options}</select></div>
<button name="action" value="approve">Agree and pay</button>
<button class="quiet" name="action" value="cancel">Cancel and return</button>
</form>
<p class="small">This stands in for PayPal's own page. Nothing is charged before the shop captures the order; closing the tab pays nothing.</p>"#,
        value = order.sum.value(),
        currency = escape(&order.sum.currency),
        bill = bill(&[("For", &order.description), ("Invoice", &order.invoice_id), ("To", shop)]),
        token = escape(&order.id),
    );
    page(StatusCode::OK, "Pay", &body)
}

/// `POST /checkoutnow`: on to the shop. A payer who agreed before may choose again.
pub(super) async fn decide(State(sandbox): State<Arc<Sandbox>>, Form(choice): Form<Choice>) -> Response {
    let Some(mut order) = open_order(&sandbox, &choice.token) else { return not_found() };
    if choice.action != "approve" {
        return see_other(&with(&order.cancel_url, &format!("token={}", order.id)));
    }
    let Some(funding) = Funding::from_name(&choice.funding) else { return not_found() };
    order.status = "APPROVED".to_owned();
    order.funding = Some(funding);
    order.approved_at = Some(sandbox.clock.now());
    let outgoing = {
        let mut inner = sandbox.lock();
        inner.put(SIMULATOR, ORDER, &order.id, &order);
        let happened = Happened {
            account: order.account.clone(),
            event_type: "CHECKOUT.ORDER.APPROVED",
            resource_type: "checkout-order",
            resource: whole_order(&inner, &order),
            our_ref: order.custom_id.clone(),
            origin: order.origin.clone(),
        };
        notices::prepare(&mut inner, &sandbox.clock, &happened)
    };
    outgoing.into_iter().for_each(Outgoing::send);
    let payer = engine::new_id(&sandbox.clock);
    see_other(&with(&order.return_url, &format!("token={}&PayerID={}", order.id, &payer[..13])))
}

/// An address with more parameters, before its fragment.
fn with(url: &str, parameters: &str) -> String {
    let (front, fragment) = url.split_once('#').map_or((url, String::new()), |(front, fragment)| (front, format!("#{fragment}")));
    let mark = if front.contains('?') { '&' } else { '?' };
    format!("{front}{mark}{parameters}{fragment}")
}

fn see_other(url: &str) -> Response {
    let mut headers = HeaderMap::new();
    match header::HeaderValue::from_str(url) {
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
