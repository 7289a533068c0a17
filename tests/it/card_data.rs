//! No card data outside memory (failures.md S-17): the program as people run it, logging everything it can, takes marked numbers by
//! every way that a number can come: purchases that end in every way at both processors whose cards pass through this server, forms
//! with mistakes, numbers in the wrong field, doors of the API, errors of our own, and the pages of the processors that take cards
//! themselves. Afterwards neither number nor code is in any page, log, file, backup or book, in any writing.

use lectern::server::seed;

use crate::harness_server::{Browser, Reply};
use crate::marked::{Program, hidden, writings};

/// Cards that are approved, declined, lost after booking, held, and refused for their form.
const NUMBERS: [&str; 9] = [
    "4111111111111111",
    "4000000000009995",
    "4000000000000119",
    "4000000000009235",
    "4000000000000127",
    "4000000000004954",
    "4000000000000101",
    "5555555555554444",
    "4111111111111112",
];

/// A security code that occurs nowhere by chance beside a card's field. It has to be three digits, so it is looked for beside its
/// field's names only.
const CODE: &str = "739";

struct Buyer<'a> {
    browser: &'a mut Browser,
    pages: &'a mut Vec<String>,
    count: usize,
}

impl Buyer<'_> {
    /// A fresh seat; its checkout.
    async fn checkout(&mut self) -> (String, Reply) {
        self.browser.cookies.clear();
        self.count += 1;
        let email = format!("marked{}@example.com", self.count);
        let placed = self.browser.post("/s/negotiation-skills/register", &[("name", "Marked Card"), ("email", &email)]).await;
        let checkout = placed.header("location").expect("a checkout").to_owned();
        let form = self.browser.get(&checkout).await;
        (checkout, form)
    }

    /// Posts the payment form with some fields changed.
    async fn pay(&mut self, number: &str, changes: &[(&str, &str)]) -> Reply {
        let (checkout, form) = self.checkout().await;
        let (key, version) = (hidden(&form, "attempt_key"), hidden(&form, "quote_version"));
        let mut fields = vec![
            ("attempt_key", key.as_str()),
            ("quote_version", &version),
            ("method", "card"),
            ("card_number", number),
            ("card_expiry", "12/31"),
            ("card_csc", CODE),
            ("card_name", "Marked Card"),
            ("billing_line1", "1 Elm"),
            ("billing_city", "Tucson"),
            ("billing_postcode", "00382"),
            ("billing_country", "US"),
            ("accept_terms", "1"),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        let answer = self.browser.post(&format!("{checkout}/pay"), &fields).await;
        self.keep(&answer);
        let own = self.browser.get(&checkout.replace("/checkout/", "/order/")).await;
        self.keep(&own);
        answer
    }

    fn keep(&mut self, reply: &Reply) {
        self.pages.push(format!("{:?}\n{}", reply.headers, reply.body));
    }

    async fn send(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Reply {
        let headers = [("Accept", "text/html"), ("Content-Type", kind), ("Sec-Fetch-Site", "same-origin")];
        let reply = self.browser.send(method, path, &headers, body.as_bytes()).await;
        self.keep(&reply);
        reply
    }
}

/// A number as people type it: by fours, for every second one.
fn typed(n: usize, number: &str) -> String {
    let fours = number.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four)).collect::<Vec<_>>();
    if n.is_multiple_of(2) { fours.join(" ") } else { number.to_owned() }
}

fn number_writings(number: &str) -> Vec<String> {
    let fours = number.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four)).collect::<Vec<_>>();
    [number.to_owned(), fours.join(" "), fours.join("+"), fours.join("-")].iter().flat_map(|text| writings(text)).collect()
}

fn assert_clean(what: &str, bytes: &[u8], allowed: &[&str]) {
    let text = String::from_utf8_lossy(bytes);
    for number in NUMBERS.iter().filter(|number| !allowed.contains(number)) {
        for writing in number_writings(number) {
            let around = text.split(&writing).next().map(|before| before.chars().rev().take(300).collect::<Vec<_>>());
            let around: String = around.unwrap_or_default().into_iter().rev().collect();
            assert!(!text.contains(&writing), "{what} holds {writing} after: {around}");
        }
    }
    for writing in ["card_csc=739", "CVV2=739", "csc\": \"739", "csc\":\"739", "CVV2[3]=739", "CVV2%3D739", "value=\"739\""] {
        assert!(!text.contains(writing), "{what} holds {writing}");
    }
}

