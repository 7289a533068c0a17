//! Tries at paying. The row is committed before a processor is called, so that no crash can forget a charge.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    card::Funding,
    card_kinds::CardKinds,
    ids::{AttemptId, OrderId, ProcessorConfigId},
    money::{Currency, Money},
    payment::AttemptState,
    time::Timestamp,
};

/// A try at paying.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// Of which order.
    pub order_id: OrderId,
    /// The key of the submitted form: the same key is the same try.
    pub key: String,
    /// What was asked under that key, without card data.
    pub fingerprint: String,
    /// Our reference at the processor, at most 12 letters and digits.
    pub our_ref: String,
    /// Which kind of processor was asked.
    pub processor: String,
    /// With which configuration.
    pub config: Option<ProcessorConfigId>,
    /// What was asked for.
    pub amount: Money,
    /// Where it stands.
    pub state: AttemptState,
    /// Why it was declined, as a class.
    pub decline_class: Option<String>,
    /// The processor's own words, or what is in doubt, for operators.
    pub detail: Option<String>,
    /// The card's brand, as the processor reports it.
    pub brand: Option<String>,
    /// The card's last four digits.
    pub last4: Option<String>,
    /// The card's funding, as the processor reports it.
    pub funding: Option<Funding>,
    /// Which kinds of cards the site took when it was asked.
    pub kinds: CardKinds,
    /// How often the processor was inquired of.
    pub inquiries: i64,
    /// When it was made.
    pub asked_at: Timestamp,
    /// What the buyer has to do or did outside, when the processor said so.
    pub waiting: Option<Waiting>,
}

impl Attempt {
    /// The kind of the card whose money was taken although the site does not take it, and goes back.
    pub fn returned_kind(&self) -> Option<Funding> {
        self.funding.filter(|funding| self.state == AttemptState::Captured && !self.kinds.takes(Some(*funding)))
    }
}

/// A payment that the buyer approves on a page of the processor's, or makes by transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The processor's reference of what was started.
    pub started: String,
    /// The page; none for a transfer.
    pub url: Option<String>,
    /// Until when we wait.
    pub until: Timestamp,
}

/// What `ATTEMPT_WAITS` writes; any other remark at an open attempt is a doubt.
const WAITS: &str = "waiting for the buyer";

impl Attempt {
    /// It waits for its buyer and nothing else: nothing has come to light since that would leave in doubt whether they paid.
    pub fn waits_for_buyer(&self) -> bool {
        self.waiting.is_some() && !self.state.is_final() && self.detail.as_deref() == Some(WAITS)
    }
}

#[derive(FromRow)]
struct Row {
    id: AttemptId,
    order_id: OrderId,
    key: String,
    fingerprint: String,
    our_ref: String,
    processor: String,
    processor_config_id: Option<ProcessorConfigId>,
    amount_minor: i64,
    currency: String,
    state: String,
    decline_class: Option<String>,
    detail: Option<String>,
    brand: Option<String>,
    last4: Option<String>,
    funding: Option<String>,
    card_kinds: String,
    inquiries: i64,
    asked_at: Timestamp,
    started: Option<String>,
    next_url: Option<String>,
    customer_until: Option<Timestamp>,
}

impl TryFrom<Row> for Attempt {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unreadable = || StoreError::Corrupt(format!("attempt {}", row.id));
        let currency: Currency = row.currency.parse().map_err(|_| unreadable())?;
        Ok(Self {
            amount: Money::from_minor(row.amount_minor, currency),
            state: AttemptState::from_code(&row.state).ok_or_else(unreadable)?,
            id: row.id,
            order_id: row.order_id,
            key: row.key,
            fingerprint: row.fingerprint,
            our_ref: row.our_ref,
            processor: row.processor,
            config: row.processor_config_id,
            decline_class: row.decline_class,
            detail: row.detail,
            brand: row.brand,
            last4: row.last4,
            funding: row.funding.as_deref().map(|code| Funding::from_code(code).ok_or_else(unreadable)).transpose()?,
            kinds: CardKinds::from_code(&row.card_kinds).ok_or_else(unreadable)?,
            inquiries: row.inquiries,
            asked_at: row.asked_at,
            waiting: row.started.zip(row.customer_until).map(|(started, until)| Waiting { started, url: row.next_url, until }),
        })
    }
}

