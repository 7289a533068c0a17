//! How a use case can end badly on the server: a rule said no, or something broke.

use crate::api::error::ApiError;
use crate::domain::{
    form::{FieldErrors, Problem, Refusal},
    money::MoneyError,
    order::IllegalMove,
};

use super::store::db::{MayRetry, StoreError};

/// Something broke. It keeps its cause and never leaves the server.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("the database failed")]
    Store(#[source] StoreError),
    /// A state machine was asked the impossible.
    #[error("a bug in a state machine")]
    IllegalMove(#[source] IllegalMove),
    /// Arithmetic on amounts left its range or mixed currencies.
    #[error("money arithmetic failed")]
    Money(#[source] MoneyError),
    /// What was stored cannot be read.
    #[error("stored value cannot be read: {0}")]
    Corrupt(String),
    /// Anything else, in words for the log.
    #[error("{0}")]
    Other(String),
}

/// How a use case can end badly.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule said no.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// What was typed has problems.
    #[error("the form has problems")]
    Fields(FieldErrors),
    /// It does not exist, or belongs to someone else.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in.
    #[error("sign-in required")]
    SignInRequired,
    /// Something broke.
    #[error(transparent)]
    Fault(Fault),
}

impl Failure {
    /// One field's problem.
    pub fn field(field: &str, problem: Problem) -> Self {
        Self::Fields(FieldErrors::one(field, problem))
    }

    /// A stored value that no rule allows.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::Fault(Fault::Corrupt(what.into()))
    }

    /// The HTTP status of this ending.
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Fields(_) => 422,
            Self::NotFound => 404,
            Self::SignInRequired => 401,
            Self::Fault(_) => 500,
        }
    }
}

impl MayRetry for Failure {
    fn is_contention(&self) -> bool {
        match self {
            Self::Fault(Fault::Store(error)) => error.is_contention(),
            Self::Refused(_) | Self::Fields(_) | Self::NotFound | Self::SignInRequired | Self::Fault(_) => false,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Fault(Fault::Store(error))
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<FieldErrors> for Failure {
    fn from(errors: FieldErrors) -> Self {
        Self::Fields(errors)
    }
}

impl From<IllegalMove> for Failure {
    fn from(illegal: IllegalMove) -> Self {
        Self::Fault(Fault::IllegalMove(illegal))
    }
}

impl From<MoneyError> for Failure {
    fn from(error: MoneyError) -> Self {
        Self::Fault(Fault::Money(error))
    }
}

/// Logs a fault once, with its chain of causes, and answers the incident id a person may quote.
pub fn report(fault: &Fault) -> String {
    let incident = super::clock::Clock::System.short_code(8);
    let mut chain = fault.to_string();
    let mut source = std::error::Error::source(fault);
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(incident, %chain, "fault");
    incident
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        tell_status(failure.status());
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Fields(errors) => Self::Fields(errors),
            Failure::NotFound => Self::NotFound,
            Failure::SignInRequired => Self::SignInRequired,
            Failure::Fault(fault) => Self::Internal(report(&fault)),
        }
    }
}

/// A server function that refuses answers with the refusal's status: by itself Leptos answers 500 to every error. A page being
/// rendered has its own status, which `ErrorView` sets.
fn tell_status(status: u16) {
    use axum::http::{StatusCode, request::Parts};
    use leptos::{prelude::use_context, reactive::owner::with_context};
    let is_server_function = with_context::<Parts, _>(|parts| parts.uri.path().starts_with("/api/")).unwrap_or_default();
    if let (true, Some(response), Ok(status)) =
        (is_server_function, use_context::<leptos_axum::ResponseOptions>(), StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}
