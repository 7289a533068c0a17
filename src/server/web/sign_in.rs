//! Signing in and out by plain posts. The answer to a wrong sign-in is the same, and takes as long, whether the account exists,
//! is disabled, or belongs to another site.

use std::collections::BTreeMap;

use axum::{Form, Router, extract::State, http::request::Parts, response::Response, routing::post};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    caller, incident,
    incident::Asker,
    next::local_path,
    rerender::{redirect, refuse},
};
use crate::app::routes;
use crate::domain::{form::Problem, role::Role, text::Email};
use crate::server::{
    auth::{self, AuthSession, Credentials, SignedIn},
    ctx::Ctx,
    failure::{Failure, Fault},
    state::App,
};

/// `POST /sign-in` and `POST /sign-out`; the page is the app's.
pub fn routes() -> Router<App> {
    Router::new().route(routes::SIGN_IN, post(sign_in)).route(routes::SIGN_OUT, post(sign_out))
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(State(app): State<App>, ctx: Ctx, mut login: AuthSession, parts: Parts, Form(form): Form<SignInForm>) -> Response {
    let values = BTreeMap::from([("email".to_owned(), form.email.clone()), ("next".to_owned(), form.next.clone())]);
    let then = local_path(&form.next).map(str::to_owned);
    match check(&ctx, &mut login, form).await {
        Ok(user) => redirect(then.as_deref().unwrap_or(first_page(user.person.role))),
        Err(failure) => refuse(&app, parts, routes::SIGN_IN, values, failure).await,
    }
}

async fn check(ctx: &Ctx, login: &mut AuthSession, form: SignInForm) -> Result<SignedIn, Failure> {
    // An address that cannot be one is looked for all the same, in vain, so that it takes as long.
    let account = Email::parse(&form.email).map_or_else(|_| "-".to_owned(), |email| email.normalised());
    ctx.app.limits.sign_in(&account, ctx.caller.ip)?;
    let credentials = Credentials { email_key: account.clone(), password: Zeroizing::new(form.password) };
    let found = login.authenticate(credentials).await.map_err(fault)?;
    let Some(user) = found.filter(|user| caller::belongs_to(&user.person, ctx.site())) else {
        tracing::info!(site = %ctx.site().id, "a sign-in was refused");
        return Err(Failure::field("password", Problem::WrongPassword));
    };
    auth::begin(login, &user, ctx.app.clock.now()).await.map_err(fault)?;
    ctx.app.limits.sign_in_succeeded(&account, ctx.caller.ip);
    tracing::info!(person = %user.person.id, "signed in");
    Ok(user)
}

fn fault(error: axum_login::Error<auth::Backend>) -> Failure {
    Failure::Fault(Fault::Other(error.to_string()))
}

async fn sign_out(mut login: AuthSession, parts: Parts) -> Response {
    match login.logout().await {
        Ok(_) => redirect(routes::CATALOGUE),
        Err(error) => incident::from_failure(fault(error), Asker::of_parts(&parts)),
    }
}

/// Where a role's work is.
const fn first_page(role: Role) -> &'static str {
    match role {
        Role::AccountManager => routes::MANAGER,
        Role::SiteAdmin => routes::ADMIN,
        Role::DivisionManager => routes::DIVISION,
        Role::Host => routes::HOST,
    }
}