/// Website Payments Pro is set up by its form, in front of Payflow, for a merchant of the United Kingdom.
async fn sell_through_wpp_uk(program: &Program) {
    program.change("UPDATE site SET merchant_country = 'GB', currency = 'GBP' WHERE is_default").await;
    program.change("UPDATE session SET currency = 'GBP'").await;
    let mut admin = program.browser.clone();
    let signed_in = admin.sign_in("admin@demo.test", seed::PASSWORD).await;
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    let signature = lectern::server::sandbox::nvp::signature("lectern-demo");
    let save = [
        ("mode", "test"),
        ("version", ""),
        ("action", "save"),
        ("api_username", "lectern-demo"),
        ("api_password", "Simulator-2026"),
        ("api_signature", &signature),
        ("own_ip", "192.0.2.1"),
        ("accept_card_scope", "1"),
    ];
    assert_eq!(admin.post("/admin/processors/wpp_uk", &save).await.status, 303);
    for action in ["test", "offer"] {
        assert_eq!(admin.post("/admin/processors/wpp_uk", &[("mode", "test"), ("action", action)]).await.status, 303, "{action}");
    }
    assert_eq!(admin.post("/admin/processors/payflow", &[("mode", "test"), ("action", "pause")]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_card_data_is_anywhere_after_purchases_of_every_kind() {
    let mut program = Program::start();
    let (mut browser, mut pages) = (program.browser.clone(), Vec::new());
    let mut buyer = Buyer { browser: &mut browser, pages: &mut pages, count: 0 };
    for processor in ["payflow", "wpp_uk"] {
        if processor == "wpp_uk" {
            sell_through_wpp_uk(&program).await;
        }
        for (n, number) in NUMBERS.iter().enumerate() {
            buyer.pay(&typed(n, number), &[]).await;
        }
    }
    malformed_forms(&mut buyer).await;
    doors(&mut buyer).await;
    // An error of our own while a card is in hand.
    program.change("ALTER TABLE attempt RENAME TO attempt_away").await;
    let broken = buyer.pay(NUMBERS[1], &[]).await;
    assert!(broken.status >= 500, "an incident: {}", broken.status);
    program.change("ALTER TABLE attempt_away RENAME TO attempt").await;
    // The processors that take cards themselves; and what the simulators remember of all of it.
    for method in ["paypal", "card"] {
        let answer = buyer.pay("", &[("method", method)]).await;
        assert!(matches!(answer.status, 303 | 422), "{method}: {}", answer.status);
    }
    let ledger = program.simulators.send("GET", "/control/ledger", &[], b"").await;
    assert!(ledger.body.contains("\"payflow\"") && ledger.body.contains("\"wpp_uk\""), "both processors were used");
    assert_clean("the simulators' ledger", ledger.body.as_bytes(), &[]);
    program.back_up();
    let files = program.stop();
    // The pages of test mode name the one test card to use, so that one is looked for in files only.
    for page in &pages {
        assert_clean("a page", page.as_bytes(), &["4111111111111111"]);
    }
    for (name, bytes) in &files {
        assert_clean(name, bytes, &[]);
        assert!(!name.rsplit('/').next().unwrap_or_default().starts_with("core"), "{name}: a core holds what memory held");
    }
    for needed in ["demo.db", "backup-demo.db", "backup-demo.db-wal", "demo.simulators.jsonl", "log"] {
        assert!(files.iter().any(|(name, bytes)| name.ends_with(needed) && bytes.len() > 1000), "{needed} was looked at");
    }
    let log = files.iter().find(|(name, _)| name.ends_with("/log")).expect("a log");
    assert!(log.1.iter().filter(|b| **b == b'\n').count() > 1000, "the log was as talkative as it can be");
}

/// Mistakes beside a good number, and a number in every field where it does not belong: nothing of it is shown again.
async fn malformed_forms(buyer: &mut Buyer<'_>) {
    let number = NUMBERS[1];
    for (field, value) in [
        ("card_expiry", "13/99"),
        ("card_csc", "7391"),
        ("accept_terms", ""),
        ("billing_city", ""),
        ("billing_country", "??"),
        ("method", "gold"),
    ] {
        assert_eq!(buyer.pay(number, &[(field, value)]).await.status, 422, "{field}={value}");
    }
    for field in
        ["card_name", "billing_line1", "billing_city", "billing_postcode", "billing_country", "card_expiry", "attempt_key", "quote_version"]
    {
        for value in [number.to_owned(), typed(0, number), format!("my card {number} please")] {
            let answer = buyer.pay("4111 1111 1111 1111", &[(field, &value)]).await;
            assert!((400..500).contains(&answer.status), "{field}={value}: {}", answer.status);
        }
    }
    buyer.pay(&format!("{number}x"), &[]).await;
    buyer.pay(&number[..15], &[("card_csc", number)]).await;
}

/// Doors that want no card and may be given one.
async fn doors(buyer: &mut Buyer<'_>) {
    let (number, form) = (NUMBERS[1], "application/x-www-form-urlencoded");
    let json = format!("{{\"card_number\":\"{number}\",\"card_csc\":\"739\",\"email\":\"{number}\",\"password\":\"{number}\"}}");
    let pairs = format!("card_number={number}&card_csc=739&code={number}&email={number}&password={number}");
    for (method, path) in [
        ("POST", "/api/v1/token"),
        ("POST", "/api/v1/sessions"),
        ("PUT", "/api/v1/admin/processors/payflow"),
        ("POST", "/api/v1/nowhere"),
        ("POST", "/api/place_order"),
        ("POST", "/nowhere"),
        ("POST", "/checkout/nothing/pay"),
        ("POST", "/notify/stripe/00000000-0000-0000-0000-000000000000"),
        ("POST", "/sign-in"),
    ] {
        for (kind, body) in [("application/json", json.as_str()), (form, &pairs), (form, number), ("text/plain", &pairs)] {
            let reply = buyer.send(method, path, kind, body).await;
            assert!(reply.status >= 400, "{method} {path}: {}", reply.status);
        }
    }
}
