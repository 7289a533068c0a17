//! Payment processors: those of a mode in order of display, and those that can be added. Each opens its own set-up.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    frame::{AdminFrame, SavedNotice},
    settings::SetupRefusal,
};
use crate::{
    api::admin::{ProcessorCard, ProcessorsSheet, RuledOut, get_processors},
    app::{
        components::{
            Chip, DataTable, Empty, Glyph, LinkButton, Loaded, Look, Page, PageHeading, PostForm, Section, SubmitButton, Tone, Width,
        },
        routes,
        viewer::use_lang,
    },
    domain::text::Lang,
    texts::admin as texts,
};

/// `/admin/processors`, with `mode`.
#[component]
pub fn ProcessorsPage() -> impl IntoView {
    let query = use_query_map();
    let mode = Memo::new(move |_| query.read().get("mode").unwrap_or_default());
    let data = Resource::new(|| (), |()| get_processors());
    view! { <Loaded data=data width=Width::Wide view=move |page: ProcessorsSheet| view! { <Processors page=page mode=mode/> }.into_any()/> }
}

#[component]
fn Processors(page: ProcessorsSheet, mode: Memo<String>) -> impl IntoView {
    let lang = use_lang();
    let page = StoredValue::new(page);
    let body = move || {
        let shown = page.with_value(|page| shown_mode(page, &mode.get()));
        let (configured, others): (Vec<_>, Vec<_>) =
            page.with_value(|page| page.cards.iter().filter(|card| card.mode == shown).cloned().partition(|card| card.configured));
        let country = page.with_value(|page| page.country.clone()).unwrap_or_default();
        view! {
            <ModeTabs page=page shown=shown.clone()/>
            <Configured cards=configured/>
            <Others cards=others country=country/>
        }
    };
    view! {
        <AdminFrame>
            <Page title=texts::processors(lang) width=Width::Wide>
                <div class="stack stack--loose">
                    <PageHeading text=texts::processors(lang) lead=texts::processors_lead(lang)/>
                    <SetupRefusal/>
                    <SavedNotice/>
                    {body}
                </div>
            </Page>
        </AdminFrame>
    }
}

/// The mode asked for, else the one in use, which comes first.
pub(super) fn shown_mode(page: &ProcessorsSheet, asked: &str) -> String {
    page.modes.iter().find(|mode| *mode == asked).or(page.modes.first()).cloned().unwrap_or_default()
}

pub(super) fn mode_label(lang: Lang, mode: &str) -> &'static str {
    if mode == "live" { texts::mode_live(lang) } else { texts::mode_test(lang) }
}

#[component]
fn ModeTabs(page: StoredValue<ProcessorsSheet>, shown: String) -> impl IntoView {
    let lang = use_lang();
    let tab = move |(i, mode): (usize, &String)| {
        let in_use = (i == 0).then(|| view! { " " <span class="tiny quiet">{texts::mode_in_use(lang)}</span> });
        let current = (*mode == shown).then_some("page");
        view! { <li><a href=routes::admin_processors_in(mode) aria-current=current>{mode_label(lang, mode)} {in_use}</a></li> }
    };
    let tabs = page.with_value(|page| page.modes.iter().enumerate().map(tab).collect_view());
    view! { <nav class="tabs" aria-label=texts::mode_switch(lang)><ul>{tabs}</ul></nav> }
}

/// Whether it is offered.
#[component]
pub(super) fn StateChip(card: ProcessorCard) -> impl IntoView {
    let lang = use_lang();
    let (tone, state) = match (card.configured, card.enabled) {
        (false, _) => (Tone::Info, texts::not_configured(lang)),
        (true, true) => (Tone::Good, texts::offered(lang)),
        (true, false) => (Tone::Warn, texts::not_offered(lang)),
    };
    view! { <Chip tone=tone label=state/> }
}

/// Why it cannot be used, in words.
pub(super) fn ruled_out(lang: Lang, why: RuledOut, country: &str) -> String {
    match why {
        RuledOut::Country => texts::processor_ruled_out(lang, country),
        RuledOut::Currency(currency) => texts::processor_not_currency(lang, currency.code()),
    }
}

/// How the last test ended, as a code for programs.
pub(super) fn test_code(card: &ProcessorCard) -> &'static str {
    match card.test_ok {
        Some(true) => "ok",
        Some(false) => "failed",
        None => "none",
    }
}

