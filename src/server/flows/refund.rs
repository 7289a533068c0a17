//! Money that goes back, for every reason: *intend* (committed, with its key, its amount and the job that watches it) → *act* (no
//! transaction open) → *record*. [`run`] acts and records; here it is decided that money goes back, and a person says how it ended
//! where no processor does.

mod record;
mod run;

use crate::domain::{
    form::{FieldErrors, Problem, Refusal},
    ids::{OrderId, PaymentId, RefundId},
    money::{Currency, Money},
    refund::{RefundReason, RefundState},
    role::Action,
    text::parse_line,
};
use crate::server::{
    ctx::Ctx,
    failure::Failure,
    jobs,
    state::App,
    store::{
        db::Tx,
        job, order,
        payment::{self, Payment},
        refund::{self, NewRefund, Refund},
        report,
    },
};
use crate::{read_tx, write_tx};

use super::{
    settings::trail,
    two_persons::{self, Agreed, Word},
};

pub(super) use run::key_for;
pub use run::{Why, check_now, run};

/// Longest words about a refund.
const NOTE_MAX: usize = 200;
/// Longest reference that a person types, as of payments.
const REFERENCE_MAX: usize = 64;
/// Seconds after a person asked until a worker takes over, should this process die meanwhile.
const WATCH_AFTER_SECONDS: i64 = 60;

/// What an administrator asks for, as typed.
#[derive(Clone, Debug, Default)]
pub struct RefundForm {
    /// The form's key: the same key is the same refund.
    pub key: String,
    /// Which payment; empty means the one that paid the order.
    pub payment: String,
    /// How much.
    pub amount: String,
    /// A reason's code.
    pub reason: String,
    /// The reason in words.
    pub note: String,
    /// What was left when the form was made, in smallest units; empty when nobody looked.
    pub left: String,
    /// The amount that the pressed button named; empty when no button did.
    pub confirmed: String,
}

/// A form that passed its checks.
struct Asked {
    key: String,
    amount: Money,
    reason: RefundReason,
    note: String,
}

/// Gives an order's money back, all of it or a part. The same key again answers the first refund and moves nothing.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`, also for another site's order; problems of `amount`, `reason`, `note`, `refund_key`
/// (422); `NothingToRefund`, `KeyReused`, `Stale` when something else was left when the form was made (409).
pub async fn ask(ctx: &Ctx, id: OrderId, form: &RefundForm) -> Result<RefundId, Failure> {
    let person = ctx.require(Action::Administer)?.id;
    let (refund, is_new) = write_tx!(ctx.app.db, |tx| -> Result<(Refund, bool), Failure> {
        if !report::has_order(tx, ctx.site().id, id).await? {
            return Err(Failure::NotFound);
        }
        let payment = chosen(tx, id, &form.payment).await?;
        let asked = read(form, id, &payment)?;
        if let Some(before) = refund::find_by_key(tx, &asked.key).await? {
            let is_same = before.payment_id == payment.id && before.amount == asked.amount && before.reason == asked.reason;
            return if is_same { Ok((before, false)) } else { Err(Refusal::KeyReused.into()) };
        }
        let left = left_of(tx, &payment).await?;
        check_left(form, &asked, left)?;
        let (now, id) = (ctx.app.clock.now(), ctx.app.clock.id::<RefundId>());
        let new = NewRefund {
            id,
            payment_id: payment.id,
            key: asked.key.clone(),
            amount: asked.amount,
            reason: asked.reason,
            note: asked.note.clone(),
            asked_by: Some(person),
            now,
        };
        intend(tx, &ctx.app, &payment, &new, WATCH_AFTER_SECONDS).await?;
        let words = format!("{} {}", asked.amount.plain(), asked.reason.code());
        trail(tx, ctx, "refund.asked", payment.order_id.0, None, Some(words)).await?;
        Ok((refund::get(tx, id).await?, true))
    })?;
    if is_new {
        // The call and its record outlive the request.
        let (app, id) = (ctx.app.clone(), refund.id);
        let task = tokio::spawn(async move { run(&app, id, Why::Asked).await });
        if let Ok(ended) = task.await {
            ended?;
        }
    }
    Ok(refund.id)
}

