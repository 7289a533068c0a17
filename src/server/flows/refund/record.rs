//! What became of a refund, written down with everything that follows from it: exactly once, because the refund's row flips first.

use crate::domain::{
    ledger::{self as postings, Posting},
    money::Money,
    order::{OrderEvent, OrderState},
    payment::DeclineClass,
    refund::{RefundState, tax_share},
};
use crate::server::{
    failure::{Failure, Fault},
    state::App,
    store::{
        audit,
        db::Tx,
        ledger,
        order::{self, Order},
        payment::{self, Payment},
        quote,
        refund::{self, Ending, Refund},
    },
};

use super::super::orders;

/// What was found out about a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// The money is the buyer's again.
    Done {
        /// The processor's reference, or the bank's.
        reference: String,
    },
    /// A final no: nothing moved.
    Failed {
        /// Why, where the processor gives a class.
        class: Option<DeclineClass>,
        /// Its code, for operators.
        code: String,
    },
    /// The processor pays it out later.
    Pending,
    /// Nothing moved in this try.
    NotSent {
        /// Why.
        why: String,
        /// The processor would answer the same again under the same key.
        needs_new_key: bool,
    },
    /// The processor gives nothing back: a person does, by hand.
    ByHand,
    /// Nothing is certain.
    Doubt(String),
}

/// Writes an ending down; repeats change nothing.
pub(super) async fn settle(tx: &mut Tx, app: &App, of: &Refund, finding: &Finding) -> Result<(), Failure> {
    match finding {
        Finding::Done { reference } => done(tx, app, of, reference).await,
        Finding::Failed { class, code } => failed(tx, app, of, *class, code).await,
        Finding::Pending => Ok(refund::doubt(tx, of.id, RefundState::Pending, "pending").await?),
        Finding::ByHand => give_to_person(tx, app, of, "not_supported").await,
        Finding::NotSent { why, needs_new_key } => {
            let round = if *needs_new_key { of.round + 1 } else { of.round };
            Ok(refund::not_sent(tx, of.id, why, of.tries, round).await?)
        }
        Finding::Doubt(why) => {
            let state = if of.state == RefundState::Pending { RefundState::Pending } else { RefundState::Unknown };
            Ok(refund::doubt(tx, of.id, state, why).await?)
        }
    }
}

async fn done(tx: &mut Tx, app: &App, of: &Refund, reference: &str) -> Result<(), Failure> {
    let now = app.clock.now();
    let payment = payment::get(tx, of.payment_id).await?;
    let before = Money::from_minor(refund::returned(tx, payment.id).await?, payment.amount.currency());
    let ending = Ending { reference: Some(reference.to_owned()), ..Ending::default() };
    if !refund::settle(tx, of.id, RefundState::Done, &ending, now).await? {
        return Ok(());
    }
    let order = order::get(tx, payment.order_id).await?;
    let is_unwanted = ledger::kind_of_payment(tx, payment.id).await?.as_deref() == Some("unwanted_captured");
    let (kind, posting) = if is_unwanted {
        ("unwanted_returned", postings::unwanted_returned(of.amount))
    } else {
        ("refunded", posting_of(tx, &order, &payment, before, of.amount).await?)
    };
    let posting = posting.ok_or_else(|| Failure::Fault(Fault::Other(format!("posting of refund {} does not balance", of.id))))?;
    let head = ledger::Head {
        id: app.clock.id(),
        site_id: order.site_id,
        order_id: order.id,
        payment_id: None,
        refund_id: Some(of.id),
        kind,
        mode: order.mode.clone(),
        now,
    };
    ledger::post(tx, &head, &posting).await?;
    write_trail(tx, app, &order, of, "refund.done", format!("{} {reference}", of.amount.plain())).await?;
    if is_unwanted {
        return orders::queue_message(tx, app, &order, "money_returned").await;
    }
    let is_all = before.plus(of.amount)? == payment.amount;
    match order.state {
        OrderState::Paid { payment: wanted } if wanted == payment.id && is_all => {
            orders::apply(tx, app, &order, OrderEvent::AllRefunded, &payment.processor, None).await?;
            orders::queue_message(tx, app, &order, "refunded").await
        }
        OrderState::Held { .. }
        | OrderState::Paying { .. }
        | OrderState::Paid { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Refunded { .. } => orders::queue_message_about(tx, app, &order, "refunded_part", of.id.0).await,
    }
}

/// The tax that goes back with it is the share of what was charged.
async fn posting_of(tx: &mut Tx, order: &Order, payment: &Payment, before: Money, amount: Money) -> Result<Option<Posting>, Failure> {
    let price = quote::get(tx, order.id, order.quote_version).await?.price;
    let tax = tax_share(payment.amount, price.tax, before, amount)?;
    Ok(postings::refunded(amount, tax)?)
}

async fn failed(tx: &mut Tx, app: &App, of: &Refund, class: Option<DeclineClass>, code: &str) -> Result<(), Failure> {
    let ending = Ending { reference: None, decline_class: class, detail: Some(code.to_owned()) };
    if !refund::settle(tx, of.id, RefundState::Failed, &ending, app.clock.now()).await? {
        return Ok(());
    }
    let payment = payment::get(tx, of.payment_id).await?;
    let order = order::get(tx, payment.order_id).await?;
    tracing::warn!(order.id = %order.id, refund.id = %of.id, "a refund failed");
    write_trail(tx, app, &order, of, "refund.failed", format!("{} {code}", of.amount.plain())).await
}

/// Nobody that could be asked knows; a person finds out.
pub(super) async fn give_to_person(tx: &mut Tx, app: &App, of: &Refund, detail: &str) -> Result<(), Failure> {
    refund::doubt(tx, of.id, RefundState::NeedsPerson, detail).await?;
    let payment = payment::get(tx, of.payment_id).await?;
    let order = order::get(tx, payment.order_id).await?;
    tracing::error!(order.id = %order.id, refund.id = %of.id, "a refund needs a person");
    write_trail(tx, app, &order, of, "refund.needs_person", format!("{} {detail}", of.amount.plain())).await
}

async fn write_trail(tx: &mut Tx, app: &App, order: &Order, of: &Refund, action: &'static str, after: String) -> Result<(), Failure> {
    let payment = payment::get(tx, of.payment_id).await?;
    let line = audit::Line {
        site: Some(order.site_id),
        actor: payment.processor,
        action,
        subject: order.id.0,
        before: Some(of.state.code().to_owned()),
        after: Some(after),
        ..audit::Line::default()
    };
    Ok(audit::write(tx, app.clock.id(), &line, app.clock.now()).await?)
}
