//! What one person says of money in doubt, until another agrees or it is withdrawn.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{OrderId, PersonId, ProposalId, SiteId},
    time::Timestamp,
};

/// A person's word that waits for another's.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// About which order.
    pub order_id: OrderId,
    /// About which attempt or refund of it.
    pub subject: uuid::Uuid,
    /// The money moved, they say.
    pub moved: bool,
    /// The processor's or bank's reference; empty when nothing moved.
    pub reference: String,
    /// Who says so.
    pub proposed_by: PersonId,
    /// Their name.
    pub name: String,
    /// Since when.
    pub proposed_at: Timestamp,
}

statements! {
    /// A person's word.
    INSERT_PROPOSAL = "INSERT INTO proposal (id, site_id, order_id, subject, moved, reference, proposed_by, proposed_at, state) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open')";
    /// Those of an order that wait.
    OPEN_PROPOSALS = "SELECT x.id, x.order_id, x.subject, x.moved, x.reference, x.proposed_by, p.name, x.proposed_at \
        FROM proposal x JOIN person p ON p.id = x.proposed_by WHERE x.site_id = $1 AND x.order_id = $2 AND x.state = 'open' ORDER BY x.proposed_at";
    /// What became of it, if it still waits.
    DECIDE_PROPOSAL = "UPDATE proposal SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'open'";
}

/// # Errors
/// `StoreError` when the database fails, or something about the same subject waits already.
pub async fn insert(tx: &mut Tx, site: SiteId, new: &Proposal) -> Result<(), StoreError> {
    tx.sql(INSERT_PROPOSAL)
        .bind(new.id)
        .bind(site)
        .bind(new.order_id)
        .bind(new.subject)
        .bind(new.moved)
        .bind(new.reference.clone())
        .bind(new.proposed_by)
        .bind(new.proposed_at)
        .execute()
        .await?;
    Ok(())
}

/// What waits about an order of a site, the oldest first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn open_of_order(tx: &mut Tx, site: SiteId, order: OrderId) -> Result<Vec<Proposal>, StoreError> {
    tx.sql(OPEN_PROPOSALS).bind(site).bind(order).all().await
}

/// Writes down that it was `confirmed` or `withdrawn`. `false` when that was known already.
///
/// # Errors
/// `StoreError` when the database fails, or who proposed it confirms it.
pub async fn decide(tx: &mut Tx, id: ProposalId, state: &'static str, by: PersonId, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx.sql(DECIDE_PROPOSAL).bind(id).bind(state).bind(by).bind(now).execute().await?;
    Ok(rows == 1)
}
