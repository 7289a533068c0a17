//! Seats that were sold, and a few that were not: registrations, orders, payments by bank transfer, and what the books say.

use std::collections::HashMap;

use super::{Demo, catalogue::BUYERS, promos::Code, sessions::Loaded};
use crate::{
    domain::{
        ids::{OrderId, RegistrationId},
        ledger,
        money::{Currency, Money},
        order::{OrderKind, OrderState},
        pricing::{FeePrice, price_fee},
        text::Lang,
        time::Timestamp,
    },
    server::{
        failure::{Failure, Fault},
        store::{attempt, audit, claim, db::Tx, ledger as books, message, order, order::NewOrder, payment, quote, registration},
    },
};

/// What became of an order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    Expired,
    Cancelled,
}

/// Sells a session's seats; `index` spreads buyers and times differently from session to session.
pub(super) async fn add(
    tx: &mut Tx,
    demo: &Demo<'_>,
    session: &Loaded,
    codes: &HashMap<&'static str, Code>,
    index: usize,
) -> Result<(), Failure> {
    let sold = session.talk.sold;
    for turn in 0..sold {
        let code = match (turn + index) % 9 {
            3 => codes.get("TRAIN20"),
            7 => codes.get("WELCOME15"),
            _ => None,
        };
        one(tx, demo, session, (index * 7 + turn) % BUYERS.len(), ordered_at(demo, session, turn, index), code, Fate::Paid).await?;
    }
    // Some did not go through with it; their buyers come after the last who did.
    for (turn, fate) in
        [(sold, Fate::Expired), (sold + 1, Fate::Cancelled)].into_iter().take(if sold > 8 && session.has_room_for(sold) { 2 } else { 0 })
    {
        one(tx, demo, session, (index * 7 + turn) % BUYERS.len(), ordered_at(demo, session, turn, index), None, fate).await?;
    }
    Ok(())
}

impl Loaded {
    fn has_room_for(&self, sold: usize) -> bool {
        i64::try_from(sold).is_ok_and(|sold| sold < self.talk.seats) && sold + 2 <= BUYERS.len()
    }
}

/// When the `turn`th seat was ordered: the first of a coming session today, the others over the thirty days before.
fn ordered_at(demo: &Demo<'_>, session: &Loaded, turn: usize, index: usize) -> Timestamp {
    let step = |n: usize| i64::try_from(n).unwrap_or(0);
    let last = demo.now.0.min(session.starts_at.0) - 3_600_000_000;
    if turn == 0 && session.starts_at > demo.now {
        return demo.now.plus_seconds(-(300 + step(index) * 420));
    }
    let first = demo.now.0 - 30 * 86_400_000_000;
    let share = step((turn * 37 + index * 13) % 97);
    Timestamp(last - (last - first).max(0) / 97 * share)
}

async fn one(
    tx: &mut Tx,
    demo: &Demo<'_>,
    session: &Loaded,
    buyer: usize,
    at: Timestamp,
    code: Option<&Code>,
    fate: Fate,
) -> Result<(), Failure> {
    let (name, email, lang) = BUYERS[buyer];
    let price = price_fee(Money::from_minor(session.talk.fee, Currency::EUR), code.map(|c| c.discount), demo.site.tax.as_ref())?;
    let hold_until = at.plus_seconds(demo.site.hold_seconds);
    let id: OrderId = demo.clock.id();
    let new = NewOrder {
        id,
        site_id: demo.site.id,
        kind: OrderKind::Fee,
        mode: demo.site.mode(),
        link: demo.clock.token(),
        reference: demo.clock.short_code(9),
        session_id: session.id,
        person_id: None,
        division_id: None,
        buyer_name: name.to_owned(),
        buyer_email: email.to_owned(),
        lang: Lang::from_tag(lang).unwrap_or_default(),
        hold_until,
        total: price.total,
        now: at,
    };
    order::insert(tx, &new).await?;
    let place = registration::NewRegistration {
        id: demo.clock.id::<RegistrationId>(),
        site_id: demo.site.id,
        session_id: session.id,
        order_id: id,
        name: name.to_owned(),
        email: email.to_owned(),
        email_key: email.to_owned(),
        answers: "{}".to_owned(),
        now: at,
    };
    registration::insert(tx, &place).await?;
    let seated = claim::claim_seats(tx, id, session.id, 1, at).await?;
    let discounted = match code {
        Some(code) => claim::claim_promo_use(tx, id, code.id, email).await?,
        None => true,
    };
    if !seated || !discounted {
        return Err(Failure::corrupt(format!("seed: {} has no room for {name}", session.talk.slug)));
    }
    let priced = quote::Quote {
        version: 1,
        price: price.clone(),
        promo: code.map(|c| (c.id, c.code.to_owned())),
        tax: demo.site.tax.clone(),
        rate_card: None,
        inputs: None,
        expires_at: hold_until,
    };
    quote::insert(tx, demo.clock.id(), id, &priced, at).await?;
    demo.audit(tx, at, "buyer", "order.held", id.0, (None, "held")).await?;
    match fate {
        Fate::Paid => pay(tx, demo, id, &price, at).await,
        Fate::Expired => give_up(tx, demo, id, OrderState::Expired { at: hold_until }, "system").await,
        Fate::Cancelled => give_up(tx, demo, id, OrderState::Cancelled { at: at.plus_seconds(240) }, "buyer").await,
    }
}

