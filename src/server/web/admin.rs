//! Plain form posts of site administrators. They work without scripts; a refused post is answered with its page, what was typed
//! and what is wrong with it. Passwords are never typed back.

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
use crate::domain::{
    feature::Feature,
    form::Problem,
    ids::{OrderId, PromoId, ProposalId, RefundId},
    schedule::is_ticked,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    flows::{
        offline, overview,
        processors::{self, Direction, ProcessorForm},
        promo_admin::{self, Change, PromoForm},
        refund::{self, RefundForm},
        settings::{self, SettingsForm},
        two_persons,
    },
    payments::ProcessorKind,
    state::App,
};

/// Fields by name.
type Typed = BTreeMap<String, String>;

/// The administrator's posts.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/settings", post(post_settings))
        .route("/admin/features", post(post_features))
        .route("/admin/rates", post(post_rates))
        .route("/admin/processors/{kind}", post(post_processor))
        .route("/admin/orders/{id}", post(post_order))
        .route("/admin/unknown", post(post_doubt))
        // The form posts to its own page; the list takes the same post, for programs.
        .route("/admin/promo-codes", post(post_promo))
        .route("/admin/promo-codes/new", post(post_promo))
        .route("/admin/promo-codes/{id}", post(post_promo_change))
}

/// Where to go when it went well, else the page at `page` again.
async fn answer(app: &App, parts: Parts, page: &str, values: Typed, result: Result<String, Failure>) -> Response {
    match result {
        Ok(next) => rerender::redirect(&next),
        Err(failure) => rerender::refuse(app, parts, page, values, failure).await,
    }
}

fn field(typed: &Typed, name: &str) -> String {
    typed.get(name).cloned().unwrap_or_default()
}

async fn post_settings(State(app): State<App>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let form = SettingsForm {
        name: field(&typed, "name"),
        seller: field(&typed, "seller"),
        support_email: field(&typed, "support_email"),
        currency: field(&typed, "currency"),
        merchant_country: field(&typed, "merchant_country"),
        tax_mode: field(&typed, "tax_mode"),
        tax_name: field(&typed, "tax_name"),
        tax_rate: field(&typed, "tax_rate"),
        fee_max: field(&typed, "fee_max"),
        refund_policy: field(&typed, "refund_policy"),
        hold_minutes: field(&typed, "hold_minutes"),
        asks_card_kinds: field(&typed, "asks_card_kinds"),
        accept_credit: field(&typed, "accept_credit"),
        accept_debit: field(&typed, "accept_debit"),
        version: field(&typed, "version"),
    };
    let result = settings::save(&ctx, &form).await.map(|()| format!("{}?saved=1", routes::ADMIN_SETTINGS));
    answer(&app, parts, routes::ADMIN_SETTINGS, typed, result).await
}

async fn post_features(State(app): State<App>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let result = match Feature::from_code(&field(&typed, "feature")) {
        Some(feature) => settings::enable(&ctx, feature, is_ticked(&field(&typed, "enabled"))).await,
        None => Err(Failure::field("feature", Problem::NotAChoice)),
    };
    answer(&app, parts, routes::ADMIN_SETTINGS, Typed::new(), result.map(|()| format!("{}#features", routes::ADMIN_SETTINGS))).await
}

async fn post_rates(State(app): State<App>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let result = settings::add_rates(&ctx, &field(&typed, "people"), &field(&typed, "teleconference")).await;
    answer(&app, parts, routes::ADMIN_RATES, typed, result.map(|()| format!("{}?saved=1", routes::ADMIN_RATES))).await
}

/// One form with its buttons: save, test the connection, offer or pause, remove; and the list's own: up, down.
async fn post_processor(
    State(app): State<App>,
    Path(kind): Path<String>,
    ctx: Ctx,
    parts: Parts,
    Form(mut typed): Form<Typed>,
) -> Response {
    let mode = field(&typed, "mode");
    let (page, list) = (routes::admin_processor_in(&kind, &mode), routes::admin_processors_in(&mode));
    let result = match processors::kind_of(&kind) {
        Ok((kind, product)) => {
            let form = ProcessorForm::take(product, &mut typed);
            act_on_processor(&ctx, kind, &field(&typed, "action"), &form).await
        }
        Err(failure) => {
            typed.clear();
            Err(failure)
        }
    };
    let next = result.map(|next| match next {
        Next::List => list,
        Next::Page(anchor) => format!("{page}{anchor}"),
    });
    answer(&app, parts, &page, typed, next).await
}

