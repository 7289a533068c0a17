//! From what was typed to a schedule at its instant: every problem at once, the zone's included, and no start in the past.

use crate::domain::{
    form::{FieldErrors, Problem},
    schedule::{ScheduleForm, ScheduleLimits},
    time::{Timestamp, WallTime},
};
use crate::server::{
    failure::Failure,
    store::{schedule::Placed, session::Session},
    zones,
};

use super::Intent;

/// How far back a start may lie when *Start* is pressed: it then means now.
const START_BACK_SECONDS: i64 = 86_400;
/// A start typed for the running minute is not in the past.
const MINUTE_SECONDS: i64 = 60;

/// Everything typed, understood and put at its instant; every problem at once.
pub(super) fn place(
    form: &ScheduleForm,
    limits: &ScheduleLimits,
    intent: Intent,
    now: Timestamp,
    before: Option<&Session>,
) -> Result<Placed, Failure> {
    let parsed = form.parse(limits);
    let mut errors = parsed.as_ref().err().cloned().unwrap_or_default();
    let starts_at = start_of(form, &mut errors);
    let schedule = parsed.ok();
    let placed = match (schedule, starts_at) {
        (Some(schedule), Some(starts_at)) if errors.is_empty() => Some(Placed { schedule, starts_at }),
        (Some(_) | None, Some(_) | None) => None,
    };
    let is_unchanged = before.is_some_and(|before| Some(before.starts_at) == starts_at);
    match placed {
        Some(placed) => not_in_the_past(placed, intent, now, is_unchanged).map_err(Failure::Fields),
        None => Err(errors.finish::<Placed>(None).err().unwrap_or_default().into()),
    }
}

/// The instant typed, as far as date and zone can be read: their own problems are noted by the form's parsing.
fn start_of(form: &ScheduleForm, errors: &mut FieldErrors) -> Option<Timestamp> {
    let wall = WallTime::parse(&form.starts_at)?;
    let zone = form.time_zone.trim();
    if zone.is_empty() {
        return None;
    }
    match zones::resolve(wall, zone) {
        Ok(at) => Some(at),
        Err(Problem::UnknownZone) => {
            errors.push("time_zone", Problem::UnknownZone);
            None
        }
        Err(problem) => {
            errors.push("starts_at", problem);
            None
        }
    }
}

/// *Schedule* needs a start to come, or one that was not touched. *Start* also takes one of today: still running it stays,
/// otherwise it means now.
fn not_in_the_past(mut placed: Placed, intent: Intent, now: Timestamp, is_unchanged: bool) -> Result<Placed, FieldErrors> {
    let is_past = placed.starts_at.plus_seconds(MINUTE_SECONDS) <= now;
    let is_over = placed.ends_at() <= now;
    let in_the_past = || FieldErrors::one("starts_at", Problem::InThePast);
    match (intent, is_past) {
        (_, false) => Ok(placed),
        (Intent::Schedule, true) if is_unchanged && !is_over => Ok(placed),
        (Intent::Schedule, true) => Err(in_the_past()),
        (Intent::Start, true) if !is_over => Ok(placed),
        (Intent::Start, true) if placed.starts_at.plus_seconds(START_BACK_SECONDS) > now => {
            let minute = Timestamp::from_seconds(now.seconds() - now.seconds().rem_euclid(MINUTE_SECONDS));
            placed.schedule.starts_at = zones::wall(minute, &placed.schedule.time_zone).ok_or_else(in_the_past)?;
            placed.starts_at = minute;
            Ok(placed)
        }
        (Intent::Start, true) => Err(in_the_past()),
    }
}
