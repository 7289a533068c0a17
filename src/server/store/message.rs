//! What is to be told to people, written in the transaction that decided it.

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{OrderId, SiteId},
    text::Lang,
    time::Timestamp,
};

statements! {
    /// A message, unless the same is queued already.
    ENSURE_MESSAGE = "INSERT INTO message (id, site_id, order_id, kind, dedupe, recipient, lang, state, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8) ON CONFLICT (dedupe) DO NOTHING";
}

/// A message about an order.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id.
    pub id: uuid::Uuid,
    /// Its tenant.
    pub site_id: SiteId,
    /// The order.
    pub order_id: OrderId,
    /// What it tells: `confirmation`, `money_returned`, `payment_needs_person`, or why money goes back
    /// ([`crate::domain::order::Unwanted::message_kind`]).
    pub kind: &'static str,
    /// What it is told once of: the order, a payment of it, a try at paying it.
    pub about: uuid::Uuid,
    /// To whom.
    pub recipient: String,
    /// In which language.
    pub lang: Lang,
}

/// Queues a message, once per kind and what it is about.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn ensure(tx: &mut Tx, new: &NewMessage, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(ENSURE_MESSAGE)
        .bind(new.id)
        .bind(new.site_id)
        .bind(new.order_id)
        .bind(new.kind)
        .bind(format!("{}:{}", new.kind, new.about))
        .bind(new.recipient.clone())
        .bind(new.lang.tag())
        .bind(now)
        .execute()
        .await?;
    Ok(())
}
