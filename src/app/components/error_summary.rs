//! Everything wrong with a form, at its top, with the focus and links to the fields (GOV.UK, *Error summary*).

use leptos::{html, prelude::*};

use super::field_id;
use crate::{
    app::{form_state::use_form_state, viewer::use_lang},
    texts::{common, problems::say_problem},
};

/// Labels of fields by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(Vec<(String, String)>);

impl<N: Into<String>, L: Into<String>> From<Vec<(N, L)>> for Labels {
    fn from(labels: Vec<(N, L)>) -> Self {
        Self(labels.into_iter().map(|(name, label)| (name.into(), label.into())).collect())
    }
}

/// Lists the problems of the posted form; nothing when there are none.
#[component]
pub fn ErrorSummary(
    /// The fields' labels by name, in the form's order.
    #[prop(optional, into)]
    labels: Labels,
) -> impl IntoView {
    let lang = use_lang();
    let errors = use_form_state().errors.0;
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(summary) = node.get() {
            let _focused = summary.focus();
        }
    });
    (!errors.is_empty()).then(|| {
        let items = errors
            .into_iter()
            .map(|error| {
                let label = labels.0.iter().find(|(name, _)| *name == error.field).map(|(_, label)| format!("{label}: "));
                let words = say_problem(lang, &error.problem);
                let href = format!("#{}", field_id(&error.field));
                view! { <li><a href=href rel="external">{label}{words}</a></li> }
            })
            .collect_view();
        // `autofocus` for who has no scripts; the effect for who has.
        view! {
            <div class="error-summary no-print" node_ref=node tabindex="-1" autofocus aria-labelledby="error-summary-title" role="group">
                <h2 id="error-summary-title">{common::problem_title(lang)}</h2>
                <ul class="error-summary__list">{items}</ul>
            </div>
        }
    })
}
