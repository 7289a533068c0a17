//! One line of input with its label, hint and error, bound for assistive technology.

use std::time::Duration;

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast as _, web_sys};

use super::{Glyph, Icon};
use crate::{
    app::{form_state::use_form_state, viewer::use_lang},
    domain::form::Problem,
    texts::{common, problems::say_problem},
};

/// Whether a field must be filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// It must.
    #[default]
    Required,
    /// It may stay empty, and says so.
    Optional,
}

/// How wide the input is: as wide as what it is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// The whole column.
    #[default]
    Full,
    /// About 18rem.
    Medium,
    /// About 9rem: numbers, codes.
    Short,
}

impl Size {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Full => "control",
            Self::Medium => "control control--medium",
            Self::Short => "control control--short",
        }
    }
}

/// About how long a button is held down.
const PRESS_TIME: Duration = Duration::from_millis(250);

/// The id of the input called `name`.
pub fn field_id(name: &str) -> String {
    format!("f-{name}")
}

/// What a field shows as wrong: the given signal, or one made from what the post left.
pub(super) fn problem_signal(name: &str, given: Option<RwSignal<Option<Problem>>>) -> RwSignal<Option<Problem>> {
    let posted = use_form_state().error(name).cloned();
    match given {
        Some(signal) => {
            if posted.is_some() {
                signal.set(posted);
            }
            signal
        }
        None => RwSignal::new(posted),
    }
}

/// `aria-describedby` of an input: its hint and, while there is one, its error.
pub(super) fn described_by(
    id: &str,
    hint: bool,
    problem: RwSignal<Option<Problem>>,
) -> impl Fn() -> Option<String> + Clone + Send + Sync + use<> {
    let (hint_id, error_id) = (hint.then(|| format!("{id}-hint")), format!("{id}-error"));
    move || match (&hint_id, problem.read().is_some()) {
        (Some(hint), true) => Some(format!("{hint} {error_id}")),
        (Some(hint), false) => Some(hint.clone()),
        (None, true) => Some(error_id.clone()),
        (None, false) => None,
    }
}

/// The words of a field's problem, above its input.
#[component]
pub fn FieldError(
    /// The input's id.
    #[prop(into)]
    id: String,
    /// What is wrong.
    problem: RwSignal<Option<Problem>>,
) -> impl IntoView {
    let lang = use_lang();
    let id = format!("{id}-error");
    view! {
        <p class="field__error" id=id hidden=move || problem.read().is_none()>
            <Icon icon=Glyph::Alert/>
            <span>{move || problem.read().as_ref().map(|p| say_problem(lang, p)).unwrap_or_default()}</span>
        </p>
    }
}

/// Label, and "(optional)" where it applies.
#[component]
pub(super) fn FieldLabel(id: String, label: String, need: Need) -> impl IntoView {
    let lang = use_lang();
    view! {
        <label class="field__label" for=id>
            {label}
            {(need == Need::Optional).then(|| view! { " " <span class="field__optional">{common::optional(lang)}</span> })}
        </label>
    }
}

