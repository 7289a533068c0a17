//! Hosts: the schedule page's rules, the estimate, paying before the start, the gates of the room. On both engines.

use std::sync::Arc;

use lectern::api::host::{JoinAnswer, UsageStanding};
use lectern::domain::{
    estimate::{Rate, Rates},
    feature::{Feature, Switch},
    form::{Problem, Refusal},
    ids::{PersonId, RateCardId, SessionId},
    money::Currency,
    pricing::{Percent, Tax, TaxMode},
    role::Role,
    schedule::ScheduleForm,
    session::SessionStatus,
};
use lectern::server::{
    ctx::{Ctx, Person},
    failure::Failure,
    flows::{
        pay::{PayAnswer, pay},
        register::{RegisterForm, register},
        room,
        schedule::{self, Intent},
        usage::{self, Standing},
    },
    store::{person, session, settings},
};
use lectern::{read_tx, write_tx};

use crate::harness::{TestApp, card};

const GOOD: &str = "4111111111111111";
const FUNDS: &str = "4000000000009995";

/// 90 minutes, 25 computers, 18 on the teleconference: the vector of spec.md. A day after the tests' today.
fn form() -> ScheduleForm {
    ScheduleForm {
        topic: "Învățați să negociați".into(),
        starts_at: "2026-11-24T10:00".into(),
        time_zone: "Europe/Bucharest".into(),
        duration_minutes: "90".into(),
        capacity: "24".into(),
        expected_computers: "25".into(),
        audio: "call_in".into(),
        expected_teleconference: "18".into(),
        require_registration: "on".into(),
        ..ScheduleForm::default()
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn problem<T: std::fmt::Debug>(result: Result<T, Failure>, field: &str) -> Problem {
    match result {
        Err(Failure::Fields(errors)) => errors.of(field).cloned().unwrap_or_else(|| panic!("no problem of {field} in {errors:?}")),
        other => panic!("expected field errors, got {other:?}"),
    }
}

fn switch(ctx: &mut Ctx, feature: Feature, provisioned: bool, enabled: bool) {
    let features = &mut Arc::make_mut(&mut ctx.caller.site).features;
    let switch = match feature {
        Feature::FeeBased => &mut features.fee_based,
        Feature::PayPerUse => &mut features.pay_per_use,
        Feature::PromoCodes => &mut features.promo_codes,
    };
    *switch = Switch { provisioned, enabled };
}

async fn status(ctx: &Ctx, id: SessionId) -> SessionStatus {
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(session::find(tx, ctx.site().id, id).await?) });
    found.expect("sessions read").expect("the session exists").status
}

async fn saved(ctx: &Ctx) -> SessionId {
    schedule::save(ctx, None, &form(), Intent::Schedule).await.expect("saved")
}

/// Another host of the same site.
async fn other_host(test: &TestApp) -> Ctx {
    let mut ctx = test.person("host").await;
    let mut record = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(person::find_by_email(tx, "host@demo.test").await?) })
        .expect("people read")
        .expect("the demo host exists");
    record.id = ctx.app.clock.id::<PersonId>();
    record.email = "elsewhere@demo.test".into();
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<bool, Failure> { Ok(person::insert(tx, &record, "elsewhere@demo.test", now).await?) })
        .expect("added");
    ctx.caller.person = Some(Person { id: record.id, name: record.name, email: record.email, role: Role::Host, division: record.division });
    ctx
}

async fn raise_rates(ctx: &Ctx) {
    let rates = Rates { people: Rate(100_000), teleconference: Rate(30_000), currency: Currency::EUR };
    let card = settings::RateCard { id: ctx.app.clock.id::<RateCardId>(), version: 2, rates, effective_from: ctx.app.clock.now() };
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> { Ok(settings::insert_rate_card(tx, ctx.site().id, &card).await?) })
        .expect("a new card");
}

/// Pays a session's usage and answers what was asked.
async fn paid(ctx: &Ctx, id: SessionId, key: &str) -> i64 {
    let (order, assessment) = usage::ensure_order(ctx, id).await.expect("quoted");
    let version = assessment.order.map(|order| order.quote_version).expect("there is an order");
    assert_eq!(pay(ctx, order, card(key, version, GOOD)).await.expect("paid"), PayAnswer::Paid);
    assessment.estimate.total.minor()
}

