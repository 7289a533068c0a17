//! The failures of one processor or one place, each under its number. The others are where what they test is:
//! P-01 P-02 P-03 P-05 P-06 P-11 P-12 P-23 in `lost`; P-07 P-08 P-09 P-10 P-13 P-20 in `notices`; P-14 P-15 in `basics`; P-19 in
//! `pending`; P-21 in `disputes`.

use std::time::{Duration, Instant};

use lectern::domain::{card::Expiry, form::Refusal, money::Money, payment::Method};
use lectern::read_tx;
use lectern::server::failure::Failure;
use lectern::server::flows::{
    pay::{PayAsk, pay},
    register::{RegisterForm, register},
};
use lectern::server::payments::{
    AttemptRef, IdempotencyKey, Outcome, Timing,
    ask::{Billing, CardDetails, Sale, SecretDigits},
};
use lectern::server::sandbox::faults::FaultKind;
use lectern::server::store::processor_config;

use super::buyer::{Buyer, Place, hidden, open};
use super::kinds::payflow;
use super::world::{World, timing};

on_both!(p04_slow_processor_leaves_the_other_pages_fast, |db| async {
    let patient = Timing { deadline: Duration::from_secs(30), places: 16, ..timing() };
    let world = World::start_with(&db, payflow(), patient).await;
    let mut buyers = Vec::new();
    for n in 0..17 {
        let mut buyer = world.buyer(&format!("Ana{n}")).await;
        let form = buyer.form(&world.kind, world.kind.good).await;
        buyers.push((buyer, form));
    }
    world.fault(FaultKind::Slow { ms: 5000 }, 16, world.kind.takes);
    let (mut last, last_form) = buyers.pop().expect("the seventeenth");
    let paying: Vec<_> = buyers
        .into_iter()
        .map(|(mut buyer, form)| {
            tokio::spawn(async move {
                let place = buyer.sends(&form).await;
                (buyer, place)
            })
        })
        .collect();
    while world.entries().len() < 16 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let began = Instant::now();
    assert_eq!(world.browser().get("/").await.status, 200);
    assert!(began.elapsed() < Duration::from_secs(2), "a catalogue page took {:?}", began.elapsed());
    // One more is told at once that it cannot be now, and nothing of it is sent.
    let (status, page) = last.sends(&last_form).await.refused();
    assert_eq!(status, 503, "{page}");
    assert_eq!(world.told(&mut last).await, "held");
    for task in paying {
        let (mut buyer, place) = task.await.expect("no panic");
        assert!(matches!(place, Place::Order), "{place:?}");
        assert_eq!(world.told(&mut buyer).await, "paid");
    }
    assert_eq!(world.captures(), 16);
    world.ends().await;
});

for_each_kind!(p16_express_answers_that_are_no_failures: express, |world| async {
    // 10486 and its like: back to PayPal's page, with the same token.
    for (n, code) in ["10486", "10422", "10485"].into_iter().enumerate() {
        let mut buyer = world.buyer(&format!("Ana{n}")).await;
        world.fault(FaultKind::Refuse { code: code.to_owned() }, 1, world.kind.takes);
        let place = buyer.pays(&world.kind, "balance").await;
        assert!(matches!(place, Place::Processor), "{code}: {place:?}");
        let page = buyer.page.clone();
        assert!(buyer.agrees(&world.kind, "balance").await, "{code}: the same page works");
        assert_eq!(page, buyer.page);
        buyer.comes_back().await;
        assert_eq!(world.told(&mut buyer).await, "paid", "{code}");
    }
    // 10415, 11607, 10412: done before. The answer to the first was lost, and a second tab asks again.
    for (n, code) in ["10415", "11607", "10412"].into_iter().enumerate() {
        let mut buyer = world.buyer(&format!("Ben{n}")).await;
        buyer.presses_pay(&world.kind, "balance").await;
        assert!(buyer.agrees(&world.kind, "balance").await);
        world.fault(FaultKind::ResetAfter, 1, world.kind.takes);
        world.fault(FaultKind::Refuse { code: code.to_owned() }, 1, world.kind.takes);
        buyer.comes_back().await;
        assert_eq!(world.truth(&mut buyer).await, "paid", "{code}: adopted");
    }
    // 10411: the token is gone. Nothing was taken, and a new try gets a new token.
    let mut buyer = world.buyer("Cleo").await;
    world.fault(FaultKind::Refuse { code: "10411".to_owned() }, 1, world.kind.takes);
    assert_eq!(buyer.pays(&world.kind, "balance").await.refused().0, 402);
    let old = buyer.page.clone();
    buyer.pays(&world.kind, "balance").await;
    assert_ne!(buyer.page, old);
    assert_eq!(world.told(&mut buyer).await, "paid");
    assert_eq!(world.captures(), 7);
});

