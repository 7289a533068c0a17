//! Credit and debit cards as switches of a site: refused before money moves where the kind is known then, sent back at once where it
//! is known only afterwards. On both engines, over the simulators' wires; each test ends with `verify`, their books included.

use lectern::api::checkout::OrderLook;
use lectern::domain::{
    card::{Brand, Funding},
    card_kinds::CardKinds,
    form::{Problem, Refusal},
    order::OrderState,
    payment::{AttemptState, DeclineClass},
};
use lectern::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        approval, checkout, overview,
        pay::{PayAnswer, pay},
        register::{RegisterForm, register},
        settings::{self, SettingsForm},
    },
    payments::ProcessorKind,
    sandbox::faults::{Fault, FaultKind},
    store::{
        attempt::{self, Attempt},
        db::StoreError,
        order::Order,
        site,
    },
};
use lectern::{read_tx, write_tx};

use crate::harness::{TestApp, TestDb, card};
use crate::harness_server::{Browser, TestServer};

const GOOD: &str = "4111111111111111";
/// Looks like Visa; the gateway tells that it is Maestro.
const DEBIT: &str = "4000056655665556";
const MAESTRO: &str = "5063516945005047";

/// The site takes `kinds` from now on, as its administrator chose.
async fn take(test: &TestApp, kinds: CardKinds) {
    let changed = write_tx!(test.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql("UPDATE site SET card_kinds = $1 WHERE host = 'acme.localhost'").bind(kinds.code()).execute().await
    });
    assert_eq!(changed.expect("switched"), 1);
}

async fn demo(db: &TestDb, kinds: CardKinds) -> (TestApp, Ctx) {
    let test = TestApp::demo(db).await;
    take(&test, kinds).await;
    let ctx = test.visitor().await;
    (test, ctx)
}

async fn held(test: &TestApp, ctx: &Ctx, email: &str) -> Order {
    let form = RegisterForm { name: "Ana Pop".into(), email: email.into(), ..RegisterForm::default() };
    test.order(&register(ctx, "negotiation-skills", &form, None).await.expect("a seat")).await
}

async fn last_attempt(test: &TestApp, order: &Order) -> Attempt {
    let all = read_tx!(test.app.db, |tx| -> Result<Vec<Attempt>, Failure> { Ok(attempt::of_order(tx, order.id).await?) });
    all.expect("attempts read").into_iter().next().expect("an attempt")
}

/// Kinds of the messages about an order, in order.
async fn told(test: &TestApp, order: &Order) -> Vec<String> {
    const KINDS: &str = "SELECT kind FROM message WHERE order_id = $1 ORDER BY created_at, id";
    let rows: Result<Vec<(String,)>, Failure> =
        read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(tx.sql(KINDS).bind(order.id).all().await?) });
    rows.expect("messages read").into_iter().map(|(kind,)| kind).collect()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn kept(test: &TestApp) -> i64 {
    let report = test.sandbox.report();
    report.totals.iter().map(|total| total.captured_minor - total.refunded_minor).sum()
}

on_both!(a_card_known_to_be_debit_only_afterwards_gets_its_money_back_at_once, |db| async {
    let (test, ctx) = demo(&db, CardKinds::Credit).await;
    let order = held(&test, &ctx, "ana@example.com").await;
    let refused = refusal(pay(&ctx, order.id, card("1", 1, DEBIT)).await);
    assert_eq!(refused, Refusal::CardReturned { funding: Funding::Debit, amount: order.total });
    assert_eq!(refused.status(), 402);
    let tried = last_attempt(&test, &order).await;
    assert_eq!((tried.state, tried.funding, tried.brand.as_deref()), (AttemptState::Captured, Some(Funding::Debit), Some("Maestro")));
    let after = test.order(&order.link).await;
    assert!(matches!(after.state, OrderState::Held { .. }), "{:?}", after.state);
    assert_eq!(told(&test, &order).await, ["money_card_kind"]);
    // The page says what happened to the money, and not that nothing was charged.
    let page = checkout::order_details(&ctx, &order.link).await.expect("the order's page");
    let returned = page.returned.expect("it tells of the money");
    assert_eq!((returned.funding, returned.amount, page.decline, page.state), (Funding::Debit, order.total, None, OrderLook::Failed));
    // Pressing again with the same form moves nothing and says the same.
    assert_eq!(refusal(pay(&ctx, order.id, card("1", 1, DEBIT)).await), refused);
    test.run_jobs().await;
    assert_eq!(kept(&test), 0, "the simulator gave it back");
    assert_eq!(told(&test, &order).await, ["money_card_kind", "money_returned"]);
    // Another card pays.
    assert_eq!(pay(&ctx, order.id, card("2", 1, GOOD)).await.expect("paid"), PayAnswer::Paid);
    assert!(matches!(test.order(&order.link).await.state, OrderState::Paid { .. }));
    assert_eq!(checkout::order_details(&ctx, &order.link).await.expect("the page").returned, None);
    test.run_jobs().await;
    assert_eq!(kept(&test), 10_000);
    test.verify().await;
});

