//! Where one is on a way of several pages.

use leptos::prelude::*;

/// The steps' names; `current` counts from 0.
#[component]
pub fn Steps(
    /// What the steps are, for assistive technology.
    #[prop(into)]
    label: String,
    /// The names.
    steps: Vec<String>,
    /// Which one this page is.
    current: usize,
) -> impl IntoView {
    let items = steps
        .into_iter()
        .enumerate()
        .map(|(i, name)| view! { <li class=if i < current { "steps__done" } else { "" } aria-current=(i == current).then_some("step")>{name}</li> })
        .collect_view();
    view! { <ol class="steps" aria-label=label>{items}</ol> }
}
