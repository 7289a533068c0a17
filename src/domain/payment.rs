//! What can be known about a try at paying.

use serde::{Deserialize, Serialize};

use super::card::Funding;

/// Why a payment was declined, in classes a buyer can act on. Never the processor's raw code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineClass {
    /// Not enough money, or over a limit: another card.
    Funds,
    /// Number, expiry, security code or address do not match: check them.
    Details,
    /// Refused by a fraud check: another method.
    FraudCheck,
    /// The issuer cannot answer now: later.
    TryLater,
    /// The issuer refuses without a reason we may pass on: another card.
    Refused,
    /// The site takes no credit cards.
    CreditCard,
    /// The site takes no debit cards, nor prepaid ones.
    DebitCard,
}

impl DeclineClass {
    /// The class of a card that the site does not take.
    pub const fn of_kind(funding: Funding) -> Self {
        match funding {
            Funding::Credit => Self::CreditCard,
            Funding::Debit | Funding::Prepaid => Self::DebitCard,
        }
    }

    /// The value at rest and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Funds => "funds",
            Self::Details => "details",
            Self::FraudCheck => "fraud_check",
            Self::TryLater => "try_later",
            Self::Refused => "refused",
            Self::CreditCard => "credit_card",
            Self::DebitCard => "debit_card",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Funds, Self::Details, Self::FraudCheck, Self::TryLater, Self::Refused, Self::CreditCard, Self::DebitCard]
            .into_iter()
            .find(|class| class.code() == code)
    }
}

/// Where a try at paying stands: `prepared → sent → captured | declined | unknown`, and `unknown → captured | declined |
/// needs_person` only through an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Written down; nothing sent yet, or provably nothing.
    Prepared,
    /// Sent, and the answer lost, late or contradictory. Money may have moved.
    Unknown,
    /// The money is ours.
    Captured,
    /// A final no; nothing moved.
    Declined,
    /// Provably never reached the processor.
    NotSent,
    /// Inquiries did not settle it in two hours: a person decides.
    NeedsPerson,
}

impl AttemptState {
    /// The value at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Unknown => "unknown",
            Self::Captured => "captured",
            Self::Declined => "declined",
            Self::NotSent => "not_sent",
            Self::NeedsPerson => "needs_person",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Prepared, Self::Unknown, Self::Captured, Self::Declined, Self::NotSent, Self::NeedsPerson]
            .into_iter()
            .find(|state| state.code() == code)
    }

    /// No answer changes it any more.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Captured | Self::Declined | Self::NotSent => true,
            Self::Prepared | Self::Unknown | Self::NeedsPerson => false,
        }
    }
}

/// Seconds after an attempt at which an undecided one is inquired about: at once, then 1, 5, 15, 60 minutes and 2 hours, after
/// which a person is asked (design.md §3).
pub const INQUIRY_DELAYS_SECONDS: [i64; 6] = [0, 60, 300, 900, 3600, 7200];

/// The way a buyer chose to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A card typed on our page.
    Card,
    /// A PayPal account.
    Paypal,
    /// Invoice or bank transfer.
    Offline,
    /// Nothing to pay.
    None,
}

impl Method {
    /// The form's and API's value.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Paypal => "paypal",
            Self::Offline => "offline",
            Self::None => "none",
        }
    }

    /// Reads the form's value.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Card, Self::Paypal, Self::Offline, Self::None].into_iter().find(|m| m.code() == code)
    }
}
