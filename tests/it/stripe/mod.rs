//! Our Stripe client against our simulator, over real HTTP: the buyer's page, every ending, and above all the ones where money
//! moved and the answer did not come. Notices: see `stripe_notices.rs`.

mod lost;
mod refunds;
mod setup;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lectern::domain::{
    card::{Brand, Funding},
    card_kinds::CardKinds,
    ids::ProcessorConfigId,
    money::{Currency, Money},
    payment::DeclineClass,
    text::Lang,
    time::Timestamp,
};
use lectern::server::clock::Clock;
use lectern::server::payments::line::{Timing, http_client};
use lectern::server::payments::{
    Approval, Asked, AttemptRef, Authorised, Billing, Captured, CardDetails, CardSeen, ConfigVersion, ConnectionProblem, Decline, Doubt,
    Fault, IdempotencyKey, NextStep, Outcome, Processor, ProcessorConfig, ProcessorKind, ProcessorRef, Processors, Refunded, Sale,
    SecretDigits, Standing,
};
use lectern::server::sandbox::{
    self, Sandbox, SandboxConfig, Switches,
    faults::{self, FaultKind},
    ledger::Report,
    stripe::{DEMO, OTHER},
};
use secrecy::SecretString;
use tokio::{net::TcpListener, sync::oneshot};

const VISA: &str = "pm_card_visa";

pub(crate) struct World {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) stripe: Arc<dyn Processor>,
    pub(crate) base: String,
    http: reqwest::Client,
    _stop: oneshot::Sender<()>,
}

fn config(base_url: &str, key: &str, webhook: &str) -> ProcessorConfig {
    ProcessorConfig {
        of: ConfigVersion { id: ProcessorConfigId(uuid::Uuid::nil()), version: 1 },
        settings: serde_json::json!({ "base_url": base_url }),
        secrets: BTreeMap::from([
            ("secret_key".to_owned(), SecretString::from(key.to_owned())),
            ("webhook_secret".to_owned(), SecretString::from(webhook.to_owned())),
        ]),
    }
}

/// Waiting times of a test: two quick resends, a deadline that a hang of the simulator passes, and no rest.
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

pub(crate) fn client(base_url: &str, key: &str, webhook: &str, clock: Clock) -> Arc<dyn Processor> {
    let processors = Processors::with_timing(clock, timing()).expect("TLS can be set up");
    processors.get(ProcessorKind::Stripe, &config(base_url, key, webhook)).expect("usable settings")
}

async fn world_of(config: SandboxConfig) -> World {
    let clock = config.clock.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let sandbox = Sandbox::new(config).expect("a sandbox");
    sandbox.set(Switches { hang_ms: 10_000, ..Switches::default() });
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(sandbox::serve(listener, Arc::clone(&sandbox), async move { drop(stopped.await) }));
    let stripe = client(&format!("{base}/stripe/"), DEMO.secret_key, DEMO.webhook_secret, clock);
    World { stripe, sandbox, base, http: http_client().expect("a client"), _stop: stop }
}

pub(crate) async fn world() -> World {
    world_of(SandboxConfig::in_memory(Clock::System)).await
}

pub(crate) fn key(n: u8) -> IdempotencyKey {
    IdempotencyKey::from_random([n; 16])
}

pub(crate) fn attempt(n: u8) -> AttemptRef {
    AttemptRef::parse(&format!("TRY{n}")).expect("a reference")
}

