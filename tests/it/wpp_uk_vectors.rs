//! Every recorded example of Website Payments Pro (UK): what our client makes of the reply, whether it would have sent the request,
//! and whether our simulator answers the request so.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use lectern::domain::{card::Expiry, payment::DeclineClass, three_ds::ThreeDs};
use lectern::server::payments::nvp::{
    amount::to_wire,
    codec::Fields,
    map::{read_capture, read_refund, read_void},
    request as after,
    search::{Kind, read_listing},
    state::{State, state},
    verdict::Verdict,
};
use lectern::server::payments::wpp_uk::{
    map::read_direct,
    request::{Action, CardType, Maestro, direct_payment},
};
use lectern::server::payments::{AttemptRef, Billing, CardDetails, Doubt, IdempotencyKey, Outcome, ProcessorRef, Sale, SecretDigits};
use lectern::server::sandbox::Sandbox;

use super::nvp_vectors::{Vector, check_same, negative_testing, post, simulator, wpp_uk};
use super::nvp_world::decoded;
use super::vectors::{Side, seen};

fn reference(v: &Vector, name: &str) -> ProcessorRef {
    ProcessorRef::parse(v.field(name)).unwrap_or_else(|| panic!("{}: {name}", v.name))
}

fn check_direct(v: &Vector) {
    let result = read_direct(&v.reply(), v.money());
    let says = format!("{}: {result:?}", v.name);
    match (&result, v.expect.outcome.as_str()) {
        (Ok(Outcome::Done(told)), "approved") => assert_eq!(Some(told.as_str()), v.expect.processor_ref.as_deref(), "{says}"),
        (Ok(Outcome::Unknown(doubt)), "pending") => assert_eq!(*doubt, Doubt::Pending, "{says}"),
        (Err((verdict, code)), outcome) => {
            assert_eq!(*code, v.expect.code, "{says}");
            match (verdict, outcome, v.expect.action.as_str()) {
                (Verdict::Declined(DeclineClass::Details), "declined", "ask_buyer_fix_card")
                | (Verdict::Declined(DeclineClass::Details), "error", "ask_buyer_fix_address")
                | (Verdict::Declined(DeclineClass::Funds | DeclineClass::Refused), "declined", "ask_buyer_other_card")
                | (Verdict::Declined(DeclineClass::FraudCheck), "declined", "ask_buyer_other_method")
                | (Verdict::InvoicePaid, "duplicate", "search_by_invoice")
                | (Verdict::Misconfigured, "error", "fix_config")
                | (Verdict::Rejected, "error", "fix_request")
                | (Verdict::Unsure, "error", "search_by_invoice") => {}
                _ => panic!("{says}"),
            }
            assert_eq!(v.expect.outcome_unknown.unwrap_or(false), *verdict == Verdict::Unsure, "{says}");
        }
        _ => panic!("{says}"),
    }
}

#[test]
pub fn every_reply_means_what_the_sheet_says() {
    let mut checked = 0;
    for v in wpp_uk() {
        match v.call.as_str() {
            "DoDirectPayment" => check_direct(&v),
            "DoCapture" => match (read_capture(&v.reply(), v.money()), v.expect.outcome.as_str()) {
                (Ok(Outcome::Done(captured)), "approved") => {
                    assert_eq!(Some(captured.reference.as_str()), v.expect.processor_ref.as_deref(), "{}", v.name);
                }
                (Err((Verdict::Declined(_), _)), "error") => assert_eq!(v.expect.action, "authorize_again"),
                (other, _) => panic!("{}: {other:?}", v.name),
            },
            "DoVoid" => assert_eq!(read_void(&v.reply(), &reference(&v, "AUTHORIZATIONID")), Outcome::Done(()), "{}", v.name),
            "RefundTransaction" => {
                let refunded = read_refund(&v.reply(), v.money());
                let told = v.expect.processor_ref.as_deref();
                assert!(matches!(&refunded, Ok(Outcome::Done(r)) if Some(r.reference.as_str()) == told), "{}: {refunded:?}", v.name);
            }
            "TransactionSearch" => {
                let listing = read_listing(&v.reply()).expect("a list");
                let [payment] = listing.of(Kind::Payment)[..] else { panic!("{}: {listing:?}", v.name) };
                assert_eq!(Some(payment.reference.as_str()), v.expect.processor_ref.as_deref(), "{}", v.name);
                assert_eq!((payment.amount, state(&payment.status, "")), (Some(v.money()), State::Taken), "{}", v.name);
            }
            other => panic!("{}: {other}", v.name),
        }
        seen(Side::Client, &v.name);
        checked += 1;
    }
    assert_eq!(checked, 23);
}

