//! Tenants and their settings, as every request reads them.

use reqwest::Url;
use sqlx::FromRow;

use super::db::{StoreError, Tx};
use crate::domain::{
    card_kinds::CardKinds,
    feature::{Features, Switch},
    ids::SiteId,
    money::{Currency, Money},
    pricing::{Percent, Tax, TaxMode},
    text::Lang,
};

/// A tenant's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// The host name it answers to.
    pub host: String,
    /// It also answers to every host name that is nobody's.
    pub is_default: bool,
    /// Its name.
    pub name: String,
    /// Who sells, as the law wants it shown before the pay button.
    pub seller: String,
    /// Whom buyers write to.
    pub support_email: Option<String>,
    /// The refund policy's text.
    pub refund_policy: String,
    /// The version of terms and policy that buyers accept.
    pub terms_version: String,
    /// What fees and usage are in, once chosen.
    pub currency: Option<Currency>,
    /// The merchant's country (ISO 3166-1 alpha-2), once chosen.
    pub merchant_country: Option<String>,
    /// The language for those who did not choose.
    pub lang: Lang,
    /// The zone of its days and reports.
    pub time_zone: String,
    /// Payments go to simulators.
    pub test_mode: bool,
    /// The local tax, if any.
    pub tax: Option<Tax>,
    /// Highest fee in minor units.
    pub fee_max_minor: i64,
    /// Most seats of a session.
    pub capacity_max: u32,
    /// How long seats are kept for a buyer.
    pub hold_seconds: i64,
    /// Which kinds of cards it takes.
    pub card_kinds: CardKinds,
    /// The optional features' switches.
    pub features: Features,
    /// Grows with each change.
    pub version: i64,
}

impl Site {
    /// The highest fee, once a currency is chosen.
    pub fn fee_max(&self) -> Option<Money> {
        self.currency.map(|currency| Money::from_minor(self.fee_max_minor, currency))
    }

    /// `test` or `live`, as orders and processors are marked.
    pub const fn mode(&self) -> &'static str {
        if self.test_mode { "test" } else { "live" }
    }

    /// Where the site is, without a slash at the end: what every absolute link to it begins with. The default site is at
    /// `base_url` itself; another is at its own host name, by the same scheme and port.
    pub fn address(&self, base_url: &str) -> String {
        let own = || {
            let mut url = Url::parse(base_url).ok().filter(|_| !self.is_default)?;
            url.set_host(Some(&self.host)).ok()?;
            Some(url.origin().ascii_serialization())
        };
        own().unwrap_or_else(|| base_url.to_owned())
    }
}

#[derive(FromRow)]
struct Row {
    id: SiteId,
    host: String,
    is_default: bool,
    name: String,
    seller: String,
    support_email: Option<String>,
    refund_policy: String,
    terms_version: String,
    currency: Option<String>,
    merchant_country: Option<String>,
    lang: String,
    time_zone: String,
    test_mode: bool,
    tax_name: Option<String>,
    tax_hundredths: Option<i64>,
    tax_mode: Option<String>,
    fee_max_minor: i64,
    capacity_max: i64,
    hold_seconds: i64,
    card_kinds: String,
    version: i64,
    fee_provisioned: bool,
    fee_enabled: bool,
    usage_provisioned: bool,
    usage_enabled: bool,
    promo_provisioned: bool,
    promo_enabled: bool,
}

impl From<Row> for Site {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            host: row.host,
            is_default: row.is_default,
            name: row.name,
            seller: row.seller,
            support_email: row.support_email,
            refund_policy: row.refund_policy,
            terms_version: row.terms_version,
            currency: row.currency.and_then(|code| code.parse().ok()),
            merchant_country: row.merchant_country,
            lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            time_zone: row.time_zone,
            test_mode: row.test_mode,
            tax: tax_from(row.tax_name, row.tax_hundredths, row.tax_mode.as_deref()),
            fee_max_minor: row.fee_max_minor,
            capacity_max: u32::try_from(row.capacity_max).unwrap_or(u32::MAX),
            hold_seconds: row.hold_seconds,
            // The column holds nothing else.
            card_kinds: CardKinds::from_code(&row.card_kinds).unwrap_or_default(),
            features: Features {
                fee_based: Switch { provisioned: row.fee_provisioned, enabled: row.fee_enabled },
                pay_per_use: Switch { provisioned: row.usage_provisioned, enabled: row.usage_enabled },
                promo_codes: Switch { provisioned: row.promo_provisioned, enabled: row.promo_enabled },
            },
            version: row.version,
        }
    }
}

/// The tax of three columns that are set together or not at all.
pub fn tax_from(name: Option<String>, hundredths: Option<i64>, mode: Option<&str>) -> Option<Tax> {
    let rate = Percent::from_hundredths(u32::try_from(hundredths?).ok()?)?;
    let mode = if mode? == "included" { TaxMode::Included } else { TaxMode::Added };
    Some(Tax { name: name?, rate, mode })
}

