//! What a processor is asked with: keys, references, card details. Card details print as `[hidden]`, cannot be serialised or
//! copied, and are wiped from memory when dropped (PCI DSS 4.0.1, 3.3.1 and 3.5.1).

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::domain::{card::Expiry, card_kinds::CardKinds, money::Money, text::Lang, three_ds::ThreeDs};

/// The characters of a 32-character key or a 12-character reference made by hashing: no look-alikes needed, plain lower hex
/// and base 32 respectively.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Names one try at moving money, so that asking twice moves it once. 1 to 32 printable ASCII characters without a blank
/// (payflow-pro.md §2.1, `X-VPS-REQUEST-ID`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads a stored key; `None` unless it is 1 to 32 printable ASCII characters without a blank.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// A key made of 128 random bits, as 32 hex digits.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(hex(&bytes))
    }

    /// The key of a later step of the same purchase: always the same for the same key and step, and unlike any other.
    pub fn step(&self, step: &str) -> Self {
        let digest =
            Sha256::new().chain_update(b"lectern key step\0").chain_update(&self.0).chain_update([0]).chain_update(step).finalize();
        Self(hex(&digest[..16]))
    }

    /// The key as it is stored and sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| char::from(b"0123456789abcdef"[usize::from(n)])).collect()
}

/// Our own reference of one attempt, by which it can be inquired about when the answer was lost: 1 to 12 ASCII letters and
/// digits, never used twice (payflow-pro.md §4.2, `CUSTREF`; §14.11).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AttemptRef(String);

impl AttemptRef {
    /// Reads a stored reference; `None` unless it is 1 to 12 ASCII letters and digits.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| Self(text.to_owned()))
    }

    /// The reference that belongs to a key: 60 bits of its hash. Refunds and captures are sent with it.
    pub fn of_key(key: &IdempotencyKey) -> Self {
        let digest = Sha256::new().chain_update(b"lectern attempt ref\0").chain_update(key.as_str()).finalize();
        Self(digest.iter().take(12).map(|b| char::from(BASE32[usize::from(b & 31)])).collect())
    }

    /// The reference as it is stored and sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A processor's own reference of something it did: 1 to 255 printable ASCII characters without a blank (stripe.md §1: ids are
/// opaque, up to 255 characters; a Checkout Session's has 66).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProcessorRef(String);

impl ProcessorRef {
    /// Reads a reference; `None` unless it is 1 to 255 printable ASCII characters without a blank.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The reference as the processor wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Digits nobody may see: a card number or a security code. Prints `[hidden]`, wiped on drop, not `Clone`, not `Serialize`.
pub struct SecretDigits(Zeroizing<String>);

impl SecretDigits {
    /// Takes digits that were validated by `domain::card`. Anything else in them is left out, so that nothing but digits can
    /// reach a wire.
    pub fn new(digits: &str) -> Self {
        let mut kept = Zeroizing::new(String::with_capacity(digits.len()));
        kept.extend(digits.chars().filter(char::is_ascii_digit));
        Self(kept)
    }

    /// The digits, for the wire and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The last four digits, which may be stored and shown; fewer than twelve digits show none.
    pub fn last4(&self) -> &str {
        if self.0.len() < 12 { "" } else { &self.0[self.0.len() - 4..] }
    }

    /// No digits at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for SecretDigits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[hidden]")
    }
}

/// A card as typed by its owner, on its way to a processor.
pub struct CardDetails {
    /// The card number.
    pub number: SecretDigits,
    /// The last valid month.
    pub expiry: Expiry,
    /// The security code; empty when there is none.
    pub code: SecretDigits,
    /// The name on the card; may be empty.
    pub name: String,
    /// What authenticating its holder came to, where somebody did.
    pub three_ds: Option<ThreeDs>,
}

impl std::fmt::Debug for CardDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardDetails [hidden]")
    }
}

/// Where the card's statements go. Empty fields are not sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Billing {
    /// Given name; the name on the card is split when both names are empty.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Street and house number.
    pub street: String,
    /// Second line.
    pub street2: String,
    /// City.
    pub city: String,
    /// State or county.
    pub state: String,
    /// Postal code.
    pub zip: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// Telephone.
    pub phone: String,
}

impl std::fmt::Debug for Billing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Billing [hidden]")
    }
}

/// A direct sale, or an authorisation, of one card.
pub struct Sale {
    /// What to take. Above zero, in a currency the processor carries.
    pub amount: Money,
    /// The card.
    pub card: CardDetails,
    /// The billing address.
    pub billing: Billing,
    /// The number the buyer sees (payflow-pro.md §4.2, `INVNUM`: 127 characters). PayPal refuses one that was paid before.
    pub invoice: String,
    /// Our reference of this attempt.
    pub attempt_ref: AttemptRef,
    /// The buyer's address; only IPv4 can be carried.
    pub buyer_ip: Option<IpAddr>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// What it is for, in the site's words.
    pub description: String,
}

