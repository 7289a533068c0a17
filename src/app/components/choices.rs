//! Check boxes and radio buttons.

use leptos::{html, prelude::*};

use super::field::{described_by, problem_signal};
use super::{FieldError, field_id};
use crate::app::form_state::use_form_state;

/// One option of a [`RadioGroup`] or a [`super::Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A remark below the label (radio buttons only).
    pub hint: String,
}

impl Choice {
    /// An option without a remark.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// With a remark.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }
}

/// A box to tick; sends `name=1` when ticked.
#[component]
pub fn Checkbox(
    /// The form's name for it.
    #[prop(into)]
    name: String,
    /// What ticking it says. For a label with links use children instead.
    #[prop(optional, into)]
    label: String,
    /// A remark.
    #[prop(optional, into)]
    hint: String,
    /// Ticked when nothing was posted.
    #[prop(optional)]
    checked: bool,
    /// Mirrors the state.
    #[prop(optional)]
    bind: Option<RwSignal<bool>>,
    /// A label with more than text.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let id = field_id(&name);
    let posted = use_form_state();
    let checked = if posted.was_posted() { posted.values.contains_key(&name) } else { checked };
    let problem = problem_signal(&name, None);
    let has_hint = !hint.is_empty();
    let hint_id = format!("{id}-hint");
    let node = NodeRef::<html::Input>::new();
    if let Some(bind) = bind {
        bind.set(checked);
        Effect::new(move |_| {
            if let Some(input) = node.get() {
                bind.set(input.checked());
            }
        });
    }
    let change = move |event| {
        problem.set(None);
        if let Some(bind) = bind {
            bind.set(event_target_checked(&event));
        }
    };
    view! {
        <div class="field">
            <FieldError id=id.clone() problem=problem/>
            <div class="choice">
                <input
                    node_ref=node type="checkbox" id=id.clone() name=name value="1" checked=checked
                    aria-invalid=move || problem.read().is_some().then_some("true")
                    aria-describedby=described_by(&id, has_hint, problem) on:change=change
                />
                <label for=id>{label}{children.map(|children| children())}</label>
                {has_hint.then(|| view! { <p class="choice__hint" id=hint_id>{hint}</p> })}
            </div>
        </div>
    }
}

/// Radio buttons under a legend.
#[component]
pub fn RadioGroup(
    /// The form's name for it.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    legend: String,
    /// The options.
    options: Vec<Choice>,
    /// The value chosen when nothing was posted.
    #[prop(optional, into)]
    value: String,
    /// `choices`, `choices choices--row` or `tiles`.
    #[prop(default = "choices")]
    class: &'static str,
    /// Mirrors the chosen value.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let value = use_form_state().value_or(&name, || value);
    let problem = problem_signal(&name, None);
    let id = field_id(&name);
    if let Some(bind) = bind {
        bind.set(value.clone());
    }
    let item_class = if class == "tiles" { "choice tile" } else { "choice" };
    let items = options
        .into_iter()
        .enumerate()
        .map(|(i, option)| {
            // The first carries the plain id, so that the error summary's link finds the group.
            let id = if i == 0 { id.clone() } else { format!("{id}-{}", option.value) };
            let (node, chosen) = (NodeRef::<html::Input>::new(), option.value.clone());
            let choose = move || {
                problem.set(None);
                if let Some(bind) = bind {
                    bind.set(chosen.clone());
                }
            };
            let resume = choose.clone();
            Effect::new(move |_| {
                if bind.is_some() && node.get().is_some_and(|input| input.checked()) {
                    resume();
                }
            });
            view! {
                <div class=item_class>
                    <input
                        node_ref=node type="radio" id=id.clone() name=name.clone() checked=option.value == value value=option.value
                        on:change=move |_| choose()
                    />
                    <label for=id>{option.label}</label>
                    {(!option.hint.is_empty()).then(|| view! { <p class="choice__hint">{option.hint}</p> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-describedby=described_by(&id, false, problem)>
            <legend class="choices__legend">{legend}</legend>
            <FieldError id=id.clone() problem=problem/>
            <div class=class>{items}</div>
        </fieldset>
    }
}
