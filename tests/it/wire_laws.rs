//! Laws of every wire, over all currencies, texts and bytes: what a client writes, the simulator (written apart from it) reads as it
//! was meant; what a processor cannot carry is refused before it travels; and no bytes make a simulator fall over.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Method, Request as HttpRequest, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use lectern::domain::{
    card_kinds::CardKinds,
    money::{Currency, Money},
    text::Lang,
    time::Timestamp,
};
use lectern::server::clock::Clock;
use lectern::server::payments::{
    Approval, AttemptRef,
    nvp::{self, codec::Fields},
    orders::wire::{Amount, NewOrder, Order},
    payflow::{
        request::amount_to_wire,
        wire::{Request, Tagging},
    },
    stripe::{
        amount as stripe_amount,
        wire::{Form, Intent},
    },
};
use lectern::server::sandbox::{
    Account, Sandbox, SandboxConfig, Switches, nvp::read as nvp_simulator, payflow::read::Ask, router, stripe, stripe::params::Params,
};
use proptest::prelude::*;
use tower::ServiceExt as _;

const FORM: &str = "application/x-www-form-urlencoded";

/// Both sides of every bound: cents, whole units, the eight digits of Stripe and the ten of PayPal.
const MINORS: [i64; 14] = [-100, 0, 1, 50, 99, 100, 101, 1_250, 12_345, 99_990, 100_000, 99_999_990, 9_999_999_900, 10_000_000_000];

fn amounts() -> impl Iterator<Item = Money> {
    Currency::ALL.iter().flat_map(|currency| MINORS.iter().map(|minor| Money::from_minor(*minor, *currency)))
}

struct Simulators {
    sandbox: Arc<Sandbox>,
    router: Router,
}

impl Simulators {
    fn new() -> Self {
        let clock = Clock::manual(Timestamp::from_seconds(1_795_424_400));
        let switches = Switches { amount_triggers: false, hang_ms: 0, ..Switches::default() };
        let sandbox = Sandbox::new(SandboxConfig { switches, ..SandboxConfig::in_memory(clock) }).expect("a simulator in memory");
        Self { router: router(Arc::clone(&sandbox)), sandbox }
    }

    async fn post(&self, path: &str, key: &str, kind: &str, authorization: &str, body: impl Into<Body>) -> (StatusCode, String) {
        let request = HttpRequest::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, "127.0.0.1:3001")
            .header(header::CONTENT_TYPE, kind)
            .header(header::AUTHORIZATION, authorization)
            .header("x-vps-request-id", key)
            .header("x-vps-client-timeout", "45")
            .header("paypal-request-id", key)
            .header("idempotency-key", key)
            .header("prefer", "return=representation")
            .body(body.into())
            .expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let status = response.status();
        let body = response.into_body().collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
        (status, String::from_utf8_lossy(&body).into_owned())
    }
}

#[tokio::test]
async fn payflow_books_every_amount_that_it_carries_and_no_other_is_sent() {
    let (world, account) = (Simulators::new(), Account::default());
    for money in amounts() {
        // Two decimals, whatever the currency; a currency of three cannot travel (payflow-pro.md §4).
        let carried = (1..=9_999_999_999).contains(&money.minor())
            && match money.currency().exponent() {
                2 => true,
                0 => money.minor() <= 99_999_999,
                _ => false,
            };
        let wire = amount_to_wire(money);
        assert_eq!(wire.is_some(), carried, "{}", money.plain());
        let Some(wire) = wire else { continue };
        let (minor, code) = (money.minor(), money.currency().code());
        let mut request = Request::default();
        for (name, value) in [
            ("PARTNER", account.partner.as_str()),
            ("VENDOR", &account.vendor),
            ("USER", &account.user),
            ("PWD", &account.password),
            ("TRXTYPE", "S"),
            ("TENDER", "C"),
            ("ACCT", "4111111111111111"),
            ("EXPDATE", "1234"),
            ("AMT", &wire),
            ("CURRENCY", code),
        ] {
            request.add(name, value);
        }
        let body = request.encode(&Request::default(), Tagging::AsNeeded).to_vec();
        let (_, answer) = world.post("/payflow/", &format!("{code}{minor}"), "text/namevalue", "", body).await;
        assert!(answer.starts_with("RESULT=0&"), "{} {answer}", money.plain());
        let booked = world.sandbox.report().entries.pop().expect("it was booked");
        assert_eq!(Money::from_minor(booked.amount_minor, booked.currency), money, "{wire}");
    }
}

#[tokio::test]
async fn payflow_refuses_a_fraction_that_the_currency_has_not() {
    let world = Simulators::new();
    let body = "PARTNER=PayPal&VENDOR=lectern-demo&USER=lectern-demo&PWD=Simulator-2026&TRXTYPE=S&TENDER=C&ACCT=4111111111111111\
        &EXPDATE=1234&AMT=1500.50&CURRENCY=JPY";
    let (_, answer) = world.post("/payflow/", "yen", "text/namevalue", "", body).await;
    assert!(answer.starts_with("RESULT=4&"), "half a yen is no amount: {answer}");
    assert!(world.sandbox.report().entries.is_empty());
}

