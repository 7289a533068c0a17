//! Every word a person reads, in every language we speak, typed: no keys to misspell, no missing translation.
//!
//! One file per area; each text holds its languages side by side, so a missing one stops the build:
//!
//! ```text
//! texts! {
//!     title { en: "Payment information", ro: "Informații de plată" }
//!     pay_amount(amount: &str) { en: "Pay {amount}", ro: "Plătește {amount}" }
//! }
//! ```
//!
//! gives `title(lang) -> &'static str` and `pay_amount(lang, amount) -> String`. Counted things go through [`plurals`].
//! Romanian is formal (polite plural) and written with comma-below ș and ț; a test looks for cedillas.
//! Compiled alike for browser and server; depends on `domain` only.

/// One text: without arguments a `&'static str`, with arguments a `String` that names them in braces.
macro_rules! text_fn {
    ($name:ident, $en:literal, $ro:literal) => {
        #[doc = $en]
        pub fn $name(lang: $crate::domain::text::Lang) -> &'static str {
            match lang {
                $crate::domain::text::Lang::En => $en,
                $crate::domain::text::Lang::Ro => $ro,
            }
        }
    };
    ($name:ident, $en:literal, $ro:literal, $($arg:ident: $ty:ty),+) => {
        #[doc = $en]
        pub fn $name(lang: $crate::domain::text::Lang, $($arg: $ty),+) -> String {
            match lang {
                $crate::domain::text::Lang::En => format!($en),
                $crate::domain::text::Lang::Ro => format!($ro),
            }
        }
    };
}

/// The texts of one area; see the module's head.
macro_rules! texts {
    ($($name:ident $(($($arg:ident: $ty:ty),+ $(,)?))? { en: $en:literal, ro: $ro:literal $(,)? })*) => {
        $($crate::texts::text_fn! { $name, $en, $ro $(, $($arg: $ty),+)? })*

        /// Name, English and Romanian of every text here, for the tests that read them all.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $ro)),*];
    };
}

pub(crate) use {text_fn, texts};

pub mod admin;
pub mod catalogue;
pub mod checkout;
pub mod common;
pub mod countries;
pub mod errors;
pub mod help;
pub mod host;
pub mod manager;
pub mod order;
pub mod plurals;
pub mod problems;
pub mod refunds;
pub mod session;
pub mod sign_in;

#[cfg(test)]
mod tests {
    fn all() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
        [
            super::admin::ALL,
            super::catalogue::ALL,
            super::checkout::ALL,
            super::common::ALL,
            super::countries::ALL,
            super::errors::ALL,
            super::help::ALL,
            super::host::ALL,
            super::manager::ALL,
            super::order::ALL,
            super::plurals::ALL,
            super::problems::ALL,
            super::refunds::ALL,
            super::session::ALL,
            super::sign_in::ALL,
        ]
        .into_iter()
        .flatten()
    }

    #[test]
    fn romanian_is_written_with_commas_below_not_cedillas() {
        for (name, en, ro) in all() {
            for text in [en, ro] {
                assert!(!text.contains(['ş', 'Ş', 'ţ', 'Ţ']), "{name} has a cedilla: {text}");
            }
        }
    }

    #[test]
    fn no_text_is_empty_or_loses_an_argument() {
        let arguments = |text: &str| {
            let mut found: Vec<String> =
                text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
            found.sort();
            found.dedup();
            found
        };
        for (name, en, ro) in all() {
            assert!(!en.trim().is_empty() && !ro.trim().is_empty(), "{name}");
            assert_eq!(arguments(en), arguments(ro), "{name} says different things");
        }
    }
}
