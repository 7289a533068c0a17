//! A PostgreSQL for one bench: set up as it comes, so that a commit is on the disk when it is answered.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::{command, postgres, steps};

/// Where PostgreSQL refuses to run as root, it runs as this user.
const SERVICE_USER: &str = "postgres";

/// A running cluster, reached by a socket in its own folder; stops when dropped.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
}

impl Cluster {
    /// Makes and starts one in `folder`.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start.
    pub fn start(folder: &Path) -> Result<Self> {
        steps::say("bench: starting PostgreSQL");
        let folder = folder.join("pg");
        fs::create_dir_all(&folder)?;
        if command::is_root() {
            // Who runs it must be able to reach its folder through ours.
            if let Some(above) = folder.parent() {
                command::run(Command::new("chmod").arg("755").arg(above))?;
            }
            command::run(Command::new("chown").arg(SERVICE_USER).arg(&folder))?;
        }
        let cluster = Self { folder, programs: postgres::ensure()? };
        command::output(cluster.program("initdb").args(["-U", "postgres", "-A", "trust", "-E", "UTF8"]))?;
        let options = format!("-k {} -c listen_addresses= -c max_connections=100 -c timezone=UTC", cluster.folder.display());
        let log = cluster.folder.join("log");
        let started = cluster
            .program("pg_ctl")
            .args(["-w", "-o", &options, "-l"])
            .arg(&log)
            .arg("start")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("cannot start pg_ctl")?;
        anyhow::ensure!(started.success(), "PostgreSQL did not start:\n{}", fs::read_to_string(&log).unwrap_or_default());
        Ok(cluster)
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}:5432/postgres", self.folder.display().to_string().replace('/', "%2F"))
    }

    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut program = if command::is_root() {
            let mut program = Command::new("runuser");
            program.args(["-u", SERVICE_USER, "--"]).arg(path);
            program
        } else {
            Command::new(path)
        };
        program.arg("-D").arg(self.folder.join("data")).current_dir(&self.folder).env("LC_ALL", "C.UTF-8");
        program
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(e) = command::output(self.program("pg_ctl").args(["-m", "immediate", "-w", "stop"])) {
            steps::notice(&format!("cannot stop PostgreSQL in {}: {e:#}", self.folder.display()));
        }
    }
}
