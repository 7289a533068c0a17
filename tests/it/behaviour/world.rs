//! A shop of one processor: our pages on a port of their own, the simulators on another, a postman between the two who keeps every
//! message a processor sends until the test says when it arrives.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing,
};
use lectern::domain::ids::{ProcessorConfigId, SiteId};
use lectern::server::{
    clock::Clock,
    config::Config,
    failure::Failure,
    flows::processors::{self, Demo, form::Secrets},
    limits::{Addresses, Limits},
    payments::{
        Processor, ProcessorKind,
        line::{Timing, http_client},
        registry::Processors,
    },
    run::{Stop, shutdown},
    sandbox::{
        self, Sandbox, SandboxConfig, Switches,
        faults::{Fault, FaultKind},
        ledger::Entry,
        stripe,
    },
    seed,
    state::{App, Parts},
    store::{processor_config, site},
    vault::Vault,
    verify,
    web::{self, accept::Patience, assets},
};
use lectern::{read_tx, write_tx};
use tokio::{net::TcpListener, task::AbortHandle};

use super::buyer::Buyer;
use super::kinds::{Hand, Kind};
use crate::harness::{TODAY, TestApp, TestDb};
use crate::harness_server::Browser;

/// The simulators' account.
pub const ACCOUNT: &str = "lectern-demo";

