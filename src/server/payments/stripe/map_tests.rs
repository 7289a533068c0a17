//! Every code of the sheet's tables, codes of no table, and the fields that can turn a success into a doubt.

use super::*;
use crate::domain::money::Currency;
use crate::domain::text::Lang;
use proptest::prelude::*;
use serde_json::{Value, json};

fn eur(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn attempt() -> AttemptRef {
    AttemptRef::parse("TRY1").expect("a reference")
}

fn ask() -> Approval {
    let url = || "https://shop.example.test/".to_owned();
    Approval {
        amount: eur(4500),
        description: String::new(),
        invoice: "LE-1".to_owned(),
        attempt_ref: attempt(),
        email: None,
        return_url: url(),
        cancel_url: url(),
        notify_url: url(),
        lang: Lang::En,
        kinds: CardKinds::All,
    }
}

fn intent(status: &str) -> Value {
    let (held, taken) = match status {
        "requires_capture" => (4500, 0),
        "succeeded" => (0, 4500),
        _ => (0, 0),
    };
    json!({
        "id": "pi_1", "object": "payment_intent", "amount": 4500, "amount_capturable": held, "amount_received": taken, "currency": "eur",
        "status": status, "livemode": false, "metadata": {"attempt_ref": "TRY1"},
        "latest_charge": {"id": "ch_1", "payment_method_details": {"card": {"brand": "visa", "last4": "5556", "funding": "debit"}}},
    })
}

fn session(status: &str, intent: Value) -> Value {
    json!({
        "id": "cs_test_1", "object": "checkout.session", "amount_total": 4500, "currency": "eur", "status": status, "livemode": false,
        "client_reference_id": "TRY1", "payment_intent": intent,
        "url": if status == "open" { json!("https://checkout.stripe.com/c/pay/cs_test_1") } else { Value::Null },
    })
}

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("readable")
}

fn stands(session: &Value) -> Outcome<Standing> {
    session_standing(&read(session), &attempt(), eur(4500), Mode::Test)
}

fn finishes(session: &Value) -> Approved {
    approved(&read(session), &ask(), Mode::Test)
}

#[test]
fn what_is_held_of_a_card_that_is_not_taken_is_released() {
    let of = |kinds, session: Value| approved(&read(&session), &Approval { kinds, ..ask() }, Mode::Test);
    let held = || session("complete", intent("requires_capture"));
    assert!(matches!(of(CardKinds::All, held()), Approved::Take(_)));
    assert!(matches!(of(CardKinds::Debit, held()), Approved::Take(_)));
    let no = Decline { class: DeclineClass::DebitCard, code: "card_kind/debit".to_owned() };
    assert!(matches!(of(CardKinds::Credit, held()), Approved::Release(_, decline) if decline == no));
    // Released before, and the answer was lost: the same no. Taken before: that is known only to be taken.
    assert_eq!(of(CardKinds::Credit, session("complete", intent("canceled"))), Approved::Ended(Outcome::Declined(no)));
    let taken = of(CardKinds::Credit, session("complete", intent("succeeded")));
    assert!(matches!(taken, Approved::Ended(Outcome::Done(Captured { card: Some(CardSeen { funding: Some(Funding::Debit), .. }), .. }))));
}

#[test]
fn a_part_that_is_held_is_released_and_is_a_decline_for_funds() {
    let held = |part: i64, currency: &str| {
        let mut part_of = intent("requires_capture");
        (part_of["amount_capturable"], part_of["currency"]) = (json!(part), json!(currency));
        finishes(&session("complete", part_of))
    };
    for part in [1, 2000, 4499] {
        let released = held(part, "eur");
        assert!(matches!(&released, Approved::Release(_, Decline { class: DeclineClass::Funds, .. })), "{part}: {released:?}");
    }
    for (amount, currency) in [(0, "eur"), (4501, "eur"), (2000, "usd")] {
        let doubted = held(amount, currency);
        assert!(matches!(doubted, Approved::Ended(Outcome::Unknown(Doubt::Mismatch { .. }))), "{amount} {currency}: {doubted:?}");
    }
}

fn refusal(status: u16, error: Value) -> Refusal {
    Refusal { status, error: read(&error) }
}

fn declined(code: &str, decline_code: Option<&str>) -> Refusal {
    refusal(402, json!({"type": "card_error", "code": code, "decline_code": decline_code}))
}

