//! Paying, being declined, coming back, not coming back, coming back too late.

use lectern::server::sandbox::faults::FaultKind;

use super::buyer::{Buyer, Place, open};
use super::kinds::Told;

for_each_kind!(approve: payflow orders express wpp_uk stripe none, |world| async {
    let mut buyer = world.buyer("Ana").await;
    assert_eq!(world.told(&mut buyer).await, "held");
    let place = buyer.pays(&world.kind, world.kind.good).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    assert_eq!(world.told(&mut buyer).await, "paid");
    // A day of whatever the worker still has to do takes nothing more.
    world.later(86_400).await;
    assert_eq!(world.told(&mut buyer).await, "paid");
    assert_eq!(world.captures(), world.one());
});

for_each_kind!(a_transfer_is_awaited: offline, |world| async {
    let mut buyer = world.buyer("Ana").await;
    let place = buyer.pays(&world.kind, "").await;
    assert!(matches!(place, Place::Order), "{place:?}");
    let page = buyer.looks().await.body;
    assert!(page.contains("IBAN") && page.contains("data-field=\"transfer_reference\""), "{page}");
    world.later(86_400).await;
    assert_eq!(world.told(&mut buyer).await, "checking", "a day later the seat is still kept");
    // Whoever chooses another way has the seat, and no longer owes a transfer.
    let place = buyer.leaves().await;
    assert!(matches!(&place, Place::Checkout(303, to) if to.ends_with("?left=1")), "{place:?}");
    assert_eq!(world.told(&mut buyer).await, "held");
});

for_each_kind!(every_class_of_decline: payflow orders express wpp_uk stripe, |world| async {
    for (n, refusal) in world.kind.refusals.iter().enumerate() {
        let mut buyer = world.buyer(&format!("Ana{n}")).await;
        if let Some(code) = refusal.code {
            world.fault(FaultKind::Refuse { code: code.to_owned() }, 1, world.kind.takes);
        }
        let place = buyer.pays(&world.kind, refusal.choice).await;
        match refusal.told {
            Told::Class(class) => {
                assert_eq!(place.refused().0, 402, "{refusal:?}");
                assert_eq!(world.test.order(&buyer.order).await.last_decline.as_deref(), Some(class.code()), "{refusal:?}");
                assert_eq!(world.told(&mut buyer).await, "failed", "{refusal:?}");
            }
            Told::Again => {
                assert!(matches!(place, Place::Processor), "{refusal:?}: {place:?}");
                assert_eq!(world.told(&mut buyer).await, "checking", "{refusal:?}: the seat is kept meanwhile");
            }
        }
        // The seat is kept, and another card or account pays; on the same page, where the decline stayed there.
        let place = match refusal.told {
            Told::Class(_) => buyer.pays(&world.kind, world.kind.good).await,
            Told::Again => {
                assert!(buyer.agrees(&world.kind, world.kind.good).await, "{refusal:?}");
                buyer.comes_back().await
            }
        };
        assert!(matches!(place, Place::Order), "{refusal:?}: {place:?}");
        assert_eq!(world.told(&mut buyer).await, "paid", "{refusal:?}");
    }
    assert_eq!(world.captures(), world.kind.refusals.len());
});

for_each_kind!(p15_buyer_never_returns: orders express stripe, |world| async {
    // One went away without deciding.
    let mut idle = world.buyer("Ana").await;
    idle.presses_pay(&world.kind, world.kind.good).await;
    // The other agreed and closed the tab.
    let mut gone = world.buyer("Ben").await;
    gone.presses_pay(&world.kind, world.kind.good).await;
    assert!(gone.agrees(&world.kind, world.kind.good).await);
    assert_eq!(world.told(&mut gone).await, "checking", "agreeing moves nothing");
    world.later(61).await;
    assert_eq!(world.told(&mut gone).await, "paid", "the worker looked");
    assert_eq!(world.told(&mut idle).await, "checking");
    world.later(1801).await;
    assert_eq!(world.told(&mut idle).await, "held", "given up, and the seat kept for another way");
    world.later(601).await;
    assert_eq!(world.told(&mut idle).await, "expired");
    world.later(4 * 3600).await;
    assert_eq!((world.told(&mut idle).await.as_str(), world.captures()), ("expired", 1));
});

