//! Money that moved. Rows are only ever added.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{AttemptId, OrderId, PaymentId},
    money::{Currency, Money},
    time::Timestamp,
};

/// A payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Of which order.
    pub order_id: OrderId,
    /// By which try.
    pub attempt_id: AttemptId,
    /// Which kind of processor.
    pub processor: String,
    /// The processor's reference.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// When we knew.
    pub captured_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    id: PaymentId,
    order_id: OrderId,
    attempt_id: AttemptId,
    processor: String,
    reference: String,
    amount_minor: i64,
    currency: String,
    captured_at: Timestamp,
}

statements! {
    /// Money moved; the same reference is the same money.
    INSERT_PAYMENT = "INSERT INTO payment (id, order_id, attempt_id, processor, reference, amount_minor, currency, captured_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// By id.
    PAYMENT = "SELECT id, order_id, attempt_id, processor, reference, amount_minor, currency, captured_at FROM payment WHERE id = $1";
    /// Of an order, in order.
    PAYMENTS_OF_ORDER = "SELECT id, order_id, attempt_id, processor, reference, amount_minor, currency, captured_at FROM payment \
        WHERE order_id = $1 ORDER BY captured_at, id";
}

/// # Errors
/// `StoreError` when the database fails, or that money is written down already.
pub async fn insert(tx: &mut Tx, payment: &Payment) -> Result<(), StoreError> {
    tx.sql(INSERT_PAYMENT)
        .bind(payment.id)
        .bind(payment.order_id)
        .bind(payment.attempt_id)
        .bind(payment.processor.clone())
        .bind(payment.reference.clone())
        .bind(payment.amount.minor())
        .bind(payment.amount.currency().code())
        .bind(payment.captured_at)
        .execute()
        .await?;
    Ok(())
}

/// # Errors
/// `StoreError::Missing` when there is no such payment.
pub async fn get(tx: &mut Tx, id: PaymentId) -> Result<Payment, StoreError> {
    tx.sql(PAYMENT).bind(id).one::<Row>().await?.try_into()
}

/// All payments of an order, in the order they came.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn of_order(tx: &mut Tx, order: OrderId) -> Result<Vec<Payment>, StoreError> {
    tx.sql(PAYMENTS_OF_ORDER).bind(order).all::<Row>().await?.into_iter().map(Payment::try_from).collect()
}

impl TryFrom<Row> for Payment {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let currency: Currency = row.currency.parse().map_err(|_| StoreError::Corrupt(format!("payment {}", row.id)))?;
        Ok(Self {
            amount: Money::from_minor(row.amount_minor, currency),
            id: row.id,
            order_id: row.order_id,
            attempt_id: row.attempt_id,
            processor: row.processor,
            reference: row.reference,
            captured_at: row.captured_at,
        })
    }
}
