//! Refunds of an order, and all money in question.

use super::words;
use crate::api::admin::{DoubtLine, DoubtsPage, NoticeLine, ProposalLine, RefundLine, Refundable};
use crate::domain::{
    ids::{OrderId, PersonId},
    money::{Currency, Money},
    refund::RefundState,
    role::Action,
    time::Timestamp,
};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::refund::{key_for, left_of},
    payments::ask::AttemptRef,
    store::{
        attempt::{self, Attempt},
        db::Tx,
        notice,
        order::Order,
        payment,
        proposal::{self, Proposal},
        refund::{self, Refund},
        report,
    },
};

/// What is about to be sent is in question when it should have been sent this long ago.
const SENT_AFTER_SECONDS: i64 = 60;
/// A notice can be a little older than our own writing of what it is about.
const NOTICE_BEFORE_SECONDS: i64 = 300;

/// The refunds of an order, and what can still be refunded.
pub(super) struct Refunds {
    pub lines: Vec<RefundLine>,
    pub refunded: Money,
    pub refundable: Option<Refundable>,
}

pub(super) async fn of_order(tx: &mut Tx, ctx: &Ctx, order: &Order, proposals: &[Proposal]) -> Result<Refunds, Failure> {
    let payments = payment::of_order(tx, order.id).await?;
    let refunds = refund::of_order(tx, order.id).await?;
    let mut lines = Vec::new();
    for refund in &refunds {
        let attempt = payments.iter().find(|payment| payment.id == refund.payment_id).map(|payment| payment.attempt_id);
        let attempt = attempt.ok_or_else(|| Failure::corrupt(format!("refund {}", refund.id)))?;
        let our_ref = AttemptRef::of_key(&key_for(refund, attempt)?).as_str().to_owned();
        lines.push(line(ctx, refund, our_ref, proposals));
    }
    let returned = refunds.iter().filter(|r| Some(r.payment_id) == order.payment && r.state == RefundState::Done);
    let refunded: i64 = returned.map(|refund| refund.amount.minor()).sum();
    let mut refundable = None;
    for payment in payments {
        let left = left_of(tx, &payment).await?;
        // What nobody wants goes back by itself; a person is needed only when that failed.
        let is_ours = order.payment == Some(payment.id);
        let failed = refunds.iter().any(|refund| refund.payment_id == payment.id && refund.state == RefundState::Failed);
        if !left.is_zero() && (is_ours || failed) && (is_ours || refundable.is_none()) {
            refundable = Some(Refundable { payment: payment.id, processor: payment.processor, left, key: ctx.app.clock.token() });
        }
    }
    Ok(Refunds { lines, refunded: Money::from_minor(refunded, order.total.currency()), refundable })
}

fn line(ctx: &Ctx, refund: &Refund, our_ref: String, proposals: &[Proposal]) -> RefundLine {
    RefundLine {
        id: refund.id,
        amount: refund.amount,
        state: refund.state,
        reason: refund.reason,
        note: refund.note.clone(),
        at: words(ctx, refund.created_at),
        ended_at: refund.settled_at.map(|at| words(ctx, at)),
        our_ref,
        reference: refund.reference.clone(),
        decline: refund.decline_class,
        detail: refund.detail.clone().unwrap_or_default(),
        inquiries: super::count(refund.inquiries),
        proposal: proposal_about(ctx, refund.id.0, proposals),
    }
}

pub(super) async fn proposals(tx: &mut Tx, ctx: &Ctx, order: OrderId) -> Result<Vec<Proposal>, Failure> {
    Ok(proposal::open_of_order(tx, ctx.site().id, order).await?)
}

/// What somebody said of an attempt or a refund.
pub(super) fn proposal_about(ctx: &Ctx, subject: uuid::Uuid, proposals: &[Proposal]) -> Option<ProposalLine> {
    let me: Option<PersonId> = ctx.caller.person.as_ref().map(|person| person.id);
    proposals.iter().find(|proposal| proposal.subject == subject).map(|proposal| ProposalLine {
        id: proposal.id,
        moved: proposal.moved,
        reference: proposal.reference.clone(),
        by: proposal.name.clone(),
        at: words(ctx, proposal.proposed_at),
        mine: me == Some(proposal.proposed_by),
    })
}

