//! Money that goes back: whole and in parts, asked twice, asked by many at once, and through every answer that was lost. Every test
//! ends with `verify`, the simulator's books included.

use lectern::domain::{
    form::{Problem, Refusal},
    ids::{OrderId, RefundId},
    order::OrderState,
    refund::{RefundReason, RefundState},
    schedule::ScheduleForm,
};
use lectern::server::{
    failure::Failure,
    flows::{
        pay::{PayAnswer, pay},
        promo,
        refund::{self as refunds, RefundForm},
        register::{RegisterForm, register},
        schedule::{self, Intent},
        usage,
    },
    jobs,
    sandbox::faults::{Fault, FaultKind},
    store::{
        job, payment,
        refund::{self, NewRefund, Refund},
        registration,
    },
};
use lectern::{read_tx, write_tx};

use crate::harness::{TestApp, card};

const GOOD: &str = "4111111111111111";

/// A participant's order, paid by card with 100.00.
async fn bought(test: &TestApp, who: &str) -> (String, OrderId) {
    let ctx = test.visitor().await;
    let form = RegisterForm { name: who.into(), email: format!("{who}@example.com"), ..RegisterForm::default() };
    let link = register(&ctx, "negotiation-skills", &form, None).await.expect("a seat");
    let id = test.order(&link).await.id;
    assert_eq!(pay(&ctx, id, card(who, 1, GOOD)).await.expect("paid"), PayAnswer::Paid);
    (link, id)
}

fn form(key: &str, amount: &str) -> RefundForm {
    RefundForm { key: format!("test-key-{key}"), amount: amount.into(), reason: "asked".into(), ..RefundForm::default() }
}

async fn of_order(test: &TestApp, id: OrderId) -> Vec<Refund> {
    read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(refund::of_order(tx, id).await?) }).expect("refunds read")
}

async fn state(test: &TestApp, id: RefundId) -> RefundState {
    read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(refund::get(tx, id).await?) }).expect("the refund reads").state
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn problem<T: std::fmt::Debug>(result: Result<T, Failure>, field: &str) -> Problem {
    match result {
        Err(Failure::Fields(errors)) => errors.of(field).cloned().unwrap_or_else(|| panic!("no problem of {field}: {errors:?}")),
        other => panic!("expected problems of fields, got {other:?}"),
    }
}

/// What the simulator gave back: how often, and how much.
fn given(test: &TestApp) -> (usize, i64) {
    let entries = test.sandbox.report().entries;
    let back: Vec<i64> = entries.iter().filter(|entry| entry.state == "refunded").map(|entry| entry.amount_minor).collect();
    (back.len(), back.iter().sum())
}

/// What is booked to an account by refunds.
async fn booked(test: &TestApp, account: &'static str) -> i64 {
    let sum: (i64,) = read_tx!(test.app.db, |tx| -> Result<_, Failure> {
        let sql = "SELECT COALESCE(CAST(SUM(e.amount_minor) AS BIGINT), 0) FROM ledger_entry e JOIN ledger_posting l ON l.id = e.posting_id \
                   WHERE l.kind = 'refunded' AND e.account = $1";
        Ok(tx.sql(sql).bind(account).one().await?)
    })
    .expect("the books read");
    sum.0
}

/// Moves the clock and lets the worker work.
async fn later(test: &TestApp, seconds: i64) {
    test.app.clock.advance_seconds(seconds);
    test.run_jobs().await;
}

on_both!(a_whole_refund_ends_the_order_and_frees_what_it_held, |db| async {
    let test = TestApp::demo(&db).await;
    let (ctx, admin) = (test.visitor().await, test.person("admin").await);
    let buyer = RegisterForm { name: "Ana Pop".into(), email: "ana@example.com".into(), ..RegisterForm::default() };
    let link = register(&ctx, "negotiation-skills", &buyer, None).await.expect("a seat");
    let quote = promo::apply(&ctx, &link, "LASTONE").await.expect("its one use");
    let id = test.order(&link).await.id;
    assert_eq!(pay(&ctx, id, card("1", quote.version, GOOD)).await.expect("paid"), PayAnswer::Paid);
    let total = quote.price.total;
    let refund = refunds::ask(&admin, id, &form("1", &total.plain())).await.expect("refunded");
    assert_eq!(state(&test, refund).await, RefundState::Done);
    assert!(matches!(test.order(&link).await.state, OrderState::Refunded { .. }));
    assert_eq!(given(&test), (1, total.minor()));
    assert_eq!((booked(&test, "clearing").await, booked(&test, "tax_payable").await), (-total.minor(), quote.price.tax.minor()));
    let place =
        read_tx!(db, |tx| -> Result<_, Failure> { Ok(registration::find_of_order(tx, id).await?) }).expect("reads").expect("a place");
    assert_eq!((place.state.as_str(), place.code), ("released", None), "no way in any more");
    // The seat and the code's only use can be had again.
    let other = RegisterForm { name: "Dan".into(), email: "dan@example.com".into(), ..RegisterForm::default() };
    let other = register(&ctx, "negotiation-skills", &other, None).await.expect("a seat");
    promo::apply(&ctx, &other, "LASTONE").await.expect("the use came back");
    assert_eq!(refusal(refunds::ask(&admin, id, &form("2", "1")).await), Refusal::NothingToRefund);
    test.run_jobs().await;
    test.verify().await;
});

