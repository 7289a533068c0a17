//! Asking a processor for a refund, and what became of it: at once, after 1, 5, 15, 60 minutes and 2 hours, then a person is asked.
//!
//! In doubt the processor is inquired of by the refund's own reference, and asked again under the same key, which cannot return the
//! money twice. A new key is used only when nothing can have moved under the last.

use std::sync::Arc;

use crate::domain::{
    ids::{AttemptId, RefundId},
    money::Money,
    payment::INQUIRY_DELAYS_SECONDS,
    refund::{RefundReason, RefundState},
    time::Timestamp,
};
use crate::server::{
    failure::Failure,
    payments::{
        ask::{Asked, AttemptRef, IdempotencyKey, ProcessorRef},
        processor::{Captured, Doubt, Fault, Outcome, Processor, Refunded, Standing},
    },
    state::App,
    store::{
        attempt, payment, processor_config,
        refund::{self, Refund},
    },
};
use crate::{read_tx, write_tx};

use super::super::{inquire::Next, pay::key_of, processors};
use super::record::{self, Finding};

/// A call cannot be under way any more this long after it began: the client's own deadline with its resends, and a margin.
const CALL_OVER_AFTER_SECONDS: i64 = 180;
/// How long a key is used again. The shortest-lived are Stripe's, of 24 hours (stripe.md §7): past that, asking again could refund
/// twice, so only inquiries are made.
const KEY_LIVES_SECONDS: i64 = 12 * 3600;
/// How often a refund is looked at that its processor pays out later, and for how long until a person looks.
const PENDING_EVERY_SECONDS: i64 = 6 * 3600;
const PENDING_MAX_SECONDS: i64 = 30 * 86_400;

/// Why a refund is looked at now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its time has come: when nothing is found out for long, a person is asked.
    Due,
    /// Somebody wants to know, or a notice hints at it.
    Asked,
}

/// A refund with all that asking for it takes.
struct Case {
    refund: Refund,
    key: IdempotencyKey,
    payment: ProcessorRef,
    client: Arc<dyn Processor>,
}

/// Does the next thing about a refund and writes down what is found. Safe to repeat, also at the same time.
///
/// # Errors
/// A fault when the database fails.
pub async fn run(app: &App, id: RefundId, why: Why) -> Result<Next, Failure> {
    let case = load(app, id).await?;
    let finding = match case.refund.state {
        RefundState::Done | RefundState::Failed | RefundState::NeedsPerson => return Ok(Next::Done),
        RefundState::Prepared => match ask(app, &case, true).await? {
            Some((refund, finding)) => (refund, finding),
            None => return Ok(Next::At(app.clock.now().plus_seconds(60))),
        },
        RefundState::Unknown | RefundState::Pending => find_out(app, &case).await?,
    };
    record(app, finding).await?;
    next(app, id, why).await
}

/// Inquires about an open refund, also one that a person was asked about, and writes down what is certain.
///
/// # Errors
/// A fault when the database fails.
pub async fn check_now(app: &App, id: RefundId) -> Result<(), Failure> {
    let case = load(app, id).await?;
    if case.refund.state != RefundState::NeedsPerson {
        return run(app, id, Why::Asked).await.map(drop);
    }
    let finding = inquiry(&case).await;
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        refund::count_inquiry(tx, id).await?;
        match &finding {
            Finding::Done { .. } | Finding::Failed { .. } => record::settle(tx, app, &case.refund, &finding).await,
            Finding::Pending | Finding::NotSent { .. } | Finding::ByHand | Finding::Doubt(_) => Ok(()),
        }
    })
}

async fn load(app: &App, id: RefundId) -> Result<Case, Failure> {
    let (refund, payment, attempt, config) = read_tx!(app.db, |tx| -> Result<_, Failure> {
        let refund = refund::get(tx, id).await?;
        let payment = payment::get(tx, refund.payment_id).await?;
        let attempt = attempt::get(tx, payment.attempt_id).await?;
        let config = attempt.config.ok_or_else(|| Failure::corrupt(format!("payment {} has no processor", payment.id)))?;
        let config = processor_config::get(tx, config).await?;
        Ok((refund, payment, attempt, config))
    })?;
    let (_, client) = processors::client(app, &config)?;
    let key = key_for(&refund, attempt.id)?;
    let payment = ProcessorRef::parse(&payment.reference).ok_or_else(|| Failure::corrupt("payment reference"))?;
    Ok(Case { refund, key, payment, client })
}

