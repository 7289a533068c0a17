//! PayPal's JSON: what is sent and the part of what comes back that is looked at (paypal-rest.md §3 to §6, §9). Unknown fields
//! are passed over; names and addresses of payers are not even read.

use serde::{Deserialize, Serialize};

use crate::domain::money::{Currency, Money};
use crate::domain::text::Lang;

use super::super::ask::{Approval, AttemptRef};

/// How many decimals PayPal carries of a currency; `None` for one it does not support (paypal-rest.md §3). Unlike ISO 4217,
/// forint and Taiwan dollars have none.
pub const fn decimals(currency: Currency) -> Option<u32> {
    match currency {
        Currency::EUR
        | Currency::USD
        | Currency::GBP
        | Currency::CAD
        | Currency::AUD
        | Currency::CHF
        | Currency::CZK
        | Currency::DKK
        | Currency::NOK
        | Currency::PLN
        | Currency::SEK => Some(2),
        Currency::HUF | Currency::TWD | Currency::JPY => Some(0),
        Currency::RON | Currency::KWD => None,
    }
}

/// An amount as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// ISO 4217, upper case.
    pub currency_code: String,
    /// Digits with a point, as text.
    pub value: String,
}

impl Amount {
    /// `None` when the amount is not above zero, has a part that PayPal cannot carry, or the currency is not supported.
    pub fn of(amount: Money) -> Option<Self> {
        let (minor, currency) = (amount.minor(), amount.currency());
        let (carried, own) = (decimals(currency)?, currency.exponent());
        let divisor = 10_i64.checked_pow(own.checked_sub(carried)?)?;
        if minor < 1 || minor % divisor != 0 {
            return None;
        }
        let units = minor / divisor;
        let value = match carried {
            0 => units.to_string(),
            digits => {
                let one = 10_i64.pow(digits);
                format!("{}.{:0width$}", units / one, units % one, width = digits as usize)
            }
        };
        Some(Self { currency_code: currency.code().to_owned(), value })
    }

    /// The exact amount: `45`, `45.0` and `45.00` are one. `None` for a sign, an unknown currency, or anything finer than the
    /// currency's smallest unit.
    pub fn money(&self) -> Option<Money> {
        let currency: Currency = self.currency_code.parse().ok()?;
        let (whole, fraction) = self.value.split_once('.').unwrap_or((&self.value, ""));
        let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let pointed = self.value.contains('.');
        if !plain(whole) || !plain(fraction) || self.value.len() > 32 || (pointed && fraction.is_empty()) || (!pointed && whole.is_empty())
        {
            return None;
        }
        let exponent = currency.exponent() as usize;
        let (kept, rest) = fraction.split_at_checked(exponent).unwrap_or((fraction, ""));
        if rest.bytes().any(|b| b != b'0') {
            return None;
        }
        let minor = format!("0{whole}{kept:0<exponent$}").parse().ok()?;
        Some(Money::from_minor(minor, currency))
    }
}

/// The body of an order's creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewOrder {
    intent: &'static str,
    purchase_units: [NewUnit; 1],
    payment_source: NewSource,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct NewUnit {
    reference_id: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    custom_id: String,
    invoice_id: String,
    amount: Amount,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct NewSource {
    paypal: NewWallet,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct NewWallet {
    experience_context: Experience,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Experience {
    #[serde(skip_serializing_if = "Option::is_none")]
    brand_name: Option<String>,
    locale: &'static str,
    shipping_preference: &'static str,
    user_action: &'static str,
    payment_method_preference: &'static str,
    return_url: String,
    cancel_url: String,
}

/// The first `max` characters.
fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

impl NewOrder {
    /// An order of one unit, to be captured whole (paypal-rest.md §4.2). `amount` is `ask.amount` as it travels.
    pub fn of(ask: &Approval, amount: Amount, brand_name: Option<&str>) -> Self {
        let unit = NewUnit {
            reference_id: "default",
            description: cut(&ask.description, 127),
            custom_id: ask.attempt_ref.as_str().to_owned(),
            invoice_id: cut(&ask.invoice, 127),
            amount,
        };
        let experience_context = Experience {
            brand_name: brand_name.map(|name| cut(name, 127)),
            locale: match ask.lang {
                Lang::En => "en-US",
                Lang::Ro => "ro-RO",
            },
            shipping_preference: "NO_SHIPPING",
            user_action: "PAY_NOW",
            payment_method_preference: "IMMEDIATE_PAYMENT_REQUIRED",
            return_url: ask.return_url.clone(),
            cancel_url: ask.cancel_url.clone(),
        };
        Self { intent: "CAPTURE", purchase_units: [unit], payment_source: NewSource { paypal: NewWallet { experience_context } } }
    }
}

/// The body of a refund (paypal-rest.md §5). Found again by either of its references.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewRefund {
    amount: Amount,
    invoice_id: String,
    custom_id: String,
}

impl NewRefund {
    /// A refund of `amount`.
    pub fn of(amount: Amount, attempt: &AttemptRef) -> Self {
        Self { amount, invoice_id: attempt.as_str().to_owned(), custom_id: attempt.as_str().to_owned() }
    }
}

/// A link of an answer. API addresses are built from our own base; only the payer's page and the ids at the end are used.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Link {
    /// The address.
    pub href: String,
    /// What it is.
    pub rel: String,
}

/// The address under `rel`.
pub fn link<'a>(links: &'a [Link], rel: &str) -> Option<&'a str> {
    links.iter().find(|link| link.rel == rel).map(|link| link.href.as_str())
}

