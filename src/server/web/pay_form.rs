//! The payment form, of participants and hosts alike: what was typed, checked; card data goes straight into types that hide it.

use std::collections::BTreeMap;

use crate::domain::{
    card::{self, Brand, Expiry},
    card_kinds::CardsTaken,
    form::{FieldErrors, Problem},
    payment::Method,
    schedule::is_ticked,
    text::parse_line,
    three_ds::ThreeDs,
    time::Timestamp,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{checkout, pay::PayAsk},
    payments::ask::{Billing, CardDetails, SecretDigits},
    store::order::Order,
    zones,
};

/// Fields that never come back on a page, never enter a log.
const SECRET_FIELDS: [&str; 2] = ["card_number", "card_csc"];

/// A posted form by field name. Card numbers live in it only until the handler has read them.
pub type Typed = BTreeMap<String, String>;

/// What may be shown again: everything but the card's number and code, wherever a number was typed, and the key, which a new form
/// makes anew.
pub fn shown_again(typed: &Typed) -> BTreeMap<String, String> {
    typed
        .iter()
        .filter(|(name, _)| !SECRET_FIELDS.contains(&name.as_str()) && *name != "attempt_key")
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect()
}

/// Whether anything has to be paid, and so whether a card is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Nothing,
    /// Something; these cards are typed on our page.
    Something(CardsTaken),
    /// Something; cards are typed on the processor's page.
    SomethingElsewhere,
}

/// What of a form an order needs.
///
/// # Errors
/// A fault when the database fails.
pub async fn due(ctx: &Ctx, order: &Order) -> Result<Due, Failure> {
    if order.total.is_zero() {
        return Ok(Due::Nothing);
    }
    let methods = checkout::methods_of(ctx, order).await?;
    let card = methods.iter().find(|choice| choice.method == Method::Card);
    Ok(match card {
        Some(choice) if choice.card_here => Due::Something(choice.cards.clone()),
        // No card is read here; whether the method is offered at all, the flow decides.
        Some(_) | None => Due::SomethingElsewhere,
    })
}

/// Checks every field at once.
///
/// # Errors
/// Every field's problem.
pub fn parse(mut typed: Typed, due: Due, now: Timestamp) -> Result<PayAsk, FieldErrors> {
    let mut errors = FieldErrors::default();
    let attempt_key = errors.keep("attempt_key", parse_key(field(&typed, "attempt_key")));
    let quote_version = errors.keep("quote_version", field(&typed, "quote_version").parse::<i64>().map_err(|_| Problem::Required));
    if !is_ticked(field(&typed, "accept_terms")) {
        errors.push("accept_terms", Problem::TermsNotAccepted);
    }
    let method = match &due {
        Due::Nothing => Some(Method::None),
        Due::Something(_) | Due::SomethingElsewhere => {
            let typed_method = field(&typed, "method");
            let code = if typed_method.is_empty() { Method::Card.code() } else { typed_method };
            errors.keep("method", Method::from_code(code).filter(|m| *m != Method::None).ok_or(Problem::NotAChoice))
        }
    };
    let taken = match &due {
        Due::Something(taken) if method == Some(Method::Card) => Some(taken),
        Due::Something(_) | Due::Nothing | Due::SomethingElsewhere => None,
    };
    let card = taken.and_then(|taken| parse_card(&mut typed, taken, now, &mut errors));
    let billing = if taken.is_some() { parse_billing(&typed, &mut errors) } else { Some(Billing::default()) };
    wipe(&mut typed);
    let ask = (|| Some(PayAsk { attempt_key: attempt_key?, quote_version: quote_version?, method: method?, card, billing: billing? }))();
    errors.finish(ask)
}

fn field<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).map_or("", |value| value.trim())
}

