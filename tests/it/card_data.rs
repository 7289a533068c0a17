//! No card data outside memory (failures.md S-17): the program as people run it, logging everything it can, takes purchases with
//! marked numbers that end in every way; afterwards neither number nor code is in any page, log or file, in any writing.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::harness_server::{Browser, Reply};

/// Cards that are approved, declined, lost after booking, held and refused for their form; and a security code per purchase. The
/// codes have to be three digits, so they are looked for beside their field's name and their number's neighbours only.
const NUMBERS: [&str; 6] =
    ["4111111111111111", "4000000000009995", "4000000000000119", "4000000000009235", "4000000000000127", "4111111111111112"];

struct Server {
    child: Child,
    browser: Browser,
}

fn start(folder: &Path) -> Server {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lectern"))
        .current_dir(folder)
        .args(["serve", "--demo", "--sandbox", "127.0.0.1:0", "--database", "sqlite:demo.db", "--listen", "127.0.0.1:0"])
        .env("LECTERN_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .stdout(Stdio::piped())
        .stderr(File::create(folder.join("log")).expect("a log file"))
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut first).expect("it says where it answers");
    let addr =
        first.trim().rsplit("http://").next().and_then(|addr| addr.parse().ok()).unwrap_or_else(|| panic!("no address in {first:?}"));
    Server { child, browser: Browser { addr, cookies: std::collections::BTreeMap::default() } }
}

async fn buy(browser: &mut Browser, who: usize, number: &str, pages: &mut Vec<String>) {
    browser.cookies.clear();
    let email = format!("marked{who}@example.com");
    let placed = browser.post("/s/negotiation-skills/register", &[("name", "Marked Card"), ("email", &email)]).await;
    let checkout = placed.header("location").expect("a checkout").to_owned();
    let form = browser.get(&checkout).await;
    let spaced = number.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four)).collect::<Vec<_>>().join(" ");
    let fields = [
        ("attempt_key", hidden(&form, "attempt_key")),
        ("quote_version", hidden(&form, "quote_version")),
        ("method", "card".to_owned()),
        ("card_number", if who.is_multiple_of(2) { spaced } else { number.to_owned() }),
        ("card_expiry", "12/31".to_owned()),
        ("card_csc", CODE.to_owned()),
        ("card_name", "Marked Card".to_owned()),
        ("billing_line1", "1 Elm".to_owned()),
        ("billing_city", "Tucson".to_owned()),
        ("billing_postcode", "00382".to_owned()),
        ("billing_country", "US".to_owned()),
        ("accept_terms", "1".to_owned()),
    ];
    let borrowed: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = browser.post(&format!("{checkout}/pay"), &borrowed).await;
    pages.push(format!("{:?}\n{}", answer.headers, answer.body));
    let own = checkout.replace("/checkout/", "/order/");
    pages.push(browser.get(&own).await.body);
}

/// A security code that occurs nowhere by chance beside a card's field.
const CODE: &str = "739";

fn hidden(reply: &Reply, name: &str) -> String {
    let tag = reply.body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).expect("the hidden input");
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

fn writings(number: &str) -> Vec<String> {
    let spaced = number.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four)).collect::<Vec<_>>();
    let hex: String = number.bytes().map(|b| format!("{b:02x}")).collect();
    vec![
        number.to_owned(),
        spaced.join(" "),
        spaced.join("+"),
        spaced.join("%20"),
        spaced.join("-"),
        STANDARD.encode(number).trim_end_matches('=').to_owned(),
        hex.to_uppercase(),
        hex,
    ]
}

fn code_writings() -> Vec<String> {
    ["card_csc=739", "CVV2=739", "csc\": \"739", "csc\":\"739", "CVV2[3]=739"].map(str::to_owned).to_vec()
}

fn assert_clean(what: &str, bytes: &[u8], allowed: &[&str]) {
    let text = String::from_utf8_lossy(bytes);
    for number in NUMBERS.iter().filter(|number| !allowed.contains(number)) {
        for writing in writings(number) {
            assert!(!text.contains(&writing), "{what} holds {writing}");
        }
    }
    for writing in code_writings() {
        assert!(!text.contains(&writing), "{what} holds {writing}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_card_data_is_anywhere_after_purchases_of_every_kind() {
    let folder = tempfile::tempdir().expect("a folder");
    let Server { mut child, mut browser } = start(folder.path());
    let mut pages = Vec::new();
    for (who, number) in NUMBERS.iter().enumerate() {
        buy(&mut browser, who, number, &mut pages).await;
    }
    let asked = Command::new("kill").arg(child.id().to_string()).status().expect("kill runs");
    assert!(asked.success() && child.wait().expect("it ends").success());
    // The pages of test mode name the one test card to use, so that one is looked for in files only.
    for page in &pages {
        assert_clean("a page", page.as_bytes(), &["4111111111111111"]);
    }
    let mut seen = 0;
    for entry in fs::read_dir(folder.path()).expect("the folder reads") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            assert_clean(&path.display().to_string(), &fs::read(&path).expect("the file reads"), &[]);
            seen += 1;
        }
    }
    assert!(seen >= 3, "database, log and the simulator's journal were looked at");
    let log = fs::read_to_string(folder.path().join("log")).expect("the log reads");
    assert!(log.lines().count() > 100, "the log was as talkative as it can be");
}