/// Our request for what the vector asks.
fn typed(v: &Vector) -> Option<Fields> {
    let owned = |name: &str| v.field(name).to_owned();
    let amount = to_wire(v.money()).expect("an amount");
    let (key, call) = (IdempotencyKey::from_random([1; 16]), Fields::default());
    let attempt = AttemptRef::of_key(&key);
    Some(match v.call.as_str() {
        "DoDirectPayment" => {
            let three_ds = v.request.contains_key("MPIVENDOR3DS").then(|| ThreeDs {
                enrolled: owned("MPIVENDOR3DS"),
                status: owned("AUTHSTATUS3DS"),
                cavv: owned("CAVV"),
                xid: owned("XID"),
                eci: owned("ECI3DS"),
                version: owned("THREEDSVERSION"),
                directory_server: owned("DSTRANSACTIONID"),
            });
            let sale = Sale {
                amount: v.money(),
                card: CardDetails {
                    number: SecretDigits::new(v.field("ACCT")),
                    expiry: Expiry::parse(v.field("EXPDATE")).expect("an expiry"),
                    code: SecretDigits::new(v.field("CVV2")),
                    name: String::new(),
                    three_ds,
                },
                billing: Billing {
                    first_name: owned("FIRSTNAME"),
                    last_name: owned("LASTNAME"),
                    street: owned("STREET"),
                    city: owned("CITY"),
                    state: owned("STATE"),
                    zip: owned("ZIP"),
                    country: owned("COUNTRYCODE"),
                    ..Billing::default()
                },
                invoice: owned("INVNUM"),
                attempt_ref: attempt,
                buyer_ip: None,
                email: None,
                description: String::new(),
            };
            let maestro = Maestro { issue_number: owned("ISSUENUMBER"), start_date: owned("STARTDATE") };
            let action = if v.field("PAYMENTACTION") == "Sale" { Action::Sale } else { Action::Authorise };
            let card_type = CardType::of(&sale.card.number).expect("carried");
            let ip: Ipv4Addr = v.field("IPADDRESS").parse().expect("an address");
            direct_payment(call, action, &sale, card_type, ip, &amount, &maestro)
        }
        "DoCapture" => after::capture(call, &reference(v, "AUTHORIZATIONID"), &amount, v.money().currency(), &attempt, &key),
        "DoVoid" => after::void(call, &reference(v, "AUTHORIZATIONID"), &key),
        "RefundTransaction" => after::refund(call, &reference(v, "TRANSACTIONID"), &amount, v.money().currency(), &attempt, &key),
        // A search has no builder of its own: tests/it/wpp_uk.rs makes it for real.
        _ => return None,
    })
}

#[test]
fn our_requests_have_the_vectors_fields() {
    let mut built = 0;
    for v in wpp_uk() {
        let Some(ours) = typed(&v) else { continue };
        built += 1;
        for (name, value) in &v.request {
            let otherwise = ["METHOD", "USER", "PWD", "SIGNATURE", "VERSION", "NOTE"].contains(&name.as_str());
            match name.as_str() {
                // The number that is charged once is the attempt's; the order's is beside it.
                "INVNUM" => assert_eq!(ours.get("CUSTOM"), Some(value.as_str()), "{}", v.name),
                _ if otherwise => {}
                _ => assert_eq!(ours.get(name), Some(value.as_str()), "{}: {name}", v.name),
            }
        }
        let extra = ["INVNUM", "INVOICEID", "CUSTOM", "MSGSUBID", "CAVV", "XID", "ECI3DS"];
        for (name, _) in ours.iter() {
            assert!(v.request.contains_key(name) || extra.contains(&name), "{}: {name}", v.name);
        }
    }
    assert_eq!(built, 22);
}

async fn answered(sandbox: &Arc<Sandbox>, wire: &str) -> String {
    let (status, _, body) = post(sandbox, "/wpp_uk/nvp", wire).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// Brings a fresh simulator to where the vector begins; its answer to the vector's request.
async fn simulated(all: &BTreeMap<String, Vector>, v: &Vector) -> String {
    let sandbox = simulator();
    let swapped = |name: &str, id: &str| v.wire_request.replace(v.field(name), id);
    let id_of = async |name: &str| decoded(&answered(&sandbox, &all[name].wire_request).await)["TRANSACTIONID"].clone();
    match v.name.as_str() {
        // By what is sent.
        "uk-sale-visa-approved"
        | "uk-sale-maestro-issue-number"
        | "uk-sale-maestro-start-date"
        | "uk-sale-3ds-authenticated"
        | "uk-sale-3ds-not-enrolled"
        | "uk-sale-expired-card"
        | "uk-sale-invalid-card"
        | "uk-sale-invalid-credentials"
        | "uk-sale-missing-postcode"
        | "uk-sale-3ds-values-invalid"
        | "uk-authorization-approved" => answered(&sandbox, &v.wire_request).await,
        // By the amount.
        "uk-sale-processor-decline"
        | "uk-sale-cvv-refused"
        | "uk-sale-avs-refused"
        | "uk-sale-fmf-pending"
        | "uk-sale-fmf-blocked"
        | "uk-sale-in-progress" => {
            negative_testing(&sandbox);
            answered(&sandbox, &v.wire_request).await
        }
        "uk-sale-duplicate-invoice" => {
            id_of("uk-sale-visa-approved").await;
            answered(&sandbox, &v.wire_request).await
        }
        "uk-capture-complete" | "uk-void" => {
            let id = id_of("uk-authorization-approved").await;
            answered(&sandbox, &swapped("AUTHORIZATIONID", &id)).await
        }
        "uk-capture-expired" => {
            negative_testing(&sandbox);
            answered(&sandbox, &v.wire_request).await
        }
        "uk-refund-partial" => {
            let id = id_of("uk-sale-visa-approved").await;
            answered(&sandbox, &swapped("TRANSACTIONID", &id)).await
        }
        "uk-search-after-timeout" => {
            let sale = &all["uk-sale-visa-approved"].wire_request;
            answered(&sandbox, &sale.replace("AMT=19.95", "AMT=33.00").replace("FB-400001", "FB-400030")).await;
            answered(&sandbox, &v.wire_request).await
        }
        other => panic!("no scenario for {other}"),
    }
}

#[tokio::test]
pub async fn the_simulator_answers_every_vector() {
    let all: BTreeMap<String, Vector> = wpp_uk().into_iter().map(|v| (v.name.clone(), v)).collect();
    for v in all.values() {
        check_same(v, &simulated(&all, v).await, &[]);
        seen(Side::Simulator, &v.name);
    }
    assert_eq!(all.len(), 23);
}
