//! Asking a processor what became of an attempt: at once, after 1, 5, 15, 60 minutes and 2 hours, then a person is asked. One who
//! was asked before, because waiting cannot settle it, is spared the work when the processor makes up its mind meanwhile.

use crate::domain::{
    ids::AttemptId,
    payment::{AttemptState, INQUIRY_DELAYS_SECONDS},
    time::Timestamp,
};
use crate::server::{
    failure::Failure,
    payments::{
        ask::{Asked, AttemptRef},
        none::Free,
        processor::Outcome,
    },
    state::App,
    store::{
        attempt::{self, Attempt},
        processor_config,
    },
};
use crate::{read_tx, write_tx};

use super::{
    approval,
    pay::key_of,
    processors,
    settle::{self, Finding},
};

/// A call cannot be under way any more this long after its attempt: the client's own deadline with its resends, and a margin.
const CALL_OVER_AFTER_SECONDS: i64 = 180;

/// How often, and how long, it is asked whether an attempt that ended without money was paid after all.
const LATE_LOOK_AGAIN_SECONDS: i64 = 300;
const LATE_LOOKS_SECONDS: i64 = 86_400;

/// Whether the question is settled, or when to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Settled, or given to a person.
    Done,
    /// Ask again then.
    At(Timestamp),
}

/// Asks once about an attempt and writes down what is found.
///
/// # Errors
/// A fault when the database fails.
pub async fn inquire(app: &App, id: AttemptId) -> Result<Next, Failure> {
    let (attempt, config) = read_tx!(app.db, |tx| -> Result<_, Failure> {
        let attempt = attempt::get(tx, id).await?;
        let config = match attempt.config {
            Some(config) => Some(processor_config::get(tx, config).await?),
            None => None,
        };
        Ok((attempt, config))
    })?;
    let now = app.clock.now();
    let age = attempt.asked_at.seconds_until(now);
    if attempt.state.is_final() {
        let is_certain = approval::look_for_late_money(app, &attempt).await?;
        return Ok(if is_certain || age > LATE_LOOKS_SECONDS { Next::Done } else { Next::At(now.plus_seconds(LATE_LOOK_AGAIN_SECONDS)) });
    }
    let finding = match config {
        Some(_) if attempt.waiting.is_some() => return look_again(app, &attempt).await,
        // The free processor has no memory and needs none: the same key gives the same answer.
        None => Finding::of(Free.take(&key_of(id)?, attempt.amount)),
        Some(config) => {
            let (_, client) = processors::client(app, &config)?;
            let of = AttemptRef::parse(&attempt.our_ref).ok_or_else(|| Failure::corrupt("attempt reference"))?;
            let outcome: Outcome<_> = client.inquire(&Asked::of(&of), attempt.amount).await;
            // What was reported before, and made a person be asked, is not undone by a processor that forgot it.
            let is_told_to_person = attempt.state == AttemptState::NeedsPerson;
            Finding::of_inquiry(outcome, age >= CALL_OVER_AFTER_SECONDS && !is_told_to_person)
        }
    };
    let is_unsettled = finding.is_open();
    settle::record(app, id, finding).await?;
    if !is_unsettled {
        return Ok(Next::Done);
    }
    write_tx!(app.db, |tx| -> Result<(), Failure> { Ok(attempt::count_inquiry(tx, id).await?) })?;
    match INQUIRY_DELAYS_SECONDS.into_iter().find(|delay| *delay > age) {
        Some(delay) => Ok(Next::At(attempt.asked_at.plus_seconds(delay))),
        None => {
            settle::give_to_person(app, id).await?;
            Ok(Next::Done)
        }
    }
}

/// About an attempt that waits for its buyer: finishes what was approved by one who did not come back, gives up when the time is
/// over.
async fn look_again(app: &App, attempt: &Attempt) -> Result<Next, Failure> {
    let Some(waiting) = &attempt.waiting else { return Ok(Next::Done) };
    let now = app.clock.now();
    let finding = approval::finish(app, attempt, waiting).await?;
    let is_waiting = matches!(finding, Finding::Waiting(_));
    let is_unsettled = finding.is_open();
    settle::record(app, attempt.id, finding).await?;
    if !is_unsettled {
        return Ok(Next::Done);
    }
    write_tx!(app.db, |tx| -> Result<(), Failure> { Ok(attempt::count_inquiry(tx, attempt.id).await?) })?;
    if is_waiting && waiting.until <= now {
        approval::give_up(app, attempt.id).await?;
        return Ok(Next::At(now.plus_seconds(60)));
    }
    let age = attempt.asked_at.seconds_until(now);
    let next = INQUIRY_DELAYS_SECONDS.into_iter().find(|delay| *delay > age).map(|delay| attempt.asked_at.plus_seconds(delay));
    match next {
        Some(at) if is_waiting && waiting.until < at => Ok(Next::At(waiting.until)),
        Some(at) => Ok(Next::At(at)),
        None if is_waiting => Ok(Next::At(waiting.until)),
        None => {
            settle::give_to_person(app, attempt.id).await?;
            Ok(Next::Done)
        }
    }
}
