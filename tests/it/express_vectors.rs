//! Every recorded example of Express Checkout: what our client makes of the reply, whether it would have sent the request, and
//! whether our simulator answers the request so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::http::HeaderMap;
use bytes::Bytes;
use lectern::domain::text::Lang;
use lectern::server::clock::Clock;
use lectern::server::payments::express::{
    map::{Step, read_checkout, read_payment, read_set},
    request::{self, Email},
};
use lectern::server::payments::line::Answer;
use lectern::server::payments::nvp::{
    NvpSettings, PublicSettings,
    amount::to_wire,
    codec::Fields,
    map::{read_capture, read_refund, read_void},
    reply::Reply,
    request as after,
    search::{Kind, read_listing},
    settings::ThreeDsRule,
    state::{State, read_transaction, state},
    verdict::Verdict,
};
use lectern::server::payments::{About, Approval, AttemptRef, Doubt, Forged, IdempotencyKey, Outcome, ProcessorKind, ProcessorRef};
use lectern::server::sandbox::{Sandbox, faults, faults::FaultKind, nvp::merchant_id};
use secrecy::SecretString;

use super::nvp_vectors::{SELLER, Vector, check_same, express, negative_testing, post, simulator};
use super::nvp_world::{built, config, decoded, merchant, play};
use super::vectors::{Side, seen};

fn reference(v: &Vector, name: &str) -> ProcessorRef {
    ProcessorRef::parse(v.field(name)).unwrap_or_else(|| panic!("{}: {name}", v.name))
}

fn check_set(v: &Vector) {
    match (read_set(&v.reply()), v.expect.action.as_str()) {
        (Ok(token), "redirect_buyer") => {
            assert_eq!(Some(token.as_str()), v.expect.processor_ref.as_deref(), "{}", v.name);
            let settings = NvpSettings {
                public: PublicSettings {
                    base_url: "https://api-3t.sandbox.paypal.com/nvp".to_owned(),
                    api_username: SELLER.to_owned(),
                    merchant_id: "RSH60GV2AEUAK".to_owned(),
                    currencies: Vec::new(),
                    own_ip: None,
                    three_ds: ThreeDsRule::Optional,
                },
                api_password: SecretString::from("p"),
                api_signature: SecretString::from("s"),
            };
            let page = settings.check().expect("usable").page;
            assert_eq!(Some(format!("{page}?cmd=_express-checkout&token={}", token.as_str())), v.expect.redirect_url, "{}", v.name);
        }
        (Err(Ok((verdict, code))), action) => {
            let wanted = if action == "fix_config" { Verdict::Misconfigured } else { Verdict::Rejected };
            assert_eq!((verdict, code.as_str()), (wanted, v.expect.code.as_str()), "{}", v.name);
            assert!(matches!(verdict.refused::<()>(code), Outcome::NotSent(fault) if fault.needs_operator()), "{}", v.name);
        }
        (other, _) => panic!("{}: {other:?}", v.name),
    }
}

fn check_get(v: &Vector) {
    if v.http_status != Some(200) {
        let body = Bytes::from(v.wire_response.clone().expect("a page"));
        let answer = Answer { status: v.http_status.expect("a status"), headers: HeaderMap::new(), body };
        assert_eq!(Reply::of(&answer).err(), Some(Doubt::Status(503)), "{}", v.name);
        assert!(Reply::read(&answer.body).is_none(), "{}", v.name);
        return;
    }
    let checkout = read_checkout(&v.reply(), &reference(v, "TOKEN")).unwrap_or_else(|e| panic!("{}: {e:?}", v.name));
    assert_eq!(checkout.amount, Some(v.money()), "{}", v.name);
    assert_eq!(checkout.payer, v.expect.payer_id, "{}", v.name);
    match v.expect.action.as_str() {
        "complete_payment" => assert!(checkout.step == Step::NotInitiated && checkout.payer.is_some(), "{}", v.name),
        "redirect_buyer" => assert!(checkout.step == Step::NotInitiated && checkout.payer.is_none(), "{}", v.name),
        "fetch_transaction" => {
            assert_eq!(checkout.step, Step::Completed, "{}", v.name);
            assert_eq!(checkout.transaction.as_ref().map(ProcessorRef::as_str), v.expect.processor_ref.as_deref(), "{}", v.name);
        }
        other => panic!("{}: {other}", v.name),
    }
}

