//! Money that comes when its order is over or costs something else: it pays when the seat is still there, and goes back otherwise,
//! and the buyer is told. On both engines, with the simulator's own books compared at the end.

use std::sync::Arc;

use lectern::domain::{
    form::Refusal,
    ids::AttemptId,
    money::{Currency, Money},
    order::{OrderKind, OrderState},
};
use lectern::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        orders, overview,
        pay::{PayAnswer, pay},
        promo,
        register::{RegisterForm, register},
        settle::{self, Finding},
        usage,
    },
    payments::{ask::ProcessorRef, processor::Captured},
    sandbox::faults::{Fault, FaultKind},
    store::{
        attempt,
        db::StoreError,
        order::{self, Order},
    },
};
use lectern::{read_tx, write_tx};
use tokio::sync::Barrier;

use crate::harness::{TestApp, card};

const GOOD: &str = "4111111111111111";
const SLUG: &str = "fifty-seats";

async fn place(ctx: &Ctx, email: &str) -> Result<String, Failure> {
    let form = RegisterForm { name: "Ana Pop".into(), email: email.into(), ..RegisterForm::default() };
    register(ctx, SLUG, &form, None).await
}

/// Money the simulator took, of which we do not know yet.
struct Late {
    link: String,
    attempt: AttemptId,
    finding: Finding,
}

/// Somebody pays, the answer is lost, and it is believed that nothing moved. The order is held again.
async fn believed_unpaid(test: &TestApp, ctx: &Ctx, id: lectern::domain::ids::OrderId, version: i64) -> (AttemptId, Finding) {
    // Taken, and every answer is lost.
    test.sandbox.script(Fault::new(FaultKind::ResetAfter, 3).on("S"));
    assert_eq!(pay(ctx, id, card(&id.to_string()[26..], version, GOOD)).await.expect("in doubt"), PayAnswer::Checking);
    let tried = read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(attempt::of_order(tx, id).await?) }).expect("attempts read");
    let tried = tried.into_iter().next().expect("an attempt");
    settle::record(&test.app, tried.id, Finding::NotSent("believed".into())).await.expect("recorded");
    let booked = test.sandbox.report().entries.into_iter().find(|entry| entry.our_ref == tried.our_ref).expect("it was taken");
    assert_eq!(booked.state, "captured");
    let reference = ProcessorRef::parse(&booked.pnref).expect("a reference");
    (tried.id, Finding::Captured(Captured { reference, amount: tried.amount, card: None }))
}

/// The same, and its hold has ended.
async fn expired(test: &TestApp, ctx: &Ctx, email: &str, code: Option<&str>) -> Late {
    let link = place(ctx, email).await.expect("a seat");
    let version = match code {
        Some(code) => promo::apply(ctx, &link, code).await.expect("applied").version,
        None => 1,
    };
    let (attempt, finding) = believed_unpaid(test, ctx, test.order(&link).await.id, version).await;
    test.app.clock.advance_seconds(3_600);
    test.run_jobs().await;
    assert!(matches!(test.order(&link).await.state, OrderState::Expired { .. }));
    Late { link, attempt, finding }
}

/// It is found out after all.
async fn arrives(test: &TestApp, late: &Late) -> Order {
    settle::record(&test.app, late.attempt, late.finding.clone()).await.expect("recorded");
    // Told twice, it is the same money.
    settle::record(&test.app, late.attempt, late.finding.clone()).await.expect("recorded again");
    test.order(&late.link).await
}

async fn told(test: &TestApp, order: &Order) -> Vec<String> {
    const KINDS: &str = "SELECT kind FROM message WHERE order_id = $1 ORDER BY created_at, id";
    let rows: Result<Vec<(String,)>, Failure> =
        read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(tx.sql(KINDS).bind(order.id).all().await?) });
    rows.expect("messages read").into_iter().map(|(kind,)| kind).collect()
}

fn kept(test: &TestApp) -> i64 {
    test.sandbox.report().totals.iter().map(|total| total.captured_minor - total.refunded_minor).sum()
}

/// Changes what a test needs changed behind the flows.
async fn change(test: &TestApp, sql: &'static str) {
    let changed = write_tx!(test.app.db, |tx| -> Result<u64, StoreError> { tx.sql(sql).execute().await });
    assert_eq!(changed.expect("changed"), 1, "{sql}");
}

/// The money did not stay, and the buyer was told why before it went.
async fn goes_back(test: &TestApp, order: &Order, why: &str) {
    assert!(!matches!(order.state, OrderState::Paid { .. }), "{:?}", order.state);
    assert_eq!(told(test, order).await, [why]);
    test.run_jobs().await;
    assert_eq!(told(test, order).await, [why, "money_returned"]);
    assert_eq!(kept(test), 0);
}

on_both!(late_money_takes_the_seat_again_and_is_confirmed_once, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let late = expired(&test, &ctx, "ana@example.com", Some("LASTONE")).await;
    let order = arrives(&test, &late).await;
    assert!(matches!(order.state, OrderState::Paid { .. }), "{:?}", order.state);
    assert_eq!(told(&test, &order).await, ["confirmation"]);
    let page = lectern::server::flows::checkout::order_details(&ctx, &late.link).await.expect("its page");
    assert!(page.registration_id.is_some() && page.promo.is_some(), "the way in, and the code it was paid with");
    test.run_jobs().await;
    assert_eq!(kept(&test), order.total.minor());
    test.verify().await;
});

