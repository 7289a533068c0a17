//! The language of a request, and the switch that changes it without scripts.

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{next, rerender};
use crate::domain::text::Lang;
use crate::server::state::App;

const COOKIE: &str = "lang";
const YEAR_SECONDS: u32 = 365 * 86_400;

/// `GET /lang/{tag}?next=…`.
pub fn routes() -> Router<App> {
    Router::new().route("/lang/{tag}", get(choose))
}

/// What a request asks for: the language chosen before, else the first of `Accept-Language` that we speak.
pub fn preferred(headers: &HeaderMap) -> Option<Lang> {
    cookie(headers, COOKIE)
        .and_then(Lang::from_tag)
        .or_else(|| Lang::from_accept_language(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?))
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[derive(Deserialize)]
struct Then {
    next: Option<String>,
}

/// Remembers the choice for a year. A preference, not a change of state: a link may do it.
async fn choose(State(app): State<App>, Path(tag): Path<String>, Query(then): Query<Then>) -> Response {
    let mut response = rerender::redirect(then.next.as_deref().and_then(next::local_path).unwrap_or("/"));
    if let Some(lang) = Lang::from_tag(&tag) {
        let secure = if app.config.is_https() { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={}; Path=/; Max-Age={YEAR_SECONDS}; SameSite=Lax{secure}", lang.tag());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_wins_over_the_browsers_list() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        assert_eq!(preferred(&headers), Some(Lang::En));
        headers.insert(header::COOKIE, HeaderValue::from_static("lectern=x; lang=ro"));
        assert_eq!(preferred(&headers), Some(Lang::Ro));
        headers.insert(header::COOKIE, HeaderValue::from_static("lang=xx"));
        assert_eq!(preferred(&headers), Some(Lang::En));
        assert_eq!(preferred(&HeaderMap::new()), None);
    }
}
