//! The races of `race.rs` from outside: real sockets, plain forms, both engines. What buyers are told must fit what was charged.

use lectern::server::verify;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::harness_server::{Browser, Reply, TestServer};

/// A buyer's browser and the order it holds.
struct Buyer {
    browser: Browser,
    order: String,
}

/// The value of a hidden input.
fn hidden(reply: &Reply, name: &str) -> String {
    let tag = reply.body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no input {name}"));
    let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

impl Buyer {
    /// Registers; `None` when told that it is sold out.
    async fn register(mut browser: Browser, slug: &str, who: usize) -> Option<Self> {
        let (path, name, email) = (format!("/s/{slug}/register"), format!("Buyer {who}"), format!("buyer{who}@example.com"));
        let reply = browser.post(&path, &[("name", &name), ("email", &email)]).await;
        match reply.status {
            303 => {
                let order = reply.header("location").and_then(|to| to.strip_prefix("/checkout/")).expect("it leads to the checkout");
                Some(Self { order: order.to_owned(), browser })
            }
            409 => None,
            status => panic!("registering answers {status}: {}", reply.body),
        }
    }

    /// The payment form as the page gives it, filled in.
    async fn form(&mut self) -> Vec<(&'static str, String)> {
        let page = self.browser.get(&format!("/checkout/{}", self.order)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let typed = [
            ("method", "card"),
            ("card_number", "4111 1111 1111 1111"),
            ("card_expiry", "12 / 30"),
            ("card_csc", "123"),
            ("card_name", "Ana Pop"),
            ("billing_line1", "1 Elm Street"),
            ("billing_city", "Cluj"),
            ("billing_postcode", "400001"),
            ("billing_country", "RO"),
            ("accept_terms", "1"),
        ];
        let hidden = [("attempt_key", hidden(&page, "attempt_key")), ("quote_version", hidden(&page, "quote_version"))];
        typed.into_iter().map(|(name, value)| (name, value.to_owned())).chain(hidden).collect()
    }

    async fn post_form(&mut self, form: &[(&'static str, String)]) -> Reply {
        let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.browser.post(&format!("/checkout/{}/pay", self.order), &fields).await
    }

    /// `data-state` of the order's page.
    async fn state(&mut self) -> String {
        let page = self.browser.get(&format!("/order/{}", self.order)).await;
        let state = page.body.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next());
        state.unwrap_or_else(|| panic!("a page without a state: {} {}", page.status, page.body)).to_owned()
    }
}

/// The sales that the simulator's own books have.
async fn sales(server: &TestServer) -> usize {
    let addr = server.app.config.sandbox.expect("the simulators run");
    let reply = Browser { addr, ..server.browser() }.get("/control/ledger").await;
    let books: Value = serde_json::from_str(&reply.body).unwrap_or_else(|e| panic!("{e}: {}", reply.body));
    let entries = books["entries"].as_array().expect("entries");
    entries.iter().filter(|entry| entry["type"] == "sale" && entry["state"] == "captured").count()
}

async fn verify_clean(server: &TestServer) {
    let url = server.app.config.sandbox_url();
    for check in verify::run(&server.app, url.as_deref()).await.expect("verify runs") {
        assert_eq!(check.violations, 0, "{} {}: {:?}", check.code, check.claim, check.named);
    }
}

/// Runs `act` for each of `count` browsers at the same time and gives what each came to.
async fn at_once<T, F>(server: &TestServer, count: usize, act: impl Fn(Browser, usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut all = JoinSet::new();
    for who in 0..count {
        all.spawn(act(server.browser(), who));
    }
    all.join_all().await
}

on_both!(two_hundred_buyers_of_fifty_seats_are_told_the_truth, |db| async {
    let server = TestServer::start(&db).await;
    let endings = at_once(&server, 200, |browser, who| async move {
        let Some(mut buyer) = Buyer::register(browser, "fifty-seats", who).await else { return "full".to_owned() };
        let form = buyer.form().await;
        let reply = buyer.post_form(&form).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        buyer.state().await
    })
    .await;
    let of = |ending: &str| endings.iter().filter(|e| *e == ending).count();
    assert_eq!((of("paid"), of("full")), (50, 150), "{endings:?}");
    assert_eq!(sales(&server).await, 50);
    verify_clean(&server).await;
    server.stopped().await;
});

on_both!(fifty_posts_of_a_code_with_one_use_apply_it_once, |db| async {
    let server = TestServer::start(&db).await;
    let statuses = at_once(&server, 50, |browser, who| async move {
        let mut buyer = Buyer::register(browser, "negotiation-skills", who).await.expect("a seat");
        let path = format!("/checkout/{}/promo", buyer.order);
        buyer.browser.post(&path, &[("promo_code", "LASTONE")]).await.status
    })
    .await;
    let of = |status: u16| statuses.iter().filter(|s| **s == status).count();
    assert_eq!((of(303), of(422)), (1, 49), "{statuses:?}");
    verify_clean(&server).await;
    server.stopped().await;
});

// However often one form arrives it is one press, and each arrival is answered as the first was (spec.md CHK-5).
on_both!(thirty_two_identical_posts_charge_once, |db| async {
    let server = TestServer::start(&db).await;
    let mut buyer = Buyer::register(server.browser(), "negotiation-skills", 0).await.expect("a seat");
    let form = buyer.form().await;
    let (order, own_page) = (buyer.order.clone(), format!("/order/{}", buyer.order));
    let replies = at_once(&server, 32, |browser, _| {
        let (mut same, form) = (Buyer { browser, order: order.clone() }, form.clone());
        async move { same.post_form(&form).await }
    })
    .await;
    for reply in &replies {
        assert_eq!((reply.status, reply.header("location")), (303, Some(own_page.as_str())), "{}", reply.body);
    }
    assert_eq!(buyer.state().await, "paid");
    assert_eq!(sales(&server).await, 1);
    verify_clean(&server).await;
    server.stopped().await;
});

// Pages rendered at the same time each have their own signals: one that looked into another's was a 500.
on_both!(pages_rendered_at_the_same_time_are_all_whole, |db| async {
    let server = TestServer::start(&db).await;
    let paths = ["/", "/s/negotiation-skills", "/s/fifty-seats/register", "/sign-in", "/help"];
    let statuses = at_once(&server, 250, |mut browser, who| async move { browser.get(paths[who % paths.len()]).await.status }).await;
    assert_eq!(statuses.iter().filter(|status| **status != 200).count(), 0, "{statuses:?}");
    server.stopped().await;
});