on_both!(each_refused_card_gets_its_own_money_back, |db| async {
    let (test, ctx) = demo(&db, CardKinds::Credit).await;
    let order = held(&test, &ctx, "ana@example.com").await;
    for key in ["1", "2"] {
        assert!(matches!(refusal(pay(&ctx, order.id, card(key, 1, DEBIT)).await), Refusal::CardReturned { .. }));
    }
    assert_eq!(told(&test, &order).await, ["money_card_kind", "money_card_kind"], "once for each payment");
    test.run_jobs().await;
    assert_eq!(kept(&test), 0);
    test.verify().await;
});

on_both!(a_refused_card_found_out_by_an_inquiry_is_no_payment_either, |db| async {
    let (test, ctx) = demo(&db, CardKinds::Credit).await;
    let order = held(&test, &ctx, "ana@example.com").await;
    // Booked, and every answer is lost: only the inquiry tells the card.
    test.sandbox.script(Fault::new(FaultKind::ResetAfter, 3).on("S"));
    assert_eq!(pay(&ctx, order.id, card("1", 1, DEBIT)).await.expect("in doubt"), PayAnswer::Checking);
    test.run_jobs().await;
    assert!(matches!(test.order(&order.link).await.state, OrderState::Held { .. }));
    assert_eq!(kept(&test), 0);
    test.verify().await;
});

on_both!(what_counts_is_what_was_taken_when_the_payment_was_asked_for, |db| async {
    let (test, ctx) = demo(&db, CardKinds::All).await;
    let order = held(&test, &ctx, "ana@example.com").await;
    test.sandbox.script(Fault::new(FaultKind::ResetAfter, 3).on("S"));
    assert_eq!(pay(&ctx, order.id, card("1", 1, DEBIT)).await.expect("in doubt"), PayAnswer::Checking);
    take(&test, CardKinds::Credit).await;
    test.run_jobs().await;
    assert!(matches!(test.order(&order.link).await.state, OrderState::Paid { .. }), "it was promised to be taken");
    test.verify().await;
});

on_both!(each_processor_names_its_brands_and_an_unsupported_one_is_refused_by_them, |db| async {
    let (test, ctx) = demo(&db, CardKinds::Credit).await;
    let order = held(&test, &ctx, "ana@example.com").await;
    let methods = checkout::methods_of(&ctx, &order).await.expect("methods");
    let cards = &methods[0].cards;
    assert_eq!((cards.brands.as_slice(), cards.kinds), (ProcessorKind::Payflow.brands(), CardKinds::Credit));
    let known = Problem::CardBrandNotAccepted { brand: Some(Brand::Jcb), taken: cards.brands.clone() };
    assert_eq!(cards.check("3530111333300000"), Err(known));
    assert!(!ProcessorKind::WppUk.brands().contains(&Brand::Amex), "not carried in the United Kingdom");
    assert!(cards.check(MAESTRO).is_err());
    test.verify().await;
});

