//! Figures and the lists behind them. Money is added up from the ledger only; orders are found through their indexes.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{AttemptId, DivisionId, OrderId, RefundId, SessionId, SiteId},
    time::Timestamp,
};

/// What was booked to one account by one kind of posting.
#[derive(Clone, Debug, FromRow)]
pub struct Booked {
    /// `fee_captured`, `usage_captured`, `unwanted_captured`, `unwanted_returned` or `refunded`.
    pub kind: String,
    /// The account.
    pub account: String,
    /// Debit if positive.
    pub amount_minor: i64,
    /// The currency.
    pub currency: String,
    /// How many postings.
    pub postings: i64,
}

/// An order in a list.
#[derive(Clone, Debug, FromRow)]
pub struct OrderRow {
    /// Its id.
    pub id: OrderId,
    /// Its short code.
    pub reference: String,
    /// `fee` or `usage`.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// Who buys.
    pub buyer_name: String,
    /// What for.
    pub topic: String,
    /// What it asks.
    pub total_minor: i64,
    /// In which currency.
    pub currency: String,
    /// The code on it.
    pub promo_code: Option<String>,
    /// Made when.
    pub created_at: Timestamp,
}

/// Which orders to list.
#[derive(Clone, Debug)]
pub struct OrderQuery {
    /// The tenant.
    pub site: SiteId,
    /// `held`, …, `undecided` (money in question), or all.
    pub state: Option<String>,
    /// `fee`, `usage`, or both.
    pub kind: Option<String>,
    /// Made from here on.
    pub from: Timestamp,
    /// Made before this place: instant and id of the last row seen.
    pub before: (Timestamp, OrderId),
    /// A short code, name, address, promo code or processor's reference, exactly.
    pub search: Option<String>,
    /// How many.
    pub limit: i64,
}

/// A payment in question.
#[derive(Clone, Debug, FromRow)]
pub struct Undecided {
    /// The try.
    pub id: AttemptId,
    /// Its order.
    pub order_id: OrderId,
    /// The order's short code.
    pub reference: String,
    /// `prepared`, `unknown` or `needs_person`.
    pub state: String,
    /// How much.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// Since when.
    pub asked_at: Timestamp,
    /// 1 when a transfer is expected, else 0.
    pub transfer: i64,
}

/// A try at paying whose ending nobody knows.
#[derive(Clone, Debug, FromRow)]
pub struct AttemptInDoubt {
    /// The try.
    pub id: AttemptId,
    /// Its order.
    pub order_id: OrderId,
    /// The order's short code.
    pub reference: String,
    /// `prepared`, `unknown` or `needs_person`.
    pub state: String,
    /// How much.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// The processor.
    pub processor: String,
    /// Our reference there.
    pub our_ref: String,
    /// Since when.
    pub since: Timestamp,
    /// What was last heard.
    pub heard: String,
    /// How often it was inquired about.
    pub inquiries: i64,
    /// When it is looked at next.
    pub due: Option<Timestamp>,
}

/// A refund whose ending nobody knows.
#[derive(Clone, Debug, FromRow)]
pub struct RefundInDoubt {
    /// The refund.
    pub id: RefundId,
    /// Its order.
    pub order_id: OrderId,
    /// The order's short code.
    pub reference: String,
    /// `prepared`, `unknown`, `pending` or `needs_person`.
    pub state: String,
    /// How much.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// The processor.
    pub processor: String,
    /// Since when.
    pub since: Timestamp,
    /// What was last heard.
    pub heard: String,
    /// How often it was inquired about.
    pub inquiries: i64,
    /// When it is looked at next.
    pub due: Option<Timestamp>,
}

