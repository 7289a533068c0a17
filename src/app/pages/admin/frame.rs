//! What the administration's pages share: the rail, the search, the saved notice.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    app::{
        components::{Chip, Glyph, Icon, Notice, RailLayout, RailLink, Tone},
        form_state::use_form_state,
        routes,
        viewer::{use_lang, use_viewer},
    },
    domain::feature::Feature,
    texts::{admin as texts, common, refunds},
};

/// The rail beside a page; only what this site has is linked.
#[component]
pub(super) fn AdminFrame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let viewer = use_viewer();
    let lang = viewer.lang;
    let features = viewer.site.features;
    let link = |href: &str, label: &str, icon| RailLink { href: href.to_owned(), label: label.to_owned(), icon };
    let links = [
        Some(link(routes::ADMIN, texts::overview(lang), Glyph::Home)),
        Some(link(routes::ADMIN_ORDERS, texts::orders(lang), Glyph::Receipt)),
        Some(link(routes::ADMIN_DOUBTS, refunds::doubts(lang), Glyph::Alert)),
        features.is_on(Feature::PromoCodes).then(|| link(routes::ADMIN_PROMOS, texts::promo_codes(lang), Glyph::Tag)),
        Some(link(routes::ADMIN_PROCESSORS, texts::processors(lang), Glyph::Card)),
        features.pay_per_use.provisioned.then(|| link(routes::ADMIN_RATES, texts::rates(lang), Glyph::Clock)),
        Some(link(routes::ADMIN_SETTINGS, texts::settings(lang), Glyph::Settings)),
        Some(link(routes::ADMIN_PEOPLE, texts::people(lang), Glyph::People)),
        Some(link(routes::ADMIN_AUDIT, texts::audit(lang), Glyph::List)),
    ];
    view! { <RailLayout label=texts::rail(lang) links=links.into_iter().flatten().collect()>{children()}</RailLayout> }
}

/// A search over all orders.
#[component]
pub(super) fn OrderSearch(
    /// What was looked for.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <form class="order-search" method="get" action=routes::ADMIN_ORDERS role="search">
            <label class="visually-hidden" for="order-search">{texts::search_label(lang)}</label>
            <input id="order-search" class="control" type="search" name="q" value=value maxlength="120" placeholder=texts::search_label(lang) aria-describedby="order-search-hint"/>
            <button type="submit" class="button"><Icon icon=Glyph::Search/> {common::search(lang)}</button>
            <p class="tiny quiet order-search__hint" id="order-search-hint">{texts::search_hint(lang)}</p>
        </form>
    }
}

/// A tick after a form was accepted (`?saved=1`).
#[component]
pub(super) fn SavedNotice() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let posted = use_form_state().was_posted();
    let saved = move || !posted && query.read().get("saved").is_some();
    view! { <Show when=saved><Notice tone=Tone::Good title=texts::saved(lang)/></Show> }
}

/// Where an order stands.
#[component]
pub(super) fn OrderChip(
    /// The state's code.
    state: String,
) -> impl IntoView {
    let lang = use_lang();
    let tone = match state.as_str() {
        "paid" => Tone::Good,
        "paying" => Tone::Warn,
        "cancelled" | "expired" => Tone::Bad,
        _ => Tone::Info,
    };
    view! { <Chip tone=tone label=texts::state(lang, &state)/> }
}
