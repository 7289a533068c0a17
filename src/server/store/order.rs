//! Purchases. A state moves only from the version it was read at: zero rows means someone else was faster.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{AttemptId, DivisionId, OrderId, PaymentId, PersonId, SessionId, SiteId},
    money::{Currency, Money},
    order::{OrderKind, OrderState},
    text::Lang,
    time::Timestamp,
};

/// A purchase.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its id, used inside.
    pub id: OrderId,
    /// Its tenant.
    pub site_id: SiteId,
    /// A seat or minutes.
    pub kind: OrderKind,
    /// `test` or `live`.
    pub mode: String,
    /// The 128-bit secret of its address.
    pub link: String,
    /// The short code people read aloud; opens nothing.
    pub reference: String,
    /// What for.
    pub session_id: SessionId,
    /// The host who buys usage.
    pub person_id: Option<PersonId>,
    /// The division that pays.
    pub division_id: Option<DivisionId>,
    /// Who buys.
    pub buyer_name: String,
    /// Their address.
    pub buyer_email: String,
    /// The language they bought in.
    pub lang: Lang,
    /// Where it stands.
    pub state: OrderState,
    /// What paid it, also after that was returned.
    pub payment: Option<PaymentId>,
    /// How often the hold was extended by the buyer.
    pub extensions: i64,
    /// The quote last shown.
    pub quote_version: i64,
    /// What that quote asks.
    pub total: Money,
    /// Declined tries since the last pause.
    pub declines: i64,
    /// The class of the last decline, until a try succeeds.
    pub last_decline: Option<String>,
    /// No payment is tried before this instant.
    pub pause_until: Option<Timestamp>,
    /// Made when.
    pub created_at: Timestamp,
    /// Grows with each change.
    pub version: i64,
}

#[derive(FromRow)]
struct Row {
    id: OrderId,
    site_id: SiteId,
    kind: String,
    mode: String,
    link: String,
    reference: String,
    session_id: SessionId,
    person_id: Option<PersonId>,
    division_id: Option<DivisionId>,
    buyer_name: String,
    buyer_email: String,
    lang: String,
    state: String,
    hold_until: Option<Timestamp>,
    attempt_id: Option<AttemptId>,
    payment_id: Option<PaymentId>,
    closed_at: Option<Timestamp>,
    extensions: i64,
    quote_version: i64,
    total_minor: i64,
    currency: String,
    declines: i64,
    last_decline: Option<String>,
    pause_until: Option<Timestamp>,
    created_at: Timestamp,
    version: i64,
}

