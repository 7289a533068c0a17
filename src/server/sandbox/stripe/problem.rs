//! Errors as the API gives them (stripe.md §6).

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// One error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The inner object. Fields that would be null are left out.
    pub error: Map<String, Value>,
    /// The endpoint began to run, so the answer is stored against the key (stripe.md §7).
    pub ran: bool,
}

impl Problem {
    fn new(status: StatusCode, kind: &str, code: &str, message: &str, ran: bool) -> Self {
        let mut error = Map::new();
        error.insert("type".to_owned(), kind.into());
        error.insert("message".to_owned(), message.into());
        if !code.is_empty() {
            error.insert("code".to_owned(), code.into());
            error.insert("doc_url".to_owned(), format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")).into());
        }
        Self { status, error, ran }
    }

    /// Adds a field, unless it is null or empty.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() && value.as_str() != Some("") {
            self.error.insert(name.to_owned(), value);
        }
        self
    }

    /// A request that was refused before anything ran.
    pub fn invalid(code: &str, param: &str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", code, message, false).with("param", param)
    }

    /// A request that the object's state does not allow.
    pub fn state(code: &str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", code, message, true)
    }

    /// No such object.
    pub fn missing(kind: &str, id: &str) -> Self {
        let message = format!("No such {kind}: '{id}'");
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", "resource_missing", &message, false).with("param", "id")
    }

    /// No such address.
    pub fn no_route(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: /v1/{path}).");
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", "", &message, false)
    }

    /// Not a key of ours: all of it but the end is hidden.
    pub fn bad_key(key: &str) -> Self {
        let message = match key {
            "" => "You did not provide an API key.".to_owned(),
            key => format!("Invalid API Key provided: {}", masked(key)),
        };
        Self::new(StatusCode::UNAUTHORIZED, "invalid_request_error", "", &message, false)
    }

    /// The same key with other parameters.
    pub fn key_reused(key: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other \
             than '{key}' if you meant to execute a different request."
        );
        Self::new(StatusCode::BAD_REQUEST, "idempotency_error", "", &message, false)
    }

    /// The API is out of order; stored, so repeating is useless.
    pub fn server() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "api_error", "", "An unknown error occurred", true)
    }

    /// A card that was declined.
    pub fn declined(code: &str, decline_code: &str) -> Self {
        let problem = Self::new(StatusCode::PAYMENT_REQUIRED, "card_error", code, card_message(code, decline_code), true);
        problem.with("decline_code", decline_code).with("advice_code", advice(code, decline_code))
    }

    /// A scripted refusal, by its code.
    pub fn scripted(code: &str) -> Self {
        let plain = |status, message: &str| Self::new(status, "invalid_request_error", code, message, false);
        match code {
            "rate_limit" => plain(StatusCode::TOO_MANY_REQUESTS, "Request rate limit exceeded."),
            "lock_timeout" => plain(
                StatusCode::TOO_MANY_REQUESTS,
                "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.",
            ),
            "idempotency_key_in_use" => {
                plain(StatusCode::CONFLICT, "There is currently another in-progress request using this Idempotency-Key.")
            }
            "api_key_expired" => plain(StatusCode::UNAUTHORIZED, "Expired API Key provided."),
            "forbidden" => Self::new(
                StatusCode::FORBIDDEN,
                "invalid_request_error",
                "",
                "The provided key does not have the required permissions.",
                false,
            ),
            "resource_missing" => plain(StatusCode::NOT_FOUND, "No such object."),
            "dependency" => Self::new(StatusCode::FAILED_DEPENDENCY, "api_error", "", "A dependency failed.", false),
            "amount_too_small" => plain(StatusCode::BAD_REQUEST, "Amount is too small.").with("param", "amount"),
            code if code.starts_with("card_declined/") || card_message(code, "") != DECLINED => {
                let (code, decline_code) = code.split_once('/').unwrap_or((code, ""));
                Self::declined(code, decline_code)
            }
            _ => Self::state(code, "Scripted."),
        }
    }

    /// The body.
    pub fn body(&self) -> Value {
        json!({ "error": self.error })
    }
}

fn masked(key: &str) -> String {
    let visible = key.get(..8).filter(|prefix| prefix.ends_with('_')).unwrap_or_default();
    let rest: Vec<char> = key.get(visible.len()..).unwrap_or_default().chars().collect();
    let hidden = rest.len().saturating_sub(4);
    format!("{visible}{}{}", "*".repeat(hidden), rest.get(hidden..).unwrap_or_default().iter().collect::<String>())
}

const DECLINED: &str = "Your card was declined.";

fn card_message(code: &str, decline_code: &str) -> &'static str {
    match (code, decline_code) {
        ("card_declined", "insufficient_funds") => "Your card has insufficient funds.",
        ("expired_card", _) => "Your card has expired.",
        ("incorrect_cvc", _) => "Your card's security code is incorrect.",
        ("incorrect_number", _) => "Your card number is incorrect.",
        ("processing_error", _) => "An error occurred while processing your card. Try again in a little bit.",
        ("payment_intent_authentication_failure", _) => "The provided PaymentMethod has failed authentication.",
        _ => DECLINED,
    }
}

fn advice(code: &str, decline_code: &str) -> &'static str {
    match (code, decline_code) {
        (_, "lost_card" | "stolen_card" | "pickup_card" | "restricted_card" | "fraudulent") | ("expired_card", _) => "do_not_try_again",
        ("incorrect_cvc" | "incorrect_number", _) => "confirm_card_data",
        ("card_declined", _) | ("processing_error", _) => "try_again_later",
        _ => "",
    }
}
