//! *Session Estimated Cost*: the estimate as an invoice, back to the settings, on to the payment.

use leptos::prelude::*;

use super::{
    Aim, HostArea, aim_in_query, found,
    invoice::{Invoice, remark},
    session_in_path,
};
use crate::{
    api::host::{EstimateSheet, UsageStanding, get_estimate},
    app::{
        components::{LinkButton, Loaded, Look, Notice, Page, PageHeading, PostForm, RefusalNotice, SubmitButton, Tone, Width},
        form_state::use_form_state,
        routes,
        viewer::use_lang,
    },
    domain::{form::Refusal, session::SessionStatus},
    texts::host as texts,
};

/// `/host/sessions/{id}/estimate`.
#[component]
pub fn EstimatePage() -> impl IntoView {
    let id = session_in_path();
    let aim = aim_in_query();
    let data = Resource::new(move || id.get(), |id| async move { get_estimate(found(id)?).await });
    view! {
        <HostArea>
            <Loaded data=data width=Width::Wide view=move |sheet: EstimateSheet| view! { <Estimated sheet=sheet aim=aim.get_untracked()/> }.into_any()/>
        </HostArea>
    }
}

#[component]
fn Estimated(sheet: EstimateSheet, aim: Aim) -> impl IntoView {
    let lang = use_lang();
    let is_refused_start = matches!(use_form_state().refusal, Some(Refusal::UsageUnpaid));
    let small_print = remark(lang, &sheet);
    let changed = sheet.before.map(|before| texts::changed_from(lang, &before.total.show(lang), &sheet.estimate.total.show(lang)));
    view! {
        <Page title=texts::estimate_title(lang) width=Width::Wide state=state_of(&sheet)>
            <PageHeading text=texts::estimate_title(lang) lead=texts::estimate_lead(lang) back=(routes::HOST.to_owned(), texts::title(lang).to_owned())/>
            <div class="invoice stack">
                {if is_refused_start {
                    view! { <Notice tone=Tone::Warn title=texts::unpaid_title(lang) alert=true><p>{texts::unpaid_text(lang)}</p></Notice> }.into_any()
                } else {
                    view! { <RefusalNotice/> }.into_any()
                }}
                <StandingNotice sheet=sheet.clone()/>
                <div class="invoice__what">
                    <h2 class="serif" lang=sheet.language.clone()>{sheet.topic.clone()}</h2>
                    <p title=sheet.when.relative.clone()>{sheet.when.host_line.clone()}</p>
                </div>
                {changed.map(|words| view! { <Notice tone=Tone::Info><p>{words}</p></Notice> })}
                <Invoice sheet=sheet.clone()/>
                <p class="small quiet">{small_print}</p>
                <Next sheet=sheet aim=aim/>
            </div>
        </Page>
    }
}

fn state_of(sheet: &EstimateSheet) -> &'static str {
    match sheet.usage {
        UsageStanding::NotNeeded => "free",
        UsageStanding::Due => "due",
        UsageStanding::Checking => "checking",
        UsageStanding::Paid(_) => "paid",
        UsageStanding::Short(_) => "short",
    }
}

/// What has been paid already, and what that means.
#[component]
pub(super) fn StandingNotice(sheet: EstimateSheet) -> impl IntoView {
    let lang = use_lang();
    match sheet.usage {
        UsageStanding::NotNeeded | UsageStanding::Due => None,
        UsageStanding::Checking => Some((Tone::Info, texts::checking_title(lang), texts::checking_text(lang).to_owned())),
        UsageStanding::Paid(paid) => Some((Tone::Good, texts::covered_title(lang), texts::covered_text(lang, &paid.show(lang)))),
        UsageStanding::Short(paid) => {
            let text = texts::short_text(lang, &paid.show(lang), &sheet.estimate.total.show(lang));
            Some((Tone::Warn, texts::short_title(lang), text))
        }
    }
    .map(|(tone, title, text)| view! { <Notice tone=tone title=title><p>{text}</p></Notice> })
}

/// *Modify*, quietly; then the button that led here, loudly.
#[component]
fn Next(sheet: EstimateSheet, aim: Aim) -> impl IntoView {
    let lang = use_lang();
    let is_open = matches!(sheet.status, SessionStatus::Draft | SessionStatus::Scheduled);
    let can_go_on = is_open && !matches!(sheet.usage, UsageStanding::Short(_));
    let (start_look, schedule_look) = match aim {
        Aim::Start | Aim::Either => (Look::Primary, Look::Quiet),
        Aim::Schedule => (Look::Quiet, Look::Primary),
    };
    let start = move || view! { <SubmitButton look=start_look name="action" value="start">{texts::start(lang)}</SubmitButton> };
    let schedule = move || view! { <SubmitButton look=schedule_look name="action" value="schedule">{texts::schedule(lang)}</SubmitButton> };
    view! {
        {can_go_on.then(|| view! { <p class="small quiet">{texts::policy_note(lang)}</p> })}
        <PostForm action=routes::host_estimate(sheet.id) class="between no-print">
            <input type="hidden" name="seen_total" value=sheet.estimate.total.plain()/>
            <LinkButton href=modify_path(&sheet, aim) look=Look::Quiet>{texts::modify(lang)}</LinkButton>
            {can_go_on.then(|| match aim {
                Aim::Start | Aim::Either => view! { <span class="cluster">{schedule()} {start()}</span> },
                Aim::Schedule => view! { <span class="cluster">{start()} {schedule()}</span> },
            })}
        </PostForm>
    }
}

fn modify_path(sheet: &EstimateSheet, aim: Aim) -> String {
    let page = routes::host_session(sheet.id);
    match aim {
        Aim::Start => format!("{page}?action=start"),
        Aim::Schedule => format!("{page}?action=schedule"),
        Aim::Either => page,
    }
}
