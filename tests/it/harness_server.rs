//! The whole server on a free port of this machine, with the demo site, the payment simulators and a clock that tests move; and a
//! small HTTP client that says exactly what a test tells it to say.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use lectern::domain::time::Timestamp;
use lectern::server::{
    clock::Clock,
    config::Config,
    ctx::Ctx,
    run::{self, Stop, shutdown},
    sandbox::{Sandbox, SandboxConfig},
    seed,
    state::App,
    store::db::Db,
    vault::Vault,
    verify,
    web::accept::Patience,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::harness;

/// The day on which the server's clock stands: 2026-11-23T09:00:00Z.
pub const TODAY: Timestamp = Timestamp::from_seconds(1_795_424_400);

/// How a test's server is to be.
pub struct Wish {
    /// How long it waits for clients.
    pub patience: Patience,
    /// Changes to the settings.
    pub config: fn(&mut Config),
}

impl Default for Wish {
    fn default() -> Self {
        Self { patience: Patience { connections_max: 256, ..Patience::default() }, config: |_| {} }
    }
}

/// A running server.
pub struct TestServer {
    /// Where it answers.
    pub addr: SocketAddr,
    /// Its parts.
    pub app: App,
    /// The payment simulators it talks to.
    pub sandbox: Arc<Sandbox>,
    stop: Stop,
    running: JoinHandle<()>,
}

impl TestServer {
    /// Starts with the demo site in `db`.
    pub async fn start(db: &Db) -> Self {
        Self::start_as(db, Wish::default()).await
    }

    /// Starts as wished.
    pub async fn start_as(db: &Db, wish: Wish) -> Self {
        let clock = Clock::manual(TODAY);
        let (listener, simulators) = (free_port().await, free_port().await);
        let addr = listener.local_addr().expect("a bound socket has an address");
        let mut config = Config {
            listen: addr,
            database: String::new().into(),
            sandbox: simulators.local_addr().ok(),
            demo: true,
            base_url: format!("http://{addr}"),
            site_root: "target/site".into(),
            trusted_proxies: vec![],
            connections_max: 256,
            secret_key: Vault::new_key(&clock).into(),
        };
        (wish.config)(&mut config);
        let app = run::app(config, db.clone(), clock.clone()).expect("the settings fit");
        seed::demo(&app).await.expect("the demo site loads");
        let sandbox = Sandbox::new(SandboxConfig::in_memory(clock)).expect("simulators in memory");
        run::hear_of_payments(&app, &sandbox).await.expect("the simulators know whom to tell");
        let (stop, shutdown) = shutdown::channel();
        let serving = run::serve_on(app.clone(), listener, Some((simulators, sandbox.clone())), wish.patience, shutdown);
        let running = tokio::spawn(async move { serving.await.expect("the server runs") });
        Self { addr, app, sandbox, stop, running }
    }

    /// Asks the server to stop; [`TestServer::stopped`] waits for it.
    pub fn ask_to_stop(&self) {
        self.stop.now();
    }

    /// Whether the server is still at work after `patience`.
    pub async fn is_busy_after(&mut self, patience: Duration) -> bool {
        tokio::time::timeout(patience, &mut self.running).await.is_err()
    }

    /// Stops the server and waits until it has.
    pub async fn stopped(self) {
        self.stop.now();
        self.running.await.expect("the server ends well");
    }

    /// A demo person as the flows meet them: `host`, `admin`, `manager` or `division`.
    pub async fn ctx(&self, name: &str) -> Ctx {
        harness::person(&self.app, name).await
    }

    /// Every invariant holds, the simulators' books included; then the server stops.
    pub async fn ends_clean(self) {
        let url = self.app.config.sandbox_url();
        for check in verify::run(&self.app, url.as_deref()).await.expect("verify runs") {
            assert_eq!(check.violations, 0, "{} {}: {:?}", check.code, check.claim, check.named);
        }
        self.stopped().await;
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser { addr: self.addr, cookies: BTreeMap::new() }
    }

    /// A browser signed in as a demo person: `host`, `admin`, `manager` or `division`.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let reply = browser.sign_in(&format!("{name}@demo.test"), seed::PASSWORD).await;
        assert_eq!(reply.status, 303, "{name} signs in: {}", reply.body);
        browser
    }
}

async fn free_port() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port")
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// Every header line, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Reply {
    /// The first header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn parse(raw: &[u8]) -> Self {
        let end = raw.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(raw)));
        let head = String::from_utf8_lossy(&raw[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok()).expect("a status line");
        let headers: Vec<_> =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let body = &raw[end + 4..];
        let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if is_chunked { join_chunks(body) } else { body.to_vec() };
        Self { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}

fn join_chunks(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(at) = rest.windows(2).position(|w| w == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..at]).unwrap_or("0").trim(), 16).unwrap_or(0);
        if length == 0 {
            break;
        }
        whole.extend_from_slice(&rest[at + 2..at + 2 + length]);
        rest = &rest[at + 4 + length..];
    }
    whole
}

/// Keeps cookies, follows nothing, and adds no header but those named here.
#[derive(Clone)]
pub struct Browser {
    /// Where the server is.
    pub addr: SocketAddr,
    /// What it holds.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A GET as a browser makes it.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, &[("Accept", "text/html")], b"").await
    }

    /// A form's POST as a browser makes it, from our own page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post_with(path, fields, &[("Accept", "text/html"), ("Sec-Fetch-Site", "same-origin")]).await
    }

    /// A form's POST with headers of the test's own.
    pub async fn post_with(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
        let body = form(fields);
        let headers = [headers, &[("Content-Type", "application/x-www-form-urlencoded")]].concat();
        self.send("POST", path, &headers, body.as_bytes()).await
    }

    /// Signs in.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        self.post("/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Says exactly this, and `Host`, `Connection`, `Content-Length` and the cookies held.
    pub async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head += &format!("Host: {}\r\n", self.addr);
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            head += &format!("Cookie: {}\r\n", pairs.join("; "));
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        let is_chunked = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
        if !is_chunked && (!body.is_empty() || method == "POST") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        let raw = exchange(self.addr, &[head.as_bytes(), b"\r\n", body].concat()).await;
        let reply = Reply::parse(&raw);
        for (_, cookie) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie has a name");
            if cookie.to_ascii_lowercase().contains("max-age=0") || value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}

/// A form's body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

/// Sends bytes and reads until the server closes.
pub async fn exchange(addr: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(addr).await.expect("the server listens");
    // The server may answer and close before it has read everything; then its answer is what counts.
    let _ = stream.write_all(bytes).await;
    let mut raw = Vec::new();
    let reading = async {
        let mut chunk = [0; 16 * 1024];
        while let Ok(count @ 1..) = stream.read(&mut chunk).await {
            raw.extend_from_slice(&chunk[..count]);
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reading).await.expect("the server answers within 30 s");
    raw
}
