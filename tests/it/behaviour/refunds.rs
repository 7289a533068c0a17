//! Giving money back, at the client: what an order's books make of a refund is the flows' part and has its own tests. So the
//! simulator's books are compared here with what was asked, and I9 with our own is left out.

use lectern::domain::money::Money;
use lectern::read_tx;
use lectern::server::failure::Failure;
use lectern::server::payments::{IdempotencyKey, Outcome, ProcessorRef};
use lectern::server::sandbox::faults::FaultKind;

use super::world::World;

/// A paid order's payment, and the key of its refunds.
async fn paid(world: &World) -> (ProcessorRef, Money, IdempotencyKey) {
    let mut buyer = world.buyer("Ana").await;
    buyer.pays(&world.kind, world.kind.good).await;
    assert_eq!(world.told(&mut buyer).await, "paid");
    let id = world.test.order(&buyer.order).await.id;
    let row = read_tx!(world.test.app.db, |tx| -> Result<(String, i64), Failure> {
        Ok(tx.sql("SELECT reference, amount_minor FROM payment WHERE order_id = $1").bind(id).one().await?)
    });
    let (reference, minor) = row.expect("one payment");
    world.books_differ();
    let reference = ProcessorRef::parse(&reference).expect("a reference");
    (reference, Money::from_minor(minor, world.kind.currency), IdempotencyKey::from_random([7; 16]))
}

for_each_kind!(partial_and_double_refund: payflow orders express wpp_uk stripe, |world| async {
    let (of, total, key) = paid(world).await;
    let (client, minor) = (world.client().await, |part: i64| Money::from_minor(part, total.currency()));
    let (part, rest) = (minor(total.minor() / 4), minor(total.minor() - total.minor() / 4));
    let first = client.refund(&key.step("a"), &of, part).await;
    assert!(matches!(&first, Outcome::Done(refunded) if refunded.amount == part), "{first:?}");
    assert_eq!(client.refund(&key.step("a"), &of, part).await, first, "the same key: told twice, given once");
    assert_eq!(world.refunded(), part.minor());
    let over = client.refund(&key.step("b"), &of, minor(rest.minor() + 1)).await;
    assert!(!matches!(over, Outcome::Done(_)), "more than is left: {over:?}");
    let second = client.refund(&key.step("c"), &of, rest).await;
    assert!(matches!(&second, Outcome::Done(refunded) if refunded.amount == rest), "another key: {second:?}");
    let again = client.refund(&key.step("d"), &of, part).await;
    assert!(!matches!(again, Outcome::Done(_)), "nothing is left: {again:?}");
    assert_eq!(world.refunded(), total.minor());
});

for_each_kind!(refund_whose_answer_is_lost: payflow orders express wpp_uk stripe, |world| async {
    let (of, total, key) = paid(world).await;
    let client = world.client().await;
    for (step, fault, given) in [("a", FaultKind::ResetAfter, 1), ("b", FaultKind::Html, 1)] {
        let part = Money::from_minor(total.minor() / 4, total.currency());
        let before = world.refunded();
        world.fault(fault.clone(), 3, world.kind.refunds);
        let lost = client.refund(&key.step(step), &of, part).await;
        assert!(!matches!(lost, Outcome::Declined(_) | Outcome::NotSent(_)), "{fault:?}: money may have gone back: {lost:?}");
        world.clear_faults().await;
        let again = client.refund(&key.step(step), &of, part).await;
        assert!(matches!(again, Outcome::Done(_)), "{fault:?}: {again:?}");
        assert_eq!(world.refunded() - before, given * part.minor(), "{fault:?}: given once");
    }
});
