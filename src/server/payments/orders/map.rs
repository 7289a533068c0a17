//! What PayPal's answers mean: pure. Only a capture whose own status says so is money; an order's `COMPLETED` is not, nor is any
//! HTTP status (paypal-rest.md §4.4, §6, §11).

use reqwest::Url;
use serde::de::DeserializeOwned;

use crate::domain::{money::Money, payment::DeclineClass};

use super::super::address::is_this_machine;
use super::super::ask::ProcessorRef;
use super::super::line::Answer;
use super::super::processor::{Captured, Decline, Doubt, Fault, Outcome, Refunded};
use super::wire::{self, Amount, Capture, ErrorBody, Link, Order, Refund};

/// An answer that says something for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said<T> {
    /// 200 or 201.
    Yes(T),
    /// PayPal refused, and did not act on this request.
    No(Refusal),
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The first issue, or the name.
    pub code: String,
    /// Links, of which one may be for the payer.
    pub links: Vec<Link>,
    /// PayPal's name of the exchange.
    pub debug_id: Option<String>,
}

impl Refusal {
    /// What it means.
    pub fn verdict(&self) -> Verdict {
        judge(self.status, &self.code)
    }
}

/// Reads an answer. What is no clear yes or no is a doubt, and the identical request may be sent again: also 409 and 429, which
/// say "later" (paypal-rest.md §6), because an earlier sending may have been acted on.
///
/// # Errors
/// Why it is no reply.
pub fn read<T: DeserializeOwned>(answer: &Answer) -> Result<Said<T>, Doubt> {
    match answer.status {
        200 | 201 => serde_json::from_slice(&answer.body).map(Said::Yes).map_err(|_| Doubt::Unreadable),
        400 | 401 | 403 | 404 | 409 | 415 | 422 => {
            let body: ErrorBody = serde_json::from_slice(&answer.body).map_err(|_| Doubt::Unreadable)?;
            let code = body.code().filter(|code| is_code(code)).ok_or(Doubt::Unreadable)?.to_owned();
            if answer.status == 409 {
                return Err(Doubt::ProcessorUnsure { code });
            }
            Ok(Said::No(Refusal { status: answer.status, code, links: body.links, debug_id: body.debug_id }))
        }
        other => Err(Doubt::Status(other)),
    }
}

/// What is kept and shown to operators as a code.
fn is_code(text: &str) -> bool {
    (1..=80).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What a refusal's code says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The token is not accepted: renew it once.
    TokenRefused,
    /// A final no to the payer.
    Declined(DeclineClass),
    /// The way to pay was declined; the payer can choose another. A later capture needs a new key.
    OtherFunding,
    /// The payer has not agreed, or must act again.
    NotApproved,
    /// An earlier or running call did it: look.
    DoneBefore,
    /// An order with this invoice was paid before.
    InvoicePaid,
    /// A final no to a refund: its capture's state does not allow it.
    NotPossible,
    /// Not now: the capture has not settled.
    NotYet,
    /// Expired, or never made here.
    NotFound,
    /// An operator must act; nothing was done.
    Misconfigured,
    /// Our request is wrong; nothing was done.
    Rejected,
    /// In no table.
    Unlisted,
}

