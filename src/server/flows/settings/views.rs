//! The settings and rates pages' data.

use super::{Setup, setup};
use crate::api::admin::{FeatureLine, RateLine, RatesSheet, SettingsSheet};
use crate::domain::{feature::Feature, form::Refusal, role::Action};
use crate::read_tx;
use crate::server::{ctx::Ctx, failure::Failure, store::settings, zones};

/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn settings(ctx: &Ctx) -> Result<SettingsSheet, Failure> {
    ctx.require(Action::Administer)?;
    let setup = setup(ctx).await?;
    let features = features(&setup);
    let site = setup.site;
    let currency_settled = read_tx!(ctx.app.db, |tx| -> Result<bool, Failure> { Ok(settings::currency_in_use(tx, site.id).await?) })?;
    Ok(SettingsSheet {
        fee_max: site.fee_max(),
        name: site.name,
        seller: site.seller,
        support_email: site.support_email.unwrap_or_default(),
        currency: site.currency,
        currency_settled: currency_settled && site.currency.is_some(),
        merchant_country: site.merchant_country.unwrap_or_default(),
        tax: site.tax,
        refund_policy: site.refund_policy,
        hold_minutes: site.hold_seconds / 60,
        card_kinds: site.card_kinds,
        version: site.version,
        features,
    })
}

/// The provisioned features of a site with what they miss.
pub fn features(setup: &Setup) -> Vec<FeatureLine> {
    let line = |feature: Feature| FeatureLine {
        feature,
        switch: setup.site.features.of(feature),
        missing: setup.missing(feature).into_iter().map(|step| step.code().to_owned()).collect(),
    };
    Feature::ALL.into_iter().map(line).filter(|line| line.switch.provisioned).collect()
}

/// # Errors
/// `SignInRequired`, `NotAllowed`, and `NotProvisioned` (403) where pay-per-use is not.
pub async fn rates(ctx: &Ctx) -> Result<RatesSheet, Failure> {
    ctx.require(Action::Administer)?;
    if !ctx.site().features.pay_per_use.provisioned {
        return Err(Refusal::NotProvisioned.into());
    }
    let cards =
        read_tx!(ctx.app.db, |tx| -> Result<Vec<settings::RateCard>, Failure> { Ok(settings::rate_cards(tx, ctx.site().id).await?) })?;
    let line = |card: settings::RateCard| RateLine {
        version: card.version,
        people: card.rates.people,
        teleconference: card.rates.teleconference,
        currency: card.rates.currency,
        from: zones::instant_text(card.effective_from, &ctx.site().time_zone, ctx.lang()),
    };
    Ok(RatesSheet { currency: ctx.site().currency, cards: cards.into_iter().map(line).collect() })
}
