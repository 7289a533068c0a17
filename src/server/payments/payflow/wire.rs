//! Payflow's name-value format (payflow-pro.md §2): raw text, not URL-encoded; a value with `&` or `=` carries its length in
//! bytes; quotes and line breaks are forbidden. Reading goes by tag, never by splitting on `&`.

use zeroize::Zeroizing;

use super::ascii::to_ascii;

/// Which values get a length tag. A tag on every value is always legal (payflow-pro.md §2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// Those that need one: with `&` or `=`.
    AsNeeded,
    /// All.
    Always,
}

/// A request's fields in the order they are sent. Names are literals of this program, so that nothing a buyer types can become
/// one (payflow-pro.md §2.2.5). Values may be card data: wiped on drop, never printed.
#[derive(Default)]
pub struct Request(Vec<(&'static str, Zeroizing<String>)>);

impl Request {
    /// Adds a field; its value is reduced to printable ASCII without double quotes. An empty value is left out.
    pub fn add(&mut self, name: &'static str, value: &str) {
        if !value.is_empty() {
            self.0.push((name, to_ascii(value)));
        }
    }

    /// Adds a field cut to `max` characters after reduction to ASCII.
    pub fn add_cut(&mut self, name: &'static str, value: &str, max: usize) {
        let ascii = to_ascii(value);
        let cut = ascii.get(..ascii.len().min(max)).unwrap_or_default().trim();
        if !cut.is_empty() {
            self.0.push((name, Zeroizing::new(cut.to_owned())));
        }
    }

    /// The fields as they are sent.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The exact bytes: `first` (the credentials) and then the fields.
    pub fn encode(&self, first: &Self, tagging: Tagging) -> Zeroizing<Vec<u8>> {
        // Reserved at once: a growing buffer would leave copies of card data behind.
        let size = first.0.iter().chain(&self.0).map(|(name, value)| name.len() + value.len() + 12).sum();
        let mut body = Zeroizing::new(Vec::with_capacity(size));
        for (name, value) in first.0.iter().chain(&self.0) {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(name.as_bytes());
            let tagged = match tagging {
                Tagging::AsNeeded => value.bytes().any(|b| b == b'&' || b == b'='),
                Tagging::Always => true,
            };
            if tagged {
                body.extend_from_slice(format!("[{}]", value.len()).as_bytes());
            }
            body.push(b'=');
            body.extend_from_slice(value.as_bytes());
        }
        body
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// A body that is not in the format. Says where, never what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a name-value body, from byte {at}")]
pub struct NotNameValue {
    /// The offset of the pair that cannot be read.
    pub at: usize,
}

/// More pairs than any reply has.
const PAIRS_MAX: usize = 500;

/// Decoded fields, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a body by tag. Bytes that are not UTF-8 become U+FFFD; line ends at the very end are ignored.
    ///
    /// # Errors
    /// `NotNameValue` for an empty body, an empty or odd name, a tag that does not fit, or a control character.
    pub fn decode(body: &[u8]) -> Result<Self, NotNameValue> {
        let body = &body[..body.len() - body.iter().rev().take_while(|b| matches!(b, b'\r' | b'\n')).count()];
        let mut fields = Vec::new();
        let mut at = 0;
        loop {
            let bad = NotNameValue { at };
            let (name, value, next) = read_pair(body, at).ok_or(bad)?;
            if value.iter().any(u8::is_ascii_control) || fields.len() == PAIRS_MAX {
                return Err(bad);
            }
            fields.push((name.to_owned(), String::from_utf8_lossy(value).into_owned()));
            match body.get(next) {
                None => return Ok(Self(fields)),
                Some(b'&') => at = next + 1,
                Some(_) => return Err(bad),
            }
        }
    }

    /// A field's value; of a name that occurs twice, the last.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every pair, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The pair starting at `at`: its name, its value, and where it ends.
fn read_pair(body: &[u8], at: usize) -> Option<(&str, &[u8], usize)> {
    let rest = body.get(at..)?;
    let name_len = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'))?;
    let name = std::str::from_utf8(rest.get(..name_len).filter(|n| !n.is_empty())?).ok()?;
    match rest.get(name_len)? {
        b'=' => {
            let start = at + name_len + 1;
            let value = body.get(start..)?;
            let value = value.get(..value.iter().position(|b| *b == b'&').unwrap_or(value.len()))?;
            Some((name, value, start + value.len()))
        }
        b'[' => {
            let tag = rest.get(name_len + 1..)?;
            let tag_len = tag.iter().position(|b| *b == b']').filter(|n| (1..=6).contains(n))?;
            let digits = tag.get(..tag_len).filter(|d| d.iter().all(u8::is_ascii_digit))?;
            let len: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
            let start = at + name_len + 1 + tag_len + 2;
            (body.get(start - 1) == Some(&b'=')).then_some(())?;
            Some((name, body.get(start..start + len)?, start + len))
        }
        _ => None,
    }
}

/// A reply that can be believed to be one: it starts with `RESULT`, a number, and has the text every reply has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The result code.
    pub result: i32,
    fields: Fields,
}

impl Reply {
    /// Reads a reply. `None` for anything doubtful; then the outcome is unknown (payflow-pro.md §2).
    ///
    /// A body cut short can still be well-formed: `RESULT=12&…` cut to `RESULT=1` would turn a decline into something else. So
    /// the text that follows in every documented reply must be there too.
    pub fn read(body: &[u8]) -> Option<Self> {
        let fields = Fields::decode(body).ok()?;
        let (first, code) = fields.iter().next()?;
        let digits = code.strip_prefix('-').unwrap_or(code);
        let well_formed = first == "RESULT" && (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let result = if well_formed { code.parse().ok()? } else { return None };
        let once = fields.iter().filter(|(name, _)| *name == "RESULT").count() == 1;
        (once && fields.get("RESPMSG").is_some()).then_some(Self { result, fields })
    }

    /// A field's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 5] = ["COMMENT1", "BILLTOSTREET", "CUSTOM", "PWD", "INVNUM"];

    fn request(values: &[String]) -> Request {
        let mut request = Request::default();
        for (name, value) in NAMES.iter().zip(values) {
            request.add(name, value);
        }
        request
    }

    #[test]
    fn values_with_reserved_characters_are_tagged_in_bytes() {
        let mut request = Request::default();
        request.add("COMPANYNAME", "Fern & Dale Ltd");
        request.add("COMMENT1", "ref=A7&src=web");
        request.add("PWD", "k&9=Zt+4%2Q");
        request.add("BILLTOSTREET", "109 Mill Lane #4");
        let body = request.encode(&Request::default(), Tagging::AsNeeded);
        let wanted = "COMPANYNAME[15]=Fern & Dale Ltd&COMMENT1[14]=ref=A7&src=web&PWD[11]=k&9=Zt+4%2Q&BILLTOSTREET=109 Mill Lane #4";
        assert_eq!(String::from_utf8_lossy(&body), wanted);
    }

    #[test]
    fn a_buyers_text_cannot_become_a_field() {
        for hostile in ["Ann&AMT=0.01", "=", "&", "a\r\nX: y", "a\"b", "[3]=x&RESULT=0", "x&AMT[4]=0.01", "\u{0}", "&&==[[]]"] {
            let body = request(&[hostile.to_owned()]).encode(&Request::default(), Tagging::AsNeeded);
            let fields = Fields::decode(&body).expect("our own encoding is readable");
            assert_eq!(fields.iter().count(), 1, "{hostile:?}");
            assert_eq!(fields.get("COMMENT1"), Some(to_ascii(hostile).as_str()));
        }
    }

    #[test]
    fn replies_are_read_by_tag() {
        let reply = Reply::read(b"RESULT=12&CUSTOM[9]=&RESULT=0&RESPMSG=Declined").expect("readable");
        assert_eq!((reply.result, reply.get("CUSTOM")), (12, Some("&RESULT=0")));
        let reply =
            Reply::read(b"RESULT=0&RESPMSG=Approved&SECURETOKEN[27]=Hq+7CTMVdsx1+L2DVGNPLh3YB==&SECURETOKENID=c4").expect("readable");
        assert_eq!(reply.get("SECURETOKEN"), Some("Hq+7CTMVdsx1+L2DVGNPLh3YB=="));
    }

    #[test]
    fn what_is_no_reply_is_not_read_as_one() {
        for body in [
            "",
            " ",
            "RESULT",
            "RESULT=",
            "RESULT=1",
            "RESULT=0&PNREF=V27D8A4F222A",
            "RESPMSG=Approved&RESULT=0",
            "<html>RESULT=0</html>",
            "RESULT=0&RESPMSG=a&",
            "RESULT=0&&RESPMSG=a",
            "RESULT=0&RESPMSG[9]=short",
            "RESULT=0&RESPMSG[1]=long",
            "RESULT=0x&RESPMSG=a",
            "RESULT=+0&RESPMSG=a",
            "RESULT=99999999999&RESPMSG=a",
            "RESULT=0&RESPMSG=a\u{0}b",
            "RESULT[1=0&RESPMSG=a",
            "&RESULT=0&RESPMSG=a",
            "RESULT=12&RESPMSG=a&RESULT=0",
        ] {
            assert_eq!(Reply::read(body.as_bytes()), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn decoding_gives_back_what_was_encoded(values in prop::collection::vec("[ -!#-~]{1,40}|[&=\\[\\]A-Z0-9]{1,20}", 1..5), always: bool) {
            let tagging = if always { Tagging::Always } else { Tagging::AsNeeded };
            let fields = Fields::decode(&request(&values).encode(&Request::default(), tagging)).expect("our own encoding is readable");
            for (name, value) in NAMES.iter().zip(&values) {
                prop_assert_eq!(fields.get(name), Some(value.as_str()));
            }
            prop_assert_eq!(fields.iter().count(), values.len());
        }

        #[test]
        fn any_text_can_be_sent_and_stays_in_its_field(values in prop::collection::vec(any::<String>(), 1..5), always: bool) {
            let tagging = if always { Tagging::Always } else { Tagging::AsNeeded };
            let mut request = request(&values);
            request.add("VERBOSITY", "HIGH");
            let body = request.encode(&Request::default(), tagging);
            prop_assert!(body.iter().all(|b| (b' '..=b'~').contains(b) && *b != b'"'));
            let fields = Fields::decode(&body).expect("our own encoding is readable");
            prop_assert_eq!(fields.iter().collect::<Vec<_>>(), request.fields().collect::<Vec<_>>());
        }

        #[test]
        fn reading_survives_any_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Fields::decode(&body);
            let _ = Reply::read(&body);
        }

        #[test]
        fn reading_survives_near_misses(body in "RESULT(\\[[0-9]{0,3}\\]?)?=?[0-9&=\\[\\]A-Z]{0,40}") {
            let _ = Reply::read(body.as_bytes());
        }
    }
}
