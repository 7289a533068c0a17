//! What the administration's pages show. Changing anything is a plain post (`server/web/admin`).

mod orders;
mod promos;
mod refunds;
mod setup;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use crate::domain::{
    feature::Feature,
    ids::{OrderId, PromoId},
    money::Money,
    role::Role,
};

pub use orders::{Awaited, OrderEvent, OrderFilter, OrderLine, OrderSheet, OrdersPage};
pub use promos::{PromoDesk, PromoLine, PromoPhase, PromoSheet, PromoUse, SessionChoice};
pub use refunds::{DoubtLine, DoubtsPage, NoticeLine, ProposalLine, RefundLine, Refundable};
pub use setup::{
    CardPlace, FeatureLine, LegacyNote, ProcessorCard, ProcessorField, ProcessorsSheet, RateLine, RatesSheet, RuledOut, SettingKind,
    SettingsSheet,
};

#[cfg(feature = "ssr")]
use crate::server::{
    ctx::Ctx,
    flows::{overview, processors, promo_admin, settings},
};

/// Something that waits for the administrator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// A payment whose ending nobody knows yet, or a transfer that is expected.
    Undecided {
        /// The order.
        order: OrderId,
        /// Its short code.
        reference: String,
        /// How much.
        amount: Money,
        /// Since when, in words.
        since: String,
        /// Inquiries did not settle it: somebody has to.
        needs_person: bool,
        /// A transfer is expected, which somebody has to look for.
        transfer: bool,
    },
    /// A feature that was provisioned, and is not enabled or lost what it needs.
    Setup {
        /// The feature.
        feature: Feature,
        /// It is enabled although something is missing.
        enabled: bool,
        /// What is missing, as codes of `SetupIncomplete`.
        missing: Vec<String>,
    },
    /// Work that was given up.
    ParkedJobs {
        /// How much.
        count: u64,
    },
}

/// One day's money, added up from the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayFigures {
    /// Fees captured, tax inside.
    pub sales: Money,
    /// How many.
    pub sales_count: u64,
    /// What promo codes took off those.
    pub discounts: Money,
    /// Money returned.
    pub refunds: Money,
    /// Usage captured from hosts, tax inside.
    pub usage: Money,
    /// How many.
    pub usage_count: u64,
    /// The tax inside sales and usage.
    pub tax: Money,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    /// What waits, the most urgent first.
    pub attention: Vec<Attention>,
    /// Today, in words, by the site's zone.
    pub day: String,
    /// Today's money; `None` until a currency is chosen.
    pub today: Option<DayFigures>,
    /// Usage orders that their hosts have not paid.
    pub usage_due: u64,
    /// Payments that a person must decide.
    pub need_person: u64,
    /// The latest orders.
    pub recent: Vec<OrderLine>,
}

/// Someone of the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonLine {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// Their division.
    pub division: Option<String>,
    /// They cannot sign in.
    pub disabled: bool,
}

/// A line of the trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrailLine {
    /// When, in words.
    pub at: String,
    /// A name, or a code such as `buyer`.
    pub who: String,
    /// What, as a code.
    pub action: String,
    /// How it was.
    pub before: Option<String>,
    /// How it is.
    pub after: Option<String>,
    /// From where.
    pub origin: Option<String>,
}

/// A page of the trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrailPage {
    /// The lines, the latest first.
    pub lines: Vec<TrailLine>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// The dashboard.
///
/// # Errors
/// As `Ctx::require`, for a site administrator; so for every function here.
#[server(endpoint = "admin_dashboard")]
pub async fn get_dashboard() -> Result<Dashboard, ApiError> {
    Ok(overview::dashboard(&Ctx::current()?).await?)
}

/// A page of orders.
///
/// # Errors
/// As [`get_dashboard`].
#[server(endpoint = "admin_orders")]
pub async fn get_orders(
    /// Which orders.
    filter: OrderFilter,
) -> Result<OrdersPage, ApiError> {
    Ok(overview::orders(&Ctx::current()?, &filter).await?)
}