/// An `<input>` with label, hint and error; see the module list for how values and errors reach it.
#[component]
pub fn Field(
    /// The form's name for it; the id is `f-{name}`.
    #[prop(into)]
    name: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// A rule worth knowing before typing.
    #[prop(optional, into)]
    hint: String,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What it holds when nothing was posted.
    #[prop(optional, into)]
    value: String,
    /// The autofill token (WCAG 1.3.5).
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Which keyboard to show.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Most characters.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// What the browser lets pass, in forms it checks itself ([`super::Checks::Browser`]).
    #[prop(optional)]
    pattern: Option<&'static str>,
    /// Whether it may stay empty.
    #[prop(optional)]
    need: Need,
    /// How wide.
    #[prop(optional)]
    size: Size,
    /// The id of a `<datalist>` with what to choose from.
    #[prop(optional)]
    list: Option<&'static str>,
    /// A word attached before the input.
    #[prop(optional, into)]
    before: String,
    /// A word attached after the input: a currency, a unit.
    #[prop(optional, into)]
    after: String,
    /// Mirrors the value.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// Holds what is wrong, for who wants to set it.
    #[prop(optional)]
    problem: Option<RwSignal<Option<Problem>>>,
    /// Checks on leaving the field and, while wrong, on typing.
    #[prop(optional)]
    check: Option<Callback<String, Option<Problem>>>,
    /// Rewrites digits while typing (card groups); the caret stays after the same digit.
    #[prop(optional)]
    shape: Option<fn(&str) -> String>,
) -> impl IntoView {
    let id = field_id(&name);
    let posted = use_form_state();
    let value = posted.value_or(&name, || bind.map_or(value, |bind| bind.get_untracked()));
    let problem = problem_signal(&name, problem);
    let node = NodeRef::<html::Input>::new();
    if let Some(bind) = bind {
        mirror(node, bind, value.clone());
    }
    let length = StoredValue::new(value.len());
    let input = move |event: ev::Event| {
        if let (Some(shape), Some(input)) = (shape, node.get_untracked()) {
            reshape(&input, shape, length);
        }
        let text = node.get_untracked().map_or_else(|| event_target_value(&event), |input| input.value());
        if let Some(bind) = bind {
            bind.set(text.clone());
        }
        if problem.read_untracked().is_some() {
            problem.set(check.and_then(|check| check.run(text)));
        }
    };
    let leave = move |event: ev::FocusEvent| {
        let text = event_target_value(&event);
        // Leaving an untouched field is not a mistake yet; sending it is.
        let Some(check) = check.filter(|_| !text.trim().is_empty()) else { return };
        let tell = move || {
            problem.try_set(check.run(text));
        };
        // Words that appear now would move the button from under the pointer that is pressing it, and the press would be lost.
        // Some browsers do not focus a pressed button, so without a target the words wait for the press to end.
        match event.related_target().map(|target| target.unchecked_into::<web_sys::Element>().tag_name()) {
            Some(tag) if tag == "BUTTON" => {}
            Some(_) => tell(),
            None => set_timeout(tell, PRESS_TIME),
        }
    };
    let has_hint = !hint.is_empty();
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <FieldLabel id=id.clone() label=label need=need/>
            {has_hint.then(|| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
            <FieldError id=id.clone() problem=problem/>
            <div class="field__row">
                {(!before.is_empty()).then(|| view! { <span class="field__affix field__affix--before">{before}</span> })}
                <input
                    node_ref=node id=id.clone() name=name type=kind class=size.class() value=value autocomplete=autocomplete list=list
                    inputmode=inputmode maxlength=maxlength pattern=pattern required=need == Need::Required
                    aria-invalid=move || problem.read().is_some().then_some("true")
                    aria-describedby=described_by(&id, has_hint, problem)
                    on:input=input on:blur=leave
                />
                {(!after.is_empty()).then(|| view! { <span class="field__affix field__affix--after">{after}</span> })}
            </div>
        </div>
    }
}

/// Keeps signal and input alike: first the signal learns what was typed before hydration, then either follows the other.
fn mirror(node: NodeRef<html::Input>, bind: RwSignal<String>, initial: String) {
    if bind.get_untracked() != initial {
        bind.set(initial);
    }
    Effect::new(move |before: Option<bool>| {
        let Some(input) = node.get() else { return false };
        let wanted = bind.get();
        if input.value() != wanted {
            if before == Some(true) { input.set_value(&wanted) } else { bind.set(input.value()) }
        }
        true
    });
}

/// Puts the digits into groups and the caret back after the digit it stood after. Deleting drops a separator left at the end.
fn reshape(input: &leptos::web_sys::HtmlInputElement, shape: fn(&str) -> String, length: StoredValue<usize>) {
    let raw = input.value();
    let caret = input.selection_start().ok().flatten().map_or(raw.len(), |at| at as usize);
    let digits_before = raw.chars().take(caret).filter(char::is_ascii_digit).count();
    let at_end = caret >= raw.chars().count();
    let deleting = raw.len() < length.get_value();
    let shaped = if deleting { shape(raw.trim_end_matches(|c: char| !c.is_ascii_digit())) } else { shape(&raw) };
    length.set_value(shaped.len());
    if shaped == raw {
        return;
    }
    input.set_value(&shaped);
    let caret = if at_end {
        shaped.chars().count()
    } else {
        shaped.char_indices().filter(|(_, c)| c.is_ascii_digit()).nth(digits_before.wrapping_sub(1)).map_or(0, |(at, _)| at + 1)
    };
    let caret = u32::try_from(caret).unwrap_or(0);
    let _moved = input.set_selection_range(caret, caret);
}
