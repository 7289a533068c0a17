//! What hosts write of a session. Readers are in `session`; the room's own changes in `room`.

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{DivisionId, PersonId, SessionId, SiteId},
    schedule::Schedule,
    session::SessionStatus,
    text::Lang,
    time::Timestamp,
};

statements! {
    /// A new session.
    INSERT_SESSION = "INSERT INTO session (id, site_id, host_id, division_id, slug, topic, description, lang, status, listing, \
        starts_wall, time_zone, starts_at, ends_at, duration_minutes, capacity, seats_taken, fee_minor, currency, \
        require_registration, expected_computers, audio, expected_teleconference, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $17, $18, $19, $20, $21, $22, 1, $23, $23)";
    /// The host's changes, unless someone else saved first or fewer seats are wanted than are taken.
    UPDATE_SESSION = "UPDATE session SET topic = $3, description = $4, listing = $5, starts_wall = $6, time_zone = $7, starts_at = $8, \
        ends_at = $9, duration_minutes = $10, capacity = $11, fee_minor = $12, currency = $13, require_registration = $14, \
        expected_computers = $15, audio = $16, expected_teleconference = $17, version = version + 1, updated_at = $18 \
        WHERE id = $1 AND version = $2 AND seats_taken <= $11 AND status IN ('draft', 'scheduled', 'live')";
    /// Publishes a draft.
    PUBLISH_SESSION = "UPDATE session SET status = 'scheduled', version = version + 1, updated_at = $2 WHERE id = $1 AND status = 'draft'";
    /// Whether an address is taken in a site.
    SLUG_TAKEN = "SELECT version FROM session WHERE site_id = $1 AND slug = $2";
}

/// A schedule with its instants, as the zone of its place and date gives them.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What the host typed.
    pub schedule: Schedule,
    /// First instant.
    pub starts_at: Timestamp,
}

impl Placed {
    /// First instant after the session.
    pub fn ends_at(&self) -> Timestamp {
        self.starts_at.plus_seconds(i64::from(self.schedule.duration_minutes) * 60)
    }
}

/// Whose session it will be.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Its tenant.
    pub site_id: SiteId,
    /// Who runs it.
    pub host_id: PersonId,
    /// The division that pays for it.
    pub division_id: Option<DivisionId>,
    /// Its address under `/s/`; see [`free_slug`].
    pub slug: String,
    /// The language it is held in.
    pub lang: Lang,
    /// Draft or scheduled.
    pub status: SessionStatus,
}

