//! A participant's purchase through the flows and the simulator's wire, on both engines. Every test ends with `verify`.

use lectern::api::checkout::AskedCode;
use lectern::domain::{
    form::{Problem, Refusal},
    order::OrderState,
    payment::DeclineClass,
    promo::PromoRefusal,
};
use lectern::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        orders,
        pay::{PayAnswer, pay},
        promo,
        register::{RegisterForm, register},
    },
    sandbox::faults::{Fault, FaultKind},
    store::db::{StoreError, write_tx},
};

use crate::harness::{TestApp, card};

const GOOD: &str = "4111111111111111";

async fn place(ctx: &Ctx, slug: &str, email: &str) -> Result<String, Failure> {
    let form = RegisterForm { name: "Ana Pop".into(), email: email.into(), ..RegisterForm::default() };
    register(ctx, slug, &form, None).await
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn promo_problem<T: std::fmt::Debug>(result: Result<T, Failure>) -> PromoRefusal {
    match result {
        Err(Failure::Fields(errors)) => match errors.of("promo_code") {
            Some(Problem::Promo(why)) => why.clone(),
            other => panic!("expected a promo problem, got {other:?}"),
        },
        other => panic!("expected field errors, got {other:?}"),
    }
}

on_both!(a_card_pays_for_a_seat, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let order = test.order(&link).await;
    assert_eq!(order.total.minor(), 10_000);
    assert_eq!(pay(&ctx, order.id, card("1", 1, GOOD)).await.expect("paid"), PayAnswer::Paid);
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    // The same key answers the same and moves nothing; another key finds it paid.
    assert_eq!(pay(&ctx, order.id, card("1", 1, GOOD)).await.expect("repeat"), PayAnswer::Paid);
    assert_eq!(refusal(pay(&ctx, order.id, card("2", 1, GOOD)).await), Refusal::AlreadyPaid);
    test.verify().await;
});

on_both!(a_code_changes_the_price_and_can_be_taken_off, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let quote = promo::apply(&ctx, &link, " train20 ").await.expect("applied");
    assert_eq!((quote.version, quote.price.discount.minor(), quote.price.total.minor()), (2, 2_000, 8_000));
    let fixed = promo::apply(&ctx, &link, "WELCOME15").await.expect("replaced");
    assert_eq!(fixed.price.total.minor(), 8_500);
    let full = promo::remove(&ctx, &link).await.expect("removed");
    assert_eq!(full.price.total.minor(), 10_000);
    // The price last shown is the one that is charged: an older quote is refused with both prices.
    let id = test.order(&link).await.id;
    assert!(
        matches!(refusal(pay(&ctx, id, card("1", 2, GOOD)).await), Refusal::PriceChanged { old, new } if old.minor() == 8_000 && new.minor() == 10_000)
    );
    assert_eq!(pay(&ctx, id, card("2", full.version, GOOD)).await.expect("paid"), PayAnswer::Paid);
    test.verify().await;
});

on_both!(each_refused_code_says_why, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    assert_eq!(promo_problem(promo::apply(&ctx, &link, "NOSUCHCODE").await), PromoRefusal::Unknown);
    assert_eq!(promo_problem(promo::apply(&ctx, &link, "x").await), PromoRefusal::Unknown);
    assert!(matches!(promo_problem(promo::apply(&ctx, &link, "EXPIRED10").await), PromoRefusal::Expired { .. }));
    promo::apply(&ctx, &link, "LASTONE").await.expect("its one use");
    let other = place(&ctx, "negotiation-skills", "dan@example.com").await.expect("a seat");
    assert_eq!(promo_problem(promo::apply(&ctx, &other, "LASTONE").await), PromoRefusal::UsedUp);
    // What a page says about a code in its address is the same, and takes nothing.
    let judged = |asked: Option<AskedCode>| asked.and_then(|asked| asked.problem);
    assert_eq!(judged(promo::judge(&ctx, &other, "LASTONE".into()).await.expect("judged")), Some(Problem::Promo(PromoRefusal::UsedUp)));
    assert_eq!(judged(promo::judge(&ctx, &other, "?".into()).await.expect("judged")), Some(Problem::Promo(PromoRefusal::Unknown)));
    let good = promo::judge(&ctx, &other, "TRAIN20".into()).await.expect("judged");
    assert_eq!(good, Some(AskedCode { code: "TRAIN20".into(), problem: None }));
    assert_eq!(promo::judge(&ctx, &link, "TRAIN20".into()).await.expect("judged"), None, "a code is on already");
    assert_eq!(promo::judge(&ctx, "no-such-order", "TRAIN20".into()).await.expect("judged"), None);
    // A use that is given back can be taken by another.
    promo::remove(&ctx, &link).await.expect("removed");
    promo::apply(&ctx, &other, "LASTONE").await.expect("the use came back");
    test.verify().await;
});

