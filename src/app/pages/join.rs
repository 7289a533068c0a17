//! Joining, with a registration's id: wait until the host starts, then be in the room; or why not, and where to pay.
//!
//! Asking is the heartbeat: hydrated, the page asks every few seconds, so it lets in by itself and shows who else is there.
//! Without scripts a link asks again. The gate is `flows::room::join`, each time.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use super::host::{Attendees, keep_looking};
use crate::{
    api::host::{JoinAnswer, JoinSheet, get_join},
    app::{
        components::{Glyph, Icon, LinkButton, Loaded, LocalTime, Look, Notice, Page, PageHeading, Tone},
        routes, status,
        viewer::use_lang,
    },
    domain::{form::Refusal, session::SessionStatus},
    texts::{common, host as texts},
};

/// `/join/{registration}`.
#[component]
pub fn JoinPage() -> impl IntoView {
    let params = use_params_map();
    let registration = Memo::new(move |_| params.read().get("registration").unwrap_or_default());
    let data = Resource::new(move || registration.get(), get_join);
    view! {
        <Loaded data=data view=move |answer: JoinAnswer| match answer {
            JoinAnswer::Sheet(sheet) => view! { <Door sheet=*sheet registration=registration.get_untracked()/> }.into_any(),
            JoinAnswer::Unpaid { order } => view! { <Unpaid order=order/> }.into_any(),
        }/>
    }
}

/// Where one stands at the door; `data-state` for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Waiting,
    Inside,
    Over,
}

impl Standing {
    const fn of(sheet: &JoinSheet) -> Self {
        match sheet.status {
            SessionStatus::Live => Self::Inside,
            SessionStatus::Ended | SessionStatus::Cancelled => Self::Over,
            SessionStatus::Draft | SessionStatus::Scheduled if sheet.is_over => Self::Over,
            SessionStatus::Draft | SessionStatus::Scheduled => Self::Waiting,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Inside => "live",
            Self::Over => "over",
        }
    }
}

#[component]
fn Door(sheet: JoinSheet, registration: String) -> impl IntoView {
    let lang = use_lang();
    let again = routes::join(&registration);
    let registration = StoredValue::new(registration);
    let now = RwSignal::new(sheet.clone());
    keep_looking(move || {
        spawn_local(async move {
            // A missed look is made up for by the next one.
            if let Ok(JoinAnswer::Sheet(sheet)) = get_join(registration.get_value()).await {
                now.try_set(*sheet);
            }
        });
    });
    let standing = Memo::new(move |_| Standing::of(&now.read()));
    view! {
        <Page title=texts::join_title(lang) state=Signal::derive(move || Some(standing.get().code().to_owned()))>
            <div class="narrow stack">
                <PageHeading text=sheet.topic language=Some(sheet.language) lead=texts::join_hello(lang, &sheet.name)/>
                <p>{sheet.when.host_line} " " <LocalTime iso=sheet.when.starts_iso zone=sheet.when.zone/></p>
                <p class="quiet small">{texts::hosted_by(lang, &sheet.host)}</p>
                <div aria-live="polite">
                    {move || match standing.get() {
                        Standing::Waiting => view! { <Notice tone=Tone::Info title=sheet.when.relative.clone()><p>{texts::join_waiting(lang)}</p></Notice> }.into_any(),
                        Standing::Inside => view! {
                            <p class="with-icon room__live"><Icon icon=Glyph::Video/> <strong>{texts::join_live(lang)}</strong></p>
                        }.into_any(),
                        Standing::Over => view! { <Notice><p>{texts::join_over(lang)}</p></Notice> }.into_any(),
                    }}
                </div>
                {move || (standing.get() == Standing::Inside).then(|| view! { <Attendees attendees=now.read().attendees.clone()/> })}
                <noscript><p><a href=again rel="external">{texts::join_reload(lang)}</a></p></noscript>
            </div>
        </Page>
    }
}

/// `402`, with the way to pay.
#[component]
fn Unpaid(order: String) -> impl IntoView {
    let lang = use_lang();
    status::set_status(Refusal::FeeUnpaid.status());
    view! {
        <Page title=texts::join_title(lang) state="unpaid">
            <div class="narrow stack">
                <PageHeading text=texts::join_title(lang)/>
                <Notice tone=Tone::Warn><p>{texts::join_unpaid(lang)}</p></Notice>
                <p class="cluster">
                    <LinkButton href=routes::checkout(&order)>{texts::join_pay(lang)}</LinkButton>
                    <LinkButton href=routes::CATALOGUE look=Look::Quiet>{common::back_to_sessions(lang)}</LinkButton>
                </p>
            </div>
        </Page>
    }
}
