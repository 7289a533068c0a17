//! A throw-away PostgreSQL, one per test process, made by the process itself.
//!
//! It listens on a Unix socket in its own folder and nowhere else. A watchdog (a shell waiting on a pipe that only the test
//! process holds open) stops it and removes the folder when the test process ends, however it ends. Where the programs are
//! missing they are installed if that is possible, and otherwise the test fails: it never passes by being skipped.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

/// Where PostgreSQL refuses to run as root, it runs as the first of these that exists.
const SERVICE_USERS: [&str; 2] = ["postgres", "nobody"];

/// No test needs its data after a power failure.
const SETTINGS: [&str; 9] = [
    "listen_addresses=",
    "port=5432",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=400",
    "shared_buffers=64MB",
    "autovacuum=off",
    "timezone=UTC",
];

/// A running PostgreSQL.
pub struct Cluster {
    folder: PathBuf,
    /// Held only for its pipe, which closes when this process ends.
    _watchdog: Child,
}

impl Cluster {
    /// The one of this process, started by whoever asks first.
    ///
    /// # Panics
    /// When there is no PostgreSQL and none can be installed, or it does not start.
    pub fn get() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Self::start)
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.to_str().expect("the folder's name is ours and plain").replace('/', "%2F");
        format!("postgres://postgres@{folder}:5432/{database}")
    }

    fn start() -> Self {
        let programs = find_programs().or_else(install).unwrap_or_else(|| {
            panic!(
                "PostgreSQL's initdb and pg_ctl were found neither in PATH nor in /usr/lib/postgresql/*/bin, and could not be \
                 installed: install postgresql (13 or later). Tests on PostgreSQL are never skipped."
            )
        });
        let user = service_user();
        let folder = make_folder(user);
        // Before the server, so that no moment exists in which nobody would stop it.
        let watchdog = watch(&programs, &folder, user);
        let data = folder.join("data");
        let command = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.arg("-D").arg(&data).current_dir(&folder).env("LC_ALL", "C.UTF-8").env_remove("PGDATA").stdin(Stdio::null());
            run_as(&mut command, user);
            command
        };
        expect_success("initdb", command("initdb").args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]).output());
        let options: String = SETTINGS.iter().map(|setting| format!(" -c {setting}")).collect();
        let log = folder.join("log");
        let started = command("pg_ctl")
            .arg("-l")
            .arg(&log)
            .args(["-w", "-t", "60", "-o", &format!("-k {}{options}", folder.display()), "start"])
            // Not `output()`: a server that kept the pipe would keep us waiting.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(
            started.is_ok_and(|status| status.success()),
            "PostgreSQL did not start:\n{}",
            fs::read_to_string(&log).unwrap_or_default()
        );
        Self { folder, _watchdog: watchdog }
    }
}

/// A numeric user and group.
type User = Option<(u32, u32)>;

/// Whom PostgreSQL runs as: `None` for ourselves.
fn service_user() -> User {
    if !is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("/etc/passwd can be read");
    let find = |name: &&str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(*name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let user = SERVICE_USERS.iter().find_map(find);
    assert!(user.is_some(), "PostgreSQL refuses to run as root, and none of {SERVICE_USERS:?} exists");
    user
}

fn run_as(command: &mut Command, user: User) {
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
}

fn make_folder(user: User) -> PathBuf {
    // In /tmp and short: a socket's path has room for 107 bytes.
    let folder = PathBuf::from(format!("/tmp/lectern-pg-{}-{:x}", std::process::id(), uuid::Uuid::new_v4().as_fields().0));
    fs::DirBuilder::new().mode(0o700).create(&folder).expect("a folder can be made in /tmp");
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).expect("root may give its folder away");
    }
    folder
}

fn watch(programs: &Path, folder: &Path, user: User) -> Child {
    const SCRIPT: &str = r#"trap "" INT HUP TERM
read -r _
"$1/pg_ctl" -D "$2/data" -m immediate -w stop
cd / && rm -rf "$2""#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT, "lectern-pg-watchdog"]).arg(programs).arg(folder).current_dir(folder);
    // Its own group: an interrupt from the keyboard is for the tests, and this must survive them.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    run_as(&mut command, user);
    command.spawn().expect("a shell can be started")
}

/// The folder that holds `initdb` and `pg_ctl`: the newest Debian-style one, else wherever PATH has them.
fn find_programs() -> Option<PathBuf> {
    let version = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok());
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut versions: Vec<_> = versions.filter(|folder| version(folder).is_some_and(|v| v >= 13)).collect();
    versions.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .into_iter()
        .map(|folder| folder.join("bin"))
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// Installs Debian's package where that is possible.
fn install() -> Option<PathBuf> {
    is_root().then_some(())?;
    let apt = |args: &[&str]| {
        let ran = Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).output();
        ran.is_ok_and(|output| output.status.success())
    };
    let package = ["install", "-y", "--no-install-recommends", "postgresql"];
    if !apt(&package) {
        apt(&["update"]);
        apt(&package);
    }
    find_programs()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("/proc tells who we are").uid() == 0
}

fn expect_success(what: &str, ran: std::io::Result<Output>) {
    let output = ran.unwrap_or_else(|error| panic!("{what} cannot be run: {error}"));
    assert!(
        output.status.success(),
        "{what} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
