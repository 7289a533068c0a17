//! Reading for the holder of an order's link: what *Payment Information* and the order's page show.

use crate::api::checkout::{
    AppliedPromo, AskedCode, BuyerRefund, CheckoutDetails, MethodChoice, OrderDetails, OrderLook, PriceAnswer, ReturnedCard, Waiting,
};
use crate::domain::{
    card_kinds::CardsTaken,
    feature::Feature,
    ids::SiteId,
    money::Money,
    order::{OrderKind, OrderState},
    payment::DeclineClass,
    pricing::Discount,
    refund::RefundState,
    text::Lang,
    time::Timestamp,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    payments::offline::OfflineSettings,
    store::{
        attempt::{self, Attempt},
        db::Tx,
        order::{self, Order},
        payment,
        processor_config::{self, StoredConfig},
        promo,
        quote::{self, Quote},
        refund::{self, Refund},
        registration::{self, Registration},
        session::{self, Session},
    },
    zones,
};
use crate::texts::order as words;
use crate::{look_up, read_tx};

use super::{catalogue, orders, processors};

/// *Payment Information* of an order; `asked_code` as [`super::promo::judge`] found it.
///
/// # Errors
/// `NotFound`.
pub async fn details(ctx: &Ctx, link: &str, asked_code: Option<AskedCode>) -> Result<CheckoutDetails, Failure> {
    let (order, session, quote, configs, promo) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let order = order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound)?;
        let session = session::find(tx, order.site_id, order.session_id).await?.ok_or(Failure::NotFound)?;
        let quote = quote::get(tx, order.id, order.quote_version).await?;
        let configs = processor_config::offered(tx, order.site_id, &order.mode).await?;
        let promo = applied(tx, order.site_id, &quote, ctx.lang()).await?;
        Ok((order, session, quote, configs, promo))
    })?;
    let (now, lang, site) = (ctx.app.clock.now(), ctx.lang(), ctx.site());
    let until = hold_end(&order).unwrap_or(now);
    Ok(CheckoutDetails {
        session: catalogue::card(&session, now, lang),
        participant_name: order.buyer_name.clone(),
        email: order.buyer_email.clone(),
        state: look(&order, now),
        promo,
        asked_code,
        promo_enabled: order.kind == OrderKind::Fee && site.features.is_on(Feature::PromoCodes) && !quote.price.fee.is_zero(),
        hold_until: zones::instant_text(until, &session.time_zone, lang),
        hold_until_iso: zones::when(until, 0, "UTC", now, lang).starts_iso,
        hold_seconds_left: now.seconds_until(until).max(0),
        can_extend: orders::can_extend(&order),
        methods: methods(ctx, &quote, &configs)?,
        attempt_key: ctx.app.clock.token(),
        quote_version: quote.version,
        price: quote.price,
        tax: quote.tax,
        refund_policy: site.refund_policy.clone(),
        seller: site.seller.clone(),
        link: order.link,
    })
}

/// What the page needs after a code was applied or removed.
///
/// # Errors
/// A fault when the database fails.
pub async fn price_answer(ctx: &Ctx, quote: Quote) -> Result<PriceAnswer, Failure> {
    let (configs, promo) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let configs = processor_config::offered(tx, ctx.site().id, ctx.site().mode()).await?;
        Ok((configs, applied(tx, ctx.site().id, &quote, ctx.lang()).await?))
    })?;
    Ok(PriceAnswer { methods: methods(ctx, &quote, &configs)?, promo, quote_version: quote.version, price: quote.price })
}

