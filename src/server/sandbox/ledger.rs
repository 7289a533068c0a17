//! The simulator's own books: every transaction, what it did to the money, and the answers already given.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::domain::{
    card::Brand,
    money::{Currency, Money},
    time::Timestamp,
};

/// What a transaction was meant to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `S`.
    Sale,
    /// `A`.
    Authorisation,
    /// `D`.
    Capture,
    /// `C`.
    Refund,
    /// `V`.
    Void,
}

/// What may be kept of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardMark {
    /// The scheme.
    pub brand: Option<Brand>,
    /// The last four digits.
    pub last4: String,
}

/// One transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Txn {
    /// The simulator's reference.
    pub pnref: String,
    /// The merchant.
    pub vendor: String,
    /// What it was meant to do.
    pub kind: Kind,
    /// The merchant's reference of the attempt; may be empty.
    pub custref: String,
    /// The merchant's invoice number; may be empty.
    pub invnum: String,
    /// The amount booked, or asked for when it was refused.
    pub amount: Money,
    /// The result the transaction has now (`ORIGRESULT`).
    pub result: i32,
    /// Its text.
    pub message: String,
    /// The issuer's code, when approved.
    pub authcode: Option<String>,
    /// `TRANSSTATE` (payflow-pro.md §5.2).
    pub state: i32,
    /// The transaction it acts on.
    pub orig: Option<String>,
    /// Of an authorisation, what was captured of it; of a sale or capture, what was refunded: smallest units.
    pub used_minor: i64,
    /// The card.
    pub card: Option<CardMark>,
    /// Address, zip and code checks, a letter each: `YYX`.
    pub checks: String,
    /// When.
    pub at: Timestamp,
}

impl Txn {
    /// What became of it, in a word.
    pub fn word(&self) -> &'static str {
        if self.state >= 1000 {
            return "voided";
        }
        match (self.kind, self.result, self.state % 100) {
            (Kind::Void, 0, _) => "done",
            (_, 126, _) => "in_review",
            (_, 0, 0) => "verified",
            (Kind::Authorisation, 0, 3) => "authorised",
            (Kind::Authorisation, 0, 9) => "captured_elsewhere",
            (Kind::Sale | Kind::Authorisation, 112 | 114, 3) => "stray_hold",
            (Kind::Sale | Kind::Capture, 0, 6..=8) => "captured",
            (Kind::Refund, 0, 6..=8) => "refunded",
            (Kind::Sale | Kind::Capture | Kind::Refund | Kind::Authorisation | Kind::Void, _, _) => "declined",
        }
    }

    /// Counts as money taken (positive) or given back (negative), in smallest units.
    fn effect_minor(&self) -> i64 {
        match (self.kind, self.word()) {
            (Kind::Sale | Kind::Capture, "captured") => self.amount.minor(),
            (Kind::Refund, "refunded") => -self.amount.minor(),
            (Kind::Sale | Kind::Capture | Kind::Refund | Kind::Authorisation | Kind::Void, _) => 0,
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// A new transaction.
    Booked {
        /// It.
        txn: Txn,
    },
    /// A transaction changed.
    Changed {
        /// Which.
        pnref: String,
        /// Its result now.
        result: i32,
        /// Its `TRANSSTATE` now.
        state: i32,
        /// What is captured or refunded of it now.
        used_minor: i64,
    },
    /// An answer was given; repetitions get it again.
    Answered {
        /// The merchant.
        vendor: String,
        /// `X-VPS-REQUEST-ID`.
        request_id: String,
        /// The answer.
        answer: Stored,
    },
    /// A simulator's object is new, or changed: see [`super::objects`].
    Put {
        /// Which simulator.
        of: String,
        /// What kind of object.
        kind: String,
        /// Its id.
        id: String,
        /// All of it.
        body: serde_json::Value,
    },
    /// An order id was used.
    Ordered {
        /// The merchant.
        vendor: String,
        /// `ORDERID`.
        order_id: String,
        /// The answer.
        body: String,
    },
}

/// An answer that repetitions get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stored {
    /// This body, with `DUPLICATE=1` added.
    Body(String),
    /// 500.
    Status500,
}

/// The books.
#[derive(Default)]
pub struct Ledger {
    txns: Vec<Txn>,
    by_pnref: HashMap<String, usize>,
    /// The most recent of each (payflow-pro.md §6.6).
    by_custref: HashMap<(String, String), usize>,
    answers: HashMap<(String, String), Stored>,
    orders: HashMap<(String, String), String>,
}