// spec.md, "Test vectors every implementation must reproduce", through the flow a host uses.
on_both!(the_estimate_reproduces_the_specified_vectors, |db| async {
    let test = TestApp::demo(&db).await;
    let mut ctx = test.person("host").await;
    Arc::make_mut(&mut ctx.caller.site).tax = None;
    let id = saved(&ctx).await;
    let plain = usage::views::estimate(&ctx, id).await.expect("estimated").estimate;
    assert_eq!((plain.people_minutes, plain.teleconference_minutes), (2_250, 1_620));
    assert_eq!((plain.people_cost.minor(), plain.teleconference_cost.minor(), plain.total.minor()), (11_250, 4_860, 16_110));
    for mode in [TaxMode::Added, TaxMode::Included] {
        Arc::make_mut(&mut ctx.caller.site).tax = Percent::parse("19").map(|rate| Tax { name: "VAT".into(), rate, mode });
        let taxed = usage::views::estimate(&ctx, id).await.expect("estimated").estimate;
        assert_eq!((taxed.tax.minor(), taxed.total.minor()), (3_061, 19_171), "tax on usage is added whatever fees do");
    }
    Arc::make_mut(&mut ctx.caller.site).tax = None;
    let silent = ScheduleForm {
        duration_minutes: "60".into(),
        expected_computers: "10".into(),
        audio: "none".into(),
        expected_teleconference: "7".into(),
        ..form()
    };
    let silent = schedule::save(&ctx, None, &silent, Intent::Schedule).await.expect("saved");
    let silent = usage::views::estimate(&ctx, silent).await.expect("estimated").estimate;
    assert_eq!((silent.people_minutes, silent.teleconference_minutes, silent.teleconference_cost.minor()), (600, 0, 0));
});

on_both!(a_start_waits_for_the_payment_and_opens_once, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.person("host").await;
    let id = saved(&ctx).await;
    assert_eq!(status(&ctx, id).await, SessionStatus::Draft);
    assert_eq!(refusal(room::start(&ctx, id).await), Refusal::UsageUnpaid);
    schedule::publish(&ctx, id).await.expect("published as payment due");
    assert_eq!(refusal(room::start(&ctx, id).await), Refusal::UsageUnpaid);
    let (order, assessment) = usage::ensure_order(&ctx, id).await.expect("quoted");
    assert_eq!(assessment.standing, Standing::Due);
    assert_eq!(refusal(pay(&ctx, order, card("1", 1, FUNDS)).await).status(), 402);
    assert_eq!(status(&ctx, id).await, SessionStatus::Scheduled, "a decline keeps the session, payment due");
    assert_eq!(usage::views::estimate(&ctx, id).await.expect("estimated").usage, UsageStanding::Due);
    assert_eq!(pay(&ctx, order, card("2", 1, GOOD)).await.expect("paid"), PayAnswer::Paid);
    room::start(&ctx, id).await.expect("started");
    room::start(&ctx, id).await.expect("the same room");
    assert_eq!(status(&ctx, id).await, SessionStatus::Live);
    let (live, inside) = room::look_in(&ctx, id).await.expect("the host is in");
    assert!(live.opened_at.is_some() && inside.len() == 1 && inside[0].is_person);
    room::end(&ctx, id).await.expect("ended");
    room::end(&ctx, id).await.expect("repeats safely");
    assert_eq!(refusal(room::start(&ctx, id).await), Refusal::CannotStart);
    assert_eq!(refusal(schedule::save(&ctx, Some(id), &form(), Intent::Schedule).await), Refusal::SessionOver);
    test.verify().await;
});

// failures.md C-14.
on_both!(two_devices_pressing_start_make_one_order_and_one_start, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.person("host").await;
    for round in 0..8 {
        let id = saved(&ctx).await;
        let device = async |key: String| {
            let (order, assessment) = usage::ensure_order(&ctx, id).await.expect("quoted");
            let version = assessment.order.map_or(1, |order| order.quote_version);
            let answer = pay(&ctx, order, card(&key, version, GOOD)).await;
            let told = matches!(
                answer,
                Ok(PayAnswer::Paid | PayAnswer::Checking)
                    | Err(Failure::Refused(Refusal::PaymentInProgress | Refusal::AlreadyPaid | Refusal::Stale))
            );
            assert!(told, "{answer:?}");
            (order, room::start(&ctx, id).await)
        };
        let (one, two) = tokio::join!(device(format!("{round}a")), device(format!("{round}b")));
        assert_eq!(one.0, two.0, "one order");
        assert!(one.1.is_ok() || two.1.is_ok());
        room::start(&ctx, id).await.expect("open");
        let started: Result<Vec<(i64,)>, Failure> = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
            Ok(tx.sql("SELECT at FROM audit WHERE subject = $1 AND action = 'session.started'").bind(id).all().await?)
        });
        assert_eq!(started.expect("the trail reads").len(), 1);
    }
    test.verify().await;
});

