//! What a host pays before a start: the estimate, the purchase that freezes it, and whether it is paid.
//!
//! A quote keeps the rates it was made with, so a paid session stays paid when rates change; it becomes unpaid only when its own
//! settings grow past what was paid.

pub mod views;

use crate::domain::{
    estimate::{Estimate, Rates, estimate},
    feature::Feature,
    form::Refusal,
    ids::{OrderId, RateCardId, SessionId},
    money::Money,
    order::{OrderEvent, OrderKind, OrderState},
    pricing::{FeePrice, Tax, TaxMode},
    session::SessionStatus,
    time::Timestamp,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{orders, schedule},
    store::{
        db::Tx,
        order::{self, NewOrder, Order},
        quote::{self, Quote},
        rate,
        session::{self, Session},
    },
};
use crate::{read_tx, write_tx};

/// How long an estimate's price is kept.
const QUOTE_SECONDS: i64 = 86_400;
/// A quote with less time than this is renewed when it is looked at on the way to paying.
const RENEW_SECONDS: i64 = QUOTE_SECONDS / 2;

/// Where the payment of a session's usage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is to be paid: pay-per-use is off, or the estimate is zero.
    NotNeeded,
    /// To be paid before the start.
    Due,
    /// A payment is being made or checked.
    Checking,
    /// Paid.
    Covered {
        /// What was paid.
        paid: Money,
    },
    /// Paid, but the settings have grown since.
    Short {
        /// What was paid.
        paid: Money,
    },
}

/// A session's estimate and how far it is paid.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The lines.
    pub estimate: Estimate,
    /// The rate card that priced them.
    pub rate_card: RateCardId,
    /// Its version; `None` when a paid quote froze an earlier one.
    pub rate_version: Option<i64>,
    /// The tax on the sum, always added.
    pub tax: Option<Tax>,
    /// The purchase, once there is one.
    pub order: Option<Order>,
    /// That purchase's quote.
    pub quote: Option<Quote>,
    /// Whether it is paid.
    pub standing: Standing,
}

impl Assessment {
    /// What that quote was made of, where it differs from now.
    pub fn before(&self) -> Option<Estimate> {
        self.quote.as_ref().and_then(quoted).filter(|before| *before != self.estimate)
    }

    /// Until when the price is kept: the quote's end, or a day from `now` when it would be made now.
    pub fn valid_until(&self, now: Timestamp) -> Timestamp {
        match &self.quote {
            Some(quote) if self.before().is_none() && quote.expires_at > now => quote.expires_at,
            Some(_) | None => now.plus_seconds(QUOTE_SECONDS),
        }
    }
}

/// The estimate of a session the person runs, from its settings and the rates as they are. Charges nothing, changes nothing.
///
/// # Errors
/// `NotProvisioned`/`NotEnabled` (403) where pay-per-use is off; `SetupIncomplete` without rates; `NotFound`, `SignInRequired`,
/// `NotAllowed`.
pub async fn assess_own(ctx: &Ctx, id: SessionId) -> Result<(Session, Assessment), Failure> {
    ctx.require(crate::domain::role::Action::HostSessions)?;
    ctx.require_feature(Feature::PayPerUse)?;
    let now = ctx.app.clock.now();
    read_tx!(ctx.app.db, |tx| -> Result<(Session, Assessment), Failure> {
        let session = schedule::get_own(tx, ctx, id).await?;
        let assessment = assess(tx, ctx, &session, now).await?;
        Ok((session, assessment))
    })
}

