//! Name-value pairs as PayPal's NVP API writes and reads them: form encoding, values only (paypal-express-checkout.md §2). Knows
//! no call and no meaning. May hold a card on its way out: values are wiped on drop and do not print.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use zeroize::Zeroizing;

/// What stands for itself in a value.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Pairs in their order.
#[derive(Default)]
pub struct Fields(Vec<(String, Zeroizing<String>)>);

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Fields {
    /// Adds a pair, also an empty one: some empty values have a meaning (paypal-website-payments-pro-uk.md §4).
    pub fn set(&mut self, name: impl Into<String>, value: &str) {
        self.0.push((name.into(), Zeroizing::new(value.to_owned())));
    }

    /// Adds a pair; an empty value is left out.
    pub fn add(&mut self, name: impl Into<String>, value: &str) {
        if !value.is_empty() {
            self.set(name, value);
        }
    }

    /// Adds a text of one line, cut to `max` characters; control characters become blanks.
    pub fn add_text(&mut self, name: impl Into<String>, value: &str, max: usize) {
        let plain: Zeroizing<String> =
            Zeroizing::new(value.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(max).collect());
        self.add(name, plain.trim());
    }

    /// The pairs, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A value. Two different ones under a name are none: whoever sent them contradicts themselves.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.iter().filter(|(n, _)| *n == name).map(|(_, value)| value);
        let first = values.next()?;
        values.all(|value| value == first).then_some(first)
    }

    /// The body of a request, names as they are.
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        // Room for the worst case, so that no half-written copy stays behind in memory.
        let room = self.0.iter().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
        let mut body = Zeroizing::new(Vec::with_capacity(room));
        for (name, value) in self.iter() {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(name.as_bytes());
            body.push(b'=');
            for (at, word) in value.split(' ').enumerate() {
                if at > 0 {
                    body.push(b'+');
                }
                percent_encode(word.as_bytes(), ENCODED).for_each(|part| body.extend_from_slice(part.as_bytes()));
            }
        }
        body
    }

    /// Reads a body, of whichever case of hex and amount of encoding. `None` for an empty one, a pair without a name or `=`, a
    /// broken escape, or what is not UTF-8: something was cut, or it is no such body.
    pub fn decode(body: &[u8]) -> Option<Self> {
        let text = |bytes: Zeroizing<Vec<u8>>| String::from_utf8(bytes.to_vec()).ok();
        let pairs = pairs(body)?.into_iter().map(|(name, value)| Some((text(name)?, Zeroizing::new(text(value)?))));
        pairs.collect::<Option<Vec<_>>>().map(Self)
    }
}

/// A decoded name and value, of whatever charset.
pub type RawPair = (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>);

/// The pairs of a body as bytes. `None` for an empty one, a pair without a name or `=`, or a broken escape.
pub fn pairs(body: &[u8]) -> Option<Vec<RawPair>> {
    let pair = |pair: &[u8]| {
        let at = pair.iter().position(|b| *b == b'=').filter(|at| *at > 0)?;
        Some((unescape(&pair[..at])?, unescape(&pair[at + 1..])?))
    };
    body.split(|b| *b == b'&').map(pair).collect()
}

fn unescape(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let whole =
        |(at, byte): (usize, &u8)| *byte != b'%' || text.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    if !text.iter().enumerate().all(whole) {
        return None;
    }
    let blanks: Zeroizing<Vec<u8>> = Zeroizing::new(text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect());
    Some(Zeroizing::new(percent_decode(&blanks).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(pairs: &[(String, String)]) -> Fields {
        let mut fields = Fields::default();
        pairs.iter().for_each(|(name, value)| fields.set(name.as_str(), value));
        fields
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(pairs in prop::collection::vec(("[A-Z0-9_]{1,12}", r"[\PC&=\[\]%+\r\n\x00-\x20țé€]{0,40}"), 1..8)) {
            let body = fields(&pairs).encode();
            let read = Fields::decode(&body).expect("readable");
            let read: Vec<_> = read.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            prop_assert_eq!(read, pairs);
        }

        #[test]
        fn nothing_else_appears_in_a_body(value in r"[\PC&=\[\]%+\r\n]{0,60}") {
            let body = fields(&[("DESC".to_owned(), value)]).encode();
            prop_assert_eq!(body.iter().filter(|b| **b == b'&').count(), 0);
            prop_assert_eq!(body.iter().filter(|b| **b == b'=').count(), 1);
            prop_assert!(body.iter().all(|b| b.is_ascii_graphic()));
        }

        #[test]
        fn any_bytes_are_survived(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let decoded = Fields::decode(&body);
            prop_assert!(!body.is_empty() || decoded.is_none());
        }
    }

    #[test]
    fn strict_and_lenient_escapes_mean_the_same() {
        for body in ["TOKEN=EC%2dX&A=1%2e0%20b", "TOKEN=EC-X&A=1.0+b", "TOKEN=EC%2DX&A=1%2E0%20b"] {
            let fields = Fields::decode(body.as_bytes()).expect("readable");
            assert_eq!((fields.get("TOKEN"), fields.get("A"), fields.get("B")), (Some("EC-X"), Some("1.0 b"), None), "{body}");
        }
        for broken in ["", "&", "A", "=1", "A=%", "A=%2", "A=%zz", "A=1&", "A=%ff", "<html><body>"] {
            assert!(Fields::decode(broken.as_bytes()).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_name_with_two_values_has_none() {
        let fields = Fields::decode(b"ACK=Failure&ACK=Success&A=1&A=1").expect("readable");
        assert_eq!((fields.get("ACK"), fields.get("A")), (None, Some("1")));
    }

    #[test]
    fn values_do_not_print() {
        let mut fields = Fields::default();
        fields.add("ACCT", "4111111111111111");
        fields.add("PWD", "");
        fields.add_text("DESC", " a\r\nb\u{0}c ", 4);
        assert_eq!(format!("{fields:?}"), r#"["ACCT", "DESC"]"#);
        assert_eq!(fields.get("DESC"), Some("a  b"));
    }
}
