//! What an administrator (and a division manager) looks at: figures with the lists behind them. Nothing here changes anything.

mod orders;
mod refunds;

use crate::api::{
    admin::{Attention, Dashboard, DayFigures, PersonLine, TrailLine, TrailPage},
    manager::{DivisionSheet, UsageLine},
};
use crate::domain::{
    form::Refusal,
    money::{Currency, Money},
    role::Action,
    time::Timestamp,
};
use crate::read_tx;
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    store::{
        db::Tx,
        report::{self, Booked, OrderQuery, UsageRow},
        site_admin::{self, AuditLine, PersonSummary},
    },
    zones,
};

pub use orders::{order, orders};
pub use refunds::{check_now, doubts};

/// Rows of a page.
const PAGE: i64 = 50;
/// Orders on the dashboard.
const RECENT: i64 = 8;

pub(super) fn words(ctx: &Ctx, at: Timestamp) -> String {
    zones::instant_text(at, &ctx.site().time_zone, ctx.lang())
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// The first page: what waits, and today.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn dashboard(ctx: &Ctx) -> Result<Dashboard, Failure> {
    ctx.require(Action::Administer)?;
    let site = ctx.site();
    let now = ctx.app.clock.now();
    let range = zones::today_range(now, &site.time_zone);
    let setup = super::settings::setup(ctx).await?;
    let recent = OrderQuery { limit: RECENT, ..orders::everything(site.id, now) };
    let (mut attention, booked, usage_due, need_person, rows) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let attention = undecided(tx, ctx).await?;
        let booked = report::booked(tx, site.id, site.mode(), range).await?;
        let need_person = report::need_person(tx, site.id).await?;
        Ok((attention, booked, report::usage_due(tx, site.id).await?, need_person, report::orders(tx, &recent).await?))
    })?;
    let waits = super::settings::views::features(&setup).into_iter().filter(|line| !line.switch.enabled || !line.missing.is_empty());
    attention.extend(waits.map(|line| Attention::Setup { feature: line.feature, enabled: line.switch.enabled, missing: line.missing }));
    Ok(Dashboard {
        attention,
        day: zones::instant_text(now, &site.time_zone, ctx.lang()),
        today: site.currency.map(|currency| figures(&booked, currency)),
        usage_due: count(usage_due),
        need_person: count(need_person),
        recent: rows.into_iter().map(|row| orders::line(ctx, row)).collect::<Result<_, _>>()?,
    })
}

async fn undecided(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Attention>, Failure> {
    let mut waits = Vec::new();
    for row in report::undecided(tx, ctx.site().id).await? {
        let currency: Currency = row.currency.parse().map_err(|_| Failure::corrupt(format!("attempt {}", row.id)))?;
        waits.push(Attention::Undecided {
            order: row.order_id,
            reference: row.reference,
            amount: Money::from_minor(row.amount_minor, currency),
            since: words(ctx, row.asked_at),
            needs_person: row.state == "needs_person",
            transfer: row.transfer == 1,
        });
    }
    let parked = count(report::parked_jobs(tx).await?);
    if parked > 0 {
        waits.push(Attention::ParkedJobs { count: parked });
    }
    Ok(waits)
}

/// Adds up what the ledger says. Debits of clearing are money that came; revenue and tax are credits.
fn figures(booked: &[Booked], currency: Currency) -> DayFigures {
    let of = |kind: &str, account: &str| {
        booked
            .iter()
            .filter(|b| b.kind == kind && b.account == account && b.currency == currency.code())
            .fold((0, 0), |(sum, n), b| (sum + b.amount_minor, n + b.postings))
    };
    let money = |minor| Money::from_minor(minor, currency);
    let (sales, usage) = (of("fee_captured", "clearing"), of("usage_captured", "clearing"));
    let returned = -of("refunded", "clearing").0 - of("unwanted_returned", "clearing").0;
    DayFigures {
        sales: money(sales.0),
        sales_count: count(sales.1),
        discounts: money(of("fee_captured", "discount").0),
        refunds: money(returned),
        usage: money(usage.0),
        usage_count: count(usage.1),
        tax: money(-of("fee_captured", "tax_payable").0 - of("usage_captured", "tax_payable").0),
    }
}

/// The people of the site.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn people(ctx: &Ctx) -> Result<Vec<PersonLine>, Failure> {
    ctx.require(Action::Administer)?;
    let rows = read_tx!(ctx.app.db, |tx| -> Result<Vec<PersonSummary>, Failure> { Ok(site_admin::people(tx, ctx.site().id).await?) })?;
    let line = |p: PersonSummary| PersonLine { name: p.name, email: p.email, role: p.role, division: p.division, disabled: p.disabled };
    Ok(rows.into_iter().map(line).collect())
}

