//! The account manager switches a site's optional features on and off. Nobody else can, and every flip says who, when and why.

pub mod views;

use crate::domain::{
    feature::{Feature, Switch},
    form::Problem,
    ids::SiteId,
    role::Action,
    text::parse_line,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{audit, site, site_admin, site_admin::SiteSummary},
};
use crate::{read_tx, write_tx};

/// Longest reason, in characters.
pub const REASON_MAX: usize = 200;

/// Every site with its switches.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn sites(ctx: &Ctx) -> Result<Vec<SiteSummary>, Failure> {
    ctx.require(Action::Provision)?;
    read_tx!(ctx.app.db, |tx| -> Result<Vec<SiteSummary>, Failure> { Ok(site_admin::sites(tx).await?) })
}

/// Provisions a feature for a site, or withdraws it. Withdrawing also disables, so that provisioning again does not sell anything
/// before the administrator looked; what is paid already stays paid, and its sessions can be started.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound` for an unknown site; `Fields` on `reason`.
pub async fn flip(ctx: &Ctx, site_id: SiteId, feature: Feature, provisioned: bool, reason: &str) -> Result<(), Failure> {
    ctx.require(Action::Provision)?;
    let reason = parse_reason(reason).map_err(|problem| Failure::field("reason", problem))?;
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        if !site_admin::site_exists(tx, site_id).await? {
            return Err(Failure::NotFound);
        }
        let before = site::get(tx, site_id).await?.features.of(feature);
        if before.provisioned == provisioned {
            return Ok(());
        }
        let after = Switch { provisioned, enabled: before.enabled && provisioned };
        crate::server::store::settings::save_switch(tx, site_id, feature, after).await?;
        let line = audit::Line {
            site: Some(site_id),
            actor: ctx.actor(),
            action: if provisioned { "feature.provisioned" } else { "feature.withdrawn" },
            subject: site_id.0,
            before: Some(state(feature, before, None)),
            after: Some(state(feature, after, reason.as_deref())),
            origin: Some(ctx.origin()),
        };
        audit::write(tx, ctx.app.clock.id(), &line, now).await?;
        Ok(())
    })
}

/// A feature's switches as the trail keeps them: `pay_per_use: provisioned, enabled (contract 12)`.
pub(super) fn state(feature: Feature, switch: Switch, reason: Option<&str>) -> String {
    let word = match (switch.provisioned, switch.enabled) {
        (false, _) => "off",
        (true, false) => "provisioned",
        (true, true) => "provisioned, enabled",
    };
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{}: {word}{reason}", feature.code())
}

fn parse_reason(text: &str) -> Result<Option<String>, Problem> {
    if text.trim().is_empty() { Ok(None) } else { parse_line(text, REASON_MAX).map(Some) }
}
