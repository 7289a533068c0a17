//! Messages that processors send by themselves. The postman keeps them; the test brings them twice, late, in another order, changed,
//! too old, or to the wrong shop.

use axum::body::Bytes;
use axum::http::HeaderValue;
use lectern::read_tx;
use lectern::server::failure::Failure;
use lectern::server::payments::ProcessorKind;
use lectern::server::sandbox::{faults::FaultKind, orders, stripe};
use lectern::server::store::notice;

use super::buyer::{Buyer, Place};
use super::world::{Letter, World};

/// A buyer whose money was taken while we heard nothing of it and cannot ask; and what the processor sent.
async fn in_doubt(world: &World, name: &str) -> (Buyer, Vec<Letter>) {
    let mut buyer = world.buyer(name).await;
    world.fault(FaultKind::ResetAfter, 3, world.kind.takes);
    let place = buyer.pays(&world.kind, world.kind.good).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    for look in world.kind.looks {
        world.fault(FaultKind::Html, 100, look);
    }
    world.work().await;
    assert_eq!(world.told(&mut buyer).await, "checking");
    world.clear_faults().await;
    (buyer, world.letters(world.kind.notices).await)
}

async fn parked(world: &World) -> i64 {
    let site = world.site;
    read_tx!(world.test.app.db, |tx| -> Result<i64, Failure> { Ok(notice::count(tx, site, "parked").await?) }).expect("notices count")
}

/// The same meaning in other bytes.
fn respaced(letter: &Letter) -> Letter {
    let text = String::from_utf8(letter.body.to_vec()).expect("escaped or JSON");
    let changed = if text.starts_with('{') { text.replacen('{', "{ ", 1) } else { text.replacen('+', "%20", 1) };
    assert_ne!(changed, text);
    Letter { body: Bytes::from(changed), ..letter.clone() }
}

/// What anybody could send.
fn unsigned(letter: &Letter) -> Letter {
    let mut letter = letter.clone();
    for name in ["stripe-signature", "paypal-transmission-sig"] {
        letter.headers.remove(name);
    }
    if !letter.body.starts_with(b"{") {
        let text = String::from_utf8(letter.body.to_vec()).expect("escaped");
        letter.body = Bytes::from(text.replacen("payment_status=Completed", "payment_status=Completed&mc_fee=0", 1));
    }
    letter
}

/// Genuine, for somebody else.
fn foreign(world: &World, letter: &Letter) -> Letter {
    let mut letter = letter.clone();
    let text = String::from_utf8(letter.body.to_vec()).expect("escaped or JSON");
    match world.kind.processor {
        ProcessorKind::Stripe => {
            let live = text.replace("\"livemode\":false", "\"livemode\":true");
            assert_ne!(live, text);
            let signed = stripe::notices::signature(stripe::DEMO.webhook_secret, world.test.app.clock.now().seconds(), &live);
            letter.headers.insert("stripe-signature", HeaderValue::from_str(&signed).expect("a value"));
            letter.body = Bytes::from(live);
        }
        ProcessorKind::Orders => {
            let value = |name: &str| letter.headers.get(name).and_then(|v| v.to_str().ok()).expect("signed").to_owned();
            let (id, time, cert) = (value("paypal-transmission-id"), value("paypal-transmission-time"), value("paypal-cert-url"));
            let other = orders::webhook_id("somebody-else");
            let signed = orders::notices::signed(&id, &time, &other, &cert, text.as_bytes()).expect("the key signs");
            letter.headers.extend(signed);
        }
        ProcessorKind::Express | ProcessorKind::WppUk => {
            let at = text.find("&receiver_id=").expect("it names its receiver") + "&receiver_id=".len();
            letter.body = Bytes::from(format!("{}X{}", &text[..at], &text[at + 1..]));
        }
        ProcessorKind::Payflow | ProcessorKind::Offline | ProcessorKind::None => panic!("it sends nothing"),
    }
    letter
}

for_each_kind!(p07_duplicate_notice: orders express wpp_uk stripe, |world| async {
    let (mut buyer, letters) = in_doubt(world, "Ana").await;
    for letter in &letters {
        let five = futures::future::join_all((0..5).map(|_| world.deliver(letter))).await;
        assert_eq!(five, [200; 5]);
    }
    // No minute has passed: it is the message that makes us look.
    world.work().await;
    assert_eq!(world.told(&mut buyer).await, "paid");
    for letter in &letters {
        assert_eq!(world.deliver(letter).await, 200, "and once more when all is done");
    }
    world.later(3600).await;
    assert_eq!((world.told(&mut buyer).await.as_str(), world.captures(), parked(world).await), ("paid", 1, 0));
});

