//! What orders, captures and refunds may do: creation, capture, refund, settlement (paypal-rest.md §3 to §5).

use serde_json::Value;

use crate::domain::time::Timestamp;
use crate::server::clock::Clock;

use super::super::Inner;
use super::model::{Capture, Funding, Order, Refund, Sum, decimals};
use super::refusals::Refusal;
use super::{CAPTURE, ORDER, REFUND, SIMULATOR};

/// Seventeen upper-case letters and digits, as PayPal's ids are.
pub fn new_id(clock: &Clock) -> String {
    const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    clock.random::<17>().iter().map(|b| char::from(ALPHABET[usize::from(*b) % ALPHABET.len()])).collect()
}

fn text<'a>(body: &'a Value, pointer: &str) -> &'a str {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// An amount of a request, strictly.
fn sum(amount: Option<&Value>, field: &str) -> Result<Sum, Refusal> {
    let Some(amount) = amount else { return Err(Refusal::at("MISSING_REQUIRED_PARAMETER", field)) };
    let (currency, value) = (text(amount, "/currency_code"), text(amount, "/value"));
    let field = format!("{field}/value");
    let Some(digits) = decimals(currency) else { return Err(Refusal::at("INVALID_CURRENCY_CODE", &field)) };
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if value.is_empty() || value.len() > 32 || whole.is_empty() || !plain(whole) || !plain(fraction) || value.ends_with('.') {
        return Err(Refusal::at("INVALID_PARAMETER_SYNTAX", &field));
    }
    let digits = digits as usize;
    if fraction.len() > digits {
        return Err(Refusal::at("DECIMAL_PRECISION", &field));
    }
    let units: i64 = format!("{whole}{fraction:0<digits$}").parse().map_err(|_| Refusal::at("MAX_VALUE_EXCEEDED", &field))?;
    match units {
        1.. => Ok(Sum { currency: currency.to_owned(), units }),
        _ => Err(Refusal::at("CANNOT_BE_ZERO_OR_NEGATIVE", &field)),
    }
}

/// Makes an order.
pub fn create(inner: &mut Inner, clock: &Clock, account: &str, origin: &str, body: &Value) -> Result<Order, Refusal> {
    match text(body, "/intent") {
        "CAPTURE" => {}
        "" => return Err(Refusal::at("MISSING_REQUIRED_PARAMETER", "/intent")),
        _ => return Err(Refusal::at("INVALID_PARAMETER_VALUE", "/intent")),
    }
    let unit = match body.pointer("/purchase_units").and_then(Value::as_array).map(Vec::as_slice) {
        Some([unit]) => unit,
        None | Some([]) => return Err(Refusal::at("MISSING_REQUIRED_PARAMETER", "/purchase_units")),
        Some([_, _, ..]) => return Err(Refusal::at("INVALID_PARAMETER_VALUE", "/purchase_units")),
    };
    let sum = sum(unit.get("amount"), "/purchase_units/@reference_id=='default'/amount")?;
    for name in ["/invoice_id", "/custom_id", "/description"] {
        if text(unit, name).chars().count() > 127 {
            return Err(Refusal::at("INVALID_STRING_LENGTH", &format!("/purchase_units/0{name}")));
        }
    }
    let wallet = body.pointer("/payment_source/paypal").is_some();
    let context = if wallet { "/payment_source/paypal/experience_context" } else { "/application_context" };
    let page = |name: &str| text(body, &format!("{context}/{name}")).to_owned();
    let (return_url, cancel_url) = (page("return_url"), page("cancel_url"));
    let absolute = |url: &str| url.starts_with("https://") || url.starts_with("http://");
    if !absolute(&return_url) || !absolute(&cancel_url) {
        return Err(Refusal::at("INVALID_PARAMETER_SYNTAX", &format!("{context}/return_url")));
    }
    let order = Order {
        id: new_id(clock),
        account: account.to_owned(),
        status: if wallet { "PAYER_ACTION_REQUIRED" } else { "CREATED" }.to_owned(),
        reference_id: Some(text(unit, "/reference_id")).filter(|id| !id.is_empty()).unwrap_or("default").to_owned(),
        description: text(unit, "/description").to_owned(),
        custom_id: text(unit, "/custom_id").to_owned(),
        invoice_id: text(unit, "/invoice_id").to_owned(),
        sum,
        return_url,
        cancel_url,
        brand_name: page("brand_name"),
        origin: origin.to_owned(),
        made_at: clock.now(),
        approved_at: None,
        funding: None,
        capture: None,
    };
    inner.put(SIMULATOR, ORDER, &order.id, &order);
    Ok(order)
}

/// An account's order, unless its time is over.
pub fn order(inner: &Inner, now: Timestamp, account: &str, id: &str) -> Result<Order, Refusal> {
    let found: Option<Order> = inner.objects.get(SIMULATOR, ORDER, id);
    found.filter(|order| order.account == account && !order.is_gone(now)).ok_or_else(|| Refusal::of("INVALID_RESOURCE_ID"))
}

/// An account's capture.
pub fn capture(inner: &Inner, account: &str, id: &str) -> Result<Capture, Refusal> {
    let found: Option<Capture> = inner.objects.get(SIMULATOR, CAPTURE, id);
    found.filter(|capture| capture.account == account).ok_or_else(|| Refusal::of("INVALID_RESOURCE_ID"))
}

/// The refunds of a capture, oldest first.
pub fn refunds(inner: &Inner, capture: &str) -> Vec<Refund> {
    inner.objects.all::<Refund>(SIMULATOR, REFUND).into_iter().filter(|refund| refund.capture == capture).collect()
}