/// Currencies PayPal carries, and the three it carries without decimals although two of them have some (paypal-rest.md §3).
fn paypal_carries(money: Money) -> bool {
    let whole = !matches!(money.currency(), Currency::HUF | Currency::TWD) || money.minor() % 100 == 0;
    money.minor() >= 1 && whole && !matches!(money.currency(), Currency::RON | Currency::KWD)
}

#[test]
fn the_nvp_simulators_read_every_amount_that_is_carried() {
    for money in amounts() {
        let wire = nvp::amount::to_wire(money);
        assert_eq!(wire.is_some(), paypal_carries(money) && money.minor() <= 9_999_999_999, "{}", money.plain());
        let Some(wire) = wire else { continue };
        assert_eq!(nvp_simulator::amount(&wire, money.currency()), Some(money), "{wire}");
        assert_eq!(nvp::amount::from_wire(&nvp_simulator::written(money), money.currency()), Some(money), "{wire}");
    }
    for (text, currency) in [("1500.50", Currency::HUF), ("1500.00", Currency::JPY), ("12.5", Currency::TWD), ("1", Currency::RON)] {
        assert_eq!(nvp_simulator::amount(text, currency), None, "{text} {currency}");
    }
}

fn approval(amount: Money, text: &str) -> Approval {
    Approval {
        amount,
        description: text.to_owned(),
        invoice: "I-1".to_owned(),
        attempt_ref: AttemptRef::parse("A1").expect("a reference"),
        email: None,
        return_url: "https://shop.example/return?a=1&b=2".to_owned(),
        cancel_url: "https://shop.example/cancel".to_owned(),
        notify_url: String::new(),
        kinds: CardKinds::All,
        lang: Lang::Ro,
    }
}

async fn bearer(world: &Simulators) -> String {
    let Account { vendor, password, .. } = Account::default();
    let basic = format!("Basic {}", STANDARD.encode(format!("{vendor}:{password}")));
    let (_, issued) = world.post("/paypal/v1/oauth2/token", "token", FORM, &basic, "grant_type=client_credentials").await;
    let issued: serde_json::Value = serde_json::from_str(&issued).expect("a token");
    format!("Bearer {}", issued["access_token"].as_str().expect("a token"))
}

#[tokio::test]
async fn an_order_at_paypal_is_of_the_amount_that_was_asked() {
    let world = Simulators::new();
    let bearer = bearer(&world).await;
    for money in amounts() {
        let wire = Amount::of(money);
        assert_eq!(wire.is_some(), paypal_carries(money), "{}", money.plain());
        let Some(wire) = wire else { continue };
        let body = serde_json::to_string(&NewOrder::of(&approval(money, "A seat"), wire, None)).expect("writable");
        let key = format!("{}{}", money.currency(), money.minor());
        let (status, answer) = world.post("/paypal/v2/checkout/orders", &key, "application/json", &bearer, body).await;
        assert!(status.is_success(), "{} {answer}", money.plain());
        let order: Order = serde_json::from_str(&answer).expect("an order");
        let told = order.purchase_units[0].amount.as_ref().and_then(Amount::money);
        assert_eq!(told, Some(money), "{answer}");
    }
    for (value, code) in [("12.50", "HUF"), ("1500.5", "JPY"), ("10.001", "EUR"), ("10.00", "RON"), ("0.00", "EUR"), ("-1.00", "EUR")] {
        let amount = Amount { currency_code: code.to_owned(), value: value.to_owned() };
        let eur = Money::from_minor(1, Currency::EUR);
        let body = serde_json::to_string(&NewOrder::of(&approval(eur, "A seat"), amount, None)).expect("writable");
        let (status, answer) = world.post("/paypal/v2/checkout/orders", &format!("{value}{code}"), "application/json", &bearer, body).await;
        assert!(status.is_client_error(), "{value} {code}: {answer}");
    }
}

