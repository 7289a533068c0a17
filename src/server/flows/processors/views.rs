//! The processors page's data. Secrets are not in it: only the hint kept beside them.

use super::{base_url, kinds, list, serves};
use crate::api::admin::{ProcessorCard, ProcessorsSheet};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    payments::{ProcessorKind, payflow::PublicSettings},
    store::processor_config::StoredConfig,
    zones,
};

/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn sheet(ctx: &Ctx) -> Result<ProcessorsSheet, Failure> {
    let stored = list(ctx).await?;
    let country = ctx.site().merchant_country.clone();
    let mut modes = ["test", "live"];
    if !ctx.site().test_mode {
        modes.reverse();
    }
    let cards = kinds()
        .flat_map(|kind| modes.map(|mode| (kind, mode)))
        .map(|(kind, mode)| card(ctx, kind, mode, stored.iter().find(|s| s.kind == kind.code() && s.mode == mode)))
        .collect();
    Ok(ProcessorsSheet { cards, country })
}

fn card(ctx: &Ctx, kind: ProcessorKind, mode: &str, stored: Option<&StoredConfig>) -> ProcessorCard {
    let public = stored.and_then(|s| serde_json::from_str::<PublicSettings>(&s.settings).ok());
    let (partner, vendor, user) = public.map(|p| (p.partner, p.vendor, p.user)).unwrap_or_default();
    ProcessorCard {
        kind: kind.code().to_owned(),
        mode: mode.to_owned(),
        in_use: mode == ctx.site().mode(),
        ruled_out: !serves(kind, ctx.site().merchant_country.as_deref()),
        configured: stored.is_some(),
        partner,
        vendor,
        user,
        address: base_url(&ctx.app, mode),
        secret_hint: stored.map(|s| s.secret_hint.clone()).unwrap_or_default(),
        enabled: stored.is_some_and(|s| s.enabled),
        tested_at: stored.and_then(|s| s.tested_at).map(|at| zones::instant_text(at, &ctx.site().time_zone, ctx.lang())),
        test_ok: stored.and_then(|s| s.test_ok),
        test_reason: stored.and_then(|s| s.test_reason.clone()),
        version: stored.map(|s| s.version.to_string()).unwrap_or_default(),
    }
}
