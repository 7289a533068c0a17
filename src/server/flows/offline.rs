//! What a person knows and no processor says: that a transfer has come, or will not; and how a payment ended that inquiries could
//! not settle. Their word is written down as any other finding, with their name in the trail, in one transaction.

use crate::domain::{
    form::{Problem, Refusal},
    ids::{AttemptId, OrderId},
    order::OrderState,
    payment::AttemptState,
    role::Action,
    text::parse_line,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    payments::{
        ask::{AttemptRef, ProcessorRef},
        offline::reference_of,
        processor::Captured,
    },
    store::{
        attempt::{self, Attempt},
        db::Tx,
        order, report,
    },
};
use crate::write_tx;

use super::{
    settings::trail,
    settle::{self, Finding},
    two_persons::{self, Agreed, Word},
};

/// Longest reference of a transfer that a person types.
const TRANSFER_REFERENCE_MAX: usize = 40;
/// Longest reference of a processor's, see [`ProcessorRef`].
const PROCESSOR_REFERENCE_MAX: usize = 64;

/// What an attempt waits for that a person may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether the transfer has come.
    Transfer,
    /// How the payment ended, which its processor did not say in time.
    Ending,
}

impl Question {
    /// What a person may say of an attempt now; nothing while its processor may still answer by itself.
    pub fn about(attempt: &Attempt) -> Option<Self> {
        let is_transfer = attempt.waiting.as_ref().is_some_and(|waiting| waiting.url.is_none());
        match attempt.state {
            AttemptState::Unknown if is_transfer => Some(Self::Transfer),
            AttemptState::NeedsPerson => Some(Self::Ending),
            AttemptState::Prepared | AttemptState::Unknown | AttemptState::Captured | AttemptState::Declined | AttemptState::NotSent => {
                None
            }
        }
    }

    /// The reference that the money is kept under: of a transfer the bank's behind ours, so that it names one attempt; of a
    /// processor its own, so that refunds can name it.
    fn reference(self, attempt: &Attempt, typed: &str) -> Result<ProcessorRef, Failure> {
        let problem = |problem| Failure::field("reference", problem);
        match self {
            Self::Transfer => {
                let typed = parse_line(typed, TRANSFER_REFERENCE_MAX).map_err(problem)?;
                let of = AttemptRef::parse(&attempt.our_ref).ok_or_else(|| Failure::corrupt("attempt reference"))?;
                // What nothing readable is left of names no transfer.
                let is_readable = typed.chars().any(|c| c.is_ascii_alphanumeric());
                reference_of(&of, &typed).filter(|_| is_readable).ok_or_else(|| problem(Problem::NotForThisProcessor))
            }
            Self::Ending => {
                let typed = parse_line(typed, PROCESSOR_REFERENCE_MAX).map_err(problem)?;
                ProcessorRef::parse(&typed).ok_or_else(|| problem(Problem::NotForThisProcessor))
            }
        }
    }
}

/// The money of an order has come, says a person, in full. `reference` is the bank's or the processor's.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`, also for another site's; a problem of `reference`; `AlreadyPaid`,
/// `PaymentInProgress` (the processor may still say so itself), `OrderCancelled`, `Stale`, `SecondPersonNeeded` (409), `HoldExpired` (410).
pub async fn mark_paid(ctx: &Ctx, id: OrderId, reference: &str) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let (attempt, question) = asked(tx, ctx, id).await?;
        let reference = question.reference(&attempt, reference)?;
        if attempt::find_by_payment(tx, &attempt.processor, reference.as_str()).await?.is_some() {
            return Err(Failure::field("reference", Problem::AlreadyExists));
        }
        say(tx, ctx, &attempt, question, &Word::moved(reference.as_str().to_owned())).await
    })
}

/// The money of an order did not come, says a person: the buyer may pay again, or the seat goes to somebody else.
///
/// # Errors
/// As [`mark_paid`].
pub async fn mark_unpaid(ctx: &Ctx, id: OrderId) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let (attempt, question) = asked(tx, ctx, id).await?;
        say(tx, ctx, &attempt, question, &Word::not_moved()).await
    })
}

/// The attempt that one of the site's orders waits for, and what may be said of it.
async fn asked(tx: &mut Tx, ctx: &Ctx, id: OrderId) -> Result<(Attempt, Question), Failure> {
    if !report::has_order(tx, ctx.site().id, id).await? {
        return Err(Failure::NotFound);
    }
    let attempt = match order::get(tx, id).await?.state {
        OrderState::Paying { attempt } => attempt::get(tx, attempt).await?,
        OrderState::Paid { .. } | OrderState::Refunded { .. } => return Err(Refusal::AlreadyPaid.into()),
        OrderState::Expired { .. } => return Err(Refusal::HoldExpired.into()),
        OrderState::Cancelled { .. } => return Err(Refusal::OrderCancelled.into()),
        OrderState::Held { .. } => return Err(Refusal::Stale.into()),
    };
    let question = Question::about(&attempt).ok_or(Refusal::PaymentInProgress)?;
    Ok((attempt, question))
}

/// A transfer's coming is on the account for everyone to see; of a processor's silence about a large amount two persons judge.
async fn say(tx: &mut Tx, ctx: &Ctx, attempt: &Attempt, question: Question, word: &Word) -> Result<(), Failure> {
    let agreed = match question {
        Question::Transfer => Agreed::Now,
        Question::Ending => two_persons::agree(tx, ctx, attempt.order_id, attempt.id.0, attempt.amount, word).await?,
    };
    match agreed {
        Agreed::Now => write_down(tx, ctx, attempt, word).await,
        Agreed::Later => Ok(()),
    }
}

/// What two persons said of the attempt that an order waits for.
pub(super) async fn said(tx: &mut Tx, ctx: &Ctx, order: OrderId, id: AttemptId, word: &Word) -> Result<(), Failure> {
    let (attempt, _) = asked(tx, ctx, order).await?;
    if attempt.id != id {
        return Err(Refusal::Stale.into());
    }
    write_down(tx, ctx, &attempt, word).await
}

async fn write_down(tx: &mut Tx, ctx: &Ctx, attempt: &Attempt, word: &Word) -> Result<(), Failure> {
    let (action, finding) = if word.moved {
        let reference = ProcessorRef::parse(&word.reference).ok_or_else(|| Failure::corrupt("payment reference"))?;
        ("payment.marked_paid", Finding::Captured(Captured { reference, amount: attempt.amount, card: None }))
    } else {
        ("payment.marked_unpaid", Finding::NotSent("a person found no payment".into()))
    };
    let words = format!("{} {}", attempt.our_ref, word.reference).trim_end().to_owned();
    trail(tx, ctx, action, attempt.order_id.0, Some(attempt.state.code().to_owned()), Some(words)).await?;
    settle::write_down(tx, &ctx.app, attempt, &finding).await
}
