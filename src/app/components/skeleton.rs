//! The shape of what is coming, shown only when it takes longer than 150 ms (`style/components/skeleton.css` waits).

use leptos::prelude::*;

use super::Width;
use crate::{app::viewer::use_lang, texts::common};

/// A title, two lines and `blocks` cards.
#[component]
pub fn Skeleton(
    /// How many cards.
    #[prop(default = 3)]
    blocks: usize,
    /// As wide as the page to come.
    #[prop(optional)]
    width: Width,
) -> impl IntoView {
    let class = match width {
        Width::Text => "page page--text",
        Width::Checkout => "page page--checkout",
        Width::Wide => "page page--wide",
    };
    view! {
        <main id="main" class=class aria-busy="true">
            <p class="visually-hidden">{common::loading(use_lang())}</p>
            <div class="skeleton" aria-hidden="true">
                <div class="skeleton__line skeleton__line--title"></div>
                <div class="skeleton__line"></div>
                <div class="skeleton__line skeleton__line--short"></div>
                {(0..blocks).map(|_| view! { <div class="skeleton__block"></div> }).collect_view()}
            </div>
        </main>
    }
}
