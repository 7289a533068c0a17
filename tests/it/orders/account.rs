//! What the account may do, its tokens, and a processor that cannot be reached.

use super::*;

#[tokio::test]
async fn what_this_processor_does_not_do_is_not_sent() {
    let world = world().await;
    let nobody = ProcessorRef::parse("2GH34567JK890123L").expect("a reference");
    assert_eq!(world.paypal.capture(&key(1), &nobody, eur(1)).await, Outcome::NotSent(Fault::NotSupported));
    assert_eq!(world.paypal.cancel(&key(1), &nobody).await, Outcome::NotSent(Fault::NotSupported));
    let abilities = world.paypal.abilities();
    assert!(abilities.redirects && abilities.partial_refunds && !abilities.takes_cards && !abilities.authorises);
    assert!(abilities.carries(Currency::HUF) && !abilities.carries(Currency::RON));
    for (amount, fault) in [
        (Money::from_minor(1000, Currency::RON), Fault::Currency(Currency::RON)),
        (Money::from_minor(1000, Currency::KWD), Fault::Currency(Currency::KWD)),
        (Money::from_minor(125_050, Currency::TWD), Fault::Amount),
        (eur(0), Fault::Amount),
        (eur(-5), Fault::Amount),
    ] {
        assert_eq!(world.paypal.start(&key(1), &ask(1, amount)).await, Outcome::NotSent(fault.clone()));
        assert_eq!(world.paypal.refund(&key(1), &nobody, amount).await, Outcome::NotSent(fault));
    }
    for (n, amount) in (1..).zip([(4500, Currency::JPY), (125_000, Currency::TWD), (300_000, Currency::HUF), (1, Currency::USD)]) {
        let amount = Money::from_minor(amount.0, amount.1);
        let order = world.started(n, amount).await;
        world.choose(&order, "approve", "balance").await;
        assert_eq!(captured(world.paypal.finish(&key(n), &order, &ask(n, amount)).await).amount, amount);
        assert!(world.sandbox.report().entries.iter().any(|e| e.currency == amount.currency() && e.amount_minor == amount.minor()));
    }
}

#[tokio::test]
async fn one_token_serves_until_it_ends_or_is_refused() {
    let world = world_at(SandboxConfig::in_memory(manual())).await;
    let order = world.approved(1, 4500, "balance").await;
    // A second request for a token would be refused now: none is made.
    world.fault(FaultKind::Refuse { code: "RATE_LIMIT_REACHED".to_owned() }, 9, "orders.token");
    let (a, b) = tokio::join!(world.standing(1, &order, 4500), world.standing(1, &order, 4500));
    assert_eq!((a, b), (Outcome::Done(Standing::Pending), Outcome::Done(Standing::Pending)));
    world.clear_faults().await;
    // Refused early, in either shape: renewed once, the same call again.
    for code in ["invalid_token", "AUTHENTICATION_FAILURE"] {
        world.refuse(code, "orders.get");
        assert_eq!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Pending), "{code}");
        world.fault(FaultKind::Refuse { code: code.to_owned() }, 2, "orders.get");
        assert!(matches!(world.standing(1, &order, 4500).await, Outcome::Unknown(Doubt::ProcessorUnsure { .. })), "{code} twice");
    }
    world.refuse("invalid_token", "orders.capture");
    captured(world.finish(1, &order, 4500).await);
    assert_eq!(world.books(), (4500, 0, 1));
    // A minute before its end it is renewed without being refused first.
    world.clock.advance_seconds(32_400 - 30);
    world.refuse("invalid_client", "orders.token");
    let refused = world.standing(1, &order, 4500).await;
    assert_eq!(refused, Outcome::Unknown(Doubt::ProcessorUnsure { code: "invalid_client".to_owned() }));
    assert!(matches!(world.standing(1, &order, 4500).await, Outcome::Done(Standing::Captured(_))));
}

#[tokio::test]
async fn nobody_listening_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let paypal = client(&base, SECRET);
    let outcome = paypal.start(&key(1), &ask(1, eur(4500))).await;
    assert!(matches!(&outcome, Outcome::NotSent(fault @ Fault::Connect) if !fault.needs_new_key()), "{outcome:?}");
    assert_eq!(paypal.test_connection().await, Err(ConnectionProblem::Unreachable));
}

#[tokio::test]
async fn a_connection_test_tells_what_is_wrong_without_moving_money() {
    let world = world().await;
    assert_eq!(world.paypal.test_connection().await, Ok(()));
    assert_eq!(client(&world.base, "wrong").test_connection().await, Err(ConnectionProblem::Credentials));
    let refused = client(&world.base, "wrong").start(&key(1), &ask(1, eur(4500))).await;
    assert!(matches!(&refused, Outcome::NotSent(fault @ Fault::Misconfigured { .. }) if fault.needs_operator()), "{refused:?}");
    let mut elsewhere = config(&world.base, SECRET);
    elsewhere.settings["base_url"] = format!("{}/nowhere", world.base).into();
    assert_eq!(built(&elsewhere, Clock::System).test_connection().await, Err(ConnectionProblem::NotTheProcessor));
    for (kind, times, problem) in [
        (FaultKind::TimeoutAfter, 1, ConnectionProblem::NoAnswer),
        (FaultKind::Status500, 2, ConnectionProblem::Unavailable),
        (FaultKind::Html, 3, ConnectionProblem::NotTheProcessor),
        (FaultKind::Refuse { code: "PERMISSION_DENIED".to_owned() }, 1, ConnectionProblem::Permission),
    ] {
        world.fault(kind.clone(), times, "orders.token");
        assert_eq!(client(&world.base, SECRET).test_connection().await, Err(problem), "{kind:?}");
        world.clear_faults().await;
    }
    assert_eq!(world.books(), (0, 0, 0));
}
