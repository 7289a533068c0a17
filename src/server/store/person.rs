//! People who can sign in, and the tokens with which their programs do.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    ids::{DivisionId, PersonId, SiteId},
    role::Role,
    time::Timestamp,
};

/// A person as kept. `Debug` hides the password's hash.
#[derive(Clone)]
pub struct PersonRecord {
    /// Their id.
    pub id: PersonId,
    /// Their site; none for account managers, who belong to all.
    pub site: Option<SiteId>,
    /// The division they belong to.
    pub division: Option<DivisionId>,
    /// Their address, as typed.
    pub email: String,
    /// Their name.
    pub name: String,
    /// What they are on their site.
    pub role: Role,
    /// The PHC string of their password.
    pub password_hash: String,
    /// They may not sign in.
    pub is_disabled: bool,
}

impl std::fmt::Debug for PersonRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonRecord").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct Row {
    id: PersonId,
    site_id: Option<SiteId>,
    division_id: Option<DivisionId>,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    disabled: bool,
}

impl Row {
    /// A role that this program does not know is nobody: deny by default.
    fn read(self) -> Option<PersonRecord> {
        Some(PersonRecord {
            id: self.id,
            site: self.site_id,
            division: self.division_id,
            email: self.email,
            name: self.name,
            role: Role::from_code(&self.role)?,
            password_hash: self.password_hash,
            is_disabled: self.disabled,
        })
    }
}

statements! {
    /// A person by the normalised form of their address.
    PERSON_BY_EMAIL = "SELECT id, site_id, division_id, email, name, role, password_hash, disabled FROM person WHERE email_key = $1";
    /// A person by id.
    PERSON_BY_ID = "SELECT id, site_id, division_id, email, name, role, password_hash, disabled FROM person WHERE id = $1";
    /// The person whose program holds a token, by the token's SHA-256.
    PERSON_BY_TOKEN = "SELECT p.id, p.site_id, p.division_id, p.email, p.name, p.role, p.password_hash, p.disabled \
        FROM api_token t JOIN person p ON p.id = t.person_id WHERE t.token_hash = $1 AND t.expires_at > $2";
    /// Adds a person; no row when the address is taken.
    PERSON_INSERT = "INSERT INTO person \
        (id, site_id, division_id, email, email_key, name, role, password_hash, disabled, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (email_key) DO NOTHING";
    /// Gives or takes the right to sign in.
    PERSON_SET_DISABLED = "UPDATE person SET disabled = $2 WHERE id = $1";
    /// Keeps a program's token, by its SHA-256.
    API_TOKEN_INSERT = "INSERT INTO api_token (token_hash, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
}

/// The person with this address, given in its normalised form.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_email(tx: &mut Tx, email_key: &str) -> Result<Option<PersonRecord>, StoreError> {
    Ok(tx.sql(PERSON_BY_EMAIL).bind(email_key.to_owned()).optional::<Row>().await?.and_then(Row::read))
}

/// The person with this id.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_id(tx: &mut Tx, id: PersonId) -> Result<Option<PersonRecord>, StoreError> {
    Ok(tx.sql(PERSON_BY_ID).bind(id).optional::<Row>().await?.and_then(Row::read))
}

/// The person whose program shows a token with this SHA-256, if the token is good at `now`.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_token(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<PersonRecord>, StoreError> {
    Ok(tx.sql(PERSON_BY_TOKEN).bind(token_hash.to_owned()).bind(now).optional::<Row>().await?.and_then(Row::read))
}

/// Adds a person; `false` when the address is taken. `email_key` is the address in its normalised form.
///
/// # Errors
/// `StoreError` when the database fails, also when a role other than account manager comes without a site.
pub async fn insert(tx: &mut Tx, person: &PersonRecord, email_key: &str, now: Timestamp) -> Result<bool, StoreError> {
    let rows = tx
        .sql(PERSON_INSERT)
        .bind(person.id)
        .bind(person.site)
        .bind(person.division)
        .bind(person.email.clone())
        .bind(email_key.to_owned())
        .bind(person.name.clone())
        .bind(person.role.code().to_owned())
        .bind(person.password_hash.clone())
        .bind(person.is_disabled)
        .bind(now)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Gives or takes the right to sign in; it holds from the next request on.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn set_disabled(tx: &mut Tx, id: PersonId, is_disabled: bool) -> Result<(), StoreError> {
    tx.sql(PERSON_SET_DISABLED).bind(id).bind(is_disabled).execute().await?;
    Ok(())
}

/// Keeps a program's token, by its SHA-256, until `expires_at`.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn insert_token(
    tx: &mut Tx,
    token_hash: &str,
    person: PersonId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.sql(API_TOKEN_INSERT).bind(token_hash.to_owned()).bind(person).bind(now).bind(expires_at).execute().await?;
    Ok(())
}
