//! The calendar file of a paid place (RFC 5545): stable UID, times in UTC, a reminder. Only who is let in gets it.

use crate::domain::time::Timestamp;
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{order, registration, session},
    zones,
};

/// The calendar file of an order's place.
///
/// # Errors
/// `NotFound` when there is no such order or its place is not confirmed.
pub async fn of_order(ctx: &Ctx, link: &str) -> Result<String, Failure> {
    let (session, code) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let order = order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound)?;
        let place = registration::find_of_order(tx, order.id).await?.ok_or(Failure::NotFound)?;
        let code = place.code.ok_or(Failure::NotFound)?;
        let session = session::find(tx, order.site_id, order.session_id).await?.ok_or(Failure::NotFound)?;
        Ok((session, code))
    })?;
    let site = ctx.site();
    let join = format!("{}/join/{code}", ctx.app.address_of(site));
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Lectern//Lectern//EN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{}", session.id, site.host),
        format!("SEQUENCE:{}", session.version),
        format!("DTSTAMP:{}", stamp(ctx.app.clock.now())),
        format!("DTSTART:{}", stamp(session.starts_at)),
        format!("DTEND:{}", stamp(session.ends_at)),
        format!("SUMMARY:{}", escape(&session.topic)),
        format!("DESCRIPTION:{}", escape(&format!("{}\n{join}", session.description))),
        format!("URL:{join}"),
        format!(
            "ORGANIZER;CN=\"{}\":mailto:{}",
            session.host_name.replace('"', "'"),
            site.support_email.as_deref().unwrap_or("noreply@invalid")
        ),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{}", escape(&session.topic)),
        "TRIGGER:-PT15M".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    Ok(lines.iter().map(|line| fold(line)).collect())
}

/// An instant as iCalendar writes it in UTC: `20270112T080000Z`.
fn stamp(at: Timestamp) -> String {
    let plain = zones::wall(at, "UTC").map(|wall| wall.to_string()).unwrap_or_default();
    format!("{}00Z", plain.replace(['-', ':'], ""))
}

/// RFC 5545, 3.3.11.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\r', "").replace('\n', "\\n")
}

/// RFC 5545, 3.1: at most 75 octets a line, continuation lines begin with a space; never inside a character.
fn fold(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut width = 0;
    for c in line.chars() {
        if width + c.len_utf8() > 74 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(c);
        width += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_utc() {
        assert_eq!(stamp(Timestamp::from_seconds(1_799_740_800)), "20270112T080000Z");
    }

    #[test]
    fn text_is_escaped_and_long_lines_are_folded() {
        assert_eq!(escape("a,b;c\\d\r\ne"), "a\\,b\\;c\\\\d\\ne");
        let folded = fold(&format!("SUMMARY:{}", "ș".repeat(100)));
        assert!(folded.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(folded.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "ș".repeat(100)));
    }
}
