//! The rail beside host and administration pages.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Glyph, Icon};

/// A page in the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RailLink {
    /// Its path.
    pub href: String,
    /// Its name.
    pub label: String,
    /// Its picture.
    pub icon: Glyph,
}

/// A link that knows when it leads to the page shown, or to one below it (`aria-current`).
#[component]
pub(super) fn NavLink(
    /// Where it leads.
    href: String,
    /// Current only on exactly this path.
    #[prop(optional)]
    exact: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let location = use_location();
    let target = href.clone();
    let exact = exact || href == "/";
    let current = move || {
        let path = location.pathname.read();
        let here = path.trim_end_matches('/');
        let wanted = target.trim_end_matches('/');
        (here == wanted || !exact && here.starts_with(wanted) && here.as_bytes().get(wanted.len()) == Some(&b'/')).then_some("page")
    };
    view! { <a href=href aria-current=current>{children()}</a> }
}

/// A rail of links and, beside it, a [`super::Page`]. The first link is taken for the area's start page.
#[component]
pub fn RailLayout(
    /// What the links are, for assistive technology.
    #[prop(into)]
    label: String,
    /// The pages of the area.
    links: Vec<RailLink>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let links = links
        .into_iter()
        .enumerate()
        .map(|(i, link)| view! { <li><NavLink href=link.href exact=i == 0><Icon icon=link.icon/> <span>{link.label}</span></NavLink></li> })
        .collect_view();
    view! {
        <div class="rail-layout">
            <nav class="rail" aria-label=label><ul class="rail__list">{links}</ul></nav>
            {children()}
        </div>
    }
}
