//! Packages from npm: the optimiser for WebAssembly, and what the end-to-end tests need.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, debian, fresh, paths, steps};

/// One version, so that equal sources give equal bundles.
const BINARYEN: &str = "binaryen@132.0.0";

/// The path of `wasm-opt`, installed on first use; `None` without npm.
///
/// # Errors
/// When npm fails.
pub fn wasm_opt() -> Result<Option<PathBuf>> {
    let Some(npm) = paths::find_program("npm") else {
        return Ok(None);
    };
    let tools = paths::tools();
    let wasm_opt = tools.join("node_modules/.bin/wasm-opt");
    fresh::unless_done(&tools.join("binaryen.stamp"), BINARYEN, &wasm_opt, || {
        steps::say(&format!("tools: npm install {BINARYEN}"));
        std::fs::create_dir_all(&tools)?;
        let mut install = Command::new(npm);
        install.args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", BINARYEN, "--prefix"]);
        command::run(install.arg(&tools)).context("`--no-opt` builds without it")
    })?;
    Ok(Some(wasm_opt))
}

/// Installs what `package.json` in `dir` names, unless its lock was installed before.
///
/// # Errors
/// When npm is missing and cannot be installed, or fails.
pub fn ensure_packages(dir: &Path) -> Result<()> {
    let manifest = dir.join("package.json");
    if !manifest.is_file() {
        bail!("{} is missing", manifest.display());
    }
    debian::ensure_program("npm", "npm")?;
    let lock = dir.join("package-lock.json");
    let (what, inputs) = if lock.is_file() {
        ("ci", format!("{}{}", fresh::glance(&manifest)?, fresh::glance(&lock)?))
    } else {
        ("install", fresh::glance(&manifest)?)
    };
    let modules = dir.join("node_modules");
    fresh::unless_done(&modules.join(".xtask-stamp"), &inputs, &modules, || {
        steps::say(&format!("e2e: npm {what}"));
        let mut npm = Command::new("npm");
        // The tests use the system's Chromium; Playwright's own would be hundreds of megabytes.
        npm.current_dir(dir).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        command::run(npm.args([what, "--no-audit", "--no-fund", "--loglevel=error"]))
    })
}
