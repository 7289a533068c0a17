//! Finds PostgreSQL's programs; the integration tests start throwaway servers with them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{debian, paths};

/// Names the folder for the tests.
pub const BIN_VARIABLE: &str = "LECTERN_POSTGRES_BIN";
/// Where Debian keeps them, one folder per major version, off the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder that holds `initdb` and `postgres`, installed if need be.
///
/// # Errors
/// When there is none and it cannot be installed, naming what would install it.
pub fn ensure() -> Result<PathBuf> {
    if let Some(dir) = find() {
        return Ok(dir);
    }
    debian::install("postgresql").context("the tests run on PostgreSQL too")?;
    find().with_context(|| format!("the package postgresql brought no `initdb` below {DEBIAN}; set {BIN_VARIABLE}"))
}

fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os(BIN_VARIABLE) {
        return Some(PathBuf::from(named));
    }
    newest(Path::new(DEBIAN)).or_else(|| paths::find_program("initdb")?.parent().map(Path::to_path_buf))
}

fn newest(versions: &Path) -> Option<PathBuf> {
    let dirs = fs::read_dir(versions).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let numbered = dirs.filter_map(|dir| Some((dir.file_name()?.to_str()?.parse::<u32>().ok()?, dir.join("bin"))));
    numbered.filter(|(_, bin)| bin.join("initdb").is_file()).max().map(|(_, bin)| bin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_wins_by_number() -> Result<()> {
        let dir = std::env::temp_dir().join(format!("xtask-postgres-{}", std::process::id()));
        for version in ["9", "15", "common"] {
            fs::create_dir_all(dir.join(version).join("bin"))?;
            fs::write(dir.join(version).join("bin/initdb"), "")?;
        }
        assert_eq!(newest(&dir), Some(dir.join("15/bin")));
        Ok(fs::remove_dir_all(dir)?)
    }
}