/// The payment that a form names, or the one that paid the order.
async fn chosen(tx: &mut Tx, order: OrderId, named: &str) -> Result<Payment, Failure> {
    let payments = payment::of_order(tx, order).await?;
    let wanted = order::get(tx, order).await?.payment;
    let found = match named {
        "" => payments.into_iter().find(|payment| Some(payment.id) == wanted),
        named => {
            let id: PaymentId = named.parse().map_err(|_| Failure::NotFound)?;
            payments.into_iter().find(|payment| payment.id == id)
        }
    };
    found.filter(|payment| !payment.amount.is_zero()).ok_or_else(|| Refusal::NothingToRefund.into())
}

fn read(form: &RefundForm, order: OrderId, payment: &Payment) -> Result<Asked, Failure> {
    let mut problems = FieldErrors::default();
    let currency = payment.amount.currency();
    let amount = problems.keep("amount", read_amount(&form.amount, currency));
    let confirmed = Some(form.confirmed.as_str()).filter(|text| !text.is_empty());
    if let (Some(amount), Some(confirmed)) = (amount, confirmed)
        && read_amount(confirmed, currency) != Ok(amount)
    {
        problems.push("amount", Problem::ConfirmAmount { amount });
    }
    let reason = RefundReason::CHOICES.into_iter().find(|reason| reason.code() == form.reason);
    let reason = problems.keep("reason", reason.ok_or(Problem::NotAChoice));
    let note = if form.note.trim().is_empty() {
        if reason == Some(RefundReason::Other) { Err(Problem::Required) } else { Ok(String::new()) }
    } else {
        parse_line(&form.note, NOTE_MAX)
    };
    let note = problems.keep("note", note);
    let is_key = (8..=64).contains(&form.key.len()) && form.key.bytes().all(|b| b.is_ascii_graphic());
    let key = problems.keep("refund_key", if is_key { Ok(format!("{order}:{}", form.key)) } else { Err(Problem::Required) });
    let asked = key.zip(amount).zip(reason).zip(note).map(|(((key, amount), reason), note)| Asked { key, amount, reason, note });
    problems.finish(asked).map_err(Failure::Fields)
}

/// Reads an amount above zero.
fn read_amount(text: &str, currency: Currency) -> Result<Money, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Required);
    }
    let amount = Money::parse(text, currency).map_err(Problem::from_money)?;
    if amount.is_negative() {
        return Err(Problem::Negative);
    }
    if amount.is_zero() { Err(Problem::Zero) } else { Ok(amount) }
}

fn check_left(form: &RefundForm, asked: &Asked, left: Money) -> Result<(), Failure> {
    if left.is_zero() {
        return Err(Refusal::NothingToRefund.into());
    }
    if !form.left.is_empty() && form.left != left.minor().to_string() {
        return Err(Refusal::Stale.into());
    }
    if left.minus(asked.amount)?.is_negative() {
        return Err(Failure::field("amount", Problem::AboveMaximum { max: left }));
    }
    Ok(())
}

/// What of a payment is neither returned nor on its way back.
///
/// # Errors
/// A fault when the database fails.
pub async fn left_of(tx: &mut Tx, payment: &Payment) -> Result<Money, Failure> {
    let claimed = Money::from_minor(refund::claimed(tx, payment.id).await?, payment.amount.currency());
    Ok(payment.amount.minus(claimed)?)
}

/// Writes a refund down with the job that watches it, if that much is left. The order's version moves with it: of two that read the
/// same, one loses and reads again.
async fn intend(tx: &mut Tx, app: &App, payment: &Payment, new: &NewRefund, watch_after_seconds: i64) -> Result<(), Failure> {
    let left = left_of(tx, payment).await?;
    if left.minus(new.amount)?.is_negative() {
        return Err(Refusal::Stale.into());
    }
    let order = order::get(tx, payment.order_id).await?;
    if !order::touch(tx, &order, new.now).await? {
        return Err(Refusal::Stale.into());
    }
    refund::insert(tx, new).await?;
    let due = new.now.plus_seconds(watch_after_seconds);
    job::ensure(tx, app.clock.id(), jobs::REFUND, new.id.0, &format!("refund:{}", new.id), due, new.now).await?;
    Ok(())
}

