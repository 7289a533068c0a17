//! Promised and not settled: the seat is kept, nobody is told "paid", and what the bank or the reviewer says later is the truth.

use super::buyer::Place;

for_each_kind!(p19_pending_then_settled: payflow orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    let place = buyer.pays(&world.kind, world.kind.slow).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    for seconds in [0, 61, 600] {
        world.later(seconds).await;
        assert_eq!(world.told(&mut buyer).await, "checking");
    }
    world.decides(true).await;
    assert_eq!(world.truth(&mut buyer).await, "paid");
    assert_eq!(world.captures(), 1);
});

for_each_kind!(pending_then_failed: payflow orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    buyer.pays(&world.kind, world.kind.slow).await;
    world.later(61).await;
    assert_eq!(world.told(&mut buyer).await, "checking");
    world.decides(false).await;
    let state = world.truth(&mut buyer).await;
    assert_eq!(state, "failed", "the seat is kept, and another way can be tried");
    buyer.pays(&world.kind, world.kind.good).await;
    assert_eq!(world.truth(&mut buyer).await, "paid");
    assert_eq!(world.captures(), 1);
});
