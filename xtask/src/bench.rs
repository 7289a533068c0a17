//! `bench`: what the release build can do on this machine, each figure beside the limit that was measured in the same run.
//!
//! Buyers are `examples/load.rs`: whole purchases without scripts, every answer checked. The limits are the database alone, the
//! payment simulator alone, and a file of the page's size from the same server.

mod load;
mod postgres;
mod report;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::options::{Mode, Optimise, Options, Task};
use crate::server::Server;
use crate::{build, command, paths, steps};
use load::{Line, Load};
use report::Report;

/// What is bought: a fee of 100.00.
const SESSION: &str = "negotiation-skills";
/// More seats than any run sells.
const SEATS: u32 = 10_000_000;
const BUYERS: [usize; 3] = [1, 8, 32];
const PAGE_CONNECTIONS: usize = 32;
const STARTS: usize = 3;
/// Buyers who all wait for their processor.
const SLOW_BUYERS: usize = 200;
/// The server keeps files with such a name in memory, as it does the browser's.
const STATIC_FILE: &str = "bench-0123456789abcdef.html";

/// What to measure.
struct Plan {
    seconds: f64,
    engine: Engine,
    only: Option<Only>,
}

/// A part that is measured alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    SlowProcessor,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Plan {
    fn parse(args: &[String]) -> Result<Self> {
        let mut plan = Self { seconds: 5.0, engine: Engine::Sqlite, only: None };
        let mut args = args.iter().map(String::as_str);
        while let Some(name) = args.next() {
            match (name, args.next()) {
                ("--seconds", Some(text)) => {
                    plan.seconds = text.parse().ok().filter(|s| *s >= 0.5).with_context(|| format!("`--seconds {text}` is no time"))?;
                }
                ("--engine", Some("sqlite")) => plan.engine = Engine::Sqlite,
                ("--engine", Some("postgres")) => plan.engine = Engine::Postgres,
                ("--only", Some("slow-processor")) => plan.only = Some(Only::SlowProcessor),
                (other, _) => {
                    bail!("bench understands `--seconds N`, `--engine sqlite|postgres` and `--only slow-processor`, not `{other}`")
                }
            }
        }
        Ok(plan)
    }
}

/// Builds, measures, prints a table.
///
/// # Errors
/// When the build fails, the server does not start, or an answer is not what it has to be: then no figure means anything.
pub fn run(args: &[String]) -> Result<()> {
    let plan = Plan::parse(args)?;
    let options =
        Options { task: Task::Build, mode: Mode::Release, optimise: Optimise::Yes, skip_e2e: false, only: None, rest: Vec::new() };
    build::all_and(&options, &Load::TARGETS)?;
    let load = Load::built();

    let folder = Folder::new()?;
    let cluster = match plan.engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(postgres::Cluster::start(&folder.0)?),
    };
    let database = match &cluster {
        Some(cluster) => cluster.url(),
        None => format!("sqlite:{}", folder.0.join("lectern.db").display()),
    };
    // The first start migrates and loads the demo; then the session gets its seats while nobody serves.
    drop(Server::start_on(Mode::Release, "bench", &database)?);
    load.run(&["seats", &database, SESSION, &SEATS.to_string()])?;

    let mut report = Report::new(plan.engine == Engine::Postgres, plan.seconds);
    let length = plan.seconds.to_string();
    match plan.only {
        None => measure(&plan, &load, &database, &length, &mut report)?,
        Some(Only::SlowProcessor) => {}
    }
    slow_processor(&load, &database, &length, &mut report)?;
    report.print();
    Ok(())
}