/// A sale of a card straight at the client.
fn sale(amount: Money, n: u8) -> Sale {
    Sale {
        amount,
        card: CardDetails {
            number: SecretDigits::new("4111111111111111"),
            expiry: Expiry { year: 2030, month: 12 },
            code: SecretDigits::new("123"),
            name: "Ana Pop".to_owned(),
            three_ds: None,
        },
        billing: Billing {
            first_name: "Ana".to_owned(),
            last_name: "Pop".to_owned(),
            street: "1 Elm".to_owned(),
            city: "Wells".to_owned(),
            zip: "BA5 2RP".to_owned(),
            country: "GB".to_owned(),
            ..Billing::default()
        },
        invoice: format!("LE-{n}"),
        attempt_ref: AttemptRef::parse(&format!("TRY{n}")).expect("a reference"),
        buyer_ip: None,
        email: None,
        description: "Training".to_owned(),
    }
}

for_each_kind!(p17_stored_answer_of_another_amount: payflow wpp_uk, |world| async {
    world.books_differ();
    let (client, key) = (world.client().await, IdempotencyKey::from_random([3; 16]));
    let of = |minor| Money::from_minor(minor, world.kind.currency);
    assert!(matches!(client.sale(&key, &sale(of(2500), 1)).await, Outcome::Done(_)));
    let again = client.sale(&key, &sale(of(9900), 1)).await;
    assert!(matches!(&again, Outcome::Unknown(doubt) if doubt.needs_operator()), "a bug, told to an operator: {again:?}");
    assert_eq!((world.captures(), world.entries()[0].amount_minor), (1, 2500));
});

/// Names and descriptions that would be fields of their own if nobody watched.
const HOSTILE: &str = "Ann&AMT=0.01 \"A\"=[3]%26 Țepeș";

for_each_kind!(p18_field_injection: payflow orders express wpp_uk stripe, |world| async {
    let topic = format!("{HOSTILE}\r\nAMT=0.01");
    let written = lectern::write_tx!(world.test.app.db, |tx| -> Result<u64, Failure> {
        Ok(tx.sql("UPDATE session SET topic = $1 WHERE slug = 'negotiation-skills'").bind(topic.clone()).execute().await?)
    });
    assert_eq!(written.expect("a topic"), 1);
    let mut buyer = Buyer::register_as(world.browser(), HOSTILE, "ann@example.com").await;
    let mut form = buyer.form(&world.kind, world.kind.good).await;
    for (name, value) in &mut form {
        if name == "card_name" || name == "billing_line1" || name == "billing_city" {
            HOSTILE.clone_into(value);
        }
    }
    let mut place = buyer.sends(&form).await;
    if matches!(place, Place::Processor) {
        let page = open(&buyer.page).await.body;
        let shown = "Ann&amp;AMT=0.01 &quot;A&quot;=[3]%26";
        assert!(page.contains(shown), "{page}");
        assert!(buyer.agrees(&world.kind, world.kind.good).await);
        place = buyer.comes_back().await;
    }
    assert!(matches!(place, Place::Order), "{place:?}");
    // `told` compares the price: 0.01 would be seen.
    assert_eq!(world.told(&mut buyer).await, "paid");
});

for_each_kind!(p22_wrong_credentials: payflow orders express wpp_uk stripe, |world| async {
    let mut buyer = world.buyer("Ana").await;
    let form = buyer.form(&world.kind, world.kind.good).await;
    world.spoils_credentials().await;
    let (status, page) = buyer.sends(&form).await.refused();
    assert_eq!(status, 503, "nothing was charged, and it is said: {page}");
    assert_eq!(world.told(&mut buyer).await, "held");
    // The method is hidden from buyers, and the administrators find out why.
    let page = buyer.ours.get(&format!("/checkout/{}", buyer.order)).await.body;
    assert!(!page.contains(&format!("value=\"{}\"", world.kind.method)), "{page}");
    let (site, code) = (world.site, world.kind.code());
    let stored = read_tx!(world.test.app.db, |tx| -> Result<_, Failure> { Ok(processor_config::find(tx, site, code, "test").await?) });
    let stored = stored.expect("configurations read").expect("the shop has one");
    assert_eq!((stored.enabled, stored.test_ok, stored.test_reason.as_deref()), (false, Some(false), Some("credentials")));
    let told = read_tx!(world.test.app.db, |tx| -> Result<(i64,), Failure> {
        let sql = "SELECT COUNT(*) FROM audit WHERE site_id = $1 AND action = 'processor.refuses_us'";
        Ok(tx.sql(sql).bind(site).one().await?)
    });
    assert_eq!(told.expect("the trail reads"), (1,));
    assert_eq!(world.captures(), 0);
});

for_each_kind!(p24_ipn_in_windows_1252: express wpp_uk, |world| async {
    let written = lectern::write_tx!(world.test.app.db, |tx| -> Result<u64, Failure> {
        Ok(tx.sql("UPDATE session SET topic = 'Zoë – training' WHERE slug = 'negotiation-skills'").execute().await?)
    });
    assert_eq!(written.expect("a topic"), 1);
    let mut buyer = world.buyer("Zoe").await;
    let mut form = buyer.form(&world.kind, world.kind.good).await;
    for (name, value) in &mut form {
        if name == "card_name" {
            "Zoë Müller".clone_into(value);
        }
    }
    if matches!(buyer.sends(&form).await, Place::Processor) {
        assert!(buyer.agrees(&world.kind, world.kind.good).await);
        world.fault(FaultKind::ResetAfter, 3, world.kind.takes);
        buyer.comes_back().await;
    }
    let letter = world.letters(1).await.remove(0);
    let text = String::from_utf8(letter.body.to_vec()).expect("escaped");
    assert!(text.contains("charset=windows%2D1252") || text.contains("charset=windows-1252"), "{text}");
    assert!(text.contains("%EB") || text.contains("%96"), "bytes that are no UTF-8: {text}");
    assert_eq!(world.deliver(&letter).await, 200, "verified by its bytes");
    world.clear_faults().await;
    assert_eq!(world.truth(&mut buyer).await, "paid");
});

