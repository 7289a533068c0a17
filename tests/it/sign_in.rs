//! Signing in and staying signed in (failures.md S-07, S-08, S-09, S-13, S-24, S-27).

use std::time::{Duration, Instant};

use lectern::server::{
    auth,
    store::{
        db::{Db, StoreError},
        person,
    },
};
use lectern::{read_tx, write_tx};

use crate::harness::TestDb;
use crate::harness_server::{Browser, Reply, TestServer, Wish};

const PASSWORD: &str = lectern::server::seed::PASSWORD;

async fn logins(db: &Db) -> Vec<(String, String)> {
    read_tx!(db, |tx| -> Result<Vec<(String, String)>, StoreError> {
        tx.sql("SELECT id_hash, record FROM login WHERE id_hash <> 'readyz'").all().await
    })
    .expect("logins read")
}

fn cookie(browser: &Browser) -> String {
    browser.cookies.get("lectern").cloned().expect("a login's cookie")
}

on_both!(a_login_lies_hashed_and_gets_a_new_id_at_each_sign_in, |db| async {
    let server = TestServer::start(&db).await;
    let mut browser = server.browser();
    browser.cookies.insert("lectern".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    let reply = browser.sign_in("Admin@Demo.test ", PASSWORD).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/admin")));
    let set = reply.header("set-cookie").expect("a cookie");
    for rule in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(rule), "{set}");
    }
    let first = cookie(&browser);
    assert_ne!(first, "AAAAAAAAAAAAAAAAAAAAAA", "an id planted before is not used");
    let kept = logins(&db).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].0, auth::digest(&first));
    assert!(!kept[0].1.contains(&first), "{}", kept[0].1);
    assert!(!kept[0].1.contains("argon2"), "{}", kept[0].1);
    assert!(browser.get("/admin").await.body.contains("Andrei Ilie"));
    // Signing in as somebody else ends the first login.
    browser.sign_in("host@demo.test", PASSWORD).await;
    let second = cookie(&browser);
    assert_ne!(first, second);
    let mut thief = server.browser();
    thief.cookies.insert("lectern".into(), first);
    assert!(!thief.get("/").await.body.contains("Andrei Ilie"));
    assert_eq!(logins(&db).await.len(), 1);
});

on_both!(signing_out_ends_the_login_everywhere, |db| async {
    let server = TestServer::start(&db).await;
    let mut browser = server.signed_in("host").await;
    let mut copy = browser.clone();
    assert!(copy.get("/").await.body.contains("Maria Enescu"));
    let reply = browser.post("/sign-out", &[]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/")));
    assert!(browser.cookies.is_empty(), "{:?}", browser.cookies);
    assert!(!copy.get("/").await.body.contains("Maria Enescu"));
    assert!(logins(&db).await.is_empty());
});

on_both!(strangers_leave_no_rows_and_get_no_cookies, |db| async {
    let server = TestServer::start(&db).await;
    let mut browser = server.browser();
    for path in ["/", "/s/negotiation-skills", "/sign-in", "/admin", "/no/such/page"] {
        let reply = browser.get(path).await;
        assert!(reply.header("set-cookie").is_none(), "{path}: {:?}", reply.header("set-cookie"));
    }
    browser.sign_in("nobody@demo.test", "not the password").await;
    assert!(browser.cookies.is_empty());
    assert!(logins(&db).await.is_empty());
});

on_both!(a_login_ends_after_twelve_idle_hours_and_a_used_one_goes_on, |db| async {
    let server = TestServer::start(&db).await;
    let mut used = server.signed_in("host").await;
    let mut idle = server.signed_in("admin").await;
    for _ in 0..3 {
        server.app.clock.advance_seconds(5 * 3600);
        assert!(used.get("/").await.body.contains("Maria Enescu"));
    }
    assert!(!idle.get("/").await.body.contains("Andrei Ilie"));
    for _ in 0..20 {
        server.app.clock.advance_seconds(11 * 3600);
        used.get("/").await;
    }
    assert!(!used.get("/").await.body.contains("Maria Enescu"), "no login lives longer than a week");
});

on_both!(a_disabled_person_is_out_at_the_next_request, |db| async {
    let server = TestServer::start(&db).await;
    let mut browser = server.signed_in("host").await;
    assert!(browser.get("/").await.body.contains("Maria Enescu"));
    write_tx!(db, |tx| -> Result<(), StoreError> {
        let host = person::find_by_email(tx, "host@demo.test").await?.expect("the host");
        person::set_disabled(tx, host.id, true).await
    })
    .expect("disabled");
    assert!(!browser.get("/").await.body.contains("Maria Enescu"));
    assert_eq!(server.browser().sign_in("host@demo.test", PASSWORD).await.status, 422);
});

on_both!(a_token_speaks_for_its_person_until_it_expires, |db| async {
    let server = TestServer::start(&db).await;
    let now = server.app.clock.now();
    write_tx!(db, |tx| -> Result<(), StoreError> {
        let admin = person::find_by_email(tx, "admin@demo.test").await?.expect("the administrator");
        person::insert_token(tx, &auth::digest("a program's token"), admin.id, now, now.plus_seconds(3600)).await
    })
    .expect("kept");
    let named = async |token: &str| {
        let header = format!("Bearer {token}");
        let reply = server.browser().send("GET", "/", &[("Authorization", &header), ("Accept", "text/html")], b"").await;
        reply.body.contains("Andrei Ilie")
    };
    assert!(named("a program's token").await);
    assert!(!named("another token").await);
    server.app.clock.advance_seconds(3601);
    assert!(!named("a program's token").await);
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_role_begins_at_its_work() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    for (name, path) in [("manager", "/manager"), ("admin", "/admin"), ("division", "/division"), ("host", "/host")] {
        let reply = server.browser().sign_in(&format!("{name}@demo.test"), PASSWORD).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some(path)), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_path_of_this_site_is_followed_after_signing_in() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    for (next, location) in [
        ("/host/sessions/new", "/host/sessions/new"),
        ("/s/negotiation-skills?x=1", "/s/negotiation-skills?x=1"),
        ("https://evil.example", "/host"),
        ("//evil.example", "/host"),
        ("/\\evil.example", "/host"),
        ("\\\\evil.example", "/host"),
        ("/\t/evil.example", "/host"),
        ("/\r\nSet-Cookie: x=1", "/host"),
        ("javascript:alert(1)", "/host"),
        ("/\u{3002}evil.example", "/host"),
        ("@evil.example", "/host"),
        ("", "/host"),
    ] {
        let fields = [("email", "host@demo.test"), ("password", PASSWORD), ("next", next)];
        let reply = server.browser().post("/sign-in", &fields).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some(location)), "{next:?}");
        let encoded = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC).to_string();
        let switched = server.browser().get(&format!("/lang/ro?next={encoded}")).await;
        let expected = if location == "/host" { "/" } else { location };
        assert_eq!((switched.status, switched.header("location")), (303, Some(expected)), "{next:?}");
        assert!(switched.header("set-cookie").is_some_and(|c| c.starts_with("lang=ro;")));
    }
}

