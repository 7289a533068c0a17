//! Where things are. Every path that xtask reads or writes is named here.

use std::env;
use std::path::{Path, PathBuf};

use crate::options::Mode;

/// The repository's root: the folder above xtask's own.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Says so when builds go outside the clone: CI throws a clone away after each run, and would throw its builds away too.
pub fn announce_shared_target() {
    if let Some(shared) = ci_target() {
        crate::steps::say(&format!("ci: building in {}, outside the clone", shared.display()));
    }
}

fn ci_target() -> Option<PathBuf> {
    if env::var_os("CARGO_TARGET_DIR").is_some() || env::var("CI").ok()? != "true" {
        return None;
    }
    Some(PathBuf::from(env::var_os("HOME")?).join(".cache").join("lectern-target"))
}

/// Cargo's target directory, as cargo itself would choose it.
pub fn target() -> PathBuf {
    if let Some(shared) = ci_target() {
        return shared;
    }
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// What the server serves as files: beside its binary, where it looks first, so that building for release never changes what a
/// running development server serves.
pub fn site(mode: Mode) -> PathBuf {
    bin_dir(mode).join("site")
}

/// Intermediate results, kept apart by mode so that switching modes rebuilds nothing.
pub fn work(mode: Mode) -> PathBuf {
    target().join("xtask").join(match mode {
        Mode::Dev => "dev",
        Mode::Release => "release",
    })
}

/// npm packages that the build itself uses.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// The folder of the server's binary.
pub fn bin_dir(mode: Mode) -> PathBuf {
    target().join(match mode {
        Mode::Dev => "debug",
        Mode::Release => "release",
    })
}

/// The server's binary.
pub fn server(mode: Mode) -> PathBuf {
    bin_dir(mode).join(format!("lectern{}", env::consts::EXE_SUFFIX))
}

/// What cargo makes of the browser's half, before wasm-bindgen.
pub fn raw_wasm(mode: Mode) -> PathBuf {
    let profile = match mode {
        Mode::Dev => "debug",
        Mode::Release => "wasm-release",
    };
    target().join("wasm32-unknown-unknown").join(profile).join("lectern.wasm")
}

/// The end-to-end tests.
pub fn end2end() -> PathBuf {
    root().join("end2end")
}

/// Finds a program the way a shell would.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let dirs = env::var_os("PATH")?;
    env::split_paths(&dirs).map(|dir| dir.join(format!("{name}{}", env::consts::EXE_SUFFIX))).find(|p| p.is_file())
}
