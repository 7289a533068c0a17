//! Our Website Payments Pro (UK) client against our simulator, over real HTTP. Nothing here knows a repeated sale, so above all:
//! nothing is sent twice, and what was lost is found.

use std::sync::Arc;

use lectern::domain::{
    card::{Brand, Expiry},
    money::{Currency, Money},
    payment::DeclineClass,
};
use lectern::server::clock::Clock;
use lectern::server::payments::{
    Asked, AttemptRef, Authorised, Billing, Captured, CardDetails, CardSeen, ConnectionProblem, Decline, Doubt, Fault, Outcome, Processor,
    ProcessorKind, Processors, Refunded, Sale, SecretDigits, Standing,
};
use lectern::server::sandbox::{SandboxConfig, faults::FaultKind, ledger::Report};

use super::nvp_world::{PASSWORD, World, built, captured, config, key, money, nobody, play, timing, world_at};

const VISA: &str = "4111111111111111";

struct Cards {
    world: World,
    paypal: Arc<dyn Processor>,
}

impl std::ops::Deref for Cards {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

async fn cards() -> Cards {
    let world = world_at(SandboxConfig::in_memory(Clock::System)).await;
    Cards { paypal: world.client(ProcessorKind::WppUk, "wpp_uk", PASSWORD), world }
}

fn attempt(n: u8) -> AttemptRef {
    AttemptRef::parse(&format!("UK{n}")).expect("a reference")
}

fn gbp(minor: i64) -> Money {
    money(minor, Currency::GBP)
}

pub fn sale(n: u8, number: &str, amount: Money) -> Sale {
    Sale {
        amount,
        card: CardDetails {
            number: SecretDigits::new(number),
            expiry: Expiry::parse("12/39").expect("an expiry"),
            code: SecretDigits::new("123"),
            name: "Ștefania & Ann=\"X\"\r\n Țepeș".to_owned(),
            three_ds: None,
        },
        billing: Billing {
            street: "13 Mill & Lane=3".to_owned(),
            city: "Wells".to_owned(),
            zip: "BA5 2PB".to_owned(),
            country: "GB".to_owned(),
            ..Billing::default()
        },
        invoice: format!("LE-{n}"),
        attempt_ref: attempt(n),
        buyer_ip: Some("203.0.113.9".parse().expect("an address")),
        email: Some("ann@mail.example".to_owned()),
        description: "Training \"A&B\"&AMT=0.01".to_owned(),
    }
}

impl Cards {
    async fn sell(&self, n: u8, number: &str, minor: i64) -> Outcome<Captured> {
        self.paypal.sale(&key(n), &sale(n, number, gbp(minor))).await
    }

