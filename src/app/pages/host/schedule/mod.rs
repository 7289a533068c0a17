//! The schedule page: what, when, who, fee, audio; beside it a card that thinks aloud while one types.
//!
//! The same rules run here at each change and on the server at each post. Without scripts the server's answer is all there is.

mod draft;
mod fee;
mod people;
mod side;
mod when;

use leptos::prelude::*;

use super::{Aim, HostArea, aim_in_query, found, session_in_path};
use crate::{
    api::host::{ScheduleSheet, get_schedule},
    app::{
        components::Need,
        components::{
            ErrorSummary, Field, Loaded, Look, Notice, Page, PageHeading, PostForm, RefusalNotice, Section, StatusChip, SubmitButton,
            TextArea, Tone, Width,
        },
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    domain::{form::Refusal, session::SessionStatus, text::Lang},
    texts::host as texts,
};
use draft::Draft;

/// `/host/sessions/new`.
#[component]
pub fn NewSessionPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_schedule(None));
    view! {
        <HostArea>
            <Loaded data=data width=Width::Wide view=|sheet: ScheduleSheet| view! { <Sheet sheet=sheet aim=Aim::Either/> }.into_any()/>
        </HostArea>
    }
}

/// `/host/sessions/{id}`.
#[component]
pub fn EditSessionPage() -> impl IntoView {
    let id = session_in_path();
    let aim = aim_in_query();
    let data = Resource::new(move || id.get(), |id| async move { get_schedule(Some(found(id)?)).await });
    view! {
        <HostArea>
            <Loaded data=data width=Width::Wide view=move |sheet: ScheduleSheet| view! { <Sheet sheet=sheet aim=aim.get_untracked()/> }.into_any()/>
        </HostArea>
    }
}

#[component]
fn Sheet(sheet: ScheduleSheet, aim: Aim) -> impl IntoView {
    let lang = use_lang();
    let (title, lead) = if sheet.id.is_some() { (texts::edit_title(lang), "") } else { (texts::new_title(lang), texts::new_lead(lang)) };
    let is_over = matches!(sheet.status, Some(SessionStatus::Ended | SessionStatus::Cancelled));
    let draft = Draft::new(&sheet);
    let prices = sheet.prices.clone();
    let status = sheet.status;
    view! {
        <Page title=title width=Width::Wide state=status.map_or("new", SessionStatus::code)>
            <PageHeading text=title lead=lead back=(routes::HOST.to_owned(), texts::title(lang).to_owned())>
                {status.map(|status| view! { <StatusChip status=status/> })}
            </PageHeading>
            <ErrorSummary labels=labels(lang)/>
            <Refused sheet=sheet.clone()/>
            {is_over.then(|| view! { <Notice tone=Tone::Info><p>{texts::is_over(lang)}</p></Notice> })}
            <div class="beside schedule">
                <Form sheet=sheet draft=draft aim=aim is_over=is_over/>
                <aside class="beside__side" aria-label=texts::side_title(lang)><side::Side draft=draft prices=prices/></aside>
            </div>
        </Page>
    }
}

/// Two tabs: the second is told, keeps what it typed, and can look at what the first saved.
#[component]
fn Refused(sheet: ScheduleSheet) -> impl IntoView {
    let lang = use_lang();
    match (use_form_state().refusal, sheet.id) {
        (Some(Refusal::Stale), Some(id)) => view! {
            <Notice tone=Tone::Bad title=texts::stale_title(lang) alert=true>
                <p>{texts::stale_text(lang)}</p>
                <p><a href=routes::host_session(id) rel="external" target="_blank">{texts::stale_link(lang)}</a></p>
            </Notice>
        }
        .into_any(),
        (Some(_) | None, Some(_) | None) => view! { <RefusalNotice/> }.into_any(),
    }
}

#[component]
fn Form(sheet: ScheduleSheet, draft: Draft, aim: Aim, is_over: bool) -> impl IntoView {
    let lang = use_lang();
    let path = sheet.id.map_or_else(|| routes::HOST_NEW.to_owned(), routes::host_session);
    // After someone else's save, sending again means to overwrite what was looked at meanwhile.
    let is_stale = use_form_state().refusal == Some(Refusal::Stale);
    let version = if is_stale { sheet.form.version.clone() } else { draft.form.read_untracked().version.clone() };
    let key = use_form_state().value_or("draft", || sheet.draft.clone());
    let has_fee_box = sheet.limits.fee_max.is_some();
    view! {
        <PostForm action=path class="schedule__form stack stack--loose">
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name="draft" value=key/>
            <Section title=texts::section_what(lang)>
                <Field name="topic" label=texts::topic(lang) hint=texts::topic_hint(lang) maxlength=120 bind=draft.topic check=draft.check("topic")/>
                <TextArea
                    name="description" label=texts::description(lang) hint=texts::description_hint(lang) maxlength=8000 need=Need::Optional
                    value=draft.description.get_untracked() bind=draft.description
                />
            </Section>
            <when::When sheet=sheet.clone() draft=draft/>
            <people::Who sheet=sheet.clone() draft=draft/>
            {has_fee_box.then(|| view! { <fee::Fee sheet=sheet.clone() draft=draft/> })}
            <people::Audience draft=draft/>
            {(!is_over).then(|| view! { <Buttons aim=aim is_charged=sheet.prices.is_some() status=sheet.status/> })}
        </PostForm>
    }
}

/// The two buttons that end the page. Which is loud follows where the person came from.
#[component]
fn Buttons(aim: Aim, is_charged: bool, status: Option<SessionStatus>) -> impl IntoView {
    let lang = use_lang();
    let (start_look, schedule_look) = match aim {
        Aim::Start => (Look::Primary, Look::Quiet),
        Aim::Schedule | Aim::Either => (Look::Quiet, Look::Primary),
    };
    let schedule_words = match status {
        Some(SessionStatus::Scheduled | SessionStatus::Live) if !is_charged => texts::save_changes(lang),
        Some(_) | None => texts::schedule(lang),
    };
    view! {
        <div class="stack stack--tight schedule__end">
            {is_charged.then(|| view! { <p class="small quiet">{texts::to_estimate_hint(lang)}</p> })}
            <div class="cluster">
                <SubmitButton look=schedule_look name="action" value="schedule">{schedule_words}</SubmitButton>
                <SubmitButton look=start_look name="action" value="start">{texts::start(lang)}</SubmitButton>
            </div>
        </div>
    }
}

/// The fields' labels, in the form's order.
fn labels(lang: Lang) -> Vec<(&'static str, String)> {
    [
        ("topic", texts::topic(lang)),
        ("description", texts::description(lang)),
        ("starts_at", texts::starts_at(lang)),
        ("time_zone", texts::time_zone(lang)),
        ("duration_minutes", texts::duration_minutes(lang)),
        ("capacity", texts::capacity(lang)),
        ("require_registration", texts::require_registration(lang)),
        ("listing", texts::listing(lang)),
        ("fee", texts::fee(lang)),
        ("audio", texts::audio(lang)),
        ("expected_computers", texts::expected_computers(lang)),
        ("expected_teleconference", texts::expected_teleconference(lang)),
    ]
    .into_iter()
    .map(|(name, label)| (name, label.to_owned()))
    .collect()
}
