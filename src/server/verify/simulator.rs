//! I9: our books against the simulators' own. Whoever keeps the other side's ledger too can prove that no answer was believed
//! that was not given, and no money taken that nobody knows of.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, NAMED_MAX, sql};
use crate::server::{
    failure::{Failure, Fault},
    payments::line::http_client,
    sandbox::ledger::{Entry, Kind, Report},
    state::App,
    store::db::read_tx,
};

/// The whole ledger of a long demo.
const REPORT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Money kept, by our reference of the attempt: smallest units and currency.
type Kept = BTreeMap<String, (i64, String)>;

/// Our side.
struct Ours {
    kept: Kept,
    /// References whose money is still in question.
    doubts: BTreeSet<String>,
    /// The accounts we use, by kind of processor; none where the settings name no account.
    accounts: BTreeSet<(String, Option<String>)>,
}

/// Compares what is kept under each reference. Attempts still in question are left out: their money may be anywhere.
pub(super) async fn compare(app: &App, url: &str) -> Result<Check, Failure> {
    let report = fetch(url).await?;
    let Ours { kept: ours, doubts, accounts } = ours(app).await?;
    let theirs = theirs(&report, &accounts);
    let refs: BTreeSet<&String> = ours.keys().chain(theirs.keys()).filter(|our_ref| !doubts.contains(*our_ref)).collect();
    let checked = i64::try_from(refs.len()).unwrap_or(i64::MAX);
    let broken: Vec<String> = refs.into_iter().filter(|our_ref| ours.get(*our_ref) != theirs.get(*our_ref)).cloned().collect();
    Ok(Check {
        code: "I9",
        claim: "our books agree with the simulators'",
        things: "payments",
        checked,
        violations: broken.len(),
        named: broken.into_iter().take(NAMED_MAX).collect(),
    })
}

async fn ours(app: &App) -> Result<Ours, Failure> {
    let (captures, doubts, settings) = read_tx!(app.db, |tx| -> Result<_, Failure> {
        let captures: Vec<(String, i64, i64, String)> = tx.sql(sql::OUR_CAPTURES).all().await?;
        let doubts: Vec<(String,)> = tx.sql(sql::OUR_DOUBTS).all().await?;
        let settings: Vec<(String, String)> = tx.sql(sql::OUR_ACCOUNTS).all().await?;
        Ok((captures, doubts, settings))
    })?;
    let kept = captures.into_iter().map(|(our_ref, taken, returned, currency)| (our_ref, (taken - returned, currency)));
    let kept = kept.filter(|(_, (amount, _))| *amount != 0).collect();
    Ok(Ours {
        kept,
        doubts: doubts.into_iter().map(|(our_ref,)| our_ref).collect(),
        accounts: settings.into_iter().map(|(kind, settings)| (kind, account_of(&settings))).collect(),
    })
}

/// Each kind of processor names its account in one of these settings, if in any.
fn account_of(settings: &str) -> Option<String> {
    let settings: serde_json::Value = serde_json::from_str(settings).ok()?;
    ["vendor", "api_username", "client_id"].iter().find_map(|name| Some(settings.get(name)?.as_str()?.to_owned()))
}

/// What the simulators kept of each sale or capture: what was booked, less what was given back. Voided counts as nothing.
fn theirs(report: &Report, accounts: &BTreeSet<(String, Option<String>)>) -> Kept {
    let is_ours = |entry: &&Entry| {
        accounts.contains(&(entry.processor.clone(), Some(entry.vendor.clone()))) || accounts.contains(&(entry.processor.clone(), None))
    };
    let mut returned: BTreeMap<&str, i64> = BTreeMap::new();
    for refund in report.entries.iter().filter(|entry| entry.kind == Kind::Refund && entry.state == "refunded") {
        *returned.entry(refund.orig.as_deref().unwrap_or_default()).or_default() += refund.amount_minor;
    }
    let mut kept = Kept::new();
    let taken = report.entries.iter().filter(|entry| matches!(entry.kind, Kind::Sale | Kind::Capture) && entry.state == "captured");
    for entry in taken.filter(is_ours) {
        let sum = kept.entry(entry.our_ref.clone()).or_insert_with(|| (0, entry.currency.code().to_owned()));
        sum.0 += entry.amount_minor - returned.get(entry.pnref.as_str()).copied().unwrap_or(0);
    }
    kept.retain(|_, (amount, _)| *amount != 0);
    kept
}

async fn fetch(url: &str) -> Result<Report, Failure> {
    let broken = |what: String| Failure::Fault(Fault::Other(format!("the simulators' ledger at {url} cannot be read: {what}")));
    let address = format!("{}/control/ledger", url.trim_end_matches('/'));
    let reply = http_client().map_err(broken)?.get(address).send().await.map_err(|e| broken(e.to_string()))?;
    if !reply.status().is_success() {
        return Err(broken(reply.status().to_string()));
    }
    let body = reply.bytes().await.map_err(|e| broken(e.to_string()))?;
    if body.len() > REPORT_BYTES_MAX {
        return Err(broken("too long".to_owned()));
    }
    serde_json::from_slice(&body).map_err(|e| broken(e.to_string()))
}
