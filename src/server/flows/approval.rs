//! Payments that the buyer approves on a processor's page: what they are asked with, going on after the buyer came back, giving up
//! when they came back without paying or not at all.

use crate::domain::{
    ids::{AttemptId, OrderId},
    order::{OrderKind, OrderState},
    payment::AttemptState,
    text::Lang,
};
use crate::read_tx;
use crate::server::{
    failure::Failure,
    payments::{
        ask::{Approval, AttemptRef, ProcessorRef},
        processor::{CardForm, Fault, Outcome, Processor},
    },
    state::App,
    store::{
        attempt::{self, Attempt, Waiting},
        order, processor_config, session, site,
    },
};

use super::{
    pay::{PayAnswer, answer_of, key_of},
    processors,
    settle::{self, Finding},
};

/// What a processor is asked with for an attempt: always the same for the same attempt and language.
///
/// # Errors
/// A fault when the database fails.
pub async fn of(app: App, attempt: &Attempt, lang: Lang) -> Result<Approval, Failure> {
    let (order, session, site) = read_tx!(app.db, |tx| -> Result<_, Failure> {
        let order = order::get(tx, attempt.order_id).await?;
        let session = session::find(tx, order.site_id, order.session_id).await?.ok_or(Failure::NotFound)?;
        let site = site::get(tx, order.site_id).await?;
        Ok((order, session, site))
    })?;
    let base = app.address_of(&site);
    let (link, our_ref) = (&order.link, &attempt.our_ref);
    Ok(Approval {
        amount: attempt.amount,
        description: format!("{}: {}", site.name, session.topic),
        invoice: order.reference.clone(),
        attempt_ref: AttemptRef::parse(our_ref).ok_or_else(|| Failure::corrupt("attempt reference"))?,
        email: (order.kind == OrderKind::Fee).then(|| order.buyer_email.clone()),
        return_url: format!("{base}/checkout/{link}/return/{our_ref}"),
        cancel_url: format!("{base}/checkout/{link}/back/{our_ref}"),
        notify_url: format!("{base}/notify/{}/{}", attempt.processor, site.id),
        lang,
        kinds: attempt.kinds,
    })
}

/// Goes on with an attempt whose buyer came back, or of which a notice or the clock reminded us: finishes what was approved,
/// inquires about what was sent. Safe to repeat, also at the same time: money moves once and is written down once.
///
/// # Errors
/// As [`super::pay::pay`] of a settled attempt; a fault when the database fails.
pub async fn resume(app: &App, id: AttemptId) -> Result<PayAnswer, Failure> {
    let attempt = read_tx!(app.db, |tx| -> Result<Attempt, Failure> { Ok(attempt::get(tx, id).await?) })?;
    if let (false, Some(waiting)) = (attempt.state.is_final(), attempt.waiting.clone()) {
        let finding = finish(app, &attempt, &waiting).await?;
        settle::record(app, id, finding).await?;
    } else if !attempt.state.is_final() {
        super::inquire::inquire(app, id).await?;
    }
    let settled = read_tx!(app.db, |tx| -> Result<Attempt, Failure> { Ok(attempt::get(tx, id).await?) })?;
    answer_of(&settled)
}

/// What finishing an approved payment comes to.
pub(super) async fn finish(app: &App, attempt: &Attempt, waiting: &Waiting) -> Result<Finding, Failure> {
    let client = client_of(app, attempt).await?;
    let asking = of(app.clone(), attempt, Lang::En).await?;
    let started = ProcessorRef::parse(&waiting.started).ok_or_else(|| Failure::corrupt("started reference"))?;
    let outcome = client.finish(&key_of(attempt.id)?, &started, &asking).await;
    if let Some(config) = attempt.config {
        processors::health::look(app, config, &outcome).await;
    }
    Ok(Finding::of_finish(outcome))
}

