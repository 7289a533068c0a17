//! A figure with a list behind it.

use leptos::prelude::*;

/// A large number, its name, its one-line definition, and a link to the rows that make it.
#[component]
pub fn Stat(
    /// Its name.
    #[prop(into)]
    label: String,
    /// The number, as text.
    #[prop(into)]
    figure: String,
    /// What it counts, in one line.
    #[prop(optional, into)]
    note: String,
    /// The list behind it.
    #[prop(into)]
    href: String,
    /// `data-field` of the figure.
    #[prop(optional)]
    field: Option<&'static str>,
) -> impl IntoView {
    view! {
        <a class="stat" href=href>
            <span class="stat__label">{label}</span>
            <span class="stat__figure" data-field=field>{figure}</span>
            {(!note.is_empty()).then(|| view! { <span class="stat__note">{note}</span> })}
        </a>
    }
}