/// An order's own page.
///
/// # Errors
/// `NotFound`.
pub async fn order_details(ctx: &Ctx, link: &str) -> Result<OrderDetails, Failure> {
    let found = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let order = order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound)?;
        let session = session::find(tx, order.site_id, order.session_id).await?.ok_or(Failure::NotFound)?;
        let quote = quote::get(tx, order.id, order.quote_version).await?;
        let place = registration::find_of_order(tx, order.id).await?;
        let attempts = attempt::of_order(tx, order.id).await?;
        let paid_at = match order.state {
            OrderState::Paid { payment } => Some(payment::get(tx, payment).await?.captured_at),
            OrderState::Held { .. }
            | OrderState::Paying { .. }
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Refunded { .. } => None,
        };
        let promo = applied(tx, order.site_id, &quote, ctx.lang()).await?;
        let waiting = match attempts.first().filter(|attempt| !attempt.state.is_final()) {
            Some(attempt) => waiting(tx, ctx, attempt).await?,
            None => None,
        };
        let refunds = refund::of_order(tx, order.id).await?;
        Ok(Found { order, session, quote, promo, place, attempts, paid_at, waiting, refunds })
    })?;
    Ok(found.page(ctx))
}

struct Found {
    order: Order,
    session: Session,
    quote: Quote,
    promo: Option<AppliedPromo>,
    place: Option<Registration>,
    attempts: Vec<Attempt>,
    paid_at: Option<Timestamp>,
    waiting: Option<Waiting>,
    refunds: Vec<Refund>,
}

impl Found {
    fn page(self, ctx: &Ctx) -> OrderDetails {
        let (now, lang, site) = (ctx.app.clock.now(), ctx.lang(), ctx.site());
        let state = look(&self.order, now);
        let registration_id = self.place.and_then(|place| place.code);
        // The last try decides what is said: money on its way back is not a decline, and is not nothing.
        let returned = self.attempts.first().and_then(|last| {
            let funding = last.returned_kind()?;
            Some(ReturnedCard { funding, amount: last.amount })
        });
        let card = self.attempts.iter().find_map(|a| a.last4.clone().map(|last4| (a.brand.clone(), last4)));
        let can_pay = matches!(state, OrderLook::Held | OrderLook::Failed);
        let is_free_and_ahead = state == OrderLook::Paid && self.order.total.is_zero() && now < self.session.starts_at;
        let done = self.refunds.iter().filter(|r| Some(r.payment_id) == self.order.payment && r.state == RefundState::Done);
        let refunded = Money::from_minor(done.map(|refund| refund.amount.minor()).sum(), self.order.total.currency());
        let remaining = (!refunded.is_zero()).then(|| self.order.total.minus(refunded).ok()).flatten();
        let shown = self.refunds.iter().filter(|refund| refund.state != RefundState::Failed);
        let refunds = shown.map(|refund| BuyerRefund {
            amount: refund.amount,
            returned_at: refund.settled_at.map(|at| zones::instant_text(at, &site.time_zone, lang)),
        });
        OrderDetails {
            refunds: refunds.collect(),
            remaining,
            state,
            kind: self.order.kind,
            session: catalogue::card(&self.session, now, lang),
            promo: self.promo,
            price: self.quote.price,
            tax: self.quote.tax,
            join_path: registration_id.as_ref().map(|id| format!("/join/{id}")),
            ics_path: registration_id.as_ref().map(|_| format!("/order/{}/calendar.ics", self.order.link)),
            registration_id,
            paid_at: self.paid_at.map(|at| zones::instant_text(at, &site.time_zone, lang)),
            method_line: card.map(|(brand, last4)| words::card_ending(lang, brand.as_deref().unwrap_or_default(), &last4)),
            can_cancel: self.order.kind == OrderKind::Fee && (can_pay || is_free_and_ahead),
            can_pay,
            decline: self.order.last_decline.as_deref().filter(|_| can_pay && returned.is_none()).and_then(DeclineClass::from_code),
            returned: returned.filter(|_| can_pay),
            seller: site.seller.clone(),
            support_email: site.support_email.clone(),
            waiting: self.waiting,
            participant_name: self.order.buyer_name,
            email: self.order.buyer_email,
            reference: self.order.reference,
            link: self.order.link,
        }
    }
}

