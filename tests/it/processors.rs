//! Setting processors up: each rule of saving, testing, offering, ordering and removing; and a person's word about a payment.

use std::collections::BTreeMap;
use std::sync::Arc;

use lectern::api::admin::{CardPlace, ProcessorCard, RuledOut};
use lectern::domain::{
    form::{Problem, Refusal},
    ids::{AttemptId, OrderId},
    money::Currency,
    order::OrderState,
    payment::{AttemptState, Method},
};
use lectern::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        notices, offline, overview,
        pay::{PayAnswer, PayAsk, pay},
        processors::{self, Direction, ProcessorForm},
        register::{RegisterForm, register},
        settle,
    },
    payments::{ConnectionProblem, ProcessorKind, ask::Billing},
    store::{
        attempt,
        attempt::Attempt,
        db::{Db, StoreError},
        processor_config::{self, StoredConfig},
    },
};
use lectern::{read_tx, write_tx};

use crate::harness::{TestApp, TestDb, card};

const PAYFLOW: ProcessorKind = ProcessorKind::Payflow;
const OFFLINE: ProcessorKind = ProcessorKind::Offline;

fn form(mode: &str, version: &str, values: &[(&str, &str)]) -> ProcessorForm {
    let values: BTreeMap<String, String> = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    ProcessorForm { mode: mode.into(), version: version.into(), values }
}

/// Payflow's account at the simulator, with more fields or others.
fn payflow(mode: &str, version: &str, more: &[(&str, &str)]) -> ProcessorForm {
    form(mode, version, &[&[("partner", "PayPal"), ("vendor", "lectern-demo"), ("password", "Simulator-2026")], more].concat())
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn problems<T: std::fmt::Debug>(result: Result<T, Failure>) -> Vec<(String, Problem)> {
    match result {
        Err(Failure::Fields(errors)) => errors.0.into_iter().map(|e| (e.field, e.problem)).collect(),
        other => panic!("expected problems of fields, got {other:?}"),
    }
}

fn missing(steps: &[&str]) -> Refusal {
    Refusal::SetupIncomplete { missing: steps.iter().map(|step| (*step).to_owned()).collect() }
}

async fn stored(ctx: &Ctx, kind: ProcessorKind, mode: &str) -> StoredConfig {
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        Ok(processor_config::find_even_removed(tx, ctx.site().id, kind.code(), mode).await?)
    });
    found.expect("configurations read").unwrap_or_else(|| panic!("{} {mode} is stored", kind.code()))
}

async fn cards(ctx: &Ctx, mode: &str) -> Vec<ProcessorCard> {
    let sheet = processors::views::sheet(ctx).await.expect("the sheet");
    sheet.cards.into_iter().filter(|card| card.mode == mode).collect()
}

async fn card_of(ctx: &Ctx, kind: ProcessorKind, mode: &str) -> ProcessorCard {
    cards(ctx, mode).await.into_iter().find(|card| card.kind == kind.code()).expect("every kind has a card")
}

/// What the trail says of processors and payments: action, before, after.
async fn trail(db: &Db) -> Vec<(String, String, String)> {
    const LINES: &str = "SELECT action, COALESCE(before, ''), COALESCE(after, '') FROM audit ORDER BY at, id";
    let lines: Vec<(String, String, String)> =
        read_tx!(db, |tx| -> Result<_, Failure> { Ok(tx.sql(LINES).all().await?) }).expect("the trail reads");
    lines.into_iter().filter(|(action, _, _)| action.starts_with("processor.") || action.starts_with("payment.")).collect()
}

/// The demo as it is with cards and transfers only, so that a test says what else there is.
async fn demo(db: &TestDb) -> (TestApp, Ctx) {
    let test = TestApp::demo(db).await;
    let removed = write_tx!(test.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql("DELETE FROM processor_config WHERE kind IN ('orders', 'stripe') AND site_id IN (SELECT id FROM site WHERE is_default)")
            .execute()
            .await
    });
    assert_eq!(removed.expect("removed"), 2);
    let admin = test.person("admin").await;
    (test, admin)
}