/// # Errors
/// `StoreError` when the database fails, `Duplicate` when the slug was taken meanwhile.
pub async fn insert(tx: &mut Tx, new: &NewSession, placed: &Placed, now: Timestamp) -> Result<(), StoreError> {
    let schedule = &placed.schedule;
    tx.sql(INSERT_SESSION)
        .bind(new.id)
        .bind(new.site_id)
        .bind(new.host_id)
        .bind(new.division_id)
        .bind(new.slug.clone())
        .bind(schedule.topic.clone())
        .bind(schedule.description.clone())
        .bind(new.lang.tag())
        .bind(new.status.code())
        .bind(schedule.listing.code())
        .bind(schedule.starts_at.to_string())
        .bind(schedule.time_zone.clone())
        .bind(placed.starts_at)
        .bind(placed.ends_at())
        .bind(i64::from(schedule.duration_minutes))
        .bind(i64::from(schedule.capacity))
        .bind(schedule.fee.minor())
        .bind(schedule.fee.currency().code())
        .bind(schedule.require_registration)
        .bind(i64::from(schedule.expected_computers))
        .bind(schedule.audio.code())
        .bind(i64::from(schedule.expected_teleconference))
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Saves over the version the host read. `false` when it is no longer that version, has more seats taken than wanted, or is over.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn update(tx: &mut Tx, id: SessionId, version: i64, placed: &Placed, now: Timestamp) -> Result<bool, StoreError> {
    let schedule = &placed.schedule;
    let rows = tx
        .sql(UPDATE_SESSION)
        .bind(id)
        .bind(version)
        .bind(schedule.topic.clone())
        .bind(schedule.description.clone())
        .bind(schedule.listing.code())
        .bind(schedule.starts_at.to_string())
        .bind(schedule.time_zone.clone())
        .bind(placed.starts_at)
        .bind(placed.ends_at())
        .bind(i64::from(schedule.duration_minutes))
        .bind(i64::from(schedule.capacity))
        .bind(schedule.fee.minor())
        .bind(schedule.fee.currency().code())
        .bind(schedule.require_registration)
        .bind(i64::from(schedule.expected_computers))
        .bind(schedule.audio.code())
        .bind(i64::from(schedule.expected_teleconference))
        .bind(now)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Opens a draft for registrations. `false` when it is no draft (any more).
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn publish(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.sql(PUBLISH_SESSION).bind(id).bind(now).execute().await? == 1)
}

/// An address nobody uses yet: the topic's, with a number when that is taken, with `otherwise` when the numbers are too.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn free_slug(tx: &mut Tx, site: SiteId, topic: &str, otherwise: &str) -> Result<String, StoreError> {
    const NUMBERS_MAX: u32 = 20;
    let base = slug_of(topic);
    for number in 1..=NUMBERS_MAX {
        let candidate = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        let taken: Option<(i64,)> = tx.sql(SLUG_TAKEN).bind(site).bind(candidate.clone()).optional().await?;
        if taken.is_none() {
            return Ok(candidate);
        }
    }
    Ok(format!("{base}-{}", otherwise.to_ascii_lowercase()))
}

/// A topic as an address: lower case ASCII letters and digits joined by hyphens, at most 60; `session` when nothing is left.
pub fn slug_of(topic: &str) -> String {
    const LENGTH_MAX: usize = 60;
    let mut slug = String::with_capacity(topic.len());
    for letter in topic.chars().flat_map(char::to_lowercase) {
        let plain = plain_letter(letter);
        if plain.is_empty() {
            if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        } else {
            slug.push_str(plain.as_str());
        }
        if slug.len() >= LENGTH_MAX {
            break;
        }
    }
    slug.truncate(LENGTH_MAX);
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "session".to_owned() } else { slug.to_owned() }
}

/// A lower case letter without its marks, or nothing for what does not belong in an address. Combining marks that were typed
/// apart vanish in the caller only as separators, so the composed letters of Romanian and its neighbours are listed.
fn plain_letter(letter: char) -> String {
    let plain = match letter {
        'a'..='z' | '0'..='9' => return letter.to_string(),
        'ă' | 'â' | 'á' | 'à' | 'ä' | 'ã' | 'å' | 'ą' => "a",
        'î' | 'í' | 'ì' | 'ï' | 'ı' => "i",
        'ș' | 'ş' | 'š' | 'ś' => "s",
        'ț' | 'ţ' | 'ť' => "t",
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ő' | 'ø' => "o",
        'ú' | 'ù' | 'û' | 'ü' | 'ű' | 'ů' => "u",
        'ç' | 'č' | 'ć' => "c",
        'ñ' | 'ń' | 'ň' => "n",
        'ý' | 'ÿ' => "y",
        'ž' | 'ź' | 'ż' => "z",
        'ł' => "l",
        'ř' => "r",
        'ď' => "d",
        'ğ' => "g",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        _ => "",
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_become_addresses() {
        for (topic, slug) in [
            ("Negotiation skills", "negotiation-skills"),
            ("Învățați să gestionați țintele", "invatati-sa-gestionati-tintele"),
            ("  C++ & Rust: what's new? ", "c-rust-what-s-new"),
            ("Größe", "grosse"),
            ("日本語", "session"),
            ("---", "session"),
            ("2027", "2027"),
        ] {
            assert_eq!(slug_of(topic), slug, "{topic}");
        }
        let long = slug_of(&"word ".repeat(40));
        assert!(long.len() <= 60 && !long.ends_with('-'));
    }
}