on_both!(late_money_of_a_seat_that_was_sold_goes_back, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let late = expired(&test, &ctx, "ana@example.com", None).await;
    change(&test, "UPDATE session SET capacity = seats_taken + 1 WHERE slug = 'fifty-seats'").await;
    place(&ctx, "dan@example.com").await.expect("the last seat");
    let order = arrives(&test, &late).await;
    goes_back(&test, &order, "money_too_late").await;
    test.verify().await;
});

on_both!(late_money_of_a_session_that_is_no_longer_sold_goes_back, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let late = expired(&test, &ctx, "ana@example.com", None).await;
    change(&test, "UPDATE session SET status = 'cancelled' WHERE slug = 'fifty-seats'").await;
    let order = arrives(&test, &late).await;
    goes_back(&test, &order, "money_too_late").await;
    test.verify().await;
});

on_both!(late_money_of_somebody_with_a_new_place_goes_back, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let late = expired(&test, &ctx, "ana@example.com", None).await;
    let again = place(&ctx, "Ana@Example.com").await.expect("a new place");
    let order = arrives(&test, &late).await;
    goes_back(&test, &order, "money_too_late").await;
    assert!(!matches!(test.order(&again).await.state, OrderState::Paid { .. }), "the new order is paid by its own money");
    test.verify().await;
});

on_both!(late_money_of_a_price_whose_code_is_used_up_goes_back, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let late = expired(&test, &ctx, "ana@example.com", Some("LASTONE")).await;
    let other = place(&ctx, "dan@example.com").await.expect("a seat");
    promo::apply(&ctx, &other, "LASTONE").await.expect("its one use");
    let order = arrives(&test, &late).await;
    goes_back(&test, &order, "money_too_late").await;
    test.verify().await;
});

on_both!(late_money_of_an_order_that_was_given_up_always_goes_back, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await.expect("a seat");
    let (attempt, finding) = believed_unpaid(&test, &ctx, test.order(&link).await.id, 1).await;
    orders::cancel(&ctx, &link).await.expect("given up");
    let order = arrives(&test, &Late { link, attempt, finding }).await;
    assert!(matches!(order.state, OrderState::Cancelled { .. }));
    goes_back(&test, &order, "money_too_late").await;
    test.verify().await;
});

on_both!(late_money_of_an_older_price_does_not_pay_the_new_one, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await.expect("a seat");
    let (attempt, finding) = believed_unpaid(&test, &ctx, test.order(&link).await.id, 1).await;
    let cheaper = promo::apply(&ctx, &link, "TRAIN20").await.expect("applied");
    let order = arrives(&test, &Late { link: link.clone(), attempt, finding }).await;
    assert!(matches!(order.state, OrderState::Held { .. }), "{:?}", order.state);
    goes_back(&test, &order, "money_other_price").await;
    assert_eq!(pay(&ctx, order.id, card("2", cheaper.version, GOOD)).await.expect("paid"), PayAnswer::Paid);
    test.run_jobs().await;
    test.verify().await;
});

on_both!(late_money_of_a_host_pays_the_usage_it_was_asked_for_and_no_other, |db| async {
    let test = TestApp::demo(&db).await;
    let host = test.person("host").await;
    let session = due_session(&test).await;
    let (id, _) = usage::ensure_order(&host, session).await.expect("a usage order");
    let before = order_of(&test, id).await;
    assert_eq!(before.kind, OrderKind::Usage);
    let (attempt, finding) = believed_unpaid(&test, &host, id, before.quote_version).await;
    settle::record(&test.app, attempt, finding).await.expect("recorded");
    assert!(matches!(order_of(&test, id).await.state, OrderState::Paid { .. }), "nothing changed meanwhile, so it is paid");
    test.run_jobs().await;
    test.verify().await;
});

async fn order_of(test: &TestApp, id: lectern::domain::ids::OrderId) -> Order {
    read_tx!(test.app.db, |tx| -> Result<Order, Failure> { Ok(order::get(tx, id).await?) }).expect("it reads")
}

/// A session of the demo's host whose usage is due.
async fn due_session(test: &TestApp) -> lectern::domain::ids::SessionId {
    const DUE: &str = "SELECT s.id FROM session s JOIN person p ON p.id = s.host_id WHERE p.email = 'host@demo.test' \
        AND s.status = 'scheduled' AND s.starts_at > $1 AND NOT EXISTS \
        (SELECT 1 FROM orders o WHERE o.session_id = s.id AND o.kind = 'usage') ORDER BY s.starts_at LIMIT 1";
    let now = test.app.clock.now();
    let row: Result<Option<(lectern::domain::ids::SessionId,)>, Failure> =
        read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(tx.sql(DUE).bind(now).optional().await?) });
    row.expect("sessions read").expect("one is due").0
}

