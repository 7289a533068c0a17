//! Our PayPal Orders client against our simulator, over real HTTP: the buyer's way there and back, every ending of §6 of the
//! house style, and above all the ones where money moved and the answer did not come.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing};
use lectern::domain::{
    ids::ProcessorConfigId,
    money::{Currency, Money},
    payment::DeclineClass,
    text::Lang,
    time::Timestamp,
};
use lectern::server::clock::Clock;
use lectern::server::payments::line::{Timing, http_client};
use lectern::server::payments::{
    About, Approval, Asked, AttemptRef, Captured, ConfigVersion, ConnectionProblem, Decline, Doubt, Fault, Forged, IdempotencyKey,
    NextStep, Outcome, Processor, ProcessorConfig, ProcessorKind, ProcessorRef, Processors, Refunded, Standing,
};
use lectern::server::sandbox::{
    self, Sandbox, SandboxConfig, Switches,
    faults::{self, FaultKind},
    ledger::Report,
    orders::webhook_id,
};
use secrecy::SecretString;
use tokio::{net::TcpListener, sync::mpsc, sync::oneshot};

const ACCOUNT: &str = "lectern-demo";
const SECRET: &str = "Simulator-2026";

struct World {
    sandbox: Arc<Sandbox>,
    paypal: Arc<dyn Processor>,
    base: String,
    clock: Clock,
    _stop: oneshot::Sender<()>,
}

fn config(base: &str, secret: &str) -> ProcessorConfig {
    ProcessorConfig {
        of: ConfigVersion { id: ProcessorConfigId(uuid::Uuid::nil()), version: 1 },
        settings: serde_json::json!({"base_url": format!("{base}/paypal"), "client_id": ACCOUNT, "webhook_id": webhook_id(ACCOUNT)}),
        secrets: BTreeMap::from([("client_secret".to_owned(), SecretString::from(secret.to_owned()))]),
    }
}

/// Waiting times of a test: two quick resends, and a deadline that a hang of the simulator passes.
fn timing() -> Timing {
    Timing {
        deadline: Duration::from_millis(1500),
        resend_after: vec![Duration::from_millis(5); 2],
        place_wait: Duration::from_millis(200),
        ..Timing::default()
    }
}

fn built(config: &ProcessorConfig, clock: Clock) -> Arc<dyn Processor> {
    let processors = Processors::with_timing(clock, timing()).expect("TLS can be set up");
    processors.get(ProcessorKind::Orders, config).expect("usable settings")
}

fn client(base: &str, secret: &str) -> Arc<dyn Processor> {
    built(&config(base, secret), Clock::System)
}

async fn world() -> World {
    world_at(SandboxConfig::in_memory(Clock::System)).await
}

async fn world_at(config_of: SandboxConfig) -> World {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let clock = config_of.clock.clone();
    let sandbox = Sandbox::new(config_of).expect("a sandbox");
    sandbox.set(Switches { hang_ms: 10_000, ..Switches::default() });
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(sandbox::serve(listener, Arc::clone(&sandbox), async move { drop(stopped.await) }));
    World { paypal: built(&config(&base, SECRET), clock.clone()), sandbox, base, clock, _stop: stop }
}

impl World {
    fn fault(&self, kind: FaultKind, times: u32, on: &str) {
        self.sandbox.script(faults::Fault::new(kind, times).on(on));
    }

    fn refuse(&self, code: &str, on: &str) {
        self.fault(FaultKind::Refuse { code: code.to_owned() }, 1, on);
    }

    /// What the simulator's own books say was taken and given back, and how many captures and refunds they have.
    fn books(&self) -> (i64, i64, usize) {
        let Report { totals, entries } = self.sandbox.report();
        (totals.iter().map(|t| t.captured_minor).sum(), totals.iter().map(|t| t.refunded_minor).sum(), entries.len())
    }

    async fn post(&self, path: &str, kind: &str, body: String) -> (u16, String) {
        let http = http_client().expect("a client");
        let request = http.post(format!("{}{path}", self.base)).header("content-type", kind).body(body);
        let answer = request.send().await.expect("an answer");
        let location = answer.headers().get("location").and_then(|l| l.to_str().ok()).map(str::to_owned);
        let status = answer.status().as_u16();
        (
            status,
            match location {
                Some(location) => location,
                None => answer.text().await.expect("text"),
            },
        )
    }

    /// What the buyer does on PayPal's page; where they are sent then.
    async fn choose(&self, order: &ProcessorRef, action: &str, funding: &str) -> String {
        let form = format!("token={}&action={action}&funding={funding}", order.as_str());
        let (status, location) = self.post("/paypal/checkoutnow", "application/x-www-form-urlencoded", form).await;
        assert_eq!(status, 303, "{location}");
        location
    }

    async fn clear_faults(&self) {
        let http = http_client().expect("a client");
        assert_eq!(http.delete(format!("{}/control/faults", self.base)).send().await.expect("an answer").status(), 204);
    }