on_both!(features_that_are_off_refuse_at_every_door, |db| async {
    let test = TestApp::demo(&db).await;
    let mut ctx = test.person("host").await;
    let fee = ScheduleForm { fee: "100".into(), ..form() };
    switch(&mut ctx, Feature::FeeBased, false, false);
    assert_eq!(refusal(schedule::save(&ctx, None, &fee, Intent::Schedule).await), Refusal::NotProvisioned);
    switch(&mut ctx, Feature::FeeBased, true, false);
    assert_eq!(refusal(schedule::save(&ctx, None, &fee, Intent::Schedule).await), Refusal::NotEnabled);
    assert!(schedule::views::sheet(&ctx, None).await.expect("a form").limits.fee_max.is_none());
    let id = saved(&ctx).await;
    switch(&mut ctx, Feature::PayPerUse, true, false);
    assert_eq!(refusal(usage::views::estimate(&ctx, id).await), Refusal::NotEnabled);
    assert_eq!(refusal(usage::ensure_order(&ctx, id).await), Refusal::NotEnabled);
    assert!(schedule::views::sheet(&ctx, Some(id)).await.expect("a form").prices.is_none());
    room::start(&ctx, id).await.expect("nothing is to be paid");
    let second = saved(&ctx).await;
    assert_eq!(status(&ctx, second).await, SessionStatus::Scheduled, "published at once");
    for name in ["manager", "division"] {
        let mut stranger = test.person(name).await;
        switch(&mut stranger, Feature::PayPerUse, true, true);
        assert_eq!(refusal(schedule::save(&stranger, None, &form(), Intent::Schedule).await), Refusal::NotAllowed, "{name}");
        assert_eq!(refusal(room::start(&stranger, id).await), Refusal::NotAllowed, "{name}");
    }
    assert!(matches!(room::start(&test.visitor().await, id).await, Err(Failure::SignInRequired)));
});

on_both!(a_fee_that_is_hidden_while_fees_are_off_is_not_wiped, |db| async {
    let test = TestApp::demo(&db).await;
    let mut ctx = test.person("host").await;
    let fee = ScheduleForm { fee: "49,90".into(), ..form() };
    let id = schedule::save(&ctx, None, &fee, Intent::Schedule).await.expect("saved");
    switch(&mut ctx, Feature::FeeBased, true, false);
    let blank = ScheduleForm { require_registration: String::new(), ..form() };
    schedule::save(&ctx, Some(id), &blank, Intent::Schedule).await.expect("saved again");
    let (session, _) = schedule::views::one(&ctx, id).await.expect("found");
    assert_eq!((session.fee.minor(), session.require_registration), (4_990, true));
});

on_both!(a_rate_change_makes_a_new_quote_and_leaves_what_is_paid, |db| async {
    let test = TestApp::demo(&db).await;
    let mut ctx = test.person("host").await;
    Arc::make_mut(&mut ctx.caller.site).tax = None;
    let (waiting, done) = (saved(&ctx).await, saved(&ctx).await);
    let (order, _) = usage::ensure_order(&ctx, waiting).await.expect("quoted");
    assert_eq!(paid(&ctx, done, "1").await, 16_110);
    raise_rates(&ctx).await;
    let (same, assessment) = usage::ensure_order(&ctx, waiting).await.expect("quoted again");
    assert_eq!((same, assessment.estimate.total.minor()), (order, 27_360));
    assert_eq!(assessment.order.map(|order| (order.quote_version, order.total.minor())), Some((2, 27_360)));
    assert_eq!(usage::quoted_total(&ctx, order, 1).await.expect("read").map(|money| money.minor()), Some(16_110));
    assert!(matches!(refusal(pay(&ctx, order, card("2", 1, GOOD)).await), Refusal::PriceChanged { .. } | Refusal::RateChanged { .. }));
    // Looking again makes no further version.
    let (_, again) = usage::ensure_order(&ctx, waiting).await.expect("looked at");
    assert_eq!(again.order.map(|order| order.quote_version), Some(2));
    room::start(&ctx, done).await.expect("what is paid stays paid");
    test.verify().await;
});

