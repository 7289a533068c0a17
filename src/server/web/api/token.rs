//! `POST /api/v1/token`: a program signs in once and shows a token from then on. Only the token's SHA-256 is kept.

use axum::{Router, extract::State, response::Response, routing::post};
use axum_login::AuthnBackend as _;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::answer::{self, Body};
use crate::domain::{form::Problem, text::Email};
use crate::server::{
    auth::{Backend, Credentials, digest},
    ctx::Ctx,
    failure::{Failure, Fault},
    state::App,
    store::person,
    web::caller,
    zones,
};
use crate::write_tx;

/// How long a token is good: thirty days.
const TOKEN_SECONDS: i64 = 30 * 86_400;

/// `POST /api/v1/token`.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/api/v1/token", post(post_token))
}

async fn post_token(State(app): State<App>, ctx: Ctx, body: Body) -> Response {
    let mut typed = match answer::typed(ctx.lang(), body) {
        Ok(typed) => typed,
        Err(response) => return *response,
    };
    let email = typed.remove("email").unwrap_or_default();
    let password = Zeroizing::new(typed.remove("password").unwrap_or_default());
    match issue(&app, &ctx, &email, password).await {
        Ok(body) => answer::ok(body),
        Err(failure) => answer::failed(ctx.lang(), failure),
    }
}

async fn issue(app: &App, ctx: &Ctx, email: &str, password: Zeroizing<String>) -> Result<Value, Failure> {
    // An address that cannot be one is looked for all the same, in vain, so that it takes as long.
    let account = Email::parse(email).map_or_else(|_| "-".to_owned(), |email| email.normalised());
    app.limits.sign_in(&account, ctx.caller.ip)?;
    let credentials = Credentials { email_key: account.clone(), password };
    let found = Backend::new(app.db.clone()).authenticate(credentials).await.map_err(|e| Failure::Fault(Fault::Other(e.to_string())))?;
    let Some(user) = found.filter(|user| caller::belongs_to(&user.person, ctx.site())) else {
        return Err(Failure::field("password", Problem::WrongPassword));
    };
    app.limits.sign_in_succeeded(&account, ctx.caller.ip);
    let (token, now) = (app.clock.token() + &app.clock.token(), app.clock.now());
    let expires_at = now.plus_seconds(TOKEN_SECONDS);
    let hash = digest(&token);
    write_tx!(app.db, |tx| -> Result<(), Failure> { Ok(person::insert_token(tx, &hash, user.person.id, now, expires_at).await?) })?;
    Ok(json!({
        "token": token, "token_type": "bearer", "expires_at": zones::when(expires_at, 0, "UTC", now, ctx.lang()).starts_iso,
        "role": user.person.role.code(),
    }))
}