fn check_do(v: &Vector) {
    let Some(_) = &v.wire_response else {
        assert_eq!((v.transport_error.as_deref(), v.expect.outcome_unknown), (Some("read_timeout"), Some(true)), "{}", v.name);
        return;
    };
    let result = read_payment(&v.reply(), &reference(v, "TOKEN"), v.money());
    let says = format!("{}: {result:?}", v.name);
    match (v.expect.outcome.as_str(), v.expect.action.as_str()) {
        // Asked for a sale, as we always do, an authorisation is not money.
        ("approved", "capture_later") => {
            assert_eq!(result, Ok(Outcome::Unknown(Doubt::Pending)), "{says}");
            assert_eq!(state("Pending", "authorization"), State::Authorised);
        }
        ("approved", "none") | ("duplicate", "reconcile") => {
            let Ok(Outcome::Done(captured)) = result else { panic!("{says}") };
            assert_eq!(Some(captured.reference.as_str()), v.expect.processor_ref.as_deref(), "{says}");
            assert_eq!(captured.amount, v.money(), "{says}");
        }
        ("pending", _) => assert_eq!(result, Ok(Outcome::Unknown(Doubt::Pending)), "{says}"),
        (_, action) => {
            let Err((verdict, code)) = result else { panic!("{says}") };
            assert_eq!(code, v.expect.code, "{says}");
            let wanted = match action {
                "redirect_buyer" => Verdict::Redirect,
                "fetch_by_token" => Verdict::DoneBefore,
                "search_by_invoice" => Verdict::InvoicePaid,
                "new_checkout" => Verdict::Gone,
                "retry_later_same_token" => Verdict::Unavailable,
                "check_then_retry" => Verdict::Unsure,
                "ask_buyer_other_method" => {
                    assert!(matches!(verdict, Verdict::Declined(_)), "{says}");
                    return;
                }
                other => panic!("{}: {other}", v.name),
            };
            assert_eq!(verdict, wanted, "{says}");
        }
    }
}

fn check_refund(v: &Vector) {
    let result = read_refund(&v.reply(), v.money());
    let says = format!("{}: {result:?}", v.name);
    match (result, v.expect.outcome.as_str()) {
        (Ok(Outcome::Done(refunded)), "approved") => {
            assert_eq!(Some(refunded.reference.as_str()), v.expect.processor_ref.as_deref(), "{says}");
        }
        (Err((Verdict::DoneBefore, _)), "duplicate") => {}
        (Err((Verdict::Declined(_), _)), "error") => assert_eq!(v.expect.outcome_unknown, Some(false), "{says}"),
        _ => panic!("{says}"),
    }
}

fn check_capture(v: &Vector) {
    let result = read_capture(&v.reply(), v.money());
    let says = format!("{}: {result:?}", v.name);
    match (result, v.expect.outcome.as_str()) {
        (Ok(Outcome::Done(captured)), "approved") => {
            assert_eq!(Some(captured.reference.as_str()), v.expect.processor_ref.as_deref(), "{says}");
        }
        (Err((Verdict::DoneBefore, _)), "duplicate") => {}
        _ => panic!("{says}"),
    }
}

fn check_search(v: &Vector) {
    let listing = read_listing(&v.reply()).unwrap_or_else(|e| panic!("{}: {e:?}", v.name));
    match v.expect.outcome.as_str() {
        "approved" => {
            let [payment] = listing.of(Kind::Payment)[..] else { panic!("{}: {listing:?}", v.name) };
            assert_eq!(Some(payment.reference.as_str()), v.expect.processor_ref.as_deref(), "{}", v.name);
            assert_eq!((payment.amount, state(&payment.status, "")), (Some(v.money()), State::Taken), "{}", v.name);
        }
        _ => assert!(listing.lines.is_empty() && !listing.is_cut, "{}: {listing:?}", v.name),
    }
}