on_both!(settings_that_grow_after_paying_block_the_start, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.person("host").await;
    let id = saved(&ctx).await;
    paid(&ctx, id, "1").await;
    let larger = ScheduleForm { expected_computers: "26".into(), capacity: "30".into(), ..form() };
    schedule::save(&ctx, Some(id), &larger, Intent::Start).await.expect("saved");
    assert_eq!(refusal(room::start(&ctx, id).await), Refusal::UsageUnpaid);
    assert!(matches!(usage::views::estimate(&ctx, id).await.expect("estimated").usage, UsageStanding::Short(_)));
    let smaller = ScheduleForm { expected_computers: "24".into(), ..form() };
    schedule::save(&ctx, Some(id), &smaller, Intent::Start).await.expect("saved");
    room::start(&ctx, id).await.expect("less than was paid");
    // A running session cannot grow past what was paid either.
    assert_eq!(refusal(schedule::save(&ctx, Some(id), &larger, Intent::Start).await), Refusal::UsageUnpaid);
    test.verify().await;
});

on_both!(of_two_tabs_the_second_is_told, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.person("host").await;
    let id = saved(&ctx).await;
    let read = schedule::views::sheet(&ctx, Some(id)).await.expect("a form").form;
    assert_eq!(read.topic, form().topic);
    schedule::save(&ctx, Some(id), &ScheduleForm { topic: "First".into(), ..read.clone() }, Intent::Schedule).await.expect("saved");
    let second = schedule::save(&ctx, Some(id), &ScheduleForm { topic: "Second".into(), ..read }, Intent::Schedule).await;
    assert_eq!(refusal(second), Refusal::Stale);
    assert_eq!(schedule::views::one(&ctx, id).await.expect("found").0.topic, "First");
});

on_both!(other_peoples_sessions_do_not_exist, |db| async {
    let test = TestApp::demo(&db).await;
    let (ctx, other, admin) = (test.person("host").await, other_host(&test).await, test.person("admin").await);
    let id = saved(&ctx).await;
    let is_missing = |failure: Option<Failure>| matches!(failure, Some(Failure::NotFound));
    assert!(is_missing(schedule::save(&other, Some(id), &form(), Intent::Start).await.err()));
    assert!(is_missing(schedule::publish(&other, id).await.err()));
    assert!(is_missing(schedule::views::sheet(&other, Some(id)).await.err()));
    assert!(is_missing(usage::views::estimate(&other, id).await.err()));
    assert!(is_missing(usage::views::payment(&other, id).await.err()));
    assert!(is_missing(usage::ensure_order(&other, id).await.err()));
    assert!(is_missing(room::start(&other, id).await.err()));
    assert!(is_missing(room::end(&other, id).await.err()));
    assert!(is_missing(room::look_in(&other, id).await.err()));
    assert!(schedule::list(&other).await.expect("a list").iter().all(|session| session.id != id));
    // An administrator sees all of the site's.
    assert!(schedule::list(&admin).await.expect("a list").iter().any(|session| session.id == id));
    schedule::publish(&admin, id).await.expect("published");
});

on_both!(a_form_sent_twice_makes_one_session, |db| async {
    let test = TestApp::demo(&db).await;
    let (ctx, other) = (test.person("host").await, other_host(&test).await);
    let typed = form();
    let press = async || schedule::save_new(&ctx, "the-forms-key", &typed, Intent::Schedule).await;
    let (one, two) = tokio::join!(press(), press());
    let id = one.expect("saved");
    assert_eq!(two.expect("the same one"), id);
    let longer = ScheduleForm { topic: "Changed on the way back".into(), ..form() };
    assert_eq!(schedule::save_new(&ctx, "the-forms-key", &longer, Intent::Schedule).await.expect("changed"), id);
    assert_eq!(schedule::views::one(&ctx, id).await.expect("found").0.topic, longer.topic);
    assert_ne!(schedule::save_new(&other, "the-forms-key", &form(), Intent::Schedule).await.expect("their own"), id);
    // The same topic gets another address, without marks.
    let slug = schedule::views::one(&ctx, saved(&ctx).await).await.expect("found").0.slug;
    assert!(slug.starts_with("invatati-sa-negociati"), "{slug}");
});

