//! The one place where it is written down what became of an attempt, whoever found out: the call itself, an inquiry, a notice.
//! Exactly once: the attempt's row flips first, and only who flips it goes on.

use crate::app::routes;
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
    payments::processor::{Captured, CardSeen, Doubt, NextStep, Outcome, Standing},
    state::App,
    store::{
        attempt::{self, Attempt, Ending, Waiting},
        audit,
        db::Tx,
        job, ledger,
        message::{self, NewMessage},
        order::{self, Order},
        payment::{self, Payment},
        quote, site,
    },
};
use crate::write_tx;

use super::{late_money, orders};

/// How long a seat is kept after a declined try, so that another card can be found.
const KEEP_AFTER_DECLINE_SECONDS: i64 = 600;
/// How long a buyer may take on the processor's page; PayPal's and Stripe's own pages live longer.
const APPROVAL_WAIT_SECONDS: i64 = 1800;
/// The longest words of a processor's that are kept of an attempt, in characters.
const DETAIL_MAX: usize = 300;
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
    /// The buyer has to act first.
    Waiting(NextStep),
    /// Nothing is certain yet.
    Unknown(String),
    /// Nothing is certain, and waiting will not settle it: a person is asked at once. Inquiries go on meanwhile.
    NeedsPerson(String),
}

impl Finding {
    /// What the answer to a sale says.
    pub fn of(outcome: Outcome<Captured>) -> Self {
        match outcome {
            Outcome::Done(captured) => Self::Captured(captured),
            Outcome::Declined(decline) => Self::Declined { class: decline.class, code: decline.code },
            Outcome::NotSent(fault) => Self::NotSent(format!("{} {}", fault.reason(), fault.code().unwrap_or_default())),
            Outcome::NeedsCustomer(step) => Self::Waiting(step),
            Outcome::Unknown(doubt) => Self::in_doubt("", &doubt),
        }
    }

    fn in_doubt(asked: &str, doubt: &Doubt) -> Self {
        let words = format!("{asked}{}", doubt.evidence());
        if doubt.needs_operator() { Self::NeedsPerson(words) } else { Self::Unknown(words) }
    }

    /// It is not known yet how the attempt ends.
    pub const fn is_open(&self) -> bool {
        match self {
            Self::Waiting(_) | Self::Unknown(_) | Self::NeedsPerson(_) => true,
            Self::Captured(_) | Self::Declined { .. } | Self::NotSent(_) => false,
        }
    }

    /// What starting a payment on the processor's page says. Nothing moves before the buyer has seen that page, so an answer that
    /// was lost is as good as none.
    pub fn of_start(outcome: Outcome<Captured>) -> Self {
        match outcome {
            Outcome::Unknown(doubt) => Self::NotSent(format!("start {}", doubt.evidence())),
            Outcome::Done(_) | Outcome::Declined(_) | Outcome::NotSent(_) | Outcome::NeedsCustomer(_) => Self::of(outcome),
        }
    }

    /// What finishing an approved payment says. What was not sent can be sent again: the buyer's approval still stands.
    pub fn of_finish(outcome: Outcome<Captured>) -> Self {
        match outcome {
            Outcome::NotSent(fault) => Self::Unknown(format!("finish {}", fault.reason())),
            Outcome::Done(_) | Outcome::Declined(_) | Outcome::Unknown(_) | Outcome::NeedsCustomer(_) => Self::of(outcome),
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
            Outcome::NeedsCustomer(_) => Self::Unknown("inquiry needs the buyer".into()),
            Outcome::Unknown(doubt) => Self::in_doubt("inquiry ", &doubt),
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
        // Money that moved after a final no is never forgotten: it pays the order if that still waits, and goes back otherwise.
        let is_late_money = attempt.state != AttemptState::Captured && matches!(finding, Finding::Captured(_));
        if attempt.state.is_final() && !is_late_money {
            return Ok(());
        }
        write_down(tx, app, &attempt, &finding).await
    })
}

/// The same in the caller's transaction, about an attempt that is not settled in it.
pub(super) async fn write_down(tx: &mut Tx, app: &App, attempt: &Attempt, finding: &Finding) -> Result<(), Failure> {
    let id = attempt.id;
    match finding {
        Finding::Captured(captured) if captured.amount == attempt.amount => capture(tx, app, attempt, captured).await,
        Finding::Captured(captured) => {
            let doubt = Doubt::Mismatch { reported: Some(captured.amount), reference: Some(captured.reference.clone()) };
            ask_person(tx, app, attempt, &doubt.evidence()).await
        }
        Finding::Declined { class, code } => decline(tx, app, attempt, *class, code).await,
        Finding::NotSent(why) => {
            let ending = Ending { detail: Some(readable(why)), ..Ending::default() };
            attempt::settle(tx, id, AttemptState::NotSent, &ending, app.clock.now()).await?;
            back_to_held(tx, app, attempt, app.clock.now().plus_seconds(KEEP_AFTER_DECLINE_SECONDS)).await
        }
        Finding::Waiting(step) => wait_for_buyer(tx, app, attempt, step).await,
        Finding::Unknown(why) => {
            attempt::doubt(tx, id, AttemptState::Unknown, &readable(why)).await?;
            inquire_now(tx, app, id).await
        }
        Finding::NeedsPerson(why) => {
            ask_person(tx, app, attempt, why).await?;
            inquire_now(tx, app, id).await
        }
    }
}

async fn inquire_now(tx: &mut Tx, app: &App, id: AttemptId) -> Result<(), Failure> {
    let now = app.clock.now();
    job::ensure(tx, app.clock.id(), jobs::INQUIRE, id.0, &format!("inquire-now:{id}"), now, now).await?;
    Ok(())
}