#[test]
pub fn every_reply_means_what_the_sheet_says() {
    let mut checked = 0;
    for v in express() {
        match v.call.as_str() {
            "SetExpressCheckout" => check_set(&v),
            "GetExpressCheckoutDetails" => check_get(&v),
            "DoExpressCheckoutPayment" => check_do(&v),
            "RefundTransaction" => check_refund(&v),
            "GetTransactionDetails" => {
                let transaction = read_transaction(&v.reply(), &reference(&v, "TRANSACTIONID")).expect("a transaction");
                assert_eq!((transaction.state, transaction.amount), (State::Taken, Some(v.money())), "{}", v.name);
                assert_eq!(transaction.invoice.as_deref(), Some("FB-300010"));
            }
            "TransactionSearch" => check_search(&v),
            "DoCapture" => check_capture(&v),
            "DoVoid" => assert_eq!(read_void(&v.reply(), &reference(&v, "AUTHORIZATIONID")), Outcome::Done(()), "{}", v.name),
            "IPN notify-validate" => continue,
            other => panic!("{}: {other}", v.name),
        }
        seen(Side::Client, &v.name);
        checked += 1;
    }
    assert_eq!(checked, 34, "all but the two notices, which are below");
}

#[tokio::test]
pub async fn every_notice_is_echoed_byte_for_byte() {
    let notices: Vec<Vector> = express().into_iter().filter(|v| v.direction == "inbound-then-outbound").collect();
    assert_eq!(notices.len(), 2);
    for v in notices {
        let answer: &'static str = Box::leak(v.wire_response.clone().expect("a word").into_boxed_str());
        let (base, played) = play(vec![answer]).await;
        let mut config = config(&base, "express", "p");
        config.settings["merchant_id"] = "RSH60GV2AEUAK".into();
        let paypal = built(ProcessorKind::Express, &config, Clock::System);
        let read = paypal.read_notice(&HeaderMap::new(), v.inbound_body.as_ref().expect("a body").as_bytes()).await;
        assert_eq!(played.await.expect("one question"), std::slice::from_ref(&v.wire_request), "{}", v.name);
        match v.expect.code.as_str() {
            "VERIFIED" => {
                let notice = read.expect("genuine");
                assert_eq!(notice.id, "313MNS7U5WADBUECE:Completed");
                // Its `custom` is empty: it is no attempt of ours, but a payment.
                assert_eq!(notice.about, About::Payment(ProcessorRef::parse("313MNS7U5WADBUECE").expect("a reference")));
            }
            _ => assert_eq!(read, Err(Forged::BadSignature), "{}", v.name),
        }
        seen(Side::Client, &v.name);
    }
}

/// Our request for what the vector asks, where this product makes such a call.
fn typed(v: &Vector) -> Option<Fields> {
    let owned = |name: &str| v.field(name).to_owned();
    let approval = || Approval {
        amount: v.money(),
        description: owned("PAYMENTREQUEST_0_DESC"),
        invoice: owned("PAYMENTREQUEST_0_INVNUM"),
        attempt_ref: AttemptRef::parse("A1").expect("a reference"),
        email: None,
        return_url: owned("RETURNURL"),
        cancel_url: owned("CANCELURL"),
        notify_url: owned("PAYMENTREQUEST_0_NOTIFYURL"),
        lang: Lang::En,
        kinds: lectern::domain::card_kinds::CardKinds::All,
    };
    let amount = || to_wire(v.money()).expect("an amount");
    let key = IdempotencyKey::parse(v.field("MSGSUBID")).unwrap_or_else(|| IdempotencyKey::from_random([1; 16]));
    let attempt = AttemptRef::of_key(&key);
    let call = Fields::default();
    Some(match v.call.as_str() {
        "SetExpressCheckout" if !v.field("RETURNURL").is_empty() => request::set(call, &approval(), &amount(), Email::Told),
        "GetExpressCheckoutDetails" => request::get(call, &reference(v, "TOKEN")),
        "DoExpressCheckoutPayment" => request::pay(call, &reference(v, "TOKEN"), v.field("PAYERID"), &approval(), &amount(), key.as_str()),
        "RefundTransaction" => after::refund(call, &reference(v, "TRANSACTIONID"), &amount(), v.money().currency(), &attempt, &key),
        "DoCapture" => after::capture(call, &reference(v, "AUTHORIZATIONID"), &amount(), v.money().currency(), &attempt, &key),
        "DoVoid" => after::void(call, &reference(v, "AUTHORIZATIONID"), &key),
        // A broken request, lookups whose only field is the one asked for, and notices.
        _ => return None,
    })
}