/// The page without what differs between any two answers.
fn essence(reply: &Reply, email: &str) -> String {
    let nonce = reply.header("content-security-policy").and_then(|p| p.split("'nonce-").nth(1)).and_then(|r| r.split('\'').next());
    reply.body.replace(nonce.unwrap_or("\0"), "NONCE").replace(email, "EMAIL")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_sign_in_tells_nothing_about_the_account() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut pages = vec![];
    for email in ["admin@demo.test", "nobody@demo.test", "not an address"] {
        let reply = server.browser().sign_in(email, "wrong password").await;
        assert_eq!(reply.status, 422, "{email}");
        assert!(!reply.body.contains("wrong password"), "what was typed as a password is not shown");
        pages.push(essence(&reply, email));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_sign_in_takes_as_long_whether_the_account_exists() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    // Interleaved, so that whatever else the machine does hits both alike; the least of many is what the work costs.
    let mut least = [Duration::MAX; 2];
    for round in 0..40 {
        for (kind, email) in ["admin@demo.test".to_owned(), format!("nobody{round}@demo.test")].into_iter().enumerate() {
            #[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
            let began = Instant::now();
            let reply = server.browser().sign_in(&email, "wrong password").await;
            least[kind] = least[kind].min(began.elapsed());
            assert_eq!(reply.status, 422);
        }
        server.app.clock.advance_seconds(3600);
    }
    let (known, unknown) = (least[0].as_secs_f64(), least[1].as_secs_f64());
    assert!((0.75..1.33).contains(&(known / unknown)), "known {known:.4} s, unknown {unknown:.4} s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_is_slowed_down_for_real_and_invented_accounts_alike() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    for email in ["admin@demo.test", "nobody@demo.test"] {
        let mut browser = server.browser();
        for n in 0..10 {
            assert_eq!(browser.sign_in(email, "wrong").await.status, 422, "{email} try {n}");
        }
        assert_eq!(browser.sign_in(email, PASSWORD).await.status, 429, "{email}: also the right one has to wait");
    }
    server.app.clock.advance_seconds(40);
    assert_eq!(server.browser().sign_in("admin@demo.test", PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_the_cookie_is_bound_to_host_and_transport() {
    let db = TestDb::sqlite().await;
    let wish = Wish { config: |config| config.base_url = "https://training.example".into(), ..Wish::default() };
    let server = TestServer::start_as(&db, wish).await;
    let mut browser = server.browser();
    let reply = browser.sign_in("host@demo.test", PASSWORD).await;
    let set = reply.header("set-cookie").expect("a cookie");
    assert!(set.starts_with("__Host-lectern=") && set.contains("Secure") && set.contains("Path=/") && !set.contains("Domain"), "{set}");
    assert_eq!(reply.header("strict-transport-security"), Some("max-age=31536000"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_another_site_are_nobody_here() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let neighbours: Vec<(String, String)> = read_tx!(db, |tx| -> Result<_, StoreError> {
        tx.sql("SELECT p.email, s.host FROM person p JOIN site s ON s.id = p.site_id WHERE NOT s.is_default AND NOT p.disabled").all().await
    })
    .expect("people read");
    let (email, host) = neighbours.first().expect("the demo has a neighbour site with people");
    assert_eq!(server.browser().sign_in(email, PASSWORD).await.status, 422, "not on the default site");
    let fields = crate::harness_server::form(&[("email", email), ("password", PASSWORD)]);
    let headers = [("Host", host.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
    let mut browser = server.browser();
    let reply = browser.send("POST", "/sign-in", &headers, fields.as_bytes()).await;
    assert_eq!(reply.status, 303, "on their own");
    let there = browser.send("GET", "/", &[("Host", host), ("Accept", "text/html")], b"").await;
    let here = browser.get("/").await;
    assert!(there.body.contains("action=\"/sign-out\""), "signed in there");
    assert!(!here.body.contains("action=\"/sign-out\""), "and nobody here");
}
