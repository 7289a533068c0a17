//! The site administrator enables what was provisioned, and configures the site.

use crate::domain::{
    estimate::{Rate, Rates},
    feature::{Feature, Switch},
    form::{FieldErrors, Problem, Refusal},
    money::Currency,
    role::Action,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{
        audit,
        db::Tx,
        processor_config::{self, StoredConfig},
        settings::{self, RateCard},
        site::{self, Site},
    },
    zones,
};
use crate::{read_tx, write_tx};

pub mod views;

pub use form::SettingsForm;

mod form;

/// Something that must be done before a feature can be enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Choose the site's currency.
    Currency,
    /// Configure, test and enable a processor that carries the currency.
    Processor,
    /// Set prices per minute in the site's currency.
    RateCard,
    /// Enable fee-based training first.
    FeeBased,
}

impl Step {
    /// The name in refusals and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Currency => "currency",
            Self::Processor => "processor",
            Self::RateCard => "rate_card",
            Self::FeeBased => "fee_based",
        }
    }
}

/// What a site has, as far as enabling features is concerned.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The site.
    pub site: Site,
    /// A processor of the site's mode is enabled, passed its test and carries the currency.
    pub has_processor: bool,
    /// The latest prices are in the site's currency.
    pub has_rates: bool,
}

impl Setup {
    /// What is missing before `feature` can be enabled, in the order to do it.
    pub fn missing(&self, feature: Feature) -> Vec<Step> {
        let needed: &[Step] = match feature {
            Feature::FeeBased => &[Step::Currency, Step::Processor],
            Feature::PayPerUse => &[Step::Currency, Step::RateCard, Step::Processor],
            Feature::PromoCodes => &[Step::FeeBased],
        };
        needed.iter().copied().filter(|step| !self.has(*step)).collect()
    }

    fn has(&self, step: Step) -> bool {
        match step {
            Step::Currency => self.site.currency.is_some(),
            Step::Processor => self.has_processor,
            Step::RateCard => self.has_rates,
            Step::FeeBased => self.site.features.is_on(Feature::FeeBased),
        }
    }
}

/// Reads what a site has.
///
/// # Errors
/// A fault when the database fails.
pub async fn setup(ctx: &Ctx) -> Result<Setup, Failure> {
    let (site, configs, cards) = read_tx!(ctx.app.db, |tx| -> Result<(Site, Vec<StoredConfig>, Vec<RateCard>), Failure> {
        let site = site::get(tx, ctx.site().id).await?;
        let configs = processor_config::offered(tx, site.id, site.mode()).await?;
        Ok((site.clone(), configs, settings::rate_cards(tx, site.id).await?))
    })?;
    let carries = |config: &StoredConfig| site.currency.is_some_and(|currency| super::processors::carries(&ctx.app, config, currency));
    let has_processor = configs.iter().any(|config| config.passed_its_test() && carries(config));
    let has_rates = cards.first().is_some_and(|card| Some(card.rates.currency) == site.currency);
    Ok(Setup { site, has_processor, has_rates })
}

/// Enables or disables a provisioned feature. Disabling fees also disables promo codes, which mean nothing without them.
///
/// # Errors
/// `SignInRequired`, `NotAllowed`, `NotProvisioned` (403); `SetupIncomplete` (422) with each missing step.
pub async fn enable(ctx: &Ctx, feature: Feature, enabled: bool) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    let setup = setup(ctx).await?;
    if !setup.site.features.of(feature).provisioned {
        return Err(Refusal::NotProvisioned.into());
    }
    let missing: Vec<String> = if enabled { setup.missing(feature).iter().map(|step| step.code().to_owned()).collect() } else { vec![] };
    if !missing.is_empty() {
        return Err(Refusal::SetupIncomplete { missing }.into());
    }
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        if feature == Feature::FeeBased && !enabled {
            switch(tx, ctx, Feature::PromoCodes, false).await?;
        }
        switch(tx, ctx, feature, enabled).await
    })
}

async fn switch(tx: &mut Tx, ctx: &Ctx, feature: Feature, enabled: bool) -> Result<(), Failure> {
    let before = site::get(tx, ctx.site().id).await?.features.of(feature);
    if before.enabled == enabled {
        return Ok(());
    }
    // Withdrawn since it was looked at.
    if enabled && !before.provisioned {
        return Err(Refusal::NotProvisioned.into());
    }
    let after = Switch { enabled, ..before };
    settings::save_switch(tx, ctx.site().id, feature, after).await?;
    let action = if enabled { "feature.enabled" } else { "feature.disabled" };
    let change = (super::provision::state(feature, before, None), super::provision::state(feature, after, None));
    trail(tx, ctx, action, ctx.site().id.0, Some(change.0), Some(change.1)).await
}

