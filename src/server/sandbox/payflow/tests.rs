//! The simulator by itself, as the pilot host's tables have it.

use std::sync::Arc;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use super::read::{Ask, ReadError};
use super::reply::encode;
use crate::server::clock::Clock;
use crate::server::sandbox::{Acquirer, Sandbox, SandboxConfig, Switches, router};

const WHO: &str = "PARTNER=PayPal&VENDOR=lectern-demo&USER=lectern-demo&PWD=Simulator-2026";

fn sandbox() -> Arc<Sandbox> {
    Sandbox::new(SandboxConfig::in_memory(Clock::System)).expect("in memory")
}

async fn post(sandbox: &Arc<Sandbox>, id: &str, body: &str) -> String {
    let request = Request::post("/payflow/")
        .header("content-type", "text/namevalue")
        .header("x-vps-request-id", id)
        .header("x-vps-client-timeout", "45")
        .body(Body::from(body.to_owned()))
        .expect("a request");
    let response = router(Arc::clone(sandbox)).oneshot(request).await.expect("an answer");
    String::from_utf8(response.into_body().collect().await.expect("a body").to_bytes().to_vec()).expect("text")
}

async fn sale(sandbox: &Arc<Sandbox>, id: &str, rest: &str) -> String {
    let card = "ACCT=4111111111111111&EXPDATE=1239&CVV2=123&CURRENCY=USD";
    let card = if rest.contains("ACCT=") { "CURRENCY=USD" } else { card };
    post(sandbox, id, &format!("{WHO}&TRXTYPE=S&TENDER=C&{card}&{rest}")).await
}

fn value<'a>(reply: &'a str, name: &str) -> &'a str {
    reply.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
}

#[tokio::test]
async fn amounts_ask_for_results_with_either_processor() {
    let sandbox = sandbox();
    for (i, (amount, result)) in [
        ("0.01", "0"),
        ("1000.00", "0"),
        ("1012.00", "12"),
        ("1013.00", "13"),
        ("1023.00", "23"),
        ("1024.00", "24"),
        ("1050.00", "50"),
        ("1103.00", "103"),
        ("1104.00", "104"),
        ("1114.00", "114"),
        ("1777.00", "12"),
        ("2000.00", "1000"),
        ("2001.00", "12"),
        ("2112.00", "12"),
        ("-1", "4"),
        ("25", "4"),
        ("1,025.5", "4"),
        ("25.000", "4"),
        ("0.00", "4"),
    ]
    .into_iter()
    .enumerate()
    {
        let reply = sale(&sandbox, &format!("a{i}"), &format!("AMT={amount}")).await;
        assert_eq!(value(&reply, "RESULT"), result, "{amount}: {reply}");
    }
    sandbox.set(Switches { acquirer: Acquirer::Paypal, ..Switches::default() });
    for (i, (amount, result)) in [
        ("1012.00", "0"),
        ("10000.00", "0"),
        ("10402.00", "3"),
        ("10417.00", "12"),
        ("15005.00", "12"),
        ("10422.00", "13"),
        ("10502.00", "24"),
        ("10504.00", "114"),
        ("10505.00", "112"),
        ("10536.00", "30"),
        ("10999.00", "1000"),
    ]
    .into_iter()
    .enumerate()
    {
        let reply = sale(&sandbox, &format!("b{i}"), &format!("AMT={amount}")).await;
        assert_eq!(value(&reply, "RESULT"), result, "{amount}: {reply}");
    }
}

