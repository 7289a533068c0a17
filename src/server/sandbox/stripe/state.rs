//! What the simulator keeps, and how it shows it: the same fields as the sheet's examples (stripe.md §3 to §5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::super::Inner;

/// The name in the journal.
pub const OF: &str = "stripe";

/// What is kept of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The payment method's id.
    pub id: String,
    /// `visa`, …
    pub brand: String,
    /// `credit`, `debit` or `prepaid`.
    pub funding: String,
    /// The last four digits.
    pub last4: String,
}

impl Card {
    /// The payment method as errors show it.
    pub fn method(&self) -> Value {
        json!({
            "id": self.id, "object": "payment_method", "type": "card",
            "card": { "brand": self.brand, "funding": self.funding, "last4": self.last4 },
        })
    }
}

/// One try at charging a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Its id.
    pub id: String,
    /// The card.
    pub card: Card,
    /// The issuer said yes.
    pub paid: bool,
    /// What was taken of it.
    pub captured: i64,
    /// What was given back, refunds under way included.
    pub refunded: i64,
    /// Disputed.
    pub disputed: bool,
    /// The failure's code.
    pub failure: Option<String>,
}

/// What a payment in `processing` becomes when it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// The money is held.
    Hold,
    /// So much is taken.
    Take(i64),
}

/// A PaymentIntent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its id.
    pub id: String,
    /// Whose.
    pub account: String,
    /// What is asked for.
    pub amount: i64,
    /// In small letters.
    pub currency: String,
    /// `manual`, `automatic` or `automatic_async`.
    pub capture_method: String,
    /// stripe.md §3.1.
    pub status: String,
    /// What was taken.
    pub received: i64,
    /// The last charge.
    pub charge: Option<Charge>,
    /// The card, while there is one.
    pub card: Option<Card>,
    /// The card that waits for its payer to authenticate.
    pub authenticating: Option<String>,
    /// Why the last try failed.
    pub last_error: Option<Value>,
    /// What comes after `processing`.
    pub next: Option<Next>,
    /// The caller's.
    pub metadata: BTreeMap<String, String>,
    /// Chosen with `automatic_payment_methods`.
    pub automatic: bool,
    /// Where the payer comes back to.
    pub return_url: Option<String>,
    /// Seconds since 1970.
    pub created: i64,
    /// Seconds since 1970.
    pub canceled_at: Option<i64>,
    /// The caller's.
    pub cancellation_reason: Option<String>,
    /// The Checkout Session it belongs to.
    pub session: Option<String>,
}

impl Intent {
    /// As the API shows it.
    pub fn show(&self, with_charge: bool) -> Value {
        let charge = self.charge.as_ref().map(|charge| if with_charge { self.show_charge(charge) } else { charge.id.as_str().into() });
        let next_action = (self.status == "requires_action").then(|| {
            json!({
                "type": "redirect_to_url",
                "redirect_to_url": { "return_url": self.return_url, "url": format!("https://hooks.stripe.test/redirect/{}", self.id) },
            })
        });
        let automatic = self.automatic.then(|| json!({ "allow_redirects": "always", "enabled": true }));
        json!({
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_capturable": if self.status == "requires_capture" { self.amount } else { 0 },
            "amount_received": self.received,
            "automatic_payment_methods": automatic,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method,
            "client_secret": format!("{}_secret_simulated", self.id),
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "customer": null,
            "last_payment_error": self.last_error,
            "latest_charge": charge,
            "livemode": false,
            "metadata": self.metadata,
            "next_action": next_action,
            "payment_method": self.card.as_ref().map(|card| card.id.as_str()),
            "payment_method_types": ["card"],
            "status": self.status,
        })
    }

    /// A charge of it as the API shows it.
    pub fn show_charge(&self, charge: &Charge) -> Value {
        let outcome = match charge.paid {
            true => json!({
                "network_status": "approved_by_network", "risk_level": "normal", "seller_message": "Payment complete.", "type": "authorized",
            }),
            false => json!({
                "network_status": "declined_by_network", "risk_level": "normal",
                "seller_message": "The bank did not return any further details with this decline.", "type": "issuer_declined",
            }),
        };
        json!({
            "id": charge.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": charge.captured,
            "amount_refunded": charge.refunded,
            "balance_transaction": null,
            "captured": charge.captured > 0,
            "currency": self.currency,
            "disputed": charge.disputed,
            "failure_code": charge.failure,
            "failure_message": null,
            "outcome": outcome,
            "paid": charge.paid,
            "payment_intent": self.id,
            "payment_method": charge.card.id,
            "payment_method_details": {
                "type": "card",
                "card": {
                    "brand": charge.card.brand, "country": "FR", "exp_month": 8, "exp_year": 2030, "funding": charge.card.funding,
                    "last4": charge.card.last4, "network": charge.card.brand, "wallet": null,
                },
            },
            "refunded": charge.captured > 0 && charge.refunded == charge.captured,
            "status": if charge.paid { "succeeded" } else { "failed" },
        })
    }
}

