//! The site administrator makes promo codes and changes what may still be changed: dates, limits and status always, the value
//! only while nobody was ever quoted a price with it.

mod form;
pub mod views;

use super::settings::trail;
use crate::domain::{
    feature::Feature,
    form::{FieldErrors, Problem, Refusal},
    ids::{PromoId, SessionId},
    money::Currency,
    pricing::Discount,
    promo::PromoStatus,
    role::Action,
};
use crate::server::{
    clock::Clock,
    ctx::Ctx,
    failure::Failure,
    store::{
        db::Tx,
        promo_admin::{self as store, PromoCard, PromoUseRow, status_code},
        session,
    },
};
use crate::{read_tx, write_tx};

pub use form::PromoForm;

/// Letters of a generated code: 32^10 is 50 bits (failures.md S-10 wants 40).
const GENERATED_LETTERS: usize = 10;

/// Everything an administrator may do to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Offer it.
    Activate,
    /// Set it aside.
    Pause,
    /// Save dates and limits, and the value while it is unused.
    Save,
    /// Remove it, while it is unused.
    Delete,
}

impl Change {
    /// Reads the form's `action`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "activate" => Some(Self::Activate),
            "pause" => Some(Self::Pause),
            "save" => Some(Self::Save),
            "delete" => Some(Self::Delete),
            _ => None,
        }
    }
}

fn require(ctx: &Ctx) -> Result<Currency, Failure> {
    ctx.require(Action::Administer)?;
    ctx.require_feature(Feature::PromoCodes)?;
    ctx.site().currency.ok_or_else(|| Refusal::SetupIncomplete { missing: vec!["currency".to_owned()] }.into())
}

/// A code that nobody guesses, without letters that look alike.
pub fn generate(clock: &Clock) -> String {
    clock.short_code(GENERATED_LETTERS)
}

/// A new code nobody guesses, for an administrator.
///
/// # Errors
/// As [`list`].
pub fn generate_for(ctx: &Ctx) -> Result<String, Failure> {
    require(ctx)?;
    Ok(generate(&ctx.app.clock))
}

/// A site's codes, the newest first.
///
/// # Errors
/// `SignInRequired`, `NotAllowed`, `NotProvisioned`, `NotEnabled` (403).
pub async fn list(ctx: &Ctx) -> Result<Vec<PromoCard>, Failure> {
    require(ctx)?;
    read_tx!(ctx.app.db, |tx| -> Result<Vec<PromoCard>, Failure> { Ok(store::of_site(tx, ctx.site().id).await?) })
}

/// One code with everything about it.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The code and its rules.
    pub card: PromoCard,
    /// Somebody was quoted a price with it: its value is settled.
    pub was_used: bool,
    /// Its last hundred uses.
    pub uses: Vec<PromoUseRow>,
}

/// One of the site's codes.
///
/// # Errors
/// As [`list`], and `NotFound`.
pub async fn get(ctx: &Ctx, id: PromoId) -> Result<Detail, Failure> {
    require(ctx)?;
    read_tx!(ctx.app.db, |tx| -> Result<Detail, Failure> {
        let card = store::find(tx, ctx.site().id, id).await?.ok_or(Failure::NotFound)?;
        Ok(Detail { card, was_used: store::was_used(tx, id).await?, uses: store::uses(tx, id).await? })
    })
}

/// Makes a code.
///
/// # Errors
/// As [`list`], and `Fields`, also `AlreadyExists` on `code` when the site has one that reads the same.
pub async fn create(ctx: &Ctx, form: &PromoForm) -> Result<PromoId, Failure> {
    let currency = require(ctx)?;
    let now = ctx.app.clock.now();
    let (code, rules) = form.parse(currency, &ctx.site().time_zone)?;
    let card = PromoCard { id: ctx.app.clock.id(), code: code.to_string(), rules, version: 1, created_at: now };
    write_tx!(ctx.app.db, |tx| -> Result<PromoId, Failure> {
        check_sessions(tx, ctx, &card.rules.sessions).await?;
        if !store::insert(tx, ctx.site().id, &card, currency).await? {
            return Err(Failure::field("code", Problem::AlreadyExists));
        }
        trail(tx, ctx, "promo.created", card.id.0, None, Some(words(&card))).await?;
        Ok(card.id)
    })
}

/// Which code of the site already reads like `typed`, for a link beside the field.
///
/// # Errors
/// As [`list`].
pub async fn find_clash(ctx: &Ctx, typed: &str) -> Result<Option<PromoId>, Failure> {
    require(ctx)?;
    let Ok(code) = crate::domain::text::PromoCode::parse(typed) else { return Ok(None) };
    read_tx!(ctx.app.db, |tx| -> Result<Option<PromoId>, Failure> { Ok(store::find_by_code(tx, ctx.site().id, code.as_str()).await?) })
}

