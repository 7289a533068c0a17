//! When: date, start, zone, length. The zone's rules are the server's; the browser only knows the names.

use leptos::prelude::*;

use super::draft::Draft;
use crate::{
    api::host::{ScheduleSheet, ZoneChoice},
    app::{
        components::{Field, LocalTime, Section, Size, browser_zone},
        viewer::use_lang,
    },
    domain::form::Problem,
    texts::host as texts,
};

/// Date and start, zone, length.
#[component]
pub(super) fn When(sheet: ScheduleSheet, draft: Draft) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Section title=texts::section_when(lang)>
            <div class="columns">
                <Field
                    name="starts_at" label=texts::starts_at(lang) kind="datetime-local" size=Size::Medium bind=draft.starts_at
                    check=draft.check("starts_at")
                />
                <Field
                    name="duration_minutes" label=texts::duration_minutes(lang) inputmode="numeric" size=Size::Short maxlength=5
                    after=texts::minutes_unit(lang) bind=draft.duration_minutes check=draft.check("duration_minutes")
                />
            </div>
            <Zone zones=sheet.zones draft=draft/>
            {sheet.comes_twice.then(|| view! { <p class="small">{texts::comes_twice(lang)}</p> })}
            {sheet.when.map(|when| view! {
                <p class="small quiet">{texts::shown_as(lang, &when.host_line)} " " <LocalTime iso=when.starts_iso zone=when.zone/></p>
            })}
        </Section>
    }
}

/// The zone's name. Behind it every name with the year's offsets: typing a part of either finds it (ux.md U-82).
#[component]
fn Zone(zones: Vec<ZoneChoice>, draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let options = zones.iter().map(|zone| view! { <option value=zone.name.clone()>{label(zone)}</option> }).collect_view();
    let names = StoredValue::new(zones.into_iter().map(|zone| zone.name).collect::<Vec<_>>());
    let is_listed = move |name: &str| names.with_value(|names| names.iter().any(|listed| listed == name));
    let check = Callback::new(move |text: String| (!is_listed(text.trim())).then_some(Problem::UnknownZone));
    view! {
        <div class="stack stack--tight">
            <Field
                name="time_zone" label=texts::time_zone(lang) hint=texts::time_zone_hint(lang) size=Size::Medium maxlength=64 autocomplete="off"
                list="zones" bind=draft.time_zone check=check
            />
            <datalist id="zones">{options}</datalist>
            <HereZone names=names draft=draft/>
        </div>
    }
}

/// `Buenos Aires, UTC−3`: how people write the city, and the offsets.
fn label(zone: &ZoneChoice) -> String {
    let city = zone.name.rsplit('/').next().unwrap_or(&zone.name).replace('_', " ");
    format!("{city}, {}", zone.offsets)
}

/// Offers this device's zone when it is another one; never assumes it.
#[component]
fn HereZone(names: StoredValue<Vec<String>>, draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let here = RwSignal::new(None::<String>);
    Effect::new(move |_| here.set(browser_zone().filter(|here| names.with_value(|names| names.contains(here)))));
    let other = move || here.get().filter(|zone| *zone != *draft.time_zone.read());
    view! {
        {move || other().map(|zone| {
            let words = texts::use_zone(lang, &zone);
            view! { <p><button type="button" class="button button--link" on:click=move |_| draft.time_zone.set(zone.clone())>{words}</button></p> }
        })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_labelled_with_their_city() {
        let zone = ZoneChoice { name: "America/Argentina/Buenos_Aires".into(), offsets: "UTC\u{2212}3".into() };
        assert_eq!(label(&zone), "Buenos Aires, UTC\u{2212}3");
    }
}
