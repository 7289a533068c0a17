//! The top of every page.

use leptos::prelude::*;

use super::{Glyph, Icon, LanguageSwitch};
use crate::{
    app::{
        routes,
        viewer::{use_lang, use_viewer},
    },
    domain::{
        feature::Feature,
        role::{Action, may},
    },
    texts::common,
};

/// A striped band while payments go to simulators.
#[component]
fn TestBand() -> impl IntoView {
    let viewer = use_viewer();
    viewer.site.test_mode.then(|| {
        view! {
            <div class="band">
                <p><Icon icon=Glyph::Flask/> {common::test_mode(viewer.lang)}</p>
            </div>
        }
    })
}

/// Site name, where one may go, language, sign in or out.
#[component]
pub fn SiteHeader() -> impl IntoView {
    let viewer = use_viewer();
    let lang = viewer.lang;
    let name = if viewer.site.name.is_empty() { common::product(lang).to_owned() } else { viewer.site.name.clone() };
    let mut links = vec![(routes::CATALOGUE, common::sessions(lang))];
    if let Some(person) = &viewer.person {
        let pay_per_use = viewer.site.features.is_on(Feature::PayPerUse);
        let pages = [
            (Action::HostSessions, routes::HOST, common::my_sessions(lang), true),
            (Action::ManageDivision, routes::DIVISION, common::division(lang), pay_per_use),
            (Action::Administer, routes::ADMIN, common::administration(lang), true),
            (Action::Provision, routes::MANAGER, common::sites(lang), true),
        ];
        links.extend(
            pages
                .into_iter()
                .filter(|(action, _, _, exists)| *exists && may(person.role, *action))
                .map(|(_, path, label, _)| (path, label)),
        );
    }
    let links = links
        .into_iter()
        .map(|(path, label)| view! { <li><super::rail::NavLink href=path.to_owned()>{label}</super::rail::NavLink></li> })
        .collect_view();
    view! {
        <header class="site-header">
            <TestBand/>
            <div class="site-header__row">
                <a class="site-name" href=routes::CATALOGUE><Mark/> <span>{name}</span></a>
                <nav class="site-nav" aria-label=common::main_navigation(lang)>
                    <ul class="site-nav__list">{links}</ul>
                    <SignInOrOut/>
                </nav>
                <LanguageSwitch/>
            </div>
        </header>
    }
}

/// A reading desk and its lamp.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="site-name__mark" viewBox="0 0 32 32" aria-hidden="true">
            <path class="mark-wood" d="M5 13.5 25 9a2 2 0 0 1 2.4 1.5l.5 2a2 2 0 0 1-1.5 2.4L18 16.8V26h4a1.5 1.5 0 0 1 0 3H10a1.5 1.5 0 0 1 0-3h4v-8.3l-7.4 1.7a2 2 0 0 1-2.4-1.5l-.6-2A2 2 0 0 1 5 13.5Z"></path>
            <circle class="mark-lamp" cx="14" cy="5.5" r="3"></circle>
        </svg>
    }
}

/// Signing out is a post: a link could be followed by a prefetching browser.
#[component]
fn SignInOrOut() -> impl IntoView {
    let lang = use_lang();
    match use_viewer().person {
        Some(person) => view! {
            <form method="post" action=routes::SIGN_OUT>
                <button type="submit" title=person.email><Icon icon=Glyph::Leave/> {common::sign_out(lang)}</button>
            </form>
        }
        .into_any(),
        None => view! { <a href=routes::SIGN_IN><Icon icon=Glyph::Person/> {common::sign_in(lang)}</a> }.into_any(),
    }
}