async fn waiting(tx: &mut Tx, ctx: &Ctx, attempt: &Attempt) -> Result<Option<Waiting>, Failure> {
    let Some(waiting) = &attempt.waiting else { return Ok(None) };
    if let Some(url) = &waiting.url {
        // In doubt whether they paid, nobody is sent to pay again.
        if !attempt.waits_for_buyer() {
            return Ok(None);
        }
        return Ok(Some(Waiting::Approval { url: url.clone() }));
    }
    let config = attempt.config.ok_or_else(|| Failure::corrupt("a transfer to nobody"))?;
    let stored = processor_config::get(tx, config).await?;
    let settings: OfflineSettings = serde_json::from_str(&stored.settings).map_err(|_| Failure::corrupt("transfer settings"))?;
    Ok(Some(Waiting::Transfer {
        instructions: settings.instructions,
        reference: waiting.started.clone(),
        until: zones::instant_text(waiting.until, &ctx.site().time_zone, ctx.lang()),
    }))
}

/// Where an order stands, for a page that polls.
///
/// # Errors
/// `NotFound`.
pub async fn order_look(ctx: &Ctx, link: &str) -> Result<OrderLook, Failure> {
    let order =
        look_up!(ctx.app.db, |tx| -> Result<_, Failure> { order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound) })?;
    Ok(look(&order, ctx.app.clock.now()))
}

/// An order's state as people see it. A hold whose time is up reads as expired even before the worker has swept it.
pub fn look(order: &Order, now: Timestamp) -> OrderLook {
    match order.state {
        OrderState::Held { until } if order.kind == OrderKind::Fee && until <= now => OrderLook::Expired,
        OrderState::Held { .. } if order.last_decline.is_some() => OrderLook::Failed,
        OrderState::Held { .. } => OrderLook::Held,
        OrderState::Paying { .. } => OrderLook::Checking,
        OrderState::Paid { .. } => OrderLook::Paid,
        OrderState::Expired { .. } => OrderLook::Expired,
        OrderState::Cancelled { .. } => OrderLook::Cancelled,
        OrderState::Refunded { .. } => OrderLook::Refunded,
    }
}

fn hold_end(order: &Order) -> Option<Timestamp> {
    match order.state {
        OrderState::Held { until } => Some(until),
        OrderState::Paying { .. }
        | OrderState::Paid { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Refunded { .. } => None,
    }
}

/// Ways to pay an order now.
///
/// # Errors
/// A fault when the database fails or a stored configuration cannot be read.
pub async fn methods_of(ctx: &Ctx, order: &Order) -> Result<Vec<MethodChoice>, Failure> {
    let (quote, configs) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let quote = quote::get(tx, order.id, order.quote_version).await?;
        Ok((quote, processor_config::offered(tx, order.site_id, &order.mode).await?))
    })?;
    methods(ctx, &quote, &configs)
}

/// Ways to pay what a quote asks; none when nothing is due.
///
/// # Errors
/// A fault when a stored configuration cannot be read.
pub fn methods(ctx: &Ctx, quote: &Quote, configs: &[StoredConfig]) -> Result<Vec<MethodChoice>, Failure> {
    if quote.price.total.is_zero() {
        return Ok(vec![]);
    }
    let mut choices: Vec<MethodChoice> = Vec::new();
    for config in configs {
        let (kind, client) = processors::client(&ctx.app, config)?;
        let (abilities, method) = (client.abilities(), kind.method());
        // One of a method is offered: the first that can.
        if !abilities.carries(quote.price.total.currency()) || choices.iter().any(|choice| choice.method == method) {
            continue;
        }
        let cards = CardsTaken { brands: kind.brands().to_vec(), kinds: ctx.site().card_kinds };
        choices.push(MethodChoice { method, cards, card_here: abilities.takes_cards });
    }
    Ok(choices)
}

/// The code that is on, with what it takes off: "20 %" or "EUR 15.00". A code's value never changes once it is used.
async fn applied(tx: &mut Tx, site: SiteId, quote: &Quote, lang: Lang) -> Result<Option<AppliedPromo>, Failure> {
    let Some((_, code)) = &quote.promo else { return Ok(None) };
    let promo = promo::find_by_code(tx, site, code).await?.ok_or_else(|| Failure::corrupt(format!("promo code {code}")))?;
    let label = match promo.rules.discount {
        Discount::Percent(share) => share.show(lang),
        Discount::Fixed(amount) => amount.show(lang),
    };
    Ok(Some(AppliedPromo { code: code.clone(), label }))
}
