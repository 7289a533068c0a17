//! The browser's half: WebAssembly and the JavaScript that loads it.
//!
//! cargo compiles, wasm-bindgen (linked in as a library, so nothing needs installing) writes the loader, wasm-opt shrinks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::options::{Mode, Optimise};
use crate::setup::TARGET;
use crate::{command, fresh, npm, paths, steps};

/// What `wasm-opt` may use: features that every current browser has. Never `--all-features`, which makes it write an
/// import encoding that Chromium refuses to load.
const BROWSER_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// The files that a browser downloads, before they get their final names.
pub struct Bundle {
    /// The loader.
    pub js: PathBuf,
    /// The program.
    pub wasm: PathBuf,
    /// Scripts that crates bring along and the loader imports by relative path; may not exist.
    pub snippets: PathBuf,
}

/// Compiles and packs the browser's half.
///
/// # Errors
/// When the compiler, wasm-bindgen or wasm-opt fails.
pub fn build(mode: Mode, optimise: Optimise) -> Result<Bundle> {
    compile(mode)?;
    let work = paths::work(mode);
    let bound = work.join("bindgen");
    let raw = paths::raw_wasm(mode);
    fresh::unless_done(&work.join("bindgen.stamp"), &fresh::glance(&raw)?, &bound.join("lectern_bg.wasm"), || {
        steps::say("browser: wasm-bindgen");
        bind(mode, &raw, &bound)
    })?;
    let plain = bound.join("lectern_bg.wasm");
    Ok(Bundle { js: bound.join("lectern.js"), wasm: shrink(mode, optimise, &plain, &work)?, snippets: bound.join("snippets") })
}

fn compile(mode: Mode) -> Result<()> {
    steps::say("browser: cargo build");
    let mut cargo = command::cargo();
    cargo.args(["build", "--lib", "--no-default-features", "--features", "hydrate", "--target", TARGET]);
    if mode == Mode::Release {
        cargo.args(["--profile", "wasm-release"]);
    }
    command::run(&mut cargo)
}

fn bind(mode: Mode, raw: &Path, out: &Path) -> Result<()> {
    if out.exists() {
        // Or scripts of crates that are no longer used would stay.
        fs::remove_dir_all(out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    let mut bindgen = Bindgen::new();
    // The default path would be the unhashed name; Leptos passes the real one when it starts the program.
    bindgen.input_path(raw).out_name("lectern").typescript(false).omit_default_module_path(true);
    // Names make a stack trace readable while developing, and a download larger.
    bindgen.remove_name_section(mode == Mode::Release).remove_producers_section(mode == Mode::Release);
    bindgen.web(true)?.generate(out).with_context(|| {
        format!(
            "wasm-bindgen cannot read {}; `wasm-bindgen-cli-support` in xtask/Cargo.toml must be the version of \
             `wasm-bindgen` in Cargo.lock",
            raw.display()
        )
    })
}

/// Gives the file to download: the optimised one, or `plain` where that is not wanted or not possible.
fn shrink(mode: Mode, optimise: Optimise, plain: &Path, work: &Path) -> Result<PathBuf> {
    if mode == Mode::Dev {
        return Ok(plain.to_path_buf());
    }
    if optimise == Optimise::No {
        steps::notice("wasm-opt left out, as asked");
        return Ok(plain.to_path_buf());
    }
    let Some(wasm_opt) = npm::wasm_opt()? else {
        steps::notice("wasm-opt left out: no npm here (install Node.js); browsers download about a fifth more");
        return Ok(plain.to_path_buf());
    };
    let small = work.join("lectern_bg.opt.wasm");
    fresh::unless_done(&work.join("opt.stamp"), &fresh::glance(plain)?, &small, || {
        steps::say("browser: wasm-opt -Oz");
        command::run(Command::new(&wasm_opt).arg("-Oz").args(BROWSER_FEATURES).arg(plain).arg("-o").arg(&small))?;
        let (before, after) = (fs::metadata(plain)?.len(), fs::metadata(&small)?.len());
        if after == 0 {
            bail!("wasm-opt wrote an empty file; `--no-opt` builds without it");
        }
        steps::say(&format!("browser: {} kB became {} kB", before / 1000, after / 1000));
        Ok(())
    })?;
    Ok(small)
}
