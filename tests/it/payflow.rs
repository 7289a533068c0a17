//! Our Payflow client against our simulator, over real HTTP: every ending of §6 of the house style, and above all the ones
//! where money moved and the answer did not come.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lectern::domain::{
    card::{Brand, Expiry},
    ids::ProcessorConfigId,
    money::{Currency, Money},
    payment::DeclineClass,
};
use lectern::server::clock::Clock;
use lectern::server::payments::line::{Timing, http_client};
use lectern::server::payments::{
    Asked, AttemptRef, Authorised, Billing, Captured, CardDetails, CardSeen, ConfigVersion, ConnectionProblem, Decline, Doubt, Fault,
    IdempotencyKey, Outcome, Processor, ProcessorConfig, ProcessorKind, ProcessorRef, Processors, Refunded, Sale, SecretDigits, Standing,
};
use lectern::server::sandbox::{
    self, Sandbox, SandboxConfig, Switches,
    faults::{self, FaultKind},
    ledger::Report,
};
use secrecy::SecretString;
use tokio::{net::TcpListener, sync::oneshot};

const VISA: &str = "4111111111111111";

struct World {
    sandbox: Arc<Sandbox>,
    payflow: Arc<dyn Processor>,
    base: String,
    _stop: oneshot::Sender<()>,
}

fn config(base_url: &str, password: &str) -> ProcessorConfig {
    ProcessorConfig {
        of: ConfigVersion { id: ProcessorConfigId(uuid::Uuid::nil()), version: 1 },
        settings: serde_json::json!({"base_url": base_url, "partner": "PayPal", "vendor": "lectern-demo", "user": "lectern-demo"}),
        secrets: BTreeMap::from([("password".to_owned(), SecretString::from(password.to_owned()))]),
    }
}

/// Waiting times of a test: two quick resends, and a deadline that a hang of the simulator passes.
fn timing() -> Timing {
    Timing {
        deadline: Duration::from_millis(1500),
        resend_after: vec![Duration::from_millis(5); 2],
        place_wait: Duration::from_millis(200),
        places: 16,
        failures_max: 1000,
        rest: Duration::from_millis(50),
    }
}

fn client(base_url: &str, password: &str) -> Arc<dyn Processor> {
    let processors = Processors::with_timing(Clock::System, timing()).expect("TLS can be set up");
    processors.get(ProcessorKind::Payflow, &config(base_url, password)).expect("usable settings")
}

async fn world() -> World {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let sandbox = Sandbox::new(SandboxConfig::in_memory(Clock::System)).expect("in memory");
    sandbox.set(Switches { hang_ms: 10_000, ..Switches::default() });
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(sandbox::serve(listener, Arc::clone(&sandbox), async move { drop(stopped.await) }));
    World { payflow: client(&format!("{base}/payflow/"), "Simulator-2026"), sandbox, base, _stop: stop }
}

impl World {
    fn fault(&self, kind: FaultKind, times: u32) {
        self.sandbox.script(faults::Fault::new(kind, times));
    }

    /// What the simulator's own books say was taken and given back, and how many transactions they have.
    fn books(&self) -> (i64, i64, usize) {
        let Report { totals, entries } = self.sandbox.report();
        (totals.iter().map(|t| t.captured_minor).sum(), totals.iter().map(|t| t.refunded_minor).sum(), entries.len())
    }

    async fn sell(&self, n: u8, number: &str, minor: i64) -> Outcome<Captured> {
        self.payflow.sale(&key(n), &ask(n, number, minor)).await
    }

    async fn standing(&self, n: u8, minor: i64) -> Outcome<Standing> {
        self.payflow.inquire(&Asked::of(&attempt(n)), usd(minor)).await
    }
}

fn key(n: u8) -> IdempotencyKey {
    IdempotencyKey::from_random([n; 16])
}

fn attempt(n: u8) -> AttemptRef {
    AttemptRef::parse(&format!("TRY{n}")).expect("a reference")
}

fn usd(minor: i64) -> Money {
    Money::from_minor(minor, Currency::USD)
}