/// Returns the whole of a payment that no order wants: written down here, done by the job that is written with it. Safe to repeat.
///
/// # Errors
/// A fault when the database fails.
pub async fn return_unwanted(app: &App, id: PaymentId) -> Result<(), Failure> {
    let key = format!("unwanted:{id}");
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        let payment = payment::get(tx, id).await?;
        let left = left_of(tx, &payment).await?;
        if left.is_zero() || refund::find_by_key(tx, &key).await?.is_some() {
            return Ok(());
        }
        let new = NewRefund {
            id: app.clock.id(),
            payment_id: id,
            key: key.clone(),
            amount: left,
            reason: RefundReason::Unwanted,
            note: String::new(),
            asked_by: None,
            now: app.clock.now(),
        };
        intend(tx, app, &payment, &new, 0).await
    })
}

/// The money of a refund that nobody could settle was returned, says a person: `reference` is the processor's or the bank's. Of a
/// large amount a second person must say so too.
///
/// # Errors
/// `SignInRequired`, `NotAllowed` (403); `NotFound`; a problem of `reference-{id}`; `PaymentInProgress` while its processor may still
/// say so itself, `SecondPersonNeeded` (409).
pub async fn mark_returned(ctx: &Ctx, id: RefundId, reference: &str) -> Result<(), Failure> {
    let problem = |problem| Failure::field(&format!("reference-{id}"), problem);
    ctx.require(Action::Administer)?;
    let typed = parse_line(reference, REFERENCE_MAX).map_err(problem)?;
    say(ctx, id, &Word::moved(typed)).await
}

/// The money of a refund that nobody could settle was not returned, says a person: its amount can be refunded again.
///
/// # Errors
/// As [`mark_returned`].
pub async fn mark_not_returned(ctx: &Ctx, id: RefundId) -> Result<(), Failure> {
    ctx.require(Action::Administer)?;
    say(ctx, id, &Word::not_moved()).await
}

async fn say(ctx: &Ctx, id: RefundId, word: &Word) -> Result<(), Failure> {
    write_tx!(ctx.app.db, |tx| -> Result<(), Failure> {
        let order = refund::find_order(tx, ctx.site().id, id).await?.ok_or(Failure::NotFound)?;
        let refund = refund::get(tx, id).await?;
        if refund.state != RefundState::NeedsPerson {
            return Err(Refusal::PaymentInProgress.into());
        }
        match two_persons::agree(tx, ctx, order, id.0, refund.amount, word).await? {
            Agreed::Now => said(tx, ctx, order, &refund, word).await,
            Agreed::Later => Ok(()),
        }
    })
}

/// Writes down what people said of a refund.
pub(super) async fn said(tx: &mut Tx, ctx: &Ctx, order: OrderId, refund: &Refund, word: &Word) -> Result<(), Failure> {
    if refund.state != RefundState::NeedsPerson {
        return Err(Refusal::Stale.into());
    }
    let action = if word.moved { "refund.marked_returned" } else { "refund.marked_not_returned" };
    let words = format!("{} {}", refund.amount.plain(), word.reference);
    trail(tx, ctx, action, order.0, Some(refund.state.code().to_owned()), Some(words.trim().to_owned())).await?;
    let finding = if word.moved {
        record::Finding::Done { reference: word.reference.clone() }
    } else {
        record::Finding::Failed { class: None, code: "a person found no refund".to_owned() }
    };
    record::settle(tx, &ctx.app, refund, &finding).await
}

/// Refunds of an attempt's money that their processor may say something about: a notice about it is a hint to look.
///
/// # Errors
/// A fault when the database fails.
pub async fn look_again(app: &App, attempt: crate::domain::ids::AttemptId) -> Result<(), Failure> {
    let open = read_tx!(app.db, |tx| -> Result<_, Failure> { Ok(refund::open_of_attempt(tx, attempt).await?) })?;
    for id in open {
        run(app, id, Why::Asked).await?;
    }
    Ok(())
}
