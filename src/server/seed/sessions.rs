//! Puts the catalogue's sessions on their days.

use super::{
    Demo,
    catalogue::{Start, Talk},
    sql,
};
use crate::{
    domain::{
        ids::{PersonId, SessionId},
        session::SessionStatus,
        time::{Timestamp, WallTime},
    },
    server::{failure::Failure, store::db::Tx, zones},
};

/// A session as loaded.
pub(super) struct Loaded {
    pub id: SessionId,
    pub talk: &'static Talk,
    pub host: PersonId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub created_at: Timestamp,
}

/// Adds every session, on sale; `finish` gives each its status once its seats are sold.
pub(super) async fn add(tx: &mut Tx, demo: &Demo<'_>, talks: &'static [Talk]) -> Result<Vec<Loaded>, Failure> {
    let mut loaded = Vec::with_capacity(talks.len());
    for talk in talks {
        let (wall, starts_at) = start(talk, demo.now)?;
        let session = Loaded {
            id: demo.clock.id(),
            talk,
            host: demo.hosts[talk.host],
            starts_at,
            ends_at: starts_at.plus_seconds(talk.minutes * 60),
            created_at: demo.now.plus_seconds(-35 * 86_400),
        };
        insert(tx, demo, &session, wall).await?;
        demo.audit(tx, session.created_at, &session.host.to_string(), "session.scheduled", session.id.0, (None, "scheduled")).await?;
        loaded.push(session);
    }
    Ok(loaded)
}

async fn insert(tx: &mut Tx, demo: &Demo<'_>, session: &Loaded, wall: WallTime) -> Result<(), Failure> {
    let talk = session.talk;
    let currency = demo.site.currency.map(|c| c.code());
    tx.sql(sql::SEED_SESSION)
        .bind(session.id)
        .bind(demo.site.id)
        .bind(session.host)
        .bind(demo.divisions[talk.host])
        .bind(talk.slug)
        .bind(talk.topic)
        .bind(talk.description)
        .bind(talk.lang)
        .bind(talk.listing.code())
        .bind(wall.to_string())
        .bind(talk.zone)
        .bind(session.starts_at)
        .bind(session.ends_at)
        .bind(talk.minutes)
        .bind(talk.seats)
        .bind(talk.fee)
        .bind(currency)
        .bind(talk.fee > 0 || talk.slug == "free-orientation")
        .bind(talk.expected.0)
        .bind(talk.audio.code())
        .bind(talk.expected.1)
        .bind(session.created_at)
        .execute()
        .await?;
    questions(tx, demo, session).await
}

/// Two sessions ask their participants something.
async fn questions(tx: &mut Tx, demo: &Demo<'_>, session: &Loaded) -> Result<(), Failure> {
    let asked: &[(&str, &str, &str)] = match session.talk.slug {
        "rust-for-backend-engineers" => &[
            ("Which language do you use at work?", "choice", "Java\nC#\nGo\nPython\nTypeScript\nAnother"),
            ("What would you like to build?", "text", ""),
        ],
        "excel-pentru-contabili" => &[("Ce versiune de Excel folosiți?", "choice", "2019\n2021\nMicrosoft 365")],
        _ => &[],
    };
    for (position, (label, kind, options)) in (1_i64..).zip(asked) {
        let id: uuid::Uuid = demo.clock.id();
        tx.sql(sql::SEED_QUESTION)
            .bind(id)
            .bind(session.id)
            .bind(position)
            .bind(*label)
            .bind(*kind)
            .bind(false)
            .bind(*options)
            .execute()
            .await?;
    }
    Ok(())
}

/// Gives every session the status it has today.
pub(super) async fn finish(tx: &mut Tx, demo: &Demo<'_>, sessions: &[Loaded]) -> Result<(), Failure> {
    for session in sessions {
        let status = session.talk.status;
        let (opened, closed, at) = match status {
            SessionStatus::Scheduled => continue,
            SessionStatus::Draft => (None, None, session.created_at),
            SessionStatus::Cancelled => (None, None, demo.now.plus_seconds(-86_400)),
            SessionStatus::Live => (Some(session.starts_at), None, session.starts_at),
            SessionStatus::Ended => (Some(session.starts_at), Some(session.ends_at), session.ends_at),
        };
        tx.sql(sql::SEED_SESSION_STATUS).bind(session.id).bind(status.code()).bind(opened).bind(closed).execute().await?;
        let action = match status {
            SessionStatus::Draft | SessionStatus::Scheduled => "session.drafted",
            SessionStatus::Live => "session.started",
            SessionStatus::Ended => "session.ended",
            SessionStatus::Cancelled => "session.cancelled",
        };
        demo.audit(tx, at, &session.host.to_string(), action, session.id.0, (Some("scheduled"), status.code())).await?;
    }
    Ok(())
}

/// Wall time and instant of a talk's start.
fn start(talk: &Talk, now: Timestamp) -> Result<(WallTime, Timestamp), Failure> {
    let unknown = || Failure::corrupt(format!("seed: {} has no start", talk.slug));
    let wall = match talk.start {
        // Full minutes, so that the wall time is the instant.
        Start::MinutesAgo(minutes) => {
            zones::wall(Timestamp(now.0 - now.0.rem_euclid(60_000_000)).plus_seconds(-minutes * 60), talk.zone).ok_or_else(unknown)?
        }
        Start::Day(days, hour, minute) => {
            let noon = zones::today_range(now, talk.zone).0.plus_seconds(43_200 + days * 86_400);
            WallTime { hour, minute, ..zones::wall(noon, talk.zone).ok_or_else(unknown)? }
        }
    };
    Ok((wall, zones::resolve(wall, talk.zone).map_err(|_| unknown())?))
}

#[cfg(test)]
mod tests {
    use super::{super::catalogue::TALKS, *};

    #[test]
    fn every_talk_has_a_start_on_every_day_of_two_years() {
        for day in 0..730 {
            let now = Timestamp::from_seconds(1_790_000_000 + day * 86_400);
            for talk in TALKS {
                let (_, at) = start(talk, now).unwrap_or_else(|_| panic!("{} on day {day}", talk.slug));
                if let Start::Day(days, ..) = talk.start {
                    assert_eq!(days > 0, at > now, "{} on day {day}", talk.slug);
                }
            }
        }
    }
}