/// The last part of the path under `rel=up`: the id of the capture's order, or of the refund's capture.
pub fn up(links: &[Link]) -> Option<&str> {
    link(links, "up")?.split(['?', '#']).next()?.rsplit('/').next().filter(|id| !id.is_empty())
}

/// An order (paypal-rest.md §4). A minimal answer has only id, status and links.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// Its state.
    pub status: String,
    /// `CAPTURE`, where told.
    pub intent: Option<String>,
    /// What is bought: one unit, as we make them.
    #[serde(default)]
    pub purchase_units: Vec<Unit>,
    /// Links.
    #[serde(default)]
    pub links: Vec<Link>,
}

/// One unit of an order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Unit {
    /// What it costs; answers to a capture leave it out.
    pub amount: Option<Amount>,
    /// Our reference.
    pub custom_id: Option<String>,
    /// What was taken and given back.
    #[serde(default)]
    pub payments: Payments,
}

/// What was taken of an order and given back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Payments {
    /// Takings: one, with our intent.
    #[serde(default)]
    pub captures: Vec<Capture>,
    /// Refunds of them.
    #[serde(default)]
    pub refunds: Vec<Refund>,
}

/// Money taken, or to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Capture {
    /// Its id, which refunds name.
    pub id: String,
    /// Its state, the only one that says whether it is paid.
    pub status: String,
    /// How much.
    pub amount: Option<Amount>,
    /// Our reference.
    pub custom_id: Option<String>,
    /// Why it is pending or declined.
    pub status_details: Option<StatusDetails>,
    /// Which order it belongs to.
    pub supplementary_data: Option<Supplementary>,
    /// Links.
    #[serde(default)]
    pub links: Vec<Link>,
}

impl Capture {
    /// The order it belongs to (paypal-rest.md §9.2).
    pub fn order(&self) -> Option<&str> {
        let related = self.supplementary_data.as_ref().and_then(|data| data.related_ids.as_ref()).and_then(|ids| ids.order_id.as_deref());
        related.or_else(|| up(&self.links))
    }
}

/// Why a state is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StatusDetails {
    /// A code.
    pub reason: Option<String>,
}

/// What a payment belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Supplementary {
    /// Ids.
    pub related_ids: Option<RelatedIds>,
}

/// The ids of what a payment belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RelatedIds {
    /// The order.
    pub order_id: Option<String>,
}

/// Money given back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// Its id.
    pub id: String,
    /// Its state.
    pub status: String,
    /// How much.
    pub amount: Option<Amount>,
    /// Our reference.
    pub custom_id: Option<String>,
    /// Our reference again.
    pub invoice_id: Option<String>,
}

/// A refusal's body, in either of its shapes (paypal-rest.md §2 and §6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ErrorBody {
    name: Option<String>,
    error: Option<String>,
    #[serde(default)]
    details: Vec<Detail>,
    /// PayPal's name of this exchange, for its support.
    pub debug_id: Option<String>,
    /// Links; a declined funding source brings one for the payer.
    #[serde(default)]
    pub links: Vec<Link>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Detail {
    issue: Option<String>,
}

impl ErrorBody {
    /// The code to decide on: the first issue, else the name. Prose is not looked at.
    pub fn code(&self) -> Option<&str> {
        let issue = self.details.first().and_then(|detail| detail.issue.as_deref());
        issue.or(self.name.as_deref()).or(self.error.as_deref())
    }
}

/// The answer to a request for a token. Not printable.
#[derive(Deserialize)]
pub struct Token {
    /// Opaque.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u32,
}

