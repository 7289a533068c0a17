//! Lists for those who look after sites: tenants, people, divisions, the audit trail.

use sqlx::FromRow;

use super::db::{StoreError, Tx};
use super::site::{Site, tax_mode_code};
use crate::domain::{
    feature::{Features, Switch},
    ids::{DivisionId, PersonId, SiteId},
    money::Currency,
    role::Role,
    time::Timestamp,
};

/// A tenant as the account manager sees it: no participants, no money.
#[derive(Clone, Debug)]
pub struct SiteSummary {
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

#[derive(FromRow)]
struct SiteRow {
    id: SiteId,
    name: String,
    host: String,
    test_mode: bool,
    fee_provisioned: bool,
    fee_enabled: bool,
    usage_provisioned: bool,
    usage_enabled: bool,
    promo_provisioned: bool,
    promo_enabled: bool,
}

impl From<SiteRow> for SiteSummary {
    fn from(row: SiteRow) -> Self {
        let features = Features {
            fee_based: Switch { provisioned: row.fee_provisioned, enabled: row.fee_enabled },
            pay_per_use: Switch { provisioned: row.usage_provisioned, enabled: row.usage_enabled },
            promo_codes: Switch { provisioned: row.promo_provisioned, enabled: row.promo_enabled },
        };
        Self { id: row.id, name: row.name, host: row.host, test_mode: row.test_mode, features }
    }
}

/// Someone of a site.
#[derive(Clone, Debug)]
pub struct PersonSummary {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// The name of their division.
    pub division: Option<String>,
    /// They cannot sign in.
    pub disabled: bool,
}

#[derive(FromRow)]
struct PersonRow {
    id: PersonId,
    name: String,
    email: String,
    role: String,
    division: Option<String>,
    disabled: bool,
}

impl TryFrom<PersonRow> for PersonSummary {
    type Error = StoreError;

    fn try_from(row: PersonRow) -> Result<Self, StoreError> {
        let role = Role::from_code(&row.role).ok_or_else(|| StoreError::Corrupt(format!("person {}: role", row.id)))?;
        Ok(Self { id: row.id, name: row.name, email: row.email, role, division: row.division, disabled: row.disabled })
    }
}

/// A line of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// Its id, by which pages are cut.
    pub id: uuid::Uuid,
    /// When.
    pub at: Timestamp,
    /// Who: a person's id, or a code such as `buyer` or `worker`.
    pub actor: String,
    /// The person's name, when the actor is one.
    pub actor_name: Option<String>,
    /// What was done, as a code.
    pub action: String,
    /// To what.
    pub subject: uuid::Uuid,
    /// How it was.
    pub before: Option<String>,
    /// How it is.
    pub after: Option<String>,
    /// From where.
    pub origin: Option<String>,
}

/// A division.
#[derive(Clone, Debug, FromRow)]
pub struct DivisionRow {
    /// Its id.
    pub id: DivisionId,
    /// Its name.
    pub name: String,
    /// What it writes on its usage orders.
    pub tracking_code: String,
    /// What it may spend; `None` is no limit.
    pub budget_minor: Option<i64>,
}

statements! {
    /// Every tenant with its switches.
    SITES = "SELECT s.id, s.name, s.host, s.test_mode, \
        COALESCE(f.provisioned, FALSE) AS fee_provisioned, COALESCE(f.enabled, FALSE) AS fee_enabled, \
        COALESCE(u.provisioned, FALSE) AS usage_provisioned, COALESCE(u.enabled, FALSE) AS usage_enabled, \
        COALESCE(p.provisioned, FALSE) AS promo_provisioned, COALESCE(p.enabled, FALSE) AS promo_enabled \
        FROM site s \
        LEFT JOIN site_feature f ON f.site_id = s.id AND f.feature = 'fee_based' \
        LEFT JOIN site_feature u ON u.site_id = s.id AND u.feature = 'pay_per_use' \
        LEFT JOIN site_feature p ON p.site_id = s.id AND p.feature = 'promo_codes' \
        ORDER BY s.name, s.id LIMIT 500";
    /// Whether a tenant exists.
    SITE_EXISTS = "SELECT id FROM site WHERE id = $1";
    /// The people of a site by name.
    PEOPLE = "SELECT p.id, p.name, p.email, p.role, d.name AS division, p.disabled FROM person p \
        LEFT JOIN division d ON d.id = p.division_id WHERE p.site_id = $1 ORDER BY p.name, p.id LIMIT 500";
    /// A site's audit trail, the latest first, from a place on.
    AUDIT_OF_SITE = "SELECT a.id, a.at, a.actor, a.action, a.subject, a.before, a.after, a.origin FROM audit a \
        WHERE a.site_id = $1 AND (a.at, a.id) < ($2, $3) ORDER BY a.at DESC, a.id DESC LIMIT $4";
    /// What was done to one thing, the first first.
    AUDIT_OF_SUBJECT = "SELECT a.id, a.at, a.actor, a.action, a.subject, a.before, a.after, a.origin FROM audit a \
        WHERE a.site_id = $1 AND a.subject = $2 ORDER BY a.at, a.id LIMIT 500";
    /// The names of everyone who may appear in a site's trail.
    ACTOR_NAMES = "SELECT id, name FROM person WHERE site_id = $1 OR site_id IS NULL";
    /// A tenant by its host name alone.
    SITE_ID_BY_HOST = "SELECT id FROM site WHERE host = $1";
    /// The tenant that answers to every other host name.
    DEFAULT_SITE = "SELECT id FROM site WHERE is_default LIMIT 1";
    /// A new tenant.
    INSERT_SITE = "INSERT INTO site (id, host, is_default, name, seller, support_email, refund_policy, terms_version, currency, \
        merchant_country, lang, time_zone, test_mode, tax_name, tax_hundredths, tax_mode, fee_max_minor, capacity_max, hold_seconds, \
        version, created_at, card_kinds) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1, $20, $21)";
    /// A new division.
    INSERT_DIVISION = "INSERT INTO division (id, site_id, name, address, tracking_code, budget_minor, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// A site's division.
    DIVISION = "SELECT id, name, tracking_code, budget_minor FROM division WHERE site_id = $1 AND id = $2";
}