/// A Checkout Session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Whose.
    pub account: String,
    /// What is asked for.
    pub amount: i64,
    /// In small letters.
    pub currency: String,
    /// What it is for.
    pub name: String,
    /// `open`, `complete` or `expired`; an open one also expires by time.
    pub status: String,
    /// The payment, once the payer began.
    pub intent: Option<String>,
    /// `manual`, `automatic` or `automatic_async`.
    pub capture_method: String,
    /// The caller's reference.
    pub client_reference_id: Option<String>,
    /// The caller's.
    pub metadata: BTreeMap<String, String>,
    /// The caller's, for the payment.
    pub intent_metadata: BTreeMap<String, String>,
    /// Where the payer comes back to.
    pub success_url: String,
    /// Where the payer comes back to without paying.
    pub cancel_url: Option<String>,
    /// The page's address.
    pub url: String,
    /// Seconds since 1970.
    pub created: i64,
    /// Seconds since 1970.
    pub expires_at: i64,
}

impl Session {
    /// `open`, `complete` or `expired`, now.
    pub fn status_at(&self, now: i64) -> &str {
        if self.status == "open" && now >= self.expires_at { "expired" } else { &self.status }
    }

    /// As the API shows it, `intent` being an id or the object.
    pub fn show(&self, now: i64, paid: bool, intent: Value) -> Value {
        let status = self.status_at(now);
        json!({
            "id": self.id,
            "object": "checkout.session",
            "amount_subtotal": self.amount,
            "amount_total": self.amount,
            "cancel_url": self.cancel_url,
            "client_reference_id": self.client_reference_id,
            "created": self.created,
            "currency": self.currency,
            "expires_at": self.expires_at,
            "livemode": false,
            "metadata": self.metadata,
            "mode": "payment",
            "payment_intent": intent,
            "payment_status": if paid { "paid" } else { "unpaid" },
            "status": status,
            "success_url": self.success_url,
            "url": (status == "open").then_some(&self.url),
        })
    }
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its id.
    pub id: String,
    /// Whose.
    pub account: String,
    /// Of which payment.
    pub intent: String,
    /// Of which charge.
    pub charge: String,
    /// How much.
    pub amount: i64,
    /// In small letters.
    pub currency: String,
    /// `pending`, `succeeded` or `failed`.
    pub status: String,
    /// It fails when it is settled.
    pub fails: bool,
    /// The caller's.
    pub reason: Option<String>,
    /// The caller's.
    pub metadata: BTreeMap<String, String>,
    /// Seconds since 1970.
    pub created: i64,
}

impl Refund {
    /// As the API shows it.
    pub fn show(&self) -> Value {
        let mut shown = json!({
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "balance_transaction": null,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "destination_details": {
                "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" }, "type": "card",
            },
            "metadata": self.metadata,
            "payment_intent": self.intent,
            "reason": self.reason,
            "receipt_number": null,
            "status": self.status,
        });
        match self.status.as_str() {
            "pending" => shown["pending_reason"] = "processing".into(),
            "failed" => shown["failure_reason"] = "expired_or_canceled_card".into(),
            _ => {}
        }
        shown
    }
}

/// An answer that the same key gets again (stripe.md §7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// What was asked.
    pub fingerprint: String,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// The first request's id.
    pub request: String,
}

/// Something kept under its id.
pub trait Kept: Serialize + DeserializeOwned {
    /// The kind's name in the journal.
    const KIND: &'static str;
    /// Its id.
    fn id(&self) -> &str;
    /// Whose it is.
    fn account(&self) -> &str;
}

macro_rules! kept {
    ($($type:ty = $kind:literal),*) => {
        $(impl Kept for $type {
            const KIND: &'static str = $kind;
            fn id(&self) -> &str {
                &self.id
            }
            fn account(&self) -> &str {
                &self.account
            }
        })*
    };
}
kept! { Intent = "intent", Session = "session", Refund = "refund" }

impl Inner {
    /// One of an account's, by id.
    pub(super) fn stripe_find<T: Kept>(&self, account: &str, id: &str) -> Option<T> {
        self.objects.get::<T>(OF, T::KIND, id).filter(|kept| kept.account() == account)
    }

    /// All of an account's, newest first.
    pub(super) fn stripe_all<T: Kept>(&self, account: &str) -> Vec<T> {
        let mut all = self.objects.all::<T>(OF, T::KIND);
        all.retain(|kept| kept.account() == account);
        all.reverse();
        all
    }

    /// Keeps one, new or changed.
    pub(super) fn stripe_keep<T: Kept>(&mut self, kept: &T) {
        self.put(OF, T::KIND, kept.id(), kept);
    }
}

/// Decimals on the wire (stripe.md §2).
pub fn decimals(currency: &str) -> u32 {
    const WHOLE: &str = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf";
    match currency {
        "bhd" | "jod" | "kwd" | "omr" | "tnd" => 3,
        whole if WHOLE.split(' ').any(|code| code == whole) => 0,
        _ => 2,
    }
}

/// An amount for people: `€45.00`, `RON 12.50`.
pub fn shown(amount: i64, currency: &str) -> String {
    let (unit, places) = (10_i64.pow(decimals(currency)), decimals(currency) as usize);
    let number = if places == 0 { amount.to_string() } else { format!("{}.{:0places$}", amount / unit, (amount % unit).abs()) };
    match currency {
        "eur" => format!("€{number}"),
        "usd" => format!("${number}"),
        "gbp" => format!("£{number}"),
        other => format!("{} {number}", other.to_ascii_uppercase()),
    }
}
