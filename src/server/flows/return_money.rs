//! Money that came twice or too late goes back by itself: prepared (committed) → asked → done, under one key for ever.

use crate::domain::{ids::PaymentId, ledger::unwanted_returned};
use crate::server::{
    failure::{Failure, Fault},
    payments::{ask::ProcessorRef, processor::Outcome},
    state::App,
    store::{attempt, ledger, order, payment, processor_config, refund},
};
use crate::{read_tx, write_tx};

use super::{orders, pay::key_of, processors};

/// Marks, in a refund's detail, the round of keys it has come to.
const NEW_KEY: &str = "new key ";

/// Returns the whole of a payment that no order wants. Safe to repeat until it answers `true`: settled.
///
/// # Errors
/// A fault when the database fails.
pub async fn return_money(app: &App, id: PaymentId) -> Result<bool, Failure> {
    let refund_key = format!("unwanted:{id}");
    let payment = read_tx!(app.db, |tx| -> Result<payment::Payment, Failure> { Ok(payment::get(tx, id).await?) })?;
    if payment.amount.is_zero() {
        return Ok(true);
    }
    let (attempt, config, refund) = write_tx!(app.db, |tx| -> Result<_, Failure> {
        let attempt = attempt::get(tx, payment.attempt_id).await?;
        let config = attempt.config.ok_or_else(|| Failure::corrupt(format!("payment {id} has no processor")))?;
        let config = processor_config::get(tx, config).await?;
        refund::ensure(tx, app.clock.id(), id, &refund_key, payment.amount, "unwanted", app.clock.now()).await?;
        Ok((attempt, config, refund::get_by_key(tx, &refund_key).await?))
    })?;
    let (refund_id, state, last_words) = refund;
    if state == "done" || state == "failed" {
        return Ok(true);
    }
    let (_, client) = processors::client(app, &config)?;
    let of = ProcessorRef::parse(&payment.reference).ok_or_else(|| Failure::corrupt("payment reference"))?;
    // A processor that provably did nothing answers an old key with the old "no": only then is a new key safe, and needed.
    let round = last_words.as_deref().and_then(|words| words.strip_prefix(NEW_KEY)).and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
    let key = key_of(attempt.id)?.step(&format!("return unwanted {round}"));
    let (state, reference, detail) = match client.refund(&key, &of, payment.amount).await {
        Outcome::Done(refunded) => ("done", Some(refunded.reference.as_str().to_owned()), None),
        Outcome::Declined(decline) => ("failed", None, Some(decline.code)),
        Outcome::NotSent(fault) if fault.needs_new_key() => ("unknown", None, Some(format!("{NEW_KEY}{}", round + 1))),
        // Not even sent: what was said last still holds for the key.
        Outcome::NotSent(_) => ("unknown", None, last_words),
        // In doubt, the same key is asked again: it cannot return the money twice.
        Outcome::NeedsCustomer(_) | Outcome::Unknown(_) => ("unknown", None, last_words),
    };
    write_tx!(app.db, |tx| -> Result<(), Failure> {
        let now = app.clock.now();
        if !refund::settle(tx, refund_id, state, reference.clone(), detail.clone(), now).await? || state != "done" {
            return Ok(());
        }
        let order = order::get(tx, payment.order_id).await?;
        let posting = unwanted_returned(payment.amount).ok_or_else(|| Failure::Fault(Fault::Other("a return does not balance".into())))?;
        let head = ledger::Head {
            id: app.clock.id(),
            site_id: order.site_id,
            order_id: order.id,
            payment_id: None,
            refund_id: Some(refund_id),
            kind: "unwanted_returned",
            mode: order.mode.clone(),
            now,
        };
        ledger::post(tx, &head, &posting).await?;
        orders::queue_message(tx, app, &order, "money_returned").await
    })?;
    Ok(state != "unknown")
}