// Stored settings may come from a server whose simulators ran elsewhere.
on_both!(test_mode_pays_where_the_simulators_run_now, |db| async {
    let test = TestApp::demo(&db).await;
    let elsewhere = r#"{"base_url":"http://127.0.0.1:1/payflow/","partner":"PayPal","vendor":"lectern-demo","user":"lectern-demo"}"#;
    let changed = write_tx!(test.app.db, |tx| -> Result<u64, StoreError> {
        let sql = "UPDATE processor_config SET settings = $1 WHERE kind = 'payflow' AND site_id IN (SELECT id FROM site WHERE is_default)";
        tx.sql(sql).bind(elsewhere).execute().await
    });
    assert_eq!(changed.expect("stored"), 1);
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let order = test.order(&link).await;
    assert_eq!(pay(&ctx, order.id, card("1", 1, GOOD)).await.expect("paid"), PayAnswer::Paid);
    test.verify().await;
});

on_both!(a_whole_discount_and_a_free_session_ask_no_processor, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let before = test.sandbox.report();
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let quote = promo::apply(&ctx, &link, "FREEPASS").await.expect("applied");
    assert!(quote.price.total.is_zero());
    let id = test.order(&link).await.id;
    assert_eq!(pay(&ctx, id, card("1", quote.version, GOOD)).await.expect("done"), PayAnswer::Paid);
    let free = place(&ctx, "free-orientation", "ana@example.com").await.expect("a seat");
    let free_id = test.order(&free).await.id;
    assert_eq!(pay(&ctx, free_id, card("2", 1, GOOD)).await.expect("done"), PayAnswer::Paid);
    assert_eq!(serde_json::to_string(&before).ok(), serde_json::to_string(&test.sandbox.report()).ok());
    test.verify().await;
});

on_both!(a_decline_keeps_the_seat_and_says_why, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let id = test.order(&link).await.id;
    for (key, number, class) in [("1", "4000000000009995", DeclineClass::Funds), ("2", "4000000000004954", DeclineClass::FraudCheck)] {
        assert_eq!(refusal(pay(&ctx, id, card(key, 1, number)).await), Refusal::Declined(class));
        assert_eq!(refusal(pay(&ctx, id, card(key, 1, number)).await), Refusal::Declined(class), "a repeat answers the same");
    }
    assert!(matches!(test.order(&link).await.state, OrderState::Held { .. }));
    assert!(matches!(refusal(pay(&ctx, id, card("3", 1, "4000000000000002")).await), Refusal::Declined(_)));
    assert!(matches!(refusal(pay(&ctx, id, card("4", 1, GOOD)).await), Refusal::TooManyDeclines { wait_seconds: 900 }));
    test.app.clock.advance_seconds(901);
    assert_eq!(pay(&ctx, id, card("5", 1, GOOD)).await.expect("paid"), PayAnswer::Paid);
    test.verify().await;
});