/// The table of paypal-rest.md §6: by HTTP status, then by code.
pub fn judge(status: u16, code: &str) -> Verdict {
    use DeclineClass as D;
    use Verdict as V;
    match (status, code) {
        (401, "INVALID_ACCOUNT_STATUS" | "invalid_client") => V::Misconfigured,
        (401, _) => V::TokenRefused,
        (403, _) => V::Misconfigured,
        (404, _) => V::NotFound,
        (400 | 415, _) => V::Rejected,
        (422, "ORDER_NOT_APPROVED" | "PAYER_ACTION_REQUIRED") => V::NotApproved,
        (422, "INSTRUMENT_DECLINED" | "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING") => V::OtherFunding,
        (422, "ORDER_ALREADY_CAPTURED" | "ORDER_COMPLETION_IN_PROGRESS" | "CAPTURE_FULLY_REFUNDED") => V::DoneBefore,
        (422, "DUPLICATE_INVOICE_ID") => V::InvoicePaid,
        (422, "CARD_EXPIRED") => V::Declined(D::Details),
        (422, "TRANSACTION_LIMIT_EXCEEDED") => V::Declined(D::Funds),
        (422, "COMPLIANCE_VIOLATION") => V::Declined(D::FraudCheck),
        (
            422,
            "PAYER_CANNOT_PAY"
            | "PAYER_ACCOUNT_RESTRICTED"
            | "PAYER_ACCOUNT_LOCKED_OR_CLOSED"
            | "TRANSACTION_REFUSED"
            | "PAYMENT_SOURCE_DECLINED_BY_PROCESSOR"
            | "PAYMENT_SOURCE_CANNOT_BE_USED"
            | "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED",
        ) => V::Declined(D::Refused),
        (
            422,
            "PAYEE_ACCOUNT_RESTRICTED"
            | "PAYEE_ACCOUNT_LOCKED_OR_CLOSED"
            | "PAYEE_BLOCKED_TRANSACTION"
            | "TRANSACTION_BLOCKED_BY_PAYEE"
            | "TRANSACTION_RECEIVING_LIMIT_EXCEEDED"
            | "REFUND_FAILED_INSUFFICIENT_FUNDS",
        ) => V::Misconfigured,
        (
            422,
            "AMOUNT_MISMATCH"
            | "ITEM_TOTAL_REQUIRED"
            | "ITEM_TOTAL_MISMATCH"
            | "DECIMAL_PRECISION"
            | "DECIMALS_NOT_SUPPORTED"
            | "CANNOT_BE_ZERO_OR_NEGATIVE"
            | "INVALID_CURRENCY_CODE"
            | "MULTI_CURRENCY_ORDER"
            | "MAX_VALUE_EXCEEDED"
            | "CURRENCY_MISMATCH"
            | "REFUND_CAPTURE_CURRENCY_MISMATCH",
        ) => V::Rejected,
        (422, "PENDING_CAPTURE") => V::NotYet,
        (
            422,
            "REFUND_AMOUNT_EXCEEDED"
            | "PARTIAL_REFUND_NOT_ALLOWED"
            | "TRANSACTION_DISPUTED"
            | "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"
            | "REFUND_TIME_LIMIT_EXCEEDED"
            | "REFUND_NOT_ALLOWED"
            | "MAX_NUMBER_OF_REFUNDS_EXCEEDED",
        ) => V::NotPossible,
        _ => V::Unlisted,
    }
}

/// What a payment must be to be ours.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Exactly this much.
    pub amount: Money,
    /// Our reference, `custom_id`.
    pub ours: &'a str,
}

impl Wanted<'_> {
    /// Why what is told is not what is wanted. What an answer leaves out says nothing; every capture has an amount.
    fn differs(self, amount: Option<&Amount>, custom_id: Option<&str>, reference: &str) -> Option<Doubt> {
        if custom_id.is_some_and(|id| id != self.ours) {
            return Some(Doubt::OtherPayment);
        }
        let reported = amount?.money();
        (reported != Some(self.amount)).then(|| Doubt::Mismatch { reported, reference: ProcessorRef::parse(reference) })
    }
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Paid, as wanted.
    Captured(Captured),
    /// Promised and not settled.
    Pending,
    /// Closed without money.
    Declined(Decline),
    /// The payer agreed to what is wanted; no money moved.
    Approved,
    /// The payer must act, there if told.
    Open(Option<String>),
    /// None of these for certain.
    Unknown(Doubt),
}

/// Reads an order that is known as `id`. Its captures decide; without any, its state does (paypal-rest.md §4.1).
pub fn read_order(order: &Order, id: &ProcessorRef, wanted: Wanted<'_>) -> Stand {
    let Some(unit) = order.purchase_units.first() else {
        return match order.status.as_str() {
            "CREATED" | "PAYER_ACTION_REQUIRED" | "SAVED" if order.id == id.as_str() => Stand::Open(payer_page(&order.links)),
            // Without its amount nothing may be taken, and nothing believed.
            _ => Stand::Unknown(Doubt::Unreadable),
        };
    };
    if order.id != id.as_str() || order.purchase_units.len() > 1 || order.intent.as_deref().is_some_and(|intent| intent != "CAPTURE") {
        return Stand::Unknown(Doubt::OtherPayment);
    }
    if let Some(doubt) = wanted.differs(unit.amount.as_ref(), unit.custom_id.as_deref(), id.as_str()) {
        return Stand::Unknown(doubt);
    }
    match unit.payments.captures.as_slice() {
        [] => {}
        [capture] => return read_capture(capture, wanted),
        // One capture is all that this intent allows.
        [_, _, ..] => return Stand::Unknown(Doubt::OtherPayment),
    }
    match order.status.as_str() {
        "CREATED" | "PAYER_ACTION_REQUIRED" | "SAVED" => Stand::Open(payer_page(&order.links)),
        "APPROVED" if unit.amount.is_some() => Stand::Approved,
        "APPROVED" | "COMPLETED" => Stand::Unknown(Doubt::Unreadable),
        "VOIDED" => Stand::Declined(Decline { class: DeclineClass::Refused, code: "VOIDED".to_owned() }),
        other => Stand::Unknown(unlisted(other)),
    }
}

