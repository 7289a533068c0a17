//! Participants' places in sessions.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{OrderId, RegistrationId, SessionId, SiteId},
    time::Timestamp,
};

/// A participant's place.
#[derive(Clone, Debug, FromRow)]
pub struct Registration {
    /// Its id.
    pub id: RegistrationId,
    /// For which session.
    pub session_id: SessionId,
    /// Bought by which order.
    pub order_id: OrderId,
    /// The participant's name.
    pub name: String,
    /// Their address as typed.
    pub email: String,
    /// `held`, `confirmed` or `released`.
    pub state: String,
    /// The unguessable registration id, once confirmed.
    pub code: Option<String>,
}

statements! {
    /// A place set aside.
    INSERT_REGISTRATION = "INSERT INTO registration (id, site_id, session_id, order_id, name, email, email_key, answers, state, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'held', $9)";
    /// The live place of a person in a session, with the address of its order.
    LIVE_REGISTRATION = "SELECT o.link, r.state FROM registration r JOIN orders o ON o.id = r.order_id \
        WHERE r.session_id = $1 AND r.email_key = $2 AND r.state <> 'released'";
    /// An order's place.
    REGISTRATION_OF_ORDER = "SELECT id, session_id, order_id, name, email, state, code FROM registration WHERE order_id = $1";
    /// A place by its registration id.
    REGISTRATION_BY_CODE = "SELECT id, session_id, order_id, name, email, state, code FROM registration WHERE site_id = $1 AND code = $2";
    /// Paid: the place gets its registration id.
    CONFIRM_REGISTRATION = "UPDATE registration SET state = 'confirmed', code = COALESCE(code, $2) WHERE order_id = $1 AND state = 'held'";
    /// Given up: the registration id opens nothing any more.
    RELEASE_REGISTRATION = "UPDATE registration SET state = 'released', code = NULL WHERE order_id = $1 AND state <> 'released'";
    /// Claimed again, unless the person has another live place in the session.
    RECLAIM_REGISTRATION = "UPDATE registration SET state = 'held' WHERE order_id = $1 AND state = 'released' \
        AND NOT EXISTS (SELECT 1 FROM registration o WHERE o.session_id = registration.session_id \
        AND o.email_key = registration.email_key AND o.state <> 'released') RETURNING id";
}

/// What a new place is made of.
#[derive(Clone, Debug)]
pub struct NewRegistration {
    /// Its id.
    pub id: RegistrationId,
    /// Its tenant.
    pub site_id: SiteId,
    /// For which session.
    pub session_id: SessionId,
    /// Bought by which order.
    pub order_id: OrderId,
    /// The participant's name.
    pub name: String,
    /// Their address as typed.
    pub email: String,
    /// The form that is unique per person.
    pub email_key: String,
    /// Answers to the session's questions, JSON by question id.
    pub answers: String,
    /// Now.
    pub now: Timestamp,
}

/// # Errors
/// `StoreError` when the database fails, or the person has a live place in the session.
pub async fn insert(tx: &mut Tx, new: &NewRegistration) -> Result<(), StoreError> {
    tx.sql(INSERT_REGISTRATION)
        .bind(new.id)
        .bind(new.site_id)
        .bind(new.session_id)
        .bind(new.order_id)
        .bind(new.name.clone())
        .bind(new.email.clone())
        .bind(new.email_key.clone())
        .bind(new.answers.clone())
        .bind(new.now)
        .execute()
        .await?;
    Ok(())
}

/// The order address and state of a person's live place in a session.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_live(tx: &mut Tx, session: SessionId, email_key: &str) -> Result<Option<(String, String)>, StoreError> {
    tx.sql(LIVE_REGISTRATION).bind(session).bind(email_key.to_owned()).optional().await
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find_of_order(tx: &mut Tx, order: OrderId) -> Result<Option<Registration>, StoreError> {
    tx.sql(REGISTRATION_OF_ORDER).bind(order).optional().await
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_code(tx: &mut Tx, site: SiteId, code: &str) -> Result<Option<Registration>, StoreError> {
    tx.sql(REGISTRATION_BY_CODE).bind(site).bind(code.to_owned()).optional().await
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn confirm(tx: &mut Tx, order: OrderId, code: &str) -> Result<(), StoreError> {
    tx.sql(CONFIRM_REGISTRATION).bind(order).bind(code.to_owned()).execute().await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn release(tx: &mut Tx, order: OrderId) -> Result<(), StoreError> {
    tx.sql(RELEASE_REGISTRATION).bind(order).execute().await?;
    Ok(())
}

/// Holds a place again that was given up. `false` when the person has another place in the session meanwhile.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn reclaim(tx: &mut Tx, order: OrderId) -> Result<bool, StoreError> {
    let row: Option<(RegistrationId,)> = tx.sql(RECLAIM_REGISTRATION).bind(order).optional().await?;
    Ok(row.is_some())
}
