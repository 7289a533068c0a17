//! HTTP: what comes in, in which order it is looked at, and who answers. Pages are the app's; forms, programs and machines have
//! plain handlers here.

pub mod accept;
pub mod arena;
pub mod assets;
pub mod body;
pub mod caller;
pub mod doors;
pub mod errors;
pub mod headers;
pub mod health;
pub mod incident;
pub mod insist;
pub mod lang;
pub mod next;
pub mod rerender;
pub mod sign_in;

// ── Handlers of forms and of the API: their engineers keep these lines. ─────────────────────────────────────────────────────
pub mod admin;
pub mod api;
pub mod host;
pub mod manager;
pub mod participant;
pub mod pay_form;
pub mod processors;
// ── End. ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

use axum::{Router, extract::State, http::request::Parts, middleware, response::Response};
use leptos_axum::LeptosRoutes as _;
use tower_http::csrf::ConfigError;

use super::{auth, state::App};
use crate::app;

/// Everything the server answers, layer by layer, the outermost last.
///
/// # Errors
/// When the base URL is no origin.
pub fn router(app: &App) -> Result<Router, ConfigError> {
    // Ways back from a processor's page are read here, and answered with the page that the app has there.
    let mut pages = leptos_axum::generate_route_list(app::App);
    pages.retain(|page| !processors::WAYS_BACK.iter().any(|way| page.path().contains(way)));
    let (context, options) = (app.clone(), app.leptos.clone());
    let pages = Router::new()
        .leptos_routes_with_context(app, pages, move || headers::admit_page_scripts(&context), move || app::shell(options.clone()))
        .layer(middleware::from_fn(insist::pages));
    let asked_by_someone = Router::new()
        .merge(pages)
        .merge(sign_in::routes())
        .merge(lang::routes())
        .merge(participant::routes())
        .merge(processors::routes())
        .merge(host::routes())
        .merge(admin::routes())
        .merge(manager::routes())
        .merge(api::routes())
        .fallback(not_found)
        .layer(middleware::from_fn(arena::hold))
        .layer(middleware::from_fn_with_state(app.clone(), caller::establish))
        .layer(auth::layer(&app.config, &app.db, &app.clock))
        .layer(doors::csrf(&app.config)?)
        .layer(middleware::from_fn(doors::programs))
        .layer(middleware::from_fn(doors::server_functions));
    Ok(Router::new()
        .merge(asked_by_someone)
        .merge(health::routes())
        .layer(middleware::from_fn_with_state(app.clone(), assets::serve))
        .layer(middleware::from_fn(errors::catch_panic))
        .layer(middleware::from_fn(body::limit))
        .layer(middleware::from_fn(errors::dress))
        .layer(middleware::from_fn(errors::observe))
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .with_state(app.clone()))
}

async fn not_found(State(app): State<App>, parts: Parts) -> Response {
    rerender::not_found(&app, parts).await
}