/// stripe.md §6, "Declines".
#[test]
fn every_decline_has_its_class() {
    use DeclineClass as D;
    for (decline_code, class) in [
        ("generic_decline", D::Refused),
        ("do_not_honor", D::Refused),
        ("transaction_not_allowed", D::Refused),
        ("try_again_later", D::TryLater),
        ("issuer_not_available", D::TryLater),
        ("insufficient_funds", D::Funds),
        ("withdrawal_count_limit_exceeded", D::Funds),
        ("card_velocity_exceeded", D::Funds),
        ("lost_card", D::Refused),
        ("stolen_card", D::Refused),
        ("pickup_card", D::Refused),
        ("restricted_card", D::Refused),
        ("fraudulent", D::Refused),
        ("card_not_supported", D::Refused),
        ("currency_not_supported", D::Refused),
        ("a_code_of_next_year", D::Refused),
    ] {
        let expected = Outcome::<()>::Declined(Decline { class, code: format!("card_declined/{decline_code}") });
        assert_eq!(refused::<()>(&declined("card_declined", Some(decline_code))), expected, "{decline_code}");
    }
    for (code, class) in [
        ("expired_card", D::Details),
        ("incorrect_cvc", D::Details),
        ("incorrect_number", D::Details),
        ("invalid_expiry_month", D::Details),
        ("invalid_expiry_year", D::Details),
        ("incorrect_zip", D::Details),
        ("processing_error", D::TryLater),
        ("authentication_required", D::Refused),
        ("payment_intent_authentication_failure", D::Refused),
        ("card_decline_rate_limit_exceeded", D::Refused),
        ("card_declined", D::Refused),
    ] {
        assert_eq!(refused::<()>(&declined(code, None)), Outcome::Declined(Decline { class, code: code.to_owned() }), "{code}");
    }
}

/// stripe.md §6, the table by status.
#[test]
fn errors_say_whether_something_moved() {
    let invalid = |status, code: Option<&str>| judge(&refusal(status, json!({"type": "invalid_request_error", "code": code})));
    assert_eq!(invalid(400, Some("parameter_missing")), Verdict::Rejected);
    assert_eq!(invalid(400, Some("amount_too_small")), Verdict::Rejected);
    assert_eq!(invalid(400, None), Verdict::Rejected);
    for state in ["payment_intent_unexpected_state", "intent_invalid_state"] {
        assert_eq!(invalid(400, Some(state)), Verdict::OtherState);
    }
    for state in ["charge_already_refunded", "charge_disputed", "refund_disputed_payment"] {
        assert_eq!(invalid(400, Some(state)), Verdict::NotPossible);
    }
    assert_eq!(invalid(401, None), Verdict::Misconfigured);
    assert_eq!(invalid(401, Some("api_key_expired")), Verdict::Misconfigured);
    assert_eq!(invalid(403, None), Verdict::Misconfigured);
    assert_eq!(invalid(404, Some("resource_missing")), Verdict::Missing);
    assert_eq!(judge(&refusal(400, json!({"type": "idempotency_error"}))), Verdict::OtherRequest);
    for (status, kind) in [(400, "api_error"), (400, "card_error"), (402, "invalid_request_error"), (404, "api_error"), (400, "new_error")]
    {
        assert_eq!(judge(&refusal(status, json!({"type": kind}))), Verdict::Unlisted, "{status} {kind}");
    }
    let reused = refused::<()>(&refusal(400, json!({"type": "idempotency_error"})));
    assert_eq!(reused, Outcome::Unknown(Doubt::OtherPayment), "a bug of ours, and money may have moved under that key");
    let missing = refusal(404, json!({"type": "invalid_request_error", "code": "resource_missing"}));
    assert!(matches!(unanswered::<()>(&missing), Outcome::Unknown(_)), "unknown here may be known in the account of yesterday");
}

