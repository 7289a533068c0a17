//! Cards that go from the buyer's browser straight to the gateway (payflow-pro.md §8), from outside and on both engines: our pages,
//! the simulator's, its silent posts, what the worker finds out, and what anybody may forge. Each test ends with `verify`, the
//! simulator's books included.

use std::net::SocketAddr;
use std::time::Duration;

use lectern::server::sandbox::faults::{Fault, FaultKind};
use lectern::server::store::db::{StoreError, write_tx};
use lectern::server::verify;

use crate::harness::TestDb;
use crate::harness_server::{Browser, Reply, TestServer};

const GOOD: &str = "4111111111111111";
const NO_MONEY: &str = "4000000000009995";
const ANSWER_LOST: &str = "4000000000000119";

/// The demo, with cards typed at the gateway.
async fn start(db: &TestDb) -> TestServer {
    let server = TestServer::start(db).await;
    let switched = write_tx!(server.app.db, |tx| -> Result<u64, StoreError> {
        tx.sql(
            "UPDATE processor_config SET settings = REPLACE(settings, '\"card_scope_accepted\":true', '\"card_entry\":\"gateway\"'), \
             version = version + 1 WHERE kind = 'payflow'",
        )
        .execute()
        .await
    });
    assert!(switched.expect("switched") >= 1);
    server
}

fn hidden(body: &str, name: &str) -> String {
    let tag = body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no {name} in {body}"));
    let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    value.replace("&#x2F;", "/").replace("&amp;", "&")
}

fn location(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply.header("location").expect("it leads somewhere").to_owned()
}

fn apart(url: &str) -> (SocketAddr, String) {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is not absolute"));
    let at = rest.find('/').unwrap_or(rest.len());
    (rest[..at].parse().expect("an address of this machine"), rest[at..].to_owned())
}

/// A buyer with a held order.
struct Buyer {
    ours: Browser,
    order: String,
}

/// The form of our card page, as a browser has it.
#[derive(Clone, Debug)]
struct Form {
    page: String,
    action: String,
    token: String,
    id: String,
    mode: String,
}

impl Form {
    fn read(page: &str, body: &str) -> Self {
        let form = body.split("<form").find(|form| form.contains("SECURETOKEN")).unwrap_or_else(|| panic!("no form in {body}"));
        let action = form.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an action").to_owned();
        let [token, id, mode] = ["SECURETOKEN", "SECURETOKENID", "MODE"].map(|name| hidden(body, name));
        Self { page: page.to_owned(), action, token, id, mode }
    }

    /// Posts a card to the gateway, as the browser does: from our page, to another origin, without our cookies.
    async fn send(&self, number: &str) -> Reply {
        let (addr, path) = apart(&self.action);
        let fields = [
            ("SECURETOKEN", self.token.as_str()),
            ("SECURETOKENID", &self.id),
            ("MODE", &self.mode),
            ("ACCT", number),
            ("EXPDATE", "1230"),
            ("CVV2", "123"),
        ];
        Browser { addr, cookies: std::collections::BTreeMap::default() }.post(&path, &fields).await
    }
}

impl Buyer {
    async fn register(server: &TestServer, who: &str) -> Self {
        let mut ours = server.browser();
        let email = format!("{who}@example.com");
        let reply = ours.post("/s/negotiation-skills/register", &[("name", who), ("email", &email)]).await;
        let order = location(&reply).strip_prefix("/checkout/").expect("it leads to the checkout").to_owned();
        Self { ours, order }
    }

