//! What hosts paid, or still owe, for running the sessions.

use super::{Demo, catalogue::UsagePaid, sales, sessions::Loaded};
use crate::{
    domain::{
        estimate::{Rate, Rates, Usage, estimate},
        ids::OrderId,
        money::{Currency, Money},
        order::OrderKind,
        pricing::FeePrice,
        session::SessionStatus,
        text::Lang,
    },
    server::{
        failure::Failure,
        store::{
            db::Tx,
            order::{self, NewOrder},
            quote,
        },
    },
};

/// The usage order of a session, if it has one: priced by the rate card, paid before the start.
pub(super) async fn add(tx: &mut Tx, demo: &Demo<'_>, session: &Loaded) -> Result<(), Failure> {
    let talk = session.talk;
    if talk.usage == UsagePaid::No {
        return Ok(());
    }
    // What runs now was paid a quarter of an hour before its start, everything else a month ago.
    let at = match talk.status {
        SessionStatus::Live => session.starts_at.plus_seconds(-900),
        SessionStatus::Draft | SessionStatus::Scheduled | SessionStatus::Ended | SessionStatus::Cancelled => {
            demo.now.plus_seconds(-30 * 86_400)
        }
    };
    let count = |n: i64| u32::try_from(n).unwrap_or(0);
    let usage = Usage {
        duration_minutes: count(talk.minutes),
        computers: count(talk.expected.0),
        teleconference: count(talk.expected.1),
        audio: talk.audio,
    };
    let rates = Rates { people: Rate(50_000), teleconference: Rate(30_000), currency: Currency::EUR };
    let estimated = estimate(usage, rates, demo.site.tax.as_ref())?;
    let net = estimated.total.minus(estimated.tax)?;
    let price = FeePrice { fee: net, discount: Money::zero(Currency::EUR), net, tax: estimated.tax, total: estimated.total };
    let (name, email) = [("Maria Enescu", "host@demo.test"), ("Daniel Hughes", "host2@demo.test")][talk.host];
    let id: OrderId = demo.clock.id();
    let new = NewOrder {
        id,
        site_id: demo.site.id,
        kind: OrderKind::Usage,
        mode: demo.site.mode(),
        link: demo.clock.token(),
        reference: demo.clock.short_code(9),
        session_id: session.id,
        person_id: Some(session.host),
        division_id: Some(demo.divisions[talk.host]),
        buyer_name: name.to_owned(),
        buyer_email: email.to_owned(),
        lang: Lang::En,
        hold_until: session.starts_at,
        total: price.total,
        now: at,
    };
    order::insert(tx, &new).await?;
    let priced = quote::Quote {
        version: 1,
        price: price.clone(),
        promo: None,
        tax: demo.site.tax.clone(),
        rate_card: Some(demo.rate_card),
        inputs: serde_json::to_string(&estimated).ok(),
        expires_at: session.starts_at,
    };
    quote::insert(tx, demo.clock.id(), id, &priced, at).await?;
    demo.audit(tx, at, &session.host.to_string(), "order.held", id.0, (None, "held")).await?;
    match talk.usage {
        UsagePaid::Yes => sales::pay(tx, demo, id, &price, at).await,
        UsagePaid::No | UsagePaid::Due => Ok(()),
    }
}