for_each_kind!(p25_processor_down: payflow orders express wpp_uk stripe, |world| async {
    world.books_differ();
    let mut buyer = world.buyer("Ana").await;
    world.cut_off();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let (status, page) = buyer.presses_pay(&world.kind, world.kind.good).await.refused();
    assert_eq!(status, 503, "{page}");
    assert!(page.contains("not charged") || page.contains("Nothing was charged") || page.contains("nothing was charged"), "{page}");
    assert_eq!(buyer.state().await, "held");
    // Seats can still be held.
    let mut other = world.buyer("Ben").await;
    assert_eq!(other.state().await, "held");
});

for_each_kind!(p26_zero_total: payflow orders express wpp_uk stripe none, |world| async {
    let mut buyer = world.buyer("Ana").await;
    if world.kind.method != "none" {
        buyer.applies_code("FREEPASS").await;
    }
    let page = buyer.ours.get(&format!("/checkout/{}", buyer.order)).await;
    let field = |name: &str| (name.to_owned(), hidden(&page, name));
    let form = [field("attempt_key"), field("quote_version"), ("accept_terms".to_owned(), "1".to_owned())];
    let place = buyer.sends(&form).await;
    assert!(matches!(place, Place::Order), "{place:?}");
    assert_eq!(buyer.state().await, "paid");
    assert!(world.test.sandbox.report().entries.is_empty(), "no processor was asked");
    let id = world.test.order(&buyer.order).await.id;
    let counted = read_tx!(world.test.app.db, |tx| -> Result<((i64,), (i64,)), Failure> {
        let told = tx.sql("SELECT COUNT(*) FROM message WHERE order_id = $1 AND kind = 'confirmation'").bind(id).one().await?;
        let audited = tx.sql("SELECT COUNT(*) FROM audit WHERE subject = $1").bind(id).one().await?;
        Ok((told, audited))
    });
    let ((told,), (audited,)) = counted.expect("counts");
    assert_eq!(told, 1);
    assert!(audited >= 2, "held and paid are in the trail: {audited}");
});

/// One try of somebody who tests stolen numbers, from one address.
async fn tries(world: &World, order: &str, n: usize) -> Result<(), Failure> {
    let mut ctx = world.test.visitor().await;
    ctx.caller.ip = "203.0.113.7".parse().expect("an address");
    let id = world.test.order(order).await.id;
    let ask = PayAsk {
        attempt_key: format!("card-testing-{n:0>8}"),
        quote_version: 1,
        method: Method::Card,
        card: Some(CardDetails {
            number: SecretDigits::new("4000000000000002"),
            expiry: Expiry { year: 2030, month: 12 },
            code: SecretDigits::new("123"),
            name: "Ana Pop".to_owned(),
            three_ds: None,
        }),
        billing: Billing {
            street: "1 Elm".into(),
            city: "Wells".into(),
            zip: "BA5 2RP".into(),
            country: "GB".into(),
            ..Billing::default()
        },
    };
    pay(&ctx, id, ask).await.map(|_| ())
}

for_each_kind!(p27_card_testing: payflow wpp_uk, |world| async {
    let ctx = world.test.visitor().await;
    let mut orders = Vec::new();
    for n in 0..50 {
        let form = RegisterForm { name: "Ana".into(), email: format!("ana{n}@example.com"), ..RegisterForm::default() };
        orders.push(register(&ctx, "negotiation-skills", &form, None).await.expect("a seat"));
    }
    let (mut declined, mut limited) = (0, 0);
    for n in 0..500 {
        match tries(world, &orders[n % orders.len()], n).await {
            Err(Failure::Refused(Refusal::Declined(_))) => declined += 1,
            Err(Failure::Refused(Refusal::TooManyDeclines { .. } | Refusal::TooManyTries { .. })) => limited += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((declined, limited), (60, 440), "sixty tries of an address in ten minutes, three of an order");
    // On a single order three reach the processor, then it must wait.
    world.test.app.clock.advance_seconds(601);
    let form = RegisterForm { name: "Eve".into(), email: "eve@example.com".into(), ..RegisterForm::default() };
    let one = register(&ctx, "negotiation-skills", &form, None).await.expect("a seat");
    let mut reached = 0;
    for n in 1000..1020 {
        reached += usize::from(matches!(tries(world, &one, n).await, Err(Failure::Refused(Refusal::Declined(_)))));
    }
    assert_eq!(reached, 3);
    assert_eq!(world.captures(), 0);
});