#[component]
fn Configured(cards: Vec<ProcessorCard>) -> impl IntoView {
    let lang = use_lang();
    if cards.is_empty() {
        return view! { <Empty sentence=texts::processors_none(lang) icon=Glyph::Card/> }.into_any();
    }
    let last = cards.len() - 1;
    let rows = cards.into_iter().enumerate().map(|(i, card)| view! { <Row card=card first=i == 0 last=i == last/> }).collect_view();
    view! {
        <Section title=texts::processors_configured(lang) hint=texts::processors_order_hint(lang)>
            <DataTable caption=texts::processors_configured(lang) caption_hidden=true>
                <thead>
                    <tr>
                        <th scope="col">{texts::col_processor(lang)}</th>
                        <th scope="col">{texts::col_method(lang)}</th>
                        <th scope="col">{texts::col_state(lang)}</th>
                        <th scope="col">{texts::col_test(lang)}</th>
                        <th scope="col">{texts::col_place(lang)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
        </Section>
    }
    .into_any()
}

#[component]
fn Row(card: ProcessorCard, first: bool, last: bool) -> impl IntoView {
    let lang = use_lang();
    let name = texts::processor(lang, &card.name);
    let at = card.tested_at.clone().unwrap_or_default();
    let tested = match card.test_ok {
        Some(true) => texts::test_short_ok(lang, &at),
        Some(false) => texts::test_short_bad(lang, &at),
        None => texts::test_short_none(lang).to_owned(),
    };
    let reason = card.test_reason.as_deref().map(|code| view! { <span class="block quiet">{texts::test_reason(lang, code)}</span> });
    let href = routes::admin_processor_in(&card.kind, &card.mode);
    let (kind, mode, test, method) = (card.kind.clone(), card.mode.clone(), test_code(&card), texts::method(lang, card.method));
    view! {
        <tr data-processor=kind data-mode=mode>
            <th scope="row"><a class="row-link" href=href>{name.clone()}</a></th>
            <td>{method}</td>
            <td><StateChip card=card.clone()/></td>
            <td class="small" data-test=test>{tested} {reason}</td>
            <td><Place card=card name=name first=first last=last/></td>
        </tr>
    }
}

/// Buttons that move it by one place; those that could not do anything are not there.
#[component]
fn Place(card: ProcessorCard, name: String, first: bool, last: bool) -> impl IntoView {
    let lang = use_lang();
    let button = |to: &'static str, label: &'static str| {
        let name = name.clone();
        view! { <SubmitButton look=Look::Small name="action" value=to>{label} <span class="visually-hidden">" " {name}</span></SubmitButton> }
    };
    let up = (!first).then(|| button("up", texts::processor_up(lang)));
    let down = (!last).then(|| button("down", texts::processor_down(lang)));
    (!first || !last).then(|| {
        view! {
            <PostForm action=routes::admin_processor(&card.kind) class="cluster">
                <input type="hidden" name="mode" value=card.mode/>
                {up}
                {down}
            </PostForm>
        }
    })
}

#[component]
fn Others(cards: Vec<ProcessorCard>, country: String) -> impl IntoView {
    let lang = use_lang();
    let is_empty = cards.is_empty();
    let items = cards.into_iter().map(|card| view! { <Other card=card country=country.clone()/> }).collect_view();
    view! {
        <Section title=texts::processors_add(lang) hint=texts::processors_add_hint(lang)>
            {if is_empty {
                view! { <p class="quiet">{texts::processors_all_added(lang)}</p> }.into_any()
            } else {
                view! { <ul class="features">{items}</ul> }.into_any()
            }}
        </Section>
    }
}

/// One that can be added, or greyed with the reason why it cannot.
#[component]
fn Other(card: ProcessorCard, country: String) -> impl IntoView {
    let lang = use_lang();
    let name = texts::processor(lang, &card.name);
    let why = card.ruled_out.map(|why| ruled_out(lang, why, &country));
    let legacy = card.legacy.clone().map(|legacy| {
        let closed = legacy.closed.then(|| texts::processor_closed(lang));
        view! { <p class="quiet small">{texts::processor_legacy(lang, &legacy.successor)} " " {closed}</p> }
    });
    let href = routes::admin_processor_in(&card.kind, &card.mode);
    let is_ruled_out = why.is_some();
    view! {
        <li class="card feature" class:ruled-out=is_ruled_out data-processor=card.kind data-mode=card.mode>
            <div class="between">
                <h3 class="plain-title">{name.clone()}</h3>
                <Chip label=texts::method(lang, card.method)/>
            </div>
            {legacy}
            {match why {
                Some(why) => view! { <p class="small">{why}</p> }.into_any(),
                None => view! {
                    <div><LinkButton href=href look=Look::Quiet>{texts::processor_set_up(lang)} <span class="visually-hidden">" " {name}</span></LinkButton></div>
                }.into_any(),
            }}
        </li>
    }
}
