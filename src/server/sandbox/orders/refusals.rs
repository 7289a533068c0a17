//! Refusals as PayPal writes them (paypal-rest.md §6).

use axum::http::StatusCode;
use serde_json::{Value, json};

/// A refusal: what is answered in place of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

const DEBUG_ID: &str = "f000000000001";

impl Refusal {
    /// By code: a scripted `Refuse`, a `PayPal-Mock-Response`, or a rule of the simulator's own. A code in no table is a 422.
    pub fn of(code: &str) -> Self {
        let (status, name, message) = match code {
            "invalid_token" => return Self::oauth(StatusCode::UNAUTHORIZED, code, "Token signature verification failed"),
            "invalid_client" => return Self::oauth(StatusCode::UNAUTHORIZED, code, "Client Authentication failed"),
            "unsupported_grant_type" => return Self::oauth(StatusCode::BAD_REQUEST, code, "Grant Type is NULL"),
            "AUTHENTICATION_FAILURE" => {
                return Self::bare(
                    401,
                    code,
                    "Authentication failed due to missing authorization header, or invalid authentication credentials.",
                );
            }
            "RATE_LIMIT_REACHED" => return Self::bare(429, code, "Too many requests. Blocked due to rate limiting."),
            "INTERNAL_SERVER_ERROR" => return Self::bare(500, code, "An internal server error occurred."),
            "SERVICE_UNAVAILABLE" => return Self::bare(503, code, "Service Unavailable."),
            "UNSUPPORTED_MEDIA_TYPE" => return Self::bare(415, code, "The server does not support the request payload's media type."),
            "INVALID_ACCOUNT_STATUS" => (401, "AUTHENTICATION_FAILURE", "Account validations failed for the user."),
            "PERMISSION_DENIED" | "CONSENT_NEEDED" | "PAYEE_ACCOUNT_NOT_VERIFIED" => {
                (403, "NOT_AUTHORIZED", "Authorization failed due to insufficient permissions.")
            }
            "INVALID_RESOURCE_ID" => (404, "RESOURCE_NOT_FOUND", "The specified resource does not exist."),
            "PREVIOUS_REQUEST_IN_PROGRESS" => {
                (409, "RESOURCE_CONFLICT", "The server has detected a conflict while processing this request.")
            }
            "MISSING_REQUIRED_PARAMETER"
            | "INVALID_PARAMETER_VALUE"
            | "INVALID_PARAMETER_SYNTAX"
            | "INVALID_STRING_LENGTH"
            | "MALFORMED_REQUEST_JSON"
            | "PAYPAL_REQUEST_ID_REQUIRED" => {
                (400, "INVALID_REQUEST", "Request is not well-formed, syntactically incorrect, or violates schema.")
            }
            _ => (
                422,
                "UNPROCESSABLE_ENTITY",
                "The requested action could not be performed, semantically incorrect, or failed business validation.",
            ),
        };
        let body = json!({
            "name": name, "details": [{"issue": code, "description": "Simulated."}], "message": message, "debug_id": DEBUG_ID, "links": [],
        });
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), body }
    }

    /// About one field of the request.
    pub fn at(code: &str, field: &str) -> Self {
        let mut refusal = Self::of(code);
        refusal.body["details"][0]["field"] = field.into();
        refusal.body["details"][0]["location"] = "body".into();
        refusal
    }

    fn bare(status: u16, name: &str, message: &str) -> Self {
        let body = json!({"name": name, "message": message, "debug_id": DEBUG_ID, "links": []});
        Self { status: StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), body }
    }

    fn oauth(status: StatusCode, error: &str, description: &str) -> Self {
        Self { status, body: json!({"error": error, "error_description": description}) }
    }

    /// With a link for the payer, who may choose another way to pay.
    #[must_use]
    pub fn with_redirect(mut self, url: &str) -> Self {
        self.body["links"] = json!([{"href": url, "rel": "redirect", "method": "GET"}]);
        self
    }

    /// Whether a repetition under the same key gets it again: what was decided about money is, what was not even looked at is
    /// not (paypal-rest.md §7, §11.9).
    pub fn is_kept(&self) -> bool {
        let code = self.body["details"][0]["issue"].as_str().unwrap_or_default();
        self.status == StatusCode::UNPROCESSABLE_ENTITY && !matches!(code, "ORDER_NOT_APPROVED" | "PAYER_ACTION_REQUIRED")
    }
}
