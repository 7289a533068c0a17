//! Starting other programs, with errors that name the program and what to do.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;

/// Variables that `cargo run` sets for xtask and that must not reach an inner cargo: build scripts such as ring's watch
/// them, and would rebuild whenever plain cargo and xtask take turns.
const CARGO_RUN_PREFIXES: [&str; 5] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"];

/// Cargo, in the repository, with the environment a shell would give it.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(paths::root()).env("CARGO_TARGET_DIR", paths::target());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(|n| CARGO_RUN_PREFIXES.iter().any(|p| n.starts_with(p))) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs to the end, output passed through.
///
/// # Errors
/// When it cannot start or does not succeed, naming the program and its arguments.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}; its own lines above say why");
    }
    Ok(())
}

/// Runs to the end and gives its standard output; its complaints become part of the error.
///
/// # Errors
/// When it cannot start or does not succeed.
pub fn output(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let output = command.output().with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not print text"))
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Asks rustc a question: `sysroot`, or `target-libdir` with a target.
///
/// # Errors
/// When rustc is missing.
pub fn rustc_path(question: &[&str]) -> Result<PathBuf> {
    let mut rustc = Command::new("rustc");
    Ok(PathBuf::from(output(rustc.args(question).current_dir(paths::root()))?.trim()))
}

/// Whether this process may install system packages.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
