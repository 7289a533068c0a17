//! Time zones: wall time and IANA name are a session's truth, the instant is computed from them here, and every printed time
//! carries its zone. The only user of `jiff`; the zone data is compiled in, so two servers never disagree.

use std::sync::LazyLock;

use jiff::{
    ZonedDateTime,
    civil::DateTime,
    tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase},
};

use crate::api::catalogue::When;
use crate::domain::{
    form::Problem,
    text::Lang,
    time::{Timestamp, WallTime},
};
use crate::texts::plurals;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A zone as the picker lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneName {
    /// The IANA name: `Europe/Bucharest`.
    pub name: String,
    /// Its offsets through the year: `UTC+2`, or `UTC+2 / UTC+3` where the clocks change.
    pub offsets: String,
}

static KNOWN: LazyLock<Vec<ZoneName>> = LazyLock::new(|| {
    let mut names: Vec<ZoneName> = ZONES
        .available()
        .filter(|name| is_offered(name.as_str()))
        .filter_map(|name| Some(ZoneName { offsets: year_offsets(&ZONES.get(name.as_str()).ok()?), name: name.as_str().to_owned() }))
        .collect();
    names.sort_by(|a, b| a.name.cmp(&b.name));
    names
});

/// Every zone a picker offers, by name.
pub fn known_zones() -> &'static [ZoneName] {
    &KNOWN
}

/// Places only: a city says which rules apply, `EST5EDT` or `US/Eastern` are old spellings of one.
fn is_offered(name: &str) -> bool {
    const AREAS: [&str; 10] = ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    name == "UTC" || name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area))
}

fn year_offsets(zone: &TimeZone) -> String {
    // Both halves of one fixed year: what is listed must not depend on when the server started.
    const WINTER: i64 = 1_768_435_200;
    const SUMMER: i64 = 1_784_073_600;
    let at = |seconds| jiff::Timestamp::from_second(seconds).map(|ts| zone.to_offset(ts)).unwrap_or(Offset::UTC);
    let (winter, summer) = (at(WINTER), at(SUMMER));
    if winter == summer {
        offset_text(winter)
    } else {
        format!("{} / {}", offset_text(winter.min(summer)), offset_text(winter.max(summer)))
    }
}

/// The instant of a wall time. A time that comes twice, when the clocks go back, means its first coming.
///
/// # Errors
/// `UnknownZone`; `TimeSkipped` with the last time before and the first after, when the clocks go forward over it.
pub fn resolve(wall: WallTime, zone: &str) -> Result<Timestamp, Problem> {
    let zone = find(zone).ok_or(Problem::UnknownZone)?;
    let civil = civil_of(wall).ok_or(Problem::NotADate)?;
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
        return Err(skipped(&zone, civil));
    }
    ambiguous.earlier().map(|ts| Timestamp(ts.as_microsecond())).map_err(|_| Problem::NotADate)
}

/// Whether a wall time comes twice in its zone, because the clocks go back over it. Pages then say that the first is meant.
pub fn comes_twice(wall: WallTime, zone: &str) -> bool {
    let offset = find(zone).zip(civil_of(wall)).map(|(zone, civil)| zone.to_ambiguous_timestamp(civil).offset());
    matches!(offset, Some(AmbiguousOffset::Fold { .. }))
}

/// Whether a zone's name is known, in its exact spelling.
pub fn is_known(zone: &str) -> bool {
    find(zone).is_some()
}

/// The wall time of an instant, cut to the minute; `None` for an unknown zone.
pub fn wall(at: Timestamp, zone: &str) -> Option<WallTime> {
    let at = zoned(at, &find(zone)?)?;
    Some(WallTime { year: at.year(), month: at.month(), day: at.day(), hour: at.hour(), minute: at.minute() })
}

