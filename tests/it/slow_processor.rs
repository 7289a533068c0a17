//! A processor that answers late: everybody is served, in the order of a queue that is long enough.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lectern::domain::{
    card::Expiry,
    ids::ProcessorConfigId,
    money::{Currency, Money},
};
use lectern::server::clock::Clock;
use lectern::server::payments::{
    AttemptRef, Billing, CardDetails, ConfigVersion, IdempotencyKey, Outcome, ProcessorConfig, ProcessorKind, Processors, Sale,
    SecretDigits, Timing,
};
use lectern::server::sandbox::{
    self, Sandbox, SandboxConfig,
    faults::{Fault, FaultKind},
};
use secrecy::SecretString;
use tokio::net::TcpListener;

const BUYERS: u8 = 200;

fn sale(n: u8) -> Sale {
    Sale {
        amount: Money::from_minor(2500, Currency::USD),
        card: CardDetails {
            number: SecretDigits::new("4111111111111111"),
            expiry: Expiry::parse("12/39").expect("an expiry"),
            code: SecretDigits::new("123"),
            name: "Ana Pop".to_owned(),
            three_ds: None,
        },
        billing: Billing::default(),
        invoice: format!("LE-{n}"),
        attempt_ref: AttemptRef::parse(&format!("TRY{n}")).expect("a reference"),
        buyer_ip: None,
        email: None,
        description: "A seat".to_owned(),
    }
}

/// All waiting times are those of the product, divided by five; so is the two seconds' wait of the requirement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_buyers_at_once_are_all_served_by_a_slow_processor() {
    let usual = Timing::default();
    let timing = Timing { deadline: usual.deadline / 5, place_wait: usual.place_wait / 5, ..usual };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}/payflow/", listener.local_addr().expect("an address"));
    let sandbox = Sandbox::new(SandboxConfig::in_memory(Clock::System)).expect("in memory");
    sandbox.script(Fault::new(FaultKind::Slow { ms: 400 }, u32::MAX));
    tokio::spawn(sandbox::serve(listener, Arc::clone(&sandbox), std::future::pending()));
    let config = ProcessorConfig {
        of: ConfigVersion { id: ProcessorConfigId(uuid::Uuid::nil()), version: 1 },
        settings: serde_json::json!({"base_url": base, "partner": "PayPal", "vendor": "lectern-demo", "user": "lectern-demo"}),
        secrets: BTreeMap::from([("password".to_owned(), SecretString::from("Simulator-2026"))]),
    };
    let processors = Processors::with_timing(Clock::System, timing).expect("TLS can be set up");
    let payflow = processors.get(ProcessorKind::Payflow, &config).expect("usable settings");
    let began = tokio::time::Instant::now();
    let sales = (0..BUYERS).map(|n| {
        let payflow = Arc::clone(&payflow);
        tokio::spawn(async move { payflow.sale(&IdempotencyKey::from_random([n; 16]), &sale(n)).await })
    });
    for sold in futures::future::join_all(sales).await {
        let sold = sold.expect("it ends");
        assert!(matches!(sold, Outcome::Done(_)), "{sold:?}");
    }
    assert!(began.elapsed() >= Duration::from_millis(1200), "they did wait for one another");
    assert_eq!(sandbox.report().entries.len(), usize::from(BUYERS), "each of them once");
}
