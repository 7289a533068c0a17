//! A host's sessions for programs: list, create, read, change, estimate, schedule, start.

use axum::{
    Router,
    extract::Path,
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};

use super::answer::{self, Body};
use crate::api::host::{EstimateSheet, HostSession, UsageStanding};
use crate::app::routes as paths;
use crate::domain::{ids::SessionId, pricing::Tax};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        room,
        schedule::{self, Intent},
        usage,
    },
    state::App,
    store::session::Session,
    web::{host::schedule_form, pay_form::Typed},
};

/// `/api/v1/sessions…`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/sessions", get(list).post(post_session))
        .route("/api/v1/sessions/{id}", get(get_session).put(put_session))
        .route("/api/v1/sessions/{id}/estimate", get(get_estimate))
        .route("/api/v1/sessions/{id}/start", post(post_start))
        .route("/api/v1/sessions/{id}/schedule", post(post_schedule))
}

async fn list(ctx: Ctx) -> Response {
    let found = schedule::views::sessions(&ctx).await.map(|found| {
        let all: Vec<Value> = found.upcoming.iter().chain(&found.past).map(line).collect();
        json!({"sessions": all, "pay_per_use": found.pay_per_use})
    });
    reply(&ctx, None, found)
}

async fn post_session(ctx: Ctx, body: Body) -> Response {
    match answer::typed(ctx.lang(), body) {
        Ok(typed) => match save(&ctx, None, &typed).await {
            Ok(body) => answer::created(body),
            Err(failure) => answer::failed(ctx.lang(), failure),
        },
        Err(response) => *response,
    }
}

async fn put_session(ctx: Ctx, Path(id): Path<String>, body: Body) -> Response {
    match (parse(&id), answer::typed(ctx.lang(), body)) {
        (Err(failure), _) => answer::failed(ctx.lang(), failure),
        (Ok(_), Err(response)) => *response,
        (Ok(id), Ok(typed)) => reply(&ctx, Some(id), save(&ctx, Some(id), &typed).await),
    }
}

async fn get_session(ctx: Ctx, Path(id): Path<String>) -> Response {
    let found = match parse(&id) {
        Ok(id) => one(&ctx, id).await,
        Err(failure) => Err(failure),
    };
    reply(&ctx, None, found)
}

async fn get_estimate(ctx: Ctx, Path(id): Path<String>) -> Response {
    let found = match parse(&id) {
        Ok(id) => usage::views::estimate(&ctx, id).await.map(|sheet| estimate(&sheet)),
        Err(failure) => Err(failure),
    };
    reply(&ctx, None, found)
}

/// Starts, or answers `402 usage_unpaid` with the page to pay on.
async fn post_start(ctx: Ctx, Path(id): Path<String>) -> Response {
    match parse(&id) {
        Ok(id) => {
            let started = room::start(&ctx, id).await.map(|()| json!({"id": id, "status": "live", "room_path": paths::host_room(id)}));
            reply(&ctx, Some(id), started)
        }
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

/// Opens for registrations; what is to be paid for its usage stays due.
async fn post_schedule(ctx: Ctx, Path(id): Path<String>) -> Response {
    let published = match parse(&id) {
        Ok(id) => match schedule::publish(&ctx, id).await {
            Ok(()) => one(&ctx, id).await,
            Err(failure) => Err(failure),
        },
        Err(failure) => Err(failure),
    };
    reply(&ctx, None, published)
}

fn parse(id: &str) -> Result<SessionId, Failure> {
    id.parse().map_err(|_| Failure::NotFound)
}

/// What is unpaid is paid on a page: its path comes with the refusal.
fn reply(ctx: &Ctx, unpaid: Option<SessionId>, result: Result<Value, Failure>) -> Response {
    match (result, unpaid) {
        (Ok(body), _) => answer::ok(body),
        (Err(failure), Some(id)) if failure.status() == 402 => {
            answer::failed_with(ctx.lang(), failure, &[("pay_path", paths::host_estimate(id))])
        }
        (Err(failure), _) => answer::failed(ctx.lang(), failure),
    }
}

/// Saves as the page does. `action` says with which button; saving never starts: that is a call of its own.
async fn save(ctx: &Ctx, id: Option<SessionId>, typed: &Typed) -> Result<Value, Failure> {
    let action = typed.get("action").map_or("", String::as_str);
    let intent = Intent::parse(action).map_err(|problem| Failure::field("action", problem))?;
    let saved = schedule::save(ctx, id, &schedule_form(typed), intent).await?;
    one(ctx, saved).await
}

async fn one(ctx: &Ctx, id: SessionId) -> Result<Value, Failure> {
    let (session, shown) = schedule::views::one(ctx, id).await?;
    let mut body = line(&shown);
    let details = details(&session);
    if let (Value::Object(body), Value::Object(details)) = (&mut body, details) {
        body.extend(details);
    }
    Ok(body)
}

fn line(session: &HostSession) -> Value {
    json!({
        "id": session.id, "slug": session.slug, "topic": session.topic, "status": session.status.code(),
        "starts_at_utc": session.when.starts_iso, "duration_minutes": session.when.duration_minutes, "time_zone": session.when.zone,
        "when": session.when.host_line, "seats_taken": session.seats_taken, "capacity": session.capacity,
        "fee": session.fee.plain(), "currency": session.fee.currency().code(), "usage": standing(session.usage),
    })
}

/// The settings, under the names they are sent with.
fn details(session: &Session) -> Value {
    json!({
        "description": session.description, "starts_at": session.starts_wall, "require_registration": session.require_registration,
        "expected_computers": session.expected_computers, "audio": session.audio.code(),
        "expected_teleconference": session.expected_teleconference, "listing": session.listing.code(), "version": session.version,
    })
}

const fn standing(usage: UsageStanding) -> &'static str {
    match usage {
        UsageStanding::NotNeeded => "not_needed",
        UsageStanding::Due => "due",
        UsageStanding::Checking => "checking",
        UsageStanding::Paid(_) => "paid",
        UsageStanding::Short(_) => "short",
    }
}

/// Amounts and rates are decimal texts, minutes are numbers.
fn estimate(sheet: &EstimateSheet) -> Value {
    let lines = sheet.estimate;
    json!({
        "session_id": sheet.id, "duration": lines.usage.duration_minutes, "computers": lines.usage.computers,
        "people_minutes": lines.people_minutes, "people_rate": lines.rates.people.to_string(), "people_cost": lines.people_cost.plain(),
        "teleconference": lines.usage.teleconference, "teleconference_minutes": lines.teleconference_minutes,
        "teleconference_rate": lines.rates.teleconference.to_string(), "teleconference_cost": lines.teleconference_cost.plain(),
        "tax": lines.tax.plain(), "tax_name": sheet.tax.as_ref().map(|tax: &Tax| tax.name.clone()), "total": lines.total.plain(),
        "currency": lines.total.currency().code(), "valid_until": sheet.valid_until, "usage": standing(sheet.usage),
        "pay_path": paths::host_estimate(sheet.id),
    })
}
