//! Scripted trouble: what to do wrong, how often, and to whom.

use serde::{Deserialize, Serialize};

/// A way to go wrong. "Booked" means that the simulator's ledger has it whatever the answer was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FaultKind {
    /// Not booked, and no answer until the connection is dropped.
    TimeoutBefore,
    /// Booked, and no answer until the connection is dropped.
    TimeoutAfter,
    /// Not booked; the connection is dropped at once.
    ResetBefore,
    /// Booked; the connection is dropped at once.
    ResetAfter,
    /// Not booked; 500, and 500 again to every repetition of that request id.
    #[serde(rename = "status_500")]
    Status500,
    /// Not booked; 200 with a page.
    Html,
    /// Booked; the answer is cut after `keep` bytes (default: half), its length fitting.
    Truncated {
        /// How many bytes are sent.
        #[serde(default)]
        keep: Option<usize>,
    },
    /// Booked; the connection breaks in the middle of the answer.
    Broken,
    /// Booked; the answer is two million bytes long.
    Huge,
    /// Booked; answered 104, now and when repeated.
    #[serde(rename = "answer_104_after")]
    Answer104After,
    /// Booked as asked; the answer names one smallest unit less.
    WrongAmount,
    /// Booked as asked; the answer names another currency.
    WrongCurrency,
    /// Booked; the answer comes late.
    Slow {
        /// By how much.
        ms: u64,
    },
    /// Not booked; refused with this code of the protocol's own.
    Refuse {
        /// The code: `10486`, `card_declined/insufficient_funds`, `INSTRUMENT_DECLINED`.
        code: String,
    },
    /// Accepted and not settled: a person, a bank or `POST /control/{simulator}/settle` decides later.
    Pending,
    /// Of a notice: it comes twice.
    Twice,
    /// Of a notice: it never comes.
    Never,
    /// Of a notice: its signature, or its sender, is wrong.
    Forged,
    /// This result. 112 and 114 leave a hold.
    Decline {
        /// The result.
        result: i32,
    },
}

/// A scripted fault. Criteria that are absent fit everything, except that inquiries are only hit when `trxtype` says `I`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many requests it hits.
    #[serde(default = "once")]
    pub times: u32,
    /// Only cards ending in this.
    #[serde(default)]
    pub last4: Option<String>,
    /// Only this attempt.
    #[serde(default)]
    pub custref: Option<String>,
    /// Only this amount, as it travels: `25.00`.
    #[serde(default)]
    pub amount: Option<String>,
    /// Only this operation: Payflow's `S`, `A`, `D`, `C`, `V` or `I`, `token` (making one), `link` (the browser's post), or another simulator's own name for it
    /// (`orders.capture`, `stripe.refund`, `express.do`, `notice`).
    #[serde(default)]
    pub trxtype: Option<String>,
}

const fn once() -> u32 {
    1
}

impl Fault {
    /// `kind`, `times` times, whoever comes.
    pub fn new(kind: FaultKind, times: u32) -> Self {
        Self { kind, times, last4: None, custref: None, amount: None, trxtype: None }
    }

    /// Only for this transaction type.
    #[must_use]
    pub fn on(self, trxtype: &str) -> Self {
        Self { trxtype: Some(trxtype.to_owned()), ..self }
    }

    fn fits(&self, seen: &Seen<'_>) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
        let typed = if self.trxtype.is_some() { same(&self.trxtype, seen.trxtype) } else { seen.trxtype != "I" };
        self.times > 0 && typed && same(&self.last4, seen.last4) && same(&self.custref, seen.custref) && same(&self.amount, seen.amount)
    }
}

/// What of a request a fault may look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen<'a> {
    /// `TRXTYPE`.
    pub trxtype: &'a str,
    /// The last four digits of `ACCT`.
    pub last4: &'a str,
    /// `CUSTREF`.
    pub custref: &'a str,
    /// `AMT`.
    pub amount: &'a str,
}

/// The scripted faults, in the order they were given.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Scripts one more.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// The first that fits, used up by one.
    pub fn take(&mut self, seen: &Seen<'_>) -> Option<FaultKind> {
        let fault = self.0.iter_mut().find(|fault| fault.fits(seen))?;
        fault.times -= 1;
        let kind = fault.kind.clone();
        self.0.retain(|fault| fault.times > 0);
        Some(kind)
    }

    /// Those not used up.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_hits_whom_it_names_and_as_often_as_it_says() {
        let mut faults = Faults::default();
        let fault: Fault = serde_json::from_str(r#"{"kind":"slow","ms":5,"times":2,"last4":"1111"}"#).expect("readable");
        faults.add(fault);
        let visa = Seen { trxtype: "S", last4: "1111", ..Seen::default() };
        assert_eq!(faults.take(&Seen { last4: "4444", ..visa }), None);
        assert_eq!(faults.take(&Seen { trxtype: "I", ..visa }), None);
        assert_eq!(faults.take(&visa), Some(FaultKind::Slow { ms: 5 }));
        assert_eq!(faults.take(&visa), Some(FaultKind::Slow { ms: 5 }));
        assert_eq!(faults.take(&visa), None);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn the_documented_spellings_are_read() {
        for kind in [
            "timeout_before",
            "timeout_after",
            "reset_before",
            "reset_after",
            "status_500",
            "status500",
            "html",
            "truncated",
            "broken",
            "huge",
            "answer_104_after",
            "wrong_amount",
            "wrong_currency",
        ] {
            let read = serde_json::from_str::<Fault>(&format!(r#"{{"kind":"{kind}"}}"#));
            assert_eq!(read.is_ok(), kind != "status500", "{kind}");
        }
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"decline","result":50}"#).is_ok_and(|f| f.times == 1));
    }
}
