//! The built-in room: the one gate of every start, the one gate of every join, and who is inside.

pub mod views;

use uuid::Uuid;

use crate::domain::{form::Refusal, ids::SessionId, role::Action, session::SessionStatus, time::Timestamp};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{schedule, usage},
    store::{
        db::Tx,
        room::{self, Presence, Ticket, Visitor},
        session::{self, Session},
    },
};
use crate::{read_tx, write_tx};

/// Whoever was not heard of for this long has left.
const LAPSE_SECONDS: i64 = 60;
/// Longest secret that is looked at: all of ours are shorter.
const SECRET_LENGTH_MAX: usize = 64;

/// Starts a session: opens its room. The page, the API and any other door come through here. Starting what runs already just
/// opens the same room, so two devices start once.
///
/// # Errors
/// `UsageUnpaid` (402) until its usage is paid; `CannotStart` (409) when it is over or cancelled; `NotFound`, `SignInRequired`,
/// `NotAllowed`.
pub async fn start(ctx: &Ctx, id: SessionId) -> Result<(), Failure> {
    ctx.require(Action::HostSessions)?;
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let session = schedule::get_own(tx, ctx, id).await?;
        match session.status {
            SessionStatus::Live => return Ok(()),
            SessionStatus::Ended | SessionStatus::Cancelled => return Err(Refusal::CannotStart.into()),
            SessionStatus::Draft | SessionStatus::Scheduled => {}
        }
        if session.ends_at <= now {
            return Err(Refusal::CannotStart.into());
        }
        usage::require_covered(tx, ctx, id, now).await?;
        if room::open(tx, id, now).await? {
            schedule::trail(tx, ctx, "session.started", id, Some(session.status.code().to_owned()), Some("live".to_owned())).await?;
        }
        Ok(())
    })
}

/// Ends a session: closes its room and sends everyone out. Ending what has ended changes nothing.
///
/// # Errors
/// `CannotStart` (409) for what never started; `NotFound`, `SignInRequired`, `NotAllowed`.
pub async fn end(ctx: &Ctx, id: SessionId) -> Result<(), Failure> {
    ctx.require(Action::HostSessions)?;
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let session = schedule::get_own(tx, ctx, id).await?;
        match session.status {
            SessionStatus::Ended => return Ok(()),
            SessionStatus::Draft | SessionStatus::Scheduled | SessionStatus::Cancelled => return Err(Refusal::CannotStart.into()),
            SessionStatus::Live => {}
        }
        if room::close(tx, id, now).await? {
            schedule::trail(tx, ctx, "session.ended", id, Some("live".to_owned()), Some("ended".to_owned())).await?;
        }
        Ok(())
    })
}

/// The host looks into their room: notes that they are there while it is open, and answers who else is.
///
/// # Errors
/// `NotFound`, `SignInRequired`, `NotAllowed`.
pub async fn look_in(ctx: &Ctx, id: SessionId) -> Result<(Session, Vec<Presence>), Failure> {
    let person = ctx.require(Action::HostSessions)?;
    let (now, visit) = (ctx.app.clock.now(), ctx.app.clock.id::<Uuid>());
    write_tx!(ctx.app.db, |tx| -> Result<(Session, Vec<Presence>), Failure> {
        let session = schedule::get_own(tx, ctx, id).await?;
        let inside = inside(tx, &session, visit, Visitor::Person(person.id), &person.name, now).await?;
        Ok((session, inside))
    })
}

/// What a participant finds at the door.
#[derive(Clone, Debug)]
pub struct Admission {
    /// The session.
    pub session: Session,
    /// The participant's name.
    pub name: String,
    /// The code that opened the door.
    pub code: String,
    /// Who is inside, the participant too, while the room is open.
    pub inside: Vec<Presence>,
}

/// A participant comes to the door with their registration id; the secret of their order's address serves as well. The order is
/// looked at each time. While the room is open the visit is noted: calling again is the heartbeat.
///
/// # Errors
/// `NotFound` for an unknown secret; `FeeUnpaid` (402) while the order is not paid; `TooManyTries` (429) after ten misses in ten
/// minutes.
pub async fn join(ctx: &Ctx, secret: &str) -> Result<Admission, Failure> {
    let ticket = find_ticket(ctx, secret).await?;
    let code = admitted(&ticket).ok_or(Refusal::FeeUnpaid)?;
    let (now, visit) = (ctx.app.clock.now(), ctx.app.clock.id::<Uuid>());
    write_tx!(ctx.app.db, |tx| -> Result<Admission, Failure> {
        let session = session::find(tx, ctx.site().id, ticket.session_id).await?.ok_or(Failure::NotFound)?;
        let inside = inside(tx, &session, visit, Visitor::Participant(ticket.registration_id), &ticket.name, now).await?;
        Ok(Admission { session, name: ticket.name.clone(), code: code.clone(), inside })
    })
}

/// Where someone refused with `FeeUnpaid` pays: the secret of their order's address, which they hold already.
///
/// # Errors
/// As [`join`], but for `FeeUnpaid`.
pub async fn pay_link(ctx: &Ctx, secret: &str) -> Result<String, Failure> {
    Ok(find_ticket(ctx, secret).await?.order_link)
}

async fn find_ticket(ctx: &Ctx, secret: &str) -> Result<Ticket, Failure> {
    // Misses are counted under the secret tried, not under the door: a flood of guesses must not lock everyone out.
    let tried: String = secret.chars().take(SECRET_LENGTH_MAX).collect();
    ctx.app.limits.code(&tried, ctx.caller.ip)?;
    let found = read_tx!(ctx.app.db, |tx| -> Result<Option<Ticket>, Failure> { Ok(room::find_ticket(tx, ctx.site().id, &tried).await?) })?;
    match found {
        Some(ticket) => Ok(ticket),
        None => {
            ctx.app.limits.code_miss(&tried, ctx.caller.ip)?;
            Err(Failure::NotFound)
        }
    }
}

/// The code of a ticket whose order is paid and whose place was not given up.
fn admitted(ticket: &Ticket) -> Option<String> {
    let is_paid = ticket.order_state == "paid" && ticket.registration_state == "confirmed";
    ticket.code.clone().filter(|_| is_paid)
}

/// Notes the visitor and answers who is in, while the room is open; nobody otherwise.
async fn inside(tx: &mut Tx, session: &Session, visit: Uuid, who: Visitor, name: &str, now: Timestamp) -> Result<Vec<Presence>, Failure> {
    match session.status {
        SessionStatus::Live => {}
        SessionStatus::Draft | SessionStatus::Scheduled | SessionStatus::Ended | SessionStatus::Cancelled => return Ok(Vec::new()),
    }
    let since = now.plus_seconds(-LAPSE_SECONDS);
    room::visit(tx, visit, session.id, who, name, now, since).await?;
    Ok(room::present(tx, session.id, since).await?)
}
