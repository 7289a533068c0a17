//! The host's pages and the API as seen from outside: the contract of design.md §9, without scripts.

use lectern::server::seed;
use serde_json::{Value, json};

use crate::harness_server::{Browser, Reply, TestServer};

const NEW: &str = "/host/sessions/new";

fn fields<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = vec![
        ("topic", "Seen from outside"),
        ("description", "A session."),
        ("starts_at", "2026-11-24T10:00"),
        ("time_zone", "Europe/Bucharest"),
        ("duration_minutes", "90"),
        ("capacity", "24"),
        ("fee", ""),
        ("require_registration", "1"),
        ("expected_computers", "25"),
        ("audio", "call_in"),
        ("expected_teleconference", "18"),
        ("listing", "all"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

/// The text of the element that carries `data-field`.
fn data(reply: &Reply, field: &str) -> String {
    let mark = format!("data-field=\"{field}\"");
    let at = reply.body.find(&mark).unwrap_or_else(|| panic!("no {field} in {}", reply.body));
    let rest = &reply.body[at..];
    let start = rest.find('>').map_or(0, |at| at + 1);
    let end = rest[start..].find('<').map_or(rest.len(), |end| start + end);
    rest[start..end].trim().to_owned()
}

/// The value of a hidden input.
fn hidden(reply: &Reply, name: &str) -> String {
    let tag = reply.body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no input {name}"));
    let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

fn location(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location").expect("a redirect says where").to_owned()
}

async fn pay(browser: &mut Browser, page: &str, number: &str) -> Reply {
    let form = browser.get(page).await;
    assert_eq!(form.status, 200, "{}", form.body);
    let (key, version) = (hidden(&form, "attempt_key"), hidden(&form, "quote_version"));
    let fields = [
        ("attempt_key", key.as_str()),
        ("quote_version", version.as_str()),
        ("method", "card"),
        ("card_number", number),
        ("card_expiry", "12/30"),
        ("card_csc", "123"),
        ("card_name", "Maria Enescu"),
        ("billing_line1", "Strada Lungă 1"),
        ("billing_city", "Cluj"),
        ("billing_postcode", "400001"),
        ("billing_country", "RO"),
        ("accept_terms", "1"),
    ];
    browser.post(page, &fields).await
}

on_both!(a_host_schedules_sees_the_cost_pays_and_starts, |db| async {
    let server = TestServer::start(&db).await;
    let mut host = server.signed_in("host").await;
    assert_eq!(host.get(NEW).await.status, 200);
    let estimate_page = location(&host.post(NEW, &fields(&[("action", "start")])).await);
    assert!(estimate_page.ends_with("/estimate?action=start"), "{estimate_page}");
    let estimate = host.get(&estimate_page).await;
    for (field, value) in [
        ("duration", "90"),
        ("computers", "25"),
        ("people_minutes", "2,250"),
        ("people_rate", "0.05"),
        ("teleconference_minutes", "1,620"),
        ("teleconference_rate", "0.03"),
        ("tax", "EUR\u{a0}30.61"),
        ("total", "EUR\u{a0}191.71"),
    ] {
        assert_eq!(data(&estimate, field), value, "{field}");
    }
    let session = estimate_page.split("/estimate").next().expect("a path").to_owned();
    assert!(estimate.body.contains(&format!("href=\"{session}")), "Modify leads back");
    let seen = hidden(&estimate, "seen_total");
    let pay_page = location(&host.post(&format!("{session}/estimate"), &[("action", "start"), ("seen_total", &seen)]).await);
    assert_eq!(pay_page, format!("{session}/pay?action=start"));
    let room = location(&pay(&mut host, &pay_page, "4111 1111 1111 1111").await);
    assert_eq!(room, format!("{session}/room"));
    let live = host.get(&room).await;
    assert!(live.status == 200 && live.body.contains("data-state=\"live\""), "{}", live.body);
    // Both buttons again just lead to the open room.
    assert_eq!(location(&host.post(&format!("{session}/start"), &[]).await), room);
    assert_eq!(location(&host.post(&format!("{session}/end"), &[]).await), room);
    assert!(host.get(&room).await.body.contains("data-state=\"ended\""));
    server.stopped().await;
});

on_both!(an_unpaid_session_starts_from_no_door, |db| async {
    let server = TestServer::start(&db).await;
    let mut host = server.signed_in("host").await;
    let estimate_page = location(&host.post(NEW, &fields(&[("action", "schedule")])).await);
    let session = estimate_page.split("/estimate").next().expect("a path").to_owned();
    let pay_page = location(&host.post(&format!("{session}/estimate"), &[("action", "schedule")]).await);
    let declined = pay(&mut host, &pay_page, "4000 0000 0000 9995").await;
    assert_eq!(declined.status, 402);
    assert!(declined.body.contains("Maria Enescu") && !declined.body.contains("9995"), "what was typed stays, the card does not");
    let mine = host.get("/host").await;
    assert!(mine.body.contains("data-state=\"due\""), "payment due");
    let refused = host.post(&format!("{session}/start"), &[]).await;
    assert_eq!(refused.status, 402);
    assert_eq!(data(&refused, "total"), "EUR\u{a0}191.71");
    let api = api(&mut host, "POST", &format!("/api/v1{}/start", session.trim_start_matches("/host")), None, &token(&server).await).await;
    assert_eq!((api.0, api.1["code"].as_str()), (402, Some("usage_unpaid")));
    assert_eq!(api.1["pay_path"].as_str(), Some(format!("{session}/estimate").as_str()));
    // Paid in the end: scheduled sessions lead to the list, and start without another payment.
    assert_eq!(location(&pay(&mut host, &pay_page, "4111111111111111").await), "/host");
    assert_eq!(location(&host.post(&format!("{session}/start"), &[]).await), format!("{session}/room"));
    server.stopped().await;
});

on_both!(a_refused_form_comes_back_as_it_was, |db| async {
    let server = TestServer::start(&db).await;
    let mut host = server.signed_in("host").await;
    let typed = fields(&[("starts_at", "2027-03-28T03:30"), ("fee", "-5"), ("audio", "shouting"), ("action", "schedule")]);
    let reply = host.post(NEW, &typed).await;
    assert_eq!(reply.status, 422);
    for kept in ["Seen from outside", "2027-03-28T03:30", "value=\"-5\"", "02:59", "04:00"] {
        assert!(reply.body.contains(kept), "{kept}");
    }
    let unregistered = fields(&[("fee", "49,90"), ("require_registration", ""), ("action", "schedule")]);
    assert_eq!(host.post(NEW, &unregistered).await.status, 422);
    assert_eq!(host.post(NEW, &fields(&[("action", "dance")])).await.status, 422);
    assert_eq!(host.get("/host/sessions/not-an-id").await.status, 404);
    assert_eq!(host.get("/host/sessions/01900000-0000-7000-8000-000000000000/estimate").await.status, 404);
    assert_eq!(host.post("/host/sessions/01900000-0000-7000-8000-000000000000/start", &[]).await.status, 404);
    let mut stranger = server.browser();
    assert!(location(&stranger.post(NEW, &typed).await).starts_with("/sign-in"));
    server.stopped().await;
});

on_both!(romanian_hosts_read_romanian_numbers, |db| async {
    let server = TestServer::start(&db).await;
    let mut host = server.signed_in("host").await;
    let page = location(&host.post(NEW, &fields(&[("action", "start")])).await);
    let headers = [("Accept", "text/html"), ("Accept-Language", "ro")];
    let reply = host.send("GET", &page, &headers, b"").await;
    assert_eq!((data(&reply, "people_minutes").as_str(), data(&reply, "people_rate").as_str()), ("2.250", "0,05"));
    assert_eq!(data(&reply, "total"), "191,71\u{a0}EUR");
    server.stopped().await;
});

async fn token(server: &TestServer) -> String {
    let body = json!({"email": "host@demo.test", "password": seed::PASSWORD});
    let (status, answer) = api(&mut server.browser(), "POST", "/api/v1/token", Some(body), "").await;
    assert_eq!(status, 200, "{answer}");
    answer["token"].as_str().expect("a token").to_owned()
}

async fn api(browser: &mut Browser, method: &str, path: &str, body: Option<Value>, token: &str) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let mut headers = vec![("Accept", "application/json")];
    if !token.is_empty() {
        headers.push(("Authorization", &bearer));
    }
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let length = body.len().to_string();
    if !body.is_empty() {
        headers.push(("Content-Type", "application/json"));
    }
    if method == "PUT" && body.is_empty() {
        headers.push(("Content-Length", &length));
    }
    let reply = browser.send(method, path, &headers, body.as_bytes()).await;
    let answer = serde_json::from_str(&reply.body).unwrap_or_else(|e| panic!("{e}: {} {}", reply.status, reply.body));
    (reply.status, answer)
}

on_both!(programs_schedule_estimate_and_start_like_people, |db| async {
    let server = TestServer::start(&db).await;
    let (mut client, token) = (server.browser(), token(&server).await);
    let wrong = json!({"email": "host@demo.test", "password": "wrong wrong wrong"});
    assert_eq!(api(&mut client, "POST", "/api/v1/token", Some(wrong), "").await.0, 422);
    assert_eq!(api(&mut client, "GET", "/api/v1/sessions", None, "").await.0, 401);
    assert_eq!(api(&mut client, "GET", "/api/v1/sessions", None, "not-a-token").await.0, 401);
    let body = json!({
        "topic": "By a program", "starts_at": "2026-11-24T10:00", "time_zone": "Europe/Bucharest", "duration_minutes": 90, "capacity": 24,
        "require_registration": true, "expected_computers": 25, "audio": "call_in", "expected_teleconference": 18, "fee": "100.00",
    });
    let (status, made) = api(&mut client, "POST", "/api/v1/sessions", Some(body.clone()), &token).await;
    assert_eq!(
        (status, made["status"].as_str(), made["usage"].as_str(), made["fee"].as_str()),
        (201, Some("draft"), Some("due"), Some("100.00")),
        "{made}"
    );
    let path = format!("/api/v1/sessions/{}", made["id"].as_str().expect("an id"));
    let (_, estimate) = api(&mut client, "GET", &format!("{path}/estimate"), None, &token).await;
    assert_eq!(
        (estimate["people_minutes"].as_u64(), estimate["teleconference_minutes"].as_u64(), estimate["total"].as_str()),
        (Some(2_250), Some(1_620), Some("191.71"))
    );
    let (status, unregistered) =
        api(&mut client, "POST", "/api/v1/sessions", Some(with(&body, "require_registration", json!(false))), &token).await;
    assert_eq!(
        (status, unregistered["code"].as_str(), unregistered["field"].as_str()),
        (422, Some("fee_requires_registration"), Some("require_registration"))
    );
    let (status, refused) = api(&mut client, "POST", &format!("{path}/start"), None, &token).await;
    assert_eq!((status, refused["code"].as_str()), (402, Some("usage_unpaid")));
    let (status, scheduled) = api(&mut client, "POST", &format!("{path}/schedule"), None, &token).await;
    assert_eq!((status, scheduled["status"].as_str(), scheduled["version"].as_i64()), (200, Some("scheduled"), Some(2)), "{scheduled}");
    let changed = with(&with(&body, "topic", json!("Renamed")), "version", json!(2));
    assert_eq!(api(&mut client, "PUT", &path, Some(changed.clone()), &token).await.0, 200);
    let (status, stale) = api(&mut client, "PUT", &path, Some(changed), &token).await;
    assert_eq!((status, stale["code"].as_str()), (409, Some("stale")));
    let (_, all) = api(&mut client, "GET", "/api/v1/sessions", None, &token).await;
    assert!(all["sessions"].as_array().is_some_and(|all| all.iter().any(|one| one["topic"] == "Renamed")));
    assert_eq!(api(&mut client, "GET", "/api/v1/sessions/nonsense", None, &token).await.0, 404);
    assert_eq!(api(&mut client, "POST", "/api/v1/sessions", Some(json!([1])), &token).await.0, 400);
    server.stopped().await;
});

fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

on_both!(the_door_answers_402_with_the_way_to_pay, |db| async {
    let server = TestServer::start(&db).await;
    let mut buyer = server.browser();
    let checkout = location(&buyer.post("/s/negotiation-skills/register", &[("name", "Ana Pop"), ("email", "ana@example.com")]).await);
    let link = checkout.rsplit('/').next().expect("a link").to_owned();
    let door = buyer.get(&format!("/join/{link}")).await;
    assert_eq!(door.status, 402);
    assert!(door.body.contains(&format!("href=\"/checkout/{link}\"")));
    assert_eq!(buyer.get("/join/nobody-has-this-code").await.status, 404);
    server.stopped().await;
});