on_both!(the_demo_offers_cards_a_wallet_and_transfers, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let all = cards(&admin, "test").await;
    let offered: Vec<(&str, Method)> =
        all.iter().filter(|c| c.enabled && c.test_ok == Some(true)).map(|c| (c.kind.as_str(), c.method)).collect();
    assert_eq!(offered, [("payflow", Method::Card), ("orders", Method::Paypal), ("offline", Method::Offline)]);
    assert_eq!(all[0].cards, CardPlace::Ours { accepted: true });
    assert_eq!(all[2].fields.iter().find(|field| field.name == "days").map(|field| field.value.as_str()), Some("14"));
    assert!(all[2].fields.iter().any(|field| field.name == "instructions" && field.value.contains("IBAN")));
    assert!(cards(&admin, "live").await.iter().all(|card| !card.configured), "live is a row of its own");
    test.verify().await;
});

on_both!(a_form_is_read_by_its_kinds_table_and_told_every_problem, |db| async {
    let (_test, admin) = demo(&db).await;
    let bad = form("live", "", &[("partner", "a\"b"), ("password", "short")]);
    assert_eq!(
        problems(processors::save(&admin, PAYFLOW, &bad).await),
        [
            ("partner".to_owned(), Problem::NotForThisProcessor),
            ("vendor".to_owned(), Problem::Required),
            ("password".to_owned(), Problem::TooShort { min: 6 })
        ]
    );
    let bad = form("live", "", &[("days", "61")]);
    assert_eq!(
        problems(processors::save(&admin, OFFLINE, &bad).await),
        [("instructions".to_owned(), Problem::Required), ("days".to_owned(), Problem::OutOfRange { min: 1, max: 60 })]
    );
    assert_eq!(problems(processors::save(&admin, OFFLINE, &form("real", "", &[])).await), [("mode".to_owned(), Problem::NotAChoice)]);
    assert!(matches!(processors::save(&admin, ProcessorKind::None, &form("test", "", &[])).await, Err(Failure::NotFound)));
    // What was left empty is what the table says.
    processors::save(&admin, OFFLINE, &form("live", "", &[("instructions", "IBAN RO49\r\nȘtefan")])).await.expect("saved");
    processors::save(&admin, PAYFLOW, &payflow("live", "", &[])).await.expect("saved");
    assert_eq!(stored(&admin, OFFLINE, "live").await.settings, r#"{"days":14,"instructions":"IBAN RO49\nȘtefan"}"#);
    let settings: serde_json::Value = serde_json::from_str(&stored(&admin, PAYFLOW, "live").await.settings).expect("JSON");
    assert_eq!((settings["user"].as_str(), settings["base_url"].as_str()), (Some("lectern-demo"), None), "no address is stored");
    assert!(settings["currencies"].as_array().is_some_and(|all| all.len() == 6));
});

on_both!(test_mode_speaks_to_the_simulators_and_live_mode_never, |db| async {
    let (test, admin) = demo(&db).await;
    processors::save(&admin, PAYFLOW, &payflow("live", "", &[])).await.expect("saved");
    for (mode, expected) in [("test", format!("{}/payflow/", test.sandbox_url)), ("live", "https://payflowpro.paypal.com/".to_owned())] {
        let (_, config) = processors::open(&test.app, &stored(&admin, PAYFLOW, mode).await).expect("opens");
        assert_eq!(config.settings["base_url"].as_str(), Some(expected.as_str()));
        assert_eq!(card_of(&admin, PAYFLOW, mode).await.address, Some(expected));
    }
    let mut alone = test.app.config.clone();
    alone.sandbox = None;
    let hosts = processors::fields::PAYFLOW.hosts.expect("it is called somewhere");
    assert_eq!(hosts.address(&alone, processors::Mode::Test), "https://pilot-payflowpro.paypal.com/");
    assert_eq!(card_of(&admin, OFFLINE, "test").await.address, None);
    // Test stayed as it was.
    assert!(card_of(&admin, PAYFLOW, "test").await.enabled && !card_of(&admin, PAYFLOW, "live").await.enabled);
});

on_both!(card_numbers_through_this_server_must_be_answered_for, |db| async {
    let (_test, admin) = demo(&db).await;
    processors::save(&admin, PAYFLOW, &payflow("live", "", &[("card_entry", "here")])).await.expect("saved");
    assert_eq!(refusal(processors::offer(&admin, PAYFLOW, "live", true).await), missing(&["card_scope", "processor_test"]));
    assert_eq!(card_of(&admin, PAYFLOW, "live").await.cards, CardPlace::Ours { accepted: false });
    let version = stored(&admin, PAYFLOW, "live").await.version.to_string();
    processors::save(&admin, PAYFLOW, &payflow("live", &version, &[("accept_card_scope", "1")])).await.expect("accepted");
    assert_eq!(refusal(processors::offer(&admin, PAYFLOW, "live", true).await), missing(&["processor_test"]));
    // What was accepted stays so, and is in the trail.
    let version = stored(&admin, PAYFLOW, "live").await.version.to_string();
    processors::save(&admin, PAYFLOW, &payflow("live", &version, &[])).await.expect("saved");
    assert_eq!(card_of(&admin, PAYFLOW, "live").await.cards, CardPlace::Ours { accepted: true });
    assert!(
        trail(&db).await.iter().any(|(action, _, after)| action == "processor.saved" && after.contains("\"card_scope_accepted\":true"))
    );
    // Where no card numbers pass there is nothing to accept.
    processors::save(&admin, OFFLINE, &form("live", "", &[("instructions", "IBAN")])).await.expect("saved");
    assert_eq!(refusal(processors::offer(&admin, OFFLINE, "live", true).await), missing(&["processor_test"]));
    assert_eq!(processors::test(&admin, OFFLINE, "live").await.expect("tested"), Ok(()));
    processors::offer(&admin, OFFLINE, "live", true).await.expect("offered");
});

on_both!(cards_go_straight_to_the_gateway_unless_the_merchant_answers_for_them, |db| async {
    let (test, admin) = demo(&db).await;
    // New: the browser sends cards to the gateway, and there is nothing to accept.
    assert_eq!(card_of(&admin, PAYFLOW, "live").await.cards, CardPlace::Gateway { accepted: false });
    processors::save(&admin, PAYFLOW, &payflow("live", "", &[])).await.expect("saved");
    let live = stored(&admin, PAYFLOW, "live").await;
    assert!(live.settings.contains("\"card_entry\":\"gateway\"") && !live.settings.contains("card_scope_accepted"), "{}", live.settings);
    assert_eq!(refusal(processors::offer(&admin, PAYFLOW, "live", true).await), missing(&["processor_test"]));
    // The demo's was stored before there was a choice: it means what it meant, also when it is saved again without a word about it.
    let old = stored(&admin, PAYFLOW, "test").await;
    assert!(!old.settings.contains("card_entry"));
    assert_eq!(card_of(&admin, PAYFLOW, "test").await.cards, CardPlace::Ours { accepted: true });
    let entry = |card: lectern::api::admin::ProcessorCard| card.fields.iter().find(|f| f.name == "card_entry").map(|f| f.value.clone());
    assert_eq!(entry(card_of(&admin, PAYFLOW, "test").await).as_deref(), Some("here"));
    processors::save(&admin, PAYFLOW, &payflow("test", &old.version.to_string(), &[])).await.expect("saved");
    assert!(takes_cards_here(&test, "a@example.com").await);
    let version = stored(&admin, PAYFLOW, "test").await.version.to_string();
    processors::save(&admin, PAYFLOW, &payflow("test", &version, &[("card_entry", "gateway")])).await.expect("saved");
    assert!(!takes_cards_here(&test, "b@example.com").await);
});

on_both!(what_is_offered_never_takes_cards_here_without_the_merchants_word, |db| async {
    let (_test, admin) = demo(&db).await;
    processors::remove(&admin, PAYFLOW, "test").await.expect("removed");
    processors::save(&admin, PAYFLOW, &payflow("test", "", &[])).await.expect("set up again");
    assert_eq!(processors::test(&admin, PAYFLOW, "test").await.expect("tested"), Ok(()));
    processors::offer(&admin, PAYFLOW, "test", true).await.expect("offered");
    let version = stored(&admin, PAYFLOW, "test").await.version.to_string();
    let here = payflow("test", &version, &[("card_entry", "here")]);
    assert_eq!(refusal(processors::save(&admin, PAYFLOW, &here).await), missing(&["card_scope"]));
    let accepted = payflow("test", &version, &[("card_entry", "here"), ("accept_card_scope", "1")]);
    processors::save(&admin, PAYFLOW, &accepted).await.expect("accepted");
    assert_eq!(card_of(&admin, PAYFLOW, "test").await.cards, CardPlace::Ours { accepted: true });
});

on_both!(what_cannot_serve_the_site_is_refused_with_the_reason, |db| async {
    let (_test, admin) = demo(&db).await;
    let mut abroad = admin.clone();
    Arc::make_mut(&mut abroad.caller.site).merchant_country = Some("GB".into());
    assert_eq!(card_of(&abroad, PAYFLOW, "live").await.ruled_out, Some(RuledOut::Country));
    assert_eq!(refusal(processors::save(&abroad, PAYFLOW, &payflow("live", "", &[])).await), Refusal::ProcessorNotAvailable);
    let mut lei = admin.clone();
    Arc::make_mut(&mut lei.caller.site).currency = Some(Currency::RON);
    assert_eq!(card_of(&lei, PAYFLOW, "live").await.ruled_out, Some(RuledOut::Currency(Currency::RON)));
    assert_eq!(
        refusal(processors::save(&lei, PAYFLOW, &payflow("live", "", &[])).await),
        Refusal::ProcessorNotForCurrency { currency: Currency::RON }
    );
    assert_eq!(card_of(&lei, OFFLINE, "live").await.ruled_out, None);
    // One that was set up before is not offered again, but can be paused.
    processors::offer(&abroad, PAYFLOW, "test", false).await.expect("paused");
    assert_eq!(refusal(processors::offer(&abroad, PAYFLOW, "test", true).await), Refusal::ProcessorNotAvailable);
    processors::offer(&admin, PAYFLOW, "test", true).await.expect("offered");
});

on_both!(the_first_of_the_list_is_asked_first, |db| async {
    let (test, admin) = demo(&db).await;
    let order = || async { cards(&admin, "test").await.into_iter().filter(|c| c.configured).map(|c| c.kind).collect::<Vec<_>>() };
    processors::reorder(&admin, PAYFLOW, "test", Direction::Up).await.expect("it is first already");
    assert_eq!(order().await, ["payflow", "offline"]);
    processors::reorder(&admin, OFFLINE, "test", Direction::Up).await.expect("moved");
    assert_eq!(order().await, ["offline", "payflow"]);
    let methods = checkout_methods(&test).await;
    assert_eq!(methods, [Method::Offline, Method::Card], "buyers see the same order");
    processors::reorder(&admin, OFFLINE, "test", Direction::Down).await.expect("moved back");
    assert_eq!(order().await, ["payflow", "offline"]);
    assert!(matches!(processors::reorder(&admin, OFFLINE, "live", Direction::Up).await, Err(Failure::NotFound)));
    let moves: Vec<String> =
        trail(&db).await.into_iter().filter(|(action, _, _)| action == "processor.ordered").map(|(_, _, after)| after).collect();
    assert_eq!(moves, ["offline, payflow", "payflow, offline"]);
});

/// A form's fields as typed.
type Values<'a> = &'a [(&'a str, &'a str)];

on_both!(each_kind_is_set_up_at_its_simulator, |db| async {
    let (test, admin) = demo(&db).await;
    let stripe = lectern::server::sandbox::stripe::DEMO;
    let kinds: [(ProcessorKind, Values, &str); 2] = [
        (ProcessorKind::Orders, &[("client_id", "lectern-demo"), ("client_secret", "Simulator-2026")], "/notify/orders/"),
        (ProcessorKind::Stripe, &[("secret_key", stripe.secret_key), ("webhook_secret", stripe.webhook_secret)], "/notify/stripe/"),
    ];
    for (kind, values, notices) in kinds {
        let before = card_of(&admin, kind, "test").await;
        assert!(!before.configured && before.ruled_out.is_none() && before.cards == CardPlace::Theirs, "{}", before.name);
        let address = before.notice_url.expect("an address to copy");
        assert_eq!(address, format!("{}{notices}{}", test.app.config.base_url, admin.site().id));
        processors::save(&admin, kind, &form("test", "", values)).await.expect("saved");
        assert_eq!(processors::test(&admin, kind, "test").await.expect("tested"), Ok(()), "{}", kind.code());
        processors::offer(&admin, kind, "test", true).await.expect("offered");
        let hidden = serde_json::to_string(&processors::views::sheet(&admin).await.expect("shown")).expect("JSON");
        for setting in card_of(&admin, kind, "test").await.fields.iter().filter(|field| !field.hint.is_empty()) {
            let (_, secret) = values.iter().find(|(name, _)| *name == setting.name).expect("it was typed");
            assert!(setting.value.is_empty() && setting.hint.ends_with(&secret[secret.len() - 4..]) && !hidden.contains(secret));
        }
    }
    // A key that moves real money is no test key.
    let live = form("live", "", &[("secret_key", stripe.secret_key), ("webhook_secret", stripe.webhook_secret)]);
    assert_eq!(
        problems(processors::save(&admin, ProcessorKind::Stripe, &live).await),
        [("secret_key".to_owned(), Problem::NotAKeyOfThisMode)]
    );
    // Of two that take cards the first is asked.
    assert!(takes_cards_here(&test, "a@example.com").await);
    for _ in 0..3 {
        processors::reorder(&admin, ProcessorKind::Stripe, "test", Direction::Up).await.expect("moved");
    }
    assert!(!takes_cards_here(&test, "b@example.com").await, "on Stripe's page now");
    processors::offer(&admin, ProcessorKind::Stripe, "test", false).await.expect("paused");
    assert!(takes_cards_here(&test, "c@example.com").await);
});

async fn takes_cards_here(test: &TestApp, email: &str) -> bool {
    let ctx = test.visitor().await;
    let order = test.order(&place(&ctx, email).await).await;
    let methods = lectern::server::flows::checkout::methods_of(&ctx, &order).await.expect("methods");
    methods.iter().find(|choice| choice.method == Method::Card).expect("cards are taken").card_here
}

async fn checkout_methods(test: &TestApp) -> Vec<Method> {
    let ctx = test.visitor().await;
    let link = place(&ctx, "methods@example.com").await;
    let order = test.order(&link).await;
    lectern::server::flows::checkout::methods_of(&ctx, &order).await.expect("methods").into_iter().map(|choice| choice.method).collect()
}

on_both!(a_removed_processor_is_gone_and_what_was_paid_with_it_is_not, |db| async {
    let (test, admin) = demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await;
    let id = test.order(&link).await.id;
    transfer(&ctx, id, "1").await;
    assert_eq!(refusal(processors::remove(&admin, OFFLINE, "test").await), Refusal::ProcessorInUse);
    offline::mark_paid(&admin, id, "OP-77").await.expect("paid");
    processors::remove(&admin, OFFLINE, "test").await.expect("removed");
    assert!(matches!(processors::remove(&admin, OFFLINE, "test").await, Err(Failure::NotFound)));
    assert!(!card_of(&admin, OFFLINE, "test").await.configured);
    assert_eq!(checkout_methods(&test).await, [Method::Card]);
    for gone in [
        processors::offer(&admin, OFFLINE, "test", true).await,
        processors::test(&admin, OFFLINE, "test").await.map(drop),
        processors::reorder(&admin, OFFLINE, "test", Direction::Up).await,
    ] {
        assert!(matches!(gone, Err(Failure::NotFound)), "{gone:?}");
    }
    // By its id it is what it was.
    let row = stored(&admin, OFFLINE, "test").await;
    let (kind, _) = processors::client(&test.app, &row).expect("a client for refunds");
    assert!(kind == OFFLINE && row.removed_at.is_some() && !row.enabled);
    overview::order(&admin, id).await.expect("history stays");
    // Set up again it is the same row, neither offered nor tested, last in order.
    let again = form("test", "", &[("instructions", "IBAN RO49"), ("days", "3")]);
    processors::save(&admin, OFFLINE, &again).await.expect("set up again");
    let now = stored(&admin, OFFLINE, "test").await;
    assert!(now.id == row.id && now.removed_at.is_none() && !now.enabled && now.test_ok.is_none());
    let actions: Vec<String> = trail(&db).await.into_iter().map(|(action, _, _)| action).collect();
    assert_eq!(actions.iter().filter(|action| *action == "processor.removed").count(), 1);
    test.verify().await;
});

on_both!(what_was_never_used_keeps_no_secrets_when_it_goes, |db| async {
    let (test, admin) = demo(&db).await;
    processors::save(&admin, PAYFLOW, &payflow("live", "", &[("accept_card_scope", "1")])).await.expect("saved");
    processors::remove(&admin, PAYFLOW, "live").await.expect("removed");
    let row = stored(&admin, PAYFLOW, "live").await;
    let (_, config) = processors::open(&test.app, &row).expect("still a row of ours");
    assert!(config.secrets.is_empty() && row.secret_hint == "{}");
    // Secrets and the acceptance are asked for anew.
    let without = form("live", "", &[("partner", "PayPal"), ("vendor", "shop")]);
    assert_eq!(problems(processors::save(&admin, PAYFLOW, &without).await), [("password".to_owned(), Problem::Required)]);
    processors::save(&admin, PAYFLOW, &payflow("live", "", &[])).await.expect("saved");
    assert_eq!(card_of(&admin, PAYFLOW, "live").await.cards, CardPlace::Gateway { accepted: false });
});

on_both!(a_changed_processor_must_be_tested_again_and_an_old_page_changes_nothing, |db| async {
    let (test, admin) = demo(&db).await;
    let before = stored(&admin, PAYFLOW, "test").await;
    processors::save(&admin, PAYFLOW, &payflow("test", &before.version.to_string(), &[("password", "Wrong-Password-77")]))
        .await
        .expect("saved");
    assert_eq!(card_of(&admin, PAYFLOW, "test").await.test_ok, None);
    assert_eq!(processors::test(&admin, PAYFLOW, "test").await.expect("tested"), Err(ConnectionProblem::Credentials));
    for stale in ["", "1", "nonsense"] {
        assert_eq!(refusal(processors::save(&admin, PAYFLOW, &payflow("test", stale, &[])).await), Refusal::Stale, "{stale}");
    }
    for name in ["manager", "division", "host"] {
        let other = test.person(name).await;
        assert_eq!(refusal(processors::remove(&other, PAYFLOW, "test").await), Refusal::NotAllowed, "{name}");
        assert_eq!(refusal(processors::reorder(&other, PAYFLOW, "test", Direction::Up).await), Refusal::NotAllowed, "{name}");
    }
    let said = trail(&db).await;
    assert!(said.iter().all(|(_, before, after)| !before.contains("Wrong-Password") && !after.contains("Wrong-Password")));
    assert!(said.iter().any(|(_, _, after)| after.ends_with("(new secret)")));
});

on_both!(a_key_that_changed_asks_for_the_secrets_again, |db| async {
    let (test, admin) = demo(&db).await;
    let row = stored(&admin, PAYFLOW, "test").await;
    write_tx!(db, |tx| -> Result<(), Failure> {
        tx.sql("UPDATE processor_config SET secrets = $2 WHERE id = $1").bind(row.id).bind(b"not ours".to_vec()).execute().await?;
        Ok(())
    })
    .expect("tampered with");
    assert!(processors::open(&test.app, &stored(&admin, PAYFLOW, "test").await).is_err());
    let version = row.version.to_string();
    let without = form("test", &version, &[("partner", "PayPal"), ("vendor", "lectern-demo")]);
    assert_eq!(problems(processors::save(&admin, PAYFLOW, &without).await), [("password".to_owned(), Problem::Required)]);
    processors::save(&admin, PAYFLOW, &payflow("test", &version, &[])).await.expect("typed anew");
    assert_eq!(processors::test(&admin, PAYFLOW, "test").await.expect("tested"), Ok(()));
});

async fn place(ctx: &Ctx, email: &str) -> String {
    let form = RegisterForm { name: "Ana Pop".into(), email: email.into(), ..RegisterForm::default() };
    register(ctx, "negotiation-skills", &form, None).await.expect("a seat")
}

/// Chooses to pay by transfer.
async fn transfer(ctx: &Ctx, order: OrderId, key: &str) {
    let ask = PayAsk {
        attempt_key: format!("test-key-{key:0>16}"),
        quote_version: 1,
        method: Method::Offline,
        card: None,
        billing: Billing::default(),
    };
    assert_eq!(pay(ctx, order, ask).await.expect("a transfer is awaited"), PayAnswer::Checking);
}

async fn attempt_of(test: &TestApp, link: &str) -> Attempt {
    let id: AttemptId = match test.order(link).await.state {
        OrderState::Paying { attempt } => attempt,
        other => panic!("nothing is asked: {other:?}"),
    };
    read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(attempt::get(tx, id).await?) }).expect("the attempt reads")
}

