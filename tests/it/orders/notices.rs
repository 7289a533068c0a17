//! What PayPal sends by itself, from our simulator to a shop, and read by our client.

use super::*;

/// A shop that takes notices; the first `refused` of them are answered 500.
async fn shop(refused: usize) -> (String, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
    type Shop = Arc<(std::sync::atomic::AtomicUsize, mpsc::UnboundedSender<(HeaderMap, Bytes)>)>;
    async fn take(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> axum::http::StatusCode {
        use std::sync::atomic::Ordering::SeqCst;
        let refuses = shop.0.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        let _ = shop.1.send((headers, body));
        if refuses { axum::http::StatusCode::INTERNAL_SERVER_ERROR } else { axum::http::StatusCode::OK }
    }
    let (sender, receiver) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/notify", listener.local_addr().expect("an address"));
    let state: Shop = Arc::new((refused.into(), sender));
    let app = Router::new().route("/notify", routing::post(take)).with_state(state);
    tokio::spawn(async move { drop(axum::serve(listener, app).await) });
    (url, receiver)
}

async fn next(notices: &mut mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) -> (HeaderMap, Bytes) {
    tokio::time::timeout(Duration::from_secs(5), notices.recv()).await.expect("a notice in time").expect("a notice")
}

#[tokio::test]
async fn notices_are_verified_and_name_what_to_ask_about() {
    let world = world().await;
    let (url, mut notices) = shop(0).await;
    world.sandbox.listen("orders", ACCOUNT, &url);
    let (order, sold) = world.paid(1, 4500).await;
    let (mut about, mut ids) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (headers, body) = next(&mut notices).await;
        let notice = world.paypal.read_notice(&headers, &body).await.expect("genuine");
        about.push(notice.about);
        ids.push(notice.id);
    }
    assert_eq!(about, [About::Started(order.clone()), About::Started(order.clone())], "approved, then captured");
    assert_ne!(ids[0], ids[1]);
    let refund = world.paypal.refund(&key(1).step("r"), &sold.reference, eur(1000)).await;
    assert!(matches!(refund, Outcome::Done(_)));
    let (headers, body) = next(&mut notices).await;
    let notice = world.paypal.read_notice(&headers, &body).await.expect("genuine");
    assert_eq!(notice.about, About::Payment(sold.reference.clone()), "a refund's notice names the capture");
    // Settled days later.
    let order = world.approved(2, 4500, "review").await;
    let _ = world.finish(2, &order, 4500).await;
    world.settle(false).await;
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let (headers, body) = next(&mut notices).await;
        assert_eq!(world.paypal.read_notice(&headers, &body).await.expect("genuine").about, About::Started(order.clone()));
        let event: serde_json::Value = serde_json::from_slice(&body).expect("an event");
        kinds.push(event["event_type"].as_str().unwrap_or_default().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["CHECKOUT.ORDER.APPROVED", "PAYMENT.CAPTURE.DENIED", "PAYMENT.CAPTURE.PENDING"]);
    // A hint, and no more: what is asked after it is the truth.
    assert_eq!(world.standing(2, &order, 4500).await, Outcome::Done(Standing::Declined(DeclineClass::Refused)));
}

