//! Sites by their host names: whoever leaves one to pay comes back to it, notices find it, and links of its own lead to it. Our
//! pages, the simulators' pages and their notices over HTTP, on both engines; each test ends with `verify`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lectern::read_tx;
use lectern::server::{
    failure::Failure,
    sandbox::faults::{Fault, FaultKind},
};

use crate::harness_server::{Browser, Reply, TestServer, form};

/// Somebody who looks at one site.
struct Visitor {
    browser: Browser,
    /// Host name and port.
    host: String,
}

/// A purchase at a site, as far as its page of payment.
struct Purchase {
    visitor: Visitor,
    order: String,
}

const BILLING: [(&str, &str); 8] = [
    ("card_number", "4111 1111 1111 1111"),
    ("card_expiry", "12 / 30"),
    ("card_csc", "123"),
    ("card_name", "Ana Pop"),
    ("billing_line1", "13 Mill Lane"),
    ("billing_city", "Wells"),
    ("billing_postcode", "BA5 2PB"),
    ("billing_country", "GB"),
];

fn hidden(page: &str, name: &str) -> String {
    let tag = page.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no input {name}"));
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

fn location(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location").expect("it leads somewhere").to_owned()
}

impl Visitor {
    fn at(server: &TestServer, name: &str) -> Self {
        Self { browser: server.browser(), host: format!("{name}:{}", server.addr.port()) }
    }

    async fn get(&mut self, path: &str) -> Reply {
        let host = self.host.clone();
        self.browser.send("GET", path, &[("Host", &host), ("Accept", "text/html")], b"").await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let (host, body) = (self.host.clone(), form(fields));
        let kind = "application/x-www-form-urlencoded";
        let headers = [("Host", host.as_str()), ("Accept", "text/html"), ("Sec-Fetch-Site", "same-origin"), ("Content-Type", kind)];
        self.browser.send("POST", path, &headers, body.as_bytes()).await
    }

    /// Follows an absolute address, which must be one of this very site.
    async fn come_back(&mut self, url: &str) -> Reply {
        let own = format!("http://{}", self.host);
        let path = url.strip_prefix(&own).unwrap_or_else(|| panic!("{url} is not at {own}"));
        assert!(path.starts_with('/'), "{url}");
        self.get(path).await
    }
}

impl Purchase {
    async fn at(server: &TestServer, name: &str, session: &str) -> Self {
        // An address has one seat at a session.
        static BUYERS: AtomicU32 = AtomicU32::new(1);
        let email = format!("ana{}@example.com", BUYERS.fetch_add(1, Ordering::Relaxed));
        let mut visitor = Visitor::at(server, name);
        let reply = visitor.post(&format!("/s/{session}/register"), &[("name", "Ana Pop"), ("email", &email)]).await;
        let order = location(&reply).strip_prefix("/checkout/").expect("it leads to the checkout").to_owned();
        Self { visitor, order }
    }

    async fn pay(&mut self, method: &str, more: &[(&str, &str)]) -> Reply {
        let page = self.visitor.get(&format!("/checkout/{}", self.order)).await.body;
        let (key, version) = (hidden(&page, "attempt_key"), hidden(&page, "quote_version"));
        let own = [("method", method), ("accept_terms", "1"), ("attempt_key", &key), ("quote_version", &version)];
        self.visitor.post(&format!("/checkout/{}/pay", self.order), &[&own[..], more].concat()).await
    }

    async fn page(&mut self) -> String {
        self.visitor.get(&format!("/order/{}", self.order)).await.body
    }

    async fn state(&mut self) -> String {
        let page = self.page().await;
        page.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_else(|| panic!("no state: {page}")).to_owned()
    }

    /// The worker has its own pace.
    async fn becomes(&mut self, state: &str) {
        for _ in 0..100 {
            if self.state().await == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the order is {} and not {state}", self.state().await);
    }
}

/// Presses a button on a simulator's page; answers where that leads. The form's hidden fields go along.
async fn press(page: &str, fields: &[(&str, &str)]) -> String {
    let rest = page.strip_prefix("http://").unwrap_or_else(|| panic!("{page} is not absolute"));
    let at = rest.find('/').expect("a path");
    let mut browser = Browser { addr: rest[..at].parse().expect("an address of this machine"), cookies: BTreeMap::new() };
    let shown = browser.get(&rest[at..]).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let kept: Vec<(&str, String)> = ["cmd", "token"]
        .into_iter()
        .filter(|name| shown.body.contains(&format!("name=\"{name}\"")))
        .map(|name| (name, hidden(&shown.body, name)))
        .collect();
    let mut all: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(fields);
    let path = rest[at..].split('?').next().unwrap_or_default();
    location(&browser.post(path, &all).await)
}

/// The host names of the sites that notices came to.
async fn told(server: &TestServer) -> Vec<String> {
    let rows: Vec<(String,)> = read_tx!(server.app.db, |tx| -> Result<_, Failure> {
        Ok(tx.sql("SELECT DISTINCT s.host FROM notice n JOIN site s ON s.id = n.site_id ORDER BY s.host").all().await?)
    })
    .expect("notices read");
    rows.into_iter().map(|(host,)| host).collect()
}

on_both!(who_pays_elsewhere_comes_back_to_the_site_they_left, |db| async {
    let server = TestServer::start(&db).await;
    // Nothing but the way back finishes a payment here.
    server.sandbox.script(Fault::new(FaultKind::Never, 99).on("notice"));
    let approve = [("action", "approve"), ("funding", "balance")];
    let card = [("action", "pay"), ("card", "pm_card_visa")];
    type Way<'a> = (&'a str, &'a str, &'a str, &'a [(&'a str, &'a str)]);
    let ways: [Way<'_>; 3] = [
        ("us.localhost", "meetings-worth-having", "paypal", &approve),
        ("eu.localhost", "finantari-europene", "paypal", &approve),
        ("eu.localhost", "finantari-europene", "card", &card),
    ];
    for (host, session, method, pressed) in ways {
        let mut purchase = Purchase::at(&server, host, session).await;
        let page = location(&purchase.pay(method, &[]).await);
        let back = press(&page, pressed).await;
        let order = format!("/order/{}", purchase.order);
        assert_eq!(location(&purchase.visitor.come_back(&back).await), order, "{method} at {host}");
        assert_eq!(purchase.state().await, "paid", "{method} at {host}");
        // The calendar's link leads there, too.
        let calendar = purchase.visitor.get(&format!("{order}/calendar.ics")).await.body.replace("\r\n ", "");
        assert!(calendar.contains(&format!("URL:http://{}/join/", purchase.visitor.host)), "{calendar}");
    }
    server.ends_clean().await;
});

on_both!(who_cancels_elsewhere_comes_back_to_the_seat_they_held, |db| async {
    let server = TestServer::start(&db).await;
    for (host, session, method) in [
        ("us.localhost", "meetings-worth-having", "paypal"),
        ("eu.localhost", "finantari-europene", "paypal"),
        ("eu.localhost", "finantari-europene", "card"),
    ] {
        let mut purchase = Purchase::at(&server, host, session).await;
        let page = location(&purchase.pay(method, &[]).await);
        let back = press(&page, &[("action", "cancel")]).await;
        assert_eq!(
            location(&purchase.visitor.come_back(&back).await),
            format!("/checkout/{}?left=1", purchase.order),
            "{method} at {host}"
        );
        assert_eq!(purchase.state().await, "held", "{method} at {host}");
    }
    server.ends_clean().await;
});

on_both!(a_notice_finds_the_tenant_it_is_for_and_nobody_else, |db| async {
    let server = TestServer::start(&db).await;
    let mut purchase = Purchase::at(&server, "eu.localhost", "finantari-europene").await;
    let page = location(&purchase.pay("paypal", &[]).await);
    press(&page, &[("action", "approve"), ("funding", "balance")]).await;
    purchase.becomes("paid").await;
    let mut other = Purchase::at(&server, "eu.localhost", "finantari-europene").await;
    let page = location(&other.pay("card", &[]).await);
    press(&page, &[("action", "pay"), ("card", "pm_card_visa")]).await;
    other.becomes("paid").await;
    assert_eq!(told(&server).await, ["eu.localhost"]);
    server.ends_clean().await;
});

on_both!(a_merchant_in_the_united_kingdom_takes_cards_in_pounds, |db| async {
    let server = TestServer::start(&db).await;
    let mut purchase = Purchase::at(&server, "uk.localhost", "plain-english-at-work").await;
    let page = purchase.visitor.get(&format!("/checkout/{}", purchase.order)).await.body;
    assert!(page.contains("GBP") && !page.contains("value=\"paypal\""), "{page}");
    let declined = purchase.pay("card", &[&[("card_number", "4000 0000 0000 0002")][..], &BILLING[1..]].concat()).await;
    assert_eq!(declined.status, 402, "{}", declined.body);
    assert_eq!(location(&purchase.pay("card", &BILLING).await), format!("/order/{}", purchase.order));
    assert_eq!(purchase.state().await, "paid");
    let booked = server.sandbox.report();
    assert!(
        booked.entries.iter().any(|entry| entry.processor == "wpp_uk" && entry.vendor == "thames-training" && entry.state == "captured")
    );
    server.ends_clean().await;
});

on_both!(what_a_country_rules_out_is_greyed_with_the_reason_and_refused, |db| async {
    let server = TestServer::start(&db).await;
    let tenants: [(&str, &str, &[&str]); 2] = [("uk.localhost", "GB", &["payflow", "express"]), ("us.localhost", "US", &["wpp_uk"])];
    for (host, country, ruled_out) in tenants {
        let mut admin = Visitor::at(&server, host);
        let email = format!("admin@{}.demo.test", host.trim_end_matches(".localhost"));
        let signed_in = admin.post("/sign-in", &[("email", &email), ("password", lectern::server::seed::PASSWORD)]).await;
        assert_eq!(location(&signed_in), "/admin");
        let page = admin.get("/admin/processors").await.body;
        assert_eq!(page.matches(&format!("Not sold to merchants in {country}")).count(), ruled_out.len(), "{host}");
        for kind in ruled_out {
            assert!(!page.contains(&format!("/admin/processors/{kind}?mode=test")), "{kind} has no link at {host}");
            let refused = admin.post(&format!("/admin/processors/{kind}"), &[("mode", "test"), ("action", "save")]).await;
            assert!(refused.status == 422 && refused.body.contains("not sold to merchants"), "{kind}: {}", refused.status);
        }
    }
    server.ends_clean().await;
});

/// Presses a button on the simulators' own page.
async fn at_the_simulators(server: &TestServer, fields: &[(&str, &str)], site: &str) -> u16 {
    let addr = server.app.config.sandbox.expect("the simulators run");
    let mut browser = Browser { addr, cookies: BTreeMap::new() };
    browser.post_with("/", fields, &[("Sec-Fetch-Site", site)]).await.status
}

on_both!(the_next_payment_does_what_is_chosen_on_the_simulators_page, |db| async {
    let server = TestServer::start(&db).await;
    let decline = [("action", "script"), ("at", "wpp_uk"), ("what", "decline_funds")];
    assert_eq!(at_the_simulators(&server, &decline, "cross-site").await, 403, "pages of others choose nothing");
    assert_eq!(at_the_simulators(&server, &[("action", "script"), ("at", "payflow"), ("what", "notice_forged")], "same-origin").await, 422);
    assert_eq!(at_the_simulators(&server, &decline, "same-origin").await, 303);
    let mut card = Purchase::at(&server, "uk.localhost", "plain-english-at-work").await;
    let declined = card.pay("card", &BILLING).await;
    assert_eq!(declined.status, 402, "{}", declined.body);
    assert_eq!(location(&card.pay("card", &BILLING).await), format!("/order/{}", card.order), "a choice holds once");

    assert_eq!(at_the_simulators(&server, &[("action", "script"), ("at", "orders"), ("what", "pending")], "same-origin").await, 303);
    let mut wallet = Purchase::at(&server, "eu.localhost", "finantari-europene").await;
    let page = location(&wallet.pay("paypal", &[]).await);
    let back = press(&page, &[("action", "approve"), ("funding", "balance")]).await;
    wallet.visitor.come_back(&back).await;
    assert_eq!(wallet.state().await, "checking", "pending is not paid");
    assert_eq!(at_the_simulators(&server, &[("action", "accept")], "same-origin").await, 303);
    wallet.becomes("paid").await;
    server.ends_clean().await;
});
