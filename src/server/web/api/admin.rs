//! Administration for programs: features, settings, rates, processors, promo codes, orders, figures; and provisioning.

use axum::{
    Router,
    extract::{Path, Query},
    http::HeaderMap,
    response::Response,
    routing::{get, post, put},
};
use serde_json::{Value, json};

use super::answer::{self, Body};
use crate::api::admin::OrderFilter;
use crate::domain::{
    feature::Feature,
    form::Problem,
    ids::{OrderId, PromoId, ProposalId, SiteId},
    schedule::is_ticked,
};
use crate::server::{
    ctx::Ctx,
    failure::{Failure, Fault},
    flows::{
        offline, overview,
        processors::{self, Direction, ProcessorForm},
        promo_admin::{self, Change, PromoForm},
        provision, refund, settings, two_persons,
    },
    state::App,
    web::pay_form::Typed,
};

/// `/api/v1/admin/…` and `/api/v1/manager/…`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/admin/dashboard", get(get_dashboard))
        .route("/api/v1/admin/orders", get(get_orders))
        .route("/api/v1/admin/orders/{id}", get(get_order))
        .route("/api/v1/admin/orders/{id}/paid", post(post_order_paid))
        .route("/api/v1/admin/orders/{id}/unpaid", post(post_order_unpaid))
        .route("/api/v1/admin/orders/{id}/refunds", post(post_refund))
        .route("/api/v1/admin/orders/{id}/confirm", post(post_confirm))
        .route("/api/v1/admin/orders/{id}/withdraw", post(post_withdraw))
        .route("/api/v1/admin/unknown", get(get_doubts).post(post_doubt))
        .route("/api/v1/admin/settings", get(get_settings))
        .route("/api/v1/admin/features/{feature}", put(put_feature))
        .route("/api/v1/admin/rates", get(get_rates).post(post_rates))
        .route("/api/v1/admin/processors", get(get_processors))
        .route("/api/v1/admin/processors/{kind}", put(put_processor).delete(delete_processor))
        .route("/api/v1/admin/processors/{kind}/test", post(post_processor_test))
        .route("/api/v1/admin/processors/{kind}/move", post(post_processor_move))
        .route("/api/v1/admin/promo-codes", get(get_promos).post(post_promo))
        .route("/api/v1/admin/promo-codes/{id}", get(get_promo).post(post_promo_change).delete(delete_promo))
        .route("/api/v1/manager/sites", get(get_sites))
        .route("/api/v1/manager/sites/{id}/features/{feature}", put(put_provision))
}