    async fn settle(&self, accept: bool) {
        let (status, body) = self.post("/control/orders/settle", "application/json", format!("{{\"accept\":{accept}}}")).await;
        assert_eq!((status, body.as_str()), (200, r#"{"settled":1}"#));
    }

    async fn started(&self, n: u8, amount: Money) -> ProcessorRef {
        started(self.paypal.start(&key(n), &ask(n, amount)).await)
    }

    async fn approved(&self, n: u8, minor: i64, funding: &str) -> ProcessorRef {
        let order = self.started(n, eur(minor)).await;
        self.choose(&order, "approve", funding).await;
        order
    }

    async fn finish(&self, n: u8, order: &ProcessorRef, minor: i64) -> Outcome<Captured> {
        self.paypal.finish(&key(n), order, &ask(n, eur(minor))).await
    }

    async fn standing(&self, n: u8, order: &ProcessorRef, minor: i64) -> Outcome<Standing> {
        self.paypal.inquire(&Asked { attempt_ref: attempt(n), started: Some(order.clone()) }, eur(minor)).await
    }

    async fn paid(&self, n: u8, minor: i64) -> (ProcessorRef, Captured) {
        let order = self.approved(n, minor, "balance").await;
        let captured = captured(self.finish(n, &order, minor).await);
        (order, captured)
    }
}

fn key(n: u8) -> IdempotencyKey {
    IdempotencyKey::from_random([n; 16])
}

fn attempt(n: u8) -> AttemptRef {
    AttemptRef::parse(&format!("TRY{n}")).expect("a reference")
}

fn eur(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn ask(n: u8, amount: Money) -> Approval {
    Approval {
        amount,
        description: "Training \"A&B\" <b>=[%]\r\n\u{0}Țepeș".to_owned(),
        invoice: format!("LE-{n}"),
        attempt_ref: attempt(n),
        email: Some("ann@mail.example".to_owned()),
        return_url: format!("https://shop.example/order/back?try={n}"),
        cancel_url: "https://shop.example/order/cancelled".to_owned(),
        notify_url: "https://shop.example/notify".to_owned(),
        lang: Lang::En,
        kinds: lectern::domain::card_kinds::CardKinds::All,
    }
}

fn captured(outcome: Outcome<Captured>) -> Captured {
    match outcome {
        Outcome::Done(captured) => captured,
        Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => panic!("not captured: {outcome:?}"),
    }
}

fn started(outcome: Outcome<Captured>) -> ProcessorRef {
    match outcome {
        Outcome::NeedsCustomer(NextStep::Redirect { url, reference }) => {
            assert!(url.contains(&format!("checkoutnow?token={}", reference.as_str())), "{url}");
            reference
        }
        Outcome::Done(_) | Outcome::Declined(_) | Outcome::NotSent(_) | Outcome::Unknown(_) | Outcome::NeedsCustomer(_) => {
            panic!("not started: {outcome:?}")
        }
    }
}

fn declined(class: DeclineClass, code: &str) -> Outcome<Captured> {
    Outcome::Declined(Decline { class, code: code.to_owned() })
}

#[tokio::test]
async fn an_approved_order_is_captured_once_for_exactly_what_was_asked() {
    let world = world().await;
    let order = world.started(1, eur(4500)).await;
    assert_eq!(world.books(), (0, 0, 0));
    let back = world.choose(&order, "approve", "balance").await;
    assert!(back.starts_with(&format!("https://shop.example/order/back?try=1&token={}&PayerID=", order.as_str())), "{back}");
    assert_eq!(world.books(), (0, 0, 0), "agreeing moves nothing");
    let first = captured(world.finish(1, &order, 4500).await);
    assert_eq!((first.amount, &first.card), (eur(4500), &None));
    assert_eq!(captured(world.finish(1, &order, 4500).await), first, "told again");
    assert_eq!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Captured(first.clone())));
    assert!(matches!(world.standing(1, &order, 4501).await, Outcome::Unknown(Doubt::Mismatch { .. })));
    let Report { entries, .. } = world.sandbox.report();
    let [entry] = entries.as_slice() else { panic!("one entry: {entries:?}") };
    assert_eq!(
        (entry.processor.as_str(), entry.our_ref.as_str(), entry.invnum.as_str(), entry.pnref.as_str(), entry.amount_minor),
        ("orders", "TRY1", "LE-1", first.reference.as_str(), 4500)
    );
    assert_eq!((entry.state.as_str(), entry.vendor.as_str()), ("captured", ACCOUNT));
}

#[tokio::test]
async fn nothing_is_taken_before_the_buyer_agrees() {
    let world = world().await;
    let order = world.started(1, eur(4500)).await;
    assert_eq!(started(world.finish(1, &order, 4500).await), order);
    assert_eq!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Pending));
    let away = world.choose(&order, "cancel", "balance").await;
    assert_eq!(away, format!("https://shop.example/order/cancelled?token={}", order.as_str()));
    // The buyer may still agree in another tab (paypal-rest.md §11.19).
    assert_eq!(started(world.finish(1, &order, 4500).await), order);
    world.choose(&order, "approve", "balance").await;
    assert_eq!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Pending), "approved is not paid");
    assert_eq!(world.books(), (0, 0, 0));
    captured(world.finish(1, &order, 4500).await);
    assert_eq!(world.books(), (4500, 0, 1));
}

