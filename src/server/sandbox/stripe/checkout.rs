//! Checkout Sessions: a page of ours on which the buyer pays (stripe.md §4).

use serde_json::Value;

use super::Call;
use super::cards::TestCard;
use super::intents::{attempt, authenticated, capture_method, check_amount, void};
use super::problem::Problem;
use super::state::{Intent, Session};

/// `POST /v1/checkout/sessions`.
pub(super) fn create(call: &mut Call<'_>) -> Result<Value, Problem> {
    let params = call.params;
    params.only(&[
        "mode",
        "ui_mode",
        "client_reference_id",
        "success_url",
        "cancel_url",
        "expires_at",
        "customer_email",
        "locale",
        "payment_method_types[#]",
        "line_items[#][quantity]",
        "line_items[#][price_data][currency]",
        "line_items[#][price_data][unit_amount]",
        "line_items[#][price_data][product_data][name]",
        "line_items[#][price_data][product_data][description]",
        "metadata[*]",
        "payment_intent_data[metadata][*]",
        "payment_intent_data[capture_method]",
        "payment_intent_data[description]",
        "expand[#]",
    ])?;
    if params.need("mode")? != "payment" {
        return Err(Problem::invalid("", "mode", "Only mode=payment is simulated"));
    }
    let absolute = |name: &str, url: &str| match reqwest::Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Ok(url.to_owned()),
        Ok(_) | Err(_) => Err(Problem::invalid("url_invalid", name, "Not a valid URL")),
    };
    let success_url = absolute("success_url", params.need("success_url")?)?;
    let cancel_url = params.get("cancel_url").map(|url| absolute("cancel_url", url)).transpose()?;
    if params.get("client_reference_id").is_some_and(|text| text.chars().count() > 200) {
        return Err(Problem::invalid("parameter_invalid_string", "client_reference_id", "At most 200 characters"));
    }
    if params.get("customer_email").is_some_and(|email| !email.contains('@')) {
        return Err(Problem::invalid("email_invalid", "customer_email", "Invalid email address"));
    }
    let now = call.now();
    let expires_at = params.integer("expires_at")?.unwrap_or(now + 86_400);
    if !(now + 1_800..=now + 86_400).contains(&expires_at) {
        return Err(Problem::invalid("", "expires_at", "The `expires_at` timestamp must be 30 minutes to 24 hours from creation"));
    }
    let (amount, currency) = total(call)?;
    let id = call.id("cs_test_a1", 28);
    let session = Session {
        url: format!("{}/c/pay/{id}", call.base),
        id,
        account: call.account.id.to_owned(),
        amount,
        currency,
        name: params.need("line_items[0][price_data][product_data][name]")?.to_owned(),
        status: "open".to_owned(),
        intent: None,
        capture_method: capture_method(params.get("payment_intent_data[capture_method]"))?,
        client_reference_id: params.get("client_reference_id").map(str::to_owned),
        metadata: params.metadata("metadata")?,
        intent_metadata: params.metadata("payment_intent_data[metadata]")?,
        success_url,
        cancel_url,
        created: now,
        expires_at,
    };
    call.inner.stripe_keep(&session);
    Ok(show(call, &session))
}

/// The sum of the lines, all in one currency.
fn total(call: &Call<'_>) -> Result<(i64, String), Problem> {
    let params = call.params;
    let currency = params.need("line_items[0][price_data][currency]")?.to_owned();
    let mut sum = 0_i64;
    for line in 0..100 {
        let name = |field: &str| format!("line_items[{line}]{field}");
        let (unit, quantity) = (name("[price_data][unit_amount]"), name("[quantity]"));
        let (Some(unit_amount), Some(count)) = (params.integer(&unit)?, params.integer(&quantity)?) else {
            if line == 0 {
                return Err(Problem::invalid("parameter_missing", &unit, &format!("Missing required param: {unit}.")));
            }
            break;
        };
        if params.need(&name("[price_data][currency]"))? != currency || unit_amount < 0 || count < 1 {
            return Err(Problem::invalid("", &name("[price_data][currency]"), "Every line needs one currency and an amount"));
        }
        let line_total = unit_amount.checked_mul(count).and_then(|total| sum.checked_add(total));
        sum = line_total.ok_or_else(|| Problem::invalid("amount_too_large", &unit, "The amount is too large"))?;
    }
    check_amount(sum, &currency, "line_items[0][price_data][unit_amount]")?;
    Ok((sum, currency))
}

