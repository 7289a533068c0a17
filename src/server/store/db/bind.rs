//! Values in and rows out, alike on both engines.

use sqlx::encode::Encode;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments as _, FromRow, Postgres, Sqlite, Type, TypeInfo as _};

use super::{Engine, StoreError};

/// A value both engines bind natively: `i64`, `bool`, text, `Uuid`, bytes, `Json<T>`, ids, instants, and options and
/// references of these. Implemented for whatever meets the bounds. The lifetime is that of what the value borrows (an
/// `Option<&str>` does); values are encoded at once, so nothing is borrowed for longer than the call.
pub trait Bind<'q>: Send + Type<Sqlite> + Encode<'q, Sqlite> + Type<Postgres> + Encode<'q, Postgres> {}

impl<'q, T> Bind<'q> for T where T: Send + Type<Sqlite> + Encode<'q, Sqlite> + Type<Postgres> + Encode<'q, Postgres> {}

/// A row both engines read natively; `#[derive(sqlx::FromRow)]` gives both at once, and tuples have it.
pub trait Record: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

impl<T> Record for T where T: Send + Unpin + for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}

/// The parameters of one statement.
pub(super) enum Args {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

impl Args {
    pub(super) fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite(SqliteArguments::default()),
            Engine::Postgres => Self::Postgres(PgArguments::default()),
        }
    }

    pub(super) fn add<'q>(&mut self, value: impl Bind<'q>) -> Result<(), StoreError> {
        let position = 1 + match self {
            Self::Sqlite(a) => a.len(),
            Self::Postgres(a) => a.len(),
        };
        refuse_nul(&value, position)?;
        match self {
            Self::Sqlite(a) => a.add(value),
            Self::Postgres(a) => a.add(value),
        }
        .map_err(|source| StoreError::Encode { position, source })
    }
}

/// PostgreSQL refuses U+0000 in text and `\u0000` in JSON, SQLite keeps them; so both refuse, here, before anything is sent.
/// PostgreSQL's own encoding is what is searched, since SQLite's is opaque: a copy of each text, cheap beside a round trip.
fn refuse_nul<'q, T: Bind<'q>>(value: &T, position: usize) -> Result<(), StoreError> {
    let kind = <T as Type<Postgres>>::type_info();
    let is_json = match kind.name() {
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" => false,
        "JSON" | "JSONB" => true,
        _ => return Ok(()),
    };
    let mut buffer = PgArgumentBuffer::default();
    let _ = <T as Encode<'q, Postgres>>::encode_by_ref(value, &mut buffer).map_err(|source| StoreError::Encode { position, source })?;
    let has_nul = if is_json { has_escaped_nul(&buffer) } else { buffer.contains(&0) };
    if has_nul { Err(StoreError::Nul { position }) } else { Ok(()) }
}

/// Whether JSON text holds the escape `\u0000`, as opposed to an escaped backslash before `u0000`.
fn has_escaped_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|b| *b == b'\\') {
        let escape = &rest[at + 1..];
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or(&[]);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_nul_escape_counts() {
        for (json, expected) in [
            (r#""\u0000""#, true),
            (r#""a\\\u0000""#, true),
            (r#""\\u0000""#, false),
            (r#""\u0001""#, false),
            (r#""u0000""#, false),
            ("\\", false),
            ("", false),
        ] {
            assert_eq!(has_escaped_nul(json.as_bytes()), expected, "{json}");
        }
    }

    #[test]
    fn text_with_nul_is_refused_for_both_engines() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let mut args = Args::new(engine);
            assert!(args.add("plain").is_ok());
            assert!(matches!(args.add("a\0b"), Err(StoreError::Nul { position: 2 })), "{engine}");
            assert!(matches!(args.add(Some(String::from("\0"))), Err(StoreError::Nul { position: 2 })), "{engine}");
            assert!(matches!(args.add(sqlx::types::Json(vec!["\0"])), Err(StoreError::Nul { position: 2 })), "{engine}");
            assert!(args.add(vec![0_u8, 1]).is_ok(), "bytes may hold anything");
        }
    }
}
