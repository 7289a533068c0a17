//! Money that goes back.

use super::*;

#[tokio::test]
async fn refunds_never_exceed_what_was_taken() {
    let world = world().await;
    let paid = world.pay(1, VISA).await;
    let refund = async |step: &str, minor| world.stripe.refund(&key(1).step(step), &paid.reference, eur(minor)).await;
    let first = refund("a", 1000).await;
    assert!(matches!(&first, Outcome::Done(Refunded { amount, .. }) if *amount == eur(1000)), "{first:?}");
    assert_eq!(refund("a", 1000).await, first, "told twice, given once");
    assert_eq!(world.books(), (4500, 1000, 2));
    assert_eq!(refund("a", 900).await, Outcome::Unknown(Doubt::OtherPayment), "the same key for another amount is a bug");
    let over = refund("b", 3501).await;
    assert!(matches!(&over, Outcome::Declined(d) if d.code == "invalid_request_error/amount"), "{over:?}");
    world.fault(FaultKind::ResetAfter, 3, "stripe.refund");
    assert_eq!(refund("c", 3500).await, Outcome::Unknown(Doubt::Lost));
    let reference = AttemptRef::of_key(&key(1).step("c"));
    let found = world.standing_by_reference(&reference, eur(3500)).await;
    assert!(matches!(&found, Outcome::Done(Standing::Captured(c)) if c.amount == eur(3500)), "found by its key's reference: {found:?}");
    let asked = Asked { attempt_ref: reference, started: Some(paid.reference.clone()) };
    assert_eq!(world.stripe.inquire(&asked, eur(3500)).await, found, "and faster with its payment's");
    assert!(matches!(refund("c", 3500).await, Outcome::Done(_)), "the same key answers with the same refund");
    assert!(matches!(refund("d", 1).await, Outcome::Declined(d) if d.code == "charge_already_refunded"));
    assert_eq!(world.books(), (4500, 4500, 3));
    let nobody = ProcessorRef::parse("pi_nobody").expect("a reference");
    assert!(matches!(world.stripe.refund(&key(9), &nobody, eur(100)).await, Outcome::NotSent(Fault::Rejected { .. })));
    let returned: Vec<_> = world.sandbox.report().entries.into_iter().filter(|e| e.state == "refunded").collect();
    assert!(returned.iter().all(|e| e.orig.as_deref() == Some(paid.reference.as_str())));
    assert!(returned.iter().any(|e| e.our_ref == AttemptRef::of_key(&key(1).step("a")).as_str()));
}

#[tokio::test]
async fn a_refund_is_pending_then_arrives_or_comes_back() {
    let world = world().await;
    for (n, accept) in [(1, true), (2, false)] {
        let paid = world.pay(n, "pm_card_pendingRefund").await;
        let step = key(n).step("refund");
        assert_eq!(world.stripe.refund(&step, &paid.reference, eur(4500)).await, Outcome::Unknown(Doubt::Pending));
        let reference = AttemptRef::of_key(&step);
        assert_eq!(world.standing_by_reference(&reference, eur(4500)).await, Outcome::Done(Standing::Pending));
        world.control("stripe/settle", &format!("{{\"accept\":{accept}}}")).await;
        let standing = world.standing_by_reference(&reference, eur(4500)).await;
        match accept {
            true => assert!(matches!(standing, Outcome::Done(Standing::Captured(_))), "{standing:?}"),
            false => assert_eq!(standing, Outcome::Done(Standing::Declined(DeclineClass::Refused))),
        }
    }
    assert_eq!(world.books().1, 4500);
    let paid = world.pay(3, "pm_card_refundFail").await;
    let step = key(3).step("refund");
    assert!(matches!(world.stripe.refund(&step, &paid.reference, eur(4500)).await, Outcome::Done(_)));
    world.control("stripe/settle", "{\"accept\":true}").await;
    let standing = world.standing_by_reference(&AttemptRef::of_key(&step), eur(4500)).await;
    assert_eq!(standing, Outcome::Done(Standing::Declined(DeclineClass::Refused)), "succeeded, then failed");
    assert!(matches!(world.stripe.refund(&key(3).step("again"), &paid.reference, eur(4500)).await, Outcome::Done(_)));
}

#[tokio::test]
async fn a_refund_is_found_among_many() {
    let world = world().await;
    let paid = world.pay(1, VISA).await;
    for n in 0..120_u8 {
        let refund = world.stripe.refund(&key(1).step(&n.to_string()), &paid.reference, eur(1)).await;
        assert!(matches!(refund, Outcome::Done(_)), "{refund:?}");
    }
    let oldest = AttemptRef::of_key(&key(1).step("0"));
    assert!(matches!(world.standing_by_reference(&oldest, eur(1)).await, Outcome::Done(Standing::Captured(_))));
    assert_eq!(world.standing_by_reference(&AttemptRef::of_key(&key(2)), eur(1)).await, Outcome::Done(Standing::NotFound));
}
