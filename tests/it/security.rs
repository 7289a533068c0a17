//! What the server lets in, and what it tells browsers (failures.md S-05, S-06, S-13, S-20, S-21, S-23, S-24; O-16).

use std::time::Duration;

use lectern::server::web::{accept::Patience, body::BODY_MAX};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::TestDb;
use crate::harness_server::{Reply, TestServer, Wish, exchange};

const FIXED: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

fn assert_secure(what: &str, reply: &Reply) {
    for (name, value) in FIXED {
        assert_eq!(reply.header(name), Some(value), "{what}: {name}");
    }
    assert!(reply.header("permissions-policy").is_some(), "{what}");
    assert!(reply.header("x-request-id").is_some_and(|id| id.len() == 8), "{what}");
    let policy = reply.header("content-security-policy").unwrap_or_else(|| panic!("{what} has no policy"));
    for rule in
        ["default-src 'none'", "style-src 'self';", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self' "]
    {
        assert!(policy.contains(rule), "{what}: {rule} in {policy}");
    }
    assert!(!policy.contains("'unsafe-eval'") && !policy.contains("unsafe-inline"), "{what}: {policy}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_carries_the_security_headers() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut browser = server.signed_in("admin").await;
    let mut paths: Vec<String> =
        leptos_axum::generate_route_list(lectern::app::App).iter().map(|route| route.path().replace(['{', '}', '*'], "")).collect();
    assert!(paths.len() > 10, "{paths:?}");
    paths.extend(
        ["/s/negotiation-skills", "/no/such/page", "/pkg/no-such.js", "/healthz", "/readyz", "/lang/ro", "/api/nothing"].map(String::from),
    );
    for path in &paths {
        let reply = browser.get(path).await;
        assert!(reply.status < 500, "{path}: {} {}", reply.status, reply.body);
        assert_secure(path, &reply);
    }
    for (what, reply) in [
        ("a refused post", browser.post("/sign-in", &[("email", "x"), ("password", "y")]).await),
        ("a redirect", browser.post("/sign-out", &[]).await),
        ("a wrong method", browser.send("DELETE", "/sign-in", &[], b"").await),
        ("a post from elsewhere", browser.post_with("/sign-out", &[], &[("Sec-Fetch-Site", "cross-site")]).await),
        ("a body too long", browser.send("POST", "/sign-in", &[], &vec![b'x'; BODY_MAX + 1]).await),
    ] {
        assert!((300..500).contains(&reply.status), "{what}: {}", reply.status);
        assert_secure(what, &reply);
    }
    let signed_in = server.signed_in("host").await;
    server.app.db.close().await;
    for mut browser in [browser, signed_in] {
        let broken = browser.get("/").await;
        assert_eq!(broken.status, 503, "{:?}", browser.cookies);
        assert!(broken.body.contains("data-field=\"incident\""), "{}", broken.body);
        assert_secure("a fault", &broken);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scripts_run_only_with_the_nonce_of_their_own_response() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut seen = vec![];
    for path in ["/", "/sign-in", "/no/such/page"] {
        let reply = server.browser().get(path).await;
        let policy = reply.header("content-security-policy").expect("a policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_else(|| panic!("{path}: {policy}"));
        assert!(nonce.len() >= 22, "{nonce}");
        let inline = reply.body.matches("<script").count();
        assert!(inline > 0, "{path}: {}", reply.body);
        for script in reply.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains("src="), "{path}: <script{tag}>");
        }
        assert!(!reply.body.contains(" style=\""), "{path}: a style attribute would be blocked");
        assert!(!seen.contains(&nonce.to_owned()), "a nonce is used once");
        seen.push(nonce.to_owned());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn posts_from_other_sites_are_refused() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let own = format!("http://{}", server.addr);
    let refused: [&[(&str, &str)]; 6] = [
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Origin", "http://127.0.0.1:1")],
    ];
    let passed: [&[(&str, &str)]; 4] = [&[("Sec-Fetch-Site", "same-origin")], &[("Sec-Fetch-Site", "none")], &[("Origin", &own)], &[]];
    for path in ["/sign-in", "/sign-out", "/s/negotiation-skills/register", "/api/nothing"] {
        for headers in refused {
            let reply = server.browser().post_with(path, &[], headers).await;
            assert_eq!(reply.status, 403, "{path} {headers:?}");
            assert!(reply.header("set-cookie").is_none());
        }
        for headers in passed {
            let reply = server.browser().post_with(path, &[], headers).await;
            assert_ne!(reply.status, 403, "{path} {headers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_programs_token_counts_wherever_it_runs_and_its_cookies_do_not() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut browser = server.signed_in("admin").await;
    let reply = browser.post_with("/sign-out", &[], &[("Sec-Fetch-Site", "cross-site"), ("Authorization", "Bearer invented")]).await;
    assert_eq!(reply.status, 303, "it is not refused");
    assert!(browser.get("/admin").await.body.contains("Andrei Ilie"), "but the login it came with was left aside");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_long_is_refused_everywhere() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let chunk = [b"4000\r\n".as_slice(), &[b'x'; 0x4000], b"\r\n"].concat();
    let chunked = [chunk.repeat(5), b"0\r\n\r\n".to_vec()].concat();
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    for path in ["/sign-in", "/api/nothing", "/no/such/page", "/api/v1/nothing", "/notify/payflow/x"] {
        let mut browser = server.browser();
        let declared = browser.send("POST", path, &[form], &vec![b'x'; BODY_MAX + 1]).await;
        assert_eq!(declared.status, 413, "{path}");
        let streamed = browser.send("POST", path, &[form, ("Transfer-Encoding", "chunked")], &chunked).await;
        assert_eq!(streamed.status, 413, "{path}, chunked");
    }
    let most = format!("email=a&password={}", "x".repeat(BODY_MAX - 17));
    let reply = server.browser().send("POST", "/sign-in", &[form], most.as_bytes()).await;
    assert_eq!(reply.status, 422, "exactly the limit is read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_functions_answer_post_only() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut count = 0;
    for (path, method) in leptos::server_fn::axum::server_fn_paths() {
        assert_eq!(method.as_str(), "POST", "{path}");
        for method in ["GET", "PUT", "HEAD"] {
            let reply = server.browser().send(method, path, &[], b"").await;
            assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")), "{method} {path}");
        }
        count += 1;
    }
    assert!(count > 0, "there are server functions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_and_silent_clients_are_cut() {
    let db = TestDb::sqlite().await;
    let short = Duration::from_millis(400);
    let patience = Patience { first_request: short, head: short, ..Patience::default() };
    let server = TestServer::start_as(&db, Wish { patience, ..Wish::default() }).await;
    let whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let starts: [&[u8]; 5] =
        [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"PRI * HTTP/2.0\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"];
    for start in starts.into_iter().chain([whole.as_slice()]) {
        let cut = tokio::time::timeout(Duration::from_secs(5), exchange(server.addr, start)).await;
        assert!(cut.is_ok(), "{:?} keeps its connection", String::from_utf8_lossy(start));
    }
    // A byte now and then does not help.
    let mut stream = TcpStream::connect(server.addr).await.expect("it listens");
    let dripping = async {
        for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: 12345678901234567890123456789012345678901234567890".iter().cycle() {
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(5), dripping).await.is_ok(), "a dripping client keeps its connection");
    assert_eq!(server.browser().get("/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_finishes_the_request_under_way() {
    let db = TestDb::sqlite().await;
    let mut server = TestServer::start(&db).await;
    let addr = server.addr;
    let mut idle = TcpStream::connect(addr).await.expect("it listens");
    let mut busy = TcpStream::connect(addr).await.expect("it listens");
    let body = "email=nobody%40demo.test&password=wrong";
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {addr}\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    busy.write_all(head.as_bytes()).await.expect("written");
    busy.write_all(&body.as_bytes()[..5]).await.expect("written");
    // The server must have read the head before it is asked to stop: a request it never saw is nobody's promise.
    tokio::time::timeout(Duration::from_secs(5), async { while server.browser().get("/healthz").await.status != 200 {} })
        .await
        .expect("it serves");
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.ask_to_stop();
    let mut byte = [0];
    let closed = tokio::time::timeout(Duration::from_secs(5), idle.read(&mut byte)).await;
    assert!(matches!(closed, Ok(Ok(0) | Err(_))), "an idle connection is closed at once");
    assert!(TcpStream::connect(addr).await.is_err(), "nobody new is let in");
    assert!(server.is_busy_after(Duration::from_secs(3)).await, "the server waits for the request under way");
    busy.write_all(&body.as_bytes()[5..]).await.expect("the connection is still there");
    let mut answer = String::new();
    tokio::time::timeout(Duration::from_secs(20), busy.read_to_string(&mut answer)).await.expect("answered in time").expect("readable");
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    assert!(answer.ends_with("0\r\n\r\n") || answer.contains("</html>"), "the whole page came");
    server.stopped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn personal_pages_are_not_kept_and_public_ones_are_revalidated() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let rule = |reply: &Reply| reply.header("cache-control").unwrap_or_default().to_owned();
    let mut stranger = server.browser();
    for path in ["/", "/s/negotiation-skills", "/help"] {
        assert_eq!(rule(&stranger.get(path).await), "private, no-cache", "{path}");
    }
    for path in ["/sign-in", "/s/negotiation-skills/register", "/checkout/x", "/order/x", "/host", "/admin", "/no/such/page", "/lang/ro"] {
        assert_eq!(rule(&stranger.get(path).await), "no-store", "{path}");
    }
    let mut host = server.signed_in("host").await;
    for path in ["/", "/host", "/s/negotiation-skills"] {
        assert_eq!(rule(&host.get(path).await), "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invented_host_shows_the_default_site_and_is_repeated_nowhere() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    for host in ["evil.example", "evil.example:80", "' OR 1=1 --", "[::1]"] {
        let reply =
            server.browser().send("GET", "/", &[("Host", host), ("X-Forwarded-Host", "evil.example"), ("Accept", "text/html")], b"").await;
        assert_eq!(reply.status, 200, "{host}");
        assert!(reply.body.contains("Acme Academy") && !reply.body.contains("evil.example"), "{host}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_knows_whether_it_is_of_use() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/healthz").await.status, 200);
    assert_eq!(browser.get("/readyz").await.status, 200);
    server.app.clock.advance_seconds(2);
    server.app.db.close().await;
    assert_eq!(browser.get("/readyz").await.status, 503, "a database that takes no writes");
    assert_eq!(browser.get("/healthz").await.status, 200, "it lives all the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_served_compressed_and_for_ever_when_their_name_has_a_hash() {
    let db = TestDb::sqlite().await;
    let root = std::env::temp_dir().join("lectern-test-site-of-assets");
    std::fs::create_dir_all(root.join("pkg")).expect("a folder");
    for (name, content) in [
        ("pkg/lectern.0123456789abcdef.js", "plain"),
        ("pkg/lectern.0123456789abcdef.js.br", "brotli"),
        ("robots.txt", "User-agent: *"),
        (".hidden.txt", "no"),
    ] {
        std::fs::write(root.join(name), content).expect("written");
    }
    let wish = Wish { config: |c| c.site_root = std::env::temp_dir().join("lectern-test-site-of-assets"), ..Wish::default() };
    let server = TestServer::start_as(&db, wish).await;
    let mut browser = server.browser();
    let hashed = "/pkg/lectern.0123456789abcdef.js";
    let small = browser.send("GET", hashed, &[("Accept-Encoding", "gzip, br")], b"").await;
    assert_eq!((small.body.as_str(), small.header("content-encoding")), ("brotli", Some("br")));
    assert_eq!(small.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(small.header("content-type"), Some("text/javascript; charset=utf-8"));
    let plain = browser.get(hashed).await;
    assert_eq!((plain.body.as_str(), plain.header("content-encoding")), ("plain", None));
    let robots = browser.get("/robots.txt").await;
    assert_eq!((robots.status, robots.header("cache-control")), (200, Some("no-cache")));
    let etag = robots.header("etag").expect("an etag").to_owned();
    assert_eq!(browser.send("GET", "/robots.txt", &[("If-None-Match", &etag)], b"").await.status, 304);
    for path in ["/.hidden.txt", "/pkg/../robots.txt/../../../etc/hostname.txt", "/pkg/%2e%2e/robots.txt", "/pkg/none.js"] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_rendered_at_the_same_time_do_not_disturb_each_other() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let pages = [
        ("/", "Live training sessions"),
        ("/sign-in", "Sign in"),
        ("/help", "Help"),
        ("/s/negotiation-skills", "Negotiation skills"),
        ("/no/such/page", "There is no page here"),
        ("/s/fifty-seats/register", "Register for "),
    ];
    let readers: Vec<_> = (0..8)
        .map(|reader| {
            let mut browser = server.browser();
            tokio::spawn(async move {
                for n in 0..40 {
                    let (path, title) = pages[(reader + n) % pages.len()];
                    let reply = browser.get(path).await;
                    assert!(reply.status == 200 || reply.status == 404, "{path}: {} {}", reply.status, reply.body);
                    assert!(reply.body.contains(&format!("<title>{title}")), "{path}: {}", reply.body);
                    assert!(reply.body.contains("</html>"), "{path}: {}", reply.body);
                }
            })
        })
        .collect();
    for reader in readers {
        reader.await.expect("every page came whole");
    }
}
