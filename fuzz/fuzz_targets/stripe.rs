//! Stripe: any status and bytes as an answer, and any text through our form and the simulator's reader of it (stripe.md §1, §3 to §6).
#![no_main]

use axum::http::HeaderMap;
use bytes::Bytes;
use lectern::domain::money::{Currency, Money};
use lectern::domain::text::Lang;
use lectern::server::payments::line::Answer;
use lectern::server::payments::stripe::{
    amount,
    map::{self, Approved, Retry},
    settings::Mode,
    wire::{Form, Found, Got, Intent, List, Listed, Refund, Refusal, Session, read},
};
use lectern::server::payments::{Approval, AttemptRef, Outcome, ProcessorRef, Standing};
use lectern::server::sandbox::stripe::params::Params;
use libfuzzer_sys::fuzz_target;

const STATUSES: [u16; 12] = [200, 201, 400, 401, 402, 403, 404, 409, 424, 429, 500, 302];

fuzz_target!(|data: &[u8]| {
    let Some((first, body)) = data.split_first() else { return };
    let status = STATUSES[usize::from(*first) % STATUSES.len()];
    let answer = Answer { status, headers: HeaderMap::new(), body: Bytes::copy_from_slice(body) };
    if let Ok(Got::Object(intent)) = read::<Intent>(&answer) {
        payment(&intent);
    }
    if let Ok(Got::Object(session)) = read::<Session>(&answer) {
        checkout(&session);
    }
    if let Ok(Got::Object(refund)) = read::<Refund>(&answer) {
        money_back(&refund);
    }
    if let Ok(Got::Refused(refusal)) = read::<Intent>(&answer) {
        assert!(status >= 400);
        refused(&refusal);
    }
    let _ = (read::<Found>(&answer), read::<Listed>(&answer), read::<List<Refund>>(&answer));
    travels(body);
});

fn asked(wire: i64, currency: &str) -> [Money; 2] {
    let other = Money::from_minor(3001, Currency::EUR);
    [amount::from_wire(wire, currency).unwrap_or(other), other]
}

fn payment(intent: &Intent) {
    for asked in asked(intent.amount_received, &intent.currency) {
        for mode in [Mode::Test, Mode::Live] {
            if let Outcome::Done(done) = map::captured(intent, asked, mode) {
                assert!(intent.status == "succeeded" && done.amount == asked);
                assert_eq!(amount::from_wire(intent.amount_received, &intent.currency), Some(asked));
            }
            for retry in [Retry::Possible, Retry::Over] {
                if let Outcome::Done(Standing::Authorised(held)) = map::standing(intent, asked, mode, retry) {
                    assert!(intent.status == "requires_capture" && held.amount == asked);
                }
            }
        }
    }
    assert!(intent.status == "canceled" || !matches!(map::cancelled(intent), Outcome::Done(())));
}

fn checkout(session: &Session) {
    let told = session.client_reference_id.as_deref().and_then(AttemptRef::parse);
    let ours = told.or(AttemptRef::parse("A1")).expect("a reference");
    for asked in asked(session.amount_total.unwrap_or_default(), session.currency.as_deref().unwrap_or_default()) {
        let ask = Approval {
            amount: asked,
            description: "A seat".to_owned(),
            invoice: "I-1".to_owned(),
            attempt_ref: ours.clone(),
            email: None,
            return_url: "https://shop.example/return".to_owned(),
            cancel_url: "https://shop.example/cancel".to_owned(),
            notify_url: "https://shop.example/notify".to_owned(),
            lang: Lang::En,
        };
        assert!(!matches!(map::started(session, &ask, Mode::Test), Outcome::Done(_)), "a start moves no money");
        match map::approved(session, &ask, Mode::Test) {
            Approved::Take(_) | Approved::Ended(Outcome::Done(_)) => {
                assert!(session.livemode != Some(true) && session.client_reference_id.as_deref() == Some(ours.as_str()));
                assert_eq!(amount::from_wire(session.amount_total.expect("told"), session.currency.as_deref().expect("told")), Some(asked));
            }
            Approved::Ended(_) => {}
        }
    }
}

fn money_back(refund: &Refund) {
    let of = refund.payment_intent.as_deref().and_then(ProcessorRef::parse).or(ProcessorRef::parse("pi_1")).expect("a reference");
    for asked in asked(refund.amount, &refund.currency) {
        if let Outcome::Done(done) = map::refunded(refund, &of, asked) {
            assert!(refund.status.as_deref() == Some("succeeded") && done.amount == asked);
            assert_eq!(amount::from_wire(refund.amount, &refund.currency), Some(asked));
        }
    }
}

fn refused(refusal: &Refusal) {
    assert!(!matches!(map::refused::<()>(refusal), Outcome::Done(())));
    assert!(!matches!(map::unanswered::<()>(refusal), Outcome::Done(())));
    assert!(!matches!(map::refund_refused(refusal), Outcome::Done(_)));
    let canceled = refusal.error.payment_intent.as_ref().is_some_and(|intent| intent.status == "canceled");
    assert!(canceled || !matches!(map::cancel_refused(refusal), Outcome::Done(())));
    let step = AttemptRef::parse("A1").expect("a reference");
    if let Outcome::Done(done) = map::capture_refused(refusal, &step, Money::from_minor(4500, Currency::EUR), Mode::Test) {
        let intent = refusal.error.payment_intent.as_ref().expect("the payment inside says so");
        assert!(map::is_of(intent, &step) && intent.status == "succeeded" && done.amount.minor() == 4500);
    }
}

fn travels(body: &[u8]) {
    let text = String::from_utf8_lossy(body);
    let _ = Params::read(&text).map(|params| (params.metadata("metadata"), params.integer("amount"), params.only(&["metadata[*]"])));
    let mut form = Form::default();
    let parts: Vec<&str> = text.split('\n').take(8).collect();
    parts.iter().enumerate().for_each(|(n, part)| form.add(&format!("metadata[{n}{}]", part.chars().next().unwrap_or('x')), part));
    assert!(form.text().bytes().all(|b| b.is_ascii_graphic()));
    let read = Params::read(form.text()).unwrap_or_else(|_| panic!("the simulator reads our form"));
    for (n, part) in parts.iter().enumerate() {
        assert_eq!(read.get(&format!("metadata[{n}{}]", part.chars().next().unwrap_or('x'))), Some(*part));
    }
}
