//! What a Payflow reply means: pure, from decoded fields to an [`Outcome`]'s parts. Nothing but `RESULT=0` can become a
//! success, and not every `RESULT=0` does (payflow-pro.md §5, §9, §10, §12).

use crate::domain::{
    card::{Brand, Funding},
    money::{Currency, Money},
    payment::DeclineClass,
};

use super::super::ask::ProcessorRef;
use super::super::processor::{Authorised, Captured, CardSeen, ConnectionProblem, Decline, Doubt, Fault, Outcome, Standing};
use super::wire::Reply;

/// Which kind of request a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `TRXTYPE=S`.
    Sale,
    /// `TRXTYPE=A`.
    Authorise,
    /// `TRXTYPE=D`.
    Capture,
    /// `TRXTYPE=V`.
    Void,
    /// `TRXTYPE=C`.
    Credit,
    /// `TRXTYPE=I`.
    Inquiry,
}

/// What a result code says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `RESULT=0`. Whether it is the approval asked for, the other fields decide.
    Approved,
    /// Held for review, or promised and not settled.
    Pending,
    /// A final no to the buyer.
    Declined(DeclineClass),
    /// A final no to a void, a refund or a capture: the original's state does not allow it.
    NotPossible,
    /// A second capture (111): somebody's first one usually worked.
    CapturedBefore,
    /// The invoice number was paid before.
    InvoicePaid,
    /// An inquiry found nothing.
    NotFound,
    /// The processor is out of order and did not act.
    Unavailable,
    /// An operator must act; nothing was done.
    Misconfigured,
    /// Our request is wrong; nothing was done.
    Rejected,
    /// Money may have moved.
    Unsure,
    /// In no table.
    Unlisted,
}

/// What `DUPLICATE` says (payflow-pro.md §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicate {
    /// Absent, or `-1`: the reply is about this request.
    No,
    /// The request id was seen before: the stored first reply.
    SameKey,
    /// Another transaction with our order id, or a value that is in no table.
    Other,
}

impl Reply {
    /// Whose reply this is.
    pub fn duplicate(&self) -> Duplicate {
        match self.get("DUPLICATE") {
            None | Some("-1" | "0") => Duplicate::No,
            Some("1") => Duplicate::SameKey,
            Some(_) => Duplicate::Other,
        }
    }

    /// PayPal's own code inside the text: `:\s*(\d{5})\s*-` (payflow-pro.md §5.1).
    pub fn inner_code(&self) -> Option<u32> {
        let text = self.get("RESPMSG")?;
        text.split(':').skip(1).find_map(|part| {
            let part = part.trim_start();
            let digits = part.get(..5).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
            part.get(5..)?.trim_start().starts_with('-').then(|| digits.parse().ok())?
        })
    }

    /// A reference of twelve printable characters under `name`.
    pub fn reference(&self, name: &str) -> Option<ProcessorRef> {
        self.get(name).filter(|r| r.len() == 12).and_then(ProcessorRef::parse)
    }

    /// The code for operators: the result, and PayPal's own if there is one.
    pub(super) fn code(&self) -> String {
        match self.inner_code() {
            Some(inner) => format!("{}/{inner}", self.result),
            None => self.result.to_string(),
        }
    }

    fn card(&self) -> Option<CardSeen> {
        let last4 = self.get("ACCT").filter(|d| d.len() == 4 && d.bytes().all(|b| b.is_ascii_digit()))?;
        let brand = match self.get("CARDTYPE") {
            Some("0") => Some(Brand::Visa),
            Some("1") => Some(Brand::Mastercard),
            Some("2") => Some(Brand::Discover),
            Some("3") => Some(Brand::Amex),
            Some("4") => Some(Brand::Diners),
            Some("5") => Some(Brand::Jcb),
            Some("6") => Some(Brand::Maestro),
            Some(_) | None => None,
        };
        // The gateway tells the scheme only; of these two every card is a debit card (payflow-pro.md §5, `CARDTYPE`: S is Solo).
        let funding = matches!(self.get("CARDTYPE"), Some("6" | "S")).then_some(Funding::Debit);
        Some(CardSeen { brand, last4: last4.to_owned(), funding })
    }
}

