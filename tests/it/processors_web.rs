//! Setting processors up over HTTP, by forms without scripts and by the API; and saying how a payment ended.

use lectern::server::{
    seed,
    store::db::{StoreError, write_tx},
};
use serde_json::{Value, json};

use crate::harness::TestDb;
use crate::harness_server::{Browser, Reply, TestServer};

/// The value of the first `name="…"` input.
fn hidden(body: &str, name: &str) -> String {
    let input = body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no {name}"));
    input.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

fn location(reply: &Reply) -> &str {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location").expect("a redirect says where to")
}

/// The demo as it is with cards and transfers only.
async fn cards_and_transfers(db: &TestDb) -> TestServer {
    let server = TestServer::start(db).await;
    let removed = write_tx!(server.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql("DELETE FROM processor_config WHERE kind IN ('orders', 'stripe') AND site_id IN (SELECT id FROM site WHERE is_default)")
            .execute()
            .await
    });
    assert_eq!(removed.expect("removed"), 2);
    server
}

/// The configured kinds that a list shows, in its order.
fn kinds(body: &str) -> Vec<&str> {
    body.split("<tr data-processor=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

on_both!(a_processor_is_set_up_without_scripts, |db| async {
    let server = cards_and_transfers(&db).await;
    let mut admin = server.signed_in("admin").await;
    let list = admin.get("/admin/processors").await.body;
    assert_eq!(kinds(&list), ["payflow", "offline"]);
    assert!(list.contains("href=\"/admin/processors/payflow?mode=test\"") && list.contains("data-test=\"ok\""));
    // In live mode nothing is configured: both can be added.
    let live = admin.get("/admin/processors?mode=live").await.body;
    assert!(!live.contains("data-test=") && live.contains("href=\"/admin/processors/offline?mode=live\""));
    let page = admin.get("/admin/processors/payflow?mode=live").await.body;
    assert!(page.contains("data-mode=\"live\"") && page.contains("payflowpro.paypal.com/") && page.contains("SAQ D"));
    assert!(!page.contains("value=\"offer\""), "what is not stored cannot be offered");
    assert_eq!(hidden(&page, "version"), "");
    // A refused form keeps what was typed, but no secret.
    let path = "/admin/processors/payflow";
    let bad = [
        ("mode", "live"),
        ("version", ""),
        ("action", "save"),
        ("partner", "Pay\"Pal"),
        ("vendor", "shop-1"),
        ("user", ""),
        ("password", "Hush-Hush-2026"),
        ("accept_card_scope", "1"),
    ];
    let refused = admin.post(path, &bad).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("shop-1") && refused.body.contains("aria-invalid=\"true\"") && !refused.body.contains("Hush-Hush"));
    assert!(refused.body.contains("data-mode=\"live\""));
    let good = [
        ("mode", "live"),
        ("version", ""),
        ("action", "save"),
        ("partner", "PayPal"),
        ("vendor", "shop-1"),
        ("password", "Hush-Hush-2026"),
        ("card_entry", "here"),
    ];
    assert_eq!(location(&admin.post(path, &good).await), "/admin/processors/payflow?mode=live&saved=1");
    let page = admin.get("/admin/processors/payflow?mode=live").await.body;
    assert!(page.contains("••••2026") && !page.contains("Hush-Hush") && page.contains("name=\"accept_card_scope\""));
    let offer = admin.post(path, &[("mode", "live"), ("action", "offer")]).await;
    assert!(offer.status == 422 && offer.body.contains("data-step=\"card_scope\"") && offer.body.contains("data-step=\"processor_test\""));
    let again = [
        ("mode", "live"),
        ("version", &hidden(&page, "version")),
        ("action", "save"),
        ("partner", "PayPal"),
        ("vendor", "shop-1"),
        ("accept_card_scope", "1"),
    ];
    location(&admin.post(path, &again).await);
    let page = admin.get("/admin/processors/payflow?mode=live").await.body;
    assert!(page.contains("data-field=\"card_scope\"") && !page.contains("name=\"accept_card_scope\""));
    assert_eq!(location(&admin.post(path, &[("mode", "live"), ("action", "remove")]).await), "/admin/processors?mode=live");
    assert!(admin.get("/admin/processors/payflow?mode=live").await.body.contains("name=\"accept_card_scope\""), "it is new again");
    server.stopped().await;
});

on_both!(processors_are_ordered_paused_and_removed_without_scripts, |db| async {
    let server = cards_and_transfers(&db).await;
    let mut admin = server.signed_in("admin").await;
    let moved = admin.post("/admin/processors/offline", &[("mode", "test"), ("action", "up")]).await;
    assert_eq!(location(&moved), "/admin/processors?mode=test");
    assert_eq!(kinds(&admin.get("/admin/processors").await.body), ["offline", "payflow"]);
    location(&admin.post("/admin/processors/offline", &[("mode", "test"), ("action", "pause")]).await);
    let page = admin.get("/admin/processors/offline").await.body;
    assert!(page.contains("value=\"offer\"") && page.contains("IBAN") && page.contains("<textarea"));
    location(&admin.post("/admin/processors/offline", &[("mode", "test"), ("action", "test")]).await);
    location(&admin.post("/admin/processors/offline", &[("mode", "test"), ("action", "offer")]).await);
    location(&admin.post("/admin/processors/offline", &[("mode", "test"), ("action", "remove")]).await);
    assert_eq!(admin.post("/admin/processors/offline", &[("mode", "test"), ("action", "test")]).await.status, 404);
    assert_eq!(admin.post("/admin/processors/payflow", &[("mode", "test"), ("action", "dance")]).await.status, 422);
    assert_eq!(admin.post("/admin/processors/none", &[("mode", "test"), ("action", "save")]).await.status, 404);
    assert_eq!(admin.get("/admin/processors/none").await.status, 404);
    assert_eq!(admin.get("/admin/processors/bitcoin").await.status, 404);
    let mut host = server.signed_in("host").await;
    assert_eq!(host.post("/admin/processors/payflow", &[("mode", "test"), ("action", "pause")]).await.status, 403);
    server.stopped().await;
});

on_both!(both_languages_say_it, |db| async {
    let server = cards_and_transfers(&db).await;
    let mut admin = server.signed_in("admin").await;
    for (language, add, transfer) in
        [("en", "Add a processor", "Invoice or bank transfer"), ("ro", "Adăugați un procesator", "Factură sau transfer bancar")]
    {
        admin.get(&format!("/lang/{language}?next=/admin")).await;
        let list = admin.get("/admin/processors?mode=live").await.body;
        assert!(list.contains(add) && list.contains(transfer), "{language}");
    }
    server.stopped().await;
});

async fn token(server: &TestServer) -> String {
    let body = json!({"email": "admin@demo.test", "password": seed::PASSWORD}).to_string();
    let reply = server.browser().send("POST", "/api/v1/token", &[("Content-Type", "application/json")], body.as_bytes()).await;
    let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
    answer["token"].as_str().expect("a token").to_owned()
}

async fn api(browser: &mut Browser, method: &str, path: &str, body: Value, token: &str) -> (u16, Value) {
    let bearer = format!("Bearer {token}");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let length = body.len().to_string();
    let mut headers = vec![("Accept", "application/json"), ("Authorization", bearer.as_str())];
    if !body.is_empty() {
        headers.push(("Content-Type", "application/json"));
    } else if method != "GET" && method != "POST" {
        headers.push(("Content-Length", &length));
    }
    let reply = browser.send(method, path, &headers, body.as_bytes()).await;
    let answer = serde_json::from_str(&reply.body).unwrap_or_else(|e| panic!("{e}: {} {}", reply.status, reply.body));
    (reply.status, answer)
}

fn find<'a>(sheet: &'a Value, kind: &str, mode: &str) -> &'a Value {
    let cards = sheet["cards"].as_array().expect("cards");
    cards.iter().find(|card| card["kind"] == kind && card["mode"] == mode).unwrap_or_else(|| panic!("{kind} {mode} in {sheet}"))
}

