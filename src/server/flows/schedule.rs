//! A host saves a session: understood, placed in its zone, guarded, written with its trail.

mod place;
pub mod views;

use sha2::{Digest as _, Sha256};

use crate::domain::{
    feature::Feature,
    form::{Problem, Refusal},
    ids::SessionId,
    money::{Currency, Money},
    role::{Action, Role},
    schedule::{Schedule, ScheduleForm, ScheduleLimits},
    session::SessionStatus,
};
use crate::server::{
    ctx::{Ctx, Person},
    failure::Failure,
    flows::usage,
    store::{
        audit,
        db::Tx,
        schedule::{self, NewSession},
        session::{self, Session},
        site::Site,
    },
    zones,
};
use crate::{read_tx, write_tx};
use place::place;

/// Longest session in minutes: a day.
const DURATION_MAX: u32 = 1_440;
/// Which of the two buttons at the end of the schedule page was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// *Start Session*: open the room, as soon as it is paid where that is asked.
    Start,
    /// *Schedule*: open for registrations.
    Schedule,
}

impl Intent {
    /// The value in forms and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Schedule => "schedule",
        }
    }

    /// Reads the form's value; nothing means *Schedule*, the harmless one.
    ///
    /// # Errors
    /// `NotAChoice`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        match text.trim() {
            "start" => Ok(Self::Start),
            "" | "schedule" => Ok(Self::Schedule),
            _ => Err(Problem::NotAChoice),
        }
    }
}

/// What a schedule on this site is checked against. `taken` seats of the session are taken already.
pub fn limits(site: &Site, taken: u32) -> ScheduleLimits {
    ScheduleLimits {
        currency: site.currency.unwrap_or(Currency::EUR),
        fee_max: if site.features.is_on(Feature::FeeBased) { site.fee_max() } else { None },
        capacity_max: site.capacity_max,
        duration_max: DURATION_MAX,
        seats_taken: taken,
    }
}

/// The session, if the person who asks runs it or administers its site.
///
/// # Errors
/// `SignInRequired`; `NotAllowed` (403) for roles that host nothing; `NotFound` also for other people's sessions.
pub async fn get_own(tx: &mut Tx, ctx: &Ctx, id: SessionId) -> Result<Session, Failure> {
    let person = ctx.require(Action::HostSessions)?;
    let session = session::find(tx, ctx.site().id, id).await?.ok_or(Failure::NotFound)?;
    if is_own(person, &session) { Ok(session) } else { Err(Failure::NotFound) }
}

fn is_own(person: &Person, session: &Session) -> bool {
    match person.role {
        Role::SiteAdmin => true,
        Role::Host => session.host_id == person.id,
        Role::AccountManager | Role::DivisionManager => false,
    }
}

/// The sessions a person runs, latest start first; all of the site for its administrators.
///
/// # Errors
/// `SignInRequired`; `NotAllowed`.
pub async fn list(ctx: &Ctx) -> Result<Vec<Session>, Failure> {
    let person = ctx.require(Action::HostSessions)?;
    read_tx!(ctx.app.db, |tx| -> Result<Vec<Session>, Failure> {
        Ok(match person.role {
            Role::SiteAdmin => session::of_site(tx, ctx.site().id).await?,
            Role::Host => session::of_host(tx, ctx.site().id, person.id).await?,
            Role::AccountManager | Role::DivisionManager => Vec::new(),
        })
    })
}

/// The session that a new form's key stands for: sent twice, also by going back and on again, it is one session. The key is
/// bound to its person, so that nobody can name somebody else's.
pub fn id_of_draft(ctx: &Ctx, key: &str) -> Option<SessionId> {
    const KEY_LENGTH_MAX: usize = 64;
    let person = ctx.caller.person.as_ref()?;
    if key.is_empty() || key.len() > KEY_LENGTH_MAX {
        return None;
    }
    let digest = Sha256::new().chain_update(b"lectern draft\0").chain_update(person.id.0.as_bytes()).chain_update(key).finalize();
    let bytes: [u8; 16] = digest.first_chunk().copied()?;
    Some(SessionId(uuid::Builder::from_custom_bytes(bytes).into_uuid()))
}

