//! Where processors send people back to, and their notices.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use crate::app::routes;
use crate::domain::{form::Refusal, ids::SiteId, order::OrderKind};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::{Failure, report},
    flows::{approval, notices, pay::PayAnswer},
    state::App,
    store::order::{self, Order},
};

use super::{pay_form::Typed, rerender};

/// What the addresses have in them that are read by [`routes`] and not by the app's pages.
pub const WAYS_BACK: [&str; 2] = ["/return/", "/back/"];

/// The buyer's way back, and `/notify/{processor}/{site}`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/checkout/{order}/return/{reference}", get(come_back))
        .route("/checkout/{order}/back/{reference}", get(come_back_without_paying))
        .route("/checkout/{order}/leave", post(leave))
        .route("/notify/{processor}/{site}", post(notify))
}

/// What the processor added to the way back. Anybody can write it, so it decides nothing about money: at most whether a buyer who
/// has not paid goes on at the same form, or chooses again.
type Added = BTreeMap<String, String>;

/// It is said to have failed, and nothing is said to be under way (payflow-pro.md §8: 161).
fn is_said_to_have_failed(added: &Added) -> bool {
    added.contains_key("failed") && !is_said_to_be_under_way(added)
}

fn is_said_to_be_under_way(added: &Added) -> bool {
    added.get("RESULT").is_some_and(|result| result == "161")
}

async fn come_back(
    State(app): State<App>,
    Path((link, reference)): Path<(String, String)>,
    Query(added): Query<Added>,
    ctx: Ctx,
    parts: Parts,
) -> Response {
    match finish(&ctx, &link, &reference, &added).await {
        Ok(to) => rerender::redirect(&to),
        Err(failure) => rerender::refuse(&app, parts, &routes::checkout(&link), Typed::new(), failure).await,
    }
}

async fn finish(ctx: &Ctx, link: &str, reference: &str, added: &Added) -> Result<String, Failure> {
    let order = find(ctx, link).await?;
    let own_page = page_of(&order);
    let Some(attempt) = approval::open_attempt(&ctx.app, ctx.site().id, link).await?.filter(|open| open.our_ref == reference) else {
        // Settled meanwhile, or another try is under way: the order's own page says how it stands.
        let (app, order, reference) = (ctx.app.clone(), order.id, reference.to_owned());
        let looked = tokio::spawn(async move { approval::come_back_late(&app, order, &reference).await }).await;
        return looked.unwrap_or(Ok(())).map(|()| own_page);
    };
    // The call and its record outlive the request: a buyer who closes the tab must not leave money unrecorded.
    let app = ctx.app.clone();
    let resumed = tokio::spawn(async move { approval::resume(&app, attempt.id).await }).await;
    match resumed.unwrap_or(Ok(PayAnswer::Checking)) {
        Ok(PayAnswer::Paid | PayAnswer::Checking) => Ok(own_page),
        Ok(PayAnswer::GoTo(_)) if is_said_to_have_failed(added) => give_up(ctx, link, Some(reference)).await,
        Ok(PayAnswer::GoTo(_)) if is_said_to_be_under_way(added) => Ok(own_page),
        Ok(PayAnswer::GoTo(url)) => Ok(url),
        Err(Failure::Refused(Refusal::Declined(_) | Refusal::CardReturned { .. })) if order.kind == OrderKind::Usage => Ok(own_page),
        Err(failure) => Err(failure),
    }
}

async fn come_back_without_paying(
    State(app): State<App>,
    Path((link, reference)): Path<(String, String)>,
    ctx: Ctx,
    parts: Parts,
) -> Response {
    match give_up(&ctx, &link, Some(&reference)).await {
        Ok(to) => rerender::redirect(&to),
        Err(failure) => rerender::refuse(&app, parts, &routes::checkout(&link), Typed::new(), failure).await,
    }
}

/// The buyer, who is here and not at the processor's page, chooses another way.
async fn leave(State(app): State<App>, Path(link): Path<String>, ctx: Ctx, parts: Parts) -> Response {
    match give_up(&ctx, &link, None).await {
        Ok(to) => rerender::redirect(&to),
        Err(failure) => rerender::refuse(&app, parts, &routes::order(&link), Typed::new(), failure).await,
    }
}

async fn give_up(ctx: &Ctx, link: &str, reference: Option<&str>) -> Result<String, Failure> {
    let order = find(ctx, link).await?;
    let open = approval::open_attempt(&ctx.app, ctx.site().id, link).await?;
    if let Some(attempt) = open.filter(|open| reference.is_none_or(|reference| open.our_ref == reference)) {
        approval::give_up(&ctx.app, attempt.id).await?;
    }
    Ok(match (find(ctx, link).await?.state, order.kind) {
        (crate::domain::order::OrderState::Held { .. }, OrderKind::Fee) => format!("{}?left=1", routes::checkout(link)),
        _ => page_of(&order),
    })
}

async fn find(ctx: &Ctx, link: &str) -> Result<Order, Failure> {
    read_tx!(ctx.app.db, |tx| -> Result<_, Failure> { order::find_by_link(tx, ctx.site().id, link).await?.ok_or(Failure::NotFound) })
}

fn page_of(order: &Order) -> String {
    match order.kind {
        OrderKind::Fee => routes::order(&order.link),
        OrderKind::Usage => routes::host_pay(order.session_id),
    }
}

async fn notify(State(app): State<App>, Path((processor, site)): Path<(String, SiteId)>, headers: HeaderMap, body: Bytes) -> Response {
    match notices::receive(&app, &processor, site, &headers, body).await {
        Ok(notices::Taken::Stored) => StatusCode::OK.into_response(),
        Ok(notices::Taken::Refused(_)) => StatusCode::BAD_REQUEST.into_response(),
        Err(Failure::Fault(fault)) => {
            report(&fault);
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(Failure::NotFound | Failure::Refused(_) | Failure::Fields(_) | Failure::SignInRequired) => {
            StatusCode::NOT_FOUND.into_response()
        }
    }
}