#[tokio::test]
async fn forged_stale_and_foreign_notices_are_refused() {
    let world = world_at(SandboxConfig::in_memory(manual())).await;
    let (url, mut notices) = shop(0).await;
    world.sandbox.listen("orders", ACCOUNT, &url);
    world.fault(FaultKind::Forged, 1, "notice");
    world.approved(1, 4500, "balance").await;
    let (headers, body) = next(&mut notices).await;
    assert_eq!(world.paypal.read_notice(&headers, &body).await, Err(Forged::BadSignature), "signed for another webhook");
    world.approved(2, 4500, "balance").await;
    let (headers, body) = next(&mut notices).await;
    let good = world.paypal.read_notice(&headers, &body).await.expect("genuine");
    let twin = world.paypal.read_notice(&headers, &body).await.expect("genuine");
    assert_eq!(good, twin, "a repetition is known by its id");

    let mut changed = body.to_vec();
    let at = changed.windows(5).position(|w| w == b"45.00").expect("an amount");
    changed[at] = b'9';
    assert_eq!(world.paypal.read_notice(&headers, &changed).await, Err(Forged::BadSignature));
    // The same meaning in other bytes is another text (failures.md P-10).
    let respaced = String::from_utf8(body.to_vec()).expect("text").replacen(':', ": ", 1);
    assert_eq!(world.paypal.read_notice(&headers, respaced.as_bytes()).await, Err(Forged::BadSignature));
    assert_eq!(world.paypal.read_notice(&headers, b"not json").await, Err(Forged::Unreadable));
    let spliced = format!("{},\"webhook_id\":\"{}\"", String::from_utf8_lossy(&body), webhook_id("another"));
    assert_eq!(world.paypal.read_notice(&headers, spliced.as_bytes()).await, Err(Forged::Unreadable));
    assert_eq!(world.paypal.read_notice(&HeaderMap::new(), &body).await, Err(Forged::BadSignature));
    for (name, value, wanted) in [
        ("paypal-auth-algo", "none", Forged::BadSignature),
        ("paypal-transmission-sig", "AAAA", Forged::BadSignature),
        ("paypal-transmission-sig", "no base64!", Forged::BadSignature),
        ("paypal-transmission-id", "a|b", Forged::BadSignature),
        ("paypal-transmission-time", "yesterday", Forged::BadSignature),
        ("paypal-transmission-time", "2025-12-01T00:00:00Z", Forged::Stale),
        ("paypal-transmission-time", "2027-01-01T00:00:00Z", Forged::Stale),
        ("paypal-cert-url", "https://evil.example/v1/notifications/certs/C", Forged::BadSignature),
        ("paypal-cert-url", "https://api.paypal.com/v1/notifications/certs/C", Forged::OtherAccount),
    ] {
        let mut other = headers.clone();
        other.insert(name, value.parse().expect("a value"));
        assert_eq!(world.paypal.read_notice(&other, &body).await, Err(wanted), "{name}: {value}");
    }
    // Another app's webhook, and none at all.
    let mut settings = config(&world.base, SECRET);
    settings.settings["webhook_id"] = webhook_id("another").into();
    assert_eq!(built(&settings, world.clock.clone()).read_notice(&headers, &body).await, Err(Forged::BadSignature));
    settings.settings["webhook_id"] = "".into();
    assert_eq!(built(&settings, world.clock.clone()).read_notice(&headers, &body).await, Err(Forged::NotExpected));
    // Whoever could say does not.
    for kind in [FaultKind::ResetBefore, FaultKind::Html, FaultKind::Status500] {
        world.fault(kind, 3, "orders.verify");
        assert_eq!(world.paypal.read_notice(&headers, &body).await, Err(Forged::CannotTell));
        world.clear_faults().await;
    }
    // Three days of repetitions are genuine, a week is not.
    world.clock.advance_seconds(3 * 86_400);
    assert_eq!(world.paypal.read_notice(&headers, &body).await, Ok(good));
    world.clock.advance_seconds(4 * 86_400);
    assert_eq!(world.paypal.read_notice(&headers, &body).await, Err(Forged::Stale));
}

#[tokio::test]
async fn notices_come_twice_never_or_again_until_they_are_taken() {
    let world = world().await;
    let (url, mut notices) = shop(1).await;
    let (status, _) =
        world.post("/control/orders/listener", "application/json", format!(r#"{{"account":"{ACCOUNT}","url":"{url}"}}"#)).await;
    assert_eq!(status, 204);
    world.approved(1, 4500, "balance").await;
    let (first, again) = (next(&mut notices).await, next(&mut notices).await);
    assert_eq!(first, again, "not taken, so sent again");
    world.fault(FaultKind::Twice, 1, "notice");
    world.approved(2, 4500, "balance").await;
    assert_eq!(next(&mut notices).await.1, next(&mut notices).await.1);
    world.fault(FaultKind::Never, 1, "notice");
    world.approved(3, 4500, "balance").await;
    world.approved(4, 4500, "balance").await;
    let (_, body) = next(&mut notices).await;
    assert!(String::from_utf8_lossy(&body).contains("TRY4"), "the third never came");
}