fn ask(n: u8, number: &str, minor: i64) -> Sale {
    Sale {
        amount: usd(minor),
        card: CardDetails {
            number: SecretDigits::new(number),
            expiry: Expiry::parse("12/39").expect("an expiry"),
            code: SecretDigits::new("123"),
            name: "Ștefania & Ann=\"X\"\r\n Țepeș".to_owned(),
            three_ds: None,
        },
        billing: Billing {
            street: "24285 Elm & Oak=3".to_owned(),
            zip: "00382".to_owned(),
            country: "US".to_owned(),
            ..Billing::default()
        },
        invoice: format!("LE-{n}"),
        attempt_ref: attempt(n),
        buyer_ip: Some("203.0.113.9".parse().expect("an address")),
        email: Some("ann@mail.example".to_owned()),
        description: "Training \"A&B\"&AMT=0.01".to_owned(),
    }
}

fn captured(outcome: Outcome<Captured>) -> Captured {
    match outcome {
        Outcome::Done(captured) => captured,
        Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => panic!("not captured: {outcome:?}"),
    }
}

#[tokio::test]
async fn a_sale_is_captured_once_for_exactly_what_was_asked() {
    let world = world().await;
    let sold = captured(world.sell(1, VISA, 2500).await);
    assert_eq!(sold.amount, usd(2500));
    assert_eq!(sold.card, Some(CardSeen { brand: Some(Brand::Visa), last4: "1111".to_owned(), funding: None }));
    let Report { entries, .. } = world.sandbox.report();
    let [entry] = entries.as_slice() else { panic!("one entry: {entries:?}") };
    assert_eq!(
        (entry.our_ref.as_str(), entry.invnum.as_str(), entry.pnref.as_str(), entry.amount_minor),
        ("TRY1", "LE-1", sold.reference.as_str(), 2500)
    );
    assert_eq!(entry.state, "captured");
    assert_eq!(world.standing(1, 2500).await, Outcome::Done(Standing::Captured(sold)));
    assert!(matches!(world.standing(1, 2501).await, Outcome::Unknown(Doubt::Mismatch { .. })));
}

#[tokio::test]
async fn every_test_card_ends_as_its_class() {
    use DeclineClass as D;
    let world = world().await;
    for (n, (number, class, code)) in [
        ("4000000000000002", D::Refused, "12"),
        ("4000000000009987", D::Refused, "13"),
        ("4000000000009995", D::Funds, "50"),
        ("4000000000006975", D::Funds, "51"),
        ("4000000000000069", D::Details, "24"),
        ("4000000000004954", D::FraudCheck, "125"),
        ("4000000000000127", D::Details, "114"),
        ("4000000000000010", D::Details, "112"),
        ("4242424242424242", D::Details, "23"),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few cards");
        assert_eq!(world.sell(n, number, 2500).await, Outcome::Declined(Decline { class, code: code.to_owned() }), "{number}");
        assert_eq!(world.standing(n, 2500).await, Outcome::Done(Standing::Declined(class)), "{number}");
    }
    let report = world.sandbox.report();
    assert_eq!(report.entries.iter().filter(|e| e.state == "stray_hold").count(), 0, "no hold is left on a declined card");
    assert_eq!(report.entries.iter().filter(|e| e.state == "voided").count(), 2);
    assert_eq!(world.books().0, 0);
}

#[tokio::test]
async fn a_processor_out_of_order_took_nothing() {
    let world = world().await;
    let outcome = world.sell(1, "4000000000000341", 2500).await;
    assert!(matches!(&outcome, Outcome::NotSent(fault @ Fault::Unavailable { .. }) if fault.needs_new_key()), "{outcome:?}");
    assert_eq!(world.books().0, 0);
    let unsure = world.sell(2, "4000000000009979", 2500).await;
    assert!(matches!(unsure, Outcome::Unknown(Doubt::ProcessorUnsure { .. })), "{unsure:?}");
    assert_eq!(world.standing(2, 2500).await, Outcome::Done(Standing::Declined(DeclineClass::TryLater)));
}

#[tokio::test]
async fn a_review_is_pending_until_a_person_decides() {
    let world = world().await;
    let http = http_client().expect("a client");
    for (n, accept) in [(1, true), (2, false)] {
        assert_eq!(world.sell(n, "4000000000009235", 2500).await, Outcome::Unknown(Doubt::Pending));
        assert_eq!(world.standing(n, 2500).await, Outcome::Done(Standing::Pending));
        let pnref = world.sandbox.report().entries.last().expect("an entry").pnref.clone();
        let answer = http
            .post(format!("{}/control/review/{pnref}", world.base))
            .header("content-type", "application/json")
            .body(format!("{{\"accept\":{accept}}}"));
        assert_eq!(answer.send().await.expect("an answer").status(), 204);
    }
    assert!(matches!(world.standing(1, 2500).await, Outcome::Done(Standing::Captured(_))));
    assert_eq!(world.standing(2, 2500).await, Outcome::Done(Standing::Declined(DeclineClass::FraudCheck)));
    assert_eq!(world.books().0, 2500);
}

