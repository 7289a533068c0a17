//! The simulator's money for `lectern verify`: one entry per capture and refund.

use crate::domain::{
    money::{Currency, Money},
    time::Timestamp,
};

use super::super::ledger::{Entry, Kind};
use super::super::objects::Objects;
use super::state::{Intent, Kept as _, OF, Refund, decimals};

/// What travelled, in the domain's smallest units. `None` for a currency that nobody here can price in.
fn money(amount: i64, currency: &str) -> Option<Money> {
    let known: Currency = currency.to_ascii_uppercase().parse().ok()?;
    let scaled = amount.checked_mul(10_i64.checked_pow(known.exponent())?)? / 10_i64.checked_pow(decimals(currency))?;
    Some(Money::from_minor(scaled, known))
}

fn taken(intent: &Intent) -> Option<Entry> {
    let charge = intent.charge.as_ref().filter(|charge| charge.captured > 0)?;
    let amount = money(charge.captured, &intent.currency)?;
    let named = |name: &str| intent.metadata.get(name).cloned().unwrap_or_default();
    Some(Entry {
        processor: OF.to_owned(),
        vendor: intent.account.clone(),
        our_ref: named("attempt_ref"),
        invnum: named("invoice"),
        pnref: intent.id.clone(),
        orig: None,
        kind: if intent.capture_method == "manual" { Kind::Capture } else { Kind::Sale },
        amount_minor: amount.minor(),
        currency: amount.currency(),
        state: "captured".to_owned(),
        result: 0,
        last4: Some(charge.card.last4.clone()),
        at: Timestamp::from_seconds(intent.created),
    })
}

fn returned(refund: &Refund) -> Option<Entry> {
    let amount = money(refund.amount, &refund.currency)?;
    let state = match refund.status.as_str() {
        "succeeded" => "refunded",
        "pending" => "in_review",
        _ => "declined",
    };
    Some(Entry {
        processor: OF.to_owned(),
        vendor: refund.account.clone(),
        our_ref: refund.metadata.get("refund_ref").cloned().unwrap_or_default(),
        invnum: String::new(),
        pnref: refund.id.clone(),
        orig: Some(refund.intent.clone()),
        kind: Kind::Refund,
        amount_minor: amount.minor(),
        currency: amount.currency(),
        state: state.to_owned(),
        result: 0,
        last4: None,
        at: Timestamp::from_seconds(refund.created),
    })
}

/// One entry per capture and refund, oldest first.
pub fn entries(objects: &Objects) -> Vec<Entry> {
    let taken_all = objects.all::<Intent>(OF, Intent::KIND).into_iter().filter_map(|intent| taken(&intent));
    let returned_all = objects.all::<Refund>(OF, Refund::KIND).into_iter().filter_map(|refund| returned(&refund));
    taken_all.chain(returned_all).collect()
}
