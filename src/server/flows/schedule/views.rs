//! What the schedule page and *My sessions* show.

use crate::api::host::{HostSession, HostSessions, ScheduleSheet, UsagePrices, UsageStanding, ZoneChoice};
use crate::domain::{
    feature::Feature,
    ids::SessionId,
    role::Action,
    schedule::ScheduleForm,
    session::SessionStatus,
    time::{Timestamp, WallTime},
};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::usage,
    store::{db::Tx, rate, session::Session},
    zones,
};

use super::{get_own, limits, list};

/// Minutes of a session that nobody has typed a length for yet.
const DURATION_DEFAULT: &str = "60";
/// Seats likewise.
const CAPACITY_DEFAULT: u32 = 24;

/// My sessions: running and to come, soonest first; then those over, latest first.
///
/// # Errors
/// `SignInRequired`; `NotAllowed`.
pub async fn sessions(ctx: &Ctx) -> Result<HostSessions, Failure> {
    let now = ctx.app.clock.now();
    let pay_per_use = ctx.site().features.is_on(Feature::PayPerUse);
    let found = list(ctx).await?;
    let lines = read_tx!(ctx.app.db, |tx| -> Result<Vec<HostSession>, Failure> {
        let mut lines = Vec::with_capacity(found.len());
        for session in &found {
            lines.push(line(tx, ctx, session, pay_per_use, now).await?);
        }
        Ok(lines)
    })?;
    let (past, mut upcoming): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.is_over);
    // The list is latest first.
    upcoming.reverse();
    Ok(HostSessions { upcoming, past, pay_per_use })
}

async fn line(tx: &mut Tx, ctx: &Ctx, session: &Session, pay_per_use: bool, now: Timestamp) -> Result<HostSession, Failure> {
    let is_over = match session.status {
        SessionStatus::Ended | SessionStatus::Cancelled => true,
        SessionStatus::Live => false,
        SessionStatus::Draft | SessionStatus::Scheduled => session.ends_at <= now,
    };
    let usage = if pay_per_use && !is_over { usage::views::standing(tx, ctx, session, now).await? } else { UsageStanding::NotNeeded };
    let is_own = ctx.caller.person.as_ref().is_some_and(|person| person.id == session.host_id);
    Ok(HostSession {
        id: session.id,
        slug: session.slug.clone(),
        topic: session.topic.clone(),
        host: (!is_own).then(|| session.host_name.clone()),
        when: zones::when(session.starts_at, session.duration_minutes, &session.time_zone, now, ctx.lang()),
        status: session.status,
        is_over,
        seats_taken: session.seats_taken,
        capacity: session.capacity,
        fee: session.fee,
        usage,
    })
}

/// The schedule page, of a new session or one of the person's own.
///
/// # Errors
/// `SignInRequired`; `NotAllowed`; `NotFound` also for other people's sessions.
pub async fn sheet(ctx: &Ctx, id: Option<SessionId>) -> Result<ScheduleSheet, Failure> {
    ctx.require(Action::HostSessions)?;
    let (site, now) = (ctx.site(), ctx.app.clock.now());
    let (session, card) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let session = match id {
            Some(id) => Some(get_own(tx, ctx, id).await?),
            None => None,
        };
        Ok((session, rate::current(tx, site.id, now).await?))
    })?;
    let is_charged = site.features.is_on(Feature::PayPerUse);
    let prices = card.filter(|_| is_charged).map(|card| UsagePrices { rates: card.rates, tax: site.tax.clone() });
    let limits = limits(site, session.as_ref().map_or(0, |session| session.seats_taken));
    let form = session.as_ref().map_or_else(|| blank(ctx, limits.capacity_max, now), |session| filled(session, limits.fee_max.is_some()));
    let comes_twice = WallTime::parse(&form.starts_at).is_some_and(|wall| zones::comes_twice(wall, &form.time_zone));
    Ok(ScheduleSheet {
        id,
        draft: if id.is_none() { ctx.app.clock.token() } else { String::new() },
        form,
        limits,
        prices,
        fee_tax: site.tax.clone(),
        zones: zones::known_zones().iter().map(|zone| ZoneChoice { name: zone.name.clone(), offsets: zone.offsets.clone() }).collect(),
        status: session.as_ref().map(|session| session.status),
        comes_twice,
        when: session.map(|session| zones::when(session.starts_at, session.duration_minutes, &session.time_zone, now, ctx.lang())),
    })
}

/// A new session: tomorrow at ten in the site's zone, everything else a common choice.
fn blank(ctx: &Ctx, capacity_max: u32, now: Timestamp) -> ScheduleForm {
    let zone = &ctx.site().time_zone;
    let tomorrow = zones::today_range(now, zone).1;
    let starts_at = zones::wall(tomorrow, zone).map(|wall| WallTime { hour: 10, minute: 0, ..wall });
    ScheduleForm {
        starts_at: starts_at.map(|wall| wall.to_string()).unwrap_or_default(),
        time_zone: zone.clone(),
        duration_minutes: DURATION_DEFAULT.to_owned(),
        capacity: CAPACITY_DEFAULT.min(capacity_max).to_string(),
        require_registration: "on".to_owned(),
        audio: "none".to_owned(),
        listing: "all".to_owned(),
        ..ScheduleForm::default()
    }
}

/// The fields as saved; the fee only where there is a box for it.
pub fn filled(session: &Session, has_fee_box: bool) -> ScheduleForm {
    ScheduleForm {
        topic: session.topic.clone(),
        description: session.description.clone(),
        starts_at: session.starts_wall.clone(),
        time_zone: session.time_zone.clone(),
        duration_minutes: session.duration_minutes.to_string(),
        capacity: session.capacity.to_string(),
        fee: if has_fee_box && !session.fee.is_zero() { session.fee.plain() } else { String::new() },
        require_registration: if session.require_registration { "on".to_owned() } else { String::new() },
        expected_computers: session.expected_computers.to_string(),
        audio: session.audio.code().to_owned(),
        expected_teleconference: session.expected_teleconference.to_string(),
        listing: session.listing.code().to_owned(),
        version: session.version.to_string(),
    }
}

/// One session as saved, for programs.
///
/// # Errors
/// As [`get_own`].
pub async fn one(ctx: &Ctx, id: SessionId) -> Result<(Session, HostSession), Failure> {
    ctx.require(Action::HostSessions)?;
    let now = ctx.app.clock.now();
    read_tx!(ctx.app.db, |tx| -> Result<(Session, HostSession), Failure> {
        let session = get_own(tx, ctx, id).await?;
        let line = line(tx, ctx, &session, ctx.site().features.is_on(Feature::PayPerUse), now).await?;
        Ok((session, line))
    })
}
