//! What the simulators of whole APIs keep: orders, captures, sessions, refunds, tokens, the answers already given to a key. Each is
//! a document by simulator, kind and id, written to the journal with every change.

use std::collections::HashMap;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Inner, ledger::Event};

/// Documents by simulator, kind and id.
#[derive(Default)]
pub struct Objects {
    by_id: HashMap<(String, String, String), Value>,
    /// In the order they were made.
    order: Vec<(String, String, String)>,
}

impl Objects {
    pub(super) fn keep(&mut self, of: &str, kind: &str, id: &str, body: Value) {
        let key = (of.to_owned(), kind.to_owned(), id.to_owned());
        if self.by_id.insert(key.clone(), body).is_none() {
            self.order.push(key);
        }
    }

    /// One, if it exists and is such a thing.
    pub fn get<T: DeserializeOwned>(&self, of: &str, kind: &str, id: &str) -> Option<T> {
        let body = self.by_id.get(&(of.to_owned(), kind.to_owned(), id.to_owned()))?;
        T::deserialize(body).ok()
    }

    /// All of a kind, oldest first.
    pub fn all<T: DeserializeOwned>(&self, of: &str, kind: &str) -> Vec<T> {
        let wanted = self.order.iter().filter(|(o, k, _)| o == of && k == kind);
        wanted.filter_map(|key| T::deserialize(self.by_id.get(key)?).ok()).collect()
    }
}

impl Inner {
    /// Writes one down, new or changed.
    pub(crate) fn put(&mut self, of: &str, kind: &str, id: &str, object: &impl Serialize) {
        match serde_json::to_value(object) {
            Ok(body) => self.record(Event::Put { of: of.to_owned(), kind: kind.to_owned(), id: id.to_owned(), body }),
            Err(error) => tracing::error!(%error, of, kind, "the simulator cannot write an object down"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_by_id_and_listed_in_order() {
        let mut objects = Objects::default();
        objects.keep("stripe", "refund", "b", Value::from(1));
        objects.keep("stripe", "refund", "a", Value::from(2));
        objects.keep("stripe", "refund", "b", Value::from(3));
        objects.keep("orders", "refund", "a", Value::from(9));
        assert_eq!(objects.get::<i64>("stripe", "refund", "b"), Some(3));
        assert_eq!(objects.get::<String>("stripe", "refund", "b"), None);
        assert_eq!(objects.all::<i64>("stripe", "refund"), [3, 2]);
    }
}
