//! Parameters as the API takes them: form-encoded, names with brackets, nothing it does not know (stripe.md §1, §6).

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::problem::Problem;

/// The parameters of one call, in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a form or a query.
    ///
    /// # Errors
    /// A 400 for text that is not UTF-8 or a name that comes twice.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let mut params: Vec<(String, String)> = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8().map(|text| text.into_owned());
            let (Ok(name), Ok(value)) = (decoded(name), decoded(value)) else {
                return Err(Problem::invalid("parameter_invalid_string", "", "Invalid UTF-8 in the request"));
            };
            if !name.ends_with("[]") && params.iter().any(|(known, _)| *known == name) {
                return Err(Problem::invalid("parameter_invalid_string", &name, "Repeated parameter"));
            }
            params.push((name, value));
        }
        Ok(Self(params))
    }

    /// A value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A value that must be there and not empty.
    ///
    /// # Errors
    /// `parameter_missing`.
    pub fn need(&self, name: &str) -> Result<&str, Problem> {
        let missing = || Problem::invalid("parameter_missing", name, &format!("Missing required param: {name}."));
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(missing)
    }

    /// An integer, if given.
    ///
    /// # Errors
    /// `parameter_invalid_integer`.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Problem> {
        let invalid = |text: &str| Problem::invalid("parameter_invalid_integer", name, &format!("Invalid integer: {text}"));
        self.get(name).map(|text| text.parse().map_err(|_| invalid(text))).transpose()
    }

    /// Whether a part of the answer is to be expanded.
    pub fn expands(&self, path: &str) -> bool {
        let listed = |name: &str| name.strip_prefix("expand[").is_some_and(|rest| rest.ends_with(']'));
        self.0
            .iter()
            .any(|(name, value)| listed(name) && (value == path || value.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))))
    }

    /// The metadata below `prefix`.
    ///
    /// # Errors
    /// A 400 past 50 keys, 40 characters of a key, 500 of a value.
    pub fn metadata(&self, prefix: &str) -> Result<BTreeMap<String, String>, Problem> {
        let key = |name: &str| Some(name.strip_prefix(prefix)?.strip_prefix('[')?.strip_suffix(']')?.to_owned());
        let found: BTreeMap<_, _> = self.0.iter().filter_map(|(name, value)| Some((key(name)?, value.clone()))).collect();
        let fits = found.len() <= 50 && found.iter().all(|(k, v)| (1..=40).contains(&k.chars().count()) && v.chars().count() <= 500);
        if fits { Ok(found) } else { Err(Problem::invalid("parameter_invalid_string", prefix, "Metadata is too long")) }
    }

    /// Refuses what no pattern of `known` names: `*` stands for any part, `#` for a number or nothing.
    ///
    /// # Errors
    /// `parameter_unknown`.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        let unknown = self.0.iter().map(|(name, _)| name).find(|name| !known.iter().any(|pattern| fits(pattern, name)));
        unknown.map_or(Ok(()), |name| Err(Problem::invalid("parameter_unknown", name, &format!("Received unknown parameter: {name}"))))
    }

    /// All of it, so that a repetition with other parameters is known (stripe.md §7).
    pub fn fingerprint(&self) -> String {
        let mut sorted: Vec<_> = self.0.iter().map(|(name, value)| format!("{}:{name}={}:{value}", name.len(), value.len())).collect();
        sorted.sort();
        sorted.join("&")
    }
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split('[').map(|part| part.strip_suffix(']').unwrap_or(part))
}

fn fits(pattern: &str, name: &str) -> bool {
    let one = |wanted: &str, is: &str| match wanted {
        "*" => !is.is_empty(),
        "#" => is.bytes().all(|b| b.is_ascii_digit()),
        _ => wanted == is,
    };
    parts(pattern).count() == parts(name).count() && parts(pattern).zip(parts(name)).all(|(wanted, is)| one(wanted, is))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_may_be_raw_or_encoded() {
        for text in ["metadata%5Border_ref%5D=A%26B+C&expand%5B%5D=latest_charge", "metadata[order_ref]=A%26B%20C&expand[]=latest_charge"] {
            let params = Params::read(text).expect("readable");
            assert_eq!(params.get("metadata[order_ref]"), Some("A&B C"));
            assert!(params.expands("latest_charge") && !params.expands("payment_intent"));
            assert_eq!(params.metadata("metadata").expect("fits").get("order_ref").map(String::as_str), Some("A&B C"));
            assert_eq!(params.only(&["metadata[*]", "expand[#]"]), Ok(()));
            assert!(params.only(&["metadata[*]"]).is_err());
        }
    }

    #[test]
    fn what_the_api_would_refuse_is_refused() {
        assert!(Params::read("a=1&a=2").is_err() && Params::read("a=%ff").is_err());
        let params = Params::read("amount=12x&line_items[x][quantity]=1").expect("readable");
        assert!(params.integer("amount").is_err() && params.need("currency").is_err());
        assert!(params.only(&["amount", "line_items[#][quantity]"]).is_err());
        let deep = Params::read("expand[]=payment_intent.latest_charge").expect("readable");
        assert!(deep.expands("payment_intent") && deep.expands("payment_intent.latest_charge"));
        assert_ne!(Params::read("a=1&b=2").expect("ok").fingerprint(), Params::read("a=1%26b%3D2").expect("ok").fingerprint());
        assert_eq!(Params::read("a=1&b=2").expect("ok").fingerprint(), Params::read("b=2&a=1").expect("ok").fingerprint());
    }
}
