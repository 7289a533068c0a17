//! One exchange with the gateway: post, wait, read with a bound, and send the identical request again when the answer was lost
//! (payflow-pro.md §2.1, §9.3). Says only what is certain: answered, provably not sent, or in doubt.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, Url, header};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep_until, timeout, timeout_at},
};

use super::super::ask::IdempotencyKey;
use super::super::processor::{Doubt, Fault};
use super::wire::Reply;

/// No reply is longer; reading stops there.
pub const BODY_BYTES_MAX: usize = 1_048_576;

/// How long to wait for what.
#[derive(Clone, Debug)]
pub struct Timing {
    /// From the first byte to giving up, all resends included. Longer than the 45 s the gateway is allowed.
    pub deadline: Duration,
    /// The pauses before the identical request is sent again: as many resends as pauses, while the deadline lasts.
    pub resend_after: Vec<Duration>,
    /// How long a call may wait for one of the places below.
    pub place_wait: Duration,
    /// How many calls to one account may be under way.
    pub places: usize,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(50),
            resend_after: vec![Duration::from_secs(1), Duration::from_secs(5)],
            place_wait: Duration::from_secs(5),
            places: 16,
        }
    }
}

/// What an exchange leaves certain.
#[derive(Debug)]
pub enum Exchange {
    /// A reply that can be believed to be one.
    Reply(Reply),
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
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(10))
        .pool_idle_timeout(Duration::from_secs(50))
        .pool_max_idle_per_host(16)
        .build()
        .map_err(|e| e.to_string())
}

/// A line to the gateway, for one account.
pub struct Line {
    http: Client,
    url: Url,
    places: Semaphore,
    timing: Timing,
}

impl Line {
    /// A line to `url`.
    pub fn new(http: Client, url: Url, timing: Timing) -> Self {
        Self { http, url, places: Semaphore::new(timing.places), timing }
    }

    /// Sends `body` under `key` until there is a reply, the resends are used up or the deadline is past. The same answer that
    /// is no reply, twice, is taken for stuck (failures.md P-03).
    pub async fn exchange(&self, key: &IdempotencyKey, body: Bytes) -> Exchange {
        let Ok(Ok(_place)) = timeout(self.timing.place_wait, self.places.acquire()).await else { return Exchange::NotSent(Fault::Busy) };
        let deadline = Instant::now() + self.timing.deadline;
        let mut pauses = self.timing.resend_after.iter();
        let mut doubt: Option<Doubt> = None;
        loop {
            match timeout_at(deadline, self.send(key, body.clone())).await {
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
            match (next, doubt.clone()) {
                (Some(at), _) => sleep_until(at).await,
                (None, doubt) => return Exchange::Lost(doubt.unwrap_or(Doubt::Lost)),
            }
        }
    }

    async fn send(&self, key: &IdempotencyKey, body: Bytes) -> Result<Reply, Failed> {
        let request = self
            .http
            .post(self.url.clone())
            .header(header::CONTENT_TYPE, "text/namevalue")
            .header("X-VPS-REQUEST-ID", key.as_str())
            .header("X-VPS-CLIENT-TIMEOUT", "45")
            .header("X-VPS-VIT-INTEGRATION-PRODUCT", "Lectern")
            .header("X-VPS-VIT-INTEGRATION-VERSION", env!("CARGO_PKG_VERSION"))
            .body(body);
        let mut response =
            request.send().await.map_err(|e| if e.is_connect() || e.is_builder() { Failed::NotSent } else { Failed::Lost(Doubt::Lost) })?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(Failed::Lost(Doubt::Status(status)));
        }
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= BODY_BYTES_MAX => bytes.extend_from_slice(&chunk),
                Ok(Some(_too_much)) => return Err(Failed::Lost(Doubt::Unreadable)),
                Ok(None) => return Reply::read(&bytes).ok_or(Failed::Lost(Doubt::Unreadable)),
                Err(_broken) => return Err(Failed::Lost(Doubt::Lost)),
            }
        }
    }
}

enum Failed {
    NotSent,
    Lost(Doubt),
}