/// The processor's key of a refund, as of now. Our reference of it there is `AttemptRef::of_key` of it.
///
/// # Errors
/// A fault, never: a uuid's digits are a key.
pub(in crate::server::flows) fn key_for(refund: &Refund, attempt: AttemptId) -> Result<IdempotencyKey, Failure> {
    match refund.reason {
        RefundReason::Unwanted => Ok(key_of(attempt)?.step(&format!("return unwanted {}", refund.round))),
        RefundReason::Asked | RefundReason::SessionOff | RefundReason::Mistake | RefundReason::Goodwill | RefundReason::Other => {
            let own = IdempotencyKey::parse(&refund.id.0.simple().to_string()).ok_or_else(|| Failure::corrupt("refund key"))?;
            Ok(own.step(&format!("refund {}", refund.round)))
        }
    }
}

/// Asks for the money to go back; `None` when another is asking. `rules_out` says that nothing can have moved under this key before.
async fn ask(app: &App, case: &Case, rules_out: bool) -> Result<Option<(Refund, Finding)>, Failure> {
    let refund = write_tx!(app.db, |tx| -> Result<Option<Refund>, Failure> {
        let is_ours = refund::begin_try(tx, &case.refund, app.clock.now()).await?;
        Ok(if is_ours { Some(refund::get(tx, case.refund.id).await?) } else { None })
    })?;
    let Some(refund) = refund else { return Ok(None) };
    let outcome = case.client.refund(&case.key, &case.payment, refund.amount).await;
    let finding = match (of_refund(outcome, refund.amount), rules_out) {
        // Not sent now says nothing about what was sent before.
        (Finding::NotSent { why, .. }, false) => Finding::Doubt(why),
        (finding, _) => finding,
    };
    Ok(Some((refund, finding)))
}

/// About a refund that was sent: what the processor knows of it; where that is nothing, the same again.
async fn find_out(app: &App, case: &Case) -> Result<(Refund, Finding), Failure> {
    let now = app.clock.now();
    let age = case.refund.tried_at.unwrap_or(case.refund.created_at).seconds_until(now);
    let found = inquiry(case).await;
    write_tx!(app.db, |tx| -> Result<(), Failure> { Ok(refund::count_inquiry(tx, case.refund.id).await?) })?;
    match found {
        Finding::Done { .. } | Finding::Failed { .. } => Ok((case.refund.clone(), found)),
        Finding::Pending | Finding::NotSent { .. } | Finding::ByHand | Finding::Doubt(_) if age < KEY_LIVES_SECONDS => {
            let rules_out = age >= CALL_OVER_AFTER_SECONDS && matches!(found, Finding::NotSent { .. });
            let asked = ask(app, case, rules_out).await?;
            Ok(asked.unwrap_or_else(|| (case.refund.clone(), Finding::Doubt("being asked".to_owned()))))
        }
        Finding::Pending => Ok((case.refund.clone(), Finding::Doubt("pending".to_owned()))),
        // Never heard of, and its key may be forgotten by now: a person says whether it is asked again.
        Finding::NotSent { why, .. } => Ok((case.refund.clone(), Finding::Doubt(why))),
        Finding::ByHand | Finding::Doubt(_) => Ok((case.refund.clone(), found)),
    }
}

/// What a processor knows of a refund: by our reference of it, then by the payment, which some need.
async fn inquiry(case: &Case) -> Finding {
    let (of, amount) = (AttemptRef::of_key(&case.key), case.refund.amount);
    let first = case.client.inquire(&Asked::of(&of), amount).await;
    if !matches!(first, Outcome::Done(Standing::NotFound | Standing::Pending)) {
        return of_inquiry(first, &case.payment, amount);
    }
    let by_payment = Asked { attempt_ref: of, started: Some(case.payment.clone()) };
    match case.client.inquire(&by_payment, amount).await {
        second @ Outcome::Done(_) => match of_inquiry(second, &case.payment, amount) {
            // The payment itself was found, which says nothing of its refund.
            Finding::Doubt(_) => of_inquiry(first, &case.payment, amount),
            finding => finding,
        },
        Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {
            of_inquiry(first, &case.payment, amount)
        }
    }
}

