//! The administration over HTTP: who gets in, what works without scripts, and that what is off is nowhere.

use crate::harness_server::{Browser, TestServer};

const PAGES: [&str; 14] = [
    "/admin",
    "/admin/orders",
    "/admin/orders?day=all",
    "/admin/promo-codes",
    "/admin/promo-codes/new",
    "/admin/processors",
    "/admin/processors?mode=live",
    "/admin/processors/payflow",
    "/admin/processors/offline?mode=live",
    "/admin/rates",
    "/admin/settings",
    "/admin/people",
    "/admin/unknown",
    "/admin/audit",
];

/// The value of the first `name="…"` input after a mark.
fn hidden(body: &str, name: &str) -> String {
    let input = body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no {name}"));
    input.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

async fn withdraw(server: &TestServer, feature: &str, provisioned: &str) {
    let mut manager = server.signed_in("manager").await;
    let body = manager.get("/manager").await.body;
    let site = body
        .split("data-site=\"acme.localhost\"")
        .next()
        .and_then(|before| before.rsplit("id=\"site-").next())
        .and_then(|rest| rest.split('"').next())
        .expect("the site's id")
        .to_owned();
    let path = format!("/manager/sites/{site}/features");
    let reply = manager.post(&path, &[("feature", feature), ("provisioned", provisioned), ("reason", "a test")]).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
}

async fn token(browser: &mut Browser, name: &str) -> String {
    let body = format!("{{\"email\":\"{name}@demo.test\",\"password\":\"{}\"}}", lectern::server::seed::PASSWORD);
    let reply = browser.send("POST", "/api/v1/token", &[("Content-Type", "application/json")], body.as_bytes()).await;
    let json: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
    json["token"].as_str().expect("a token").to_owned()
}

on_both!(every_page_is_whole_for_its_people_and_closed_to_others, |db| async {
    let server = TestServer::start(&db).await;
    let mut admin = server.signed_in("admin").await;
    for language in ["en", "ro"] {
        admin.get(&format!("/lang/{language}?next=/admin")).await;
        for page in PAGES {
            let reply = admin.get(page).await;
            assert_eq!(reply.status, 200, "{page}");
            assert_eq!(reply.body.matches("<h1").count(), 1, "{page}");
            assert!(reply.body.contains(&format!("lang=\"{language}\"")), "{page}");
        }
    }
    for name in ["host", "division", "manager"] {
        let mut other = server.signed_in(name).await;
        for page in PAGES {
            assert_eq!(other.get(page).await.status, 403, "{name} {page}");
        }
    }
    let mut nobody = server.browser();
    for page in PAGES.into_iter().chain(["/manager", "/division"]) {
        let reply = nobody.get(page).await;
        assert!(matches!(reply.status, 302 | 303 | 401) && !reply.body.contains("data-field=\"sales\""), "{page}: {}", reply.status);
    }
    assert_eq!(server.signed_in("division").await.get("/division").await.status, 200);
    assert_eq!(server.signed_in("manager").await.get("/manager").await.status, 200);
    assert_eq!(admin.get("/manager").await.status, 403);
    server.stopped().await;
});

on_both!(what_is_off_is_nowhere, |db| async {
    let server = TestServer::start(&db).await;
    let mut admin = server.signed_in("admin").await;
    assert!(admin.get("/admin").await.body.contains("/admin/promo-codes"));
    let token = token(&mut server.browser(), "admin").await;
    withdraw(&server, "promo_codes", "0").await;
    withdraw(&server, "pay_per_use", "0").await;
    let overview = admin.get("/admin").await.body;
    assert!(!overview.contains("/admin/promo-codes") && !overview.contains("/admin/rates"));
    assert!(!admin.get("/admin/settings").await.body.contains("data-feature=\"promo_codes\""));
    for page in ["/admin/promo-codes", "/admin/promo-codes/new", "/admin/rates"] {
        assert_eq!(admin.get(page).await.status, 403, "{page}");
    }
    let code = [("code", "SPRING27"), ("kind", "percent"), ("percent", "5")];
    assert_eq!(admin.post("/admin/promo-codes/new", &code).await.status, 403);
    assert_eq!(admin.post("/admin/promo-codes", &code).await.status, 403);
    assert_eq!(admin.post("/admin/rates", &[("people", "1"), ("teleconference", "1")]).await.status, 403);
    assert_eq!(admin.post("/admin/features", &[("feature", "pay_per_use"), ("enabled", "1")]).await.status, 403);
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let reply =
        server.browser().send("POST", "/api/v1/admin/promo-codes", &headers, br#"{"code":"SPRING27","kind":"percent","percent":5}"#).await;
    assert_eq!(reply.status, 403, "{}", reply.body);
    assert!(reply.body.contains("not_provisioned"));
    let headers = [("Accept", "application/json"), ("Sec-Fetch-Site", "same-origin")];
    for path in ["/api/admin_promos", "/api/admin_promo_desk", "/api/admin_rates"] {
        let found =
            leptos::server_fn::axum::server_fn_paths().find(|(known, _)| known.starts_with(path)).map(|(known, _)| known.to_owned());
        let reply = admin.post_with(&found.unwrap_or_else(|| path.to_owned()), &[], &headers).await;
        assert!(reply.status >= 400 && reply.body.contains("not_provisioned"), "{path}: {} {}", reply.status, reply.body);
    }
    server.stopped().await;
});

on_both!(a_refused_form_keeps_what_was_typed, |db| async {
    let server = TestServer::start(&db).await;
    let mut admin = server.signed_in("admin").await;
    let reply = admin
        .post("/admin/promo-codes/new", &[("code", "train20"), ("kind", "fixed"), ("amount", "7,50"), ("people", "@acme.example")])
        .await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("value=\"7,50\"") && reply.body.contains("@acme.example"));
    assert!(reply.body.contains("/admin/promo-codes/") && reply.body.contains("aria-invalid=\"true\""));
    let settings = admin.get("/admin/settings").await.body;
    let version = hidden(&settings, "version");
    let reply = admin
        .post(
            "/admin/settings",
            &[
                ("name", ""),
                ("seller", "Acme & Sons"),
                ("currency", "EUR"),
                ("fee_max", "1"),
                ("hold_minutes", "15"),
                ("tax_mode", "none"),
                ("version", &version),
            ],
        )
        .await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("Acme &amp; Sons"));
    // A processor's password is not typed back.
    let page = admin.get("/admin/processors/payflow").await.body;
    let fields = [
        ("mode", "test"),
        ("action", "save"),
        ("partner", ""),
        ("vendor", "lectern-demo"),
        ("password", "Hush-Hush-2026"),
        ("version", &hidden(&page, "version")),
    ];
    let reply = admin.post("/admin/processors/payflow", &fields).await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("lectern-demo") && !reply.body.contains("Hush-Hush-2026"));
    server.stopped().await;
});

