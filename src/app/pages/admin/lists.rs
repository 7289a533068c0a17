//! People, and the audit trail.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::frame::AdminFrame;
use crate::{
    api::admin::{PersonLine, TrailLine, TrailPage, get_people, get_trail},
    app::{
        components::{Chip, DataTable, Empty, Glyph, Loaded, Page, PageHeading, Tone, Width},
        routes,
        viewer::use_lang,
    },
    texts::admin as texts,
};

/// `/admin/people`.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_people());
    let show = |people: Vec<PersonLine>| view! { <People people=people/> }.into_any();
    view! { <Loaded data=data width=Width::Wide view=show/> }
}

#[component]
fn People(people: Vec<PersonLine>) -> impl IntoView {
    let lang = use_lang();
    let is_empty = people.is_empty();
    let rows = people
        .into_iter()
        .map(|person| {
            view! {
                <tr>
                    <th scope="row">{person.name} {person.disabled.then(|| view! { " " <Chip tone=Tone::Bad label=texts::disabled(lang)/> })}</th>
                    <td>{person.email}</td>
                    <td>{texts::role(lang, person.role)}</td>
                    <td>{person.division.unwrap_or_default()}</td>
                </tr>
            }
        })
        .collect_view();
    let list = if is_empty {
        view! { <Empty sentence=texts::no_people(lang) icon=Glyph::People/> }.into_any()
    } else {
        view! {
            <DataTable caption=texts::people(lang) caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{texts::col_name(lang)}</th>
                        <th scope="col">{texts::col_email(lang)}</th>
                        <th scope="col">{texts::col_role(lang)}</th>
                        <th scope="col">{texts::col_division(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        }
        .into_any()
    };
    view! {
        <AdminFrame>
            <Page title=texts::people(lang) width=Width::Wide>
                <PageHeading text=texts::people(lang) lead=texts::people_lead(lang)/>
                {list}
            </Page>
        </AdminFrame>
    }
}

/// `/admin/audit`, with `before`.
#[component]
pub fn AuditPage() -> impl IntoView {
    let query = use_query_map();
    let before = Memo::new(move |_| query.read().get("before"));
    let data = Resource::new(move || before.get(), get_trail);
    view! { <Loaded data=data width=Width::Wide view=|page: TrailPage| view! { <Trail page=page/> }.into_any()/> }
}

#[component]
fn Trail(page: TrailPage) -> impl IntoView {
    let lang = use_lang();
    let is_empty = page.lines.is_empty();
    let rows = page.lines.into_iter().map(|line| view! { <TrailRow line=line/> }).collect_view();
    let next = page.next.map(|place| format!("{}?before={}", routes::ADMIN_AUDIT, routes::encode(&place)));
    let list = if is_empty {
        view! { <Empty sentence=texts::no_audit(lang) icon=Glyph::List/> }.into_any()
    } else {
        view! {
            <DataTable caption=texts::audit(lang) caption_hidden=true dense=true>
                <thead>
                    <tr>
                        <th scope="col">{texts::col_when(lang)}</th>
                        <th scope="col">{texts::col_who(lang)}</th>
                        <th scope="col">{texts::col_what(lang)}</th>
                        <th scope="col">{texts::col_detail(lang)}</th>
                        <th scope="col">{texts::col_from(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        }
        .into_any()
    };
    view! {
        <AdminFrame>
            <Page title=texts::audit(lang) width=Width::Wide>
                <PageHeading text=texts::audit(lang) lead=texts::audit_lead(lang)/>
                <div class="stack">
                    {list}
                    <nav class="pager">{next.map(|href| view! { <a href=href rel="next">{texts::older(lang)}</a> })}</nav>
                </div>
            </Page>
        </AdminFrame>
    }
}

#[component]
fn TrailRow(line: TrailLine) -> impl IntoView {
    let lang = use_lang();
    let change = match (line.before, line.after) {
        (Some(before), Some(after)) => {
            view! { <del class="trail__before">{before}</del> " → " <ins class="trail__after">{after}</ins> }.into_any()
        }
        (None, Some(after)) => view! { <ins class="trail__after">{after}</ins> }.into_any(),
        (Some(before), None) => view! { <del class="trail__before">{before}</del> }.into_any(),
        (None, None) => ().into_any(),
    };
    view! {
        <tr>
            <td class="small">{line.at}</td>
            <td>{texts::who(lang, &line.who)}</td>
            <td>{texts::event(lang, &line.action)}</td>
            <td class="small trail__change">{change}</td>
            <td class="small quiet">{line.origin.unwrap_or_default()}</td>
        </tr>
    }
}