#[tokio::test]
async fn a_payment_at_stripe_is_of_the_amount_that_was_asked() {
    let world = Simulators::new();
    let bearer = format!("Bearer {}", stripe::DEMO.secret_key);
    let mut sent = 0;
    for money in amounts() {
        let whole = money.currency() != Currency::KWD || money.minor() % 10 == 0;
        let wire = stripe_amount::to_wire(money);
        assert_eq!(wire.is_some(), whole && (1..=99_999_999).contains(&money.minor()), "{}", money.plain());
        let Some(wire) = wire else { continue };
        let form = Form::default().with("amount", &wire.to_string()).with("currency", &stripe_amount::currency_to_wire(money.currency()));
        let key = format!("{}{}", money.currency(), money.minor());
        let (status, answer) = world.post("/stripe/v1/payment_intents", &key, FORM, &bearer, form.text().to_owned()).await;
        // Stripe's own least amount, which our sites' prices are far above.
        if wire < 50 {
            assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
            continue;
        }
        let intent: Intent = serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{} {answer}", money.plain()));
        assert_eq!(stripe_amount::from_wire(intent.amount, &intent.currency), Some(money), "{answer}");
        sent += 1;
    }
    assert!(sent > 100);
    for (amount, currency) in [("14255", "kwd"), ("12.5", "eur"), ("100000000", "eur"), ("-5", "eur"), ("", "eur"), ("100", "EUR")] {
        let form = Form::default().with("amount", amount).with("currency", currency);
        let (status, answer) =
            world.post("/stripe/v1/payment_intents", &format!("{amount}{currency}"), FORM, &bearer, form.text().to_owned()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{amount} {currency}: {answer}");
    }
}

/// Text with everything that means something on some wire.
fn hostile() -> impl Strategy<Value = String> {
    r#"[\PC&=\[\]%+"'\\\r\n\x00-\x20țșăâî€🎓]{0,50}"#
}

proptest! {
    #[test]
    fn a_payflow_request_is_read_as_it_was_meant(values in prop::collection::vec(hostile(), 1..6), always: bool) {
        const NAMES: [&str; 6] = ["COMMENT1", "BILLTOSTREET", "CUSTOM", "EMAIL", "INVNUM", "COMMENT2"];
        let mut request = Request::default();
        NAMES.iter().zip(&values).for_each(|(name, value)| request.add(name, value));
        let sent: Vec<(&str, String)> = request.fields().map(|(name, value)| (name, value.to_owned())).collect();
        let body = request.encode(&Request::default(), if always { Tagging::Always } else { Tagging::AsNeeded });
        prop_assert!(body.iter().all(|b| (0x20..0x7f).contains(b) && *b != b'"'));
        if !sent.is_empty() {
            let ask = Ask::read(&body).expect("the simulator reads it");
            prop_assert_eq!(ask.len(), sent.len());
            prop_assert!(sent.iter().all(|(name, value)| ask.get(name) == value));
        }
    }

    #[test]
    fn an_nvp_request_is_read_as_it_was_meant(values in prop::collection::vec(hostile(), 1..6)) {
        let mut fields = Fields::default();
        values.iter().enumerate().for_each(|(n, value)| fields.set(format!("L_NAME{n}"), value));
        let ask = nvp_simulator::Ask::read(&fields.encode()).expect("the simulator reads it");
        for (n, value) in values.iter().enumerate() {
            prop_assert_eq!(ask.get(&format!("L_NAME{n}")), value);
        }
    }

    #[test]
    fn a_stripe_form_is_read_as_it_was_meant(values in prop::collection::vec(hostile(), 1..6)) {
        let mut form = Form::default();
        values.iter().enumerate().for_each(|(n, value)| form.add(&format!("metadata[{n}]"), value));
        let params = Params::read(form.text()).expect("the simulator reads it");
        prop_assert!(params.only(&["metadata[*]"]).is_ok());
        let metadata = params.metadata("metadata").expect("it fits");
        for (n, value) in values.iter().enumerate() {
            prop_assert_eq!(metadata.get(&n.to_string()), Some(value));
        }
    }

    #[test]
    fn an_orders_description_is_read_as_it_was_meant(text in hostile()) {
        let amount = Amount::of(Money::from_minor(4500, Currency::EUR)).expect("carried");
        let sent = serde_json::to_string(&NewOrder::of(&approval(Money::from_minor(4500, Currency::EUR), &text), amount, None)).expect("writable");
        let read: serde_json::Value = serde_json::from_str(&sent).expect("readable");
        let told = read["purchase_units"][0]["description"].as_str().unwrap_or_default();
        prop_assert_eq!(told, text.as_str());
        prop_assert_eq!(read["purchase_units"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn simulators_survive_any_bytes(body in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = (Ask::read(&body).is_ok(), nvp_simulator::Ask::read(&body).is_some());
        let _ = Params::read(&String::from_utf8_lossy(&body)).map(|params| (params.metadata("metadata"), params.only(&["a[*]"]), params.fingerprint()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let world = Simulators::new();
            let key = format!("Bearer {}", stripe::DEMO.secret_key);
            for (path, kind) in [
                ("/payflow/", "text/namevalue"),
                ("/express/nvp", FORM),
                ("/express/webscr", FORM),
                ("/wpp_uk/nvp", FORM),
                ("/stripe/v1/checkout/sessions", FORM),
                ("/stripe/v1/payment_intents", FORM),
                ("/paypal/v2/checkout/orders", "application/json"),
                ("/paypal/v1/oauth2/token", FORM),
                ("/paypal/v1/notifications/verify-webhook-signature", "application/json"),
            ] {
                let (status, _) = world.post(path, "any", kind, &key, body.clone()).await;
                assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            }
            assert!(world.sandbox.report().entries.is_empty(), "nonsense moves no money");
        });
    }
}
