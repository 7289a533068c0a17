//! The frame of a page's content.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    app::{form_state::use_form_state, viewer::use_lang},
    texts::common,
};

/// How wide a page is (look.md, *Tokens*).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// For reading and short forms.
    #[default]
    Text,
    /// For the checkout: two columns.
    Checkout,
    /// For tables and schedules.
    Wide,
}

/// `<main>` with the document's title, and `data-state` where the page has one.
#[component]
pub fn Page(
    /// The document's title; the site's name is added, and "Error: " when the form has problems.
    #[prop(into)]
    title: Signal<String>,
    /// How wide.
    #[prop(optional)]
    width: Width,
    /// `data-state`.
    #[prop(optional, into)]
    state: MaybeProp<String>,
    /// The content, beginning with a [`super::PageHeading`].
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let prefix = if use_form_state().errors.is_empty() { "" } else { common::error_prefix(lang) };
    let class = match width {
        Width::Text => "page page--text",
        Width::Checkout => "page page--checkout",
        Width::Wide => "page page--wide",
    };
    // leptos_meta asks for the title when the response is put together, where another request's arena of signals may be in place:
    // `title` itself would be found disposed there, which is a 500 under load. An `Arc` signal lives in no arena.
    let document_title = ArcRwSignal::new(format!("{prefix}{}", title.get_untracked()));
    Effect::new({
        let document_title = document_title.clone();
        move |_| {
            let now = format!("{prefix}{}", title.get());
            if *document_title.read_untracked() != now {
                document_title.set(now);
            }
        }
    });
    view! {
        <Title text=move || document_title.get()/>
        <main id="main" class=class data-state=move || state.get()>
            {children()}
        </main>
    }
}