/// A try at paying, for an order's time line.
#[derive(Clone, Debug, FromRow)]
pub struct AttemptRow {
    /// `prepared`, `captured`, …
    pub state: String,
    /// The processor.
    pub processor: String,
    /// `card`, `offline`, …
    pub method: String,
    /// Our reference there.
    pub our_ref: String,
    /// The processor's reference of the money.
    pub reference: Option<String>,
    /// How much.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// Why it was declined.
    pub decline_class: Option<String>,
    /// The card's brand.
    pub brand: Option<String>,
    /// The card's last digits.
    pub last4: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

/// A message about an order.
#[derive(Clone, Debug, FromRow)]
pub struct MessageRow {
    /// What it tells.
    pub kind: String,
    /// `queued`, `sent` or `failed`.
    pub state: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A usage order of a division.
#[derive(Clone, Debug, FromRow)]
pub struct UsageRow {
    /// Its id.
    pub id: OrderId,
    /// Its short code.
    pub reference: String,
    /// The session.
    pub session_id: SessionId,
    /// What it is about.
    pub topic: String,
    /// Who runs it.
    pub host_name: String,
    /// What was booked to clearing.
    pub amount_minor: i64,
    /// In which currency.
    pub currency: String,
    /// When it was booked.
    pub posted_at: Timestamp,
}

statements! {
    /// What was booked in a span of time, by kind and account.
    BOOKED = "SELECT l.kind, e.account, CAST(SUM(e.amount_minor) AS BIGINT) AS amount_minor, e.currency, \
        COUNT(DISTINCT l.id) AS postings FROM ledger_posting l JOIN ledger_entry e ON e.posting_id = l.id \
        WHERE l.site_id = $1 AND l.mode = $2 AND l.posted_at >= $3 AND l.posted_at < $4 GROUP BY l.kind, e.account, e.currency";
    /// Orders, the latest first, from a place on.
    ORDERS_PAGE = "SELECT o.id, o.reference, o.kind, o.state, o.buyer_name, s.topic, o.total_minor, o.currency, q.promo_code, o.created_at \
        FROM orders o JOIN session s ON s.id = o.session_id LEFT JOIN quote q ON q.order_id = o.id AND q.version = o.quote_version \
        WHERE o.site_id = $1 AND o.created_at >= $2 AND (o.created_at, o.id) < ($3, $4) \
        AND (CAST($5 AS TEXT) IS NULL OR o.state = CAST($5 AS TEXT)) AND (CAST($6 AS TEXT) IS NULL OR o.kind = CAST($6 AS TEXT)) \
        ORDER BY o.created_at DESC, o.id DESC LIMIT $7";
    /// Orders that a search finds, the latest first, from a place on.
    ORDERS_FOUND = "SELECT o.id, o.reference, o.kind, o.state, o.buyer_name, s.topic, o.total_minor, o.currency, q.promo_code, o.created_at \
        FROM orders o JOIN session s ON s.id = o.session_id LEFT JOIN quote q ON q.order_id = o.id AND q.version = o.quote_version \
        WHERE o.site_id = $1 AND (o.created_at, o.id) < ($2, $3) AND (o.reference = UPPER($4) OR o.buyer_name = $4 \
        OR LOWER(o.buyer_email) = LOWER($4) OR q.promo_code = UPPER($4) \
        OR EXISTS (SELECT 1 FROM attempt a WHERE a.order_id = o.id AND a.our_ref = $4) \
        OR EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id AND p.reference = $4) \
        OR EXISTS (SELECT 1 FROM registration r WHERE r.order_id = o.id AND r.code = $4)) \
        ORDER BY o.created_at DESC, o.id DESC LIMIT $5";
    /// Orders with money in question, the latest first, from a place on.
    ORDERS_UNDECIDED = "SELECT o.id, o.reference, o.kind, o.state, o.buyer_name, s.topic, o.total_minor, o.currency, q.promo_code, o.created_at \
        FROM orders o JOIN session s ON s.id = o.session_id LEFT JOIN quote q ON q.order_id = o.id AND q.version = o.quote_version \
        WHERE o.site_id = $1 AND (o.created_at, o.id) < ($2, $3) \
        AND EXISTS (SELECT 1 FROM attempt a WHERE a.order_id = o.id AND a.state IN ('unknown', 'needs_person')) \
        ORDER BY o.created_at DESC, o.id DESC LIMIT $4";
    /// Payments in question, the oldest first, without those whose buyer is on the processor's page.
    UNDECIDED = "SELECT a.id, a.order_id, o.reference, a.state, a.amount_minor, a.currency, a.asked_at, \
        CAST(CASE WHEN a.state = 'unknown' AND a.customer_until IS NOT NULL AND a.next_url IS NULL THEN 1 ELSE 0 END AS BIGINT) AS transfer \
        FROM attempt a JOIN orders o ON o.id = a.order_id WHERE o.site_id = $1 AND (a.state = 'needs_person' \
        OR (a.state = 'unknown' AND (a.next_url IS NULL OR COALESCE(a.detail, '') <> 'waiting for the buyer'))) ORDER BY a.asked_at LIMIT 20";
    /// Payments that a person must decide.
    NEED_PERSON = "SELECT COUNT(*) FROM attempt a JOIN orders o ON o.id = a.order_id WHERE o.site_id = $1 AND a.state = 'needs_person'";
    /// Tries at paying whose ending nobody knows, the oldest first, without those that wait for their buyer or for a transfer.
    ATTEMPTS_IN_DOUBT = "SELECT a.id, a.order_id, o.reference, a.state, a.amount_minor, a.currency, a.processor, a.our_ref, a.asked_at AS since, \
        COALESCE(a.detail, '') AS heard, a.inquiries, (SELECT MIN(j.run_at) FROM job j WHERE j.subject = a.id AND j.state = 'ready' AND j.kind = 'inquire') AS due \
        FROM attempt a JOIN orders o ON o.id = a.order_id WHERE o.site_id = $1 AND (a.state = 'needs_person' \
        OR (a.state = 'prepared' AND a.asked_at < $2) \
        OR (a.state = 'unknown' AND COALESCE(a.detail, '') <> 'waiting for the buyer')) ORDER BY a.asked_at, a.id LIMIT 200";
    /// Refunds whose ending nobody knows, the oldest first.
    REFUNDS_IN_DOUBT = "SELECT r.id, p.order_id, o.reference, r.state, r.amount_minor, r.currency, p.processor, r.created_at AS since, \
        COALESCE(r.detail, '') AS heard, r.inquiries, (SELECT MIN(j.run_at) FROM job j WHERE j.subject = r.id AND j.state = 'ready' AND j.kind = 'refund') AS due \
        FROM refund r JOIN payment p ON p.id = r.payment_id JOIN orders o ON o.id = p.order_id WHERE o.site_id = $1 \
        AND (r.state IN ('unknown', 'pending', 'needs_person') OR (r.state = 'prepared' AND r.created_at < $2)) ORDER BY r.created_at, r.id LIMIT 200";
    /// Work that was given up.
    PARKED_JOBS = "SELECT COUNT(*) FROM job WHERE state = 'parked'";
    /// Usage orders that wait for their host's payment.
    USAGE_DUE = "SELECT COUNT(*) FROM orders WHERE site_id = $1 AND kind = 'usage' AND state = 'held'";
    /// Whether an order is the site's.
    ORDER_OF_SITE = "SELECT id FROM orders WHERE site_id = $1 AND id = $2";
    /// An order's tries, in order.
    ATTEMPTS_OF = "SELECT a.state, a.processor, a.method, a.our_ref, p.reference, a.amount_minor, a.currency, a.decline_class, a.brand, \
        a.last4, a.asked_at, a.settled_at FROM attempt a LEFT JOIN payment p ON p.attempt_id = a.id WHERE a.order_id = $1 ORDER BY a.asked_at, a.id";
    /// An order's messages, in order.
    MESSAGES_OF = "SELECT kind, state, created_at FROM message WHERE order_id = $1 ORDER BY created_at, id";
    /// Usage of a division as booked, the latest first; what was refunded is a line below zero.
    USAGE_OF_DIVISION = "SELECT o.id, o.reference, o.session_id, s.topic, h.name AS host_name, e.amount_minor, e.currency, l.posted_at \
        FROM orders o JOIN ledger_posting l ON l.order_id = o.id AND l.kind IN ('usage_captured', 'refunded') \
        JOIN ledger_entry e ON e.posting_id = l.id AND e.account = 'clearing' \
        JOIN session s ON s.id = o.session_id JOIN person h ON h.id = s.host_id \
        WHERE o.site_id = $1 AND o.division_id = $2 AND l.mode = $3 ORDER BY l.posted_at DESC, o.id DESC LIMIT 500";
    /// What a division spent in all, less what was refunded.
    SPENT_BY_DIVISION = "SELECT COALESCE(CAST(SUM(e.amount_minor) AS BIGINT), 0) AS spent FROM orders o \
        JOIN ledger_posting l ON l.order_id = o.id AND l.kind IN ('usage_captured', 'refunded') \
        JOIN ledger_entry e ON e.posting_id = l.id AND e.account = 'clearing' \
        WHERE o.site_id = $1 AND o.division_id = $2 AND l.mode = $3";
}

/// What was booked from `from` on and before `until`, by kind and account.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn booked(tx: &mut Tx, site: SiteId, mode: &str, (from, until): (Timestamp, Timestamp)) -> Result<Vec<Booked>, StoreError> {
    tx.sql(BOOKED).bind(site).bind(mode.to_owned()).bind(from).bind(until).all().await
}

/// Orders of a site, the latest first. A search looks at all of them, whatever the other filters.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn orders(tx: &mut Tx, query: &OrderQuery) -> Result<Vec<OrderRow>, StoreError> {
    let (at, id) = query.before;
    if let Some(search) = &query.search {
        return tx.sql(ORDERS_FOUND).bind(query.site).bind(at).bind(id).bind(search.clone()).bind(query.limit).all().await;
    }
    if query.state.as_deref() == Some("undecided") {
        return tx.sql(ORDERS_UNDECIDED).bind(query.site).bind(at).bind(id).bind(query.limit).all().await;
    }
    tx.sql(ORDERS_PAGE)
        .bind(query.site)
        .bind(query.from)
        .bind(at)
        .bind(id)
        .bind(query.state.clone())
        .bind(query.kind.clone())
        .bind(query.limit)
        .all()
        .await
}