#[tokio::test]
async fn what_was_approved_must_be_what_is_asked_before_money_is_taken() {
    let world = world().await;
    let order = world.approved(1, 4500, "balance").await;
    for other in [eur(4501), Money::from_minor(4500, Currency::USD)] {
        let outcome = world.paypal.finish(&key(1), &order, &ask(1, other)).await;
        assert!(matches!(&outcome, Outcome::Unknown(Doubt::Mismatch { reported: Some(told), .. }) if *told == eur(4500)), "{outcome:?}");
    }
    assert_eq!(world.paypal.finish(&key(2), &order, &ask(2, eur(4500))).await, Outcome::Unknown(Doubt::OtherPayment));
    for kind in [FaultKind::WrongAmount, FaultKind::WrongCurrency] {
        world.fault(kind, 1, "orders.get");
        let outcome = world.finish(1, &order, 4500).await;
        assert!(matches!(outcome, Outcome::Unknown(Doubt::Mismatch { .. })), "{outcome:?}");
    }
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn starting_twice_under_one_key_starts_one_order() {
    let world = world().await;
    let first = world.started(1, eur(4500)).await;
    assert_eq!(world.started(1, eur(4500)).await, first);
    world.choose(&first, "approve", "balance").await;
    // Who agreed already is sent on to the shop.
    let again = world.paypal.start(&key(1), &ask(1, eur(4500))).await;
    let Outcome::NeedsCustomer(NextStep::Redirect { url, reference }) = again else { panic!("{again:?}") };
    assert_eq!((url.as_str(), reference), ("https://shop.example/order/back?try=1", first));
    assert_ne!(world.started(2, eur(4500)).await.as_str(), "");
}

#[tokio::test]
async fn every_way_to_pay_ends_as_its_class() {
    use DeclineClass as D;
    let world = world().await;
    for (n, funding, class, code) in
        [(1, "refused_for_good", D::Refused, "DECLINED"), (2, "restricted_account", D::Refused, "PAYER_ACCOUNT_RESTRICTED")]
    {
        let order = world.approved(n, 4500, funding).await;
        assert_eq!(world.finish(n, &order, 4500).await, declined(class, code), "{funding}");
        assert_eq!(world.finish(n, &order, 4500).await, declined(class, code), "{funding}: told again");
    }
    let refused = world.approved(3, 4500, "refused_for_good").await;
    let _ = world.finish(3, &refused, 4500).await;
    assert_eq!(world.standing(3, &refused, 4500).await, Outcome::Done(Standing::Declined(D::Refused)));
    for (n, code, class) in [
        (10, "PAYER_CANNOT_PAY", D::Refused),
        (11, "TRANSACTION_REFUSED", D::Refused),
        (12, "CARD_EXPIRED", D::Details),
        (13, "COMPLIANCE_VIOLATION", D::FraudCheck),
        (14, "TRANSACTION_LIMIT_EXCEEDED", D::Funds),
        (15, "MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", D::Refused),
    ] {
        let order = world.approved(n, 4500, "balance").await;
        world.refuse(code, "orders.capture");
        assert_eq!(world.finish(n, &order, 4500).await, declined(class, code), "{code}");
    }
    assert_eq!(world.books().0, 0);
}

#[tokio::test]
async fn a_declined_way_to_pay_sends_the_buyer_back_to_choose_another() {
    let world = world().await;
    let order = world.approved(1, 4500, "declined_card").await;
    assert_eq!(started(world.finish(1, &order, 4500).await), order);
    assert_eq!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Pending), "not failed");
    // A second bad choice, then a good one: each under a key of its own, or the first decline would be told for ever.
    world.choose(&order, "approve", "declined_card").await;
    assert_eq!(started(world.finish(1, &order, 4500).await), order);
    world.choose(&order, "approve", "balance").await;
    captured(world.finish(1, &order, 4500).await);
    assert_eq!(world.books(), (4500, 0, 1));

    // Another server, or this one restarted, knows nothing of the declines: one more visit, and no second charge.
    let order = world.approved(2, 4500, "declined_card").await;
    assert_eq!(started(world.finish(2, &order, 4500).await), order);
    world.choose(&order, "approve", "balance").await;
    let elsewhere = client(&world.base, SECRET);
    assert_eq!(started(elsewhere.finish(&key(2), &order, &ask(2, eur(4500))).await), order);
    captured(elsewhere.finish(&key(2), &order, &ask(2, eur(4500))).await);
    captured(world.finish(2, &order, 4500).await);
    assert_eq!(world.books(), (9000, 0, 2));
}

#[tokio::test]
async fn a_payer_who_must_act_and_cannot_be_sent_there_is_in_doubt() {
    let world = world().await;
    for (n, code) in [(1, "PAYER_ACTION_REQUIRED"), (2, "ORDER_NOT_APPROVED"), (3, "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING")] {
        let order = world.approved(n, 4500, "balance").await;
        world.refuse(code, "orders.capture");
        let outcome = world.finish(n, &order, 4500).await;
        // An approved order names no page, and nothing is claimed; the next try captures.
        assert_eq!(outcome, Outcome::Unknown(Doubt::ProcessorUnsure { code: code.to_owned() }), "{code}");
        captured(world.finish(n, &order, 4500).await);
    }
}

#[tokio::test]
async fn a_review_is_pending_until_it_is_settled() {
    let world = world().await;
    for (n, accept) in [(1, true), (2, false)] {
        let order = world.approved(n, 4500, "review").await;
        assert_eq!(world.finish(n, &order, 4500).await, Outcome::Unknown(Doubt::Pending));
        assert_eq!(world.finish(n, &order, 4500).await, Outcome::Unknown(Doubt::Pending), "told again");
        assert_eq!(world.standing(n, &order, 4500).await, Outcome::Done(Standing::Pending));
        world.settle(accept).await;
        let standing = world.standing(n, &order, 4500).await;
        if accept {
            assert!(matches!(standing, Outcome::Done(Standing::Captured(_))), "{standing:?}");
            captured(world.finish(n, &order, 4500).await);
        } else {
            assert_eq!(standing, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
            assert!(matches!(world.finish(n, &order, 4500).await, Outcome::Declined(_)));
        }
    }
    assert_eq!(world.books().0, 4500);
}

#[tokio::test]
async fn a_timeout_is_unknown_and_found_out_about() {
    let world = world().await;
    for (n, kind, taken) in [(1, FaultKind::TimeoutAfter, true), (2, FaultKind::TimeoutBefore, false)] {
        let order = world.approved(n, 4500, "balance").await;
        world.fault(kind, 1, "orders.capture");
        assert_eq!(world.finish(n, &order, 4500).await, Outcome::Unknown(Doubt::Timeout));
        let standing = world.standing(n, &order, 4500).await;
        assert_eq!(matches!(standing, Outcome::Done(Standing::Captured(_))), taken, "{standing:?}");
        assert_eq!(matches!(standing, Outcome::Done(Standing::Pending)), !taken, "{standing:?}");
        captured(world.finish(n, &order, 4500).await);
    }
    assert_eq!(world.books(), (9000, 0, 2));
}

fn transport() -> [FaultKind; 8] {
    [
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::Broken,
        FaultKind::Truncated { keep: None },
        FaultKind::Truncated { keep: Some(8) },
        FaultKind::Truncated { keep: Some(0) },
        FaultKind::Huge,
        FaultKind::Html,
    ]
}

#[tokio::test]
async fn an_answer_lost_once_is_told_again() {
    let world = world().await;
    for (n, kind) in (1..).zip(transport()) {
        for on in ["orders.token", "orders.create", "orders.get", "orders.capture"] {
            world.fault(kind.clone(), 1, on);
        }
        let (_, captured) = world.paid(n, 4500).await;
        assert_eq!(captured.amount, eur(4500), "{kind:?}");
    }
    assert_eq!(world.books(), (8 * 4500, 0, 8));
}

#[tokio::test]
async fn an_answer_lost_every_time_is_unknown_and_nothing_is_taken_twice() {
    let world = world().await;
    for (n, (kind, doubt, taken)) in (1..).zip([
        (FaultKind::ResetBefore, Doubt::Lost, false),
        (FaultKind::ResetAfter, Doubt::Lost, true),
        (FaultKind::Broken, Doubt::Lost, true),
        (FaultKind::Truncated { keep: None }, Doubt::Unreadable, true),
        (FaultKind::Html, Doubt::Unreadable, false),
        (FaultKind::Huge, Doubt::Unreadable, true),
    ]) {
        let order = world.approved(n, 4500, "balance").await;
        world.fault(kind.clone(), 3, "orders.capture");
        assert_eq!(world.finish(n, &order, 4500).await, Outcome::Unknown(doubt), "{kind:?}");
        let standing = world.standing(n, &order, 4500).await;
        assert_eq!(matches!(standing, Outcome::Done(Standing::Captured(_))), taken, "{kind:?}: {standing:?}");
        captured(world.finish(n, &order, 4500).await);
    }
    assert_eq!(world.books(), (6 * 4500, 0, 6));
}

#[tokio::test]
async fn reading_that_fails_says_nothing_about_money() {
    let world = world().await;
    let (order, _) = world.paid(1, 4500).await;
    for (kind, doubt) in [(FaultKind::ResetBefore, Doubt::Lost), (FaultKind::Html, Doubt::Unreadable)] {
        world.fault(kind.clone(), 3, "orders.get");
        assert_eq!(world.finish(1, &order, 4500).await, Outcome::Unknown(doubt.clone()));
        world.fault(kind, 3, "orders.get");
        assert_eq!(world.standing(1, &order, 4500).await, Outcome::Unknown(doubt));
    }
    let nobody = client("http://127.0.0.1:9", SECRET);
    assert_eq!(nobody.finish(&key(1), &order, &ask(1, eur(4500))).await, Outcome::Unknown(Doubt::Lost));
    let stranger = client(&world.base, "wrong");
    let outcome = stranger.finish(&key(1), &order, &ask(1, eur(4500))).await;
    assert_eq!(outcome, Outcome::Unknown(Doubt::ProcessorUnsure { code: "invalid_client".to_owned() }));
}

#[tokio::test]
async fn a_sticky_500_stops_after_two_and_is_looked_up() {
    let world = world().await;
    let order = world.approved(1, 4500, "balance").await;
    world.fault(FaultKind::Status500, 1, "orders.capture");
    assert_eq!(world.finish(1, &order, 4500).await, Outcome::Unknown(Doubt::Status(500)));
    assert_eq!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Pending));
    assert_eq!(world.finish(1, &order, 4500).await, Outcome::Unknown(Doubt::Status(500)), "the key stays stuck");
    assert_eq!(world.books(), (0, 0, 0));
    world.fault(FaultKind::Status500, 1, "orders.create");
    assert_eq!(world.paypal.start(&key(2), &ask(2, eur(4500))).await, Outcome::Unknown(Doubt::Status(500)));
    world.paid(3, 4500).await;
    assert_eq!(world.books(), (4500, 0, 1));
}

