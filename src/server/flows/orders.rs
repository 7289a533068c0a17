//! The one place where an order's state moves: the pure `apply`, its effects, and the trail, in the caller's transaction.

use crate::domain::{
    form::Refusal,
    ids::{OrderId, PaymentId},
    order::{Effect, OrderEvent, OrderState},
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    state::App,
    store::{
        audit, claim,
        db::Tx,
        job,
        message::{self, NewMessage},
        order::{self, Order},
        registration, session,
    },
};
use crate::write_tx;

/// Longest a buyer's hold can be extended: once (spec.md CHK-3).
const EXTENSIONS_MAX: i64 = 1;

/// Moves `order` by `event` and carries out the effects. Answers the new state and the payments that must be returned, which are
/// queued as jobs here already.
///
/// # Errors
/// `Stale` when someone else moved the order since it was read; a fault for an impossible move.
pub async fn apply(
    tx: &mut Tx,
    app: &App,
    order: &Order,
    event: OrderEvent,
    actor: &str,
    origin: Option<String>,
) -> Result<(OrderState, Vec<PaymentId>), Failure> {
    let now = app.clock.now();
    let (next, effects) = order.state.apply(event, now)?;
    if next != order.state {
        if !order::move_to(tx, order, &next, now).await? {
            return Err(Refusal::Stale.into());
        }
        let line = audit::Line {
            site: Some(order.site_id),
            actor: actor.to_owned(),
            action: "order.moved",
            subject: order.id.0,
            before: Some(order.state.code().to_owned()),
            after: Some(next.code().to_owned()),
            origin,
        };
        audit::write(tx, app.clock.id(), &line, now).await?;
    }
    let mut unwanted = Vec::new();
    for effect in effects {
        match effect {
            Effect::ReleaseClaims => {
                claim::release_all(tx, order.id).await?;
                registration::release(tx, order.id).await?;
            }
            Effect::ConfirmClaims => {
                claim::confirm_all(tx, order.id).await?;
                registration::confirm(tx, order.id, &app.clock.token()).await?;
            }
            Effect::QueueConfirmation => queue_message(tx, app, order, "confirmation").await?,
            Effect::RefundNow(payment, why) => {
                let dedupe = format!("return_money:{payment}");
                job::ensure(tx, app.clock.id(), crate::server::jobs::RETURN_MONEY, payment.0, &dedupe, now, now).await?;
                queue_message_about(tx, app, order, why.message_kind(), payment.0).await?;
                unwanted.push(payment);
            }
        }
    }
    Ok((next, unwanted))
}

/// Queues a message to the buyer, once per order and kind.
///
/// # Errors
/// A fault when the database fails.
pub async fn queue_message(tx: &mut Tx, app: &App, order: &Order, kind: &'static str) -> Result<(), Failure> {
    queue_message_about(tx, app, order, kind, order.id.0).await
}

/// Queues a message to the buyer, once per kind and what it is about.
///
/// # Errors
/// A fault when the database fails.
pub async fn queue_message_about(tx: &mut Tx, app: &App, order: &Order, kind: &'static str, about: uuid::Uuid) -> Result<(), Failure> {
    let new = NewMessage {
        id: app.clock.id(),
        site_id: order.site_id,
        order_id: order.id,
        kind,
        about,
        recipient: order.buyer_email.clone(),
        lang: order.lang,
    };
    Ok(message::ensure(tx, &new, app.clock.now()).await?)
}

/// Ends one hold whose time is up; changes nothing when it was paid, extended or given up meanwhile.
///
/// # Errors
/// A fault when the database fails.
pub async fn end_hold(app: &App, id: OrderId) -> Result<(), Failure> {
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        let order = order::get(tx, id).await?;
        apply(tx, app, &order, OrderEvent::HoldEnded, "system", None).await?;
        Ok(())
    })
}

/// Keeps a buyer's seat for another hold's length, once, while the session is still sold. Answers the new end.
///
/// # Errors
/// `NotFound`; `HoldExpired` (410); `Stale` when it was extended before.
pub async fn extend_hold(ctx: &Ctx, link: &str) -> Result<crate::domain::time::Timestamp, Failure> {
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<crate::domain::time::Timestamp, Failure> {
        let order = order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound)?;
        let OrderState::Held { until } = order.state else { return Err(Refusal::HoldExpired.into()) };
        if until <= now {
            return Err(Refusal::HoldExpired.into());
        }
        if !can_extend(&order) {
            return Ok(until);
        }
        let session = session::find(tx, order.site_id, order.session_id).await?.ok_or(Failure::NotFound)?;
        if !session.is_sellable(now) {
            return Err(Refusal::SessionOver.into());
        }
        let later = now.plus_seconds(ctx.site().hold_seconds);
        order::note_extension(tx, order.id).await?;
        apply(tx, &ctx.app, &order, OrderEvent::HoldExtended { until: later }, "buyer", Some(ctx.origin())).await?;
        Ok(until.max(later))
    })
}

/// The buyer has an extension left.
pub const fn can_extend(order: &Order) -> bool {
    order.extensions < EXTENSIONS_MAX
}

/// The buyer gives a place up that cost nothing yet, or nothing at all. A place that was paid with money is not cancelled here:
/// its refund belongs to the organiser.
///
/// # Errors
/// `NotFound`; `PaymentInProgress`, `NotCancellable` (409).
pub async fn cancel(ctx: &Ctx, link: &str) -> Result<(), Failure> {
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let order = order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound)?;
        match order.state {
            OrderState::Expired { .. } | OrderState::Cancelled { .. } | OrderState::Refunded { .. } => return Ok(()),
            OrderState::Paying { .. } => return Err(Refusal::PaymentInProgress.into()),
            OrderState::Paid { .. } => {
                let session = session::find(tx, order.site_id, order.session_id).await?.ok_or(Failure::NotFound)?;
                if !order.total.is_zero() || session.starts_at <= now {
                    return Err(Refusal::NotCancellable.into());
                }
            }
            OrderState::Held { .. } => {}
        }
        apply(tx, &ctx.app, &order, OrderEvent::Cancelled, "buyer", Some(ctx.origin())).await?;
        Ok(())
    })
}
