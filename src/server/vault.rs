//! Secrets at rest: merchants' credentials are sealed before they reach the database. The key comes from the environment or a
//! file, never from the database, so a copy of the database opens nothing.
//!
//! A sealed value is `version (1 byte) | key id (4) | nonce (24) | XChaCha20-Poly1305 ciphertext and tag`. The caller binds it
//! to where it is kept (`aad`, the row's id), so that a value copied into another row does not open. Nonces are random: with
//! 192 bits they do not repeat.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::clock::Clock;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
const HEAD: usize = 1 + KEY_ID + NONCE;

/// Why a sealed value does not open, or a key is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Not 32 bytes in base64.
    #[error("a secret key is 32 bytes in base64 (make one with: head -c 32 /dev/urandom | base64)")]
    Key,
    /// Too short, or of a version this program does not know.
    #[error("not a sealed value")]
    Format,
    /// Sealed with a key that is not configured.
    #[error("sealed with another key")]
    UnknownKey,
    /// Changed, or moved to another row.
    #[error("a sealed value was changed or moved")]
    Forged,
}

struct Key {
    id: [u8; KEY_ID],
    cipher: XChaCha20Poly1305,
}

/// Seals and opens. The first key seals; all open, so keys are changed by putting a new one in front.
pub struct Vault {
    current: Key,
    previous: Vec<Key>,
    clock: Clock,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault([hidden])")
    }
}

impl Vault {
    /// Reads `keys`: 32 bytes in base64 each, separated by commas, the current one first.
    ///
    /// # Errors
    /// `VaultError::Key`.
    pub fn parse(keys: &str) -> Result<Self, VaultError> {
        let mut keys = keys.split(',').map(|text| Key::parse(text.trim()));
        let current = keys.next().ok_or(VaultError::Key)??;
        Ok(Self { current, previous: keys.collect::<Result<_, _>>()?, clock: Clock::System })
    }

    /// A new key, as [`Vault::parse`] reads it.
    pub fn new_key(clock: &Clock) -> String {
        STANDARD.encode(clock.random::<32>())
    }

    /// Seals `plain` for the place named by `aad` (the row's id).
    pub fn seal(&self, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = self.clock.random::<NONCE>();
        #[expect(clippy::expect_used, reason = "fails only beyond 256 GiB, and a secret is a line of text")]
        let sealed =
            self.current.cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad }).expect("a secret is shorter than 256 GiB");
        let mut out = Vec::with_capacity(HEAD + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&self.current.id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        out
    }

    /// Opens what [`Vault::seal`] made with the same `aad`.
    ///
    /// # Errors
    /// `Format`, `UnknownKey` or `Forged`.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (head, body) = sealed.split_at_checked(HEAD).ok_or(VaultError::Format)?;
        let (version, rest) = head.split_first().ok_or(VaultError::Format)?;
        if *version != VERSION {
            return Err(VaultError::Format);
        }
        let (key_id, nonce) = rest.split_at(KEY_ID);
        let key = std::iter::once(&self.current).chain(&self.previous).find(|key| key.id == key_id).ok_or(VaultError::UnknownKey)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| VaultError::Format)?;
        let plain = key.cipher.decrypt(&nonce, Payload { msg: body, aad }).map_err(|_| VaultError::Forged)?;
        Ok(Zeroizing::new(plain))
    }

    /// Whether a value was sealed with a key other than the current one, so that a rotation should seal it anew.
    pub fn is_stale(&self, sealed: &[u8]) -> bool {
        sealed.get(1..=KEY_ID) != Some(&self.current.id[..])
    }
}

impl Key {
    fn parse(text: &str) -> Result<Self, VaultError> {
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| VaultError::Key)?);
        let cipher = XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| VaultError::Key)?;
        let digest = Sha256::new().chain_update(b"lectern key id").chain_update(&*bytes).finalize();
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&digest[..KEY_ID]);
        Ok(Self { id, cipher })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::parse(&Vault::new_key(&Clock::System)).unwrap()
    }

    #[test]
    fn opens_what_it_sealed_in_the_same_place_only() {
        let vault = vault();
        let sealed = vault.seal(b"row 1", b"secret");
        assert_eq!(vault.open(b"row 1", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(vault.open(b"row 2", &sealed).err(), Some(VaultError::Forged));
        assert!(!sealed.windows(6).any(|w| w == b"secret"));
        assert_ne!(vault.seal(b"row 1", b"secret"), sealed, "the same secret never looks the same");
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let vault = vault();
        let sealed = vault.seal(b"row", b"secret");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.open(b"row", &changed).is_err(), "byte {at}");
        }
        for len in 0..sealed.len() {
            assert!(vault.open(b"row", &sealed[..len]).is_err(), "cut to {len}");
        }
    }

    #[test]
    fn a_new_key_in_front_still_opens_the_old() {
        let (old, new) = (Vault::new_key(&Clock::System), Vault::new_key(&Clock::System));
        let sealed = Vault::parse(&old).unwrap().seal(b"row", b"secret");
        let both = Vault::parse(&format!("{new}, {old}")).unwrap();
        assert_eq!(both.open(b"row", &sealed).unwrap().as_slice(), b"secret");
        assert!(both.is_stale(&sealed));
        assert!(!both.is_stale(&both.seal(b"row", b"secret")));
        assert_eq!(Vault::parse(&new).unwrap().open(b"row", &sealed).err(), Some(VaultError::UnknownKey));
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        for text in ["", "c2hvcnQ=", "not base64!", &STANDARD.encode([0; 33])] {
            assert_eq!(Vault::parse(text).err(), Some(VaultError::Key), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", vault()), "Vault([hidden])");
    }
}