macro_rules! attempt_columns {
    () => {
        "SELECT id, order_id, key, fingerprint, our_ref, processor, processor_config_id, amount_minor, currency, state, decline_class, \
         detail, brand, last4, funding, card_kinds, inquiries, asked_at, started, next_url, customer_until FROM attempt "
    };
}

statements! {
    /// A try, about to be made.
    INSERT_ATTEMPT = "INSERT INTO attempt (id, order_id, key, fingerprint, our_ref, processor, processor_config_id, method, amount_minor, \
        currency, state, inquiries, asked_at, card_kinds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'prepared', 0, $11, $12)";
    /// By the key of the submitted form.
    ATTEMPT_BY_KEY = concat!(attempt_columns!(), "WHERE key = $1");
    /// By id.
    ATTEMPT_BY_ID = concat!(attempt_columns!(), "WHERE id = $1");
    /// An order's tries, the last first.
    ATTEMPTS_OF_ORDER = concat!(attempt_columns!(), "WHERE order_id = $1 ORDER BY asked_at DESC, id DESC");
    /// What became of it, unless that is known already.
    SETTLE_ATTEMPT = "UPDATE attempt SET state = $2, decline_class = $3, detail = $4, brand = $5, last4 = $6, settled_at = $7, funding = $8 \
        WHERE id = $1 AND state IN ('prepared', 'unknown', 'needs_person')";
    /// By our reference at the processor.
    ATTEMPT_BY_REF = concat!(attempt_columns!(), "WHERE our_ref = $1");
    /// By the processor's reference of what was started.
    ATTEMPT_BY_STARTED = concat!(attempt_columns!(), "WHERE processor = $1 AND started = $2");
    /// By the processor's reference of the money that moved.
    ATTEMPT_BY_PAYMENT = concat!(attempt_columns!(), "WHERE id = (SELECT attempt_id FROM payment WHERE processor = $1 AND reference = $2)");
    /// The buyer has to act first.
    ATTEMPT_WAITS = "UPDATE attempt SET state = 'unknown', detail = 'waiting for the buyer', started = $2, next_url = $3, \
        customer_until = COALESCE(customer_until, $4) WHERE id = $1 AND state IN ('prepared', 'unknown')";
    /// Money moved after all.
    CAPTURE_LATE = "UPDATE attempt SET state = 'captured', detail = 'captured late', brand = $2, last4 = $3, settled_at = $4, funding = $5 \
        WHERE id = $1 AND state IN ('declined', 'not_sent')";
    /// The answer is in doubt.
    DOUBT_ATTEMPT = "UPDATE attempt SET state = $2, detail = $3 WHERE id = $1 AND state IN ('prepared', 'unknown')";
    /// One more inquiry.
    COUNT_INQUIRY = "UPDATE attempt SET inquiries = inquiries + 1 WHERE id = $1";
}

/// What a new try is made of.
#[derive(Clone, Debug)]
pub struct NewAttempt {
    /// Its id.
    pub id: AttemptId,
    /// Of which order.
    pub order_id: OrderId,
    /// The submitted form's key.
    pub key: String,
    /// What is asked under that key, without card data.
    pub fingerprint: String,
    /// Our reference at the processor.
    pub our_ref: String,
    /// Which kind of processor.
    pub processor: &'static str,
    /// With which configuration.
    pub config: Option<ProcessorConfigId>,
    /// The buyer's choice.
    pub method: &'static str,
    /// What is asked for.
    pub amount: Money,
    /// Which kinds of cards the site takes.
    pub kinds: CardKinds,
    /// Now.
    pub now: Timestamp,
}