/// Up to twenty payments in question, the oldest first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn undecided(tx: &mut Tx, site: SiteId) -> Result<Vec<Undecided>, StoreError> {
    tx.sql(UNDECIDED).bind(site).all().await
}

/// Payments of a site that a person must decide.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn need_person(tx: &mut Tx, site: SiteId) -> Result<i64, StoreError> {
    let (count,): (i64,) = tx.sql(NEED_PERSON).bind(site).one().await?;
    Ok(count)
}

/// Up to 200 tries at paying in doubt, the oldest first; those about to be sent count from `before`, when they should have been.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn attempts_in_doubt(tx: &mut Tx, site: SiteId, before: Timestamp) -> Result<Vec<AttemptInDoubt>, StoreError> {
    tx.sql(ATTEMPTS_IN_DOUBT).bind(site).bind(before).all().await
}

/// Up to 200 refunds in doubt, the oldest first; those about to be sent count from `before`, when they should have been.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn refunds_in_doubt(tx: &mut Tx, site: SiteId, before: Timestamp) -> Result<Vec<RefundInDoubt>, StoreError> {
    tx.sql(REFUNDS_IN_DOUBT).bind(site).bind(before).all().await
}

/// Jobs that were given up, of the whole installation.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn parked_jobs(tx: &mut Tx) -> Result<i64, StoreError> {
    let (count,): (i64,) = tx.sql(PARKED_JOBS).one().await?;
    Ok(count)
}

