//! Answers that do not come, or cannot be believed.

use super::*;

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
