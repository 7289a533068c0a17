//! Plain form posts of hosts: save, estimate, pay, start, end. They work without scripts; a refused post is answered with its
//! page, values and field errors.

use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::request::Parts,
    response::Response,
    routing::post,
};
use serde::Deserialize;

use crate::app::routes;
use crate::domain::{feature::Feature, form::Refusal, ids::SessionId, money::Money, schedule::ScheduleForm};
use crate::look_up;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        pay::{self, PayAnswer},
        room,
        schedule::{self, Intent},
        usage::{self, Assessment, Standing},
    },
    state::App,
    store::order,
};

use super::{
    pay_form::{self, Typed},
    rerender,
};

/// The host's posts.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/host/sessions/new", post(post_new))
        .route("/host/sessions/{id}", post(post_session))
        .route("/host/sessions/{id}/estimate", post(post_estimate))
        .route("/host/sessions/{id}/pay", post(post_pay))
        .route("/host/sessions/{id}/start", post(post_start))
        .route("/host/sessions/{id}/end", post(post_end))
}

/// Which button led here, when the form does not say.
#[derive(Deserialize)]
struct Led {
    #[serde(default)]
    action: String,
}

/// The fields of the schedule page as posted.
pub(super) fn schedule_form(typed: &Typed) -> ScheduleForm {
    let field = |name: &str| typed.get(name).cloned().unwrap_or_default();
    ScheduleForm {
        topic: field("topic"),
        description: field("description"),
        starts_at: field("starts_at"),
        time_zone: field("time_zone"),
        duration_minutes: field("duration_minutes"),
        capacity: field("capacity"),
        fee: field("fee"),
        require_registration: field("require_registration"),
        expected_computers: field("expected_computers"),
        audio: field("audio"),
        expected_teleconference: field("expected_teleconference"),
        listing: field("listing"),
        version: field("version"),
    }
}

async fn post_new(State(app): State<App>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let done = match intent_of(&typed, "") {
        Ok(intent) => {
            let key = typed.get("draft").map_or("", String::as_str);
            match schedule::save_new(&ctx, key, &schedule_form(&typed), intent).await {
                Ok(id) => after_saving(&ctx, id, intent).await,
                Err(failure) => Err(failure),
            }
        }
        Err(failure) => Err(failure),
    };
    answer(&app, parts, typed, done).await
}

async fn post_session(State(app): State<App>, Path(id): Path<String>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let done = match target(&id, &typed, "") {
        Ok((id, intent)) => match schedule::save(&ctx, Some(id), &schedule_form(&typed), intent).await {
            Ok(id) => after_saving(&ctx, id, intent).await,
            Err(failure) => Err(failure),
        },
        Err(failure) => Err(failure),
    };
    answer(&app, parts, typed, done).await
}

/// With pay-per-use both buttons lead to the estimate; without, *Start* opens the room and *Schedule* is done.
async fn after_saving(ctx: &Ctx, id: SessionId, intent: Intent) -> Result<String, Failure> {
    if ctx.site().features.is_on(Feature::PayPerUse) {
        // The session is saved: a quote that cannot be made now is told on the estimate's own page.
        let quoted = usage::ensure_order(ctx, id).await;
        tracing::debug!(session.id = %id, is_quoted = quoted.is_ok(), "saved");
        return Ok(with_action(routes::host_estimate(id), intent));
    }
    go_on(ctx, id, intent).await
}

async fn post_estimate(State(app): State<App>, Path(id): Path<String>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let done = match target(&id, &typed, "") {
        Ok((id, intent)) => confirm(&ctx, id, intent, typed.get("seen_total").map(String::as_str)).await,
        Err(failure) => Err(failure),
    };
    answer(&app, parts, Typed::new(), done).await
}

/// The host agrees to the estimate shown. *Schedule* publishes at once, as *payment due*; what is not paid is paid next.
async fn confirm(ctx: &Ctx, id: SessionId, intent: Intent, seen: Option<&str>) -> Result<String, Failure> {
    let (_, assessment) = usage::ensure_order(ctx, id).await?;
    let new = assessment.estimate.total;
    if let Some(old) = seen.and_then(|seen| Money::parse(seen, new.currency()).ok()).filter(|old| *old != new) {
        return Err(Refusal::RateChanged { old, new }.into());
    }
    match intent {
        Intent::Start => {}
        Intent::Schedule => schedule::publish(ctx, id).await?,
    }
    match assessment.standing {
        Standing::NotNeeded | Standing::Covered { .. } => go_on(ctx, id, intent).await,
        Standing::Due | Standing::Checking => Ok(with_action(routes::host_pay(id), intent)),
        Standing::Short { .. } => Err(Refusal::UsageUnpaid.into()),
    }
}

