//! The bottom of every page: help is in the same place everywhere (WCAG 3.2.6).

use leptos::prelude::*;

use crate::{
    app::{routes, viewer::use_viewer},
    texts::common,
};

/// Who sells, help, contact.
#[component]
pub fn SiteFooter() -> impl IntoView {
    let viewer = use_viewer();
    let lang = viewer.lang;
    view! {
        <footer class="site-footer">
            <div class="site-footer__row">
                <p>{common::footer_about(lang, &viewer.site.name)}</p>
                <ul class="site-footer__list">
                    <li><a href=routes::HELP>{common::help(lang)}</a></li>
                    {viewer.site.support_email.map(|email| view! {
                        <li><a href=format!("mailto:{email}") rel="external">{common::contact(lang)} ": " {email.clone()}</a></li>
                    })}
                </ul>
            </div>
        </footer>
    }
}
