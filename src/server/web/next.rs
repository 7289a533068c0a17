//! Where a person goes after signing in or choosing a language: a path of this site and nothing else.

const LENGTH_MAX: usize = 1024;

/// `next` if a browser is sure to read it as a path of this very site, else nothing.
///
/// Browsers drop tabs and line breaks, and read `\` as `/`, before they look for a host (WHATWG *URL Standard*; read 2026-11);
/// so neither may occur, and a second slash at the start is a host.
pub fn local_path(next: &str) -> Option<&str> {
    let rest = next.strip_prefix('/')?;
    let is_plain = next.len() <= LENGTH_MAX && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (is_plain && !rest.starts_with('/')).then_some(next)
}

/// `text` as a query value.
pub fn query_value(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The sign-in page that comes back to `path`.
pub fn sign_in_path(path: &str) -> String {
    match local_path(path) {
        Some("/") | None => "/sign-in".to_owned(),
        Some(path) => format!("/sign-in?next={}", query_value(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for good in ["/", "/host", "/checkout/abc?x=1&y=%2F%2Fevil.example#z", "/s/a@b", "/a//b"] {
            assert_eq!(local_path(good), Some(good), "{good}");
        }
        for bad in [
            "",
            "host",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " //evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "/\u{3002}evil.example",
            "/\u{ff0f}evil.example",
            "/a\\..\\\\evil.example",
            "/\r\nSet-Cookie: x=1",
            "/a b",
            "@evil.example",
            "/\0/evil.example",
            "?next=//evil.example",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(LENGTH_MAX))), None);
    }

    #[test]
    fn the_sign_in_page_comes_back() {
        assert_eq!(sign_in_path("/host/sessions/new?x=1"), "/sign-in?next=%2Fhost%2Fsessions%2Fnew%3Fx%3D1");
        assert_eq!(sign_in_path("//evil.example"), "/sign-in");
    }
}
