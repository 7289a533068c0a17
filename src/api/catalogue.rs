//! What anyone may see: the catalogue, a session's invitation, its registration form.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use crate::domain::{money::Money, pricing::FeePrice, session::SessionStatus};

/// When a session is, in words of the reader's language and the host's zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// First instant, RFC 3339 in UTC.
    pub starts_iso: String,
    /// "Tue 12 Jan 2027, 10:00–11:30 EET (UTC+2)".
    pub host_line: String,
    /// "Tuesday 12 January 2027".
    pub day: String,
    /// "2027-01-12", to group by.
    pub day_key: String,
    /// "10:00–11:30 EET (UTC+2)".
    pub time_line: String,
    /// The host's IANA zone.
    pub zone: String,
    /// Minutes.
    pub duration_minutes: u32,
    /// "in 3 days".
    pub relative: String,
}

/// How many seats are left, as people need to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatsLeft {
    /// More than a few.
    Plenty,
    /// This few.
    Few(u32),
    /// None.
    SoldOut,
    /// Nothing is sold any more.
    Closed,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionCard {
    /// Its address under `/s/`.
    pub slug: String,
    /// What it is about.
    pub topic: String,
    /// The first paragraph.
    pub summary: String,
    /// The language it is held in, a BCP 47 tag.
    pub language: Option<String>,
    /// When.
    pub when: When,
    /// What a seat costs.
    pub fee: Money,
    /// How many seats are left.
    pub seats: SeatsLeft,
    /// Where it stands.
    pub status: SessionStatus,
}

/// The catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Soonest first.
    pub sessions: Vec<SessionCard>,
}

/// A session's invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionDetails {
    /// As in lists.
    pub card: SessionCard,
    /// The invitation, escaped, in paragraphs.
    pub description_html: String,
    /// Who runs it.
    pub host_name: String,
    /// Seats that can still be taken.
    pub seats_left: u32,
    /// All seats.
    pub capacity: u32,
    /// A seat can be sold now.
    pub sellable: bool,
    /// Participants must register.
    pub registration_required: bool,
    /// "VAT 19 % included", if there is a tax and a fee.
    pub tax_line: Option<String>,
    /// What a seat costs with everything.
    pub total_from: Money,
    /// Other sessions with seats, when this one has none.
    pub other_dates: Vec<SessionCard>,
    /// The refund policy.
    pub refund_policy: String,
    /// Who sells.
    pub seller: String,
}

/// A question of the registration form; its field is `q_{id}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// The words.
    pub label: String,
    /// `text`, `checkbox` or `choice`.
    pub kind: String,
    /// Must be answered.
    pub required: bool,
    /// The choices.
    pub options: Vec<String>,
}

/// A session's registration form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterDetails {
    /// The session.
    pub session: SessionDetails,
    /// Its questions, in order.
    pub questions: Vec<Question>,
    /// Registrants must know a password.
    pub needs_password: bool,
    /// The price of a seat.
    pub price: FeePrice,
}

/// Anyone: published, listed sessions that are not over.
#[server(endpoint = "list_sessions")]
pub async fn list_sessions() -> Result<Catalogue, ApiError> {
    use crate::server::{ctx::Ctx, flows::catalogue};
    Ok(catalogue::list(&Ctx::current()?).await?)
}

/// Anyone who has the address.
#[server(endpoint = "get_session")]
pub async fn get_session(
    /// The session's address.
    slug: String,
) -> Result<SessionDetails, ApiError> {
    use crate::server::{ctx::Ctx, flows::catalogue};
    Ok(catalogue::details(&Ctx::current()?, &slug).await?)
}

/// Anyone who has the address.
#[server(endpoint = "get_registration_form")]
pub async fn get_registration_form(
    /// The session's address.
    slug: String,
) -> Result<RegisterDetails, ApiError> {
    use crate::server::{ctx::Ctx, flows::catalogue};
    Ok(catalogue::registration_form(&Ctx::current()?, &slug).await?)
}
