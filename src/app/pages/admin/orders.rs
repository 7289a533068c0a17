//! Orders: today's unless something else is asked for, and the search.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::frame::{AdminFrame, OrderChip, OrderSearch};
use crate::{
    api::admin::{OrderFilter, OrderLine, OrdersPage as Data, get_orders},
    app::{
        components::{DataTable, Empty, Glyph, LinkButton, Loaded, Look, Page, PageHeading, Width},
        routes,
        viewer::use_lang,
    },
    domain::{order::OrderKind, text::Lang},
    texts::admin as texts,
};

/// The states of the filter, in its order.
const STATES: [&str; 7] = ["held", "paying", "undecided", "paid", "refunded", "cancelled", "expired"];

/// `/admin/orders`, with `day`, `state`, `kind`, `q` and `before`.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_query_map();
    let filter = Memo::new(move |_| {
        let query = query.read();
        let take = |name: &str| query.get(name).unwrap_or_default();
        OrderFilter { day: take("day"), state: take("state"), kind: take("kind"), search: take("q"), before: take("before") }
    });
    let data = Resource::new(move || filter.get(), get_orders);
    view! { <Loaded data=data width=Width::Wide view=|page: Data| view! { <Orders page=page/> }.into_any()/> }
}

#[component]
fn Orders(page: Data) -> impl IntoView {
    let lang = use_lang();
    let Data { filter, rows, next } = page;
    let older = next.map(|place| address(&OrderFilter { before: place, ..filter.clone() }));
    let newest = (!filter.before.is_empty()).then(|| address(&OrderFilter { before: String::new(), ..filter.clone() }));
    let list = if rows.is_empty() {
        view! { <Nothing filter=filter.clone()/> }.into_any()
    } else {
        view! { <OrderTable caption=texts::orders(lang) rows=rows/> }.into_any()
    };
    view! {
        <AdminFrame>
            <Page title=texts::orders(lang) width=Width::Wide>
                <div class="stack">
                    <OrderSearch value=filter.search.clone()/>
                    <PageHeading text=texts::orders(lang)/>
                    <Filter filter=filter/>
                    {list}
                    <nav class="pager">
                        {newest.map(|href| view! { <a href=href>{texts::newest(lang)}</a> })}
                        {older.map(|href| view! { <a href=href rel="next">{texts::older(lang)}</a> })}
                    </nav>
                </div>
            </Page>
        </AdminFrame>
    }
}

/// The address of a list.
fn address(filter: &OrderFilter) -> String {
    let parts = [("day", &filter.day), ("state", &filter.state), ("kind", &filter.kind), ("q", &filter.search), ("before", &filter.before)];
    let query: Vec<String> =
        parts.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", routes::encode(value))).collect();
    if query.is_empty() { routes::ADMIN_ORDERS.to_owned() } else { format!("{}?{}", routes::ADMIN_ORDERS, query.join("&")) }
}

#[component]
fn Nothing(filter: OrderFilter) -> impl IntoView {
    let lang = use_lang();
    let is_today = filter.day == "today";
    let all = address(&OrderFilter { day: "all".to_owned(), before: String::new(), ..filter });
    let sentence = if is_today { texts::no_orders_today(lang) } else { texts::no_orders_found(lang) };
    view! {
        <Empty sentence=sentence icon=Glyph::Receipt>
            {is_today.then(|| view! { <LinkButton href=all look=Look::Quiet>{texts::show_all_days(lang)}</LinkButton> })}
        </Empty>
    }
}

#[component]
fn Filter(filter: OrderFilter) -> impl IntoView {
    let lang = use_lang();
    let days = vec![("today".to_owned(), texts::today(lang).to_owned()), ("all".to_owned(), texts::all_days(lang).to_owned())];
    let mut states = vec![(String::new(), texts::all_states(lang).to_owned())];
    states.extend(STATES.map(|code| (code.to_owned(), texts::state(lang, code))));
    let kinds = vec![
        (String::new(), texts::all_kinds(lang).to_owned()),
        ("fee".to_owned(), texts::kind_fee(lang).to_owned()),
        ("usage".to_owned(), texts::kind_usage(lang).to_owned()),
    ];
    view! {
        <form class="toolbar" method="get" action=routes::ADMIN_ORDERS>
            <FilterSelect name="day" label=texts::filter_day(lang) options=days value=filter.day/>
            <FilterSelect name="state" label=texts::filter_state(lang) options=states value=filter.state/>
            <FilterSelect name="kind" label=texts::filter_kind(lang) options=kinds value=filter.kind/>
            <button type="submit" class="button">{texts::filter_apply(lang)}</button>
        </form>
    }
}

#[component]
fn FilterSelect(name: &'static str, label: &'static str, options: Vec<(String, String)>, value: String) -> impl IntoView {
    let id = format!("filter-{name}");
    let options = options
        .into_iter()
        .map(|(code, label)| view! { <option value=code.clone() selected=code == value>{label}</option> })
        .collect_view();
    view! {
        <div class="toolbar__field">
            <label class="small quiet" for=id.clone()>{label}</label>
            <select id=id class="control control--medium" name=name>{options}</select>
        </div>
    }
}

fn kind_label(lang: Lang, kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Fee => texts::kind_fee(lang),
        OrderKind::Usage => texts::kind_usage(lang),
    }
}

/// A table of orders; each row leads to its order.
#[component]
pub(super) fn OrderTable(caption: &'static str, rows: Vec<OrderLine>) -> impl IntoView {
    let lang = use_lang();
    let rows = rows.into_iter().map(|row| view! { <OrderRow row=row/> }).collect_view();
    view! {
        <DataTable caption=caption>
            <thead>
                <tr>
                    <th scope="col">{texts::col_order(lang)}</th>
                    <th scope="col">{texts::col_when(lang)}</th>
                    <th scope="col">{texts::col_buyer(lang)}</th>
                    <th scope="col">{texts::col_session(lang)}</th>
                    <th scope="col">{texts::col_state(lang)}</th>
                    <th scope="col" class="num">{texts::col_total(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
}

#[component]
fn OrderRow(row: OrderLine) -> impl IntoView {
    let lang = use_lang();
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=routes::admin_order(&row.id.to_string())><code>{row.reference}</code></a></th>
            <td class="small">{row.at}</td>
            <td>{row.buyer}</td>
            <td>{row.topic} " " <span class="tiny quiet">{kind_label(lang, row.kind)}</span></td>
            <td><OrderChip state=row.state/></td>
            <td class="num">{row.total.show(lang)} {row.promo_code.map(|code| view! { <span class="tiny quiet block">{code}</span> })}</td>
        </tr>
    }
}
