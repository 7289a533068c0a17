//! The language switch: each language by its own name, a link that works without scripts.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    app::{routes, viewer::use_lang},
    domain::text::Lang,
    texts::common,
};

/// Links to this page in the other languages.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let here = use_lang();
    let location = use_location();
    let links = Lang::ALL
        .into_iter()
        .map(|lang| {
            let (tag, title) = (lang.tag(), lang.own_name());
            if lang == here {
                return view! { <span lang=tag title=title aria-current="true">{tag.to_uppercase()}</span> }.into_any();
            }
            let href = move || routes::language(lang, &location.pathname.read(), &location.search.read());
            // Another document: the whole page is rendered anew in the other language.
            view! { <a href=href rel="external" lang=tag hreflang=tag title=title aria-label=title>{tag.to_uppercase()}</a> }.into_any()
        })
        .collect_view();
    view! { <div class="languages" role="group" aria-label=common::language(here)>{links}</div> }
}
