//! The demo: what `--demo` and `seed demo` load, and what outside tests drive (design.md §9). Acme Academy is the default site and
//! has a past; the tenants abroad sell through the processors that Acme cannot have.
//!
//! It is written through the same store functions as real life, so the invariants of `verify` hold of it. Money of the past moved
//! by bank transfer (`offline`), which no simulator knows about, so that books and simulators agree from the start.

mod abroad;
mod catalogue;
mod people;
mod processors;
mod promos;
mod sales;
mod sessions;
mod site;
mod sql;
mod usage;

use super::{
    clock::Clock,
    failure::Failure,
    state::App,
    store::{
        audit,
        db::{StoreError, Tx, read_tx, write_tx},
        site::Site,
        site_admin,
    },
};
use crate::domain::{
    ids::{DivisionId, PersonId, RateCardId, SiteId},
    time::Timestamp,
};

pub(crate) use sql::ALL;

/// The host name by which the demo site is known to be there.
const HOST: &str = "acme.localhost";
/// The password of every demo sign-in.
pub const PASSWORD: &str = "demo-lectern-2026";

/// Loads the demo's sites, each once; does nothing about those that are there already.
///
/// # Errors
/// A fault of the database or of password hashing.
pub async fn demo(app: &App) -> Result<(), Failure> {
    let is_complete = read_tx!(app.db, |tx| -> Result<bool, Failure> { Ok(missing(tx).await?.is_empty()) })?;
    if is_complete {
        return Ok(());
    }
    let password_hash = people::hash(&app.clock).await?;
    let now = app.clock.now();
    write_tx!(app.db, |tx| -> Result<(), Failure> { load(app, tx, &password_hash, now).await })
}

/// What the parts of the demo need of each other.
struct Demo<'a> {
    clock: &'a Clock,
    now: Timestamp,
    site: Site,
    admin: PersonId,
    hosts: [PersonId; 2],
    divisions: [DivisionId; 2],
    rate_card: RateCardId,
}

impl Demo<'_> {
    /// One line of the trail, as of `at`.
    async fn audit(
        &self,
        tx: &mut Tx,
        at: Timestamp,
        actor: &str,
        action: &'static str,
        subject: uuid::Uuid,
        change: (Option<&str>, &str),
    ) -> Result<(), StoreError> {
        let line = audit::Line {
            site: Some(self.site.id),
            actor: actor.to_owned(),
            action,
            subject,
            before: change.0.map(str::to_owned),
            after: Some(change.1.to_owned()),
            origin: None,
        };
        audit::write(tx, self.clock.id(), &line, at).await
    }
}

/// The host names of the sites that are not there yet.
async fn missing(tx: &mut Tx) -> Result<Vec<&'static str>, StoreError> {
    let mut hosts = Vec::new();
    for host in std::iter::once(HOST).chain(abroad::TENANTS.iter().map(|tenant| tenant.host)) {
        if site_admin::find_site_by_host(tx, host).await?.is_none() {
            hosts.push(host);
        }
    }
    Ok(hosts)
}

async fn load(app: &App, tx: &mut Tx, password_hash: &str, now: Timestamp) -> Result<(), Failure> {
    let missing = missing(tx).await?;
    if missing.contains(&HOST) {
        load_acme(app, tx, password_hash, now).await?;
    }
    for tenant in abroad::TENANTS.iter().filter(|tenant| missing.contains(&tenant.host)) {
        abroad::add(app, tx, tenant, password_hash, now).await?;
    }
    Ok(())
}

async fn load_acme(app: &App, tx: &mut Tx, password_hash: &str, now: Timestamp) -> Result<(), Failure> {
    let clock = &app.clock;
    let site_id: SiteId = clock.id();
    let site = Site { is_default: !site_admin::has_default_site(tx).await?, ..site::acme(site_id) };
    site_admin::insert_site(tx, &site, now).await?;
    let divisions = site::divisions(tx, clock, site_id, now).await?;
    let (admin, hosts) = people::add(tx, clock, site_id, divisions, password_hash, now).await?;
    let rate_card = site::configure(app, tx, &site, admin, now).await?;
    processors::add(app, tx, site.id, processors::acme(), now).await?;
    site::neighbour(tx, clock, password_hash, now).await?;
    let demo = Demo { clock, now, site, admin, hosts, divisions, rate_card };
    let sessions = sessions::add(tx, &demo, catalogue::TALKS).await?;
    let promos = promos::add(tx, &demo, &sessions).await?;
    for (index, session) in sessions.iter().enumerate() {
        sales::add(tx, &demo, session, &promos, index).await?;
        usage::add(tx, &demo, session).await?;
    }
    sessions::finish(tx, &demo, &sessions).await
}