/// The result table (payflow-pro.md §10, with the classes of §12 and the inner codes of §11). Where the two disagree, the one
/// that doubts is followed.
pub fn judge(call: Call, result: i32, inner: Option<u32>) -> Verdict {
    use Verdict as V;
    match result {
        0 => V::Approved,
        12 | 13 => V::Declined(DeclineClass::Refused),
        22 | 23 | 24 | 112 | 114 => V::Declined(DeclineClass::Details),
        50 | 51 => V::Declined(DeclineClass::Funds),
        118 | 125 | 128 => V::Declined(DeclineClass::FraudCheck),
        // The brand is not set up for this account: another card may be.
        25 => V::Declined(DeclineClass::Refused),
        1001..=1052 => V::Declined(DeclineClass::Details),
        126 | 127 => V::Pending,
        30 => V::InvoicePaid,
        19 | 20 => match call {
            Call::Inquiry => V::NotFound,
            Call::Sale | Call::Authorise | Call::Capture | Call::Void | Call::Credit => V::Rejected,
        },
        105 | 108 => V::NotPossible,
        111 => V::CapturedBefore,
        102 | 106 | 115 | 116 => V::Unavailable,
        1 | 2 | 5 | 6 | 26 | 27 | 28 | 52 | 100 | 113 | 117 | 121 | 122 | 131 | 170 => V::Misconfigured,
        3 | 4 | 7 | 8 | 9 | 10 | 29 | 31..=37 | 99 | 101 | 110 | 120 | 132 | 160 | 162 | 200 | 201 => V::Rejected,
        // 133 complains of another body under this key: the first one may have moved money.
        11 | 103 | 104 | 107 | 109 | 133 | 150 | 151 | 161 | 402 | 403 | 404 | 600 | 601 => V::Unsure,
        1000 => match inner {
            Some(10417 | 10544..=10546 | 15002 | 15005 | 15006 | 15028 | 15039 | 10422) => V::Declined(DeclineClass::Refused),
            Some(10502 | 10504 | 10505 | 10508 | 10519 | 10521 | 10522 | 10527 | 10535 | 10541 | 10543) => {
                V::Declined(DeclineClass::Details)
            }
            Some(_) | None => V::Unsure,
        },
        // Made by client kits or proxies before anything was sent.
        -1 | -2 | -5 | -8 | -11 | -31 | -32 => V::Unavailable,
        -6 | -7 | -14 | -15 | -28..=-20 | -30 | -29 | -40 | -41 | -99 | -100 | -105..=-103 => V::Rejected,
        -9 | -10 | -12 | -13 | -109..=-106 | -111 | -113 => V::Unsure,
        _ => V::Unlisted,
    }
}

/// An amount read strictly as the gateway writes it: digits, a point, two digits.
pub fn amount_from_wire(text: &str, currency: Currency) -> Option<Money> {
    let (whole, cents) = text.split_once('.')?;
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let fits = (1..=12).contains(&whole.len()) && cents.len() == 2 && plain(whole) && plain(cents);
    let hundredths: i64 = fits.then(|| format!("{whole}{cents}").parse().ok()).flatten()?;
    match currency.exponent() {
        2 => Some(Money::from_minor(hundredths, currency)),
        0 if hundredths % 100 == 0 => Some(Money::from_minor(hundredths / 100, currency)),
        _ => None,
    }
}

/// A transaction that was approved for what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// `PNREF`.
    pub reference: ProcessorRef,
    /// The card, where the reply tells it.
    pub card: Option<CardSeen>,
}

/// What a reply to a request that moves money leaves to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing.
    Done(Booked),
    /// A final no.
    Declined(Decline),
    /// Nothing was done.
    NotActed(Fault),
    /// Money may have moved.
    Unknown(Doubt),
    /// A final no, but an authorisation may sit on the card: void it (payflow-pro.md §14.8).
    VoidStray {
        /// The authorisation.
        stray: ProcessorRef,
        /// The no.
        decline: Decline,
    },
    /// Less than asked was approved: void it; only then it is a no.
    VoidPart {
        /// The partial approval.
        part: ProcessorRef,
        /// The no.
        decline: Decline,
    },
    /// The stored reply to an earlier request under this key, without its amount: inquire whether it is this payment.
    Verify(Booked),
}

