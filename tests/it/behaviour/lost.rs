//! Answers that do not come, come late, come broken, or come from somebody else: the buyer is told "checking" and then the truth,
//! and is charged once.

use lectern::server::sandbox::faults::FaultKind;

use super::buyer::Place;
use super::world::World;

/// Whether the simulator had taken the money when the answer was lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Money {
    /// It had: the truth is "paid", and nobody may be told otherwise on the way.
    Taken,
    /// It had not: the truth is that the buyer may pay.
    NotTaken,
}

/// The buyer pays while the answer to the decisive call goes wrong every time it is sent.
async fn loses(world: &World, fault: FaultKind, money: Money) {
    let mut buyer = world.buyer("Ana").await;
    world.fault(fault, 3, world.kind.takes);
    let place = buyer.pays(&world.kind, world.kind.good).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    assert_eq!(world.captures(), usize::from(money == Money::Taken));
    let state = world.told(&mut buyer).await;
    // Some clients read the payment back at once, and know.
    assert!(state == "checking" || state == "paid", "{state}");
    world.clear_faults().await;
    if money == Money::Taken {
        assert_eq!(world.truth(&mut buyer).await, "paid");
    }
    world.pays_at_last(&mut buyer).await;
}

for_each_kind!(timeout_before_booking: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::TimeoutBefore, Money::NotTaken).await;
});

for_each_kind!(p01_timeout_after_booking: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::TimeoutAfter, Money::Taken).await;
});

for_each_kind!(reset_before_booking: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::ResetBefore, Money::NotTaken).await;
});

for_each_kind!(reset_after_booking: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::ResetAfter, Money::Taken).await;
});

for_each_kind!(p03_sticky_500: payflow orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    // The same 500 for ever, for the key that met it.
    world.fault(FaultKind::Status500, 1, world.kind.takes);
    let place = buyer.pays(&world.kind, world.kind.good).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    // Read back, and where it is certain that nothing was taken, asked for once more under another key.
    assert!(world.captures() <= 1);
    assert!(matches!(world.told(&mut buyer).await.as_str(), "checking" | "paid"));
    if world.kind.keeps_500 {
        assert_eq!(world.truth(&mut buyer).await, "checking");
        world.later(2 * 3600).await;
        assert_eq!((world.told(&mut buyer).await.as_str(), world.captures()), ("checking", 0));
    } else {
        world.pays_at_last(&mut buyer).await;
    }
});

for_each_kind!(p05_truncated_body: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::Truncated { keep: None }, Money::Taken).await;
});

for_each_kind!(p05_broken_body: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::Broken, Money::Taken).await;
});

for_each_kind!(p05_html_body: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::Html, Money::NotTaken).await;
});

for_each_kind!(p05_body_of_100_megabytes: payflow orders express wpp_uk stripe, |world| async {
    loses(world, FaultKind::Huge, Money::Taken).await;
});

for_each_kind!(p02_reset_before_the_request_arrived: payflow orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    world.fault(FaultKind::ResetBefore, 1, world.kind.takes);
    buyer.pays(&world.kind, world.kind.good).await;
    // Sent again under the same key where a repetition is known as one; else looked up first.
    world.pays_at_last(&mut buyer).await;
});

for_each_kind!(p06_unlisted_code: payflow orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    world.fault((world.kind.odd)(), 1, world.kind.takes);
    let place = buyer.pays(&world.kind, world.kind.good).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    assert_eq!(world.told(&mut buyer).await, "checking", "never success, never a failure");
    if world.kind.keeps_odd_codes {
        // Asked about it, the processor tells the same: a person decides.
        assert_eq!(world.truth(&mut buyer).await, "checking");
        world.later(2 * 3600).await;
        assert_eq!((world.told(&mut buyer).await.as_str(), world.captures()), ("checking", 0));
    } else {
        world.pays_at_last(&mut buyer).await;
    }
});

/// Every answer names another sum than was asked for: as long as that is so, nothing is paid, and nothing is "not paid".
async fn differs(world: &World, fault: FaultKind) {
    let mut buyer = world.buyer("Ana").await;
    world.fault(fault.clone(), 1, world.kind.takes);
    let place = buyer.pays(&world.kind, world.kind.good).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    assert_eq!(world.captures(), 1);
    assert_eq!(world.told(&mut buyer).await, "checking");
    for look in world.kind.looks {
        world.fault(fault.clone(), 100, look);
    }
    if !world.kind.lies_when_asked {
        assert_eq!(world.truth(&mut buyer).await, "paid", "asked again, it tells the sum that it took");
        return;
    }
    assert_eq!(world.truth(&mut buyer).await, "checking");
    world.later(3 * 3600).await;
    assert_eq!(world.told(&mut buyer).await, "checking", "a person decides");
    assert_eq!(world.captures(), 1);
}

for_each_kind!(p11_wrong_amount_echoed: payflow orders express wpp_uk stripe, |world| async {
    differs(world, FaultKind::WrongAmount).await;
});

for_each_kind!(p12_wrong_currency_echoed: payflow orders express wpp_uk stripe, |world| async {
    differs(world, FaultKind::WrongCurrency).await;
});

for_each_kind!(p23_retry_after_the_keys_window: payflow orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    let form = buyer.form(&world.kind, world.kind.good).await;
    if !world.kind.redirects() {
        world.fault(FaultKind::ResetAfter, 3, world.kind.takes);
    }
    if matches!(buyer.sends(&form).await, Place::Processor) {
        assert!(buyer.agrees(&world.kind, world.kind.good).await);
        world.fault(FaultKind::ResetAfter, 3, world.kind.takes);
        buyer.comes_back().await;
    }
    assert_eq!(world.captures(), 1);
    // Nobody can be asked for a day, and by then no processor knows the key any more.
    for look in world.kind.looks {
        world.fault(FaultKind::Html, 1000, look);
    }
    for _hour in 0..25 {
        world.later(3600).await;
        assert!(matches!(world.told(&mut buyer).await.as_str(), "checking" | "paid"));
    }
    world.clear_faults().await;
    // The form again, the processor's way back again, the worker again: looked up, never charged.
    buyer.sends(&form).await;
    if world.kind.redirects() {
        buyer.comes_back().await;
    }
    world.later(61).await;
    assert!(matches!(world.told(&mut buyer).await.as_str(), "checking" | "paid"));
    assert_eq!(world.captures(), 1);
});