/// One behaviour for the processors named: a module with a test for each of them on each engine, such as
/// `approve::express::postgres`. The body gets the [`World`] it is in; afterwards every invariant must hold.
#[macro_export]
macro_rules! for_each_kind {
    ($(#[$meta:meta])* $name:ident: $($kind:ident)+, |$world:ident| async $body:block) => {
        $(#[$meta])*
        async fn $name($world: &$crate::behaviour::world::World) $body

        mod $name {
            $(mod $kind {
                async fn both(db: $crate::harness::TestDb) {
                    let world = $crate::behaviour::world::World::start(&db, $crate::behaviour::kinds::$kind()).await;
                    super::super::$name(&world).await;
                    world.ends().await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    $crate::harness::TestDb::sqlite().await.test(both).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    $crate::harness::TestDb::postgres().await.test(both).await;
                }
            })+
        }
    };
}

/// A message of a processor's, as it was sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Where to.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

type Letters = Arc<Mutex<Vec<Letter>>>;

/// The shop.
pub struct World {
    /// Its processor.
    pub kind: Kind,
    /// Our parts, and the simulators.
    pub test: TestApp,
    /// Where our pages are.
    pub addr: SocketAddr,
    /// The shop's site.
    pub site: SiteId,
    letters: Letters,
    /// What the test did at the processor is not in our books, on purpose.
    is_beside: AtomicBool,
    simulators: AbortHandle,
    _stop: Stop,
}

/// Waiting times of a test: two quick resends, and a deadline that a hang of the simulator passes.
pub fn timing() -> Timing {
    Timing {
        deadline: Duration::from_millis(1500),
        resend_after: vec![Duration::from_millis(5); 2],
        place_wait: Duration::from_millis(200),
        failures_max: 1000,
        ..Timing::default()
    }
}

async fn port() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let addr = listener.local_addr().expect("a bound socket has an address");
    (listener, addr)
}

async fn keep(State(letters): State<Letters>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    letters.lock().unwrap_or_else(PoisonError::into_inner).push(Letter { path: uri.path().to_owned(), headers, body });
    StatusCode::OK
}

impl World {
    /// A shop that takes money by `kind` and nothing else.
    pub async fn start(db: &TestDb, kind: Kind) -> Self {
        Self::start_with(db, kind, timing()).await
    }

    /// The same with waiting times of the test's own.
    pub async fn start_with(db: &TestDb, kind: Kind, timing: Timing) -> Self {
        let clock = Clock::manual(TODAY);
        let ((pages, addr), (simulators, sandbox_addr), (post, post_addr)) = (port().await, port().await, port().await);
        let sandbox = Sandbox::new(SandboxConfig::in_memory(clock.clone())).expect("simulators in memory");
        sandbox.set(Switches { hang_ms: 10_000, ..Switches::default() });
        let simulators = tokio::spawn(sandbox::serve(simulators, sandbox.clone(), std::future::pending())).abort_handle();
        let letters = Letters::default();
        let desk = Router::new().route("/notify/{*rest}", routing::post(keep)).with_state(letters.clone());
        tokio::spawn(async move { axum::serve(post, desk).await });
        let key = Vault::new_key(&clock);
        let config = Config {
            listen: addr,
            database: String::new().into(),
            sandbox: Some(sandbox_addr),
            demo: true,
            // Messages go to the postman; buyers come back to our pages, whatever address they were told.
            base_url: format!("http://{post_addr}"),
            site_root: "target/site".into(),
            trusted_proxies: vec![],
            connections_max: 256,
            secret_key: key.clone().into(),
        };
        let app = App::new(Parts {
            db: (**db).clone(),
            vault: Vault::parse(&key).expect("a new key is a key"),
            processors: Processors::with_timing(clock.clone(), timing).expect("an HTTP client"),
            limits: Limits::new(clock.clone(), Addresses::AllButLoopback),
            leptos: assets::leptos_options(&config.site_root),
            config,
            clock,
        });
        seed::demo(&app).await.expect("the demo site loads");
        let site = open_shop(&app, &kind).await;
        for (of, account) in [("orders", ACCOUNT), ("stripe", stripe::DEMO.id), ("wpp_uk", ACCOUNT)] {
            sandbox.listen(of, account, &format!("http://{post_addr}/notify/{of}/{site}"));
        }
        let (stop, shutdown) = shutdown::channel();
        let router = web::router(&app).expect("the base URL is an origin");
        let patience = Patience { connections_max: 256, ..Patience::default() };
        tokio::spawn(async move { web::accept::serve(pages, router, patience, shutdown.wait()).await });
        let test = TestApp { app, sandbox, sandbox_url: format!("http://{sandbox_addr}") };
        Self { kind, test, addr, site, letters, is_beside: AtomicBool::new(false), simulators, _stop: stop }
    }

    /// A stranger's browser.
    pub fn browser(&self) -> Browser {
        Browser { addr: self.addr, cookies: Default::default() }
    }

    /// A buyer with a held order.
    pub async fn buyer(&self, name: &str) -> Buyer {
        let mut buyer = Buyer::register(self.browser(), name).await;
        if self.kind.hand == Hand::Nothing {
            buyer.applies_code("FREEPASS").await;
        }
        buyer
    }

    /// Our client of the shop's processor.
    pub async fn client(&self) -> Arc<dyn Processor> {
        let (site, code) = (self.site, self.kind.code());
        let found = read_tx!(self.test.app.db, |tx| -> Result<_, Failure> { Ok(processor_config::find(tx, site, code, "test").await?) });
        let stored = found.expect("configurations read").expect("the shop has one");
        processors::client(&self.test.app, &stored).expect("usable settings").1
    }

    /// Someone changes the processor's passwords there and not here.
    pub async fn spoils_credentials(&self) {
        let (site, code) = (self.site, self.kind.code());
        let names = self.kind.processor.secrets();
        let wrong = names.iter().fold(Secrets::default(), |secrets, name| {
            secrets.with(name, if *name == "webhook_secret" { "whsec_wrong_0000" } else { "sk_test_wrong_00000000" })
        });
        let app = &self.test.app;
        let changed = write_tx!(app.db, |tx| -> Result<u64, Failure> {
            let stored = processor_config::find(tx, site, code, "test").await?.ok_or(Failure::NotFound)?;
            let sql = "UPDATE processor_config SET secrets = $2, version = version + 1 WHERE id = $1";
            Ok(tx.sql(sql).bind(stored.id).bind(wrong.seal(&app.vault, stored.id)).execute().await?)
        });
        assert_eq!(changed.expect("a configuration"), 1);
    }

    /// Scripts a fault of an operation.
    pub fn fault(&self, kind: FaultKind, times: u32, on: &str) {
        self.test.sandbox.script(Fault::new(kind, times).on(on));
    }

    /// Takes back every scripted fault.
    pub async fn clear_faults(&self) {
        let http = http_client().expect("a client");
        let answer = http.delete(format!("{}/control/faults", self.test.sandbox_url)).send().await.expect("an answer");
        assert_eq!(answer.status(), 204);
    }

    /// A call of the simulators' control API.
    pub async fn control(&self, path: &str, body: &str) {
        let http = http_client().expect("a client");
        let url = format!("{}/control/{path}", self.test.sandbox_url);
        let answer = http.post(url).header("content-type", "application/json").body(body.to_owned()).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    /// The bank, or whoever reviews, decides about what is pending.
    pub async fn decides(&self, accept: bool) {
        let decision = format!("{{\"accept\":{accept}}}");
        let path = match self.kind.processor {
            ProcessorKind::Payflow => format!("review/{}", self.entries().last().expect("something is pending").pnref),
            other => format!("{}/settle", other.code()),
        };
        self.control(&path, &decision).await;
    }

    /// The simulator's own books of this processor.
    pub fn entries(&self) -> Vec<Entry> {
        let code = self.kind.code();
        self.test.sandbox.report().entries.into_iter().filter(|entry| entry.processor == code).collect()
    }

    /// How often money was taken, by the simulator's own books.
    pub fn captures(&self) -> usize {
        self.entries().iter().filter(|entry| entry.state == "captured").count()
    }

    /// How often money was taken for a buyer's order, each time exactly its price.
    pub async fn taken(&self, buyer: &Buyer) -> usize {
        let order = self.test.order(&buyer.order).await;
        let refs = read_tx!(self.test.app.db, |tx| -> Result<Vec<(String,)>, Failure> {
            Ok(tx.sql("SELECT our_ref FROM attempt WHERE order_id = $1").bind(order.id).all().await?)
        });
        let refs = refs.expect("attempts read");
        let entries = self.entries();
        let taken = entries.iter().filter(|entry| entry.state == "captured" && refs.iter().any(|(our_ref,)| *our_ref == entry.our_ref));
        taken.inspect(|entry| assert_eq!((entry.amount_minor, entry.currency), (order.total.minor(), order.total.currency()))).count()
    }

    /// How much was given back, in smallest units, by the simulator's own books.
    pub fn refunded(&self) -> i64 {
        self.entries().iter().filter(|entry| entry.state == "refunded").map(|entry| entry.amount_minor).sum()
    }

    /// From now on the test moves money at the processor that our books know nothing of.
    pub fn books_differ(&self) {
        self.is_beside.store(true, Ordering::Relaxed);
    }

    /// Nobody answers at the simulators' address any more.
    pub fn cut_off(&self) {
        self.simulators.abort();
    }

    /// Every invariant holds.
    pub async fn ends(&self) {
        if !self.is_beside.load(Ordering::Relaxed) {
            return self.test.verify().await;
        }
        for check in verify::run(&self.test.app, None).await.expect("verify runs") {
            assert!(check.holds(), "{check}");
        }
    }

    /// How many captures a paid order has there.
    pub fn one(&self) -> usize {
        usize::from(!matches!(self.kind.hand, Hand::Transfer | Hand::Nothing))
    }

    /// What the buyer's page says, which must be true: paid only of money that moved once, and nothing that sounds like "not paid"
    /// while money may have moved.
    pub async fn told(&self, buyer: &mut Buyer) -> String {
        let state = buyer.state().await;
        match state.as_str() {
            "checking" => {}
            "paid" => assert_eq!(self.taken(buyer).await, self.one(), "told paid"),
            _ => assert_eq!(self.taken(buyer).await, 0, "told {state} while money moved"),
        }
        state
    }

    /// Runs what is due now.
    pub async fn work(&self) {
        self.test.run_jobs().await;
    }

    /// Moves the clock, then runs what is due.
    pub async fn later(&self, seconds: i64) {
        self.test.app.clock.advance_seconds(seconds);
        self.work().await;
    }

    /// What the buyer is told in the end, as the worker finds out; on the way, nothing but "checking" and nothing untrue.
    pub async fn truth(&self, buyer: &mut Buyer) -> String {
        for seconds in [0, 61, 240, 600] {
            self.later(seconds).await;
            let state = self.told(buyer).await;
            if state != "checking" {
                return state;
            }
        }
        "checking".to_owned()
    }

    /// The buyer pays in the end, whatever happened before, and is charged once.
    pub async fn pays_at_last(&self, buyer: &mut Buyer) {
        let state = self.truth(buyer).await;
        if state != "paid" {
            assert!(matches!(state.as_str(), "held" | "failed"), "{state}");
            buyer.pays(&self.kind, self.kind.good).await;
            assert_eq!(self.truth(buyer).await, "paid");
        }
        assert_eq!(self.captures(), self.one());
    }

    /// The next `count` messages, in the order they were sent; waits for them.
    pub async fn letters(&self, count: usize) -> Vec<Letter> {
        for _ in 0..250 {
            {
                let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
                if letters.len() >= count {
                    return letters.drain(..count).collect();
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{count} messages were awaited and these came: {:?}", self.letters.lock());
    }

    /// Brings a message; what we answer.
    pub async fn deliver(&self, letter: &Letter) -> u16 {
        let http = http_client().expect("a client");
        let mut headers = letter.headers.clone();
        for name in ["host", "content-length", "connection"] {
            headers.remove(name);
        }
        let url = format!("http://{}{}", self.addr, letter.path);
        http.post(url).headers(headers).body(letter.body.clone()).send().await.expect("an answer").status().as_u16()
    }
}

/// The demo's site becomes a shop in the processor's country and currency, and offers that processor only.
async fn open_shop(app: &App, kind: &Kind) -> SiteId {
    let (code, country, currency) = (kind.code().to_owned(), kind.country.to_owned(), kind.currency.code().to_owned());
    write_tx!(app.db, |tx| -> Result<SiteId, Failure> {
        let site = site::find_by_host(tx, "acme.localhost").await?.ok_or(Failure::NotFound)?.id;
        tx.sql("UPDATE site SET currency = $2, merchant_country = $3 WHERE id = $1")
            .bind(site)
            .bind(currency.clone())
            .bind(country.clone())
            .execute()
            .await?;
        tx.sql("UPDATE session SET currency = $2 WHERE site_id = $1").bind(site).bind(currency.clone()).execute().await?;
        if let Some((settings, secrets)) = kind.setup() {
            let id: ProcessorConfigId = app.clock.id();
            let demo = Demo { position: 9, settings, secrets };
            processor_config::insert(tx, &processors::simulated(app, (id, site), kind.processor, demo)?).await?;
        }
        tx.sql("UPDATE processor_config SET enabled = (kind = $2) WHERE site_id = $1").bind(site).bind(code.clone()).execute().await?;
        Ok(site)
    })
    .expect("the shop opens")
}
