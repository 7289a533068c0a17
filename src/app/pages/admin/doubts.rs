//! Money in question: payments and refunds whose ending no processor has told.

use leptos::prelude::*;

use super::frame::AdminFrame;
use crate::{
    api::admin::{DoubtLine, DoubtsPage as Data, get_doubts},
    app::{
        components::{Chip, DataTable, Empty, Glyph, Loaded, Look, Page, PageHeading, PostForm, RefusalNotice, SubmitButton, Tone, Width},
        routes,
        viewer::use_lang,
    },
    texts::{admin, plurals, refunds as texts},
};

/// `/admin/unknown`: page and post.
#[component]
pub fn DoubtsPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_doubts());
    view! { <Loaded data=data width=Width::Wide view=|page: Data| view! { <Doubts rows=page.rows/> }.into_any()/> }
}

#[component]
fn Doubts(rows: Vec<DoubtLine>) -> impl IntoView {
    let lang = use_lang();
    let list = if rows.is_empty() {
        view! { <Empty sentence=texts::doubts_none(lang) icon=Glyph::Good/> }.into_any()
    } else {
        view! { <DoubtTable rows=rows/> }.into_any()
    };
    view! {
        <AdminFrame>
            <Page title=texts::doubts(lang) width=Width::Wide>
                <div class="stack">
                    <PageHeading text=texts::doubts(lang) lead=texts::doubts_lead(lang)/>
                    <RefusalNotice/>
                    {list}
                </div>
            </Page>
        </AdminFrame>
    }
}

#[component]
fn DoubtTable(rows: Vec<DoubtLine>) -> impl IntoView {
    let lang = use_lang();
    let rows = rows.into_iter().map(|row| view! { <DoubtRow row=row/> }).collect_view();
    view! {
        <DataTable caption=texts::doubts(lang) dense=true>
            <thead>
                <tr>
                    <th scope="col">{admin::col_order(lang)}</th>
                    <th scope="col">{texts::col_kind(lang)}</th>
                    <th scope="col" class="num">{admin::col_total(lang)}</th>
                    <th scope="col">{texts::col_age(lang)}</th>
                    <th scope="col">{texts::col_processor(lang)}</th>
                    <th scope="col">{texts::col_our_ref(lang)}</th>
                    <th scope="col">{texts::col_heard(lang)}</th>
                    <th scope="col" class="num">{texts::col_asked(lang)}</th>
                    <th scope="col">{texts::col_next(lang)}</th>
                    <th scope="col">{texts::col_do(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
}

#[component]
fn DoubtRow(row: DoubtLine) -> impl IntoView {
    let lang = use_lang();
    let kind = if row.is_refund { "refund" } else { "payment" };
    let what = if row.is_refund { texts::refund(lang) } else { texts::doubt_payment(lang) };
    let next = match (row.needs_person, row.next) {
        (true, _) => view! { <Chip tone=Tone::Warn label=texts::state_needs_person(lang)/> }.into_any(),
        (false, next) => next.unwrap_or_default().into_any(),
    };
    view! {
        <tr data-doubt=kind>
            <th scope="row"><a class="row-link" href=routes::admin_order(&row.order.to_string())><code>{row.reference}</code></a></th>
            <td>{what}</td>
            <td class="num">{row.amount.show(lang)}</td>
            <td class="small">{plurals::duration(lang, row.age_minutes)} <span class="tiny quiet block">{row.since}</span></td>
            <td class="small">{admin::who(lang, &row.processor)}</td>
            <td><code>{row.our_ref}</code></td>
            <td class="small breakable">{row.heard}</td>
            <td class="num">{row.inquiries.to_string()}</td>
            <td class="small">{next}</td>
            <td>
                <PostForm action=routes::ADMIN_DOUBTS>
                    <input type="hidden" name="kind" value=kind/>
                    <input type="hidden" name="id" value=row.id/>
                    <SubmitButton look=Look::Small>{texts::check_now(lang)}</SubmitButton>
                </PostForm>
            </td>
        </tr>
    }
}
