//! Buttons that send forms, and links that look like buttons.

use leptos::prelude::*;

use super::form::FormBusy;
use crate::{app::viewer::use_lang, texts::common};

/// How loud a button is. One primary per page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing to do here.
    #[default]
    Primary,
    /// Something else that can be done.
    Quiet,
    /// Something that cannot be undone.
    Danger,
    /// A button in running text.
    Link,
    /// Primary, as wide as its column: the pay button.
    Wide,
    /// Quiet and small, for rows and toolbars.
    Small,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Quiet => "button",
            Self::Danger => "button button--danger",
            Self::Link => "button button--link",
            Self::Wide => "button button--primary button--wide",
            Self::Small => "button button--small",
        }
    }
}

/// Sends its [`super::PostForm`]. While the form is on its way it shows progress and stays focusable; a second press does nothing
/// (the form sees to that); after 30 seconds it is itself again.
#[component]
pub fn SubmitButton(
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// Sent as `name=value` when this button is the one pressed.
    #[prop(optional)]
    name: Option<&'static str>,
    /// See `name`.
    #[prop(optional, into)]
    value: Option<String>,
    /// What it does, in words.
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let pressed = RwSignal::new(false);
    let form_is_busy = use_context::<FormBusy>();
    let busy = move || form_is_busy.is_some_and(|form| form.0.get()) && pressed.get();
    let disabled = move || form_is_busy.is_some_and(|form| form.0.get()).then_some("true");
    let press = move |_| {
        if !form_is_busy.is_some_and(|form| form.0.get_untracked()) {
            pressed.set(true);
            form_is_busy.inspect(|form| form.1.run(pressed));
        }
    };
    view! {
        <button type="submit" class=look.class() name=name value=value aria-disabled=disabled on:click=press>
            <span class="button__ready" hidden=busy>{children()}</span>
            <span class="button__busy" hidden=move || !busy()>
                <span class="button__progress" aria-hidden="true"></span>
                {common::one_moment(lang)}
            </span>
        </button>
    }
}

/// A link that is the next step.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// `external` for what the router does not serve.
    #[prop(optional)]
    rel: Option<&'static str>,
    /// What it says.
    children: Children,
) -> impl IntoView {
    view! { <a class=look.class() href=href rel=rel>{children()}</a> }
}
