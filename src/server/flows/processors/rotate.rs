//! A new key for the vault (`lectern rotate-key`): every secret that an older key sealed is opened and sealed anew. One row, one short
//! transaction, and only if the row is still what was read: so it runs beside servers and administrators, can be stopped anywhere and
//! begun again, and never puts an old secret over a new one. Versions stay, because what is sealed stays: an open form can still be
//! saved, and clients that were built go on.

use crate::domain::ids::ProcessorConfigId;
use crate::server::{
    failure::Failure,
    store::{
        db::Db,
        processor_config::{self, Sealed},
    },
    vault::{Vault, VaultError},
};
use crate::{read_tx, write_tx};

/// A row that was changed while it was sealed is read again, so often.
const TRIES_MAX: usize = 20;

/// How the sealed secrets stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Sealed with the current key.
    pub current: usize,
    /// Sealed with one of the older keys.
    pub stale: usize,
    /// With none of the keys, or damaged.
    pub unreadable: Vec<(ProcessorConfigId, VaultError)>,
}

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Sealed anew.
    pub resealed: usize,
    /// Sealed with the current key already.
    pub current: usize,
    /// Changed again and again meanwhile: left for another run.
    pub busy: usize,
    /// With none of the keys, or damaged: left as they are.
    pub unreadable: Vec<(ProcessorConfigId, VaultError)>,
}

impl Rotation {
    /// The older keys are needed no more.
    pub fn is_complete(&self) -> bool {
        self.busy == 0 && self.unreadable.is_empty()
    }
}

async fn page(db: &Db, after: ProcessorConfigId) -> Result<Vec<Sealed>, Failure> {
    read_tx!(db, |tx| -> Result<_, Failure> { Ok(processor_config::sealed_after(tx, after).await?) })
}

/// Looks, and changes nothing.
///
/// # Errors
/// A fault when the database fails.
pub async fn standing(db: &Db, vault: &Vault) -> Result<Standing, Failure> {
    let (mut found, mut after) = (Standing::default(), ProcessorConfigId(uuid::Uuid::nil()));
    loop {
        let rows = page(db, after).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.id;
        for row in rows.iter().filter(|row| !row.secrets.is_empty()) {
            match vault.open(row.id.0.as_bytes(), &row.secrets) {
                Err(why) => found.unreadable.push((row.id, why)),
                Ok(_) if vault.is_stale(&row.secrets) => found.stale += 1,
                Ok(_) => found.current += 1,
            }
        }
    }
}

/// Seals anew what an older key sealed.
///
/// # Errors
/// A fault when the database fails; what was sealed until then stays so.
pub async fn rotate(db: &Db, vault: &Vault) -> Result<Rotation, Failure> {
    let (mut done, mut after) = (Rotation::default(), ProcessorConfigId(uuid::Uuid::nil()));
    loop {
        let rows = page(db, after).await?;
        let Some(last) = rows.last() else { return Ok(done) };
        after = last.id;
        for row in rows.into_iter().filter(|row| !row.secrets.is_empty()) {
            reseal(db, vault, row, &mut done).await?;
        }
    }
}

async fn reseal(db: &Db, vault: &Vault, mut row: Sealed, done: &mut Rotation) -> Result<(), Failure> {
    for _ in 0..TRIES_MAX {
        let id = row.id;
        let plain = match vault.open(id.0.as_bytes(), &row.secrets) {
            Ok(_) if !vault.is_stale(&row.secrets) => {
                done.current += 1;
                return Ok(());
            }
            Ok(plain) => plain,
            Err(why) => {
                done.unreadable.push((id, why));
                return Ok(());
            }
        };
        let sealed = vault.seal(id.0.as_bytes(), &plain);
        let is_done = write_tx!(db, |tx| -> Result<bool, Failure> { Ok(processor_config::reseal(tx, &row, sealed.clone()).await?) })?;
        if is_done {
            done.resealed += 1;
            return Ok(());
        }
        let again = read_tx!(db, |tx| -> Result<_, Failure> { Ok(processor_config::get(tx, id).await?) })?;
        row = Sealed { id, version: again.version, secrets: again.secrets };
        if row.secrets.is_empty() {
            return Ok(());
        }
    }
    done.busy += 1;
    Ok(())
}