/// Takes an order's money. `pending` leaves it in review whatever the payer chose.
pub fn take(inner: &mut Inner, clock: &Clock, mut order: Order, pending: bool) -> Result<Capture, Refusal> {
    if order.status == "COMPLETED" {
        return Err(Refusal::of("ORDER_ALREADY_CAPTURED"));
    }
    let Some(funding) = order.funding.filter(|_| order.status == "APPROVED") else { return Err(Refusal::of("ORDER_NOT_APPROVED")) };
    let captures = inner.objects.all::<Capture>(SIMULATOR, CAPTURE);
    let same =
        |c: &Capture| c.account == order.account && !c.invoice_id.is_empty() && c.invoice_id == order.invoice_id && c.status != "DECLINED";
    if captures.iter().any(same) {
        return Err(Refusal::of("DUPLICATE_INVOICE_ID"));
    }
    let (status, reason) = match funding {
        Funding::DeclinedCard => return Err(Refusal::of("INSTRUMENT_DECLINED").with_redirect(&order.payer_url())),
        Funding::RestrictedAccount => return Err(Refusal::of("PAYER_ACCOUNT_RESTRICTED")),
        Funding::RefusedForGood => ("DECLINED", None),
        Funding::Review => ("PENDING", Some("PENDING_REVIEW")),
        Funding::Balance if pending => ("PENDING", Some("PENDING_REVIEW")),
        Funding::Balance => ("COMPLETED", None),
    };
    let capture = Capture {
        id: new_id(clock),
        account: order.account.clone(),
        order: order.id.clone(),
        status: status.to_owned(),
        reason: reason.map(str::to_owned),
        sum: order.sum.clone(),
        refunded_units: 0,
        custom_id: order.custom_id.clone(),
        invoice_id: order.invoice_id.clone(),
        at: clock.now(),
    };
    inner.put(SIMULATOR, CAPTURE, &capture.id, &capture);
    order.status = "COMPLETED".to_owned();
    order.capture = Some(capture.id.clone());
    inner.put(SIMULATOR, ORDER, &order.id, &order);
    Ok(capture)
}

/// Gives money back.
pub fn give_back(inner: &mut Inner, clock: &Clock, mut of: Capture, body: &Value, pending: bool) -> Result<Refund, Refusal> {
    match of.status.as_str() {
        "COMPLETED" => {}
        "PENDING" => return Err(Refusal::of("PENDING_CAPTURE")),
        _ => return Err(Refusal::of("REFUND_NOT_ALLOWED")),
    }
    let now = clock.now();
    if of.at.seconds_until(now) > 180 * 86_400 {
        return Err(Refusal::of("REFUND_TIME_LIMIT_EXCEEDED"));
    }
    let left = of.sum.units - of.refunded_units;
    let asked = match body.get("amount") {
        Some(amount) => sum(Some(amount), "/amount")?,
        None => of.sum.of(left),
    };
    let (invoice_id, custom_id) = (text(body, "/invoice_id"), text(body, "/custom_id"));
    let repeats = |r: &Refund| !invoice_id.is_empty() && r.invoice_id == invoice_id && r.status != "FAILED";
    if asked.currency != of.sum.currency {
        return Err(Refusal::of("REFUND_CAPTURE_CURRENCY_MISMATCH"));
    }
    if left == 0 {
        return Err(Refusal::of("CAPTURE_FULLY_REFUNDED"));
    }
    if asked.units > left {
        return Err(Refusal::of("REFUND_AMOUNT_EXCEEDED"));
    }
    if inner.objects.all::<Refund>(SIMULATOR, REFUND).iter().any(|r| r.account == of.account && repeats(r)) {
        return Err(Refusal::of("DUPLICATE_INVOICE_ID"));
    }
    of.refunded_units += asked.units;
    let refund = Refund {
        id: new_id(clock),
        account: of.account.clone(),
        capture: of.id.clone(),
        status: if pending { "PENDING" } else { "COMPLETED" }.to_owned(),
        reason: pending.then(|| "ECHECK".to_owned()),
        sum: asked,
        custom_id: custom_id.to_owned(),
        invoice_id: invoice_id.to_owned(),
        at: now,
    };
    inner.put(SIMULATOR, CAPTURE, &of.id, &of);
    inner.put(SIMULATOR, REFUND, &refund.id, &refund);
    Ok(refund)
}

/// What was settled.
pub enum Settled {
    /// A capture.
    Capture(Capture),
    /// A refund.
    Refund(Refund),
}

/// Decides what is pending: the one with this id, or all. What a bank or a reviewer would do.
pub fn settle(inner: &mut Inner, id: Option<&str>, accept: bool) -> Vec<Settled> {
    let named = |this: &str| id.is_none_or(|id| id == this);
    let mut settled = Vec::new();
    for mut capture in inner.objects.all::<Capture>(SIMULATOR, CAPTURE) {
        if capture.status == "PENDING" && (named(&capture.id) || named(&capture.order)) {
            capture.status = if accept { "COMPLETED" } else { "DECLINED" }.to_owned();
            capture.reason = None;
            inner.put(SIMULATOR, CAPTURE, &capture.id, &capture);
            settled.push(Settled::Capture(capture));
        }
    }
    for mut refund in inner.objects.all::<Refund>(SIMULATOR, REFUND) {
        if refund.status == "PENDING" && named(&refund.id) {
            refund.status = if accept { "COMPLETED" } else { "FAILED" }.to_owned();
            refund.reason = None;
            inner.put(SIMULATOR, REFUND, &refund.id, &refund);
            let of: Option<Capture> = inner.objects.get(SIMULATOR, CAPTURE, &refund.capture);
            if let Some(mut of) = of.filter(|_| !accept) {
                of.refunded_units -= refund.sum.units;
                inner.put(SIMULATOR, CAPTURE, &of.id, &of);
            }
            settled.push(Settled::Refund(refund));
        }
    }
    settled
}
