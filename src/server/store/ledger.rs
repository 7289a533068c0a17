//! The books. Postings are only ever added, and only balanced ones can be made (`domain/ledger.rs`).

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{OrderId, PaymentId, RefundId, SiteId},
    ledger::Posting,
    time::Timestamp,
};

statements! {
    /// The head of a posting.
    INSERT_POSTING = "INSERT INTO ledger_posting (id, site_id, order_id, payment_id, refund_id, kind, mode, posted_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// What kind of posting booked a payment.
    KIND_OF_PAYMENT = "SELECT kind FROM ledger_posting WHERE payment_id = $1";
    /// One line of it.
    INSERT_ENTRY = "INSERT INTO ledger_entry (posting_id, line, account, amount_minor, currency) VALUES ($1, $2, $3, $4, $5)";
}

/// What a posting is about.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its id.
    pub id: uuid::Uuid,
    /// Whose books.
    pub site_id: SiteId,
    /// Which purchase.
    pub order_id: OrderId,
    /// Which payment; or, for money going back, `None` and a refund.
    pub payment_id: Option<PaymentId>,
    /// Which refund.
    pub refund_id: Option<RefundId>,
    /// `fee_captured`, `usage_captured`, `unwanted_captured`, `unwanted_returned` or `refunded`.
    pub kind: &'static str,
    /// `test` or `live`.
    pub mode: String,
    /// Now.
    pub now: Timestamp,
}

/// Adds a posting to the books.
///
/// # Errors
/// `StoreError` when the database fails, or the payment or refund was posted already.
pub async fn post(tx: &mut Tx, head: &Head, posting: &Posting) -> Result<(), StoreError> {
    tx.sql(INSERT_POSTING)
        .bind(head.id)
        .bind(head.site_id)
        .bind(head.order_id)
        .bind(head.payment_id)
        .bind(head.refund_id)
        .bind(head.kind)
        .bind(head.mode.clone())
        .bind(head.now)
        .execute()
        .await?;
    for (line, entry) in posting.entries().iter().enumerate() {
        tx.sql(INSERT_ENTRY)
            .bind(head.id)
            .bind(i64::try_from(line).unwrap_or(i64::MAX))
            .bind(entry.account.code())
            .bind(entry.amount.minor())
            .bind(entry.amount.currency().code())
            .execute()
            .await?;
    }
    Ok(())
}

/// What kind of posting booked a payment, if one did.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn kind_of_payment(tx: &mut Tx, payment: PaymentId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = tx.sql(KIND_OF_PAYMENT).bind(payment).optional().await?;
    Ok(row.map(|(kind,)| kind))
}
