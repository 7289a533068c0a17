//! Paying an order, of a participant or of a host alike: *intend* (committed) → *act* (no transaction open) → *record*.

use std::net::IpAddr;
use std::sync::Arc;

use crate::domain::{
    form::{Problem, Refusal},
    ids::{AttemptId, OrderId},
    order::{OrderEvent, OrderKind, OrderState},
    payment::{AttemptState, DeclineClass, Method},
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    jobs,
    payments::{
        ask::{Approval, AttemptRef, Billing, CardDetails, IdempotencyKey, Sale},
        none::Free,
        processor::{Abilities, Processor},
    },
    state::App,
    store::{
        attempt::{self, Attempt, NewAttempt},
        db::Tx,
        job,
        order::{self, Order},
        processor_config, session,
    },
};
use crate::{read_tx, write_tx};

use super::{
    approval, orders, processors,
    settle::{self, Finding},
};

/// Seconds after an attempt until a worker asks what became of it, should this process die meanwhile.
const WATCH_AFTER_SECONDS: i64 = 60;

/// A payment form that passed its checks.
#[derive(Debug)]
pub struct PayAsk {
    /// The form's key: the same key is the same try.
    pub attempt_key: String,
    /// The quote the buyer saw.
    pub quote_version: i64,
    /// How they want to pay.
    pub method: Method,
    /// The card, when that is how.
    pub card: Option<CardDetails>,
    /// The billing address.
    pub billing: Billing,
}

/// How a payment ended, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayAnswer {
    /// The money is ours, or nothing was due.
    Paid,
    /// It is being checked, or a transfer is awaited.
    Checking,
    /// The buyer goes on at this page of the processor's.
    GoTo(String),
}

/// Pays `id`. Repeats under one key answer what the first did.
///
/// # Errors
/// `Declined`, `CardReturned` (402); `PriceChanged`, `PaymentInProgress`, `AlreadyPaid`, `KeyReused` (409); `HoldExpired`, `SessionOver` (410);
/// `MethodNotOffered`, a card that was not authenticated (422); `TooManyDeclines`, `TooManyTries` (429); `ProcessorUnavailable` (503,
/// nothing was charged).
pub async fn pay(ctx: &Ctx, id: OrderId, ask: PayAsk) -> Result<PayAnswer, Failure> {
    ctx.app.limits.payment(&id.to_string(), &ask.attempt_key, ctx.caller.ip)?;
    let processor = choose(ctx, id, ask.method, ask.card.as_ref()).await?;
    let step = write_tx!(ctx.app.db, |tx| -> Result<Step, Failure> { intend(tx, ctx, id, &ask, &processor).await })?;
    let attempt = match step {
        Step::Repeat(attempt) => return answer_of(&attempt),
        Step::Go(attempt) => attempt,
    };
    // The call and its record outlive the request: a buyer who closes the tab must not leave money unrecorded.
    let (app, asking) = (ctx.app.clone(), approval::of(ctx.app.clone(), &attempt, ctx.lang()).await?);
    let ip = Some(ctx.caller.ip);
    let task = tokio::spawn(async move {
        let finding = ask_processor(&app, &processor, &attempt, ask, asking, ip).await;
        settle::record(&app, attempt.id, finding).await?;
        let settled = read_tx!(app.db, |tx| -> Result<Attempt, Failure> { Ok(attempt::get(tx, attempt.id).await?) })?;
        answer_of(&settled)
    });
    task.await.unwrap_or(Ok(PayAnswer::Checking))
}

enum Step {
    Go(Attempt),
    Repeat(Attempt),
}

/// Who is asked for the money.
pub enum Chosen {
    /// Nobody: nothing is due.
    Free,
    /// A configured processor.
    Configured {
        /// The kind's code.
        kind: &'static str,
        /// Its configuration.
        config: crate::domain::ids::ProcessorConfigId,
        /// Its client.
        client: Arc<dyn Processor>,
    },
}

