//! A processor that refuses us, and not the buyer: nobody can pay until a person puts it right, so its method is hidden from buyers
//! and the administrators are told.

use crate::domain::ids::ProcessorConfigId;
use crate::server::{
    failure::{Failure, report},
    payments::processor::{ConnectionProblem, Fault, Outcome},
    state::App,
    store::{audit, processor_config},
};
use crate::{read_tx, write_tx};

use super::client;

/// Looks into an outcome that says an operator must act. A refusal may be of one request only: what decides is whether the processor
/// also refuses a connection test. Only a database fault keeps it from looking, and that is logged: the buyer's answer comes first.
pub async fn look<T>(app: &App, id: ProcessorConfigId, outcome: &Outcome<T>) {
    let fault = match outcome {
        Outcome::NotSent(fault) if fault.needs_operator() => fault,
        Outcome::NotSent(_) | Outcome::Done(_) | Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::Unknown(_) => return,
    };
    if let Err(failure) = pause_if_refused(app, id, fault).await {
        match failure {
            Failure::Fault(fault) => drop(report(&fault)),
            Failure::Refused(_) | Failure::Fields(_) | Failure::NotFound | Failure::SignInRequired => {}
        }
    }
}

async fn pause_if_refused(app: &App, id: ProcessorConfigId, fault: &Fault) -> Result<(), Failure> {
    tracing::error!(config.id = %id, reason = fault.reason(), code = fault.code().unwrap_or_default(), "a processor needs an operator");
    let stored = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(processor_config::get(tx, id).await?) })?;
    let (_, client) = client(app, &stored)?;
    let problem = match client.test_connection().await {
        Err(
            problem @ (ConnectionProblem::Credentials
            | ConnectionProblem::Vendor
            | ConnectionProblem::Permission
            | ConnectionProblem::Settings),
        ) => problem,
        // Out of order or out of reach passes by itself; the circuit breaker knows.
        Err(
            ConnectionProblem::Unreachable
            | ConnectionProblem::NoAnswer
            | ConnectionProblem::Unavailable
            | ConnectionProblem::NotTheProcessor,
        )
        | Ok(()) => return Ok(()),
    };
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        let now = app.clock.now();
        let stored = processor_config::get(tx, id).await?;
        // Whoever mended the settings meanwhile has tested them, or will.
        if !processor_config::record_test(tx, id, stored.version, now, Some(problem.code())).await? || !stored.enabled {
            return Ok(());
        }
        processor_config::set_enabled(tx, id, false).await?;
        let line = audit::Line {
            site: Some(stored.site_id),
            actor: stored.kind,
            action: "processor.refuses_us",
            subject: id.0,
            before: Some("offered".to_owned()),
            after: Some(format!("paused: {}", problem.code())),
            ..audit::Line::default()
        };
        Ok(audit::write(tx, app.clock.id(), &line, now).await?)
    })
}