/// The estimate of a session and how far it is paid.
///
/// # Errors
/// `SetupIncomplete` when the site has no rates; a fault when the database fails.
pub async fn assess(tx: &mut Tx, ctx: &Ctx, session: &Session, now: Timestamp) -> Result<Assessment, Failure> {
    let order = order::find_usage(tx, session.id).await?;
    let quote = match &order {
        Some(order) => Some(quote::get(tx, order.id, order.quote_version).await?),
        None => None,
    };
    let (rates, rate_card, rate_version, tax) = match paid_terms(order.as_ref(), quote.as_ref()) {
        Some((rates, card, tax)) => (rates, card, None, tax),
        None => {
            let card = rate::current(tx, session.site_id, now).await?;
            let card = card.ok_or_else(|| Refusal::SetupIncomplete { missing: vec!["rates".to_owned()] })?;
            (card.rates, card.id, Some(card.version), ctx.site().tax.clone().map(|tax| Tax { mode: TaxMode::Added, ..tax }))
        }
    };
    let estimate = estimate(session.usage(), rates, tax.as_ref())?;
    let standing = standing_of(ctx, order.as_ref(), estimate.total);
    Ok(Assessment { estimate, rate_card, rate_version, tax, order, quote, standing })
}

/// Makes the purchase of a session's usage, or brings its quote up to date. Repeats safely; of two devices at once, one makes it
/// and the other finds it. Answers the order and what is asked now.
///
/// # Errors
/// As [`assess_own`]; `SessionOver` (410) when there is nothing left to start; `Stale` when the order moved meanwhile.
pub async fn ensure_order(ctx: &Ctx, id: SessionId) -> Result<(OrderId, Assessment), Failure> {
    ctx.require(crate::domain::role::Action::HostSessions)?;
    ctx.require_feature(Feature::PayPerUse)?;
    let now = ctx.app.clock.now();
    let order = write_tx!(ctx.app.db, |tx| -> Result<OrderId, Failure> {
        let session = schedule::get_own(tx, ctx, id).await?;
        match session.status {
            SessionStatus::Ended | SessionStatus::Cancelled => return Err(Refusal::SessionOver.into()),
            SessionStatus::Draft | SessionStatus::Scheduled | SessionStatus::Live => {}
        }
        let assessment = assess(tx, ctx, &session, now).await?;
        match &assessment.order {
            None => open(tx, ctx, &session, &assessment, now).await,
            Some(order) => {
                refresh(tx, ctx, order, &assessment, now).await?;
                Ok(order.id)
            }
        }
    })?;
    let (_, assessment) = assess_own(ctx, id).await?;
    Ok((order, assessment))
}

/// What an order's quote of `version` asked, if there was such a version.
///
/// # Errors
/// A fault when the database fails.
pub async fn quoted_total(ctx: &Ctx, order: OrderId, version: i64) -> Result<Option<Money>, Failure> {
    let found: Result<Quote, Failure> = read_tx!(ctx.app.db, |tx| -> Result<Quote, Failure> { Ok(quote::get(tx, order, version).await?) });
    Ok(found.ok().map(|quote| quote.price.total))
}

/// Passes when a session may run as far as its usage is concerned: the one gate of every door that starts.
///
/// # Errors
/// `UsageUnpaid` (402); `SetupIncomplete` when the site charges for usage and has no rates.
pub async fn require_covered(tx: &mut Tx, ctx: &Ctx, id: SessionId, now: Timestamp) -> Result<(), Failure> {
    if !ctx.site().features.is_on(Feature::PayPerUse) {
        return Ok(());
    }
    let session = session::find(tx, ctx.site().id, id).await?.ok_or(Failure::NotFound)?;
    match assess(tx, ctx, &session, now).await?.standing {
        Standing::NotNeeded | Standing::Covered { .. } => Ok(()),
        Standing::Due | Standing::Checking | Standing::Short { .. } => Err(Refusal::UsageUnpaid.into()),
    }
}