fn measure(plan: &Plan, load: &Load, database: &str, length: &str, report: &mut Report) -> Result<()> {
    steps::say("bench: cold starts");
    let mut starts = Vec::new();
    for _ in 1..STARTS {
        starts.push(started_in(database)?.1);
    }
    let (server, last) = started_in(database)?;
    starts.push(last);
    report.cold_start(starts.iter().min().copied().unwrap_or(last));
    report.memory("at rest", resident_kib(server.id())?);
    let address = server.address.to_string();

    let clients: &[usize] = if plan.engine == Engine::Sqlite { &[1] } else { &BUYERS };
    for clients in clients {
        steps::say(&format!("bench: bare commits, {clients} at once"));
        report.commits(*clients, &load.measure(&["commits", database, &clients.to_string(), length])?);
    }
    let mut journeys = Vec::new();
    for buyers in BUYERS {
        steps::say(&format!("bench: journeys, {buyers} at once"));
        journeys.push(load.measure(&["journeys", &address, SESSION, &buyers.to_string(), length])?);
    }
    let after_journeys = resident_kib(server.id())?;
    let pages = pages(load, &address, length)?;
    let after_pages = resident_kib(server.id())?;
    // Last, because the simulator remembers every sale, and alone it makes a hundred times as many.
    for (buyers, journeys) in BUYERS.into_iter().zip(journeys) {
        steps::say(&format!("bench: the payment simulator, {buyers} at once"));
        let gateway = load.measure(&["gateway", &server.sandbox.to_string(), &buyers.to_string(), length])?;
        report.journeys(buyers, &journeys, &gateway);
    }
    report.pages(PAGE_CONNECTIONS, pages.0, &pages.1, &pages.2);
    report.memory("after the journeys", after_journeys);
    report.memory("after the pages", after_pages);
    report.bundles()
}

/// Whether buyers who wait for their processor are felt on other pages; then whether the books hold.
fn slow_processor(load: &Load, database: &str, length: &str, report: &mut Report) -> Result<()> {
    steps::say(&format!("bench: {SLOW_BUYERS} buyers whose processor takes 2 s, beside readers"));
    let (server, _) = started_in(database)?;
    let (address, simulators) = (server.address.to_string(), server.sandbox.to_string());
    let slow = load.measure(&["slow", &address, &simulators, SESSION, &SLOW_BUYERS.to_string(), length])?;
    report.slow_processor(SLOW_BUYERS, &slow);
    report.memory("beside those who wait", resident_kib(server.id())?);
    let mut verify = Command::new(paths::server(Mode::Release));
    verify.current_dir(paths::root()).args(["verify", "--database", database, "--simulators", &format!("http://{simulators}")]);
    // The demo's server keeps its key beside the database, where this looks too.
    command::output(&mut verify).map(|_| ())
}

/// The session's page, and a file of the same size from the same server: the size, the page, the file.
fn pages(load: &Load, address: &str, length: &str) -> Result<(usize, Line, Line)> {
    let connections = PAGE_CONNECTIONS.to_string();
    steps::say("bench: the session's page");
    let page = load.measure(&["pages", address, &format!("/s/{SESSION}"), &connections, length])?;
    let bytes = page.number(0).context("the load client names no size")?;
    let file = paths::site(Mode::Release).join(STATIC_FILE);
    fs::write(&file, "x".repeat(bytes)).with_context(|| format!("cannot write {}", file.display()))?;
    steps::say("bench: a file of the same size");
    let reply = load.measure(&["pages", address, &format!("/{STATIC_FILE}"), &connections, length]);
    fs::remove_file(&file)?;
    Ok((bytes, page, reply?))
}

fn started_in(database: &str) -> Result<(Server, Duration)> {
    let began = Instant::now();
    let server = Server::start_on(Mode::Release, "bench", database)?;
    Ok((server, began.elapsed()))
}

/// What the kernel counts as the process's memory.
fn resident_kib(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("the server's memory is only known on Linux")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel names no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// A folder of our own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("lectern-bench-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_dir_all(&self.0) {
            steps::notice(&format!("cannot remove {}: {e}", self.0.display()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(line: &str) -> Result<Plan> {
        Plan::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read_and_others_refused() -> Result<()> {
        let given = plan("--engine postgres --seconds 2 --only slow-processor")?;
        assert!(given.only == Some(Only::SlowProcessor) && given.engine == Engine::Postgres && (given.seconds - 2.0).abs() < f64::EPSILON);
        for wrong in ["--seconds", "--seconds soon", "--engine oracle", "--only pages", "--fast"] {
            assert!(plan(wrong).is_err(), "{wrong}");
        }
        Ok(())
    }
}
