//! A server of our own for tests and measurements: free ports, a new database, gone afterwards.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::options::Mode;
use crate::{paths, steps};

const START_SECONDS_MAX: u64 = 60;
const STOP_SECONDS_MAX: u64 = 5;
/// Short, because a cold start is measured with it.
const POLL_EVERY: Duration = Duration::from_millis(5);

/// A running server; stops when dropped, and forgets its database if that was made for it.
pub struct Server {
    child: Child,
    dir: Option<PathBuf>,
    /// Where it answers.
    pub address: SocketAddr,
    /// Where its payment simulators answer.
    pub sandbox: SocketAddr,
}

impl Server {
    /// Starts the built server with the demo site on a database of its own, and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready, with the end of its log.
    pub fn start(mode: Mode, purpose: &str) -> Result<Self> {
        let dir = std::env::temp_dir().join(format!("lectern-{purpose}-{}", std::process::id()));
        fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        let database = format!("sqlite:{}", dir.join("lectern.db").display());
        match Self::start_on(mode, purpose, &database) {
            Ok(mut server) => {
                server.dir = Some(dir);
                Ok(server)
            }
            Err(e) => {
                fs::remove_dir_all(&dir).with_context(|| format!("cannot remove {}", dir.display()))?;
                Err(e)
            }
        }
    }

    /// The same on a database that somebody else looks after.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_on(mode: Mode, purpose: &str, database: &str) -> Result<Self> {
        let (address, sandbox) = free_addresses()?;
        let log = paths::target().join(format!("xtask/{purpose}-server.log"));
        if let Some(parent) = log.parent() {
            fs::create_dir_all(parent)?;
        }
        let out = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        steps::say(&format!("server: starting on http://{address} (log: {})", log.display()));
        let child = Command::new(paths::server(mode))
            .current_dir(paths::root())
            .args(["serve", "--demo", "--listen", &address.to_string(), "--sandbox", &sandbox.to_string()])
            .args(["--database", database])
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("cannot start {}", paths::server(mode).display()))?;
        let mut server = Self { child, dir: None, address, sandbox };
        server.wait_until_ready().with_context(|| format!("its log ends:\n{}", last_lines(&log)))?;
        Ok(server)
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended with {status} instead of serving");
            }
            if is_ready(self.address) {
                return Ok(());
            }
            thread::sleep(POLL_EVERY);
        }
        bail!("the server was not ready (GET /readyz) after {START_SECONDS_MAX} s")
    }

    fn stop(&mut self) -> std::io::Result<()> {
        // The standard library only knows the hard way; a server that is asked closes its database properly.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().is_ok_and(|s| s.success());
        let began = Instant::now();
        while asked && began.elapsed() < Duration::from_secs(STOP_SECONDS_MAX) {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.child.kill()?;
        self.child.wait().map(|_| ())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(e) = self.stop() {
            steps::notice(&format!("cannot stop the server {}: {e}", self.child.id()));
        }
        let Some(dir) = &self.dir else { return };
        match fs::remove_dir_all(dir) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                steps::notice(&format!("cannot remove {}: {e}", dir.display()));
            }
            _ => {}
        }
    }
}

/// Two ports that nobody listens on. Both are held until both are known, so they differ.
fn free_addresses() -> Result<(SocketAddr, SocketAddr)> {
    let one = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    let two = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok((one.local_addr()?, two.local_addr()?))
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(&head == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