on_both!(a_transfer_is_paid_when_an_administrator_says_so, |db| async {
    let (test, admin) = demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await;
    let id = test.order(&link).await.id;
    assert!(overview::order(&admin, id).await.expect("a sheet").awaited.is_none(), "nothing is awaited yet");
    assert_eq!(refusal(offline::mark_paid(&admin, id, "OP-1").await), Refusal::Stale);
    transfer(&ctx, id, "1").await;
    let awaited = overview::order(&admin, id).await.expect("a sheet").awaited.expect("a transfer");
    assert!(awaited.transfer && awaited.amount.minor() == 10_000 && awaited.until.is_some());
    let waits = overview::dashboard(&admin).await.expect("a dashboard").attention;
    assert!(waits.iter().any(|w| matches!(w, lectern::api::admin::Attention::Undecided { order, transfer: true, .. } if *order == id)));
    for (typed, problem) in [
        ("", Problem::Required),
        (" ", Problem::Required),
        ("- / -", Problem::NotForThisProcessor),
        (&"x".repeat(41), Problem::TooLong { max: 40 }),
    ] {
        assert_eq!(problems(offline::mark_paid(&admin, id, typed).await), [("reference".to_owned(), problem)], "{typed}");
    }
    for name in ["manager", "division", "host"] {
        let other = test.person(name).await;
        assert_eq!(refusal(offline::mark_paid(&other, id, "OP-1").await), Refusal::NotAllowed, "{name}");
        assert_eq!(refusal(offline::mark_unpaid(&other, id).await), Refusal::NotAllowed, "{name}");
    }
    assert!(matches!(offline::mark_paid(&ctx, id, "OP-1").await, Err(Failure::SignInRequired)));
    let our_ref = attempt_of(&test, &link).await.our_ref;
    offline::mark_paid(&admin, id, " OP 2026/11-7 ").await.expect("paid");
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    assert_eq!(refusal(offline::mark_paid(&admin, id, "OP-8").await), Refusal::AlreadyPaid);
    assert_eq!(refusal(offline::mark_unpaid(&admin, id).await), Refusal::AlreadyPaid);
    let (reference, amount): (String, i64) = read_tx!(db, |tx| -> Result<_, Failure> {
        Ok(tx.sql("SELECT reference, amount_minor FROM payment WHERE order_id = $1").bind(id).one().await?)
    })
    .expect("one payment");
    assert_eq!((reference, amount), (format!("{our_ref}:OP2026/11-7"), 10_000));
    let said = trail(&db).await;
    assert!(
        said.contains(&("payment.marked_paid".to_owned(), "unknown".to_owned(), format!("{our_ref} {our_ref}:OP2026/11-7"))),
        "{said:?}"
    );
    test.run_jobs().await;
    test.verify().await;
});

