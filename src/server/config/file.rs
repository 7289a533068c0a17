//! The settings file.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use super::{ConfigError, Network};

const DEFAULT: &str = "lectern.toml";

/// What a settings file may say; every line is optional, an unknown one is an error.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSettings {
    /// Where the server answers.
    pub listen: Option<SocketAddr>,
    /// The database.
    pub database: Option<String>,
    /// Where the payment simulators answer.
    pub sandbox: Option<SocketAddr>,
    /// Demo mode.
    pub demo: Option<bool>,
    /// The address people use.
    pub base_url: Option<String>,
    /// The browser's files.
    pub site_root: Option<PathBuf>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Option<Vec<Network>>,
    /// Connections served at the same time.
    pub connections_max: Option<usize>,
    /// The vault's keys.
    #[serde(default, deserialize_with = "secret")]
    pub secret_key: Option<SecretString>,
    /// A file that holds the vault's keys.
    pub secret_key_file: Option<PathBuf>,
}

fn secret<'de, D: serde::Deserializer<'de>>(text: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Some(String::deserialize(text)?.into()))
}

impl FileSettings {
    /// Reads `path`; without one, `lectern.toml` if it exists.
    ///
    /// # Errors
    /// Names the file, and the line when it cannot be understood.
    pub fn read(path: Option<&Path>) -> Result<Self, ConfigError> {
        let (path, must_exist) = path.map_or((Path::new(DEFAULT), false), |path| (path, true));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => return Ok(Self::default()),
            Err(error) => return Err(ConfigError(format!("cannot read {}: {error}", path.display()))),
        };
        toml::from_str(&text).map_err(|error| {
            let line = error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.matches('\n').count() + 1);
            // Only what is wrong: toml's own display repeats the line, which may be the one with the key.
            ConfigError(format!("{}, line {line}: {}", path.display(), error.message().replace('\n', " ")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_with_file_and_line_and_without_secrets() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lectern.toml");
        for (text, line) in
            [("demo = true\nlisten = 'nowhere'\n", 2), ("\n\nlisten_on = '1.2.3.4:5'\n", 3), ("secret_key = \"geheim\" x\n", 1)]
        {
            std::fs::write(&path, text).unwrap();
            let message = FileSettings::read(Some(&path)).unwrap_err().to_string();
            assert!(message.contains(&format!("lectern.toml, line {line}: ")), "{message}");
            assert!(!message.contains("geheim"), "{message}");
        }
    }

    #[test]
    fn a_file_that_was_asked_for_must_exist() {
        assert!(FileSettings::read(Some(Path::new("/nonexistent/lectern.toml"))).unwrap_err().to_string().starts_with("cannot read "));
    }
}
