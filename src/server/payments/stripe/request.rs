//! The forms this processor is asked with: what is sent, and nothing about sending it (stripe.md §3 to §5).

use crate::domain::{text::Lang, time::Timestamp};

use super::super::ask::{Approval, AttemptRef, ProcessorRef};
use super::amount::currency_to_wire;
use super::wire::Form;

/// The metadata of a payment that names our attempt.
pub const ATTEMPT: &str = "attempt_ref";
/// The metadata of a payment that names the step which took it.
pub const CAPTURE: &str = "capture_ref";
/// The metadata of a refund that names it. A payment's metadata does not flow to its refunds (stripe.md §11.13).
pub const REFUND: &str = "refund_ref";

/// How long back refunds are looked through, in seconds: past the last inquiry into one.
const REFUNDS_SINCE_SECONDS: i64 = 48 * 3600;
/// The longest page of a list.
const PAGE: &str = "100";
/// Texts are cut to so many characters; metadata takes 500 (stripe.md §3.2), names less.
const TEXT_CHARS_MAX: usize = 250;

/// A page of Stripe's that asks for `wire` and takes nothing yet: the money is only held (`capture_method=manual`) until the
/// amount was compared. Cards only, since other methods cannot be held, and a site accepts kinds of cards.
pub fn session(ask: &Approval, wire: i64) -> Form {
    let name = match ask.description.trim() {
        "" => ask.invoice.as_str(),
        description => description,
    };
    let name: String = name.chars().take(TEXT_CHARS_MAX).collect();
    let lang = match ask.lang {
        Lang::En => "en",
        Lang::Ro => "ro",
    };
    let form = Form::default()
        .with("mode", "payment")
        .with("client_reference_id", ask.attempt_ref.as_str())
        .with("success_url", &ask.return_url)
        .with("cancel_url", &ask.cancel_url)
        .with("locale", lang)
        .with("payment_method_types[0]", "card")
        .with("line_items[0][quantity]", "1")
        .with("line_items[0][price_data][currency]", &currency_to_wire(ask.amount.currency()))
        .with("line_items[0][price_data][unit_amount]", &wire.to_string())
        .with("line_items[0][price_data][product_data][name]", &name)
        .with("payment_intent_data[capture_method]", "manual")
        .with("payment_intent_data[description]", &name)
        .with(&format!("payment_intent_data[metadata][{ATTEMPT}]"), ask.attempt_ref.as_str())
        .with("payment_intent_data[metadata][invoice]", &ask.invoice.chars().take(TEXT_CHARS_MAX).collect::<String>());
    match ask.email.as_deref() {
        Some(email) => form.with("customer_email", email),
        None => form,
    }
}

/// What makes a session come with its payment and card.
pub fn session_expanded() -> Form {
    Form::default().with("expand[]", "payment_intent.latest_charge")
}

/// What makes a payment come with its card.
pub fn intent_expanded() -> Form {
    Form::default().with("expand[]", "latest_charge")
}

/// Takes `wire` of what is held (stripe.md §3.6). The rest is released.
pub fn capture(wire: i64, step: &AttemptRef) -> Form {
    intent_expanded().with("amount_to_capture", &wire.to_string()).with(&format!("metadata[{CAPTURE}]"), step.as_str())
}

/// Releases what is held (stripe.md §3.7).
pub fn cancel() -> Form {
    Form::default().with("cancellation_reason", "abandoned")
}

/// Gives back `wire` of a payment (stripe.md §5).
pub fn refund(of: &ProcessorRef, wire: i64, step: &AttemptRef) -> Form {
    Form::default()
        .with("payment_intent", of.as_str())
        .with("amount", &wire.to_string())
        .with("reason", "requested_by_customer")
        .with(&format!("metadata[{REFUND}]"), step.as_str())
}

/// The payments that an attempt or a capture of ours made. A reference is letters and digits, so nothing in it can end the
/// query's quotes.
pub fn search(of: &AttemptRef) -> Form {
    let of = of.as_str();
    Form::default().with("query", &format!("metadata['{ATTEMPT}']:'{of}' OR metadata['{CAPTURE}']:'{of}'")).with("limit", "10")
}

/// A page of refunds, newest first: of one payment, or of all since two days ago.
pub fn refunds(of: Option<&ProcessorRef>, after: Option<&str>, now: Timestamp) -> Form {
    let form = match of {
        Some(of) => Form::default().with("payment_intent", of.as_str()),
        None => Form::default().with("created[gte]", &now.plus_seconds(-REFUNDS_SINCE_SECONDS).seconds().to_string()),
    };
    let form = form.with("limit", PAGE);
    match after {
        Some(after) => form.with("starting_after", after),
        None => form,
    }
}

/// One payment, whichever: to see whether the key is good.
pub fn any_payment() -> Form {
    Form::default().with("limit", "1")
}