on_both!(the_parts_of_a_refund_sum_to_the_whole, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (link, id) = bought(&test, "ana").await;
    let mut taxes = 0;
    for (key, amount, is_last) in [("1", "33.33", false), ("2", "33,33", false), ("3", "33.34", true)] {
        refunds::ask(&admin, id, &form(key, amount)).await.expect("refunded");
        let now = test.order(&link).await.state;
        assert_eq!(matches!(now, OrderState::Refunded { .. }), is_last, "{amount}: {now:?}");
        let tax = booked(&test, "tax_payable").await;
        assert!(tax >= taxes);
        taxes = tax;
        test.verify().await;
    }
    let tax: (i64,) =
        read_tx!(db, |tx| -> Result<_, Failure> { Ok(tx.sql("SELECT tax_minor FROM quote WHERE order_id = $1").bind(id).one().await?) })
            .expect("the quote reads");
    assert_eq!((given(&test), taxes, booked(&test, "refunds").await), ((3, 10_000), tax.0, 10_000 - tax.0));
    test.run_jobs().await;
    test.verify().await;
});

on_both!(what_cannot_be_refunded_is_refused_with_the_reason, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (link, id) = bought(&test, "ana").await;
    for (amount, why) in [("", Problem::Required), ("ten", Problem::NotANumber), ("0", Problem::Zero), ("-1", Problem::Negative)] {
        assert_eq!(problem(refunds::ask(&admin, id, &form("1", amount)).await, "amount"), why, "{amount}");
    }
    assert!(
        matches!(problem(refunds::ask(&admin, id, &form("1", "100.01")).await, "amount"), Problem::AboveMaximum { max } if max.minor() == 10_000)
    );
    assert_eq!(
        problem(refunds::ask(&admin, id, &RefundForm { reason: "unwanted".into(), ..form("1", "1") }).await, "reason"),
        Problem::NotAChoice
    );
    assert_eq!(
        problem(refunds::ask(&admin, id, &RefundForm { reason: "other".into(), ..form("1", "1") }).await, "note"),
        Problem::Required
    );
    assert_eq!(
        problem(refunds::ask(&admin, id, &RefundForm { key: "short".into(), ..form("1", "1") }).await, "refund_key"),
        Problem::Required
    );
    // The button said another amount, or something else was left when the page was made.
    let unconfirmed = RefundForm { confirmed: "100.00".into(), ..form("1", "40") };
    assert!(
        matches!(problem(refunds::ask(&admin, id, &unconfirmed).await, "amount"), Problem::ConfirmAmount { amount } if amount.minor() == 4_000)
    );
    assert_eq!(refusal(refunds::ask(&admin, id, &RefundForm { left: "9000".into(), ..form("1", "40") }).await), Refusal::Stale);
    for name in ["manager", "division", "host"] {
        assert_eq!(refusal(refunds::ask(&test.person(name).await, id, &form("1", "1")).await), Refusal::NotAllowed, "{name}");
    }
    assert!(matches!(refunds::ask(&test.visitor().await, id, &form("1", "1")).await, Err(Failure::SignInRequired)));
    assert!(matches!(refunds::ask(&admin, test.app.clock.id(), &form("1", "1")).await, Err(Failure::NotFound)));
    assert!(of_order(&test, id).await.is_empty() && given(&test) == (0, 0));
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    test.verify().await;
});

on_both!(a_double_click_refunds_once, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (_, id) = bought(&test, "ana").await;
    let click = form("1", "40");
    let (first, second) = tokio::join!(refunds::ask(&admin, id, &click), refunds::ask(&admin, id, &click));
    assert_eq!(first.expect("refunded"), second.expect("the same"));
    assert_eq!(refunds::ask(&admin, id, &click).await.expect("the same"), of_order(&test, id).await[0].id);
    assert_eq!(refusal(refunds::ask(&admin, id, &form("1", "41")).await), Refusal::KeyReused);
    test.run_jobs().await;
    assert_eq!(given(&test), (1, 4_000));
    test.verify().await;
});