pub(crate) fn eur(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

pub(crate) fn ask(n: u8, amount: Money) -> Approval {
    Approval {
        amount,
        description: "Training \"A&B\" <i>&amount=1\r\n Ștefania".to_owned(),
        invoice: format!("LE-{n}"),
        attempt_ref: attempt(n),
        email: Some("ann@mail.example".to_owned()),
        return_url: "http://127.0.0.1:9/back?order=1&x=2".to_owned(),
        cancel_url: "http://127.0.0.1:9/given-up".to_owned(),
        notify_url: "http://127.0.0.1:9/notify".to_owned(),
        lang: Lang::Ro,
        kinds: CardKinds::All,
    }
}

pub(crate) fn page_of(outcome: Outcome<Captured>) -> (String, ProcessorRef) {
    let Outcome::NeedsCustomer(NextStep::Redirect { url, reference }) = outcome else { panic!("no page: {outcome:?}") };
    (url, reference)
}

pub(crate) fn captured(outcome: Outcome<Captured>) -> Captured {
    match outcome {
        Outcome::Done(captured) => captured,
        Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => panic!("not captured: {outcome:?}"),
    }
}

impl World {
    pub(crate) fn fault(&self, kind: FaultKind, times: u32, on: &str) {
        self.sandbox.script(faults::Fault::new(kind, times).on(on));
    }

    /// What the simulator's own books say was taken and given back, and how many entries they have.
    pub(crate) fn books(&self) -> (i64, i64, usize) {
        let Report { totals, entries } = self.sandbox.report();
        (totals.iter().map(|t| t.captured_minor).sum(), totals.iter().map(|t| t.refunded_minor).sum(), entries.len())
    }

    pub(crate) async fn start(&self, n: u8, minor: i64) -> (String, ProcessorRef) {
        page_of(self.stripe.start(&key(n), &ask(n, eur(minor))).await)
    }

    /// Presses a button on the buyer's page: where the buyer is sent.
    pub(crate) async fn press(&self, page: &str, action: &str, card: &str) -> String {
        let pressed = self.http.post(page).header("content-type", "application/x-www-form-urlencoded");
        let answer = pressed.body(format!("action={action}&card={card}")).send().await.expect("an answer");
        assert_eq!(answer.status(), 303, "{action} {card}");
        answer.headers()["location"].to_str().expect("an address").to_owned()
    }

    async fn look(&self, page: &str) -> (u16, String) {
        let answer = self.http.get(page).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }

    pub(crate) async fn control(&self, path: &str, body: &str) {
        let sent = self.http.post(format!("{}/control/{path}", self.base)).header("content-type", "application/json").body(body.to_owned());
        let status = sent.send().await.expect("an answer").status();
        assert!(status.is_success(), "{path}: {status}");
    }

    /// Those not used up by a deadline.
    async fn forget_faults(&self) {
        let answer = self.http.delete(format!("{}/control/faults", self.base)).send().await.expect("an answer");
        assert_eq!(answer.status(), 204);
    }

    /// Starts and approves; the session's reference.
    pub(crate) async fn approve(&self, n: u8, card: &str) -> ProcessorRef {
        let (page, reference) = self.start(n, 4500).await;
        assert_eq!(self.press(&page, "pay", card).await, "http://127.0.0.1:9/back?order=1&x=2");
        reference
    }

    pub(crate) async fn finish(&self, n: u8, of: &ProcessorRef) -> Outcome<Captured> {
        self.stripe.finish(&key(n), of, &ask(n, eur(4500))).await
    }

    /// Starts, approves and finishes.
    pub(crate) async fn pay(&self, n: u8, card: &str) -> Captured {
        let of = self.approve(n, card).await;
        captured(self.finish(n, &of).await)
    }

    async fn standing(&self, n: u8, of: &ProcessorRef) -> Outcome<Standing> {
        self.stripe.inquire(&Asked { attempt_ref: attempt(n), started: Some(of.clone()) }, eur(4500)).await
    }

    async fn standing_by_reference(&self, of: &AttemptRef, amount: Money) -> Outcome<Standing> {
        self.stripe.inquire(&Asked::of(of), amount).await
    }
}

#[tokio::test]
async fn a_payment_is_approved_on_the_page_and_captured_once_for_exactly_what_was_asked() {
    let world = world().await;
    let (page, of) = world.start(1, 4500).await;
    assert!(of.as_str().len() > 64, "as long as the real ones: {}", of.as_str());
    assert_eq!(world.standing(1, &of).await, Outcome::Done(Standing::Pending));
    assert_eq!(page_of(world.finish(1, &of).await), (page.clone(), of.clone()), "nothing approved yet");
    let (status, html) = world.look(&page).await;
    assert_eq!(status, 200);
    assert!(html.contains("no real money") && html.contains("€45.00") && !html.contains("<script") && !html.contains("<i>"), "{html}");
    assert!(html.contains("Training &quot;A&amp;B&quot; &lt;i&gt;&amp;amount=1"), "what the buyer typed stays text: {html}");
    assert_eq!(world.press(&page, "cancel", "").await, "http://127.0.0.1:9/given-up", "the page stays open");
    assert_eq!(world.press(&page, "pay", "pm_card_visa_debit").await, "http://127.0.0.1:9/back?order=1&x=2");
    assert_eq!(world.books(), (0, 0, 0), "held, not taken");
    let card = CardSeen { brand: Some(Brand::Visa), last4: "5556".to_owned(), funding: Some(Funding::Debit) };
    match world.standing(1, &of).await {
        Outcome::Done(Standing::Authorised(Authorised { amount, card: seen, .. })) => {
            assert_eq!((amount, seen), (eur(4500), Some(card.clone())))
        }
        other => panic!("{other:?}"),
    }
    let taken = captured(world.finish(1, &of).await);
    assert_eq!((taken.amount, &taken.card), (eur(4500), &Some(card)));
    assert_eq!(captured(world.finish(1, &of).await), taken, "safe to repeat");
    assert_eq!(world.standing(1, &of).await, Outcome::Done(Standing::Captured(taken.clone())));
    assert_eq!(world.standing_by_reference(&attempt(1), eur(4500)).await, Outcome::Done(Standing::Captured(taken.clone())));
    let other = world.stripe.inquire(&Asked { attempt_ref: attempt(1), started: Some(of) }, eur(4501)).await;
    assert!(matches!(other, Outcome::Unknown(Doubt::Mismatch { .. })), "{other:?}");
    let Report { entries, totals } = world.sandbox.report();
    let [entry] = entries.as_slice() else { panic!("one entry: {entries:?}") };
    assert_eq!(
        (entry.processor.as_str(), entry.our_ref.as_str(), entry.invnum.as_str(), entry.pnref.as_str(), entry.state.as_str()),
        ("stripe", "TRY1", "LE-1", taken.reference.as_str(), "captured")
    );
    assert_eq!((entry.amount_minor, entry.vendor.as_str(), totals.len()), (4500, DEMO.id, 1));
    assert_eq!(world.look(&page).await.0, 410, "the page is over");
}

#[tokio::test]
async fn every_kind_of_card_is_told() {
    let world = world().await;
    for (n, (card, brand, funding)) in [
        ("pm_card_visa", Brand::Visa, Funding::Credit),
        ("pm_card_visa_debit", Brand::Visa, Funding::Debit),
        ("pm_card_mastercard_debit", Brand::Mastercard, Funding::Debit),
        ("pm_card_mastercard_prepaid", Brand::Mastercard, Funding::Prepaid),
        ("pm_card_amex", Brand::Amex, Funding::Credit),
    ]
    .into_iter()
    .enumerate()
    {
        let seen = world.pay(u8::try_from(n).expect("few"), card).await.card.expect("a card");
        assert_eq!((seen.brand, seen.funding), (Some(brand), Some(funding)), "{card}");
    }
}

#[tokio::test]
async fn a_declined_card_leaves_the_page_open_and_ends_as_its_class_when_it_closes() {
    use DeclineClass as D;
    let world = world().await;
    for (n, (card, class, code)) in [
        ("pm_card_visa_chargeDeclined", D::Refused, "card_declined/generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", D::Funds, "card_declined/insufficient_funds"),
        ("pm_card_visa_chargeDeclinedVelocityLimitExceeded", D::Funds, "card_declined/card_velocity_exceeded"),
        ("pm_card_visa_chargeDeclinedLostCard", D::Refused, "card_declined/lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", D::Refused, "card_declined/stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", D::Details, "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", D::Details, "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", D::TryLater, "processing_error"),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few cards");
        let (page, of) = world.start(n, 4500).await;
        let back = world.press(&page, "pay", card).await;
        assert!(page.ends_with(&back), "{card}: stays on the page");
        assert!(world.look(&page).await.1.contains("Choose another card."));
        assert_eq!(page_of(world.finish(n, &of).await).0, page, "{card}: another card may work");
        assert_eq!(world.standing(n, &of).await, Outcome::Done(Standing::Pending), "{card}");
        assert_eq!(world.stripe.cancel(&key(n).step("cancel"), &of).await, Outcome::Done(()), "{card}");
        assert_eq!(world.finish(n, &of).await, Outcome::Declined(Decline { class, code: code.to_owned() }), "{card}");
        assert_eq!(world.standing(n, &of).await, Outcome::Done(Standing::Declined(class)), "{card}");
        assert_eq!(world.standing_by_reference(&attempt(n), eur(4500)).await, Outcome::Done(Standing::Declined(class)), "{card}");
    }
    assert_eq!(world.books(), (0, 0, 0));
    let (page, of) = world.start(99, 4500).await;
    world.press(&page, "decline", "").await;
    world.press(&page, "pay", VISA).await;
    assert_eq!(captured(world.finish(99, &of).await).amount, eur(4500), "the second card worked");
}

#[tokio::test]
async fn a_payer_may_have_to_authenticate() {
    let world = world().await;
    let (page, of) = world.start(1, 4500).await;
    assert!(page.ends_with(&world.press(&page, "pay", "pm_card_authenticationRequired").await));
    assert!(world.look(&page).await.1.contains("Complete authentication"));
    assert_eq!(page_of(world.finish(1, &of).await).0, page, "not approved yet");
    assert!(page.ends_with(&world.press(&page, "fail", "").await));
    world.press(&page, "pay", "pm_card_authenticationRequired").await;
    assert!(world.press(&page, "authenticate", "").await.contains("/back"));
    assert_eq!(captured(world.finish(1, &of).await).amount, eur(4500));
    let (page, of) = world.start(2, 4500).await;
    world.press(&page, "pay", "pm_card_threeDSecureDeclined").await;
    assert!(page.ends_with(&world.press(&page, "authenticate", "").await), "authenticated, then declined");
    assert_eq!(page_of(world.finish(2, &of).await).0, page);
}

#[tokio::test]
async fn a_started_payment_is_started_once() {
    let world = world().await;
    let first = world.start(1, 4500).await;
    assert_eq!(world.start(1, 4500).await, first);
    let other = world.stripe.start(&key(1), &ask(1, eur(9900))).await;
    assert!(matches!(&other, Outcome::Unknown(doubt @ Doubt::OtherPayment) if doubt.needs_operator()), "{other:?}");
    for (kind, n) in [(FaultKind::ResetAfter, 2), (FaultKind::Broken, 3), (FaultKind::Truncated { keep: None }, 4), (FaultKind::Html, 5)] {
        world.fault(kind, 1, "stripe.session");
        let (page, of) = world.start(n, 4500).await;
        assert!(page.ends_with(of.as_str()));
    }
    for (kind, n) in [(FaultKind::ResetAfter, 6), (FaultKind::Huge, 7), (FaultKind::TimeoutBefore, 8)] {
        world.fault(kind, 3, "stripe.session");
        let lost = world.stripe.start(&key(n), &ask(n, eur(4500))).await;
        assert!(matches!(lost, Outcome::Unknown(Doubt::Lost | Doubt::Unreadable | Doubt::Timeout)), "{lost:?}");
        assert_eq!(world.standing_by_reference(&attempt(n), eur(4500)).await, Outcome::Done(Standing::NotFound), "no buyer saw the page");
        world.forget_faults().await;
        world.start(n, 4500).await;
    }
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn a_promised_payment_is_pending_until_it_is_decided() {
    let world = world().await;
    for (n, accept) in [(1, true), (2, false)] {
        let of = world.approve(n, "pm_card_slow").await;
        assert_eq!(world.finish(n, &of).await, Outcome::Unknown(Doubt::Pending));
        assert_eq!(world.standing(n, &of).await, Outcome::Done(Standing::Pending));
        assert_eq!(world.stripe.cancel(&key(n).step("cancel"), &of).await, Outcome::Unknown(Doubt::Pending));
        world.control("stripe/settle", &format!("{{\"accept\":{accept}}}")).await;
        match accept {
            true => assert_eq!(captured(world.finish(n, &of).await).amount, eur(4500)),
            false => {
                assert!(matches!(world.finish(n, &of).await, Outcome::Declined(d) if d.code == "card_declined/generic_decline"));
                assert_eq!(world.standing(n, &of).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
            }
        }
    }
    // The capture itself is not settled at once.
    let (page, of) = world.start(3, 4500).await;
    world.fault(FaultKind::Pending, 1, "stripe.pay");
    world.press(&page, "pay", VISA).await;
    assert_eq!(world.finish(3, &of).await, Outcome::Unknown(Doubt::Pending));
    world.control("stripe/settle", "{\"accept\":true}").await;
    world.fault(FaultKind::Pending, 1, "stripe.capture");
    assert_eq!(world.finish(3, &of).await, Outcome::Unknown(Doubt::Pending));
    assert_eq!(world.finish(3, &of).await, Outcome::Unknown(Doubt::Pending));
    assert_eq!(world.books().0, 4500);
    world.control("stripe/settle", "{\"accept\":true}").await;
    assert_eq!(captured(world.finish(3, &of).await).amount, eur(4500));
    assert_eq!(world.books().0, 9000);
}

#[tokio::test]
async fn what_is_held_is_taken_in_part_or_released() {
    let world = world().await;
    let held = async |n| {
        let of = world.approve(n, VISA).await;
        match world.standing(n, &of).await {
            Outcome::Done(Standing::Authorised(held)) => (of, held.reference),
            other => panic!("not held: {other:?}"),
        }
    };
    let (_, first) = held(1).await;
    let part = captured(world.stripe.capture(&key(1).step("capture"), &first, eur(3000)).await);
    assert_eq!(part.amount, eur(3000));
    assert_eq!(captured(world.stripe.capture(&key(1).step("capture"), &first, eur(3000)).await), part);
    let by_step = world.standing_by_reference(&AttemptRef::of_key(&key(1).step("capture")), eur(3000)).await;
    assert_eq!(by_step, Outcome::Done(Standing::Captured(part)), "a capture is found by its key's reference");
    let more = world.stripe.capture(&key(1).step("more"), &first, eur(100)).await;
    assert!(matches!(more, Outcome::Unknown(Doubt::ProcessorUnsure { .. })), "a second capture is looked into: {more:?}");
    assert!(matches!(world.stripe.cancel(&key(1).step("cancel"), &first).await, Outcome::Declined(_)), "too late to cancel");
    assert_eq!(world.books(), (3000, 0, 1));

    let (of, second) = held(2).await;
    for step in ["cancel", "cancel", "again"] {
        assert_eq!(world.stripe.cancel(&key(2).step(step), &second).await, Outcome::Done(()), "{step}");
    }
    assert_eq!(world.standing(2, &of).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    assert!(matches!(world.finish(2, &of).await, Outcome::Declined(_)));
    assert!(matches!(world.stripe.capture(&key(2).step("capture"), &second, eur(100)).await, Outcome::Declined(_)));
    assert!(matches!(world.stripe.refund(&key(2).step("refund"), &second, eur(100)).await, Outcome::Unknown(_)), "nothing was taken");

    // By what was started: closes the page, or releases what was approved on it.
    let (page, open) = world.start(3, 4500).await;
    assert_eq!(world.stripe.cancel(&key(3).step("cancel"), &open).await, Outcome::Done(()));
    assert_eq!(world.stripe.cancel(&key(3).step("again"), &open).await, Outcome::Done(()));
    assert_eq!(world.look(&page).await.0, 410);
    let (approved, _) = held(4).await;
    assert_eq!(world.stripe.cancel(&key(4).step("cancel"), &approved).await, Outcome::Done(()));
    assert!(matches!(world.finish(4, &approved).await, Outcome::Declined(_)));
    let (paid, _) = held(5).await;
    captured(world.finish(5, &paid).await);
    assert!(matches!(world.stripe.cancel(&key(5).step("cancel"), &paid).await, Outcome::Declined(_)), "paid a moment earlier: keep it");
    world.fault(FaultKind::ResetAfter, 3, "stripe.expire");
    let (_, lost) = world.start(6, 4500).await;
    assert_eq!(world.stripe.cancel(&key(6).step("cancel"), &lost).await, Outcome::Unknown(Doubt::Lost));
    assert_eq!(world.stripe.cancel(&key(6).step("cancel"), &lost).await, Outcome::Done(()), "safe to repeat");
    assert_eq!(world.books().0, 7500);
}

#[tokio::test]
async fn finishing_many_times_at_once_takes_the_money_once() {
    let world = world().await;
    let of = world.approve(1, VISA).await;
    let finished = futures::future::join_all((0..8).map(|_| world.finish(1, &of))).await;
    let first = captured(finished[0].clone());
    assert!(finished.into_iter().all(|outcome| captured(outcome) == first));
    assert_eq!(world.books(), (4500, 0, 1));
}

#[tokio::test]
async fn a_page_nobody_used_expires() {
    let clock = Clock::manual(Timestamp::from_seconds(1_767_225_600));
    let world = world_of(SandboxConfig::in_memory(clock.clone())).await;
    let (page, of) = world.start(1, 4500).await;
    clock.advance_seconds(86_399);
    assert_eq!(world.standing(1, &of).await, Outcome::Done(Standing::Pending));
    clock.advance_seconds(1);
    assert_eq!(world.standing(1, &of).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    let finished = world.finish(1, &of).await;
    assert_eq!(finished, Outcome::Declined(Decline { class: DeclineClass::Refused, code: "checkout_session_expired".to_owned() }));
    assert_eq!(world.look(&page).await.0, 410);
}

#[tokio::test]
async fn another_account_sees_nothing_of_ours() {
    let world = world().await;
    let of = world.approve(1, VISA).await;
    let stranger = client(&format!("{}/stripe/", world.base), OTHER.secret_key, OTHER.webhook_secret, Clock::System);
    let asked = Asked { attempt_ref: attempt(1), started: Some(of.clone()) };
    let told = stranger.inquire(&asked, eur(4500)).await;
    assert!(matches!(&told, Outcome::Unknown(Doubt::ProcessorUnsure { code }) if code.starts_with("resource_missing")), "{told:?}");
    assert!(
        matches!(stranger.finish(&key(1), &of, &ask(1, eur(4500))).await, Outcome::Unknown(_)),
        "not known here is not the same as not paid"
    );
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn a_dispute_is_seen() {
    let world = world().await;
    let of = world.approve(1, "pm_card_createDispute").await;
    let finished = world.finish(1, &of).await;
    assert!(matches!(&finished, Outcome::Unknown(doubt @ Doubt::Reversed { .. }) if doubt.needs_operator()), "{finished:?}");
    assert_eq!(world.standing(1, &of).await, Outcome::Unknown(Doubt::Reversed { code: "disputed".to_owned() }));
}

#[tokio::test]
async fn a_restarted_simulator_remembers() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = || SandboxConfig { journal: Some(folder.path().join("journal")), ..SandboxConfig::in_memory(Clock::System) };
    let (of, paid, report) = {
        let world = world_of(config()).await;
        let paid = world.pay(1, VISA).await;
        let refund = world.stripe.refund(&key(1).step("refund"), &paid.reference, eur(1000)).await;
        assert!(matches!(refund, Outcome::Done(_)));
        (world.approve(2, VISA).await, paid, world.sandbox.report())
    };
    let world = world_of(config()).await;
    assert_eq!(world.sandbox.report(), report);
    assert_eq!(captured(world.finish(2, &of).await).amount, eur(4500), "approved before, taken after");
    assert_eq!(captured(world.finish(2, &of).await).amount, eur(4500));
    assert!(
        matches!(world.stripe.refund(&key(1).step("refund"), &paid.reference, eur(1000)).await, Outcome::Done(_)),
        "the key is remembered"
    );
    assert_eq!(world.books(), (9000, 1000, 3));
}
