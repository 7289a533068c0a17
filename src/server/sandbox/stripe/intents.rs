//! PaymentIntents: made, tried, taken, released, found (stripe.md §3).

use serde_json::{Value, json};

use super::super::faults::FaultKind;
use super::Call;
use super::cards::{self, Behaviour, TestCard};
use super::problem::Problem;
use super::state::{Charge, Intent, Next, decimals, shown};

/// `POST /v1/payment_intents`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Problem> {
    let params = call.params;
    params.only(&[
        "amount",
        "currency",
        "automatic_payment_methods[enabled]",
        "automatic_payment_methods[allow_redirects]",
        "payment_method_types[#]",
        "metadata[*]",
        "description",
        "receipt_email",
        "statement_descriptor_suffix",
        "capture_method",
        "confirm",
        "payment_method",
        "return_url",
        "expand[#]",
    ])?;
    params.need("amount")?;
    let amount = params.integer("amount")?.unwrap_or_default();
    let currency = params.need("currency")?.to_owned();
    check_amount(amount, &currency, "amount")?;
    let capture_method = capture_method(params.get("capture_method"))?;
    let mut intent = Intent {
        id: call.id("pi_", 12),
        account: call.account.id.to_owned(),
        amount,
        currency,
        capture_method,
        status: "requires_payment_method".to_owned(),
        received: 0,
        charge: None,
        card: None,
        authenticating: None,
        last_error: None,
        next: None,
        metadata: params.metadata("metadata")?,
        automatic: params.get("payment_method_types[0]").or(params.get("payment_method_types[]")).is_none(),
        return_url: params.get("return_url").map(str::to_owned),
        created: call.now(),
        canceled_at: None,
        cancellation_reason: None,
        session: None,
    };
    call.inner.stripe_keep(&intent);
    if params.get("confirm") == Some("true") {
        let card = card(params.need("payment_method")?)?;
        attempt(call, &mut intent, card)?;
    }
    Ok(intent.show(params.expands("latest_charge")))
}

/// The amount's bounds, and the decimals that must be 0 (stripe.md §2).
pub(super) fn check_amount(amount: i64, currency: &str, param: &str) -> Result<(), Problem> {
    let known = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_lowercase()) && currency != "ugx";
    if !known {
        return Err(Problem::invalid("", "currency", &format!("Invalid currency: {currency}")));
    }
    let least = if currency == "isk" { 100 } else { 50 };
    if amount < least {
        let message = format!("Amount must be at least {} {currency}", shown(least, currency));
        return Err(Problem::invalid("amount_too_small", param, &message));
    }
    if amount > 99_999_999 {
        return Err(Problem::invalid("amount_too_large", param, "Amount must be no more than 99999999"));
    }
    if (decimals(currency) == 3 && amount % 10 != 0) || (currency == "isk" && amount % 100 != 0) {
        return Err(Problem::invalid("invalid_charge_amount_no_decimal_compatible", param, "Amount has decimals this currency has not"));
    }
    Ok(())
}

pub(super) fn capture_method(given: Option<&str>) -> Result<String, Problem> {
    match given.unwrap_or("automatic_async") {
        known @ ("manual" | "automatic" | "automatic_async") => Ok(known.to_owned()),
        other => Err(Problem::invalid("", "capture_method", &format!("Invalid capture_method: {other}"))),
    }
}

pub(super) fn card(id: &str) -> Result<&'static TestCard, Problem> {
    cards::find(id).ok_or_else(|| Problem::missing("PaymentMethod", id))
}

/// `GET /v1/payment_intents/{id}`.
pub(super) fn read(call: &Call<'_>, id: &str) -> Result<Value, Problem> {
    call.params.only(&["expand[#]"])?;
    Ok(call.find::<Intent>("payment_intent", id)?.show(call.params.expands("latest_charge")))
}

