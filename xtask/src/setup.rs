//! Makes sure that rustc can compile for the browser.
//!
//! Four ways, the first that works: it can already; rustup adds the target; we compile the standard library from its
//! source ([`crate::wasm_std`]); or a message says what to install.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, paths, steps, wasm_std};

/// The browser's target.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Installs the browser target unless it is there.
///
/// # Errors
/// When no way works, saying what to install; or when the target is there twice.
pub fn ensure_browser_target() -> Result<()> {
    let libdir = command::rustc_path(&["--print", "target-libdir", "--target", TARGET])?;
    if is_installed(&libdir)? {
        return Ok(());
    }
    if let Some(rustup) = paths::find_program("rustup") {
        steps::say(&format!("toolchain: rustup target add {TARGET}"));
        match command::output(Command::new(rustup).args(["target", "add", TARGET]).current_dir(paths::root())) {
            Ok(_) if is_installed(&libdir)? => {
                warn_of_old_builds();
                return Ok(());
            }
            Ok(_) => steps::notice("rustup is content, but this rustc still has no such target; is it rustup's rustc?"),
            Err(_) => steps::notice("rustup cannot download it here; building it from the standard library's source"),
        }
    }
    let version = rustc_version()?;
    let Some(source) = wasm_std::find_source(&version)? else {
        bail!(
            "rustc {version} cannot compile for {TARGET} yet. Either run `rustup target add {TARGET}` with a network, \
             or set RUST_STD_SRC to a tar of the `library/` folder of Rust {version}, or install the package rust-src \
             of exactly that version; then run `cargo xtask setup` again"
        );
    };
    wasm_std::build(&source, &libdir)?;
    if !is_installed(&libdir)? {
        bail!("{} is still incomplete after building it; please report this", libdir.display());
    }
    warn_of_old_builds();
    Ok(())
}

/// cargo does not notice that the standard library was replaced, and rustc then refuses what was compiled with the old one.
fn warn_of_old_builds() {
    if paths::target().join(TARGET).is_dir() {
        steps::notice(&format!(
            "the target was installed anew: if rustc now says E0460 or E0463, run `cargo clean --target {TARGET}` once"
        ));
    }
}

/// Whether the standard library is there, once.
fn is_installed(libdir: &Path) -> Result<bool> {
    match count_std(libdir)? {
        0 => Ok(false),
        1 => Ok(true),
        // What `rustup target add` leaves behind when the target was put there by hand before (rustc: E0464).
        copies => bail!(
            "{} holds {copies} standard libraries, so rustc cannot choose; remove that folder (and run \
             `rustup target remove {TARGET}` if rustup lists the target), then run `cargo xtask setup`",
            libdir.display()
        ),
    }
}

fn count_std(libdir: &Path) -> Result<usize> {
    if !libdir.is_dir() {
        return Ok(0);
    }
    let files = fs::read_dir(libdir).with_context(|| format!("cannot read {}", libdir.display()))?;
    let mut copies = 0;
    for file in files {
        let name = file?.file_name();
        let name = name.to_string_lossy();
        copies += usize::from(name.starts_with("libstd-") && name.ends_with(".rlib"));
    }
    Ok(copies)
}

fn rustc_version() -> Result<String> {
    let line = command::output(Command::new("rustc").arg("--version").current_dir(paths::root()))?;
    let version = line.split_whitespace().nth(1);
    version.map(str::to_owned).with_context(|| format!("cannot read a version from `{}`", line.trim()))
}

/// Where rustc looks for the standard library's source.
///
/// # Errors
/// When rustc is missing.
pub fn library_source() -> Result<PathBuf> {
    let sysroot = command::rustc_path(&["--print", "sysroot"])?;
    Ok(sysroot.join("lib/rustlib/src/rust/library"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_standard_libraries_are_refused_and_none_is_not_installed() -> Result<()> {
        let dir = std::env::temp_dir().join(format!("xtask-setup-{}", std::process::id()));
        assert!(!is_installed(&dir)?);
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("libstd_detect-1.rlib"), "")?;
        assert!(!is_installed(&dir)?);
        fs::write(dir.join("libstd-1.rlib"), "")?;
        assert!(is_installed(&dir)?);
        fs::write(dir.join("libstd-2.rlib"), "")?;
        assert!(is_installed(&dir).is_err_and(|e| e.to_string().contains("rustup target remove")));
        Ok(fs::remove_dir_all(dir)?)
    }
}
