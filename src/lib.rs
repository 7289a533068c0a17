//! Lectern sells seats in live training and charges hosts for running it.
//!
//! Dependencies point one way: `app → api → server`; all may use `domain` and `texts`, which know nobody.

pub mod api;
pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
pub mod texts;

/// Takes over the page the server rendered. Called by the script that the server puts at the end of the head.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    // Tells tests in a browser that the page reacts from here on. In the next frame, when the first effects have run.
    leptos::prelude::request_animation_frame(|| {
        if let Some(root) = leptos::prelude::document().document_element() {
            let _marked = root.set_attribute("data-hydrated", "");
        }
    });
}
