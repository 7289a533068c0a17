//! What `axum-login` asks: who has these credentials, and who is this person now.

use axum_login::{AuthUser, AuthnBackend};
use sha2::{Digest, Sha256};

use super::password::{PasswordError, verify_password};
use crate::domain::ids::PersonId;
use crate::look_up;
use crate::server::store::{
    db::{Db, StoreError},
    person::{self, PersonRecord},
};

/// A signed-in person, as the login layer carries them.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub person: PersonRecord,
    /// Changes with the password, which ends every login made with the old one.
    fingerprint: [u8; 32],
}

impl SignedIn {
    fn new(person: PersonRecord) -> Self {
        let fingerprint = Sha256::digest(person.password_hash.as_bytes()).into();
        Self { person, fingerprint }
    }
}

/// The login layer prints people at debug level; an id is all that belongs into a log.
impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({})", self.person.id)
    }
}

impl AuthUser for SignedIn {
    type Id = PersonId;

    fn id(&self) -> PersonId {
        self.person.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.fingerprint
    }
}

/// What was typed at sign-in.
pub struct Credentials {
    /// The address in its normalised form.
    pub email_key: String,
    /// The password.
    pub password: zeroize::Zeroizing<String>,
}

/// Why nobody could be found: never because of wrong credentials.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The database.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The password could not be checked.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

/// Finds people in the database.
#[derive(Clone, Debug)]
pub struct Backend {
    db: Db,
}

impl Backend {
    /// Asks `db`.
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// The login of a request.
pub type AuthSession = axum_login::AuthSession<Backend>;

impl AuthnBackend for Backend {
    type User = SignedIn;
    type Credentials = Credentials;
    type Error = BackendError;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<SignedIn>, BackendError> {
        let found: Option<PersonRecord> =
            look_up!(self.db, |tx| -> Result<_, StoreError> { person::find_by_email(tx, &credentials.email_key).await })?;
        let hash = found.as_ref().map(|person| person.password_hash.clone());
        let is_right = verify_password(hash, &credentials.password).await?;
        Ok(found.filter(|person| is_right && !person.is_disabled).map(SignedIn::new))
    }

    async fn get_user(&self, id: &PersonId) -> Result<Option<SignedIn>, BackendError> {
        let found: Option<PersonRecord> = look_up!(self.db, |tx| -> Result<_, StoreError> { person::find_by_id(tx, *id).await })?;
        Ok(found.filter(|person| !person.is_disabled).map(SignedIn::new))
    }
}
