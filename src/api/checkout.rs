//! What the holder of an order's link may see and do without moving money: price, code, countdown, state.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{catalogue::SessionCard, error::ApiError};
use crate::domain::{
    card::Funding,
    card_kinds::CardsTaken,
    form::Problem,
    money::Money,
    order::OrderKind,
    payment::{DeclineClass, Method},
    pricing::{FeePrice, Tax},
};

/// An order's state as people see it; `code` is the page's `data-state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderLook {
    /// The seat is kept, nothing was asked.
    Held,
    /// A payment is being checked.
    Checking,
    /// Paid.
    Paid,
    /// The last payment was declined; the seat is still kept.
    Failed,
    /// The hold ran out.
    Expired,
    /// Given up.
    Cancelled,
    /// Paid and returned.
    Refunded,
}

impl OrderLook {
    /// The page's `data-state`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Checking => "checking",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

/// The code that is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedPromo {
    /// The code.
    pub code: String,
    /// What it takes off, in words: "20 %".
    pub label: String,
}

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodChoice {
    /// Which.
    pub method: Method,
    /// The cards taken; no brands for other methods.
    pub cards: CardsTaken,
    /// The card is typed on our page; otherwise the buyer goes to the processor's.
    pub card_here: bool,
}

/// What an order waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// The buyer, who has not finished on the processor's page.
    Approval {
        /// That page.
        url: String,
    },
    /// A transfer.
    Transfer {
        /// Account and bank, as the site wrote it.
        instructions: String,
        /// What to write on it.
        reference: String,
        /// Until when, in words and zone.
        until: String,
    },
}

/// A form that the buyer's browser sends to the gateway itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardTarget {
    /// Where it is posted.
    pub action: String,
    /// Fields that are not seen, by name.
    pub hidden: Vec<(String, String)>,
    /// The name of the field of the card number.
    pub number: String,
    /// The name of the field of the expiry, `MMYY`.
    pub expiry: String,
    /// The name of the field of the security code.
    pub code: String,
}

/// Whether a card can be typed for a try at paying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardStanding {
    /// It can.
    Open(CardTarget),
    /// The time for it is over.
    Over,
    /// The order does not wait for it (any more).
    Closed,
}

/// The page that sends a card to the gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardDetails {
    /// What is paid, as *Payment Information* has it.
    pub checkout: CheckoutDetails,
    /// A seat or minutes.
    pub kind: OrderKind,
    /// Our reference of the try.
    pub attempt: String,
    /// Whether it can be paid here now.
    pub standing: CardStanding,
    /// Until when, in words and zone.
    pub until: String,
}

/// A code that came with the address and is not on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedCode {
    /// The code as it came.
    pub code: String,
    /// Why it cannot be used; none when it could.
    pub problem: Option<Problem>,
}

/// *Payment Information*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckoutDetails {
    /// The order's link.
    pub link: String,
    /// What for.
    pub session: SessionCard,
    /// Who buys.
    pub participant_name: String,
    /// Their address.
    pub email: String,
    /// Where the order stands.
    pub state: OrderLook,
    /// The price, line by line.
    pub price: FeePrice,
    /// The tax in it.
    pub tax: Option<Tax>,
    /// The code that is on.
    pub promo: Option<AppliedPromo>,
    /// The code from the address.
    pub asked_code: Option<AskedCode>,
    /// Codes can be tried.
    pub promo_enabled: bool,
    /// Until when the seat is kept, in words and zone.
    pub hold_until: String,
    /// The same, RFC 3339 in UTC.
    pub hold_until_iso: String,
    /// Seconds left of it, by the server's clock.
    pub hold_seconds_left: i64,
    /// One extension is left.
    pub can_extend: bool,
    /// Ways to pay; empty when nothing is due.
    pub methods: Vec<MethodChoice>,
    /// The key of the form about to be shown.
    pub attempt_key: String,
    /// The quote shown.
    pub quote_version: i64,
    /// The refund policy.
    pub refund_policy: String,
    /// Who sells.
    pub seller: String,
}

/// A new price after a code was applied or removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceAnswer {
    /// The price, line by line.
    pub price: FeePrice,
    /// The code that is on.
    pub promo: Option<AppliedPromo>,
    /// The quote shown.
    pub quote_version: i64,
    /// Ways to pay; empty when nothing is due.
    pub methods: Vec<MethodChoice>,
}

/// A hold after an extension was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldAnswer {
    /// Seconds left.
    pub hold_seconds_left: i64,
    /// One more is left.
    pub can_extend: bool,
}

/// Money that was taken from a card of a kind that the site does not take, and goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedCard {
    /// The kind.
    pub funding: Funding,
    /// How much.
    pub amount: Money,
}