impl TryFrom<Row> for Order {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let unreadable = || StoreError::Corrupt(format!("order {} in state {}", row.id, row.state));
        let state = match row.state.as_str() {
            "held" => OrderState::Held { until: row.hold_until.ok_or_else(unreadable)? },
            "paying" => OrderState::Paying { attempt: row.attempt_id.ok_or_else(unreadable)? },
            "paid" => OrderState::Paid { payment: row.payment_id.ok_or_else(unreadable)? },
            "expired" => OrderState::Expired { at: row.closed_at.ok_or_else(unreadable)? },
            "cancelled" => OrderState::Cancelled { at: row.closed_at.ok_or_else(unreadable)? },
            "refunded" => OrderState::Refunded { at: row.closed_at.ok_or_else(unreadable)? },
            _ => return Err(unreadable()),
        };
        let currency: Currency = row.currency.parse().map_err(|_| unreadable())?;
        Ok(Self {
            kind: OrderKind::from_code(&row.kind).ok_or_else(unreadable)?,
            total: Money::from_minor(row.total_minor, currency),
            lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            state,
            payment: row.payment_id,
            id: row.id,
            site_id: row.site_id,
            mode: row.mode,
            link: row.link,
            reference: row.reference,
            session_id: row.session_id,
            person_id: row.person_id,
            division_id: row.division_id,
            buyer_name: row.buyer_name,
            buyer_email: row.buyer_email,
            extensions: row.extensions,
            quote_version: row.quote_version,
            declines: row.declines,
            last_decline: row.last_decline,
            pause_until: row.pause_until,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

macro_rules! order_columns {
    () => {
        "SELECT id, site_id, kind, mode, link, reference, session_id, person_id, division_id, buyer_name, buyer_email, lang, state, \
         hold_until, attempt_id, payment_id, closed_at, extensions, quote_version, total_minor, currency, declines, last_decline, \
         pause_until, created_at, version FROM orders "
    };
}

statements! {
    /// By the secret in its address.
    ORDER_BY_LINK = concat!(order_columns!(), "WHERE site_id = $1 AND link = $2");
    /// By id.
    ORDER_BY_ID = concat!(order_columns!(), "WHERE id = $1");
    /// The live or paid usage order of a session.
    ORDER_OF_USAGE = concat!(order_columns!(), "WHERE session_id = $1 AND kind = 'usage' AND state IN ('held', 'paying', 'paid')");
    /// A new purchase, held.
    INSERT_ORDER = "INSERT INTO orders (id, site_id, kind, mode, link, reference, session_id, person_id, division_id, buyer_name, \
        buyer_email, lang, state, hold_until, extensions, quote_version, total_minor, currency, declines, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'held', $13, 0, 1, $14, $15, 0, 1, $16, $16)";
    /// The next state, if nobody was faster.
    MOVE_ORDER = "UPDATE orders SET state = $3, hold_until = $4, attempt_id = $5, payment_id = COALESCE($6, payment_id), \
        closed_at = $7, version = version + 1, updated_at = $8 WHERE id = $1 AND version = $2";
    /// Something that belongs to it changed, if nobody was faster.
    TOUCH_ORDER = "UPDATE orders SET version = version + 1, updated_at = $3 WHERE id = $1 AND version = $2";
    /// A new quote became the one shown, if nobody was faster.
    REQUOTE_ORDER = "UPDATE orders SET quote_version = $3, total_minor = $4, version = version + 1, updated_at = $5 \
        WHERE id = $1 AND version = $2 AND state = 'held'";
    /// The buyer accepted the terms.
    ACCEPT_TERMS = "UPDATE orders SET terms_version = $2, terms_at = $3 WHERE id = $1";
    /// A try was declined.
    NOTE_DECLINE = "UPDATE orders SET declines = $2, last_decline = $3, pause_until = $4 WHERE id = $1";
    /// The buyer used an extension.
    NOTE_EXTENSION = "UPDATE orders SET extensions = extensions + 1 WHERE id = $1";
    /// Holds that have ended.
    ENDED_HOLDS = "SELECT id FROM orders WHERE state = 'held' AND kind = 'fee' AND hold_until <= $1 ORDER BY hold_until LIMIT $2";
}

/// What a new purchase is made of.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// Its id.
    pub id: OrderId,
    /// Its tenant.
    pub site_id: SiteId,
    /// A seat or minutes.
    pub kind: OrderKind,
    /// `test` or `live`.
    pub mode: &'static str,
    /// The 128-bit secret of its address.
    pub link: String,
    /// The short code people read aloud.
    pub reference: String,
    /// What for.
    pub session_id: SessionId,
    /// The host who buys usage.
    pub person_id: Option<PersonId>,
    /// The division that pays.
    pub division_id: Option<DivisionId>,
    /// Who buys.
    pub buyer_name: String,
    /// Their address.
    pub buyer_email: String,
    /// The language they buy in.
    pub lang: Lang,
    /// Until when seats are kept, or the quote is good.
    pub hold_until: Timestamp,
    /// What the first quote asks.
    pub total: Money,
    /// Now.
    pub now: Timestamp,
}

/// # Errors
/// `StoreError` when the database fails, or a usage order of the session lives already.
pub async fn insert(tx: &mut Tx, order: &NewOrder) -> Result<(), StoreError> {
    tx.sql(INSERT_ORDER)
        .bind(order.id)
        .bind(order.site_id)
        .bind(order.kind.code())
        .bind(order.mode)
        .bind(order.link.clone())
        .bind(order.reference.clone())
        .bind(order.session_id)
        .bind(order.person_id)
        .bind(order.division_id)
        .bind(order.buyer_name.clone())
        .bind(order.buyer_email.clone())
        .bind(order.lang.tag())
        .bind(order.hold_until)
        .bind(order.total.minor())
        .bind(order.total.currency().code())
        .bind(order.now)
        .execute()
        .await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_link(tx: &mut Tx, site: SiteId, link: &str) -> Result<Option<Order>, StoreError> {
    tx.sql(ORDER_BY_LINK).bind(site).bind(link.to_owned()).optional::<Row>().await?.map(Order::try_from).transpose()
}

/// # Errors
/// `StoreError::Missing` when there is no such order.
pub async fn get(tx: &mut Tx, id: OrderId) -> Result<Order, StoreError> {
    tx.sql(ORDER_BY_ID).bind(id).one::<Row>().await?.try_into()
}

/// The usage order of a session that is open or paid.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_usage(tx: &mut Tx, session: SessionId) -> Result<Option<Order>, StoreError> {
    tx.sql(ORDER_OF_USAGE).bind(session).optional::<Row>().await?.map(Order::try_from).transpose()
}

/// Moves an order from the version it was read at to `next`. `false` when someone else moved it first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn move_to(tx: &mut Tx, order: &Order, next: &OrderState, now: Timestamp) -> Result<bool, StoreError> {
    let (hold_until, attempt, payment, closed_at) = match next {
        OrderState::Held { until } => (Some(*until), None, None, None),
        OrderState::Paying { attempt } => (None, Some(*attempt), None, None),
        OrderState::Paid { payment } => (None, None, Some(*payment), None),
        OrderState::Expired { at } | OrderState::Cancelled { at } | OrderState::Refunded { at } => (None, None, None, Some(*at)),
    };
    let rows = tx
        .sql(MOVE_ORDER)
        .bind(order.id)
        .bind(order.version)
        .bind(next.code())
        .bind(hold_until)
        .bind(attempt)
        .bind(payment)
        .bind(closed_at)
        .bind(now)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Moves an order's version on, because something that belongs to it changed. `false` when someone else was faster.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn touch(tx: &mut Tx, order: &Order, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx.sql(TOUCH_ORDER).bind(order.id).bind(order.version).bind(now).execute().await?;
    Ok(rows == 1)
}

/// Makes quote `version` the one shown. `false` when the order is no longer held, or someone else changed it first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn requote(tx: &mut Tx, order: &Order, version: i64, total: Money, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx.sql(REQUOTE_ORDER).bind(order.id).bind(order.version).bind(version).bind(total.minor()).bind(now).execute().await?;
    Ok(rows == 1)
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn accept_terms(tx: &mut Tx, id: OrderId, terms_version: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(ACCEPT_TERMS).bind(id).bind(terms_version.to_owned()).bind(now).execute().await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn note_decline(tx: &mut Tx, id: OrderId, declines: i64, class: &str, pause_until: Option<Timestamp>) -> Result<(), StoreError> {
    tx.sql(NOTE_DECLINE).bind(id).bind(declines).bind(class.to_owned()).bind(pause_until).execute().await?;
    Ok(())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn note_extension(tx: &mut Tx, id: OrderId) -> Result<(), StoreError> {
    tx.sql(NOTE_EXTENSION).bind(id).execute().await?;
    Ok(())
}

/// Up to `limit` fee orders whose hold has ended, oldest first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn ended_holds(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<OrderId>, StoreError> {
    let rows: Vec<(OrderId,)> = tx.sql(ENDED_HOLDS).bind(now).bind(limit).all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
