//! As client: the recorded request is ours, and the recorded reply is understood.

use super::*;

#[tokio::test]
pub async fn tokens_are_asked_for_and_read_as_recorded() {
    let all = of_calls(&["oauth2.token"]);
    assert!(all.len() >= 2);
    for v in all {
        let stage = stage(v.wire_response.clone(), Value::Null, vec![]).await;
        let tested = stage.paypal.test_connection().await;
        match text(&v.expect, "/outcome") {
            "token_issued" => assert_eq!(tested, Ok(()), "{}", v.name),
            "auth_failed" => assert_eq!(tested, Err(ConnectionProblem::Credentials), "{}", v.name),
            other => panic!("{}: {other}", v.name),
        }
        let got = stage.played.got.lock().expect("unpoisoned").first().cloned().expect("a request");
        assert_eq!((got.path.as_str(), got.body.as_str()), ("/v1/oauth2/token", text(&v.wire_request, "/body")));
        assert_eq!(got.headers["content-type"], "application/x-www-form-urlencoded");
        seen(Side::Client, &v.name);
        if v.name.ends_with(".ok") {
            assert_eq!(got.headers["authorization"].to_str().expect("text"), text(&v.wire_request, "/headers/Authorization"));
        }
    }
}

#[tokio::test]
pub async fn orders_are_created_as_recorded() {
    let all = of_calls(&["orders.create"]);
    assert!(all.len() >= 7);
    for v in all {
        let stage = stage(recorded("paypal.token.ok").wire_response, v.wire_response.clone(), vec![]).await;
        let wanted = body_of(&v);
        let outcome = stage.paypal.start(&key(), &approval(&wanted)).await;
        match text(&v.expect, "/outcome") {
            "payer_action_needed" => {
                let Outcome::NeedsCustomer(NextStep::Redirect { url, reference }) = outcome else { panic!("{}: {outcome:?}", v.name) };
                assert_eq!(reference.as_str(), text(&v.expect, "/order_id"), "{}", v.name);
                assert!(v.expect["redirect_url"].is_null() || url == text(&v.expect, "/redirect_url"), "{}: {url}", v.name);
            }
            "invalid_request" => {
                let code = text(&v.expect, "/provider_code").to_owned();
                assert_eq!(outcome, Outcome::NotSent(Fault::Rejected { code }), "{}", v.name);
            }
            other => panic!("{}: {other}", v.name),
        }
        let got = stage.got().first().cloned().expect("a request");
        seen(Side::Client, &v.name);
        check_request(&v, &got);
        let ours: Value = serde_json::from_str(&got.body).expect("JSON");
        if v.name == "paypal.order.create.missing_field" {
            continue;
        }
        let (mut ours, mut wanted) = (ours, wanted);
        ours["payment_source"]["paypal"]["experience_context"]["locale"].take();
        wanted["payment_source"]["paypal"]["experience_context"]["locale"].take();
        // Our reference is shorter; and yen never get decimals from us.
        wanted["purchase_units"][0]["custom_id"] = "TRY1".into();
        if v.name == "paypal.order.create.jpy_with_decimals" {
            wanted["purchase_units"][0]["amount"]["value"] = "4500".into();
        }
        if wanted["application_context"].is_object() {
            assert_eq!(ours["purchase_units"], wanted["purchase_units"], "{}", v.name);
        } else {
            assert_eq!(ours, wanted, "{}", v.name);
        }
    }
}

#[tokio::test]
pub async fn captures_are_made_and_read_as_recorded() {
    let all = of_calls(&["orders.capture"]);
    assert!(all.len() >= 16);
    let approved = text(&recorded("paypal.order.get.approved_not_captured").wire_response, "/body").to_owned();
    let open = text(&recorded("paypal.order.create.payer_action").wire_response, "/body").to_owned();
    let paid = text(&recorded("paypal.order.get.after_timeout_paid").wire_response, "/body").replace("booking:9f1c", "TRY1");
    for v in all {
        // What the order says when it is read back.
        let after = match text(&v.expect, "/outcome") {
            "not_approved" => open.clone(),
            "already_captured" => paid.clone(),
            _ => approved.clone(),
        };
        let mut reply = v.wire_response.clone();
        reply["body"] = text(&reply, "/body").replace("booking:9f1c", "TRY1").into();
        let stage = stage(recorded("paypal.token.ok").wire_response, reply, vec![approved.clone(), after]).await;
        let order = ProcessorRef::parse("5AB12345CD678901E").expect("a reference");
        let ask = approval(&body_of(&recorded("paypal.order.create.payer_action")));
        let outcome = stage.paypal.finish(&key(), &order, &ask).await;
        let says = format!("{}: {outcome:?}", v.name);
        let code = text(&v.expect, "/provider_code");
        match text(&v.expect, "/outcome") {
            "paid" => assert!(
                matches!(&outcome, Outcome::Done(c) if c.reference.as_str() == text(&v.expect, "/capture_id") && c.amount.minor() == 4500),
                "{says}"
            ),
            "already_captured" => assert!(matches!(&outcome, Outcome::Done(c) if c.reference.as_str() == "2GH34567JK890123L"), "{says}"),
            "pending" => assert_eq!(outcome, Outcome::Unknown(Doubt::Pending), "{says}"),
            "declined" if v.expect["recoverable"] == true => {
                let url = text(&v.expect, "/redirect_url").to_owned();
                assert_eq!(outcome, Outcome::NeedsCustomer(NextStep::Redirect { url, reference: order }), "{says}");
            }
            "declined" => assert!(matches!(outcome, Outcome::Declined(_)), "{says}"),
            "not_approved" => assert!(matches!(outcome, Outcome::NeedsCustomer(_)), "{says}"),
            "duplicate_invoice" => assert_eq!(outcome, Outcome::Unknown(Doubt::OtherPayment), "{says}"),
            // Once more with a new token, and refused again.
            "auth_failed" => {
                assert_eq!(outcome, Outcome::NotSent(Fault::Misconfigured { code: code.to_owned() }), "{says}");
                let captures = stage.got().into_iter().filter(|got| got.method == "POST").collect::<Vec<_>>();
                assert_eq!(captures.len(), 2, "{says}");
                assert_eq!(captures[0].headers["paypal-request-id"], captures[1].headers["paypal-request-id"], "{says}");
            }
            "forbidden" => assert_eq!(outcome, Outcome::NotSent(Fault::Misconfigured { code: code.to_owned() }), "{says}"),
            "not_found" => assert_eq!(outcome, Outcome::Unknown(Doubt::ProcessorUnsure { code: code.to_owned() }), "{says}"),
            "rate_limited" | "unknown" => assert!(matches!(outcome, Outcome::Unknown(Doubt::Status(_) | Doubt::Timeout)), "{says}"),
            other => panic!("{}: {other}", v.name),
        }
        let capture = stage.got().into_iter().find(|got| got.method == "POST").expect("a capture");
        seen(Side::Client, &v.name);
        check_request(&v, &capture);
        assert_eq!(capture.body, text(&v.wire_request, "/body"), "{}", v.name);
    }
}

