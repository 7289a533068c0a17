//! P-21: the buyer disputes a payment, at their bank or at the processor.

use lectern::read_tx;
use lectern::server::failure::Failure;

for_each_kind!(p21_dispute_opened: orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    buyer.pays(&world.kind, world.kind.good).await;
    assert_eq!(world.told(&mut buyer).await, "paid");
    for letter in world.letters(world.kind.notices).await {
        assert_eq!(world.deliver(&letter).await, 200);
    }
    world.work().await;
    world.control(&format!("{}/dispute", world.kind.code()), "{}").await;
    let letter = world.letters(1).await.remove(0);
    for _again in 0..2 {
        assert_eq!(world.deliver(&letter).await, 200);
    }
    world.work().await;
    world.later(3600).await;
    // The seat is the buyer's until a person decides; the order's page of the administrators says what happened, once.
    assert_eq!(world.told(&mut buyer).await, "paid");
    let id = world.test.order(&buyer.order).await.id;
    let lines = read_tx!(world.test.app.db, |tx| -> Result<(i64,), Failure> {
        Ok(tx.sql("SELECT COUNT(*) FROM audit WHERE subject = $1 AND action = 'payment.disputed'").bind(id).one().await?)
    });
    assert_eq!(lines.expect("the trail reads"), (1,));
    let mut admin = world.browser();
    assert_eq!(admin.sign_in("admin@demo.test", lectern::server::seed::PASSWORD).await.status, 303);
    let page = admin.get(&format!("/admin/orders/{id}")).await;
    assert!(page.body.contains("The buyer disputes the payment"), "{}", page.body);
});