/// Credentials, and what the vectors send and our typed requests never do, or otherwise.
const OTHERWISE: [&str; 13] = [
    "METHOD",
    "USER",
    "PWD",
    "SIGNATURE",
    "VERSION",
    "PAYMENTREQUEST_0_ITEMAMT",
    "PAYMENTREQUEST_0_SHIPPINGAMT",
    "NOSHIPPING",
    "LOCALECODE",
    "NOTE",
    "COMPLETETYPE",
    "REFUNDTYPE",
    "PAYMENTREQUEST_0_PAYMENTACTION",
];

#[test]
fn our_requests_have_the_vectors_fields() {
    let mut built = 0;
    for v in express() {
        let Some(ours) = typed(&v) else { continue };
        built += 1;
        for (name, value) in &v.request {
            let is_item = name.starts_with("L_PAYMENTREQUEST_0_");
            if !is_item && !OTHERWISE.contains(&name.as_str()) {
                assert_eq!(ours.get(name), Some(value.as_str()), "{}: {name}", v.name);
            }
        }
        let sale = ours.get("PAYMENTREQUEST_0_PAYMENTACTION");
        assert!(sale.is_none_or(|action| action == "Sale"), "{}", v.name);
    }
    assert_eq!(built, 30);
}

/// A session of the vector's amount that a buyer approved: its token and the buyer's number.
async fn approved(sandbox: &Arc<Sandbox>, v: &Vector, action: &str, funding: &str) -> (String, String) {
    let fields = format!(
        "METHOD=SetExpressCheckout&USER={SELLER}&PWD=QK7T2M9XW4ZC8VBN&SIGNATURE=AxQ7mT2vKdP9sLwE4nBzR6cYhU1oJgF8iXt3aVkM5eWqZyDpN0rCbS-H\
         &VERSION=124.0&RETURNURL=https%3A%2F%2Fshop.fernlea.example%2F&CANCELURL=https%3A%2F%2Fshop.fernlea.example%2F\
         &PAYMENTREQUEST_0_AMT={}&PAYMENTREQUEST_0_CURRENCYCODE={}&PAYMENTREQUEST_0_PAYMENTACTION={action}",
        to_wire(v.money()).expect("an amount"),
        v.money().currency(),
    );
    let token = decoded(&post(sandbox, "/express/nvp", &fields).await.2)["TOKEN"].clone();
    (token.clone(), approve(sandbox, &token, funding).await)
}

async fn approve(sandbox: &Arc<Sandbox>, token: &str, funding: &str) -> String {
    let form = format!("cmd=_simulator-decide&token={token}&action=approve&funding={funding}");
    let (status, location, _) = post(sandbox, "/express/webscr", &form).await;
    assert_eq!(status, 303);
    location.rsplit_once("PayerID=").expect("a payer").1.to_owned()
}

/// The vector's request with a session's names in it.
fn with(v: &Vector, token: &str, payer: &str) -> String {
    let swap = |wire: String, from: &str, to: &str| if from.is_empty() { wire } else { wire.replace(from, to) };
    swap(swap(v.wire_request.clone(), v.field("TOKEN"), token), v.field("PAYERID"), payer)
}