#[tokio::test]
pub async fn orders_are_read_back_as_recorded() {
    let all = of_calls(&["orders.get"]);
    assert!(all.len() >= 2);
    for v in all {
        let body = text(&v.wire_response, "/body").replace("booking:9f1c", "TRY1");
        let stage = stage(recorded("paypal.token.ok").wire_response, json!({"status": 503, "body": ""}), vec![body]).await;
        let order = ProcessorRef::parse(text(&v.expect, "/order_id")).expect("a reference");
        let ask = approval(&body_of(&recorded("paypal.order.create.payer_action")));
        let outcome = stage.paypal.finish(&key(), &order, &ask).await;
        let tried = stage.got().iter().any(|got| got.method == "POST");
        match text(&v.expect, "/outcome") {
            "paid" => assert!(
                matches!(&outcome, Outcome::Done(c) if c.reference.as_str() == text(&v.expect, "/capture_id")) && !tried,
                "{}",
                v.name
            ),
            "approved_uncaptured" => assert!(outcome == Outcome::Unknown(Doubt::Status(503)) && tried, "{}: {outcome:?}", v.name),
            other => panic!("{}: {other}", v.name),
        }
        seen(Side::Client, &v.name);
        check_request(&v, stage.got().first().expect("a request"));
    }
}

#[tokio::test]
pub async fn refunds_are_made_and_read_as_recorded() {
    let all = of_calls(&["captures.refund"]);
    assert!(all.len() >= 6);
    let ours = AttemptRef::of_key(&key());
    let paid = text(&recorded("paypal.order.get.after_timeout_paid").wire_response, "/body").to_owned();
    let capture = serde_json::from_str::<Value>(&paid).expect("JSON")["purchase_units"][0]["payments"]["captures"][0].to_string();
    for v in all {
        let mut reply = v.wire_response.clone();
        reply["body"] = text(&reply, "/body").replace("REF-2026-000077", ours.as_str()).into();
        let stage = stage(recorded("paypal.token.ok").wire_response, reply, vec![capture.clone(), paid.clone()]).await;
        let of = ProcessorRef::parse("2GH34567JK890123L").expect("a reference");
        let asked = v.expect["money"]["minor"].as_i64().unwrap_or(4500);
        let amount = Money::from_minor(asked, lectern::domain::money::Currency::EUR);
        let outcome = stage.paypal.refund(&key(), &of, amount).await;
        let says = format!("{}: {outcome:?}", v.name);
        let code = text(&v.expect, "/provider_code").to_owned();
        match (text(&v.expect, "/outcome"), code.as_str()) {
            ("refunded", _) => {
                assert!(
                    matches!(&outcome, Outcome::Done(r) if r.reference.as_str() == text(&v.expect, "/refund_id") && r.amount == amount),
                    "{says}"
                );
            }
            ("refund_pending", _) => assert_eq!(outcome, Outcome::Unknown(Doubt::Pending), "{says}"),
            ("refund_rejected", "PENDING_CAPTURE") => assert_eq!(outcome, Outcome::NotSent(Fault::Unavailable { code }), "{says}"),
            ("refund_rejected", _) => assert!(matches!(&outcome, Outcome::Declined(Decline { code: told, .. }) if *told == code), "{says}"),
            ("conflict_in_progress", _) => assert_eq!(outcome, Outcome::Unknown(Doubt::ProcessorUnsure { code }), "{says}"),
            (other, _) => panic!("{}: {other}", v.name),
        }
        let got = stage.got().first().cloned().expect("a request");
        seen(Side::Client, &v.name);
        check_request(&v, &got);
        let sent: Value = serde_json::from_str(&got.body).expect("JSON");
        // We always name the amount.
        let wanted = body_of(&v)["amount"].clone();
        let wanted = if wanted.is_null() { json!({"currency_code": "EUR", "value": "45.00"}) } else { wanted };
        assert_eq!((&sent["amount"], text(&sent, "/invoice_id")), (&wanted, ours.as_str()), "{}", v.name);
    }
}
