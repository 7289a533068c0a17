//! Who signs in: passwords, the backend that `axum-login` asks, and where logins are kept.

mod backend;
pub mod password;
mod sessions;

pub use backend::{AuthSession, Backend, Credentials, SignedIn};
pub use password::{PASSWORD_MAX, PASSWORD_MIN, PasswordError, hash_password, verify_password};
pub use sessions::{IDLE_HOURS, Logins, begin, keep_alive, layer};

use sha2::{Digest, Sha256};

/// The SHA-256 of a secret that only its holder keeps, in hexadecimal: how login ids and API tokens lie at rest. They are random
/// and long, so no salt or slow hash is needed.
pub fn digest(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
