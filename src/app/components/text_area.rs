//! Several lines of input.

use leptos::{html, prelude::*};

use super::field::{FieldLabel, described_by, problem_signal};
use super::{FieldError, Need, field_id};
use crate::app::form_state::use_form_state;

/// A `<textarea>` with label, hint and error.
#[component]
pub fn TextArea(
    /// The form's name for it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// A rule worth knowing before typing.
    #[prop(optional, into)]
    hint: String,
    /// What it holds when nothing was posted.
    #[prop(optional, into)]
    value: String,
    /// Most characters.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Whether it may stay empty.
    #[prop(optional)]
    need: Need,
    /// Mirrors the value.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = field_id(&name);
    let value = use_form_state().value_or(&name, || value);
    let problem = problem_signal(&name, None);
    let has_hint = !hint.is_empty();
    let hint_id = format!("{id}-hint");
    let node = NodeRef::<html::Textarea>::new();
    if let Some(bind) = bind {
        bind.set(value.clone());
        Effect::new(move |_| {
            if let Some(area) = node.get() {
                bind.set(area.value());
            }
        });
    }
    let input = move |event| {
        problem.set(None);
        if let Some(bind) = bind {
            bind.set(event_target_value(&event));
        }
    };
    view! {
        <div class="field">
            <FieldLabel id=id.clone() label=label need=need/>
            {has_hint.then(|| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            <FieldError id=id.clone() problem=problem/>
            <textarea
                node_ref=node id=id.clone() name=name class="control" rows="5" maxlength=maxlength required=need == Need::Required
                aria-invalid=move || problem.read().is_some().then_some("true")
                aria-describedby=described_by(&id, has_hint, problem) on:input=input inner_html=escaped(&value)
            ></textarea>
        </div>
    }
}

/// The text as markup. Not a child: an empty child is rendered as one space, which would be typed text here.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
