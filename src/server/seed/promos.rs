//! The demo's promo codes (design.md §9) and a few that show the other rules.

use std::collections::HashMap;

use super::{Demo, sessions::Loaded};
use crate::{
    domain::{
        ids::PromoId,
        money::{Currency, Money},
        pricing::{Discount, Percent},
        promo::{PromoRules, PromoStatus},
        time::Timestamp,
    },
    server::{
        failure::Failure,
        store::{
            db::Tx,
            promo_admin::{self, PromoCard},
        },
    },
};

/// A code that sales use.
#[derive(Clone, Copy)]
pub(super) struct Code {
    pub id: PromoId,
    pub code: &'static str,
    pub discount: Discount,
}

const DAY: i64 = 86_400;

/// Adds the codes; answers with all of them by name.
pub(super) async fn add(tx: &mut Tx, demo: &Demo<'_>, sessions: &[Loaded]) -> Result<HashMap<&'static str, Code>, Failure> {
    let long_ago = demo.now.plus_seconds(-35 * DAY);
    let mut codes = HashMap::new();
    for (code, rules) in rules(demo, sessions) {
        let card = PromoCard { id: demo.clock.id(), code: code.to_owned(), rules, version: 1, created_at: long_ago };
        promo_admin::insert(tx, demo.site.id, &card, Currency::EUR).await?;
        demo.audit(tx, long_ago, &demo.admin.to_string(), "promo.created", card.id.0, (None, code)).await?;
        codes.insert(code, Code { id: card.id, code, discount: card.rules.discount });
    }
    Ok(codes)
}

fn rules(demo: &Demo<'_>, sessions: &[Loaded]) -> Vec<(&'static str, PromoRules)> {
    let only = |slug: &str| sessions.iter().filter(|s| s.talk.slug == slug).map(|s| s.id).collect();
    let in_days = |days: i64| Some(midnight(demo, days));
    vec![
        ("TRAIN20", plain(percent(2_000))),
        ("WELCOME15", plain(fixed(1_500))),
        ("FREEPASS", plain(percent(10_000))),
        ("EXPIRED10", PromoRules { starts_at: in_days(-30), ends_at: in_days(-7), ..plain(percent(1_000)) }),
        ("LASTONE", PromoRules { uses_max: Some(1), ..plain(percent(5_000)) }),
        ("COMINGSOON", PromoRules { starts_at: in_days(30), ends_at: in_days(60), ..plain(percent(2_500)) }),
        ("RUST40", PromoRules { sessions: only("rust-for-backend-engineers"), minimum: Some(eur(10_000)), ..plain(fixed(4_000)) }),
        (
            "STAFF-ACME",
            PromoRules { people: vec!["@acme-academy.example".to_owned()], uses_per_person_max: Some(2), ..plain(percent(5_000)) },
        ),
        ("AUTUMN-SALE", PromoRules { status: PromoStatus::Paused, uses_max: Some(200), ..plain(percent(1_250)) }),
    ]
}

/// The first instant of the site's day so many days from today.
fn midnight(demo: &Demo<'_>, days: i64) -> Timestamp {
    crate::server::zones::today_range(demo.now.plus_seconds(days * DAY), &demo.site.time_zone).0
}

fn plain(discount: Discount) -> PromoRules {
    PromoRules {
        status: PromoStatus::Active,
        discount,
        starts_at: None,
        ends_at: None,
        uses_max: None,
        uses_taken: 0,
        uses_per_person_max: None,
        sessions: vec![],
        people: vec![],
        minimum: None,
    }
}

fn percent(hundredths: u32) -> Discount {
    Discount::Percent(Percent::from_hundredths(hundredths).unwrap_or(Percent::WHOLE))
}

fn fixed(minor: i64) -> Discount {
    Discount::Fixed(eur(minor))
}

fn eur(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}
