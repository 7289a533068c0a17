//! Refunds and money in question, as an administrator sees them.

use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{OrderId, PaymentId, ProposalId, RefundId},
    money::Money,
    payment::DeclineClass,
    refund::{RefundReason, RefundState},
};

/// A refund of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefundLine {
    /// Its id.
    pub id: RefundId,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: RefundState,
    /// Why.
    pub reason: RefundReason,
    /// Why, in words; may be empty.
    pub note: String,
    /// When it was asked for, in words.
    pub at: String,
    /// When it ended, in words.
    pub ended_at: Option<String>,
    /// Our reference of it at the processor.
    pub our_ref: String,
    /// The processor's reference.
    pub reference: Option<String>,
    /// Why it failed, where the processor gave a class.
    pub decline: Option<DeclineClass>,
    /// The processor's own words, or what is in doubt.
    pub detail: String,
    /// How often the processor was asked what became of it.
    pub inquiries: u64,
    /// What somebody said of it, which another person must confirm.
    pub proposal: Option<ProposalLine>,
}

/// A payment that can be refunded, all of it or a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refundable {
    /// Which.
    pub payment: PaymentId,
    /// The code of its processor's kind.
    pub processor: String,
    /// What is left of it.
    pub left: Money,
    /// The key of the form: the same key is the same refund.
    pub key: String,
}

/// What one administrator said of money in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalLine {
    /// Its id.
    pub id: ProposalId,
    /// The money moved, they say.
    pub moved: bool,
    /// Under which reference.
    pub reference: String,
    /// Who.
    pub by: String,
    /// When, in words.
    pub at: String,
    /// It is the reader's own, who cannot confirm it.
    pub mine: bool,
}

/// A message of a processor's about a payment in doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLine {
    /// When it came, in words.
    pub at: String,
    /// The processor's name for what it tells; empty when it has none.
    pub kind: String,
    /// `received`, `handled` or `parked`.
    pub state: String,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// A try at paying, or a refund, whose ending nobody knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoubtLine {
    /// Its id.
    pub id: String,
    /// A refund; otherwise a try at paying.
    pub is_refund: bool,
    /// The order.
    pub order: OrderId,
    /// Its short code.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// The code of the processor's kind.
    pub processor: String,
    /// Our reference there.
    pub our_ref: String,
    /// Since when, in words.
    pub since: String,
    /// For how many minutes.
    pub age_minutes: u64,
    /// What was last heard.
    pub heard: String,
    /// How often the processor was asked.
    pub inquiries: u64,
    /// When it is asked next, in words; not any more, when a person was asked.
    pub next: Option<String>,
    /// Somebody has to find out.
    pub needs_person: bool,
}

/// All money in question, the oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DoubtsPage {
    /// The lines.
    pub rows: Vec<DoubtLine>,
}
