//! Training sessions, as everyone reads them. Hosts change them in `schedule`.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    estimate::{Audio, Usage},
    ids::{DivisionId, PersonId, SessionId, SiteId},
    money::{Currency, Money},
    session::{Listing, SessionStatus, is_sellable},
    text::Lang,
    time::Timestamp,
};

/// A scheduled live training session.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Its tenant.
    pub site_id: SiteId,
    /// Who runs it.
    pub host_id: PersonId,
    /// The host's name.
    pub host_name: String,
    /// The division that pays for it.
    pub division_id: Option<DivisionId>,
    /// Its address under `/s/`.
    pub slug: String,
    /// What it is about.
    pub topic: String,
    /// The invitation's text; blank lines separate paragraphs.
    pub description: String,
    /// The language it is held in.
    pub lang: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// Who finds it.
    pub listing: Listing,
    /// The host's wall time, which is the truth.
    pub starts_wall: String,
    /// The host's IANA zone.
    pub time_zone: String,
    /// First instant.
    pub starts_at: Timestamp,
    /// First instant after it.
    pub ends_at: Timestamp,
    /// Minutes.
    pub duration_minutes: u32,
    /// Most registrations.
    pub capacity: u32,
    /// Seats held or sold.
    pub seats_taken: u32,
    /// What a seat costs.
    pub fee: Money,
    /// Participants must register.
    pub require_registration: bool,
    /// What registrants must know, if anything.
    pub registration_password: Option<String>,
    /// Computers expected to be connected.
    pub expected_computers: u32,
    /// How participants hear it.
    pub audio: Audio,
    /// Computers expected on the teleconference.
    pub expected_teleconference: u32,
    /// When its room opened.
    pub opened_at: Option<Timestamp>,
    /// Grows with each change by the host.
    pub version: i64,
}

impl Session {
    /// Seats that can still be taken.
    pub const fn seats_left(&self) -> u32 {
        self.capacity.saturating_sub(self.seats_taken)
    }

    /// A seat can be sold now.
    pub fn is_sellable(&self, now: Timestamp) -> bool {
        is_sellable(self.status, self.ends_at, now)
    }

    /// What running it will use.
    pub const fn usage(&self) -> Usage {
        Usage {
            duration_minutes: self.duration_minutes,
            computers: self.expected_computers,
            teleconference: self.expected_teleconference,
            audio: self.audio,
        }
    }

    /// The language it is held in, where we speak it.
    pub fn spoken(&self) -> Option<Lang> {
        Lang::from_tag(&self.lang)
    }
}

/// A session's columns.
#[derive(FromRow)]
pub struct SessionRow {
    id: SessionId,
    site_id: SiteId,
    host_id: PersonId,
    host_name: String,
    division_id: Option<DivisionId>,
    slug: String,
    topic: String,
    description: String,
    lang: String,
    status: String,
    listing: String,
    starts_wall: String,
    time_zone: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    duration_minutes: i64,
    capacity: i64,
    seats_taken: i64,
    fee_minor: i64,
    currency: String,
    require_registration: bool,
    registration_password: Option<String>,
    expected_computers: i64,
    audio: String,
    expected_teleconference: i64,
    opened_at: Option<Timestamp>,
    version: i64,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let count = |n: i64| u32::try_from(n).unwrap_or(0);
        let unreadable = |what: &str| StoreError::Corrupt(format!("session {}: {what}", row.id));
        let currency: Currency = row.currency.parse().map_err(|_| unreadable("currency"))?;
        Ok(Self {
            status: SessionStatus::from_code(&row.status).ok_or_else(|| unreadable("status"))?,
            listing: Listing::from_code(&row.listing).ok_or_else(|| unreadable("listing"))?,
            audio: Audio::from_code(&row.audio).ok_or_else(|| unreadable("audio"))?,
            fee: Money::from_minor(row.fee_minor, currency),
            id: row.id,
            site_id: row.site_id,
            host_id: row.host_id,
            host_name: row.host_name,
            division_id: row.division_id,
            slug: row.slug,
            topic: row.topic,
            description: row.description,
            lang: row.lang,
            starts_wall: row.starts_wall,
            time_zone: row.time_zone,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            duration_minutes: count(row.duration_minutes),
            capacity: count(row.capacity),
            seats_taken: count(row.seats_taken),
            require_registration: row.require_registration,
            registration_password: row.registration_password,
            expected_computers: count(row.expected_computers),
            expected_teleconference: count(row.expected_teleconference),
            opened_at: row.opened_at,
            version: row.version,
        })
    }
}

