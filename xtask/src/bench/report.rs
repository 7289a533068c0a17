//! The table at the end.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

use super::load::{Line, Times};
use crate::options::Mode;
use crate::paths;

const KIB: f64 = 1024.0;

/// Rows in the order they were measured.
pub struct Report {
    head: String,
    rows: Vec<[String; 7]>,
    /// Commits per second of the bare engine, by clients.
    commits: Vec<(usize, f64)>,
    notes: Vec<String>,
}

impl Report {
    /// Nothing measured yet.
    pub fn new(is_postgres: bool, seconds: f64) -> Self {
        let engine = if is_postgres { "PostgreSQL" } else { "SQLite (WAL, synchronous=FULL)" };
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        Self {
            head: format!("{engine}, {cores} cores shared with the client, {seconds} s a row, times in ms"),
            rows: Vec::new(),
            commits: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The database alone.
    pub fn commits(&mut self, clients: usize, line: &Line) {
        self.commits.push((clients, line.per_second()));
        self.row("bare durable commit", clients, Some(line.per_second()), line.times(0), "");
    }

    /// Whole purchases, beside the simulator alone.
    pub fn journeys(&mut self, buyers: usize, journeys: &Line, gateway: &Line) {
        let limit = self.commits.iter().rfind(|(clients, _)| *clients <= buyers).map_or(0.0, |(_, rate)| *rate);
        let per_journey = if journeys.per_second() > 0.0 { limit / journeys.per_second() } else { 0.0 };
        self.row(
            "checkout journey (5 requests)",
            buyers,
            Some(journeys.per_second()),
            journeys.times(0),
            &format!("1 for {per_journey:.1} bare commits"),
        );
        self.row("  POST register", buyers, None, journeys.times(1), "");
        let (pay, sale) = (journeys.times(2), gateway.times(0));
        let own = Times { p50: pay.p50 - sale.p50, p95: pay.p95 - sale.p50, p99: pay.p99 - sale.p50 };
        self.row("  POST pay", buyers, None, pay, "");
        self.row("  … of it the simulator, alone", buyers, None, sale, "");
        self.row("  … of it our own (pay − simulator p50)", buyers, None, own, "OPS-2: p95 ≤ 100");
    }

    /// The page, beside a file of its size.
    pub fn pages(&mut self, connections: usize, bytes: usize, page: &Line, file: &Line) {
        let share = page.per_second() / file.per_second() * 100.0;
        self.row(
            &format!("session page, {:.1} KiB", bytes as f64 / KIB),
            connections,
            Some(page.per_second()),
            page.times(0),
            &format!("{share:.0} % of the file"),
        );
        self.row("file of that size, same server", connections, Some(file.per_second()), file.times(0), "");
    }

    /// Pages alone and beside buyers who wait for a slow processor, and how those ended.
    pub fn slow_processor(&mut self, buyers: usize, slow: &Line) {
        let (alone, beside) = (slow.times(0), slow.times(1));
        let ratio = if alone.p95 > 0.0 { beside.p95 / alone.p95 } else { 0.0 };
        self.row("pages, a steady stream, alone", 8, Some(slow.per_second()), alone, "");
        self.row("  … beside buyers who wait", 8, None, beside, &format!("p95 {ratio:.2}× idle; limit 1.5×"));
        let (paid, busy) = (slow.number(0).unwrap_or_default(), slow.number(1).unwrap_or_default());
        self.row("  POST pay, processor takes 2 s", buyers, None, slow.times(2), &format!("{paid} paid, {busy} told to try again"));
    }

    /// From starting the program to the first good answer.
    pub fn cold_start(&mut self, time: Duration) {
        self.notes.push(format!("cold start, demo loaded: {:.0} ms (best of {})", time.as_secs_f64() * 1000.0, super::STARTS));
    }

    /// The server's memory.
    pub fn memory(&mut self, when: &str, kib: u64) {
        self.notes.push(format!("resident memory {when}: {:.1} MiB", kib as f64 / KIB));
    }

    /// What a browser downloads.
    ///
    /// # Errors
    /// When the site's folder cannot be read.
    pub fn bundles(&mut self) -> Result<()> {
        let folder = paths::site(Mode::Release).join("pkg");
        let size = |name: &str| fs::metadata(folder.join(name)).map(|found| found.len() as f64 / KIB).ok();
        let mut sums = [0.0; 3];
        let mut names: Vec<String> = fs::read_dir(&folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
            .filter_map(|file| file.ok()?.file_name().into_string().ok())
            .filter(|name| [".wasm", ".js", ".css"].iter().any(|ending| name.ends_with(ending)))
            .collect();
        names.sort();
        for name in names {
            let raw = size(&name).unwrap_or_default();
            let sizes = [raw, size(&format!("{name}.gz")).unwrap_or(raw), size(&format!("{name}.br")).unwrap_or(raw)];
            for (sum, size) in sums.iter_mut().zip(sizes) {
                *sum += size;
            }
            self.notes.push(bundle_line(&name, sizes));
        }
        self.notes.push(bundle_line("all of it", sums));
        Ok(())
    }

    fn row(&mut self, what: &str, parallel: usize, rate: Option<f64>, times: Times, remark: &str) {
        let ms = |time: f64| format!("{time:.2}");
        self.rows.push([
            what.to_owned(),
            parallel.to_string(),
            rate.map(|rate| format!("{rate:.0}")).unwrap_or_default(),
            ms(times.p50),
            ms(times.p95),
            ms(times.p99),
            remark.to_owned(),
        ]);
    }

    /// Prints everything to the standard output.
    pub fn print(&self) {
        println!("\n{}\n", self.head);
        let head = ["what", "at once", "per second", "p50", "p95", "p99", ""].map(str::to_owned);
        for row in std::iter::once(&head).chain(&self.rows) {
            let [what, parallel, rate, p50, p95, p99, remark] = row;
            println!("{}", format!("{what:<40} {parallel:>7} {rate:>11} {p50:>9} {p95:>9} {p99:>9}  {remark}").trim_end());
        }
        println!();
        for note in &self.notes {
            println!("{note}");
        }
    }
}

fn bundle_line(name: &str, [raw, gzip, brotli]: [f64; 3]) -> String {
    format!("download {name:<36} raw {raw:>8.1} KiB   gzip {gzip:>7.1} KiB   brotli {brotli:>7.1} KiB")
}
