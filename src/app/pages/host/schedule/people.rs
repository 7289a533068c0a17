//! Who: seats, registration, listing; and how many connect, which is what running it costs.

use leptos::{html, prelude::*};

use super::draft::Draft;
use crate::{
    api::host::ScheduleSheet,
    app::{
        components::{Choice, Field, FieldError, Need, Section, Select, Size, field_id},
        form_state::use_form_state,
        pages::host::words,
        viewer::use_lang,
    },
    domain::{estimate::Audio, session::Listing, text::Lang},
    texts::host as texts,
};

/// Seats, registration, who finds it.
#[component]
pub(super) fn Who(sheet: ScheduleSheet, draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let options = Listing::ALL.iter().map(|listing| Choice::new(listing.code(), words::listing(lang, *listing))).collect::<Vec<_>>();
    view! {
        <Section title=texts::section_who(lang)>
            <Field
                name="capacity" label=texts::capacity(lang) hint=seats_hint(lang, &sheet) inputmode="numeric" size=Size::Short maxlength=6
                bind=draft.capacity check=draft.check("capacity")
            />
            <Registration draft=draft/>
            <Select
                name="listing" label=texts::listing(lang) options=options value=draft.listing.get_untracked() size=Size::Medium bind=draft.listing
            />
        </Section>
    }
}

fn seats_hint(lang: Lang, sheet: &ScheduleSheet) -> String {
    let hint = texts::capacity_hint(lang, &words::count(lang, sheet.limits.capacity_max));
    match sheet.limits.seats_taken {
        0 => hint,
        taken => format!("{hint} {}", texts::taken_hint(lang, &words::count(lang, taken))),
    }
}

/// The box that a fee ticks and locks. Locked it stays enabled, so that it is sent; it just cannot be unticked.
#[component]
fn Registration(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let id = field_id("require_registration");
    let node = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(use_form_state().error("require_registration").cloned());
    let locked = Memo::new(move |_| draft.is_fee_asked());
    // What was chosen before a fee locked it comes back when the fee goes.
    let chosen = StoredValue::new(draft.registers.get_untracked());
    Effect::new(move |_| {
        let Some(input) = node.get() else { return };
        let ticked = if locked.get() { true } else { chosen.get_value() };
        if locked.get() {
            problem.set(None);
        }
        input.set_checked(ticked);
        draft.registers.set(ticked);
    });
    let change = move |event| {
        if locked.get_untracked() {
            return;
        }
        let ticked = event_target_checked(&event);
        chosen.set_value(ticked);
        draft.registers.set(ticked);
    };
    let hold = move |event: leptos::ev::MouseEvent| {
        if locked.get_untracked() {
            event.prevent_default();
        }
    };
    let words = move || if locked.get() { texts::registration_locked(lang) } else { texts::require_registration_hint(lang) };
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <FieldError id=id.clone() problem=problem/>
            <div class="choice">
                <input
                    node_ref=node type="checkbox" id=id.clone() name="require_registration" value="1" checked=draft.registers.get_untracked()
                    aria-disabled=move || locked.get().then_some("true") aria-describedby=hint_id.clone() on:change=change on:click=hold
                />
                <label for=id>{texts::require_registration(lang)}</label>
                <p class="choice__hint" id=hint_id aria-live="polite">{words}</p>
            </div>
        </div>
    }
}

/// Audio, and how many connect.
#[component]
pub(super) fn Audience(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let options = Audio::ALL.iter().map(|audio| Choice::new(audio.code(), words::audio(lang, *audio))).collect::<Vec<_>>();
    // Disabled only once scripts can enable it again.
    let hydrated = RwSignal::new(false);
    Effect::new(move |_| hydrated.set(true));
    let off = Memo::new(move |_| hydrated.get() && draft.is_silent());
    view! {
        <Section title=texts::section_audio(lang)>
            <Select name="audio" label=texts::audio(lang) options=options value=draft.audio.get_untracked() size=Size::Medium bind=draft.audio/>
            <div class="columns">
                <Field
                    name="expected_computers" label=texts::expected_computers(lang) hint=texts::expected_computers_hint(lang) inputmode="numeric"
                    size=Size::Short maxlength=6 need=Need::Optional bind=draft.expected_computers check=draft.check("expected_computers")
                />
                <fieldset class="plain-group stack stack--tight" disabled=move || off.get()>
                    <Field
                        name="expected_teleconference" label=texts::expected_teleconference(lang) hint=texts::expected_teleconference_hint(lang)
                        inputmode="numeric" size=Size::Short maxlength=6 need=Need::Optional bind=draft.expected_teleconference
                        check=draft.check("expected_teleconference")
                    />
                    <p class="tiny quiet" hidden=move || !off.get()>{texts::teleconference_off(lang)}</p>
                </fieldset>
            </div>
        </Section>
    }
}
