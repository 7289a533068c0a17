//! A participant takes a place: seat, registration, order and first quote, or nothing.

use std::collections::BTreeMap;

use crate::domain::{
    feature::Feature,
    form::{FieldErrors, Problem, Refusal},
    ids::{OrderId, RegistrationId},
    order::{OrderEvent, OrderKind, OrderState},
    pricing::price_fee,
    text::{Email, parse_line},
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{
        audit, claim,
        db::Tx,
        order::{self, NewOrder},
        quote::{self, Quote},
        registration::{self, NewRegistration},
        session::{self, QuestionRow, Session},
    },
};
use crate::write_tx;

/// The registration form as typed.
#[derive(Clone, Debug, Default)]
pub struct RegisterForm {
    /// The participant's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What the host asked for, if anything.
    pub registration_password: String,
    /// Answers by field name, `q_{id}`.
    pub answers: BTreeMap<String, String>,
}

struct Participant {
    name: String,
    email: Email,
    answers: String,
}

/// Sets a seat aside and answers the new order's link. `resume` is the link of the order this browser began for the session: the
/// same person on the same browser goes on with it instead of taking a second place.
///
/// # Errors
/// `NotFound`; `Fields`; `SoldOut`, `AlreadyRegistered` (409); `SessionOver` (410); `NotProvisioned`/`NotEnabled` (403) for a fee
/// where fees are off.
pub async fn register(ctx: &Ctx, slug: &str, form: &RegisterForm, resume: Option<&str>) -> Result<String, Failure> {
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<String, Failure> {
        let session = session::find_by_slug(tx, ctx.site().id, slug).await?.ok_or(Failure::NotFound)?;
        if !session.is_sellable(now) {
            return Err(Refusal::SessionOver.into());
        }
        if !session.fee.is_zero() {
            ctx.require_feature(Feature::FeeBased)?;
        }
        let questions = session::questions(tx, session.id).await?;
        let participant = parse(form, &session, &questions)?;
        if let Some(link) = place_of(tx, ctx, &session, &participant, resume).await? {
            return Ok(link);
        }
        if session.seats_left() == 0 {
            return Err(Refusal::SoldOut { seats_left: 0 }.into());
        }
        place(tx, ctx, &session, &participant).await
    })
}

fn parse(form: &RegisterForm, session: &Session, questions: &[QuestionRow]) -> Result<Participant, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.keep("name", parse_line(&form.name, 120));
    let email = errors.keep("email", Email::parse(&form.email));
    let mut answers = serde_json::Map::new();
    for question in questions {
        let field = format!("q_{}", question.id);
        let given = form.answers.get(&field).map_or("", |answer| answer.trim());
        if given.is_empty() {
            if question.required {
                errors.push(&field, Problem::Required);
            }
            continue;
        }
        let is_choice = question.kind == "choice";
        if is_choice && !question.options.lines().any(|option| option == given) {
            errors.push(&field, Problem::NotAChoice);
        } else if let Some(answer) = errors.keep(&field, parse_line(given, 500)) {
            answers.insert(question.id.to_string(), answer.into());
        }
    }
    if let Some(password) = &session.registration_password
        && !bool::from(subtle::ConstantTimeEq::ct_eq(password.as_bytes(), form.registration_password.trim().as_bytes()))
    {
        errors
            .push("registration_password", if form.registration_password.is_empty() { Problem::Required } else { Problem::WrongPassword });
    }
    let answers = serde_json::Value::Object(answers).to_string();
    errors.finish(name.zip(email).map(|(name, email)| Participant { name, email, answers }))
}

/// The link of the place this person holds already, when this browser began it; a hold that has run out is given up first.
async fn place_of(
    tx: &mut Tx,
    ctx: &Ctx,
    session: &Session,
    participant: &Participant,
    resume: Option<&str>,
) -> Result<Option<String>, Failure> {
    let Some((link, _)) = registration::find_live(tx, session.id, &participant.email.normalised()).await? else { return Ok(None) };
    let existing = order::find_by_link(tx, ctx.site().id, &link).await?.ok_or(Failure::NotFound)?;
    let now = ctx.app.clock.now();
    let has_ended = match existing.state {
        OrderState::Held { until } => until <= now,
        OrderState::Paying { .. }
        | OrderState::Paid { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Refunded { .. } => false,
    };
    if has_ended {
        super::orders::apply(tx, &ctx.app, &existing, OrderEvent::HoldEnded, "system", None).await?;
        return Ok(None);
    }
    // The address alone must not open someone's order: only the browser that began it is let in.
    if resume == Some(link.as_str()) { Ok(Some(link)) } else { Err(Refusal::AlreadyRegistered.into()) }
}

async fn place(tx: &mut Tx, ctx: &Ctx, session: &Session, participant: &Participant) -> Result<String, Failure> {
    let (app, site, now) = (&ctx.app, ctx.site(), ctx.app.clock.now());
    let price = price_fee(session.fee, None, site.tax.as_ref())?;
    let hold_until = now.plus_seconds(site.hold_seconds);
    let new = NewOrder {
        id: app.clock.id::<OrderId>(),
        site_id: site.id,
        kind: OrderKind::Fee,
        mode: site.mode(),
        link: app.clock.token(),
        reference: app.clock.short_code(9),
        session_id: session.id,
        person_id: None,
        division_id: None,
        buyer_name: participant.name.clone(),
        buyer_email: participant.email.to_string(),
        lang: ctx.lang(),
        hold_until,
        total: price.total,
        now,
    };
    order::insert(tx, &new).await?;
    if !claim::claim_seats(tx, new.id, session.id, 1, now).await? {
        return Err(Refusal::SoldOut { seats_left: 0 }.into());
    }
    let place = NewRegistration {
        id: app.clock.id::<RegistrationId>(),
        site_id: site.id,
        session_id: session.id,
        order_id: new.id,
        name: participant.name.clone(),
        email: participant.email.to_string(),
        email_key: participant.email.normalised(),
        answers: participant.answers.clone(),
        now,
    };
    registration::insert(tx, &place).await?;
    let first = Quote { version: 1, price, promo: None, tax: site.tax.clone(), rate_card: None, inputs: None, expires_at: hold_until };
    quote::insert(tx, app.clock.id(), new.id, &first, now).await?;
    let line = audit::Line {
        site: Some(site.id),
        actor: "buyer".into(),
        action: "order.held",
        subject: new.id.0,
        after: Some("held".into()),
        origin: Some(ctx.origin()),
        ..audit::Line::default()
    };
    audit::write(tx, app.clock.id(), &line, now).await?;
    Ok(new.link)
}
