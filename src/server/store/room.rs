//! The built-in room: when a session's doors open and close, and who is in it.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{OrderId, PersonId, RegistrationId, SessionId, SiteId},
    time::Timestamp,
};

/// Who is in the room: exactly one of a participant and a person of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visitor {
    /// A participant, by their registration.
    Participant(RegistrationId),
    /// A person of the site: the host.
    Person(PersonId),
}

/// Someone in the room.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Presence {
    /// Their name.
    pub name: String,
    /// The host or another person of the site.
    pub is_person: bool,
    /// Since when.
    pub joined_at: Timestamp,
    /// Last heard of.
    pub seen_at: Timestamp,
}

/// What the join gate asks of a registration.
#[derive(Clone, Debug, FromRow)]
pub struct Ticket {
    /// The registration.
    pub registration_id: RegistrationId,
    /// Its session.
    pub session_id: SessionId,
    /// The participant's name.
    pub name: String,
    /// `held`, `confirmed` or `released`.
    pub registration_state: String,
    /// The code that opens the door, once confirmed.
    pub code: Option<String>,
    /// The purchase.
    pub order_id: OrderId,
    /// The secret of the purchase's address.
    pub order_link: String,
    /// The purchase's state.
    pub order_state: String,
}

/// The columns of [`Ticket`], from `registration r` joined to its order `o`.
macro_rules! ticket_columns {
    () => {
        "SELECT r.id AS registration_id, r.session_id, r.name, r.state AS registration_state, r.code, o.id AS order_id, \
         o.link AS order_link, o.state AS order_state FROM registration r JOIN orders o ON o.id = r.order_id "
    };
}

statements! {
    /// Opens the room, once.
    OPEN_ROOM = "UPDATE session SET status = 'live', opened_at = $2, version = version + 1, updated_at = $2 \
        WHERE id = $1 AND status IN ('draft', 'scheduled')";
    /// Closes the room, once.
    CLOSE_ROOM = "UPDATE session SET status = 'ended', closed_at = $2, version = version + 1, updated_at = $2 \
        WHERE id = $1 AND status = 'live'";
    /// Everyone still in the room leaves.
    CLOSE_VISITS = "UPDATE room_visit SET left_at = $2 WHERE session_id = $1 AND left_at IS NULL";
    /// A visitor heard of again, if their visit has not lapsed.
    TOUCH_PARTICIPANT = "UPDATE room_visit SET seen_at = $3 WHERE session_id = $1 AND registration_id = $2 AND left_at IS NULL AND seen_at >= $4";
    /// A person heard of again, if their visit has not lapsed.
    TOUCH_PERSON = "UPDATE room_visit SET seen_at = $3 WHERE session_id = $1 AND person_id = $2 AND left_at IS NULL AND seen_at >= $4";
    /// A lapsed visit ended when the visitor was last heard of.
    LAPSE_PARTICIPANT = "UPDATE room_visit SET left_at = seen_at WHERE session_id = $1 AND registration_id = $2 AND left_at IS NULL";
    /// A lapsed visit of a person.
    LAPSE_PERSON = "UPDATE room_visit SET left_at = seen_at WHERE session_id = $1 AND person_id = $2 AND left_at IS NULL";
    /// A new visit.
    INSERT_VISIT = "INSERT INTO room_visit (id, session_id, registration_id, person_id, name, joined_at, seen_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $6)";
    /// Who is in the room: heard of since `$2` and not gone.
    PRESENT = "SELECT name, person_id IS NOT NULL AS is_person, joined_at, seen_at FROM room_visit \
        WHERE session_id = $1 AND left_at IS NULL AND seen_at >= $2 ORDER BY joined_at, id LIMIT 1000";
    /// A ticket by its code.
    TICKET_BY_CODE = concat!(ticket_columns!(), "WHERE r.site_id = $1 AND r.code = $2");
    /// A ticket by the secret of its order's address.
    TICKET_BY_LINK = concat!(ticket_columns!(), "WHERE r.site_id = $1 AND o.link = $2");
}

/// Opens the room. `false` when it is open, over or cancelled.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn open(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.sql(OPEN_ROOM).bind(session).bind(now).execute().await? == 1)
}

/// Closes the room and sends everyone out. `false` when it was not open.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn close(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<bool, StoreError> {
    let closed = tx.sql(CLOSE_ROOM).bind(session).bind(now).execute().await? == 1;
    if closed {
        tx.sql(CLOSE_VISITS).bind(session).bind(now).execute().await?;
    }
    Ok(closed)
}

/// Notes that someone is in the room: goes on with their visit if they were heard of since `lapse`, else begins a new one.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn visit(
    tx: &mut Tx,
    id: uuid::Uuid,
    session: SessionId,
    who: Visitor,
    name: &str,
    now: Timestamp,
    lapse: Timestamp,
) -> Result<(), StoreError> {
    let (touch, end, participant, person) = match who {
        Visitor::Participant(registration) => (TOUCH_PARTICIPANT, LAPSE_PARTICIPANT, Some(registration), None),
        Visitor::Person(person) => (TOUCH_PERSON, LAPSE_PERSON, None, Some(person)),
    };
    let key = participant.map(|r| r.0).or(person.map(|p| p.0));
    if tx.sql(touch).bind(session).bind(key).bind(now).bind(lapse).execute().await? > 0 {
        return Ok(());
    }
    tx.sql(end).bind(session).bind(key).execute().await?;
    tx.sql(INSERT_VISIT).bind(id).bind(session).bind(participant).bind(person).bind(name.to_owned()).bind(now).execute().await?;
    Ok(())
}

/// Who is in the room: heard of since `since`.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn present(tx: &mut Tx, session: SessionId, since: Timestamp) -> Result<Vec<Presence>, StoreError> {
    tx.sql(PRESENT).bind(session).bind(since).all().await
}

/// What is known of whoever shows `secret` on this site: a registration's code, or the secret of the order's address, which
/// whoever has not paid yet holds.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_ticket(tx: &mut Tx, site: SiteId, secret: &str) -> Result<Option<Ticket>, StoreError> {
    let by_code = tx.sql(TICKET_BY_CODE).bind(site).bind(secret.to_owned()).optional().await?;
    if by_code.is_some() {
        return Ok(by_code);
    }
    tx.sql(TICKET_BY_LINK).bind(site).bind(secret.to_owned()).optional().await
}
