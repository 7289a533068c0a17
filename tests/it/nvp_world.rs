//! What the tests of both NVP products share: a simulator on a free port, clients for it, a played server, a merchant's address.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing};
use lectern::domain::{
    ids::ProcessorConfigId,
    money::{Currency, Money},
};
use lectern::server::clock::Clock;
use lectern::server::payments::line::{Timing, http_client};
use lectern::server::payments::nvp::codec::Fields;
use lectern::server::payments::{
    Captured, ConfigVersion, IdempotencyKey, Outcome, Processor, ProcessorConfig, ProcessorKind, ProcessorRef, Processors,
};
use lectern::server::sandbox::{
    self, Sandbox, SandboxConfig, Switches,
    faults::{self, FaultKind},
    ledger::Report,
    nvp::{merchant_id, signature},
};
use secrecy::SecretString;
use tokio::{net::TcpListener, sync::mpsc, sync::oneshot};

pub const ACCOUNT: &str = "lectern-demo";
pub const PASSWORD: &str = "Simulator-2026";

pub struct World {
    pub sandbox: Arc<Sandbox>,
    pub base: String,
    pub clock: Clock,
    _stop: oneshot::Sender<()>,
}

pub fn config(base: &str, folder: &str, password: &str) -> ProcessorConfig {
    let secret = |value: &str| SecretString::from(value.to_owned());
    ProcessorConfig {
        of: ConfigVersion { id: ProcessorConfigId(uuid::Uuid::nil()), version: 1 },
        settings: serde_json::json!({
            "base_url": format!("{base}/{folder}"), "api_username": ACCOUNT, "merchant_id": merchant_id(ACCOUNT), "own_ip": "192.0.2.1",
        }),
        secrets: BTreeMap::from([("api_password".to_owned(), secret(password)), ("api_signature".to_owned(), secret(&signature(ACCOUNT)))]),
    }
}

/// Waiting times of a test: two quick resends, and a deadline that a hang of the simulator passes.
pub fn timing() -> Timing {
    Timing {
        deadline: Duration::from_millis(1500),
        resend_after: vec![Duration::from_millis(5); 2],
        place_wait: Duration::from_millis(200),
        failures_max: 100,
        ..Timing::default()
    }
}

pub fn built(kind: ProcessorKind, config: &ProcessorConfig, clock: Clock) -> Arc<dyn Processor> {
    let processors = Processors::with_timing(clock, timing()).expect("TLS can be set up");
    processors.get(kind, config).expect("usable settings")
}

pub async fn world_at(config: SandboxConfig) -> World {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let clock = config.clock.clone();
    let sandbox = Sandbox::new(config).expect("a sandbox");
    sandbox.set(Switches { hang_ms: 10_000, ..Switches::default() });
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(sandbox::serve(listener, Arc::clone(&sandbox), async move { drop(stopped.await) }));
    World { sandbox, base, clock, _stop: stop }
}

impl World {
    pub fn client(&self, kind: ProcessorKind, folder: &str, password: &str) -> Arc<dyn Processor> {
        built(kind, &config(&self.base, folder, password), self.clock.clone())
    }

    pub fn fault(&self, kind: FaultKind, times: u32, on: &str) {
        self.sandbox.script(faults::Fault::new(kind, times).on(on));
    }

    pub fn refuse(&self, code: &str, on: &str) {
        self.fault(FaultKind::Refuse { code: code.to_owned() }, 1, on);
    }

    /// What the simulator's own books say was taken and given back, and how many transactions they have.
    pub fn books(&self) -> (i64, i64, usize) {
        let Report { totals, entries } = self.sandbox.report();
        (totals.iter().map(|t| t.captured_minor).sum(), totals.iter().map(|t| t.refunded_minor).sum(), entries.len())
    }

    async fn post(&self, path: &str, kind: &str, body: String) -> (u16, String) {
        let http = http_client().expect("a client");
        let request = http.post(format!("{}{path}", self.base)).header("content-type", kind).body(body);
        let answer = request.send().await.expect("an answer");
        let location = answer.headers().get("location").and_then(|l| l.to_str().ok()).map(str::to_owned);
        let status = answer.status().as_u16();
        (
            status,
            match location {
                Some(location) => location,
                None => answer.text().await.expect("text"),
            },
        )
    }

    pub async fn get(&self, path: &str) -> String {
        let http = http_client().expect("a client");
        http.get(format!("{}{path}", self.base)).send().await.expect("an answer").text().await.expect("text")
    }

