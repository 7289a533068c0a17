//! One call to the API: address, headers, the exchange, and what is left without an object.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use bytes::Bytes;
use reqwest::Url;

use super::super::ask::IdempotencyKey;
use super::super::line::{Exchange, Message, Repeats};
use super::super::processor::{Doubt, Fault, Outcome};
use super::wire::{self, Form, Got, Object, Refusal};
use super::{Stripe, VERSION, map};

/// Why there is no object.
pub(super) enum Without {
    /// Stripe said no.
    Refused(Refusal),
    /// Nothing left, or the reference could not be sent.
    NotSent(Fault),
    /// No believable answer.
    Lost(Doubt),
}

impl Without {
    /// The outcome, errors read by `refused`.
    pub(super) fn outcome<T>(&self, refused: impl FnOnce(&Refusal) -> Outcome<T>) -> Outcome<T> {
        match self {
            Self::Refused(refusal) => refused(refusal),
            Self::NotSent(fault) => Outcome::NotSent(fault.clone()),
            Self::Lost(doubt) => Outcome::Unknown(doubt.clone()),
        }
    }
}

impl Stripe {
    /// The address of `path` below `v1`. `None` when a part of it could lead elsewhere.
    fn url(&self, path: &[&str]) -> Option<Url> {
        let plain = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        path.iter().all(plain).then(|| self.checked.url.join(&format!("v1/{}", path.join("/"))).ok())?
    }

    /// Asks; nothing changes by it.
    pub(super) async fn get<T: Object>(&self, path: &[&str], query: &Form) -> Result<T, Without> {
        self.exchange(Method::GET, path, query, self.headers()).await
    }

    /// Changes something, under `key`.
    pub(super) async fn post<T: Object>(&self, key: &IdempotencyKey, path: &[&str], form: &Form) -> Result<T, Without> {
        let mut headers = self.headers();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        // A key is printable ASCII, so it is always a header's value.
        headers.extend(HeaderValue::from_str(key.as_str()).map(|key| (HeaderName::from_static("idempotency-key"), key)));
        self.exchange(Method::POST, path, form, headers).await
    }

    fn headers(&self) -> HeaderMap {
        HeaderMap::from_iter([
            (header::AUTHORIZATION, self.checked.authorization.clone()),
            (HeaderName::from_static("stripe-version"), HeaderValue::from_static(VERSION)),
            (header::ACCEPT, HeaderValue::from_static("application/json")),
        ])
    }

    async fn exchange<T: Object>(&self, method: Method, path: &[&str], form: &Form, headers: HeaderMap) -> Result<T, Without> {
        let Some(mut url) = self.url(path) else {
            return Err(Without::NotSent(Fault::Rejected { code: "reference".to_owned() }));
        };
        let mut body = Bytes::new();
        if method == Method::GET {
            url.set_query(Some(form.text()));
        } else {
            body = Bytes::copy_from_slice(form.text().as_bytes());
        }
        // Every POST carries a key by which Stripe knows a repetition (stripe.md §7); a GET changes nothing.
        let message = Message { method, url, headers, body, repeats: Repeats::Safe };
        let exchange = self.line.exchange(message, |answer| {
            let request = answer.headers.get("request-id").and_then(|id| id.to_str().ok());
            tracing::debug!(status = answer.status, request, "stripe answered");
            wire::read::<T>(answer)
        });
        match exchange.await {
            Exchange::Reply(Got::Object(object)) => Ok(object),
            Exchange::Reply(Got::Refused(refusal)) => {
                tracing::warn!(status = refusal.status, code = map::code(&refusal.error), "stripe: refused");
                Err(Without::Refused(refusal))
            }
            Exchange::Reply(Got::Stuck(doubt)) | Exchange::Lost(doubt) => {
                tracing::warn!(reason = doubt.reason(), "stripe: answer lost");
                Err(Without::Lost(doubt))
            }
            Exchange::NotSent(fault) => {
                tracing::warn!(reason = fault.reason(), "stripe: not sent");
                Err(Without::NotSent(fault))
            }
        }
    }
}
