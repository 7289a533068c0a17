//! Access tokens: one per client, shared by all tasks, renewed a minute before it ends, by one task at a time
//! (paypal-rest.md §2).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::Mutex, time::timeout};
use zeroize::Zeroizing;

use crate::domain::time::Timestamp;
use crate::server::clock::Clock;

use super::super::line::{Answer, Exchange, Line, Message, Repeats};
use super::super::processor::{Doubt, Fault};
use super::map::{Refusal, Said, Verdict, read};
use super::wire::Token;

/// A token with less than this left is renewed.
const MARGIN_SECONDS: i64 = 60;
/// How long a call waits for another task's renewal.
const WAIT: Duration = Duration::from_secs(5);

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// PayPal refuses the credentials.
    Refused(Refusal),
    /// It was not asked.
    NotAsked(Fault),
    /// It was asked and did not answer.
    NoAnswer(Doubt),
}

impl NoToken {
    /// What it means for the call that needed it: that call was never made.
    pub fn fault(self) -> Fault {
        match self {
            Self::Refused(Refusal { code, .. }) => Fault::Misconfigured { code },
            Self::NotAsked(fault) => fault,
            Self::NoAnswer(_) => Fault::Connect,
        }
    }
}

/// The token in use, as the header's value that it becomes: marked sensitive, so it does not print.
pub struct Tokens {
    url: Url,
    basic: HeaderValue,
    clock: Clock,
    held: Mutex<Option<Held>>,
}

struct Held {
    bearer: HeaderValue,
    until: Timestamp,
}

/// A header's value that does not print.
fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl Tokens {
    /// For one client id. `None` when the credentials cannot be a header's value, which settings make sure of.
    pub fn new(url: Url, client_id: &str, secret: &SecretString, clock: Clock) -> Option<Self> {
        let pair = Zeroizing::new(format!("{client_id}:{}", secret.expose_secret()));
        let basic = sensitive(&Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes()))))?;
        Some(Self { url, basic, clock, held: Mutex::new(None) })
    }

    /// The token to use now.
    ///
    /// # Errors
    /// [`NoToken`].
    pub async fn bearer(&self, line: &Line) -> Result<HeaderValue, NoToken> {
        // Who waits longer finds PayPal out of order; the queue must not grow behind it.
        let Ok(mut held) = timeout(WAIT, self.held.lock()).await else { return Err(NoToken::NotAsked(Fault::Busy)) };
        if let Some(Held { bearer, until }) = &*held
            && self.clock.now() < *until
        {
            return Ok(bearer.clone());
        }
        let asked_at = self.clock.now();
        let (bearer, seconds) = self.fetch(line).await?;
        // By our own clock (paypal-rest.md §11.17).
        let until = asked_at.plus_seconds(i64::from(seconds) - MARGIN_SECONDS);
        *held = Some(Held { bearer: bearer.clone(), until });
        Ok(bearer)
    }

    /// Forgets a token that was refused, unless another task renewed it already.
    pub async fn forget(&self, refused: &HeaderValue) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| held.bearer == *refused) {
            *held = None;
        }
    }

    async fn fetch(&self, line: &Line) -> Result<(HeaderValue, u32), NoToken> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, self.basic.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let body = Bytes::from_static(b"grant_type=client_credentials");
        let message = Message { method: Method::POST, url: self.url.clone(), headers, body, repeats: Repeats::Safe };
        match line.exchange(message, read_token).await {
            Exchange::Reply(Said::Yes(issued)) => Ok(issued),
            Exchange::Reply(Said::No(refusal)) => {
                tracing::warn!(code = refusal.code, debug_id = refusal.debug_id, "orders: no token");
                Err(NoToken::Refused(refusal))
            }
            Exchange::NotSent(fault) => Err(NoToken::NotAsked(fault)),
            Exchange::Lost(doubt) => Err(NoToken::NoAnswer(doubt)),
        }
    }
}

/// Reads the token's answer: the header to send and how many seconds it lasts.
///
/// # Errors
/// A doubt when it is none.
pub fn read_token(answer: &Answer) -> Result<Said<(HeaderValue, u32)>, Doubt> {
    match read::<Token>(answer)? {
        Said::Yes(token) => {
            let fits = token.token_type.eq_ignore_ascii_case("bearer") && (1..=4096).contains(&token.access_token.len());
            let bearer = sensitive(&Zeroizing::new(format!("Bearer {}", token.access_token))).filter(|_| fits).ok_or(Doubt::Unreadable)?;
            Ok(Said::Yes((bearer, token.expires_in)))
        }
        Said::No(refusal) => match refusal.verdict() {
            // A page of some other server is not PayPal's no.
            Verdict::NotFound => Err(Doubt::Unreadable),
            Verdict::TokenRefused
            | Verdict::Declined(_)
            | Verdict::OtherFunding
            | Verdict::NotApproved
            | Verdict::DoneBefore
            | Verdict::InvoicePaid
            | Verdict::NotPossible
            | Verdict::NotYet
            | Verdict::Misconfigured
            | Verdict::Rejected
            | Verdict::Unlisted => Ok(Said::No(refusal)),
        },
    }
}
