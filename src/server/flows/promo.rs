//! A buyer tries a promo code on a held order, or takes it off again.

use crate::api::checkout::AskedCode;
use crate::domain::{
    feature::Feature,
    form::{Problem, Refusal},
    order::OrderState,
    pricing::{Discount, price_fee},
    promo::{PromoCase, PromoRefusal, check},
    text::{Email, PromoCode},
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{
        audit, claim,
        db::Tx,
        order::{self, Order},
        promo::{self, Promo},
        quote::{self, Quote},
    },
    zones,
};
use crate::{read_tx, write_tx};

/// Applies a code: takes a use, writes a new quote, makes it the one shown. Another code that was on is given back.
///
/// # Errors
/// `Fields` on `promo_code` with the reason of refusal; `NotFound`; `HoldExpired` (410); `NotProvisioned`/`NotEnabled` (403);
/// `TooManyTries` (429) after too many misses.
pub async fn apply(ctx: &Ctx, link: &str, typed: &str) -> Result<Quote, Failure> {
    ctx.require_feature(Feature::PromoCodes)?;
    ctx.app.limits.promo(link, ctx.caller.ip)?;
    let code = PromoCode::parse(typed).map_err(|problem| Failure::field("promo_code", unknown_if_malformed(problem)))?;
    let result = write_tx!(ctx.app.db, |tx| -> Result<Quote, Failure> {
        let order = get_held(tx, ctx, link).await?;
        let now = ctx.app.clock.now();
        let current = quote::get(tx, order.id, order.quote_version).await?;
        if current.promo.as_ref().is_some_and(|(_, on)| on == code.as_str()) {
            return Ok(current);
        }
        let (promo, discount) = weigh(tx, ctx, &order, &current, &code).await?;
        claim::release_promo_use(tx, order.id).await?;
        if !claim::claim_promo_use(tx, order.id, promo.id, &email_key(&order)).await? {
            return Err(refused(PromoRefusal::UsedUp));
        }
        let next = Quote {
            version: current.version + 1,
            price: price_fee(current.price.fee, Some(discount), current.tax.as_ref())?,
            promo: Some((promo.id, promo.code.clone())),
            ..current
        };
        show(tx, ctx, &order, &next, "promo.applied").await?;
        tracing::debug!(order.id = %order.id, at = now.seconds(), "promo code applied");
        Ok(next)
    });
    if let Err(Failure::Fields(_)) = &result {
        ctx.app.limits.promo_miss(link, ctx.caller.ip)?;
    }
    result
}

/// What [`apply`] would say to a code, without taking a use of it. Nothing where codes are off, the order is no longer held, a
/// code is on already, or too many were tried.
///
/// # Errors
/// A fault when the database fails.
pub async fn judge(ctx: &Ctx, link: &str, typed: String) -> Result<Option<AskedCode>, Failure> {
    if ctx.require_feature(Feature::PromoCodes).is_err() || ctx.app.limits.promo(link, ctx.caller.ip).is_err() {
        return Ok(None);
    }
    let problem = match PromoCode::parse(&typed) {
        Err(problem) => Some(unknown_if_malformed(problem)),
        Ok(code) => {
            let judged = read_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
                let order = get_held(tx, ctx, link).await?;
                let current = quote::get(tx, order.id, order.quote_version).await?;
                if current.promo.is_some() {
                    return Err(Refusal::Stale.into());
                }
                weigh(tx, ctx, &order, &current, &code).await.map(drop)
            });
            match judged {
                Ok(()) => None,
                Err(Failure::Fields(errors)) => errors.0.into_iter().next().map(|error| error.problem),
                Err(Failure::Refused(_) | Failure::NotFound) => return Ok(None),
                Err(failure) => return Err(failure),
            }
        }
    };
    if problem.is_some() && ctx.app.limits.promo_miss(link, ctx.caller.ip).is_err() {
        return Ok(None);
    }
    Ok(Some(AskedCode { code: typed, problem }))
}

/// Takes the code off: its use is given back, the full price is a new quote. Without a code nothing changes.
///
/// # Errors
/// `NotFound`; `HoldExpired` (410).
pub async fn remove(ctx: &Ctx, link: &str) -> Result<Quote, Failure> {
    ctx.require_feature(Feature::PromoCodes)?;
    write_tx!(ctx.app.db, |tx| -> Result<Quote, Failure> {
        let order = get_held(tx, ctx, link).await?;
        let current = quote::get(tx, order.id, order.quote_version).await?;
        if current.promo.is_none() {
            return Ok(current);
        }
        claim::release_promo_use(tx, order.id).await?;
        let next = Quote {
            version: current.version + 1,
            price: price_fee(current.price.fee, None, current.tax.as_ref())?,
            promo: None,
            ..current
        };
        show(tx, ctx, &order, &next, "promo.removed").await?;
        Ok(next)
    })
}

/// A code that cannot even be a code is told like an unknown one, unless nothing was typed.
fn unknown_if_malformed(problem: Problem) -> Problem {
    if problem == Problem::Required { problem } else { Problem::Promo(PromoRefusal::Unknown) }
}

fn refused(why: PromoRefusal) -> Failure {
    Failure::field("promo_code", Problem::Promo(why))
}

fn email_key(order: &Order) -> String {
    Email::parse(&order.buyer_email).map_or_else(|_| order.buyer_email.to_lowercase(), |email| email.normalised())
}

async fn get_held(tx: &mut Tx, ctx: &Ctx, link: &str) -> Result<Order, Failure> {
    let order = order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound)?;
    match order.state {
        OrderState::Held { until } if until > ctx.app.clock.now() => Ok(order),
        OrderState::Held { .. } | OrderState::Expired { .. } => Err(Refusal::HoldExpired.into()),
        OrderState::Paying { .. } => Err(Refusal::PaymentInProgress.into()),
        OrderState::Paid { .. } | OrderState::Refunded { .. } => Err(Refusal::AlreadyPaid.into()),
        OrderState::Cancelled { .. } => Err(Refusal::OrderCancelled.into()),
    }
}

async fn weigh(tx: &mut Tx, ctx: &Ctx, order: &Order, current: &Quote, code: &PromoCode) -> Result<(Promo, Discount), Failure> {
    let promo = promo::find_by_code(tx, order.site_id, code.as_str()).await?.ok_or_else(|| refused(PromoRefusal::Unknown))?;
    let email = email_key(order);
    let used_by_person = match promo.rules.uses_per_person_max {
        Some(_) => claim::uses_by_person(tx, promo.id, &email, order.id).await?,
        None => 0,
    };
    let case = PromoCase { session: order.session_id, fee: current.price.fee, email: &email, used_by_person, now: ctx.app.clock.now() };
    let discount = check(&promo.rules, &case, |at| zones::instant_text(at, &ctx.site().time_zone, ctx.lang())).map_err(refused)?;
    Ok((promo, discount))
}

async fn show(tx: &mut Tx, ctx: &Ctx, order: &Order, next: &Quote, action: &'static str) -> Result<(), Failure> {
    let now = ctx.app.clock.now();
    quote::insert(tx, ctx.app.clock.id(), order.id, next, now).await?;
    if !order::requote(tx, order, next.version, next.price.total, now).await? {
        return Err(Refusal::Stale.into());
    }
    let line = audit::Line {
        site: Some(order.site_id),
        actor: "buyer".into(),
        action,
        subject: order.id.0,
        before: Some(order.total.plain()),
        after: Some(next.price.total.plain()),
        origin: Some(ctx.origin()),
    };
    audit::write(tx, ctx.app.clock.id(), &line, now).await?;
    Ok(())
}
