//! Promo codes, as an administrator sees them.

use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{OrderId, PromoId, SessionId},
    money::{Currency, Money},
    pricing::{Discount, Tax},
};

/// Whether a code would be taken now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromoPhase {
    /// It would.
    Active,
    /// Set aside.
    Paused,
    /// Its first day is to come.
    NotYet,
    /// Its last day is over.
    Expired,
    /// Every use is taken.
    UsedUp,
}

/// A code in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromoLine {
    /// Its id.
    pub id: PromoId,
    /// The code.
    pub code: String,
    /// Whether it would be taken now.
    pub phase: PromoPhase,
    /// What it takes off.
    pub discount: Discount,
    /// Uses held or final.
    pub uses_taken: u64,
    /// How many there are; `None` is no limit.
    pub uses_max: Option<u64>,
    /// Its last instant, in words.
    pub until: Option<String>,
}

/// One use of a code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromoUse {
    /// The order.
    pub order: OrderId,
    /// Its short code.
    pub reference: String,
    /// Who.
    pub buyer: String,
    /// The seat is paid.
    pub is_final: bool,
    /// What it took off.
    pub discount: Money,
    /// When, in words.
    pub at: String,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromoSheet {
    /// What the list says.
    pub line: PromoLine,
    /// What is needed around it.
    pub desk: PromoDesk,
    /// First minute, as a form's wall time; empty without.
    pub starts_at: String,
    /// Last minute, as a form's wall time; empty without.
    pub ends_at: String,
    /// How often for one person.
    pub per_person: Option<u64>,
    /// For whom; empty means everyone.
    pub people: Vec<String>,
    /// For which sessions; empty means all.
    pub sessions: Vec<SessionId>,
    /// Lowest price.
    pub minimum: Option<Money>,
    /// Somebody was quoted a price with it, so its value is settled.
    pub was_used: bool,
    /// Its latest uses.
    pub uses: Vec<PromoUse>,
    /// The version read.
    pub version: i64,
}

/// A session a code can be for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionChoice {
    /// Its id.
    pub id: SessionId,
    /// Its address.
    pub slug: String,
    /// What it is about.
    pub topic: String,
    /// When, in words.
    pub when: String,
    /// What a seat costs.
    pub fee: Money,
}

/// What the forms need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PromoDesk {
    /// What fixed amounts are in.
    pub currency: Currency,
    /// The zone of the dates.
    pub zone: String,
    /// The tax on fees, for the preview.
    pub tax: Option<Tax>,
    /// A price to try codes on: the next session's with a fee.
    pub sample: Money,
    /// Coming sessions with a fee.
    pub sessions: Vec<SessionChoice>,
    /// A code nobody guesses.
    pub generated: String,
    /// The site's address, for links that carry a code.
    pub base_url: String,
}