/// Where an action on a processor leads.
enum Next {
    /// To all of them.
    List,
    /// To its own page, with this added to its address.
    Page(&'static str),
}

async fn act_on_processor(ctx: &Ctx, kind: ProcessorKind, action: &str, form: &ProcessorForm) -> Result<Next, Failure> {
    let mode = &form.mode;
    match (action, Direction::from_code(action)) {
        ("save", _) => processors::save(ctx, kind, form).await.map(|()| Next::Page("&saved=1")),
        // How the test ended is on the page, good or bad.
        ("test", _) => processors::test(ctx, kind, mode).await.map(|_| Next::Page("#test")),
        ("offer", _) => processors::offer(ctx, kind, mode, true).await.map(|()| Next::Page("")),
        ("pause", _) => processors::offer(ctx, kind, mode, false).await.map(|()| Next::Page("")),
        ("remove", _) => processors::remove(ctx, kind, mode).await.map(|()| Next::List),
        (_, Some(direction)) => processors::reorder(ctx, kind, mode, direction).await.map(|()| Next::List),
        (_, None) => Err(Failure::field("action", Problem::NotAChoice)),
    }
}

/// An administrator says how a payment ended.
async fn post_order(State(app): State<App>, Path(id): Path<String>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let page = routes::admin_order(&id);
    let result = match (id.parse::<OrderId>(), field(&typed, "action").as_str()) {
        (Err(_), _) => Err(Failure::NotFound),
        (Ok(id), "paid") => offline::mark_paid(&ctx, id, &field(&typed, "reference")).await,
        (Ok(id), "unpaid") => offline::mark_unpaid(&ctx, id).await,
        (Ok(id), "refund") => refund::ask(&ctx, id, &refund_form(&typed)).await.map(drop),
        (Ok(_), "returned" | "not_returned") => say_of_refund(&ctx, &typed).await,
        (Ok(id), "confirm" | "withdraw") => decide(&ctx, id, &typed).await,
        (Ok(_), _) => Err(Failure::field("action", Problem::NotAChoice)),
    };
    answer(&app, parts, &page, typed, result.map(|()| page.clone())).await
}

/// A refund as typed.
pub(super) fn refund_form(typed: &Typed) -> RefundForm {
    RefundForm {
        key: field(typed, "refund_key"),
        payment: field(typed, "payment"),
        amount: field(typed, "amount"),
        reason: field(typed, "reason"),
        note: field(typed, "note"),
        left: field(typed, "left"),
        confirmed: field(typed, "confirmed"),
    }
}

/// An administrator says how a refund ended.
async fn say_of_refund(ctx: &Ctx, typed: &Typed) -> Result<(), Failure> {
    let id: RefundId = field(typed, "refund").parse().map_err(|_| Failure::NotFound)?;
    if field(typed, "action") == "returned" {
        refund::mark_returned(ctx, id, &field(typed, &format!("reference-{id}"))).await
    } else {
        refund::mark_not_returned(ctx, id).await
    }
}

/// A second administrator confirms what the first said, or somebody withdraws it.
async fn decide(ctx: &Ctx, order: OrderId, typed: &Typed) -> Result<(), Failure> {
    let id: ProposalId = field(typed, "proposal").parse().map_err(|_| Failure::NotFound)?;
    if field(typed, "action") == "confirm" {
        two_persons::confirm(ctx, order, id).await
    } else {
        two_persons::withdraw(ctx, order, id).await
    }
}

/// Asks a processor at once what became of a payment or a refund.
async fn post_doubt(State(app): State<App>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let result = overview::check_now(&ctx, &field(&typed, "id"), field(&typed, "kind") == "refund").await;
    answer(&app, parts, routes::ADMIN_DOUBTS, typed, result.map(|()| routes::ADMIN_DOUBTS.to_owned())).await
}

async fn post_promo(State(app): State<App>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let result = promo_admin::create(&ctx, &PromoForm::from_fields(&typed)).await;
    answer(&app, parts, routes::ADMIN_PROMO_NEW, typed, result.map(|id| routes::admin_promo(&id.to_string()))).await
}

async fn post_promo_change(State(app): State<App>, Path(id): Path<String>, ctx: Ctx, parts: Parts, Form(typed): Form<Typed>) -> Response {
    let page = routes::admin_promo(&id);
    let result = change_promo(&ctx, &id, &typed).await;
    let next = result
        .map(|kept| kept.map_or_else(|| routes::ADMIN_PROMOS.to_owned(), |id| format!("{}?saved=1", routes::admin_promo(&id.to_string()))));
    answer(&app, parts, &page, typed, next).await
}

async fn change_promo(ctx: &Ctx, id: &str, typed: &Typed) -> Result<Option<PromoId>, Failure> {
    let id: PromoId = id.parse().map_err(|_| Failure::NotFound)?;
    let change = Change::from_code(&field(typed, "action")).ok_or_else(|| Failure::field("action", Problem::NotAChoice))?;
    promo_admin::change(ctx, id, change, &PromoForm::from_fields(typed)).await
}