/// Reads the reply to a sale, an authorisation, a capture or a refund of `asked`.
pub fn read_moving(call: Call, reply: &Reply, asked: Money) -> Answer {
    let code = reply.code();
    if reply.duplicate() == Duplicate::Other {
        return Answer::Unknown(Doubt::OtherPayment);
    }
    let decline = |class| Decline { class, code: code.clone() };
    match judge(call, reply.result, reply.inner_code()) {
        Verdict::Approved => read_approval(call, reply, asked),
        Verdict::Pending => Answer::Unknown(Doubt::Pending),
        Verdict::Declined(class) => match (reply.result, reply.get("AUTHCODE"), reply.reference("PNREF")) {
            (112 | 114, Some(_), Some(stray)) => Answer::VoidStray { stray, decline: decline(class) },
            (_, Some(_) | None, Some(_) | None) => Answer::Declined(decline(class)),
        },
        Verdict::NotPossible => Answer::Declined(decline(DeclineClass::Refused)),
        Verdict::InvoicePaid => Answer::Unknown(Doubt::OtherPayment),
        Verdict::Unavailable => Answer::NotActed(Fault::Unavailable { code }),
        Verdict::Misconfigured => Answer::NotActed(Fault::Misconfigured { code }),
        Verdict::Rejected => Answer::NotActed(Fault::Rejected { code }),
        Verdict::Unsure | Verdict::CapturedBefore => Answer::Unknown(Doubt::ProcessorUnsure { code }),
        Verdict::NotFound | Verdict::Unlisted => Answer::Unknown(Doubt::UnlistedCode { code }),
    }
}

fn read_approval(call: Call, reply: &Reply, asked: Money) -> Answer {
    let Some(reference) = reply.reference("PNREF") else { return Answer::Unknown(Doubt::Unreadable) };
    if is_pending(call, reply) {
        return Answer::Unknown(Doubt::Pending);
    }
    let booked = Booked { reference: reference.clone(), card: reply.card() };
    let mismatch = |reported| Answer::Unknown(Doubt::Mismatch { reported, reference: Some(reference.clone()) });
    if let Some(code) = reply.get("CURRENCY").filter(|code| *code != asked.currency().code()) {
        return mismatch(code.parse().ok().and_then(|currency| amount_from_wire(reply.get("AMT")?, currency)));
    }
    let amount_of = |name| reply.get(name).map(|text| amount_from_wire(text, asked.currency()));
    match (amount_of("AMT"), amount_of("ORIGAMT")) {
        (Some(Some(amount)), _) if amount == asked => Answer::Done(booked),
        (Some(Some(part)), Some(Some(original))) if original == asked && part.minor() < asked.minor() => {
            Answer::VoidPart { part: reference, decline: Decline { class: DeclineClass::Funds, code: "partial".to_owned() } }
        }
        (Some(reported), _) => mismatch(reported),
        (None, Some(_)) => mismatch(None),
        (None, None) => match reply.duplicate() {
            Duplicate::SameKey => Answer::Verify(booked),
            Duplicate::No | Duplicate::Other => Answer::Done(booked),
        },
    }
}

/// PayPal as processor may say "approved" of what is only promised (payflow-pro.md §7.3); spelling varies, so anything that is
/// not known to mean "received" counts as pending.
fn is_pending(call: Call, reply: &Reply) -> bool {
    match reply.get("PENDINGREASON").map(|r| r.to_ascii_lowercase()).as_deref() {
        None | Some("" | "none" | "completed") => false,
        Some("authorization") => match call {
            Call::Authorise | Call::Inquiry => false,
            Call::Sale | Call::Capture | Call::Void | Call::Credit => true,
        },
        Some(_) => true,
    }
}

/// Reads the reply to a void.
pub fn read_void(reply: &Reply) -> Outcome<()> {
    let code = reply.code();
    if reply.duplicate() == Duplicate::Other {
        return Outcome::Unknown(Doubt::OtherPayment);
    }
    match judge(Call::Void, reply.result, reply.inner_code()) {
        Verdict::Approved => Outcome::Done(()),
        Verdict::Declined(class) => Outcome::Declined(Decline { class, code }),
        Verdict::NotPossible => Outcome::Declined(Decline { class: DeclineClass::Refused, code }),
        Verdict::Unavailable => Outcome::NotSent(Fault::Unavailable { code }),
        Verdict::Misconfigured => Outcome::NotSent(Fault::Misconfigured { code }),
        Verdict::Rejected => Outcome::NotSent(Fault::Rejected { code }),
        Verdict::Pending => Outcome::Unknown(Doubt::Pending),
        Verdict::InvoicePaid => Outcome::Unknown(Doubt::OtherPayment),
        Verdict::Unsure | Verdict::CapturedBefore => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
        Verdict::NotFound | Verdict::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code }),
    }
}

