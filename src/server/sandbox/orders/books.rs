//! The captures and refunds in the terms of the simulators' common ledger.

use crate::domain::money::{Currency, Money};

use super::super::{
    ledger::{Entry, Kind},
    objects::Objects,
};
use super::model::{self, Capture, Refund};
use super::{CAPTURE, REFUND, SIMULATOR};

/// The captures and refunds as reports have them. Currencies that Lectern does not price in are left out.
pub fn entries(objects: &Objects) -> Vec<Entry> {
    let captures = objects.all::<Capture>(SIMULATOR, CAPTURE).into_iter().filter_map(|capture| {
        let (state, result) = match capture.status.as_str() {
            "COMPLETED" => ("captured", 0),
            "PENDING" => ("in_review", 126),
            _ => ("declined", 12),
        };
        let amount = money(&capture.sum)?;
        Some(Entry {
            processor: SIMULATOR.to_owned(),
            vendor: capture.account,
            our_ref: capture.custom_id,
            invnum: capture.invoice_id,
            pnref: capture.id,
            orig: Some(capture.order),
            kind: Kind::Capture,
            amount_minor: amount.minor(),
            currency: amount.currency(),
            state: state.to_owned(),
            result,
            last4: None,
            at: capture.at,
        })
    });
    let refunds = objects.all::<Refund>(SIMULATOR, REFUND).into_iter().filter_map(|refund| {
        let (state, result) = match refund.status.as_str() {
            "COMPLETED" => ("refunded", 0),
            "PENDING" => ("in_review", 126),
            _ => ("declined", 12),
        };
        let amount = money(&refund.sum)?;
        Some(Entry {
            processor: SIMULATOR.to_owned(),
            vendor: refund.account,
            our_ref: refund.custom_id,
            invnum: refund.invoice_id,
            pnref: refund.id,
            orig: Some(refund.capture),
            kind: Kind::Refund,
            amount_minor: amount.minor(),
            currency: amount.currency(),
            state: state.to_owned(),
            result,
            last4: None,
            at: refund.at,
        })
    });
    captures.chain(refunds).collect()
}

/// In the product's own units: forints have cents there (paypal-rest.md §3).
fn money(sum: &model::Sum) -> Option<Money> {
    let currency: Currency = sum.currency.parse().ok()?;
    let carried = model::decimals(&sum.currency)?;
    let factor = 10_i64.checked_pow(currency.exponent().checked_sub(carried)?)?;
    Some(Money::from_minor(sum.units.checked_mul(factor)?, currency))
}
