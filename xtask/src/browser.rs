//! The browser's half: WebAssembly and the JavaScript that loads it.
//!
//! cargo compiles, wasm-split takes the lazy pages out into files of their own, wasm-bindgen (both linked in as libraries, so
//! nothing needs installing) writes the loader, wasm-opt shrinks.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::options::{Mode, Optimise};
use crate::setup::TARGET;
use crate::{command, fresh, npm, paths, steps};

/// What `wasm-opt` may use: features that every current browser has. Never `--all-features`, which makes it write an
/// import encoding that Chromium refuses to load.
const BROWSER_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Stands in file names for the hash of all files together, which is known only when all are made: they name each other. As long
/// as the hash, because it also stands inside WebAssembly.
pub const HASH_PLACE: &str = "________________";

/// The files that a browser downloads, before they get their final names.
pub struct Bundle {
    /// The loader.
    pub js: PathBuf,
    /// The program that every page needs.
    pub wasm: PathBuf,
    /// Loads the lazy parts.
    pub split_js: PathBuf,
    /// The lazy parts, by the name that `split_js` fetches them by, without ending.
    pub parts: BTreeMap<String, PathBuf>,
    /// Which parts each lazy function needs: JSON that the server reads.
    pub manifest: PathBuf,
    /// Scripts that crates bring along and the loader imports by relative path; may not exist.
    pub snippets: PathBuf,
}

/// Compiles and packs the browser's half.
///
/// # Errors
/// When the compiler, wasm-bindgen or wasm-opt fails.
pub fn build(mode: Mode, optimise: Optimise) -> Result<Bundle> {
    compile(mode)?;
    let work = paths::work(mode);
    let bound = work.join("bindgen");
    let raw = paths::raw_wasm(mode);
    let (apart, plain) = (work.join("split"), bound.join("lectern_bg.wasm"));
    fresh::unless_done(&work.join("bindgen.stamp"), &fresh::glance(&raw)?, &plain, || {
        steps::say("browser: wasm-split");
        split(&raw, &apart)?;
        steps::say("browser: wasm-bindgen");
        bind(mode, &apart.join(MAIN), &bound)
    })?;
    let mut parts = BTreeMap::new();
    for file in wasm_files(&apart)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if file != apart.join(MAIN) {
            parts.insert(name, shrink(mode, optimise, &file, &work)?);
        }
    }
    Ok(Bundle {
        js: bound.join("lectern.js"),
        wasm: shrink(mode, optimise, &plain, &work)?,
        split_js: apart.join(split_js()),
        parts,
        manifest: apart.join(MANIFEST),
        snippets: bound.join("snippets"),
    })
}

/// The part that every page needs, before wasm-bindgen.
const MAIN: &str = "main.wasm";
const MANIFEST: &str = "manifest.json";

/// The name by which the program imports the loader of its lazy parts; Leptos looks for `__wasm_split.{hash}.js`.
fn split_js() -> String {
    format!("__wasm_split.{HASH_PLACE}.js")
}

fn split(raw: &Path, out: &Path) -> Result<()> {
    empty(out)?;
    let program = fs::read(raw).with_context(|| format!("cannot read {}", raw.display()))?;
    let (main, link, loader) = (out.join(MAIN), format!("./{}", split_js()), format!("./lectern.{HASH_PLACE}.js"));
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = out;
    options.main_out_path = &main;
    options.link_name = &link;
    options.main_module = &loader;
    let made = wasm_split_cli_support::transform(options).map_err(|e| anyhow!("wasm-split cannot read {}: {e:#}", raw.display()))?;
    let needed: BTreeMap<_, _> = made.prefetch_map.into_iter().collect();
    fs::write(out.join(MANIFEST), serde_json::to_vec(&needed)?).with_context(|| format!("cannot write to {}", out.display()))
}

fn wasm_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "wasm"));
    files.sort();
    Ok(files)
}

/// Or files of parts and crates that are no longer used would stay.
fn empty(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))
}

fn compile(mode: Mode) -> Result<()> {
    steps::say("browser: cargo build");
    let mut cargo = command::cargo();
    cargo.args(["build", "--lib", "--no-default-features", "--features", "hydrate", "--target", TARGET]);
    if mode == Mode::Release {
        cargo.args(["--profile", "wasm-release"]);
    }
    command::run(&mut cargo)
}

fn bind(mode: Mode, raw: &Path, out: &Path) -> Result<()> {
    empty(out)?;
    let mut bindgen = Bindgen::new();
    // The default path would be the unhashed name; Leptos passes the real one when it starts the program.
    bindgen.input_path(raw).out_name("lectern").typescript(false).omit_default_module_path(true);
    // The lazy parts call what the program exports.
    bindgen.keep_lld_exports(true);
    // Names make a stack trace readable while developing, and a download larger.
    bindgen.remove_name_section(mode == Mode::Release).remove_producers_section(mode == Mode::Release);
    bindgen.web(true)?.generate(out).with_context(|| {
        format!(
            "wasm-bindgen cannot read {}; `wasm-bindgen-cli-support` in xtask/Cargo.toml must be the version of \
             `wasm-bindgen` in Cargo.lock",
            raw.display()
        )
    })
}

/// Gives the file to download: the optimised one, or `plain` where that is not wanted or not possible.
fn shrink(mode: Mode, optimise: Optimise, plain: &Path, work: &Path) -> Result<PathBuf> {
    if mode == Mode::Dev {
        return Ok(plain.to_path_buf());
    }
    if optimise == Optimise::No {
        steps::notice("wasm-opt left out, as asked");
        return Ok(plain.to_path_buf());
    }
    let Some(wasm_opt) = npm::wasm_opt()? else {
        steps::notice("wasm-opt left out: no npm here (install Node.js); browsers download about a fifth more");
        return Ok(plain.to_path_buf());
    };
    let name = plain.file_stem().unwrap_or_default().to_string_lossy();
    let (small, stamp) = (work.join("small").join(format!("{name}.wasm")), work.join("small").join(format!("{name}.stamp")));
    fs::create_dir_all(work.join("small")).with_context(|| format!("cannot write to {}", work.display()))?;
    fresh::unless_done(&stamp, &fresh::glance(plain)?, &small, || {
        steps::say(&format!("browser: wasm-opt -Oz, {name}"));
        command::run(Command::new(&wasm_opt).arg("-Oz").args(BROWSER_FEATURES).arg(plain).arg("-o").arg(&small))?;
        let (before, after) = (fs::metadata(plain)?.len(), fs::metadata(&small)?.len());
        if after == 0 {
            bail!("wasm-opt wrote an empty file; `--no-opt` builds without it");
        }
        steps::say(&format!("browser: {} kB became {} kB", before / 1000, after / 1000));
        Ok(())
    })?;
    Ok(small)
}
