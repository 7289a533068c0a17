//! The browser's files, from the folder that `cargo xtask build` fills. Names with a hash are kept by browsers for ever and held
//! in memory here; the others are read anew and revalidated by `ETag`. Compressed copies (`.br`, `.gz`) are made by the build.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::UNIX_EPOCH;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use leptos::config::LeptosOptions;

use crate::server::state::App;

/// How Leptos names our files.
pub const OUTPUT_NAME: &str = "lectern";
const HASH_FILE: &str = "hash.txt";
const HASH_DIGITS: usize = 16;
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

static STYLESHEET: OnceLock<String> = OnceLock::new();
static IN_MEMORY: LazyLock<Mutex<HashMap<PathBuf, Bytes>>> = LazyLock::new(Mutex::default);

/// What the page shell needs to know about the files in `site_root`: with a `hash.txt`, names carry hashes.
pub fn leptos_options(site_root: &Path) -> LeptosOptions {
    let hash_file = std::path::absolute(site_root).unwrap_or_else(|_| site_root.to_owned()).join(HASH_FILE);
    let hashes = std::fs::read_to_string(&hash_file).ok();
    let css = hashes.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("css:")).map(str::trim));
    // The first to know wins: one process serves one site folder.
    let _ = STYLESHEET.set(css.map_or_else(|| format!("/pkg/{OUTPUT_NAME}.css"), |hash| format!("/pkg/{OUTPUT_NAME}.{hash}.css")));
    LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(Arc::<str>::from(site_root.to_string_lossy()))
        .hash_files(hashes.is_some())
        .hash_file(Arc::<str>::from(hash_file.to_string_lossy()))
        .build()
}

/// The stylesheet, for error pages outside the app.
pub fn stylesheet_path() -> &'static str {
    STYLESHEET.get().map_or("/pkg/lectern.css", String::as_str)
}

/// Answers with a file where the path names one, before anybody is asked who they are.
pub async fn serve(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(relative) = relative_path(request.uri().path()) else { return next.run(request).await };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let path = app.config.site_root.join(&relative);
    match answer(&path, request.headers()).await {
        Some(mut response) => {
            if request.method() == Method::HEAD {
                *response.body_mut() = Body::empty();
            }
            response
        }
        None if relative.starts_with("pkg") => StatusCode::NOT_FOUND.into_response(),
        None => next.run(request).await,
    }
}

/// The file a path may mean: its last part has an extension, and no part leads out of the folder or is hidden. Compressed copies
/// and the hash list are not files of their own.
fn relative_path(path: &str) -> Option<PathBuf> {
    let path = Path::new(path.strip_prefix('/')?);
    let is_inside = path.components().all(|part| match part {
        Component::Normal(name) => name.to_str().is_some_and(|name| !name.starts_with('.') && !name.contains(['%', '\\', ':'])),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => false,
    });
    let extension = path.extension()?.to_str()?;
    (is_inside && !matches!(extension, "br" | "gz") && path != Path::new(HASH_FILE)).then(|| path.to_owned())
}

async fn answer(path: &Path, asked: &HeaderMap) -> Option<Response> {
    let is_immutable = has_hash(path);
    let (mut response, etag) = if is_immutable {
        let (bytes, encoding) = smallest(path, asked, read_once).await?;
        (with_encoding(bytes, encoding), None)
    } else {
        let etag = etag(path).await?;
        if asked.get(header::IF_NONE_MATCH).is_some_and(|seen| seen == etag) {
            return Some((StatusCode::NOT_MODIFIED, [(header::ETAG, etag), (header::CACHE_CONTROL, REVALIDATE)]).into_response());
        }
        let (bytes, encoding) = smallest(path, asked, read).await?;
        (with_encoding(bytes, encoding), Some(etag))
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    headers.insert(header::CACHE_CONTROL, if is_immutable { FOREVER } else { REVALIDATE });
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(etag) = etag {
        headers.insert(header::ETAG, etag);
    }
    Some(response)
}

fn with_encoding(bytes: Bytes, encoding: Option<&'static str>) -> Response {
    let mut response = Body::from(bytes).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest copy that the asker can read.
async fn smallest(path: &Path, asked: &HeaderMap, read: impl AsyncFn(PathBuf) -> Option<Bytes>) -> Option<(Bytes, Option<&'static str>)> {
    for (suffix, encoding) in [(".br", "br"), (".gz", "gzip")] {
        if accepts(asked, encoding) {
            let mut copy = path.as_os_str().to_owned();
            copy.push(suffix);
            if let Some(bytes) = read(PathBuf::from(copy)).await {
                return Some((bytes, Some(encoding)));
            }
        }
    }
    Some((read(path.to_owned()).await?, None))
}

fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let Some(listed) = asked.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()) else { return false };
    listed.split(',').any(|one| {
        let (name, weight) = one.split_once(";q=").unwrap_or((one, "1"));
        name.trim().eq_ignore_ascii_case(encoding) && !weight.trim().trim_end_matches(['0', '.']).is_empty()
    })
}

async fn read(path: PathBuf) -> Option<Bytes> {
    tokio::fs::read(path).await.ok().map(Bytes::from)
}

/// A name with a hash means one content for ever; there are as many as the build made.
async fn read_once(path: PathBuf) -> Option<Bytes> {
    let known = IN_MEMORY.lock().unwrap_or_else(PoisonError::into_inner).get(&path).cloned();
    if known.is_some() {
        return known;
    }
    let bytes = read(path.clone()).await?;
    IN_MEMORY.lock().unwrap_or_else(PoisonError::into_inner).insert(path, bytes.clone());
    Some(bytes)
}

async fn etag(path: &Path) -> Option<HeaderValue> {
    let found = tokio::fs::metadata(path).await.ok().filter(std::fs::Metadata::is_file)?;
    let changed = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_micros();
    HeaderValue::from_str(&format!("W/\"{changed:x}-{:x}\"", found.len())).ok()
}

/// `lectern.0123456789abcdef.js`.
fn has_hash(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split(['.', '_', '-']).any(|part| part.len() == HASH_DIGITS && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for good in ["/favicon.svg", "/pkg/lectern.0123456789abcdef.js"] {
            assert!(relative_path(good).is_some(), "{good}");
        }
        for bad in [
            "/../Cargo.toml",
            "/pkg/../../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "//etc/passwd.txt",
            "/.env.txt",
            "/pkg/.x.js",
            "/hash.txt",
            "/",
            "/host",
            "/a\\..\\b.js",
            "/pkg/lectern.js.br",
            "/c:/windows.ini",
        ] {
            assert_eq!(relative_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_for_ever() {
        assert!(has_hash(Path::new("pkg/lectern.0123456789abcdef.wasm")));
        assert!(!has_hash(Path::new("pkg/lectern.wasm")));
        assert!(!has_hash(Path::new("favicon.svg")));
    }

    #[test]
    fn compressed_copies_go_to_who_reads_them() {
        let asked = |text: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
        assert!(accepts(&asked("gzip, deflate, br, zstd"), "br"));
        assert!(accepts(&asked("br;q=0.5"), "br"));
        assert!(!accepts(&asked("br;q=0"), "br"));
        assert!(!accepts(&asked("gzip"), "br"));
        assert!(!accepts(&HeaderMap::new(), "br"));
    }
}
