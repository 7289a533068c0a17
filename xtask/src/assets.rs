//! Puts together the site folder: what the server serves as files, named by content so that browsers may keep them for ever.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::browser::{Bundle, HASH_PLACE};
use crate::options::Mode;
use crate::{compress, fresh, paths, steps};

/// Contents by path below the site's root, with `/` between folders.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the site and gives the lines in which Leptos looks up names (`hash.txt`).
///
/// # Errors
/// When a file cannot be read or written.
pub fn assemble(mode: Mode, bundle: &Bundle, styles: &str) -> Result<String> {
    steps::say("site: files");
    let mut files = Files::new();
    let public = paths::root().join("public");
    if public.is_dir() {
        collect(&public, "", &mut files)?;
    } else {
        steps::notice("no public/ yet: no icons or static pages");
    }
    if bundle.snippets.is_dir() {
        collect(&bundle.snippets, "pkg/snippets/", &mut files)?;
    }
    // leptos, `HydrationScripts` and `HashedStylesheet` with `hash_files`: `{output_name}.{hash}.{kind}`.
    let hash = program(bundle, &mut files)?;
    let style_hash = fresh::name_hash(styles.as_bytes());
    files.insert(format!("pkg/lectern.{style_hash}.css"), styles.as_bytes().to_vec());
    let names = format!("js: {hash}\nwasm: {hash}\nsplit: {hash}\nmanifest: {hash}\ncss: {style_hash}\n");
    if mode == Mode::Release {
        steps::say("site: brotli and gzip");
        precompress(&mut files)?;
    }
    files.insert("hash.txt".to_owned(), names.clone().into_bytes());
    write(&files, &paths::site(mode))?;
    Ok(names)
}

/// Puts the program's files in, all named by one hash of them all, because they name each other. Gives the hash.
fn program(bundle: &Bundle, files: &mut Files) -> Result<String> {
    let mut made = Files::from([
        (format!("lectern.{HASH_PLACE}.js"), read(&bundle.js)?),
        (format!("lectern.{HASH_PLACE}.wasm"), read(&bundle.wasm)?),
        (format!("__wasm_split.{HASH_PLACE}.js"), read(&bundle.split_js)?),
        (format!("__wasm_split_manifest.{HASH_PLACE}.json"), read(&bundle.manifest)?),
    ]);
    for (part, file) in &bundle.parts {
        made.insert(format!("{part}.{HASH_PLACE}.wasm"), read(file)?);
        for (name, content) in &mut made {
            // The loader fetches `"./part.wasm"`; the manifest lists `"part"`.
            if name.starts_with("__wasm_split.") {
                *content = replaced(content, &format!("\"./{part}.wasm\""), &format!("\"./{part}.{HASH_PLACE}.wasm\""));
            } else if name.starts_with("__wasm_split_manifest.") {
                *content = replaced(content, &format!("\"{part}\""), &format!("\"{part}.{HASH_PLACE}\""));
            }
        }
    }
    let all: Vec<u8> = made.iter().flat_map(|(name, content)| [name.as_bytes(), content].concat()).collect();
    let hash = fresh::name_hash(&all);
    for (name, content) in made {
        files.insert(format!("pkg/{}", name.replace(HASH_PLACE, &hash)), replaced(&content, HASH_PLACE, &hash));
    }
    Ok(hash)
}

fn replaced(content: &[u8], old: &str, new: &str) -> Vec<u8> {
    let (old, mut rest, mut out) = (old.as_bytes(), content, Vec::with_capacity(content.len()));
    while let Some(at) = rest.windows(old.len()).position(|seen| seen == old) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new.as_bytes());
        rest = &rest[at + old.len()..];
    }
    out.extend_from_slice(rest);
    out
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn collect(dir: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            files.insert(format!("{prefix}{name}"), read(&path)?);
        }
    }
    Ok(())
}

fn precompress(files: &mut Files) -> Result<()> {
    let cache = paths::work(Mode::Release).join("compressed");
    let mut made = Files::new();
    for (name, content) in files.iter() {
        for (ending, small) in compress::variants(name, content, &cache)? {
            made.insert(format!("{name}.{ending}"), small);
        }
    }
    files.append(&mut made);
    Ok(())
}

/// Writes what changed, then removes what no longer belongs: a server that runs meanwhile never misses a file it names.
fn write(files: &Files, site: &Path) -> Result<()> {
    for (name, content) in files {
        if name != "hash.txt" {
            write_changed(&site.join(name), content)?;
        }
    }
    if let Some(names) = files.get("hash.txt") {
        write_changed(&site.join("hash.txt"), names)?;
    }
    remove_others(site, "", files)
}

/// Writes the file unless it has this content already; whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_changed(file: &Path, content: &[u8]) -> Result<()> {
    let problem = || format!("cannot write {}", file.display());
    if fs::metadata(file).is_ok_and(|seen| seen.len() == content.len() as u64) && read(file)? == content {
        return Ok(());
    }
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir).with_context(problem)?;
    }
    let mut half = file.as_os_str().to_owned();
    half.push(".writing");
    fs::write(&half, content).with_context(problem)?;
    fs::rename(&half, file).with_context(problem)
}

fn remove_others(dir: &Path, prefix: &str, files: &Files) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            remove_others(&path, &format!("{name}/"), files)?;
        } else if !files.contains_key(&name) {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_holds_the_new_files_and_no_old_ones() -> Result<()> {
        let site = std::env::temp_dir().join(format!("xtask-assets-{}", std::process::id()));
        let files = |names: &[&str]| names.iter().map(|n| ((*n).to_owned(), n.as_bytes().to_vec())).collect::<Files>();
        write(&files(&["pkg/lectern.1.js", "icon.svg", "hash.txt"]), &site)?;
        write(&files(&["pkg/lectern.2.js", "icon.svg", "hash.txt"]), &site)?;
        let mut found = Files::new();
        collect(&site, "", &mut found)?;
        assert_eq!(found, files(&["pkg/lectern.2.js", "icon.svg", "hash.txt"]));
        Ok(fs::remove_dir_all(site)?)
    }
}
