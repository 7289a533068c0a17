//! The page whose form sends a card straight to the gateway: what it shows, and what the form carries. No card comes here.

use crate::api::checkout::{CardDetails, CardStanding, CardTarget};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    payments::CardForm,
    store::{
        attempt::{self, Attempt},
        order,
    },
    zones,
};

use super::{approval, checkout};

/// The page of the try `our_ref` at paying the order behind `link`.
///
/// # Errors
/// `NotFound` when there is no such order, or no such try at paying it.
pub async fn details(ctx: &Ctx, link: &str, our_ref: &str) -> Result<CardDetails, Failure> {
    let (order, asked) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let order = order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound)?;
        let asked = attempt::find_by_ref(tx, our_ref).await?.filter(|asked| asked.order_id == order.id);
        Ok((order, asked.ok_or(Failure::NotFound)?))
    })?;
    let open = approval::open_attempt(&ctx.app, ctx.site().id, link).await?;
    let is_open = asked.waits_for_buyer() && open.is_some_and(|open| open.id == asked.id);
    let until = asked.waiting.as_ref().map(|waiting| zones::instant_text(waiting.until, &ctx.site().time_zone, ctx.lang()));
    Ok(CardDetails {
        checkout: checkout::details(ctx, link, None).await?,
        kind: order.kind,
        standing: if is_open { standing(ctx, &asked).await? } else { CardStanding::Closed },
        attempt: asked.our_ref,
        until: until.unwrap_or_default(),
    })
}

async fn standing(ctx: &Ctx, attempt: &Attempt) -> Result<CardStanding, Failure> {
    let Some(waiting) = &attempt.waiting else { return Ok(CardStanding::Closed) };
    Ok(match approval::card_form(&ctx.app, attempt, waiting).await? {
        Some(_) if waiting.until <= ctx.app.clock.now() => CardStanding::Over,
        Some(form) => CardStanding::Open(target(form)),
        None => CardStanding::Closed,
    })
}

fn target(form: CardForm) -> CardTarget {
    CardTarget {
        action: form.action,
        hidden: form.hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        number: form.number.to_owned(),
        expiry: form.expiry.to_owned(),
        code: form.code.to_owned(),
    }
}