/// Writes down a new tenant; its switches are `settings`' business.
///
/// # Errors
/// `StoreError` when the database fails, or the host name is taken.
pub async fn insert_site(tx: &mut Tx, site: &Site, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(INSERT_SITE)
        .bind(site.id)
        .bind(site.host.clone())
        .bind(site.is_default)
        .bind(site.name.clone())
        .bind(site.seller.clone())
        .bind(site.support_email.clone())
        .bind(site.refund_policy.clone())
        .bind(site.terms_version.clone())
        .bind(site.currency.map(Currency::code))
        .bind(site.merchant_country.clone())
        .bind(site.lang.tag())
        .bind(site.time_zone.clone())
        .bind(site.test_mode)
        .bind(site.tax.as_ref().map(|tax| tax.name.clone()))
        .bind(site.tax.as_ref().map(|tax| i64::from(tax.rate.hundredths())))
        .bind(site.tax.as_ref().map(|tax| tax_mode_code(tax.mode)))
        .bind(site.fee_max_minor)
        .bind(i64::from(site.capacity_max))
        .bind(site.hold_seconds)
        .bind(now)
        .bind(site.card_kinds.code())
        .execute()
        .await?;
    Ok(())
}

/// The tenant of exactly this host name.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn find_site_by_host(tx: &mut Tx, host: &str) -> Result<Option<SiteId>, StoreError> {
    let row: Option<(SiteId,)> = tx.sql(SITE_ID_BY_HOST).bind(host.to_owned()).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// Some tenant answers to every host name that is not another's.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn has_default_site(tx: &mut Tx) -> Result<bool, StoreError> {
    let row: Option<(SiteId,)> = tx.sql(DEFAULT_SITE).optional().await?;
    Ok(row.is_some())
}

/// Writes down a new division of a site.
///
/// # Errors
/// `StoreError` when the database fails, or the site has one of that name.
pub async fn insert_division(tx: &mut Tx, site: SiteId, division: &DivisionRow, address: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.sql(INSERT_DIVISION)
        .bind(division.id)
        .bind(site)
        .bind(division.name.clone())
        .bind(address.to_owned())
        .bind(division.tracking_code.clone())
        .bind(division.budget_minor)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct AuditRow {
    id: uuid::Uuid,
    at: Timestamp,
    actor: String,
    action: String,
    subject: uuid::Uuid,
    before: Option<String>,
    after: Option<String>,
    origin: Option<String>,
}

/// Every tenant with its switches, by name.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn sites(tx: &mut Tx) -> Result<Vec<SiteSummary>, StoreError> {
    let rows: Vec<SiteRow> = tx.sql(SITES).all().await?;
    Ok(rows.into_iter().map(SiteSummary::from).collect())
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn site_exists(tx: &mut Tx, id: SiteId) -> Result<bool, StoreError> {
    let row: Option<(SiteId,)> = tx.sql(SITE_EXISTS).bind(id).optional().await?;
    Ok(row.is_some())
}

/// The people of a site, by name.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn people(tx: &mut Tx, site: SiteId) -> Result<Vec<PersonSummary>, StoreError> {
    let rows: Vec<PersonRow> = tx.sql(PEOPLE).bind(site).all().await?;
    rows.into_iter().map(PersonSummary::try_from).collect()
}

/// `limit` lines of a site's audit trail before the place `(at, id)`, the latest first.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn audit(tx: &mut Tx, site: SiteId, before: (Timestamp, uuid::Uuid), limit: i64) -> Result<Vec<AuditLine>, StoreError> {
    let rows = tx.sql(AUDIT_OF_SITE).bind(site).bind(before.0).bind(before.1).bind(limit).all().await?;
    named(tx, site, rows).await
}

/// What was done to one thing of a site, in order.
///
/// # Errors
/// `StoreError` when the database fails.
pub async fn audit_of(tx: &mut Tx, site: SiteId, subject: uuid::Uuid) -> Result<Vec<AuditLine>, StoreError> {
    let rows = tx.sql(AUDIT_OF_SUBJECT).bind(site).bind(subject).all().await?;
    named(tx, site, rows).await
}

/// # Errors
/// `StoreError` when the database fails.
pub async fn division(tx: &mut Tx, site: SiteId, id: DivisionId) -> Result<Option<DivisionRow>, StoreError> {
    tx.sql(DIVISION).bind(site).bind(id).optional().await
}

async fn named(tx: &mut Tx, site: SiteId, rows: Vec<AuditRow>) -> Result<Vec<AuditLine>, StoreError> {
    let names: Vec<(PersonId, String)> = tx.sql(ACTOR_NAMES).bind(site).all().await?;
    let names: std::collections::HashMap<String, String> = names.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let name = |row: AuditRow| AuditLine {
        actor_name: names.get(&row.actor).cloned(),
        id: row.id,
        at: row.at,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        before: row.before,
        after: row.after,
        origin: row.origin,
    };
    Ok(rows.into_iter().map(name).collect())
}
