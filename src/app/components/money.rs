//! Amounts as the reader's language writes them.

use leptos::prelude::*;

use crate::{app::viewer::use_lang, domain::money};

/// The amount and its currency, nothing else: tests read it through `data-field`.
#[component]
pub fn Money(
    /// How much.
    #[prop(into)]
    amount: Signal<money::Money>,
    /// `data-field`.
    #[prop(optional)]
    field: &'static str,
) -> impl IntoView {
    let lang = use_lang();
    view! { <span class="money" data-field=(!field.is_empty()).then_some(field)>{move || amount.get().show(lang)}</span> }
}