for_each_kind!(buyer_returns_twice: orders express stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    buyer.presses_pay(&world.kind, world.kind.good).await;
    assert!(buyer.agrees(&world.kind, world.kind.good).await);
    // Two tabs at once, then Back and forth.
    let (mut one, mut other) = (buyer.clone(), buyer.clone());
    let (a, b) = tokio::join!(one.comes_back(), other.comes_back());
    assert!(matches!((&a, &b), (Place::Order, Place::Order)), "{a:?} {b:?}");
    assert_eq!(world.truth(&mut buyer).await, "paid");
    assert!(matches!(buyer.comes_back().await, Place::Order));
    assert_eq!(world.told(&mut buyer).await, "paid");
});

for_each_kind!(the_same_form_twice: payflow orders express wpp_uk stripe offline none, |world| async {
    let mut buyer = world.buyer("Ana").await;
    let form = buyer.form(&world.kind, world.kind.good).await;
    let (mut one, mut other) = (buyer.clone(), buyer.clone());
    let (a, b) = tokio::join!(one.sends(&form), other.sends(&form));
    // Whoever comes second while the first is under way is told "checking" on the order's page, or goes to the same page.
    if world.kind.redirects() {
        assert!(matches!((&a, &b), (Place::Processor, _) | (_, Place::Processor)), "{a:?} {b:?}");
        buyer.page = if one.page.is_empty() { other.page } else { one.page };
        assert!(buyer.agrees(&world.kind, world.kind.good).await);
        buyer.comes_back().await;
    } else {
        assert!(matches!((&a, &b), (Place::Order, Place::Order)), "{a:?} {b:?}");
    }
    assert_eq!(world.told(&mut buyer).await, if world.kind.method == "offline" { "checking" } else { "paid" });
    assert_eq!(world.captures(), world.one());
});

for_each_kind!(who_goes_back_keeps_the_seat: orders express stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    buyer.presses_pay(&world.kind, world.kind.good).await;
    let (page, place) = (buyer.page.clone(), buyer.cancels(&world.kind).await);
    assert!(matches!(&place, Place::Checkout(303, to) if to.ends_with("?left=1")), "{place:?}");
    assert_eq!(world.told(&mut buyer).await, "held");
    buyer.pays(&world.kind, world.kind.good).await;
    assert_eq!(world.told(&mut buyer).await, "paid");
    // What was given up cannot be paid after all, though its page may still be open in another tab.
    let mut tab = Buyer { page, ..buyer.clone() };
    if open(&tab.page).await.status == 200 && tab.agrees(&world.kind, world.kind.good).await {
        tab.comes_back().await;
    }
    world.later(3600).await;
    assert_eq!((world.told(&mut buyer).await.as_str(), world.captures()), ("paid", 1));
});

for_each_kind!(p14_return_after_the_hold_ended: payflow orders express wpp_uk stripe, |world| async {
    let hold = world.test.visitor().await.site().hold_seconds;
    if !world.kind.redirects() {
        // A form that was left open: a second before the end it pays, a second after it does not.
        for (name, seconds, expected) in [("Ana", hold - 1, "paid"), ("Ben", hold + 1, "expired")] {
            let mut buyer = world.buyer(name).await;
            let form = buyer.form(&world.kind, world.kind.good).await;
            world.test.app.clock.advance_seconds(seconds);
            let place = buyer.sends(&form).await;
            assert_eq!(matches!(place, Place::Order), expected == "paid", "{place:?}");
            world.work().await;
            assert_eq!(world.told(&mut buyer).await, expected);
        }
        assert_eq!(world.captures(), 1);
        return;
    }
    // On the processor's page the seat is kept for half an hour; who agrees later, when nobody waits any more, pays nothing.
    for (name, seconds, expected) in [("Ana", 1799, "paid"), ("Ben", 1801, "held"), ("Cleo", 1801 + 601, "expired")] {
        let mut buyer = world.buyer(name).await;
        buyer.presses_pay(&world.kind, world.kind.good).await;
        for step in [seconds.min(1799), (seconds - 1799).clamp(0, 2), (seconds - 1801).max(0)] {
            world.later(step).await;
        }
        if open(&buyer.page).await.status == 200 && buyer.agrees(&world.kind, world.kind.good).await {
            buyer.comes_back().await;
        }
        world.work().await;
        assert_eq!(world.told(&mut buyer).await, expected, "{name}");
    }
    assert_eq!(world.captures(), 1);
});
