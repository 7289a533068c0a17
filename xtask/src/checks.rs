//! `check` and `test`: what has to pass before a change is done, cheapest first.

use anyhow::{Result, bail};

use crate::options::Options;
use crate::setup::TARGET;
use crate::{command, e2e, postgres, setup, steps};

/// One thing that passes or fails, by the name that `--only` takes.
struct Step {
    name: &'static str,
    run: fn() -> Result<()>,
}

const CHECKS: [Step; 3] =
    [Step { name: "fmt", run: fmt }, Step { name: "clippy-ssr", run: clippy_ssr }, Step { name: "clippy-hydrate", run: clippy_hydrate }];

const TESTS: [Step; 3] =
    [Step { name: "xtask", run: xtask }, Step { name: "tests", run: tests }, Step { name: "e2e", run: || e2e::run(&[]) }];

/// Formatting and clippy for both halves.
///
/// # Errors
/// The first check that fails.
pub fn check() -> Result<()> {
    run_all(CHECKS.iter())
}

/// Everything, or the one step asked for.
///
/// # Errors
/// The first step that fails, or an unknown step.
pub fn test(options: &Options) -> Result<()> {
    let all = || CHECKS.iter().chain(&TESTS);
    if let Some(only) = &options.only {
        let Some(step) = all().find(|s| s.name == only) else {
            let names: Vec<&str> = all().map(|s| s.name).collect();
            bail!("no step `{only}`; there are {}", names.join(", "));
        };
        return run_all(std::iter::once(step));
    }
    // Asked for first: better to hear of a missing browser now than after the builds.
    postgres::ensure()?;
    if !options.skip_e2e {
        e2e::ensure_tools()?;
    }
    run_all(all().filter(|s| s.name != "e2e" || !options.skip_e2e))
}

fn run_all<'s>(chosen: impl Iterator<Item = &'s Step>) -> Result<()> {
    let mut passed = Vec::new();
    for step in chosen {
        (step.run)()?;
        passed.push(step.name);
    }
    steps::say(&format!("passed: {}", passed.join(", ")));
    Ok(())
}

fn fmt() -> Result<()> {
    steps::say("check: cargo fmt");
    command::run(command::cargo().args(["fmt", "--all", "--check"]))
}

fn clippy_ssr() -> Result<()> {
    steps::say("check: clippy, server");
    let mut cargo = command::cargo();
    cargo.args(["clippy", "--workspace", "--all-targets", "--features", "lectern/ssr", "--", "-D", "warnings"]);
    command::run(&mut cargo)
}

fn clippy_hydrate() -> Result<()> {
    setup::ensure_browser_target()?;
    steps::say("check: clippy, browser");
    let mut cargo = command::cargo();
    cargo.args(["clippy", "--lib", "--no-default-features", "--features", "hydrate", "--target", TARGET]);
    command::run(cargo.args(["--", "-D", "warnings"]))
}

fn xtask() -> Result<()> {
    steps::say("test: xtask");
    command::run(command::cargo().args(["test", "--package", "xtask"]))
}

fn tests() -> Result<()> {
    let postgres = postgres::ensure()?;
    steps::say(&format!("test: unit and integration, PostgreSQL from {}", postgres.display()));
    let mut cargo = command::cargo();
    cargo.env(postgres::BIN_VARIABLE, postgres);
    command::run(cargo.args(["test", "--features", "ssr"]))
}