for_each_kind!(p08_notices_in_any_order: orders express wpp_uk stripe, |world| async {
    let count = world.kind.notices;
    let orders: Vec<Vec<usize>> = (0..count).map(|first| (0..count).map(|n| (count - n + first) % count).collect()).collect();
    for (n, order) in orders.iter().enumerate() {
        let (mut buyer, letters) = in_doubt(world, &format!("Ana{n}")).await;
        for at in order {
            assert_eq!(world.deliver(&letters[*at]).await, 200);
            world.work().await;
            assert_eq!(world.told(&mut buyer).await, "paid", "{order:?}: any of them makes us look");
        }
    }
    assert_eq!(world.captures(), count);
});

for_each_kind!(late_notice: orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    buyer.pays(&world.kind, world.kind.good).await;
    assert_eq!(world.told(&mut buyer).await, "paid");
    let letters = world.letters(world.kind.notices).await;
    world.later(240).await;
    for letter in &letters {
        assert_eq!(world.deliver(letter).await, 200);
    }
    world.work().await;
    assert_eq!((world.told(&mut buyer).await.as_str(), world.captures()), ("paid", 1));
});

for_each_kind!(p09_forged_or_unsigned_notice: orders express wpp_uk stripe, |world| async {
    let (mut buyer, letters) = in_doubt(world, "Ana").await;
    for letter in &letters {
        assert_eq!(world.deliver(&unsigned(letter)).await, 400);
    }
    let empty = Letter { body: Bytes::new(), ..letters[0].clone() };
    assert_eq!(world.deliver(&empty).await, 400);
    world.work().await;
    assert_eq!(world.told(&mut buyer).await, "checking", "nobody was made to look");
    assert_eq!(parked(world).await, i64::try_from(letters.len()).expect("few") + 1, "counted");
    world.later(61).await;
    assert_eq!(world.told(&mut buyer).await, "paid");
});

for_each_kind!(p09_stale_notice: orders stripe, |world| async {
    let (mut buyer, letters) = in_doubt(world, "Ana").await;
    assert!(world.kind.dates_notices);
    world.test.app.clock.advance_seconds(5 * 86_400);
    for letter in &letters {
        assert_eq!(world.deliver(letter).await, 400, "captured and played again");
    }
    assert_eq!(parked(world).await, i64::try_from(letters.len()).expect("few"));
    world.work().await;
    assert_eq!(world.told(&mut buyer).await, "paid", "the worker looked by itself");
});

for_each_kind!(p10_signature_over_the_bytes_as_they_came: orders express wpp_uk stripe, |world| async {
    let (mut buyer, letters) = in_doubt(world, "Ana").await;
    for letter in &letters {
        assert_eq!(world.deliver(&respaced(letter)).await, 400, "the same meaning is not the same bytes");
    }
    world.work().await;
    assert_eq!(world.told(&mut buyer).await, "checking");
    assert_eq!(world.deliver(&letters[0]).await, 200);
    world.work().await;
    assert_eq!(world.told(&mut buyer).await, "paid");
});

for_each_kind!(p13_notice_for_another_account: orders express wpp_uk stripe, |world| async {
    let (mut buyer, letters) = in_doubt(world, "Ana").await;
    for letter in &letters {
        assert_eq!(world.deliver(&foreign(world, letter)).await, 400);
        // To the neighbour, who has no such processor.
        let path = letter.path.replace(&world.site.to_string(), "00000000-0000-7000-8000-000000000000");
        assert_eq!(world.deliver(&Letter { path, ..letter.clone() }).await, 404);
    }
    world.work().await;
    assert_eq!(world.told(&mut buyer).await, "checking");
    world.later(61).await;
    assert_eq!(world.told(&mut buyer).await, "paid");
});

for_each_kind!(p20_notice_faster_than_our_commit: orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    let form = buyer.form(&world.kind, world.kind.good).await;
    let at_page = world.kind.redirects() && matches!(buyer.sends(&form).await, Place::Processor);
    if at_page {
        assert!(buyer.agrees(&world.kind, world.kind.good).await);
    }
    // Taken and told at once; the answer to us comes half a second later.
    world.fault(FaultKind::Slow { ms: 500 }, 1, world.kind.takes);
    let mut payer = buyer.clone();
    let paying = async { if at_page { payer.comes_back().await } else { payer.sends(&form).await } };
    let telling = async {
        for letter in world.letters(world.kind.notices).await {
            assert_eq!(world.deliver(&letter).await, 200);
        }
        world.work().await;
    };
    let (place, ()) = tokio::join!(paying, telling);
    assert!(matches!(place, Place::Order), "{place:?}");
    assert_eq!((world.truth(&mut buyer).await.as_str(), world.captures()), ("paid", 1));
});
