//! Tells the server which HTTP status a page answers with. In the browser there is none to tell.

/// Sets the status of the page being rendered.
#[cfg(feature = "ssr")]
pub fn set_status(status: u16) {
    use leptos::prelude::use_context;
    if let (Some(response), Ok(status)) = (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Sets the status of the page being rendered.
#[cfg(not(feature = "ssr"))]
pub fn set_status(_status: u16) {}

/// Sends a visitor without a login to the sign-in page, before anything is rendered. The browser's half shows a link instead.
#[cfg(feature = "ssr")]
pub fn redirect(path: &str) {
    leptos_axum::redirect(path);
}

/// Sends a visitor without a login to the sign-in page, before anything is rendered. The browser's half shows a link instead.
#[cfg(not(feature = "ssr"))]
pub fn redirect(_path: &str) {}
