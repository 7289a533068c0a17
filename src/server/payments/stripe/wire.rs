//! Stripe's wire: form-encoded requests, JSON answers (stripe.md §1, §3 to §6). Fields that may not be logged (client secrets,
//! messages, names) are not read at all, so nothing here can print them.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, de::DeserializeOwned};

use super::super::line::Answer;
use super::super::processor::Doubt;

/// What a form leaves as it is, besides letters and digits.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// A form or query being written: `application/x-www-form-urlencoded`, names with brackets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(String);

impl Form {
    /// Adds a parameter, both sides encoded: no value can become a parameter.
    pub fn add(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(&escaped(name));
        self.0.push('=');
        self.0.push_str(&escaped(value));
    }

    /// The same, to write a form in one expression.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.add(name, value);
        self
    }

    /// The encoded text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

fn escaped(text: &str) -> String {
    // A percent sign in the text is itself encoded, so `%20` can only stand for a blank.
    utf8_percent_encode(text, ESCAPED).to_string().replace("%20", "+")
}

/// A field that is an id, or the whole object when it was expanded (stripe.md §11.9).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Expandable<T> {
    /// The id.
    Id(String),
    /// The object.
    Whole(Box<T>),
}

impl<T> Expandable<T> {
    /// The object, when it was expanded.
    pub fn whole(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Whole(object) => Some(object),
        }
    }
}

/// An object that says what it is.
pub trait Object: DeserializeOwned + Send {
    /// The value of `object`.
    const NAME: &'static str;
    /// Its `object`.
    fn object(&self) -> &str;
}

/// A card as a charge shows it (stripe.md §3.5).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// `visa`, `mastercard`, …
    pub brand: Option<String>,
    /// The last four digits.
    pub last4: Option<String>,
    /// `credit`, `debit`, `prepaid` or `unknown`.
    pub funding: Option<String>,
}

/// How a charge was paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PaidWith {
    /// The card, if it was one.
    pub card: Option<Card>,
}

/// A charge.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Charge {
    /// Its id.
    pub id: String,
    /// How it was paid.
    pub payment_method_details: Option<PaidWith>,
    /// The buyer's bank took it back, or may.
    #[serde(default)]
    pub disputed: bool,
}

/// An error (stripe.md §6).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ApiError {
    /// `card_error`, `invalid_request_error`, `idempotency_error` or `api_error`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong.
    pub code: Option<String>,
    /// Why the issuer declined.
    pub decline_code: Option<String>,
    /// The parameter it is about.
    pub param: Option<String>,
    /// The payment it is about, as it is now.
    pub payment_intent: Option<Box<Intent>>,
}

/// A PaymentIntent (stripe.md §3).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Intent {
    /// Its id.
    pub id: String,
    /// `payment_intent`.
    pub object: String,
    /// What was asked for.
    pub amount: i64,
    /// What is held and can be taken.
    #[serde(default)]
    pub amount_capturable: i64,
    /// What was taken: smaller than `amount` after a partial capture.
    #[serde(default)]
    pub amount_received: i64,
    /// In small letters.
    pub currency: String,
    /// See stripe.md §3.1.
    pub status: String,
    /// The last charge.
    pub latest_charge: Option<Expandable<Charge>>,
    /// Why the last try failed.
    pub last_payment_error: Option<Box<ApiError>>,
    /// Ours.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Real money.
    pub livemode: Option<bool>,
}

/// A Checkout Session (stripe.md §4).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// `checkout.session`.
    pub object: String,
    /// What the buyer is asked for.
    pub amount_total: Option<i64>,
    /// In small letters.
    pub currency: Option<String>,
    /// `open`, `complete` or `expired`.
    pub status: Option<String>,
    /// The page, while open.
    pub url: Option<String>,
    /// The payment, once the buyer began.
    pub payment_intent: Option<Expandable<Intent>>,
    /// Our reference of the attempt.
    pub client_reference_id: Option<String>,
    /// Real money.
    pub livemode: Option<bool>,
}

/// A refund (stripe.md §5).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// Its id.
    pub id: String,
    /// `refund`.
    pub object: String,
    /// How much.
    pub amount: i64,
    /// In small letters.
    pub currency: String,
    /// `pending`, `requires_action`, `succeeded`, `failed` or `canceled`.
    pub status: Option<String>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Of which payment.
    pub payment_intent: Option<String>,
    /// Ours.
    pub metadata: Option<BTreeMap<String, String>>,
}

/// One page of a list, newest first, or of a search.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub struct List<T> {
    /// `list` or `search_result`.
    pub object: String,
    /// The page.
    pub data: Vec<T>,
    /// There is another page.
    #[serde(default)]
    pub has_more: bool,
}

macro_rules! objects {
    ($($type:ty = $name:literal),* $(,)?) => {
        $(impl Object for $type {
            const NAME: &'static str = $name;
            fn object(&self) -> &str {
                &self.object
            }
        })*
    };
}
objects! { Intent = "payment_intent", Session = "checkout.session", Refund = "refund", List<Refund> = "list" }

/// A search's page, and a list of payments: the same shape under another name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Found(pub List<Intent>);

impl Object for Found {
    const NAME: &'static str = "search_result";
    fn object(&self) -> &str {
        &self.0.object
    }
}

/// A list of payments.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Listed(pub List<Intent>);

impl Object for Listed {
    const NAME: &'static str = "list";
    fn object(&self) -> &str {
        &self.0.object
    }
}

/// A request that Stripe answered with an error it will give again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status: decides first (stripe.md §6).
    pub status: u16,
    /// The error.
    pub error: ApiError,
}

