//! Builds, serves and tests Lectern. `cargo xtask help` lists the commands.
//!
//! One program instead of a page of instructions: each command first makes sure that what it needs is there, and says
//! how to get it when it cannot. Modules are one job each: [`setup`] and [`wasm_std`] prepare the toolchain, [`browser`],
//! [`css`] and [`assets`] make the site folder, [`serve`] and [`checks`] use the result.

mod assets;
mod bench;
mod browser;
mod build;
mod checks;
mod chromium;
mod command;
mod compress;
mod css;
mod debian;
mod e2e;
mod fresh;
mod fuzz;
mod npm;
mod options;
mod paths;
mod postgres;
mod serve;
mod server;
mod setup;
mod steps;
mod wasm_std;

use std::process::ExitCode;

use options::{Options, Task};

const HELP: &str = "\
cargo xtask <command> [options]

  setup                 install the browser target of the Rust toolchain if it is missing
  build                 build browser and server
      --release           optimised and precompressed
      --no-opt            skip wasm-opt
  serve [args]          build, then run the demo on http://127.0.0.1:3000; args go to `lectern serve`
      --release           the same, optimised
  check                 formatting and clippy, for server and browser
  test                  check, all tests, then the end-to-end tests
      --no-e2e            without the browser tests
      --only <step>       one of: fmt, clippy-ssr, clippy-hydrate, tests, xtask, e2e
  e2e [args]            build, then only the end-to-end tests; args go to Playwright
  bench                 build for release, then measure it
      --seconds <n>       how long each row is measured (5)
      --engine <name>     sqlite or postgres
      --only <part>       slow-processor: pages beside 200 buyers whose processor takes 2 s
  fuzz                  random inputs for every parser of bytes from outside (needs a C++ compiler)
      --seconds <n>       how long each target runs (60)
      --only <target>     one of: payflow, nvp, stripe, orders, notices, forms, simulators
  help                  this text

Environment: RUST_STD_SRC names a tar of Rust's `library/` folder (see `setup`), LECTERN_CHROMIUM a browser.
";

fn main() -> ExitCode {
    steps::start();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            steps::failed(&e);
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    paths::announce_shared_target();
    match options.task {
        Task::Help => print!("{HELP}"),
        Task::Setup => setup::ensure_browser_target()?,
        Task::Build => build::all(&options).map(|_| ())?,
        Task::Serve => serve::run(&options)?,
        Task::Check => checks::check()?,
        Task::Test => checks::test(&options)?,
        Task::E2e => e2e::run(&options.rest)?,
        Task::Bench => bench::run(&options.rest)?,
        Task::Fuzz => fuzz::run(&options.rest)?,
    }
    Ok(())
}
