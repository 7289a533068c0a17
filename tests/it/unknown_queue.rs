//! U-112: payments and refunds that nobody knows the ending of. Found out at once, on a timetable, then by a person; by two persons
//! when it is much. Every test ends with `verify`.

use lectern::domain::{
    form::Refusal,
    ids::{OrderId, PersonId},
    order::OrderState,
    payment::AttemptState,
};
use lectern::server::{
    ctx::{Ctx, Person},
    failure::Failure,
    flows::{
        offline, overview,
        pay::{PayAnswer, pay},
        refund::{self as refunds, RefundForm},
        register::{RegisterForm, register},
        two_persons,
    },
    sandbox::faults::{Fault, FaultKind},
    store::{
        attempt::{self, Attempt},
        db::StoreError,
        person,
    },
};
use lectern::{read_tx, write_tx};

use crate::harness::{TestApp, card};
use crate::harness_server::TestServer;

/// Booked, and the answer lost.
const LOST: &str = "4000000000000119";
/// Never arrived.
const NEVER: &str = "4000000000000259";
const GOOD: &str = "4111111111111111";

/// Another administrator of the same site.
async fn colleague(test: &TestApp) -> Ctx {
    let mut ctx = test.person("admin").await;
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(person::find_by_email(tx, "admin@demo.test").await?) });
    let mut record = found.expect("people read").expect("the demo administrator exists");
    record.id = ctx.app.clock.id::<PersonId>();
    (record.email, record.name) = ("second@demo.test".into(), "Ioana Dima".into());
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<bool, Failure> { Ok(person::insert(tx, &record, "second@demo.test", now).await?) })
        .expect("added");
    ctx.caller.person =
        Some(Person { id: record.id, name: record.name, email: record.email, role: record.role, division: record.division });
    ctx
}

/// Makes the sessions' fee large enough that two persons must agree.
async fn raise_fee(test: &TestApp) {
    let raised = write_tx!(test.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql("UPDATE session SET fee_minor = 60000 WHERE slug = 'negotiation-skills'").execute().await
    });
    assert_eq!(raised.expect("raised"), 1);
}

async fn order(test: &TestApp, who: &str) -> (String, OrderId) {
    let form = RegisterForm { name: who.into(), email: format!("{who}@example.com"), ..RegisterForm::default() };
    let link = register(&test.visitor().await, "negotiation-skills", &form, None).await.expect("a seat");
    let id = test.order(&link).await.id;
    (link, id)
}

async fn pays(test: &TestApp, who: &str, number: &str) -> (String, OrderId) {
    let (link, id) = order(test, who).await;
    let answer = pay(&test.visitor().await, id, card(who, 1, number)).await.expect("asked");
    assert_eq!(answer, if number == GOOD { PayAnswer::Paid } else { PayAnswer::Checking });
    (link, id)
}

