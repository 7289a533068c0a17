//! Pages as answers to plain form posts: the page again with what was typed and what is wrong, a redirect when it went well.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use leptos::prelude::provide_context;

use super::{
    headers,
    incident::{self, Asker},
    insist::{again, insist},
};
use crate::app::{form_state::FormState, shell};
use crate::domain::{card, form::FieldErrors};
use crate::server::{
    failure::{Failure, Fault},
    state::App,
};

/// No route answers to it, so the app shows that there is no page.
const NOWHERE: &str = "/nowhere";

/// The page at `path`, as a GET would show it, with `form` in it and `status`. `parts` are those of the post: who asks is known
/// already and stays. A page that finds out something worse (not found, not allowed) keeps its own status.
pub async fn page(app: &App, mut parts: Parts, path: &str, status: StatusCode, mut form: FormState) -> Response {
    // A card's number is not shown again, whatever field of whatever form it was typed into.
    form.values.retain(|_, value| !card::holds_number(value));
    let uri = match path.parse::<Uri>() {
        Ok(uri) if uri.path_and_query().is_some() => uri,
        Ok(_) | Err(_) => {
            let fault = Fault::Other("a page was asked for at something that is no path".into());
            return incident::from_failure(Failure::Fault(fault), Asker::of_parts(&parts));
        }
    };
    parts.uri = uri;
    parts.method = Method::GET;
    for name in [header::CONTENT_LENGTH, header::CONTENT_TYPE, header::TRANSFER_ENCODING] {
        parts.headers.remove(name);
    }
    let mut response = render(app, Request::from_parts(parts, Body::empty()), form).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// The answer to a form that was not accepted. `values` are the fields to keep: never passwords, card numbers or their codes.
pub async fn refuse(app: &App, parts: Parts, path: &str, values: BTreeMap<String, String>, failure: Failure) -> Response {
    let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match failure {
        Failure::Refused(refusal) => {
            let form = FormState { values, errors: FieldErrors::default(), refusal: Some(refusal) };
            page(app, parts, path, status, form).await
        }
        Failure::Fields(errors) => page(app, parts, path, status, FormState { values, errors, refusal: None }).await,
        Failure::NotFound => not_found(app, parts).await,
        Failure::SignInRequired => incident::to_sign_in(path),
        Failure::Fault(_) => incident::from_failure(failure, Asker::of_parts(&parts)),
    }
}

/// The page that says that there is none.
pub async fn not_found(app: &App, parts: Parts) -> Response {
    let asker = Asker::of_parts(&parts);
    if asker.is_person() {
        page(app, parts, NOWHERE, StatusCode::NOT_FOUND, FormState::default()).await
    } else {
        incident::plain_status(StatusCode::NOT_FOUND, asker)
    }
}

/// 303: look at `path` with a GET. Paths are our own; one that does not fit into a header leads to the catalogue.
pub fn redirect(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Renders the app whole, as its pages' routes do.
async fn render(app: &App, request: Request, form: FormState) -> Response {
    let (app, options) = (app.clone(), app.leptos.clone());
    let context = move || {
        provide_context(app.clone());
        provide_context(form.clone());
        headers::admit_page_scripts(&app);
    };
    let page = leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    let (parts, _nothing) = request.into_parts();
    insist(|| page(again(&parts))).await
}