/// What a use case answered, as JSON: the same structures that the pages show.
fn reply<T: serde::Serialize>(ctx: &Ctx, found: Result<T, Failure>) -> Response {
    match found.and_then(|found| serde_json::to_value(found).map_err(|e| Failure::Fault(Fault::Other(e.to_string())))) {
        Ok(body) => answer::ok(body),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

fn field(typed: &Typed, name: &str) -> String {
    typed.get(name).cloned().unwrap_or_default()
}

fn feature_of(code: &str) -> Result<Feature, Failure> {
    Feature::from_code(code).ok_or(Failure::NotFound)
}

async fn get_dashboard(ctx: Ctx) -> Response {
    reply(&ctx, overview::dashboard(&ctx).await)
}

async fn get_orders(ctx: Ctx, Query(filter): Query<OrderFilter>) -> Response {
    reply(&ctx, overview::orders(&ctx, &filter).await)
}

async fn get_order(ctx: Ctx, Path(id): Path<String>) -> Response {
    let found = match id.parse::<OrderId>() {
        Ok(id) => overview::order(&ctx, id).await,
        Err(_) => Err(Failure::NotFound),
    };
    reply(&ctx, found)
}

async fn get_settings(ctx: Ctx) -> Response {
    reply(&ctx, settings::views::settings(&ctx).await)
}

async fn put_feature(ctx: Ctx, Path(feature): Path<String>, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let done = match feature_of(&feature) {
        Ok(feature) => settings::enable(&ctx, feature, is_ticked(&field(&typed, "enabled"))).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(()) => reply(&ctx, settings::views::settings(&ctx).await),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

async fn get_rates(ctx: Ctx) -> Response {
    reply(&ctx, settings::views::rates(&ctx).await)
}

async fn post_rates(ctx: Ctx, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    match settings::add_rates(&ctx, &field(&typed, "people"), &field(&typed, "teleconference")).await {
        Ok(()) => reply(&ctx, settings::views::rates(&ctx).await),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

async fn get_processors(ctx: Ctx) -> Response {
    reply(&ctx, processors::views::sheet(&ctx).await)
}

/// With `enabled`, offers or pauses; without, saves the settings given.
async fn put_processor(ctx: Ctx, Path(kind): Path<String>, body: Body) -> Response {
    let mut typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let done = match (processors::kind_of(&kind), typed.get("enabled")) {
        (Err(failure), _) => Err(failure),
        (Ok((kind, _)), Some(enabled)) => processors::offer(&ctx, kind, &field(&typed, "mode"), is_ticked(enabled)).await,
        (Ok((kind, product)), None) => processors::save(&ctx, kind, &ProcessorForm::take(product, &mut typed)).await,
    };
    processors_after(&ctx, done).await
}

/// What stands after a change.
async fn processors_after(ctx: &Ctx, done: Result<(), Failure>) -> Response {
    match done {
        Ok(()) => reply(ctx, processors::views::sheet(ctx).await),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

async fn post_processor_test(ctx: Ctx, Path(kind): Path<String>, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let outcome = match processors::kind_of(&kind) {
        Ok((kind, _)) => processors::test(&ctx, kind, &field(&typed, "mode")).await,
        Err(failure) => Err(failure),
    };
    reply(&ctx, outcome.map(|outcome| json!({"ok": outcome.is_ok(), "reason": outcome.err().map(|problem| problem.code())})))
}

/// By one place, `up` or `down`.
async fn post_processor_move(ctx: Ctx, Path(kind): Path<String>, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let direction = Direction::from_code(&field(&typed, "to")).ok_or_else(|| Failure::field("to", Problem::NotAChoice));
    let done = match (processors::kind_of(&kind), direction) {
        (Ok((kind, _)), Ok(direction)) => processors::reorder(&ctx, kind, &field(&typed, "mode"), direction).await,
        (Err(failure), _) | (Ok(_), Err(failure)) => Err(failure),
    };
    processors_after(&ctx, done).await
}

/// Which of the two configurations of a kind.
#[derive(serde::Deserialize)]
struct InMode {
    #[serde(default)]
    mode: String,
}

async fn delete_processor(ctx: Ctx, Path(kind): Path<String>, Query(query): Query<InMode>) -> Response {
    let done = match processors::kind_of(&kind) {
        Ok((kind, _)) => processors::remove(&ctx, kind, &query.mode).await,
        Err(failure) => Err(failure),
    };
    processors_after(&ctx, done).await
}

async fn post_order_paid(ctx: Ctx, Path(id): Path<String>, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let said = match id.parse::<OrderId>() {
        Ok(id) => offline::mark_paid(&ctx, id, &field(&typed, "reference")).await,
        Err(_) => Err(Failure::NotFound),
    };
    order_after(&ctx, &id, said).await
}

async fn post_order_unpaid(ctx: Ctx, Path(id): Path<String>) -> Response {
    let said = match id.parse::<OrderId>() {
        Ok(id) => offline::mark_unpaid(&ctx, id).await,
        Err(_) => Err(Failure::NotFound),
    };
    order_after(&ctx, &id, said).await
}

/// The key is `refund_key`, or the header `Idempotency-Key`: the same key again answers the first refund.
async fn post_refund(ctx: Ctx, Path(id): Path<String>, headers: HeaderMap, body: Body) -> Response {
    let mut typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    if let Some(key) = headers.get("idempotency-key").and_then(|key| key.to_str().ok()) {
        typed.insert("refund_key".to_owned(), key.to_owned());
    }
    let asked = match id.parse::<OrderId>() {
        Ok(id) => refund::ask(&ctx, id, &crate::server::web::admin::refund_form(&typed)).await.map(drop),
        Err(_) => Err(Failure::NotFound),
    };
    order_after(&ctx, &id, asked).await
}

async fn post_confirm(ctx: Ctx, Path(id): Path<String>, body: Body) -> Response {
    decide(ctx, id, body, true).await
}

async fn post_withdraw(ctx: Ctx, Path(id): Path<String>, body: Body) -> Response {
    decide(ctx, id, body, false).await
}

async fn decide(ctx: Ctx, id: String, body: Body, confirms: bool) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let decided = match (id.parse::<OrderId>(), field(&typed, "proposal").parse::<ProposalId>()) {
        (Ok(order), Ok(proposal)) if confirms => two_persons::confirm(&ctx, order, proposal).await,
        (Ok(order), Ok(proposal)) => two_persons::withdraw(&ctx, order, proposal).await,
        (Err(_), _) | (_, Err(_)) => Err(Failure::NotFound),
    };
    order_after(&ctx, &id, decided).await
}

async fn get_doubts(ctx: Ctx) -> Response {
    reply(&ctx, overview::doubts(&ctx).await)
}

async fn post_doubt(ctx: Ctx, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    match overview::check_now(&ctx, &field(&typed, "id"), field(&typed, "kind") == "refund").await {
        Ok(()) => reply(&ctx, overview::doubts(&ctx).await),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

async fn order_after(ctx: &Ctx, id: &str, said: Result<(), Failure>) -> Response {
    let found = match (said, id.parse::<OrderId>()) {
        (Ok(()), Ok(id)) => overview::order(ctx, id).await,
        (Ok(()), Err(_)) => Err(Failure::NotFound),
        (Err(failure), _) => Err(failure),
    };
    reply(ctx, found)
}

async fn get_promos(ctx: Ctx) -> Response {
    reply(&ctx, promo_admin::views::lines(&ctx).await)
}

async fn get_promo(ctx: Ctx, Path(id): Path<String>) -> Response {
    let found = match id.parse::<PromoId>() {
        Ok(id) => promo_admin::views::sheet(&ctx, id).await,
        Err(_) => Err(Failure::NotFound),
    };
    reply(&ctx, found)
}

async fn post_promo(ctx: Ctx, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    match promo_admin::create(&ctx, &PromoForm::from_fields(&typed)).await {
        Ok(id) => answer::created(json!({"id": id.to_string()})),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

async fn post_promo_change(ctx: Ctx, Path(id): Path<String>, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let change = Change::from_code(&field(&typed, "action")).ok_or_else(|| Failure::field("action", Problem::NotAChoice));
    let changed = match (id.parse::<PromoId>(), change) {
        (Ok(id), Ok(change)) => promo_admin::change(&ctx, id, change, &PromoForm::from_fields(&typed)).await,
        (Err(_), _) => Err(Failure::NotFound),
        (Ok(_), Err(failure)) => Err(failure),
    };
    reply(&ctx, changed.map(deleted_or))
}

async fn delete_promo(ctx: Ctx, Path(id): Path<String>) -> Response {
    let changed = match id.parse::<PromoId>() {
        Ok(id) => promo_admin::change(&ctx, id, Change::Delete, &PromoForm::default()).await,
        Err(_) => Err(Failure::NotFound),
    };
    reply(&ctx, changed.map(deleted_or))
}

fn deleted_or(kept: Option<PromoId>) -> Value {
    kept.map_or_else(|| json!({"deleted": true}), |id| json!({"id": id.to_string()}))
}

async fn get_sites(ctx: Ctx) -> Response {
    reply(&ctx, provision::views::sites(&ctx).await)
}

async fn put_provision(ctx: Ctx, Path((site, feature)): Path<(String, String)>, body: Body) -> Response {
    let typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let done = match (site.parse::<SiteId>(), feature_of(&feature)) {
        (Ok(site), Ok(feature)) => {
            provision::flip(&ctx, site, feature, is_ticked(&field(&typed, "provisioned")), &field(&typed, "reason")).await
        }
        (Err(_), _) | (_, Err(_)) => Err(Failure::NotFound),
    };
    match done {
        Ok(()) => reply(&ctx, provision::views::sites(&ctx).await),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}
