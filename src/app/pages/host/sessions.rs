//! *My sessions*: what runs and comes, what is over, what is still to be paid.

use leptos::prelude::*;

use super::HostArea;
use crate::{
    api::host::{HostSession, HostSessions, UsageStanding, get_host_sessions},
    app::{
        components::{
            Chip, DataTable, Empty, LinkButton, Loaded, Look, Page, PageHeading, PostForm, StatusChip, SubmitButton, Tone, Width,
        },
        routes,
        viewer::use_lang,
    },
    domain::{session::SessionStatus, text::Lang},
    texts::{common, host as texts},
};

/// `/host`.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_host_sessions());
    view! {
        <HostArea>
            <Loaded data=data width=Width::Wide view=|page: HostSessions| view! { <Sessions page=page/> }.into_any()/>
        </HostArea>
    }
}

#[component]
fn Sessions(page: HostSessions) -> impl IntoView {
    let lang = use_lang();
    let HostSessions { upcoming, past, .. } = page;
    view! {
        <Page title=texts::title(lang) width=Width::Wide>
            <PageHeading text=texts::title(lang) lead=texts::lead(lang)>
                <LinkButton href=routes::HOST_NEW>{texts::new_session(lang)}</LinkButton>
            </PageHeading>
            <div class="stack stack--loose">
                {if upcoming.is_empty() {
                    view! {
                        <Empty sentence=texts::none_upcoming(lang)>
                            <LinkButton href=routes::HOST_NEW look=Look::Quiet>{texts::new_session(lang)}</LinkButton>
                        </Empty>
                    }.into_any()
                } else {
                    view! { <SessionTable caption=texts::upcoming(lang) sessions=upcoming/> }.into_any()
                }}
                {(!past.is_empty()).then(|| view! { <SessionTable caption=texts::past(lang) sessions=past/> })}
            </div>
        </Page>
    }
}

#[component]
fn SessionTable(caption: &'static str, sessions: Vec<HostSession>) -> impl IntoView {
    let lang = use_lang();
    let rows = sessions.into_iter().map(|session| view! { <Row session=session/> }).collect_view();
    view! {
        <div class="stacking">
            <DataTable caption=caption>
                <thead>
                    <tr>
                        <th scope="col">{texts::col_session(lang)}</th>
                        <th scope="col" class="num">{texts::col_seats(lang)}</th>
                        <th scope="col" class="num">{texts::col_fee(lang)}</th>
                        <th scope="col">{texts::col_state(lang)}</th>
                        <th scope="col">{texts::col_actions(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        </div>
    }
}

#[component]
fn Row(session: HostSession) -> impl IntoView {
    let lang = use_lang();
    let (taken, capacity) = (super::words::count(lang, session.seats_taken), super::words::count(lang, session.capacity));
    let fee = if session.fee.is_zero() { common::free(lang).to_owned() } else { session.fee.show(lang) };
    let HostSession { id, status, usage, topic, when, host, .. } = session.clone();
    let href = match status {
        SessionStatus::Live | SessionStatus::Ended => routes::host_room(id),
        SessionStatus::Draft | SessionStatus::Scheduled | SessionStatus::Cancelled => routes::host_session(id),
    };
    view! {
        <tr data-session=id.to_string() data-state=status.code()>
            <th scope="row">
                <div class="host-session">
                    <a class="row-link" href=href>{topic}</a>
                    <span class="small quiet" title=when.relative>{when.host_line}</span>
                    {host.map(|name| view! { <span class="small quiet">{texts::hosted_by(lang, &name)}</span> })}
                </div>
            </th>
            <td class="num" data-label=texts::col_seats(lang) data-field="seats">{texts::seats_of(lang, &taken, &capacity)}</td>
            <td class="num" data-label=texts::col_fee(lang) data-field="fee">{fee}</td>
            <td data-label=texts::col_state(lang)><span class="cluster host-chips"><StatusChip status=status/> <UsageChip usage=usage/></span></td>
            <td class="host-actions"><Actions session=session/></td>
        </tr>
    }
}

/// How far the usage is paid; nothing where nothing is asked.
#[component]
pub(super) fn UsageChip(usage: UsageStanding) -> impl IntoView {
    let lang = use_lang();
    chip_of(lang, usage).map(|(tone, label, code)| view! { <span data-field="usage" data-state=code><Chip tone=tone label=label/></span> })
}

fn chip_of(lang: Lang, usage: UsageStanding) -> Option<(Tone, &'static str, &'static str)> {
    match usage {
        UsageStanding::NotNeeded => None,
        UsageStanding::Due => Some((Tone::Warn, texts::payment_due(lang), "due")),
        UsageStanding::Checking => Some((Tone::Info, texts::usage_checking(lang), "checking")),
        UsageStanding::Paid(_) => Some((Tone::Good, texts::usage_paid(lang), "paid")),
        UsageStanding::Short(_) => Some((Tone::Warn, texts::usage_short(lang), "short")),
    }
}

/// The next step first: open the room, pay, or start.
#[component]
fn Actions(session: HostSession) -> impl IntoView {
    let lang = use_lang();
    let id = session.id;
    let is_startable = !session.is_over && matches!(session.status, SessionStatus::Draft | SessionStatus::Scheduled);
    let is_unpaid = match session.usage {
        UsageStanding::Due | UsageStanding::Short(_) | UsageStanding::Checking => true,
        UsageStanding::NotNeeded | UsageStanding::Paid(_) => false,
    };
    let is_public = matches!(session.status, SessionStatus::Scheduled | SessionStatus::Live);
    let start_name = texts::start_named(lang, &session.topic);
    view! {
        <span class="cluster">
            {(session.status == SessionStatus::Live).then(|| view! { <LinkButton href=routes::host_room(id) look=Look::Small>{texts::open_room(lang)}</LinkButton> })}
            {(is_startable && is_unpaid).then(|| view! { <LinkButton href=routes::host_estimate(id) look=Look::Small>{texts::pay_now(lang)}</LinkButton> })}
            {(is_startable && !is_unpaid).then(|| view! {
                <PostForm action=routes::host_start(id) class="inline-form">
                    <SubmitButton look=Look::Small>
                        {texts::start(lang)} <span class="visually-hidden">" " {start_name}</span>
                    </SubmitButton>
                </PostForm>
            })}
            {is_startable.then(|| view! { <a href=routes::host_session(id) aria-label=texts::edit_named(lang, &session.topic)>{texts::edit(lang)}</a> })}
            {is_public.then(|| view! { <a href=routes::session(&session.slug)>{texts::public_page(lang)}</a> })}
        </span>
    }
}