/// `GET /v1/payment_intents`.
pub(super) fn list(call: &Call<'_>) -> Result<Value, Problem> {
    call.params.only(&["limit", "starting_after", "created[gte]", "expand[#]"])?;
    let (page, has_more) = call.paged(call.inner.stripe_all::<Intent>(call.account.id), |intent| intent.created)?;
    let with_charge = call.params.expands("data.latest_charge");
    let data: Vec<Value> = page.iter().map(|intent| intent.show(with_charge)).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": "/v1/payment_intents" }))
}

/// `GET /v1/payment_intents/search`: `metadata['name']:'value'`, several joined by ` OR `.
pub(super) fn search(call: &Call<'_>) -> Result<Value, Problem> {
    call.params.only(&["query", "limit", "page", "expand[#]"])?;
    let clause = |text: &str| {
        let (name, value) = text.strip_prefix("metadata['")?.split_once("']:'")?;
        Some((name.to_owned(), value.strip_suffix('\'')?.to_owned()))
    };
    let wanted: Option<Vec<_>> = call.params.need("query")?.split(" OR ").map(clause).collect();
    let wanted = wanted.ok_or_else(|| Problem::invalid("", "query", "We were unable to parse your search query"))?;
    let mut found = call.inner.stripe_all::<Intent>(call.account.id);
    found.retain(|intent| wanted.iter().any(|(name, value)| intent.metadata.get(name) == Some(value)));
    let (page, has_more) = call.paged(found, |intent| intent.created)?;
    let with_charge = call.params.expands("data.latest_charge");
    let data: Vec<Value> = page.iter().map(|intent| intent.show(with_charge)).collect();
    Ok(json!({ "object": "search_result", "data": data, "has_more": has_more, "next_page": null, "url": "/v1/payment_intents/search" }))
}

fn unexpected(intent: &Intent, message: &str) -> Problem {
    Problem::state("payment_intent_unexpected_state", message).with("payment_intent", intent.show(false))
}

/// `POST /v1/payment_intents/{id}/confirm`.
pub(super) fn confirm(call: &mut Call<'_>, id: &str) -> Result<Value, Problem> {
    let params = call.params;
    params.only(&["payment_method", "return_url", "off_session", "expand[#]"])?;
    let mut intent: Intent = call.find("payment_intent", id)?;
    match intent.status.as_str() {
        "requires_payment_method" | "requires_confirmation" | "requires_action" => {}
        "succeeded" => {
            let message = "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.";
            return Err(unexpected(&intent, message));
        }
        other => return Err(unexpected(&intent, &format!("This PaymentIntent's status is {other}; it cannot be confirmed."))),
    }
    let card = card(params.need("payment_method")?)?;
    intent.return_url = params.get("return_url").map(str::to_owned).or(intent.return_url);
    match call.fault {
        Some(FaultKind::Refuse { code }) if code == "requires_action" => {
            authenticate(call, &mut intent, card);
        }
        Some(FaultKind::Refuse { code }) if !code.contains('/') && Problem::scripted(code).status != 402 => {
            return Err(Problem::scripted(code));
        }
        Some(_) | None => attempt(call, &mut intent, card)?,
    }
    Ok(intent.show(params.expands("latest_charge")))
}

/// Tries to charge `card`; the payment is kept however it ends.
pub(super) fn attempt(call: &mut Call<'_>, intent: &mut Intent, card: &TestCard) -> Result<(), Problem> {
    let scripted = match call.fault {
        Some(FaultKind::Refuse { code }) => Some(code.split_once('/').unwrap_or((code, ""))),
        Some(_) | None => None,
    };
    match (scripted, card.behaviour) {
        (Some((code, decline_code)), _) => {
            // As the recorded examples: whatever card it was, this one ends in 9995.
            let card = cards::CARDS.iter().find(|card| card.last4 == "9995").unwrap_or(card);
            return Err(decline(call, intent, card, code, decline_code));
        }
        (None, Behaviour::Declines(code, decline_code)) => return Err(decline(call, intent, card, code, decline_code)),
        (None, Behaviour::AuthenticatesThenPays | Behaviour::AuthenticatesThenDeclines) => authenticate(call, intent, card),
        (None, Behaviour::Slow) => pay(call, intent, card, Speed::Slow),
        (None, Behaviour::Pays | Behaviour::Disputes | Behaviour::RefundsSlowly | Behaviour::RefundFails) => {
            let slow = matches!(call.fault, Some(FaultKind::Pending));
            pay(call, intent, card, if slow { Speed::Slow } else { Speed::AtOnce });
        }
    }
    Ok(())
}