/// The terms a paid order froze.
fn paid_terms(order: Option<&Order>, quote: Option<&Quote>) -> Option<(Rates, RateCardId, Option<Tax>)> {
    let (order, quote) = (order?, quote?);
    match order.state {
        OrderState::Paid { .. } => Some((quoted(quote)?.rates, quote.rate_card?, quote.tax.clone())),
        OrderState::Held { .. }
        | OrderState::Paying { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Refunded { .. } => None,
    }
}

/// What a usage quote was made of.
fn quoted(quote: &Quote) -> Option<Estimate> {
    serde_json::from_str(quote.inputs.as_deref()?).ok()
}

fn standing_of(ctx: &Ctx, order: Option<&Order>, needed: Money) -> Standing {
    if !ctx.site().features.is_on(Feature::PayPerUse) || needed.is_zero() {
        return Standing::NotNeeded;
    }
    let Some(order) = order else { return Standing::Due };
    match order.state {
        OrderState::Held { .. } | OrderState::Expired { .. } | OrderState::Cancelled { .. } | OrderState::Refunded { .. } => Standing::Due,
        OrderState::Paying { .. } => Standing::Checking,
        OrderState::Paid { .. } => {
            let is_enough = order.total.currency() == needed.currency() && order.total.minor() >= needed.minor();
            if is_enough { Standing::Covered { paid: order.total } } else { Standing::Short { paid: order.total } }
        }
    }
}

async fn open(tx: &mut Tx, ctx: &Ctx, session: &Session, assessment: &Assessment, now: Timestamp) -> Result<OrderId, Failure> {
    let person = ctx.require(crate::domain::role::Action::HostSessions)?;
    let app = &ctx.app;
    let new = NewOrder {
        id: app.clock.id(),
        site_id: session.site_id,
        kind: OrderKind::Usage,
        mode: ctx.site().mode(),
        link: app.clock.token(),
        reference: app.clock.short_code(9),
        session_id: session.id,
        person_id: Some(person.id),
        division_id: session.division_id.or(person.division),
        buyer_name: person.name.clone(),
        buyer_email: person.email.clone(),
        lang: ctx.lang(),
        hold_until: now.plus_seconds(QUOTE_SECONDS),
        total: assessment.estimate.total,
        now,
    };
    order::insert(tx, &new).await?;
    quote::insert(tx, app.clock.id(), new.id, &quote_of(assessment, 1, now)?, now).await?;
    schedule::trail(tx, ctx, "usage.quoted", session.id, None, Some(assessment.estimate.total.plain())).await?;
    Ok(new.id)
}

/// A held order gets a new quote when settings, rates or tax changed, and more time when it is running out. Others stay as they are.
async fn refresh(tx: &mut Tx, ctx: &Ctx, order: &Order, assessment: &Assessment, now: Timestamp) -> Result<(), Failure> {
    let OrderState::Held { until } = order.state else { return Ok(()) };
    let is_current = assessment.quote.as_ref().is_some_and(|quote| {
        quoted(quote) == Some(assessment.estimate)
            && quote.rate_card == Some(assessment.rate_card)
            && quote.tax == assessment.tax
            && now.seconds_until(quote.expires_at) > RENEW_SECONDS
    });
    let mut order = order.clone();
    if !is_current {
        let version = order.quote_version + 1;
        quote::insert(tx, ctx.app.clock.id(), order.id, &quote_of(assessment, version, now)?, now).await?;
        if !order::requote(tx, &order, version, assessment.estimate.total, now).await? {
            return Err(Refusal::Stale.into());
        }
        let (before, after) = (order.total.plain(), assessment.estimate.total.plain());
        schedule::trail(tx, ctx, "usage.quoted", order.session_id, Some(before), Some(after)).await?;
        order = order::get(tx, order.id).await?;
    }
    if now.seconds_until(until) <= RENEW_SECONDS {
        let event = OrderEvent::HoldExtended { until: now.plus_seconds(QUOTE_SECONDS) };
        orders::apply(tx, &ctx.app, &order, event, &ctx.actor(), Some(ctx.origin())).await?;
    }
    Ok(())
}

fn quote_of(assessment: &Assessment, version: i64, now: Timestamp) -> Result<Quote, Failure> {
    let Estimate { people_cost, teleconference_cost, tax, total, .. } = assessment.estimate;
    let net = people_cost.plus(teleconference_cost)?;
    let price = FeePrice { fee: net, discount: Money::zero(net.currency()), net, tax, total };
    let inputs = serde_json::to_string(&assessment.estimate).map_err(|e| Failure::corrupt(format!("estimate as JSON: {e}")))?;
    Ok(Quote {
        version,
        price,
        promo: None,
        tax: assessment.tax.clone(),
        rate_card: Some(assessment.rate_card),
        inputs: Some(inputs),
        expires_at: now.plus_seconds(QUOTE_SECONDS),
    })
}
