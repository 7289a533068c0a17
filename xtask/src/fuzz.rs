//! `fuzz`: builds the targets of `fuzz/` and lets each of them run, from seeds made of the recorded examples. Needs neither a nightly
//! toolchain nor cargo-fuzz, which both can be used as well; the address sanitizer is left to them, because nothing of ours is
//! `unsafe`. What crashes lies in `fuzz/artifacts/` afterwards.

mod seeds;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{command, paths, steps};

/// Every target, as `fuzz/Cargo.toml` names them.
const TARGETS: [&str; 7] = ["payflow", "nvp", "stripe", "orders", "notices", "forms", "simulators"];

/// What cargo-fuzz gives the compiler, less the address sanitizer.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// What to run, and how long.
#[derive(Debug)]
struct Plan {
    seconds: u32,
    targets: Vec<&'static str>,
}

impl Plan {
    fn parse(args: &[String]) -> Result<Self> {
        let mut plan = Self { seconds: 60, targets: TARGETS.to_vec() };
        let mut args = args.iter().map(String::as_str);
        while let Some(name) = args.next() {
            match (name, args.next()) {
                ("--seconds", Some(text)) => {
                    plan.seconds = text.parse().ok().filter(|s| *s > 0).with_context(|| format!("`--seconds {text}` is no time"))?;
                }
                ("--only", Some(text)) => {
                    let known = TARGETS.into_iter().find(|target| *target == text);
                    plan.targets = vec![known.with_context(|| format!("no target `{text}`, only {}", TARGETS.join(", ")))?];
                }
                (other, _) => bail!("fuzz understands `--seconds N` and `--only TARGET`, not `{other}`"),
            }
        }
        Ok(plan)
    }
}

/// Builds and runs the targets, one after another, and prints what each did.
///
/// # Errors
/// When the build fails or a target crashes, naming the input.
pub fn run(args: &[String]) -> Result<()> {
    let plan = Plan::parse(args)?;
    let folder = paths::root().join("fuzz");
    let host = host()?;
    steps::say("fuzz: building (the whole server, some minutes the first time)");
    let mut build = command::cargo();
    build.args(["build", "--release", "--bins", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    // A target of its own, so that the flags do not reach build scripts; the language features are those of coverage alone.
    build.args(["--target", &host]).env("RUSTFLAGS", FLAGS).env("RUSTC_BOOTSTRAP", "1");
    build.env("CARGO_TARGET_DIR", paths::target().join("fuzz"));
    command::run(&mut build)?;
    seeds::write(&folder.join("corpus"))?;
    let programs = paths::target().join("fuzz").join(host).join("release");
    let mut done = Vec::new();
    for target in plan.targets {
        steps::say(&format!("fuzz: {target}, {} s", plan.seconds));
        done.push((target, one(&folder, &programs.join(target), target, plan.seconds)?));
    }
    println!("\n{:<12} {:>12} {:>10} {:>8}", "target", "inputs", "coverage", "corpus");
    for (target, Ran { inputs, coverage, corpus }) in done {
        println!("{target:<12} {inputs:>12} {coverage:>10} {corpus:>8}");
    }
    Ok(())
}

/// What a target did.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ran {
    inputs: u64,
    /// Edges of the control flow that some input took.
    coverage: u64,
    /// Inputs that are kept because they reach something.
    corpus: u64,
}

impl Ran {
    /// Reads libFuzzer's log: its last line of progress, and the number at the end.
    fn parse(log: &str) -> Option<Self> {
        let progress = log.lines().rfind(|line| line.contains(" cov: ") && line.contains(" corp: "))?;
        let after = |name: &str| progress.split(name).nth(1)?.split([' ', '/']).next()?.parse().ok();
        let inputs = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
        Some(Self { inputs: inputs.trim().parse().ok()?, coverage: after(" cov: ")?, corpus: after(" corp: ")? })
    }
}

fn one(folder: &Path, program: &Path, target: &str, seconds: u32) -> Result<Ran> {
    let (corpus, artifacts) = (folder.join("corpus").join(target), folder.join("artifacts").join(target));
    fs::create_dir_all(&artifacts).with_context(|| format!("cannot create {}", artifacts.display()))?;
    let mut run = Command::new(program);
    run.arg(&corpus).arg(format!("-artifact_prefix={}/", artifacts.display())).arg(format!("-max_total_time={seconds}"));
    run.args(["-rss_limit_mb=3000", "-max_len=8192", "-timeout=20", "-print_final_stats=1"]);
    let output = run.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", program.display()))?;
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let tail: Vec<&str> = log.lines().rev().take(30).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        bail!("{target} crashed; the input is in {}:\n{}", artifacts.display(), tail.join("\n"));
    }
    Ran::parse(&log).with_context(|| format!("{target} ended without figures"))
}

fn host() -> Result<String> {
    let version = command::output(Command::new("rustc").arg("-vV").current_dir(paths::root()))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}

/// The recorded examples.
fn vectors() -> PathBuf {
    paths::root().join("tests").join("vectors")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_others_refused() -> Result<()> {
        let plan = |line: &str| Plan::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!((plan("")?.targets.len(), plan("--seconds 600 --only nvp")?.targets), (TARGETS.len(), vec!["nvp"]));
        for wrong in ["--seconds", "--seconds 0", "--only none", "--fast"] {
            assert!(plan(wrong).is_err(), "{wrong}");
        }
        Ok(())
    }

    #[test]
    fn every_target_is_built_and_has_its_file() -> Result<()> {
        let manifest = fs::read_to_string(paths::root().join("fuzz/Cargo.toml"))?;
        for target in TARGETS {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
        }
        assert_eq!(fs::read_dir(paths::root().join("fuzz/fuzz_targets"))?.count(), TARGETS.len());
        Ok(())
    }

    #[test]
    fn the_log_is_read() {
        let log = "#100\tNEW    cov: 12 ft: 30 corp: 4/12b\n#200\tDONE   cov: 15 ft: 33 corp: 6/20b lim: 4096 exec/s: 9\n\
            stat::number_of_executed_units: 200\n";
        assert_eq!(Ran::parse(log), Some(Ran { inputs: 200, coverage: 15, corpus: 6 }));
        assert_eq!(Ran::parse("nothing"), None);
    }
}
