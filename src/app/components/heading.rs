//! The one `<h1>` of a page.

use leptos::{html, prelude::*};

use super::announcer::arrived_by_navigation;

/// Takes the focus when the page was reached inside the app, as a page load would (ux.md U-143).
#[component]
pub fn PageHeading(
    /// The heading.
    #[prop(into)]
    text: Signal<String>,
    /// One sentence below it.
    #[prop(optional, into)]
    lead: String,
    /// The language of the heading where it is not the page's (a session's topic).
    #[prop(optional_no_strip)]
    language: Option<String>,
    /// Where one comes from: path and words.
    #[prop(optional, into)]
    back: Option<(String, String)>,
    /// Actions beside it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let node = NodeRef::<html::H1>::new();
    Effect::new(move |done: Option<bool>| {
        let Some(heading) = node.get() else { return false };
        if done != Some(true) && arrived_by_navigation() {
            // It is made before it is put into the document, and only there can it take the focus.
            request_animation_frame(move || {
                let _focused = heading.focus();
            });
            super::announce(text.get_untracked());
        }
        true
    });
    view! {
        <div class="page-heading">
            {back.map(|(href, label)| view! {
                <p class="page-heading__over no-print"><a href=href><super::Icon icon=super::Glyph::Left/> {label}</a></p>
            })}
            <div class="page-heading__row">
                <h1 node_ref=node tabindex="-1" lang=language>{move || text.get()}</h1>
                {children.map(|children| children())}
            </div>
            {(!lead.is_empty()).then(|| view! { <p class="page-heading__lead">{lead}</p> })}
        </div>
    }
}
