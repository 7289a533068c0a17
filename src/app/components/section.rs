//! A titled part of a form or page.

use leptos::prelude::*;

/// A part with an `<h2>` and a line of explanation.
#[component]
pub fn Section(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What it is about.
    #[prop(optional, into)]
    hint: String,
    /// Its fields or text.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section">
            <div>
                <h2 class="section__title">{title}</h2>
                {(!hint.is_empty()).then(|| view! { <p class="section__hint">{hint}</p> })}
            </div>
            {children()}
        </section>
    }
}
