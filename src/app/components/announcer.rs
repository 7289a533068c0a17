//! One polite live region for all pages, and whether this page is the first of the visit.

use leptos::prelude::*;

/// What the live region says, and whether a page was shown before this one in this visit.
#[derive(Clone, Copy)]
struct Arrival {
    said: RwSignal<String>,
    navigated: StoredValue<bool>,
}

/// Makes [`announce`] and the headings' focus work. Called once, by the app's root.
pub fn provide_arrival() {
    provide_context(Arrival { said: RwSignal::new(String::new()), navigated: StoredValue::new(false) });
}

/// Has screen readers say `text` when they are done with what they are saying.
pub fn announce(text: impl Into<String>) {
    if let Some(arrival) = use_context::<Arrival>() {
        say(arrival.said, text.into());
    }
}

/// An announcer that can be called later, from events and timers.
pub fn announcer() -> impl Fn(String) + Copy + Send + Sync + 'static {
    let said = use_context::<Arrival>().map(|arrival| arrival.said);
    move |text| {
        if let Some(said) = said {
            say(said, text);
        }
    }
}

/// The same words twice are said twice: a no-break space at the end tells them apart.
fn say(said: RwSignal<String>, text: String) {
    said.update(|now| *now = if *now == text { format!("{text}\u{a0}") } else { text });
}

/// Whether this page was reached by a click inside the app; from the second call on, yes.
pub(super) fn arrived_by_navigation() -> bool {
    use_context::<Arrival>().is_some_and(|arrival| {
        let before = arrival.navigated.get_value();
        arrival.navigated.set_value(true);
        before
    })
}

/// The live region. Once per page, outside of what changes.
#[component]
pub fn Announcer() -> impl IntoView {
    let said = use_context::<Arrival>().map(|arrival| arrival.said);
    view! {
        <div class="visually-hidden" role="status" aria-live="polite" aria-atomic="true">
            {move || said.map(|said| said.get()).unwrap_or_default()}
        </div>
    }
}
