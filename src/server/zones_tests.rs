//! Zone fixtures: the clock changes of Bucharest, and how times read in both languages.

use super::*;

fn wall_time(text: &str) -> WallTime {
    WallTime::parse(text).unwrap_or_else(|| panic!("{text}"))
}

fn at(text: &str, zone: &str) -> Timestamp {
    resolve(wall_time(text), zone).unwrap_or_else(|problem| panic!("{text} {zone}: {problem:?}"))
}

const BUCHAREST: &str = "Europe/Bucharest";

/// failures.md D-02.
#[test]
fn a_start_inside_the_spring_gap_names_the_two_nearest_times() {
    let gap = resolve(wall_time("2026-03-29T03:30"), BUCHAREST);
    assert_eq!(gap, Err(Problem::TimeSkipped { before: "02:59".into(), after: "04:00".into() }));
    assert!(resolve(wall_time("2026-03-29T02:59"), BUCHAREST).is_ok());
    assert_eq!(at("2026-03-29T04:00", BUCHAREST).0 - at("2026-03-29T02:59", BUCHAREST).0, 60_000_000);
}

/// A whole day was skipped where the date line moved: the dates are then named too.
#[test]
fn a_skipped_day_names_the_dates() {
    let gap = resolve(wall_time("2011-12-30T12:00"), "Pacific/Apia");
    assert_eq!(gap, Err(Problem::TimeSkipped { before: "2011-12-29 23:59".into(), after: "2011-12-31 00:00".into() }));
}

/// failures.md D-03.
#[test]
fn a_start_inside_the_autumn_fold_is_its_first_coming() {
    let twice = wall_time("2026-10-25T03:30");
    assert!(comes_twice(twice, BUCHAREST));
    assert!(!comes_twice(wall_time("2026-10-25T04:30"), BUCHAREST));
    assert_eq!(resolve(twice, BUCHAREST), Ok(Timestamp::from_seconds(1_792_888_200)));
    assert_eq!(instant_text(at("2026-10-25T03:30", BUCHAREST), BUCHAREST, Lang::En), "Sun 25 Oct 2026, 03:30 EEST (UTC+3)");
}

/// failures.md D-12.
#[test]
fn leap_days_exist_only_in_leap_years() {
    assert_eq!(WallTime::parse("2027-02-29T10:00"), None);
    assert_eq!(wall(at("2028-02-29T10:00", BUCHAREST), BUCHAREST), Some(wall_time("2028-02-29T10:00")));
    assert_eq!(WallTime::parse("0001-01-01T00:00"), None);
    assert!(WallTime::parse("9999-12-31T23:59").is_none());
}

#[test]
fn zones_are_known_by_their_exact_name() {
    for zone in ["Europe/Bucharest", "America/New_York", "Asia/Kolkata", "UTC"] {
        assert!(is_known(zone), "{zone}");
        assert!(known_zones().iter().any(|known| known.name == zone), "{zone} is offered");
    }
    for zone in ["", "europe/bucharest", "Europe/Bukarest", "+02:00", "../etc/passwd"] {
        assert_eq!(resolve(wall_time("2027-01-12T10:00"), zone), Err(Problem::UnknownZone), "{zone}");
    }
    let bucharest = known_zones().iter().find(|zone| zone.name == BUCHAREST);
    assert_eq!(bucharest.map(|zone| zone.offsets.as_str()), Some("UTC+2 / UTC+3"));
    assert!(known_zones().iter().all(|zone| !zone.name.starts_with("Etc/")));
}

fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

#[test]
fn times_read_as_each_language_writes_them() {
    let start = at("2027-01-12T10:00", BUCHAREST);
    let now = at("2027-01-09T18:00", BUCHAREST);
    let english = when(start, 90, BUCHAREST, now, Lang::En);
    assert_eq!(english.host_line, "Tue 12 Jan 2027, 10:00–11:30 EET (UTC+2)");
    assert_eq!(english.day, "Tuesday 12 January 2027");
    assert_eq!((english.day_key.as_str(), english.starts_iso.as_str()), ("2027-01-12", "2027-01-12T08:00:00Z"));
    assert_eq!((english.time_line.as_str(), plain(&english.relative).as_str()), ("10:00–11:30 EET (UTC+2)", "in 3 days"));
    let romanian = when(start, 90, BUCHAREST, now, Lang::Ro);
    assert_eq!(romanian.host_line, "mar., 12 ian. 2027, 10:00–11:30 EET (UTC+2)");
    assert_eq!(romanian.day, "marți, 12 ianuarie 2027");
    assert_eq!(plain(&romanian.relative), "peste 3 zile");
}

#[test]
fn the_offset_is_that_of_the_sessions_date() {
    let now = at("2027-01-09T18:00", BUCHAREST);
    assert!(when(at("2027-07-12T10:00", BUCHAREST), 90, BUCHAREST, now, Lang::En).host_line.ends_with("10:00–11:30 EEST (UTC+3)"));
    let india = when(at("2027-07-12T10:00", "Asia/Kolkata"), 30, "Asia/Kolkata", now, Lang::En);
    assert!(india.host_line.ends_with("10:00–10:30 IST (UTC+5:30)"), "{}", india.host_line);
    let numbered = when(at("2027-07-12T10:00", "America/Sao_Paulo"), 30, "America/Sao_Paulo", now, Lang::En);
    assert!(numbered.host_line.ends_with("10:00–10:30 (UTC\u{2212}3)"), "{}", numbered.host_line);
    assert!(when(at("2027-07-12T10:00", "UTC"), 30, "UTC", now, Lang::En).host_line.ends_with("10:00–10:30 UTC"));
}

#[test]
fn an_end_on_another_day_or_after_the_change_says_so() {
    let now = at("2026-01-09T18:00", BUCHAREST);
    assert_eq!(when(at("2026-03-28T23:30", BUCHAREST), 60, BUCHAREST, now, Lang::En).time_line, "23:30–Sun 29 Mar 2026, 00:30 EET (UTC+2)");
    assert_eq!(when(at("2026-03-29T02:30", BUCHAREST), 60, BUCHAREST, now, Lang::En).time_line, "02:30 EET–04:30 EEST (UTC+2)");
}

#[test]
fn relative_times_count_in_the_largest_unit() {
    let start = at("2027-01-12T10:00", BUCHAREST);
    for (ahead_seconds, en, ro) in [
        (30, "now", "acum"),
        (300, "in 5 minutes", "peste 5 minute"),
        (7_200, "in 2 hours", "peste 2 ore"),
        (86_400 * 20, "in 20 days", "peste 20 de zile"),
        (-600, "started 10 minutes ago", "a început acum 10 minute"),
        (-7_200, "2 hours ago", "acum 2 ore"),
        (-86_400 * 2, "2 days ago", "acum 2 zile"),
    ] {
        let now = start.plus_seconds(-ahead_seconds);
        assert_eq!(plain(&when(start, 90, BUCHAREST, now, Lang::En).relative), en);
        assert_eq!(plain(&when(start, 90, BUCHAREST, now, Lang::Ro).relative), ro);
    }
}

#[test]
fn a_day_is_as_long_as_its_zone_makes_it() {
    for (day, hours) in [("2026-03-29T12:00", 23), ("2026-10-25T12:00", 25), ("2026-06-01T12:00", 24)] {
        let (start, end) = today_range(at(day, BUCHAREST), BUCHAREST);
        assert_eq!(start.seconds_until(end), hours * 3_600, "{day}");
        assert!(start <= at(day, BUCHAREST) && at(day, BUCHAREST) < end);
    }
}
