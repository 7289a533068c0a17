//! Where the vault's key comes from: environment, settings file, or a key file beside the database.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{ConfigError, FileSettings};
use crate::server::{clock::Clock, vault::Vault};

const VARIABLE: &str = "LECTERN_SECRET_KEY";
const EXTENSION: &str = "key";
const FILE_VARIABLE: &str = "LECTERN_SECRET_KEY_FILE";

/// Finds the key. In demo mode one is made when there is none.
pub fn find(database: &str, demo: bool, file: &FileSettings) -> Result<SecretString, ConfigError> {
    let key = match given(file)? {
        Some(key) => key,
        None => beside(database, demo)?,
    };
    Vault::parse(&key).map_err(|error| ConfigError(format!("{VARIABLE}: {error}")))?;
    Ok(key.into())
}

fn given(file: &FileSettings) -> Result<Option<String>, ConfigError> {
    if let Some(key) = variable(VARIABLE)? {
        return Ok(Some(key));
    }
    if let Some(path) = variable(FILE_VARIABLE)?.map(PathBuf::from).or(file.secret_key_file.clone()) {
        return read(&path).map(Some).map_err(|error| ConfigError(format!("cannot read the secret key {}: {error}", path.display())));
    }
    Ok(file.secret_key.as_ref().map(|key| secrecy::ExposeSecret::expose_secret(key).to_owned()))
}

fn variable(name: &str) -> Result<Option<String>, ConfigError> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value.trim().to_owned())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(ConfigError(format!("{name} is not text"))),
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path).map(|text| text.trim().to_owned())
}

/// Where a companion of the database lies: `data/lectern.db` has its key in `data/lectern.key`; a database server has its
/// companions in `data/` too. A database in memory has none.
pub fn path_beside(database: &str, extension: &str) -> Option<PathBuf> {
    let Some(path) = database.strip_prefix("sqlite:") else { return Some(Path::new("data/lectern").with_extension(extension)) };
    let path = path.trim_start_matches("//").split('?').next().unwrap_or_default();
    (!path.is_empty() && !path.starts_with(':')).then(|| Path::new(path).with_extension(extension))
}

fn beside(database: &str, demo: bool) -> Result<String, ConfigError> {
    let Some(path) = path_beside(database, EXTENSION) else {
        return if demo { Ok(Vault::new_key(&Clock::System)) } else { Err(missing()) };
    };
    match read(&path) {
        Ok(key) => Ok(key),
        Err(error) if error.kind() == ErrorKind::NotFound && demo => {
            make(&path).map_err(|error| ConfigError(format!("cannot write the secret key {}: {error}", path.display())))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Err(missing()),
        Err(error) => Err(ConfigError(format!("cannot read the secret key {}: {error}", path.display()))),
    }
}

fn missing() -> ConfigError {
    ConfigError(format!(
        "{VARIABLE} is missing: it protects the processors' credentials. Make one with `head -c 32 /dev/urandom | base64` and \
         keep it outside the database (or try the product with --demo)"
    ))
}

/// Writes a new key that only its owner may read.
fn make(path: &Path) -> std::io::Result<String> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let key = Vault::new_key(&Clock::System);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            writeln!(file, "{key}")?;
            file.sync_all()?;
            Ok(key)
        }
        // Another start of the same demo was quicker.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_lies_beside_the_database() {
        for (url, path) in [
            ("sqlite:data/lectern.db", Some("data/lectern.key")),
            ("sqlite:///srv/l.db?mode=rwc", Some("/srv/l.key")),
            ("sqlite::memory:", None),
            ("postgres://x/y", Some("data/lectern.key")),
        ] {
            assert_eq!(path_beside(url, EXTENSION), path.map(PathBuf::from), "{url}");
        }
    }

    #[test]
    fn the_demo_makes_a_key_once_that_only_its_owner_reads() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("lectern.db").display());
        assert_eq!(beside(&url, false), Err(missing()));
        let key = beside(&url, true).unwrap();
        assert_eq!(beside(&url, true), Ok(key.clone()));
        assert_eq!(beside(&url, false), Ok(key), "later starts find it without --demo");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join("lectern.key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