#[tokio::test]
async fn a_timeout_after_booking_is_unknown_and_found_by_inquiry() {
    let world = world().await;
    world.fault(FaultKind::TimeoutAfter, 9);
    assert_eq!(world.sell(1, VISA, 2500).await, Outcome::Unknown(Doubt::Timeout));
    assert!(matches!(world.standing(1, 2500).await, Outcome::Done(Standing::Captured(c)) if c.amount == usd(2500)));
    assert_eq!(world.books(), (2500, 0, 1));
}

#[tokio::test]
async fn a_timeout_before_booking_is_unknown_and_found_not_taken() {
    let world = world().await;
    world.fault(FaultKind::TimeoutBefore, 9);
    assert_eq!(world.sell(1, VISA, 2500).await, Outcome::Unknown(Doubt::Timeout));
    assert_eq!(world.standing(1, 2500).await, Outcome::Done(Standing::NotFound));
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn an_answer_lost_once_is_told_again_and_verified() {
    let world = world().await;
    for (n, kind) in [
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::Broken,
        FaultKind::Truncated { keep: None },
        FaultKind::Truncated { keep: Some(8) },
        FaultKind::Truncated { keep: Some(0) },
        FaultKind::Huge,
        FaultKind::Html,
    ]
    .into_iter()
    .enumerate()
    {
        world.fault(kind.clone(), 1);
        let sold = captured(world.sell(u8::try_from(n).expect("few"), VISA, 2500).await);
        assert_eq!(sold.amount, usd(2500), "{kind:?}");
    }
    assert_eq!(world.books(), (8 * 2500, 0, 8));
}

#[tokio::test]
async fn an_answer_lost_every_time_is_unknown_and_nothing_is_taken_twice() {
    let world = world().await;
    for (n, (kind, doubt, found)) in [
        (FaultKind::ResetBefore, Doubt::Lost, false),
        (FaultKind::ResetAfter, Doubt::Lost, true),
        (FaultKind::Broken, Doubt::Lost, true),
        (FaultKind::Truncated { keep: None }, Doubt::Unreadable, true),
        (FaultKind::Truncated { keep: Some(8) }, Doubt::Unreadable, true),
        (FaultKind::Html, Doubt::Unreadable, false),
        (FaultKind::Huge, Doubt::Unreadable, true),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few");
        world.fault(kind.clone(), 3);
        assert_eq!(world.sell(n, VISA, 2500).await, Outcome::Unknown(doubt), "{kind:?}");
        let standing = world.standing(n, 2500).await;
        assert_eq!(matches!(standing, Outcome::Done(Standing::Captured(_))), found, "{kind:?}: {standing:?}");
        assert_eq!(matches!(standing, Outcome::Done(Standing::NotFound)), !found, "{kind:?}: {standing:?}");
    }
    assert_eq!(world.books(), (5 * 2500, 0, 5));
}

#[tokio::test]
async fn a_sticky_500_stops_after_two_and_is_looked_up() {
    let world = world().await;
    world.fault(FaultKind::Status500, 1);
    assert_eq!(world.sell(1, VISA, 2500).await, Outcome::Unknown(Doubt::Status(500)));
    assert_eq!(world.standing(1, 2500).await, Outcome::Done(Standing::NotFound));
    // The same key stays stuck; a new attempt does not.
    assert_eq!(world.sell(1, VISA, 2500).await, Outcome::Unknown(Doubt::Status(500)));
    captured(world.sell(2, VISA, 2500).await);
    assert_eq!(world.books(), (2500, 0, 1));

    let (base, mut played) = play(vec!["500", "500", "RESULT=0&PNREF=V27D8A4F222A&RESPMSG=Approved"]).await;
    assert_eq!(client(&base, "Simulator-2026").sale(&key(3), &ask(3, VISA, 2500)).await, Outcome::Unknown(Doubt::Status(500)));
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut played).await.is_err(), "the third request never comes");
}