impl Ledger {
    /// Takes an event in.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Booked { txn } => {
                let at = self.txns.len();
                self.by_pnref.insert(txn.pnref.clone(), at);
                if !txn.custref.is_empty() {
                    self.by_custref.insert((txn.vendor.clone(), txn.custref.clone()), at);
                }
                self.txns.push(txn);
            }
            Event::Changed { pnref, result, state, used_minor } => {
                if let Some(txn) = self.by_pnref.get(&pnref).and_then(|at| self.txns.get_mut(*at)) {
                    (txn.result, txn.state, txn.used_minor) = (result, state, used_minor);
                }
            }
            Event::Answered { vendor, request_id, answer } => {
                self.answers.insert((vendor, request_id), answer);
            }
            // Kept by `Inner::record`, beside these books.
            Event::Put { .. } => {}
            Event::Ordered { vendor, order_id, body } => {
                self.orders.insert((vendor, order_id), body);
            }
        }
    }

    /// A merchant's transaction by the simulator's reference.
    pub fn find(&self, vendor: &str, pnref: &str) -> Option<&Txn> {
        self.by_pnref.get(pnref).and_then(|at| self.txns.get(*at)).filter(|txn| txn.vendor == vendor)
    }

    /// A transaction of any merchant.
    pub fn find_any(&self, pnref: &str) -> Option<&Txn> {
        self.by_pnref.get(pnref).and_then(|at| self.txns.get(*at))
    }

    /// A merchant's most recent transaction with this reference of theirs.
    pub fn find_custref(&self, vendor: &str, custref: &str) -> Option<&Txn> {
        self.by_custref.get(&(vendor.to_owned(), custref.to_owned())).and_then(|at| self.txns.get(*at))
    }

    /// A merchant's paid transaction with this invoice number.
    pub fn paid_invoice(&self, vendor: &str, invnum: &str) -> Option<&Txn> {
        self.txns.iter().find(|t| t.vendor == vendor && t.invnum == invnum && t.effect_minor() > 0)
    }

    /// The answer given to a request id.
    pub fn answer(&self, vendor: &str, request_id: &str) -> Option<&Stored> {
        self.answers.get(&(vendor.to_owned(), request_id.to_owned()))
    }

    /// The answer given to an order id.
    pub fn order(&self, vendor: &str, order_id: &str) -> Option<&str> {
        self.orders.get(&(vendor.to_owned(), order_id.to_owned())).map(String::as_str)
    }

    /// Every transaction, oldest first.
    pub fn txns(&self) -> &[Txn] {
        &self.txns
    }

    /// The books as `lectern verify` compares them.
    pub fn report(&self) -> Report {
        let mut totals: BTreeMap<(String, &'static str), Total> = BTreeMap::new();
        for txn in &self.txns {
            let total = totals.entry((txn.vendor.clone(), txn.amount.currency().code())).or_insert_with(|| Total {
                vendor: txn.vendor.clone(),
                currency: txn.amount.currency(),
                captured_minor: 0,
                refunded_minor: 0,
            });
            let effect = txn.effect_minor();
            total.captured_minor += effect.max(0);
            total.refunded_minor += (-effect).max(0);
        }
        let entries = self.txns.iter().map(Entry::of).collect();
        Report { totals: totals.into_values().collect(), entries }
    }
}

/// What was taken and given back, per merchant and currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// The merchant.
    pub vendor: String,
    /// The currency.
    pub currency: Currency,
    /// Taken, in smallest units; refunds not taken off.
    pub captured_minor: i64,
    /// Given back, in smallest units.
    pub refunded_minor: i64,
}

/// One transaction as reports have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The simulator: the code of the processor's kind.
    pub processor: String,
    /// The merchant.
    pub vendor: String,
    /// `CUSTREF`: the merchant's reference of the attempt.
    pub our_ref: String,
    /// `INVNUM`.
    pub invnum: String,
    /// `PNREF`.
    pub pnref: String,
    /// `PNREF` of the transaction it acts on.
    pub orig: Option<String>,
    /// What it was meant to do.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Smallest units, always positive.
    pub amount_minor: i64,
    /// The currency.
    pub currency: Currency,
    /// `captured`, `refunded`, `voided`, `authorised`, `captured_elsewhere`, `in_review`, `stray_hold`, `verified`, `declined` or
    /// (of a void) `done`.
    pub state: String,
    /// Its result.
    pub result: i32,
    /// The card's last four digits.
    pub last4: Option<String>,
    /// Microseconds since 1970.
    pub at: Timestamp,
}

impl Entry {
    fn of(txn: &Txn) -> Self {
        Self {
            processor: "payflow".to_owned(),
            vendor: txn.vendor.clone(),
            our_ref: txn.custref.clone(),
            invnum: txn.invnum.clone(),
            pnref: txn.pnref.clone(),
            orig: txn.orig.clone(),
            kind: txn.kind,
            amount_minor: txn.amount.minor(),
            currency: txn.amount.currency(),
            state: txn.word().to_owned(),
            result: txn.result,
            last4: txn.card.as_ref().map(|card| card.last4.clone()),
            at: txn.at,
        }
    }
}

/// The simulator's view of the money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Sums.
    pub totals: Vec<Total>,
    /// Every transaction, oldest first.
    pub entries: Vec<Entry>,
}

impl Report {
    /// Joins another simulator's transactions, and counts them.
    pub fn add(&mut self, entries: Vec<Entry>) {
        for entry in &entries {
            let (captured, refunded) = match (entry.kind, entry.state.as_str()) {
                (Kind::Sale | Kind::Capture, "captured") => (entry.amount_minor, 0),
                (Kind::Refund, "refunded") => (0, entry.amount_minor),
                (Kind::Sale | Kind::Capture | Kind::Refund | Kind::Authorisation | Kind::Void, _) => (0, 0),
            };
            match self.totals.iter_mut().find(|total| total.vendor == entry.vendor && total.currency == entry.currency) {
                Some(total) => {
                    total.captured_minor += captured;
                    total.refunded_minor += refunded;
                }
                None => self.totals.push(Total {
                    vendor: entry.vendor.clone(),
                    currency: entry.currency,
                    captured_minor: captured,
                    refunded_minor: refunded,
                }),
            }
        }
        self.entries.extend(entries);
    }
}
