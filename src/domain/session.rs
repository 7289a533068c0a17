//! A training session's states and what they allow.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Saved by the host; participants do not see it yet.
    Draft,
    /// Participants can register.
    Scheduled,
    /// Its room is open.
    Live,
    /// Over.
    Ended,
    /// Called off.
    Cancelled,
}

impl SessionStatus {
    /// The value at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Live => "live",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Draft, Self::Scheduled, Self::Live, Self::Ended, Self::Cancelled].into_iter().find(|s| s.code() == code)
    }
}

/// Who finds a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// In the catalogue.
    All,
    /// Only for signed-in people of the site.
    Authorised,
    /// Only by its address.
    Unlisted,
}

impl Listing {
    /// In the order the form lists them.
    pub const ALL: [Self; 3] = [Self::All, Self::Authorised, Self::Unlisted];

    /// The value in forms and at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Authorised => "authorised",
            Self::Unlisted => "unlisted",
        }
    }

    /// Reads the form's value.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|listing| listing.code() == code)
    }
}

/// Whether a seat can be sold now: published and not over.
pub fn is_sellable(status: SessionStatus, ends_at: Timestamp, now: Timestamp) -> bool {
    match status {
        SessionStatus::Scheduled | SessionStatus::Live => now < ends_at,
        SessionStatus::Draft | SessionStatus::Ended | SessionStatus::Cancelled => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_session_is_not_sellable_from_its_end_on() {
        assert!(is_sellable(SessionStatus::Scheduled, Timestamp(10), Timestamp(9)));
        assert!(!is_sellable(SessionStatus::Scheduled, Timestamp(10), Timestamp(10)));
        assert!(!is_sellable(SessionStatus::Draft, Timestamp(10), Timestamp(1)));
    }
}