/// A question of a session's registration form.
#[derive(Clone, Debug, FromRow)]
pub struct QuestionRow {
    /// Its id; the form's field is `q_{id}`.
    pub id: uuid::Uuid,
    /// The words.
    pub label: String,
    /// `text`, `checkbox` or `choice`.
    pub kind: String,
    /// Must be answered.
    pub required: bool,
    /// The choices, one per line.
    pub options: String,
}

/// The columns of [`SessionRow`], from `session s` joined to its host `p`.
macro_rules! session_columns {
    () => {
        "SELECT s.id, s.site_id, s.host_id, p.name AS host_name, s.division_id, s.slug, s.topic, s.description, s.lang, s.status, \
         s.listing, s.starts_wall, s.time_zone, s.starts_at, s.ends_at, s.duration_minutes, s.capacity, s.seats_taken, s.fee_minor, \
         s.currency, s.require_registration, s.registration_password, s.expected_computers, s.audio, s.expected_teleconference, \
         s.opened_at, s.version FROM session s JOIN person p ON p.id = s.host_id "
    };
}

statements! {
    /// A site's session by its address.
    SESSION_BY_SLUG = concat!(session_columns!(), "WHERE s.site_id = $1 AND s.slug = $2");
    /// A site's session by id.
    SESSION_BY_ID = concat!(session_columns!(), "WHERE s.site_id = $1 AND s.id = $2");
    /// What the catalogue shows: published, listed, not over.
    SESSIONS_LISTED = concat!(session_columns!(),
        "WHERE s.site_id = $1 AND s.status IN ('scheduled', 'live') AND s.listing = 'all' AND s.ends_at > $2 ORDER BY s.starts_at, s.id LIMIT 200");
    /// A host's sessions, the next first.
    SESSIONS_OF_HOST = concat!(session_columns!(), "WHERE s.site_id = $1 AND s.host_id = $2 ORDER BY s.starts_at DESC, s.id LIMIT 200");
    /// A site's sessions, the next first.
    SESSIONS_OF_SITE = concat!(session_columns!(), "WHERE s.site_id = $1 ORDER BY s.starts_at DESC, s.id LIMIT 200");
    /// A session's questions in order.
    QUESTIONS = "SELECT id, label, kind, required, options FROM session_question WHERE session_id = $1 ORDER BY position";
}

fn many(rows: Vec<SessionRow>) -> Result<Vec<Session>, StoreError> {
    rows.into_iter().map(Session::try_from).collect()
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_slug(tx: &mut Tx, site: SiteId, slug: &str) -> Result<Option<Session>, StoreError> {
    tx.sql(SESSION_BY_SLUG).bind(site).bind(slug.to_owned()).optional::<SessionRow>().await?.map(Session::try_from).transpose()
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find(tx: &mut Tx, site: SiteId, id: SessionId) -> Result<Option<Session>, StoreError> {
    tx.sql(SESSION_BY_ID).bind(site).bind(id).optional::<SessionRow>().await?.map(Session::try_from).transpose()
}

/// Published, listed sessions that are not over at `now`, soonest first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn listed(tx: &mut Tx, site: SiteId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
    many(tx.sql(SESSIONS_LISTED).bind(site).bind(now).all::<SessionRow>().await?)
}

/// A host's own sessions, latest start first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn of_host(tx: &mut Tx, site: SiteId, host: PersonId) -> Result<Vec<Session>, StoreError> {
    many(tx.sql(SESSIONS_OF_HOST).bind(site).bind(host).all::<SessionRow>().await?)
}

/// All sessions of a site, latest start first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn of_site(tx: &mut Tx, site: SiteId) -> Result<Vec<Session>, StoreError> {
    many(tx.sql(SESSIONS_OF_SITE).bind(site).all::<SessionRow>().await?)
}

/// The questions of a session's registration form, in order.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn questions(tx: &mut Tx, session: SessionId) -> Result<Vec<QuestionRow>, StoreError> {
    tx.sql(QUESTIONS).bind(session).all().await
}