/// Reads the reply to an inquiry about a transaction of `expected` (payflow-pro.md §6.6 and 9.3).
pub fn read_inquiry(reply: &Reply, expected: Money) -> Outcome<Standing> {
    let code = reply.code();
    match judge(Call::Inquiry, reply.result, None) {
        Verdict::NotFound => Outcome::Done(Standing::NotFound),
        Verdict::Approved => read_original(reply, expected),
        Verdict::Unavailable => Outcome::NotSent(Fault::Unavailable { code }),
        Verdict::Misconfigured => Outcome::NotSent(Fault::Misconfigured { code }),
        Verdict::Rejected => Outcome::NotSent(Fault::Rejected { code }),
        Verdict::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code }),
        // These would be answers about a payment, and this is an answer about a question: nothing was learnt.
        Verdict::Pending
        | Verdict::Declined(_)
        | Verdict::NotPossible
        | Verdict::CapturedBefore
        | Verdict::InvoicePaid
        | Verdict::Unsure => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
    }
}

fn read_original(reply: &Reply, expected: Money) -> Outcome<Standing> {
    let number = |name: &str| reply.get(name).and_then(|text| text.parse::<i32>().ok());
    let (Some(original), Some(state)) = (number("ORIGRESULT"), number("TRANSSTATE")) else { return Outcome::Unknown(Doubt::Unreadable) };
    match judge(Call::Sale, original, reply.inner_code()) {
        Verdict::Approved => read_state(reply, state, expected),
        Verdict::Declined(class) => Outcome::Done(Standing::Declined(class)),
        Verdict::Pending => Outcome::Done(Standing::Pending),
        Verdict::NotPossible | Verdict::CapturedBefore | Verdict::Unavailable | Verdict::Misconfigured | Verdict::Rejected => {
            Outcome::Done(Standing::Declined(DeclineClass::Refused))
        }
        // Never charged by this attempt, but an earlier one under the same invoice was: a person must look.
        Verdict::InvoicePaid => Outcome::Unknown(Doubt::OtherPayment),
        // "may have been charged" (payflow-pro.md §10): the processor may know more than the gateway (§9.3.4).
        Verdict::Unsure => match (original, state) {
            (103 | 104 | 109, _) | (_, ..=0 | 2..) => Outcome::Done(Standing::Pending),
            (_, 1) => Outcome::Done(Standing::Declined(DeclineClass::TryLater)),
        },
        Verdict::NotFound | Verdict::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code: original.to_string() }),
    }
}

/// Reads `TRANSSTATE` of an approved transaction (payflow-pro.md §5.2): voided from 1000 on, else the last two digits count.
fn read_state(reply: &Reply, state: i32, expected: Money) -> Outcome<Standing> {
    let Some(reference) = reply.reference("ORIGPNREF") else { return Outcome::Unknown(Doubt::Unreadable) };
    if state >= 1000 {
        return Outcome::Done(Standing::Declined(DeclineClass::Refused));
    }
    if is_pending(Call::Inquiry, reply) {
        return Outcome::Done(Standing::Pending);
    }
    let reported = reply.get("AMT").and_then(|text| amount_from_wire(text, expected.currency()));
    let same_currency = reply.get("CURRENCY").is_none_or(|code| code == expected.currency().code());
    if reported != Some(expected) || !same_currency {
        return Outcome::Unknown(Doubt::Mismatch { reported, reference: Some(reference) });
    }
    let card = reply.card();
    match state % 100 {
        6..=9 => Outcome::Done(Standing::Captured(Captured { reference, amount: expected, card })),
        3 => Outcome::Done(Standing::Authorised(Authorised { reference, amount: expected, card })),
        1 => Outcome::Done(Standing::Declined(DeclineClass::Refused)),
        10..=12 | 14..=16 => Outcome::Unknown(Doubt::Reversed { code: state.to_string() }),
        _ => Outcome::Unknown(Doubt::UnlistedCode { code: format!("TRANSSTATE {state}") }),
    }
}

/// Reads the reply to the inquiry of a connection test: any answer but a refusal of us proves address and credentials.
///
/// # Errors
/// The problem the code stands for.
pub fn read_test(reply: &Reply) -> Result<(), ConnectionProblem> {
    match reply.result {
        1 => Err(ConnectionProblem::Credentials),
        26 => Err(ConnectionProblem::Vendor),
        8 => Err(ConnectionProblem::NotTheProcessor),
        other => match judge(Call::Inquiry, other, None) {
            Verdict::Approved | Verdict::NotFound => Ok(()),
            Verdict::Misconfigured => Err(ConnectionProblem::Permission),
            Verdict::Rejected => Err(ConnectionProblem::Settings),
            Verdict::Unavailable
            | Verdict::Unsure
            | Verdict::Unlisted
            | Verdict::Pending
            | Verdict::Declined(_)
            | Verdict::NotPossible
            | Verdict::CapturedBefore
            | Verdict::InvoicePaid => Err(ConnectionProblem::Unavailable),
        },
    }
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