async fn form_of(admin: &Ctx) -> SettingsForm {
    let sheet = settings::views::settings(admin).await.expect("the settings");
    SettingsForm {
        name: sheet.name,
        seller: sheet.seller,
        support_email: sheet.support_email,
        currency: "EUR".into(),
        merchant_country: sheet.merchant_country,
        tax_mode: "none".into(),
        fee_max: "5000".into(),
        refund_policy: sheet.refund_policy,
        hold_minutes: sheet.hold_minutes.to_string(),
        version: sheet.version.to_string(),
        ..SettingsForm::default()
    }
}

on_both!(an_administrator_switches_kinds_and_one_stays_on, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let kinds = || async {
        let site = read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(site::get(tx, admin.site().id).await?) });
        site.expect("the site reads").card_kinds
    };
    let asks = |form: SettingsForm, credit: &str, debit: &str| SettingsForm {
        asks_card_kinds: "1".into(),
        accept_credit: credit.into(),
        accept_debit: debit.into(),
        ..form
    };
    settings::save(&admin, &asks(form_of(&admin).await, "1", "")).await.expect("saved");
    assert_eq!(kinds().await, CardKinds::Credit);
    match settings::save(&admin, &asks(form_of(&admin).await, "", "")).await {
        Err(Failure::Fields(errors)) => assert_eq!(errors.of("accept_credit"), Some(&Problem::NoCardKindLeft)),
        other => panic!("expected a problem, got {other:?}"),
    }
    // A form that did not ask leaves it as it is.
    settings::save(&admin, &form_of(&admin).await).await.expect("saved");
    assert_eq!(kinds().await, CardKinds::Credit);
    settings::save(&admin, &asks(form_of(&admin).await, "", "1")).await.expect("saved");
    assert_eq!(kinds().await, CardKinds::Debit);
    let trail = overview::trail(&admin, None).await.expect("the trail").lines;
    assert!(trail.iter().any(|line| line.action == "site.changed" && line.after.as_deref().is_some_and(|a| a.contains("cards debit"))));
    test.verify().await;
});

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap_or_else(|| panic!("no {from} in {text}"))
}

fn apart(url: &str) -> (std::net::SocketAddr, String) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is not absolute"));
    let at = rest.find('/').unwrap_or(rest.len());
    (rest[..at].parse().expect("an address of this machine"), rest[at..].to_owned())
}

on_both!(at_stripe_a_debit_card_is_released_before_its_money_is_taken, |db| async {
    let server = TestServer::start(&db).await;
    let switched = write_tx!(server.app.db, |tx| -> Result<(), StoreError> {
        tx.sql("UPDATE processor_config SET enabled = (kind = 'stripe')").execute().await?;
        tx.sql("UPDATE site SET card_kinds = 'credit' WHERE host = 'acme.localhost'").execute().await?;
        Ok(())
    });
    switched.expect("switched");
    server.sandbox.script(Fault::new(FaultKind::Never, 9).on("notice"));
    let mut buyer = server.browser();
    let reply = buyer.post("/s/negotiation-skills/register", &[("name", "Ana"), ("email", "ana@example.com")]).await;
    let order = reply.header("location").and_then(|to| to.strip_prefix("/checkout/")).expect("the checkout").to_owned();
    for (card, state) in [("pm_card_mastercard_prepaid", "failed"), ("pm_card_visa", "paid")] {
        let form = buyer.get(&format!("/checkout/{order}")).await.body;
        assert!(form.contains("Credit cards only.") && form.contains("Diners Club"), "the page says which cards are taken: {form}");
        let key = between(between(&form, "name=\"attempt_key\"", ">"), "value=\"", "\"").to_owned();
        let fields = [("method", "card"), ("accept_terms", "1"), ("attempt_key", &key), ("quote_version", "1")];
        let page = buyer.post(&format!("/checkout/{order}/pay"), &fields).await.header("location").expect("Stripe's page").to_owned();
        let (addr, path) = apart(&page);
        let back = Browser { addr, cookies: Default::default() }.post(&path, &[("action", "pay"), ("card", card)]).await;
        let (_, back) = apart(back.header("location").expect("it leads back"));
        buyer.get(&back).await;
        let own = buyer.get(&format!("/order/{order}")).await.body;
        assert!(own.contains(&format!("data-state=\"{state}\"")), "{card}: {own}");
        assert_eq!(own.contains("Debit and prepaid cards are not accepted here."), state == "failed");
    }
    let taken: Vec<i64> = server
        .sandbox
        .report()
        .entries
        .iter()
        .filter(|e| e.processor == "stripe" && e.state == "captured")
        .map(|e| e.amount_minor)
        .collect();
    assert_eq!(taken, [10_000], "nothing moved of the prepaid card");
    let url = server.app.config.sandbox_url();
    for check in lectern::server::verify::run(&server.app, url.as_deref()).await.expect("verify runs") {
        assert_eq!(check.violations, 0, "{} {}: {:?}", check.code, check.claim, check.named);
    }
    server.stopped().await;
});

