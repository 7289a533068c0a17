//! Payments that the buyer approves on a page of the processor's, from outside: our pages, the simulators' pages and their notices
//! over HTTP, on both engines. Each test ends with `verify`, the simulators' books included.

use std::net::SocketAddr;
use std::time::Duration;

use lectern::server::sandbox::faults::{Fault, FaultKind};
use lectern::server::store::db::{StoreError, write_tx};

use crate::harness_server::{Browser, Reply, TestServer};

/// A buyer with a held order.
pub(crate) struct Buyer {
    pub(crate) ours: Browser,
    pub(crate) order: String,
}

pub(crate) fn hidden(reply: &Reply, name: &str) -> String {
    let tag = reply.body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no input {name}"));
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

pub(crate) fn location(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location").expect("it leads somewhere").to_owned()
}

/// Host and the rest of an absolute address of this machine.
fn apart(url: &str) -> (SocketAddr, String) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is not absolute"));
    let at = rest.find('/').unwrap_or(rest.len());
    (rest[..at].parse().expect("an address of this machine"), rest[at..].to_owned())
}

async fn open(url: &str) -> Reply {
    let (addr, path) = apart(url);
    Browser { addr, cookies: Default::default() }.get(&path).await
}

async fn press(url: &str, fields: &[(&str, &str)]) -> Reply {
    let (addr, path) = apart(url);
    Browser { addr, cookies: Default::default() }.post(&path, fields).await
}

impl Buyer {
    pub(crate) async fn register(server: &TestServer, who: &str) -> Self {
        let mut ours = server.browser();
        let email = format!("{who}@example.com");
        let reply = ours.post("/s/negotiation-skills/register", &[("name", who), ("email", &email)]).await;
        let order = location(&reply).strip_prefix("/checkout/").expect("it leads to the checkout").to_owned();
        Self { ours, order }
    }

    /// Presses Pay and answers where that leads.
    pub(crate) async fn pay_by(&mut self, method: &str) -> Reply {
        let page = self.ours.get(&format!("/checkout/{}", self.order)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let (key, version) = (hidden(&page, "attempt_key"), hidden(&page, "quote_version"));
        let mut fields = vec![("method", method), ("accept_terms", "1"), ("attempt_key", &key), ("quote_version", &version)];
        if method == "card" {
            fields.extend([
                ("card_number", "4111 1111 1111 1111"),
                ("card_expiry", "12 / 30"),
                ("card_csc", "123"),
                ("card_name", "Ana Pop"),
            ]);
            fields.extend([
                ("billing_line1", "1 Elm"),
                ("billing_city", "Cluj"),
                ("billing_postcode", "400001"),
                ("billing_country", "RO"),
            ]);
        }
        self.ours.post(&format!("/checkout/{}/pay", self.order), &fields).await
    }

    pub(crate) async fn state(&mut self) -> String {
        let page = self.ours.get(&format!("/order/{}", self.order)).await;
        let state = page.body.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next());
        state.unwrap_or_else(|| panic!("a page without a state: {} {}", page.status, page.body)).to_owned()
    }

