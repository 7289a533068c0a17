//! Recorded notices, signatures and sequences of them.

use super::*;

#[tokio::test]
pub async fn notices_are_believed_as_recorded() {
    let all = of_calls(&["webhook.receive"]);
    assert!(all.len() >= 9);
    let mut refused = 0;
    for v in all {
        let clock = clock_at(text(&v.given, "/now"));
        let config = SandboxConfig { accounts: accounts(), ..SandboxConfig::in_memory(clock.clone()) };
        let sandbox = Sandbox::new(config).expect("in memory");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}/paypal", listener.local_addr().expect("an address"));
        tokio::spawn(sandbox::serve(listener, Arc::clone(&sandbox), std::future::pending()));
        let paypal = connected(&base, text(&v.given, "/webhook_id"), clock);
        if v.expect["must_not_fetch"] == true {
            sandbox.script(Script::new(FaultKind::Refuse { code: "ASKED".to_owned() }, 1).on("orders.token"));
        }
        let (headers, body) = (headers_of(&v.wire_request), text(&v.wire_request, "/body"));
        let read = paypal.read_notice(&headers, body.as_bytes()).await;
        if let Some(crc) = v.expect["crc32"].as_u64() {
            assert_eq!(u64::from(crc32(body.as_bytes())), crc, "{}", v.name);
        }
        if let Some(signed) = v.expect["signed_message"].as_str() {
            let header = |name: &str| text(&v.wire_request, &format!("/headers/{name}")).to_owned();
            let (id, time) = (header("Paypal-Transmission-Id"), header("Paypal-Transmission-Time"));
            assert_eq!(message(&id, &time, text(&v.given, "/webhook_id"), body.as_bytes()), signed, "{}", v.name);
        }
        // The simulator's part is to say whether it is genuine.
        seen(Side::Client, &v.name);
        seen(Side::Simulator, &v.name);
        if v.expect["signature_valid"] == true {
            let notice = read.unwrap_or_else(|forged| panic!("{}: {forged}", v.name));
            assert_eq!(notice.id, text(&v.expect, "/dedupe_key"), "{}", v.name);
            let about = if v.name.ends_with("refund_resource") {
                About::Payment(ProcessorRef::parse(text(&v.expect, "/capture_id")).expect("a reference"))
            } else {
                About::Started(ProcessorRef::parse("5AB12345CD678901E").expect("a reference"))
            };
            assert_eq!(notice.about, about, "{}", v.name);
        } else {
            assert_eq!(read, Err(Forged::BadSignature), "{}", v.name);
            refused += 1;
            if v.expect["must_not_fetch"] == true {
                assert_eq!(
                    connected(&base, "", Clock::System).test_connection().await,
                    Err(ConnectionProblem::NotTheProcessor),
                    "nobody was asked before"
                );
            }
        }
    }
    assert!(refused >= 5, "only {refused} were refused");
}

#[tokio::test]
pub async fn signatures_are_asked_about_byte_for_byte() {
    let all = of_calls(&["verify-webhook-signature"]);
    assert!(all.len() >= 2);
    for v in all {
        let question = body_of(&v);
        let header = |name: &str| question[name].as_str().unwrap_or_default().to_owned();
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("paypal-auth-algo", header("auth_algo")),
            ("paypal-cert-url", header("cert_url")),
            ("paypal-transmission-id", header("transmission_id")),
            ("paypal-transmission-sig", header("transmission_sig")),
            ("paypal-transmission-time", header("transmission_time")),
        ] {
            headers.insert(name, value.parse().expect("a value"));
        }
        let raw = text(&v.wire_request, "/body");
        let event = raw.split_once("\"webhook_event\":").and_then(|(_, rest)| rest.strip_suffix('}')).expect("an event");
        // As client: the recorded question, and what the recorded answer means.
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let token = recorded("paypal.token.ok").wire_response;
        let played = Arc::new(Played { token, reply: v.wire_response.clone(), reads: Mutex::new(vec![]), got: Mutex::new(vec![]) });
        let app = Router::new().fallback(play).with_state(Arc::clone(&played));
        tokio::spawn(async move { drop(axum::serve(listener, app).await) });
        let paypal = connected(&base, "7XK12345AB678901C", clock_at("2026-01-01T00:00:05Z"));
        let read = paypal.read_notice(&headers, event.as_bytes()).await;
        let genuine = v.expect["signature_valid"] == true;
        assert_eq!(read.is_ok(), genuine, "{}: {read:?}", v.name);
        let got = played.got.lock().expect("unpoisoned").last().cloned().expect("a question");
        assert_eq!(got.body, raw, "{}", v.name);
        seen(Side::Client, &v.name);
        check_request(&v, &got);
        // As simulator: the recorded answer.
        seen(Side::Simulator, &v.name);
        let stall = Stall::new();
        let (status, answer) = stall.send("POST", "/v1/notifications/verify-webhook-signature", &[], raw).await;
        assert_eq!((status, answer), (200, serde_json::from_str(text(&v.wire_response, "/body")).expect("JSON")), "{}", v.name);
    }
}

#[test]
pub fn a_sequence_of_notices_is_known_by_id_and_asks_about_one_order() {
    let all = of_calls(&["webhook.sequence"]);
    assert!(!all.is_empty());
    for v in all {
        seen(Side::Client, &v.name);
        let events = v.wire_request.as_array().expect("events");
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for event in events {
            let raw = event.to_string();
            let (_, notice) = notice::read(raw.as_bytes()).expect("readable");
            let wanted = match event["event_type"].as_str().expect("a kind") {
                "PAYMENT.CAPTURE.REFUNDED" => About::Payment(ProcessorRef::parse("2GH34567JK890123L").expect("a reference")),
                _ => About::Started(ProcessorRef::parse("5AB12345CD678901E").expect("a reference")),
            };
            assert_eq!(notice.about, wanted, "{}", v.name);
            *seen.entry(notice.id).or_default() += 1;
        }
        // What an event says of states is not even read, so its order cannot matter; repetitions share their id.
        let ids = v.expect["events_applied"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let ignored = v.expect["events_ignored"].as_object().expect("ignored").keys().map(String::as_str);
        for id in ids.chain(ignored) {
            assert!(seen.contains_key(id), "{}: {id}", v.name);
        }
        assert_eq!(seen.values().sum::<usize>(), events.len());
        assert_eq!(seen.values().filter(|times| **times == 2).count(), 1, "{}", v.name);
    }
}
