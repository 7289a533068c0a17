//! The optional features of a site: provisioned by the account manager, then enabled by the site administrator.

use serde::{Deserialize, Serialize};

use super::form::Refusal;

/// An optional feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Hosts may charge participants a fee.
    FeeBased,
    /// Hosts pay for minutes before each start.
    PayPerUse,
    /// Codes take something off a fee.
    PromoCodes,
}

impl Feature {
    /// In the order pages list them.
    pub const ALL: [Self; 3] = [Self::FeeBased, Self::PayPerUse, Self::PromoCodes];

    /// The value at rest and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FeeBased => "fee_based",
            Self::PayPerUse => "pay_per_use",
            Self::PromoCodes => "promo_codes",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.code() == code)
    }
}

/// The two switches of a feature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// By the account manager.
    pub provisioned: bool,
    /// By the site administrator; means nothing unless provisioned.
    pub enabled: bool,
}

/// The switches of a site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// Fee-based training.
    pub fee_based: Switch,
    /// Pay-per-use.
    pub pay_per_use: Switch,
    /// Promo codes.
    pub promo_codes: Switch,
}

impl Features {
    /// The switch of a feature.
    pub const fn of(self, feature: Feature) -> Switch {
        match feature {
            Feature::FeeBased => self.fee_based,
            Feature::PayPerUse => self.pay_per_use,
            Feature::PromoCodes => self.promo_codes,
        }
    }

    /// Both switches are on: the feature exists for this site.
    pub const fn is_on(self, feature: Feature) -> bool {
        let switch = self.of(feature);
        switch.provisioned && switch.enabled
    }

    /// The door's answer.
    ///
    /// # Errors
    /// `NotProvisioned` or `NotEnabled`.
    pub const fn require(self, feature: Feature) -> Result<(), Refusal> {
        let switch = self.of(feature);
        if !switch.provisioned {
            return Err(Refusal::NotProvisioned);
        }
        if !switch.enabled {
            return Err(Refusal::NotEnabled);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enabled_means_nothing_unless_provisioned() {
        let features = Features { pay_per_use: Switch { provisioned: false, enabled: true }, ..Features::default() };
        assert!(!features.is_on(Feature::PayPerUse));
        assert_eq!(features.require(Feature::PayPerUse), Err(Refusal::NotProvisioned));
    }
}
