//! What every response says to browsers (ASVS 5.0 chapter 3.4, read 2026-11): errors, redirects and files included.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

use crate::server::{config::Config, state::App};

/// Processors' pages that a payment form may lead to: Chromium holds `form-action` against redirects after a post, too.
const PROCESSORS: [&str; 4] =
    ["https://www.paypal.com", "https://www.sandbox.paypal.com", "https://checkout.stripe.com", "https://hooks.stripe.com"];

const FIXED: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
        ),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// The content security policy. Scripts run from our own files and, in a rendered page, where they carry that response's nonce.
pub fn policy(config: &Config, nonce: Option<&str>) -> HeaderValue {
    let simulators = config.sandbox_url().unwrap_or_default();
    posting_to(&format!("{} {simulators}", PROCESSORS.join(" ")), nonce)
}

/// The policy of a page whose forms lead to us and to these origins.
fn posting_to(origins: &str, nonce: Option<&str>) -> HeaderValue {
    let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    let text = format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self' {origins}; base-uri 'none'; object-src 'none'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// Called while a page is rendered: puts the nonce that Leptos made for it into the response's policy.
pub fn admit_page_scripts(app: &App) {
    if let Some(response) = use_context::<ResponseOptions>() {
        let nonce = use_nonce();
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy(&app.config, nonce.as_deref()));
    }
}

/// Widens the policy of the page being rendered for a form that leads to a gateway, and to nobody else.
pub struct CardFormPolicy {
    response: Option<ResponseOptions>,
    nonce: Option<String>,
}

impl CardFormPolicy {
    /// Of the page being rendered here; before anything is awaited.
    pub fn here() -> Self {
        Self { response: use_context::<ResponseOptions>(), nonce: use_nonce().map(|nonce| nonce.to_string()) }
    }

    /// Lets its form be posted to the origin of `action`.
    pub fn admit(self, action: &str) {
        let origin = reqwest::Url::parse(action).map(|url| url.origin().ascii_serialization());
        if let (Some(response), Ok(origin)) = (self.response, origin) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, posting_to(&origin, self.nonce.as_deref()));
        }
    }
}

/// The outermost middleware.
pub async fn secure(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_public = is_public(request.uri().path()) && !may_be_personal(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy(&app.config, None));
    }
    if app.config.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        // `no-store` also keeps a page out of the back button after sign-out.
        let rule = if is_public { "private, no-cache" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(rule));
        headers.append(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    }
    response
}

/// The pages that are the same for everybody: catalogue, session, help.
fn is_public(path: &str) -> bool {
    path == "/" || path == "/help" || path.strip_prefix("/s/").is_some_and(|slug| !slug.is_empty() && !slug.contains('/'))
}

fn may_be_personal(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
        || headers.get_all(header::COOKIE).iter().any(|value| value.to_str().is_ok_and(|text| text.contains("lectern=")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_that_are_the_same_for_all_may_be_kept() {
        for (path, expected) in [
            ("/", true),
            ("/s/negotiation-skills", true),
            ("/s/x/register", false),
            ("/s/", false),
            ("/checkout/abc", false),
            ("/order/a", false),
            ("/admin", false),
        ] {
            assert_eq!(is_public(path), expected, "{path}");
        }
    }

    #[test]
    fn a_login_makes_any_page_personal() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("lang=ro"));
        assert!(!may_be_personal(&headers));
        for cookie in ["lang=ro; __Host-lectern=abc", "lectern=abc"] {
            headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
            assert!(may_be_personal(&headers), "{cookie}");
        }
    }
}
