//! A whole server without its sockets: the demo site on a database of its own, a clock that a test moves, and the payment
//! simulator answering over real HTTP.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use lectern::domain::{card::Expiry, payment::Method, text::Lang, time::Timestamp};
use lectern::read_tx;
use lectern::server::{
    clock::Clock,
    config::Config,
    ctx::{Caller, Ctx, Person},
    failure::Failure,
    flows::pay::PayAsk,
    jobs,
    limits::{Addresses, Limits},
    payments::{
        ask::{Billing, CardDetails, SecretDigits},
        line::Timing,
        registry::Processors,
    },
    sandbox::{self, Sandbox, SandboxConfig},
    seed,
    state::{App, Parts},
    store::{db::Db, order, person, site},
    vault::Vault,
    verify,
};
use leptos::config::LeptosOptions;

use super::TestDb;

/// The day every test begins: 2026-11-23T09:00:00Z.
pub const TODAY: Timestamp = Timestamp::from_seconds(1_795_424_400);

/// The demo site, and what a test does with it.
pub struct TestApp {
    /// The shared parts.
    pub app: App,
    /// The simulator, to script faults and read its ledger.
    pub sandbox: Arc<Sandbox>,
    /// Where the simulator answers.
    pub sandbox_url: String,
}

impl TestApp {
    /// Loads the demo site into `db`, with a clock that stands at [`TODAY`].
    pub async fn demo(db: &TestDb) -> Self {
        let this = Self::bare(db, Clock::manual(TODAY)).await;
        seed::demo(&this.app).await.expect("the demo site loads");
        this
    }

    /// The parts without data.
    pub async fn bare(db: &Db, clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let at = listener.local_addr().expect("a bound socket has an address");
        let sandbox = Sandbox::new(SandboxConfig::in_memory(clock.clone())).expect("a simulator in memory");
        tokio::spawn(sandbox::serve(listener, sandbox.clone(), std::future::pending()));
        let key = Vault::new_key(&clock);
        let timing = Timing {
            deadline: Duration::from_millis(1500),
            resend_after: vec![Duration::from_millis(20), Duration::from_millis(50)],
            rest: Duration::from_millis(50),
            ..Timing::default()
        };
        let app = App::new(Parts {
            config: config(at, &key),
            db: db.clone(),
            vault: Vault::parse(&key).expect("a new key is a key"),
            processors: Processors::with_timing(clock.clone(), timing).expect("an HTTP client"),
            limits: Limits::new(clock.clone(), Addresses::AllButLoopback),
            leptos: LeptosOptions::builder().output_name("lectern").build(),
            clock,
        });
        Self { app, sandbox, sandbox_url: format!("http://{at}") }
    }

    /// A stranger from this machine.
    pub async fn visitor(&self) -> Ctx {
        visitor(&self.app).await
    }

    /// A demo person, signed in: `host`, `admin`, `manager` or `division`.
    pub async fn person(&self, name: &str) -> Ctx {
        person(&self.app, name).await
    }

    /// The order behind a link.
    pub async fn order(&self, link: &str) -> order::Order {
        let site = self.visitor().await.caller.site.id;
        let found = read_tx!(self.app.db, |tx| -> Result<_, Failure> { Ok(order::find_by_link(tx, site, link).await?) });
        found.expect("orders read").expect("the order exists")
    }

    /// Runs the worker until it has nothing to do now.
    pub async fn run_jobs(&self) {
        while jobs::tick(&self.app).await.expect("the worker runs") {}
    }

    /// Fails unless every money invariant holds, the simulator's ledger included.
    pub async fn verify(&self) {
        let checks = verify::run(&self.app, Some(&self.sandbox_url)).await.expect("verify runs");
        assert!(!checks.is_empty());
        for check in checks {
            assert_eq!(check.violations, 0, "{} {}: {:?}", check.code, check.claim, check.named);
        }
    }
}

/// A stranger from this machine at the default site.
pub async fn visitor(app: &App) -> Ctx {
    let found = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(site::find_by_host(tx, "localhost").await?) });
    let site = found.expect("the site reads").expect("there is a default site");
    let caller = Caller { site: site.into(), person: None, lang: Lang::En, ip: IpAddr::V4(Ipv4Addr::LOCALHOST) };
    Ctx { app: app.clone(), caller }
}

/// A demo person, signed in: `host`, `admin`, `manager` or `division`.
pub async fn person(app: &App, name: &str) -> Ctx {
    let mut ctx = visitor(app).await;
    let email = format!("{name}@demo.test");
    let found = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(person::find_by_email(tx, &email).await?) });
    let found = found.expect("people read").expect("the demo person exists");
    ctx.caller.person = Some(Person { id: found.id, name: found.name, email: found.email, role: found.role, division: found.division });
    ctx
}

/// A payment form with a card that has `number`.
pub fn card(key: &str, quote_version: i64, number: &str) -> PayAsk {
    PayAsk {
        attempt_key: format!("test-key-{key:0>16}"),
        quote_version,
        method: Method::Card,
        card: Some(CardDetails {
            number: SecretDigits::new(number),
            expiry: Expiry { year: 2030, month: 12 },
            code: SecretDigits::new("123"),
            name: "Ana Pop".into(),
            three_ds: None,
        }),
        billing: Billing { first_name: "Ana".into(), last_name: "Pop".into(), country: "US".into(), ..Billing::default() },
    }
}

fn config(sandbox: SocketAddr, key: &str) -> Config {
    Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        database: String::new().into(),
        sandbox: Some(sandbox),
        demo: true,
        base_url: "http://localhost".into(),
        site_root: "target/site".into(),
        trusted_proxies: vec![],
        connections_max: 256,
        secret_key: key.to_owned().into(),
    }
}
