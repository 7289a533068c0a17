//! What people see: the frame around every page, the pages, and what they are made of.

pub mod components;
pub mod form_state;
mod lazy;
pub mod pages;
pub mod routes;
pub mod shell;
pub mod status;
pub mod viewer;

use leptos::{children::ToChildren, prelude::*};
use leptos_meta::{Html, Title, provide_meta_context};
use leptos_router::{
    components::{FlatRoutes, FlatRoutesProps, Router},
    hooks::use_location,
};

use crate::texts::common;
use components::{Announcer, SiteFooter, SiteHeader, provide_arrival};
use pages::errors::NotFoundPage;

pub use shell::shell;

/// The whole application, on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    viewer::provide_viewer();
    form_state::provide_form_state();
    provide_arrival();
    let viewer = viewer::use_viewer();
    let lang = viewer.lang;
    let site = if viewer.site.name.is_empty() { common::product(lang).to_owned() } else { viewer.site.name };
    view! {
        <Html {..} lang=lang.tag()/>
        <Title formatter=move |page: String| if page.is_empty() { site.clone() } else { common::page_of(lang, &page, &site) }/>
        <Router>
            <Navigation/>
            <a class="skip-link" href="#main" rel="external">{common::skip_to_content(lang)}</a>
            <SiteHeader/>
            {FlatRoutes(FlatRoutesProps::builder().fallback(NotFoundPage).children(ToChildren::to_children(routes::pages)).build())}
            <SiteFooter/>
            <Announcer/>
        </Router>
    }
}

/// What belonged to the first page (a refused post's values and problems) is forgotten when another page is opened.
#[component]
fn Navigation() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            form_state::forget_form_state();
        }
        now
    });
}
