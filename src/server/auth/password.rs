//! Passwords: argon2id, at most two at a time so that the machine's cores stay free for everyone else.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::server::clock::Clock;

/// Fewest characters of a new password.
pub const PASSWORD_MIN: usize = 12;
/// Most bytes of a password; more would make the server work for nothing.
pub const PASSWORD_MAX: usize = 512;

/// OWASP, *Password Storage Cheat Sheet*: argon2id with 19 MiB, two passes, one lane is the least; read 2026-11.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Verified against when there is no such account, so that the answer takes as long. Nobody's password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bGVjdGVybi1ub2JvZHktMQ$TGVjdGVybiBub2JvZHkncyBwYXNzd29yZCBoYXNoIQA";

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Why a password could not be hashed or checked: never because it was wrong.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Hashing failed.
    #[error("a password could not be hashed: {0}")]
    Hash(String),
    /// The worker thread ended early.
    #[error("the hashing thread failed")]
    Thread(#[source] tokio::task::JoinError),
    /// The server is shutting down.
    #[error("no more passwords are hashed")]
    Closed,
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| PasswordError::Hash(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string to keep for a new password.
///
/// # Errors
/// `PasswordError`, never because of the password.
pub async fn hash_password(clock: &Clock, password: &str) -> Result<String, PasswordError> {
    let salt = clock.random::<16>();
    let password = Zeroizing::new(password.as_bytes().to_vec());
    off_thread(move || {
        let hash = hasher()?.hash_password_with_salt(&password, &salt).map_err(|e| PasswordError::Hash(e.to_string()))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password is the one kept as `hash`. Without a hash (no such account) the answer is no, and takes as long.
///
/// # Errors
/// `PasswordError`, never because the password is wrong.
pub async fn verify_password(hash: Option<String>, password: &str) -> Result<bool, PasswordError> {
    let is_somebody = hash.is_some() && password.len() <= PASSWORD_MAX;
    let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
    let password: Zeroizing<Vec<u8>> = Zeroizing::new(password.bytes().take(PASSWORD_MAX).collect());
    let is_right = off_thread(move || Ok(hasher()?.verify_password(&password, hash.as_str()).is_ok())).await?;
    Ok(is_right && is_somebody)
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static) -> Result<T, PasswordError> {
    let permit = AT_ONCE.acquire().await.map_err(|_| PasswordError::Closed)?;
    tokio::task::spawn_blocking(move || {
        // Kept in the thread: a request that is given up does not make room for a third.
        let _permit = permit;
        work()
    })
    .await
    .map_err(PasswordError::Thread)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_verified_and_another_is_not() {
        let hash = hash_password(&Clock::System, "correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password(Some(hash.clone()), "correct horse battery").await.unwrap());
        assert!(!verify_password(Some(hash.clone()), "correct horse batterz").await.unwrap());
        assert!(!verify_password(Some(hash), "").await.unwrap());
        assert!(!verify_password(None, "correct horse battery").await.unwrap());
    }

    #[tokio::test]
    async fn the_hash_of_nobody_is_well_formed_so_that_it_costs_as_much() {
        let parsed = argon2::password_hash::phc::PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&parsed).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert_eq!(parsed.hash.map(|h| h.as_bytes().len()), Some(32));
    }

    #[tokio::test]
    async fn a_stored_value_that_is_no_hash_lets_nobody_in() {
        assert!(!verify_password(Some("!".into()), "!").await.unwrap());
    }
}
