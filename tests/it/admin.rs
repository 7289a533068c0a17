//! Who may switch what on, and what administrators can and cannot change.

use std::collections::BTreeMap;
use std::sync::Arc;

use lectern::domain::{
    feature::Feature,
    form::{Problem, Refusal},
    ids::{PromoId, SessionId, SiteId},
    promo::PromoStatus,
};
use lectern::read_tx;
use lectern::server::{
    ctx::{Ctx, Person},
    failure::Failure,
    flows::{
        overview,
        processors::{self, ProcessorForm},
        promo_admin::{self, Change, PromoForm},
        provision, room,
        settings::{self, SettingsForm},
    },
    payments::{ConnectionProblem, ProcessorKind},
    store::{db::Db, person, processor_config, session, settings as kept, site},
};

use crate::harness::TestApp;

/// The administrator of the site with nothing switched on.
async fn neighbour(test: &TestApp) -> Ctx {
    let mut ctx = test.visitor().await;
    let (site, admin) = read_tx!(test.app.db, |tx| -> Result<_, Failure> {
        Ok((site::find_by_host(tx, "atelier.localhost").await?, person::find_by_email(tx, "admin@atelier.test").await?))
    })
    .expect("the neighbour reads");
    let admin = admin.expect("the neighbour has an administrator");
    ctx.caller.site = site.expect("there is a neighbour").into();
    ctx.caller.person = Some(Person { id: admin.id, name: admin.name, email: admin.email, role: admin.role, division: None });
    ctx
}

/// The same person, who asks again: settings are read anew for each request.
async fn again(ctx: &Ctx) -> Ctx {
    let id = ctx.site().id;
    let mut ctx = ctx.clone();
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(site::get(tx, id).await?) });
    ctx.caller.site = found.expect("the site reads").into();
    ctx
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn problem<T: std::fmt::Debug>(result: Result<T, Failure>, field: &str) -> Problem {
    match result {
        Err(Failure::Fields(errors)) => errors.of(field).cloned().unwrap_or_else(|| panic!("nothing at {field}: {errors:?}")),
        other => panic!("expected a problem at {field}, got {other:?}"),
    }
}

fn missing(steps: &[&str]) -> Refusal {
    Refusal::SetupIncomplete { missing: steps.iter().map(|step| (*step).to_owned()).collect() }
}

async fn trail(db: &Db, subject: SiteId) -> Vec<(String, String, String)> {
    read_tx!(db, |tx| -> Result<_, Failure> {
        Ok(tx.sql("SELECT actor, action, COALESCE(after, '') FROM audit WHERE subject = $1 ORDER BY at, id").bind(subject).all().await?)
    })
    .expect("the trail reads")
}

on_both!(only_the_account_manager_provisions, |db| async {
    let test = TestApp::demo(&db).await;
    let manager = test.person("manager").await;
    let site = neighbour(&test).await.site().id;
    for name in ["admin", "division", "host"] {
        let other = test.person(name).await;
        assert_eq!(refusal(provision::flip(&other, site, Feature::FeeBased, true, "").await), Refusal::NotAllowed, "{name}");
        assert!(matches!(provision::sites(&other).await, Err(Failure::Refused(Refusal::NotAllowed))), "{name}");
    }
    assert!(matches!(provision::flip(&test.visitor().await, site, Feature::FeeBased, true, "").await, Err(Failure::SignInRequired)));
    provision::flip(&manager, site, Feature::FeeBased, true, "contract 12").await.expect("provisioned");
    // Pressing twice changes nothing and writes nothing.
    provision::flip(&manager, site, Feature::FeeBased, true, "").await.expect("again");
    let lines = trail(&db, site).await;
    let who = manager.caller.person.as_ref().map(|p| p.id.to_string()).unwrap_or_default();
    assert_eq!(lines, [(who, "feature.provisioned".to_owned(), "fee_based: provisioned (contract 12)".to_owned())]);
    let unknown: SiteId = test.app.clock.id();
    assert!(matches!(provision::flip(&manager, unknown, Feature::FeeBased, true, "").await, Err(Failure::NotFound)));
});

