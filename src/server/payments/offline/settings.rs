//! What a site tells those who pay by transfer.

use serde::{Deserialize, Serialize};

use super::super::processor::ConnectionProblem;

/// Shown as they are: nothing in them is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineSettings {
    /// Account, bank and what else a transfer needs; up to 1000 characters, lines as typed.
    pub instructions: String,
    /// How many days the money may take: 1 to 60. The seat is kept so long.
    pub days: u16,
}

impl OfflineSettings {
    pub(super) fn check(&self) -> Result<(), ConnectionProblem> {
        let length = self.instructions.trim().chars().count();
        if (1..=1000).contains(&length) && (1..=60).contains(&self.days) { Ok(()) } else { Err(ConnectionProblem::Settings) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_and_time_are_needed() {
        let settings = |instructions: &str, days| OfflineSettings { instructions: instructions.into(), days };
        assert!(settings("IBAN", 1).check().is_ok());
        for bad in [settings(" ", 7), settings("IBAN", 0), settings("IBAN", 61)] {
            assert_eq!(bad.check(), Err(ConnectionProblem::Settings));
        }
    }
}
