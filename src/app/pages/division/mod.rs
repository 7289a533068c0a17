//! `/division`: what the division spent on usage, from the ledger, and what is left of its budget.

use leptos::prelude::*;

use crate::{
    api::manager::{DivisionSheet, UsageLine, get_division},
    app::{
        components::{DataTable, Empty, Glyph, Loaded, Page, PageHeading, RailLayout, RailLink, Stat, Width},
        routes,
        viewer::use_lang,
    },
    texts::manager as texts,
};

/// `/division`.
#[component]
pub fn DivisionPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_division());
    view! { <Loaded data=data width=Width::Wide view=|page: DivisionSheet| view! { <Division page=page/> }.into_any()/> }
}

#[component]
fn Division(page: DivisionSheet) -> impl IntoView {
    let lang = use_lang();
    let links = vec![RailLink { href: routes::DIVISION.to_owned(), label: texts::division_title(lang).to_owned(), icon: Glyph::Bank }];
    let lead = format!("{}: {}", texts::tracking_code(lang), page.tracking_code);
    let budget = page.budget.map_or_else(|| texts::no_budget(lang).to_owned(), |budget| budget.show(lang));
    let list = if page.rows.is_empty() {
        view! { <Empty sentence=texts::no_usage(lang) icon=Glyph::Receipt/> }.into_any()
    } else {
        view! { <UsageTable rows=page.rows/> }.into_any()
    };
    view! {
        <RailLayout label=texts::division_title(lang) links=links>
            <Page title=page.name.clone() width=Width::Wide>
                <div class="stack stack--loose">
                    <PageHeading text=page.name lead=lead/>
                    <div class="stats">
                        <Stat label=texts::budget(lang) figure=budget field="budget" note=texts::budget_note(lang) href="#usage"/>
                        <Stat label=texts::spent(lang) figure=page.spent.show(lang) field="spent" note=texts::spent_note(lang) href="#usage"/>
                        {page.left.map(|left| view! { <Stat label=texts::left(lang) figure=left.show(lang) field="left" note=texts::left_note(lang) href="#usage"/> })}
                    </div>
                    <div id="usage">{list}</div>
                </div>
            </Page>
        </RailLayout>
    }
}

#[component]
fn UsageTable(rows: Vec<UsageLine>) -> impl IntoView {
    let lang = use_lang();
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row"><code>{row.reference}</code></th>
                    <td>{row.topic}</td>
                    <td>{row.host}</td>
                    <td class="small">{row.at}</td>
                    <td class="num">{row.amount.show(lang)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=texts::usage(lang)>
            <thead>
                <tr>
                    <th scope="col">{texts::col_order(lang)}</th>
                    <th scope="col">{texts::col_session(lang)}</th>
                    <th scope="col">{texts::col_host(lang)}</th>
                    <th scope="col">{texts::col_when(lang)}</th>
                    <th scope="col" class="num">{texts::col_amount(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
}
