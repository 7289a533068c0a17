//! Orders: a page of them, and one with its time line.

use super::{PAGE, refunds, words};
use crate::api::admin::{Awaited, OrderEvent, OrderFilter, OrderLine, OrderSheet, OrdersPage};
use crate::domain::{
    ids::{OrderId, SiteId},
    money::{Currency, Money},
    order::{OrderKind, OrderState},
    role::Action,
    time::Timestamp,
};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{offline::Question, two_persons},
    store::{
        attempt::{self, Attempt},
        db::Tx,
        order,
        proposal::Proposal,
        quote,
        report::{self, AttemptRow, MessageRow, OrderQuery, OrderRow},
        session,
        site_admin::{self, AuditLine},
    },
    zones,
};

/// Longest text looked for.
const SEARCH_MAX: usize = 120;

/// Every order of a site.
pub(super) fn everything(site: SiteId, now: Timestamp) -> OrderQuery {
    // A minute ahead, so that an order made in this very instant is in.
    let before = (now.plus_seconds(60), OrderId(uuid::Uuid::max()));
    OrderQuery { site, state: None, kind: None, from: Timestamp(i64::MIN), before, search: None, limit: PAGE + 1 }
}

/// Reads a place in a list: `microseconds_id`.
pub(super) fn read_place(text: &str) -> Option<(Timestamp, uuid::Uuid)> {
    let (at, id) = text.split_once('_')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

/// Cuts a page that was read one row too long; answers where the next begins.
pub(super) fn cut<T>(rows: &mut Vec<T>, place: impl Fn(&T) -> (Timestamp, uuid::Uuid)) -> Option<String> {
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    if rows.len() <= page {
        return None;
    }
    rows.truncate(page);
    rows.last().map(place).map(|(at, id)| format!("{}_{id}", at.0))
}

/// A page of orders, the latest first.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn orders(ctx: &Ctx, filter: &OrderFilter) -> Result<OrdersPage, Failure> {
    ctx.require(Action::Administer)?;
    let filter = understood(filter);
    let now = ctx.app.clock.now();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let all = everything(ctx.site().id, now);
    let query = OrderQuery {
        state: some(&filter.state),
        kind: some(&filter.kind),
        search: some(&filter.search),
        from: if filter.day == "today" { zones::today_range(now, &ctx.site().time_zone).0 } else { all.from },
        before: read_place(&filter.before).map_or(all.before, |(at, id)| (at, OrderId(id))),
        ..all
    };
    let mut rows = read_tx!(ctx.app.db, |tx| -> Result<Vec<OrderRow>, Failure> { Ok(report::orders(tx, &query).await?) })?;
    let next = cut(&mut rows, |row| (row.created_at, row.id.0));
    Ok(OrdersPage { filter, rows: rows.into_iter().map(|row| line(ctx, row)).collect::<Result<_, _>>()?, next })
}

/// The filter with what it cannot mean left out; today unless something else was asked.
fn understood(filter: &OrderFilter) -> OrderFilter {
    const STATES: [&str; 7] = ["held", "paying", "paid", "expired", "cancelled", "refunded", "undecided"];
    let search: String = filter.search.trim().chars().filter(|c| !c.is_control()).take(SEARCH_MAX).collect();
    let one_of = |text: &str, known: &[&str]| known.iter().find(|k| **k == text).map(|k| (*k).to_owned()).unwrap_or_default();
    let day = if filter.day == "all" || !search.is_empty() { "all" } else { "today" };
    OrderFilter {
        day: day.to_owned(),
        state: one_of(&filter.state, &STATES),
        kind: one_of(&filter.kind, &["fee", "usage"]),
        search,
        before: filter.before.clone(),
    }
}

pub(super) fn line(ctx: &Ctx, row: OrderRow) -> Result<OrderLine, Failure> {
    let unreadable = || Failure::corrupt(format!("order {}", row.id));
    let currency: Currency = row.currency.parse().map_err(|_| unreadable())?;
    Ok(OrderLine {
        kind: OrderKind::from_code(&row.kind).ok_or_else(unreadable)?,
        id: row.id,
        reference: row.reference,
        state: row.state,
        buyer: row.buyer_name,
        topic: row.topic,
        total: Money::from_minor(row.total_minor, currency),
        promo_code: row.promo_code,
        at: words(ctx, row.created_at),
    })
}