on_both!(an_administrator_works_without_scripts, |db| async {
    let server = TestServer::start(&db).await;
    let mut admin = server.signed_in("admin").await;
    let made =
        admin.post("/admin/promo-codes/new", &[("code", "Autumn-27"), ("kind", "percent"), ("percent", "15"), ("uses_max", "3")]).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let page = made.header("location").expect("the new code's page").to_owned();
    let shown = admin.get(&page).await;
    assert!(shown.status == 200 && shown.body.contains("AUTUMN-27"));
    assert_eq!(admin.post(&page, &[("action", "pause")]).await.status, 303);
    let tested = admin.post("/admin/processors/payflow", &[("mode", "test"), ("action", "test")]).await;
    assert_eq!(tested.status, 303, "{}", tested.body);
    assert!(admin.get("/admin/processors").await.body.contains("data-test=\"ok\""));
    assert_eq!(admin.post("/admin/rates", &[("people", "0.07"), ("teleconference", "0.03")]).await.status, 303);
    assert!(admin.get("/admin/rates").await.body.contains("0.07"));
    assert_eq!(admin.post("/admin/features", &[("feature", "promo_codes"), ("enabled", "0")]).await.status, 303);
    assert_eq!(admin.get("/admin/promo-codes").await.status, 403);
    assert!(admin.get("/admin").await.body.contains("data-field=\"attention\""), "a provisioned feature that is off waits");
    assert!(admin.get("/admin/audit").await.body.contains("Andrei Ilie"));
    server.stopped().await;
});