on_both!(times_that_cannot_be_are_told_at_their_field, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.person("host").await;
    let try_at = async |starts_at: &str, zone: &str, intent: Intent| {
        let form = ScheduleForm { starts_at: starts_at.into(), time_zone: zone.into(), ..form() };
        schedule::save(&ctx, None, &form, intent).await
    };
    let skipped = Problem::TimeSkipped { before: "02:59".into(), after: "04:00".into() };
    assert_eq!(problem(try_at("2027-03-28T03:30", "Europe/Bucharest", Intent::Schedule).await, "starts_at"), skipped);
    assert_eq!(problem(try_at("2026-12-01T10:00", "Europe/Atlantis", Intent::Schedule).await, "time_zone"), Problem::UnknownZone);
    assert_eq!(problem(try_at("2027-02-29T10:00", "UTC", Intent::Schedule).await, "starts_at"), Problem::NotADate);
    let now = ctx.app.clock.now();
    let wall = |seconds: i64| lectern::server::zones::wall(now.plus_seconds(seconds), "UTC").expect("a time").to_string();
    let (hour, day) = (wall(-3_600), wall(-90_000));
    assert_eq!(problem(try_at(&hour, "UTC", Intent::Schedule).await, "starts_at"), Problem::InThePast);
    assert_eq!(problem(try_at(&day, "UTC", Intent::Start).await, "starts_at"), Problem::InThePast);
    let (an_hour_ago, ten_hours_ago, now_wall) = (wall(-3_600), wall(-36_000), wall(0));
    let running = try_at(&an_hour_ago, "UTC", Intent::Start).await.expect("still running");
    assert_eq!(schedule::views::one(&ctx, running).await.expect("found").0.starts_wall, an_hour_ago);
    let over = try_at(&ten_hours_ago, "UTC", Intent::Start).await.expect("means now");
    assert_eq!(schedule::views::one(&ctx, over).await.expect("found").0.starts_wall, now_wall);
});

on_both!(seats_cannot_go_below_those_taken, |db| async {
    let test = TestApp::demo(&db).await;
    let ctx = test.person("host").await;
    let id = saved(&ctx).await;
    schedule::publish(&ctx, id).await.expect("published");
    let slug = schedule::views::one(&ctx, id).await.expect("found").0.slug;
    for name in ["ana", "dan"] {
        let form = RegisterForm { name: name.into(), email: format!("{name}@example.com"), ..RegisterForm::default() };
        register(&test.visitor().await, &slug, &form, None).await.expect("registered: unpaid usage blocks only the start");
    }
    let fewer = ScheduleForm { capacity: "1".into(), expected_computers: "2".into(), expected_teleconference: "2".into(), ..form() };
    assert_eq!(problem(schedule::save(&ctx, Some(id), &fewer, Intent::Schedule).await, "capacity"), Problem::BelowTaken { taken: 2 });
});

on_both!(the_door_lets_in_who_paid_and_nobody_else, |db| async {
    let test = TestApp::demo(&db).await;
    let (ctx, mut visitor) = (test.person("host").await, test.visitor().await);
    let fee = ScheduleForm { fee: "100".into(), ..form() };
    let id = schedule::save(&ctx, None, &fee, Intent::Schedule).await.expect("saved");
    schedule::publish(&ctx, id).await.expect("published");
    let slug = schedule::views::one(&ctx, id).await.expect("found").0.slug;
    let ana = RegisterForm { name: "Ana Pop".into(), email: "ana@example.com".into(), ..RegisterForm::default() };
    let link = register(&visitor, &slug, &ana, None).await.expect("a seat");
    assert_eq!(refusal(room::join(&visitor, &link).await), Refusal::FeeUnpaid);
    let unpaid = room::views::join(&visitor, &link).await.expect("an answer");
    assert_eq!(unpaid, JoinAnswer::Unpaid { order: link.clone() });
    let order = test.order(&link).await;
    pay(&visitor, order.id, card("1", 1, GOOD)).await.expect("paid");
    let code = room::join(&visitor, &link).await.expect("admitted").code;
    assert!(room::join(&visitor, &code).await.expect("waiting").inside.is_empty(), "the room is not open yet");
    paid(&ctx, id, "2").await;
    room::start(&ctx, id).await.expect("started");
    let inside = room::join(&visitor, &code).await.expect("inside").inside;
    assert_eq!(inside.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Ana Pop"]);
    room::join(&visitor, &code).await.expect("the heartbeat");
    assert_eq!(room::look_in(&ctx, id).await.expect("looked").1.len(), 2);
    test.app.clock.advance_seconds(61);
    assert_eq!(room::look_in(&ctx, id).await.expect("looked").1.len(), 1, "who is not heard of has left");
    // Ten misses from one address, then nothing for ten minutes, not even what is right.
    visitor.caller.ip = "203.0.113.7".parse().expect("an address");
    for miss in 0..10 {
        assert!(matches!(room::join(&visitor, &format!("guess-{miss}")).await, Err(Failure::NotFound)));
    }
    assert_eq!(refusal(room::join(&visitor, &code).await).status(), 429);
    test.verify().await;
});