on_both!(programs_set_processors_up_like_people, |db| async {
    let server = cards_and_transfers(&db).await;
    let (mut client, token) = (server.browser(), token(&server).await);
    let path = "/api/v1/admin/processors";
    let (status, sheet) = api(&mut client, "GET", path, Value::Null, &token).await;
    assert_eq!((status, find(&sheet, "payflow", "test")["enabled"].as_bool()), (200, Some(true)));
    assert!(!sheet.to_string().contains("Simulator-2026"));
    // Every problem at once; then saved, with numbers and yes or no as JSON has them.
    let bad = json!({"mode": "live", "instructions": "", "days": 0});
    let (status, refused) = api(&mut client, "PUT", &format!("{path}/offline"), bad, &token).await;
    assert_eq!((status, refused["errors"].as_array().map(Vec::len), refused["field"].as_str()), (422, Some(2), Some("instructions")));
    let good = json!({"mode": "live", "instructions": "IBAN RO49", "days": 30});
    let (status, sheet) = api(&mut client, "PUT", &format!("{path}/offline"), good, &token).await;
    assert_eq!((status, find(&sheet, "offline", "live")["fields"][1]["value"].as_str()), (200, Some("30")));
    let payflow = json!({"mode": "live", "partner": "PayPal", "vendor": "shop-1", "password": "Hush-Hush-2026",
        "card_entry": "here", "accept_card_scope": true});
    let (status, sheet) = api(&mut client, "PUT", &format!("{path}/payflow"), payflow.clone(), &token).await;
    assert_eq!((status, find(&sheet, "payflow", "live")["cards"]["ours"]["accepted"].as_bool()), (200, Some(true)));
    let (status, stale) = api(&mut client, "PUT", &format!("{path}/payflow"), payflow, &token).await;
    assert_eq!((status, stale["code"].as_str()), (409, Some("stale")));
    let (status, early) = api(&mut client, "PUT", &format!("{path}/payflow"), json!({"mode": "live", "enabled": true}), &token).await;
    assert_eq!((status, early["code"].as_str()), (422, Some("setup_incomplete")));
    let (status, tested) = api(&mut client, "POST", &format!("{path}/offline/test"), json!({"mode": "live"}), &token).await;
    assert_eq!((status, tested["ok"].as_bool()), (200, Some(true)));
    let (status, moved) = api(&mut client, "POST", &format!("{path}/payflow/move"), json!({"mode": "live", "to": "up"}), &token).await;
    let live: Vec<&str> = moved["cards"]
        .as_array()
        .expect("cards")
        .iter()
        .filter(|c| c["mode"] == "live" && c["configured"] == true)
        .filter_map(|c| c["kind"].as_str())
        .collect();
    assert_eq!((status, live), (200, vec!["payflow", "offline"]));
    let (status, odd) = api(&mut client, "POST", &format!("{path}/payflow/move"), json!({"mode": "live", "to": "left"}), &token).await;
    assert_eq!((status, odd["field"].as_str()), (422, Some("to")));
    let (status, sheet) = api(&mut client, "DELETE", &format!("{path}/payflow?mode=live"), Value::Null, &token).await;
    assert_eq!((status, find(&sheet, "payflow", "live")["configured"].as_bool()), (200, Some(false)));
    assert_eq!(api(&mut client, "DELETE", &format!("{path}/payflow?mode=live"), Value::Null, &token).await.0, 404);
    assert_eq!(api(&mut client, "DELETE", &format!("{path}/bitcoin?mode=live"), Value::Null, &token).await.0, 404);
    server.stopped().await;
});

