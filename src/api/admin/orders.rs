//! Orders, as an administrator sees them.

use serde::{Deserialize, Serialize};

use super::refunds::{NoticeLine, ProposalLine, RefundLine, Refundable};
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

/// What an order waits for that an administrator may say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Awaited {
    /// A transfer is expected; otherwise its processor did not say how the payment ended.
    pub transfer: bool,
    /// The code of the processor's kind.
    pub processor: String,
    /// Our reference of the try: of a transfer what the buyer was asked to write on it.
    pub our_ref: String,
    /// The processor's reference of what was started there.
    pub started: Option<String>,
    /// What was asked for.
    pub amount: Money,
    /// When, in words.
    pub asked_at: String,
    /// Until when a transfer is expected, in words.
    pub until: Option<String>,
    /// How often the processor was asked what became of it.
    pub inquiries: u64,
    /// What is in doubt, with the processor's code where it gave one.
    pub detail: String,
    /// Two persons must agree about this much.
    pub needs_two: bool,
    /// What somebody said, which another person must confirm.
    pub proposal: Option<ProposalLine>,
    /// What its processor sent by itself that names it.
    pub notices: Vec<NoticeLine>,
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
    /// What was refunded of what paid it, without what is on its way.
    pub refunded: Money,
    /// What of that can be refunded.
    pub refundable: Option<Refundable>,
    /// What went back, is on its way, or failed to.
    pub refunds: Vec<RefundLine>,
    /// What an administrator may say about its payment now.
    pub awaited: Option<Awaited>,
    /// What happened, in order.
    pub events: Vec<OrderEvent>,
}