#[tokio::test]
async fn an_answer_with_another_amount_or_currency_is_never_paid() {
    let world = world().await;
    for (n, kind) in [(1, FaultKind::WrongAmount), (2, FaultKind::WrongCurrency)] {
        let order = world.approved(n, 4500, "balance").await;
        world.fault(kind.clone(), 1, "orders.capture");
        let outcome = world.finish(n, &order, 4500).await;
        assert!(
            matches!(&outcome, Outcome::Unknown(doubt @ Doubt::Mismatch { reported: Some(_), .. }) if doubt.needs_operator()),
            "{outcome:?}"
        );
    }
    let (_, paid) = world.paid(3, 4500).await;
    world.fault(FaultKind::WrongAmount, 1, "orders.refund");
    let refund = world.paypal.refund(&key(3).step("refund"), &paid.reference, eur(1000)).await;
    assert!(matches!(refund, Outcome::Unknown(Doubt::Mismatch { .. })), "{refund:?}");
}

#[tokio::test]
async fn refusals_are_checked_against_the_order_before_they_are_believed() {
    let world = world().await;
    // Taken, the answer lost, and the repetition refused: the order knows better.
    let codes = ["ORDER_ALREADY_CAPTURED", "INSTRUMENT_DECLINED", "TRANSACTION_REFUSED", "PERMISSION_DENIED", "INVALID_RESOURCE_ID"];
    for (n, code) in (20..).zip(codes) {
        let order = world.approved(n, 100, "balance").await;
        world.fault(FaultKind::ResetAfter, 1, "orders.capture");
        world.refuse(code, "orders.capture");
        assert_eq!(captured(world.finish(n, &order, 100).await).amount, eur(100), "{code}");
    }
    for (n, code, wanted) in [
        (2, "PAYEE_ACCOUNT_RESTRICTED", Outcome::NotSent(Fault::Misconfigured { code: "PAYEE_ACCOUNT_RESTRICTED".to_owned() })),
        (3, "PERMISSION_DENIED", Outcome::NotSent(Fault::Misconfigured { code: "PERMISSION_DENIED".to_owned() })),
        (4, "DECIMAL_PRECISION", Outcome::NotSent(Fault::Rejected { code: "DECIMAL_PRECISION".to_owned() })),
        (5, "DUPLICATE_INVOICE_ID", Outcome::Unknown(Doubt::OtherPayment)),
        (6, "ORDER_COMPLETION_IN_PROGRESS", Outcome::Unknown(Doubt::ProcessorUnsure { code: "ORDER_COMPLETION_IN_PROGRESS".to_owned() })),
        (7, "SOMETHING_NEW", Outcome::Unknown(Doubt::UnlistedCode { code: "SOMETHING_NEW".to_owned() })),
        (8, "INVALID_RESOURCE_ID", Outcome::Unknown(Doubt::ProcessorUnsure { code: "INVALID_RESOURCE_ID".to_owned() })),
    ] {
        let order = world.approved(n, 4500, "balance").await;
        world.refuse(code, "orders.capture");
        assert_eq!(world.finish(n, &order, 4500).await, wanted, "{code}");
    }
    assert_eq!(world.books(), (500, 0, 5));
}

#[tokio::test]
async fn an_invoice_paid_before_is_not_paid_again() {
    let world = world().await;
    world.paid(1, 4500).await;
    let twin = Approval { invoice: "LE-1".to_owned(), ..ask(2, eur(4500)) };
    let order = started(world.paypal.start(&key(2), &twin).await);
    world.choose(&order, "approve", "balance").await;
    assert_eq!(world.paypal.finish(&key(2), &order, &twin).await, Outcome::Unknown(Doubt::OtherPayment));
    assert_eq!(world.books(), (4500, 0, 1));
}

