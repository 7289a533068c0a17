//! The command line, read by hand: six commands do not pay for an argument parser's compile time.

use anyhow::{Result, bail};

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Print the help text.
    Help,
    /// Install the browser target.
    Setup,
    /// Build both halves.
    Build,
    /// Build and run the demo.
    Serve,
    /// Formatting and clippy.
    Check,
    /// Everything a reviewer wants to see pass.
    Test,
    /// Only the end-to-end tests.
    E2e,
    /// Figures of the release build.
    Bench,
    /// Random inputs for every parser.
    Fuzz,
}

/// How to compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Quick to compile.
    Dev,
    /// Quick to run, small to download.
    Release,
}

/// Whether to shrink the browser's half after compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Optimise {
    /// With `wasm-opt`, in release builds.
    Yes,
    /// Not at all.
    No,
}

/// A parsed command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The command.
    pub task: Task,
    /// `--release`.
    pub mode: Mode,
    /// `--no-opt`.
    pub optimise: Optimise,
    /// `--no-e2e`.
    pub skip_e2e: bool,
    /// `--only <step>`.
    pub only: Option<String>,
    /// Arguments for the program that the command starts.
    pub rest: Vec<String>,
}

impl Options {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// When the command or an option is unknown, naming it.
    pub fn parse(args: impl Iterator<Item = String>) -> Result<Self> {
        let mut args = args;
        let task = match args.next().as_deref() {
            None | Some("help" | "--help" | "-h") => Task::Help,
            Some("setup") => Task::Setup,
            Some("build") => Task::Build,
            Some("serve") => Task::Serve,
            Some("check") => Task::Check,
            Some("test") => Task::Test,
            Some("e2e") => Task::E2e,
            Some("bench") => Task::Bench,
            Some("fuzz") => Task::Fuzz,
            Some(other) => bail!("no command `{other}`; `cargo xtask help` lists them"),
        };
        let mut options = Self { task, mode: Mode::Dev, optimise: Optimise::Yes, skip_e2e: false, only: None, rest: Vec::new() };
        while let Some(arg) = args.next() {
            match (task, arg.as_str()) {
                (Task::Build | Task::Serve, "--release") => options.mode = Mode::Release,
                (Task::Build | Task::Serve, "--no-opt") => options.optimise = Optimise::No,
                (Task::Test, "--no-e2e") => options.skip_e2e = true,
                (Task::Test, "--only") => match args.next() {
                    Some(step) => options.only = Some(step),
                    None => {
                        bail!("`--only` needs the name of a step; `cargo xtask help` lists them")
                    }
                },
                (Task::Serve | Task::E2e | Task::Bench | Task::Fuzz, _) => options.rest.push(arg),
                (_, unknown) => bail!("no option `{unknown}` here; `cargo xtask help` lists them"),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn serve_keeps_its_own_options_and_passes_the_others_on() -> Result<()> {
        let options = parse("serve --release --listen 0.0.0.0:80")?;
        assert_eq!((options.mode, options.rest.len()), (Mode::Release, 2));
        Ok(())
    }

    #[test]
    fn unknown_words_are_named() {
        for (line, word) in [("sevre", "sevre"), ("build --fast", "--fast"), ("test --only", "--only")] {
            assert!(parse(line).is_err_and(|e| e.to_string().contains(word)), "{line}");
        }
    }

    #[test]
    fn nothing_asks_for_help() -> Result<()> {
        assert_eq!(parse("")?.task, Task::Help);
        Ok(())
    }
}