/// # Errors
/// `StoreError` when the database fails, the key exists, or another try of the order is open.
pub async fn insert(tx: &mut Tx, new: &NewAttempt) -> Result<(), StoreError> {
    tx.sql(INSERT_ATTEMPT)
        .bind(new.id)
        .bind(new.order_id)
        .bind(new.key.clone())
        .bind(new.fingerprint.clone())
        .bind(new.our_ref.clone())
        .bind(new.processor)
        .bind(new.config)
        .bind(new.method)
        .bind(new.amount.minor())
        .bind(new.amount.currency().code())
        .bind(new.now)
        .bind(new.kinds.code())
        .execute()
        .await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_key(tx: &mut Tx, key: &str) -> Result<Option<Attempt>, StoreError> {
    tx.sql(ATTEMPT_BY_KEY).bind(key.to_owned()).optional::<Row>().await?.map(Attempt::try_from).transpose()
}

/// # Errors
/// `StoreError::Missing` when there is no such try.
pub async fn get(tx: &mut Tx, id: AttemptId) -> Result<Attempt, StoreError> {
    tx.sql(ATTEMPT_BY_ID).bind(id).one::<Row>().await?.try_into()
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find(tx: &mut Tx, id: AttemptId) -> Result<Option<Attempt>, StoreError> {
    tx.sql(ATTEMPT_BY_ID).bind(id).optional::<Row>().await?.map(Attempt::try_from).transpose()
}

/// An order's tries, the last first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn of_order(tx: &mut Tx, order: OrderId) -> Result<Vec<Attempt>, StoreError> {
    tx.sql(ATTEMPTS_OF_ORDER).bind(order).all::<Row>().await?.into_iter().map(Attempt::try_from).collect()
}

/// A site's try by our reference at the processor.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_ref(tx: &mut Tx, our_ref: &str) -> Result<Option<Attempt>, StoreError> {
    tx.sql(ATTEMPT_BY_REF).bind(our_ref.to_owned()).optional::<Row>().await?.map(Attempt::try_from).transpose()
}

/// A try by the processor's reference of what was started.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_started(tx: &mut Tx, processor: &str, started: &str) -> Result<Option<Attempt>, StoreError> {
    let row = tx.sql(ATTEMPT_BY_STARTED).bind(processor.to_owned()).bind(started.to_owned()).optional::<Row>().await?;
    row.map(Attempt::try_from).transpose()
}

/// The try that a payment came from, by the processor's reference of the money.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_payment(tx: &mut Tx, processor: &str, reference: &str) -> Result<Option<Attempt>, StoreError> {
    let row = tx.sql(ATTEMPT_BY_PAYMENT).bind(processor.to_owned()).bind(reference.to_owned()).optional::<Row>().await?;
    row.map(Attempt::try_from).transpose()
}

/// Writes down that the buyer has to act first. The end of the wait stays as first set.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn wait_for_buyer(tx: &mut Tx, id: AttemptId, waiting: &Waiting) -> Result<(), StoreError> {
    let Waiting { started, url, until } = waiting.clone();
    tx.sql(ATTEMPT_WAITS).bind(id).bind(started).bind(url).bind(until).execute().await?;
    Ok(())
}

/// How a try ended.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// The class of a decline.
    pub decline_class: Option<&'static str>,
    /// The processor's own words, for operators.
    pub detail: Option<String>,
    /// The card's brand.
    pub brand: Option<String>,
    /// The card's last four digits.
    pub last4: Option<String>,
    /// The card's funding.
    pub funding: Option<Funding>,
}

/// Writes down how a try ended. `false` when that was known already.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn settle(tx: &mut Tx, id: AttemptId, state: AttemptState, ending: &Ending, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx
        .sql(SETTLE_ATTEMPT)
        .bind(id)
        .bind(state.code())
        .bind(ending.decline_class)
        .bind(ending.detail.clone())
        .bind(ending.brand.clone())
        .bind(ending.last4.clone())
        .bind(now)
        .bind(ending.funding.map(Funding::code))
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Writes down that a try which had ended without money captured it after all. `false` when that was known already.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn capture_late(tx: &mut Tx, id: AttemptId, ending: &Ending, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx
        .sql(CAPTURE_LATE)
        .bind(id)
        .bind(ending.brand.clone())
        .bind(ending.last4.clone())
        .bind(now)
        .bind(ending.funding.map(Funding::code))
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Writes down that a try's ending is in doubt (`unknown`), or that a person must decide (`needs_person`). `false` when it had
/// ended, or a person is asked already: what they were told stays.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn doubt(tx: &mut Tx, id: AttemptId, state: AttemptState, detail: &str) -> Result<bool, StoreError> {
    let rows = tx.sql(DOUBT_ATTEMPT).bind(id).bind(state.code()).bind(detail.to_owned()).execute().await?;
    Ok(rows == 1)
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn count_inquiry(tx: &mut Tx, id: AttemptId) -> Result<(), StoreError> {
    tx.sql(COUNT_INQUIRY).bind(id).execute().await?;
    Ok(())
}