/// Words of a processor's as they may be stored: cut to a line, without control characters, which a database may refuse.
fn readable(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { '?' } else { c }).take(DETAIL_MAX).collect()
}

/// The seats stay held meanwhile; a job looks again when the buyer had time, should they not come back.
async fn wait_for_buyer(tx: &mut Tx, app: &App, attempt: &Attempt, step: &NextStep) -> Result<(), Failure> {
    let now = app.clock.now();
    let (started, url, seconds) = match step {
        NextStep::Redirect { url, reference } => (reference, Some(url.clone()), APPROVAL_WAIT_SECONDS),
        NextStep::CardForm { reference, seconds, over_after_seconds } => {
            look_when_over(tx, app, attempt, *over_after_seconds).await?;
            let order = order::get(tx, attempt.order_id).await?;
            (reference, Some(routes::checkout_card(&order.link, &attempt.our_ref)), *seconds)
        }
        NextStep::Transfer { reference, days } => (reference, None, i64::from(*days) * 86_400),
    };
    let until = attempt.waiting.as_ref().map_or(now.plus_seconds(seconds), |waiting| waiting.until);
    attempt::wait_for_buyer(tx, attempt.id, &Waiting { started: started.as_str().to_owned(), url, until }).await?;
    Ok(())
}

/// The gateway takes the money without asking us again, so a form that was given up may still be paid with while it lives: when it
/// is over, whatever became of the attempt meanwhile, a job looks once more.
async fn look_when_over(tx: &mut Tx, app: &App, attempt: &Attempt, over_after_seconds: i64) -> Result<(), Failure> {
    let (id, now) = (attempt.id, app.clock.now());
    let run_at = now.plus_seconds(over_after_seconds);
    Ok(job::ensure(tx, app.clock.id(), jobs::INQUIRE, id.0, &format!("inquire-over:{id}"), run_at, now).await?)
}

async fn capture(tx: &mut Tx, app: &App, attempt: &Attempt, captured: &Captured) -> Result<(), Failure> {
    let now = app.clock.now();
    let (brand, last4) = card_seen(captured.card.as_ref());
    let funding = captured.card.as_ref().and_then(|card| card.funding);
    let ending = Ending { brand, last4, funding, ..Ending::default() };
    let is_first = attempt::settle(tx, attempt.id, AttemptState::Captured, &ending, now).await?;
    if !is_first && !attempt::capture_late(tx, attempt.id, &ending, now).await? {
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
    let keep_until = now.plus_seconds(KEEP_AFTER_DECLINE_SECONDS);
    let refused = funding.filter(|_| !attempt.kinds.takes(funding));
    let card = if refused.is_some() { late_money::Card::NotTaken } else { late_money::Card::Taken };
    let event = late_money::event_of(tx, &order, &payment, card, now, keep_until).await?;
    let (_, unwanted) = orders::apply(tx, app, &order, event, &attempt.processor, None).await?;
    let (kind, posting) = if unwanted.contains(&payment.id) {
        ("unwanted_captured", unwanted_captured(payment.amount))
    } else {
        wanted_posting(tx, &order).await?
    };
    let posting = posting.ok_or_else(|| Failure::Fault(Fault::Other(format!("posting of payment {} does not balance", payment.id))))?;
    post(tx, app, &order, payment.id, kind, &posting, now).await?;
    match refused {
        // The buyer reads why the order is not paid. No pause: a card that paid is no card that is being tried out.
        Some(kind) => Ok(order::note_decline(tx, order.id, order.declines, DeclineClass::of_kind(kind).code(), order.pause_until).await?),
        None => Ok(()),
    }
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
    let ending = Ending { decline_class: Some(class.code()), detail: Some(readable(code)), ..Ending::default() };
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

/// Money that is not what was asked for is neither taken as paid nor forgotten: a person decides, with the evidence. They are told
/// once: by the trail, on the dashboard, in the log, and by a message to whom the site's buyers write.
async fn ask_person(tx: &mut Tx, app: &App, attempt: &Attempt, detail: &str) -> Result<(), Failure> {
    let detail = readable(detail);
    let is_news = attempt::doubt(tx, attempt.id, AttemptState::NeedsPerson, &detail).await?;
    // What was found first is the evidence, and stays it. A try that had ended keeps its ending; what contradicts it is told.
    if !is_news && !attempt.state.is_final() {
        return Ok(());
    }
    let order = order::get(tx, attempt.order_id).await?;
    let line = audit::Line {
        site: Some(order.site_id),
        actor: attempt.processor.clone(),
        action: "attempt.needs_person",
        subject: order.id.0,
        after: Some(detail),
        ..audit::Line::default()
    };
    let now = app.clock.now();
    audit::write(tx, app.clock.id(), &line, now).await?;
    let site = site::get(tx, order.site_id).await?;
    if let Some(recipient) = site.support_email {
        let (id, kind, about) = (app.clock.id(), "payment_needs_person", attempt.id.0);
        let alarm = NewMessage { id, site_id: order.site_id, order_id: order.id, kind, about, recipient, lang: site.lang };
        message::ensure(tx, &alarm, now).await?;
    }
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
            OrderState::Paying { .. } if !attempt.state.is_final() => {
                // What was last in doubt is the evidence that the person decides by.
                let doubt = attempt.detail.as_deref().map(|doubt| format!(": {doubt}")).unwrap_or_default();
                ask_person(tx, app, &attempt, &format!("not settled after two hours{doubt}")).await
            }
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