async fn attempt(test: &TestApp, id: OrderId) -> Attempt {
    read_tx!(test.app.db, |tx| -> Result<_, Failure> { Ok(attempt::of_order(tx, id).await?.remove(0)) }).expect("an attempt")
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

async fn later(test: &TestApp, seconds: i64) {
    test.app.clock.advance_seconds(seconds);
    test.run_jobs().await;
}

/// Lets two hours pass in which the processor answers no question.
async fn silence(test: &TestApp) {
    test.sandbox.script(Fault::new(FaultKind::ResetBefore, 200).on("I"));
    for seconds in [0, 61, 240, 600, 2_700, 3_600] {
        later(test, seconds).await;
    }
}

/// The processor answers questions again.
async fn speaks(test: &TestApp) {
    let url = format!("{}/control/faults", test.sandbox_url);
    let client = lectern::server::payments::line::http_client().expect("a client");
    assert!(client.delete(url).send().await.expect("an answer").status().is_success());
    // After so many failures in a row the client rests, by the machine's clock.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

async fn trailed(test: &TestApp, action: &'static str) -> i64 {
    let (count,): (i64,) = read_tx!(test.app.db, |tx| -> Result<_, Failure> {
        Ok(tx.sql("SELECT CAST(COUNT(*) AS BIGINT) FROM audit WHERE action = $1").bind(action).one().await?)
    })
    .expect("the trail reads");
    count
}

/// A page as it reads: amounts hold their currency by a no-break space.
fn words(body: &str) -> String {
    body.replace('\u{a0}', " ")
}

on_both!(the_queue_tells_what_is_known_and_check_now_finds_out, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    assert!(overview::doubts(&admin).await.expect("a queue").rows.is_empty());
    let (link, id) = pays(&test, "ana", LOST).await;
    let (_, paid) = pays(&test, "dan", GOOD).await;
    test.sandbox.script(Fault::new(FaultKind::ResetAfter, 3).on("C"));
    let form = RefundForm { key: "test-key-1".into(), amount: "40".into(), reason: "asked".into(), ..RefundForm::default() };
    let refund = refunds::ask(&admin, paid, &form).await.expect("asked");
    test.app.clock.advance_seconds(30);
    let rows = overview::doubts(&admin).await.expect("a queue").rows;
    let seen: Vec<_> =
        rows.iter().map(|row| (row.is_refund, row.order, row.amount.minor(), row.processor.as_str(), row.needs_person)).collect();
    assert_eq!(seen, [(false, id, 10_000, "payflow", false), (true, paid, 4_000, "payflow", false)]);
    assert_eq!(rows[0].our_ref, attempt(&test, id).await.our_ref);
    assert!(rows.iter().all(|row| row.next.is_some() && !row.heard.is_empty() && row.our_ref.len() == 12), "{rows:?}");
    for name in ["host", "manager", "division"] {
        assert_eq!(refusal(overview::doubts(&test.person(name).await).await), Refusal::NotAllowed);
        assert_eq!(refusal(overview::check_now(&test.person(name).await, &rows[0].id, false).await), Refusal::NotAllowed);
    }
    assert!(matches!(overview::check_now(&admin, &refund.to_string(), false).await, Err(Failure::NotFound)));
    for row in &rows {
        overview::check_now(&admin, &row.id, row.is_refund).await.expect("asked at once");
    }
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    assert!(overview::doubts(&admin).await.expect("a queue").rows.is_empty());
    later(&test, 61).await;
    test.verify().await;
});

on_both!(after_two_hours_of_silence_a_person_is_asked_and_may_still_check, |db| async {
    let test = TestApp::demo(&db).await;
    let admin = test.person("admin").await;
    let (link, id) = pays(&test, "ana", LOST).await;
    silence(&test).await;
    let asked = attempt(&test, id).await;
    assert_eq!(asked.state, AttemptState::NeedsPerson);
    assert!(asked.inquiries >= 5, "{asked:?}");
    assert!(matches!(test.order(&link).await.state, OrderState::Paying { .. }), "the seat is still kept");
    let rows = overview::doubts(&admin).await.expect("a queue").rows;
    assert!(rows.len() == 1 && rows[0].needs_person && rows[0].next.is_none() && rows[0].age_minutes >= 119, "{rows:?}");
    overview::check_now(&admin, &rows[0].id, false).await.expect("no answer");
    assert_eq!(attempt(&test, id).await.state, AttemptState::NeedsPerson, "still nothing certain");
    speaks(&test).await;
    overview::check_now(&admin, &rows[0].id, false).await.expect("an answer");
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    test.run_jobs().await;
    test.verify().await;
});

on_both!(two_administrators_must_agree_about_much, |db| async {
    let test = TestApp::demo(&db).await;
    raise_fee(&test).await;
    let (first, second) = (test.person("admin").await, colleague(&test).await);
    let (link, id) = pays(&test, "ana", LOST).await;
    silence(&test).await;
    let our_ref = attempt(&test, id).await.our_ref;
    let pnref = test.sandbox.report().entries.into_iter().find(|entry| entry.our_ref == our_ref).expect("booked").pnref;
    offline::mark_paid(&first, id, &pnref).await.expect("said");
    assert!(matches!(test.order(&link).await.state, OrderState::Paying { .. }), "one word does not count");
    let seen =
        |ctx: Ctx| async move { overview::order(&ctx, id).await.expect("a sheet").awaited.and_then(|a| a.proposal).expect("a proposal") };
    let (mine, theirs) = (seen(first.clone()).await, seen(second.clone()).await);
    assert!(mine.mine && !theirs.mine && theirs.moved && theirs.reference == pnref && theirs.by == mine.by);
    assert_eq!(refusal(two_persons::confirm(&first, id, mine.id).await), Refusal::SecondPersonNeeded);
    assert_eq!(refusal(offline::mark_unpaid(&second, id).await), Refusal::SecondPersonNeeded, "the first word is decided first");
    two_persons::withdraw(&second, id, theirs.id).await.expect("withdrawn");
    assert_eq!(refusal(two_persons::confirm(&second, id, theirs.id).await), Refusal::Stale);
    // Anew, and now the other way round.
    offline::mark_paid(&second, id, &pnref).await.expect("said");
    let theirs = seen(first.clone()).await;
    assert_eq!(refusal(two_persons::confirm(&test.person("host").await, id, theirs.id).await), Refusal::NotAllowed);
    two_persons::confirm(&first, id, theirs.id).await.expect("confirmed");
    assert!(matches!(test.order(&link).await.state, OrderState::Paid { .. }));
    assert_eq!(refusal(two_persons::confirm(&first, id, theirs.id).await), Refusal::Stale);
    assert_eq!((trailed(&test, "proposal.made").await, trailed(&test, "proposal.confirmed").await), (2, 1));
    assert_eq!((trailed(&test, "proposal.withdrawn").await, trailed(&test, "payment.marked_paid").await), (1, 1));
    speaks(&test).await;
    test.run_jobs().await;
    test.verify().await;
});

on_both!(two_administrators_must_agree_about_a_large_refund_in_doubt, |db| async {
    let test = TestApp::demo(&db).await;
    raise_fee(&test).await;
    let (first, second) = (test.person("admin").await, colleague(&test).await);
    let (link, id) = pays(&test, "ana", GOOD).await;
    test.sandbox.script(Fault::new(FaultKind::ResetBefore, 200).on("C"));
    let total = test.order(&link).await.total;
    let form = RefundForm { key: "test-key-1".into(), amount: total.plain(), reason: "mistake".into(), ..RefundForm::default() };
    let refund = refunds::ask(&first, id, &form).await.expect("asked");
    silence(&test).await;
    refunds::mark_not_returned(&first, refund).await.expect("said");
    let line = overview::order(&second, id).await.expect("a sheet").refunds.remove(0);
    let proposal = line.proposal.expect("a proposal");
    assert!(!proposal.moved && !proposal.mine);
    assert_eq!(refusal(two_persons::confirm(&first, id, proposal.id).await), Refusal::SecondPersonNeeded);
    two_persons::confirm(&second, id, proposal.id).await.expect("confirmed");
    let sheet = overview::order(&second, id).await.expect("a sheet");
    assert_eq!(sheet.refunds[0].state, lectern::domain::refund::RefundState::Failed);
    assert_eq!(sheet.refundable.map(|refundable| refundable.left), Some(total), "its amount is free again");
    assert_eq!(trailed(&test, "refund.marked_not_returned").await, 1);
    speaks(&test).await;
    test.run_jobs().await;
    test.verify().await;
});

on_both!(a_payment_that_never_arrived_is_found_out_without_a_person, |db| async {
    let test = TestApp::demo(&db).await;
    let (link, id) = pays(&test, "ana", NEVER).await;
    for seconds in [0, 61, 240] {
        later(&test, seconds).await;
    }
    assert_eq!(attempt(&test, id).await.state, AttemptState::NotSent);
    assert!(matches!(test.order(&link).await.state, OrderState::Held { .. }));
    test.verify().await;
});

on_both!(an_administrator_refunds_and_checks_without_scripts, |db| async {
    let server = TestServer::start(&db).await;
    let mut buyer = crate::approval::Buyer::register(&server, "ana").await;
    assert_eq!(buyer.pay_by("card").await.status, 303);
    let mut admin = server.signed_in("admin").await;
    let list = admin.get("/admin/orders?day=all&q=ana@example.com").await.body;
    let at = list.find("/admin/orders/0").expect("the order is listed");
    let page = list[at..at + "/admin/orders/".len() + 36].to_owned();
    let sheet = admin.get(&page).await;
    assert!(words(&sheet.body).contains("Refund EUR 100.00"), "{}", sheet.body);
    let hidden = |name: &str| crate::approval::hidden(&sheet, name);
    let (key, payment, left) = (hidden("refund_key"), hidden("payment"), hidden("left"));
    let form = |amount: &'static str, confirmed: &'static str, reason: &'static str| {
        vec![
            ("action", "refund".to_owned()),
            ("refund_key", key.clone()),
            ("payment", payment.clone()),
            ("left", left.clone()),
            ("amount", amount.to_owned()),
            ("confirmed", confirmed.to_owned()),
            ("reason", reason.to_owned()),
            ("note", "fell <ill>".to_owned()),
        ]
    };
    // Another amount than the button named is asked about again, and nothing typed is lost.
    for (amount, confirmed, reason, status) in
        [("40", "100.00", "asked", 422), ("400", "400", "asked", 422), ("40", "40.00", "", 422), ("40", "40.00", "asked", 303)]
    {
        let fields = form(amount, confirmed, reason);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = admin.post(&page, &fields).await;
        assert_eq!(reply.status, status, "{amount} {confirmed} {reason}: {}", reply.body);
        if status == 422 {
            assert!(reply.body.contains("aria-invalid=\"true\"") && reply.body.contains("fell &lt;ill&gt;"), "{}", reply.body);
        }
    }
    let sheet = words(&admin.get(&page).await.body);
    assert!(sheet.contains("data-refund=\"done\"") && sheet.contains("Refund EUR 60.00"), "{sheet}");
    let own = words(&buyer.ours.get(&buyer.own_page()).await.body);
    assert!(own.contains("EUR 40.00 was returned") && own.contains("data-state=\"paid\""), "{own}");
    // From an old page, when something else is left: 409 and the page as it is now.
    let old = form("100", "100", "asked");
    let mut old: Vec<(&str, &str)> = old.iter().map(|(name, value)| (*name, value.as_str())).collect();
    old[1].1 = "another-key-of-an-old-page";
    assert_eq!(admin.post(&page, &old).await.status, 409);
    // The JSON twin.
    let body = format!("{{\"email\":\"admin@demo.test\",\"password\":\"{}\"}}", lectern::server::seed::PASSWORD);
    let token = server.browser().send("POST", "/api/v1/token", &[("Content-Type", "application/json")], body.as_bytes()).await;
    let token: serde_json::Value = serde_json::from_str(&token.body).expect("JSON");
    let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json"), ("Idempotency-Key", "program-key-1")];
    for _twice in 0..2 {
        let path = format!("/api/v1{page}/refunds");
        let reply = server.browser().send("POST", &path, &headers, br#"{"amount":"60","reason":"goodwill"}"#).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert!(reply.body.contains("\"refunded\""), "{}", reply.body);
    }
    assert_eq!(buyer.state().await, "refunded");
    let queue = admin.get("/admin/unknown").await;
    assert!(queue.status == 200 && queue.body.contains("Nothing is in question"), "{}", queue.body);
    assert_eq!(server.browser().get("/admin/unknown").await.status / 100, 3);
    assert_eq!(server.signed_in("host").await.get("/admin/unknown").await.status, 403);
    server.ends_clean().await;
});