#[tokio::test]
async fn what_is_sent_again_is_the_same_to_the_byte() {
    let (base, played) = play(vec!["RESULT=0&PN", "<html>", "RESULT=0&PNREF=V27D8A4F222A&RESPMSG=Approved&AMT=25.00"]).await;
    captured(client(&base, "Simulator-2026").sale(&key(1), &ask(1, VISA, 2500)).await);
    let sent = played.await.expect("three requests");
    assert_eq!((&sent[0], &sent[0]), (&sent[1], &sent[2]));
    assert!(sent[0].starts_with("x-vps-request-id: 01010101010101010101010101010101\nPARTNER=PayPal&VENDOR=lectern-demo&"), "{}", sent[0]);
    for field in [
        "&COMMENT1[23]=Training 'A&B'&AMT=0.01&",
        "&AMT=25.00&CURRENCY=USD&",
        "&BILLTOFIRSTNAME[18]=Stefania & Ann='X'&BILLTOLASTNAME=Tepes&",
        "&BILLTOSTREET[17]=24285 Elm & Oak=3&",
    ] {
        assert!(sent[0].contains(field), "{field} in {}", sent[0]);
    }
}

#[tokio::test]
async fn the_lost_answer_cards_end_as_their_table_says() {
    let world = world().await;
    assert_eq!(world.sell(1, "4000000000000119", 2500).await, Outcome::Unknown(Doubt::Lost));
    assert!(matches!(world.standing(1, 2500).await, Outcome::Done(Standing::Captured(_))));
    assert!(matches!(world.sell(2, "4000000000000101", 2500).await, Outcome::Unknown(Doubt::ProcessorUnsure { .. })));
    assert!(matches!(world.standing(2, 2500).await, Outcome::Done(Standing::Captured(_))));
    assert_eq!(world.sell(3, "4000000000000259", 2500).await, Outcome::Unknown(Doubt::Timeout));
    assert_eq!(world.standing(3, 2500).await, Outcome::Done(Standing::NotFound));
    assert_eq!(world.books(), (5000, 0, 2));
}

#[tokio::test]
async fn a_key_used_again_takes_nothing_again() {
    let world = world().await;
    let first = captured(world.sell(1, VISA, 2500).await);
    let again = captured(world.sell(1, VISA, 2500).await);
    assert_eq!(first.reference, again.reference);
    assert_eq!(world.books(), (2500, 0, 1));
    // A declined key stays declined, whatever card comes.
    assert!(matches!(world.sell(2, "4000000000000002", 2500).await, Outcome::Declined(_)));
    assert!(matches!(world.sell(2, VISA, 2500).await, Outcome::Declined(_)));
    assert_eq!(world.books().0, 2500);
}

#[tokio::test]
async fn a_stored_answer_about_another_amount_is_never_paid() {
    let world = world().await;
    captured(world.sell(1, VISA, 2500).await);
    let other = world.payflow.sale(&key(1), &ask(1, VISA, 9900)).await;
    assert!(matches!(&other, Outcome::Unknown(doubt @ Doubt::Mismatch { .. }) if doubt.needs_operator()), "{other:?}");
    // The same key with a new reference of ours: the stored payment is not that attempt's.
    let stranger = world.payflow.sale(&key(1), &ask(2, VISA, 2500)).await;
    assert_eq!(stranger, Outcome::Unknown(Doubt::OtherPayment));
    assert_eq!(world.books(), (2500, 0, 1));
}

#[tokio::test]
async fn an_answer_with_another_amount_or_currency_is_never_paid() {
    let world = world().await;
    for (n, kind) in [(1, FaultKind::WrongAmount), (2, FaultKind::WrongCurrency)] {
        world.fault(kind, 1);
        let outcome = world.sell(n, VISA, 2500).await;
        assert!(matches!(outcome, Outcome::Unknown(Doubt::Mismatch { reported: Some(_), reference: Some(_) })), "{outcome:?}");
    }
    let sold = captured(world.sell(3, VISA, 2500).await);
    world.sandbox.script(faults::Fault::new(FaultKind::WrongAmount, 1).on("C"));
    let refund = world.payflow.refund(&key(3).step("refund"), &sold.reference, usd(1000)).await;
    assert!(matches!(refund, Outcome::Unknown(Doubt::Mismatch { .. })), "{refund:?}");
}