/// The first instant of today and the first of tomorrow in a zone; a day is 23 to 25 hours long. Unknown zones count as UTC.
pub fn today_range(now: Timestamp, zone: &str) -> (Timestamp, Timestamp) {
    let today = zoned_or_utc(now, zone);
    let micros = |at: Result<ZonedDateTime, jiff::Error>, otherwise: i64| {
        at.map_or(Timestamp(otherwise), |at| Timestamp(at.timestamp().as_microsecond()))
    };
    let start = micros(today.start_of_day(), now.0);
    let end = micros(today.tomorrow().and_then(|day| day.start_of_day()), start.plus_seconds(86_400).0);
    (start, end)
}

/// A session's time in its own zone, in words; every line carries the offset valid on that date.
pub fn when(starts_at: Timestamp, duration_minutes: u32, zone: &str, now: Timestamp, lang: Lang) -> When {
    let start = zoned_or_utc(starts_at, zone);
    let end = zoned_or_utc(starts_at.plus_seconds(i64::from(duration_minutes) * 60), zone);
    let (date, clock) = (short_date(&start, lang), clock_range(&start, &end, lang));
    let offset = offset_suffix(&start);
    When {
        starts_iso: start.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        host_line: format!("{date}, {clock}{offset}"),
        day: long_date(&start, lang),
        day_key: start.strftime("%Y-%m-%d").to_string(),
        time_line: format!("{clock}{offset}"),
        zone: zone.to_owned(),
        duration_minutes,
        relative: relative(starts_at, duration_minutes, now, &start, lang),
    }
}

/// An instant in a zone: `Tue 12 Jan 2027, 10:00 EET (UTC+2)`. Unknown zones count as UTC.
pub fn instant_text(at: Timestamp, zone: &str, lang: Lang) -> String {
    let at = zoned_or_utc(at, zone);
    format!("{}, {}{}{}", short_date(&at, lang), clock(&at), abbreviation(&at), offset_suffix(&at))
}

fn find(zone: &str) -> Option<TimeZone> {
    // The database forgives case; a stored name must be the one spelling that browsers know too.
    ZONES.get(zone).ok().filter(|found| found.iana_name() == Some(zone))
}

fn civil_of(wall: WallTime) -> Option<DateTime> {
    DateTime::new(wall.year, wall.month, wall.day, wall.hour, wall.minute, 0, 0).ok()
}

fn zoned(at: Timestamp, zone: &TimeZone) -> Option<ZonedDateTime> {
    Some(jiff::Timestamp::from_microsecond(at.0).ok()?.to_zoned_datetime(zone.clone()))
}

fn zoned_or_utc(at: Timestamp, zone: &str) -> ZonedDateTime {
    let zone = find(zone).unwrap_or(TimeZone::UTC);
    zoned(at, &zone).unwrap_or_else(|| jiff::Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC))
}

/// The minute before the clocks jump and the first after, as the form writes times.
fn skipped(zone: &TimeZone, civil: DateTime) -> Problem {
    let jump = zone
        .to_ambiguous_timestamp(civil)
        .later()
        .ok()
        .and_then(|after| zone.preceding(after).next().map(|transition| transition.timestamp()));
    let Some(after) = jump.map(|jump| jump.to_zoned_datetime(zone.clone())) else { return Problem::NotADate };
    let Ok(before) = after.checked_sub(jiff::Span::new().minutes(1)) else { return Problem::NotADate };
    let text = |at: &ZonedDateTime| {
        let format = if at.date() == civil.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        at.strftime(format).to_string()
    };
    Problem::TimeSkipped { before: text(&before), after: text(&after) }
}

