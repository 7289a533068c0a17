//! Text that was parsed once and is valid for ever: languages, e-mail addresses, names, promo codes.

use serde::{Deserialize, Serialize};

use super::form::Problem;

/// A language the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Romanian.
    Ro,
}

impl Lang {
    /// Every language, in the order the switch lists them.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Ro];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Ro => "ro",
        }
    }

    /// The language's name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::En => "English",
            Lang::Ro => "Română",
        }
    }

    /// Reads a tag such as `ro`, `ro-RO` or `en-GB`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }

    /// The first language of an `Accept-Language` header that we speak; weights order, ties keep their order.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut wanted: Vec<(u32, Lang)> = header
            .split(',')
            .filter_map(|part| {
                let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
                let (whole, fraction) = weight.trim().split_once('.').unwrap_or((weight.trim(), "0"));
                let thousandths = format!("{fraction:0<3}").get(..3)?.parse::<u32>().ok()?;
                let weight = whole.parse::<u32>().ok()?.min(1) * 1000 + thousandths;
                Some((weight, Self::from_tag(tag)?))
            })
            .filter(|(weight, _)| *weight > 0)
            .collect();
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        wanted.first().map(|(_, lang)| *lang)
    }
}

/// Whether a text carries characters that no line of input may: control characters, and the invisible marks that reorder or
/// hide text (bidirectional overrides, zero-width characters).
fn has_hostile_characters(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
}

/// One line of text: trimmed, 1 to `max` characters, without control or direction-changing characters.
///
/// # Errors
/// `Required`, `TooLong` or `ForbiddenCharacters`.
pub fn parse_line(text: &str, max: usize) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    if text.chars().count() > max {
        return Err(Problem::TooLong { max });
    }
    if has_hostile_characters(text) {
        return Err(Problem::ForbiddenCharacters);
    }
    Ok(text.to_owned())
}

/// Several lines of text: as [`parse_line`], but line breaks and tabs are kept and an empty text is allowed.
///
/// # Errors
/// `TooLong` or `ForbiddenCharacters`.
pub fn parse_paragraphs(text: &str, max: usize) -> Result<String, Problem> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > max {
        return Err(Problem::TooLong { max });
    }
    let without_breaks: String = text.chars().filter(|c| *c != '\n' && *c != '\t').collect();
    if has_hostile_characters(&without_breaks) {
        return Err(Problem::ForbiddenCharacters);
    }
    Ok(text)
}

/// An e-mail address that can be written to: kept as typed, compared in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Email(String);

impl Email {
    /// Longest address SMTP carries (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX: usize = 254;

    /// Accepts what a mail server would: one `@`, a local part, a dotted host, no spaces.
    ///
    /// # Errors
    /// `Required`, `TooLong`, `ForbiddenCharacters` or `NotAnEmail`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = parse_line(text, Self::MAX)?;
        let (local, host) = text.rsplit_once('@').ok_or(Problem::NotAnEmail)?;
        let host_is_sane = host.split('.').count() >= 2
            && host.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            });
        let local_is_sane = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        if host_is_sane && local_is_sane { Ok(Self(text)) } else { Err(Problem::NotAnEmail) }
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that is unique per person: lower case.
    pub fn normalised(&self) -> String {
        self.0.to_lowercase()
    }
}

impl std::fmt::Display for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A promo code as it is compared: 4 to 32 of `A–Z`, `0–9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PromoCode(String);

impl PromoCode {
    /// Case, spaces and full-width forms are forgiven: `" save 10 "` is `SAVE10`.
    ///
    /// # Errors
    /// `Required` or `NotAPromoCode`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let code: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
                '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
                _ => c,
            })
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if code.is_empty() {
            return Err(Problem::Required);
        }
        let allowed = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        if allowed && (4..=32).contains(&code.len()) { Ok(Self(code)) } else { Err(Problem::NotAPromoCode) }
    }

    /// The code in its one form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PromoCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_found_by_weight() {
        assert_eq!(Lang::from_accept_language("de, ro;q=0.8, en;q=0.9"), Some(Lang::En));
        assert_eq!(Lang::from_accept_language("ro-RO,ro;q=0.9,en;q=0.8"), Some(Lang::Ro));
        assert_eq!(Lang::from_accept_language("en;q=0, fr"), None);
    }

    #[test]
    fn addresses_are_checked_as_mail_servers_would() {
        for good in ["ana@example.com", "o'brien+x@mail.example", "ștefan@exemplu.ro"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in ["ana", "@example.com", "ana@localhost", "a b@example.com", "ana@-x.com", "ana@example..com", ".a@example.com"] {
            assert_eq!(Email::parse(bad), Err(Problem::NotAnEmail), "{bad}");
        }
        assert_eq!(Email::parse("ana@example.com\r\nBcc: x@y.zz"), Err(Problem::ForbiddenCharacters));
    }

    #[test]
    fn promo_codes_forgive_case_and_spaces() {
        assert_eq!(PromoCode::parse(" save 10 ").map(|c| c.to_string()), Ok("SAVE10".into()));
        assert_eq!(PromoCode::parse("ＳＡＶＥ１０").map(|c| c.to_string()), Ok("SAVE10".into()));
        assert_eq!(PromoCode::parse("abc"), Err(Problem::NotAPromoCode));
        assert_eq!(PromoCode::parse("SAVE_10"), Err(Problem::NotAPromoCode));
        assert_eq!(PromoCode::parse("   "), Err(Problem::Required));
    }

    #[test]
    fn invisible_and_reordering_characters_are_refused() {
        for text in ["a\u{202e}b", "a\u{200b}b", "a\0b", "a\nb"] {
            assert_eq!(parse_line(text, 99), Err(Problem::ForbiddenCharacters), "{text:?}");
        }
        assert!(parse_paragraphs("one\r\ntwo", 99).is_ok_and(|t| t == "one\ntwo"));
    }

    proptest::proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(text in "\\PC{0,40}") {
            if let Ok(code) = PromoCode::parse(&text) {
                proptest::prop_assert_eq!(PromoCode::parse(code.as_str()), Ok(code));
            }
        }
    }
}