/// One of the site's orders with everything that happened to it. Its secret link is not in it.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`, also for another site's.
pub async fn order(ctx: &Ctx, id: OrderId) -> Result<OrderSheet, Failure> {
    ctx.require(Action::Administer)?;
    let site = ctx.site().id;
    let (order, quote, session, trail, attempts, messages, awaited, refunds) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        if !report::has_order(tx, site, id).await? {
            return Err(Failure::NotFound);
        }
        let order = order::get(tx, id).await?;
        let quote = quote::get(tx, id, order.quote_version).await?;
        let session = session::find(tx, site, order.session_id).await?.ok_or(Failure::NotFound)?;
        let trail = site_admin::audit_of(tx, site, id.0).await?;
        let open = match order.state {
            OrderState::Paying { attempt } => Some(attempt::get(tx, attempt).await?),
            OrderState::Held { .. }
            | OrderState::Paid { .. }
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Refunded { .. } => None,
        };
        let proposals = refunds::proposals(tx, ctx, id).await?;
        let awaited = match open {
            Some(attempt) => awaited(tx, ctx, attempt, &proposals).await?,
            None => None,
        };
        let refunds = refunds::of_order(tx, ctx, &order, &proposals).await?;
        Ok((order, quote, session, trail, report::attempts(tx, id).await?, report::messages(tx, id).await?, awaited, refunds))
    })?;
    let mut events: Vec<(Timestamp, OrderEvent)> = trail.into_iter().map(|row| from_trail(ctx, row)).collect();
    events.extend(attempts.into_iter().flat_map(|row| from_attempt(ctx, row)));
    events.extend(messages.into_iter().map(|row| from_message(ctx, row)));
    // Stable: what happened at one instant keeps the order it was written in.
    events.sort_by_key(|(at, _)| *at);
    let line = OrderLine {
        id,
        reference: order.reference,
        kind: order.kind,
        state: order.state.code().to_owned(),
        buyer: order.buyer_name,
        topic: session.topic,
        total: order.total,
        promo_code: quote.promo.map(|(_, code)| code),
        at: words(ctx, order.created_at),
    };
    Ok(OrderSheet {
        line,
        email: order.buyer_email,
        slug: session.slug,
        price: quote.price,
        tax: quote.tax,
        test: order.mode == "test",
        refunded: refunds.refunded,
        refundable: refunds.refundable,
        refunds: refunds.lines,
        awaited,
        events: events.into_iter().map(|(_, event)| event).collect(),
    })
}

/// What an administrator may say of an open attempt, and by what evidence.
async fn awaited(tx: &mut Tx, ctx: &Ctx, attempt: Attempt, proposals: &[Proposal]) -> Result<Option<Awaited>, Failure> {
    let Some(question) = Question::about(&attempt) else { return Ok(None) };
    let notices = refunds::notices_about(tx, ctx, &attempt).await?;
    let proposal = refunds::proposal_about(ctx, attempt.id.0, proposals);
    let (started, until) = attempt.waiting.map(|waiting| (waiting.started, words(ctx, waiting.until))).unzip();
    Ok(Some(Awaited {
        transfer: question == Question::Transfer,
        processor: attempt.processor,
        our_ref: attempt.our_ref,
        started,
        amount: attempt.amount,
        asked_at: words(ctx, attempt.asked_at),
        until: until.filter(|_| question == Question::Transfer),
        inquiries: u64::try_from(attempt.inquiries).unwrap_or(0),
        detail: attempt.detail.unwrap_or_default(),
        needs_two: question == Question::Ending && two_persons::needs_two(attempt.amount),
        proposal,
        notices,
    }))
}

fn from_trail(ctx: &Ctx, row: AuditLine) -> (Timestamp, OrderEvent) {
    let detail = match (row.before, row.after) {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (None, Some(only)) | (Some(only), None) => only,
        (None, None) => String::new(),
    };
    (row.at, OrderEvent { at: words(ctx, row.at), who: row.actor_name.unwrap_or(row.actor), what: row.action, detail })
}

/// Asked, and (when it is known) how it ended.
fn from_attempt(ctx: &Ctx, row: AttemptRow) -> Vec<(Timestamp, OrderEvent)> {
    let amount =
        row.currency.parse::<Currency>().map(|currency| Money::from_minor(row.amount_minor, currency).show(ctx.lang())).unwrap_or_default();
    let card = row.brand.iter().chain(row.last4.iter()).cloned().collect::<Vec<_>>().join(" ");
    let asked = OrderEvent {
        at: words(ctx, row.asked_at),
        who: row.processor.clone(),
        what: "attempt.asked".to_owned(),
        detail: join(&[&amount, &row.method, &row.our_ref]),
    };
    let ended_at = row.settled_at.unwrap_or(row.asked_at);
    let ended = OrderEvent {
        at: words(ctx, ended_at),
        who: row.processor,
        what: format!("attempt.{}", row.state),
        detail: join(&[&card, row.reference.as_deref().unwrap_or_default(), row.decline_class.as_deref().unwrap_or_default()]),
    };
    vec![(row.asked_at, asked), (ended_at, ended)]
}

fn from_message(ctx: &Ctx, row: MessageRow) -> (Timestamp, OrderEvent) {
    let event =
        OrderEvent { at: words(ctx, row.created_at), who: "system".to_owned(), what: format!("message.{}", row.kind), detail: row.state };
    (row.created_at, event)
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        let id = uuid::Uuid::from_u128(7);
        assert_eq!(read_place(&format!("123_{id}")), Some((Timestamp(123), id)));
        for bad in ["", "1", "x_y", "1_"] {
            assert_eq!(read_place(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_unknown_filter_means_todays_orders_and_a_search_means_all() {
        let odd = OrderFilter { day: "yesterday".into(), state: "'; DROP".into(), kind: "x".into(), ..OrderFilter::default() };
        assert_eq!(understood(&odd), OrderFilter { day: "today".into(), ..OrderFilter::default() });
        assert_eq!(understood(&OrderFilter { search: " BT-1 ".into(), ..OrderFilter::default() }).day, "all");
    }
}
