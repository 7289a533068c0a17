//! What a person may know about a failure.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::codec::JsonEncoding;
use serde::{Deserialize, Serialize};

use crate::domain::form::{FieldErrors, Refusal};

/// Why a call did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiError {
    /// Nobody is signed in.
    #[error("please sign in")]
    SignInRequired,
    /// It does not exist, or belongs to someone else.
    #[error("not found")]
    NotFound,
    /// A rule said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The form has problems.
    #[error("please check the form")]
    Fields(FieldErrors),
    /// Our mistake; the incident id to quote.
    #[error("our mistake; please quote {0}")]
    Internal(String),
    /// The server could not be reached or not be understood.
    #[error("the connection failed")]
    Connection,
}

impl ApiError {
    /// The HTTP status a page with this error answers with.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignInRequired => 401,
            Self::NotFound => 404,
            Self::Refused(refusal) => refusal.status(),
            Self::Fields(_) => 422,
            Self::Internal(_) => 500,
            Self::Connection => 503,
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        leptos::logging::warn!("server function: {error}");
        Self::Connection
    }
}