// C-08 of failures.md.
on_both!(of_sixteen_refunds_at_once_no_more_succeed_than_there_is_money, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (_, id) = bought(&test, "ana").await;
    let forms: Vec<RefundForm> = (0..16).map(|n| form(&n.to_string(), "30")).collect();
    let asked = futures::future::join_all(forms.iter().map(|form| refunds::ask(&admin, id, form))).await;
    let succeeded = asked.iter().filter(|asked| asked.is_ok()).count();
    assert_eq!(succeeded, 3, "{asked:?}");
    later(&test, 61).await;
    assert_eq!(given(&test), (3, 9_000));
    let all = of_order(&test, id).await;
    assert!(all.len() == 3 && all.iter().all(|refund| refund.state == RefundState::Done));
    test.verify().await;
});

on_both!(a_refund_whose_answer_was_lost_is_found_to_be_done, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (link, id) = bought(&test, "ana").await;
    test.sandbox.script(Fault::new(FaultKind::ResetAfter, 3).on("C"));
    let refund = refunds::ask(&admin, id, &form("1", "100")).await.expect("asked");
    assert_eq!(state(&test, refund).await, RefundState::Unknown, "neither returned nor failed");
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    assert_eq!(refusal(refunds::ask(&admin, id, &form("2", "1")).await), Refusal::NothingToRefund, "its amount is not free");
    test.verify().await;
    later(&test, 61).await;
    assert_eq!(state(&test, refund).await, RefundState::Done);
    assert!(matches!(test.order(&link).await.state, OrderState::Refunded { .. }));
    assert_eq!(given(&test), (1, 10_000));
    test.verify().await;
});

on_both!(a_refund_that_never_arrived_is_asked_for_again_under_its_key, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (link, id) = bought(&test, "ana").await;
    test.sandbox.script(Fault::new(FaultKind::ResetBefore, 3).on("C"));
    let refund = refunds::ask(&admin, id, &form("1", "40")).await.expect("asked");
    assert_eq!((state(&test, refund).await, given(&test)), (RefundState::Unknown, (0, 0)));
    later(&test, 61).await;
    assert_eq!((state(&test, refund).await, given(&test)), (RefundState::Done, (1, 4_000)));
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }), "a part leaves it paid");
    test.verify().await;
});

on_both!(a_declined_refund_has_failed_and_its_amount_is_free_again, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (link, id) = bought(&test, "ana").await;
    test.sandbox.script(Fault::new(FaultKind::Decline { result: 12 }, 1).on("C"));
    let refund = refunds::ask(&admin, id, &form("1", "100")).await.expect("asked");
    let failed = of_order(&test, id).await.remove(0);
    assert_eq!((failed.id, failed.state), (refund, RefundState::Failed));
    assert!(failed.decline_class.is_some() && failed.detail.as_deref() == Some("12"), "{failed:?}");
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    test.verify().await;
    let again = refunds::ask(&admin, id, &form("2", "100")).await.expect("asked anew");
    assert_eq!(state(&test, again).await, RefundState::Done);
    assert!(matches!(test.order(&link).await.state, OrderState::Refunded { .. }));
    test.run_jobs().await;
    test.verify().await;
});

/// What the intending transaction leaves behind when the server is killed right after it.
async fn intended(test: &TestApp, id: OrderId, minor: i64) -> RefundId {
    let refund: RefundId = test.app.clock.id();
    let now = test.app.clock.now();
    write_tx!(test.app.db, |tx| -> Result<(), Failure> {
        let payment = payment::of_order(tx, id).await?.remove(0);
        let new = NewRefund {
            id: refund,
            payment_id: payment.id,
            key: format!("killed:{refund}"),
            amount: lectern::domain::money::Money::from_minor(minor, payment.amount.currency()),
            reason: RefundReason::Asked,
            note: String::new(),
            asked_by: None,
            now,
        };
        refund::insert(tx, &new).await?;
        Ok(job::ensure(tx, test.app.clock.id(), jobs::REFUND, refund.0, &format!("refund:{refund}"), now.plus_seconds(60), now).await?)
    })
    .expect("intended");
    refund
}

