//! What may be typed into a processor's setting, and how it is kept.

use std::net::Ipv4Addr;

use crate::domain::{
    form::Problem,
    schedule::parse_count,
    text::{parse_line, parse_paragraphs},
};

/// Which money a configuration moves. Test and live are separate rows and never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nobody's.
    Test,
    /// Real.
    Live,
}

impl Mode {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Test, Self::Live];

    /// The value at rest, in forms and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// The characters that a wire carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Printable ASCII with blanks, without double quotes (payflow-pro.md §2.2).
    Payflow,
    /// Printable ASCII without blanks.
    Graphic,
    /// Printable ASCII without blanks and colons: the colon ends the name in Basic authentication.
    BasicName,
    /// ASCII letters, digits, and one mark.
    Word(char),
    /// Keys of letters, digits and underscores, with blanks between them.
    Keys,
}

impl Alphabet {
    fn has(self, c: char) -> bool {
        match self {
            Self::Payflow => c != '"' && (' '..='~').contains(&c),
            Self::Graphic => c.is_ascii_graphic(),
            Self::BasicName => c.is_ascii_graphic() && c != ':',
            Self::Word(mark) => c.is_ascii_alphanumeric() || c == mark,
            Self::Keys => c.is_ascii_alphanumeric() || matches!(c, '_' | ' '),
        }
    }

    fn carries(self, text: &str) -> Result<(), Problem> {
        if text.chars().all(|c| self.has(c)) { Ok(()) } else { Err(Problem::NotForThisProcessor) }
    }
}

/// How a secret must begin, by mode; an empty list lets anything pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starts {
    /// In test mode.
    pub test: &'static [&'static str],
    /// In live mode.
    pub live: &'static [&'static str],
}

impl Starts {
    /// As it likes.
    pub const ANY: Self = Self { test: &[], live: &[] };

    fn allow(self, mode: Mode, text: &str) -> Result<(), Problem> {
        let known = match mode {
            Mode::Test => self.test,
            Mode::Live => self.live,
        };
        let fits = known.is_empty() || known.iter().any(|start| text.len() > start.len() && text.starts_with(start));
        if fits { Ok(()) } else { Err(Problem::NotAKeyOfThisMode) }
    }
}

/// What may be typed into a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One line of up to `max` characters.
    Line {
        /// The most characters.
        max: usize,
        /// Which.
        of: Alphabet,
    },
    /// Several lines of up to `max` characters in all, of any script.
    Lines {
        /// The most characters.
        max: usize,
    },
    /// Exactly so many capital letters and digits.
    Code {
        /// How many.
        length: usize,
    },
    /// An IPv4 address.
    Ipv4,
    /// A whole number, bounds included.
    Whole {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// One of these.
    Choice {
        /// The values, the one for a new set-up first.
        of: &'static [&'static str],
        /// What a set-up means that was stored before there was this choice.
        before: &'static str,
    },
    /// Write-only.
    Secret {
        /// The fewest characters.
        min: usize,
        /// The most.
        max: usize,
        /// Which.
        of: Alphabet,
        /// How it begins.
        starts: Starts,
    },
}

/// What stands for a setting that was left empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// It must not be.
    Refused,
    /// It stays empty.
    Kept,
    /// This.
    Means(&'static str),
    /// The same as another setting.
    SameAs(&'static str),
}

/// One setting of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in forms, in the settings' JSON and in the vault.
    pub name: &'static str,
    /// What may be typed.
    pub rule: Rule,
    /// What an empty one means.
    pub empty: Empty,
}

impl Setting {
    /// It goes into the vault and never comes out.
    pub const fn is_secret(&self) -> bool {
        matches!(self.rule, Rule::Secret { .. })
    }

    /// What was typed, as it is kept. Empty text is the caller's affair.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self, mode: Mode, text: &str) -> Result<String, Problem> {
        match self.rule {
            Rule::Line { max, of } => {
                let text = parse_line(text, max)?;
                of.carries(&text)?;
                Ok(text)
            }
            Rule::Lines { max } => parse_paragraphs(text, max),
            Rule::Code { length } => {
                let text = parse_line(text, length)?;
                let fits = text.len() == length && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
                if fits { Ok(text) } else { Err(Problem::NotForThisProcessor) }
            }
            Rule::Ipv4 => text.trim().parse::<Ipv4Addr>().map(|ip| ip.to_string()).map_err(|_| Problem::NotAnAddress),
            Rule::Whole { min, max } => parse_count(text, min, max).map(|number| number.to_string()),
            Rule::Choice { of, before: _ } => {
                of.iter().find(|value| **value == text.trim()).map(|value| (*value).to_owned()).ok_or(Problem::NotAChoice)
            }
            // Taken as it is: a blank at its end may belong to it.
            Rule::Secret { min, max, of, starts } => {
                let length = text.chars().count();
                if length < min {
                    return Err(Problem::TooShort { min });
                }
                if length > max {
                    return Err(Problem::TooLong { max });
                }
                of.carries(text)?;
                starts.allow(mode, text)?;
                Ok(text.to_owned())
            }
        }
    }
}
