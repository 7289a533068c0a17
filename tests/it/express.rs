//! Our Express Checkout client against our simulator, over real HTTP: the buyer's way there and back, every ending of §6 of the
//! house style, and above all the ones where money moved and the answer did not come.

use std::sync::Arc;

use lectern::domain::{
    money::{Currency, Money},
    payment::DeclineClass,
    time::Timestamp,
};
use lectern::server::clock::Clock;
use lectern::server::payments::{
    Asked, AttemptRef, Captured, ConnectionProblem, Decline, Doubt, Fault, NextStep, Outcome, Processor, ProcessorKind, ProcessorRef,
    Refunded, Standing,
};
use lectern::server::sandbox::{SandboxConfig, Switches, faults::FaultKind, ledger::Report};
use tokio::net::TcpListener;

use super::nvp_world::{PASSWORD, World, built, cad, captured, config, key, money, nobody, play, world_at};

struct Express {
    world: World,
    paypal: Arc<dyn Processor>,
}

impl std::ops::Deref for Express {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

async fn express() -> Express {
    express_at(SandboxConfig::in_memory(Clock::System)).await
}

async fn express_at(config: SandboxConfig) -> Express {
    let world = world_at(config).await;
    Express { paypal: world.client(ProcessorKind::Express, "express", PASSWORD), world }
}

pub fn attempt(n: u8) -> AttemptRef {
    AttemptRef::parse(&format!("TRY{n}")).expect("a reference")
}

pub fn ask(n: u8, amount: Money) -> lectern::server::payments::Approval {
    lectern::server::payments::Approval {
        amount,
        description: "Training \"A&B\" <b>=[%]\r\n\u{0}Țepeș – Zoë".to_owned(),
        invoice: format!("LE-{n}"),
        attempt_ref: attempt(n),
        email: Some("ann@mail.example".to_owned()),
        return_url: format!("https://shop.example/order/back?try={n}"),
        cancel_url: "https://shop.example/order/cancelled".to_owned(),
        notify_url: String::new(),
        lang: lectern::domain::text::Lang::En,
        kinds: lectern::domain::card_kinds::CardKinds::All,
    }
}

pub fn started(outcome: Outcome<Captured>) -> ProcessorRef {
    match outcome {
        Outcome::NeedsCustomer(NextStep::Redirect { url, reference }) => {
            assert!(url.contains(&format!("webscr?cmd=_express-checkout&token={}&useraction=commit", reference.as_str())), "{url}");
            reference
        }
        other => panic!("not started: {other:?}"),
    }
}

fn declined(class: DeclineClass, code: &str) -> Outcome<Captured> {
    Outcome::Declined(Decline { class, code: code.to_owned() })
}

impl Express {
    async fn start(&self, n: u8, minor: i64) -> ProcessorRef {
        started(self.paypal.start(&key(n), &ask(n, cad(minor))).await)
    }

    async fn approved(&self, n: u8, minor: i64, funding: &str) -> ProcessorRef {
        let token = self.start(n, minor).await;
        self.choose(&token, "approve", funding).await;
        token
    }

    async fn finish(&self, n: u8, token: &ProcessorRef, minor: i64) -> Outcome<Captured> {
        self.paypal.finish(&key(n), token, &ask(n, cad(minor))).await
    }

    async fn standing(&self, n: u8, token: &ProcessorRef, minor: i64) -> Outcome<Standing> {
        self.paypal.inquire(&Asked { attempt_ref: attempt(n), started: Some(token.clone()) }, cad(minor)).await
    }

