//! The fields of a promo code, shared by the page for a new one and the page of one that exists.

use leptos::prelude::*;

use super::promo_preview::Typed;
use crate::{
    api::admin::{PromoDesk, SessionChoice},
    app::{
        components::{Checkbox, Choice, Disclosure, Field, Need, RadioGroup, Section, Size, TextArea},
        viewer::use_lang,
    },
    domain::{ids::SessionId, money::Currency},
    texts::admin as texts,
};

/// Percent or amount, and the lowest price.
#[component]
pub(super) fn ValueFields(currency: Currency, typed: Typed) -> impl IntoView {
    let lang = use_lang();
    let kinds = vec![Choice::new("percent", texts::promo_percent(lang)), Choice::new("fixed", texts::promo_fixed(lang))];
    view! {
        <Section title=texts::promo_value(lang)>
            <RadioGroup name="kind" legend=texts::col_takes_off(lang) options=kinds value=typed.kind.get_untracked() class="choices choices--row" bind=typed.kind/>
            <div class="columns">
                <Field name="percent" label=texts::promo_percent_field(lang) after="%" inputmode="decimal" size=Size::Short need=Need::Optional bind=typed.percent maxlength=6/>
                <Field name="amount" label=texts::promo_amount_field(lang) after=currency.code() inputmode="decimal" size=Size::Short need=Need::Optional
                    bind=typed.amount maxlength=20/>
            </div>
            <Field name="minimum" label=texts::promo_minimum(lang) after=currency.code() inputmode="decimal" size=Size::Short need=Need::Optional
                bind=typed.minimum maxlength=20/>
        </Section>
    }
}

/// First and last minute in the site's zone.
#[component]
pub(super) fn DateFields(
    zone: String,
    #[prop(optional, into)] starts_at: String,
    #[prop(optional, into)] ends_at: String,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Section title=texts::promo_when(lang) hint=texts::promo_when_hint(lang, &zone)>
            <div class="columns">
                <Field name="starts_at" label=texts::promo_starts(lang) kind="datetime-local" need=Need::Optional size=Size::Medium value=starts_at/>
                <Field name="ends_at" label=texts::promo_ends(lang) kind="datetime-local" need=Need::Optional size=Size::Medium value=ends_at/>
            </div>
        </Section>
    }
}

/// How often, in all and per person.
#[component]
pub(super) fn LimitFields(#[prop(optional, into)] uses_max: String, #[prop(optional, into)] per_person: String) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Section title=texts::promo_limits(lang) hint=texts::promo_limits_hint(lang)>
            <div class="columns">
                <Field name="uses_max" label=texts::promo_uses_max(lang) inputmode="numeric" need=Need::Optional size=Size::Short value=uses_max maxlength=7/>
                <Field name="uses_per_person_max" label=texts::promo_uses_each(lang) inputmode="numeric" need=Need::Optional size=Size::Short value=per_person maxlength=7/>
            </div>
        </Section>
    }
}

/// For which people and sessions.
#[component]
pub(super) fn AudienceFields(desk: PromoDesk) -> impl IntoView {
    let lang = use_lang();
    let boxes = desk.sessions.into_iter().map(|session| view! { <SessionBox session=session/> }).collect_view();
    view! {
        <Section title=texts::promo_for(lang) hint=texts::promo_for_hint(lang)>
            <TextArea name="people" label=texts::promo_people(lang) hint=texts::promo_people_hint(lang) need=Need::Optional maxlength=8000/>
            <Disclosure label=texts::promo_sessions(lang)><div class="stack stack--tight">{boxes}</div></Disclosure>
        </Section>
    }
}

#[component]
fn SessionBox(session: SessionChoice) -> impl IntoView {
    let hint = session.when;
    view! { <Checkbox name=format!("session_{}", session.id) label=session.topic hint=hint/> }
}

/// For whom and for what an existing code is, in words: that does not change.
#[component]
pub(super) fn AudienceFacts(people: Vec<String>, sessions: Vec<SessionId>, desk: PromoDesk) -> impl IntoView {
    let lang = use_lang();
    let people = if people.is_empty() { texts::promo_everyone(lang).to_owned() } else { people.join(", ") };
    let named: Vec<String> =
        desk.sessions.iter().filter(|choice| sessions.contains(&choice.id)).map(|choice| choice.topic.clone()).collect();
    let others = sessions.len().saturating_sub(named.len());
    let sessions = match (sessions.is_empty(), others) {
        (true, _) => texts::promo_all_sessions(lang).to_owned(),
        (false, 0) => named.join(", "),
        (false, others) => format!("{} + {others}", named.join(", ")),
    };
    view! {
        <dl class="facts">
            <div><dt>{texts::promo_people(lang)}</dt><dd>{people}</dd></div>
            <div><dt>{texts::promo_sessions(lang)}</dt><dd>{sessions}</dd></div>
        </dl>
    }
}
