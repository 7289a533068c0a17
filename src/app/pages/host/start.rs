//! What a refused start shows. Its address is the post's, so server and browser must agree on the page by it alone.

use leptos::prelude::*;

use super::{EstimatePage, RoomPage};
use crate::{app::viewer::use_viewer, domain::feature::Feature};

/// `/host/sessions/{id}/start`: the estimate to pay where hosts pay for usage, the closed room elsewhere.
#[component]
pub fn StartPage() -> impl IntoView {
    if use_viewer().site.features.is_on(Feature::PayPerUse) {
        view! { <EstimatePage/> }.into_any()
    } else {
        view! { <RoomPage/> }.into_any()
    }
}