on_both!(what_is_not_sold_there_is_greyed_and_refused, |db| async {
    let server = cards_and_transfers(&db).await;
    let mut admin = server.signed_in("admin").await;
    let abroad = "UPDATE site SET merchant_country = 'GB' WHERE host = 'acme.localhost'";
    lectern::write_tx!(server.app.db, |tx| -> Result<(), lectern::server::failure::Failure> {
        tx.sql(abroad).execute().await?;
        Ok(())
    })
    .expect("moved");
    let live = admin.get("/admin/processors?mode=live").await.body;
    assert!(
        live.contains("ruled-out") && live.contains("Not sold to merchants in GB") && !live.contains("/admin/processors/payflow?mode=live")
    );
    let fields = [("mode", "live"), ("action", "save"), ("partner", "PayPal"), ("vendor", "shop"), ("password", "Hush-Hush-2026")];
    let refused = admin.post("/admin/processors/payflow", &fields).await;
    assert!(refused.status == 422 && refused.body.contains("not sold to merchants"), "{}", refused.status);
    let token = token(&server).await;
    let body = json!({"mode": "live", "partner": "PayPal", "vendor": "shop", "password": "Hush-Hush-2026"});
    let (status, refused) = api(&mut server.browser(), "PUT", "/api/v1/admin/processors/payflow", body, &token).await;
    assert_eq!((status, refused["code"].as_str()), (422, Some("provider_not_available_in_country")));
    server.stopped().await;
});

