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
    use leptos::prelude::document;
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        let Some(body) = document().body() else { return };
        // Waits for the page's own part of the program, where it has one: see `app::lazy`.
        leptos::mount::hydrate_from_async(body, app::App).await.forget();
        // Tells tests in a browser that the page reacts from here on. In the next frame, when the first effects have run.
        leptos::prelude::request_animation_frame(|| {
            if let Some(root) = document().document_element() {
                let _marked = root.set_attribute("data-hydrated", "");
            }
        });
    });
}