/// The order ends without money.
async fn give_up(tx: &mut Tx, demo: &Demo<'_>, id: OrderId, next: OrderState, actor: &str) -> Result<(), Failure> {
    let (OrderState::Expired { at } | OrderState::Cancelled { at } | OrderState::Refunded { at }) = next else {
        return Err(Failure::Fault(Fault::Other("seed: not an ending".into())));
    };
    move_on(tx, demo, id, &next, at, actor).await?;
    claim::release_all(tx, id).await?;
    registration::release(tx, id).await?;
    Ok(())
}

/// A bank transfer arrives some hours after the order and the administrator marks it paid. Serves usage orders too.
pub(super) async fn pay(tx: &mut Tx, demo: &Demo<'_>, id: OrderId, price: &FeePrice, at: Timestamp) -> Result<(), Failure> {
    let (asked_at, paid_at) = (at.plus_seconds(90), at.plus_seconds(150).min(demo.now));
    let attempt_id = demo.clock.id();
    let asked = attempt::NewAttempt {
        id: attempt_id,
        order_id: id,
        key: demo.clock.token(),
        fingerprint: "demo".to_owned(),
        our_ref: demo.clock.short_code(12),
        processor: "offline",
        config: None,
        method: "offline",
        amount: price.total,
        kinds: crate::domain::card_kinds::CardKinds::All,
        now: asked_at,
    };
    order::accept_terms(tx, id, &demo.site.terms_version, asked_at).await?;
    attempt::insert(tx, &asked).await?;
    move_on(tx, demo, id, &OrderState::Paying { attempt: attempt_id }, asked_at, "buyer").await?;
    let ending = attempt::Ending { detail: Some("bank transfer".to_owned()), ..attempt::Ending::default() };
    attempt::settle(tx, attempt_id, crate::domain::payment::AttemptState::Captured, &ending, paid_at).await?;
    let paid = payment::Payment {
        id: demo.clock.id(),
        order_id: id,
        attempt_id,
        processor: "offline".to_owned(),
        reference: format!("BT-{}", demo.clock.short_code(8)),
        amount: price.total,
        captured_at: paid_at,
    };
    payment::insert(tx, &paid).await?;
    let bought = order::get(tx, id).await?;
    book(tx, demo, &bought, &paid, price).await?;
    claim::confirm_all(tx, id).await?;
    registration::confirm(tx, id, &demo.clock.token()).await?;
    move_on(tx, demo, id, &OrderState::Paid { payment: paid.id }, paid_at, &demo.admin.to_string()).await?;
    let told = message::NewMessage {
        id: demo.clock.id(),
        site_id: demo.site.id,
        order_id: id,
        kind: "confirmation",
        about: id.0,
        recipient: bought.buyer_email,
        lang: bought.lang,
    };
    message::ensure(tx, &told, paid_at).await?;
    Ok(())
}

async fn book(tx: &mut Tx, demo: &Demo<'_>, bought: &order::Order, paid: &payment::Payment, price: &FeePrice) -> Result<(), Failure> {
    let (kind, posting) = match bought.kind {
        OrderKind::Fee => ("fee_captured", ledger::fee_captured(price)?),
        OrderKind::Usage => ("usage_captured", ledger::usage_captured(price.total, price.tax)?),
    };
    let posting = posting.ok_or_else(|| Failure::corrupt("seed: an unbalanced posting"))?;
    let head = books::Head {
        id: demo.clock.id(),
        site_id: demo.site.id,
        order_id: bought.id,
        payment_id: Some(paid.id),
        refund_id: None,
        kind,
        mode: bought.mode.clone(),
        now: paid.captured_at,
    };
    books::post(tx, &head, &posting).await?;
    Ok(())
}

async fn move_on(tx: &mut Tx, demo: &Demo<'_>, id: OrderId, next: &OrderState, at: Timestamp, actor: &str) -> Result<(), Failure> {
    let before = order::get(tx, id).await?;
    if !order::move_to(tx, &before, next, at).await? {
        return Err(Failure::corrupt("seed: somebody else moved the order"));
    }
    let line = audit::Line {
        site: Some(demo.site.id),
        actor: actor.to_owned(),
        action: "order.moved",
        subject: id.0,
        before: Some(before.state.code().to_owned()),
        after: Some(next.code().to_owned()),
        origin: None,
    };
    audit::write(tx, demo.clock.id(), &line, at).await?;
    Ok(())
}
