//! The host's room: since when it is open, who is in it, and the button that ends it.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::{HostArea, found, session_in_path};
use crate::{
    api::host::{Attendee, RoomSheet, get_room},
    app::{
        components::{
            DataTable, Glyph, Icon, LinkButton, Loaded, Look, Notice, Page, PageHeading, PostForm, RefusalNotice, StatusChip, SubmitButton,
            Width,
        },
        routes,
        viewer::use_lang,
    },
    domain::session::SessionStatus,
    texts::{host as texts, plurals},
};

/// How often the page looks who is there; being asked is the host's own heartbeat.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// `/host/sessions/{id}/room`.
#[component]
pub fn RoomPage() -> impl IntoView {
    let id = session_in_path();
    let data = Resource::new(move || id.get(), |id| async move { get_room(found(id)?).await });
    view! {
        <HostArea>
            <Loaded data=data width=Width::Wide view=|sheet: RoomSheet| view! { <Room sheet=sheet/> }.into_any()/>
        </HostArea>
    }
}

#[component]
fn Room(sheet: RoomSheet) -> impl IntoView {
    let lang = use_lang();
    let id = sheet.id;
    let now = RwSignal::new(sheet.clone());
    keep_looking(move || {
        spawn_local(async move {
            // A missed look is made up for by the next one.
            if let Ok(sheet) = get_room(id).await {
                now.try_set(sheet);
            }
        });
    });
    let status = Memo::new(move |_| now.read().status);
    view! {
        <Page title=texts::room_title(lang) width=Width::Wide state=Signal::derive(move || Some(status.get().code().to_owned()))>
            <PageHeading text=sheet.topic.clone() language=Some(sheet.language.clone()) back=(routes::HOST.to_owned(), texts::title(lang).to_owned())>
                {move || view! { <StatusChip status=status.get()/> }}
            </PageHeading>
            <div class="stack">
                <RefusalNotice/>
                <p class="quiet" title=sheet.when.relative>{sheet.when.host_line}</p>
                {move || match status.get() {
                    SessionStatus::Live => view! { <Open now=now/> }.into_any(),
                    SessionStatus::Ended | SessionStatus::Cancelled => view! { <Notice><p>{texts::room_ended(lang)}</p></Notice> }.into_any(),
                    SessionStatus::Draft | SessionStatus::Scheduled => view! { <Closed id=id/> }.into_any(),
                }}
            </div>
        </Page>
    }
}

/// Calls `look` every few seconds while the page is shown in a browser.
pub fn keep_looking(look: impl Fn() + 'static) {
    let handle = StoredValue::new(None::<IntervalHandle>);
    let look = std::rc::Rc::new(look);
    Effect::new(move |_| {
        let look = look.clone();
        if let Ok(interval) = set_interval_with_handle(move || look(), LOOK_EVERY) {
            handle.set_value(Some(interval));
        }
    });
    on_cleanup(move || {
        if let Some(Some(interval)) = handle.try_get_value() {
            interval.clear();
        }
    });
}

#[component]
fn Open(now: RwSignal<RoomSheet>) -> impl IntoView {
    let lang = use_lang();
    let id = now.read_untracked().id;
    let since = move || {
        let room = now.read();
        room.live_since.as_ref().map(|when| match room.live_minutes {
            0 => texts::live_just_now(lang, when),
            minutes => texts::live_since(lang, when, &plurals::duration(lang, minutes)),
        })
    };
    let count = move || {
        let room = now.read();
        let here = plurals::grouped(lang, room.attendees.len() as u64);
        texts::people_here(lang, &here, &plurals::grouped(lang, u64::from(room.expected)))
    };
    view! {
        <section class="card room stack">
            <div class="between">
                <p class="with-icon room__live"><Icon icon=Glyph::Video/> <strong>{texts::room_live(lang)}</strong> " " {since}</p>
                <p data-field="present">{count}</p>
            </div>
            {move || view! { <Attendees attendees=now.read().attendees.clone()/> }}
            <p class="small quiet">{texts::invite(lang)}</p>
            <noscript><p><a href=routes::host_room(id) rel="external">{texts::refresh(lang)}</a></p></noscript>
        </section>
        <PostForm action=routes::host_end(id) class="stack stack--tight room__end">
            <p class="small quiet" id="end-hint">{texts::end_hint(lang)}</p>
            <div><SubmitButton look=Look::Danger>{texts::end_session(lang)}</SubmitButton></div>
        </PostForm>
    }
}

/// Who is in the room; also on the participant's page.
#[component]
pub fn Attendees(
    /// The list, first come first.
    attendees: Vec<Attendee>,
) -> impl IntoView {
    let lang = use_lang();
    if attendees.is_empty() {
        return view! { <p class="quiet">{texts::nobody_here(lang)}</p> }.into_any();
    }
    let rows = attendees
        .into_iter()
        .map(|one| view! {
            <tr>
                <th scope="row">{one.name} {one.is_host.then(|| view! { " " <span class="small quiet">{texts::is_host(lang)}</span> })}</th>
                <td>{one.since}</td>
            </tr>
        })
        .collect_view();
    view! {
        <DataTable caption=texts::room_title(lang) caption_hidden=true dense=true>
            <thead><tr><th scope="col">{texts::col_name(lang)}</th><th scope="col">{texts::col_since(lang)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

#[component]
fn Closed(id: crate::domain::ids::SessionId) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Notice><p>{texts::room_closed(lang)}</p></Notice>
        <div class="cluster">
            <PostForm action=routes::host_start(id) class="inline-form"><SubmitButton>{texts::start(lang)}</SubmitButton></PostForm>
            <LinkButton href=routes::host_session(id) look=Look::Quiet>{texts::edit(lang)}</LinkButton>
        </div>
    }
}
