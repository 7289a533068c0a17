//! Compiles the standard library for the browser, for machines where rustup cannot download it.
//!
//! Stable rustc can do it (`RUSTC_BOOTSTRAP=1`, `-Zbuild-std`), given the source. The result goes where rustup would have
//! put it, so every plain cargo command with that target works afterwards.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::setup::TARGET;
use crate::{command, debian, paths, setup, steps};

/// Where the source can come from.
pub enum Source {
    /// rustc has it already (rustup's component `rust-src`, or an earlier run).
    InPlace,
    /// A tar of the `library/` folder.
    Tar(PathBuf),
    /// A `library/` folder elsewhere.
    Folder(PathBuf),
}

/// Looks for the source of exactly this version.
///
/// # Errors
/// When `RUST_STD_SRC` names no file.
pub fn find_source(version: &str) -> Result<Option<Source>> {
    if setup::library_source()?.join("std/Cargo.toml").is_file() {
        return Ok(Some(Source::InPlace));
    }
    if let Some(named) = env::var_os("RUST_STD_SRC") {
        let tar = PathBuf::from(named);
        if !tar.is_file() {
            bail!("RUST_STD_SRC names {}, which is not a file", tar.display());
        }
        return Ok(Some(Source::Tar(tar)));
    }
    let beside = paths::root().join(format!("../shared/toolchain/rust-std-src-{version}.tar.zst"));
    if beside.is_file() {
        return Ok(Some(Source::Tar(beside)));
    }
    match debian::rust_library(version) {
        Ok(found) => Ok(found.map(Source::Folder)),
        Err(e) => {
            steps::notice(&format!("Debian's rust-src is no help: {e:#}"));
            Ok(None)
        }
    }
}

/// Compiles the source and installs the result in `libdir`.
///
/// # Errors
/// When the toolchain's folder cannot be written, or the compilation fails.
pub fn build(source: &Source, libdir: &Path) -> Result<()> {
    place(source)?;
    steps::say("toolchain: compiling the standard library for the browser (about a minute)");
    let crate_dir = paths::target().join("xtask/wasm-std");
    write_empty_crate(&crate_dir)?;
    let build_dir = crate_dir.join("target");
    // Release, so that the flags of development builds stay out of it.
    let mut cargo = command::cargo();
    cargo.current_dir(&crate_dir).env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", &build_dir).args([
        "build",
        "--release",
        "-Zbuild-std=std,panic_abort,proc_macro",
        "--target",
        TARGET,
    ]);
    command::run(&mut cargo)?;
    install(&build_dir.join(TARGET).join("release/deps"), libdir)
}

/// Puts the source where `-Zbuild-std` looks for it.
fn place(source: &Source) -> Result<()> {
    let library = setup::library_source()?;
    let home = library.parent().context("the toolchain has no place for sources")?;
    let read_only = || format!("cannot write {}; run this as the toolchain's owner", home.display());
    match source {
        Source::InPlace => return Ok(()),
        Source::Tar(tar) => {
            steps::say(&format!("toolchain: unpacking {}", tar.display()));
            if tar.extension().is_some_and(|x| x == "zst") {
                debian::ensure_program("zstd", "zstd")?;
            }
            // Unpacked beside its place and renamed: a run that is interrupted leaves nothing that looks complete.
            let half = home.join("unpacking");
            fs::create_dir_all(&half).with_context(read_only)?;
            command::run(Command::new("tar").arg("-xf").arg(tar).arg("-C").arg(&half))?;
            fs::rename(half.join("library"), &library).with_context(|| format!("{} has no folder `library` at its top", tar.display()))?;
            fs::remove_dir_all(&half).with_context(read_only)?;
        }
        Source::Folder(folder) => {
            fs::create_dir_all(home).with_context(read_only)?;
            command::run(Command::new("cp").arg("-R").arg(folder).arg(&library))?;
        }
    }
    if !library.join("std/Cargo.toml").is_file() {
        bail!("{} has no std/Cargo.toml: not the source of a standard library", library.display());
    }
    Ok(())
}

fn write_empty_crate(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir.join("src"))?;
    // Its own workspace, because it lies inside ours.
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(dir.join("Cargo.toml"), manifest)?;
    Ok(fs::write(dir.join("src/lib.rs"), "")?)
}

/// Copies the libraries beside their place and renames the folder, so that the target is there whole or not at all.
fn install(deps: &Path, libdir: &Path) -> Result<()> {
    let target_dir = libdir.parent().context("the toolchain has no place for targets")?;
    let half = target_dir.join("lib.installing");
    if half.exists() {
        fs::remove_dir_all(&half)?;
    }
    fs::create_dir_all(&half).with_context(|| format!("cannot write {}; run this as the toolchain's owner", target_dir.display()))?;
    let mut copied = 0;
    for file in fs::read_dir(deps).with_context(|| format!("cannot read {}", deps.display()))? {
        let file = file?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&file, half.join(&name))?;
            copied += 1;
        }
    }
    if copied == 0 {
        bail!("{} holds no libraries; please report this", deps.display());
    }
    if libdir.exists() {
        // `is_installed` found no standard library in it, so it holds nothing that works.
        fs::remove_dir_all(libdir)?;
    }
    fs::rename(&half, libdir).with_context(|| format!("cannot write {}", libdir.display()))?;
    steps::say(&format!("toolchain: installed {copied} libraries for {TARGET}"));
    Ok(())
}