on_both!(withdrawing_disables_and_provisioning_again_does_not_enable, |db| async {
    let test = TestApp::demo(&db).await;
    let (manager, admin) = (test.person("manager").await, test.person("admin").await);
    let id = admin.site().id;
    provision::flip(&manager, id, Feature::PayPerUse, false, "").await.expect("withdrawn");
    assert_eq!(refusal(settings::enable(&again(&admin).await, Feature::PayPerUse, true).await), Refusal::NotProvisioned);
    provision::flip(&manager, id, Feature::PayPerUse, true, "").await.expect("provisioned");
    assert!(!again(&admin).await.site().features.is_on(Feature::PayPerUse));
    settings::enable(&again(&admin).await, Feature::PayPerUse, true).await.expect("everything is set up");
    assert!(again(&admin).await.site().features.is_on(Feature::PayPerUse));
    test.verify().await;
});

on_both!(a_paid_session_starts_whatever_is_withdrawn, |db| async {
    let test = TestApp::demo(&db).await;
    let host = test.person("host").await;
    let (paid, due) = read_tx!(db, |tx| -> Result<_, Failure> {
        let all = session::of_site(tx, host.site().id).await?;
        let id = |slug: &str| all.iter().find(|s| s.slug == slug).map(|s| s.id).ok_or(Failure::NotFound);
        Ok((id("prezentari-care-conving")?, id("lideri-de-echipa")?))
    })
    .expect("sessions read");
    assert_eq!(refusal(room::start(&host, due).await), Refusal::UsageUnpaid);
    for feature in Feature::ALL {
        provision::flip(&test.person("manager").await, host.site().id, feature, false, "").await.expect("withdrawn");
    }
    room::start(&again(&host).await, paid).await.expect("what is paid starts");
    test.verify().await;
});

on_both!(enabling_names_each_missing_step, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = neighbour(&test).await;
    let manager = test.person("manager").await;
    for feature in Feature::ALL {
        assert_eq!(refusal(settings::enable(&admin, feature, true).await), Refusal::NotProvisioned);
        provision::flip(&manager, admin.site().id, feature, true, "").await.expect("provisioned");
    }
    assert_eq!(refusal(settings::enable(&admin, Feature::FeeBased, true).await), missing(&["currency", "processor"]));
    assert_eq!(refusal(settings::enable(&admin, Feature::PayPerUse, true).await), missing(&["currency", "rate_card", "processor"]));
    assert_eq!(refusal(settings::enable(&admin, Feature::PromoCodes, true).await), missing(&["fee_based"]));

    let mut form = settings_form(&admin);
    form.currency = "EUR".into();
    form.fee_max = "2.500,00".into();
    form.merchant_country = "us".into();
    settings::save(&admin, &form).await.expect("saved");
    let admin = again(&admin).await;
    assert_eq!(admin.site().fee_max_minor, 250_000);
    settings::add_rates(&admin, "0,05", "0.03").await.expect("rates");
    assert_eq!(refusal(settings::enable(&admin, Feature::PayPerUse, true).await), missing(&["processor"]));

    // Stored is not enough, tested is not enough: it must be offered too.
    let mut through_us = payflow("Simulator-2026", "");
    through_us.values.insert("card_entry".into(), "here".into());
    processors::save(&admin, ProcessorKind::Payflow, &through_us).await.expect("saved");
    assert_eq!(refusal(processors::offer(&admin, ProcessorKind::Payflow, "test", true).await), missing(&["card_scope", "processor_test"]));
    let mut accepting = payflow("", "1");
    accepting.values.insert("accept_card_scope".into(), "1".into());
    processors::save(&admin, ProcessorKind::Payflow, &accepting).await.expect("accepted");
    assert_eq!(refusal(processors::offer(&admin, ProcessorKind::Payflow, "test", true).await), missing(&["processor_test"]));
    assert_eq!(processors::test(&admin, ProcessorKind::Payflow, "test").await.expect("tested"), Ok(()));
    assert_eq!(refusal(settings::enable(&admin, Feature::FeeBased, true).await), missing(&["processor"]));
    processors::offer(&admin, ProcessorKind::Payflow, "test", true).await.expect("offered");
    for feature in Feature::ALL {
        settings::enable(&again(&admin).await, feature, true).await.unwrap_or_else(|e| panic!("{feature:?}: {e:?}"));
    }
    // Promo codes mean nothing without fees.
    settings::enable(&again(&admin).await, Feature::FeeBased, false).await.expect("disabled");
    let features = again(&admin).await.site().features;
    assert!(!features.promo_codes.enabled && features.pay_per_use.enabled);
});

