//! What may come in at all: posts from our own pages, programs with a token, server functions by POST.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tower_http::csrf::{ConfigError, CsrfLayer};

use super::caller;
use crate::server::config::Config;

/// Refuses posts from other sites' pages by what browsers say about them (`Sec-Fetch-Site`, else `Origin` against the host).
/// Who says neither is no browser, and carries no cookie that could be misused: scripts and load generators pass. Notices of
/// processors are signed, and pass.
///
/// # Errors
/// When the base URL is no origin.
pub fn csrf(config: &Config) -> Result<CsrfLayer, ConfigError> {
    let layer = CsrfLayer::new().add_trusted_origin(&config.base_url)?;
    Ok(layer.with_insecure_bypass(|_, uri| uri.path().starts_with("/notify/")))
}

/// A program with a bearer token asks in its own name: no page can make a browser send that header to us. Its cookies are left
/// aside, and where it runs does not matter.
pub async fn programs(mut request: Request, next: Next) -> Response {
    if caller::bearer(request.headers()).is_some() {
        for name in [header::COOKIE, header::ORIGIN, HeaderName::from_static("sec-fetch-site")] {
            request.headers_mut().remove(name);
        }
    }
    next.run(request).await
}

/// Server functions answer POST only: a GET would be sent with cookies from any link on any site.
pub async fn server_functions(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_server_function = path.starts_with("/api/") && !path.starts_with("/api/v1/");
    if is_server_function && request.method() != Method::POST {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, HeaderValue::from_static("POST"))]).into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_server_function_is_a_post() {
        for (path, method) in leptos::server_fn::axum::server_fn_paths() {
            assert_eq!(method, axum::http::Method::POST, "{path}");
            assert!(path.starts_with("/api/") && !path.starts_with("/api/v1/"), "{path}");
        }
    }
}
