//! What money that has come does to its order: pays it, pays it although the hold had ended, or is not taken and goes back.

use crate::domain::{
    order::{OrderEvent, OrderKind, OrderState, Unwanted},
    time::Timestamp,
};
use crate::server::{
    failure::Failure,
    store::{claim, db::Tx, order::Order, payment::Payment, quote, registration},
};

/// Whether the site takes the card that paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Card {
    /// It does, or there is none, or nobody knows its kind.
    Taken,
    /// It is of a kind that the site did not take when the payment was asked for.
    NotTaken,
}

/// The event that `payment` is to `order`. What an expired order gave back is claimed again here if nobody else has it, so the
/// event must be applied in the same transaction. A buyer whose money is not taken may pay again until `keep_until`.
///
/// # Errors
/// A fault when the database fails.
pub(super) async fn event_of(
    tx: &mut Tx,
    order: &Order,
    payment: &Payment,
    card: Card,
    now: Timestamp,
    keep_until: Timestamp,
) -> Result<OrderEvent, Failure> {
    let (attempt, id) = (payment.attempt_id, payment.id);
    if card == Card::NotTaken {
        return Ok(OrderEvent::PaidUnwanted { attempt, payment: id, why: Unwanted::CardKind, keep_until });
    }
    match order.state {
        // A try whose end was in doubt may have been asked for less, or more, than the order costs since.
        OrderState::Held { .. } | OrderState::Paying { .. } | OrderState::Expired { .. } if payment.amount != order.total => {
            return Ok(OrderEvent::PaidUnwanted { attempt, payment: id, why: Unwanted::OtherPrice, keep_until });
        }
        OrderState::Expired { .. } => {
            if order.kind == OrderKind::Fee && reseat(tx, order, now).await? {
                return Ok(OrderEvent::PaidReseated(id));
            }
        }
        OrderState::Held { .. }
        | OrderState::Paying { .. }
        | OrderState::Paid { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Refunded { .. } => {}
    }
    Ok(OrderEvent::Paid(attempt, id))
}

/// Claims the seat, the place and the use of the code again that an expired order gave back: all of them, or none.
async fn reseat(tx: &mut Tx, order: &Order, now: Timestamp) -> Result<bool, Failure> {
    let quote = quote::get(tx, order.id, order.quote_version).await?;
    // The same order as in a first claim: seats, place, code.
    let has_place = claim::reclaim_seats(tx, order.id, now).await? && registration::reclaim(tx, order.id).await?;
    let has_price = match quote.promo {
        // The price that was paid needs its code.
        Some((promo, _)) => has_place && claim::reclaim_promo_use(tx, order.id, promo).await?,
        None => has_place,
    };
    if !has_price {
        claim::release_all(tx, order.id).await?;
        registration::release(tx, order.id).await?;
    }
    Ok(has_price)
}
