//! `cargo xtask serve`: from a fresh clone to a demo in the browser.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::options::Options;
use crate::{build, paths, steps};

/// What `lectern serve` gets unless the command line says otherwise.
const DEFAULTS: [(&str, &str); 3] =
    [("--listen", "127.0.0.1:3000"), ("--sandbox", "127.0.0.1:3001"), ("--database", "sqlite:data/lectern.db")];

/// Builds, then becomes the server, which prints its addresses and sign-ins itself.
///
/// # Errors
/// When the build fails or the server does not start.
pub fn run(options: &Options) -> Result<()> {
    build::all(options)?;
    fs::create_dir_all(paths::root().join("data")).context("cannot create data/ for the database")?;
    let mut server = Command::new(paths::server(options.mode));
    server.current_dir(paths::root()).args(["serve", "--demo"]);
    server.args(missing_defaults(&options.rest)).args(&options.rest);
    steps::say("server: starting");
    become_(&mut server)
}

fn missing_defaults(given: &[String]) -> Vec<&'static str> {
    let is_given = |name: &str| given.iter().any(|g| g == name || g.starts_with(&format!("{name}=")));
    DEFAULTS.iter().filter(|(name, _)| !is_given(name)).flat_map(|&(name, value)| [name, value]).collect()
}

/// Replaces this process, so that every signal reaches the server and its exit code is ours.
#[cfg(unix)]
fn become_(server: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(server.exec()).context("cannot start the server")
}

#[cfg(not(unix))]
fn become_(server: &mut Command) -> Result<()> {
    crate::command::run(server)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_option_replaces_its_default() {
        let given = ["--listen=0.0.0.0:80".to_owned(), "--database".to_owned(), "postgres://db/lectern".to_owned()];
        assert_eq!(missing_defaults(&given), ["--sandbox", "127.0.0.1:3001"]);
        assert_eq!(missing_defaults(&[]).len(), 6);
    }
}
