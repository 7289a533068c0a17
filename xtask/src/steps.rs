//! Lines that say what is happening and since when, so that no minute passes in silence.

use std::sync::OnceLock;
use std::time::Instant;

static STARTED: OnceLock<Instant> = OnceLock::new();

/// Starts the clock that every line shows.
pub fn start() {
    STARTED.get_or_init(Instant::now);
}

fn elapsed() -> f64 {
    STARTED.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Says what begins now, as `area: what`.
pub fn say(what: &str) {
    eprintln!("[{:6.1}s] {what}", elapsed());
}

/// Says that something was left out, and why.
pub fn notice(what: &str) {
    eprintln!("[{:6.1}s] note: {what}", elapsed());
}

/// Says why the run stops, causes last.
pub fn failed(error: &anyhow::Error) {
    eprintln!("[{:6.1}s] failed: {error:#}", elapsed());
}