on_both!(the_form_refuses_an_unsupported_brand_at_its_field_and_tells_of_money_on_its_way_back, |db| async {
    let server = TestServer::start(&db).await;
    let switched = write_tx!(server.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql("UPDATE site SET card_kinds = 'credit' WHERE host = 'acme.localhost'").execute().await
    });
    switched.expect("switched");
    let mut buyer = server.browser();
    let reply = buyer.post("/s/negotiation-skills/register", &[("name", "Ana"), ("email", "ana@example.com")]).await;
    let order = reply.header("location").and_then(|to| to.strip_prefix("/checkout/")).expect("the checkout").to_owned();
    for (number, status, words) in [
        ("3530 1113 3330 0000", 422, "JCB is not accepted here. Please use another card: Visa, Mastercard, American Express, Discover."),
        ("4000 0566 5566 5556", 402, "is on its way back to the card. Nothing else will be charged."),
    ] {
        let form = buyer.get(&format!("/checkout/{order}")).await.body;
        let key = between(between(&form, "name=\"attempt_key\"", ">"), "value=\"", "\"").to_owned();
        let fields = [
            ("method", "card"),
            ("accept_terms", "1"),
            ("attempt_key", &key),
            ("quote_version", "1"),
            ("card_number", number),
            ("card_expiry", "12 / 30"),
            ("card_csc", "123"),
            ("card_name", "Ana Pop"),
            ("billing_line1", "1 Elm"),
            ("billing_city", "Cluj"),
            ("billing_postcode", "400001"),
            ("billing_country", "RO"),
        ];
        let answer = buyer.post(&format!("/checkout/{order}/pay"), &fields).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let own = buyer.get(&format!("/order/{order}")).await.body;
    assert!(own.contains("data-field=\"returned\"") && !own.contains("Nothing was charged"), "{own}");
    assert_eq!(DeclineClass::from_code("debit_card"), Some(DeclineClass::DebitCard));
    server.stopped().await;
});

on_both!(a_stripe_payment_released_for_its_kind_stays_declined_when_the_answer_was_lost, |db| async {
    let test = TestApp::demo(&db).await;
    take(&test, CardKinds::Credit).await;
    let switched = write_tx!(test.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql("UPDATE processor_config SET enabled = (kind = 'stripe')").execute().await
    });
    switched.expect("switched");
    let ctx = test.visitor().await;
    let order = held(&test, &ctx, "ana@example.com").await;
    let ask = lectern::server::flows::pay::PayAsk { card: None, ..card("1", 1, GOOD) };
    let PayAnswer::GoTo(page) = pay(&ctx, order.id, ask).await.expect("started") else { panic!("a page") };
    let (addr, path) = apart(&page);
    Browser { addr, cookies: Default::default() }.post(&path, &[("action", "pay"), ("card", "pm_card_visa_debit")]).await;
    // Every answer to the release is lost, resends too: then it was released, and the buyer is told why.
    test.sandbox.script(Fault::new(FaultKind::ResetAfter, 3).on("stripe.cancel"));
    let id = last_attempt(&test, &order).await.id;
    assert_eq!(approval::resume(&test.app, id).await.expect("in doubt"), PayAnswer::Checking, "and not sent to pay again");
    assert_eq!(refusal(approval::resume(&test.app, id).await), Refusal::Declined(DeclineClass::DebitCard));
    assert_eq!(kept(&test), 0);
    test.run_jobs().await;
    test.verify().await;
});