/// As the API shows it, expanded as asked.
fn show(call: &Call<'_>, session: &Session) -> Value {
    let intent = session.intent.as_ref().and_then(|id| call.inner.stripe_find::<Intent>(&session.account, id));
    let paid = intent.as_ref().is_some_and(|intent| intent.status == "succeeded");
    let shown = match intent {
        None => Value::Null,
        Some(intent) if call.params.expands("payment_intent") => intent.show(call.params.expands("payment_intent.latest_charge")),
        Some(intent) => intent.id.into(),
    };
    session.show(call.now(), paid, shown)
}

/// `GET /v1/checkout/sessions/{id}`.
pub(super) fn read(call: &Call<'_>, id: &str) -> Result<Value, Problem> {
    call.params.only(&["expand[#]"])?;
    let session: Session = call.find("checkout.session", id)?;
    Ok(show(call, &session))
}

/// `POST /v1/checkout/sessions/{id}/expire`.
pub(super) fn expire(call: &mut Call<'_>, id: &str) -> Result<Value, Problem> {
    call.params.only(&["expand[#]"])?;
    let mut session: Session = call.find("checkout.session", id)?;
    if session.status_at(call.now()) != "open" {
        let message = "Only Checkout Sessions with a status in [\"open\"] can be expired.";
        return Err(Problem::state("", message).with("param", "session"));
    }
    session.status = "expired".to_owned();
    call.inner.stripe_keep(&session);
    if let Some(id) = &session.intent
        && let Ok(mut intent) = call.find::<Intent>("payment_intent", id)
    {
        void(call, &mut intent, Some("abandoned"));
    }
    let shown = show(call, &session);
    call.tell("checkout.session.expired", shown.clone());
    Ok(shown)
}

/// What the buyer did on the page.
pub(super) enum Act<'a> {
    /// Pays with this card.
    Pay(&'a TestCard),
    /// Came back from authenticating this card.
    Authenticated { card: &'a TestCard, passed: bool },
}

/// The buyer acts. Declines stay on the page: the session remains open (stripe.md §11.1).
pub(super) fn act(call: &mut Call<'_>, session: &mut Session, act: Act<'_>) -> Result<(), Problem> {
    let mut intent = match session.intent.as_ref().and_then(|id| call.inner.stripe_find::<Intent>(&session.account, id)) {
        Some(intent) => intent,
        None => begin(call, session),
    };
    match act {
        Act::Pay(card) => attempt(call, &mut intent, card)?,
        Act::Authenticated { card, passed } => authenticated(call, &mut intent, card, passed)?,
    }
    if matches!(intent.status.as_str(), "requires_capture" | "succeeded" | "processing") {
        session.status = "complete".to_owned();
        call.inner.stripe_keep(session);
        let shown = show(call, session);
        call.tell("checkout.session.completed", shown);
    }
    Ok(())
}

/// The payment is made when the buyer begins to pay.
fn begin(call: &mut Call<'_>, session: &mut Session) -> Intent {
    let intent = Intent {
        id: call.id("pi_", 12),
        account: session.account.clone(),
        amount: session.amount,
        currency: session.currency.clone(),
        capture_method: session.capture_method.clone(),
        status: "requires_payment_method".to_owned(),
        received: 0,
        charge: None,
        card: None,
        authenticating: None,
        last_error: None,
        next: None,
        metadata: session.intent_metadata.clone(),
        automatic: false,
        return_url: Some(session.url.clone()),
        created: call.now(),
        canceled_at: None,
        cancellation_reason: None,
        session: Some(session.id.clone()),
    };
    session.intent = Some(intent.id.clone());
    call.inner.stripe_keep(&intent);
    call.inner.stripe_keep(session);
    intent
}

/// A slow payment was decided.
pub(super) fn decided(call: &mut Call<'_>, intent: &Intent, arrived: bool) {
    let Some(session) = intent.session.as_ref().and_then(|id| call.inner.stripe_find::<Session>(&intent.account, id)) else { return };
    let kind = if arrived { "checkout.session.async_payment_succeeded" } else { "checkout.session.async_payment_failed" };
    let shown = show(call, &session);
    call.tell(kind, shown);
}
