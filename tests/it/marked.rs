//! What the searches for marked data share: the program as people run it, logging everything it can, in a folder of its own; and every
//! writing in which a secret could stand somewhere.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lectern::server::store::db::{Db, DbOptions, StoreError};
use lectern::write_tx;
use tempfile::TempDir;

use crate::harness_server::{Browser, Reply};

/// The running program.
pub struct Program {
    child: Child,
    /// Database, journal, log and whatever else it leaves.
    pub folder: TempDir,
    /// At its address.
    pub browser: Browser,
    /// At the simulators'.
    pub simulators: Browser,
}

impl Program {
    /// Starts with the demo site.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_lectern"))
            .current_dir(folder.path())
            .args(["serve", "--demo", "--sandbox", "127.0.0.1:0", "--database", "sqlite:demo.db", "--listen", "127.0.0.1:0"])
            .env("LECTERN_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("log")).expect("a log file"))
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut next = || {
            let line = lines.next().expect("it says where it answers").expect("text");
            let addr = line.trim().rsplit("http://").next().and_then(|addr| addr.parse().ok());
            Browser { addr: addr.unwrap_or_else(|| panic!("no address in {line:?}")), cookies: BTreeMap::default() }
        };
        let (browser, simulators) = (next(), next());
        Self { child, folder, browser, simulators }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("demo.db")
    }

    /// Changes the database beside the running program.
    pub async fn change(&self, sql: &'static str) {
        let url = format!("sqlite:{}", self.database().display());
        let db = Db::open(&url, &DbOptions { create: false, ..DbOptions::default() }).await.expect("it opens beside the server");
        write_tx!(db, |tx| -> Result<u64, StoreError> { tx.sql(sql).execute().await }).expect("changed");
        db.close().await;
    }

    /// What a backup is that copies the files of a running server: the database and its log.
    pub fn back_up(&self) {
        for file in ["demo.db", "demo.db-wal"] {
            fs::copy(self.folder.path().join(file), self.folder.path().join(format!("backup-{file}"))).expect("copied");
        }
    }

    /// Ends the program and gives each file it left, with what is in it.
    pub fn stop(mut self) -> Vec<(String, Vec<u8>)> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(asked.success() && self.child.wait().expect("it ends").success());
        let mut files = Vec::new();
        gather(self.folder.path(), &mut files);
        files
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A test that failed must not leave a server behind; one that ended is ended.
        let _gone = self.child.kill();
    }
}

fn gather(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the folder reads") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.push((path.display().to_string(), fs::read(&path).expect("the file reads")));
        }
    }
}

/// The value of the hidden input called `name`.
pub fn hidden(reply: &Reply, name: &str) -> String {
    let tag = reply.body.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_else(|| panic!("no input {name}"));
    tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// Every writing in which `text` could stand: plain, URL-encoded, base64 at each of its three offsets, and hex.
pub fn writings(text: &str) -> Vec<String> {
    let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
    let percent: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
    let escaped = percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut all = vec![text.to_owned(), escaped, percent.to_lowercase(), percent, hex.to_uppercase(), hex];
    for before in 0..3 {
        // Only the characters that depend on nothing but the text.
        let encoded = STANDARD.encode(format!("{}{text}", "x".repeat(before)));
        let (from, until) = (if before == 0 { 0 } else { 4 }, (before + text.len()) / 3 * 4);
        all.push(encoded.get(from..until).unwrap_or_default().to_owned());
    }
    all.retain(|writing| writing.len() >= 8);
    all
}

#[test]
fn a_secret_is_found_in_every_writing() {
    let secret = "4111111111111111";
    for before in 0..4 {
        let text = format!("{}{secret}&more", "y".repeat(before));
        let base64 = STANDARD.encode(&text);
        assert!(writings(secret).iter().any(|writing| base64.contains(writing.as_str())), "{before}");
    }
}
