//! The one place where limited goods are claimed: seats and promo uses.
//!
//! A claim is one conditional `UPDATE` on a counter plus a unique row; whoever gets no row back has lost the race. Holds count as
//! taken. What was given up can be claimed again, by money that came late, as long as it would be sold to anyone. A release flips the claim's own row first, so that giving back twice gives back once. Claims are made in one order
//! (seats, then promo) in every flow, so that two transactions never wait for each other in a circle.

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{OrderId, PromoId, SessionId},
    time::Timestamp,
};

statements! {
    /// Takes `$2` seats if that many are left and the session is still sold; no row means it lost.
    TAKE_SEATS = "UPDATE session SET seats_taken = seats_taken + $2 WHERE id = $1 AND seats_taken + $2 <= capacity \
        AND status IN ('scheduled', 'live') AND ends_at > $3 RETURNING seats_taken";
    /// The claim's own row.
    INSERT_SEATS = "INSERT INTO seat_claim (order_id, session_id, seats, state) VALUES ($1, $2, $3, 'held')";
    /// Gives a claim's seats up, once.
    RELEASE_SEATS = "UPDATE seat_claim SET state = 'released' WHERE order_id = $1 AND state <> 'released' RETURNING session_id, seats";
    /// Returns seats to the counter.
    RETURN_SEATS = "UPDATE session SET seats_taken = seats_taken - $2 WHERE id = $1";
    /// Sold for good.
    CONFIRM_SEATS = "UPDATE seat_claim SET state = 'final' WHERE order_id = $1 AND state = 'held'";
    /// Takes one use of a code if one is left; no row means it lost.
    TAKE_USE = "UPDATE promo SET uses_taken = uses_taken + 1 WHERE id = $1 AND status = 'active' \
        AND (uses_max IS NULL OR uses_taken < uses_max) RETURNING uses_taken";
    /// The use's own row; an order has one at most.
    UPSERT_USE = "INSERT INTO promo_use (order_id, promo_id, email_key, state) VALUES ($1, $2, $3, 'held') \
        ON CONFLICT (order_id) DO UPDATE SET promo_id = $2, email_key = $3, state = 'held' WHERE promo_use.state = 'released' RETURNING promo_id";
    /// Gives an order's use up, once.
    RELEASE_USE = "UPDATE promo_use SET state = 'released' WHERE order_id = $1 AND state <> 'released' RETURNING promo_id";
    /// Returns a use to the counter.
    RETURN_USE = "UPDATE promo SET uses_taken = uses_taken - 1 WHERE id = $1";
    /// Used for good.
    CONFIRM_USE = "UPDATE promo_use SET state = 'final' WHERE order_id = $1 AND state = 'held'";
    /// What a claim that was given up had.
    RELEASED_SEATS = "SELECT session_id, seats FROM seat_claim WHERE order_id = $1 AND state = 'released'";
    /// Claims them again, once.
    RECLAIM_SEATS = "UPDATE seat_claim SET state = 'held' WHERE order_id = $1 AND state = 'released' RETURNING seats";
    /// Whose use of a code was given up, and how many one person may have.
    RELEASED_USE = "SELECT u.email_key, p.uses_per_person_max FROM promo_use u JOIN promo p ON p.id = u.promo_id \
        WHERE u.order_id = $1 AND u.promo_id = $2 AND u.state = 'released'";
    /// Live uses of a code by one person, other than this order's.
    USES_BY_PERSON = "SELECT COUNT(*) FROM promo_use WHERE promo_id = $1 AND email_key = $2 AND state <> 'released' AND order_id <> $3";
}

/// Takes `seats` for an order whose row exists. `false` means sold out (or no longer sold).
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn claim_seats(tx: &mut Tx, order: OrderId, session: SessionId, seats: i64, now: Timestamp) -> Result<bool, StoreError> {
    let taken: Option<(i64,)> = tx.sql(TAKE_SEATS).bind(session).bind(seats).bind(now).optional().await?;
    if taken.is_none() {
        return Ok(false);
    }
    tx.sql(INSERT_SEATS).bind(order).bind(session).bind(seats).execute().await?;
    Ok(true)
}

