//! Pages below `/host`: what a host runs, plans, pays for and opens.

mod estimate;
mod invoice;
mod pay;
mod room;
mod schedule;
mod sessions;
mod start;
mod words;

pub use estimate::EstimatePage;
pub use pay::PayPage;
pub use room::{Attendees, RoomPage, keep_looking};
pub use schedule::{EditSessionPage, NewSessionPage};
pub use sessions::SessionsPage;
pub use start::StartPage;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::error::ApiError,
    app::{
        components::{Glyph, RailLayout, RailLink},
        routes,
        viewer::use_lang,
    },
    domain::ids::SessionId,
    texts::host as texts,
};

/// The rail beside every host page.
#[component]
fn HostArea(
    /// The page.
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let links = vec![
        RailLink { href: routes::HOST.to_owned(), label: texts::title(lang).to_owned(), icon: Glyph::List },
        RailLink { href: routes::HOST_NEW.to_owned(), label: texts::new_session(lang).to_owned(), icon: Glyph::Plus },
    ];
    view! { <RailLayout label=texts::area(lang) links=links>{children()}</RailLayout> }
}

/// The session named in the address; none at an address that no session can have.
fn session_in_path() -> Memo<Option<SessionId>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("id").and_then(|id| id.parse().ok()))
}

/// That session, or what a page without one answers.
fn found(id: Option<SessionId>) -> Result<SessionId, ApiError> {
    id.ok_or(ApiError::NotFound)
}

/// Which button of the schedule page led here, kept in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aim {
    /// *Start session*.
    Start,
    /// *Schedule*.
    Schedule,
    /// Neither is known: both are offered.
    Either,
}

fn aim_in_query() -> Memo<Aim> {
    let query = use_query_map();
    Memo::new(move |_| match query.read().get("action").as_deref() {
        Some("start") => Aim::Start,
        Some("schedule") => Aim::Schedule,
        Some(_) | None => Aim::Either,
    })
}
