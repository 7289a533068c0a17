//! The trail: who did what, before, after, from where. Rows are only ever added.

use super::db::{StoreError, Tx};
use crate::domain::{ids::SiteId, time::Timestamp};

statements! {
    /// One line of the trail.
    INSERT_AUDIT = "INSERT INTO audit (id, site_id, at, actor, action, subject, before, after, origin) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
}

/// One line of the trail. `before` and `after` hold states and settings, never personal data or secrets.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Whose trail; `None` for what concerns the whole installation.
    pub site: Option<SiteId>,
    /// A person's id, `buyer`, `system` or a processor's name.
    pub actor: String,
    /// What was done: `order.paid`, `feature.provisioned`.
    pub action: &'static str,
    /// To what.
    pub subject: uuid::Uuid,
    /// What it was.
    pub before: Option<String>,
    /// What it became.
    pub after: Option<String>,
    /// From which address.
    pub origin: Option<String>,
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn write(tx: &mut Tx, id: uuid::Uuid, line: &Line, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(INSERT_AUDIT)
        .bind(id)
        .bind(line.site)
        .bind(now)
        .bind(line.actor.clone())
        .bind(line.action)
        .bind(line.subject)
        .bind(line.before.clone())
        .bind(line.after.clone())
        .bind(line.origin.clone())
        .execute()
        .await?;
    Ok(())
}
