//! Remembering what a step was made from, to skip it when nothing changed.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Runs `step` unless `stamp` says that it last ran on the same `inputs` and `result` is still there.
///
/// # Errors
/// What `step` reports, or a stamp that cannot be written.
pub fn unless_done(stamp: &Path, inputs: &str, result: &Path, step: impl FnOnce() -> Result<()>) -> Result<()> {
    if result.exists() && fs::read_to_string(stamp).is_ok_and(|seen| seen == inputs) {
        return Ok(());
    }
    // A step that is interrupted half way must not look done.
    remove(stamp)?;
    step()?;
    if let Some(dir) = stamp.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    }
    fs::write(stamp, inputs).with_context(|| format!("cannot write {}", stamp.display()))
}

fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e).with_context(|| format!("cannot remove {}", file.display())),
        _ => Ok(()),
    }
}

/// Length and time of change: enough for files that cargo writes, and free for those of tens of megabytes.
///
/// # Errors
/// When the file is not there.
pub fn glance(file: &Path) -> Result<String> {
    let seen = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?;
    let changed = seen.modified()?.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    Ok(format!("{} {} {changed}", file.display(), seen.len()))
}

/// The part of a content's hash that goes into a file name: 16 hexadecimal digits.
pub fn name_hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_has_an_equal_name() {
        // The first bytes of SHA-256 of the empty text, FIPS 180-4.
        assert_eq!(name_hash(b""), "e3b0c44298fc1c14");
        assert_ne!(name_hash(b"a"), name_hash(b"b"));
    }

    #[test]
    fn a_step_runs_once_per_input_and_again_after_a_failure() -> Result<()> {
        let dir = std::env::temp_dir().join(format!("xtask-fresh-{}", std::process::id()));
        let (stamp, result) = (dir.join("stamp"), dir.join("result"));
        let mut runs = 0;
        for inputs in ["one", "one", "two"] {
            unless_done(&stamp, inputs, &result, || {
                runs += 1;
                fs::create_dir_all(&dir)?;
                Ok(fs::write(&result, inputs)?)
            })?;
        }
        assert_eq!(runs, 2);
        assert!(unless_done(&stamp, "three", &result, || anyhow::bail!("no")).is_err());
        unless_done(&stamp, "two", &result, || {
            runs += 1;
            Ok(())
        })?;
        assert_eq!(runs, 3);
        Ok(fs::remove_dir_all(dir)?)
    }
}