fn parse_key(key: &str) -> Result<String, Problem> {
    // A key of digits alone is none that we made, and could be a card's number.
    let has_letters = key.bytes().any(|b| b.is_ascii_alphabetic());
    let fits = has_letters && (16..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits { Ok(key.to_owned()) } else { Err(Problem::Required) }
}

fn parse_card(typed: &mut Typed, taken: &CardsTaken, now: Timestamp, errors: &mut FieldErrors) -> Option<CardDetails> {
    let number = errors
        .keep("card_number", card::parse_number(field(typed, "card_number")).and_then(|digits| taken.check(&digits).map(|()| digits)));
    let brand = number.as_ref().and_then(|digits| Brand::of(digits));
    let expiry = errors.keep("card_expiry", Expiry::parse(field(typed, "card_expiry")).and_then(|expiry| unexpired(expiry, now)));
    let code = errors.keep("card_csc", card::parse_code(field(typed, "card_csc"), brand));
    let name = errors.keep("card_name", parse_words(field(typed, "card_name"), 60));
    // Made by a service between the page and us; what is wrong with it is said where the card is typed.
    let three_ds = errors.keep("card_number", ThreeDs::parse(|name| field(typed, name)));
    let (number, code) = (SecretDigits::new(&number?), SecretDigits::new(&code?));
    Some(CardDetails { number, expiry: expiry?, code, name: name?, three_ds: three_ds? })
}

/// Cards end with their month wherever the buyer is, so the month is counted in the last zone to leave it (UTC−12).
fn unexpired(expiry: Expiry, now: Timestamp) -> Result<Expiry, Problem> {
    let today = zones::wall(now.plus_seconds(-12 * 3600), "UTC");
    match today {
        Some(today) if expiry.is_before(today.year, today.month) => Err(Problem::CardExpired),
        Some(_) | None => Ok(expiry),
    }
}

fn parse_billing(typed: &Typed, errors: &mut FieldErrors) -> Option<Billing> {
    let name = field(typed, "card_name");
    let (first, last) = name.rsplit_once(' ').unwrap_or(("", name));
    let street = errors.keep("billing_line1", parse_words(field(typed, "billing_line1"), 100));
    let city = errors.keep("billing_city", parse_words(field(typed, "billing_city"), 60));
    let zip = errors.keep("billing_postcode", parse_words(field(typed, "billing_postcode"), 16));
    let country = errors.keep("billing_country", parse_country(field(typed, "billing_country")));
    Some(Billing {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        street: street?,
        city: city?,
        zip: zip?,
        country: country?,
        ..Billing::default()
    })
}

/// One line that goes to the processor as it is, so it must not be a card's number typed into the wrong field.
fn parse_words(text: &str, max: usize) -> Result<String, Problem> {
    let words = parse_line(text, max)?;
    if card::holds_number(&words) { Err(Problem::ForbiddenCharacters) } else { Ok(words) }
}

fn parse_country(text: &str) -> Result<String, Problem> {
    match text.len() {
        0 => Err(Problem::Required),
        2 if text.bytes().all(|b| b.is_ascii_alphabetic()) => Ok(text.to_ascii_uppercase()),
        _ => Err(Problem::NotAChoice),
    }
}

/// Overwrites the card's number and code in the form that carried them.
fn wipe(typed: &mut Typed) {
    for name in SECRET_FIELDS {
        if let Some(value) = typed.get_mut(name) {
            zeroize::Zeroize::zeroize(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_000_000);

    fn typed() -> Typed {
        [
            ("attempt_key", "0123456789abcdef0123"),
            ("quote_version", "1"),
            ("method", "card"),
            ("card_number", "4111 1111 1111 1111"),
            ("card_expiry", "12 / 30"),
            ("card_csc", "123"),
            ("card_name", "Ana Pop"),
            ("billing_line1", "1 Elm"),
            ("billing_city", "Cluj"),
            ("billing_postcode", "400001"),
            ("billing_country", "ro"),
            ("accept_terms", "on"),
        ]
        .into_iter()
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect()
    }

    fn taken() -> CardsTaken {
        CardsTaken { brands: vec![Brand::Visa, Brand::Mastercard], ..CardsTaken::default() }
    }

    fn with(name: &str, value: &str) -> Typed {
        let mut typed = typed();
        typed.insert(name.into(), value.into());
        typed
    }

    #[test]
    fn a_good_form_is_understood() {
        let ask = parse(typed(), Due::Something(taken()), NOW).unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!((ask.method, ask.billing.country.as_str(), ask.card.is_some()), (Method::Card, "RO", true));
    }

    #[test]
    fn each_field_is_told_its_own_problem() {
        for (name, value, problem) in [
            ("card_number", "4111 1111 1111 1112", Problem::CardNumberMistyped),
            ("card_number", "3530111333300000", Problem::CardBrandNotAccepted { brand: Some(Brand::Jcb), taken: taken().brands }),
            ("card_expiry", "01/20", Problem::CardExpired),
            ("card_csc", "12", Problem::CardCodeLength { digits: 3 }),
            ("accept_terms", "", Problem::TermsNotAccepted),
            ("billing_city", " ", Problem::Required),
            ("card_name", "4111 1111 1111 1111", Problem::ForbiddenCharacters),
            ("billing_postcode", "4111111111111111", Problem::ForbiddenCharacters),
            ("attempt_key", "4111111111111111", Problem::Required),
            ("method", "gold", Problem::NotAChoice),
        ] {
            let errors = parse(with(name, value), Due::Something(taken()), NOW).err().unwrap_or_default();
            assert_eq!(errors.of(name), Some(&problem), "{name}={value}");
        }
    }

    #[test]
    fn nothing_due_needs_no_card() {
        let mut free = typed();
        free.retain(|name, _| !name.starts_with("card_") && !name.starts_with("billing_"));
        assert!(parse(free, Due::Nothing, NOW).is_ok_and(|ask| ask.method == Method::None && ask.card.is_none()));
    }

    #[test]
    fn the_card_is_never_shown_again() {
        let again = shown_again(&typed());
        assert!(again.contains_key("card_name") && !again.contains_key("card_number") && !again.contains_key("card_csc"));
    }
}
