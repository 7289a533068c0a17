//! One order with everything that happened to it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::frame::{AdminFrame, OrderChip};
use crate::{
    api::admin::{OrderEvent, OrderSheet, get_order_sheet},
    app::{
        components::{Chip, DataTable, LedgerKind, LedgerLine, Loaded, Page, PageHeading, Section, Tone, Width},
        routes,
        viewer::use_lang,
    },
    domain::{order::OrderKind, pricing::TaxMode},
    texts::admin as texts,
};

/// `/admin/orders/{id}`.
#[component]
pub fn OrderPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let data = Resource::new(move || id.get(), get_order_sheet);
    view! { <Loaded data=data width=Width::Wide view=|page: OrderSheet| view! { <Sheet page=page/> }.into_any()/> }
}

#[component]
fn Sheet(page: OrderSheet) -> impl IntoView {
    let lang = use_lang();
    let title = texts::order_title(lang, &page.line.reference);
    let back = (routes::ADMIN_ORDERS.to_owned(), texts::orders(lang).to_owned());
    let line = page.line.clone();
    view! {
        <AdminFrame>
            <Page title=title.clone() width=Width::Wide state=line.state.clone()>
                <PageHeading text=title back=back>
                    <span class="cluster">
                        <OrderChip state=line.state/>
                        {page.test.then(|| view! { <Chip tone=Tone::Warn label=texts::test_money(lang)/> })}
                    </span>
                </PageHeading>
                <div class="stack stack--loose">
                    <dl class="facts">
                        <div><dt>{texts::bought_by(lang)}</dt><dd>{line.buyer} <span class="quiet block">{page.email.clone()}</span></dd></div>
                        <div><dt>{texts::col_session(lang)}</dt><dd><a href=routes::session(&page.slug)>{line.topic}</a></dd></div>
                        <div><dt>{texts::col_when(lang)}</dt><dd>{line.at}</dd></div>
                    </dl>
                    <PriceLines page=page.clone()/>
                    <Timeline events=page.events/>
                </div>
            </Page>
        </AdminFrame>
    }
}

#[component]
fn PriceLines(page: OrderSheet) -> impl IntoView {
    let lang = use_lang();
    let price = page.price;
    let what = match page.line.kind {
        OrderKind::Fee => texts::price_fee(lang),
        OrderKind::Usage => texts::price_usage(lang),
    };
    let tax = page.tax.map(|tax| match (tax.mode, page.line.kind) {
        (TaxMode::Included, OrderKind::Fee) => texts::price_tax_included(lang, &tax.name, &tax.rate.to_string()),
        (TaxMode::Added, OrderKind::Fee) | (TaxMode::Included | TaxMode::Added, OrderKind::Usage) => {
            texts::price_tax(lang, &tax.name, &tax.rate.to_string())
        }
    });
    let discount = page.line.promo_code.map(|code| texts::price_discount(lang, &code));
    view! {
        <Section title=texts::price(lang)>
            <dl class="ledger ledger--narrow">
                <LedgerLine label=what amount=price.fee/>
                {discount.map(|label| view! { <LedgerLine label=label amount=price.discount.negated() kind=LedgerKind::Saving/> })}
                {tax.map(|label| view! { <LedgerLine label=label amount=price.tax/> })}
                <LedgerLine label=texts::total(lang) amount=price.total kind=LedgerKind::Total field="total"/>
            </dl>
        </Section>
    }
}

#[component]
fn Timeline(events: Vec<OrderEvent>) -> impl IntoView {
    let lang = use_lang();
    let rows = events
        .into_iter()
        .map(|event| {
            view! {
                <tr>
                    <td class="small">{event.at}</td>
                    <td>{texts::event(lang, &event.what)}</td>
                    <td>{texts::who(lang, &event.who)}</td>
                    <td class="small quiet">{event.detail}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable caption=texts::timeline(lang) dense=true>
            <thead>
                <tr>
                    <th scope="col">{texts::col_when(lang)}</th>
                    <th scope="col">{texts::col_what(lang)}</th>
                    <th scope="col">{texts::col_who(lang)}</th>
                    <th scope="col">{texts::col_detail(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
}