const DAYS: [[&str; 7]; 2] = [["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ["lun.", "mar.", "mie.", "joi", "vin.", "sâm.", "dum."]];
const DAYS_LONG: [[&str; 7]; 2] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică"],
];
const MONTHS: [[&str; 12]; 2] = [
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["ian.", "feb.", "mar.", "apr.", "mai", "iun.", "iul.", "aug.", "sept.", "oct.", "nov.", "dec."],
];
const MONTHS_LONG: [[&str; 12]; 2] = [
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    ["ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie"],
];

const fn row(lang: Lang) -> usize {
    match lang {
        Lang::En => 0,
        Lang::Ro => 1,
    }
}

fn date_in(at: &ZonedDateTime, days: &[[&str; 7]; 2], months: &[[&str; 12]; 2], lang: Lang) -> String {
    // Monday is 0 and January 1 in jiff, so neither index leaves its table.
    let day = days[row(lang)][usize::from(at.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
    let month = months[row(lang)][usize::from((at.month() - 1).unsigned_abs()) % 12];
    let comma = match lang {
        Lang::En => "",
        Lang::Ro => ",",
    };
    format!("{day}{comma} {} {month} {}", at.day(), at.year())
}

fn short_date(at: &ZonedDateTime, lang: Lang) -> String {
    date_in(at, &DAYS, &MONTHS, lang)
}

fn long_date(at: &ZonedDateTime, lang: Lang) -> String {
    date_in(at, &DAYS_LONG, &MONTHS_LONG, lang)
}

fn clock(at: &ZonedDateTime) -> String {
    at.strftime("%H:%M").to_string()
}

/// `10:00–11:30 EET`; an end on another day carries its date, an end after the clocks changed carries its own zone.
fn clock_range(start: &ZonedDateTime, end: &ZonedDateTime, lang: Lang) -> String {
    let end_day = if start.date() == end.date() { String::new() } else { format!("{}, ", short_date(end, lang)) };
    let changed = if start.offset() == end.offset() { String::new() } else { abbreviation(start) };
    format!("{}{changed}–{end_day}{}{}", clock(start), clock(end), abbreviation(end))
}

/// ` EET`, or nothing for zones that have numbers for a name: the offset beside it says the same.
fn abbreviation(at: &ZonedDateTime) -> String {
    let info = at.time_zone().to_offset_info(at.timestamp());
    let name = info.abbreviation();
    if name.is_empty() || name.starts_with(['+', '-']) { String::new() } else { format!(" {name}") }
}

/// ` (UTC+2)`, or nothing where the abbreviation says it: `UTC` itself.
fn offset_suffix(at: &ZonedDateTime) -> String {
    if abbreviation(at) == " UTC" { String::new() } else { format!(" ({})", offset_text(at.offset())) }
}

fn offset_text(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '\u{2212}' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// How far away the start is, in the largest unit that says it: days are those of the calendar.
fn relative(starts_at: Timestamp, duration_minutes: u32, now: Timestamp, start: &ZonedDateTime, lang: Lang) -> String {
    let seconds = now.seconds_until(starts_at);
    let count = if seconds.abs() < 3_600 {
        plurals::minutes(lang, seconds.unsigned_abs() / 60)
    } else if seconds.abs() < 86_400 {
        plurals::hours(lang, seconds.unsigned_abs() / 3_600)
    } else {
        plurals::days(lang, calendar_days(now, start).unwrap_or(seconds.unsigned_abs() / 86_400).max(1))
    };
    let running = seconds <= 0 && -seconds < i64::from(duration_minutes) * 60;
    match (lang, seconds.abs() < 60, running, seconds > 0) {
        (Lang::En, true, _, _) => "now".to_owned(),
        (Lang::Ro, true, _, _) => "acum".to_owned(),
        (Lang::En, false, true, _) => format!("started {count} ago"),
        (Lang::Ro, false, true, _) => format!("a început acum {count}"),
        (Lang::En, false, false, true) => format!("in {count}"),
        (Lang::Ro, false, false, true) => format!("peste {count}"),
        (Lang::En, false, false, false) => format!("{count} ago"),
        (Lang::Ro, false, false, false) => format!("acum {count}"),
    }
}

fn calendar_days(now: Timestamp, start: &ZonedDateTime) -> Option<u64> {
    let today = zoned(now, start.time_zone())?.date();
    let span = today.until(start.date()).ok()?;
    Some(u64::from(span.get_days().unsigned_abs()))
}

#[cfg(test)]
#[path = "zones_tests.rs"]
mod tests;
