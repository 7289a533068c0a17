//! Orders, as an administrator sees them.

use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::OrderId,
    money::Money,
    order::OrderKind,
    pricing::{FeePrice, Tax},
};

/// Which orders to list; empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFilter {
    /// `today` (also when empty) or `all`.
    #[serde(default)]
    pub day: String,
    /// A state's code, or `undecided`.
    #[serde(default)]
    pub state: String,
    /// `fee` or `usage`.
    #[serde(default)]
    pub kind: String,
    /// A short code, name, address, promo code or reference, exactly.
    #[serde(default)]
    pub search: String,
    /// Where the page begins.
    #[serde(default)]
    pub before: String,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Its id.
    pub id: OrderId,
    /// Its short code.
    pub reference: String,
    /// A seat or minutes.
    pub kind: OrderKind,
    /// The code of its state.
    pub state: String,
    /// Who buys.
    pub buyer: String,
    /// What for.
    pub topic: String,
    /// What it asks.
    pub total: Money,
    /// The code on it.
    pub promo_code: Option<String>,
    /// When it was made, in words.
    pub at: String,
}

/// A page of orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrdersPage {
    /// What was asked for, read as it was understood.
    pub filter: OrderFilter,
    /// The orders, the latest first.
    pub rows: Vec<OrderLine>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Something that happened to an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderEvent {
    /// When, in words.
    pub at: String,
    /// A name, or a code such as `buyer` or `payflow`.
    pub who: String,
    /// What, as a code: of the trail, `attempt.asked`, `attempt.{state}`, `message.{kind}`.
    pub what: String,
    /// How it was and is, the amount, the reason.
    pub detail: String,
}

/// One order with everything that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderSheet {
    /// The order.
    pub line: OrderLine,
    /// The buyer's address.
    pub email: String,
    /// The session's address.
    pub slug: String,
    /// The price last shown, line by line.
    pub price: FeePrice,
    /// The tax in it.
    pub tax: Option<Tax>,
    /// `test` money.
    pub test: bool,
    /// What happened, in order.
    pub events: Vec<OrderEvent>,
}
