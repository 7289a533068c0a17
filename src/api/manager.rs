//! What account managers and division managers see. Account managers see sites and switches, never participants or money.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use crate::domain::{feature::Features, ids::SiteId, money::Money};

#[cfg(feature = "ssr")]
use crate::server::{
    ctx::Ctx,
    flows::{overview, provision},
};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiteLine {
    /// Its id.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// The host name it answers to.
    pub host: String,
    /// Payments go to simulators.
    pub test_mode: bool,
    /// The switches.
    pub features: Features,
}

/// Usage of a division, as booked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsageLine {
    /// The order's short code.
    pub reference: String,
    /// The session.
    pub topic: String,
    /// Who ran it.
    pub host: String,
    /// What was paid, tax inside.
    pub amount: Money,
    /// When, in words.
    pub at: String,
}

/// A division's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DivisionSheet {
    /// Its name.
    pub name: String,
    /// What its usage orders carry.
    pub tracking_code: String,
    /// What it may spend; `None` is no limit.
    pub budget: Option<Money>,
    /// What it spent.
    pub spent: Money,
    /// What is left; below zero when the budget is overdrawn.
    pub left: Option<Money>,
    /// Its usage, the latest first.
    pub rows: Vec<UsageLine>,
}

/// Every site with its switches.
///
/// # Errors
/// As `Ctx::require`, for an account manager.
#[server(endpoint = "manager_sites")]
pub async fn get_sites() -> Result<Vec<SiteLine>, ApiError> {
    Ok(provision::views::sites(&Ctx::current()?).await?)
}

/// The person's own division.
///
/// # Errors
/// As `Ctx::require`, for a division manager; `NotFound` for one without a division.
#[server(endpoint = "division")]
pub async fn get_division() -> Result<DivisionSheet, ApiError> {
    Ok(overview::division(&Ctx::current()?).await?)
}
