//! Something to know, with icon and words, never colour alone.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::{
    app::{form_state::use_form_state, viewer::use_lang},
    domain::form::Refusal,
    texts::{
        common,
        problems::{decline_title, say_decline, say_refusal},
    },
};

/// What kind of news it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Good,
    /// Mind this.
    Warn,
    /// It did not work.
    Bad,
    /// Neither good nor bad.
    #[default]
    Info,
}

impl Tone {
    pub(super) const fn glyph(self) -> Glyph {
        match self {
            Self::Good => Glyph::Good,
            Self::Warn => Glyph::Alert,
            Self::Bad => Glyph::Bad,
            Self::Info => Glyph::Info,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
        }
    }
}

/// A framed message. `alert=true` is read out at once when it appears.
#[component]
pub fn Notice(
    /// Good, warn, bad or info.
    #[prop(optional)]
    tone: Tone,
    /// The news in a few words.
    #[prop(optional, into)]
    title: String,
    /// Whether it interrupts a screen reader.
    #[prop(optional)]
    alert: bool,
    /// What it means and what to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let lang = use_lang();
    let spoken = match tone {
        Tone::Good => common::status_good(lang),
        Tone::Warn => common::status_warn(lang),
        Tone::Bad => common::status_bad(lang),
        Tone::Info => common::status_info(lang),
    };
    view! {
        <div class=format!("notice notice--{}", tone.name()) role=alert.then_some("alert")>
            <Icon icon=tone.glyph()/>
            <div class="notice__body">
                <span class="visually-hidden">{spoken} ": "</span>
                {(!title.is_empty()).then(|| view! { <p class="notice__title">{title}</p> })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}

/// What a rule said about the posted form; nothing when it said nothing.
#[component]
pub fn RefusalNotice() -> impl IntoView {
    let lang = use_lang();
    use_form_state().refusal.map(|refusal| {
        let (title, advice) = match refusal {
            Refusal::Declined(class) => (decline_title(lang).to_owned(), say_decline(lang, class)),
            other => (say_refusal(lang, &other), ""),
        };
        let advice = (!advice.is_empty()).then(|| view! { <p>{advice}</p> });
        view! { <Notice tone=Tone::Bad title=title alert=true>{advice}</Notice> }
    })
}
