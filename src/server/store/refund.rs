//! Money on its way back. A refund is written down before the processor is asked, like a try at paying.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{OrderId, PaymentId, PersonId, RefundId, SiteId},
    money::{Currency, Money},
    payment::DeclineClass,
    refund::{RefundReason, RefundState},
    time::Timestamp,
};

/// A refund.
#[derive(Clone, Debug, PartialEq)]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// The key of the submitted form, or of what caused it: the same key is the same refund.
    pub key: String,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: RefundReason,
    /// Why, in the words of whoever asked; may be empty.
    pub note: String,
    /// Who asked; nobody for what goes back by itself.
    pub asked_by: Option<PersonId>,
    /// Where it stands.
    pub state: RefundState,
    /// The processor's reference, once it is known.
    pub reference: Option<String>,
    /// Why it failed, as a class.
    pub decline_class: Option<DeclineClass>,
    /// The processor's own words, or what is in doubt, for operators.
    pub detail: Option<String>,
    /// Which of its keys at the processor is in use.
    pub round: i64,
    /// How often the processor was asked for it.
    pub tries: i64,
    /// How often the processor was asked what became of it.
    pub inquiries: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the processor was first asked for it.
    pub tried_at: Option<Timestamp>,
    /// When it ended.
    pub settled_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct Row {
    id: RefundId,
    payment_id: PaymentId,
    key: String,
    amount_minor: i64,
    currency: String,
    reason: String,
    note: String,
    asked_by: Option<PersonId>,
    state: String,
    reference: Option<String>,
    decline_class: Option<String>,
    detail: Option<String>,
    round: i64,
    tries: i64,
    inquiries: i64,
    created_at: Timestamp,
    tried_at: Option<Timestamp>,
    settled_at: Option<Timestamp>,
}

impl TryFrom<Row> for Refund {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unreadable = || StoreError::Corrupt(format!("refund {}", row.id));
        let currency: Currency = row.currency.parse().map_err(|_| unreadable())?;
        Ok(Self {
            amount: Money::from_minor(row.amount_minor, currency),
            state: RefundState::from_code(&row.state).ok_or_else(unreadable)?,
            reason: RefundReason::from_code(&row.reason).ok_or_else(unreadable)?,
            decline_class: row.decline_class.as_deref().and_then(DeclineClass::from_code),
            id: row.id,
            payment_id: row.payment_id,
            key: row.key,
            note: row.note,
            asked_by: row.asked_by,
            reference: row.reference,
            detail: row.detail,
            round: row.round,
            tries: row.tries,
            inquiries: row.inquiries,
            created_at: row.created_at,
            tried_at: row.tried_at,
            settled_at: row.settled_at,
        })
    }
}

macro_rules! refund_columns {
    () => {
        "SELECT r.id, r.payment_id, r.key, r.amount_minor, r.currency, r.reason, r.note, r.asked_by, r.state, r.reference, r.decline_class, \
         r.detail, r.round, r.tries, r.inquiries, r.created_at, r.tried_at, r.settled_at FROM refund r "
    };
}

statements! {
    /// A refund, about to be asked for.
    INSERT_REFUND = "INSERT INTO refund (id, payment_id, key, amount_minor, currency, reason, note, asked_by, state, round, tries, inquiries, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'prepared', 0, 0, 0, $9)";
    /// By id.
    REFUND_BY_ID = concat!(refund_columns!(), "WHERE r.id = $1");
    /// By key.
    REFUND_BY_KEY = concat!(refund_columns!(), "WHERE r.key = $1");
    /// All of an order's payments, in order.
    REFUNDS_OF_ORDER = concat!(refund_columns!(), "JOIN payment p ON p.id = r.payment_id WHERE p.order_id = $1 ORDER BY r.created_at, r.id");
    /// What is returned of a payment, or about to be: a failed refund frees its amount.
    CLAIMED = "SELECT COALESCE(CAST(SUM(amount_minor) AS BIGINT), 0) AS claimed FROM refund WHERE payment_id = $1 AND state <> 'failed'";
    /// What was returned of a payment.
    RETURNED = "SELECT COALESCE(CAST(SUM(amount_minor) AS BIGINT), 0) AS returned FROM refund WHERE payment_id = $1 AND state = 'done'";
    /// The processor is about to be asked: from here on money may have moved.
    TRY_REFUND = "UPDATE refund SET state = CASE WHEN state = 'prepared' THEN 'unknown' ELSE state END, tries = tries + 1, \
        tried_at = COALESCE(tried_at, $2) WHERE id = $1 AND tries = $3 AND state IN ('prepared', 'unknown', 'pending')";
    /// How it ended, unless that is known already.
    SETTLE_REFUND = "UPDATE refund SET state = $2, reference = $3, decline_class = $4, detail = $5, settled_at = $6 \
        WHERE id = $1 AND state IN ('prepared', 'unknown', 'pending', 'needs_person')";
    /// What is in doubt.
    DOUBT_REFUND = "UPDATE refund SET state = $2, detail = $3 WHERE id = $1 AND state IN ('prepared', 'unknown', 'pending')";
    /// Provably nothing moved in the try that `$3` counts, and no other try began since.
    REFUND_NOT_SENT = "UPDATE refund SET state = 'prepared', detail = $2, round = $4 WHERE id = $1 AND tries = $3 AND state = 'unknown'";
    /// One more inquiry.
    COUNT_REFUND_INQUIRY = "UPDATE refund SET inquiries = inquiries + 1 WHERE id = $1";
    /// Refunds of an attempt's money that are not settled.
    OPEN_REFUNDS_OF_ATTEMPT = "SELECT r.id FROM refund r JOIN payment p ON p.id = r.payment_id \
        WHERE p.attempt_id = $1 AND r.state IN ('prepared', 'unknown', 'pending')";
    /// One of a site's orders' refunds: its order.
    ORDER_OF_REFUND = "SELECT o.id FROM refund r JOIN payment p ON p.id = r.payment_id JOIN orders o ON o.id = p.order_id \
        WHERE o.site_id = $1 AND r.id = $2";
}