#[tokio::test]
async fn cards_dates_and_credentials_are_checked() {
    let sandbox = sandbox();
    for (i, (rest, result)) in [
        ("ACCT=000000000000000&EXPDATE=1239&AMT=25.00", "23"),
        ("ACCT=4000000000000000&EXPDATE=1239&AMT=25.00", "23"),
        ("ACCT=4111111111111111&EXPDATE=0298&AMT=25.00", "24"),
        ("ACCT=4111111111111111&EXPDATE=0120&AMT=25.00", "24"),
        ("ACCT=4111111111111111&EXPDATE=1339&AMT=25.00", "24"),
        ("ACCT=4000000000009995&EXPDATE=1239&AMT=25.00", "50"),
        ("ORIGID=V00000000000&AMT=25.00&ACCT=4111111111111111&EXPDATE=1239", "0"),
    ]
    .into_iter()
    .enumerate()
    {
        let reply = sale(&sandbox, &format!("c{i}"), rest).await;
        assert_eq!(value(&reply, "RESULT"), result, "{rest}: {reply}");
    }
    for (from, to, reply) in [
        ("PWD=Simulator-2026", "PWD=wrong", "RESULT=1&RESPMSG=User authentication failed"),
        ("PARTNER=PayPal", "PARTNER=paypal", "RESULT=1&RESPMSG=User authentication failed"),
        ("VENDOR=lectern-demo", "VENDOR=nobody", "RESULT=26&RESPMSG=Invalid vendor account"),
    ] {
        assert_eq!(post(&sandbox, "x", &format!("{}&TRXTYPE=I&TENDER=C&CUSTREF=A", WHO.replace(from, to))).await, reply);
    }
    for (i, (what, result)) in [
        ("TRXTYPE=G&TENDER=C", "3"),
        ("TRXTYPE=S&TENDER=G", "2"),
        ("TRXTYPE=D&TENDER=C", "7"),
        ("TRXTYPE=D&TENDER=C&ORIGID=V00000000000", "19"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(value(&post(&sandbox, &format!("d{i}"), &format!("{WHO}&{what}")).await, "RESULT"), result, "{what}");
    }
}

#[tokio::test]
async fn a_request_id_is_processed_once_and_an_order_id_is_known_again() {
    let sandbox = sandbox();
    let first = sale(&sandbox, "one", "AMT=25.00&VERBOSITY=HIGH&ORDERID=FB-1").await;
    let again = sale(&sandbox, "one", "AMT=99.00&VERBOSITY=HIGH").await;
    assert_eq!(value(&again, "PNREF"), value(&first, "PNREF"));
    assert!(again.ends_with("&DUPLICATE=1") && !again.contains("AMT="), "{again}");
    let twin = sale(&sandbox, "two", "AMT=25.00&ORDERID=FB-1").await;
    assert!(twin.ends_with("&ORDERID=FB-1&DUPLICATE=2") && value(&twin, "PNREF") == value(&first, "PNREF"), "{twin}");
    assert_eq!(sandbox.report().totals.first().map(|t| t.captured_minor), Some(2500));
}

#[tokio::test]
async fn states_change_as_on_the_pilot_host() {
    let sandbox = sandbox();
    let auth = post(&sandbox, "a", &format!("{WHO}&TRXTYPE=A&TENDER=C&ACCT=4111111111111111&EXPDATE=1239&AMT=100.00&CUSTREF=A1")).await;
    let pnref = value(&auth, "PNREF").to_owned();
    let on = |trx: &str, origid: &str, more: &str| format!("{WHO}&TRXTYPE={trx}&TENDER=C&ORIGID={origid}{more}");
    assert_eq!(value(&post(&sandbox, "b", &on("C", &pnref, "")).await, "RESULT"), "105");
    let capture = post(&sandbox, "c", &on("D", &pnref, "&AMT=66.00")).await;
    assert_eq!(value(&capture, "RESULT"), "0");
    assert_eq!(value(&post(&sandbox, "d", &on("D", &pnref, "&AMT=12.00")).await, "RESULT"), "111");
    assert_eq!(value(&post(&sandbox, "e", &on("V", &pnref, "")).await, "RESULT"), "108");
    let found = post(&sandbox, "f", &format!("{WHO}&TRXTYPE=I&TENDER=C&CUSTREF=A1")).await;
    assert_eq!((value(&found, "TRANSSTATE"), value(&found, "ORIGPNREF")), ("9", pnref.as_str()));
    let captured = value(&capture, "PNREF").to_owned();
    assert_eq!(value(&post(&sandbox, "g", &on("C", &captured, "&AMT=60.00")).await, "RESULT"), "0");
    assert_eq!(value(&post(&sandbox, "h", &on("C", &captured, "&AMT=6.01")).await, "RESULT"), "105");
    assert_eq!(value(&post(&sandbox, "i", &on("C", &captured, "")).await, "RESULT"), "0");
    let report = sandbox.report();
    assert_eq!(report.totals.first().map(|t| (t.captured_minor, t.refunded_minor)), Some((6600, 6600)));
}

#[tokio::test]
async fn a_restarted_simulator_finds_its_payments_and_has_kept_no_card() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sandbox.jsonl");
    let config = || SandboxConfig { journal: Some(path.clone()), ..SandboxConfig::in_memory(Clock::System) };
    let before = Sandbox::new(config()).expect("a journal");
    let first = sale(&before, "one", "AMT=25.00&CUSTREF=A1&VERBOSITY=HIGH").await;
    let report = before.report();
    drop(before);
    let kept = std::fs::read_to_string(&path).expect("readable");
    for secret in ["4111111111111111", "\"123\"", "CVV2=", "1239", "Simulator"] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    // A crash in the middle of a line costs that line.
    std::fs::write(&path, format!("{kept}{{\"event\":\"boo")).expect("writable");
    let after = Sandbox::new(config()).expect("a journal");
    assert_eq!(after.report(), report);
    let again = sale(&after, "one", "AMT=25.00&CUSTREF=A1").await;
    assert!(again.ends_with("&DUPLICATE=1") && value(&again, "PNREF") == value(&first, "PNREF"));
    let refund = post(&after, "two", &format!("{WHO}&TRXTYPE=C&TENDER=C&ORIGID={}", value(&first, "PNREF"))).await;
    assert_eq!(value(&refund, "RESULT"), "0");
    after.reset().expect("writable");
    assert_eq!(Sandbox::new(config()).expect("a journal").report(), after.report());
}

