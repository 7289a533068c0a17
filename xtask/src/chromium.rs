//! Finds the browser for the end-to-end tests: the system's Chromium, since Playwright's own is a large download.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{debian, paths};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser's path: `LECTERN_CHROMIUM`, one on the path, or Debian's package.
///
/// # Errors
/// When there is none and it cannot be installed, naming what would install it.
pub fn ensure() -> Result<PathBuf> {
    if let Some(named) = env::var_os("LECTERN_CHROMIUM") {
        let path = PathBuf::from(named);
        if !path.is_file() {
            bail!("LECTERN_CHROMIUM names {}, which is not a file", path.display());
        }
        return Ok(path);
    }
    if let Some(found) = NAMES.iter().find_map(|name| paths::find_program(name)) {
        return Ok(found);
    }
    debian::install("chromium").context("the end-to-end tests need Chromium (or name one in LECTERN_CHROMIUM)")?;
    paths::find_program("chromium").context("the package chromium brought no program `chromium`")
}
