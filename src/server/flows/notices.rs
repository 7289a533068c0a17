//! Messages that processors send by themselves: stored raw, answered, verified, then taken as a hint to look, never as a fact. So
//! it does not matter how often one comes, in which order, or whether it comes at all.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use crate::domain::{
    ids::{NoticeId, SiteId},
    time::Timestamp,
};
use crate::server::{
    failure::Failure,
    jobs,
    payments::{
        ProcessorKind,
        processor::{About, Forged, Tells},
    },
    state::App,
    store::{
        attempt::{self, Attempt},
        audit,
        db::Tx,
        job,
        notice::{self, StoredNotice},
        order, processor_config, site,
    },
};
use crate::{read_tx, write_tx};

use super::{approval, processors, refund};

/// Headers kept with a notice: what signatures are made of, and nothing else.
const KEPT_HEADERS: [&str; 7] = [
    "content-type",
    "stripe-signature",
    "paypal-auth-algo",
    "paypal-cert-url",
    "paypal-transmission-id",
    "paypal-transmission-sig",
    "paypal-transmission-time",
];
/// When a notice that cannot be verified now is looked at again.
const AGAIN_SECONDS: i64 = 60;
/// How long a notice about nothing that we know of is looked at again: it may have been faster than what it is about.
const UNKNOWN_SECONDS_MAX: i64 = 600;

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Stored, and looked at or about to be.
    Stored,
    /// Not from the processor, or not for us: counted, and not believed.
    Refused(Forged),
}

/// Takes a notice in. The answer is quick: what it hints at is looked into by a job.
///
/// # Errors
/// `NotFound` for a site, or a processor of it, that does not exist; a fault when the database fails: then it is not taken, and
/// the processor sends it again.
pub async fn receive(app: &App, kind: &str, site: SiteId, headers: &HeaderMap, body: Bytes) -> Result<Taken, Failure> {
    let kind = ProcessorKind::from_code(kind).ok_or(Failure::NotFound)?;
    let config = read_tx!(app.db, |tx| -> Result<_, Failure> {
        let mode = site::find(tx, site).await?.ok_or(Failure::NotFound)?.mode().to_owned();
        processor_config::find_even_removed(tx, site, kind.code(), &mode).await?.ok_or(Failure::NotFound)
    })?;
    let stored = StoredNotice {
        id: app.clock.id(),
        site_id: site,
        processor: kind.code().to_owned(),
        processor_config_id: Some(config.id),
        headers: kept_headers(headers),
        body: body.to_vec(),
        state: "received".to_owned(),
        received_at: app.clock.now(),
    };
    let now = stored.received_at;
    let dedupe = dedupe_of(&stored);
    let is_new = write_tx!(app.db, |tx| -> Result<bool, Failure> {
        let is_new = notice::ensure(tx, &stored, &dedupe, now).await?;
        if is_new {
            let job_dedupe = format!("notice:{}", stored.id);
            job::ensure(tx, app.clock.id(), jobs::NOTICE, stored.id.0, &job_dedupe, now, now).await?;
        }
        Ok(is_new)
    })?;
    if !is_new {
        return Ok(Taken::Stored);
    }
    let (_, client) = processors::client(app, &config)?;
    match client.read_notice(headers, &body).await {
        Ok(_) | Err(Forged::CannotTell) => Ok(Taken::Stored),
        Err(forged) => {
            refuse(app, stored.id, forged, now).await?;
            Ok(Taken::Refused(forged))
        }
    }
}