fn settings_form(ctx: &Ctx) -> SettingsForm {
    let site = ctx.site();
    SettingsForm {
        name: site.name.clone(),
        seller: site.seller.clone(),
        support_email: site.support_email.clone().unwrap_or_default(),
        currency: site.currency.map(|c| c.code().to_owned()).unwrap_or_default(),
        merchant_country: site.merchant_country.clone().unwrap_or_default(),
        tax_mode: "included".into(),
        tax_name: "TVA".into(),
        tax_rate: "19".into(),
        fee_max: "5000".into(),
        refund_policy: site.refund_policy.clone(),
        hold_minutes: "15".into(),
        version: site.version.to_string(),
        ..SettingsForm::default()
    }
}

fn payflow(password: &str, version: &str) -> ProcessorForm {
    let values = [("partner", "PayPal"), ("vendor", "lectern-demo"), ("password", password)];
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    ProcessorForm { mode: "test".into(), version: version.into(), values }
}

on_both!(settings_are_saved_whole_or_not_at_all, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let form = settings_form(&admin);
    let bad = SettingsForm {
        name: " ".into(),
        support_email: "nobody".into(),
        tax_rate: "101".into(),
        fee_max: "-1".into(),
        hold_minutes: "0".into(),
        ..form.clone()
    };
    match settings::save(&admin, &bad).await {
        Err(Failure::Fields(errors)) => {
            let fields: Vec<&str> = errors.0.iter().map(|e| e.field.as_str()).collect();
            assert_eq!(fields, ["name", "support_email", "tax_rate", "fee_max", "hold_minutes"]);
        }
        other => panic!("{other:?}"),
    }
    // What is priced stays in its currency.
    let currency = SettingsForm { currency: "RON".into(), ..form.clone() };
    assert_eq!(
        problem(settings::save(&admin, &currency).await, "currency"),
        Problem::CurrencyMismatch { expected: lectern::domain::money::Currency::EUR }
    );
    let policy = SettingsForm { refund_policy: "No refunds.".into(), hold_minutes: "20".into(), ..form.clone() };
    settings::save(&admin, &policy).await.expect("saved");
    let after = again(&admin).await;
    assert_eq!((after.site().hold_seconds, after.site().refund_policy.as_str()), (1_200, "No refunds."));
    assert_ne!(after.site().terms_version, admin.site().terms_version, "another policy is another version of the terms");
    // The other tab is told, not overwritten.
    assert_eq!(refusal(settings::save(&admin, &form).await), Refusal::Stale);
    for name in ["manager", "division", "host"] {
        assert_eq!(refusal(settings::save(&test.person(name).await, &form).await), Refusal::NotAllowed);
    }
});

on_both!(rates_are_versions_that_never_change, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let read =
        || async { read_tx!(db, |tx| -> Result<_, Failure> { Ok(kept::rate_cards(tx, admin.site().id).await?) }).expect("rates read") };
    let before = read().await;
    assert!(matches!(settings::add_rates(&admin, "", "abc").await, Err(Failure::Fields(errors)) if errors.0.len() == 2));
    test.app.clock.advance_seconds(60);
    settings::add_rates(&admin, "0.06", "0.03").await.expect("added");
    settings::add_rates(&admin, "0.06", "0.03").await.expect("the same again");
    let after = read().await;
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!((after[0].version, after[0].rates.people.0), (2, 60_000));
    assert_eq!(&after[1..], &before[..], "the old version is as it was");
});

on_both!(secrets_go_in_and_never_come_out, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let id = admin.site().id;
    let stored = || async {
        read_tx!(db, |tx| -> Result<_, Failure> { Ok(processor_config::find(tx, id, "payflow", "test").await?) })
            .expect("reads")
            .expect("is there")
    };
    let before = stored().await;
    assert_eq!(before.secret_hint, r#"{"password":"••••2026"}"#);
    assert!(!before.secrets.windows(9).any(|w| w == b"Simulator"), "sealed at rest");
    // Another password: the test says so in plain words, and the secret is in nothing that is shown or kept in the trail.
    processors::save(&admin, ProcessorKind::Payflow, &payflow("Wrong-Password-77", &before.version.to_string())).await.expect("saved");
    let changed = stored().await;
    assert_eq!((changed.test_ok, changed.enabled), (None, true), "what was tested is no longer what is stored");
    assert_eq!(processors::test(&admin, ProcessorKind::Payflow, "test").await.expect("tested"), Err(ConnectionProblem::Credentials));
    assert_eq!(stored().await.test_reason.as_deref(), Some("credentials"));
    let shown = serde_json::to_string(&processors::views::sheet(&admin).await.expect("shown")).expect("JSON");
    let lines: Vec<(String, String)> =
        read_tx!(db, |tx| -> Result<_, Failure> { Ok(tx.sql("SELECT COALESCE(before, ''), COALESCE(after, '') FROM audit").all().await?) })
            .expect("the trail reads");
    for secret in ["Wrong-Password-77", "Simulator-2026"] {
        assert!(!shown.contains(secret) && lines.iter().all(|(a, b)| !a.contains(secret) && !b.contains(secret)));
    }
    // An empty field keeps what is stored; an old page does not.
    assert_eq!(refusal(processors::save(&admin, ProcessorKind::Payflow, &payflow("", &before.version.to_string())).await), Refusal::Stale);
    processors::save(&admin, ProcessorKind::Payflow, &payflow("", &changed.version.to_string())).await.expect("kept");
    assert_eq!(stored().await.secret_hint, changed.secret_hint);
    assert_eq!(processors::test(&admin, ProcessorKind::Payflow, "test").await.expect("tested"), Err(ConnectionProblem::Credentials));
    assert_eq!(
        problem(
            processors::save(&admin, ProcessorKind::Payflow, &ProcessorForm { mode: "live".into(), ..payflow("", "") }).await,
            "password"
        ),
        Problem::Required
    );
    // Not sold there.
    let mut abroad = admin.clone();
    Arc::make_mut(&mut abroad.caller.site).merchant_country = Some("GB".into());
    assert_eq!(
        refusal(processors::save(&abroad, ProcessorKind::Payflow, &payflow("Simulator-2026", "")).await),
        Refusal::ProcessorNotAvailable
    );
});

