//! The simulator's strict reader of requests (payflow-pro.md §2.2): what the real host may forgive, a test should not.

use std::collections::HashMap;

use zeroize::Zeroizing;

/// A request's fields. May hold card data: wiped on drop, not printable.
#[derive(Default)]
pub struct Ask(HashMap<String, Zeroizing<String>>);

/// Why a body is refused, without any of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing there, or an `&` too many.
    #[error("empty pair")]
    EmptyPair,
    /// A name that is not upper-case letters and digits.
    #[error("invalid name")]
    Name,
    /// No `=` after a name.
    #[error("missing =")]
    NoEquals,
    /// A length tag that is no number, or not followed by that many bytes and `&` or the end.
    #[error("invalid length tag")]
    Tag,
    /// A double quote, a line break or another control character.
    #[error("forbidden character")]
    Character,
    /// An untagged value with `=`.
    #[error("untagged value with =")]
    Untagged,
    /// Not UTF-8.
    #[error("not text")]
    NotText,
}

impl Ask {
    /// A request put together from these fields; of a name that occurs twice, the last.
    pub fn of<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        Self(fields.map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned()))).collect())
    }

    /// Every field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Reads a body.
    ///
    /// # Errors
    /// `ReadError` for whatever §2.2 forbids.
    pub fn read(body: &[u8]) -> Result<Self, ReadError> {
        let text = std::str::from_utf8(body).map_err(|_| ReadError::NotText)?;
        if text.chars().any(|c| c == '"' || c.is_control()) {
            return Err(ReadError::Character);
        }
        let mut fields = HashMap::new();
        let mut rest = text;
        loop {
            let end = rest.find(['=', '[', '&']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() && (after.is_empty() || after.starts_with('&')) {
                return Err(ReadError::EmptyPair);
            }
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
                return Err(ReadError::Name);
            }
            let (value, tail) = if let Some(tagged) = after.strip_prefix('[') {
                let (count, value) = tagged.split_once("]=").ok_or(ReadError::Tag)?;
                let count: usize = if count.bytes().all(|b| b.is_ascii_digit()) {
                    count.parse().map_err(|_| ReadError::Tag)?
                } else {
                    return Err(ReadError::Tag);
                };
                value.split_at_checked(count).ok_or(ReadError::Tag)?
            } else {
                let value = after.strip_prefix('=').ok_or(ReadError::NoEquals)?;
                let (value, tail) = value.split_at(value.find('&').unwrap_or(value.len()));
                if value.contains('=') {
                    return Err(ReadError::Untagged);
                }
                (value, tail)
            };
            // The last of a name that occurs twice wins (§2.2.5).
            fields.insert(name.to_owned(), Zeroizing::new(value.to_owned()));
            match tail.strip_prefix('&') {
                Some(more) => rest = more,
                None if tail.is_empty() => return Ok(Self(fields)),
                None => return Err(ReadError::Tag),
            }
        }
    }

    /// A field's value; empty when absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.as_str())
    }

    /// A field was sent.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// How many different fields were sent.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// No field was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