/// An answer that can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got<T> {
    /// The object.
    Object(T),
    /// An error.
    Refused(Refusal),
    /// Nothing is known, and Stripe says that asking again will not help.
    Stuck(Doubt),
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ApiError,
}

/// Reads an answer. `Err` when it is none, or one that asks for a repetition under the same key: 409, 424, 429 and 5xx
/// (stripe.md §6 and 8).
///
/// # Errors
/// [`Doubt`].
pub fn read<T: Object>(answer: &Answer) -> Result<Got<T>, Doubt> {
    let doubt = Doubt::Status(answer.status);
    match answer.status {
        200..=299 => match serde_json::from_slice::<T>(&answer.body) {
            Ok(object) if object.object() == T::NAME => Ok(Got::Object(object)),
            Ok(_) | Err(_) => Err(Doubt::Unreadable),
        },
        400..=404 => match serde_json::from_slice::<ErrorBody>(&answer.body) {
            Ok(body) => Ok(Got::Refused(Refusal { status: answer.status, error: body.error })),
            Err(_) => Err(doubt),
        },
        409 | 424 | 429 | 500..=599 => match answer.headers.get("stripe-should-retry").map(|value| value.as_bytes()) {
            Some(b"false") => Ok(Got::Stuck(doubt)),
            Some(_) | None => Err(doubt),
        },
        _ => Err(doubt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderMap;
    use bytes::Bytes;
    use proptest::prelude::*;
    use reqwest::Url;

    fn decoded(form: &Form) -> Vec<(String, String)> {
        let url = Url::parse(&format!("http://x/?{}", form.text())).expect("a URL");
        url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }

    fn answer(status: u16, body: &[u8]) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: Bytes::copy_from_slice(body) }
    }

    #[test]
    fn a_form_is_written_as_the_sheet_has_it() {
        let form = Form::default()
            .with("amount", "4500")
            .with("automatic_payment_methods[enabled]", "true")
            .with("description", "Live session seat")
            .with("success_url", "https://shop.example.test/done?sid={CHECKOUT_SESSION_ID}");
        let wanted = "amount=4500&automatic_payment_methods%5Benabled%5D=true&description=Live+session+seat&\
            success_url=https%3A%2F%2Fshop.example.test%2Fdone%3Fsid%3D%7BCHECKOUT_SESSION_ID%7D";
        assert_eq!(form.text(), wanted);
    }

    #[test]
    fn a_buyers_text_cannot_become_a_parameter() {
        for hostile in ["Ann&amount=1", "=", "&", "a\r\nX: y", "%26amount=1", "a+b %20", "[x]=1", "\u{0}", "Ștefania 🎓"] {
            let form = Form::default().with("description", hostile).with("amount", "4500");
            let wanted = [("description".to_owned(), hostile.to_owned()), ("amount".to_owned(), "4500".to_owned())];
            assert_eq!(decoded(&form), wanted);
            assert!(form.text().is_ascii());
        }
    }

    #[test]
    fn what_is_no_object_is_not_read_as_one() {
        let whole = br#"{"id":"re_1","object":"refund","amount":1,"currency":"eur","status":"succeeded"}"#;
        assert!(matches!(read::<Refund>(&answer(200, whole)), Ok(Got::Object(_))));
        assert_eq!(read::<Intent>(&answer(200, whole)), Err(Doubt::Unreadable));
        for cut in 0..whole.len() {
            assert_eq!(read::<Refund>(&answer(200, &whole[..cut])), Err(Doubt::Unreadable), "{cut}");
        }
        for (status, body) in [(401, "<html>"), (402, "{}"), (404, ""), (301, "{}"), (418, r#"{"error":{"type":"card_error"}}"#)] {
            assert_eq!(read::<Refund>(&answer(status, body.as_bytes())), Err(Doubt::Status(status)), "{body}");
        }
    }

    #[test]
    fn stripe_may_say_that_repeating_is_useless() {
        let mut stuck = answer(500, b"{}");
        assert_eq!(read::<Refund>(&stuck), Err(Doubt::Status(500)));
        stuck.headers.insert("stripe-should-retry", axum::http::HeaderValue::from_static("false"));
        assert_eq!(read::<Refund>(&stuck), Ok(Got::Stuck(Doubt::Status(500))));
        for status in [409, 424, 429, 502, 503, 504] {
            assert_eq!(read::<Refund>(&answer(status, b"")), Err(Doubt::Status(status)));
        }
    }

    proptest! {
        #[test]
        fn decoding_gives_back_what_was_encoded(pairs in prop::collection::vec((any::<String>(), any::<String>()), 1..6)) {
            let mut form = Form::default();
            for (name, value) in &pairs {
                form.add(name, value);
            }
            prop_assert!(form.text().bytes().all(|b| b.is_ascii_graphic()));
            prop_assert_eq!(decoded(&form), pairs);
        }

        #[test]
        fn reading_survives_any_bytes(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
            let answer = answer(status, &body);
            prop_assert!(!matches!(read::<Intent>(&answer), Ok(Got::Object(_))));
            prop_assert!(!matches!(read::<Session>(&answer), Ok(Got::Object(_))));
            prop_assert!(!matches!(read::<Found>(&answer), Ok(Got::Object(_))));
        }

        #[test]
        fn reading_survives_near_misses(body in "\\{(\"(error|type|object|id|amount|currency|status)\":(\"[a-z_]{0,14}\"|[0-9]{1,20}|null|\\{\\}|\\[\\]),?){0,8}\\}?") {
            for status in [200, 400, 402] {
                let _ = read::<Intent>(&answer(status, body.as_bytes()));
                let _ = read::<List<Refund>>(&answer(status, body.as_bytes()));
            }
        }
    }
}
