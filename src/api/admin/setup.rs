//! Settings, prices and processors, as an administrator sees them.

use serde::{Deserialize, Serialize};

use crate::domain::{
    estimate::Rate,
    feature::{Feature, Switch},
    money::{Currency, Money},
    pricing::Tax,
};

/// A feature with its switches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureLine {
    /// The feature.
    pub feature: Feature,
    /// Its switches.
    pub switch: Switch,
    /// What is missing before it can be enabled, as codes of `SetupIncomplete`.
    pub missing: Vec<String>,
}

/// The settings page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsSheet {
    /// Its name.
    pub name: String,
    /// Who sells.
    pub seller: String,
    /// Whom buyers write to.
    pub support_email: String,
    /// What everything is priced in.
    pub currency: Option<Currency>,
    /// Something is priced, so the currency is settled.
    pub currency_settled: bool,
    /// The merchant's country.
    pub merchant_country: String,
    /// The local tax.
    pub tax: Option<Tax>,
    /// The highest fee, once a currency is chosen.
    pub fee_max: Option<Money>,
    /// The refund policy.
    pub refund_policy: String,
    /// How long seats are kept.
    pub hold_minutes: i64,
    /// The version read.
    pub version: i64,
    /// The provisioned features; others are not mentioned.
    pub features: Vec<FeatureLine>,
}

/// A version of the prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateLine {
    /// 1, 2, 3, …
    pub version: i64,
    /// Per people-minute.
    pub people: Rate,
    /// Per teleconference-minute.
    pub teleconference: Rate,
    /// In which currency.
    pub currency: Currency,
    /// From when on, in words.
    pub from: String,
}

/// The rates page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatesSheet {
    /// What new prices are in, once chosen.
    pub currency: Option<Currency>,
    /// Every version, the latest (in force) first.
    pub cards: Vec<RateLine>,
}

/// One processor in one mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessorCard {
    /// The code of its kind.
    pub kind: String,
    /// `test` or `live`.
    pub mode: String,
    /// The site is in this mode.
    pub in_use: bool,
    /// It is not sold in the merchant's country.
    pub ruled_out: bool,
    /// Something is stored.
    pub configured: bool,
    /// The reseller's id.
    pub partner: String,
    /// The merchant login.
    pub vendor: String,
    /// The user.
    pub user: String,
    /// Where it is called.
    pub address: String,
    /// What may be shown of the secret.
    pub secret_hint: String,
    /// Offered to buyers.
    pub enabled: bool,
    /// When it was last tested, in words.
    pub tested_at: Option<String>,
    /// How that ended.
    pub test_ok: Option<bool>,
    /// The code of what was wrong.
    pub test_reason: Option<String>,
    /// The version read; empty when nothing is stored.
    pub version: String,
}

/// The processors page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessorsSheet {
    /// Each kind in each mode, the mode in use first.
    pub cards: Vec<ProcessorCard>,
    /// The merchant's country, if known.
    pub country: Option<String>,
}
