//! The program as people start it: exit codes, one clear line, and stopping well (design.md §7; failures.md O-05, O-07, O-16).

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use lectern::server::store::db::{Db, DbOptions, StoreError};
use lectern::write_tx;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::with_prefix("lectern-cli-").expect("a temporary folder")
}

/// The program in a folder of its own, with nothing from our environment.
fn lectern(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lectern"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LECTERN_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    (status.code(), String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr).into_owned())
}

/// Exit code 2, and one line that says why and what to do.
fn assert_misuse(command: &mut Command, words: &[&str]) {
    let (code, stdout, stderr) = run(command);
    assert_eq!(code, Some(2), "{stdout}{stderr}");
    let line = stderr.lines().find(|line| line.starts_with("lectern: ")).unwrap_or_else(|| panic!("{stderr}"));
    assert_eq!(stderr.lines().filter(|line| !line.trim().is_empty()).count(), 1, "{stderr}");
    for word in words {
        assert!(line.contains(word), "{word:?} in {line}");
    }
}

#[test]
fn help_shows_every_command_and_examples() {
    let folder = folder();
    let (code, help, _) = run(&mut lectern(folder.path(), &["--help"]));
    assert_eq!(code, Some(0));
    for word in [
        "serve",
        "migrate",
        "seed",
        "verify",
        "user",
        "check-config",
        "rotate-key",
        "sandbox",
        "Examples:",
        "LECTERN_SECRET_KEY",
        "lectern serve --demo",
    ] {
        assert!(help.contains(word), "{word} in\n{help}");
    }
    let (code, help, _) = run(&mut lectern(folder.path(), &["serve", "--help"]));
    assert_eq!(code, Some(0));
    for word in ["--listen <ADDR>", "--database <URL>", "--sandbox <ADDR>", "--demo", "--config <FILE>", "127.0.0.1:3000", "LECTERN_LISTEN"]
    {
        assert!(help.contains(word), "{word} in\n{help}");
    }
}

#[test]
fn a_wrong_option_is_misuse() {
    let folder = folder();
    for args in [&["serve", "--nonsense"] as &[&str], &["serve", "--listen", "nowhere"], &["fly"], &[], &["user", "add", "--role", "king"]]
    {
        let (code, _, stderr) = run(&mut lectern(folder.path(), args));
        assert_eq!(code, Some(2), "{args:?}: {stderr}");
        assert!(!stderr.is_empty());
    }
}

#[test]
fn settings_that_cannot_be_read_are_told_with_file_and_line() {
    let folder = folder();
    std::fs::write(folder.path().join("lectern.toml"), "demo = true\nlisten = 7\n").expect("written");
    assert_misuse(&mut lectern(folder.path(), &["serve"]), &["lectern.toml, line 2"]);
    assert_misuse(&mut lectern(folder.path(), &["check-config", "--config", "none.toml"]), &["cannot read none.toml"]);
    std::fs::write(folder.path().join("other.toml"), "demo = true\nport = 80\n").expect("written");
    assert_misuse(&mut lectern(folder.path(), &["check-config", "--config", "other.toml"]), &["other.toml, line 2", "port"]);
    assert_misuse(
        &mut lectern(folder.path(), &["check-config", "--demo", "--config", "/dev/null", "--base-url", "training.example"]),
        &["base_url", "https://"],
    );
}

#[test]
fn without_a_secret_key_only_the_demo_starts() {
    let folder = folder();
    assert_misuse(&mut lectern(folder.path(), &["serve"]), &["LECTERN_SECRET_KEY is missing", "head -c 32 /dev/urandom | base64"]);
    assert_misuse(lectern(folder.path(), &["check-config"]).env("LECTERN_SECRET_KEY", "short"), &["LECTERN_SECRET_KEY", "32 bytes"]);
    let (code, stdout, stderr) = run(&mut lectern(folder.path(), &["check-config", "--demo"]));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("secret_key       set"), "{stdout}");
    let key = std::fs::read_to_string(folder.path().join("data/lectern.key")).expect("a key beside the database");
    assert!(!stdout.contains(key.trim()));
}