/// Saves the form of a new session under its key. A form that was saved already changes the session it made.
///
/// # Errors
/// As [`save`].
pub async fn save_new(ctx: &Ctx, key: &str, form: &ScheduleForm, intent: Intent) -> Result<SessionId, Failure> {
    let person = ctx.require(Action::HostSessions)?;
    let Some(id) = id_of_draft(ctx, key) else { return save(ctx, None, form, intent).await };
    let made = read_tx!(ctx.app.db, |tx| -> Result<Option<Session>, Failure> { Ok(session::find(tx, ctx.site().id, id).await?) })?;
    if made.is_some() {
        return save(ctx, Some(id), form, intent).await;
    }
    refuse_fee_where_off(ctx, form)?;
    create(ctx, person, id, form, intent).await
}

/// Saves a new session, or the changes to one. With pay-per-use a new session is a draft until it is scheduled or started from
/// the estimate; without, *Schedule* publishes at once.
///
/// # Errors
/// `Fields` with every problem; `NotProvisioned`/`NotEnabled` (403) for a fee where fees are off; `Stale` (409) when someone else
/// saved meanwhile; `SessionOver` (410); `UsageUnpaid` (402) when a running session would become dearer than what was paid;
/// `NotFound`, `SignInRequired`, `NotAllowed`.
pub async fn save(ctx: &Ctx, id: Option<SessionId>, form: &ScheduleForm, intent: Intent) -> Result<SessionId, Failure> {
    let person = ctx.require(Action::HostSessions)?;
    refuse_fee_where_off(ctx, form)?;
    match id {
        None => create(ctx, person, ctx.app.clock.id(), form, intent).await,
        Some(id) => change(ctx, id, form, intent).await,
    }
}

/// Opens a session for registrations, from the estimate page. Saved as *payment due* when it is not paid: unpaid usage blocks
/// only the start (spec.md Q2, Q8).
///
/// # Errors
/// `SessionOver` (410) when it is over or cancelled; `NotFound`, `SignInRequired`, `NotAllowed`.
pub async fn publish(ctx: &Ctx, id: SessionId) -> Result<(), Failure> {
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let session = get_own(tx, ctx, id).await?;
        match session.status {
            SessionStatus::Scheduled | SessionStatus::Live => return Ok(()),
            SessionStatus::Ended | SessionStatus::Cancelled => return Err(Refusal::SessionOver.into()),
            SessionStatus::Draft => {}
        }
        if session.ends_at <= now {
            return Err(Refusal::SessionOver.into());
        }
        if schedule::publish(tx, id, now).await? {
            trail(tx, ctx, "session.scheduled", id, Some(session.status.code().to_owned()), Some("scheduled".to_owned())).await?;
        }
        Ok(())
    })
}

async fn create(ctx: &Ctx, person: &Person, id: SessionId, form: &ScheduleForm, intent: Intent) -> Result<SessionId, Failure> {
    let (site, now) = (ctx.site(), ctx.app.clock.now());
    let placed = place(form, &limits(site, 0), intent, now, None)?;
    let is_published = intent == Intent::Schedule && !site.features.is_on(Feature::PayPerUse);
    let code = ctx.app.clock.short_code(8);
    write_tx!(ctx.app.db, |tx| -> Result<SessionId, Failure> {
        if session::find(tx, site.id, id).await?.is_some() {
            // The same form, pressed twice at once: the other one made it.
            return Ok(id);
        }
        let new = NewSession {
            id,
            site_id: site.id,
            host_id: person.id,
            division_id: person.division,
            slug: schedule::free_slug(tx, site.id, &placed.schedule.topic, &code).await?,
            lang: ctx.lang(),
            status: if is_published { SessionStatus::Scheduled } else { SessionStatus::Draft },
        };
        schedule::insert(tx, &new, &placed, now).await?;
        trail(tx, ctx, "session.created", id, None, Some(settings_of(&placed.schedule))).await?;
        Ok(id)
    })
}