on_both!(a_server_killed_between_any_two_steps_of_a_refund_ends_right, |db| async {
    let test = TestApp::demo(&db).await;
    // Between intending and acting.
    let (_, first) = bought(&test, "ana").await;
    let refund = intended(&test, first, 4_000).await;
    assert_eq!(state(&test, refund).await, RefundState::Prepared);
    later(&test, 61).await;
    assert_eq!((state(&test, refund).await, given(&test)), (RefundState::Done, (1, 4_000)));
    // After it was noted that the processor is about to be asked, before it was.
    let (_, second) = bought(&test, "dan").await;
    let refund = intended(&test, second, 5_000).await;
    let noted = write_tx!(test.app.db, |tx| -> Result<bool, Failure> {
        let read = refund::get(tx, refund).await?;
        Ok(refund::begin_try(tx, &read, test.app.clock.now()).await?)
    });
    assert!(noted.expect("noted"));
    later(&test, 61).await;
    assert_eq!((state(&test, refund).await, given(&test)), (RefundState::Done, (2, 9_000)));
    // Between acting and recording: as when the answer was lost. A caller that goes away does not end what it began.
    let (link, third) = bought(&test, "eva").await;
    let admin = test.person("admin").await;
    drop(tokio::time::timeout(std::time::Duration::from_millis(1), refunds::ask(&admin, third, &form("3", "100"))).await);
    later(&test, 61).await;
    let asked = !of_order(&test, third).await.is_empty();
    assert_eq!(matches!(test.order(&link).await.state, OrderState::Refunded { .. }), asked);
    test.verify().await;
});

on_both!(a_refund_that_nobody_can_settle_is_settled_by_a_person_after_two_hours, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (link, id) = bought(&test, "ana").await;
    test.sandbox.script(Fault::new(FaultKind::ResetAfter, 1).on("C"));
    test.sandbox.script(Fault::new(FaultKind::ResetBefore, 500).on("C"));
    test.sandbox.script(Fault::new(FaultKind::ResetBefore, 500).on("I"));
    let refund = refunds::ask(&admin, id, &form("1", "100")).await.expect("asked");
    for seconds in [61, 240, 600, 2_700] {
        later(&test, seconds).await;
        assert_eq!(state(&test, refund).await, RefundState::Unknown);
        assert_eq!(refusal(refunds::mark_returned(&admin, refund, "V1").await), Refusal::PaymentInProgress);
    }
    later(&test, 3_600).await;
    assert_eq!(state(&test, refund).await, RefundState::NeedsPerson);
    let waiting = of_order(&test, id).await.remove(0);
    assert!(waiting.inquiries >= 5 && waiting.detail.as_deref().is_some_and(|detail| detail.contains("not settled")), "{waiting:?}");
    let reference = format!("reference-{refund}");
    assert_eq!(problem(refunds::mark_returned(&admin, refund, " ").await, &reference), Problem::Required);
    let booked = test.sandbox.report().entries.into_iter().find(|entry| entry.state == "refunded").expect("the simulator booked it");
    refunds::mark_returned(&admin, refund, &booked.pnref).await.expect("said");
    assert!(matches!(test.order(&link).await.state, OrderState::Refunded { .. }));
    assert_eq!(refusal(refunds::mark_not_returned(&admin, refund).await), Refusal::PaymentInProgress);
    later(&test, 1).await;
    test.verify().await;
});

on_both!(a_hosts_usage_is_refunded_too, |db| async {
    let test = TestApp::demo(&db).await;
    let (host, admin) = (test.person("host").await, test.person("admin").await);
    let form_of_session = ScheduleForm {
        topic: "Usage to refund".into(),
        starts_at: "2026-11-24T10:00".into(),
        time_zone: "Europe/Bucharest".into(),
        duration_minutes: "90".into(),
        capacity: "24".into(),
        expected_computers: "25".into(),
        audio: "call_in".into(),
        expected_teleconference: "18".into(),
        require_registration: "on".into(),
        ..ScheduleForm::default()
    };
    let session = schedule::save(&host, None, &form_of_session, Intent::Schedule).await.expect("saved");
    let (order, assessment) = usage::ensure_order(&host, session).await.expect("quoted");
    let version = assessment.order.map(|order| order.quote_version).expect("there is an order");
    assert_eq!(pay(&host, order, card("1", version, GOOD)).await.expect("paid"), PayAnswer::Paid);
    let total = assessment.estimate.total;
    refunds::ask(&admin, order, &form("1", "1.00")).await.expect("a part");
    let rest = lectern::domain::money::Money::from_minor(total.minor() - 100, total.currency());
    refunds::ask(&admin, order, &form("2", &rest.plain())).await.expect("the rest");
    let state: (String,) =
        read_tx!(db, |tx| -> Result<_, Failure> { Ok(tx.sql("SELECT state FROM orders WHERE id = $1").bind(order).one().await?) })
            .expect("the order reads");
    assert_eq!((state.0.as_str(), given(&test)), ("refunded", (2, total.minor())));
    assert_eq!(booked(&test, "tax_payable").await, assessment.estimate.tax.minor());
    test.run_jobs().await;
    test.verify().await;
});
