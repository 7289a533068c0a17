//! Small labels that say where something stands.

use leptos::prelude::*;

use super::{Icon, Tone};
use crate::{app::viewer::use_lang, domain::session::SessionStatus, texts::common};

/// A label with icon and words.
#[component]
pub fn Chip(
    /// Good, warn, bad or info.
    #[prop(optional)]
    tone: Tone,
    /// What it says.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <span class=format!("chip chip--{}", tone.name())><Icon icon=tone.glyph()/> {label}</span> }
}

/// Where a session stands.
#[component]
pub fn StatusChip(
    /// The session's state.
    status: SessionStatus,
) -> impl IntoView {
    let lang = use_lang();
    let (tone, label) = match status {
        SessionStatus::Draft => (Tone::Info, common::session_draft(lang)),
        SessionStatus::Scheduled => (Tone::Info, common::session_scheduled(lang)),
        SessionStatus::Live => (Tone::Good, common::session_live(lang)),
        SessionStatus::Ended => (Tone::Info, common::session_ended(lang)),
        SessionStatus::Cancelled => (Tone::Bad, common::session_cancelled(lang)),
    };
    view! { <Chip tone=tone label=label/> }
}