#[tokio::test]
async fn busy_and_limited_answers_are_asked_again_with_the_same_key() {
    let world = world().await;
    let order = world.approved(1, 4500, "balance").await;
    world.refuse("PREVIOUS_REQUEST_IN_PROGRESS", "orders.capture");
    captured(world.finish(1, &order, 4500).await);
    let order = world.approved(2, 4500, "balance").await;
    world.refuse("RATE_LIMIT_REACHED", "orders.capture");
    captured(world.finish(2, &order, 4500).await);
    let order = world.approved(3, 4500, "balance").await;
    world.fault(FaultKind::Refuse { code: "RATE_LIMIT_REACHED".to_owned() }, 9, "orders.capture");
    assert_eq!(world.finish(3, &order, 4500).await, Outcome::Unknown(Doubt::Status(429)));
    assert_eq!(world.books(), (9000, 0, 2));
}

#[tokio::test]
async fn two_tabs_that_finish_at_once_take_the_money_once() {
    let world = world().await;
    let order = world.approved(1, 4500, "balance").await;
    let (a, b, c) = tokio::join!(world.finish(1, &order, 4500), world.finish(1, &order, 4500), world.finish(1, &order, 4500));
    let (a, b, c) = (captured(a), captured(b), captured(c));
    assert!(a == b && b == c);
    // Another key, as if the first one's row were lost.
    assert_eq!(captured(world.paypal.finish(&key(99), &order, &ask(1, eur(4500))).await), a);
    assert_eq!(world.books(), (4500, 0, 1));
}

#[tokio::test]
async fn refunds_never_exceed_what_was_taken() {
    let world = world().await;
    let (order, sold) = world.paid(1, 4500).await;
    let refund = async |step: &str, minor| world.paypal.refund(&key(1).step(step), &sold.reference, eur(minor)).await;
    let first = refund("a", 1000).await;
    assert!(matches!(&first, Outcome::Done(Refunded { amount, .. }) if *amount == eur(1000)), "{first:?}");
    assert_eq!(refund("a", 1000).await, first, "told twice, given once");
    assert_eq!(world.books(), (4500, 1000, 2));
    assert!(matches!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Captured(_))), "a sale stays one");
    let over = refund("b", 3501).await;
    assert_eq!(over, Outcome::Declined(Decline { class: DeclineClass::Refused, code: "REFUND_AMOUNT_EXCEEDED".to_owned() }));
    world.fault(FaultKind::ResetAfter, 3, "orders.refund");
    assert_eq!(refund("c", 3500).await, Outcome::Unknown(Doubt::Lost));
    let lost = AttemptRef::of_key(&key(1).step("c"));
    for known in [&order, &sold.reference] {
        let asked = Asked { attempt_ref: lost.clone(), started: Some(known.clone()) };
        let found = world.paypal.inquire(&asked, eur(3500)).await;
        assert!(matches!(&found, Outcome::Done(Standing::Captured(c)) if c.amount == eur(3500)), "found by its reference: {found:?}");
        assert!(matches!(world.paypal.inquire(&asked, eur(3499)).await, Outcome::Unknown(Doubt::Mismatch { .. })));
    }
    assert!(matches!(refund("c", 3500).await, Outcome::Done(_)), "the same key tells it");
    assert!(matches!(refund("d", 1).await, Outcome::Declined(d) if d.code == "CAPTURE_FULLY_REFUNDED"));
    let never = Asked { attempt_ref: AttemptRef::of_key(&key(1).step("d")), started: Some(order.clone()) };
    assert_eq!(world.paypal.inquire(&never, eur(1)).await, Outcome::Done(Standing::NotFound));
    assert_eq!(world.books().1, 4500);
    let nobody = ProcessorRef::parse("2GH34567JK890123L").expect("a reference");
    assert!(matches!(world.paypal.refund(&key(9), &nobody, eur(100)).await, Outcome::NotSent(Fault::Rejected { .. })));
}

#[tokio::test]
async fn a_refund_told_to_be_done_before_is_looked_for() {
    let world = world().await;
    let (_, sold) = world.paid(1, 4500).await;
    let refund = async || world.paypal.refund(&key(1).step("all"), &sold.reference, eur(4500)).await;
    let first = refund().await;
    assert!(matches!(first, Outcome::Done(_)), "{first:?}");
    // As after 45 days, when the key is forgotten.
    for code in ["CAPTURE_FULLY_REFUNDED", "REFUND_AMOUNT_EXCEEDED", "DUPLICATE_INVOICE_ID"] {
        world.refuse(code, "orders.refund");
        assert_eq!(refund_again(&world, &sold).await, first, "{code}");
        world.clear_faults().await;
    }
    assert_eq!(world.books(), (4500, 4500, 2));
}

async fn refund_again(world: &World, sold: &Captured) -> Outcome<Refunded> {
    world.paypal.refund(&key(1).step("all"), &sold.reference, eur(4500)).await
}

#[tokio::test]
async fn a_refund_may_be_pending_and_then_given_or_bounced() {
    let world = world().await;
    let (order, sold) = world.paid(1, 4500).await;
    for (step, accept) in [("a", true), ("b", false)] {
        let refund_key = key(1).step(step);
        world.fault(FaultKind::Pending, 1, "orders.refund");
        let refund = async || world.paypal.refund(&refund_key, &sold.reference, eur(1000)).await;
        assert_eq!(refund().await, Outcome::Unknown(Doubt::Pending));
        let asked = Asked { attempt_ref: AttemptRef::of_key(&refund_key), started: Some(order.clone()) };
        assert_eq!(world.paypal.inquire(&asked, eur(1000)).await, Outcome::Done(Standing::Pending));
        world.settle(accept).await;
        let standing = world.paypal.inquire(&asked, eur(1000)).await;
        assert_eq!(matches!(standing, Outcome::Done(Standing::Captured(_))), accept, "{standing:?}");
        assert_eq!(matches!(standing, Outcome::Done(Standing::Declined(_))), !accept, "{standing:?}");
        assert_eq!(matches!(refund().await, Outcome::Done(_)), accept);
    }
    assert_eq!(world.books(), (4500, 1000, 3));
    let pending = world.approved(2, 4500, "review").await;
    let _ = world.finish(2, &pending, 4500).await;
    let capture = world.sandbox.report().entries.iter().find(|e| e.state == "in_review").map(|e| e.pnref.clone()).expect("in review");
    let capture = ProcessorRef::parse(&capture).expect("a reference");
    assert_eq!(
        world.paypal.refund(&key(2).step("early"), &capture, eur(4500)).await,
        Outcome::NotSent(Fault::Unavailable { code: "PENDING_CAPTURE".to_owned() })
    );
}