/// Every session must be one of the site's.
async fn check_sessions(tx: &mut Tx, ctx: &Ctx, sessions: &[SessionId]) -> Result<(), Failure> {
    for id in sessions {
        if session::find(tx, ctx.site().id, *id).await?.is_none() {
            return Err(Failure::field("sessions", Problem::NotAChoice));
        }
    }
    Ok(())
}

/// Changes a code. Answers `None` when it was deleted.
///
/// # Errors
/// As [`list`]; `NotFound`; `Fields`, also `BelowTaken` on `uses_max`; `PromoInUse` (409) for another value, or deletion, of a code
/// that was used; `Stale` (409).
pub async fn change(ctx: &Ctx, id: PromoId, change: Change, form: &PromoForm) -> Result<Option<PromoId>, Failure> {
    let currency = require(ctx)?;
    write_tx!(ctx.app.db, |tx| -> Result<Option<PromoId>, Failure> {
        let before = store::find(tx, ctx.site().id, id).await?.ok_or(Failure::NotFound)?;
        let mut after = before.clone();
        match change {
            Change::Delete => return delete(tx, ctx, &before, form).await.map(|()| None),
            Change::Activate => after.rules.status = PromoStatus::Active,
            Change::Pause => after.rules.status = PromoStatus::Paused,
            Change::Save => {
                check_version(&before, form)?;
                after = save(tx, ctx, &before, form, currency).await?;
            }
        }
        if !store::change(tx, &after).await? {
            return Err(Refusal::Stale.into());
        }
        trail(tx, ctx, "promo.changed", id.0, Some(words(&before)), Some(words(&after))).await?;
        Ok(Some(id))
    })
}

fn check_version(card: &PromoCard, form: &PromoForm) -> Result<(), Failure> {
    if form.version.is_empty() || form.version == card.version.to_string() { Ok(()) } else { Err(Refusal::Stale.into()) }
}

/// Dates and limits as typed, over `before`; another value only for a code that was never used.
async fn save(tx: &mut Tx, ctx: &Ctx, before: &PromoCard, form: &PromoForm, currency: Currency) -> Result<PromoCard, Failure> {
    let limits = form.parse_limits(&ctx.site().time_zone);
    let value = if form.has_value() { form.parse_value(currency).map(Some) } else { Ok(None) };
    let (limits, value) = both(limits, value)?;
    if let Some(max) = limits.uses_max
        && max < before.rules.uses_taken
    {
        let taken = u32::try_from(before.rules.uses_taken).unwrap_or(u32::MAX);
        return Err(Failure::field("uses_max", Problem::BelowTaken { taken }));
    }
    let mut after = before.clone();
    after.rules.starts_at = limits.starts_at;
    after.rules.ends_at = limits.ends_at;
    after.rules.uses_max = limits.uses_max;
    after.rules.uses_per_person_max = limits.uses_per_person_max;
    if let Some(value) = value
        && (value.discount != before.rules.discount || value.minimum != before.rules.minimum)
    {
        after.rules.discount = value.discount;
        after.rules.minimum = value.minimum;
        if store::was_used(tx, before.id).await? || !store::change_value(tx, &after).await? {
            return Err(Refusal::PromoInUse.into());
        }
        after.version += 1;
    }
    Ok(after)
}

fn both<A, B>(a: Result<A, FieldErrors>, b: Result<B, FieldErrors>) -> Result<(A, B), FieldErrors> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            a.0.extend(b.0);
            Err(a)
        }
        (Err(errors), Ok(_)) | (Ok(_), Err(errors)) => Err(errors),
    }
}

async fn delete(tx: &mut Tx, ctx: &Ctx, card: &PromoCard, form: &PromoForm) -> Result<(), Failure> {
    check_version(card, form)?;
    if store::was_used(tx, card.id).await? {
        return Err(Refusal::PromoInUse.into());
    }
    if !store::delete(tx, card).await? {
        return Err(Refusal::Stale.into());
    }
    trail(tx, ctx, "promo.deleted", card.id.0, Some(words(card)), None).await
}

/// A code as the trail keeps it: rules and numbers, not for whom.
fn words(card: &PromoCard) -> String {
    let rules = &card.rules;
    let value = match rules.discount {
        Discount::Percent(share) => format!("{share} %"),
        Discount::Fixed(amount) => format!("{} {}", amount.plain(), amount.currency()),
    };
    let limit = |max: Option<i64>| max.map_or_else(|| "unlimited".to_owned(), |max| max.to_string());
    format!(
        "{} {value}, {}, uses {} / {} each, from {} to {}",
        card.code,
        status_code(rules.status),
        limit(rules.uses_max),
        limit(rules.uses_per_person_max),
        rules.starts_at.map_or(0, |at| at.seconds()),
        rules.ends_at.map_or(0, |at| at.seconds()),
    )
}