/// Takes one use of a code for an order that has none. `false` means used up (or paused meanwhile).
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn claim_promo_use(tx: &mut Tx, order: OrderId, promo: PromoId, email_key: &str) -> Result<bool, StoreError> {
    let taken: Option<(i64,)> = tx.sql(TAKE_USE).bind(promo).optional().await?;
    if taken.is_none() {
        return Ok(false);
    }
    let row: Option<(PromoId,)> = tx.sql(UPSERT_USE).bind(order).bind(promo).bind(email_key.to_owned()).optional().await?;
    if row.is_none() {
        return Err(StoreError::Corrupt(format!("order {order} holds a promo use already")));
    }
    Ok(true)
}

/// Gives an order's promo use back, if it has one. Safe to repeat.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn release_promo_use(tx: &mut Tx, order: OrderId) -> Result<(), StoreError> {
    let released: Option<(PromoId,)> = tx.sql(RELEASE_USE).bind(order).optional().await?;
    if let Some((promo,)) = released {
        tx.sql(RETURN_USE).bind(promo).execute().await?;
    }
    Ok(())
}

/// Gives everything an order claimed back. Safe to repeat.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn release_all(tx: &mut Tx, order: OrderId) -> Result<(), StoreError> {
    let released: Option<(SessionId, i64)> = tx.sql(RELEASE_SEATS).bind(order).optional().await?;
    if let Some((session, seats)) = released {
        tx.sql(RETURN_SEATS).bind(session).bind(seats).execute().await?;
    }
    release_promo_use(tx, order).await
}

/// Takes the seats again that an order gave up. `false` means that they are sold out or no longer sold; nothing was taken then.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn reclaim_seats(tx: &mut Tx, order: OrderId, now: Timestamp) -> Result<bool, StoreError> {
    let released: Option<(SessionId, i64)> = tx.sql(RELEASED_SEATS).bind(order).optional().await?;
    let Some((session, seats)) = released else { return Ok(false) };
    let taken: Option<(i64,)> = tx.sql(TAKE_SEATS).bind(session).bind(seats).bind(now).optional().await?;
    if taken.is_none() {
        return Ok(false);
    }
    let row: Option<(i64,)> = tx.sql(RECLAIM_SEATS).bind(order).optional().await?;
    if row.is_none() {
        return Err(StoreError::Corrupt(format!("order {order} holds its seats already")));
    }
    Ok(true)
}

/// Takes the use of a code again that an order gave up, within the limits of all and of one person. `false` means that there is
/// none left; nothing was taken then.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn reclaim_promo_use(tx: &mut Tx, order: OrderId, promo: PromoId) -> Result<bool, StoreError> {
    let released: Option<(String, Option<i64>)> = tx.sql(RELEASED_USE).bind(order).bind(promo).optional().await?;
    let Some((email_key, per_person_max)) = released else { return Ok(false) };
    if let Some(max) = per_person_max
        && uses_by_person(tx, promo, &email_key, order).await? >= max
    {
        return Ok(false);
    }
    claim_promo_use(tx, order, promo, &email_key).await
}

/// Makes everything an order claimed final.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn confirm_all(tx: &mut Tx, order: OrderId) -> Result<(), StoreError> {
    tx.sql(CONFIRM_SEATS).bind(order).execute().await?;
    tx.sql(CONFIRM_USE).bind(order).execute().await?;
    Ok(())
}

/// Live uses of a code by one person in other orders.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn uses_by_person(tx: &mut Tx, promo: PromoId, email_key: &str, except: OrderId) -> Result<i64, StoreError> {
    let (count,): (i64,) = tx.sql(USES_BY_PERSON).bind(promo).bind(email_key.to_owned()).bind(except).one().await?;
    Ok(count)
}
