//! One order with everything that happened to it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    frame::{AdminFrame, OrderChip},
    refund::{Notices, Proposed, Refunds},
};
use crate::{
    api::admin::{Awaited, OrderEvent, OrderSheet, get_order_sheet},
    app::{
        components::{
            Chip, DataTable, ErrorSummary, Field, LedgerKind, LedgerLine, Loaded, Look, Page, PageHeading, PostForm, RefusalNotice,
            Section, SubmitButton, Tone, Width,
        },
        routes,
        viewer::use_lang,
    },
    domain::{order::OrderKind, pricing::TaxMode, text::Lang},
    texts::{admin as texts, refunds},
};

/// `/admin/orders/{id}`, also shown by a refused post.
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
    let transfer = page.awaited.as_ref().is_some_and(|awaited| awaited.transfer);
    let labels = [
        ("reference", reference_label(lang, transfer)),
        ("amount", refunds::amount(lang)),
        ("reason", refunds::reason(lang)),
        ("note", refunds::note(lang)),
    ];
    let labels = labels.into_iter().map(|(name, label)| (name.to_owned(), label));
    let settled = page.refunds.iter().map(|line| (format!("reference-{}", line.id), refunds::settle_reference(lang)));
    let labels: Vec<_> = labels.chain(settled).collect();
    let refunds_view = view! {
        <Refunds
            order=page.line.id.to_string() total=page.line.total refunded=page.refunded refundable=page.refundable.clone()
            refunds=page.refunds.clone()
        />
    };
    let awaited = page.awaited.clone().map(|awaited| view! { <Settle id=line.id.to_string() awaited=awaited/> });
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
                    <ErrorSummary labels=labels/>
                    <RefusalNotice/>
                    {awaited}
                    <dl class="facts">
                        <div><dt>{texts::bought_by(lang)}</dt><dd>{line.buyer} <span class="quiet block">{page.email.clone()}</span></dd></div>
                        <div><dt>{texts::col_session(lang)}</dt><dd><a href=routes::session(&page.slug)>{line.topic}</a></dd></div>
                        <div><dt>{texts::col_when(lang)}</dt><dd>{line.at}</dd></div>
                    </dl>
                    <PriceLines page=page.clone()/>
                    {refunds_view}
                    <Timeline events=page.events/>
                </div>
            </Page>
        </AdminFrame>
    }
}

fn reference_label(lang: Lang, transfer: bool) -> &'static str {
    if transfer { texts::bank_reference(lang) } else { texts::processor_reference(lang) }
}

/// What an administrator may say of a payment, with the evidence to say it by.
#[component]
fn Settle(id: String, awaited: Awaited) -> impl IntoView {
    let lang = use_lang();
    let transfer = awaited.transfer;
    let (title, hint, max) = if transfer {
        (texts::settle_transfer(lang), texts::bank_reference_hint(lang), 40)
    } else {
        (texts::settle_ending(lang), texts::processor_reference_hint(lang), 64)
    };
    let text = if transfer {
        let until = awaited.until.clone().unwrap_or_default();
        texts::settle_transfer_text(lang, &awaited.amount.show(lang), &awaited.our_ref, &until)
    } else {
        texts::settle_ending_text(lang).to_owned()
    };
    let (paid, unpaid) = if transfer {
        (texts::mark_paid(lang), texts::give_up_transfer(lang))
    } else {
        (texts::it_was_paid(lang), texts::it_was_not_paid(lang))
    };
    let two = (awaited.needs_two && awaited.proposal.is_none()).then(|| view! { <p class="quiet">{refunds::needs_two(lang)}</p> });
    let (proposal, notices) = (awaited.proposal.clone(), awaited.notices.clone());
    let evidence = (!transfer).then(|| view! { <Evidence awaited=awaited/> <Notices notices=notices/> });
    let form = match proposal {
        Some(proposal) => view! { <Proposed order=id proposal=proposal/> }.into_any(),
        None => view! {
            <PostForm action=routes::admin_order(&id)>
                <Field name="reference" label=reference_label(lang, transfer) hint=hint maxlength=max autocomplete="off"/>
                <div class="cluster">
                    <SubmitButton name="action" value="paid">{paid}</SubmitButton>
                    <SubmitButton look=Look::Danger name="action" value="unpaid">{unpaid}</SubmitButton>
                </div>
            </PostForm>
        }
        .into_any(),
    };
    view! {
        <div class="card card--lit stack" id="settle" data-settle=if transfer { "transfer" } else { "ending" }>
            <h2 class="section__title">{title}</h2>
            <p>{text}</p>
            {evidence}
            {two}
            {form}
        </div>
    }
}

#[component]
fn Evidence(awaited: Awaited) -> impl IntoView {
    let lang = use_lang();
    let facts = [
        (texts::evidence_processor(lang), texts::who(lang, &awaited.processor)),
        (texts::evidence_amount(lang), awaited.amount.show(lang)),
        (texts::evidence_at(lang), awaited.asked_at),
        (texts::evidence_ref(lang), awaited.our_ref),
        (texts::evidence_started(lang), awaited.started.unwrap_or_default()),
        (texts::evidence_inquiries(lang), awaited.inquiries.to_string()),
        (texts::evidence_detail(lang), awaited.detail),
    ];
    let rows = facts
        .into_iter()
        .filter(|(_, fact)| !fact.is_empty())
        .map(|(name, fact)| view! { <div><dt>{name}</dt><dd class="breakable">{fact}</dd></div> })
        .collect_view();
    view! { <dl class="facts" data-field="evidence">{rows}</dl> }
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
