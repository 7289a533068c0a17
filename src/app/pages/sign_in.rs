//! Signing in, for those who work here.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    app::{
        components::{ErrorSummary, Field, Notice, Page, PageHeading, PostForm, RefusalNotice, SubmitButton, Tone},
        form_state::use_form_state,
        routes,
        viewer::use_viewer,
    },
    domain::form::{Problem, Refusal},
    texts::sign_in as texts,
};

/// `/sign-in`, with `?next=`.
#[component]
pub fn SignInPage() -> impl IntoView {
    let viewer = use_viewer();
    let lang = viewer.lang;
    let query = use_query_map();
    let posted = use_form_state();
    let next = posted.value_or("next", || query.read_untracked().get("next").unwrap_or_default());
    // Which of the two is wrong is nobody's business: one message for the pair, whatever code carries it.
    let mismatch = matches!(posted.error("password"), Some(Problem::WrongPassword)) || posted.refusal == Some(Refusal::NotAllowed);
    view! {
        <Page title=texts::title(lang)>
            <div class="narrow stack">
                <PageHeading text=texts::title(lang) lead=texts::lead(lang)/>
                {if mismatch {
                    view! { <Notice tone=Tone::Bad title=texts::wrong(lang) alert=true/> }.into_any()
                } else {
                    view! {
                        <ErrorSummary labels=vec![("email", texts::email(lang)), ("password", texts::password(lang))]/>
                        <RefusalNotice/>
                    }
                    .into_any()
                }}
                {viewer.person.map(|person| view! { <Notice><p>{texts::signed_in_as(lang, &person.name)}</p></Notice> })}
                <PostForm action=routes::SIGN_IN class="card stack">
                    {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=next/> })}
                    <Field name="email" label=texts::email(lang) kind="email" autocomplete="username" maxlength=254/>
                    <PasswordField label=texts::password(lang) mismatch=mismatch/>
                    <SubmitButton>{texts::submit(lang)}</SubmitButton>
                </PostForm>
                <div class="quiet small">
                    <h2 class="plain-title">{texts::participant_title(lang)}</h2>
                    <p>{texts::participant_text(lang)}</p>
                </div>
            </div>
        </Page>
    }
}

/// The registration password's words do not fit here, so a mismatch is said above the form only.
#[component]
fn PasswordField(label: &'static str, mismatch: bool) -> impl IntoView {
    let problem = RwSignal::new(None);
    let field =
        view! { <Field name="password" label=label kind="password" autocomplete="current-password" maxlength=200 problem=problem/> };
    if mismatch {
        problem.set(None);
    }
    field
}