/// The value at rest of a tax mode.
pub const fn tax_mode_code(mode: TaxMode) -> &'static str {
    match mode {
        TaxMode::Included => "included",
        TaxMode::Added => "added",
    }
}

statements! {
    /// The site of a host name, else the default one.
    SITE_BY_HOST = "SELECT s.id, s.host, s.is_default, s.name, s.seller, s.support_email, s.refund_policy, s.terms_version, s.currency, \
        s.merchant_country, s.lang, s.time_zone, s.test_mode, s.tax_name, s.tax_hundredths, s.tax_mode, s.fee_max_minor, \
        s.capacity_max, s.hold_seconds, s.card_kinds, s.version, \
        COALESCE(f.provisioned, FALSE) AS fee_provisioned, COALESCE(f.enabled, FALSE) AS fee_enabled, \
        COALESCE(u.provisioned, FALSE) AS usage_provisioned, COALESCE(u.enabled, FALSE) AS usage_enabled, \
        COALESCE(p.provisioned, FALSE) AS promo_provisioned, COALESCE(p.enabled, FALSE) AS promo_enabled \
        FROM site s \
        LEFT JOIN site_feature f ON f.site_id = s.id AND f.feature = 'fee_based' \
        LEFT JOIN site_feature u ON u.site_id = s.id AND u.feature = 'pay_per_use' \
        LEFT JOIN site_feature p ON p.site_id = s.id AND p.feature = 'promo_codes' \
        WHERE s.host = $1 OR s.is_default ORDER BY CASE WHEN s.host = $1 THEN 0 ELSE 1 END LIMIT 1";
    /// One site by id.
    SITE_BY_ID = "SELECT s.id, s.host, s.is_default, s.name, s.seller, s.support_email, s.refund_policy, s.terms_version, s.currency, \
        s.merchant_country, s.lang, s.time_zone, s.test_mode, s.tax_name, s.tax_hundredths, s.tax_mode, s.fee_max_minor, \
        s.capacity_max, s.hold_seconds, s.card_kinds, s.version, \
        COALESCE(f.provisioned, FALSE) AS fee_provisioned, COALESCE(f.enabled, FALSE) AS fee_enabled, \
        COALESCE(u.provisioned, FALSE) AS usage_provisioned, COALESCE(u.enabled, FALSE) AS usage_enabled, \
        COALESCE(p.provisioned, FALSE) AS promo_provisioned, COALESCE(p.enabled, FALSE) AS promo_enabled \
        FROM site s \
        LEFT JOIN site_feature f ON f.site_id = s.id AND f.feature = 'fee_based' \
        LEFT JOIN site_feature u ON u.site_id = s.id AND u.feature = 'pay_per_use' \
        LEFT JOIN site_feature p ON p.site_id = s.id AND p.feature = 'promo_codes' \
        WHERE s.id = $1";
}

/// The site that answers to `host`, else the default one, else none (an empty database).
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_by_host(tx: &mut Tx, host: &str) -> Result<Option<Site>, StoreError> {
    Ok(tx.sql(SITE_BY_HOST).bind(host.to_owned()).optional::<Row>().await?.map(Site::from))
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn find(tx: &mut Tx, id: SiteId) -> Result<Option<Site>, StoreError> {
    Ok(tx.sql(SITE_BY_ID).bind(id).optional::<Row>().await?.map(Site::from))
}

/// # Errors
/// `StoreError::Missing` when there is no such site.
pub async fn get(tx: &mut Tx, id: SiteId) -> Result<Site, StoreError> {
    Ok(tx.sql(SITE_BY_ID).bind(id).one::<Row>().await?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::clock::Clock;

    fn site(host: &str, is_default: bool) -> Site {
        Site {
            id: Clock::System.id(),
            host: host.to_owned(),
            is_default,
            name: String::new(),
            seller: String::new(),
            support_email: None,
            refund_policy: String::new(),
            terms_version: String::new(),
            currency: None,
            merchant_country: None,
            lang: Lang::En,
            time_zone: "UTC".to_owned(),
            test_mode: true,
            tax: None,
            fee_max_minor: 1,
            capacity_max: 1,
            hold_seconds: 60,
            card_kinds: CardKinds::All,
            features: Features::default(),
            version: 1,
        }
    }

    #[test]
    fn a_site_is_at_its_own_host_and_the_default_one_at_the_servers_address() {
        for (host, is_default, base_url, expected) in [
            ("us.localhost", false, "http://127.0.0.1:3000", "http://us.localhost:3000"),
            ("us.localhost", true, "http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("uk.example", false, "https://training.example", "https://uk.example"),
            ("uk.example", false, "https://training.example:8443", "https://uk.example:8443"),
            ("uk.example", false, "http://[::1]:3000", "http://uk.example:3000"),
        ] {
            assert_eq!(site(host, is_default).address(base_url), expected);
        }
    }
}
