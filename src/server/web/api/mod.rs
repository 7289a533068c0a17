//! The API: the same use cases as the pages, for programs with a bearer token. Nothing is decided here.

mod admin;
pub mod answer;
mod host;
mod token;

use axum::Router;

use crate::server::state::App;

/// `/api/v1/…`.
pub fn routes() -> Router<App> {
    Router::new().merge(token::routes()).merge(host::routes()).merge(admin::routes())
}
