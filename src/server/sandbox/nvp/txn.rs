//! A transaction in the simulators' books, and the books as reports have them.

use serde::{Deserialize, Serialize};

use crate::domain::{money::Money, time::Timestamp};
use crate::server::clock::Clock;

use super::super::{
    Inner,
    ledger::{Entry, Kind},
    objects::Objects,
};

/// What transactions are kept as.
pub const TXN: &str = "txn";
/// An authorisation lives 29 days.
const HOLD_SECONDS: i64 = 29 * 86_400;

/// What a transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Takes money.
    Sell,
    /// Sets money aside.
    Hold,
    /// Takes money set aside.
    Capture,
    /// Gives money back.
    Refund,
}

/// Who paid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    /// `PAYERID`.
    pub payer: String,
    /// `EMAIL`.
    pub email: String,
    /// `FIRSTNAME`.
    pub first: String,
    /// `LASTNAME`.
    pub last: String,
    /// `COUNTRYCODE`.
    pub country: String,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Txn {
    /// `TRANSACTIONID`.
    pub id: String,
    /// `USER` of the merchant.
    pub account: String,
    /// What it does.
    pub does: Does,
    /// How much.
    pub amount: Money,
    /// Of a hold, what was captured; else what was given back. Smallest units.
    pub used_minor: i64,
    /// `PAYMENTSTATUS`.
    pub status: String,
    /// `PENDINGREASON`.
    pub reason: String,
    /// `PAYMENTTYPE`.
    pub payment_type: String,
    /// `INVNUM`.
    pub invoice: String,
    /// `CUSTOM`.
    pub custom: String,
    /// What it is for.
    pub subject: String,
    /// The merchant's reference of the attempt.
    pub our_ref: String,
    /// Where notices go; empty means where the account says.
    pub notify_url: String,
    /// The transaction it acts on.
    pub parent: Option<String>,
    /// Who paid.
    pub buyer: Buyer,
    /// Of the card.
    pub last4: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Txn {
    /// The state at `now`: holds lapse.
    pub fn status_at(&self, now: Timestamp) -> &str {
        let lapsed = self.does == Does::Hold && self.status == "Pending" && self.at.seconds_until(now) > HOLD_SECONDS;
        if lapsed { "Expired" } else { &self.status }
    }

    /// The status as told: of a payment given back in part, or in all, that too.
    pub fn told_status(&self, now: Timestamp) -> String {
        let taken = matches!(self.does, Does::Sell | Does::Capture) && self.status == "Completed";
        match (taken, self.used_minor) {
            (true, used) if used >= self.amount.minor() => "Refunded".to_owned(),
            (true, 1..) => "Partially-Refunded".to_owned(),
            (true | false, _) => self.status_at(now).to_owned(),
        }
    }

    /// `L_TYPEn`.
    pub const fn listed_type(&self) -> &'static str {
        match self.does {
            Does::Sell | Does::Capture => "Payment",
            Does::Hold => "Authorization",
            Does::Refund => "Refund",
        }
    }

    fn word(&self) -> &'static str {
        match (self.status.as_str(), self.does) {
            ("Completed", Does::Sell | Does::Capture) => "captured",
            ("Completed", Does::Refund) => "refunded",
            ("Completed", Does::Hold) => "captured_elsewhere",
            ("Voided", _) => "voided",
            ("Pending", Does::Hold) => "authorised",
            ("Pending", Does::Sell | Does::Capture | Does::Refund) => "in_review",
            _ => "declined",
        }
    }
}

/// A number of 17 letters and digits.
pub fn new_id(clock: &Clock) -> String {
    clock.short_code(17)
}

/// A transaction of an account.
pub(in crate::server::sandbox) fn find(inner: &Inner, of: &str, account: &str, id: &str) -> Option<Txn> {
    inner.objects.get::<Txn>(of, TXN, id).filter(|txn| txn.account == account)
}

/// Writes one down.
pub(in crate::server::sandbox) fn keep(inner: &mut Inner, of: &str, txn: &Txn) {
    inner.put(of, TXN, &txn.id, txn);
}

/// The books of the simulator `of`.
pub fn entries(objects: &Objects, of: &str) -> Vec<Entry> {
    let entry = |txn: Txn| Entry {
        processor: of.to_owned(),
        state: txn.word().to_owned(),
        vendor: txn.account,
        our_ref: txn.our_ref,
        invnum: txn.invoice,
        pnref: txn.id,
        orig: txn.parent,
        kind: match txn.does {
            Does::Sell => Kind::Sale,
            Does::Hold => Kind::Authorisation,
            Does::Capture => Kind::Capture,
            Does::Refund => Kind::Refund,
        },
        amount_minor: txn.amount.minor(),
        currency: txn.amount.currency(),
        result: 0,
        last4: txn.last4,
        at: txn.at,
    };
    objects.all::<Txn>(of, TXN).into_iter().map(entry).collect()
}
