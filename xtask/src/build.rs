//! Makes everything that the server needs: the browser's half, styles and files in a folder `site`, then the binary.

use anyhow::Result;

use crate::options::{Mode, Options};
use crate::{assets, browser, command, css, paths, setup, steps};

/// Builds both halves.
///
/// # Errors
/// The first step that fails, with what to do where we know it.
pub fn all(options: &Options) -> Result<()> {
    all_and(options, &[])
}

/// Builds both halves, and more of what belongs to the server: one run of cargo, because two with different features would
/// compile the server twice.
///
/// # Errors
/// As [`all`].
pub fn all_and(options: &Options, targets: &[&str]) -> Result<()> {
    let mode = options.mode;
    setup::ensure_browser_target()?;
    let bundle = browser::build(mode, options.optimise)?;
    let styles = css::build(mode)?;
    let names = assets::assemble(mode, &bundle, &styles)?;
    server(mode, targets)?;
    // Leptos looks for the names beside the binary; the site has its own copy for servers that are installed elsewhere.
    assets::write_changed(&paths::bin_dir(mode).join("hash.txt"), names.as_bytes())?;
    steps::say(&format!("built: {} and {}", paths::server(mode).display(), paths::site(mode).display()));
    Ok(())
}

fn server(mode: Mode, targets: &[&str]) -> Result<()> {
    steps::say("server: cargo build");
    let mut cargo = command::cargo();
    cargo.args(["build", "--bin", "lectern", "--features", "ssr"]).args(targets);
    if mode == Mode::Release {
        cargo.arg("--release");
    }
    command::run(&mut cargo)
}