fn of_refund(outcome: Outcome<Refunded>, asked: Money) -> Finding {
    match outcome {
        Outcome::Done(Refunded { reference, amount }) if amount == asked => Finding::Done { reference: reference.as_str().to_owned() },
        Outcome::Done(Refunded { amount, .. }) => Finding::Doubt(format!("returned {}", amount.plain())),
        Outcome::Declined(decline) => Finding::Failed { class: Some(decline.class), code: decline.code },
        Outcome::NotSent(Fault::NotSupported) => Finding::ByHand,
        Outcome::NotSent(fault) => Finding::NotSent { why: words(fault.reason(), fault.code()), needs_new_key: fault.needs_new_key() },
        Outcome::NeedsCustomer(_) => Finding::Doubt("needs the buyer".to_owned()),
        Outcome::Unknown(Doubt::Pending) => Finding::Pending,
        Outcome::Unknown(doubt) => Finding::Doubt(doubt.reason().to_owned()),
    }
}

fn of_inquiry(outcome: Outcome<Standing>, payment: &ProcessorRef, asked: Money) -> Finding {
    match outcome {
        Outcome::Done(Standing::Captured(Captured { reference, .. })) if reference == *payment => {
            Finding::Doubt("inquiry found the payment".to_owned())
        }
        Outcome::Done(Standing::Captured(Captured { reference, amount, .. })) if amount == asked => {
            Finding::Done { reference: reference.as_str().to_owned() }
        }
        Outcome::Done(Standing::Captured(Captured { amount, .. })) => Finding::Doubt(format!("inquiry found {}", amount.plain())),
        Outcome::Done(Standing::Authorised(_)) => Finding::Doubt("inquiry found a hold".to_owned()),
        Outcome::Done(Standing::Declined(class)) => Finding::Failed { class: Some(class), code: "inquiry".to_owned() },
        Outcome::Done(Standing::NotFound) => Finding::NotSent { why: "not found".to_owned(), needs_new_key: false },
        Outcome::Done(Standing::Pending) => Finding::Pending,
        Outcome::Declined(decline) => Finding::Doubt(format!("inquiry declined {}", decline.code)),
        Outcome::NeedsCustomer(_) => Finding::Doubt("inquiry needs the buyer".to_owned()),
        Outcome::NotSent(fault) => Finding::Doubt(format!("inquiry {}", words(fault.reason(), fault.code()))),
        Outcome::Unknown(doubt) => Finding::Doubt(format!("inquiry {}", doubt.reason())),
    }
}

fn words(reason: &str, code: Option<&str>) -> String {
    code.map_or_else(|| reason.to_owned(), |code| format!("{reason} {code}"))
}

async fn record(app: &App, (refund, finding): (Refund, Finding)) -> Result<(), Failure> {
    write_tx!(app.db, |tx| -> Result<(), Failure> { record::settle(tx, app, &refund, &finding).await })
}

/// When to look again; past the last time, a person is asked.
async fn next(app: &App, id: RefundId, why: Why) -> Result<Next, Failure> {
    let now = app.clock.now();
    let refund = read_tx!(app.db, |tx| -> Result<Refund, Failure> { Ok(refund::get(tx, id).await?) })?;
    let began = refund.tried_at.unwrap_or(refund.created_at);
    let age = began.seconds_until(now);
    let due = INQUIRY_DELAYS_SECONDS.into_iter().find(|delay| *delay > age).map(|delay| began.plus_seconds(delay));
    let at: Option<Timestamp> = match refund.state {
        RefundState::Done | RefundState::Failed | RefundState::NeedsPerson => return Ok(Next::Done),
        RefundState::Pending if age < PENDING_MAX_SECONDS => Some(due.unwrap_or_else(|| now.plus_seconds(PENDING_EVERY_SECONDS))),
        RefundState::Pending => None,
        RefundState::Prepared | RefundState::Unknown => due,
    };
    if let Some(at) = at {
        return Ok(Next::At(at));
    }
    // Who only wants to know does not end the waiting.
    if why == Why::Asked {
        return Ok(Next::At(now));
    }
    let doubt = refund.detail.as_deref().unwrap_or_default();
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        record::give_to_person(tx, app, &refund, format!("not settled in time: {doubt}").trim_end_matches(": ")).await
    })?;
    Ok(Next::Done)
}