/// Saves the site's settings.
///
/// The currency cannot change once anything is priced in it (an order, or a session with a fee): that is a problem of one field
/// among many, so it is told beside the field (422) and everything else typed is kept.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `Fields`; `Stale` (409) when someone else saved meanwhile.
pub async fn save(ctx: &Ctx, form: &SettingsForm) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let before = site::get(tx, ctx.site().id).await?;
        let mut after = form.parse(&before)?;
        if before.version != after.version {
            return Err(Refusal::Stale.into());
        }
        if after.currency != before.currency
            && let Some(expected) = before.currency
            && settings::currency_in_use(tx, before.id).await?
        {
            return Err(Failure::field("currency", Problem::CurrencyMismatch { expected }));
        }
        if after.refund_policy != before.refund_policy {
            after.terms_version = terms_version(&before, zones::wall(now, &before.time_zone));
        }
        if !settings::save(tx, &after).await? {
            return Err(Refusal::Stale.into());
        }
        trail(tx, ctx, "site.changed", before.id.0, Some(summary(&before)), Some(summary(&after))).await
    })
}

/// The name of the terms from today on; grows with the settings' version, so two changes on one day differ.
fn terms_version(before: &Site, today: Option<crate::domain::time::WallTime>) -> String {
    let day = today.map(|wall| format!("{:04}-{:02}-{:02}", wall.year, wall.month, wall.day)).unwrap_or_default();
    format!("{day}.{}", before.version + 1)
}

/// What the trail keeps of settings: rules and numbers, no texts and no addresses.
fn summary(site: &Site) -> String {
    let tax =
        site.tax.as_ref().map_or_else(|| "none".to_owned(), |tax| format!("{} {} % {}", tax.name, tax.rate, site::tax_mode_code(tax.mode)));
    format!(
        "currency {}, country {}, tax {tax}, fee at most {}, hold {} s, cards {}, terms {}",
        site.currency.map_or("none", Currency::code),
        site.merchant_country.as_deref().unwrap_or("none"),
        site.fee_max_minor,
        site.hold_seconds,
        site.card_kinds.code(),
        site.terms_version,
    )
}

/// Sets new prices per minute, from now on. Earlier versions stay as they were: every quote names the one it used.
///
/// # Errors
/// `SignInRequired`, `NotAllowed`, `NotProvisioned` (403); `Fields`; `SetupIncomplete` (422) before a currency is chosen.
pub async fn add_rates(ctx: &Ctx, people: &str, teleconference: &str) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    if !ctx.site().features.pay_per_use.provisioned {
        return Err(Refusal::NotProvisioned.into());
    }
    let mut errors = FieldErrors::default();
    let mut rate = |field: &str, text: &str| {
        let parsed = if text.trim().is_empty() { Err(Problem::Required) } else { Rate::parse(text).ok_or(Problem::NotANumber) };
        errors.keep(field, parsed)
    };
    let (people, teleconference) = (rate("people", people), rate("teleconference", teleconference));
    let (people, teleconference) = errors.finish(people.zip(teleconference))?;
    let now = ctx.app.clock.now();
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let site = site::get(tx, ctx.site().id).await?;
        let currency = site.currency.ok_or(Refusal::SetupIncomplete { missing: vec![Step::Currency.code().to_owned()] })?;
        let before = settings::rate_cards(tx, site.id).await?.into_iter().next();
        let rates = Rates { people, teleconference, currency };
        // The same prices again are no new version.
        if before.as_ref().is_some_and(|card| card.rates == rates) {
            return Ok(());
        }
        let version = before.as_ref().map_or(1, |card| card.version + 1);
        let card = RateCard { id: ctx.app.clock.id(), version, rates, effective_from: now };
        settings::insert_rate_card(tx, site.id, &card).await?;
        trail(tx, ctx, "rates.added", card.id.0, before.as_ref().map(price_words), Some(price_words(&card))).await
    })
}

fn price_words(card: &RateCard) -> String {
    format!("version {}: {} / {} {}", card.version, card.rates.people, card.rates.teleconference, card.rates.currency)
}

/// One line of the trail, in the caller's transaction.
pub(super) async fn trail(
    tx: &mut Tx,
    ctx: &Ctx,
    action: &'static str,
    subject: uuid::Uuid,
    before: Option<String>,
    after: Option<String>,
) -> Result<(), Failure> {
    let line = audit::Line { site: Some(ctx.site().id), actor: ctx.actor(), action, subject, before, after, origin: Some(ctx.origin()) };
    Ok(audit::write(tx, ctx.app.clock.id(), &line, ctx.app.clock.now()).await?)
}
