//! The simulators' replies: the common fields, the errors column by column, and the strict lower-case encoding of the real one
//! (paypal-express-checkout.md §2, §3).

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;

use super::refusals::texts;

/// `BUILD`.
const BUILD: &str = "58807128";

/// An error or a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `L_ERRORCODEn`.
    pub code: String,
    /// Which of a number's texts; usually empty.
    variant: String,
}

impl Problem {
    /// By number, or `number/variant`.
    pub fn of(code: &str) -> Self {
        let (code, variant) = code.split_once('/').unwrap_or((code, ""));
        Self { code: code.to_owned(), variant: variant.to_owned() }
    }
}

/// Names and values in order.
pub type Pairs = Vec<(String, String)>;

/// A reply being put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// It was done.
    pub ok: bool,
    /// Before the common fields.
    pub lead: Pairs,
    /// Errors, or warnings.
    pub problems: Vec<Problem>,
    /// After them.
    pub rest: Pairs,
}

impl Reply {
    /// Done.
    pub const fn done() -> Self {
        Self { ok: true, lead: Vec::new(), problems: Vec::new(), rest: Vec::new() }
    }

    /// Refused.
    pub fn refused(code: &str) -> Self {
        Self { ok: false, problems: vec![Problem::of(code)], ..Self::done() }
    }

    /// With a field before the common ones.
    #[must_use]
    pub fn lead(mut self, name: &str, value: &str) -> Self {
        self.lead.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a field after them.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.rest.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a field after them, unless it is empty.
    #[must_use]
    pub fn with_some(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.with(name, value) }
    }

    /// With an error or a warning more.
    #[must_use]
    pub fn problem(mut self, code: &str) -> Self {
        self.problems.push(Problem::of(code));
        self
    }

    /// The fields as they travel.
    pub fn pairs(&self, at: Timestamp, correlation: &str, version: &str) -> Pairs {
        let mut pairs = self.lead.clone();
        let mut push = |name: String, value: &str| pairs.push((name, value.to_owned()));
        let ack = match (self.ok, self.problems.is_empty()) {
            (true, true) => "Success",
            (true, false) => "SuccessWithWarning",
            (false, _) => "Failure",
        };
        for (name, value) in
            [("TIMESTAMP", iso(at).as_str()), ("CORRELATIONID", correlation), ("ACK", ack), ("VERSION", version), ("BUILD", BUILD)]
        {
            push(name.to_owned(), value);
        }
        let told: Vec<_> = self.problems.iter().map(|problem| (problem, texts(&problem.code, &problem.variant))).collect();
        /// A problem with its two messages.
        type Told<'a> = (&'a Problem, (&'static str, &'static str));
        /// A column's name and what stands in it.
        type Column<'a> = (&'a str, fn(&Told<'_>) -> String);
        let columns: [Column<'_>; 3] = [
            ("L_ERRORCODE", |(problem, _)| problem.code.clone()),
            ("L_SHORTMESSAGE", |(_, (short, _))| (*short).to_owned()),
            ("L_LONGMESSAGE", |(_, (_, long))| (*long).to_owned()),
        ];
        for (name, column) in columns {
            told.iter().enumerate().for_each(|(n, row)| push(format!("{name}{n}"), &column(row)));
        }
        let severity = if self.ok { "Warning" } else { "Error" };
        (0..told.len()).for_each(|n| push(format!("L_SEVERITYCODE{n}"), severity));
        pairs.extend(self.rest.iter().cloned());
        pairs
    }
}

/// Pairs as they travel: everything but letters, digits and `_` is escaped, in lower case.
pub fn encode(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                out.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02x}");
            }
        }
    }
    out
}

/// `2026-03-04T09:21:44Z`.
pub fn iso(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds()).map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_written_as_the_real_one_writes_them() {
        let reply = Reply::refused("10404").problem("10401").lead("TOKEN", "EC-X");
        let text = encode(&reply.pairs(Timestamp::from_seconds(1_772_615_707), "4ff2155d8e17b", "124.0"));
        assert!(
            text.starts_with("TOKEN=EC%2dX&TIMESTAMP=2026%2d03%2d04T09%3a15%3a07Z&CORRELATIONID=4ff2155d8e17b&ACK=Failure&VERSION=124%2e0"),
            "{text}"
        );
        assert!(text.contains("&L_ERRORCODE0=10404&L_ERRORCODE1=10401&L_SHORTMESSAGE0="), "{text}");
        assert!(text.ends_with("&L_SEVERITYCODE0=Error&L_SEVERITYCODE1=Error"), "{text}");
        assert_eq!(encode(&[("A".to_owned(), "a_b c'é".to_owned())]), "A=a_b%20c%27%c3%a9");
    }
}
