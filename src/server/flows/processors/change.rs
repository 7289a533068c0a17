//! What an administrator does to a processor: save, test, offer or pause, order, remove. Each is one transaction with its line in
//! the trail, which never holds a secret.

use serde_json::Value;

use super::{
    Mode, ProcessorForm, Product, Secrets, available,
    form::{Typed, cards_come_here, is_accepted},
    open, product_of, read_settings,
};
use crate::domain::{
    form::{Problem, Refusal},
    ids::ProcessorConfigId,
    role::Action,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::settings::trail,
    payments::{ConnectionProblem, ProcessorKind},
    store::{
        db::Tx,
        processor_config::{self, StoredConfig},
    },
};
use crate::{read_tx, write_tx};

/// The step that is missing before a processor whose cards come through this server can be offered.
const CARD_SCOPE_STEP: &str = "card_scope";
/// The step that is missing before an untested one can be offered.
const TEST_STEP: &str = "processor_test";

fn mode_of(text: &str) -> Result<Mode, Failure> {
    Mode::from_code(text).ok_or_else(|| Failure::field("mode", Problem::NotAChoice))
}

fn refuse_unavailable(product: &Product, ctx: &Ctx) -> Result<(), Failure> {
    available(product, ctx.site()).map_err(|why| Refusal::from(why).into())
}

/// Saves a processor's settings; what was tested before is forgotten. A kind that was removed becomes the site's again.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `Fields`; `ProcessorNotAvailable`, `ProcessorNotForCurrency` (422); `SetupIncomplete` (422)
/// when it is offered and card numbers would come through this server without the merchant's word; `Stale` (409).
pub async fn save(ctx: &Ctx, kind: ProcessorKind, form: &ProcessorForm) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    let product = product_of(kind)?;
    let mode = mode_of(&form.mode)?;
    refuse_unavailable(product, ctx)?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let row = processor_config::find_even_removed(tx, ctx.site().id, kind.code(), mode.code()).await?;
        let current = row.as_ref().filter(|row| row.removed_at.is_none());
        // What cannot be opened any more is asked for anew.
        let kept = current.and_then(|row| Secrets::open(&ctx.app.vault, row.id, &row.secrets)).unwrap_or_default();
        let stored = current.and_then(read_settings);
        let Typed { settings, secrets } = form.parse(product, mode, &kept, stored.as_ref())?;
        let version = current.map(|row| row.version.to_string()).unwrap_or_default();
        if form.version != version {
            return Err(Refusal::Stale.into());
        }
        if current.is_some_and(|row| row.enabled) && needs_acceptance(product, &settings) {
            return Err(Refusal::SetupIncomplete { missing: vec![CARD_SCOPE_STEP.to_owned()] }.into());
        }
        let before = current.map(|row| row.settings.clone());
        let words = match (secrets.is_empty(), product.secrets().next().is_some()) {
            (_, false) => "",
            (false, true) => " (new secret)",
            (true, true) => " (same secret)",
        };
        let after = format!("{settings}{words}");
        let id = keep(tx, ctx, (kind, mode), row.clone(), settings.to_string(), &secrets.over(kept)).await?;
        trail(tx, ctx, "processor.saved", id.0, before, Some(after)).await
    })
}

/// Writes settings and secrets into the kind's row, which is made when there is none.
async fn keep(
    tx: &mut Tx,
    ctx: &Ctx,
    (kind, mode): (ProcessorKind, Mode),
    row: Option<StoredConfig>,
    settings: String,
    secrets: &Secrets,
) -> Result<ProcessorConfigId, Failure> {
    let id = row.as_ref().map_or_else(|| ctx.app.clock.id(), |row| row.id);
    let (sealed, secret_hint) = (secrets.seal(&ctx.app.vault, id), secrets.hints());
    let last = of_mode(tx, ctx, mode).await?.last().map_or(0, |last| last.position);
    let Some(row) = row else {
        let new = StoredConfig {
            id,
            site_id: ctx.site().id,
            kind: kind.code().to_owned(),
            mode: mode.code().to_owned(),
            settings,
            secrets: sealed,
            secret_hint,
            enabled: false,
            position: last + 1,
            tested_at: None,
            test_ok: None,
            test_reason: None,
            version: 1,
            removed_at: None,
        };
        processor_config::insert(tx, &new).await?;
        return Ok(id);
    };
    if row.removed_at.is_some() {
        processor_config::restore(tx, id, last + 1).await?;
    }
    if !processor_config::update(tx, &StoredConfig { settings, secrets: sealed, secret_hint, ..row }).await? {
        return Err(Refusal::Stale.into());
    }
    Ok(id)
}

/// The site's processors of a mode, in order of display.
async fn of_mode(tx: &mut Tx, ctx: &Ctx, mode: Mode) -> Result<Vec<StoredConfig>, Failure> {
    let all = processor_config::of_site(tx, ctx.site().id).await?;
    Ok(all.into_iter().filter(|config| config.mode == mode.code()).collect())
}

async fn get(tx: &mut Tx, ctx: &Ctx, kind: ProcessorKind, mode: &str) -> Result<StoredConfig, Failure> {
    let mode = mode_of(mode)?;
    processor_config::find(tx, ctx.site().id, kind.code(), mode.code()).await?.ok_or(Failure::NotFound)
}

