//! A plain POST form that is sent once.

use std::time::Duration;

use leptos::{context::Provider, ev, prelude::*};

/// Whether the form around is being sent, and how its buttons tell which of them was pressed.
#[derive(Clone, Copy)]
pub(super) struct FormBusy(pub RwSignal<bool>, pub Callback<RwSignal<bool>>);

/// After this long without an answer the form can be sent again (ux.md U-22).
const PATIENCE: Duration = Duration::from_secs(30);

/// Who says what is wrong with a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checks {
    /// We do, when it has been sent: scripts off and on say the same.
    #[default]
    Ours,
    /// The browser, before it is sent to somebody else.
    Browser,
}

/// `<form method="post">`, by default with `novalidate`: see [`Checks`]. Pressing twice sends once.
#[component]
pub fn PostForm(
    /// The path that takes the post.
    #[prop(into)]
    action: String,
    /// The form's class.
    #[prop(default = "stack")]
    class: &'static str,
    /// Runs before sending when hydrated; what it prevents is not sent.
    #[prop(optional)]
    before: Option<Callback<ev::SubmitEvent>>,
    /// Who says what is wrong.
    #[prop(optional)]
    checks: Checks,
    /// The fields and buttons.
    children: Children,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let last_pressed = StoredValue::new(None::<RwSignal<bool>>);
    let rest = move || {
        busy.try_set(false);
        if let Some(Some(button)) = last_pressed.try_get_value() {
            button.try_set(false);
        }
    };
    let state = FormBusy(busy, Callback::new(move |button| last_pressed.set_value(Some(button))));
    let submit = move |event: ev::SubmitEvent| {
        if busy.get_untracked() {
            event.prevent_default();
            return;
        }
        if let Some(before) = before {
            before.run(event.clone());
        }
        if event.default_prevented() {
            rest();
            return;
        }
        busy.set(true);
        set_timeout(rest, PATIENCE);
    };
    // Coming back by the back button shows the page as it was left: ready again.
    Effect::new(move |_| {
        let handle = window_event_listener_untyped("pageshow", move |_| rest());
        on_cleanup(move || handle.remove());
    });
    view! {
        <form method="post" action=action class=class novalidate=checks == Checks::Ours on:submit=submit>
            <Provider value=state>{children()}</Provider>
        </form>
    }
}