/// Reads a capture.
pub fn read_capture(capture: &Capture, wanted: Wanted<'_>) -> Stand {
    let reason = capture.status_details.as_ref().and_then(|details| details.reason.as_deref());
    let declined = |class| {
        let code = reason.filter(|reason| is_code(reason)).unwrap_or(&capture.status);
        Stand::Declined(Decline { class, code: code.to_owned() })
    };
    match capture.status.as_str() {
        // What was given back later was ours first; refunds are told apart.
        "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED" => {
            if let Some(doubt) = wanted.differs(capture.amount.as_ref(), capture.custom_id.as_deref(), &capture.id) {
                return Stand::Unknown(doubt);
            }
            match (ProcessorRef::parse(&capture.id), &capture.amount) {
                (Some(reference), Some(_)) => Stand::Captured(Captured { reference, amount: wanted.amount, card: None }),
                (None, _) | (_, None) => Stand::Unknown(Doubt::Unreadable),
            }
        }
        "PENDING" => Stand::Pending,
        "DECLINED" if reason == Some("DECLINED_BY_RISK_FRAUD_FILTERS") => declined(DeclineClass::FraudCheck),
        "DECLINED" | "FAILED" => declined(DeclineClass::Refused),
        other => Stand::Unknown(unlisted(other)),
    }
}

/// What became of a refund that should be of `amount` and carry our reference.
pub fn read_refund(refund: &Refund, amount: Money, ours: &str) -> Outcome<Refunded> {
    let told = [&refund.custom_id, &refund.invoice_id].into_iter().flatten();
    if told.clone().count() > 0 && !told.into_iter().any(|id| id == ours) {
        return Outcome::Unknown(Doubt::OtherPayment);
    }
    match refund.status.as_str() {
        "COMPLETED" => {
            let reference = ProcessorRef::parse(&refund.id);
            match (refund.amount.as_ref().map(Amount::money), reference) {
                (Some(Some(told)), Some(reference)) if told == amount => Outcome::Done(Refunded { reference, amount }),
                (Some(reported), reference) => Outcome::Unknown(Doubt::Mismatch { reported, reference }),
                (None, _) => Outcome::Unknown(Doubt::Unreadable),
            }
        }
        "PENDING" => Outcome::Unknown(Doubt::Pending),
        "FAILED" | "CANCELLED" => Outcome::Declined(Decline { class: DeclineClass::Refused, code: refund.status.clone() }),
        other => Outcome::Unknown(unlisted(other)),
    }
}

/// What a refusal means when nothing of it is in doubt.
pub fn refused<T>(refusal: &Refusal) -> Outcome<T> {
    let code = refusal.code.clone();
    match refusal.verdict() {
        Verdict::Declined(class) => Outcome::Declined(Decline { class, code }),
        Verdict::NotPossible => Outcome::Declined(Decline { class: DeclineClass::Refused, code }),
        Verdict::NotFound => Outcome::Declined(Decline { class: DeclineClass::TryLater, code }),
        Verdict::NotYet => Outcome::NotSent(Fault::Unavailable { code }),
        Verdict::TokenRefused | Verdict::Misconfigured => Outcome::NotSent(Fault::Misconfigured { code }),
        Verdict::Rejected => Outcome::NotSent(Fault::Rejected { code }),
        Verdict::InvoicePaid => Outcome::Unknown(Doubt::OtherPayment),
        Verdict::OtherFunding | Verdict::NotApproved | Verdict::DoneBefore => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
        Verdict::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code }),
    }
}