#[tokio::test]
async fn a_refund_that_is_not_let_in_keeps_its_key() {
    let world = world().await;
    let (_, sold) = world.paid(1, 4500).await;
    let stranger = client(&world.base, "wrong");
    let refused = stranger.refund(&key(1).step("r"), &sold.reference, eur(4500)).await;
    assert!(matches!(&refused, Outcome::NotSent(fault) if fault.needs_operator() && !fault.needs_new_key()), "{refused:?}");
    world.refuse("PERMISSION_DENIED", "orders.refund");
    let refused = world.paypal.refund(&key(1).step("r"), &sold.reference, eur(4500)).await;
    assert!(matches!(&refused, Outcome::NotSent(fault) if fault.needs_operator() && !fault.needs_new_key()), "{refused:?}");
    world.refuse("SOMETHING_NEW", "orders.refund");
    let unlisted = world.paypal.refund(&key(1).step("s"), &sold.reference, eur(4500)).await;
    assert_eq!(unlisted, Outcome::Unknown(Doubt::UnlistedCode { code: "SOMETHING_NEW".to_owned() }));
    assert_eq!(world.books(), (4500, 0, 1));
}

#[tokio::test]
async fn what_this_processor_does_not_do_is_not_sent() {
    let world = world().await;
    let nobody = ProcessorRef::parse("2GH34567JK890123L").expect("a reference");
    assert_eq!(world.paypal.capture(&key(1), &nobody, eur(1)).await, Outcome::NotSent(Fault::NotSupported));
    assert_eq!(world.paypal.cancel(&key(1), &nobody).await, Outcome::NotSent(Fault::NotSupported));
    let abilities = world.paypal.abilities();
    assert!(abilities.redirects && abilities.partial_refunds && !abilities.takes_cards && !abilities.authorises);
    assert!(abilities.carries(Currency::HUF) && !abilities.carries(Currency::RON));
    for (amount, fault) in [
        (Money::from_minor(1000, Currency::RON), Fault::Currency(Currency::RON)),
        (Money::from_minor(1000, Currency::KWD), Fault::Currency(Currency::KWD)),
        (Money::from_minor(125_050, Currency::TWD), Fault::Amount),
        (eur(0), Fault::Amount),
        (eur(-5), Fault::Amount),
    ] {
        assert_eq!(world.paypal.start(&key(1), &ask(1, amount)).await, Outcome::NotSent(fault.clone()));
        assert_eq!(world.paypal.refund(&key(1), &nobody, amount).await, Outcome::NotSent(fault));
    }
    for (n, amount) in (1..).zip([(4500, Currency::JPY), (125_000, Currency::TWD), (300_000, Currency::HUF), (1, Currency::USD)]) {
        let amount = Money::from_minor(amount.0, amount.1);
        let order = world.started(n, amount).await;
        world.choose(&order, "approve", "balance").await;
        assert_eq!(captured(world.paypal.finish(&key(n), &order, &ask(n, amount)).await).amount, amount);
        assert!(world.sandbox.report().entries.iter().any(|e| e.currency == amount.currency() && e.amount_minor == amount.minor()));
    }
}

fn manual() -> Clock {
    Clock::manual(Timestamp::from_seconds(1_767_225_605))
}

#[tokio::test]
async fn an_order_nobody_paid_expires_and_is_never_revived() {
    let world = world_at(SandboxConfig::in_memory(manual())).await;
    let (never, late) = (world.started(1, eur(4500)).await, world.approved(2, 4500, "balance").await);
    let (paid, _) = world.paid(3, 4500).await;
    world.clock.advance_seconds(4 * 3600);
    for (n, order) in [(1, &never), (2, &late)] {
        assert_eq!(world.finish(n, order, 4500).await, declined(DeclineClass::TryLater, "INVALID_RESOURCE_ID"));
        assert_eq!(world.standing(n, order, 4500).await, Outcome::Done(Standing::Declined(DeclineClass::TryLater)));
    }
    captured(world.finish(3, &paid, 4500).await);
    assert_eq!(world.books(), (4500, 0, 1));
    // Without an order's id nothing can be found out, and nothing is claimed.
    assert_eq!(world.paypal.inquire(&Asked::of(&attempt(1)), eur(4500)).await, Outcome::Done(Standing::Pending));
}

#[tokio::test]
async fn one_token_serves_until_it_ends_or_is_refused() {
    let world = world_at(SandboxConfig::in_memory(manual())).await;
    let order = world.approved(1, 4500, "balance").await;
    // A second request for a token would be refused now: none is made.
    world.fault(FaultKind::Refuse { code: "RATE_LIMIT_REACHED".to_owned() }, 9, "orders.token");
    let (a, b) = tokio::join!(world.standing(1, &order, 4500), world.standing(1, &order, 4500));
    assert_eq!((a, b), (Outcome::Done(Standing::Pending), Outcome::Done(Standing::Pending)));
    world.clear_faults().await;
    // Refused early, in either shape: renewed once, the same call again.
    for code in ["invalid_token", "AUTHENTICATION_FAILURE"] {
        world.refuse(code, "orders.get");
        assert_eq!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Pending), "{code}");
        world.fault(FaultKind::Refuse { code: code.to_owned() }, 2, "orders.get");
        assert!(matches!(world.standing(1, &order, 4500).await, Outcome::Unknown(Doubt::ProcessorUnsure { .. })), "{code} twice");
    }
    world.refuse("invalid_token", "orders.capture");
    captured(world.finish(1, &order, 4500).await);
    assert_eq!(world.books(), (4500, 0, 1));
    // A minute before its end it is renewed without being refused first.
    world.clock.advance_seconds(32_400 - 30);
    world.refuse("invalid_client", "orders.token");
    let refused = world.standing(1, &order, 4500).await;
    assert_eq!(refused, Outcome::Unknown(Doubt::ProcessorUnsure { code: "invalid_client".to_owned() }));
    assert!(matches!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Captured(_))));
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let paypal = client(&base, SECRET);
    let outcome = paypal.start(&key(1), &ask(1, eur(4500))).await;
    assert!(matches!(&outcome, Outcome::NotSent(fault @ Fault::Connect) if !fault.needs_new_key()), "{outcome:?}");
    assert_eq!(paypal.test_connection().await, Err(ConnectionProblem::Unreachable));
}