async fn post_pay(
    State(app): State<App>,
    Path(id): Path<String>,
    Query(led): Query<Led>,
    ctx: Ctx,
    parts: Parts,
    Form(typed): Form<Typed>,
) -> Response {
    let values = pay_form::shown_again(&typed);
    let done = match target(&id, &typed, &led.action) {
        Ok((id, intent)) => match pay(&ctx, id, typed).await {
            Ok(PayAnswer::Paid) => go_on(&ctx, id, intent).await,
            Ok(PayAnswer::GoTo(url)) => Ok(url),
            // The page itself says that the payment is being checked.
            Ok(PayAnswer::Checking) | Err(Failure::Refused(Refusal::PaymentInProgress)) => Ok(with_action(routes::host_pay(id), intent)),
            Err(failure) => Err(failure),
        },
        Err(failure) => Err(failure),
    };
    answer(&app, parts, values, done).await
}

async fn pay(ctx: &Ctx, id: SessionId, typed: Typed) -> Result<PayAnswer, Failure> {
    let (order, assessment) = usage::ensure_order(ctx, id).await?;
    match assessment.standing {
        Standing::NotNeeded | Standing::Covered { .. } => return Ok(PayAnswer::Paid),
        Standing::Short { .. } => return Err(Refusal::UsageUnpaid.into()),
        Standing::Due | Standing::Checking => {}
    }
    refuse_another_price(ctx, &assessment, &typed).await?;
    let found = look_up!(ctx.app.db, |tx| -> Result<_, Failure> { Ok(order::get(tx, order).await?) })?;
    let due = pay_form::due(ctx, &found).await?;
    let ask = pay_form::parse(typed, due, ctx.app.clock.now())?;
    pay::pay(ctx, order, ask).await
}

/// What is charged is what was shown: when settings or rates made a new quote meanwhile, it is shown first.
async fn refuse_another_price(ctx: &Ctx, assessment: &Assessment, typed: &Typed) -> Result<(), Failure> {
    let Some(order) = &assessment.order else { return Ok(()) };
    let Some(seen) = typed.get("quote_version").and_then(|seen| seen.trim().parse::<i64>().ok()) else { return Ok(()) };
    if seen == order.quote_version {
        return Ok(());
    }
    let old = usage::quoted_total(ctx, order.id, seen).await?.unwrap_or(order.total);
    Err(Refusal::RateChanged { old, new: order.total }.into())
}

async fn post_start(State(app): State<App>, Path(id): Path<String>, ctx: Ctx, parts: Parts) -> Response {
    let done = match target(&id, &Typed::new(), Intent::Start.code()) {
        Ok((id, intent)) => go_on(&ctx, id, intent).await,
        Err(failure) => Err(failure),
    };
    answer(&app, parts, Typed::new(), done).await
}

async fn post_end(State(app): State<App>, Path(id): Path<String>, ctx: Ctx, parts: Parts) -> Response {
    let done = match target(&id, &Typed::new(), "") {
        Ok((id, _)) => room::end(&ctx, id).await.map(|()| routes::host_room(id)),
        Err(failure) => Err(failure),
    };
    answer(&app, parts, Typed::new(), done).await
}

/// Nothing is left to pay: *Start* opens the room; *Schedule* opens for registrations.
async fn go_on(ctx: &Ctx, id: SessionId, intent: Intent) -> Result<String, Failure> {
    match intent {
        Intent::Start => room::start(ctx, id).await.map(|()| routes::host_room(id)),
        Intent::Schedule => schedule::publish(ctx, id).await.map(|()| routes::HOST.to_owned()),
    }
}

/// On to the next page; or the page at the post's own address again, because that is where the browser will take itself to be.
async fn answer(app: &App, parts: Parts, values: Typed, done: Result<String, Failure>) -> Response {
    match done {
        Ok(next) => rerender::redirect(&next),
        Err(failure) => {
            let own = parts.uri.path_and_query().map_or_else(|| routes::HOST.to_owned(), ToString::to_string);
            rerender::refuse(app, parts, &own, values, failure).await
        }
    }
}

/// Which session, and with which button; an address that is no session's is not found.
fn target(id: &str, typed: &Typed, led: &str) -> Result<(SessionId, Intent), Failure> {
    let id = id.parse::<SessionId>().map_err(|_| Failure::NotFound)?;
    Ok((id, intent_of(typed, led)?))
}

fn intent_of(typed: &Typed, led: &str) -> Result<Intent, Failure> {
    let action = typed.get("action").map_or(led, String::as_str);
    Intent::parse(action).map_err(|problem| Failure::field("action", problem))
}

fn with_action(path: String, intent: Intent) -> String {
    format!("{path}?action={}", intent.code())
}