/// The answer to a question about a notice's signature: HTTP 200 either way (paypal-rest.md §9.4).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Verification {
    /// `SUCCESS` or `FAILURE`.
    pub verification_status: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_have_paypals_decimals_and_not_isos() {
        for (minor, currency, wire) in [
            (4500, Currency::EUR, Some("45.00")),
            (5, Currency::USD, Some("0.05")),
            (4500, Currency::JPY, Some("4500")),
            (125_000, Currency::TWD, Some("1250")),
            (125_050, Currency::TWD, None),
            (100, Currency::HUF, Some("1")),
            (99, Currency::HUF, None),
            (0, Currency::EUR, None),
            (-100, Currency::EUR, None),
            (1000, Currency::KWD, None),
            (1000, Currency::RON, None),
        ] {
            let amount = Amount::of(Money::from_minor(minor, currency));
            assert_eq!(amount.map(|a| a.value).as_deref(), wire, "{minor} {currency}");
        }
    }

    #[test]
    fn values_are_compared_as_decimals() {
        let read =
            |currency: &str, value: &str| Amount { currency_code: currency.to_owned(), value: value.to_owned() }.money().map(Money::minor);
        for same in ["45", "45.0", "45.00", "45.000", "0045.00"] {
            assert_eq!(read("EUR", same), Some(4500), "{same}");
        }
        assert_eq!(
            (read("EUR", ".5"), read("JPY", "4500"), read("JPY", "4500.00"), read("TWD", "1250")),
            (Some(50), Some(4500), Some(4500), Some(125_000))
        );
        for (currency, bad) in [
            ("EUR", ""),
            ("EUR", "."),
            ("EUR", "45."),
            ("EUR", "-45.00"),
            ("EUR", "+45"),
            ("EUR", "45.001"),
            ("EUR", "4,500.00"),
            ("EUR", " 45"),
            ("EUR", "1e3"),
            ("JPY", "45.5"),
            ("eur", "45.00"),
            ("XXX", "45.00"),
            ("EUR", "99999999999999999999"),
        ] {
            assert_eq!(read(currency, bad), None, "{currency} {bad}");
        }
    }

    #[test]
    fn ids_are_read_from_links() {
        let links = |href: &str| vec![Link { href: href.to_owned(), rel: "up".to_owned() }];
        assert_eq!(up(&links("https://api.paypal.com/v2/payments/captures/2GH34567JK890123L?x=1")), Some("2GH34567JK890123L"));
        assert_eq!(up(&links("https://api.paypal.com/")), None);
        assert_eq!(up(&[]), None);
    }

    #[test]
    fn refusals_have_a_code_in_every_shape() {
        let code = |body: &str| serde_json::from_str::<ErrorBody>(body).expect("readable").code().map(str::to_owned);
        assert_eq!(code(r#"{"error":"invalid_token","error_description":"x"}"#).as_deref(), Some("invalid_token"));
        assert_eq!(code(r#"{"name":"AUTHENTICATION_FAILURE"}"#).as_deref(), Some("AUTHENTICATION_FAILURE"));
        assert_eq!(code(r#"{"name":"A","details":[{"issue":"B"},{"issue":"C"}]}"#).as_deref(), Some("B"));
        assert_eq!(code("{}"), None);
    }

    fn approval(text: &str) -> Approval {
        Approval {
            amount: Money::from_minor(4500, Currency::EUR),
            description: text.to_owned(),
            invoice: text.to_owned(),
            attempt_ref: AttemptRef::parse("A1").expect("a reference"),
            email: None,
            return_url: "https://shop.example/return?a=1&b=2".to_owned(),
            cancel_url: "https://shop.example/cancel".to_owned(),
            notify_url: String::new(),
            lang: Lang::Ro,
            kinds: crate::domain::card_kinds::CardKinds::All,
        }
    }

    proptest! {
        #[test]
        fn every_amount_comes_back_as_it_went(minor in 1_i64..9_000_000_000_000) {
            for currency in Currency::ALL {
                let money = Money::from_minor(minor, *currency);
                if let Some(amount) = Amount::of(money) {
                    prop_assert_eq!(amount.money(), Some(money));
                }
            }
        }

        #[test]
        fn a_buyers_text_stays_in_its_field(text in "[a-z&=\\[\\]%\"\\\\\n\r\u{0}ășț{}:,]{0,200}") {
            let amount = Amount::of(Money::from_minor(4500, Currency::EUR)).expect("carried");
            let sent = serde_json::to_string(&NewOrder::of(&approval(&text), amount, Some(&text))).expect("writable");
            let read: serde_json::Value = serde_json::from_str(&sent).expect("readable");
            let wanted: String = text.chars().take(127).collect();
            prop_assert_eq!(read["purchase_units"][0]["invoice_id"].as_str(), Some(wanted.as_str()));
            prop_assert_eq!(read["purchase_units"][0]["amount"]["value"].as_str(), Some("45.00"));
            prop_assert_eq!(read["purchase_units"][0].as_object().map(|unit| unit.len()), Some(if text.is_empty() { 4 } else { 5 }));
        }

        #[test]
        fn amounts_survive_any_text(currency in "[A-Z]{0,4}", value in "[-+0-9.,eE ]{0,40}|\\PC{0,20}") {
            let _ = Amount { currency_code: currency, value }.money();
        }

        #[test]
        fn readers_survive_any_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = serde_json::from_slice::<Order>(&body);
            let _ = serde_json::from_slice::<ErrorBody>(&body);
        }
    }
}
