//! One exchange with a processor: send, wait, read with a bound, and send the identical request again when the answer was lost.
//! Says only what is certain: answered, provably not sent, or in doubt. A processor that keeps failing rests for a while.

mod breaker;
mod names;

use std::time::Duration;

use axum::http::{HeaderMap, Method};
use bytes::Bytes;
use reqwest::{Client, Url};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until, timeout, timeout_at},
};

use super::processor::{Doubt, Fault};
use breaker::Breaker;

/// Calls to one account at once, and the connections that are kept for them.
const PLACES: usize = 64;

/// No reply is longer; reading stops there.
pub const BODY_BYTES_MAX: usize = 1_048_576;

/// How long to wait for what.
#[derive(Clone, Debug)]
pub struct Timing {
    /// From the first byte to giving up, all resends included. Longer than the 45 s a Payflow gateway is allowed.
    pub deadline: Duration,
    /// The pauses before the identical request is sent again: as many resends as pauses, while the deadline lasts.
    pub resend_after: Vec<Duration>,
    /// How long a call may wait for one of the places below.
    pub place_wait: Duration,
    /// How many calls to one account may be under way. A waiting call costs a connection and some memory, so that a processor which
    /// answers in seconds needs many rather than few: 64 serve 32 buyers a second at 2 s each.
    pub places: usize,
    /// So many exchanges without a reply, one after another, and the processor rests.
    pub failures_max: u32,
    /// How long it rests before one call may try again.
    pub rest: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(50),
            resend_after: vec![Duration::from_secs(1), Duration::from_secs(5)],
            // Of 200 buyers at once, with a processor that takes 2 s, the last is served after 6. Longer than this a buyer is better
            // told that nothing was charged; and with the deadline it stays below the minute that proxies give a request.
            place_wait: Duration::from_secs(9),
            places: PLACES,
            failures_max: 8,
            rest: Duration::from_secs(20),
        }
    }
}

/// What to send. It is sent again, byte for byte, when its answer is lost: so it carries a key by which the processor knows a
/// repetition, or changes nothing, or says that it must not be repeated.
#[derive(Clone)]
pub struct Message {
    /// GET, POST, …
    pub method: Method,
    /// The whole address.
    pub url: Url,
    /// Headers, marked sensitive where they are.
    pub headers: HeaderMap,
    /// The body; not printed, since it may hold a card.
    pub body: Bytes,
    /// Whether the identical message may be sent again.
    pub repeats: Repeats,
}

/// Whether a message may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// The processor answers a repetition as it answered the first, or nothing changes by asking.
    Safe,
    /// A repetition could move money again.
    Never,
}

/// What came back, of whatever status. Bodies are at most [`BODY_BYTES_MAX`].
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Bytes,
}

/// What an exchange leaves certain.
#[derive(Debug)]
pub enum Exchange<R> {
    /// A reply that can be believed to be one.
    Reply(R),
    /// Not a byte of the request left.
    NotSent(Fault),
    /// It was sent, or may have been, and there is no believable reply.
    Lost(Doubt),
}

/// The client all accounts share: HTTP/1.1, kept connections, no redirects, no proxy from the environment, Mozilla's roots.
///
/// # Errors
/// A description, when TLS cannot be set up.
pub fn http_client() -> Result<Client, String> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .redirect(reqwest::redirect::Policy::none())
        .dns_resolver(std::sync::Arc::new(names::Names))
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(10))
        .pool_idle_timeout(Duration::from_secs(50))
        .pool_max_idle_per_host(PLACES)
        .build()
        .map_err(|e| e.to_string())
}

/// A line to a processor, for one account.
pub struct Line {
    http: Client,
    places: Semaphore,
    timing: Timing,
    breaker: Breaker,
}

impl Line {
    /// A line over the shared client.
    pub fn new(http: Client, timing: Timing) -> Self {
        let (places, breaker) = (Semaphore::new(timing.places), Breaker::new(timing.failures_max, timing.rest));
        Self { http, places, timing, breaker }
    }

    /// Sends `message` until `read` accepts an answer as a reply, the resends are used up or the deadline is past. `read` is pure:
    /// it says what an answer is, or why it is none. The same answer that is no reply, twice, is taken for stuck (failures.md P-03).
    pub async fn exchange<R>(&self, message: Message, read: impl Fn(&Answer) -> Result<R, Doubt>) -> Exchange<R> {
        if !self.breaker.lets_pass() {
            return Exchange::NotSent(Fault::Busy);
        }
        let Ok(Ok(_place)) = timeout(self.timing.place_wait, self.places.acquire()).await else { return Exchange::NotSent(Fault::Busy) };
        let exchange = self.insist(message, read).await;
        match &exchange {
            Exchange::Reply(_) => self.breaker.succeeded(),
            Exchange::NotSent(_) | Exchange::Lost(_) => self.breaker.failed(),
        }
        exchange
    }

    async fn insist<R>(&self, message: Message, read: impl Fn(&Answer) -> Result<R, Doubt>) -> Exchange<R> {
        let deadline = Instant::now() + self.timing.deadline;
        let resends = if message.repeats == Repeats::Safe { self.timing.resend_after.as_slice() } else { &[] };
        let mut pauses = resends.iter();
        let mut doubt: Option<Doubt> = None;
        loop {
            let sent = timeout_at(deadline, self.send(&message)).await;
            let answered = sent.map(|sent| sent.and_then(|answer| read(&answer).map_err(Failed::Lost)));
            match answered {
                Ok(Ok(reply)) => return Exchange::Reply(reply),
                Ok(Err(Failed::NotSent)) if doubt.is_none() => return Exchange::NotSent(Fault::Connect),
                Ok(Err(Failed::NotSent)) => {}
                Ok(Err(Failed::Lost(again))) if matches!(again, Doubt::Status(_)) && doubt.as_ref() == Some(&again) => {
                    return Exchange::Lost(again);
                }
                Ok(Err(Failed::Lost(lost))) => doubt = Some(lost),
                Err(_past) => return Exchange::Lost(doubt.unwrap_or(Doubt::Timeout)),
            }
            let next = pauses.next().map(|pause| Instant::now() + *pause).filter(|at| *at < deadline);
            match next {
                Some(at) => sleep_until(at).await,
                None => return Exchange::Lost(doubt.unwrap_or(Doubt::Lost)),
            }
        }
    }

    async fn send(&self, message: &Message) -> Result<Answer, Failed> {
        let request =
            self.http.request(message.method.clone(), message.url.clone()).headers(message.headers.clone()).body(message.body.clone());
        let mut response =
            request.send().await.map_err(|e| if e.is_connect() || e.is_builder() { Failed::NotSent } else { Failed::Lost(Doubt::Lost) })?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= BODY_BYTES_MAX => bytes.extend_from_slice(&chunk),
                Ok(Some(_too_much)) => return Err(Failed::Lost(Doubt::Unreadable)),
                Ok(None) => return Ok(Answer { status, headers, body: bytes.into() }),
                Err(_broken) => return Err(Failed::Lost(Doubt::Lost)),
            }
        }
    }
}

enum Failed {
    NotSent,
    Lost(Doubt),
}