fn unlisted(status: &str) -> Doubt {
    Doubt::UnlistedCode { code: if is_code(status) { status.to_owned() } else { "unreadable".to_owned() } }
}

/// Where the payer is sent: whichever link there is (paypal-rest.md §4.2 and §4.4), if it is PayPal's or this machine's.
pub fn payer_page(links: &[Link]) -> Option<String> {
    let href = ["redirect", "payer-action", "approve"].into_iter().find_map(|rel| wire::link(links, rel))?;
    let url = Url::parse(href).ok()?;
    let host = url.host_str()?;
    let theirs = url.scheme() == "https" && (host == "www.paypal.com" || host == "www.sandbox.paypal.com");
    (theirs || is_this_machine(host)).then(|| href.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use bytes::Bytes;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn wanted() -> Wanted<'static> {
        Wanted { amount: Money::from_minor(4500, Currency::EUR), ours: "A1" }
    }

    fn id() -> ProcessorRef {
        ProcessorRef::parse("5AB12345CD678901E").expect("a reference")
    }

    fn order(status: &str, captures: Value) -> Order {
        serde_json::from_value(json!({
            "id": "5AB12345CD678901E", "status": status, "intent": "CAPTURE",
            "purchase_units": [{"amount": {"currency_code": "EUR", "value": "45.00"}, "custom_id": "A1", "payments": {"captures": captures}}],
            "links": [{"rel": "approve", "href": "https://www.sandbox.paypal.com/checkoutnow?token=5AB12345CD678901E"}],
        }))
        .expect("an order")
    }

    fn capture(status: &str, value: &str, custom_id: &str) -> Value {
        json!([{"id": "2GH34567JK890123L", "status": status, "custom_id": custom_id, "amount": {"currency_code": "EUR", "value": value}}])
    }

    #[test]
    fn only_a_capture_is_money() {
        let stand = |status: &str, captures| read_order(&order(status, captures), &id(), wanted());
        assert!(
            matches!(stand("COMPLETED", capture("COMPLETED", "45.0", "A1")), Stand::Captured(c) if c.reference.as_str() == "2GH34567JK890123L")
        );
        // Whatever the order says.
        assert!(matches!(stand("APPROVED", capture("COMPLETED", "45.00", "A1")), Stand::Captured(_)));
        assert!(matches!(stand("COMPLETED", capture("REFUNDED", "45.00", "A1")), Stand::Captured(_)));
        assert_eq!(stand("COMPLETED", capture("PENDING", "45.00", "A1")), Stand::Pending);
        assert!(matches!(stand("COMPLETED", capture("DECLINED", "45.00", "A1")), Stand::Declined(_)));
        assert_eq!(stand("COMPLETED", json!([])), Stand::Unknown(Doubt::Unreadable));
        assert_eq!(stand("APPROVED", json!([])), Stand::Approved);
        assert!(matches!(stand("PAYER_ACTION_REQUIRED", json!([])), Stand::Open(Some(_))));
        assert!(matches!(stand("NEW_STATE", json!([])), Stand::Unknown(Doubt::UnlistedCode { .. })));
        assert!(matches!(stand("COMPLETED", capture("SETTLED", "45.00", "A1")), Stand::Unknown(Doubt::UnlistedCode { .. })));
    }

    #[test]
    fn another_amount_or_payment_is_never_ours() {
        let stand = |captures| read_order(&order("COMPLETED", captures), &id(), wanted());
        assert!(matches!(stand(capture("COMPLETED", "44.99", "A1")), Stand::Unknown(Doubt::Mismatch { reported: Some(_), .. })));
        assert_eq!(stand(capture("COMPLETED", "45.00", "A2")), Stand::Unknown(Doubt::OtherPayment));
        let mut two = capture("COMPLETED", "45.00", "A1");
        if let (Some(list), again) = (two.as_array_mut(), capture("COMPLETED", "45.00", "A1")) {
            list.extend(again.as_array().cloned().unwrap_or_default());
        }
        assert_eq!(stand(two), Stand::Unknown(Doubt::OtherPayment));
        let approved = |change: fn(&mut Order)| {
            let mut order = order("APPROVED", json!([]));
            change(&mut order);
            read_order(&order, &id(), wanted())
        };
        assert!(matches!(
            approved(|o| o.purchase_units[0].amount = Amount::of(Money::from_minor(4500, Currency::USD))),
            Stand::Unknown(Doubt::Mismatch { .. })
        ));
        assert_eq!(approved(|o| o.purchase_units[0].amount = None), Stand::Unknown(Doubt::Unreadable));
        assert_eq!(approved(|o| o.purchase_units.clear()), Stand::Unknown(Doubt::Unreadable));
        assert_eq!(approved(|o| o.intent = Some("AUTHORIZE".to_owned())), Stand::Unknown(Doubt::OtherPayment));
        assert_eq!(approved(|o| o.id = "ANOTHER".to_owned()), Stand::Unknown(Doubt::OtherPayment));
    }

    #[test]
    fn payers_are_sent_to_paypal_only() {
        let page = |rel: &str, href: &str| payer_page(&[Link { rel: rel.to_owned(), href: href.to_owned() }]);
        for rel in ["approve", "payer-action", "redirect"] {
            assert!(page(rel, "https://www.paypal.com/checkoutnow?token=5AB").is_some(), "{rel}");
        }
        assert!(page("approve", "http://127.0.0.1:3001/paypal/checkoutnow?token=5AB").is_some());
        for href in ["https://www.paypal.com.example/", "http://www.paypal.com/", "javascript:alert(1)", "https://paypal.example/", ""] {
            assert_eq!(page("approve", href), None, "{href}");
        }
        assert_eq!(page("self", "https://www.paypal.com/"), None);
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: axum::http::HeaderMap::new(), body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    #[test]
    fn what_is_no_clear_answer_is_a_doubt() {
        let good = r#"{"id":"A","status":"CREATED"}"#;
        assert!(matches!(read::<Order>(&answer(200, good)), Ok(Said::Yes(_))));
        for (status, body, doubt) in [
            (200, "<html>", Doubt::Unreadable),
            (200, "{\"id\":\"A\"", Doubt::Unreadable),
            (201, "", Doubt::Unreadable),
            (202, good, Doubt::Status(202)),
            (302, good, Doubt::Status(302)),
            (422, "<html>", Doubt::Unreadable),
            (422, "{}", Doubt::Unreadable),
            (422, r#"{"name":"not a code!"}"#, Doubt::Unreadable),
            (409, r#"{"name":"RESOURCE_CONFLICT"}"#, Doubt::ProcessorUnsure { code: "RESOURCE_CONFLICT".to_owned() }),
            (429, r#"{"name":"RATE_LIMIT_REACHED"}"#, Doubt::Status(429)),
            (500, r#"{"name":"INTERNAL_SERVER_ERROR"}"#, Doubt::Status(500)),
            (503, "<html>", Doubt::Status(503)),
        ] {
            assert_eq!(read::<Order>(&answer(status, body)), Err(doubt), "{status} {body}");
        }
    }

    #[test]
    fn a_code_in_no_table_is_neither_yes_nor_no() {
        for code in ["NEW_ISSUE", "", "COMPLETED", "APPROVED"] {
            assert_eq!(judge(422, code), Verdict::Unlisted, "{code}");
        }
        let refusal = Refusal { status: 422, code: "NEW_ISSUE".to_owned(), links: Vec::new(), debug_id: None };
        assert_eq!(refused::<()>(&refusal), Outcome::Unknown(Doubt::UnlistedCode { code: "NEW_ISSUE".to_owned() }));
    }

    proptest! {
        #[test]
        fn no_refusal_becomes_a_success(status in 100_u16..600, code in "[A-Za-z_]{0,60}") {
            let refusal = Refusal { status, code, links: Vec::new(), debug_id: None };
            prop_assert!(!matches!(refused::<()>(&refusal), Outcome::Done(())));
        }

        #[test]
        fn reading_survives_any_answer(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
            let answer = Answer { status, headers: axum::http::HeaderMap::new(), body: body.into() };
            let _ = read::<Order>(&answer);
        }

        #[test]
        fn a_random_status_is_never_money(order_status in "[A-Z_]{0,20}", capture_status in "[A-Z_]{0,20}") {
            let stand = read_order(&order(&order_status, capture(&capture_status, "45.00", "A1")), &id(), wanted());
            let paid = matches!(capture_status.as_str(), "COMPLETED" | "PARTIALLY_REFUNDED" | "REFUNDED");
            prop_assert_eq!(matches!(stand, Stand::Captured(_)), paid);
        }
    }
}
