//! Settings, prices and processors, as an administrator sees them.

use serde::{Deserialize, Serialize};

use crate::domain::{
    card_kinds::CardKinds,
    estimate::Rate,
    feature::{Feature, Switch},
    money::{Currency, Money},
    payment::Method,
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
    /// Which kinds of cards are taken.
    pub card_kinds: CardKinds,
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

/// Why a processor cannot be used by this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuledOut {
    /// It is not sold in the merchant's country.
    Country,
    /// It does not carry the site's currency.
    Currency(Currency),
}

/// A legacy product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyNote {
    /// What came after it.
    pub successor: String,
    /// It takes no new merchants.
    pub closed: bool,
}

/// Where card numbers go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardPlace {
    /// Through this server (SAQ D).
    Ours {
        /// The merchant took on what this asks of them.
        accepted: bool,
    },
    /// Typed into a form of ours that the browser sends straight to the gateway (SAQ A-EP); through this server, if that is chosen.
    Gateway {
        /// The merchant took on what the other choice asks of them.
        accepted: bool,
    },
    /// Typed on the processor's page (SAQ A).
    Theirs,
    /// There are none.
    Nowhere,
}

/// How a setting is typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// One line.
    Line {
        /// The most characters.
        max: usize,
    },
    /// Several lines.
    Lines {
        /// The most characters.
        max: usize,
    },
    /// A whole number.
    Whole {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// One of these codes.
    Choice {
        /// The codes.
        of: Vec<String>,
    },
    /// Write-only.
    Secret {
        /// The fewest characters.
        min: usize,
        /// The most.
        max: usize,
    },
}

/// One setting of a processor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorField {
    /// Its name in the form and the API.
    pub name: String,
    /// How it is typed.
    pub kind: SettingKind,
    /// It cannot stay empty.
    pub needed: bool,
    /// What is stored, else its default; never a secret.
    pub value: String,
    /// What may be shown of a stored secret.
    pub hint: String,
}

/// One processor in one mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessorCard {
    /// The code of its kind.
    pub kind: String,
    /// What its maker calls it; empty for what has no maker.
    pub name: String,
    /// How buyers choose it.
    pub method: Method,
    /// `test` or `live`.
    pub mode: String,
    /// The site is in this mode.
    pub in_use: bool,
    /// Why it cannot be used, if it cannot.
    pub ruled_out: Option<RuledOut>,
    /// Something is stored.
    pub configured: bool,
    /// It is a legacy product.
    pub legacy: Option<LegacyNote>,
    /// Where card numbers go.
    pub cards: CardPlace,
    /// What its set-up asks, in order.
    pub fields: Vec<ProcessorField>,
    /// Where it is called.
    pub address: Option<String>,
    /// Where its notices are taken.
    pub notice_url: Option<String>,
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
    /// `test` and `live`, the one in use first.
    pub modes: Vec<String>,
    /// Each kind in each mode: the mode in use first, in it what is configured first, in order of display.
    pub cards: Vec<ProcessorCard>,
    /// The merchant's country, if known.
    pub country: Option<String>,
}
