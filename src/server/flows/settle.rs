//! The one place where it is written down what became of an attempt, whoever found out: the call itself, an inquiry, a notice.
//! Exactly once: the attempt's row flips first, and only who flips it goes on.

use crate::domain::{
    ids::{AttemptId, PaymentId},
    ledger::{Posting, fee_captured, unwanted_captured, usage_captured},
    order::{OrderEvent, OrderKind, OrderState},
    payment::{AttemptState, DeclineClass},
    time::Timestamp,
};
use crate::server::{
    failure::{Failure, Fault},
    jobs,
    payments::processor::{Captured, CardSeen, Outcome, Standing},
    state::App,
    store::{
        attempt::{self, Attempt, Ending},
        audit,
        db::Tx,
        job, ledger,
        order::{self, Order},
        payment::{self, Payment},
        quote,
    },
};
use crate::write_tx;

use super::orders;

/// How long a seat is kept after a declined try, so that another card can be found.
const KEEP_AFTER_DECLINE_SECONDS: i64 = 600;
/// Declined tries until the buyer must wait, and how long (spec.md CHK-6).
const DECLINES_MAX: i64 = 3;
const DECLINE_PAUSE_SECONDS: i64 = 900;

/// What was found out about an attempt.
#[derive(Clone, Debug)]
pub enum Finding {
    /// The money is ours.
    Captured(Captured),
    /// A final no.
    Declined {
        /// Why, for the buyer.
        class: DeclineClass,
        /// The processor's code, for operators.
        code: String,
    },
    /// It provably never reached the processor.
    NotSent(String),
    /// Nothing is certain yet.
    Unknown(String),
}

impl Finding {
    /// What the answer to a sale says.
    pub fn of(outcome: Outcome<Captured>) -> Self {
        match outcome {
            Outcome::Done(captured) => Self::Captured(captured),
            Outcome::Declined(decline) => Self::Declined { class: decline.class, code: decline.code },
            Outcome::NotSent(fault) => Self::NotSent(format!("{} {}", fault.reason(), fault.code().unwrap_or_default())),
            Outcome::NeedsCustomer(_) => Self::Unknown("needs_customer".into()),
            Outcome::Unknown(doubt) => Self::Unknown(doubt.reason().into()),
        }
    }

    /// What the answer to an inquiry says. "Not found" is proof only once the call cannot be under way any more, which the
    /// caller knows.
    pub fn of_inquiry(outcome: Outcome<Standing>, not_found_is_final: bool) -> Self {
        match outcome {
            Outcome::Done(Standing::Captured(captured)) => Self::Captured(captured),
            Outcome::Done(Standing::Declined(class)) => Self::Declined { class, code: "inquiry".into() },
            Outcome::Done(Standing::NotFound) if not_found_is_final => Self::NotSent("not found".into()),
            Outcome::Done(Standing::NotFound) => Self::Unknown("not found yet".into()),
            Outcome::Done(Standing::Authorised(_)) => Self::Unknown("authorised, not captured".into()),
            Outcome::Done(Standing::Pending) => Self::Unknown("pending".into()),
            Outcome::Declined(decline) => Self::Unknown(format!("inquiry declined {}", decline.code)),
            Outcome::NotSent(fault) => Self::Unknown(format!("inquiry {}", fault.reason())),
            Outcome::NeedsCustomer(_) => Self::Unknown("needs_customer".into()),
            Outcome::Unknown(doubt) => Self::Unknown(format!("inquiry {}", doubt.reason())),
        }
    }
}

/// Writes a finding down with everything that follows from it. Repeats change nothing.
///
/// # Errors
/// A fault when the database fails; the inquiry job then finds out again.
pub async fn record(app: &App, id: AttemptId, finding: Finding) -> Result<(), Failure> {
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        let attempt = attempt::get(tx, id).await?;
        if attempt.state.is_final() {
            return Ok(());
        }
        match &finding {
            Finding::Captured(captured) if captured.amount == attempt.amount => capture(tx, app, &attempt, captured).await,
            Finding::Captured(captured) => {
                let detail = format!("asked {} and got {}", attempt.amount.plain(), captured.amount.plain());
                ask_person(tx, app, &attempt, &detail).await
            }
            Finding::Declined { class, code } => decline(tx, app, &attempt, *class, code).await,
            Finding::NotSent(why) => {
                let ending = Ending { detail: Some(why.clone()), ..Ending::default() };
                attempt::settle(tx, id, AttemptState::NotSent, &ending, app.clock.now()).await?;
                back_to_held(tx, app, &attempt, app.clock.now().plus_seconds(KEEP_AFTER_DECLINE_SECONDS)).await
            }
            Finding::Unknown(why) => {
                attempt::doubt(tx, id, AttemptState::Unknown, why).await?;
                let now = app.clock.now();
                job::ensure(tx, app.clock.id(), jobs::INQUIRE, id.0, &format!("inquire-now:{id}"), now, now).await?;
                Ok(())
            }
        }
    })
}

