//! The account manager's page.

use crate::api::manager::SiteLine;
use crate::server::{ctx::Ctx, failure::Failure, store::site_admin::SiteSummary};

/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn sites(ctx: &Ctx) -> Result<Vec<SiteLine>, Failure> {
    let line =
        |site: SiteSummary| SiteLine { id: site.id, name: site.name, host: site.host, test_mode: site.test_mode, features: site.features };
    Ok(super::sites(ctx).await?.into_iter().map(line).collect())
}