    async fn paid(&self, n: u8, minor: i64) -> (ProcessorRef, Captured) {
        let token = self.approved(n, minor, "balance").await;
        let captured = captured(self.finish(n, &token, minor).await);
        (token, captured)
    }
}

#[tokio::test]
async fn an_approved_payment_is_taken_once_for_exactly_what_was_asked() {
    let world = express().await;
    let token = world.start(1, 2750).await;
    assert_eq!(world.books(), (0, 0, 0));
    let back = world.choose(&token, "approve", "balance").await;
    assert!(back.starts_with(&format!("https://shop.example/order/back?try=1&token={}&PayerID=", token.as_str())), "{back}");
    assert_eq!(world.books(), (0, 0, 0), "agreeing moves nothing");
    let first = captured(world.finish(1, &token, 2750).await);
    assert_eq!((first.amount, &first.card), (cad(2750), &None));
    assert_eq!(captured(world.finish(1, &token, 2750).await), first, "told again");
    assert_eq!(world.standing(1, &token, 2750).await, Outcome::Done(Standing::Captured(first.clone())));
    assert!(matches!(world.standing(1, &token, 2751).await, Outcome::Unknown(Doubt::Mismatch { .. })));
    let Report { entries, .. } = world.sandbox.report();
    let [entry] = entries.as_slice() else { panic!("one entry: {entries:?}") };
    assert_eq!(
        (entry.processor.as_str(), entry.our_ref.as_str(), entry.invnum.as_str(), entry.pnref.as_str(), entry.amount_minor),
        ("express", "TRY1", "LE-1", first.reference.as_str(), 2750)
    );
    assert_eq!((entry.state.as_str(), entry.vendor.as_str()), ("captured", "lectern-demo"));
}

#[tokio::test]
async fn nothing_is_taken_before_the_buyer_agrees() {
    let world = express().await;
    let token = world.start(1, 2750).await;
    assert_eq!(started(world.finish(1, &token, 2750).await), token);
    assert_eq!(world.standing(1, &token, 2750).await, Outcome::Done(Standing::Pending));
    let away = world.choose(&token, "cancel", "balance").await;
    assert_eq!(away, format!("https://shop.example/order/cancelled?token={}", token.as_str()));
    assert_eq!(world.paypal.cancel(&key(1).step("give up"), &token).await, Outcome::Done(()));
    // The buyer may still agree in another tab; nothing moves by that.
    world.choose(&token, "approve", "balance").await;
    assert_eq!(world.standing(1, &token, 2750).await, Outcome::Done(Standing::Pending), "approved is not paid");
    assert_eq!(world.paypal.cancel(&key(1).step("give up"), &token).await, Outcome::Done(()));
    assert_eq!(world.books(), (0, 0, 0));
    captured(world.finish(1, &token, 2750).await);
    assert!(matches!(world.paypal.cancel(&key(1).step("give up"), &token).await, Outcome::Declined(_)), "too late");
    assert_eq!(world.books(), (2750, 0, 1));
}

#[tokio::test]
async fn what_was_approved_must_be_what_is_asked_before_money_is_taken() {
    let world = express().await;
    let token = world.approved(1, 2750, "balance").await;
    for other in [cad(2751), money(2750, Currency::USD)] {
        let outcome = world.paypal.finish(&key(1), &token, &ask(1, other)).await;
        assert!(matches!(&outcome, Outcome::Unknown(Doubt::Mismatch { reported: Some(told), .. }) if *told == cad(2750)), "{outcome:?}");
    }
    assert_eq!(world.finish(2, &token, 2750).await, Outcome::Unknown(Doubt::OtherPayment));
    for kind in [FaultKind::WrongAmount, FaultKind::WrongCurrency] {
        world.fault(kind, 1, "express.get");
        let outcome = world.finish(1, &token, 2750).await;
        assert!(matches!(outcome, Outcome::Unknown(Doubt::Mismatch { .. })), "{outcome:?}");
    }
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn a_payment_of_another_amount_or_currency_is_never_ours() {
    let world = express().await;
    for (n, kind) in [(1, FaultKind::WrongAmount), (2, FaultKind::WrongCurrency)] {
        let token = world.approved(n, 2750, "balance").await;
        world.fault(kind.clone(), 1, "express.do");
        let outcome = world.finish(n, &token, 2750).await;
        assert!(matches!(&outcome, Outcome::Unknown(doubt @ Doubt::Mismatch { .. }) if doubt.needs_operator()), "{outcome:?}");
        world.fault(kind, 1, "express.details");
        let outcome = world.finish(n, &token, 2750).await;
        assert!(matches!(outcome, Outcome::Unknown(Doubt::Mismatch { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_refused_card_sends_the_buyer_back_with_the_same_token() {
    let world = express().await;
    let token = world.approved(1, 2750, "refused_card").await;
    assert_eq!(started(world.finish(1, &token, 2750).await), token);
    assert_eq!(started(world.finish(1, &token, 2750).await), token, "nothing is tried before the buyer chose again");
    assert_eq!(world.standing(1, &token, 2750).await, Outcome::Done(Standing::Pending));
    let page = world.get(&format!("/express/webscr?cmd=_express-checkout&token={}", token.as_str())).await;
    assert!(page.contains("was refused") && !page.contains("<script") && page.contains("no real money"), "{page}");
    // Refused again, and then another way: the answer to the first message must not be told for the third.
    world.choose(&token, "approve", "refused_card").await;
    assert_eq!(started(world.finish(1, &token, 2750).await), token);
    world.choose(&token, "approve", "balance").await;
    captured(world.finish(1, &token, 2750).await);
    assert_eq!(world.books(), (2750, 0, 1));
    for code in ["10422", "10485", "10207"] {
        let token = world.approved(2, 2750, "balance").await;
        world.refuse(code, "express.do");
        assert_eq!(started(world.finish(2, &token, 2750).await), token, "{code}");
    }
}

#[tokio::test]
async fn a_token_bears_ten_tries() {
    let world = express().await;
    let token = world.approved(1, 2750, "refused_card").await;
    for _ in 0..10 {
        assert_eq!(started(world.finish(1, &token, 2750).await), token);
        world.post_choice(&token, "approve", "refused_card").await;
    }
    // The page is closed now, so the last choice did not arrive.
    assert_eq!(started(world.finish(1, &token, 2750).await), token);
    let token = world.approved(2, 2750, "balance").await;
    world.refuse("10416", "express.do");
    assert_eq!(world.finish(2, &token, 2750).await, declined(DeclineClass::TryLater, "10416"));
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn every_refusal_ends_as_its_class() {
    use DeclineClass as D;
    let world = express().await;
    let blocked = world.approved(1, 2750, "blocked").await;
    assert_eq!(world.finish(1, &blocked, 2750).await, declined(D::Refused, "10417"));
    for (code, outcome) in [
        ("13113", declined(D::Refused, "13113")),
        ("11611", declined(D::FraudCheck, "11611")),
        ("10414", declined(D::Funds, "10414")),
        ("10411", declined(D::TryLater, "10411")),
        ("10445", Outcome::NotSent(Fault::Unavailable { code: "10445".to_owned() })),
        ("10007", Outcome::NotSent(Fault::Misconfigured { code: "10007".to_owned() })),
        ("10406", Outcome::NotSent(Fault::Rejected { code: "10406".to_owned() })),
        ("10001", Outcome::Unknown(Doubt::ProcessorUnsure { code: "10001".to_owned() })),
        ("10101", Outcome::Unknown(Doubt::ProcessorUnsure { code: "10101".to_owned() })),
        ("19999", Outcome::Unknown(Doubt::UnlistedCode { code: "19999".to_owned() })),
    ] {
        let token = world.approved(2, 2750, "balance").await;
        world.refuse(code, "express.do");
        assert_eq!(world.finish(2, &token, 2750).await, outcome, "{code}");
    }
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn an_answer_lost_once_is_told_again() {
    let world = express().await;
    let kinds = [
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::Broken,
        FaultKind::Truncated { keep: None },
        FaultKind::Truncated { keep: Some(8) },
        FaultKind::Truncated { keep: Some(0) },
        FaultKind::Huge,
        FaultKind::Html,
    ];
    let count = i64::try_from(kinds.len()).expect("few");
    for (n, kind) in kinds.into_iter().enumerate() {
        let n = u8::try_from(n).expect("few");
        let token = world.approved(n, 2750, "balance").await;
        world.fault(kind.clone(), 1, "express.do");
        let first = world.finish(n, &token, 2750).await;
        // A cut answer may pass for a whole one that leaves too much open; then the next look tells.
        let paid = if matches!(first, Outcome::Unknown(Doubt::Unreadable)) { world.finish(n, &token, 2750).await } else { first };
        assert_eq!(captured(paid).amount, cad(2750), "{kind:?}");
    }
    assert_eq!(world.books(), (2750 * count, 0, usize::try_from(count).expect("few")));
}

#[tokio::test]
async fn an_answer_lost_every_time_is_unknown_and_found_by_the_token() {
    let world = express().await;
    for (n, (kind, doubt, is_taken)) in [
        (FaultKind::ResetBefore, Doubt::Lost, false),
        (FaultKind::ResetAfter, Doubt::Lost, true),
        (FaultKind::Broken, Doubt::Lost, true),
        (FaultKind::Truncated { keep: Some(8) }, Doubt::Unreadable, true),
        (FaultKind::Html, Doubt::Unreadable, false),
        (FaultKind::Huge, Doubt::Unreadable, true),
        (FaultKind::Status500, Doubt::Status(500), false),
        (FaultKind::TimeoutBefore, Doubt::Timeout, false),
        (FaultKind::TimeoutAfter, Doubt::Timeout, true),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few");
        let token = world.approved(n, 2750, "balance").await;
        world.fault(kind.clone(), 3, "express.do");
        assert_eq!(world.finish(n, &token, 2750).await, Outcome::Unknown(doubt), "{kind:?}");
        let standing = world.standing(n, &token, 2750).await;
        assert_eq!(matches!(standing, Outcome::Done(Standing::Captured(_))), is_taken, "{kind:?}: {standing:?}");
        assert_eq!(standing == Outcome::Done(Standing::Pending), !is_taken, "{kind:?}: {standing:?}");
        world.clear_faults().await;
        captured(world.finish(n, &token, 2750).await);
    }
    assert_eq!(world.books(), (9 * 2750, 0, 9), "each taken once");
}

#[tokio::test]
async fn two_who_finish_at_once_take_the_money_once() {
    let world = express().await;
    let token = world.approved(1, 2750, "balance").await;
    let (a, b) = tokio::join!(world.finish(1, &token, 2750), world.finish(1, &token, 2750));
    assert_eq!(captured(a), captured(b));
    // The older answer to the second, 10415: no data, yet paid.
    let token = world.approved(2, 2750, "balance").await;
    world.fault(FaultKind::Slow { ms: 100 }, 2, "express.get");
    world.fault(FaultKind::Slow { ms: 1 }, 1, "express.do");
    world.refuse("10415", "express.do");
    let (a, b) = tokio::join!(world.finish(2, &token, 2750), world.finish(2, &token, 2750));
    let paid: Vec<Captured> = [a, b].into_iter().map(captured).collect();
    assert_eq!(paid[0], paid[1]);
    assert_eq!(world.books(), (5500, 0, 2));
}

#[tokio::test]
async fn an_order_is_not_paid_twice_by_two_attempts() {
    let world = express().await;
    let (_, first) = world.paid(1, 2750).await;
    let again = lectern::server::payments::Approval { invoice: "LE-1".to_owned(), ..ask(2, cad(2750)) };
    let token = started(world.paypal.start(&key(2), &again).await);
    world.choose(&token, "approve", "balance").await;
    let outcome = world.paypal.finish(&key(2), &token, &again).await;
    assert_eq!(outcome, Outcome::Unknown(Doubt::OtherPayment));
    // The same attempt under a second token: its own payment is found by the number.
    let token = started(world.paypal.start(&key(1), &ask(1, cad(2750))).await);
    world.choose(&token, "approve", "balance").await;
    assert_eq!(captured(world.finish(1, &token, 2750).await), first);
    assert_eq!(world.books(), (2750, 0, 1));
}

#[tokio::test]
async fn a_token_that_is_gone_is_looked_up_by_number_or_amount() {
    let clock = Clock::manual(Timestamp::from_seconds(1_772_615_707));
    let world = express_at(SandboxConfig::in_memory(clock.clone())).await;
    let (paid_token, paid) = world.paid(1, 2750).await;
    let (open_token, other) = (world.approved(2, 2750, "balance").await, world.start(3, 2750).await);
    clock.advance_seconds(3 * 3600);
    assert_eq!(captured(world.finish(1, &paid_token, 2750).await), paid);
    assert_eq!(world.standing(1, &paid_token, 2750).await, Outcome::Done(Standing::Captured(paid)));
    for (n, token) in [(2, &open_token), (3, &other)] {
        assert_eq!(world.finish(n, token, 2750).await, declined(DeclineClass::TryLater, "10411"));
        assert_eq!(world.standing(n, token, 2750).await, Outcome::Done(Standing::Declined(DeclineClass::TryLater)));
        assert!(matches!(world.paypal.cancel(&key(n), token).await, Outcome::Declined(_)));
    }
    let nowhere = ProcessorRef::parse("EC-NOSUCHTOKEN000000").expect("a reference");
    assert_eq!(world.finish(4, &nowhere, 2750).await, declined(DeclineClass::TryLater, "10410"));
    assert_eq!(world.books(), (2750, 0, 1));
}

#[tokio::test]
async fn a_promise_is_money_only_once_it_settles() {
    let world = express().await;
    for (n, funding) in [(1, "echeck"), (2, "review"), (3, "other_currency")] {
        let token = world.approved(n, 2750, funding).await;
        for _ in 0..2 {
            assert_eq!(world.finish(n, &token, 2750).await, Outcome::Unknown(Doubt::Pending), "{funding}");
        }
        assert_eq!(world.standing(n, &token, 2750).await, Outcome::Done(Standing::Pending));
        assert!(matches!(world.paypal.cancel(&key(n), &token).await, Outcome::Declined(_)), "it is no longer ours to cancel");
        let accept = n != 2;
        assert_eq!(world.control("express/settle", &format!("{{\"accept\":{accept}}}")).await, r#"{"settled":1}"#);
        if accept {
            captured(world.finish(n, &token, 2750).await);
            assert!(matches!(world.standing(n, &token, 2750).await, Outcome::Done(Standing::Captured(_))));
        } else {
            assert_eq!(world.finish(n, &token, 2750).await, declined(DeclineClass::Refused, "Denied"));
            assert_eq!(world.standing(n, &token, 2750).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
        }
    }
    let token = world.approved(4, 2750, "balance").await;
    world.fault(FaultKind::Pending, 1, "express.do");
    assert_eq!(world.finish(4, &token, 2750).await, Outcome::Unknown(Doubt::Pending));
    assert_eq!(world.books().0, 5500);
}

#[tokio::test]
async fn refunds_never_exceed_what_was_taken() {
    let world = express().await;
    let (token, paid) = world.paid(1, 2750).await;
    let refund = async |step: &str, minor| world.paypal.refund(&key(1).step(step), &paid.reference, cad(minor)).await;
    let first = refund("a", 1200).await;
    assert!(matches!(&first, Outcome::Done(Refunded { amount, .. }) if *amount == cad(1200)), "{first:?}");
    assert_eq!(refund("a", 1200).await, first, "told twice, given once");
    assert_eq!(world.books(), (2750, 1200, 2));
    let over = refund("b", 1551).await;
    assert_eq!(over, Outcome::Declined(Decline { class: DeclineClass::Refused, code: "10009".to_owned() }));
    let found = async |step: &str, minor| world.paypal.inquire(&Asked::of(&AttemptRef::of_key(&key(1).step(step))), cad(minor)).await;
    assert_eq!(found("b", 1551).await, Outcome::Done(Standing::NotFound));
    world.fault(FaultKind::ResetAfter, 3, "express.refund");
    assert_eq!(refund("c", 1550).await, Outcome::Unknown(Doubt::Lost));
    assert!(matches!(found("c", 1550).await, Outcome::Done(Standing::Captured(_))), "a refund is found by its key's reference");
    assert!(matches!(found("c", 1549).await, Outcome::Unknown(Doubt::Mismatch { .. })));
    assert!(matches!(refund("c", 1550).await, Outcome::Done(_)));
    // Nothing is left, and it was not this one that took it.
    assert_eq!(refund("d", 1).await, Outcome::Unknown(Doubt::OtherPayment));
    assert_eq!(world.books(), (2750, 2750, 3));
    assert_eq!(captured(world.finish(1, &token, 2750).await), paid, "given back later, taken first");
    assert!(matches!(world.paypal.refund(&key(9), &nobody(), cad(100)).await, Outcome::NotSent(Fault::Rejected { .. })));
}

#[tokio::test]
async fn a_late_refund_is_pending_and_an_odd_one_is_doubted() {
    let world = express().await;
    let (_, paid) = world.paid(1, 2750).await;
    let refund = async |step: &str, minor| world.paypal.refund(&key(1).step(step), &paid.reference, cad(minor)).await;
    world.fault(FaultKind::Pending, 1, "express.refund");
    assert_eq!(refund("late", 1000).await, Outcome::Unknown(Doubt::Pending));
    let of = Asked::of(&AttemptRef::of_key(&key(1).step("late")));
    assert_eq!(world.paypal.inquire(&of, cad(1000)).await, Outcome::Done(Standing::Pending));
    assert_eq!(world.control("express/settle", "{\"accept\":false}").await, r#"{"settled":1}"#);
    assert_eq!(world.paypal.inquire(&of, cad(1000)).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    for kind in [FaultKind::WrongAmount, FaultKind::WrongCurrency] {
        world.fault(kind, 1, "express.refund");
        let odd = refund("odd", 500).await;
        assert!(matches!(odd, Outcome::Unknown(Doubt::Mismatch { .. })), "{odd:?}");
    }
    for (code, outcome) in [
        ("10001", Outcome::Unknown(Doubt::ProcessorUnsure { code: "10001".to_owned() })),
        ("10009/time", Outcome::Declined(Decline { class: DeclineClass::Refused, code: "10009".to_owned() })),
        ("10007", Outcome::NotSent(Fault::Misconfigured { code: "10007".to_owned() })),
        ("19999", Outcome::Unknown(Doubt::UnlistedCode { code: "19999".to_owned() })),
    ] {
        world.refuse(code, "express.refund");
        assert_eq!(refund(code, 100).await, outcome, "{code}");
    }
    assert_eq!(world.books(), (2750, 500, 3), "the odd one was booked, once");
}

#[tokio::test]
async fn starting_is_tried_again_and_costs_nothing() {
    let world = express().await;
    world.fault(FaultKind::ResetAfter, 1, "express.set");
    let first = world.start(1, 2750).await;
    let second = world.start(1, 2750).await;
    assert_ne!(first, second);
    world.refuse("10407", "express.set");
    let without_email = world.start(1, 2750).await;
    captured({
        world.choose(&without_email, "approve", "balance").await;
        world.finish(1, &without_email, 2750).await
    });
    world.fault(FaultKind::ResetAfter, 3, "express.set");
    assert_eq!(world.paypal.start(&key(2), &ask(2, cad(2750))).await, Outcome::Unknown(Doubt::Lost));
    assert_eq!(world.paypal.inquire(&Asked::of(&attempt(2)), cad(2750)).await, Outcome::Done(Standing::NotFound));
    for (code, fault) in
        [("10002", Fault::Misconfigured { code: "10002".to_owned() }), ("10413", Fault::Rejected { code: "10413".to_owned() })]
    {
        world.refuse(code, "express.set");
        assert_eq!(world.paypal.start(&key(2), &ask(2, cad(2750))).await, Outcome::NotSent(fault));
    }
    assert_eq!(world.books(), (2750, 0, 1));
}

#[tokio::test]
async fn currencies_travel_as_paypal_counts_them() {
    let world = express().await;
    for (n, amount) in [(1, money(1500, Currency::JPY)), (2, money(150_000, Currency::HUF)), (3, money(5, Currency::EUR))] {
        let token = started(world.paypal.start(&key(n), &ask(n, amount)).await);
        world.choose(&token, "approve", "balance").await;
        let paid = captured(world.paypal.finish(&key(n), &token, &ask(n, amount)).await);
        assert_eq!(paid.amount, amount);
        assert!(matches!(world.paypal.refund(&key(n).step("r"), &paid.reference, amount).await, Outcome::Done(r) if r.amount == amount));
    }
    for (amount, fault) in [
        (money(150_050, Currency::HUF), Fault::Amount),
        (cad(0), Fault::Amount),
        (cad(-5), Fault::Amount),
        (money(1000, Currency::RON), Fault::Currency(Currency::RON)),
    ] {
        assert_eq!(world.paypal.start(&key(9), &ask(9, amount)).await, Outcome::NotSent(fault.clone()));
        assert_eq!(world.paypal.finish(&key(9), &nobody(), &ask(9, amount)).await, Outcome::NotSent(fault));
    }
}

#[tokio::test]
async fn an_authorisation_made_elsewhere_is_captured_or_cancelled() {
    let world = express().await;
    let hold = async |n: u8| {
        let set = format!(
            "METHOD=SetExpressCheckout&RETURNURL=https%3A%2F%2Fa%2F&CANCELURL=https%3A%2F%2Fa%2F&PAYMENTREQUEST_0_AMT=90.00\
             &PAYMENTREQUEST_0_CURRENCYCODE=CAD&PAYMENTREQUEST_0_PAYMENTACTION=Authorization&PAYMENTREQUEST_0_INVNUM=H-{n}"
        );
        let token = ProcessorRef::parse(&world.call(&set).await["TOKEN"]).expect("a token");
        let back = world.choose(&token, "approve", "balance").await;
        let payer = back.rsplit_once("PayerID=").expect("a payer").1.to_owned();
        let pay = format!(
            "METHOD=DoExpressCheckoutPayment&TOKEN={}&PAYERID={payer}&PAYMENTREQUEST_0_AMT=90.00&PAYMENTREQUEST_0_CURRENCYCODE=CAD\
             &PAYMENTREQUEST_0_PAYMENTACTION=Authorization&PAYMENTREQUEST_0_INVNUM=H-{n}",
            token.as_str()
        );
        ProcessorRef::parse(&world.call(&pay).await["PAYMENTINFO_0_TRANSACTIONID"]).expect("a transaction")
    };
    let first = hold(1).await;
    let capture = async |step: &str, of: &ProcessorRef, minor| world.paypal.capture(&key(1).step(step), of, cad(minor)).await;
    assert!(matches!(capture("much", &first, 20_000).await, Outcome::Declined(d) if d.code == "10610"));
    let taken = captured(capture("a", &first, 6000).await);
    assert_eq!(captured(capture("a", &first, 6000).await), taken, "told twice, taken once");
    assert!(matches!(capture("b", &first, 100).await, Outcome::Unknown(Doubt::ProcessorUnsure { .. })), "captured by another");
    let of = Asked::of(&AttemptRef::of_key(&key(1).step("a")));
    assert_eq!(world.paypal.inquire(&of, cad(6000)).await, Outcome::Done(Standing::Captured(taken.clone())));
    assert!(matches!(world.paypal.cancel(&key(1).step("v"), &first).await, Outcome::Declined(d) if d.code == "10602"));
    assert!(matches!(world.paypal.refund(&key(1).step("r"), &taken.reference, cad(6000)).await, Outcome::Done(_)));
    let second = hold(2).await;
    assert_eq!(world.paypal.cancel(&key(2).step("v"), &second).await, Outcome::Done(()));
    assert_eq!(world.paypal.cancel(&key(2).step("v"), &second).await, Outcome::Done(()), "told twice");
    assert_eq!(world.paypal.cancel(&key(2).step("w"), &second).await, Outcome::Done(()), "nothing is held any more");
    assert!(matches!(capture("c", &second, 100).await, Outcome::Declined(d) if d.code == "10600"));
    assert_eq!(world.books().0, 6000);
}

#[tokio::test]
async fn a_connection_test_tells_what_is_wrong_without_moving_money() {
    let world = express().await;
    assert_eq!(world.paypal.test_connection().await, Ok(()));
    let wrong = world.client(ProcessorKind::Express, "express", "NOT-THE-PASSWORD");
    assert_eq!(wrong.test_connection().await, Err(ConnectionProblem::Credentials));
    let refused = wrong.start(&key(1), &ask(1, cad(2750))).await;
    assert!(matches!(&refused, Outcome::NotSent(fault @ Fault::Misconfigured { .. }) if fault.needs_operator()), "{refused:?}");
    assert_eq!(world.client(ProcessorKind::Express, "nowhere", PASSWORD).test_connection().await, Err(ConnectionProblem::NotTheProcessor));
    for (code, problem) in
        [("10007", ConnectionProblem::Permission), ("10006", ConnectionProblem::Settings), ("10101", ConnectionProblem::Unavailable)]
    {
        world.refuse(code, "express.search");
        assert_eq!(world.paypal.test_connection().await, Err(problem), "{code}");
    }
    world.fault(FaultKind::TimeoutBefore, 3, "express.search");
    assert_eq!(world.paypal.test_connection().await, Err(ConnectionProblem::NoAnswer));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let dead = built(ProcessorKind::Express, &config(&base, "express", PASSWORD), Clock::System);
    assert_eq!(dead.test_connection().await, Err(ConnectionProblem::Unreachable));
    assert_eq!(dead.start(&key(1), &ask(1, cad(2750))).await, Outcome::NotSent(Fault::Connect));
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn what_is_sent_again_is_the_same_to_the_byte() {
    let good = "TOKEN=EC%2dWASD0767S8KUHZBBK&ACK=Success";
    let (base, played) = play(vec!["TOKEN=EC%2dWASD&AC", "<html>", good]).await;
    let paypal = built(ProcessorKind::Express, &config(&base, "express", PASSWORD), Clock::System);
    assert_eq!(started(paypal.start(&key(1), &ask(1, cad(2750))).await).as_str(), "EC-WASD0767S8KUHZBBK");
    let sent = played.await.expect("three requests");
    assert_eq!((&sent[0], &sent[0]), (&sent[1], &sent[2]));
    for field in [
        "METHOD=SetExpressCheckout&USER=lectern-demo&PWD=Simulator-2026&SIGNATURE=",
        "&VERSION=124.0&RETURNURL=https%3A%2F%2Fshop.example%2Forder%2Fback%3Ftry%3D1&",
        "&PAYMENTREQUEST_0_AMT=27.50&PAYMENTREQUEST_0_CURRENCYCODE=CAD&PAYMENTREQUEST_0_INVNUM=LE-1&PAYMENTREQUEST_0_CUSTOM=TRY1&",
        "&PAYMENTREQUEST_0_DESC=Training+%22A%26B%22+%3Cb%3E%3D%5B%25%5D+++%C8%9Aepe%C8%99+%E2%80%93+Zo%C3%AB&",
        "&EMAIL=ann%40mail.example",
    ] {
        assert!(sent[0].contains(field), "{field} in {}", sent[0]);
    }
}

#[tokio::test]
async fn a_restart_forgets_nothing_and_a_reset_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = || SandboxConfig { journal: Some(folder.path().join("journal")), ..SandboxConfig::in_memory(Clock::System) };
    let before = express_at(at()).await;
    let (token, paid) = before.paid(1, 2750).await;
    drop(before);
    let after = express_at(at()).await;
    assert_eq!(captured(after.finish(1, &token, 2750).await), paid);
    assert_eq!(after.books(), (2750, 0, 1));
    after.sandbox.set(Switches { hang_ms: 10_000, ..Switches::default() });
    after.sandbox.reset().expect("cleared");
    assert_eq!(after.books(), (0, 0, 0));
    assert_eq!(after.finish(1, &token, 2750).await, declined(DeclineClass::TryLater, "10410"));
}
