//! The demo's tenants: Acme Academy, with everything on, and a neighbour with everything off.

use super::{HOST, people};
use crate::{
    domain::{
        card_kinds::CardKinds,
        estimate::{Rate, Rates},
        feature::{Feature, Switch},
        ids::{DivisionId, PersonId, RateCardId, SiteId},
        money::Currency,
        pricing::{Percent, Tax, TaxMode},
        role::Role,
        text::Lang,
        time::Timestamp,
    },
    server::{
        clock::Clock,
        failure::Failure,
        state::App,
        store::{audit, db::Tx, settings, settings::RateCard, site::Site, site_admin, site_admin::DivisionRow},
    },
};

/// Acme Academy. Fees include 19 % VAT, so a fee of 100.00 is what is paid; usage is priced without, so the estimate of
/// spec.md's vector comes to 191.71.
pub(super) fn acme(id: SiteId) -> Site {
    Site {
        id,
        host: HOST.to_owned(),
        is_default: false,
        name: "Acme Academy".to_owned(),
        seller: "Acme Academy SRL, Calea Victoriei 155, 010073 Bucharest, Romania, VAT RO12345678".to_owned(),
        support_email: Some("help@acme-academy.example".to_owned()),
        refund_policy: "Cancel up to 48 hours before the start and we return the whole fee. Later than that you may send a colleague in your place, free of charge. If we call a session off, you get everything back without asking.".to_owned(),
        terms_version: "2026-09".to_owned(),
        currency: Some(Currency::EUR),
        merchant_country: Some("US".to_owned()),
        lang: Lang::En,
        time_zone: "Europe/Bucharest".to_owned(),
        test_mode: true,
        tax: Percent::from_hundredths(1900).map(|rate| Tax { name: "VAT".to_owned(), rate, mode: TaxMode::Included }),
        fee_max_minor: 500_000,
        capacity_max: 10_000,
        hold_seconds: 900,
        card_kinds: CardKinds::All,
        features: crate::domain::feature::Features::default(),
        version: 1,
    }
}

/// The two budget holders of Acme.
pub(super) async fn divisions(tx: &mut Tx, clock: &Clock, site: SiteId, now: Timestamp) -> Result<[DivisionId; 2], Failure> {
    let ids = [clock.id(), clock.id()];
    let divisions = [
        ("Sales training", "Calea Victoriei 155, Bucharest", "ACME-SALES", Some(300_000)),
        ("Engineering education", "12 Harbour Street, Leeds", "ACME-ENG", None),
    ];
    for (id, (name, address, code, budget_minor)) in ids.into_iter().zip(divisions) {
        let division = DivisionRow { id, name: name.to_owned(), tracking_code: code.to_owned(), budget_minor };
        site_admin::insert_division(tx, site, &division, address, now).await?;
    }
    Ok(ids)
}

/// Everything provisioned and enabled, and prices per minute in the site's currency.
pub(super) async fn configure(app: &App, tx: &mut Tx, site: &Site, admin: PersonId, now: Timestamp) -> Result<RateCardId, Failure> {
    let clock = &app.clock;
    let long_ago = now.plus_seconds(-36 * 86_400);
    for feature in Feature::ALL {
        settings::save_switch(tx, site.id, feature, Switch { provisioned: true, enabled: true }).await?;
        for (action, after) in [("feature.provisioned", "on"), ("feature.enabled", "on")] {
            let line = audit::Line {
                site: Some(site.id),
                actor: if action == "feature.enabled" { admin.to_string() } else { "system".to_owned() },
                action,
                subject: site.id.0,
                before: Some(format!("{}=off", feature.code())),
                after: Some(format!("{}={after}", feature.code())),
                origin: None,
            };
            audit::write(tx, clock.id(), &line, long_ago).await?;
        }
    }
    let rates = Rates { people: Rate(50_000), teleconference: Rate(30_000), currency: site.currency.unwrap_or(Currency::EUR) };
    let card = RateCard { id: clock.id(), version: 1, rates, effective_from: long_ago };
    settings::insert_rate_card(tx, site.id, &card).await?;
    Ok(card.id)
}

/// A second tenant with nothing switched on, so that there is something to provision.
pub(super) async fn neighbour(tx: &mut Tx, clock: &Clock, password_hash: &str, now: Timestamp) -> Result<(), Failure> {
    let id: SiteId = clock.id();
    let site = Site {
        host: "atelier.localhost".to_owned(),
        name: "Atelier Nord".to_owned(),
        seller: "Atelier Nord SRL, Strada Lungă 21, 500059 Brașov, România".to_owned(),
        support_email: Some("salut@atelier-nord.example".to_owned()),
        refund_policy: String::new(),
        currency: None,
        merchant_country: None,
        lang: Lang::Ro,
        tax: None,
        ..acme(id)
    };
    site_admin::insert_site(tx, &site, now).await?;
    people::one(tx, clock, ("admin@atelier.test", "Ilinca Toma", Role::SiteAdmin), Some(id), None, password_hash, now).await?;
    Ok(())
}