impl std::fmt::Debug for Sale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sale")
            .field("amount", &self.amount)
            .field("invoice", &self.invoice)
            .field("attempt_ref", &self.attempt_ref)
            .finish_non_exhaustive()
    }
}

/// A purchase that the buyer approves on a page of the processor's. The same for [`super::Processor::start`] and
/// [`super::Processor::finish`].
#[derive(Clone, PartialEq, Eq)]
pub struct Approval {
    /// What to take. Above zero, in a currency the processor carries.
    pub amount: Money,
    /// What it is for, in the site's words.
    pub description: String,
    /// The number the buyer sees, the same for every attempt at one order.
    pub invoice: String,
    /// Our reference of this attempt.
    pub attempt_ref: AttemptRef,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// Where the buyer comes back to after approving, absolute; the processor may add parameters.
    pub return_url: String,
    /// Where the buyer comes back to without approving, absolute.
    pub cancel_url: String,
    /// Where notices go, absolute; for processors that are told with each purchase.
    pub notify_url: String,
    /// The language of the processor's page.
    pub lang: Lang,
    /// Which kinds of cards are taken: one of another kind is given up before its money is taken, where its kind is known then.
    pub kinds: CardKinds,
}

impl std::fmt::Debug for Approval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Approval")
            .field("amount", &self.amount)
            .field("invoice", &self.invoice)
            .field("attempt_ref", &self.attempt_ref)
            .finish_non_exhaustive()
    }
}

/// The attempt an inquiry is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Our reference of it.
    pub attempt_ref: AttemptRef,
    /// The processor's reference of what [`super::Processor::start`] started; none for direct sales, or when the answer was lost.
    pub started: Option<ProcessorRef>,
}

impl Asked {
    /// A direct sale, capture, cancellation or refund.
    pub fn of(attempt: &AttemptRef) -> Self {
        Self { attempt_ref: attempt.clone(), started: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn keys_of_steps_are_stable_and_distinct() {
        let key = IdempotencyKey::from_random([7; 16]);
        assert_eq!(key.step("capture"), key.step("capture"));
        assert_ne!(key.step("capture"), key.step("void"));
        assert_ne!(key.step("capture"), key);
        assert_eq!(IdempotencyKey::parse(key.step("capture").as_str()), Some(key.step("capture")));
        assert_eq!(key.step("capture").as_str().len(), 32);
    }

    #[test]
    fn references_outside_their_bounds_are_refused() {
        for bad in ["", "1234567890123", "a-b", "a b", "é"] {
            assert_eq!(AttemptRef::parse(bad), None, "{bad}");
        }
        assert!(AttemptRef::parse("FB100231A1").is_some());
        assert!(IdempotencyKey::parse(&"x".repeat(32)).is_some());
        assert!(IdempotencyKey::parse(&"x".repeat(33)).is_none());
        assert!(IdempotencyKey::parse("a\r\nB: c").is_none());
        let key = IdempotencyKey::from_random([7; 16]);
        assert_eq!(AttemptRef::parse(AttemptRef::of_key(&key).as_str()), Some(AttemptRef::of_key(&key)));
        assert!(ProcessorRef::parse("V27D8A4F222A").is_some() && ProcessorRef::parse("a b").is_none());
    }

    #[test]
    fn nothing_of_a_card_prints() {
        let card = CardDetails {
            number: SecretDigits::new("4111 1111-1111 1111"),
            expiry: Expiry { year: 2029, month: 12 },
            code: SecretDigits::new("123"),
            name: "Imogen Tarrant".to_owned(),
            three_ds: None,
        };
        assert_eq!(card.number.reveal(), "4111111111111111");
        assert_eq!(card.number.last4(), "1111");
        assert_eq!(card.code.last4(), "");
        let sale = Sale {
            amount: Money::from_minor(2500, Currency::USD),
            card,
            billing: Billing { street: "24285 Elm".to_owned(), ..Billing::default() },
            invoice: "FB-1".to_owned(),
            attempt_ref: AttemptRef(String::from("A1")),
            buyer_ip: None,
            email: Some("imogen@mail.example".to_owned()),
            description: String::new(),
        };
        let printed = format!("{sale:?} {sale:#?} {:?} {:?} {:?}", sale.card, sale.card.number, sale.billing);
        for hidden in ["4111", "123", "2029", "Imogen", "imogen", "Elm"] {
            assert!(!printed.contains(hidden), "{hidden} in {printed}");
        }
    }
}
