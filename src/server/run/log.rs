//! The log: one line per event on standard error, as text or (`LECTERN_LOG_FORMAT=json`) as JSON.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// The login layers warn of every cookie they do not know, which anybody can send, and say each failure twice.
const DEFAULT: &str = "info,tower_sessions=error,tower_sessions_core=off,axum_login=error,sqlx=warn,hyper=warn";

/// Starts logging; `LECTERN_LOG` chooses what (`debug`, `lectern=trace,info`). Starting twice changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_env("LECTERN_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let _ = match std::env::var("LECTERN_LOG_FORMAT").as_deref() {
        Ok("json") => log.json().try_init(),
        Ok(_) | Err(_) => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    // A panic's words may hold what a person typed; where it was is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(at, "panic");
    }));
}