async fn change(ctx: &Ctx, id: SessionId, form: &ScheduleForm, intent: Intent) -> Result<SessionId, Failure> {
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<SessionId, Failure> {
        let before = get_own(tx, ctx, id).await?;
        match before.status {
            SessionStatus::Ended | SessionStatus::Cancelled => return Err(Refusal::SessionOver.into()),
            SessionStatus::Draft | SessionStatus::Scheduled | SessionStatus::Live => {}
        }
        let mut placed = place(form, &limits(ctx.site(), before.seats_taken), intent, now, Some(&before))?;
        keep_fee_where_off(ctx, &mut placed.schedule, &before);
        if !schedule::update(tx, id, version_of(form, &before), &placed, now).await? {
            return Err(Refusal::Stale.into());
        }
        if before.status == SessionStatus::Live {
            usage::require_covered(tx, ctx, id, now).await?;
        }
        if before.status == SessionStatus::Draft && intent == Intent::Schedule && !ctx.site().features.is_on(Feature::PayPerUse) {
            schedule::publish(tx, id, now).await?;
        }
        trail(tx, ctx, "session.changed", id, Some(settings_of(&schedule_of(&before))), Some(settings_of(&placed.schedule))).await?;
        Ok(id)
    })
}

/// The version the form was made from. A program that names none means to overwrite; what is no number matches no version.
fn version_of(form: &ScheduleForm, before: &Session) -> i64 {
    match form.version.trim() {
        "" => before.version,
        version => version.parse().unwrap_or(-1),
    }
}

/// Fees off are absent: an amount typed all the same is refused at this door too. Zero asks for nothing.
fn refuse_fee_where_off(ctx: &Ctx, form: &ScheduleForm) -> Result<(), Failure> {
    let currency = ctx.site().currency.unwrap_or(Currency::EUR);
    let asks = !form.fee.trim().is_empty() && !Money::parse(&form.fee, currency).is_ok_and(Money::is_zero);
    if asks { ctx.require_feature(Feature::FeeBased) } else { Ok(()) }
}

/// While fees are off nobody sees the box, so saving must not wipe what it held.
fn keep_fee_where_off(ctx: &Ctx, schedule: &mut Schedule, before: &Session) {
    if !ctx.site().features.is_on(Feature::FeeBased) && !before.fee.is_zero() {
        schedule.fee = before.fee;
        schedule.require_registration = true;
    }
}

/// A stored session's settings, as the form would give them.
pub fn schedule_of(session: &Session) -> Schedule {
    Schedule {
        topic: session.topic.clone(),
        description: session.description.clone(),
        starts_at: crate::domain::time::WallTime::parse(&session.starts_wall)
            .or_else(|| zones::wall(session.starts_at, "UTC"))
            .unwrap_or(crate::domain::time::WallTime { year: 2000, month: 1, day: 1, hour: 0, minute: 0 }),
        time_zone: session.time_zone.clone(),
        duration_minutes: session.duration_minutes,
        capacity: session.capacity,
        fee: session.fee,
        require_registration: session.require_registration,
        expected_computers: session.expected_computers,
        audio: session.audio,
        expected_teleconference: session.expected_teleconference,
        listing: session.listing,
    }
}

fn settings_of(schedule: &Schedule) -> String {
    serde_json::json!({
        "topic": schedule.topic, "starts_at": schedule.starts_at.to_string(), "time_zone": schedule.time_zone,
        "duration_minutes": schedule.duration_minutes, "capacity": schedule.capacity, "fee": schedule.fee.plain(),
        "currency": schedule.fee.currency().code(), "require_registration": schedule.require_registration,
        "expected_computers": schedule.expected_computers, "audio": schedule.audio.code(),
        "expected_teleconference": schedule.expected_teleconference, "listing": schedule.listing.code(),
    })
    .to_string()
}

/// One line of the trail about a session, by whoever asks.
///
/// # Errors
/// A fault when the database fails.
pub(super) async fn trail(
    tx: &mut Tx,
    ctx: &Ctx,
    action: &'static str,
    id: SessionId,
    before: Option<String>,
    after: Option<String>,
) -> Result<(), Failure> {
    let line =
        audit::Line { site: Some(ctx.site().id), actor: ctx.actor(), action, subject: id.0, before, after, origin: Some(ctx.origin()) };
    Ok(audit::write(tx, ctx.app.clock.id(), &line, ctx.app.clock.now()).await?)
}
