//! The simulator's replies: name-value pairs, tagged where needed (payflow-pro.md §2.3).

/// One pair, and whether only `VERBOSITY=HIGH` shows it. Those are not stored, so repetitions lack them, as the sheet's example
/// of a repeated request does (payflow-pro.md §9.1).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pair {
    name: &'static str,
    value: String,
    verbose: bool,
}

/// A reply being put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply(Vec<Pair>);

impl Reply {
    /// A reply without a reference: nothing was attempted.
    pub fn bare(result: i32, message: &str) -> Self {
        Self(Vec::new()).with("RESULT", &result.to_string()).with("RESPMSG", message)
    }

    /// A reply about the transaction `pnref`.
    pub fn about(result: i32, pnref: &str, message: &str) -> Self {
        Self(Vec::new()).with("RESULT", &result.to_string()).with("PNREF", pnref).with("RESPMSG", message)
    }

    /// The reply to an inquiry that found something: its text comes after the original's codes.
    pub fn found(pnref: &str, state: i32, result: i32, original: &str, message: &str) -> Self {
        Self(Vec::new())
            .with("RESULT", "0")
            .with("PNREF", pnref)
            .with("TRANSSTATE", &state.to_string())
            .with("ORIGRESULT", &result.to_string())
            .with("ORIGPNREF", original)
            .with("RESPMSG", message)
    }

    /// Adds a pair; an empty value is left out.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.push(name, value, false);
        self
    }

    /// Adds a pair that only `VERBOSITY=HIGH` shows.
    #[must_use]
    pub fn verbose(mut self, name: &'static str, value: &str) -> Self {
        self.push(name, value, true);
        self
    }

    fn push(&mut self, name: &'static str, value: &str, verbose: bool) {
        if !value.is_empty() {
            let value = value
                .chars()
                .map(|c| {
                    if c == '"' {
                        '\''
                    } else if (' '..='~').contains(&c) {
                        c
                    } else {
                        '?'
                    }
                })
                .collect();
            self.0.push(Pair { name, value, verbose });
        }
    }

    /// A pair's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|pair| pair.name == name).map(|pair| pair.value.as_str())
    }

    /// The whole reply.
    pub fn text(&self) -> String {
        encode(self.0.iter().map(|pair| (pair.name, pair.value.as_str())))
    }

    /// What is stored for repetitions, and sent without `VERBOSITY=HIGH`.
    pub fn stored(&self) -> String {
        encode(self.0.iter().filter(|pair| !pair.verbose).map(|pair| (pair.name, pair.value.as_str())))
    }
}

/// Pairs as they travel: a tag on values with `&` or `=`.
pub fn encode<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        if value.contains(['&', '=']) {
            out.push('[');
            out.push_str(&value.len().to_string());
            out.push(']');
        }
        out.push('=');
        out.push_str(value);
    }
    out
}