#[tokio::test]
async fn headers_are_enforced() {
    let sandbox = sandbox();
    let body = format!("{WHO}&TRXTYPE=I&TENDER=C&CUSTREF=A");
    let ask = |headers: Vec<(&'static str, &'static str)>| {
        let mut request = Request::post("/payflow/");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let (sandbox, request) = (Arc::clone(&sandbox), request.body(Body::from(body.clone())).expect("a request"));
        async move {
            let response = router(sandbox).oneshot(request).await.expect("an answer");
            String::from_utf8(response.into_body().collect().await.expect("a body").to_bytes().to_vec()).expect("text")
        }
    };
    let (kind, id, timeout) = (("content-type", "text/namevalue"), ("x-vps-request-id", "1"), ("x-vps-client-timeout", "45"));
    assert!(ask(vec![kind, id, timeout]).await.starts_with("RESULT=20&"));
    assert!(ask(vec![kind, timeout]).await.starts_with("RESULT=7&"));
    assert!(ask(vec![kind, id]).await.starts_with("RESULT=101&"));
    assert!(ask(vec![kind, id, ("x-vps-client-timeout", "1")]).await.starts_with("RESULT=101&"));
    assert!(ask(vec![id, timeout]).await.starts_with("<html>"));
}

#[test]
fn the_reader_is_strict() {
    for (body, error) in [
        ("", ReadError::EmptyPair),
        ("A=1&", ReadError::EmptyPair),
        ("&A=1", ReadError::EmptyPair),
        ("A=1&&B=2", ReadError::EmptyPair),
        ("a=1", ReadError::Name),
        ("A =1", ReadError::Name),
        ("=1", ReadError::Name),
        ("A", ReadError::NoEquals),
        ("A[3]=ab", ReadError::Tag),
        ("A[1]=ab", ReadError::Tag),
        ("A[x]=ab", ReadError::Tag),
        ("A[]=", ReadError::Tag),
        ("A[2]ab", ReadError::Tag),
        ("A=b\"c", ReadError::Character),
        ("A=b\r\nC=d", ReadError::Character),
        ("A=b=c", ReadError::Untagged),
    ] {
        assert_eq!(Ask::read(body.as_bytes()).err(), Some(error), "{body}");
    }
    let ask = Ask::read(b"A[5]=x&y=z&B=[3]&A=last").expect("readable");
    assert_eq!((ask.get("A"), ask.get("B"), ask.len()), ("last", "[3]", 2));
}

proptest::proptest! {
    #[test]
    fn the_reader_survives_any_bytes(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let _ = Ask::read(&body);
    }

    #[test]
    fn what_our_encoder_writes_the_reader_reads(values in proptest::collection::vec("[ !#-~]{1,30}", 1..5)) {
        let names = ["A", "B", "C1", "D_2"];
        let body = encode(names.iter().copied().zip(values.iter().map(String::as_str)));
        let ask = Ask::read(body.as_bytes()).expect("our own encoding is readable");
        for (name, value) in names.iter().zip(&values) {
            proptest::prop_assert_eq!(ask.get(name), value.as_str());
        }
    }
}