on_both!(a_transfer_that_will_not_come_gives_the_seat_back, |db| async {
    let (test, admin) = demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await;
    let id = test.order(&link).await.id;
    transfer(&ctx, id, "1").await;
    offline::mark_unpaid(&admin, id).await.expect("given up");
    assert!(matches!(test.order(&link).await.state, OrderState::Held { .. }));
    // The buyer may still pay otherwise, for a while.
    assert_eq!(pay(&ctx, id, card("2", 1, "4111111111111111")).await.expect("paid"), PayAnswer::Paid);
    assert!(trail(&db).await.iter().any(|(action, _, _)| action == "payment.marked_unpaid"));
    test.verify().await;
});

on_both!(another_sites_administrator_finds_no_such_order, |db| async {
    let (test, admin) = demo(&db).await;
    let ctx = test.visitor().await;
    let link = place(&ctx, "ana@example.com").await;
    let id = test.order(&link).await.id;
    transfer(&ctx, id, "1").await;
    let mut stranger = admin.clone();
    Arc::make_mut(&mut stranger.caller.site).id = test.app.clock.id();
    assert!(matches!(offline::mark_paid(&stranger, id, "OP-1").await, Err(Failure::NotFound)));
    assert!(matches!(offline::mark_unpaid(&stranger, id).await, Err(Failure::NotFound)));
    assert!(matches!(offline::mark_paid(&admin, OrderId(test.app.clock.id::<AttemptId>().0), "OP-1").await, Err(Failure::NotFound)));
    assert!(matches!(test.order(&link).await.state, OrderState::Paying { .. }));
});