#[test]
fn an_option_wins_over_the_environment_and_that_over_the_file() {
    let folder = folder();
    std::fs::write(folder.path().join("lectern.toml"), "listen = '127.0.0.1:4001'\nconnections_max = 9\n").expect("written");
    let settings = |args: &[&str], env: Option<&str>| {
        let mut command = lectern(folder.path(), &[&["check-config", "--demo"], args].concat());
        if let Some(listen) = env {
            command.env("LECTERN_LISTEN", listen);
        }
        let (code, stdout, stderr) = run(&mut command);
        assert_eq!(code, Some(0), "{stderr}");
        assert!(stdout.contains("connections_max  9"), "{stdout}");
        stdout.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(settings(&[], None), "listen           127.0.0.1:4001");
    assert_eq!(settings(&[], Some("127.0.0.1:4002")), "listen           127.0.0.1:4002");
    assert_eq!(settings(&["--listen", "127.0.0.1:4003"], Some("127.0.0.1:4002")), "listen           127.0.0.1:4003");
}

#[test]
fn a_taken_port_is_misuse() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = taken.local_addr().expect("it has an address").to_string();
    assert_misuse(&mut lectern(folder.path(), &["serve", "--demo", "--listen", &addr]), &["cannot listen on", &addr, "--listen"]);
    assert!(!folder.path().join("data/lectern.db").exists(), "no database was touched");
    assert_misuse(&mut lectern(folder.path(), &["serve", "--demo", "--listen", "127.0.0.1:0", "--sandbox", &addr]), &["--sandbox"]);
}

#[test]
fn a_database_that_is_no_database_is_misuse() {
    let folder = folder();
    let serve =
        |url: &str| lectern(folder.path(), &["serve", "--demo", "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0", "--database", url]);
    assert_misuse(&mut serve("mysql://x:geheim@y/z"), &["sqlite:path or postgres://"]);
    let (_, _, stderr) = run(&mut serve("mysql://x:geheim@y/z"));
    assert!(!stderr.contains("geheim"), "{stderr}");
    assert_misuse(&mut serve("postgres://127.0.0.1:1/lectern"), &["cannot be reached", "--database"]);
}

/// A server that says on its first line where it answers.
struct Running {
    child: Child,
    addr: String,
}

impl Running {
    fn start(folder: &Path) -> Self {
        let args = ["serve", "--demo", "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0", "--database", "sqlite:demo.db"];
        let mut command = lectern(folder, &args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let addr = line.trim().rsplit("http://").next().expect("an address").to_owned();
        assert!(addr.parse::<std::net::SocketAddr>().is_ok(), "{line}");
        Self { child, addr }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.addr).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.addr).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    fn stop(mut self) -> Option<i32> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(asked.success());
        self.child.wait().expect("it ends").code()
    }
}

