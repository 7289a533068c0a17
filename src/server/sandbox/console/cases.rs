//! What a person can ask the next payment to do, and how it is scripted at each simulator (design.md §5).

use super::super::faults::{Fault, FaultKind};

/// A simulator of a processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Payflow Pro.
    Payflow,
    /// Express Checkout.
    Express,
    /// Website Payments Pro (UK).
    WppUk,
    /// Orders v2.
    Orders,
    /// Stripe Checkout.
    Stripe,
}

impl At {
    /// Every simulator, with its value in the form and its name.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Payflow, "payflow", "PayPal Payflow Pro"),
        (Self::Express, "express", "PayPal Express Checkout"),
        (Self::WppUk, "wpp_uk", "PayPal Website Payments Pro (UK)"),
        (Self::Orders, "orders", "PayPal Checkout (Orders v2)"),
        (Self::Stripe, "stripe", "Stripe Checkout"),
    ];

    /// Reads the form's value.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, n, _)| *n == name).map(|(at, _, _)| at)
    }

    /// The operation that takes the money.
    const fn takes(self) -> &'static str {
        match self {
            Self::Payflow => "S",
            Self::Express => "express.do",
            Self::WppUk => "wpp_uk.sale",
            Self::Orders => "orders.capture",
            Self::Stripe => "stripe.capture",
        }
    }

    /// The operation in which the bank decides.
    const fn decides(self) -> &'static str {
        match self {
            Self::Stripe => "stripe.pay",
            Self::Payflow | Self::Express | Self::WppUk | Self::Orders => self.takes(),
        }
    }

    /// The operation that gives money back, where it can stay pending.
    const fn refunds(self) -> Option<&'static str> {
        match self {
            Self::Payflow => None,
            Self::Express => Some("express.refund"),
            Self::WppUk => Some("wpp_uk.refund"),
            Self::Orders => Some("orders.refund"),
            Self::Stripe => Some("stripe.refund"),
        }
    }
}

/// Why a bank says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    /// Without a reason.
    Refused,
    /// Not enough money.
    Funds,
    /// The card's details are wrong.
    Details,
    /// A fraud check.
    Fraud,
    /// Nobody can say now.
    Later,
}

impl No {
    /// As the simulator's protocol says it; `None` where the protocol has no such no.
    fn at(self, at: At) -> Option<FaultKind> {
        let code = match (at, self) {
            (At::Payflow, Self::Refused) => return Some(FaultKind::Decline { result: 12 }),
            (At::Payflow, Self::Funds) => return Some(FaultKind::Decline { result: 50 }),
            (At::Payflow, Self::Details) => return Some(FaultKind::Decline { result: 24 }),
            (At::Payflow, Self::Fraud) => return Some(FaultKind::Decline { result: 125 }),
            (At::Payflow, Self::Later) => return Some(FaultKind::Decline { result: 102 }),
            (At::Express, Self::Refused) => "10417",
            (At::Express, Self::Funds) => "10486",
            (At::Express | At::WppUk, Self::Fraud) => "11611",
            (At::Express, Self::Later) => "10445",
            (At::WppUk, Self::Refused) => "15005",
            (At::WppUk, Self::Funds) => "15005/0051",
            (At::WppUk, Self::Details) => "10502",
            (At::WppUk, Self::Later) => "10764",
            (At::Orders, Self::Refused) => "TRANSACTION_REFUSED",
            (At::Orders, Self::Funds) => "INSTRUMENT_DECLINED",
            (At::Stripe, Self::Refused) => "card_declined/generic_decline",
            (At::Stripe, Self::Funds) => "card_declined/insufficient_funds",
            (At::Stripe, Self::Details) => "incorrect_cvc",
            (At::Stripe, Self::Later) => "processing_error",
            (At::Express, Self::Details) | (At::Orders, Self::Details | Self::Fraud | Self::Later) | (At::Stripe, Self::Fraud) => {
                return None;
            }
        };
        Some(FaultKind::Refuse { code: code.to_owned() })
    }
}

/// What is to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The bank says no.
    Decline(No),
    /// Something goes wrong with the request that takes the money, or its answer.
    Take(FaultKind),
    /// It is accepted, and settled or refused later.
    Pending,
    /// Something goes wrong with the next notice.
    Notice(FaultKind),
    /// The next refund is accepted, and settled or refused later.
    RefundPending,
}

/// A group of cases, as the form lists them.
pub type Group = (&'static str, &'static [(&'static str, &'static str, What)]);

