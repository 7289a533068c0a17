//! The first page: what waits, then today.

use leptos::prelude::*;

use super::{
    frame::{AdminFrame, OrderSearch},
    orders::OrderTable,
};
use crate::{
    api::admin::{Attention, Dashboard, DayFigures, get_dashboard},
    app::{
        components::{Empty, Glyph, Icon, LinkButton, Loaded, Look, Page, PageHeading, Section, Stat, Width},
        routes,
        viewer::use_lang,
    },
    domain::text::Lang,
    texts::{admin as texts, plurals},
};

/// `/admin`.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let data = Resource::new(|| (), |()| get_dashboard());
    view! { <Loaded data=data width=Width::Wide view=|page: Dashboard| view! { <Overview page=page/> }.into_any()/> }
}

#[component]
fn Overview(page: Dashboard) -> impl IntoView {
    let lang = use_lang();
    let recent = if page.recent.is_empty() {
        view! { <Empty sentence=texts::no_orders_yet(lang) icon=Glyph::Receipt><LinkButton href=routes::CATALOGUE look=Look::Quiet>{crate::texts::common::sessions(lang)}</LinkButton></Empty> }.into_any()
    } else {
        view! { <OrderTable caption=texts::recent(lang) rows=page.recent/> }.into_any()
    };
    view! {
        <AdminFrame>
            <Page title=texts::overview(lang) width=Width::Wide>
                <div class="stack stack--loose">
                    <OrderSearch/>
                    <PageHeading text=texts::overview(lang)/>
                    <AttentionList waits=page.attention/>
                    <Section title=texts::today(lang) hint=texts::today_note(lang, &page.day)>
                        {match page.today {
                            Some(today) => view! { <TodayFigures today=today usage_due=page.usage_due need_person=page.need_person/> }.into_any(),
                            None => view! {
                                <Empty sentence=texts::no_currency(lang) icon=Glyph::Chart>
                                    <LinkButton href=routes::ADMIN_SETTINGS look=Look::Quiet>{texts::settings(lang)}</LinkButton>
                                </Empty>
                            }.into_any(),
                        }}
                    </Section>
                    {recent}
                </div>
            </Page>
        </AdminFrame>
    }
}

#[component]
fn TodayFigures(today: DayFigures, usage_due: u64, need_person: u64) -> impl IntoView {
    let lang = use_lang();
    let orders = |query: &str| format!("{}?{query}", routes::ADMIN_ORDERS);
    view! {
        <div class="stats">
            <Stat label=texts::sales(lang) figure=today.sales.show(lang) field="sales" href=orders("day=today&kind=fee&state=paid")
                note=texts::sales_note(lang, &plurals::orders(lang, today.sales_count))/>
            <Stat label=texts::discounts(lang) figure=today.discounts.show(lang) field="discounts" href=orders("day=today&kind=fee&state=paid")
                note=texts::discounts_note(lang)/>
            <Stat label=texts::refunds(lang) figure=today.refunds.show(lang) field="refunds" href=orders("day=today&state=refunded")
                note=texts::refunds_note(lang)/>
            <Stat label=texts::usage(lang) figure=today.usage.show(lang) field="usage" href=orders("day=today&kind=usage&state=paid")
                note=texts::usage_note(lang, &plurals::orders(lang, today.usage_count))/>
            <Stat label=texts::tax(lang) figure=today.tax.show(lang) field="tax" href=orders("day=today&state=paid") note=texts::tax_note(lang)/>
            <Stat label=texts::usage_due(lang) figure=plurals::grouped(lang, usage_due) field="usage_due" href=orders("day=all&kind=usage&state=held")
                note=texts::usage_due_note(lang)/>
            <Stat label=texts::need_person(lang) figure=plurals::grouped(lang, need_person) field="need_person" href=orders("day=all&state=undecided")
                note=texts::need_person_note(lang)/>
        </div>
    }
}

/// What waits, above everything.
#[component]
fn AttentionList(waits: Vec<Attention>) -> impl IntoView {
    let lang = use_lang();
    let items = waits.iter().map(|wait| view! { <Waiting words=Words::of(lang, wait)/> }).collect_view();
    view! {
        <section class="attention" aria-labelledby="attention-title">
            <h2 id="attention-title" class="section__title">{texts::attention(lang)}</h2>
            {if waits.is_empty() {
                view! { <p class="attention__clear"><Icon icon=Glyph::Good/> {texts::all_well(lang)}</p> }.into_any()
            } else {
                view! { <ul class="attention__list" data-field="attention">{items}</ul> }.into_any()
            }}
        </section>
    }
}

struct Words {
    title: String,
    text: String,
    steps: Vec<String>,
    href: Option<String>,
}

impl Words {
    fn of(lang: Lang, wait: &Attention) -> Self {
        match wait {
            Attention::Undecided { order, reference, amount, since, transfer: true, needs_person: _ } => Self {
                title: texts::awaits_transfer(lang, reference, &amount.show(lang)),
                text: texts::awaits_transfer_text(lang, since),
                steps: vec![],
                href: Some(routes::admin_order(&order.to_string())),
            },
            Attention::Undecided { order, reference, amount, since, needs_person, transfer: false } => Self {
                title: texts::undecided(lang, reference, &amount.show(lang)),
                text: if *needs_person { texts::undecided_person(lang, since) } else { texts::undecided_checking(lang, since) },
                steps: vec![],
                href: Some(routes::admin_order(&order.to_string())),
            },
            Attention::Setup { feature, enabled, missing } => {
                let name = texts::feature(lang, *feature);
                Self {
                    title: if *enabled { texts::setup_broken(lang, name) } else { texts::setup_waits(lang, name) },
                    text: if missing.is_empty() { texts::setup_ready(lang) } else { texts::to_do_first(lang) }.to_owned(),
                    steps: missing.iter().map(|code| texts::step(lang, code)).collect(),
                    href: Some(format!("{}#features", routes::ADMIN_SETTINGS)),
                }
            }
            Attention::ParkedJobs { count } => Self {
                title: texts::parked(lang, &plurals::grouped(lang, *count)),
                text: texts::parked_text(lang).to_owned(),
                steps: vec![],
                href: None,
            },
        }
    }
}

#[component]
fn Waiting(words: Words) -> impl IntoView {
    let title = words.title.clone();
    view! {
        <li class="attention__item">
            <Icon icon=Glyph::Alert/>
            <div>
                <p class="attention__title">{match words.href {
                    Some(href) => view! { <a href=href>{title}</a> }.into_any(),
                    None => title.into_any(),
                }}</p>
                <p class="quiet small">{words.text}</p>
                {(!words.steps.is_empty()).then(|| view! { <ul class="attention__steps small">{words.steps.into_iter().map(|step| view! { <li>{step}</li> }).collect_view()}</ul> })}
            </div>
        </li>
    }
}