    /// The worker has its own pace.
    pub(crate) async fn becomes(&mut self, state: &str) {
        for _ in 0..100 {
            if self.state().await == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the order is {} and not {state}", self.state().await);
    }

    pub(crate) fn own_page(&self) -> String {
        format!("/order/{}", self.order)
    }

    /// Comes back by an address that the processor sent the browser to.
    pub(crate) async fn come_back(&mut self, url: &str) -> Reply {
        let (addr, path) = apart(url);
        assert_eq!(addr, self.ours.addr);
        self.ours.get(&path).await
    }
}

/// Agrees, or not, on PayPal's page; answers where that leads.
pub(crate) async fn at_paypal(page: &str, action: &str, funding: &str) -> String {
    assert_eq!(open(page).await.status, 200);
    let (before, query) = page.split_once('?').expect("the page has a token");
    let token = query.strip_prefix("token=").expect("the page has a token");
    location(&press(before, &[("token", token), ("action", action), ("funding", funding)]).await)
}

fn captures(server: &TestServer, processor: &str) -> usize {
    server.sandbox.report().entries.iter().filter(|entry| entry.processor == processor && entry.state == "captured").count()
}

on_both!(an_approved_payment_is_captured_when_the_buyer_comes_back, |db| async {
    let server = TestServer::start(&db).await;
    server.sandbox.script(Fault::new(FaultKind::Never, 9).on("notice"));
    let mut buyer = Buyer::register(&server, "ana").await;
    let page = location(&buyer.pay_by("paypal").await);
    assert_eq!(buyer.state().await, "checking", "the seat is kept while the buyer is away");
    assert_eq!(captures(&server, "orders"), 0, "nothing moves before the buyer agrees");
    let back = at_paypal(&page, "approve", "balance").await;
    assert_eq!(location(&buyer.come_back(&back).await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    // Coming back again, or pressing Back and paying again, moves nothing.
    assert_eq!(location(&buyer.come_back(&back).await), buyer.own_page());
    assert_eq!(captures(&server, "orders"), 1);
    server.ends_clean().await;
});

on_both!(who_comes_back_without_paying_keeps_the_seat_and_pays_another_way, |db| async {
    let server = TestServer::start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let page = location(&buyer.pay_by("paypal").await);
    let back = at_paypal(&page, "cancel", "balance").await;
    assert_eq!(location(&buyer.come_back(&back).await), format!("/checkout/{}?left=1", buyer.order));
    assert_eq!(buyer.state().await, "held");
    assert_eq!(location(&buyer.pay_by("card").await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    // What was given up cannot be paid after all: its page is answered, and nothing is captured.
    assert_eq!(location(&buyer.come_back(&back).await), buyer.own_page());
    assert_eq!((captures(&server, "payflow"), captures(&server, "orders")), (1, 0));
    server.ends_clean().await;
});

on_both!(a_declined_way_to_pay_leads_back_to_choose_another, |db| async {
    let server = TestServer::start(&db).await;
    server.sandbox.script(Fault::new(FaultKind::Never, 9).on("notice"));
    let mut buyer = Buyer::register(&server, "ana").await;
    let page = location(&buyer.pay_by("paypal").await);
    let back = at_paypal(&page, "approve", "declined_card").await;
    let again = location(&buyer.come_back(&back).await);
    assert!(again.starts_with("http://"), "back to the processor's page: {again}");
    let back = at_paypal(&page, "approve", "balance").await;
    assert_eq!(location(&buyer.come_back(&back).await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    assert_eq!(captures(&server, "orders"), 1);
    server.ends_clean().await;
});

on_both!(a_notice_finishes_what_a_buyer_who_closed_the_tab_approved, |db| async {
    let server = TestServer::start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let page = location(&buyer.pay_by("paypal").await);
    at_paypal(&page, "approve", "balance").await;
    buyer.becomes("paid").await;
    assert_eq!(captures(&server, "orders"), 1);
    server.ends_clean().await;
});

on_both!(without_a_notice_the_worker_finds_out_in_a_minute, |db| async {
    let server = TestServer::start(&db).await;
    server.sandbox.script(Fault::new(FaultKind::Never, 9).on("notice"));
    let mut buyer = Buyer::register(&server, "ana").await;
    let page = location(&buyer.pay_by("paypal").await);
    at_paypal(&page, "approve", "balance").await;
    server.app.clock.advance_seconds(61);
    buyer.becomes("paid").await;
    server.ends_clean().await;
});

on_both!(a_buyer_who_never_decides_loses_the_seat_and_pays_nothing, |db| async {
    let server = TestServer::start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    location(&buyer.pay_by("paypal").await);
    server.app.clock.advance_seconds(1801);
    buyer.becomes("held").await;
    server.app.clock.advance_seconds(601);
    buyer.becomes("expired").await;
    assert_eq!(captures(&server, "orders"), 0);
    server.ends_clean().await;
});

on_both!(forged_notices_are_refused_and_foreign_ones_not_found, |db| async {
    let server = TestServer::start(&db).await;
    let mut nobody = server.browser();
    let site = {
        let page = server.signed_in("admin").await.get("/admin/processors?mode=test").await.body;
        let at = page.find("/notify/orders/").expect("the page names the notice address") + "/notify/orders/".len();
        page[at..at + 36].to_owned()
    };
    let event = br#"{"id":"WH-1","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"5O190127TN364715T"}}"#;
    let kind = [("Content-Type", "application/json")];
    for processor in ["orders", "stripe", "payflow"] {
        let reply = nobody.send("POST", &format!("/notify/{processor}/{site}"), &kind, event).await;
        assert_eq!(reply.status, 400, "{processor}: {}", reply.body);
    }
    for path in [format!("/notify/nobody/{site}"), "/notify/orders/00000000-0000-7000-8000-000000000000".to_owned()] {
        assert_eq!(nobody.send("POST", &path, &kind, event).await.status, 404, "{path}");
    }
    server.ends_clean().await;
});

on_both!(cards_may_be_typed_on_the_processors_page, |db| async {
    let server = TestServer::start(&db).await;
    let switched = write_tx!(server.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql("UPDATE processor_config SET enabled = (kind = 'stripe')").execute().await
    });
    assert!(switched.is_ok(), "{switched:?}");
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.ours.get(&format!("/checkout/{}", buyer.order)).await.body;
    assert!(!form.contains("name=\"card_number\""), "no card is typed here");
    let page = location(&buyer.pay_by("card").await);
    assert_eq!(open(&page).await.status, 200);
    let back = location(&press(&page, &[("action", "pay"), ("card", "pm_card_visa")]).await);
    buyer.come_back(&back).await;
    buyer.becomes("paid").await;
    assert_eq!(captures(&server, "stripe"), 1);
    server.ends_clean().await;
});

on_both!(a_transfer_keeps_the_seat_until_it_is_given_up, |db| async {
    let server = TestServer::start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    assert_eq!(location(&buyer.pay_by("offline").await), buyer.own_page());
    let page = buyer.ours.get(&buyer.own_page()).await.body;
    assert!(page.contains("IBAN") && page.contains("data-field=\"transfer_reference\""), "{page}");
    server.app.clock.advance_seconds(86_400);
    assert_eq!(buyer.state().await, "checking", "a day later the seat is still kept");
    let left = buyer.ours.post(&format!("/checkout/{}/leave", buyer.order), &[]).await;
    assert_eq!(location(&left), format!("/checkout/{}?left=1", buyer.order));
    assert_eq!(location(&buyer.pay_by("card").await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    server.ends_clean().await;
});
