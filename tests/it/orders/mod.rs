//! Our PayPal Orders client against our simulator, over real HTTP: the buyer's way there and back, every ending of §6 of the
//! house style, and above all the ones where money moved and the answer did not come.

mod account;
mod lost;
mod notices;
mod refunds;

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
