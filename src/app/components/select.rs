//! A list to choose one of.

use leptos::{html, prelude::*};

use super::field::{FieldLabel, described_by, problem_signal};
use super::{Choice, FieldError, Need, Size, field_id};
use crate::app::form_state::use_form_state;

/// A `<select>` with label, hint and error.
#[component]
pub fn Select(
    /// The form's name for it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// The options, in order; give an empty value first for "please choose".
    options: Vec<Choice>,
    /// A rule worth knowing.
    #[prop(optional, into)]
    hint: String,
    /// The value chosen when nothing was posted.
    #[prop(optional, into)]
    value: String,
    /// The autofill token.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Whether it may stay unchosen.
    #[prop(optional)]
    need: Need,
    /// How wide.
    #[prop(optional)]
    size: Size,
    /// Mirrors the chosen value.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = field_id(&name);
    let value = use_form_state().value_or(&name, || value);
    let problem = problem_signal(&name, None);
    let has_hint = !hint.is_empty();
    let hint_id = format!("{id}-hint");
    let node = NodeRef::<html::Select>::new();
    if let Some(bind) = bind {
        bind.set(value.clone());
        Effect::new(move |_| {
            if let Some(select) = node.get() {
                bind.set(select.value());
            }
        });
    }
    let change = move |event| {
        problem.set(None);
        if let Some(bind) = bind {
            bind.set(event_target_value(&event));
        }
    };
    let options = options
        .into_iter()
        .map(|option| {
            let chosen = option.value == value;
            view! { <option value=option.value selected=chosen>{option.label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <FieldLabel id=id.clone() label=label need=need/>
            {has_hint.then(|| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            <FieldError id=id.clone() problem=problem/>
            <select
                node_ref=node id=id.clone() name=name class=size.class() autocomplete=autocomplete required=need == Need::Required
                aria-invalid=move || problem.read().is_some().then_some("true")
                aria-describedby=described_by(&id, has_hint, problem) on:change=change
            >
                {options}
            </select>
        </div>
    }
}