#[test]
fn the_demo_serves_refuses_a_second_server_is_verified_and_stops_well() {
    let folder = folder();
    let server = Running::start(folder.path());
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/").contains("Acme Academy"));
    let second = &["serve", "--demo", "--listen", "127.0.0.1:0", "--sandbox", "127.0.0.1:0", "--database", "sqlite:demo.db"];
    assert_misuse(&mut lectern(folder.path(), second), &["held by another server", "--database"]);
    let (code, stdout, stderr) = run(&mut lectern(folder.path(), &["verify", "--database", "sqlite:demo.db"]));
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.lines().count() >= 8 && stdout.lines().all(|line| line.starts_with("ok")), "{stdout}");
    let add = ["user", "add", "--database", "sqlite:demo.db", "--email", "Ana@Example.com", "--name", "Ana Pop", "--role", "host"];
    let (code, stdout, stderr) = run(&mut lectern(folder.path(), &add));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stdout.contains("Password (shown this once): "), "{stdout}");
    let (code, _, stderr) = run(&mut lectern(folder.path(), &add));
    assert_eq!(code, Some(1), "twice: {stderr}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn the_key_is_changed_beside_a_server_and_the_old_one_can_go() {
    let folder = folder();
    let new_key = || lectern::server::vault::Vault::new_key(&lectern::server::clock::Clock::System);
    let (old, new, stranger) = (new_key(), new_key(), new_key());
    let with = |keys: &str, args: &[&str]| {
        let mut command = lectern(folder.path(), &[args, &["--database", "sqlite:demo.db"]].concat());
        run(command.env("LECTERN_SECRET_KEY", keys))
    };
    let both = format!("{new},{old}");
    let (code, said, _) = with(&old, &["check-config"]);
    assert!(code == Some(0) && said.contains("sealed_secrets   not known"), "no database yet: {said}");
    let (code, _, stderr) = with(&old, &["seed", "demo"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(with(&both, &["check-config"]).1.contains("with an older one (run `lectern rotate-key`)"));
    // A key that is not the database's changes nothing, and is told.
    let (code, said, _) = with(&stranger, &["rotate-key"]);
    assert!(code == Some(1) && said.contains("cannot be opened") && said.contains("Keep every key"), "{said}");
    let (code, said, stderr) = with(&both, &["rotate-key"]);
    assert!(code == Some(0) && said.contains("the others can go"), "{said}{stderr}");
    let (code, again, _) = with(&both, &["rotate-key"]);
    assert!(code == Some(0) && again.contains("sealed anew with the first key    0"), "{again}");
    let (code, alone, _) = with(&new, &["rotate-key"]);
    assert!(code == Some(0) && alone.contains("sealed anew with the first key    0"), "the old key is gone: {alone}");
    let said = with(&new, &["check-config"]).1;
    assert!(said.contains("with the first key") && !said.contains("older"), "{said}");
    assert_eq!(with(&old, &["rotate-key"]).0, Some(1), "what was sealed anew is closed to the old key");
    for words in [said, alone, again] {
        assert!(!words.contains(&old) && !words.contains(&new));
    }
    assert_eq!(with("short", &["rotate-key"]).0, Some(2));
}

#[test]
fn a_person_needs_a_usable_password_and_a_site() {
    let folder = folder();
    let add = |more: &[&str]| {
        let args = [&["user", "add", "--database", "sqlite:new.db", "--email", "ana@example.com", "--name", "Ana Pop"], more].concat();
        lectern(folder.path(), &args)
    };
    assert_misuse(add(&["--role", "host"]).env("LECTERN_PASSWORD", "short"), &["12 to 512 characters"]);
    let (code, _, stderr) = run(add(&["--role", "host"]).env("LECTERN_PASSWORD", "correct horse battery"));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("--site"), "{stderr}");
    let (code, stdout, stderr) = run(add(&["--role", "account_manager"]).env("LECTERN_PASSWORD", "correct horse battery"));
    assert_eq!(code, Some(0), "{stderr}");
    assert!(!stdout.contains("Password"), "a password that was given is not repeated: {stdout}");
    assert_misuse(&mut lectern(folder.path(), &["user", "add", "--role", "host", "--name", "x", "--email", "nobody"]), &["--email"]);
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    let folder = folder();
    let migrate = || lectern(folder.path(), &["migrate", "--database", "sqlite:new.db"]);
    let (code, stdout, stderr) = run(&mut migrate());
    assert_eq!((code, stdout.trim()), (Some(0), "The SQLite database is up to date."), "{stderr}");
    pretend_newer(&folder.path().join("new.db"));
    assert_misuse(&mut migrate(), &["newer", "schema"]);
}

/// As a later release would leave it.
fn pretend_newer(file: &Path) {
    let url = format!("sqlite:{}", file.display());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let db = Db::open(&url, &DbOptions::default()).await.expect("it opens");
        write_tx!(db, |tx| -> Result<u64, StoreError> {
            tx.sql("INSERT INTO schema_migration (version, name, checksum) VALUES (999, '0999_future', 'x')").execute().await
        })
        .expect("written");
        db.close().await;
    });
}

#[test]
fn a_server_whose_terminal_is_gone_goes_on() {
    let folder = folder();
    let addr = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").to_string();
    let args = ["serve", "--demo", "--listen", &addr, "--sandbox", "127.0.0.1:0", "--database", "sqlite:demo.db"];
    let mut child = lectern(folder.path(), &args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    // Nobody reads what it says.
    drop(child.stdout.take());
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(&addr).is_err() {
        assert!(std::time::Instant::now() < deadline, "it does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    let running = Running { child, addr };
    assert!(running.get("/readyz").starts_with("HTTP/1.1 200"));
    assert_eq!(running.stop(), Some(0));
}