/// One order with everything that happened to it.
///
/// # Errors
/// As [`get_dashboard`], and `NotFound`.
#[server(endpoint = "admin_order")]
pub async fn get_order_sheet(
    /// Which one.
    id: String,
) -> Result<OrderSheet, ApiError> {
    Ok(overview::order(&Ctx::current()?, id.parse().map_err(|_| ApiError::NotFound)?).await?)
}

/// Money in question: tries at paying and refunds whose ending nobody knows.
///
/// # Errors
/// As [`get_dashboard`].
#[server(endpoint = "admin_doubts")]
pub async fn get_doubts() -> Result<DoubtsPage, ApiError> {
    Ok(overview::doubts(&Ctx::current()?).await?)
}

/// The people of the site.
///
/// # Errors
/// As [`get_dashboard`].
#[server(endpoint = "admin_people")]
pub async fn get_people() -> Result<Vec<PersonLine>, ApiError> {
    Ok(overview::people(&Ctx::current()?).await?)
}

/// A page of the trail; `before` is where it begins.
///
/// # Errors
/// As [`get_dashboard`].
#[server(endpoint = "admin_audit")]
pub async fn get_trail(
    /// The last line of the page before.
    before: Option<String>,
) -> Result<TrailPage, ApiError> {
    Ok(overview::trail(&Ctx::current()?, before.as_deref()).await?)
}

/// Settings, switches, and what is missing.
///
/// # Errors
/// As [`get_dashboard`].
#[server(endpoint = "admin_settings")]
pub async fn get_settings() -> Result<SettingsSheet, ApiError> {
    Ok(settings::views::settings(&Ctx::current()?).await?)
}

/// Prices per minute with their history.
///
/// # Errors
/// As [`get_dashboard`], and `NotProvisioned` (403).
#[server(endpoint = "admin_rates")]
pub async fn get_rates() -> Result<RatesSheet, ApiError> {
    Ok(settings::views::rates(&Ctx::current()?).await?)
}

/// The payment processors.
///
/// # Errors
/// As [`get_dashboard`].
#[server(endpoint = "admin_processors")]
pub async fn get_processors() -> Result<ProcessorsSheet, ApiError> {
    Ok(processors::views::sheet(&Ctx::current()?).await?)
}

/// The promo codes.
///
/// # Errors
/// As [`get_dashboard`], and `NotProvisioned`, `NotEnabled` (403).
#[server(endpoint = "admin_promos")]
pub async fn get_promos() -> Result<Vec<PromoLine>, ApiError> {
    Ok(promo_admin::views::lines(&Ctx::current()?).await?)
}

/// What the form for a new code needs, and a code nobody guesses.
///
/// # Errors
/// As [`get_promos`].
#[server(endpoint = "admin_promo_desk")]
pub async fn get_promo_desk() -> Result<PromoDesk, ApiError> {
    Ok(promo_admin::views::desk(&Ctx::current()?).await?)
}

/// One code.
///
/// # Errors
/// As [`get_promos`], and `NotFound`.
#[server(endpoint = "admin_promo")]
pub async fn get_promo(
    /// Which one.
    id: String,
) -> Result<PromoSheet, ApiError> {
    Ok(promo_admin::views::sheet(&Ctx::current()?, id.parse().map_err(|_| ApiError::NotFound)?).await?)
}

/// A new code nobody guesses.
///
/// # Errors
/// As [`get_promos`].
#[server(endpoint = "admin_promo_generate")]
pub async fn generate_promo_code() -> Result<String, ApiError> {
    Ok(promo_admin::generate_for(&Ctx::current()?)?)
}

/// Which code of the site reads like the one typed, if any: for the link beside the field.
///
/// # Errors
/// As [`get_promos`].
#[server(endpoint = "admin_promo_clash")]
pub async fn find_promo_clash(
    /// The code as typed.
    typed: String,
) -> Result<Option<PromoId>, ApiError> {
    Ok(promo_admin::find_clash(&Ctx::current()?, &typed).await?)
}
