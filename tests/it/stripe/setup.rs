//! What cannot be sent, and settings that cannot be used.

use super::*;

#[tokio::test]
async fn what_cannot_be_carried_is_not_sent() {
    let world = world().await;
    for (amount, fault) in [
        (eur(0), Fault::Amount),
        (eur(-5), Fault::Amount),
        (eur(100_000_000), Fault::Amount),
        (Money::from_minor(14_247, Currency::KWD), Fault::Amount),
    ] {
        assert_eq!(world.stripe.start(&key(1), &ask(1, amount)).await, Outcome::NotSent(fault));
    }
    let small = world.stripe.start(&key(2), &ask(2, eur(10))).await;
    assert!(
        matches!(&small, Outcome::NotSent(Fault::Rejected { code }) if code == "amount_too_small/line_items[0][price_data][unit_amount]"),
        "{small:?}"
    );
    let card = CardDetails {
        number: SecretDigits::new("4242424242424242"),
        expiry: lectern::domain::card::Expiry::parse("12/39").expect("an expiry"),
        code: SecretDigits::new("123"),
        name: String::new(),
        three_ds: None,
    };
    let sale = Sale {
        amount: eur(4500),
        card,
        billing: Billing::default(),
        invoice: String::new(),
        attempt_ref: attempt(3),
        buyer_ip: None,
        email: None,
        description: String::new(),
    };
    assert_eq!(world.stripe.sale(&key(3), &sale).await, Outcome::NotSent(Fault::NotSupported), "card numbers never go there");
    assert_eq!(world.stripe.authorise(&key(3), &sale).await, Outcome::NotSent(Fault::NotSupported));
    for evil in ["..", "a/b", "x?y=1", "x#y", "%2e%2e"] {
        let evil = ProcessorRef::parse(evil).expect("a reference");
        assert!(matches!(world.stripe.capture(&key(4), &evil, eur(100)).await, Outcome::NotSent(Fault::Rejected { .. })), "{evil:?}");
    }
    for (n, (money, minor)) in [
        (Money::from_minor(4500, Currency::JPY), 4500),
        (Money::from_minor(14_250, Currency::KWD), 14_250),
        (Money::from_minor(1_850_000, Currency::HUF), 1_850_000),
    ]
    .into_iter()
    .enumerate()
    {
        let n = u8::try_from(n + 10).expect("few");
        let (page, of) = page_of(world.stripe.start(&key(n), &ask(n, money)).await);
        world.press(&page, "pay", VISA).await;
        assert_eq!(captured(world.stripe.finish(&key(n), &of, &ask(n, money)).await).amount, money);
        assert_eq!(world.sandbox.report().entries.last().map(|e| (e.amount_minor, e.currency)), Some((minor, money.currency())));
    }
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/stripe/", listener.local_addr().expect("an address"));
    drop(listener);
    let stripe = client(&base, DEMO.secret_key, DEMO.webhook_secret, Clock::System);
    assert_eq!(stripe.start(&key(1), &ask(1, eur(4500))).await, Outcome::NotSent(Fault::Connect));
    assert_eq!(stripe.test_connection().await, Err(ConnectionProblem::Unreachable));
}

#[tokio::test]
async fn a_connection_test_tells_what_is_wrong_without_moving_money() {
    let world = world().await;
    let url = format!("{}/stripe/", world.base);
    assert_eq!(world.stripe.test_connection().await, Ok(()));
    let with = |url: &str, key: &str| client(url, key, DEMO.webhook_secret, Clock::System);
    assert_eq!(with(&url, "sk_test_wrong").test_connection().await, Err(ConnectionProblem::Credentials));
    assert_eq!(with(&format!("{}/nowhere", world.base), DEMO.secret_key).test_connection().await, Err(ConnectionProblem::NotTheProcessor));
    for (kind, problem) in [
        (FaultKind::Html, ConnectionProblem::NotTheProcessor),
        (FaultKind::ResetBefore, ConnectionProblem::NoAnswer),
        (FaultKind::TimeoutBefore, ConnectionProblem::NoAnswer),
        (FaultKind::Status500, ConnectionProblem::Unavailable),
        (FaultKind::Refuse { code: "rate_limit".to_owned() }, ConnectionProblem::Unavailable),
        (FaultKind::Refuse { code: "forbidden".to_owned() }, ConnectionProblem::Permission),
        (FaultKind::Refuse { code: "api_key_expired".to_owned() }, ConnectionProblem::Credentials),
    ] {
        world.fault(kind.clone(), 3, "stripe.list");
        assert_eq!(world.stripe.test_connection().await, Err(problem), "{kind:?}");
        world.forget_faults().await;
    }
    let refused = with(&url, "sk_test_wrong").start(&key(1), &ask(1, eur(4500))).await;
    assert!(matches!(&refused, Outcome::NotSent(fault @ Fault::Misconfigured { .. }) if fault.needs_operator()), "{refused:?}");
    assert_eq!(world.books(), (0, 0, 0));
}

#[tokio::test]
async fn settings_that_cannot_be_used_build_nothing() {
    let processors = Processors::new(Clock::System).expect("TLS can be set up");
    let unusable = |base: &str, key: &str, webhook: &str| processors.build(ProcessorKind::Stripe, &config(base, key, webhook)).err();
    let here = "http://127.0.0.1:3001/stripe/";
    assert_eq!(unusable(here, "sk_test_1", "whsec_1"), None);
    assert_eq!(unusable(here, "sk_live_1", "whsec_1"), Some(ConnectionProblem::Settings), "a live key stays away from the simulator");
    assert_eq!(unusable(here, "pk_test_1", "whsec_1"), Some(ConnectionProblem::Settings));
    assert_eq!(unusable(here, "sk_test_1", ""), Some(ConnectionProblem::Settings));
    assert_eq!(unusable("http://10.0.0.1/", "sk_test_1", "whsec_1"), Some(ConnectionProblem::Settings));
    let mut without = config(here, "sk_test_1", "whsec_1");
    without.secrets.remove("secret_key");
    assert_eq!(processors.build(ProcessorKind::Stripe, &without).err(), Some(ConnectionProblem::Settings));
}
