//! SQL as named constants that a test can go through.
//!
//! Standing in for sqlx's `query!`, which knows one engine at a time: each store file lists its statements with
//! [`statements!`], `store::all_statements` gathers the lists, and one test has both migrated engines read every one.

/// A statement's name and text.
pub type Named = (&'static str, &'static str);

/// Declares a file's statements: a documented constant each, and `ALL` with every one of them.
///
/// ```text
/// statements! {
///     /// Takes `$2` seats if that many are left; no row means sold out.
///     TAKE_SEATS = "UPDATE session SET seats_left = seats_left - $2 WHERE id = $1 AND seats_left >= $2 RETURNING seats_left";
/// }
/// ```
macro_rules! statements {
    ($($(#[$doc:meta])+ $name:ident = $text:expr;)+) => {
        $($(#[$doc])+ pub(crate) const $name: &str = $text;)+

        /// Every statement of this file, for the test that has both engines read them.
        pub(crate) const ALL: &[$crate::server::store::statements::Named] = &[$((concat!(module_path!(), "::", stringify!($name)), $name)),+];
    };
}

pub(crate) use statements;

#[cfg(test)]
mod tests {
    super::statements! {
        /// One.
        ONE = "SELECT 1";
        /// Two, made of parts.
        TWO = concat!("SELECT ", "2");
    }

    #[test]
    fn all_lists_every_statement_under_its_path() {
        let found: Vec<_> = ALL.iter().map(|(name, text)| (name.rsplit("::").next(), *text)).collect();
        assert_eq!(found, [(Some("ONE"), ONE), (Some("TWO"), TWO)]);
    }
}
