//! Short answers to what people ask most.

use leptos::prelude::*;

use crate::{
    app::{
        components::{Page, PageHeading},
        viewer::use_viewer,
    },
    texts::help as texts,
};

/// `/help`.
#[component]
pub fn HelpPage() -> impl IntoView {
    let viewer = use_viewer();
    let lang = viewer.lang;
    let answers = [
        (texts::q_charged(lang), texts::a_charged(lang)),
        (texts::q_seat(lang), texts::a_seat(lang)),
        (texts::q_code(lang), texts::a_code(lang)),
        (texts::q_join(lang), texts::a_join(lang)),
        (texts::q_refund(lang), texts::a_refund(lang)),
        (texts::q_time(lang), texts::a_time(lang)),
        (texts::q_data(lang), texts::a_data(lang)),
    ];
    let answers =
        answers.into_iter().map(|(question, answer)| view! { <section><h2>{question}</h2><p>{answer}</p></section> }).collect_view();
    view! {
        <Page title=texts::title(lang)>
            <PageHeading text=texts::title(lang) lead=texts::lead(lang)/>
            <div class="answers">{answers}</div>
            <section class="card answers__contact">
                <h2>{texts::contact_title(lang)}</h2>
                {match viewer.site.support_email {
                    Some(email) => view! {
                        <p>{texts::contact_text(lang)} " " <a href=format!("mailto:{email}") rel="external">{email.clone()}</a></p>
                    }
                    .into_any(),
                    None => view! { <p>{texts::contact_ask(lang)}</p> }.into_any(),
                }}
            </section>
        </Page>
    }
}