#[tokio::test]
async fn a_connection_test_tells_what_is_wrong_without_moving_money() {
    let world = world().await;
    assert_eq!(world.paypal.test_connection().await, Ok(()));
    assert_eq!(client(&world.base, "wrong").test_connection().await, Err(ConnectionProblem::Credentials));
    let refused = client(&world.base, "wrong").start(&key(1), &ask(1, eur(4500))).await;
    assert!(matches!(&refused, Outcome::NotSent(fault @ Fault::Misconfigured { .. }) if fault.needs_operator()), "{refused:?}");
    let mut elsewhere = config(&world.base, SECRET);
    elsewhere.settings["base_url"] = format!("{}/nowhere", world.base).into();
    assert_eq!(built(&elsewhere, Clock::System).test_connection().await, Err(ConnectionProblem::NotTheProcessor));
    for (kind, times, problem) in [
        (FaultKind::TimeoutAfter, 1, ConnectionProblem::NoAnswer),
        (FaultKind::Status500, 2, ConnectionProblem::Unavailable),
        (FaultKind::Html, 3, ConnectionProblem::NotTheProcessor),
        (FaultKind::Refuse { code: "PERMISSION_DENIED".to_owned() }, 1, ConnectionProblem::Permission),
    ] {
        world.fault(kind.clone(), times, "orders.token");
        assert_eq!(client(&world.base, SECRET).test_connection().await, Err(problem), "{kind:?}");
        world.clear_faults().await;
    }
    assert_eq!(world.books(), (0, 0, 0));
}