on_both!(a_payment_that_nobody_could_settle_is_settled_by_a_person, |db| async {
    let (test, admin) = demo(&db).await;
    let ctx = test.visitor().await;
    // Booked, and the answer lost.
    let link = place(&ctx, "ana@example.com").await;
    let id = test.order(&link).await.id;
    assert_eq!(pay(&ctx, id, card("1", 1, "4000000000000119")).await.expect("in doubt"), PayAnswer::Checking);
    assert_eq!(refusal(offline::mark_paid(&admin, id, "V1").await), Refusal::PaymentInProgress, "its processor may still say so itself");
    let attempt = attempt_of(&test, &link).await;
    settle::give_to_person(&test.app, attempt.id).await.expect("given to a person");
    let awaited = overview::order(&admin, id).await.expect("a sheet").awaited.expect("a question");
    assert!(!awaited.transfer && awaited.processor == "payflow" && awaited.our_ref == attempt.our_ref);
    assert!(awaited.detail.contains("two hours") && awaited.detail.contains("lost"), "{}", awaited.detail);
    assert_eq!(problems(offline::mark_paid(&admin, id, "two words").await), [("reference".to_owned(), Problem::NotForThisProcessor)]);
    let booked = test.sandbox.report().entries.into_iter().find(|entry| entry.our_ref == attempt.our_ref).expect("the simulator booked it");
    offline::mark_paid(&admin, id, &booked.pnref).await.expect("paid");
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));

    // Never arrived.
    let other = place(&ctx, "dan@example.com").await;
    let other_id = test.order(&other).await.id;
    assert_eq!(pay(&ctx, other_id, card("2", 1, "4000000000000259")).await.expect("in doubt"), PayAnswer::Checking);
    let attempt = attempt_of(&test, &other).await;
    settle::give_to_person(&test.app, attempt.id).await.expect("given to a person");
    assert_eq!(
        problems(offline::mark_paid(&admin, other_id, &booked.pnref).await),
        [("reference".to_owned(), Problem::AlreadyExists)],
        "money counts once"
    );
    offline::mark_unpaid(&admin, other_id).await.expect("not paid");
    let settled = read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(attempt::get(tx, attempt.id).await?) }).expect("reads");
    assert_eq!(settled.state, AttemptState::NotSent);
    assert!(matches!(test.order(&other).await.state, OrderState::Held { .. }));
    test.run_jobs().await;
    test.verify().await;
});

on_both!(notices_of_a_removed_processor_are_still_taken, |db| async {
    let (test, admin) = demo(&db).await;
    let site = admin.site().id;
    let body = bytes::Bytes::from_static(b"x=1");
    let refused = notices::receive(&test.app, "offline", site, &axum::http::HeaderMap::new(), body.clone()).await.expect("stored");
    assert!(matches!(refused, notices::Taken::Refused(_)), "{refused:?}");
    processors::remove(&admin, OFFLINE, "test").await.expect("removed");
    let body = bytes::Bytes::from_static(b"x=2");
    assert!(notices::receive(&test.app, "offline", site, &axum::http::HeaderMap::new(), body).await.is_ok());
});
