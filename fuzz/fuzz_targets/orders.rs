//! PayPal Orders v2: any status and bytes as an answer, and amounts (paypal-rest.md §3 to §6).
#![no_main]

use axum::http::HeaderMap;
use bytes::Bytes;
use lectern::domain::money::{Currency, Money};
use lectern::server::payments::line::Answer;
use lectern::server::payments::orders::{
    map::{Refusal, Said, Stand, Verdict, Wanted, read, read_capture, read_order, read_refund, refused},
    tokens::read_token,
    wire::{Amount, Capture, Order, Refund, Verification},
};
use lectern::server::payments::{Doubt, Outcome, ProcessorRef};
use libfuzzer_sys::fuzz_target;

const STATUSES: [u16; 12] = [200, 201, 400, 401, 403, 404, 409, 415, 422, 429, 500, 204];
const PAID: [&str; 3] = ["COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"];

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    let answer = Answer { status, headers: HeaderMap::new(), body: Bytes::copy_from_slice(body) };
    if let Ok(said) = read::<Order>(&answer) {
        match said {
            Said::Yes(order) => stands(&order),
            Said::No(refusal) => refuses(&refusal),
        }
    }
    if let Ok(Said::Yes(capture)) = read::<Capture>(&answer) {
        takes(&capture);
    }
    if let Ok(Said::Yes(refund)) = read::<Refund>(&answer) {
        for asked in asked(refund.amount.as_ref()) {
            if let Outcome::Done(done) = read_refund(&refund, asked, refund.custom_id.as_deref().unwrap_or("A1")) {
                assert!(refund.status == "COMPLETED" && done.amount == asked);
                assert_eq!(refund.amount.as_ref().and_then(Amount::money), Some(asked));
            }
        }
    }
    if let Ok(Said::Yes(_)) = read_token(&answer) {
        assert!(matches!(status, 200 | 201));
    }
    let _ = read::<Verification>(&answer);
    amounts(body);
});

fn asked(told: Option<&Amount>) -> [Money; 2] {
    let other = Money::from_minor(3001, Currency::EUR);
    [told.and_then(Amount::money).unwrap_or(other), other]
}

fn stands(order: &Order) {
    let id = ProcessorRef::parse(&order.id).or(ProcessorRef::parse("5O1")).expect("a reference");
    let unit = order.purchase_units.first();
    let capture = unit.and_then(|unit| unit.payments.captures.first());
    let told = capture.and_then(|capture| capture.amount.as_ref()).or(unit.and_then(|unit| unit.amount.as_ref()));
    for amount in asked(told) {
        let ours = unit.and_then(|unit| unit.custom_id.as_deref()).unwrap_or("A1");
        if let Stand::Captured(captured) = read_order(order, &id, Wanted { amount, ours }) {
            let capture = capture.expect("only a capture is money");
            assert!(captured.amount == amount && PAID.contains(&capture.status.as_str()));
            assert_eq!(capture.amount.as_ref().and_then(Amount::money), Some(amount));
        }
    }
}

fn takes(capture: &Capture) {
    for amount in asked(capture.amount.as_ref()) {
        let ours = capture.custom_id.as_deref().unwrap_or("A1");
        if let Stand::Captured(captured) = read_capture(capture, Wanted { amount, ours }) {
            assert!(captured.amount == amount && PAID.contains(&capture.status.as_str()));
            assert_eq!(capture.amount.as_ref().and_then(Amount::money), Some(amount));
        }
    }
    let _ = capture.order();
}

fn refuses(refusal: &Refusal) {
    let outcome = refused::<()>(refusal);
    assert!(!matches!(outcome, Outcome::Done(())));
    assert!(refusal.verdict() != Verdict::Unlisted || matches!(outcome, Outcome::Unknown(Doubt::UnlistedCode { .. })));
}

fn amounts(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    for currency in Currency::ALL {
        let read = Amount { currency_code: currency.code().to_owned(), value: text.clone().into_owned() }.money();
        if let Some(money) = read
            && let Some(written) = Amount::of(money)
        {
            assert_eq!(written.money(), Some(money));
        }
    }
}
