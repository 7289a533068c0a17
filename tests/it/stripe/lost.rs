//! Answers that do not come, or cannot be believed.

use super::*;

#[tokio::test]
async fn an_answer_lost_once_is_told_again() {
    let world = world().await;
    for (n, kind) in [
        FaultKind::ResetBefore,
        FaultKind::ResetAfter,
        FaultKind::Broken,
        FaultKind::Truncated { keep: None },
        FaultKind::Truncated { keep: Some(0) },
        FaultKind::Huge,
        FaultKind::Html,
        FaultKind::Refuse { code: "rate_limit".to_owned() },
        FaultKind::Refuse { code: "lock_timeout".to_owned() },
        FaultKind::Refuse { code: "idempotency_key_in_use".to_owned() },
        FaultKind::Refuse { code: "dependency".to_owned() },
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few");
        let of = world.approve(n, VISA).await;
        world.fault(kind.clone(), 1, "stripe.capture");
        assert_eq!(captured(world.finish(n, &of).await).amount, eur(4500), "{kind:?}");
    }
    assert_eq!(world.books(), (11 * 4500, 0, 11));
}

#[tokio::test]
async fn an_answer_lost_every_time_is_unknown_and_nothing_is_taken_twice() {
    let world = world().await;
    for (n, (kind, doubt, taken)) in [
        (FaultKind::TimeoutBefore, Doubt::Timeout, false),
        (FaultKind::TimeoutAfter, Doubt::Timeout, true),
        (FaultKind::ResetBefore, Doubt::Lost, false),
        (FaultKind::ResetAfter, Doubt::Lost, true),
        (FaultKind::Broken, Doubt::Lost, true),
        (FaultKind::Truncated { keep: Some(40) }, Doubt::Unreadable, true),
        (FaultKind::Html, Doubt::Unreadable, false),
        (FaultKind::Huge, Doubt::Unreadable, true),
        (FaultKind::Refuse { code: "rate_limit".to_owned() }, Doubt::Status(429), false),
        (FaultKind::Refuse { code: "idempotency_key_in_use".to_owned() }, Doubt::Status(409), false),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few");
        let of = world.approve(n, VISA).await;
        world.fault(kind.clone(), 3, "stripe.capture");
        assert_eq!(world.finish(n, &of).await, Outcome::Unknown(doubt), "{kind:?}");
        world.forget_faults().await;
        let standing = world.standing(n, &of).await;
        assert_eq!(matches!(standing, Outcome::Done(Standing::Captured(_))), taken, "{kind:?}: {standing:?}");
        assert_eq!(matches!(standing, Outcome::Done(Standing::Authorised(_))), !taken, "{kind:?}: {standing:?}");
        assert_eq!(captured(world.finish(n, &of).await).amount, eur(4500), "{kind:?}: finished later");
    }
    assert_eq!(world.books(), (10 * 4500, 0, 10));
}

#[tokio::test]
async fn a_sticky_500_is_read_back_and_passed_by() {
    let world = world().await;
    let of = world.approve(1, VISA).await;
    world.fault(FaultKind::Status500, 1, "stripe.capture");
    assert_eq!(captured(world.finish(1, &of).await).amount, eur(4500), "another key, since the money was provably only held");
    assert_eq!(world.books(), (4500, 0, 1));
    // Stuck under both keys: unknown, and still only held.
    let of = world.approve(2, VISA).await;
    world.fault(FaultKind::Status500, 2, "stripe.capture");
    for _again in 0..2 {
        assert_eq!(world.finish(2, &of).await, Outcome::Unknown(Doubt::Status(500)));
    }
    assert!(matches!(world.standing(2, &of).await, Outcome::Done(Standing::Authorised(_))));
    // The start is stuck too; a new attempt is not.
    world.fault(FaultKind::Status500, 1, "stripe.session");
    for _again in 0..2 {
        assert_eq!(world.stripe.start(&key(3), &ask(3, eur(4500))).await, Outcome::Unknown(Doubt::Status(500)));
    }
    world.start(4, 4500).await;
    // A refund is not passed by: that could give back twice.
    let paid = world.pay(5, VISA).await;
    world.fault(FaultKind::Status500, 1, "stripe.refund");
    let step = key(5).step("refund");
    for _again in 0..2 {
        assert_eq!(world.stripe.refund(&step, &paid.reference, eur(1000)).await, Outcome::Unknown(Doubt::Status(500)));
    }
    assert_eq!(world.standing_by_reference(&AttemptRef::of_key(&step), eur(1000)).await, Outcome::Done(Standing::NotFound));
    assert_eq!(world.books(), (9000, 0, 2));
}

#[tokio::test]
async fn an_answer_with_another_amount_or_currency_is_never_paid() {
    let world = world().await;
    for (n, kind) in [(1, FaultKind::WrongAmount), (2, FaultKind::WrongCurrency)] {
        world.fault(kind.clone(), 1, "stripe.session");
        let started = world.stripe.start(&key(n), &ask(n, eur(4500))).await;
        assert!(matches!(&started, Outcome::Unknown(Doubt::Mismatch { reported: Some(_), reference: Some(_) })), "{started:?}");
    }
    for (n, kind) in [(3, FaultKind::WrongAmount), (4, FaultKind::WrongCurrency)] {
        let of = world.approve(n, VISA).await;
        world.fault(kind.clone(), 1, "stripe.session_get");
        let finished = world.finish(n, &of).await;
        assert!(matches!(&finished, Outcome::Unknown(doubt @ Doubt::Mismatch { .. }) if doubt.needs_operator()), "{finished:?}");
        assert_eq!(world.books().0, 0, "{kind:?}: compared before it is taken");
    }
    for (n, kind) in [(5, FaultKind::WrongAmount), (6, FaultKind::WrongCurrency)] {
        let of = world.approve(n, VISA).await;
        world.fault(kind, 1, "stripe.capture");
        let finished = world.finish(n, &of).await;
        assert!(matches!(finished, Outcome::Unknown(Doubt::Mismatch { reported: Some(_), reference: Some(_) })), "{finished:?}");
    }
    let paid = world.pay(7, VISA).await;
    world.fault(FaultKind::WrongAmount, 1, "stripe.refund");
    let refund = world.stripe.refund(&key(7).step("refund"), &paid.reference, eur(1000)).await;
    assert!(matches!(refund, Outcome::Unknown(Doubt::Mismatch { .. })), "{refund:?}");
    // The buyer approved something else than is asked now.
    let of = world.approve(8, VISA).await;
    let other = world.stripe.finish(&key(8), &of, &ask(8, eur(4400))).await;
    assert!(matches!(other, Outcome::Unknown(Doubt::Mismatch { .. })), "{other:?}");
    assert_eq!(world.stripe.finish(&key(9), &of, &ask(9, eur(4500))).await, Outcome::Unknown(Doubt::OtherPayment));
    assert_eq!(world.books().0, 3 * 4500);
}