    async fn standing(&self, n: u8, minor: i64) -> Outcome<Standing> {
        self.paypal.inquire(&Asked::of(&attempt(n)), gbp(minor)).await
    }
}

#[tokio::test]
async fn a_sale_is_captured_once_for_exactly_what_was_asked() {
    let world = cards().await;
    let sold = captured(world.sell(1, VISA, 1995).await);
    assert_eq!(sold.amount, gbp(1995));
    assert_eq!(sold.card, Some(CardSeen { brand: Some(Brand::Visa), last4: "1111".to_owned(), funding: None }));
    let Report { entries, .. } = world.sandbox.report();
    let [entry] = entries.as_slice() else { panic!("one entry: {entries:?}") };
    assert_eq!(
        (entry.processor.as_str(), entry.our_ref.as_str(), entry.pnref.as_str(), entry.amount_minor, entry.state.as_str()),
        ("wpp_uk", "UK1", sold.reference.as_str(), 1995, "captured")
    );
    assert_eq!(entry.last4.as_deref(), Some("1111"));
    assert!(matches!(world.standing(1, 1995).await, Outcome::Done(Standing::Captured(c)) if c.reference == sold.reference));
    assert!(matches!(world.standing(1, 1996).await, Outcome::Unknown(Doubt::Mismatch { .. })));
    // Asked again: refused by its number, and found.
    assert_eq!(captured(world.sell(1, VISA, 1995).await), sold);
    let other = world.sell(1, VISA, 9900).await;
    assert!(matches!(&other, Outcome::Unknown(doubt @ Doubt::Mismatch { .. }) if doubt.needs_operator()), "{other:?}");
    assert_eq!(world.books(), (1995, 0, 1));
}

#[tokio::test]
async fn every_test_card_ends_as_its_class() {
    use DeclineClass as D;
    let world = cards().await;
    for (n, (number, class, code)) in [
        ("4000000000000002", D::Refused, "15005"),
        ("4000000000009995", D::Funds, "15005"),
        ("4000000000006975", D::Funds, "15005"),
        ("4000000000009987", D::Refused, "15005"),
        ("4000000000000069", D::Details, "10502"),
        ("4000000000000127", D::Details, "10504"),
        ("4000000000000010", D::Details, "10505"),
        ("4000000000004954", D::FraudCheck, "11611"),
        ("4000000000000341", D::TryLater, "10764"),
        ("4242424242424242", D::Details, "10527"),
        // Not carried, and never sent.
        ("378282246310005", D::Refused, "card type"),
        ("6304000000000000", D::Refused, "card type"),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few cards");
        assert_eq!(world.sell(n, number, 2500).await, Outcome::Declined(Decline { class, code: code.to_owned() }), "{number}");
        assert_eq!(world.standing(n, 2500).await, Outcome::Done(Standing::NotFound), "{number}");
    }
    assert_eq!(world.books(), (0, 0, 0));
    // Declined, the attempt's number may be charged: a new try of the buyer's is another attempt anyway.
    captured(world.sell(0, VISA, 2500).await);
}

#[tokio::test]
async fn refusals_of_us_are_not_the_buyers() {
    let world = cards().await;
    for (code, outcome) in [
        ("10501", Outcome::NotSent(Fault::Misconfigured { code: "10501".to_owned() })),
        ("10747", Outcome::NotSent(Fault::Rejected { code: "10747".to_owned() })),
        ("10001", Outcome::Unknown(Doubt::ProcessorUnsure { code: "10001".to_owned() })),
        ("10761", Outcome::Unknown(Doubt::ProcessorUnsure { code: "10761".to_owned() })),
        ("10564", Outcome::Unknown(Doubt::ProcessorUnsure { code: "10564".to_owned() })),
        ("10536", Outcome::Unknown(Doubt::ProcessorUnsure { code: "10536".to_owned() })),
        ("19999", Outcome::Unknown(Doubt::UnlistedCode { code: "19999".to_owned() })),
    ] {
        world.refuse(code, "wpp_uk.sale");
        assert_eq!(world.sell(1, VISA, 2500).await, outcome, "{code}");
    }
    let no_address = Sale { billing: Billing::default(), ..sale(2, VISA, gbp(2500)) };
    assert_eq!(
        world.paypal.sale(&key(2), &no_address).await,
        Outcome::Declined(Decline { class: DeclineClass::Details, code: "10709".to_owned() })
    );
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn a_lost_answer_is_never_asked_for_by_charging_again() {
    let world = cards().await;
    for (n, (kind, doubt, is_taken)) in [
        (FaultKind::ResetBefore, Doubt::Lost, false),
        (FaultKind::ResetAfter, Doubt::Lost, true),
        (FaultKind::Broken, Doubt::Lost, true),
        (FaultKind::Truncated { keep: Some(8) }, Doubt::Unreadable, true),
        (FaultKind::Truncated { keep: Some(150) }, Doubt::Unreadable, true),
        (FaultKind::Html, Doubt::Unreadable, false),
        (FaultKind::Huge, Doubt::Unreadable, true),
        (FaultKind::Status500, Doubt::Status(500), false),
        (FaultKind::TimeoutBefore, Doubt::Timeout, false),
        (FaultKind::TimeoutAfter, Doubt::Timeout, true),
        (FaultKind::Answer104After, Doubt::ProcessorUnsure { code: "10001".to_owned() }, true),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n).expect("few");
        world.fault(kind.clone(), 1, "wpp_uk.sale");
        // Once: a second sending would have met no fault and been answered.
        let lost = world.sell(n, VISA, 2500).await;
        assert_eq!(lost, Outcome::Unknown(doubt), "{kind:?}");
        let standing = world.standing(n, 2500).await;
        assert_eq!(matches!(standing, Outcome::Done(Standing::Captured(_))), is_taken, "{kind:?}: {standing:?}");
        assert_eq!(standing == Outcome::Done(Standing::NotFound), !is_taken, "{kind:?}: {standing:?}");
        // Under the same number it is safe to charge when nothing was found (§8.3).
        captured(world.sell(n, VISA, 2500).await);
    }
    assert_eq!(world.books(), (11 * 2500, 0, 11), "each taken once");
}

#[tokio::test]
async fn the_lost_answer_cards_end_as_their_table_says() {
    let world = cards().await;
    assert_eq!(world.sell(1, "4000000000000119", 2500).await, Outcome::Unknown(Doubt::Lost));
    assert!(matches!(world.standing(1, 2500).await, Outcome::Done(Standing::Captured(_))));
    assert!(matches!(world.sell(2, "4000000000000101", 2500).await, Outcome::Unknown(Doubt::ProcessorUnsure { .. })));
    assert!(matches!(world.standing(2, 2500).await, Outcome::Done(Standing::Captured(_))));
    assert_eq!(world.sell(3, "4000000000000259", 2500).await, Outcome::Unknown(Doubt::Timeout));
    assert_eq!(world.standing(3, 2500).await, Outcome::Done(Standing::NotFound));
    assert!(matches!(world.sell(4, "4000000000009979", 2500).await, Outcome::Unknown(Doubt::ProcessorUnsure { .. })));
    assert_eq!(world.standing(4, 2500).await, Outcome::Done(Standing::NotFound));
    assert_eq!(world.books(), (5000, 0, 2));
}

#[tokio::test]
async fn an_answer_with_another_amount_or_currency_is_never_paid() {
    let world = cards().await;
    for (n, kind) in [(1, FaultKind::WrongAmount), (2, FaultKind::WrongCurrency)] {
        world.fault(kind.clone(), 1, "wpp_uk.sale");
        let outcome = world.sell(n, VISA, 2500).await;
        assert!(matches!(outcome, Outcome::Unknown(Doubt::Mismatch { reported: Some(_), reference: Some(_) })), "{outcome:?}");
        world.fault(kind, 1, "wpp_uk.details");
        let outcome = world.standing(n, 2500).await;
        assert!(matches!(outcome, Outcome::Unknown(Doubt::Mismatch { .. })), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_review_is_pending_until_a_person_decides() {
    let world = cards().await;
    for (n, accept) in [(1, true), (2, false)] {
        assert_eq!(world.sell(n, "4000000000009235", 2500).await, Outcome::Unknown(Doubt::Pending));
        assert_eq!(world.standing(n, 2500).await, Outcome::Done(Standing::Pending));
        assert_eq!(world.sell(n, VISA, 2500).await, Outcome::Unknown(Doubt::Pending), "asked again, it is still held");
        assert_eq!(world.control("wpp_uk/settle", &format!("{{\"accept\":{accept}}}")).await, r#"{"settled":1}"#);
    }
    assert!(matches!(world.standing(1, 2500).await, Outcome::Done(Standing::Captured(_))));
    assert_eq!(world.standing(2, 2500).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    assert_eq!(world.books().0, 2500);
}

#[tokio::test]
async fn an_authorisation_is_captured_or_cancelled() {
    let world = cards().await;
    let authorise = async |n| match world.paypal.authorise(&key(n), &sale(n, VISA, gbp(7500))).await {
        Outcome::Done(Authorised { reference, amount, .. }) if amount == gbp(7500) => reference,
        other => panic!("not authorised: {other:?}"),
    };
    let first = authorise(1).await;
    assert_eq!(authorise(1).await, first, "asked again");
    assert!(matches!(world.standing(1, 7500).await, Outcome::Done(Standing::Authorised(_))));
    assert_eq!(world.sell(1, VISA, 7500).await, Outcome::Unknown(Doubt::OtherPayment), "a hold is no sale");
    let refund = async |of, minor| world.paypal.refund(&key(1).step("refund"), of, gbp(minor)).await;
    assert!(matches!(refund(&first, 100).await, Outcome::Declined(_)), "nothing taken, nothing to refund");
    world.fault(FaultKind::ResetAfter, 1, "wpp_uk.capture");
    let taken = captured(world.paypal.capture(&key(1).step("capture"), &first, gbp(6000)).await);
    assert_eq!(captured(world.paypal.capture(&key(1).step("capture"), &first, gbp(6000)).await), taken);
    assert!(matches!(world.paypal.capture(&key(1).step("more"), &first, gbp(100)).await, Outcome::Unknown(_)), "looked into");
    assert!(matches!(world.paypal.cancel(&key(1).step("void"), &first).await, Outcome::Declined(_)), "too late to cancel");
    let held = world.standing(1, 7500).await;
    assert!(matches!(held, Outcome::Unknown(Doubt::ProcessorUnsure { .. })), "its capture has a number of its own: {held:?}");
    assert_eq!(world.books().0, 6000);

    let second = authorise(2).await;
    for step in ["void", "void", "again"] {
        assert_eq!(world.paypal.cancel(&key(2).step(step), &second).await, Outcome::Done(()), "{step}");
    }
    assert_eq!(world.standing(2, 7500).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
    assert!(matches!(world.paypal.capture(&key(2).step("capture"), &second, gbp(100)).await, Outcome::Declined(d) if d.code == "10600"));
    assert!(matches!(world.paypal.capture(&key(3), &nobody(), gbp(100)).await, Outcome::NotSent(Fault::Rejected { .. })));
    assert!(matches!(refund(&taken.reference, 6000).await, Outcome::Done(_)), "refunds name the capture");
    assert_eq!(world.books().1, 6000);
}

#[tokio::test]
async fn refunds_never_exceed_what_was_taken() {
    let world = cards().await;
    let sold = captured(world.sell(1, VISA, 1995).await);
    let refund = async |step: &str, minor| world.paypal.refund(&key(1).step(step), &sold.reference, gbp(minor)).await;
    let first = refund("a", 995).await;
    assert!(matches!(&first, Outcome::Done(Refunded { amount, .. }) if *amount == gbp(995)), "{first:?}");
    assert_eq!(refund("a", 995).await, first, "told twice, given once");
    assert!(matches!(refund("b", 1001).await, Outcome::Declined(d) if d.code == "10009"));
    world.fault(FaultKind::ResetAfter, 3, "wpp_uk.refund");
    assert_eq!(refund("c", 1000).await, Outcome::Unknown(Doubt::Lost));
    let of = Asked::of(&AttemptRef::of_key(&key(1).step("c")));
    assert!(matches!(world.paypal.inquire(&of, gbp(1000)).await, Outcome::Done(Standing::Captured(_))));
    assert!(matches!(refund("c", 1000).await, Outcome::Done(_)));
    assert_eq!(world.books(), (1995, 1995, 3));
    assert!(matches!(world.standing(1, 1995).await, Outcome::Done(Standing::Captured(_))), "given back later, taken first");
}

#[tokio::test]
async fn what_cannot_be_carried_is_not_sent() {
    let world = cards().await;
    for (amount, fault) in [
        (money(2500, Currency::EUR), Fault::Currency(Currency::EUR)),
        (gbp(0), Fault::Amount),
        (gbp(-5), Fault::Amount),
        (gbp(10_000_000_000), Fault::Amount),
    ] {
        assert_eq!(world.paypal.sale(&key(1), &sale(1, VISA, amount)).await, Outcome::NotSent(fault.clone()));
        assert_eq!(world.paypal.authorise(&key(1), &sale(1, VISA, amount)).await, Outcome::NotSent(fault));
    }
    let far = Sale { buyer_ip: "2001:db8::1".parse().ok(), ..sale(2, VISA, gbp(2500)) };
    captured(world.paypal.sale(&key(2), &far).await);
    let mut without = config(&world.base, "wpp_uk", PASSWORD);
    without.settings["own_ip"] = serde_json::Value::Null;
    without.settings["currencies"] = serde_json::json!(["EUR", "GBP"]);
    let without = built(ProcessorKind::WppUk, &without, Clock::System);
    assert_eq!(without.abilities().currencies, [Currency::GBP], "pounds only, whatever is listed");
    let far = Sale { buyer_ip: None, ..sale(3, VISA, gbp(2500)) };
    captured(without.sale(&key(3), &far).await);
    let mut wrong = config(&world.base, "wpp_uk", PASSWORD);
    wrong.settings["currencies"] = serde_json::json!(["EUR"]);
    let processors = Processors::with_timing(Clock::System, timing()).expect("TLS can be set up");
    assert_eq!(processors.get(ProcessorKind::WppUk, &wrong).err(), Some(ConnectionProblem::Settings));
    assert_eq!(world.books(), (5000, 0, 2));
}

#[tokio::test]
async fn what_is_sent_carries_every_character_and_nothing_else() {
    let sold = "ACK=Success&AMT=25%2e00&CURRENCYCODE=GBP&TRANSACTIONID=PANB9UPEGKTTLM7KE";
    let (base, played) = play(vec![sold]).await;
    captured(built(ProcessorKind::WppUk, &config(&base, "wpp_uk", PASSWORD), Clock::System).sale(&key(1), &sale(1, VISA, gbp(2500))).await);
    let sent = played.await.expect("one request");
    for field in [
        "&VERSION=116.0&PAYMENTACTION=Sale&IPADDRESS=203.0.113.9&CREDITCARDTYPE=Visa&ACCT=4111111111111111&EXPDATE=122039&CVV2=123&",
        "&FIRSTNAME=%C8%98tefania+%26+Ann%3D%22X%22&LASTNAME=%C8%9Aepe%C8%99&STREET=13+Mill+%26+Lane%3D3&CITY=Wells&STATE=Wells&",
        "&AMT=25.00&CURRENCYCODE=GBP&INVNUM=UK1&CUSTOM=LE-1&DESC=Training+%22A%26B%22%26AMT%3D0.01",
    ] {
        assert!(sent[0].contains(field), "{field} in {}", sent[0]);
    }
    assert_eq!(sent[0].matches("&AMT=").count(), 1);
}

#[tokio::test]
async fn a_connection_test_tells_what_is_wrong_without_moving_money() {
    let world = cards().await;
    assert_eq!(world.paypal.test_connection().await, Ok(()));
    let wrong = world.client(ProcessorKind::WppUk, "wpp_uk", "NOT-THE-PASSWORD");
    assert_eq!(wrong.test_connection().await, Err(ConnectionProblem::Credentials));
    let refused = wrong.sale(&key(1), &sale(1, VISA, gbp(2500))).await;
    assert!(matches!(&refused, Outcome::NotSent(fault @ Fault::Misconfigured { .. }) if fault.needs_operator()), "{refused:?}");
    assert_eq!(world.client(ProcessorKind::WppUk, "nowhere", PASSWORD).test_connection().await, Err(ConnectionProblem::NotTheProcessor));
    let approval = super::express::ask(1, gbp(2500));
    assert_eq!(world.paypal.start(&key(1), &approval).await, Outcome::NotSent(Fault::NotSupported));
    assert_eq!(world.paypal.finish(&key(1), &nobody(), &approval).await, Outcome::NotSent(Fault::NotSupported));
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn nothing_of_a_card_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let journal = folder.path().join("journal");
    let config = SandboxConfig { journal: Some(journal.clone()), ..SandboxConfig::in_memory(Clock::System) };
    let world = world_at(config).await;
    let paypal = world.client(ProcessorKind::WppUk, "wpp_uk", PASSWORD);
    captured(paypal.sale(&key(1), &sale(1, VISA, gbp(2500))).await);
    let written = std::fs::read_to_string(journal).expect("a journal");
    assert!(written.contains("UK1") && written.contains("1111"));
    for hidden in [VISA, "411111", "\"123\"", "122039", PASSWORD] {
        assert!(!written.contains(hidden), "{hidden}");
    }
}
