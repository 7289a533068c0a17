//! The word that it is time to stop, told once to everyone who listens.

use tokio::sync::watch;

/// Tells.
#[derive(Debug)]
pub struct Stop(watch::Sender<bool>);

/// Hears. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

/// Who tells, and who hears.
pub fn channel() -> (Stop, Shutdown) {
    let (tx, rx) = watch::channel(false);
    (Stop(tx), Shutdown(rx))
}

impl Stop {
    /// It is time. Also said when this is dropped.
    pub fn now(&self) {
        self.0.send_replace(true);
    }
}

impl Shutdown {
    /// Waits until it is time to stop.
    pub async fn wait(mut self) {
        // An error means that nobody is left to tell, which says the same.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Whether it is time to stop.
    pub fn is_now(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}

/// Waits for SIGTERM or SIGINT (Ctrl-C).
///
/// # Errors
/// When the system does not let us listen.
#[cfg(unix)]
pub async fn asked_by_system() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Waits for Ctrl-C.
///
/// # Errors
/// When the system does not let us listen.
#[cfg(not(unix))]
pub async fn asked_by_system() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