fn authenticate(call: &mut Call<'_>, intent: &mut Intent, card: &TestCard) {
    intent.status = "requires_action".to_owned();
    intent.card = Some(card.seen());
    intent.authenticating = Some(card.id.to_owned());
    call.inner.stripe_keep(intent);
    call.tell("payment_intent.requires_action", intent.show(false));
}

/// The payer came back from authenticating.
pub(super) fn authenticated(call: &mut Call<'_>, intent: &mut Intent, card: &TestCard, passed: bool) -> Result<(), Problem> {
    intent.authenticating = None;
    match (passed, card.behaviour) {
        (false, _) => Err(decline(call, intent, card, "payment_intent_authentication_failure", "")),
        (true, Behaviour::AuthenticatesThenDeclines) => Err(decline(call, intent, card, "card_declined", "generic_decline")),
        (true, _) => {
            pay(call, intent, card, Speed::AtOnce);
            Ok(())
        }
    }
}

fn decline(call: &mut Call<'_>, intent: &mut Intent, card: &TestCard, code: &str, decline_code: &str) -> Problem {
    let seen = card.seen();
    let charge = call.id("ch_", 12);
    let problem = Problem::declined(code, decline_code).with("charge", charge.as_str()).with("payment_method", seen.method());
    intent.status = "requires_payment_method".to_owned();
    intent.card = None;
    intent.charge =
        Some(Charge { id: charge, card: seen, paid: false, captured: 0, refunded: 0, disputed: false, failure: Some(code.to_owned()) });
    intent.last_error = Some(Value::Object(problem.error.clone()));
    call.inner.stripe_keep(intent);
    call.tell("payment_intent.payment_failed", intent.show(false));
    problem.with("payment_intent", intent.show(false))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speed {
    AtOnce,
    Slow,
}

fn pay(call: &mut Call<'_>, intent: &mut Intent, card: &TestCard, speed: Speed) {
    let charge = Charge {
        id: call.id("ch_", 12),
        card: card.seen(),
        paid: true,
        captured: 0,
        refunded: 0,
        disputed: card.behaviour == Behaviour::Disputes,
        failure: None,
    };
    intent.card = Some(card.seen());
    intent.charge = Some(charge);
    intent.last_error = None;
    let next = if intent.capture_method == "manual" { Next::Hold } else { Next::Take(intent.amount) };
    match speed {
        Speed::AtOnce => settle(call, intent, next),
        Speed::Slow => {
            intent.status = "processing".to_owned();
            intent.next = Some(next);
            call.inner.stripe_keep(intent);
            call.tell("payment_intent.processing", intent.show(false));
        }
    }
}

/// Money is held, or taken.
pub(super) fn settle(call: &mut Call<'_>, intent: &mut Intent, next: Next) {
    intent.next = None;
    match next {
        Next::Hold => {
            intent.status = "requires_capture".to_owned();
            call.inner.stripe_keep(intent);
            call.tell("payment_intent.amount_capturable_updated", intent.show(false));
        }
        Next::Take(amount) => {
            intent.status = "succeeded".to_owned();
            intent.received = amount;
            if let Some(charge) = &mut intent.charge {
                charge.captured = amount;
            }
            call.inner.stripe_keep(intent);
            call.tell("payment_intent.succeeded", intent.show(false));
            if intent.charge.as_ref().is_some_and(|charge| charge.disputed) {
                tell_dispute(call, intent);
            }
        }
    }
}

/// The bank took it back.
pub(super) fn tell_dispute(call: &mut Call<'_>, intent: &Intent) {
    let Some(charge) = &intent.charge else { return };
    let dispute = json!({
        "id": format!("dp_{}", charge.id), "object": "dispute", "amount": intent.received, "charge": charge.id,
        "currency": intent.currency, "payment_intent": intent.id, "status": "needs_response",
    });
    call.tell("charge.dispute.created", dispute);
}

/// What was promised does not come.
pub(super) fn fail(call: &mut Call<'_>, intent: &mut Intent) {
    intent.next = None;
    if let Some(card) = intent.card.as_ref().and_then(|card| cards::find(&card.id)) {
        // The failure is told by events, not by an answer.
        let _told = decline(call, intent, card, "card_declined", "generic_decline");
    }
}

/// `POST /v1/payment_intents/{id}/capture`.
pub(super) fn capture(call: &mut Call<'_>, id: &str) -> Result<Value, Problem> {
    let params = call.params;
    params.only(&["amount_to_capture", "metadata[*]", "expand[#]"])?;
    let mut intent: Intent = call.find("payment_intent", id)?;
    if intent.status != "requires_capture" {
        let message = format!(
            "This PaymentIntent could not be captured because it has a status of {}. Only a PaymentIntent with one of the following \
             statuses may be captured: requires_capture.",
            intent.status
        );
        return Err(unexpected(&intent, &message));
    }
    let amount = params.integer("amount_to_capture")?.unwrap_or(intent.amount);
    if amount < 1 || amount > intent.amount {
        let code = if amount < 1 { "parameter_invalid_integer" } else { "amount_too_large" };
        return Err(Problem::invalid(code, "amount_to_capture", "The amount to capture is greater than the amount held, or not positive"));
    }
    intent.metadata.extend(params.metadata("metadata")?);
    match call.fault {
        Some(FaultKind::Pending) => {
            intent.status = "processing".to_owned();
            intent.next = Some(Next::Take(amount));
            call.inner.stripe_keep(&intent);
        }
        Some(_) | None => settle(call, &mut intent, Next::Take(amount)),
    }
    Ok(intent.show(params.expands("latest_charge")))
}

/// `POST /v1/payment_intents/{id}/cancel`.
pub(super) fn cancel(call: &mut Call<'_>, id: &str) -> Result<Value, Problem> {
    let params = call.params;
    params.only(&["cancellation_reason", "expand[#]"])?;
    let reason = params.get("cancellation_reason");
    if reason.is_some_and(|reason| !["duplicate", "fraudulent", "requested_by_customer", "abandoned"].contains(&reason)) {
        return Err(Problem::invalid("", "cancellation_reason", "Invalid cancellation_reason"));
    }
    let mut intent: Intent = call.find("payment_intent", id)?;
    let within = intent.session.is_some() && matches!(intent.status.as_str(), "requires_payment_method" | "requires_action");
    if within || matches!(intent.status.as_str(), "succeeded" | "canceled" | "processing") {
        let message = format!("You cannot cancel this PaymentIntent because it has a status of {}.", intent.status);
        return Err(unexpected(&intent, &message));
    }
    void(call, &mut intent, reason);
    Ok(intent.show(params.expands("latest_charge")))
}

/// Releases what is held.
pub(super) fn void(call: &mut Call<'_>, intent: &mut Intent, reason: Option<&str>) {
    intent.status = "canceled".to_owned();
    intent.canceled_at = Some(call.now());
    intent.cancellation_reason = reason.map(str::to_owned);
    intent.authenticating = None;
    call.inner.stripe_keep(intent);
    call.tell("payment_intent.canceled", intent.show(false));
}
