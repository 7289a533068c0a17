//! Compresses release files once, at the best level, so that the server only has to send them.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::fresh;

/// Formats that are not compressed already.
const COMPRESSIBLE: [&str; 11] = ["js", "wasm", "css", "svg", "html", "txt", "json", "webmanifest", "ico", "xml", "map"];

/// The same file in other encodings, each with the ending that names it; none where nothing would be gained.
///
/// `cache` keeps results by content: brotli at its best takes seconds for the browser's half.
///
/// # Errors
/// When the cache cannot be written.
pub fn variants(name: &str, content: &[u8], cache: &Path) -> Result<Vec<(&'static str, Vec<u8>)>> {
    let extension = Path::new(name).extension().and_then(|x| x.to_str()).unwrap_or_default();
    if !COMPRESSIBLE.contains(&extension) {
        return Ok(Vec::new());
    }
    let hash = fresh::name_hash(content);
    let mut made = vec![
        ("br", cached(&cache.join(format!("{hash}.br")), || brotli_best(content))?),
        ("gz", cached(&cache.join(format!("{hash}.gz")), || gzip_best(content))?),
    ];
    made.retain(|(_, small)| small.len() < content.len());
    Ok(made)
}

fn cached(file: &Path, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    if let Ok(known) = fs::read(file) {
        return Ok(known);
    }
    let made = make()?;
    crate::assets::write_changed(file, &made)?;
    Ok(made)
}

fn brotli_best(content: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut out, &params).context("brotli failed")?;
    Ok(out)
}

fn gzip_best(content: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    gzip.finish().context("gzip failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_shrinks_and_pictures_are_left_alone() -> Result<()> {
        let cache = std::env::temp_dir().join(format!("xtask-compress-{}", std::process::id()));
        let text = "lectern ".repeat(1000);
        let made = variants("a.css", text.as_bytes(), &cache)?;
        assert_eq!(made.iter().map(|(ending, _)| *ending).collect::<Vec<_>>(), ["br", "gz"]);
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut made[0].1.as_slice(), &mut back)?;
        assert_eq!(back, text.as_bytes());
        assert!(variants("a.png", text.as_bytes(), &cache)?.is_empty());
        assert!(variants("a.txt", b"x", &cache)?.is_empty());
        Ok(fs::remove_dir_all(cache)?)
    }
}
