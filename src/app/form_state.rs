//! What a plain form post left behind when it could not be accepted: the values typed and what is wrong with them. The handler
//! renders the page again with this; the browser reads the same copy when it hydrates.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::form::{FieldErrors, Problem, Refusal};

/// Values typed (never passwords, card numbers or security codes) and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FormState {
    /// By field name.
    pub values: BTreeMap<String, String>,
    /// What is wrong with fields.
    pub errors: FieldErrors,
    /// What a rule said about the whole.
    pub refusal: Option<Refusal>,
}

impl FormState {
    /// Whether a post came before this page.
    pub fn was_posted(&self) -> bool {
        !self.values.is_empty() || !self.errors.is_empty() || self.refusal.is_some()
    }

    /// The value typed, or nothing.
    pub fn value(&self, field: &str) -> String {
        self.values.get(field).cloned().unwrap_or_default()
    }

    /// The value typed, or `otherwise` when the page was not posted.
    pub fn value_or(&self, field: &str, otherwise: impl FnOnce() -> String) -> String {
        self.values.get(field).cloned().unwrap_or_else(otherwise)
    }

    /// What is wrong with a field.
    pub fn error(&self, field: &str) -> Option<&Problem> {
        self.errors.of(field)
    }
}

/// Puts the post's state (or none) where pages find it. Called once, by the app's root.
pub fn provide_form_state() {
    let shared = SharedValue::new(|| use_context::<FormState>().unwrap_or_default());
    provide_context(StoredValue::new(Some(shared.into_inner())));
}

/// The state of the post that rendered this page. After a client-side navigation there is none: it belonged to the page it was
/// rendered with, so pages read it once, when they are made.
pub fn use_form_state() -> FormState {
    use_context::<StoredValue<Option<FormState>>>().and_then(|stored| stored.get_value()).unwrap_or_default()
}

/// Forgets the post's state; called at the first client-side navigation.
pub fn forget_form_state() {
    if let Some(stored) = use_context::<StoredValue<Option<FormState>>>() {
        stored.set_value(None);
    }
}
