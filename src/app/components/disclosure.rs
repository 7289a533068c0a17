//! Something that can wait, behind a line that opens it. Works without scripts.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// `<details>` in our look.
#[component]
pub fn Disclosure(
    /// The line that opens it.
    #[prop(into)]
    label: Signal<String>,
    /// Open from the start, or opened later.
    #[prop(optional, into)]
    open: Signal<bool>,
    /// What is behind.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="disclosure" open=move || open.get()>
            <summary>{move || label.get()} <Icon icon=Glyph::Down/></summary>
            <div class="disclosure__body">{children()}</div>
        </details>
    }
}