/// Looks again at an attempt that ended without money, and whose form at the gateway could be paid with all the same: from another
/// tab, by going back, after we had given it up. What is found to be paid is written down. Answers whether that is certain now.
///
/// # Errors
/// A fault when the database fails.
pub(super) async fn look_for_late_money(app: &App, attempt: &Attempt) -> Result<bool, Failure> {
    let Some(waiting) = attempt.waiting.as_ref().filter(|_| ended_without_money(attempt.state)) else { return Ok(true) };
    if card_form(app, attempt, waiting).await?.is_none() {
        return Ok(true);
    }
    let finding = finish(app, attempt, waiting).await?;
    let is_certain = match &finding {
        Finding::Captured(_) | Finding::Declined { .. } | Finding::NotSent(_) | Finding::Waiting(_) => true,
        Finding::Unknown(doubt) | Finding::NeedsPerson(doubt) => {
            tracing::warn!(attempt.id = %attempt.id, doubt, "whether a payment that was given up was made is not known");
            false
        }
    };
    settle::record(app, attempt.id, finding).await?;
    Ok(is_certain)
}

const fn ended_without_money(state: AttemptState) -> bool {
    match state {
        AttemptState::Declined | AttemptState::NotSent => true,
        AttemptState::Prepared | AttemptState::Unknown | AttemptState::NeedsPerson | AttemptState::Captured => false,
    }
}

/// The same for the try called `our_ref` at paying `order`, whose buyer came back late.
///
/// # Errors
/// A fault when the database fails.
pub async fn come_back_late(app: &App, order: OrderId, our_ref: &str) -> Result<(), Failure> {
    let found = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(attempt::find_by_ref(tx, our_ref).await?) })?;
    if let Some(attempt) = found.filter(|attempt| attempt.order_id == order) {
        look_for_late_money(app, &attempt).await?;
    }
    Ok(())
}

/// The form by which the buyer's browser sends a card to the processor for an attempt, if that is what it waits for.
///
/// # Errors
/// A fault when the database fails.
pub async fn card_form(app: &App, attempt: &Attempt, waiting: &Waiting) -> Result<Option<CardForm>, Failure> {
    let started = ProcessorRef::parse(&waiting.started).ok_or_else(|| Failure::corrupt("started reference"))?;
    Ok(client_of(app, attempt).await?.card_form(&key_of(attempt.id)?, &started))
}

/// Gives up an attempt that the buyer left without paying, if nothing moved: the order is held again. What turns out to be paid
/// is paid.
///
/// # Errors
/// As [`resume`].
pub async fn give_up(app: &App, id: AttemptId) -> Result<(), Failure> {
    let attempt = read_tx!(app.db, |tx| -> Result<Attempt, Failure> { Ok(attempt::get(tx, id).await?) })?;
    let Some(waiting) = attempt.waiting.clone().filter(|_| !attempt.state.is_final()) else { return Ok(()) };
    let client = client_of(app, &attempt).await?;
    let started = ProcessorRef::parse(&waiting.started).ok_or_else(|| Failure::corrupt("started reference"))?;
    let key = key_of(attempt.id)?.step("give up");
    let finding = match client.cancel(&key, &started).await {
        // Where nothing can be cancelled, nothing moves either before we take it.
        Outcome::Done(()) | Outcome::NotSent(Fault::NotSupported) => Finding::NotSent("given up by the buyer".into()),
        // Too late, or not known: what the processor has of it decides.
        Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {
            finish(app, &attempt, &waiting).await?
        }
    };
    settle::record(app, id, finding).await
}

/// The attempt that an order waits for, if it waits for one.
///
/// # Errors
/// `NotFound`; a fault when the database fails.
pub async fn open_attempt(app: &App, site: crate::domain::ids::SiteId, link: &str) -> Result<Option<Attempt>, Failure> {
    read_tx!(app.db, |tx| -> Result<Option<Attempt>, Failure> {
        let order = order::find_by_link(tx, site, link).await?.ok_or(Failure::NotFound)?;
        match order.state {
            OrderState::Paying { attempt } => Ok(Some(attempt::get(tx, attempt).await?)),
            OrderState::Held { .. }
            | OrderState::Paid { .. }
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Refunded { .. } => Ok(None),
        }
    })
}

async fn client_of(app: &App, attempt: &Attempt) -> Result<std::sync::Arc<dyn Processor>, Failure> {
    let id = attempt.config.ok_or_else(|| Failure::corrupt(format!("attempt {} waits for nobody", attempt.id)))?;
    let config = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(processor_config::get(tx, id).await?) })?;
    Ok(processors::client(app, &config)?.1)
}
