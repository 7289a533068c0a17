//! What people type: the payment form as a body, and each of its fields, amounts, addresses, codes and times by themselves.
#![no_main]

use lectern::domain::{
    card::{self, Brand, Expiry},
    money::{Currency, Money},
    text::{Email, Lang, PromoCode, parse_line, parse_paragraphs},
    time::{Timestamp, WallTime},
};
use lectern::server::payments::wpp_uk::request::CardType;
use lectern::server::payments::{SecretDigits, nvp, orders, payflow, stripe};
use lectern::server::sandbox::nvp::read as simulator;
use lectern::server::web::pay_form::{self, Due, Typed};
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    number(&text);
    expiry(&text);
    amounts(&text);
    words(&text);
    form(&text);
});

fn number(text: &str) {
    if let Ok(digits) = card::parse_number(text) {
        assert!((12..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && card::passes_luhn(&digits));
        assert_eq!(card::parse_number(&card::grouped(&digits)), Ok(digits.clone()));
        let secret = SecretDigits::new(&digits);
        assert_eq!((secret.reveal(), secret.last4()), (digits.as_str(), &digits[digits.len() - 4..]));
        let _ = CardType::of(&secret);
    }
    let secret = SecretDigits::new(text);
    assert!(secret.reveal().bytes().all(|b| b.is_ascii_digit()) && secret.last4().len() <= 4);
    for brand in [None, Brand::of(text), Some(Brand::Amex)] {
        if let Ok(code) = card::parse_code(text, brand) {
            assert!((3..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()));
        }
    }
    let _ = card::grouped(text);
}

fn expiry(text: &str) {
    if let Ok(expiry) = Expiry::parse(text) {
        assert!((1..=12).contains(&expiry.month) && (2000..2100).contains(&expiry.year));
        assert_eq!((Expiry::parse(&expiry.shown()), Expiry::parse(&expiry.mmyy())), (Ok(expiry), Ok(expiry)));
    }
    if let Some(time) = WallTime::parse(text) {
        assert_eq!(WallTime::parse(&time.to_string()), Some(time));
    }
}

/// What was read of a typed amount is exact, and what a processor carries of it comes back from its wire.
fn amounts(text: &str) {
    for currency in Currency::ALL {
        let Ok(money) = Money::parse(text, *currency) else { continue };
        assert_eq!(Money::parse(&money.decimal().to_string(), *currency), Ok(money));
        assert_eq!(Money::from_minor(money.minor(), *currency), money);
        for lang in [Lang::En, Lang::Ro] {
            let _ = (money.show(lang), money.number(lang), money.plain());
        }
        if let Some(wire) = payflow::request::amount_to_wire(money) {
            assert_eq!(payflow::map::amount_from_wire(&wire, *currency), Some(money));
        }
        if let Some(wire) = nvp::amount::to_wire(money) {
            assert_eq!(nvp::amount::from_wire(&wire, *currency), Some(money));
            assert_eq!(simulator::amount(&wire, *currency), Some(money));
        }
        if let Some(wire) = stripe::amount::to_wire(money) {
            assert_eq!(stripe::amount::from_wire(wire, &stripe::amount::currency_to_wire(*currency)), Some(money));
        }
        if let Some(wire) = orders::wire::Amount::of(money) {
            assert_eq!(wire.money(), Some(money));
        }
    }
}

fn words(text: &str) {
    if let Ok(line) = parse_line(text, 60) {
        assert_eq!(parse_line(&line, 60), Ok(line.clone()));
        assert!(!line.chars().any(char::is_control));
    }
    if let Ok(email) = Email::parse(text) {
        assert_eq!(Email::parse(email.as_str()).as_ref(), Ok(&email));
        assert!(!email.as_str().contains(char::is_whitespace));
    }
    if let Ok(code) = PromoCode::parse(text) {
        assert_eq!(PromoCode::parse(code.as_str()), Ok(code));
    }
    let _ = (parse_paragraphs(text, 500), Lang::from_accept_language(text), Lang::from_tag(text));
}

/// A posted form. The card's number and code are never among what is shown again.
fn form(text: &str) {
    let typed: Typed = reqwest::Url::parse("http://x/")
        .map(|mut url| {
            url.set_query(Some(text));
            url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
        })
        .unwrap_or_default();
    let again = pay_form::shown_again(&typed);
    assert!(!["card_number", "card_csc", "attempt_key"].iter().any(|name| again.contains_key(*name)));
    for due in [Due::Nothing, Due::Something, Due::SomethingElsewhere] {
        if let Ok(ask) = pay_form::parse(typed.clone(), due, NOW) {
            assert_eq!(ask.card.is_some(), due == Due::Something && ask.method == lectern::domain::payment::Method::Card);
            assert!(!format!("{:?}", ask.card).chars().any(|c| c.is_ascii_digit()));
        }
    }
}
