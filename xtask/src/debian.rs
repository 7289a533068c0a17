//! Debian's packages: system programs that we need, and the source of Rust's standard library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, paths, steps};

/// Suites that may carry a `rust-src` as new as rustup's rustc.
const RUST_SUITES: [&str; 4] = ["trixie-backports", "stable-backports", "testing", "unstable"];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Installs `package` unless `program` is on the path.
///
/// # Errors
/// When it is missing and cannot be installed from here, naming the command that would.
pub fn ensure_program(program: &str, package: &str) -> Result<()> {
    if paths::find_program(program).is_some() {
        return Ok(());
    }
    install(package).with_context(|| format!("`{program}` is needed"))
}

/// Installs one Debian package.
///
/// # Errors
/// When this is no Debian, we are not root, or apt fails.
pub fn install(package: &str) -> Result<()> {
    if paths::find_program("apt-get").is_none() {
        bail!("install `{package}` with this system's package manager, then run this again");
    }
    if !command::is_root() {
        bail!("run `sudo apt-get install -y {package}`, then run this again");
    }
    steps::say(&format!("debian: apt-get install -y {package}"));
    let mut install = apt(&["install", "-y", "--no-install-recommends", package]);
    if command::output(&mut install).is_ok() {
        return Ok(());
    }
    // The usual reason is an image without package lists.
    command::run(&mut apt(&["update", "-q"]))?;
    command::run(&mut install)
}

fn apt(args: &[&str]) -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(args);
    apt
}

/// Fetches `library/` from the package rust-src of exactly `version`; `None` where that cannot be had.
///
/// The lists and the download stay in our own folder: the system's sources are not changed. Debian's keyring is
/// checked, since what comes is code.
///
/// # Errors
/// When apt or the archive fails.
pub fn rust_library(version: &str) -> Result<Option<PathBuf>> {
    let able = ["apt-get", "apt-cache", "dpkg-deb"].iter().all(|p| paths::find_program(p).is_some());
    if !able || !Path::new(KEYRING).is_file() {
        return Ok(None);
    }
    let dir = paths::target().join("xtask/debian");
    for sub in ["lists/partial", "cache/archives/partial", "unpacked"] {
        fs::create_dir_all(dir.join(sub))?;
    }
    let archive = archive()?;
    for suite in RUST_SUITES {
        steps::say(&format!("toolchain: looking for rust-src {version} in Debian {suite}"));
        fs::write(dir.join("sources.list"), format!("deb [signed-by={KEYRING}] {archive} {suite} main\n"))?;
        if command::output(private(&dir, "apt-get").args(["update", "-q"])).is_err() {
            continue;
        }
        let versions = command::output(private(&dir, "apt-cache").args(["madison", "rust-src"]))?;
        let Some(exact) = matching(&versions, version) else {
            continue;
        };
        command::output(private(&dir, "apt-get").args(["download", &format!("rust-src={exact}")]).current_dir(&dir))?;
        let package = find(&dir, |name| name.starts_with("rust-src_") && name.ends_with(".deb"))?
            .context("apt-get downloaded no rust-src package")?;
        command::run(Command::new("dpkg-deb").arg("-x").arg(&package).arg(dir.join("unpacked")))?;
        let library = dir.join(format!("unpacked/usr/src/rustc-{version}/library"));
        if !library.is_dir() {
            bail!("the package rust-src {exact} has no {}", library.display());
        }
        return Ok(Some(library));
    }
    Ok(None)
}

/// The archive that this machine already uses, so that a mirror stays a mirror.
fn archive() -> Result<String> {
    let used = command::output(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]))?;
    let debian = used.lines().find(|uri| uri.trim_end_matches('/').ends_with("/debian"));
    Ok(debian.context("apt-get knows no Debian archive on this machine")?.to_owned())
}

fn private(dir: &Path, program: &str) -> Command {
    let mut apt = Command::new(program);
    let option = |name: &str, value: &Path| format!("{name}={}", value.display());
    apt.args(["-o", &option("Dir::Etc::SourceList", &dir.join("sources.list"))])
        .args(["-o", "Dir::Etc::SourceParts=/dev/null"])
        .args(["-o", &option("Dir::State::Lists", &dir.join("lists"))])
        .args(["-o", &option("Dir::Cache", &dir.join("cache"))])
        // apt's own user cannot write into the checkout.
        .args(["-o", "APT::Sandbox::User=root"]);
    apt
}

/// The package version of upstream `version` in a `madison` listing: `rust-src | 1.95.0+dfsg1-2~bpo13+1 | …`.
fn matching(listing: &str, version: &str) -> Option<String> {
    let versions = listing.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    let mut same = versions.filter(|v| v.strip_prefix(version).is_some_and(|rest| rest.starts_with(['+', '-', '~'])));
    same.next().map(str::to_owned)
}

fn find(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<Option<PathBuf>> {
    for file in fs::read_dir(dir)? {
        let path = file?.path();
        if path.file_name().and_then(|n| n.to_str()).is_some_and(&wanted) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_upstream_version_matches() {
        let listing = " rust-src | 1.95.0+dfsg1-2~bpo13+1 | archive trixie-backports/main amd64 Packages\n";
        assert_eq!(matching(listing, "1.95.0").as_deref(), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(matching(listing, "1.95"), None);
        assert_eq!(matching(listing, "1.94.0"), None);
    }
}