async fn capture(tx: &mut Tx, app: &App, attempt: &Attempt, captured: &Captured) -> Result<(), Failure> {
    let now = app.clock.now();
    let (brand, last4) = card_seen(captured.card.as_ref());
    if !attempt::settle(tx, attempt.id, AttemptState::Captured, &Ending { brand, last4, ..Ending::default() }, now).await? {
        return Ok(());
    }
    let order = order::get(tx, attempt.order_id).await?;
    let payment = Payment {
        id: app.clock.id::<PaymentId>(),
        order_id: order.id,
        attempt_id: attempt.id,
        processor: attempt.processor.clone(),
        reference: captured.reference.as_str().to_owned(),
        amount: captured.amount,
        captured_at: now,
    };
    payment::insert(tx, &payment).await?;
    let (_, unwanted) = orders::apply(tx, app, &order, OrderEvent::Paid(attempt.id, payment.id), &attempt.processor, None).await?;
    let (kind, posting) = if unwanted.contains(&payment.id) {
        ("unwanted_captured", unwanted_captured(payment.amount))
    } else {
        wanted_posting(tx, &order).await?
    };
    let posting = posting.ok_or_else(|| Failure::Fault(Fault::Other(format!("posting of payment {} does not balance", payment.id))))?;
    post(tx, app, &order, payment.id, kind, &posting, now).await
}

async fn wanted_posting(tx: &mut Tx, order: &Order) -> Result<(&'static str, Option<Posting>), Failure> {
    let quote = quote::get(tx, order.id, order.quote_version).await?;
    Ok(match order.kind {
        OrderKind::Fee => ("fee_captured", fee_captured(&quote.price)?),
        OrderKind::Usage => ("usage_captured", usage_captured(quote.price.total, quote.price.tax)?),
    })
}

async fn post(
    tx: &mut Tx,
    app: &App,
    order: &Order,
    payment: PaymentId,
    kind: &'static str,
    posting: &Posting,
    now: Timestamp,
) -> Result<(), Failure> {
    if posting.entries().is_empty() {
        return Ok(());
    }
    let head = ledger::Head {
        id: app.clock.id(),
        site_id: order.site_id,
        order_id: order.id,
        payment_id: Some(payment),
        refund_id: None,
        kind,
        mode: order.mode.clone(),
        now,
    };
    Ok(ledger::post(tx, &head, posting).await?)
}

async fn decline(tx: &mut Tx, app: &App, attempt: &Attempt, class: DeclineClass, code: &str) -> Result<(), Failure> {
    let now = app.clock.now();
    let ending = Ending { decline_class: Some(class.code()), detail: Some(code.to_owned()), ..Ending::default() };
    if !attempt::settle(tx, attempt.id, AttemptState::Declined, &ending, now).await? {
        return Ok(());
    }
    let order = order::get(tx, attempt.order_id).await?;
    let declines = order.declines + 1;
    let must_pause = declines >= DECLINES_MAX;
    let pause_until = must_pause.then(|| now.plus_seconds(DECLINE_PAUSE_SECONDS));
    order::note_decline(tx, order.id, if must_pause { 0 } else { declines }, class.code(), pause_until).await?;
    let keep_until = pause_until.unwrap_or(now).plus_seconds(KEEP_AFTER_DECLINE_SECONDS);
    back_to_held(tx, app, attempt, keep_until).await
}

async fn back_to_held(tx: &mut Tx, app: &App, attempt: &Attempt, keep_until: Timestamp) -> Result<(), Failure> {
    let order = order::get(tx, attempt.order_id).await?;
    orders::apply(tx, app, &order, OrderEvent::Refused { attempt: attempt.id, keep_until }, &attempt.processor, None).await?;
    Ok(())
}

/// Money that is not what was asked for is neither taken as paid nor forgotten: a person decides, with the evidence.
async fn ask_person(tx: &mut Tx, app: &App, attempt: &Attempt, detail: &str) -> Result<(), Failure> {
    let order = order::get(tx, attempt.order_id).await?;
    attempt::doubt(tx, attempt.id, AttemptState::NeedsPerson, detail).await?;
    let line = audit::Line {
        site: Some(order.site_id),
        actor: attempt.processor.clone(),
        action: "attempt.needs_person",
        subject: order.id.0,
        after: Some(detail.to_owned()),
        ..audit::Line::default()
    };
    audit::write(tx, app.clock.id(), &line, app.clock.now()).await?;
    tracing::error!(order.id = %order.id, attempt.id = %attempt.id, "a payment needs a person");
    Ok(())
}

/// Marks an attempt that inquiries did not settle in time; its order stays in question, its seats stay held.
///
/// # Errors
/// A fault when the database fails.
pub async fn give_to_person(app: &App, id: AttemptId) -> Result<(), Failure> {
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        let attempt = attempt::get(tx, id).await?;
        let order = order::get(tx, attempt.order_id).await?;
        match order.state {
            OrderState::Paying { .. } if !attempt.state.is_final() => ask_person(tx, app, &attempt, "not settled after two hours").await,
            OrderState::Paying { .. }
            | OrderState::Held { .. }
            | OrderState::Paid { .. }
            | OrderState::Expired { .. }
            | OrderState::Cancelled { .. }
            | OrderState::Refunded { .. } => Ok(()),
        }
    })
}

fn card_seen(card: Option<&CardSeen>) -> (Option<String>, Option<String>) {
    (card.and_then(|c| c.brand).map(|brand| brand.name().to_owned()), card.map(|c| c.last4.clone()).filter(|digits| !digits.is_empty()))
}