/// A shop that takes notices; the first `refused` of them are answered 500.
async fn shop(refused: usize) -> (String, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
    type Shop = Arc<(std::sync::atomic::AtomicUsize, mpsc::UnboundedSender<(HeaderMap, Bytes)>)>;
    async fn take(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> axum::http::StatusCode {
        use std::sync::atomic::Ordering::SeqCst;
        let refuses = shop.0.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        let _ = shop.1.send((headers, body));
        if refuses { axum::http::StatusCode::INTERNAL_SERVER_ERROR } else { axum::http::StatusCode::OK }
    }
    let (sender, receiver) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/notify", listener.local_addr().expect("an address"));
    let state: Shop = Arc::new((refused.into(), sender));
    let app = Router::new().route("/notify", routing::post(take)).with_state(state);
    tokio::spawn(async move { drop(axum::serve(listener, app).await) });
    (url, receiver)
}

async fn next(notices: &mut mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) -> (HeaderMap, Bytes) {
    tokio::time::timeout(Duration::from_secs(5), notices.recv()).await.expect("a notice in time").expect("a notice")
}

#[tokio::test]
async fn notices_are_verified_and_name_what_to_ask_about() {
    let world = world().await;
    let (url, mut notices) = shop(0).await;
    world.sandbox.listen("orders", ACCOUNT, &url);
    let (order, sold) = world.paid(1, 4500).await;
    let (mut about, mut ids) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (headers, body) = next(&mut notices).await;
        let notice = world.paypal.read_notice(&headers, &body).await.expect("genuine");
        about.push(notice.about);
        ids.push(notice.id);
    }
    assert_eq!(about, [About::Started(order.clone()), About::Started(order.clone())], "approved, then captured");
    assert_ne!(ids[0], ids[1]);
    let refund = world.paypal.refund(&key(1).step("r"), &sold.reference, eur(1000)).await;
    assert!(matches!(refund, Outcome::Done(_)));
    let (headers, body) = next(&mut notices).await;
    let notice = world.paypal.read_notice(&headers, &body).await.expect("genuine");
    assert_eq!(notice.about, About::Payment(sold.reference.clone()), "a refund's notice names the capture");
    // Settled days later.
    let order = world.approved(2, 4500, "review").await;
    let _ = world.finish(2, &order, 4500).await;
    world.settle(false).await;
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let (headers, body) = next(&mut notices).await;
        assert_eq!(world.paypal.read_notice(&headers, &body).await.expect("genuine").about, About::Started(order.clone()));
        let event: serde_json::Value = serde_json::from_slice(&body).expect("an event");
        kinds.push(event["event_type"].as_str().unwrap_or_default().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.DENIED", "PAYMENT.CAPTURE.PENDING"]);
    // A hint, and no more: what is asked after it is the truth.
    assert_eq!(world.standing(2, &order, 4500).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
}

#[tokio::test]
async fn forged_stale_and_foreign_notices_are_refused() {
    let world = world_at(SandboxConfig::in_memory(manual())).await;
    let (url, mut notices) = shop(0).await;
    world.sandbox.listen("orders", ACCOUNT, &url);
    world.fault(FaultKind::Forged, 1, "notice");
    world.approved(1, 4500, "balance").await;
    let (headers, body) = next(&mut notices).await;
    assert_eq!(world.paypal.read_notice(&headers, &body).await, Err(Forged::BadSignature), "signed for another webhook");
    world.approved(2, 4500, "balance").await;
    let (headers, body) = next(&mut notices).await;
    let good = world.paypal.read_notice(&headers, &body).await.expect("genuine");
    let twin = world.paypal.read_notice(&headers, &body).await.expect("genuine");
    assert_eq!(good, twin, "a repetition is known by its id");

    let mut changed = body.to_vec();
    let at = changed.windows(5).position(|w| w == b"45.00").expect("an amount");
    changed[at] = b'9';
    assert_eq!(world.paypal.read_notice(&headers, &changed).await, Err(Forged::BadSignature));
    // The same meaning in other bytes is another text (failures.md P-10).
    let respaced = String::from_utf8(body.to_vec()).expect("text").replacen(':', ": ", 1);
    assert_eq!(world.paypal.read_notice(&headers, respaced.as_bytes()).await, Err(Forged::BadSignature));
    assert_eq!(world.paypal.read_notice(&headers, b"not json").await, Err(Forged::Unreadable));
    let spliced = format!("{},\"webhook_id\":\"{}\"", String::from_utf8_lossy(&body), webhook_id("another"));
    assert_eq!(world.paypal.read_notice(&headers, spliced.as_bytes()).await, Err(Forged::Unreadable));
    assert_eq!(world.paypal.read_notice(&HeaderMap::new(), &body).await, Err(Forged::BadSignature));
    for (name, value, wanted) in [
        ("paypal-auth-algo", "none", Forged::BadSignature),
        ("paypal-transmission-sig", "AAAA", Forged::BadSignature),
        ("paypal-transmission-sig", "no base64!", Forged::BadSignature),
        ("paypal-transmission-id", "a|b", Forged::BadSignature),
        ("paypal-transmission-time", "yesterday", Forged::BadSignature),
        ("paypal-transmission-time", "2025-12-01T00:00:00Z", Forged::Stale),
        ("paypal-transmission-time", "2027-01-01T00:00:00Z", Forged::Stale),
        ("paypal-cert-url", "https://evil.example/v1/notifications/certs/C", Forged::BadSignature),
        ("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/C", Forged::OtherAccount),
    ] {
        let mut other = headers.clone();
        other.insert(name, value.parse().expect("a value"));
        assert_eq!(world.paypal.read_notice(&other, &body).await, Err(wanted), "{name}: {value}");
    }
    // Another app's webhook, and none at all.
    let mut settings = config(&world.base, SECRET);
    settings.settings["webhook_id"] = webhook_id("another").into();
    assert_eq!(built(&settings, world.clock.clone()).read_notice(&headers, &body).await, Err(Forged::BadSignature));
    settings.settings["webhook_id"] = "".into();
    assert_eq!(built(&settings, world.clock.clone()).read_notice(&headers, &body).await, Err(Forged::NotExpected));
    // Whoever could say does not.
    for kind in [FaultKind::ResetBefore, FaultKind::Html, FaultKind::Status500] {
        world.fault(kind, 3, "orders.verify");
        assert_eq!(world.paypal.read_notice(&headers, &body).await, Err(Forged::CannotTell));
        world.clear_faults().await;
    }
    // Three days of repetitions are genuine, a week is not.
    world.clock.advance_seconds(3 * 86_400);
    assert_eq!(world.paypal.read_notice(&headers, &body).await, Ok(good));
    world.clock.advance_seconds(4 * 86_400);
    assert_eq!(world.paypal.read_notice(&headers, &body).await, Err(Forged::Stale));
}

#[tokio::test]
async fn notices_come_twice_never_or_again_until_they_are_taken() {
    let world = world().await;
    let (url, mut notices) = shop(1).await;
    let (status, _) =
        world.post("/control/orders/listener", "application/json", format!(r#"{{"account":"{ACCOUNT}","url":"{url}"}}"#)).await;
    assert_eq!(status, 204);
    world.approved(1, 4500, "balance").await;
    let (first, again) = (next(&mut notices).await, next(&mut notices).await);
    assert_eq!(first, again, "not taken, so sent again");
    world.fault(FaultKind::Twice, 1, "notice");
    world.approved(2, 4500, "balance").await;
    assert_eq!(next(&mut notices).await.1, next(&mut notices).await.1);
    world.fault(FaultKind::Never, 1, "notice");
    world.approved(3, 4500, "balance").await;
    world.approved(4, 4500, "balance").await;
    let (_, body) = next(&mut notices).await;
    assert!(String::from_utf8_lossy(&body).contains("TRY4"), "the third never came");
}

#[tokio::test]
async fn the_buyers_page_is_plain_and_marked_and_shows_no_foreign_html() {
    let world = world().await;
    let order = world.started(1, eur(4500)).await;
    let http = http_client().expect("a client");
    let answer = http.get(format!("{}/paypal/checkoutnow?token={}", world.base, order.as_str())).send().await.expect("an answer");
    let policy = answer.headers().get("content-security-policy").and_then(|p| p.to_str().ok()).unwrap_or_default().to_owned();
    let page = answer.text().await.expect("text");
    for part in ["no real money", "45.00 EUR", "LE-1", "<label for=\"funding\">", "value=\"approve\"", "value=\"cancel\"", "&lt;b&gt;"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("<script") && !page.contains("<b>") && policy.contains("default-src 'none'"), "{policy}");
    for token in ["", "nobody"] {
        let answer = http.get(format!("{}/paypal/checkoutnow?token={token}", world.base)).send().await.expect("an answer");
        assert_eq!(answer.status(), 404);
    }
    let certificate = http.get(format!("{}/paypal/v1/notifications/certs/CERT-SIMULATOR", world.base)).send().await.expect("an answer");
    assert!(certificate.text().await.expect("text").starts_with("-----BEGIN CERTIFICATE-----"));
}

#[tokio::test]
async fn a_restarted_simulator_finds_its_orders_and_answers_its_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sandbox.jsonl");
    let config_of = || SandboxConfig { journal: Some(path.clone()), ..SandboxConfig::in_memory(Clock::System) };
    let (before_report, order, sold, open) = {
        let world = world_at(config_of()).await;
        let (order, sold) = world.paid(1, 4500).await;
        let open = world.approved(2, 4500, "balance").await;
        (world.sandbox.report(), order, sold, open)
    };
    let world = world_at(config_of()).await;
    assert_eq!(world.sandbox.report(), before_report);
    assert_eq!(captured(world.finish(1, &order, 4500).await), sold);
    captured(world.finish(2, &open, 4500).await);
    assert!(matches!(world.paypal.refund(&key(1).step("r"), &sold.reference, eur(4500)).await, Outcome::Done(_)));
    assert_eq!(world.books(), (9000, 4500, 3));
    world.sandbox.reset().expect("writable");
    assert_eq!(world.books(), (0, 0, 0));
}