/// Who takes an order's money by a method: the first configured processor that can.
async fn choose(ctx: &Ctx, id: OrderId, method: Method, card: Option<&CardDetails>) -> Result<Chosen, Failure> {
    let (order, configs) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let order = order::get(tx, id).await?;
        let configs = processor_config::offered(tx, order.site_id, &order.mode).await?;
        Ok((order, configs))
    })?;
    if order.total.is_zero() {
        return Ok(Chosen::Free);
    }
    for config in configs {
        let (kind, client) = processors::client(&ctx.app, &config)?;
        if kind.method() == method && client.abilities().carries(order.total.currency()) {
            refuse_unauthenticated(&client.abilities(), card)?;
            return Ok(Chosen::Configured { kind: kind.code(), config: config.id, client });
        }
    }
    Err(Refusal::MethodNotOffered.into())
}

/// A merchant who asks for 3-D Secure is not sent a card that nobody authenticated (spec.md PAY-5).
fn refuse_unauthenticated(abilities: &Abilities, card: Option<&CardDetails>) -> Result<(), Failure> {
    match card {
        Some(card) if abilities.needs_three_ds && card.three_ds.is_none() => {
            Err(Failure::field("card_number", Problem::CardNeedsAuthentication))
        }
        Some(_) | None => Ok(()),
    }
}

async fn intend(tx: &mut Tx, ctx: &Ctx, id: OrderId, ask: &PayAsk, chosen: &Chosen) -> Result<Step, Failure> {
    let now = ctx.app.clock.now();
    let order = order::get(tx, id).await?;
    let fingerprint = format!("{id} {} {} {}", ask.method.code(), ask.quote_version, order.total.plain());
    if let Some(earlier) = attempt::find_by_key(tx, &ask.attempt_key).await? {
        let is_same =
            earlier.order_id == id && earlier.fingerprint.starts_with(&format!("{id} {} {} ", ask.method.code(), ask.quote_version));
        return if is_same { Ok(Step::Repeat(earlier)) } else { Err(Refusal::KeyReused.into()) };
    }
    refuse_unless_payable(tx, ctx, &order, ask, chosen).await?;
    let attempt_id = ctx.app.clock.id::<AttemptId>();
    let our_ref = AttemptRef::of_key(&key_of(attempt_id)?);
    let (processor, config) = match chosen {
        Chosen::Free => ("none", None),
        Chosen::Configured { kind, config, .. } => (*kind, Some(*config)),
    };
    let new = NewAttempt {
        id: attempt_id,
        order_id: id,
        key: ask.attempt_key.clone(),
        fingerprint,
        our_ref: our_ref.as_str().to_owned(),
        processor,
        config,
        method: ask.method.code(),
        amount: order.total,
        kinds: ctx.site().card_kinds,
        now,
    };
    attempt::insert(tx, &new).await?;
    order::accept_terms(tx, id, &ctx.site().terms_version, now).await?;
    orders::apply(tx, &ctx.app, &order, OrderEvent::PayAsked(attempt_id), &ctx.actor(), Some(ctx.origin())).await?;
    let watch_at = now.plus_seconds(WATCH_AFTER_SECONDS);
    job::ensure(tx, ctx.app.clock.id(), jobs::INQUIRE, attempt_id.0, &format!("inquire:{attempt_id}"), watch_at, now).await?;
    Ok(Step::Go(attempt::get(tx, attempt_id).await?))
}

