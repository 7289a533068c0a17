//! Tables with a caption, in their own scroller so that the page never moves sideways.

use leptos::prelude::*;

/// `<table>` around `<thead>` and `<tbody>`: give headers `scope`, figures `class="num"`.
#[component]
pub fn DataTable(
    /// What the table lists.
    #[prop(into)]
    caption: String,
    /// Whether only assistive technology gets the caption (when a heading says the same).
    #[prop(optional)]
    caption_hidden: bool,
    /// Smaller rows.
    #[prop(optional)]
    dense: bool,
    /// `<thead>`, `<tbody>`, `<tfoot>`.
    children: Children,
) -> impl IntoView {
    let label = caption.clone();
    let class = if dense { "table table--dense" } else { "table" };
    view! {
        <div class="table-scroll" role="region" aria-label=label tabindex="0">
            <table class=class>
                <caption class=if caption_hidden { "visually-hidden" } else { "" }>{caption}</caption>
                {children()}
            </table>
        </div>
    }
}
