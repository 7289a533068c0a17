//! The load client: built once, run once per row.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::options::Mode;
use crate::{command, paths};

/// The built client.
pub struct Load(PathBuf);

/// Milliseconds that 50, 95 and 99 % did not exceed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Times {
    /// Half of all.
    pub p50: f64,
    /// All but 5 %.
    pub p95: f64,
    /// All but 1 %.
    pub p99: f64,
}

/// One line of the client's.
#[derive(Debug, PartialEq)]
pub struct Line {
    count: f64,
    seconds: f64,
    times: Vec<Times>,
    counts: Vec<usize>,
}

impl Line {
    fn parse(text: &str) -> Option<Self> {
        let numbers = text.trim().split('\t').map(str::parse).collect::<Result<Vec<f64>, _>>().ok()?;
        let (&count, &seconds, rest) = match numbers.as_slice() {
            [count, seconds, rest @ ..] => (count, seconds, rest),
            _ => return None,
        };
        let (groups, left) = rest.as_chunks::<3>();
        let times = groups.iter().map(|&[p50, p95, p99]| Times { p50, p95, p99 }).collect();
        Some(Self { count, seconds, times, counts: left.iter().map(|count| *count as usize).collect() })
    }

    /// How often it was done in a second.
    pub fn per_second(&self) -> f64 {
        self.count / self.seconds
    }

    /// How long it took: the whole first, then its parts in the client's order.
    pub fn times(&self, part: usize) -> Times {
        self.times.get(part).copied().unwrap_or_default()
    }

    /// A number after the times, where the client names one: the size of what was fetched, or how many ended in which way.
    pub fn number(&self, at: usize) -> Option<usize> {
        self.counts.get(at).copied()
    }
}

impl Load {
    /// What cargo has to build for it, beside the server.
    pub const TARGETS: [&str; 2] = ["--example", "load"];

    /// The client that cargo has built.
    pub fn built() -> Self {
        Self(paths::bin_dir(Mode::Release).join("examples").join(format!("load{}", std::env::consts::EXE_SUFFIX)))
    }

    /// Runs it and gives what it prints.
    ///
    /// # Errors
    /// What the client says is wrong.
    pub fn run(&self, args: &[&str]) -> Result<String> {
        command::output(Command::new(&self.0).args(args))
    }

    /// Runs it and reads its line.
    ///
    /// # Errors
    /// As [`Load::run`], or when the line cannot be read.
    pub fn measure(&self, args: &[&str]) -> Result<Line> {
        let text = self.run(args)?;
        Line::parse(&text).with_context(|| format!("the load client printed {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_count_and_groups_of_times() {
        let line = Line::parse("10\t2.0\t1.0\t2.0\t3.0\t4.0\t5.0\t6.0\n").expect("readable");
        assert_eq!((line.per_second(), line.times(1).p95, line.number(0)), (5.0, 5.0, None));
        let page = Line::parse("10\t2.0\t1.0\t2.0\t3.0\t17000").expect("readable");
        assert_eq!((page.number(0), page.number(1)), (Some(17_000), None));
        assert_eq!(Line::parse("load: no"), None);
    }
}
