//! Plain form posts of account managers.

use std::collections::BTreeMap;

use axum::{
    Form, Router,
    extract::{Path, State},
    http::request::Parts,
    response::Response,
    routing::post,
};

use super::rerender;
use crate::app::routes;
use crate::domain::{feature::Feature, form::Problem, ids::SiteId, schedule::is_ticked};
use crate::server::{ctx::Ctx, failure::Failure, flows::provision, state::App};

/// The account manager's posts.
pub fn routes() -> Router<App> {
    Router::new().route("/manager/sites/{id}/features", post(post_features))
}

async fn post_features(
    State(app): State<App>,
    Path(id): Path<String>,
    ctx: Ctx,
    parts: Parts,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Response {
    match flip(&ctx, &id, &typed).await {
        Ok(()) => rerender::redirect(&format!("{}#site-{id}", routes::MANAGER)),
        Err(failure) => rerender::refuse(&app, parts, routes::MANAGER, typed, failure).await,
    }
}

async fn flip(ctx: &Ctx, id: &str, typed: &BTreeMap<String, String>) -> Result<(), Failure> {
    let field = |name: &str| typed.get(name).map_or("", String::as_str);
    let site: SiteId = id.parse().map_err(|_| Failure::NotFound)?;
    let feature = Feature::from_code(field("feature")).ok_or_else(|| Failure::field("feature", Problem::NotAChoice))?;
    provision::flip(ctx, site, feature, is_ticked(field("provisioned")), field("reason")).await
}