/// What a new refund is made of.
#[derive(Clone, Debug)]
pub struct NewRefund {
    /// Its id.
    pub id: RefundId,
    /// Of which payment.
    pub payment_id: PaymentId,
    /// The same key is the same refund.
    pub key: String,
    /// How much; above zero.
    pub amount: Money,
    /// Why.
    pub reason: RefundReason,
    /// Why, in words; may be empty.
    pub note: String,
    /// Who asked.
    pub asked_by: Option<PersonId>,
    /// Now.
    pub now: Timestamp,
}

/// # Errors
/// `StoreError` when the database fails or the key exists.
pub async fn insert(tx: &mut Tx, new: &NewRefund) -> Result<(), StoreError> {
    tx.sql(INSERT_REFUND)
        .bind(new.id)
        .bind(new.payment_id)
        .bind(new.key.clone())
        .bind(new.amount.minor())
        .bind(new.amount.currency().code())
        .bind(new.reason.code())
        .bind(new.note.clone())
        .bind(new.asked_by)
        .bind(new.now)
        .execute()
        .await?;
    Ok(())
}

/// # Errors
/// `StoreError::Missing` when there is none.
pub async fn get(tx: &mut Tx, id: RefundId) -> Result<Refund, StoreError> {
    tx.sql(REFUND_BY_ID).bind(id).one::<Row>().await?.try_into()
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<Refund>, StoreError> {
    tx.sql(REFUND_BY_KEY).bind(key.to_owned()).optional::<Row>().await?.map(Refund::try_from).transpose()
}

/// The refunds of all payments of an order, in the order they were asked for.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn of_order(tx: &mut Tx, order: OrderId) -> Result<Vec<Refund>, StoreError> {
    tx.sql(REFUNDS_OF_ORDER).bind(order).all::<Row>().await?.into_iter().map(Refund::try_from).collect()
}

/// What is returned of a payment or on its way, in the payment's smallest units; failed refunds do not count.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn claimed(tx: &mut Tx, payment: PaymentId) -> Result<i64, StoreError> {
    let (claimed,): (i64,) = tx.sql(CLAIMED).bind(payment).one().await?;
    Ok(claimed)
}

/// What was returned of a payment, in its smallest units.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn returned(tx: &mut Tx, payment: PaymentId) -> Result<i64, StoreError> {
    let (returned,): (i64,) = tx.sql(RETURNED).bind(payment).one().await?;
    Ok(returned)
}

/// Writes down that the processor is about to be asked. `false` when another try began or ended since the refund was read.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn begin_try(tx: &mut Tx, refund: &Refund, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx.sql(TRY_REFUND).bind(refund.id).bind(now).bind(refund.tries).execute().await?;
    Ok(rows == 1)
}

/// How a refund ended.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// The processor's reference.
    pub reference: Option<String>,
    /// The class of a no.
    pub decline_class: Option<DeclineClass>,
    /// The processor's own words, for operators.
    pub detail: Option<String>,
}

/// Writes down how a refund ended: `Done` or `Failed`. `false` when that was known already.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn settle(tx: &mut Tx, id: RefundId, state: RefundState, ending: &Ending, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx
        .sql(SETTLE_REFUND)
        .bind(id)
        .bind(state.code())
        .bind(ending.reference.clone())
        .bind(ending.decline_class.map(DeclineClass::code))
        .bind(ending.detail.clone())
        .bind(now)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Writes down that an open refund's ending is in doubt (`Unknown`), awaited (`Pending`), or for a person to find out.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn doubt(tx: &mut Tx, id: RefundId, state: RefundState, detail: &str) -> Result<(), StoreError> {
    tx.sql(DOUBT_REFUND).bind(id).bind(state.code()).bind(detail.to_owned()).execute().await?;
    Ok(())
}

/// Writes down that nothing moved in the try counted `tries`, the first that could have; the next uses the keys of `round`. Changes
/// nothing when another try began since.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn not_sent(tx: &mut Tx, id: RefundId, detail: &str, tries: i64, round: i64) -> Result<(), StoreError> {
    tx.sql(REFUND_NOT_SENT).bind(id).bind(detail.to_owned()).bind(tries).bind(round).execute().await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn count_inquiry(tx: &mut Tx, id: RefundId) -> Result<(), StoreError> {
    tx.sql(COUNT_REFUND_INQUIRY).bind(id).execute().await?;
    Ok(())
}

/// Refunds of the money of an attempt that a processor may still say something about.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn open_of_attempt(tx: &mut Tx, attempt: crate::domain::ids::AttemptId) -> Result<Vec<RefundId>, StoreError> {
    let rows: Vec<(RefundId,)> = tx.sql(OPEN_REFUNDS_OF_ATTEMPT).bind(attempt).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The order of a refund, if it is one of the site's.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_order(tx: &mut Tx, site: SiteId, id: RefundId) -> Result<Option<OrderId>, StoreError> {
    let row: Option<(OrderId,)> = tx.sql(ORDER_OF_REFUND).bind(site).bind(id).optional().await?;
    Ok(row.map(|(id,)| id))
}