async fn answered(sandbox: &Arc<Sandbox>, wire: &str) -> String {
    let (status, _, body) = post(sandbox, "/express/nvp", wire).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// A payment like that of another vector; its number.
async fn paid(sandbox: &Arc<Sandbox>, v: &Vector, funding: &str) -> String {
    let (token, payer) = approved(sandbox, v, v.field("PAYMENTREQUEST_0_PAYMENTACTION"), funding).await;
    decoded(&answered(sandbox, &with(v, &token, &payer)).await)["PAYMENTINFO_0_TRANSACTIONID"].clone()
}

async fn settle(sandbox: &Arc<Sandbox>) {
    use tower::ServiceExt as _;
    let request = axum::http::Request::post("/control/express/settle").header("content-type", "application/json");
    let request = request.body(axum::body::Body::from(r#"{"accept":true}"#)).expect("a request");
    let answer = lectern::server::sandbox::router(Arc::clone(sandbox)).oneshot(request).await.expect("an answer");
    assert_eq!(answer.status(), 200);
}

/// Brings a fresh simulator to where the vector begins; its answer to the vector's request. `None`: not an answer to compare.
async fn simulated(all: &BTreeMap<String, Vector>, v: &Vector) -> Option<(String, Vec<&'static str>)> {
    let sandbox = simulator();
    let buyers = vec!["EMAIL", "FIRSTNAME", "LASTNAME", "COUNTRYCODE", "RECEIVEREMAIL"];
    let same = |body: String| Some((body, Vec::new()));
    let (sold, held) = (&all["ec-do-completed"], &all["ec-do-authorization"]);
    let swapped = |name: &str, id: &str| v.wire_request.replace(v.field(name), id);
    match v.name.as_str() {
        "ec-set-success"
        | "ec-set-invalid-credentials"
        | "ec-set-totals-mismatch"
        | "ec-set-jpy-no-decimals"
        | "ec-set-several-errors"
        | "ec-do-10410-invalid-token"
        | "ec-search-by-invoice-empty" => same(answered(&sandbox, &v.wire_request).await),
        "ec-get-buyer-approved" => {
            let token = decoded(&answered(&sandbox, &all["ec-set-success"].wire_request).await)["TOKEN"].clone();
            approve(&sandbox, &token, "balance").await;
            same(answered(&sandbox, &with(v, &token, "")).await)
        }
        "ec-get-buyer-has-not-approved" => {
            let wire = all["ec-set-success"].wire_request.replace("&PAYMENTREQUEST_0_INVNUM=FB-300001", "");
            let token = decoded(&answered(&sandbox, &wire).await)["TOKEN"].clone();
            same(answered(&sandbox, &with(v, &token, "")).await)
        }
        "ec-get-already-completed" => {
            let token = decoded(&answered(&sandbox, &all["ec-set-success"].wire_request).await)["TOKEN"].clone();
            let payer = approve(&sandbox, &token, "balance").await;
            answered(&sandbox, &with(sold, &token, &payer)).await;
            same(answered(&sandbox, &with(v, &token, "")).await)
        }
        "ec-do-completed" | "ec-do-authorization" | "ec-do-pending-echeck" | "ec-do-pending-multicurrency" => {
            let funding = match v.name.as_str() {
                "ec-do-pending-echeck" => "echeck",
                "ec-do-pending-multicurrency" => "other_currency",
                _ => "balance",
            };
            let (token, payer) = approved(&sandbox, v, v.field("PAYMENTREQUEST_0_PAYMENTACTION"), funding).await;
            same(answered(&sandbox, &with(v, &token, &payer)).await)
        }
        "ec-do-11607-duplicate" => {
            let (token, payer) = approved(&sandbox, v, "Sale", "balance").await;
            // Without a message's number, the token alone is what pays once; and the repetition's reply names no number.
            let wire = with(v, &token, &payer).replace("&MSGSUBID=fb-300001-pay-1", "");
            answered(&sandbox, &wire).await;
            same(answered(&sandbox, &wire).await)
        }
        "ec-do-10486-redirect-again"
        | "ec-do-10422-redirect-again"
        | "ec-do-10415-already-completed"
        | "ec-do-10411-expired"
        | "ec-do-10445-try-later"
        | "ec-do-10417-other-method"
        | "ec-do-10412-duplicate-invoice"
        | "ec-do-10001-internal" => {
            let (token, payer) = approved(&sandbox, v, "Sale", "balance").await;
            negative_testing(&sandbox);
            same(answered(&sandbox, &with(v, &token, &payer)).await)
        }
        "ec-do-read-timeout" => {
            let (token, payer) = approved(&sandbox, v, "Sale", "balance").await;
            sandbox.script(faults::Fault::new(FaultKind::TimeoutAfter, 1).on("express.do"));
            assert_eq!(post(&sandbox, "/express/nvp", &with(v, &token, &payer)).await.0, 503, "behind another server: a drop");
            assert_eq!(sandbox.report().entries.len(), 1, "it was booked");
            None
        }
        "ec-http-500-html" => {
            sandbox.script(faults::Fault::new(FaultKind::Status500, 1).on("express.get"));
            let (status, _, body) = post(&sandbox, "/express/nvp", &v.wire_request).await;
            assert!(status >= 500 && !body.contains("ACK="), "{status} {body}");
            None
        }
        "ec-refund-partial" | "ec-refund-too-much" => {
            let id = paid(&sandbox, sold, "balance").await;
            same(answered(&sandbox, &swapped("TRANSACTIONID", &id)).await)
        }
        "ec-refund-full" | "ec-refund-already-refunded" => {
            let id = paid(&sandbox, &all["ec-do-pending-echeck"], "balance").await;
            let full = &all["ec-refund-full"];
            let first = answered(&sandbox, &full.wire_request.replace(full.field("TRANSACTIONID"), &id)).await;
            if v.name == "ec-refund-full" {
                return same(first);
            }
            same(answered(&sandbox, &swapped("TRANSACTIONID", &id)).await)
        }
        "ec-transaction-details" => {
            let id = paid(&sandbox, &all["ec-do-pending-echeck"], "echeck").await;
            settle(&sandbox).await;
            let body = answered(&sandbox, &swapped("TRANSACTIONID", &id)).await;
            // Another buyer: only that there is one is compared.
            let told = decoded(&body);
            assert!(buyers.iter().all(|name| !told[*name].is_empty()), "{told:?}");
            Some((body, buyers))
        }
        "ec-search-by-invoice-found" => {
            paid(&sandbox, sold, "balance").await;
            same(answered(&sandbox, &v.wire_request).await)
        }
        "ec-capture-partial" | "ec-void" => {
            let id = paid(&sandbox, held, "balance").await;
            same(answered(&sandbox, &swapped("AUTHORIZATIONID", &id)).await)
        }
        "ec-capture-authorization-completed" => {
            let id = paid(&sandbox, held, "balance").await;
            negative_testing(&sandbox);
            same(answered(&sandbox, &swapped("AUTHORIZATIONID", &id)).await)
        }
        "ec-ipn-verified-completed" | "ec-ipn-invalid" => {
            check_ipn(&sandbox, sold, v).await;
            None
        }
        other => panic!("no scenario for {other}"),
    }
}

/// A simulated notice has the vector's fields, and is vouched for as it was sent and not otherwise.
async fn check_ipn(sandbox: &Arc<Sandbox>, sold: &Vector, v: &Vector) {
    let mut merchant = merchant().await;
    let (token, payer) = approved(sandbox, sold, "Sale", "balance").await;
    let url = merchant.url.replace(':', "%3A").replace('/', "%2F");
    answered(sandbox, &with(sold, &token, &payer).replace("https%3A%2F%2Fshop.fernlea.example%2Fipn", &url)).await;
    let body = String::from_utf8(merchant.next().await.to_vec()).expect("escaped");
    let (ours, theirs) = (decoded(&body), decoded(v.inbound_body.as_ref().expect("a body")));
    assert_eq!(ours.keys().collect::<BTreeSet<_>>(), theirs.keys().collect::<BTreeSet<_>>(), "{}", v.name);
    for name in ["invoice", "payment_status", "charset", "mc_fee", "mc_currency", "txn_type", "payment_type", "test_ipn", "first_name"] {
        assert_eq!(ours[name], theirs[name], "{name}");
    }
    assert_eq!(ours["receiver_id"], merchant_id(SELLER));
    let sent = if v.expect.code == "VERIFIED" { body } else { body.replace("mc_gross=27%2E50", "mc_gross=2%2E75") };
    let (_, _, word) = post(sandbox, "/express/webscr", &format!("cmd=_notify-validate&{sent}")).await;
    assert_eq!(Some(word), v.wire_response, "{}", v.name);
}

#[tokio::test]
pub async fn the_simulator_answers_every_vector() {
    let all: BTreeMap<String, Vector> = express().into_iter().map(|v| (v.name.clone(), v)).collect();
    let mut compared = 0;
    for v in all.values() {
        if let Some((body, also_differs)) = simulated(&all, v).await {
            check_same(v, &body, &also_differs);
            compared += 1;
        }
        seen(Side::Simulator, &v.name);
    }
    assert_eq!((all.len(), compared), (36, 32), "a lost reply, a page and two notices are no name-value replies");
}