/// The notices that name an attempt, as they came: verified ones and refused ones.
pub(super) async fn notices_about(tx: &mut Tx, ctx: &Ctx, attempt: &Attempt) -> Result<Vec<NoticeLine>, Failure> {
    let Some(config) = attempt.config else { return Ok(vec![]) };
    let names: Vec<&str> = attempt.waiting.iter().map(|waiting| waiting.started.as_str()).chain([attempt.our_ref.as_str()]).collect();
    let came = notice::since(tx, config, attempt.asked_at.plus_seconds(-NOTICE_BEFORE_SECONDS)).await?;
    let about = came.into_iter().filter(|came| {
        let body = String::from_utf8_lossy(&came.body);
        names.iter().any(|name| body.contains(name))
    });
    let line = |came: notice::Came| NoticeLine {
        at: words(ctx, came.received_at),
        kind: kind_of(&came.body),
        state: came.state,
        reason: came.reason,
    };
    Ok(about.map(line).collect())
}

/// What a processor calls its message: JSON's `event_type` or `type`, or a form's `txn_type`.
fn kind_of(body: &[u8]) -> String {
    let told: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let named = told.and_then(|told| ["event_type", "type"].iter().find_map(|name| Some(told.get(name)?.as_str()?.to_owned())));
    let form = || String::from_utf8_lossy(body).split('&').find_map(|pair| Some(pair.strip_prefix("txn_type=")?.to_owned()));
    named.or_else(form).unwrap_or_default().chars().take(80).collect()
}

/// All money of the site whose ending nobody knows, the oldest first.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn doubts(ctx: &Ctx) -> Result<DoubtsPage, Failure> {
    ctx.require(Action::Administer)?;
    let (now, site) = (ctx.app.clock.now(), ctx.site().id);
    let before = now.plus_seconds(-SENT_AFTER_SECONDS);
    let mut rows: Vec<(Timestamp, DoubtLine)> = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let mut rows = Vec::new();
        for row in report::attempts_in_doubt(tx, site, before).await? {
            let amount = money(row.amount_minor, &row.currency)?;
            let line = DoubtLine {
                id: row.id.to_string(),
                is_refund: false,
                order: row.order_id,
                reference: row.reference,
                amount,
                processor: row.processor,
                our_ref: row.our_ref,
                since: words(ctx, row.since),
                age_minutes: super::count(row.since.seconds_until(now) / 60),
                heard: row.heard,
                inquiries: super::count(row.inquiries),
                needs_person: row.state == "needs_person",
                next: row.due.filter(|_| row.state != "needs_person").map(|at| words(ctx, at)),
            };
            rows.push((row.since, line));
        }
        for row in report::refunds_in_doubt(tx, site, before).await? {
            let amount = money(row.amount_minor, &row.currency)?;
            let refund = refund::get(tx, row.id).await?;
            let attempt = payment::get(tx, refund.payment_id).await?.attempt_id;
            let line = DoubtLine {
                id: row.id.to_string(),
                is_refund: true,
                order: row.order_id,
                reference: row.reference,
                amount,
                processor: row.processor,
                our_ref: AttemptRef::of_key(&key_for(&refund, attempt)?).as_str().to_owned(),
                since: words(ctx, row.since),
                age_minutes: super::count(row.since.seconds_until(now) / 60),
                heard: row.heard,
                inquiries: super::count(row.inquiries),
                needs_person: row.state == "needs_person",
                next: row.due.filter(|_| row.state != "needs_person").map(|at| words(ctx, at)),
            };
            rows.push((row.since, line));
        }
        Ok(rows)
    })?;
    rows.sort_by_key(|(since, _)| *since);
    Ok(DoubtsPage { rows: rows.into_iter().map(|(_, line)| line).collect() })
}

fn money(minor: i64, currency: &str) -> Result<Money, Failure> {
    let currency: Currency = currency.parse().map_err(|_| Failure::corrupt("currency of money in doubt"))?;
    Ok(Money::from_minor(minor, currency))
}

/// Asks the processor at once about a try at paying or a refund of the site.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`.
pub async fn check_now(ctx: &Ctx, id: &str, is_refund: bool) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    let id: uuid::Uuid = id.parse().map_err(|_| Failure::NotFound)?;
    let site = ctx.site().id;
    if is_refund {
        let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(refund::find_order(tx, site, id.into()).await?) })?;
        found.ok_or(Failure::NotFound)?;
        return crate::server::flows::refund::check_now(&ctx.app, id.into()).await;
    }
    read_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let attempt = attempt::find(tx, id.into()).await?.ok_or(Failure::NotFound)?;
        if report::has_order(tx, site, attempt.order_id).await? { Ok(()) } else { Err(Failure::NotFound) }
    })?;
    crate::server::flows::inquire::inquire(&ctx.app, id.into()).await.map(drop)
}
