//! What the room shows its host, and the door its participants.

use crate::api::host::{Attendee, JoinAnswer, JoinSheet, RoomSheet};
use crate::domain::{form::Refusal, ids::SessionId, session::SessionStatus};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{room::Presence, session::Session},
    zones,
};

use super::{Admission, join as admit, look_in, pay_link};

/// The room of one of the person's own sessions.
///
/// # Errors
/// As [`look_in`].
pub async fn room(ctx: &Ctx, id: SessionId) -> Result<RoomSheet, Failure> {
    let (session, inside) = look_in(ctx, id).await?;
    let now = ctx.app.clock.now();
    let open_seconds = session.opened_at.map_or(0, |opened| opened.seconds_until(now));
    Ok(RoomSheet {
        id,
        topic: session.topic.clone(),
        language: session.lang.clone(),
        when: zones::when(session.starts_at, session.duration_minutes, &session.time_zone, now, ctx.lang()),
        status: session.status,
        live_since: session.opened_at.map(|at| zones::instant_text(at, &session.time_zone, ctx.lang())),
        live_minutes: u64::try_from(open_seconds).unwrap_or(0) / 60,
        attendees: attendees(ctx, &session, &inside),
        expected: session.expected_computers,
    })
}

/// A participant's way in, or where they pay.
///
/// # Errors
/// As [`super::join`], but for `FeeUnpaid`, which is an answer.
pub async fn join(ctx: &Ctx, secret: &str) -> Result<JoinAnswer, Failure> {
    let Admission { session, name, inside, .. } = match admit(ctx, secret).await {
        Ok(admission) => admission,
        Err(Failure::Refused(Refusal::FeeUnpaid)) => return Ok(JoinAnswer::Unpaid { order: pay_link(ctx, secret).await? }),
        Err(failure) => return Err(failure),
    };
    let now = ctx.app.clock.now();
    let is_over = match session.status {
        SessionStatus::Ended | SessionStatus::Cancelled => true,
        SessionStatus::Live => false,
        SessionStatus::Draft | SessionStatus::Scheduled => session.ends_at <= now,
    };
    Ok(JoinAnswer::Sheet(Box::new(JoinSheet {
        topic: session.topic.clone(),
        language: session.lang.clone(),
        when: zones::when(session.starts_at, session.duration_minutes, &session.time_zone, now, ctx.lang()),
        name,
        host: session.host_name.clone(),
        status: session.status,
        is_over,
        attendees: attendees(ctx, &session, &inside),
    })))
}

fn attendees(ctx: &Ctx, session: &Session, inside: &[Presence]) -> Vec<Attendee> {
    inside
        .iter()
        .map(|one| Attendee {
            name: one.name.clone(),
            is_host: one.is_person,
            since: zones::instant_text(one.joined_at, &session.time_zone, ctx.lang()),
        })
        .collect()
}