/// Usage orders that wait for their host's payment.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn usage_due(tx: &mut Tx, site: SiteId) -> Result<i64, StoreError> {
    let (count,): (i64,) = tx.sql(USAGE_DUE).bind(site).one().await?;
    Ok(count)
}

/// Whether an order exists and is the site's.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn has_order(tx: &mut Tx, site: SiteId, id: OrderId) -> Result<bool, StoreError> {
    let row: Option<(OrderId,)> = tx.sql(ORDER_OF_SITE).bind(site).bind(id).optional().await?;
    Ok(row.is_some())
}

/// An order's tries at paying, in order.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn attempts(tx: &mut Tx, order: OrderId) -> Result<Vec<AttemptRow>, StoreError> {
    tx.sql(ATTEMPTS_OF).bind(order).all().await
}

/// An order's messages, in order.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn messages(tx: &mut Tx, order: OrderId) -> Result<Vec<MessageRow>, StoreError> {
    tx.sql(MESSAGES_OF).bind(order).all().await
}

/// A division's paid usage, the latest first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn usage_of(tx: &mut Tx, site: SiteId, division: DivisionId, mode: &str) -> Result<Vec<UsageRow>, StoreError> {
    tx.sql(USAGE_OF_DIVISION).bind(site).bind(division).bind(mode.to_owned()).all().await
}

/// What a division spent on usage in all, in minor units of the site's currency.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn spent_by(tx: &mut Tx, site: SiteId, division: DivisionId, mode: &str) -> Result<i64, StoreError> {
    let (spent,): (i64,) = tx.sql(SPENT_BY_DIVISION).bind(site).bind(division).bind(mode.to_owned()).one().await?;
    Ok(spent)
}
