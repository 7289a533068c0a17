//! Instants and civil time. The clock is read in `server/clock.rs` only; zones are resolved in `server/zones.rs`.

use serde::{Deserialize, Serialize};

/// An instant: microseconds since 1970-01-01T00:00:00 UTC. At rest it is that integer, which sorts and round-trips alike on
/// both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(transparent))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// `seconds` since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Later (or, negative, earlier) by `seconds`; stops at the ends of the range.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Whole seconds from `self` until `later`; negative when `later` is past.
    pub const fn seconds_until(self, later: Self) -> i64 {
        (later.0 - self.0).div_euclid(1_000_000)
    }
}

/// A wall-clock time as a form sends it, `YYYY-MM-DDTHH:MM`, without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WallTime {
    /// Year, 2000 to 2199: outside it a session is a typing mistake.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month, 1 to 31 as the month allows.
    pub day: i8,
    /// Hour, 0 to 23.
    pub hour: i8,
    /// Minute, 0 to 59.
    pub minute: i8,
}

impl WallTime {
    /// Parses `YYYY-MM-DDTHH:MM` (seconds, if a browser sends them, must be zero). `None` for anything else, including days
    /// that do not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.trim().split_once(['T', ' '])?;
        let mut date = date.split('-');
        let (year, month, day) = (date.next()?, date.next()?, date.next()?);
        let mut time = time.split(':');
        let (hour, minute, second) = (time.next()?, time.next()?, time.next().unwrap_or("00"));
        let plain = |t: &str, len: usize| t.len() == len && t.bytes().all(|b| b.is_ascii_digit());
        let well_formed = plain(year, 4) && [month, day, hour, minute].iter().all(|t| plain(t, 2)) && second == "00";
        if !well_formed || date.next().is_some() || time.next().is_some() {
            return None;
        }
        let parsed = Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
            day: day.parse().ok()?,
            hour: hour.parse().ok()?,
            minute: minute.parse().ok()?,
        };
        parsed.exists().then_some(parsed)
    }

    fn exists(self) -> bool {
        (2000..=2199).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=days_in(self.year, self.month)).contains(&self.day)
            && (0..=23).contains(&self.hour)
            && (0..=59).contains(&self.minute)
    }
}

impl std::fmt::Display for WallTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}", self.year, self.month, self.day, self.hour, self.minute)
    }
}

fn days_in(year: i16, month: i8) -> i8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_times_print_as_they_are_read() {
        for text in ["2027-01-12T10:00", "2028-02-29T23:59"] {
            assert_eq!(WallTime::parse(text).map(|t| t.to_string()).as_deref(), Some(text));
        }
        assert!(WallTime::parse("2027-01-12T10:00:00").is_some());
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in
            ["2027-02-29T10:00", "2027-13-01T10:00", "2027-00-01T10:00", "2027-01-12T24:00", "0001-01-01T00:00", "2027-1-2T3:4", "", "soon"]
        {
            assert_eq!(WallTime::parse(text), None, "{text}");
        }
    }
}
