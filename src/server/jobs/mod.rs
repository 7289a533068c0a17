//! The worker inside the binary: ends holds whose time is up and runs the jobs that transactions wrote down.

use std::time::Duration;

use crate::domain::ids::{AttemptId, NoticeId, PaymentId, RefundId};
use crate::{read_tx, write_tx};

use super::{
    failure::{Failure, report},
    flows::{inquire, notices, orders, refund},
    state::App,
    store::{
        job::{self, Job},
        login, order,
    },
};

/// Ask a processor what became of an attempt; the subject is the attempt.
pub const INQUIRE: &str = "inquire";
/// Look into a processor's notice; the subject is the notice.
pub const NOTICE: &str = "notice";
/// Decide that money nobody wants goes back; the subject is the payment.
pub const RETURN_MONEY: &str = "return_money";
/// Give money back, or find out whether it was; the subject is the refund.
pub const REFUND: &str = "refund";

/// A lease outlives the longest call a job makes.
const LEASE_SECONDS: i64 = 300;
/// Failed runs until a job is set aside for a person.
const TRIES_MAX: i64 = 12;
const SWEEP_BATCH: i64 = 200;
const LOGIN_SWEEP_SECONDS: i64 = 900;
const IDLE_PAUSE: Duration = Duration::from_millis(500);

/// Runs until `shutdown` resolves; what is under way then is finished first.
pub async fn run(app: App, shutdown: impl Future<Output = ()>) {
    tokio::pin!(shutdown);
    let mut logins_due = app.clock.now();
    loop {
        let round = async {
            if app.clock.now() >= logins_due {
                logins_due = app.clock.now().plus_seconds(LOGIN_SWEEP_SECONDS);
                forget_logins(&app).await?;
            }
            tick(&app).await
        };
        let did_something = match round.await {
            Ok(did) => did,
            Err(Failure::Fault(fault)) => {
                report(&fault);
                false
            }
            Err(Failure::Refused(_) | Failure::Fields(_) | Failure::NotFound | Failure::SignInRequired) => false,
        };
        let pause = if did_something { Duration::ZERO } else { IDLE_PAUSE };
        tokio::select! {
            () = &mut shutdown => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// One round: ended holds, then one due job. Answers whether there was anything to do. Tests call it after moving the clock.
///
/// # Errors
/// A fault when the database fails.
pub async fn tick(app: &App) -> Result<bool, Failure> {
    let swept = sweep(app).await?;
    let ran = run_next(app).await?;
    Ok(swept || ran)
}

async fn sweep(app: &App) -> Result<bool, Failure> {
    let now = app.clock.now();
    let ended = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(order::ended_holds(tx, now, SWEEP_BATCH).await?) })?;
    let any = !ended.is_empty();
    for id in ended {
        match orders::end_hold(app, id).await {
            // Paid or extended a moment ago: not ours to end.
            Ok(()) | Err(Failure::Refused(_)) => {}
            // One order that cannot be ended must not keep the others waiting, nor the jobs.
            Err(Failure::Fault(fault)) => {
                report(&fault);
            }
            Err(other @ (Failure::Fields(_) | Failure::NotFound | Failure::SignInRequired)) => return Err(other),
        }
    }
    Ok(any)
}

/// Forgets logins that have expired; they opened nothing any more.
async fn forget_logins(app: &App) -> Result<(), Failure> {
    let now = app.clock.now();
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        login::forget_expired(tx, now).await?;
        Ok(())
    })
}

async fn run_next(app: &App) -> Result<bool, Failure> {
    let now = app.clock.now();
    let due = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(job::find_due(tx, now).await?) })?;
    if due.is_none() {
        return Ok(false);
    }
    let leased = write_tx!(app.db, |tx| -> Result<_, Failure> { Ok(job::claim_due(tx, now, now.plus_seconds(LEASE_SECONDS)).await?) })?;
    let Some(job) = leased else { return Ok(true) };
    let outcome = perform(app, &job).await;
    close(app, &job, outcome).await?;
    Ok(true)
}

/// What a run of a job came to.
enum Done {
    Finished,
    Again(crate::domain::time::Timestamp),
}

async fn perform(app: &App, job: &Job) -> Result<Done, Failure> {
    match job.kind.as_str() {
        INQUIRE => Ok(match inquire::inquire(app, AttemptId(job.subject)).await? {
            inquire::Next::Done => Done::Finished,
            inquire::Next::At(at) => Done::Again(at),
        }),
        NOTICE => Ok(notices::handle(app, NoticeId(job.subject)).await?.map_or(Done::Finished, Done::Again)),
        RETURN_MONEY => {
            refund::return_unwanted(app, PaymentId(job.subject)).await?;
            Ok(Done::Finished)
        }
        REFUND => Ok(match refund::run(app, RefundId(job.subject), refund::Why::Due).await? {
            inquire::Next::Done => Done::Finished,
            inquire::Next::At(at) => Done::Again(at),
        }),
        other => Err(Failure::corrupt(format!("job kind {other}"))),
    }
}

async fn close(app: &App, job: &Job, outcome: Result<Done, Failure>) -> Result<(), Failure> {
    let now = app.clock.now();
    let error = match &outcome {
        Ok(_) => None,
        Err(Failure::Fault(fault)) => Some(report(fault)),
        Err(failure) => Some(failure.to_string()),
    };
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        match (&outcome, &error) {
            (Ok(Done::Finished), _) => job::finish(tx, job.id, now).await?,
            (Ok(Done::Again(at)), _) => job::postpone(tx, job.id, *at, None).await?,
            (Err(_), reason) if job.tries + 1 >= TRIES_MAX => job::park(tx, job.id, reason.as_deref().unwrap_or_default()).await?,
            (Err(_), reason) => {
                let wait = 5_i64 << job.tries.clamp(0, 9);
                job::postpone(tx, job.id, now.plus_seconds(wait), reason.clone()).await?;
            }
        }
        Ok(())
    })
}