    /// Presses Pay on *Payment Information*, and opens the page that leads to.
    async fn begin(&mut self) -> Form {
        let page = self.ours.get(&format!("/checkout/{}", self.order)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(!page.body.contains("name=\"card_number\""), "no card is typed there");
        assert!(page.body.contains("You type your card details on the next page") && page.body.contains("Accepted: Visa"), "{}", page.body);
        let (key, version) = (hidden(&page.body, "attempt_key"), hidden(&page.body, "quote_version"));
        let fields = [("method", "card"), ("accept_terms", "1"), ("attempt_key", &key), ("quote_version", &version)];
        let to = location(&self.ours.post(&format!("/checkout/{}/pay", self.order), &fields).await);
        assert!(to.starts_with(&format!("/checkout/{}/card/", self.order)), "{to}");
        self.open(&to).await
    }

    async fn open(&mut self, page: &str) -> Form {
        let shown = self.ours.get(page).await;
        assert_eq!(shown.status, 200, "{}", shown.body);
        Form::read(page, &shown.body)
    }

    /// Goes where the gateway sends the browser.
    async fn come_back(&mut self, answer: &Reply) -> Reply {
        self.go(&location(answer)).await
    }

    async fn go(&mut self, url: &str) -> Reply {
        let (addr, path) = apart(url);
        assert_eq!(addr, self.ours.addr);
        self.ours.get(&path).await
    }

    async fn state(&mut self) -> String {
        let page = self.ours.get(&self.own_page()).await;
        let state = page.body.split("data-state=\"").nth(1).and_then(|rest| rest.split('"').next());
        state.unwrap_or_else(|| panic!("a page without a state: {} {}", page.status, page.body)).to_owned()
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

    fn own_page(&self) -> String {
        format!("/order/{}", self.order)
    }

    fn checkout(&self) -> String {
        format!("/checkout/{}", self.order)
    }
}

fn count(server: &TestServer, state: &str) -> usize {
    server.sandbox.report().entries.iter().filter(|entry| entry.state == state).count()
}

fn without_notices(server: &TestServer) {
    server.sandbox.script(Fault::new(FaultKind::Never, 99).on("notice"));
}

async fn ends_clean(server: TestServer) {
    let url = server.app.config.sandbox_url();
    for check in verify::run(&server.app, url.as_deref()).await.expect("verify runs") {
        assert_eq!(check.violations, 0, "{} {}: {:?}", check.code, check.claim, check.named);
    }
    server.stopped().await;
}

on_both!(a_card_goes_from_the_browser_to_the_gateway_and_the_seat_is_paid, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    assert_eq!(form.action, format!("{}/payflowlink", server.app.config.sandbox_url().expect("they run")));
    assert_eq!(buyer.state().await, "checking", "the seat is kept while the card is typed");
    assert_eq!(count(&server, "captured"), 0);
    let answer = form.send(GOOD).await;
    assert_eq!(location(&buyer.come_back(&answer).await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    assert!(buyer.ours.get(&buyer.own_page()).await.body.contains("ending 1111"), "the card is named as the gateway told it");
    // Coming back again moves nothing, and neither does the form: the token is spent.
    assert_eq!(location(&buyer.come_back(&answer).await), buyer.own_page());
    let again = form.send(GOOD).await;
    assert!(location(&again).contains("RESULT=160"), "{again:?}");
    assert_eq!(location(&buyer.come_back(&again).await), buyer.own_page());
    assert!(buyer.ours.get(&form.page).await.body.contains("data-state=\"closed\""));
    assert_eq!(count(&server, "captured"), 1);
    ends_clean(server).await;
});

on_both!(the_card_page_leads_to_the_gateway_and_to_nobody_else, |db| async {
    let server = start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    let page = buyer.ours.get(&form.page).await;
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    let wanted = format!("form-action 'self' {};", server.app.config.sandbox_url().expect("they run"));
    assert!(policy.contains(&wanted) && policy.contains("'nonce-"), "{policy}");
    let other = buyer.ours.get(&buyer.checkout()).await;
    assert!(other.header("content-security-policy").is_some_and(|policy| policy.contains("https://www.paypal.com")), "others keep theirs");
    // No form of ours on it takes a card: the fields are in the one form that leads away.
    for form in page.body.split("<form").skip(1) {
        let own = form.split("</form>").next().unwrap_or_default();
        assert_eq!(own.contains("name=\"ACCT\""), own.contains("/payflowlink\""), "{own}");
        assert!(!own.contains("card_number"), "{own}");
    }
    for said in ["autocomplete=\"cc-number\"", "autocomplete=\"cc-exp\"", "autocomplete=\"cc-csc\"", "inputmode=\"numeric\"", "MMYY"] {
        assert!(page.body.contains(said), "{said}");
    }
    assert_eq!(form.mode, "TEST");
    buyer.ours.get(&format!("/lang/ro?next={}", form.page)).await;
    assert!(buyer.ours.get(&form.page).await.body.contains("Datele cardului"));
    // Another order's try is not shown with this order's link.
    let mut other = Buyer::register(&server, "dan").await;
    let foreign = other.begin().await.page.rsplit('/').next().unwrap_or_default().to_owned();
    assert_eq!(buyer.ours.get(&format!("/checkout/{}/card/{foreign}", buyer.order)).await.status, 404);
    assert_eq!(buyer.ours.get(&format!("/checkout/{}/card/NOBODY", buyer.order)).await.status, 404);
    ends_clean(server).await;
});

on_both!(a_declined_card_leads_back_with_the_reason_and_another_card_pays, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    let mut buyer = Buyer::register(&server, "ana").await;
    let first = buyer.begin().await;
    let answer = first.send(NO_MONEY).await;
    assert!(location(&answer).contains("failed=1&RESULT=50"), "{answer:?}");
    let told = buyer.come_back(&answer).await;
    assert_eq!(told.status, 402, "{}", told.body);
    assert!(told.body.contains("data-state=\"held\"") && told.body.contains("role=\"alert\""), "{}", told.body);
    assert_eq!(buyer.state().await, "failed");
    let second = buyer.begin().await;
    assert!(second.token != first.token && second.id != first.id, "a new try has a new token");
    assert_eq!(location(&buyer.come_back(&second.send(GOOD).await).await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    assert_eq!((count(&server, "captured"), count(&server, "declined")), (1, 1));
    ends_clean(server).await;
});

on_both!(three_failures_spend_a_token, |db| async {
    let server = start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    for _ in 0..3 {
        assert!(location(&form.send(NO_MONEY).await).contains("RESULT=50"));
    }
    let spent = form.send(GOOD).await;
    assert!(location(&spent).contains("RESULT=160"), "{spent:?}");
    assert_eq!(buyer.come_back(&spent).await.status, 402, "what the gateway knows is the last refusal");
    assert_eq!(buyer.state().await, "failed");
    assert_eq!(count(&server, "captured"), 0);
    ends_clean(server).await;
});

on_both!(who_closed_the_tab_after_paying_is_found_out_by_the_silent_post, |db| async {
    let server = start(&db).await;
    server.sandbox.script(Fault::new(FaultKind::Twice, 1).on("notice"));
    let mut buyer = Buyer::register(&server, "ana").await;
    buyer.begin().await.send(GOOD).await;
    buyer.becomes("paid").await;
    assert_eq!(count(&server, "captured"), 1);
    ends_clean(server).await;
});

on_both!(an_answer_that_never_reached_the_browser_is_found_by_the_worker, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    let mut buyer = Buyer::register(&server, "ana").await;
    let (addr, path) = apart(&buyer.begin().await.action);
    let form = buyer.ours.get(&buyer.own_page()).await.body;
    assert!(form.contains("/card/"), "the order's page leads back to the form: {form}");
    let page =
        format!("/checkout/{}/card/", buyer.order) + form.split("/card/").nth(1).and_then(|rest| rest.split('"').next()).expect("one");
    let form = buyer.open(&page).await;
    let body = crate::harness_server::form(&[
        ("SECURETOKEN", &form.token),
        ("SECURETOKENID", &form.id),
        ("MODE", "TEST"),
        ("ACCT", ANSWER_LOST),
        ("EXPDATE", "1230"),
        ("CVV2", "123"),
    ]);
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    assert!(crate::harness_server::exchange(addr, request.as_bytes()).await.is_empty(), "the connection is dropped");
    assert_eq!(buyer.state().await, "checking");
    server.app.clock.advance_seconds(61);
    buyer.becomes("paid").await;
    ends_clean(server).await;
});

on_both!(who_never_comes_back_loses_the_seat_and_pays_nothing, |db| async {
    let server = start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    server.app.clock.advance_seconds(19 * 60);
    assert!(buyer.ours.get(&form.page).await.body.contains("data-state=\"over\"") || buyer.state().await == "held");
    buyer.becomes("held").await;
    server.app.clock.advance_seconds(601);
    buyer.becomes("expired").await;
    assert_eq!(count(&server, "captured"), 0);
    ends_clean(server).await;
});

on_both!(who_chooses_another_way_keeps_the_seat, |db| async {
    let server = start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    let back = form.page.replace("/card/", "/back/");
    assert!(buyer.ours.get(&form.page).await.body.contains(&back), "the page has the way back");
    assert_eq!(location(&buyer.ours.get(&back).await), format!("{}?left=1", buyer.checkout()));
    assert_eq!(buyer.state().await, "held");
    ends_clean(server).await;
});

on_both!(what_is_paid_after_it_was_given_up_pays_the_order_or_goes_back, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    // From another tab, while the seat is still held: it pays.
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    location(&buyer.ours.get(&form.page.replace("/card/", "/back/")).await);
    assert_eq!(buyer.state().await, "held");
    assert_eq!(location(&buyer.come_back(&form.send(GOOD).await).await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    // Never told of, after the order was paid another way: found when the token is over, and given back.
    let mut twice = Buyer::register(&server, "dan").await;
    let first = twice.begin().await;
    location(&twice.ours.get(&first.page.replace("/card/", "/back/")).await);
    let second = twice.begin().await;
    assert_eq!(location(&twice.come_back(&second.send(GOOD).await).await), twice.own_page());
    assert!(location(&first.send(GOOD).await).contains("RESULT=0"));
    assert_eq!(count(&server, "captured"), 3);
    server.app.clock.advance_seconds(31 * 60);
    for _ in 0..100 {
        if count(&server, "refunded") == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(count(&server, "refunded"), 1);
    assert_eq!(twice.state().await, "paid");
    tokio::time::sleep(Duration::from_millis(500)).await;
    ends_clean(server).await;
});

on_both!(a_forged_way_back_pays_for_nothing, |db| async {
    let server = start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    let back = form.page.replace("/card/", "/return/");
    let forged = "?RESULT=0&RESPMSG=Approved&PNREF=V2111B00EAAD&AMOUNT=100.00&AUTHCODE=300417";
    // Nobody has paid: the buyer is shown the form again.
    assert_eq!(location(&buyer.ours.get(&format!("{back}{forged}")).await), form.page);
    assert_eq!(buyer.state().await, "checking");
    // Said to be under way: the order's page waits. Said to have failed: the order is held again, as by choosing another way.
    assert_eq!(location(&buyer.ours.get(&format!("{back}?failed=1&RESULT=161")).await), buyer.own_page());
    assert_eq!(buyer.state().await, "checking");
    assert_eq!(location(&buyer.ours.get(&format!("{back}?failed=1&RESULT=162")).await), format!("{}?left=1", buyer.checkout()));
    assert_eq!(buyer.state().await, "held");
    assert_eq!(count(&server, "captured"), 0);
    ends_clean(server).await;
});

on_both!(a_forged_silent_post_pays_for_nothing, |db| async {
    let server = start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    let attempt = form.page.rsplit('/').next().unwrap_or_default().to_owned();
    let site = {
        let page = server.signed_in("admin").await.get("/admin/processors?mode=test").await.body;
        let at = page.find("/notify/orders/").expect("the page names a notice address") + "/notify/orders/".len();
        page[at..at + 36].to_owned()
    };
    let mut nobody = server.browser();
    let path = format!("/notify/payflow/{site}");
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    for who in [attempt.as_str(), "NOBODY", "V00000000000", ""] {
        let body = format!("RESULT=0&RESPMSG=Approved&PNREF=V2111B00EAAD&AMOUNT=100.00&USER1={who}");
        assert_eq!(nobody.send("POST", &path, &kind, body.as_bytes()).await.status, 200, "{who}: an answer that is not 200 could void");
    }
    assert_eq!(nobody.send("POST", &path, &kind, b"USER1=x").await.status, 400);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(buyer.state().await, "checking", "it was looked into, and nobody has paid");
    // The gateway's own, changed on the way: the worker finds the payment by itself.
    server.sandbox.script(Fault::new(FaultKind::Forged, 1).on("notice"));
    form.send(GOOD).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    server.app.clock.advance_seconds(61);
    buyer.becomes("paid").await;
    assert_eq!(count(&server, "captured"), 1);
    ends_clean(server).await;
});

on_both!(another_amount_or_currency_than_was_fixed_is_never_paid, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    for (who, kind) in [("ana", FaultKind::WrongAmount), ("dan", FaultKind::WrongCurrency)] {
        server.sandbox.script(Fault::new(kind, 1).on("link"));
        let mut buyer = Buyer::register(&server, who).await;
        let form = buyer.begin().await;
        buyer.come_back(&form.send(GOOD).await).await;
        assert_eq!(buyer.state().await, "checking", "{who}: in doubt, and not paid");
        server.app.clock.advance_seconds(61);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(buyer.state().await, "checking", "{who}");
    }
    ends_clean(server).await;
});

on_both!(an_expired_token_leads_to_a_new_one, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    server.app.clock.advance_seconds(30 * 60);
    let late = form.send(GOOD).await;
    assert!(location(&late).contains("RESULT=162"), "{late:?}");
    buyer.come_back(&late).await;
    buyer.becomes("held").await;
    let again = buyer.begin().await;
    assert_eq!(location(&buyer.come_back(&again.send(GOOD).await).await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    assert_eq!(count(&server, "captured"), 1);
    ends_clean(server).await;
});

on_both!(a_second_press_while_the_first_is_under_way_takes_nothing_twice, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    server.sandbox.script(Fault::new(FaultKind::Slow { ms: 1500 }, 1).on("link"));
    let mut buyer = Buyer::register(&server, "ana").await;
    let form = buyer.begin().await;
    let first = tokio::spawn({
        let form = form.clone();
        async move { form.send(GOOD).await }
    });
    tokio::time::sleep(Duration::from_millis(400)).await;
    let second = form.send(GOOD).await;
    assert!(location(&second).contains("RESULT=161"), "{second:?}");
    assert_eq!(location(&buyer.come_back(&second).await), buyer.own_page(), "it is being looked into");
    assert_eq!(buyer.state().await, "checking");
    let first = first.await.expect("an answer");
    assert_eq!(location(&buyer.come_back(&first).await), buyer.own_page());
    assert_eq!(buyer.state().await, "paid");
    assert_eq!(count(&server, "captured"), 1);
    ends_clean(server).await;
});

on_both!(a_host_pays_for_minutes_the_same_way, |db| async {
    let server = start(&db).await;
    without_notices(&server);
    let mut host = server.signed_in("host").await;
    let fields = [
        ("topic", "Paid by form"),
        ("description", "x"),
        ("starts_at", "2026-12-03T10:00"),
        ("time_zone", "Europe/Bucharest"),
        ("duration_minutes", "60"),
        ("capacity", "20"),
        ("fee", ""),
        ("expected_computers", "10"),
        ("audio", "voip"),
        ("expected_teleconference", "0"),
        ("listing", "all"),
        ("action", "schedule"),
    ];
    let estimate = location(&host.post("/host/sessions/new", &fields).await);
    let estimate = estimate.split('?').next().unwrap_or_default().to_owned();
    let pay = location(&host.post(&estimate, &[("action", "schedule")]).await);
    let page = host.get(&pay).await.body;
    let (key, version) = (hidden(&page, "attempt_key"), hidden(&page, "quote_version"));
    let ask = [("method", "card"), ("accept_terms", "1"), ("attempt_key", &key), ("quote_version", &version)];
    let card = location(&host.post(&pay, &ask).await);
    let shown = host.get(&card).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let form = Form::read(&card, &shown.body);
    let (_, back) = apart(&location(&form.send(GOOD).await));
    let own = location(&host.get(&back).await);
    assert!(own.starts_with(estimate.trim_end_matches("/estimate")) && own.contains("/pay"), "{own}");
    assert_eq!(count(&server, "captured"), 1);
    ends_clean(server).await;
});

on_both!(no_card_number_is_kept_anywhere_on_our_side, |db| async {
    let server = start(&db).await;
    let mut buyer = Buyer::register(&server, "ana").await;
    let mut pages = Vec::new();
    for number in [NO_MONEY, GOOD] {
        let form = buyer.begin().await;
        let answer = form.send(number).await;
        pages.push(format!("{answer:?}"));
        let back = buyer.come_back(&answer).await;
        pages.push(format!("{back:?}"));
    }
    pages.push(buyer.ours.get(&buyer.own_page()).await.body);
    buyer.becomes("paid").await;
    let kept = write_tx!(server.app.db, |tx| -> Result<Vec<String>, StoreError> {
        let mut all = Vec::new();
        type Texts = (String, Option<String>, Option<String>, Option<String>);
        let attempts: Vec<Texts> = tx.sql("SELECT fingerprint, detail, started, next_url FROM attempt").all().await?;
        all.extend(attempts.into_iter().map(|row| format!("{row:?}")));
        let audit: Vec<(Option<String>, Option<String>)> = tx.sql("SELECT before, after FROM audit").all().await?;
        all.extend(audit.into_iter().map(|row| format!("{row:?}")));
        let notices: Vec<(Vec<u8>,)> = tx.sql("SELECT body FROM notice").all().await?;
        all.extend(notices.into_iter().map(|(body,)| String::from_utf8_lossy(&body).into_owned()));
        Ok(all)
    })
    .expect("the tables read");
    assert!(kept.iter().any(|row| row.contains("/card/")), "the attempts are among them");
    // The pages of test mode name the one test card to use.
    for text in kept.iter().chain(&pages) {
        assert!(!text.contains(NO_MONEY) && !text.contains("CVV2="), "{text}");
    }
    assert!(kept.iter().all(|row| !row.contains(GOOD)));
    let books = serde_json::to_string(&server.sandbox.report()).expect("JSON");
    assert!(!books.contains(GOOD) && !books.contains(NO_MONEY));
    ends_clean(server).await;
});
