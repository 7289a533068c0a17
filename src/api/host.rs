//! What the host's pages show. Saving, paying and starting are plain posts (`server/web/host`).

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{catalogue::When, checkout::CheckoutDetails, error::ApiError};
use crate::domain::{
    estimate::{Estimate, Rates},
    ids::SessionId,
    money::Money,
    pricing::Tax,
    schedule::{ScheduleForm, ScheduleLimits},
    session::SessionStatus,
};

#[cfg(feature = "ssr")]
use crate::server::{
    ctx::Ctx,
    flows::{room, schedule, usage},
};

/// How far the usage of a session is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageStanding {
    /// Nothing is to be paid.
    NotNeeded,
    /// To be paid before the start.
    Due,
    /// A payment is being made or checked.
    Checking,
    /// Paid.
    Paid(Money),
    /// Paid, but the settings have grown since.
    Short(Money),
}

/// A session in its host's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostSession {
    /// Its id.
    pub id: SessionId,
    /// Its public address under `/s/`.
    pub slug: String,
    /// What it is about.
    pub topic: String,
    /// Who runs it, when that is not the reader.
    pub host: Option<String>,
    /// When.
    pub when: When,
    /// Where it stands.
    pub status: SessionStatus,
    /// Its end has passed.
    pub is_over: bool,
    /// Seats held or sold.
    pub seats_taken: u32,
    /// Most registrations.
    pub capacity: u32,
    /// What a seat costs.
    pub fee: Money,
    /// How far its usage is paid.
    pub usage: UsageStanding,
}

/// A host's sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostSessions {
    /// Running and to come, soonest first.
    pub upcoming: Vec<HostSession>,
    /// Over or cancelled, latest first.
    pub past: Vec<HostSession>,
    /// Hosts pay before each start here.
    pub pay_per_use: bool,
}

/// What the running estimate needs in the browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsagePrices {
    /// Per minute.
    pub rates: Rates,
    /// Added to the sum.
    pub tax: Option<Tax>,
}

/// A zone in the picker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneChoice {
    /// The IANA name.
    pub name: String,
    /// Its offsets through the year.
    pub offsets: String,
}

/// The schedule page's data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleSheet {
    /// Which session; `None` for a new one.
    pub id: Option<SessionId>,
    /// A new session's key: its form sent twice makes one session.
    pub draft: String,
    /// The fields as saved.
    pub form: ScheduleForm,
    /// What they are checked against. Without `fee_max` there is no fee box.
    pub limits: ScheduleLimits,
    /// The prices of usage; `None` where pay-per-use is off, and then no estimate is mentioned.
    pub prices: Option<UsagePrices>,
    /// The tax on fees; for the words beside the box.
    pub fee_tax: Option<Tax>,
    /// The zones to choose from.
    pub zones: Vec<ZoneChoice>,
    /// Where it stands; `None` for a new one.
    pub status: Option<SessionStatus>,
    /// The start typed comes twice that night; the first is meant.
    pub comes_twice: bool,
    /// When, as saved.
    pub when: Option<When>,
}

/// *Session Estimated Cost*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EstimateSheet {
    /// Which session.
    pub id: SessionId,
    /// What it is about.
    pub topic: String,
    /// The language it is held in.
    pub language: String,
    /// When.
    pub when: When,
    /// Where it stands.
    pub status: SessionStatus,
    /// The lines.
    pub estimate: Estimate,
    /// The lines as last quoted, where they differ.
    pub before: Option<Estimate>,
    /// The rate card's version; `None` when a payment froze an earlier one.
    pub rate_version: Option<i64>,
    /// The tax on the sum.
    pub tax: Option<Tax>,
    /// Until when the price is kept, in words.
    pub valid_until: String,
    /// How far it is paid.
    pub usage: UsageStanding,
}

/// The host's payment page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsagePayment {
    /// What is paid for.
    pub sheet: EstimateSheet,
    /// The payment form's data, as a participant's.
    pub checkout: CheckoutDetails,
}

/// Someone in the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// Their name.
    pub name: String,
    /// They run it.
    pub is_host: bool,
    /// Since when, as a time with its zone.
    pub since: String,
}

/// The host's room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomSheet {
    /// Which session.
    pub id: SessionId,
    /// What it is about.
    pub topic: String,
    /// The language it is held in.
    pub language: String,
    /// When.
    pub when: When,
    /// Where it stands.
    pub status: SessionStatus,
    /// Since when the room is open, in words.
    pub live_since: Option<String>,
    /// How long it has been open, in whole minutes.
    pub live_minutes: u64,
    /// Who is in it.
    pub attendees: Vec<Attendee>,
    /// How many may come.
    pub expected: u32,
}

/// A participant's room, or the door to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JoinSheet {
    /// What it is about.
    pub topic: String,
    /// The language it is held in.
    pub language: String,
    /// When.
    pub when: When,
    /// The participant's name.
    pub name: String,
    /// Who runs it.
    pub host: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// Its end has passed without a start.
    pub is_over: bool,
    /// Who is in the room.
    pub attendees: Vec<Attendee>,
}

/// What is at the door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinAnswer {
    /// Let in, or let wait.
    Sheet(Box<JoinSheet>),
    /// Not paid: the order to pay.
    Unpaid {
        /// The secret of the order's address, which the person at the door holds.
        order: String,
    },
}

/// My sessions. Hosts and site administrators.
///
/// # Errors
/// As `flows::schedule::list`.
#[server(endpoint = "host_sessions")]
pub async fn get_host_sessions() -> Result<HostSessions, ApiError> {
    Ok(schedule::views::sessions(&Ctx::current()?).await?)
}

/// The schedule page, of a new session or one of the person's own.
///
/// # Errors
/// As `flows::schedule::get_own`.
#[server(endpoint = "host_schedule")]
pub async fn get_schedule(
    /// Which one.
    id: Option<SessionId>,
) -> Result<ScheduleSheet, ApiError> {
    Ok(schedule::views::sheet(&Ctx::current()?, id).await?)
}

/// The estimate of one of the person's own sessions.
///
/// # Errors
/// As `flows::usage::assess_own`.
#[server(endpoint = "host_estimate")]
pub async fn get_estimate(
    /// Which one.
    id: SessionId,
) -> Result<EstimateSheet, ApiError> {
    Ok(usage::views::estimate(&Ctx::current()?, id).await?)
}

/// The payment page of one of the person's own sessions.
///
/// # Errors
/// As `flows::usage::ensure_order`.
#[server(endpoint = "host_payment")]
pub async fn get_usage_payment(
    /// Which one.
    id: SessionId,
) -> Result<UsagePayment, ApiError> {
    Ok(usage::views::payment(&Ctx::current()?, id).await?)
}

/// The room of one of the person's own sessions; being asked for is the heartbeat.
///
/// # Errors
/// As `flows::room::look_in`.
#[server(endpoint = "host_room")]
pub async fn get_room(
    /// Which one.
    id: SessionId,
) -> Result<RoomSheet, ApiError> {
    Ok(room::views::room(&Ctx::current()?, id).await?)
}

/// A participant's way in, by their registration id; being asked for is the heartbeat. For everyone.
///
/// # Errors
/// As `flows::room::join`, but for `FeeUnpaid`, which is an answer.
#[server(endpoint = "join")]
pub async fn get_join(
    /// The registration id.
    registration: String,
) -> Result<JoinAnswer, ApiError> {
    Ok(room::views::join(&Ctx::current()?, &registration).await?)
}