#[tokio::test]
async fn a_partial_approval_is_voided() {
    let world = world().await;
    // Our requests never allow one, so the gateway itself is played here.
    let (part, voids) = play(vec![
        "RESULT=0&PNREF=VA9278D15056&RESPMSG=Partial Approval&AUTHCODE=010101&AMT=100.00&ORIGAMT=120.00&BALAMT=0.00",
        "RESULT=0&PNREF=VA23FA021068&RESPMSG=Approved",
    ])
    .await;
    let outcome = client(&part, "Simulator-2026").sale(&key(1), &ask(1, VISA, 12_000)).await;
    assert_eq!(outcome, Outcome::Declined(Decline { class: DeclineClass::Funds, code: "partial".to_owned() }));
    let sent = voids.await.expect("both requests");
    assert!(sent[1].contains("TRXTYPE=V") && sent[1].contains("ORIGID=VA9278D15056"), "the part is voided");

    let (part, _voids) = play(vec![
        "RESULT=0&PNREF=VA9278D15056&RESPMSG=Partial Approval&AUTHCODE=010101&AMT=100.00&ORIGAMT=120.00",
        "RESULT=108&PNREF=VA23FA021068&RESPMSG=Void error",
    ])
    .await;
    let outcome = client(&part, "Simulator-2026").sale(&key(1), &ask(1, VISA, 12_000)).await;
    assert!(matches!(outcome, Outcome::Unknown(Doubt::PartNotVoided { .. })), "{outcome:?}");
    drop(world);
}

/// A gateway that gives these replies in turn; the request ids and bodies it got.
async fn play(replies: Vec<&'static str>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/", listener.local_addr().expect("an address"));
    let played = tokio::spawn(async move {
        let mut bodies = Vec::new();
        for reply in replies {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut seen = String::new();
            let mut buffer = [0; 4096];
            let wanted = loop {
                let n = stream.read(&mut buffer).await.expect("readable");
                seen.push_str(&String::from_utf8_lossy(&buffer[..n]));
                let Some((head, body)) = seen.split_once("\r\n\r\n") else { continue };
                let length: usize = head
                    .lines()
                    .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
                    .expect("a length, not chunks");
                if body.len() >= length {
                    break body.to_owned();
                }
            };
            let head = seen.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
            for line in ["content-type: text/namevalue", "x-vps-client-timeout: 45", "x-vps-request-id: "] {
                assert!(head.contains(line), "{line} in {head}");
            }
            assert!(head.starts_with("post / http/1.1") && !head.contains("expect:") && !head.contains("cookie:"), "{head}");
            let id = head.lines().find(|line| line.starts_with("x-vps-request-id")).unwrap_or_default();
            bodies.push(format!("{id}\n{wanted}"));
            let status = if reply == "500" { "500 Broken" } else { "200 OK" };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/namevalue\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{reply}",
                reply.len()
            );
            stream.write_all(answer.as_bytes()).await.expect("writable");
        }
        bodies
    });
    (base, played)
}

#[tokio::test]
async fn refunds_never_exceed_what_was_taken() {
    let world = world().await;
    let sold = captured(world.sell(1, VISA, 2500).await);
    let refund = async |step: &str, minor| world.payflow.refund(&key(1).step(step), &sold.reference, usd(minor)).await;
    let first = refund("a", 1000).await;
    assert!(matches!(&first, Outcome::Done(Refunded { amount, .. }) if *amount == usd(1000)), "{first:?}");
    assert_eq!(refund("a", 1000).await, first, "told twice, given once");
    assert_eq!(world.books(), (2500, 1000, 2));
    let over = refund("b", 1501).await;
    assert_eq!(over, Outcome::Declined(Decline { class: DeclineClass::Refused, code: "105".to_owned() }));
    world.sandbox.script(faults::Fault::new(FaultKind::ResetAfter, 3).on("C"));
    assert_eq!(refund("c", 1500).await, Outcome::Unknown(Doubt::Lost));
    let reference = AttemptRef::of_key(&key(1).step("c"));
    assert!(
        matches!(world.payflow.inquire(&Asked::of(&reference), usd(1500)).await, Outcome::Done(Standing::Captured(_))),
        "a refund is found by its key's reference"
    );
    assert!(matches!(refund("d", 1).await, Outcome::Declined(_)));
    assert_eq!(world.books().1, 2500);
    let nobody = ProcessorRef::parse("V00000000000").expect("a reference");
    assert!(matches!(world.payflow.refund(&key(9), &nobody, usd(100)).await, Outcome::NotSent(Fault::Rejected { .. })));
}

