//! A large amount is not settled by one person's word: the first is written down, a second, different person confirms or withdraws.

use crate::domain::{
    form::Refusal,
    ids::{AttemptId, OrderId, ProposalId, RefundId},
    money::Money,
    role::Action,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{
        db::Tx,
        proposal::{self, Proposal},
        refund, report,
    },
};
use crate::write_tx;

use super::{offline, refund as refunds, settings::trail};

/// Above this many of a currency's smallest units two persons must agree: 500.00 of EUR or USD, 50 000 of JPY.
pub const TWO_PERSONS_ABOVE_MINOR: i64 = 50_000;

/// Two persons must agree about this much.
pub fn needs_two(amount: Money) -> bool {
    amount.minor() > TWO_PERSONS_ABOVE_MINOR
}

/// What a person says became of money in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// It moved.
    pub moved: bool,
    /// Under this reference of the processor or the bank; empty when it did not.
    pub reference: String,
}

impl Word {
    /// It moved, under a reference.
    pub const fn moved(reference: String) -> Self {
        Self { moved: true, reference }
    }

    /// It did not.
    pub const fn not_moved() -> Self {
        Self { moved: false, reference: String::new() }
    }
}

/// Whether a word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreed {
    /// At once: the amount is small.
    Now,
    /// When another person confirms it.
    Later,
}

/// Takes a person's word about an attempt or a refund: a small amount's counts at once, a large one's is written down.
///
/// # Errors
/// `SecondPersonNeeded` (409) while another word about it waits.
pub(super) async fn agree(
    tx: &mut Tx,
    ctx: &Ctx,
    order: OrderId,
    subject: uuid::Uuid,
    amount: Money,
    word: &Word,
) -> Result<Agreed, Failure> {
    let person = ctx.require(Action::Administer)?;
    if !needs_two(amount) {
        return Ok(Agreed::Now);
    }
    let waiting = proposal::open_of_order(tx, ctx.site().id, order).await?;
    if waiting.iter().any(|proposal| proposal.subject == subject) {
        return Err(Refusal::SecondPersonNeeded.into());
    }
    let new = Proposal {
        id: ctx.app.clock.id(),
        order_id: order,
        subject,
        moved: word.moved,
        reference: word.reference.clone(),
        proposed_by: person.id,
        name: person.name.clone(),
        proposed_at: ctx.app.clock.now(),
    };
    proposal::insert(tx, ctx.site().id, &new).await?;
    trail(tx, ctx, "proposal.made", order.0, None, Some(words(&new))).await?;
    Ok(Agreed::Later)
}

fn words(proposal: &Proposal) -> String {
    if proposal.moved { format!("moved {}", proposal.reference) } else { "not moved".to_owned() }
}

/// A second person confirms what the first said: it counts now.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`; `SecondPersonNeeded` to who proposed it, `Stale` when it was decided or settled
/// meanwhile (409).
pub async fn confirm(ctx: &Ctx, order: OrderId, id: ProposalId) -> Result<(), Failure> {
    let person = ctx.require(Action::Administer)?.id;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let proposal = open(tx, ctx, order, id).await?;
        if proposal.proposed_by == person || !proposal::decide(tx, id, "confirmed", person, ctx.app.clock.now()).await? {
            return Err(Refusal::SecondPersonNeeded.into());
        }
        trail(tx, ctx, "proposal.confirmed", order.0, None, Some(words(&proposal))).await?;
        let word = Word { moved: proposal.moved, reference: proposal.reference.clone() };
        if refund::find_order(tx, ctx.site().id, RefundId(proposal.subject)).await?.is_some() {
            let refund = refund::get(tx, RefundId(proposal.subject)).await?;
            return refunds::said(tx, ctx, order, &refund, &word).await;
        }
        offline::said(tx, ctx, order, AttemptId(proposal.subject), &word).await
    })
}

/// Takes back what somebody proposed; whoever administers the site may.
///
/// # Errors
/// As [`confirm`].
pub async fn withdraw(ctx: &Ctx, order: OrderId, id: ProposalId) -> Result<(), Failure> {
    let person = ctx.require(Action::Administer)?.id;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let proposal = open(tx, ctx, order, id).await?;
        if !proposal::decide(tx, id, "withdrawn", person, ctx.app.clock.now()).await? {
            return Err(Refusal::Stale.into());
        }
        trail(tx, ctx, "proposal.withdrawn", order.0, Some(words(&proposal)), None).await
    })
}

async fn open(tx: &mut Tx, ctx: &Ctx, order: OrderId, id: ProposalId) -> Result<Proposal, Failure> {
    if !report::has_order(tx, ctx.site().id, order).await? {
        return Err(Failure::NotFound);
    }
    let waiting = proposal::open_of_order(tx, ctx.site().id, order).await?;
    waiting.into_iter().find(|proposal| proposal.id == id).ok_or_else(|| Refusal::Stale.into())
}
