//! Who may do what.

use serde::{Deserialize, Serialize};

/// What a person is in a site. A participant needs no role: a link to an order is what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Provisions features per site; sees no participants.
    AccountManager,
    /// Enables and configures what was provisioned.
    SiteAdmin,
    /// Pays for usage and claims it back.
    DivisionManager,
    /// Schedules and starts sessions.
    Host,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::AccountManager, Self::SiteAdmin, Self::DivisionManager, Self::Host];

    /// The value at rest and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AccountManager => "account_manager",
            Self::SiteAdmin => "site_admin",
            Self::DivisionManager => "division_manager",
            Self::Host => "host",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Something that needs permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Provision features per site.
    Provision,
    /// Change site settings, rates, processors and promo codes; see orders.
    Administer,
    /// Schedule, price and start one's own sessions.
    HostSessions,
    /// See a division's usage and claims.
    ManageDivision,
}

/// Whether a role allows an action. Which objects it reaches is checked beside it, by site and owner.
pub const fn may(role: Role, action: Action) -> bool {
    match (role, action) {
        (Role::AccountManager, Action::Provision)
        | (Role::SiteAdmin, Action::Administer | Action::HostSessions)
        | (Role::DivisionManager, Action::ManageDivision)
        | (Role::Host, Action::HostSessions) => true,
        (Role::AccountManager, Action::Administer | Action::HostSessions | Action::ManageDivision)
        | (Role::SiteAdmin, Action::Provision | Action::ManageDivision)
        | (Role::DivisionManager, Action::Provision | Action::Administer | Action::HostSessions)
        | (Role::Host, Action::Provision | Action::Administer | Action::ManageDivision) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_account_manager_provisions() {
        for role in Role::ALL {
            assert_eq!(may(role, Action::Provision), role == Role::AccountManager);
        }
    }
}
