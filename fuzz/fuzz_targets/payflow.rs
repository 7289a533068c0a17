//! Payflow: any bytes as a reply and as a request, and any text through both codecs (payflow-pro.md §2, §5, §10).
#![no_main]

use lectern::domain::money::{Currency, Money};
use lectern::server::payments::payflow::{
    map::{Answer, Call, Verdict, amount_from_wire, judge, read_inquiry, read_moving, read_test, read_void},
    token::{self, Seen},
    wire::{Fields, Reply, Request, Tagging},
};
use lectern::server::payments::{AttemptRef, Doubt, Outcome, Standing};
use lectern::server::sandbox::payflow::read::Ask;
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 8] = ["COMMENT1", "BILLTOSTREET", "INVNUM", "CUSTREF", "BILLTOCITY", "EMAIL", "COMMENT2", "ORDERDESC"];

fuzz_target!(|data: &[u8]| {
    if let Some(reply) = Reply::read(data) {
        means(&reply);
    }
    let _ = Ask::read(data);
    if let Ok(fields) = Fields::decode(data) {
        assert!(fields.iter().all(|(name, value)| !name.is_empty() && !value.bytes().any(|b| b.is_ascii_control())));
    }
    travels(&String::from_utf8_lossy(data));
});

/// A success needs `RESULT=0`, a reference and the amount asked for; a code in no table is never an answer.
fn means(reply: &Reply) {
    let currency = reply.get("CURRENCY").and_then(|code| code.parse().ok()).unwrap_or(Currency::USD);
    let told = reply.get("AMT").and_then(|text| amount_from_wire(text, currency));
    for asked in [told.unwrap_or(Money::from_minor(2500, currency)), Money::from_minor(3001, currency)] {
        for call in [Call::Sale, Call::Authorise, Call::Capture, Call::Credit] {
            let answer = read_moving(call, reply, asked);
            if judge(call, reply.result, reply.inner_code()) == Verdict::Unlisted {
                assert!(matches!(answer, Answer::Unknown(Doubt::UnlistedCode { .. } | Doubt::OtherPayment)), "{answer:?}");
            }
            if let Answer::Done(booked) = answer {
                assert!(reply.result == 0 && Some(&booked.reference) == reply.reference("PNREF").as_ref());
                assert!(told.is_none_or(|told| told == asked), "another amount was believed");
            }
        }
        let attempt = reply.get("CUSTREF").and_then(AttemptRef::parse).or(AttemptRef::parse("A1")).expect("a reference");
        if let Seen::Ended { standing: Outcome::Done(Standing::Captured(found)), .. } = token::read_seen(reply, &attempt, None, asked) {
            assert!(reply.result == 0 && found.amount == asked && told == Some(asked));
        }
        match read_inquiry(reply, asked) {
            Outcome::Done(Standing::Captured(found)) => assert!(reply.result == 0 && found.amount == asked && told == Some(asked)),
            Outcome::Done(Standing::Authorised(found)) => assert!(reply.result == 0 && found.amount == asked && told == Some(asked)),
            _ => {}
        }
    }
    assert!(reply.result == 0 || !matches!(read_void(reply), Outcome::Done(())));
    let created = token::read_created(reply, reply.get("SECURETOKENID").unwrap_or_default());
    assert!(!matches!(created, Outcome::Done(_)), "nothing is charged by a token");
    let _ = read_test(reply);
}

/// What a buyer types arrives in its own field, as it was sent, at our reader and at the simulator's.
fn travels(text: &str) {
    let mut request = Request::default();
    let parts = text.split('\n').take(NAMES.len());
    NAMES.iter().zip(parts).enumerate().for_each(|(n, (name, part))| match n % 2 {
        0 => request.add(name, part),
        _ => request.add_cut(name, part, 30),
    });
    let sent: Vec<(String, String)> = request.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if sent.is_empty() {
        return;
    }
    for tagging in [Tagging::AsNeeded, Tagging::Always] {
        let body = request.encode(&Request::default(), tagging);
        let read = Fields::decode(&body).expect("our own request is readable");
        let read: Vec<(String, String)> = read.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        assert_eq!(read, sent);
        let ask = Ask::read(&body).expect("the simulator reads our request");
        assert!(sent.iter().all(|(name, value)| ask.get(name) == value) && ask.len() == sent.len());
    }
}