/// Every case: value in the form, words, what is scripted.
pub const GROUPS: &[Group] = &[
    (
        "The bank says no",
        &[
            ("decline_refused", "Declined, without a reason", What::Decline(No::Refused)),
            ("decline_funds", "Declined: not enough money", What::Decline(No::Funds)),
            ("decline_details", "Declined: the card's details", What::Decline(No::Details)),
            ("decline_fraud", "Declined by the fraud check", What::Decline(No::Fraud)),
            ("decline_later", "Unavailable: try later", What::Decline(No::Later)),
        ],
    ),
    (
        "The answer is lost",
        &[
            ("timeout_before", "No answer, nothing booked", What::Take(FaultKind::TimeoutBefore)),
            ("timeout_after", "Booked, but no answer", What::Take(FaultKind::TimeoutAfter)),
            ("reset_before", "Connection reset, nothing booked", What::Take(FaultKind::ResetBefore)),
            ("reset_after", "Booked, then the connection is reset", What::Take(FaultKind::ResetAfter)),
        ],
    ),
    (
        "The answer is wrong",
        &[
            ("status_500", "Error 500, again and again; nothing booked", What::Take(FaultKind::Status500)),
            ("html", "A page in place of an answer; nothing booked", What::Take(FaultKind::Html)),
            ("truncated", "Booked; the answer is cut in half", What::Take(FaultKind::Truncated { keep: None })),
            ("huge", "Booked; the answer is 100 MB long", What::Take(FaultKind::Huge)),
            ("wrong_amount", "Booked; the answer names a cent less", What::Take(FaultKind::WrongAmount)),
            ("wrong_currency", "Booked; the answer names another currency", What::Take(FaultKind::WrongCurrency)),
        ],
    ),
    (
        "It takes time",
        &[
            ("slow", "Booked; the answer takes five seconds", What::Take(FaultKind::Slow { ms: 5_000 })),
            ("pending", "Pending: settle or refuse it below", What::Pending),
            ("refund_pending", "The next refund is pending", What::RefundPending),
        ],
    ),
    (
        "Notices",
        &[
            ("notice_twice", "The next notice comes twice", What::Notice(FaultKind::Twice)),
            ("notice_late", "The next notice comes a minute late", What::Notice(FaultKind::Slow { ms: 60_000 })),
            ("notice_overtaken", "The next notice comes after the one that follows it", What::Notice(FaultKind::Slow { ms: 8_000 })),
            ("notice_forged", "The next notice is forged", What::Notice(FaultKind::Forged)),
            ("notice_never", "The next notice never comes", What::Notice(FaultKind::Never)),
        ],
    ),
];

/// The script for a case at a simulator; `None` where its protocol has no such thing.
pub fn script(at: At, what: &What) -> Option<Fault> {
    let (kind, operation) = match what {
        What::Decline(no) => (no.at(at)?, at.decides()),
        What::Take(kind) => (kind.clone(), at.takes()),
        What::Pending if at == At::Payflow => (FaultKind::Decline { result: 126 }, at.takes()),
        What::Pending => (FaultKind::Pending, at.decides()),
        What::Notice(_) if at == At::Payflow => return None,
        What::Notice(kind) => (kind.clone(), "notice"),
        What::RefundPending => (FaultKind::Pending, at.refunds()?),
    };
    Some(Fault::new(kind, 1).on(operation))
}

/// What a value of the form asks for.
pub fn find(name: &str) -> Option<&'static What> {
    GROUPS.iter().flat_map(|(_, cases)| cases.iter()).find(|(n, _, _)| *n == name).map(|(_, _, what)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_has_a_name_of_its_own_and_a_script_at_some_simulator() {
        let names: Vec<&str> = GROUPS.iter().flat_map(|(_, cases)| cases.iter().map(|(name, _, _)| *name)).collect();
        for name in &names {
            assert_eq!(names.iter().filter(|n| n == &name).count(), 1, "{name}");
            let what = find(name).expect("it is in the table");
            assert!(At::ALL.into_iter().any(|(at, _, _)| script(at, what).is_some()), "{name}");
        }
        assert_eq!(find("no such case"), None);
    }

    #[test]
    fn what_a_protocol_does_not_have_is_not_scripted() {
        assert_eq!(script(At::Payflow, &What::Notice(FaultKind::Forged)), None);
        assert_eq!(script(At::Payflow, &What::RefundPending), None);
        assert_eq!(script(At::Orders, &What::Decline(No::Fraud)), None);
        let held = script(At::Payflow, &What::Pending).expect("it can be held");
        assert_eq!((held.kind, held.trxtype.as_deref()), (FaultKind::Decline { result: 126 }, Some("S")));
        let no = script(At::Stripe, &What::Decline(No::Funds)).expect("it can be declined");
        assert_eq!(no.trxtype.as_deref(), Some("stripe.pay"), "the bank decides on the buyer's page");
    }
}