/// The same message of the same configuration is one message. Signatures and their times differ between deliveries.
fn dedupe_of(stored: &StoredNotice) -> String {
    let config = stored.processor_config_id.map(|id| id.to_string()).unwrap_or_default();
    let digest = Sha256::new().chain_update(stored.headers.as_bytes()).chain_update([0]).chain_update(&stored.body).finalize();
    format!("{config}:{}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

async fn refuse(app: &App, id: NoticeId, forged: Forged, now: Timestamp) -> Result<(), Failure> {
    tracing::warn!(notice.id = %id, reason = %forged, "a notice was refused");
    write_tx!(app.db, |tx| -> Result<(), Failure> { Ok(notice::close(tx, id, "parked", Some(&forged.to_string()), now).await?) })
}

/// Looks into what a stored notice hints at. Answers when to look again, if it could not be verified.
///
/// # Errors
/// A fault when the database fails.
pub async fn handle(app: &App, id: NoticeId) -> Result<Option<Timestamp>, Failure> {
    let now = app.clock.now();
    let stored = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(notice::get(tx, id).await?) })?;
    let Some(config) = stored.processor_config_id.filter(|_| stored.state == "received") else { return Ok(None) };
    let config = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(processor_config::get(tx, config).await?) })?;
    let (_, client) = processors::client(app, &config)?;
    let read = match client.read_notice(&restored_headers(&stored.headers), &stored.body).await {
        Ok(read) => read,
        Err(Forged::CannotTell) => return Ok(Some(now.plus_seconds(AGAIN_SECONDS))),
        Err(forged) => {
            refuse(app, id, forged, now).await?;
            return Ok(None);
        }
    };
    let attempt = read_tx!(app.db, |tx| -> Result<_, Failure> { attempt_of(tx, &stored, &read.about).await })?;
    let reason = match attempt {
        Some(attempt) => {
            note(app, id, &attempt, read.tells).await?;
            // A decline is an answer too; what is still open is asked about again by its own job.
            match approval::resume(app, attempt.id).await {
                Ok(_) | Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
            refund::look_again(app, attempt.id).await?;
            None
        }
        None if read.about != About::Nothing && stored.received_at.seconds_until(now) < UNKNOWN_SECONDS_MAX => {
            return Ok(Some(now.plus_seconds(AGAIN_SECONDS)));
        }
        None => Some("about nothing of ours"),
    };
    write_tx!(app.db, |tx| -> Result<(), Failure> { Ok(notice::close(tx, id, "handled", reason, now).await?) })?;
    Ok(None)
}

/// Writes down what a look at the payment would not show: a dispute is a person's business, and the seat stays the buyer's.
async fn note(app: &App, id: NoticeId, attempt: &Attempt, tells: Tells) -> Result<(), Failure> {
    let action = match tells {
        Tells::Change => return Ok(()),
        Tells::DisputeOpened => "payment.disputed",
        Tells::DisputeClosed => "payment.dispute_closed",
    };
    tracing::error!(order.id = %attempt.order_id, attempt.id = %attempt.id, notice.id = %id, action, "a dispute");
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        // The job may run again; the line is written once.
        if notice::get(tx, id).await?.state != "received" {
            return Ok(());
        }
        let order = order::get(tx, attempt.order_id).await?;
        let line = audit::Line {
            site: Some(order.site_id),
            actor: attempt.processor.clone(),
            action,
            subject: order.id.0,
            after: Some(attempt.our_ref.clone()),
            ..audit::Line::default()
        };
        audit::write(tx, app.clock.id(), &line, app.clock.now()).await?;
        notice::close(tx, id, "handled", Some(action), app.clock.now()).await.map_err(Failure::from)
    })
}

/// Only an attempt of the same site and processor: a notice cannot reach into another tenant.
async fn attempt_of(tx: &mut Tx, stored: &StoredNotice, about: &About) -> Result<Option<Attempt>, Failure> {
    let found = match about {
        About::Attempt(of) => attempt::find_by_ref(tx, of.as_str()).await?,
        About::Started(started) => attempt::find_by_started(tx, &stored.processor, started.as_str()).await?,
        About::Payment(payment) => attempt::find_by_payment(tx, &stored.processor, payment.as_str()).await?,
        About::Nothing => None,
    };
    let Some(attempt) = found else { return Ok(None) };
    let order = order::get(tx, attempt.order_id).await?;
    let is_ours = order.site_id == stored.site_id && attempt.config == stored.processor_config_id;
    Ok(is_ours.then_some(attempt))
}

/// The headers that are kept with a notice, as JSON by name.
pub fn kept_headers(headers: &HeaderMap) -> String {
    let kept = |name: &str| Some((name.to_owned(), headers.get(name)?.to_str().ok()?.into()));
    serde_json::Value::Object(KEPT_HEADERS.into_iter().filter_map(kept).collect()).to_string()
}

/// The headers that [`kept_headers`] wrote, for whoever verifies the notice later.
pub fn restored_headers(kept: &str) -> HeaderMap {
    let kept: BTreeMap<String, String> = serde_json::from_str(kept).unwrap_or_default();
    kept.iter().filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))).collect()
}
