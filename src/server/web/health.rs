//! Whether the server lives (`/healthz`: it answers) and is of use (`/readyz`: the database takes durable writes, the
//! worker keeps up, the clock makes sense).

use std::sync::{Arc, Mutex, PoisonError};

use axum::{Router, extract::State, http::StatusCode, routing::get};

use crate::domain::time::Timestamp;
use crate::server::{
    failure::{Fault, report},
    state::App,
    store::{db::StoreError, job, login},
};
use crate::write_tx;

/// A check's answer holds for so long: asking often must not mean writing often.
const FRESH_SECONDS: i64 = 1;
/// 2025-01-01: before this a machine's clock was not set.
const CLOCK_EARLIEST: Timestamp = Timestamp::from_seconds(1_735_689_600);
/// 2200-01-01: nor after this.
const CLOCK_LATEST: Timestamp = Timestamp::from_seconds(7_258_118_400);

/// Work that waits longer than this is not being done.
const WORKER_LATE_SECONDS: i64 = 300;

type Answer = (StatusCode, &'static str);
type Kept = Arc<Mutex<Option<(Timestamp, Answer)>>>;

/// `GET /healthz` and `GET /readyz`.
pub fn routes() -> Router<App> {
    let kept = Kept::default();
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(move |State(app): State<App>| async move { ready(&app, &kept).await }))
}

async fn ready(app: &App, kept: &Kept) -> Answer {
    let now = app.clock.now();
    let last = *kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, answer)) = last
        && (0..FRESH_SECONDS).contains(&at.seconds_until(now))
    {
        return answer;
    }
    let answer = look(app, now).await;
    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, answer));
    answer
}

async fn look(app: &App, now: Timestamp) -> Answer {
    if !(CLOCK_EARLIEST..CLOCK_LATEST).contains(&now) {
        return (StatusCode::SERVICE_UNAVAILABLE, "the clock is wrong\n");
    }
    let looked = write_tx!(app.db, |tx| -> Result<bool, StoreError> {
        login::probe(tx, now).await?;
        Ok(job::find_due(tx, now.plus_seconds(-WORKER_LATE_SECONDS)).await?.is_none())
    });
    match looked {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "the worker is behind\n"),
        Err(error) => {
            report(&Fault::Store(error));
            (StatusCode::SERVICE_UNAVAILABLE, "the database takes no writes\n")
        }
    }
}
