//! The promo pages' data.

use super::{generate, get, list, require};
use crate::api::admin::{PromoDesk, PromoLine, PromoPhase, PromoSheet, PromoUse, SessionChoice};
use crate::domain::{
    ids::PromoId,
    money::{Currency, Money},
    promo::PromoStatus,
    session::SessionStatus,
    time::Timestamp,
};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{
        promo_admin::{PromoCard, PromoUseRow},
        session::{self, Session},
    },
    zones,
};

/// The price the preview uses where no session has a fee yet, in whole units of the currency.
const SAMPLE_UNITS: i64 = 100;
/// Most sessions to choose from.
const SESSIONS_MAX: usize = 60;

/// # Errors
/// As [`super::list`].
pub async fn lines(ctx: &Ctx) -> Result<Vec<PromoLine>, Failure> {
    let now = ctx.app.clock.now();
    Ok(list(ctx).await?.iter().map(|card| line(ctx, card, now)).collect())
}

/// Where a code stands at `now`.
pub fn phase(card: &PromoCard, now: Timestamp) -> PromoPhase {
    let rules = &card.rules;
    if rules.status == PromoStatus::Paused {
        PromoPhase::Paused
    } else if rules.starts_at.is_some_and(|from| now < from) {
        PromoPhase::NotYet
    } else if rules.ends_at.is_some_and(|until| now > until) {
        PromoPhase::Expired
    } else if rules.uses_max.is_some_and(|max| rules.uses_taken >= max) {
        PromoPhase::UsedUp
    } else {
        PromoPhase::Active
    }
}

fn line(ctx: &Ctx, card: &PromoCard, now: Timestamp) -> PromoLine {
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    PromoLine {
        id: card.id,
        code: card.code.clone(),
        phase: phase(card, now),
        discount: card.rules.discount,
        uses_taken: count(card.rules.uses_taken),
        uses_max: card.rules.uses_max.map(count),
        until: card.rules.ends_at.map(|at| zones::instant_text(at, &ctx.site().time_zone, ctx.lang())),
    }
}

/// # Errors
/// As [`super::list`].
pub async fn desk(ctx: &Ctx) -> Result<PromoDesk, Failure> {
    let currency = require(ctx)?;
    let now = ctx.app.clock.now();
    let all = read_tx!(ctx.app.db, |tx| -> Result<Vec<Session>, Failure> { Ok(session::of_site(tx, ctx.site().id).await?) })?;
    let is_coming = |s: &Session| !s.fee.is_zero() && s.ends_at > now && s.status != SessionStatus::Cancelled;
    let mut coming: Vec<Session> = all.into_iter().filter(is_coming).collect();
    coming.sort_by_key(|s| s.starts_at);
    let whole = 10_i64.pow(currency.exponent());
    let sample = coming.first().map_or(Money::from_minor(SAMPLE_UNITS * whole, currency), |s| s.fee);
    let sessions = coming.into_iter().take(SESSIONS_MAX).map(|s| choice(ctx, s)).collect();
    Ok(PromoDesk {
        currency,
        zone: ctx.site().time_zone.clone(),
        tax: ctx.site().tax.clone(),
        sample,
        sessions,
        generated: generate(&ctx.app.clock),
        base_url: ctx.app.address_of(ctx.site()),
    })
}

fn choice(ctx: &Ctx, s: Session) -> SessionChoice {
    SessionChoice { id: s.id, slug: s.slug, topic: s.topic, when: zones::instant_text(s.starts_at, &s.time_zone, ctx.lang()), fee: s.fee }
}

/// # Errors
/// As [`super::get`].
pub async fn sheet(ctx: &Ctx, id: PromoId) -> Result<PromoSheet, Failure> {
    let detail = get(ctx, id).await?;
    let zone = &ctx.site().time_zone;
    let wall = |at: Option<Timestamp>| at.and_then(|at| zones::wall(at, zone)).map(|wall| wall.to_string()).unwrap_or_default();
    let rules = &detail.card.rules;
    let used = |row: PromoUseRow| -> Result<PromoUse, Failure> {
        let currency: Currency = row.currency.parse().map_err(|_| Failure::corrupt(format!("order {}", row.id)))?;
        Ok(PromoUse {
            order: row.id,
            reference: row.reference,
            buyer: row.buyer_name,
            is_final: row.state == "final",
            discount: Money::from_minor(row.discount_minor, currency),
            at: zones::instant_text(row.created_at, zone, ctx.lang()),
        })
    };
    Ok(PromoSheet {
        line: line(ctx, &detail.card, ctx.app.clock.now()),
        desk: desk(ctx).await?,
        starts_at: wall(rules.starts_at),
        ends_at: wall(rules.ends_at),
        per_person: rules.uses_per_person_max.and_then(|max| u64::try_from(max).ok()),
        people: rules.people.clone(),
        sessions: rules.sessions.clone(),
        minimum: rules.minimum,
        was_used: detail.was_used,
        uses: detail.uses.into_iter().map(used).collect::<Result<_, _>>()?,
        version: detail.card.version,
    })
}
