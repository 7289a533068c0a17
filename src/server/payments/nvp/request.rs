//! What the calls that follow a payment send (paypal-express-checkout.md §10; paypal-website-payments-pro-uk.md §9). Pure.

use crate::domain::money::Currency;

use super::super::ask::{AttemptRef, IdempotencyKey, ProcessorRef};
use super::codec::Fields;

/// `DoCapture`: the rest is released. The invoice number is our own reference, by which the capture can be found again.
pub fn capture(
    mut call: Fields,
    of: &ProcessorRef,
    amount: &str,
    currency: Currency,
    attempt: &AttemptRef,
    key: &IdempotencyKey,
) -> Fields {
    call.set("AUTHORIZATIONID", of.as_str());
    call.set("AMT", amount);
    call.set("CURRENCYCODE", currency.code());
    call.set("COMPLETETYPE", "Complete");
    call.set("INVNUM", attempt.as_str());
    call.set("MSGSUBID", key.as_str());
    call
}

/// `DoVoid`.
pub fn void(mut call: Fields, of: &ProcessorRef, key: &IdempotencyKey) -> Fields {
    call.set("AUTHORIZATIONID", of.as_str());
    call.set("MSGSUBID", key.as_str());
    call
}

/// `RefundTransaction` of a part.
pub fn refund(mut call: Fields, of: &ProcessorRef, amount: &str, currency: Currency, attempt: &AttemptRef, key: &IdempotencyKey) -> Fields {
    call.set("TRANSACTIONID", of.as_str());
    call.set("REFUNDTYPE", "Partial");
    call.set("AMT", amount);
    call.set("CURRENCYCODE", currency.code());
    call.set("INVOICEID", attempt.as_str());
    call.set("MSGSUBID", key.as_str());
    call
}
