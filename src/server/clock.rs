//! The one source of time and of randomness. Tests put a manual clock in its place; SQL never asks the database for either.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::domain::time::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until a test moves it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.0)))
    }

    /// Moves a manual clock; the system's cannot be moved.
    pub fn advance_seconds(&self, seconds: i64) {
        match self {
            Self::Manual(micros) => {
                micros.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
            }
            Self::System => {}
        }
    }

    /// Now, cut to microseconds.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Manual(micros) => Timestamp(micros.load(Ordering::SeqCst)),
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
        }
    }

    /// A new id whose order is that of its making (uuid v7).
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn id<T: From<Uuid>>(&self) -> T {
        T::from(Uuid::now_v7())
    }

    /// `N` random bytes from the operating system.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done then.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(
            clippy::expect_used,
            clippy::disallowed_methods,
            reason = "the one place that makes randomness; documented: without it no secret can be made"
        )]
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        bytes
    }

    /// An unguessable token of 128 bits, 22 characters that fit in a URL: order links, registration ids, attempt keys.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.random::<16>())
    }

    /// A short code that people read aloud: `letters` of an alphabet without look-alikes.
    pub fn short_code(&self, letters: usize) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let bytes = self.random::<32>();
        bytes.iter().take(letters).map(|b| char::from(ALPHABET[usize::from(*b) % ALPHABET.len()])).collect()
    }
}
