//! Money that goes back.

use super::*;

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
