//! The end-to-end tests: Playwright drives the system's Chromium against a server of our own.

use std::process::Command;

use anyhow::{Result, bail};

use crate::options::{Mode, Optimise, Options, Task};
use crate::server::Server;
use crate::{build, chromium, command, npm, paths, steps};

/// Builds, starts a server on a new database, and runs the tests; `args` go to Playwright.
///
/// The tests learn where things are from `LECTERN_URL`, `LECTERN_SANDBOX_URL` and `LECTERN_CHROMIUM`.
///
/// # Errors
/// When something is missing and cannot be installed, or a test fails.
pub fn run(args: &[String]) -> Result<()> {
    let dir = paths::end2end();
    if !dir.join("playwright.config.ts").is_file() {
        bail!("{} has no playwright.config.ts", dir.display());
    }
    ensure_tools()?;
    let options = Options { task: Task::Build, mode: Mode::Dev, optimise: Optimise::No, skip_e2e: false, only: None, rest: Vec::new() };
    build::all(&options)?;
    let browser = chromium::ensure()?;
    let server = Server::start(Mode::Dev, "e2e")?;
    steps::say("e2e: npx playwright test");
    let mut playwright = Command::new("npx");
    playwright
        .current_dir(&dir)
        .env("LECTERN_URL", format!("http://{}", server.address))
        .env("LECTERN_SANDBOX_URL", format!("http://{}", server.sandbox))
        .env("LECTERN_CHROMIUM", browser)
        .args(["playwright", "test"])
        .args(args);
    command::run(&mut playwright)
}

/// Chromium and the npm packages.
///
/// # Errors
/// When one is missing and cannot be installed, naming the command that would.
pub fn ensure_tools() -> Result<()> {
    chromium::ensure()?;
    npm::ensure_packages(&paths::end2end())
}