async fn refuse_unless_payable(tx: &mut Tx, ctx: &Ctx, order: &Order, ask: &PayAsk, chosen: &Chosen) -> Result<(), Failure> {
    let now = ctx.app.clock.now();
    let refusal = match order.state {
        OrderState::Held { until } if order.kind == OrderKind::Fee && until <= now => Some(Refusal::HoldExpired),
        OrderState::Held { .. } => None,
        OrderState::Paying { .. } => Some(Refusal::PaymentInProgress),
        OrderState::Paid { .. } | OrderState::Refunded { .. } => Some(Refusal::AlreadyPaid),
        OrderState::Expired { .. } => Some(Refusal::HoldExpired),
        OrderState::Cancelled { .. } => Some(Refusal::OrderCancelled),
    };
    if let Some(refusal) = refusal {
        return Err(refusal.into());
    }
    if let Some(pause_until) = order.pause_until
        && now < pause_until
    {
        return Err(Refusal::TooManyDeclines { wait_seconds: now.seconds_until(pause_until) }.into());
    }
    if ask.quote_version != order.quote_version {
        let seen = crate::server::store::quote::get(tx, order.id, ask.quote_version).await;
        let old = seen.map_or(order.total, |quote| quote.price.total);
        return Err(Refusal::PriceChanged { old, new: order.total }.into());
    }
    // The processor was chosen a moment ago; the total may have changed since.
    if order.total.is_zero() != matches!(chosen, Chosen::Free) {
        return Err(Refusal::Stale.into());
    }
    if order.kind == OrderKind::Fee {
        let session = session::find(tx, order.site_id, order.session_id).await?.ok_or(Failure::NotFound)?;
        if !session.is_sellable(now) {
            return Err(Refusal::SessionOver.into());
        }
    }
    Ok(())
}

/// The processor's key of an attempt: 32 hex digits.
///
/// # Errors
/// A fault, never: a uuid's digits are a key.
pub fn key_of(id: AttemptId) -> Result<IdempotencyKey, Failure> {
    IdempotencyKey::parse(&id.0.simple().to_string()).ok_or_else(|| Failure::corrupt("attempt key"))
}

async fn ask_processor(app: &App, chosen: &Chosen, attempt: &Attempt, ask: PayAsk, asking: Approval, buyer_ip: Option<IpAddr>) -> Finding {
    let Ok(key) = key_of(attempt.id) else { return Finding::NotSent("key".into()) };
    let (config, client) = match chosen {
        Chosen::Free => return Finding::of(Free.take(&key, attempt.amount)),
        Chosen::Configured { config, client, .. } => (*config, client),
    };
    match ask.card {
        None => {
            let outcome = client.start(&key, &asking).await;
            processors::health::look(app, config, &outcome).await;
            Finding::of_start(outcome)
        }
        Some(card) => {
            let Approval { amount, description, invoice, attempt_ref, email, .. } = asking;
            let sale = Sale { amount, card, billing: ask.billing, invoice, attempt_ref, buyer_ip, email, description };
            let outcome = client.sale(&key, &sale).await;
            processors::health::look(app, config, &outcome).await;
            Finding::of(outcome)
        }
    }
}

/// What a buyer is told of an attempt, the first time and every time after.
pub(super) fn answer_of(attempt: &Attempt) -> Result<PayAnswer, Failure> {
    match attempt.state {
        AttemptState::Captured => match attempt.returned_kind() {
            Some(funding) => Err(Refusal::CardReturned { funding, amount: attempt.amount }.into()),
            None => Ok(PayAnswer::Paid),
        },
        AttemptState::Prepared | AttemptState::Unknown | AttemptState::NeedsPerson => {
            // Money may have moved in whatever is in doubt: nobody is sent to pay again.
            let url = attempt.waiting.as_ref().filter(|_| attempt.waits_for_buyer()).and_then(|waiting| waiting.url.clone());
            Ok(url.map_or(PayAnswer::Checking, PayAnswer::GoTo))
        }
        AttemptState::NotSent => Err(Refusal::ProcessorUnavailable.into()),
        AttemptState::Declined => {
            let class = attempt.decline_class.as_deref().and_then(DeclineClass::from_code).unwrap_or(DeclineClass::Refused);
            Err(Refusal::Declined(class).into())
        }
    }
}