/// An order's own page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderDetails {
    /// The order's link.
    pub link: String,
    /// Where it stands.
    pub state: OrderLook,
    /// A seat or minutes.
    pub kind: OrderKind,
    /// What for.
    pub session: SessionCard,
    /// Who buys.
    pub participant_name: String,
    /// Their address.
    pub email: String,
    /// The price, line by line.
    pub price: FeePrice,
    /// The tax in it.
    pub tax: Option<Tax>,
    /// The code that is on.
    pub promo: Option<AppliedPromo>,
    /// The unguessable id that lets the participant in, once paid.
    pub registration_id: Option<String>,
    /// When it was paid, with zone.
    pub paid_at: Option<String>,
    /// "Visa ending 1111".
    pub method_line: Option<String>,
    /// The short code people read aloud.
    pub reference: String,
    /// Where to join, once paid.
    pub join_path: Option<String>,
    /// The calendar file, once paid.
    pub ics_path: Option<String>,
    /// It can be given up here.
    pub can_cancel: bool,
    /// Paying can be tried (again).
    pub can_pay: bool,
    /// Who sells.
    pub seller: String,
    /// Whom to write to.
    pub support_email: Option<String>,
    /// What went back or is on its way; failed refunds are the seller's business.
    pub refunds: Vec<BuyerRefund>,
    /// What stays paid after what was returned; nothing when nothing was.
    pub remaining: Option<Money>,
    /// Why the last payment was declined.
    pub decline: Option<DeclineClass>,
    /// The last card's money goes back, because the site does not take its kind.
    pub returned: Option<ReturnedCard>,
    /// What a payment that is being checked waits for, when that is not us.
    pub waiting: Option<Waiting>,
}

/// Money that goes back to a buyer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuyerRefund {
    /// How much.
    pub amount: Money,
    /// When it was returned, in words; on its way, when it was not yet.
    pub returned_at: Option<String>,
}

/// The holder of the order's link.
#[server(endpoint = "get_checkout")]
pub async fn get_checkout(
    /// The order's link.
    order: String,
    /// A promo code from the page's address.
    code: Option<String>,
) -> Result<CheckoutDetails, ApiError> {
    use crate::server::{
        ctx::Ctx,
        flows::{checkout, promo},
    };
    let ctx = Ctx::current()?;
    let asked = match code {
        Some(code) => promo::judge(&ctx, &order, code).await?,
        None => None,
    };
    Ok(checkout::details(&ctx, &order, asked).await?)
}

/// The holder of the order's link.
#[server(endpoint = "get_card_page")]
pub async fn get_card_page(
    /// The order's link.
    order: String,
    /// Our reference of the try at paying.
    attempt: String,
) -> Result<CardDetails, ApiError> {
    use crate::server::{ctx::Ctx, flows::card_page, web::headers::CardFormPolicy};
    let (ctx, policy) = (Ctx::current()?, CardFormPolicy::here());
    let page = card_page::details(&ctx, &order, &attempt).await?;
    if let CardStanding::Open(target) = &page.standing {
        policy.admit(&target.action);
    }
    Ok(page)
}

/// The holder of the order's link.
#[server(endpoint = "apply_promo")]
pub async fn apply_promo(
    /// The order's link.
    order: String,
    /// The code as typed.
    code: String,
) -> Result<PriceAnswer, ApiError> {
    use crate::server::{
        ctx::Ctx,
        flows::{checkout, promo},
    };
    let ctx = Ctx::current()?;
    let quote = promo::apply(&ctx, &order, &code).await?;
    Ok(checkout::price_answer(&ctx, quote).await?)
}

/// The holder of the order's link.
#[server(endpoint = "remove_promo")]
pub async fn remove_promo(
    /// The order's link.
    order: String,
) -> Result<PriceAnswer, ApiError> {
    use crate::server::{
        ctx::Ctx,
        flows::{checkout, promo},
    };
    let ctx = Ctx::current()?;
    let quote = promo::remove(&ctx, &order).await?;
    Ok(checkout::price_answer(&ctx, quote).await?)
}

/// The holder of the order's link.
#[server(endpoint = "extend_hold")]
pub async fn extend_hold(
    /// The order's link.
    order: String,
) -> Result<HoldAnswer, ApiError> {
    use crate::server::{ctx::Ctx, flows::orders};
    let ctx = Ctx::current()?;
    let until = orders::extend_hold(&ctx, &order).await?;
    Ok(HoldAnswer { hold_seconds_left: ctx.app.clock.now().seconds_until(until), can_extend: false })
}

/// The holder of the order's link.
#[server(endpoint = "get_order")]
pub async fn get_order(
    /// The order's link.
    order: String,
) -> Result<OrderDetails, ApiError> {
    use crate::server::{ctx::Ctx, flows::checkout};
    Ok(checkout::order_details(&Ctx::current()?, &order).await?)
}

/// The holder of the order's link; polled while a payment is being checked.
#[server(endpoint = "get_order_state")]
pub async fn get_order_state(
    /// The order's link.
    order: String,
) -> Result<OrderLook, ApiError> {
    use crate::server::{ctx::Ctx, flows::checkout};
    Ok(checkout::order_look(&Ctx::current()?, &order).await?)
}