/// A page of the site's trail, the latest first.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403).
pub async fn trail(ctx: &Ctx, before: Option<&str>) -> Result<TrailPage, Failure> {
    ctx.require(Action::Administer)?;
    let place = before.and_then(orders::read_place).unwrap_or((Timestamp(i64::MAX), uuid::Uuid::max()));
    let mut rows =
        read_tx!(ctx.app.db, |tx| -> Result<Vec<AuditLine>, Failure> { Ok(site_admin::audit(tx, ctx.site().id, place, PAGE + 1).await?) })?;
    let next = orders::cut(&mut rows, |row| (row.at, row.id));
    let line = |row: AuditLine| TrailLine {
        at: words(ctx, row.at),
        who: row.actor_name.unwrap_or(row.actor),
        action: row.action,
        before: row.before,
        after: row.after,
        origin: row.origin,
    };
    Ok(TrailPage { lines: rows.into_iter().map(line).collect(), next })
}

/// The person's own division: its usage from the ledger, and what is left of its budget.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound` without a division; `SetupIncomplete` (422) before a currency is chosen.
pub async fn division(ctx: &Ctx) -> Result<DivisionSheet, Failure> {
    let person = ctx.require(Action::ManageDivision)?;
    let id = person.division.ok_or(Failure::NotFound)?;
    let site = ctx.site();
    let currency = site.currency.ok_or(Refusal::SetupIncomplete { missing: vec!["currency".to_owned()] })?;
    let (division, rows, spent) = read_tx!(ctx.app.db, |tx| -> Result<_, Failure> {
        let division = site_admin::division(tx, site.id, id).await?.ok_or(Failure::NotFound)?;
        let rows = report::usage_of(tx, site.id, id, site.mode()).await?;
        Ok((division, rows, report::spent_by(tx, site.id, id, site.mode()).await?))
    })?;
    let line = |row: UsageRow| -> Result<UsageLine, Failure> {
        let currency: Currency = row.currency.parse().map_err(|_| Failure::corrupt(format!("order {}", row.id)))?;
        Ok(UsageLine {
            reference: row.reference,
            topic: row.topic,
            host: row.host_name,
            amount: Money::from_minor(row.amount_minor, currency),
            at: words(ctx, row.posted_at),
        })
    };
    let budget = division.budget_minor.map(|minor| Money::from_minor(minor, currency));
    let spent = Money::from_minor(spent, currency);
    Ok(DivisionSheet {
        name: division.name,
        tracking_code: division.tracking_code,
        left: budget.map(|budget| budget.minus(spent)).transpose()?,
        budget,
        spent,
        rows: rows.into_iter().map(line).collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn booked(kind: &str, account: &str, amount_minor: i64) -> Booked {
        Booked { kind: kind.into(), account: account.into(), amount_minor, currency: "EUR".into(), postings: 1 }
    }

    #[test]
    fn a_day_is_added_up_from_the_ledger() {
        let rows = [
            booked("fee_captured", "clearing", 8_000),
            booked("fee_captured", "discount", 2_000),
            booked("fee_captured", "fee_revenue", -8_723),
            booked("fee_captured", "tax_payable", -1_277),
            booked("usage_captured", "clearing", 19_171),
            booked("usage_captured", "tax_payable", -3_061),
            booked("refunded", "clearing", -1_190),
            booked("refunded", "refunds", 1_000),
            booked("refunded", "tax_payable", 190),
            booked("unwanted_captured", "clearing", 5_000),
            booked("unwanted_returned", "clearing", -5_000),
        ];
        let day = figures(&rows, Currency::EUR);
        let eur = |minor| Money::from_minor(minor, Currency::EUR);
        assert_eq!((day.sales, day.discounts, day.usage, day.tax), (eur(8_000), eur(2_000), eur(19_171), eur(4_338)));
        assert_eq!((day.refunds, day.sales_count, day.usage_count), (eur(6_190), 1, 1));
    }
}
