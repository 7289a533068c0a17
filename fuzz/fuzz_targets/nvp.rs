//! PayPal's NVP API: any bytes as a reply of Express Checkout and of Website Payments Pro, as a request, and as a notification
//! (paypal-express-checkout.md §2, §3, §11; paypal-website-payments-pro-uk.md §5).
#![no_main]

use lectern::domain::money::{Currency, Money};
use lectern::server::payments::nvp::{
    amount,
    codec::{Fields, pairs},
    ipn::{Ipn, Named},
    map::{read_capture, read_refund, read_void},
    reply::{Ack, Reply},
    search::{read_listing, refund_standing},
    settings::Mode,
    state::read_transaction,
};
use lectern::server::payments::{Outcome, ProcessorRef, Standing, express, wpp_uk};
use lectern::server::sandbox::nvp::read::Ask;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(reply) = Reply::read(data) {
        means(&reply);
    }
    if let Some(ipn) = Ipn::read(data) {
        for named in [Named::Custom, Named::Invoice] {
            let _ = ipn.notice(named);
        }
        assert!(ipn.check_account("", Mode::Test).is_err(), "an account without a number was believed");
        let _ = ipn.check_account("RSH60GV2AEUAK", Mode::Live);
    }
    travels(data);
});

fn means(reply: &Reply) {
    let told = [("AMT", "CURRENCYCODE"), ("PAYMENTINFO_0_AMT", "PAYMENTINFO_0_CURRENCYCODE"), ("GROSSREFUNDAMT", "CURRENCYCODE")]
        .iter()
        .find_map(|(amount, currency)| reply.money(amount, currency));
    let token = reply.get("TOKEN").and_then(ProcessorRef::parse).or(ProcessorRef::parse("EC-WASD0767S8KUHZBBK")).expect("a token");
    let id = reply.get("TRANSACTIONID").and_then(ProcessorRef::parse).or(ProcessorRef::parse("313MNS7U5WADBUECE")).expect("an id");
    let done = reply.ack == Ack::Done;
    for asked in [told.unwrap_or(Money::from_minor(2750, Currency::CAD)), Money::from_minor(3001, Currency::GBP)] {
        if let Ok(Outcome::Done(captured)) = express::map::read_payment(reply, &token, asked) {
            assert!(done && captured.amount == asked && reply.money("PAYMENTINFO_0_AMT", "PAYMENTINFO_0_CURRENCYCODE") == Some(asked));
        }
        if let Ok(Outcome::Done(_)) = wpp_uk::map::read_direct(reply, asked) {
            assert!(done && reply.money("AMT", "CURRENCYCODE") == Some(asked));
        }
        if let Ok(Outcome::Done(captured)) = read_capture(reply, asked) {
            assert!(done && captured.amount == asked && reply.money("AMT", "CURRENCYCODE") == Some(asked));
        }
        if let Ok(Outcome::Done(refunded)) = read_refund(reply, asked) {
            assert!(done && refunded.amount == asked && reply.money("GROSSREFUNDAMT", "CURRENCYCODE") == Some(asked));
        }
        if let Ok(transaction) = read_transaction(reply, &id)
            && let Outcome::Done(Standing::Captured(captured)) = transaction.standing(asked)
        {
            assert!(done && captured.amount == asked && transaction.amount == Some(asked));
        }
        if let Ok(checkout) = express::map::read_checkout(reply, &token) {
            assert!(done && (checkout.amount == Some(asked) || checkout.differs(&token, "A1", None, asked).is_some()));
        }
        for line in read_listing(reply).map(|listing| listing.lines).unwrap_or_default() {
            if let Outcome::Done(Standing::Captured(found)) = refund_standing(&line, asked) {
                assert!(found.amount == asked && line.amount == Some(asked));
            }
        }
    }
    // A void of what is not held any more is as good as one that was made; nothing else that failed is.
    if let Outcome::Done(()) = read_void(reply, &id) {
        assert!(reply.ack != Ack::Unclear);
    }
    let _ = express::map::read_set(reply);
}

fn travels(data: &[u8]) {
    if let Some(read) = Fields::decode(data) {
        // What was read and is written again is read alike; names are ours and travel as they are.
        if read.iter().all(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) {
            let (again, ask) = (Fields::decode(&read.encode()).expect("ours is readable"), Ask::read(data).expect("readable"));
            assert!(again.iter().eq(read.iter()));
            assert!(read.iter().all(|(name, _)| ask.get(name) == read.get(name).unwrap_or_default()));
        }
        for (_, value) in read.iter() {
            for currency in Currency::ALL {
                if let Some(money) = amount::from_wire(value, *currency)
                    && let Some(wire) = amount::to_wire(money)
                {
                    assert_eq!(amount::from_wire(&wire, *currency), Some(money));
                }
            }
        }
    }
    let text = String::from_utf8_lossy(data);
    let mut fields = Fields::default();
    text.split('\n').take(8).enumerate().for_each(|(n, part)| fields.set(format!("L_NAME{n}"), part));
    fields.add_text("DESC", &text, 127);
    let body = fields.encode();
    assert!(body.iter().all(u8::is_ascii_graphic));
    assert!(Fields::decode(&body).expect("ours is readable").iter().eq(fields.iter()));
    let _ = pairs(data);
}