on_both!(late_money_and_another_buyer_race_for_the_last_seat_and_one_gets_it, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let mut won_by_late = 0;
    for round in 0..6 {
        change(&test, "UPDATE session SET capacity = 50 WHERE slug = 'fifty-seats'").await;
        let late = expired(&test, &ctx, &format!("late{round}@example.com"), None).await;
        change(&test, "UPDATE session SET capacity = seats_taken + 1 WHERE slug = 'fifty-seats'").await;
        let start = Arc::new(Barrier::new(2));
        let (app, attempt, finding, at) = (test.app.clone(), late.attempt, late.finding.clone(), start.clone());
        let arriving = tokio::spawn(async move {
            at.wait().await;
            // What one engine refuses after its bounded tries, the job finds out again.
            while settle::record(&app, attempt, finding.clone()).await.is_err() {}
        });
        let (rival, email) = (ctx.clone(), format!("rival{round}@example.com"));
        let buying = tokio::spawn(async move {
            start.wait().await;
            loop {
                match place(&rival, &email).await {
                    Err(Failure::Fault(_)) => {}
                    ending => return ending,
                }
            }
        });
        arriving.await.expect("it ran");
        let bought = buying.await.expect("it ran");
        let order = test.order(&late.link).await;
        match (&order.state, &bought) {
            (OrderState::Paid { .. }, Err(Failure::Refused(Refusal::SoldOut { .. }))) => won_by_late += 1,
            (OrderState::Expired { .. }, Ok(_)) => {}
            other => panic!("round {round}: {other:?}"),
        }
        test.run_jobs().await;
        assert_eq!(kept(&test), 10_000 * won_by_late, "round {round}: the loser's money went back");
        test.verify().await;
    }
});

on_both!(another_amount_is_never_paid_and_a_person_hears_of_it_at_once, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await.expect("a seat");
    let id = test.order(&link).await.id;
    test.sandbox.script(Fault::new(FaultKind::WrongAmount, 1).on("S"));
    assert_eq!(pay(&ctx, id, card("1", 1, GOOD)).await.expect("not paid"), PayAnswer::Checking);
    let order = test.order(&link).await;
    assert!(matches!(order.state, OrderState::Paying { .. }), "the seat stays kept");
    let booked = test.sandbox.report().entries.pop().expect("it was taken");
    let admin = test.person("admin").await;
    let sheet = overview::order(&admin, id).await.expect("its sheet");
    let evidence = sheet.awaited.expect("a person is asked").detail;
    assert_eq!(evidence, format!("mismatch: reported EUR 99.99 as {}", booked.pnref));
    assert_eq!(overview::dashboard(&admin).await.expect("the dashboard").need_person, 1);
    assert_eq!(told(&test, &order).await, ["payment_needs_person"]);
    let (recipient,): (String,) = read_tx!(test.app.db, |tx| -> Result<_, Failure> {
        Ok(tx.sql("SELECT recipient FROM message WHERE order_id = $1").bind(id).one().await?)
    })
    .expect("the message reads");
    assert_eq!(Some(recipient), admin.site().support_email);
    // The processor's own books are right, and say so when asked: then nobody needs to decide any more.
    test.run_jobs().await;
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    assert_eq!(overview::dashboard(&admin).await.expect("the dashboard").need_person, 0);
    test.verify().await;
});

on_both!(what_stays_contradictory_waits_for_a_person_and_is_told_once, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await.expect("a seat");
    let order = test.order(&link).await;
    // Never booked, and answered with a code of no table: an inquiry finds nothing, which undoes no contradiction.
    test.sandbox.script(Fault::new(FaultKind::Decline { result: 7777 }, 1).on("S"));
    assert_eq!(pay(&ctx, order.id, card("1", 1, GOOD)).await.expect("not paid"), PayAnswer::Checking);
    let tried = read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(attempt::of_order(tx, order.id).await?) }).expect("attempts read");
    assert_eq!(tried[0].detail.as_deref(), Some("unlisted_code 7777"));
    for seconds in [0, 60, 300, 900, 3_600, 7_200] {
        test.app.clock.advance_seconds(seconds);
        settle::record(
            &test.app,
            tried[0].id,
            Finding::of_inquiry(lectern::server::payments::Outcome::Done(lectern::server::payments::Standing::NotFound), false),
        )
        .await
        .expect("recorded");
    }
    assert!(matches!(test.order(&link).await.state, OrderState::Paying { .. }));
    assert_eq!(told(&test, &order).await, ["payment_needs_person"]);
    let wrong = Finding::Captured(Captured {
        reference: ProcessorRef::parse("V00000000001").expect("a reference"),
        amount: Money::from_minor(1, Currency::EUR),
        card: None,
    });
    settle::record(&test.app, tried[0].id, wrong).await.expect("recorded");
    let after = read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(attempt::get(tx, tried[0].id).await?) }).expect("it reads");
    assert_eq!(after.detail.as_deref(), Some("unlisted_code 7777"), "the first evidence stays");
    assert!(matches!(test.order(&link).await.state, OrderState::Paying { .. }), "another amount pays nothing");
    test.verify().await;
});
