//! Plain form posts of participants: register, promo code, keep the seat, pay, cancel; and the calendar file. They work without
//! scripts; a refused post is answered with its page, values and field errors.

use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use crate::api::checkout::OrderLook;
use crate::app::form_state::FormState;
use crate::domain::{form::Refusal, order::OrderState};
use crate::look_up;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        calendar, checkout, orders,
        pay::{self, PayAnswer},
        promo,
        register::{self, RegisterForm},
    },
    state::App,
    store::order,
};

use super::{
    pay_form::{self, Typed},
    rerender,
};

/// Remembers, per session, the order this browser began, so that going back resumes it.
const RESUME_COOKIE: &str = "resume";

/// The participant's posts and files.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/s/{slug}/register", post(post_register))
        .route("/checkout/{order}/promo", post(post_promo))
        .route("/checkout/{order}/extend", post(post_extend))
        .route("/checkout/{order}/pay", post(post_pay))
        .route("/order/{order}/cancel", post(post_cancel))
        .route("/order/{order}/calendar.ics", get(calendar_file))
}

async fn post_register(State(app): State<App>, Path(slug): Path<String>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let form = RegisterForm {
        name: typed.get("name").cloned().unwrap_or_default(),
        email: typed.get("email").cloned().unwrap_or_default(),
        registration_password: typed.get("registration_password").cloned().unwrap_or_default(),
        answers: typed.iter().filter(|(name, _)| name.starts_with("q_")).map(|(n, v)| (n.clone(), v.clone())).collect(),
    };
    let resume = cookie(&parts.headers, RESUME_COOKIE);
    match register::register(&ctx, &slug, &form, resume.as_deref()).await {
        Ok(link) => {
            let code = typed.get("code").map(|code| code.trim()).filter(|code| !code.is_empty());
            let to = match code {
                Some(code) => with_code(&ctx, &link, code).await,
                None => format!("/checkout/{link}"),
            };
            let mut response = rerender::redirect(&to);
            remember(&mut response, &slug, &link);
            response
        }
        Err(failure) => {
            let values = typed.into_iter().filter(|(name, _)| name != "registration_password").collect();
            let path = format!("/s/{slug}/register");
            rerender::refuse(&app, parts, &path, values, failure).await
        }
    }
}

/// A code from the session's address is applied at once; one that is refused is shown at the field with its reason.
async fn with_code(ctx: &Ctx, link: &str, code: &str) -> String {
    let checkout = format!("/checkout/{link}");
    match promo::apply(ctx, link, code).await {
        Ok(_) => checkout,
        Err(_) => format!("{checkout}?code={}", crate::app::routes::encode(code)),
    }
}

async fn post_promo(State(app): State<App>, Path(link): Path<String>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let result = if typed.get("remove").is_some_and(|remove| remove == "1") {
        promo::remove(&ctx, &link).await
    } else {
        promo::apply(&ctx, &link, typed.get("promo_code").map_or("", String::as_str)).await
    };
    let path = format!("/checkout/{link}");
    match result {
        Ok(_) => rerender::redirect(&path),
        Err(failure) => rerender::refuse(&app, parts, &path, typed, failure).await,
    }
}

async fn post_extend(State(app): State<App>, Path(link): Path<String>, ctx: Ctx, parts: Parts) -> Response {
    let path = format!("/checkout/{link}");
    match orders::extend_hold(&ctx, &link).await {
        Ok(_) => rerender::redirect(&path),
        Err(failure) => rerender::refuse(&app, parts, &path, Typed::new(), failure).await,
    }
}

async fn post_pay(State(app): State<App>, Path(link): Path<String>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let values = pay_form::shown_again(&typed);
    let outcome = pay_order(&ctx, &link, typed).await;
    let own_page = format!("/order/{link}");
    match outcome {
        Ok(PayAnswer::Paid | PayAnswer::Checking) => rerender::redirect(&own_page),
        Ok(PayAnswer::GoTo(url)) => rerender::redirect(&url),
        // The answer is on the order's own page.
        Err(Failure::Refused(Refusal::AlreadyPaid | Refusal::PaymentInProgress)) => rerender::redirect(&own_page),
        Err(failure) => rerender::refuse(&app, parts, &format!("/checkout/{link}"), values, failure).await,
    }
}

async fn pay_order(ctx: &Ctx, link: &str, typed: Typed) -> Result<PayAnswer, Failure> {
    let order =
        look_up!(ctx.app.db, |tx| -> Result<_, Failure> { order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound) })?;
    let now = ctx.app.clock.now();
    // A dead or finished order is told as such before its form is looked at; the flow checks again inside its transaction.
    match checkout::look(&order, now) {
        OrderLook::Expired => return Err(Refusal::HoldExpired.into()),
        OrderLook::Cancelled => return Err(Refusal::OrderCancelled.into()),
        OrderLook::Held | OrderLook::Checking | OrderLook::Paid | OrderLook::Failed | OrderLook::Refunded => {}
    }
    if let OrderState::Paid { .. } | OrderState::Refunded { .. } = order.state {
        return Err(Refusal::AlreadyPaid.into());
    }
    let due = pay_form::due(ctx, &order).await?;
    let ask = pay_form::parse(typed, due, now)?;
    pay::pay(ctx, order.id, ask).await
}

async fn post_cancel(State(app): State<App>, Path(link): Path<String>, ctx: Ctx, parts: Parts) -> Response {
    let path = format!("/order/{link}");
    match orders::cancel(&ctx, &link).await {
        Ok(()) => rerender::redirect(&path),
        Err(failure) => rerender::refuse(&app, parts, &path, Typed::new(), failure).await,
    }
}

async fn calendar_file(State(app): State<App>, Path(link): Path<String>, ctx: Ctx, parts: Parts) -> Response {
    match calendar::of_order(&ctx, &link).await {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"session.ics\""),
            ];
            (StatusCode::OK, headers, text).into_response()
        }
        Err(failure) => rerender::refuse(&app, parts, &format!("/order/{link}"), FormState::default().values, failure).await,
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

fn remember(response: &mut Response, slug: &str, link: &str) {
    let slug = crate::app::routes::encode(slug);
    let line = format!("{RESUME_COOKIE}={link}; Path=/s/{slug}; Max-Age=86400; HttpOnly; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
