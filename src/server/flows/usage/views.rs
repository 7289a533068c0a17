//! What *Session Estimated Cost* and the host's payment page show.

use crate::api::host::{EstimateSheet, UsagePayment, UsageStanding};
use crate::domain::{form::Refusal, ids::SessionId, time::Timestamp};
use crate::server::{
    ctx::Ctx,
    failure::{Failure, Fault},
    flows::checkout,
    store::{
        db::{StoreError, Tx},
        session::Session,
    },
    zones,
};

use super::{Assessment, Standing, assess, assess_own, ensure_order};

/// *Session Estimated Cost* of one of the person's own sessions.
///
/// # Errors
/// As [`assess_own`].
pub async fn estimate(ctx: &Ctx, id: SessionId) -> Result<EstimateSheet, Failure> {
    let (session, assessment) = assess_own(ctx, id).await?;
    Ok(sheet(ctx, &session, &assessment))
}

/// How far a session's usage is paid; a site without rates owes the host nothing to look at yet.
///
/// # Errors
/// A fault when the database fails.
pub async fn standing(tx: &mut Tx, ctx: &Ctx, session: &Session, now: Timestamp) -> Result<UsageStanding, Failure> {
    match assess(tx, ctx, session, now).await {
        Ok(assessment) => Ok(standing_shown(assessment.standing)),
        Err(Failure::Refused(Refusal::SetupIncomplete { .. })) => Ok(UsageStanding::Due),
        Err(failure) => Err(failure),
    }
}

/// The payment page: the quote is brought up to date first, so that what is shown is what will be charged.
///
/// # Errors
/// As [`ensure_order`].
pub async fn payment(ctx: &Ctx, id: SessionId) -> Result<UsagePayment, Failure> {
    let (_, assessment) = ensure_order(ctx, id).await?;
    let (session, _) = assess_own(ctx, id).await?;
    let order = assessment.order.as_ref().ok_or_else(|| Failure::Fault(Fault::Store(StoreError::Missing)))?;
    Ok(UsagePayment { sheet: sheet(ctx, &session, &assessment), checkout: checkout::details(ctx, &order.link, None).await? })
}

fn sheet(ctx: &Ctx, session: &Session, assessment: &Assessment) -> EstimateSheet {
    let now = ctx.app.clock.now();
    EstimateSheet {
        id: session.id,
        topic: session.topic.clone(),
        language: session.lang.clone(),
        when: zones::when(session.starts_at, session.duration_minutes, &session.time_zone, now, ctx.lang()),
        status: session.status,
        estimate: assessment.estimate,
        before: assessment.before(),
        rate_version: assessment.rate_version,
        tax: assessment.tax.clone(),
        valid_until: zones::instant_text(assessment.valid_until(now), &session.time_zone, ctx.lang()),
        usage: standing_shown(assessment.standing),
    }
}

fn standing_shown(standing: Standing) -> UsageStanding {
    match standing {
        Standing::NotNeeded => UsageStanding::NotNeeded,
        Standing::Due => UsageStanding::Due,
        Standing::Checking => UsageStanding::Checking,
        Standing::Covered { paid } => UsageStanding::Paid(paid),
        Standing::Short { paid } => UsageStanding::Short(paid),
    }
}