    pub async fn control(&self, path: &str, body: &str) -> String {
        let (status, answer) = self.post(&format!("/control/{path}"), "application/json", body.to_owned()).await;
        assert!((200..300).contains(&status), "{status} {answer}");
        answer
    }

    pub async fn clear_faults(&self) {
        let http = http_client().expect("a client");
        assert_eq!(http.delete(format!("{}/control/faults", self.base)).send().await.expect("an answer").status(), 204);
    }

    /// What the buyer does on the page; status and where they are sent, or the page.
    pub async fn post_choice(&self, token: &ProcessorRef, action: &str, funding: &str) -> (u16, String) {
        let form = format!("cmd=_simulator-decide&token={}&action={action}&funding={funding}", token.as_str());
        self.post("/express/webscr", "application/x-www-form-urlencoded", form).await
    }

    /// What the buyer does on the page; where they are sent then.
    pub async fn choose(&self, token: &ProcessorRef, action: &str, funding: &str) -> String {
        let (status, location) = self.post_choice(token, action, funding).await;
        assert_eq!(status, 303, "{location}");
        location
    }

    /// A call that our client does not make.
    pub async fn call(&self, fields: &str) -> BTreeMap<String, String> {
        let body = format!("{fields}&USER={ACCOUNT}&PWD={PASSWORD}&SIGNATURE={}&VERSION=124.0", signature(ACCOUNT));
        let (status, text) = self.post("/express/nvp", "application/x-www-form-urlencoded", body).await;
        assert_eq!(status, 200);
        decoded(&text)
    }
}

pub fn decoded(body: &str) -> BTreeMap<String, String> {
    let fields = Fields::decode(body.as_bytes()).unwrap_or_else(|| panic!("no reply: {body}"));
    fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

pub fn key(n: u8) -> IdempotencyKey {
    IdempotencyKey::from_random([n; 16])
}

pub fn money(minor: i64, currency: Currency) -> Money {
    Money::from_minor(minor, currency)
}

pub fn cad(minor: i64) -> Money {
    money(minor, Currency::CAD)
}

pub fn nobody() -> ProcessorRef {
    ProcessorRef::parse("00000000000000000").expect("a reference")
}

pub fn captured(outcome: Outcome<Captured>) -> Captured {
    match outcome {
        Outcome::Done(captured) => captured,
        other => panic!("not captured: {other:?}"),
    }
}

/// A server that gives these replies in turn; the bodies it got.
pub async fn play(replies: Vec<&'static str>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let played = tokio::spawn(async move {
        let mut bodies = Vec::new();
        for reply in replies {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut seen = String::new();
            let mut buffer = [0; 4096];
            let body = loop {
                let n = stream.read(&mut buffer).await.expect("readable");
                seen.push_str(&String::from_utf8_lossy(&buffer[..n]));
                let Some((head, body)) = seen.split_once("\r\n\r\n") else { continue };
                let head = head.to_ascii_lowercase();
                assert!(
                    head.contains("content-type: application/x-www-form-urlencoded") && head.contains("user-agent: lectern/"),
                    "{head}"
                );
                let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok());
                if body.len() >= length.expect("a length, not chunks") {
                    break body.to_owned();
                }
            };
            bodies.push(body);
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{reply}",
                reply.len()
            );
            stream.write_all(answer.as_bytes()).await.expect("writable");
        }
        bodies
    });
    (base, played)
}

/// A merchant's address: what came, and what it answers.
pub struct Merchant {
    pub url: String,
    came: mpsc::UnboundedReceiver<Bytes>,
    pub answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

type Desk = (mpsc::UnboundedSender<Bytes>, Arc<Mutex<VecDeque<StatusCode>>>);

async fn take(State((came, answers)): State<Desk>, body: Bytes) -> StatusCode {
    came.send(body).expect("the test listens");
    answers.lock().expect("nobody panics").pop_front().unwrap_or(StatusCode::OK)
}

pub async fn merchant() -> Merchant {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/ipn", listener.local_addr().expect("an address"));
    let ((sender, came), answers) = (mpsc::unbounded_channel(), Arc::default());
    let app = Router::new().route("/ipn", routing::post(take)).with_state((sender, Arc::clone(&answers)));
    tokio::spawn(async move { axum::serve(listener, app).await });
    Merchant { url, came, answers }
}

impl Merchant {
    pub async fn next(&mut self) -> Bytes {
        tokio::time::timeout(Duration::from_secs(5), self.came.recv()).await.expect("in time").expect("a notice")
    }

    pub async fn nothing(&mut self) {
        assert!(tokio::time::timeout(Duration::from_millis(200), self.came.recv()).await.is_err(), "nothing more comes");
    }
}