#[tokio::test]
async fn an_authorisation_is_captured_in_part_or_cancelled() {
    let world = world().await;
    let authorise = async |n| match world.payflow.authorise(&key(n), &ask(n, VISA, 16_110)).await {
        Outcome::Done(Authorised { reference, amount, .. }) if amount == usd(16_110) => reference,
        other => panic!("not authorised: {other:?}"),
    };
    let first = authorise(1).await;
    assert!(matches!(world.standing(1, 16_110).await, Outcome::Done(Standing::Authorised(_))));
    assert_eq!(world.books().0, 0);
    assert!(
        matches!(world.payflow.refund(&key(1).step("refund"), &first, usd(100)).await, Outcome::Declined(_)),
        "nothing taken, nothing to refund"
    );
    let taken = captured(world.payflow.capture(&key(1).step("capture"), &first, usd(9520)).await);
    assert_eq!(captured(world.payflow.capture(&key(1).step("capture"), &first, usd(9520)).await), taken);
    assert!(
        matches!(world.payflow.capture(&key(1).step("more"), &first, usd(100)).await, Outcome::Unknown(_)),
        "a second capture is looked into"
    );
    assert!(matches!(world.payflow.cancel(&key(1).step("void"), &first).await, Outcome::Declined(_)), "too late to cancel");
    assert_eq!(world.books().0, 9520);

    let second = authorise(2).await;
    assert_eq!(world.payflow.cancel(&key(2).step("void"), &second).await, Outcome::Done(()));
    assert_eq!(world.payflow.cancel(&key(2).step("void"), &second).await, Outcome::Done(()), "told twice");
    assert!(matches!(world.payflow.cancel(&key(2).step("again"), &second).await, Outcome::Declined(_)));
    assert_eq!(world.standing(2, 16_110).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    assert!(matches!(world.payflow.capture(&key(2).step("capture"), &second, usd(100)).await, Outcome::Unknown(_)));
    assert_eq!(world.books().0, 9520);
}

#[tokio::test]
async fn a_sale_can_be_cancelled_until_it_settles() {
    let world = world().await;
    let (early, late) = (captured(world.sell(1, VISA, 2500).await), captured(world.sell(2, VISA, 2500).await));
    assert_eq!(world.payflow.cancel(&key(1).step("void"), &early.reference).await, Outcome::Done(()));
    let settle = http_client().expect("a client").post(format!("{}/control/settle", world.base)).send().await.expect("an answer");
    assert_eq!(settle.status(), 204);
    assert!(matches!(world.payflow.cancel(&key(2).step("void"), &late.reference).await, Outcome::Declined(d) if d.code == "108"));
    assert!(matches!(world.payflow.refund(&key(2).step("refund"), &late.reference, usd(2500)).await, Outcome::Done(_)));
    assert_eq!(world.books(), (2500, 2500, 5));
}

#[tokio::test]
async fn what_cannot_be_carried_is_not_sent() {
    let world = world().await;
    let sale = |amount| Sale { amount, ..ask(1, VISA, 1) };
    for (amount, fault) in [
        (Money::from_minor(1000, Currency::RON), Fault::Currency(Currency::RON)),
        (usd(0), Fault::Amount),
        (usd(-5), Fault::Amount),
        (usd(10_000_000_000), Fault::Amount),
    ] {
        assert_eq!(world.payflow.sale(&key(1), &sale(amount)).await, Outcome::NotSent(fault.clone()));
        assert_eq!(world.payflow.authorise(&key(1), &sale(amount)).await, Outcome::NotSent(fault));
    }
    assert_eq!(world.books(), (0, 0, 0));
    let yen = captured(world.payflow.sale(&key(2), &sale(Money::from_minor(500, Currency::JPY))).await);
    assert_eq!(yen.amount, Money::from_minor(500, Currency::JPY));
    assert_eq!(world.books().0, 500);
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/payflow/", listener.local_addr().expect("an address"));
    drop(listener);
    let payflow = client(&base, "Simulator-2026");
    let outcome = payflow.sale(&key(1), &ask(1, VISA, 2500)).await;
    assert!(matches!(&outcome, Outcome::NotSent(fault @ Fault::Connect) if !fault.needs_new_key()), "{outcome:?}");
    assert_eq!(payflow.test_connection().await, Err(ConnectionProblem::Unreachable));
}

#[tokio::test]
async fn a_connection_test_tells_what_is_wrong_without_moving_money() {
    let world = world().await;
    let url = format!("{}/payflow/", world.base);
    assert_eq!(world.payflow.test_connection().await, Ok(()));
    assert_eq!(client(&url, "wrong-Password9").test_connection().await, Err(ConnectionProblem::Credentials));
    assert_eq!(
        client(&format!("{}/nowhere", world.base), "Simulator-2026").test_connection().await,
        Err(ConnectionProblem::NotTheProcessor)
    );
    let processors = Processors::with_timing(Clock::System, timing()).expect("TLS can be set up");
    let mut stranger = config(&url, "Simulator-2026");
    stranger.settings["vendor"] = "nobody".into();
    assert_eq!(
        processors.build(ProcessorKind::Payflow, &stranger).expect("usable").test_connection().await,
        Err(ConnectionProblem::Vendor)
    );
    let refused = client(&url, "wrong-Password9").sale(&key(1), &ask(1, VISA, 2500)).await;
    assert!(matches!(&refused, Outcome::NotSent(fault @ Fault::Misconfigured { .. }) if fault.needs_operator()), "{refused:?}");
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn too_many_calls_at_once_are_turned_away_before_sending() {
    let world = world().await;
    let processors = Processors::with_timing(Clock::System, Timing { places: 1, place_wait: Duration::from_millis(20), ..timing() })
        .expect("TLS can be set up");
    let payflow = processors.get(ProcessorKind::Payflow, &config(&format!("{}/payflow/", world.base), "Simulator-2026")).expect("usable");
    world.fault(FaultKind::Slow { ms: 300 }, 1);
    let (first_key, first_ask, second_key, second_ask) = (key(1), ask(1, VISA, 2500), key(2), ask(2, VISA, 2500));
    let (first, second) = tokio::join!(payflow.sale(&first_key, &first_ask), payflow.sale(&second_key, &second_ask));
    captured(first);
    assert_eq!(second, Outcome::NotSent(Fault::Busy));
    assert_eq!(world.books(), (2500, 0, 1));
}

#[tokio::test]
async fn the_control_api_scripts_shows_and_forgets() {
    let world = world().await;
    let http = http_client().expect("a client");
    let at = |path: &str| format!("{}{path}", world.base);
    let script = |body: &'static str| http.post(at("/control/faults")).header("content-type", "application/json").body(body);
    assert_eq!(script(r#"{"kind":"decline","result":50,"times":1,"custref":"TRY2"}"#).send().await.expect("an answer").status(), 201);
    assert_eq!(script(r#"{"kind":"nonsense"}"#).send().await.expect("an answer").status(), 422);
    captured(world.sell(1, VISA, 2500).await);
    assert!(matches!(world.sell(2, VISA, 2500).await, Outcome::Declined(Decline { class: DeclineClass::Funds, .. })));
    let text = async |path: &str| http.get(at(path)).send().await.expect("an answer").text().await.expect("text");
    let report: Report = serde_json::from_str(&text("/control/ledger").await).expect("a report");
    assert_eq!(report, world.sandbox.report());
    let cards: serde_json::Value = serde_json::from_str(&text("/control/cards").await).expect("cards");
    assert!(cards.as_array().is_some_and(|c| c.len() > 25));
    let page = text("/").await;
    assert!(
        page.contains("no real money") && page.contains("4000 0000 0000 9995") && !page.contains("http://") && !page.contains("<script"),
        "{page}"
    );
    let foreign = http.post(at("/control/reset")).header("sec-fetch-site", "cross-site").send().await.expect("an answer");
    assert_eq!(foreign.status(), 403);
    assert_eq!(script(r#"{"kind":"html"}"#).send().await.expect("an answer").status(), 201);
    assert_eq!(http.delete(at("/control/faults")).send().await.expect("an answer").status(), 204);
    assert_eq!(text("/control/faults").await, "[]");
    assert_eq!(http.post(at("/control/reset")).send().await.expect("an answer").status(), 204);
    assert_eq!(world.books(), (0, 0, 0));
}
