//! A list with nothing in it.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// One sentence that says what will be here, and one action as child.
#[component]
pub fn Empty(
    /// What is not here yet, and what the list is for.
    #[prop(into)]
    sentence: String,
    /// A picture of what is missing.
    #[prop(optional)]
    icon: Option<Glyph>,
    /// The one thing to do about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon icon=icon.unwrap_or(Glyph::Calendar) large=true/>
            <p>{sentence}</p>
            {children.map(|children| children())}
        </div>
    }
}