/// Calls the processor with the stored settings and notes how that ended. No transaction is open during the call.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound` when nothing is stored; `Stale` (409) when it was changed meanwhile.
pub async fn test(ctx: &Ctx, kind: ProcessorKind, mode: &str) -> Result<Result<(), ConnectionProblem>, Failure> {
    ctx.require(Action::Administer)?;
    let stored = read_tx!(ctx.app.db, |tx| -> Result<StoredConfig, Failure> { get(tx, ctx, kind, mode).await })?;
    let (_, config) = open(&ctx.app, &stored)?;
    let outcome = match ctx.app.processors.build(kind, &config) {
        Ok(client) => client.test_connection().await,
        Err(problem) => Err(problem),
    };
    let reason = outcome.err().map(ConnectionProblem::code);
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        if !processor_config::record_test(tx, stored.id, stored.version, now, reason).await? {
            return Err(Refusal::Stale.into());
        }
        trail(tx, ctx, "processor.tested", stored.id.0, None, Some(reason.unwrap_or("ok").to_owned())).await
    })?;
    Ok(outcome)
}

/// Offers a processor to buyers, or pauses it. Offering needs a passed connection test and, where card numbers come through this
/// server, that the merchant took on what this asks of them.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`; `ProcessorNotAvailable`, `ProcessorNotForCurrency`, `SetupIncomplete` (422) with
/// each missing step.
pub async fn offer(ctx: &Ctx, kind: ProcessorKind, mode: &str, enabled: bool) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    let product = product_of(kind)?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let stored = get(tx, ctx, kind, mode).await?;
        if stored.enabled == enabled {
            return Ok(());
        }
        if enabled {
            refuse_unavailable(product, ctx)?;
            let missing = missing(product, &stored);
            if !missing.is_empty() {
                return Err(Refusal::SetupIncomplete { missing }.into());
            }
        }
        processor_config::set_enabled(tx, stored.id, enabled).await?;
        let word = |on: bool| Some(if on { "offered" } else { "paused" }.to_owned());
        trail(tx, ctx, "processor.switched", stored.id.0, word(!enabled), word(enabled)).await
    })
}

/// What is missing before a processor can be offered, as codes of `SetupIncomplete`.
fn missing(product: &Product, stored: &StoredConfig) -> Vec<String> {
    let needs_acceptance = needs_acceptance(product, &read_settings(stored).unwrap_or_default());
    let steps = [(CARD_SCOPE_STEP, needs_acceptance), (TEST_STEP, !stored.passed_its_test())];
    steps.into_iter().filter(|(_, missing)| *missing).map(|(step, _)| step.to_owned()).collect()
}

/// Card numbers come through this server, and the merchant has not taken on what that asks of them.
fn needs_acceptance(product: &Product, settings: &Value) -> bool {
    cards_come_here(product, settings) && !is_accepted(settings)
}

/// Where a processor is moved to in the order of display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// One place earlier.
    Up,
    /// One place later.
    Down,
}

impl Direction {
    /// Reads the form's and API's value.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            _ => None,
        }
    }
}

/// Moves a processor by one place. Of two that take one method, the first that can is asked. At its end of the list it stays.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`.
pub async fn reorder(ctx: &Ctx, kind: ProcessorKind, mode: &str, direction: Direction) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    let mode = mode_of(mode)?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let mut all = of_mode(tx, ctx, mode).await?;
        let at = all.iter().position(|config| config.kind == kind.code()).ok_or(Failure::NotFound)?;
        let id = all[at].id;
        let to = match direction {
            Direction::Up => at.checked_sub(1),
            Direction::Down => Some(at + 1).filter(|to| *to < all.len()),
        };
        let Some(to) = to else { return Ok(()) };
        let before = order_words(&all);
        all.swap(at, to);
        for (position, config) in (1..).zip(&all).filter(|(position, config)| config.position != *position) {
            processor_config::set_position(tx, config.id, position).await?;
        }
        trail(tx, ctx, "processor.ordered", id.0, Some(before), Some(order_words(&all))).await
    })
}

fn order_words(all: &[StoredConfig]) -> String {
    all.iter().map(|config| config.kind.as_str()).collect::<Vec<_>>().join(", ")
}

/// Takes a processor from the site. What was paid with it can still be returned, so its row stays; what was never used keeps no
/// secrets.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`; `ProcessorInUse` (409) while a payment with it is open.
pub async fn remove(ctx: &Ctx, kind: ProcessorKind, mode: &str) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let stored = get(tx, ctx, kind, mode).await?;
        let uses = processor_config::uses(tx, stored.id).await?;
        if uses.open > 0 {
            return Err(Refusal::ProcessorInUse.into());
        }
        let left = if uses.ever > 0 {
            (stored.secrets.clone(), stored.secret_hint.clone())
        } else {
            let none = Secrets::default();
            (none.seal(&ctx.app.vault, stored.id), none.hints())
        };
        processor_config::remove(tx, stored.id, ctx.app.clock.now(), left).await?;
        trail(tx, ctx, "processor.removed", stored.id.0, Some(stored.settings), None).await
    })
}