/// A buyer who registered and chose to pay by transfer; answers the order's id.
async fn transfer(server: &TestServer, email: &str) -> String {
    let mut buyer = server.browser();
    let held = buyer.post("/s/negotiation-skills/register", &[("name", "Ana Pop"), ("email", email)]).await;
    let checkout = location(&held).to_owned();
    let page = buyer.get(&checkout).await.body;
    let fields = [
        ("attempt_key", hidden(&page, "attempt_key")),
        ("quote_version", hidden(&page, "quote_version")),
        ("method", "offline".to_owned()),
        ("accept_terms", "1".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    location(&buyer.post(&format!("{checkout}/pay"), &fields).await);
    let link = checkout.rsplit('/').next().unwrap_or_default().to_owned();
    let found: (uuid::Uuid,) = lectern::read_tx!(server.app.db, |tx| -> Result<_, lectern::server::failure::Failure> {
        Ok(tx.sql("SELECT id FROM orders WHERE link = $1").bind(link.clone()).one().await?)
    })
    .expect("the order");
    found.0.to_string()
}

on_both!(a_transfer_is_settled_by_form_and_by_program, |db| async {
    let server = cards_and_transfers(&db).await;
    let mut admin = server.signed_in("admin").await;
    let path = format!("/admin/orders/{}", transfer(&server, "ana@example.com").await);
    let page = admin.get(&path).await;
    assert!(page.status == 200 && page.body.contains("data-settle=\"transfer\"") && page.body.contains("name=\"reference\""));
    let empty = admin.post(&path, &[("action", "paid"), ("reference", " ")]).await;
    assert!(empty.status == 422 && empty.body.contains("aria-invalid=\"true\""), "{}", empty.status);
    let long = "x".repeat(41);
    let refused = admin.post(&path, &[("action", "paid"), ("reference", &long)]).await;
    assert!(refused.status == 422 && refused.body.contains(&long), "what was typed is kept");
    assert_eq!(location(&admin.post(&path, &[("action", "paid"), ("reference", "OP-2026-7")]).await), path);
    let paid = admin.get(&path).await.body;
    assert!(paid.contains("data-state=\"paid\"") && !paid.contains("data-settle") && paid.contains("Marked as paid by a person"));
    assert_eq!(admin.post(&path, &[("action", "paid"), ("reference", "OP-2026-8")]).await.status, 409);

    let (mut client, token) = (server.browser(), token(&server).await);
    let order = format!("/api/v1/admin/orders/{}", transfer(&server, "dan@example.com").await);
    let (status, refused) = api(&mut client, "POST", &format!("{order}/paid"), json!({}), &token).await;
    assert_eq!((status, refused["field"].as_str()), (422, Some("reference")));
    let (status, settled) = api(&mut client, "POST", &format!("{order}/paid"), json!({"reference": "OP-9"}), &token).await;
    assert_eq!((status, settled["line"]["state"].as_str()), (200, Some("paid")));
    let other = format!("/api/v1/admin/orders/{}", transfer(&server, "eva@example.com").await);
    let (status, settled) = api(&mut client, "POST", &format!("{other}/unpaid"), Value::Null, &token).await;
    assert_eq!((status, settled["line"]["state"].as_str()), (200, Some("held")));
    assert_eq!(api(&mut client, "POST", "/api/v1/admin/orders/nonsense/paid", json!({"reference": "x"}), &token).await.0, 404);
    let mut host = server.signed_in("host").await;
    assert_eq!(host.post(&path, &[("action", "unpaid")]).await.status, 403);
    assert_eq!(admin.post(&path, &[("action", "dance")]).await.status, 422);
    server.stopped().await;
});