on_both!(a_lost_answer_is_checked_and_found_paid_once, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let id = test.order(&link).await.id;
    assert_eq!(pay(&ctx, id, card("1", 1, "4000000000000119")).await.expect("in doubt"), PayAnswer::Checking);
    assert_eq!(refusal(pay(&ctx, id, card("2", 1, GOOD)).await), Refusal::PaymentInProgress);
    // Hours pass for the hold, not for money in question.
    test.run_jobs().await;
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    assert_eq!(pay(&ctx, id, card("1", 1, GOOD)).await.expect("repeat"), PayAnswer::Paid);
    test.verify().await;
});

on_both!(a_payment_that_never_arrived_frees_the_buyer_to_try_again, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let id = test.order(&link).await.id;
    assert_eq!(pay(&ctx, id, card("1", 1, "4000000000000259")).await.expect("in doubt"), PayAnswer::Checking);
    test.run_jobs().await;
    assert!(matches!(test.order(&link).await.state, OrderState::Paying { .. }), "not found yet is no proof");
    for _ in 0..4 {
        test.app.clock.advance_seconds(100);
        test.run_jobs().await;
    }
    assert!(matches!(test.order(&link).await.state, OrderState::Held { .. }));
    assert_eq!(pay(&ctx, id, card("2", 1, GOOD)).await.expect("paid"), PayAnswer::Paid);
    test.verify().await;
});

on_both!(a_processor_that_cannot_be_reached_charges_nothing, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let id = test.order(&link).await.id;
    assert_eq!(refusal(pay(&ctx, id, card("1", 1, "4000000000000341")).await), Refusal::ProcessorUnavailable);
    assert!(matches!(test.order(&link).await.state, OrderState::Held { .. }));
    test.verify().await;
});

on_both!(a_hold_ends_gives_everything_back_once_and_a_late_payment_is_refused, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "fifty-seats", "ana@example.com").await.expect("a seat");
    promo::apply(&ctx, &link, "LASTONE").await.expect("its one use");
    let until = orders::extend_hold(&ctx, &link).await.expect("one extension");
    assert_eq!(orders::extend_hold(&ctx, &link).await.expect("no second"), until);
    test.app.clock.advance_seconds(ctx.site().hold_seconds + 1);
    let id = test.order(&link).await.id;
    assert_eq!(refusal(pay(&ctx, id, card("1", 2, GOOD)).await), Refusal::HoldExpired);
    test.run_jobs().await;
    test.run_jobs().await;
    assert!(matches!(test.order(&link).await.state, OrderState::Expired { .. }));
    // The person may begin again, and the code's use is free again.
    let again = place(&ctx, "fifty-seats", "ana@example.com").await.expect("a seat again");
    promo::apply(&ctx, &again, "LASTONE").await.expect("the use came back");
    test.verify().await;
});

on_both!(one_person_takes_one_seat_and_only_their_browser_resumes_it, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "fifty-seats", "ana@example.com").await.expect("a seat");
    assert_eq!(refusal(place(&ctx, "fifty-seats", " ANA@example.com").await), Refusal::AlreadyRegistered);
    let form = RegisterForm { name: "Ana".into(), email: "ana@example.com".into(), ..RegisterForm::default() };
    assert_eq!(register(&ctx, "fifty-seats", &form, Some(&link)).await.expect("resumed"), link);
    orders::cancel(&ctx, &link).await.expect("given up");
    orders::cancel(&ctx, &link).await.expect("repeats safely");
    place(&ctx, "fifty-seats", "ana@example.com").await.expect("a new seat");
    test.verify().await;
});

on_both!(an_amount_that_differs_is_never_paid, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "negotiation-skills", "ana@example.com").await.expect("a seat");
    let id = test.order(&link).await.id;
    test.sandbox.script(Fault::new(FaultKind::WrongAmount, 9));
    assert_eq!(pay(&ctx, id, card("1", 1, GOOD)).await.expect("in doubt"), PayAnswer::Checking);
    assert!(matches!(test.order(&link).await.state, OrderState::Paying { .. }));
});
