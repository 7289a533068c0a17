//! Pages for when it did not work: what happened, what it means, what to do.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    api::error::ApiError,
    app::{
        components::{Glyph, Icon, LinkButton, Look, Page, PageHeading},
        routes, status,
        viewer::use_viewer,
    },
    domain::{form::Refusal, text::Lang},
    texts::{common, errors, problems::say_refusal},
};

/// What a page says about an error.
struct Words {
    title: String,
    text: String,
    /// The id to quote, for our own mistakes.
    incident: Option<String>,
    /// Whether reloading can help.
    retry: bool,
}

impl Words {
    fn of(lang: Lang, error: &ApiError) -> Self {
        let words = |title: &str, text: &str, retry| Self { title: title.into(), text: text.into(), incident: None, retry };
        match error {
            ApiError::SignInRequired => words(errors::sign_in_title(lang), errors::sign_in_text(lang), false),
            ApiError::NotFound => words(errors::not_found_title(lang), errors::not_found_text(lang), false),
            ApiError::Refused(Refusal::NotAllowed) => words(errors::forbidden_title(lang), errors::forbidden_text(lang), false),
            ApiError::Refused(refusal) => {
                let title = match refusal.status() {
                    402 => errors::unpaid_title(lang),
                    403 => errors::forbidden_title(lang),
                    410 => errors::gone_title(lang),
                    429 => errors::slow_down_title(lang),
                    _ => errors::conflict_title(lang),
                };
                words(title, &say_refusal(lang, refusal), refusal.status() == 429)
            }
            ApiError::Fields(_) => words(errors::conflict_title(lang), errors::fields_text(lang), true),
            ApiError::Internal(id) => {
                Self { incident: Some(id.clone()), ..words(errors::internal_title(lang), errors::internal_text(lang), true) }
            }
            ApiError::Connection => words(errors::connection_title(lang), errors::connection_text(lang), true),
        }
    }
}

/// An error as a whole page; sets the HTTP status when rendered by the server.
#[component]
pub fn ErrorView(
    /// What went wrong.
    error: ApiError,
) -> impl IntoView {
    let viewer = use_viewer();
    let lang = viewer.lang;
    let location = use_location();
    let here = location.pathname.get_untracked();
    let sign_in = (error == ApiError::SignInRequired).then(|| routes::sign_in_then(&here));
    status::set_status(error.status());
    if let Some(path) = &sign_in {
        status::redirect(path);
    }
    let words = Words::of(lang, &error);
    view! {
        <Page title=words.title.clone()>
            <div class="apology">
                <Icon icon=if sign_in.is_some() { Glyph::Lock } else { Glyph::Info } large=true/>
                <PageHeading text=words.title.clone() lead=words.text/>
                {words.incident.map(|id| view! { <p>{errors::quote(lang)} " " <code data-field="incident">{id}</code></p> })}
                <p class="cluster">
                    {match sign_in {
                        Some(path) => view! { <LinkButton href=path>{common::sign_in(lang)}</LinkButton> }.into_any(),
                        None if words.retry => view! { <LinkButton href=here rel="external">{common::try_again(lang)}</LinkButton> }.into_any(),
                        None => ().into_any(),
                    }}
                    <LinkButton href=routes::CATALOGUE look=Look::Quiet>{common::back_to_sessions(lang)}</LinkButton>
                </p>
                {viewer.site.support_email.map(|email| view! {
                    <p class="quiet small">{errors::ask(lang)} " " <a href=format!("mailto:{email}") rel="external">{email.clone()}</a></p>
                })}
            </div>
        </Page>
    }
}

/// No page at this address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <ErrorView error=ApiError::NotFound/> }
}