fn promo(fields: &[(&str, &str)]) -> PromoForm {
    let fields: BTreeMap<String, String> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    PromoForm::from_fields(&fields)
}

async fn code_id(ctx: &Ctx, code: &str) -> PromoId {
    promo_admin::find_clash(ctx, code).await.expect("codes read").unwrap_or_else(|| panic!("{code}"))
}

on_both!(a_code_is_made_once_under_every_spelling, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let form = promo(&[
        ("code", " spring 27 "),
        ("kind", "percent"),
        ("percent", "12,5"),
        ("uses_max", "10"),
        ("starts_at", "2027-03-28T02:59"),
        ("people", "@example.com"),
    ]);
    let id = promo_admin::create(&admin, &form).await.expect("made");
    let card = promo_admin::get(&admin, id).await.expect("reads").card;
    assert_eq!(
        (card.code.as_str(), card.rules.uses_max, card.rules.people.as_slice()),
        ("SPRING27", Some(10), ["@example.com".to_owned()].as_slice())
    );
    assert_eq!(
        problem(promo_admin::create(&admin, &promo(&[("code", "Spring27"), ("kind", "fixed"), ("amount", "5")])).await, "code"),
        Problem::AlreadyExists
    );
    // The clocks go forward over this half hour in Bucharest.
    let skipped = promo(&[("code", "SKIPPED"), ("kind", "percent"), ("percent", "5"), ("ends_at", "2027-03-28T03:30")]);
    assert!(matches!(problem(promo_admin::create(&admin, &skipped).await, "ends_at"), Problem::TimeSkipped { .. }));
    // Another site's session is no choice here.
    let foreign: SessionId = test.app.clock.id();
    let field = format!("session_{foreign}");
    let elsewhere = promo(&[("code", "ELSEWHERE"), ("kind", "percent"), ("percent", "5"), (field.as_str(), "1")]);
    assert_eq!(problem(promo_admin::create(&admin, &elsewhere).await, "sessions"), Problem::NotAChoice);
    let generated = promo_admin::generate_for(&admin).expect("a code");
    assert!(generated.len() >= 8 && generated != promo_admin::generate_for(&admin).expect("another"));
});

on_both!(a_used_code_keeps_its_value_and_can_be_extended, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let id = code_id(&admin, "TRAIN20").await;
    let before = promo_admin::get(&admin, id).await.expect("reads");
    assert!(before.was_used && before.card.rules.uses_taken > 1);
    assert_eq!(refusal(promo_admin::change(&admin, id, Change::Delete, &PromoForm::default()).await), Refusal::PromoInUse);
    let dearer = promo(&[("kind", "percent"), ("percent", "30")]);
    assert_eq!(refusal(promo_admin::change(&admin, id, Change::Save, &dearer).await), Refusal::PromoInUse);
    assert!(matches!(
        problem(promo_admin::change(&admin, id, Change::Save, &promo(&[("uses_max", "1")])).await, "uses_max"),
        Problem::BelowTaken { .. }
    ));
    promo_admin::change(&admin, id, Change::Save, &promo(&[("uses_max", "500"), ("ends_at", "2027-12-31T23:59")])).await.expect("extended");
    promo_admin::change(&admin, id, Change::Pause, &PromoForm::default()).await.expect("paused");
    let after = promo_admin::get(&admin, id).await.expect("reads").card;
    assert_eq!(
        (after.rules.status, after.rules.uses_max, after.rules.discount),
        (PromoStatus::Paused, Some(500), before.card.rules.discount)
    );
    assert_eq!(refusal(promo_admin::change(&admin, id, Change::Save, &promo(&[("version", "1")])).await), Refusal::Stale);
    // One that nobody used may still change and go.
    let unused = code_id(&admin, "COMINGSOON").await;
    promo_admin::change(&admin, unused, Change::Save, &promo(&[("kind", "fixed"), ("amount", "7.50")])).await.expect("another value");
    assert_eq!(promo_admin::change(&admin, unused, Change::Delete, &PromoForm::default()).await.expect("gone"), None);
    test.verify().await;
});

