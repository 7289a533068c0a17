//! The gateway's silent post: a form, sent to us without any proof of who sent it (payflow-pro.md §8.4). Says where to look.

use axum::http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};

use super::super::ask::AttemptRef;
use super::super::nvp::codec::Fields;
use super::super::processor::{About, Forged, Notice, Tells};

/// Reads one. A post about nothing we know is about nothing, and answered like any other: an answer that is not 200 could make the
/// gateway void a payment of ours.
///
/// # Errors
/// `Unreadable` when it is no form with a result.
pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Notice, Forged> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
        return Err(Forged::Unreadable);
    }
    let fields = Fields::decode(body).filter(|fields| fields.get("RESULT").is_some()).ok_or(Forged::Unreadable)?;
    let about = fields.get("USER1").and_then(AttemptRef::parse).map_or(About::Nothing, About::Attempt);
    let id = Sha256::digest(body).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(Notice { id, about, tells: Tells::Change })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn post(kind: &'static str, body: &str) -> Result<About, Forged> {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        read(&headers, body.as_bytes()).map(|notice| notice.about)
    }

    #[test]
    fn a_silent_post_says_at_most_where_to_look() {
        const FORM: &str = "application/x-www-form-urlencoded";
        let attempt = AttemptRef::parse("FB100270A1").expect("a reference");
        assert_eq!(post(FORM, "RESULT=0&AMOUNT=24.35&USER1=FB100270A1"), Ok(About::Attempt(attempt)));
        assert_eq!(post(FORM, "RESULT=0&USER1=order+100270+%26+gift"), Ok(About::Nothing));
        assert_eq!(post(FORM, "RESULT=0"), Ok(About::Nothing));
        assert_eq!(post(FORM, "USER1=FB100270A1"), Err(Forged::Unreadable));
        assert_eq!(post("application/json", "RESULT=0"), Err(Forged::Unreadable));
    }
}
