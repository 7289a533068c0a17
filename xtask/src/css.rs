//! Makes one style sheet of `style/main.css` and what it imports.
//!
//! Written by hand for our own plain CSS: `@import "file.css" layer(name) media;` becomes the file's text inside
//! `@layer` and `@media`. Addresses in `url()` are not rewritten, so they must start with `/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::options::Mode;
use crate::{paths, steps};

/// The whole style sheet, without comments and spare whitespace in release builds.
///
/// # Errors
/// When an import is missing, circular or unreadable, or braces do not match, naming the file.
pub fn build(mode: Mode) -> Result<String> {
    let main = paths::root().join("style/main.css");
    if !main.is_file() {
        steps::notice("no style/main.css yet: the style sheet is empty");
        return Ok(String::new());
    }
    let css = bundle(&main, &mut Vec::new())?;
    Ok(match mode {
        Mode::Dev => css,
        Mode::Release => minify(&css),
    })
}

/// One file with its imports in place. `above` holds the files that import it, to notice circles.
fn bundle(file: &Path, above: &mut Vec<PathBuf>) -> Result<String> {
    if above.iter().any(|f| f == file) {
        bail!("{} imports itself", file.display());
    }
    let text = fs::read_to_string(file).with_context(|| format!("cannot read style sheet {}", file.display()))?;
    check_braces(&text).with_context(|| format!("in {}", file.display()))?;
    above.push(file.to_path_buf());
    let mut out = String::new();
    let mut rest = text.as_str();
    // Imports stand before every rule, so only the head of the file is searched.
    while let Some((before, at_rule, after)) = next_head_rule(rest) {
        out.push_str(before);
        match at_rule.strip_prefix("@import") {
            Some(import) => out.push_str(&inline(import, file, above)?),
            None => {
                out.push_str(at_rule);
                out.push(';');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    above.pop();
    Ok(out)
}

/// Splits off the next `@import`, `@layer a, b` or `@charset`: what stands before it, itself without `;`, what follows.
fn next_head_rule(css: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    loop {
        let rest = css.get(at..)?;
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with("/*") {
            break;
        }
        at += trimmed.find("*/")? + 2;
    }
    let rule = css.get(at..)?;
    if !["@import", "@layer", "@charset"].iter().any(|name| rule.starts_with(name)) {
        return None;
    }
    let end = rule.find(['{', ';'])?;
    if rule.get(end..=end)? == "{" {
        return None;
    }
    Some((css.get(..at)?, rule.get(..end)?, rule.get(end + 1..)?))
}

fn inline(import: &str, from: &Path, above: &mut Vec<PathBuf>) -> Result<String> {
    let wrong = || format!("cannot understand `@import{import};` in {}", from.display());
    let import = import.trim();
    let (name, conditions) = match import.strip_prefix("url(") {
        Some(url) => url.split_once(')').with_context(wrong)?,
        None => {
            let quote = import.chars().next().filter(|c| matches!(c, '"' | '\'')).with_context(wrong)?;
            let inner = import.strip_prefix(quote).with_context(wrong)?;
            inner.split_once(quote).with_context(wrong)?
        }
    };
    let name = name.trim().trim_matches(['"', '\'']);
    let folder = from.parent().unwrap_or(from);
    let body = bundle(&folder.join(name), above)?;
    let (layer, media) = conditions_of(conditions.trim()).with_context(wrong)?;
    let body = match layer {
        Some(layer) => format!("@layer {layer} {{\n{body}}}\n"),
        None => body,
    };
    Ok(match media {
        "" => body,
        media => format!("@media {media} {{\n{body}}}\n"),
    })
}

/// The layer (empty for a nameless one) and the media condition of an import.
fn conditions_of(conditions: &str) -> Option<(Option<&str>, &str)> {
    if let Some(named) = conditions.strip_prefix("layer(") {
        let (layer, media) = named.split_once(')')?;
        return Some((Some(layer.trim()), media.trim()));
    }
    match conditions.strip_prefix("layer") {
        Some(media) if media.is_empty() || media.starts_with(' ') => Some((Some(""), media.trim())),
        _ => Some((None, conditions)),
    }
}

/// A piece of CSS, as far as packing needs to tell them apart.
enum Piece<'a> {
    Comment,
    /// Strings and escapes, kept as they are.
    Verbatim(&'a str),
    Space,
    Char(char),
}

/// Takes the first piece off `css`.
fn next_piece(css: &str) -> Option<(Piece<'_>, &str)> {
    let first = css.chars().next()?;
    let cut = |len: usize| css.split_at(len.min(css.len()));
    if css.starts_with("/*") {
        let end = css.find("*/").map_or(css.len(), |at| at + 2);
        return Some((Piece::Comment, cut(end).1));
    }
    if matches!(first, '"' | '\'') {
        let mut escaped = false;
        let close = css.char_indices().skip(1).find(|&(_, c)| {
            let ends = c == first && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let (text, rest) = cut(close.map_or(css.len(), |(at, _)| at + 1));
        return Some((Piece::Verbatim(text), rest));
    }
    if first == '\\' {
        let len = css.chars().take(2).map(char::len_utf8).sum();
        let (text, rest) = cut(len);
        return Some((Piece::Verbatim(text), rest));
    }
    if first.is_whitespace() {
        return Some((Piece::Space, css.trim_start()));
    }
    Some((Piece::Char(first), cut(first.len_utf8()).1))
}

/// Drops comments, and whitespace where CSS gives it no meaning.
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut space = false;
    let mut rest = css;
    while let Some((piece, after)) = next_piece(rest) {
        rest = after;
        match piece {
            Piece::Comment | Piece::Space => space = true,
            Piece::Verbatim(text) => {
                push_space(&mut out, space, '"');
                out.push_str(text);
                space = false;
            }
            Piece::Char(c) => {
                push_space(&mut out, space, c);
                if c == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(c);
                space = false;
            }
        }
    }
    out
}

/// A space stays unless a neighbour makes it meaningless. Before `:` and `(` it has a meaning, and around `+` too.
fn push_space(out: &mut String, wanted: bool, next: char) {
    let after_separator = out.is_empty() || out.ends_with(['{', '}', ';', ',', ':', '(']);
    if wanted && !after_separator && !matches!(next, '{' | '}' | ';' | ',' | ')') {
        out.push(' ');
    }
}

fn check_braces(css: &str) -> Result<()> {
    let mut open = 0_i64;
    let mut rest = css;
    while let Some((piece, after)) = next_piece(rest) {
        rest = after;
        match piece {
            Piece::Char('{') => open += 1,
            Piece::Char('}') => open -= 1,
            Piece::Char(_) | Piece::Comment | Piece::Verbatim(_) | Piece::Space => {}
        }
        if open < 0 {
            let line = 1 + css.split_at(css.len() - after.len()).0.matches('\n').count();
            bail!("line {line} closes a brace that was not opened");
        }
    }
    if open != 0 {
        bail!("{open} braces are not closed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whitespace_goes_only_where_it_means_nothing() {
        for (css, small) in [
            ("a { color : red ; }", "a{color :red}"),
            ("a :hover,\n b:hover { }", "a :hover,b:hover{}"),
            ("x { width: calc( 1px + 2px ) }", "x{width:calc(1px + 2px)}"),
            ("@media (a) and (b) { x { y: \"  {;} \\\" \" } }", "@media (a) and (b){x{y:\"  {;} \\\" \"}}"),
            ("/* gone */ a/**/b { }", "a b{}"),
        ] {
            assert_eq!(minify(css), small, "{css}");
        }
    }

    #[test]
    fn imports_become_layers_in_place() -> Result<()> {
        let dir = std::env::temp_dir().join(format!("xtask-css-{}", std::process::id()));
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("main.css"), "/* c */ @layer a, b;\n@import \"a.css\" layer(a);\n@import url('b.css') layer(b) print;\np { }")?;
        fs::write(dir.join("a.css"), "i { }")?;
        fs::write(dir.join("b.css"), "b { }")?;
        let css = bundle(&dir.join("main.css"), &mut Vec::new())?;
        assert_eq!(minify(&css), "@layer a,b;@layer a{i{}}@media print{@layer b{b{}}}p{}");
        fs::write(dir.join("b.css"), "@import 'main.css';")?;
        assert!(bundle(&dir.join("main.css"), &mut Vec::new()).is_err_and(|e| e.to_string().contains("imports itself")));
        Ok(fs::remove_dir_all(dir)?)
    }

    #[test]
    fn unbalanced_braces_are_found_with_their_line() {
        assert!(check_braces("a { b: '}' }").is_ok());
        assert!(check_braces("a { }\n}").is_err_and(|e| e.to_string().contains("line 2")));
        assert!(check_braces("a {").is_err());
    }
}