on_both!(where_codes_are_off_nobody_makes_one, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    settings::enable(&admin, Feature::PromoCodes, false).await.expect("disabled");
    let admin = again(&admin).await;
    let form = promo(&[("code", "SPRING27"), ("kind", "percent"), ("percent", "5")]);
    assert_eq!(refusal(promo_admin::create(&admin, &form).await), Refusal::NotEnabled);
    assert!(matches!(promo_admin::list(&admin).await, Err(Failure::Refused(Refusal::NotEnabled))));
    provision::flip(&test.person("manager").await, admin.site().id, Feature::PromoCodes, false, "").await.expect("withdrawn");
    assert_eq!(refusal(promo_admin::create(&again(&admin).await, &form).await), Refusal::NotProvisioned);
});

on_both!(another_sites_things_are_not_found, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let stranger = neighbour(&test).await;
    let orders =
        overview::orders(&admin, &lectern::api::admin::OrderFilter { day: "all".into(), ..Default::default() }).await.expect("orders");
    let order = orders.rows.first().expect("there are orders").id;
    overview::order(&admin, order).await.expect("own order");
    assert!(matches!(overview::order(&stranger, order).await, Err(Failure::NotFound)));
    assert!(
        overview::orders(&stranger, &lectern::api::admin::OrderFilter { day: "all".into(), ..Default::default() })
            .await
            .expect("none")
            .rows
            .is_empty()
    );
    let promo = code_id(&admin, "TRAIN20").await;
    let mut with_codes = stranger.clone();
    Arc::make_mut(&mut with_codes.caller.site).features = admin.site().features;
    Arc::make_mut(&mut with_codes.caller.site).currency = admin.site().currency;
    assert!(matches!(promo_admin::get(&with_codes, promo).await, Err(Failure::NotFound)));
});

on_both!(orders_are_paged_filtered_and_found, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let filter = |day: &str| lectern::api::admin::OrderFilter { day: day.into(), ..Default::default() };
    let mut seen = std::collections::BTreeSet::new();
    let mut next = Some(String::new());
    while let Some(before) = next {
        let page = overview::orders(&admin, &lectern::api::admin::OrderFilter { before, ..filter("all") }).await.expect("a page");
        for row in &page.rows {
            assert!(seen.insert(row.id), "no row comes twice");
        }
        next = page.next;
    }
    let (all,): (i64,) =
        read_tx!(db, |tx| -> Result<_, Failure> { Ok(tx.sql("SELECT COUNT(*) FROM orders").one().await?) }).expect("counted");
    assert_eq!(i64::try_from(seen.len()).ok(), Some(all));
    let cancelled =
        overview::orders(&admin, &lectern::api::admin::OrderFilter { state: "cancelled".into(), ..filter("all") }).await.expect("a page");
    assert!(!cancelled.rows.is_empty() && cancelled.rows.iter().all(|row| row.state == "cancelled"));
    let today = overview::orders(&admin, &filter("")).await.expect("today");
    assert!(!today.rows.is_empty() && today.rows.len() < seen.len());
    let wanted = &today.rows[0];
    for search in [wanted.reference.to_lowercase(), wanted.buyer.clone()] {
        let found = overview::orders(&admin, &lectern::api::admin::OrderFilter { search, ..filter("") }).await.expect("found");
        assert!(found.rows.iter().any(|row| row.id == wanted.id));
    }
    let sheet = overview::order(&admin, wanted.id).await.expect("a sheet");
    assert!(sheet.events.iter().any(|e| e.what == "order.held") && sheet.events.iter().any(|e| e.what == "message.confirmation"));
});