#[test]
fn a_session_stands_as_its_payment_does() {
    let found = |status: &str, payment: Value| stands(&session(status, payment));
    assert_eq!(found("open", Value::Null), Outcome::Done(Standing::Pending));
    assert_eq!(found("expired", Value::Null), Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    assert_eq!(found("complete", Value::Null), Outcome::Unknown(Doubt::Unreadable));
    assert_eq!(found("complete", json!("pi_1")), Outcome::Unknown(Doubt::Unreadable));
    assert!(matches!(found("melted", Value::Null), Outcome::Unknown(Doubt::UnlistedCode { .. })));
    let card = CardSeen { brand: Some(Brand::Visa), last4: "5556".to_owned(), funding: Some(Funding::Debit) };
    match found("complete", intent("requires_capture")) {
        Outcome::Done(Standing::Authorised(held)) => assert_eq!((held.amount, held.card), (eur(4500), Some(card.clone()))),
        other => panic!("{other:?}"),
    }
    match found("complete", intent("succeeded")) {
        Outcome::Done(Standing::Captured(taken)) => assert_eq!((taken.reference.as_str(), taken.card), ("pi_1", Some(card))),
        other => panic!("{other:?}"),
    }
    assert_eq!(found("complete", intent("processing")), Outcome::Done(Standing::Pending));
    assert_eq!(found("complete", intent("canceled")), Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    for waiting in ["requires_payment_method", "requires_confirmation", "requires_action"] {
        assert_eq!(found("open", intent(waiting)), Outcome::Done(Standing::Pending), "the payer may try again");
        assert_eq!(found("expired", intent(waiting)), Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    }
    assert!(matches!(found("complete", intent("refunded")), Outcome::Unknown(Doubt::UnlistedCode { .. })));
    let mut failed = intent("requires_payment_method");
    failed["last_payment_error"] = json!({"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"});
    assert_eq!(found("expired", failed.clone()), Outcome::Done(Standing::Declined(DeclineClass::Funds)));
    let ended = Outcome::Declined(Decline { class: DeclineClass::Funds, code: "card_declined/insufficient_funds".to_owned() });
    assert_eq!(finishes(&session("expired", failed)), Approved::Ended(ended));
}

#[test]
fn money_is_taken_only_when_it_is_what_was_asked_for() {
    let good = session("complete", intent("requires_capture"));
    assert!(matches!(finishes(&good), Approved::Take(of) if of.as_str() == "pi_1"));
    let changed = |pointer: &str, value: Value| {
        let mut session = good.clone();
        *session.pointer_mut(pointer).expect("a field") = value;
        finishes(&session)
    };
    for (pointer, value) in [
        ("/amount_total", json!(4499)),
        ("/currency", json!("usd")),
        // Less is a part, which is released.
        ("/payment_intent/amount_capturable", json!(4501)),
        ("/payment_intent/currency", json!("usd")),
        ("/payment_intent/currency", json!("isk")),
    ] {
        let outcome = changed(pointer, value);
        assert!(matches!(&outcome, Approved::Ended(Outcome::Unknown(Doubt::Mismatch { .. }))), "{pointer}: {outcome:?}");
    }
    for (pointer, value) in [
        ("/client_reference_id", json!("TRY2")),
        ("/client_reference_id", Value::Null),
        ("/livemode", json!(true)),
        ("/payment_intent/livemode", json!(true)),
    ] {
        assert_eq!(changed(pointer, value), Approved::Ended(Outcome::Unknown(Doubt::OtherPayment)), "{pointer}");
    }
    assert_eq!(changed("/amount_total", Value::Null), Approved::Ended(Outcome::Unknown(Doubt::Unreadable)));
    assert_eq!(changed("/payment_intent/status", json!("processing")), Approved::Ended(Outcome::Unknown(Doubt::Pending)));
    assert!(matches!(finishes(&session("open", Value::Null)), Approved::Ended(Outcome::NeedsCustomer(_))));
}

#[test]
fn a_disputed_payment_is_no_longer_ours() {
    let mut disputed = session("complete", intent("succeeded"));
    disputed["payment_intent"]["latest_charge"]["disputed"] = true.into();
    assert_eq!(stands(&disputed), Outcome::Unknown(Doubt::Reversed { code: "disputed".to_owned() }));
}

#[test]
fn a_buyer_is_sent_to_a_safe_page_only() {
    let started = |url: Value| {
        let mut session = session("open", Value::Null);
        session["url"] = url;
        started(&read(&session), &ask(), Mode::Test)
    };
    for good in ["https://checkout.stripe.com/c/pay/x", "https://pay.shop.example.test/x", "http://127.0.0.1:3001/stripe/c/pay/x"] {
        assert!(matches!(started(good.into()), Outcome::NeedsCustomer(NextStep::Redirect { url, .. }) if url == good));
    }
    for bad in [Value::Null, "javascript:alert(1)".into(), "http://shop.example.test/".into(), "/relative".into(), "".into()] {
        assert_eq!(started(bad.clone()), Outcome::Unknown(Doubt::Unreadable), "{bad}");
    }
}

#[test]
fn a_capture_under_another_key_is_not_ours_to_report() {
    let step = AttemptRef::parse("STEP1").expect("a reference");
    let inside = |status: &str, capture_ref: &str| {
        let mut payment = intent(status);
        payment["metadata"]["capture_ref"] = capture_ref.into();
        let error = json!({"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "payment_intent": payment});
        capture_refused(&refusal(400, error), &step, eur(4500), Mode::Test)
    };
    assert!(matches!(inside("succeeded", "STEP1"), Outcome::Done(_)), "told twice");
    assert!(matches!(inside("succeeded", "STEP2"), Outcome::Unknown(Doubt::ProcessorUnsure { .. })));
    assert!(matches!(inside("canceled", "STEP2"), Outcome::Declined(_)));
    assert_eq!(inside("processing", "STEP2"), Outcome::Unknown(Doubt::Pending));
    assert!(matches!(inside("requires_capture", "STEP2"), Outcome::Unknown(Doubt::ProcessorUnsure { .. })));
    let cancelled = |status: &str| {
        let error = json!({"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "payment_intent": intent(status)});
        cancel_refused(&refusal(400, error))
    };
    assert_eq!(cancelled("canceled"), Outcome::Done(()));
    assert!(matches!(cancelled("succeeded"), Outcome::Declined(_)));
    assert_eq!(cancelled("processing"), Outcome::Unknown(Doubt::Pending));
}

#[test]
fn a_refund_is_done_only_when_it_succeeded() {
    let of = ProcessorRef::parse("pi_1").expect("a reference");
    let told = |status: Value, amount: i64, currency: &str, payment: &str| {
        let refund =
            json!({"id": "re_1", "object": "refund", "amount": amount, "currency": currency, "status": status, "payment_intent": payment});
        refunded(&read(&refund), &of, eur(1000))
    };
    assert!(matches!(told("succeeded".into(), 1000, "eur", "pi_1"), Outcome::Done(done) if done.amount == eur(1000)));
    for pending in ["pending", "requires_action"] {
        assert_eq!(told(pending.into(), 1000, "eur", "pi_1"), Outcome::Unknown(Doubt::Pending));
    }
    for over in ["failed", "canceled"] {
        assert!(matches!(told(over.into(), 1000, "eur", "pi_1"), Outcome::Declined(_)));
    }
    assert!(matches!(told("vanished".into(), 1000, "eur", "pi_1"), Outcome::Unknown(Doubt::UnlistedCode { .. })));
    assert_eq!(told(Value::Null, 1000, "eur", "pi_1"), Outcome::Unknown(Doubt::Unreadable));
    assert!(matches!(told("succeeded".into(), 999, "eur", "pi_1"), Outcome::Unknown(Doubt::Mismatch { .. })));
    assert!(matches!(told("succeeded".into(), 1000, "usd", "pi_1"), Outcome::Unknown(Doubt::Mismatch { .. })));
    assert_eq!(told("succeeded".into(), 1000, "eur", "pi_2"), Outcome::Unknown(Doubt::OtherPayment));
    let too_much = refusal(400, json!({"type": "invalid_request_error", "param": "amount"}));
    assert!(matches!(refund_refused(&too_much), Outcome::Declined(_)));
    let nonsense = refusal(400, json!({"type": "invalid_request_error", "param": "amount", "code": "parameter_invalid_integer"}));
    assert!(matches!(refund_refused(&nonsense), Outcome::NotSent(Fault::Rejected { .. })));
}

proptest! {
    #[test]
    fn no_unlisted_state_becomes_a_success(status in "[a-z_]{0,24}", of_session in "[a-z]{0,10}") {
        prop_assume!(!["succeeded", "requires_capture"].contains(&status.as_str()));
        let told = session(&of_session, intent(&status));
        prop_assert!(!matches!(stands(&told), Outcome::Done(Standing::Captured(_) | Standing::Authorised(_))));
        prop_assert!(!matches!(finishes(&told), Approved::Take(_) | Approved::Ended(Outcome::Done(_))));
        prop_assert!(!matches!(captured(&read(&intent(&status)), eur(4500), Mode::Test), Outcome::Done(_)));
    }

    #[test]
    fn no_error_becomes_a_success(status in 400_u16..405, kind in "[a-z_]{0,22}", code in prop::option::of("[a-z_]{1,30}")) {
        let refusal = refusal(status, json!({"type": kind, "code": code, "payment_intent": intent("succeeded")}));
        let step = AttemptRef::parse("STEP1").expect("a reference");
        prop_assert!(!matches!(capture_refused(&refusal, &step, eur(4500), Mode::Test), Outcome::Done(_)));
        prop_assert!(!matches!(cancel_refused(&refusal), Outcome::Done(())));
        prop_assert!(!matches!(refund_refused(&refusal), Outcome::Done(_)));
    }
}
