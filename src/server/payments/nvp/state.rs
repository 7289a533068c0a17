//! Where a payment stands, by the words that replies, details and notices use for it (paypal-express-checkout.md §8.1, §8.2). Pure.

use crate::domain::{money::Money, payment::DeclineClass};

use super::super::ask::ProcessorRef;
use super::super::processor::{Authorised, Captured, Doubt, Outcome, Standing};
use super::reply::{Ack, Reply};

/// What a payment's status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The money is the merchant's. What was given back later was taken first.
    Taken,
    /// Set aside.
    Authorised,
    /// Promised, or held.
    Pending,
    /// Not paid, or nothing left of it.
    NotPaid,
    /// Taken and lost again.
    Reversed,
    /// In no table.
    Unlisted,
}

/// Reads `PAYMENTSTATUS` with `PENDINGREASON`: hyphens, underscores and case vary (§15.14).
pub fn state(status: &str, reason: &str) -> State {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect::<String>();
    match (plain(status).as_str(), plain(reason).as_str()) {
        ("completed" | "completedfundsheld" | "processed" | "refunded" | "partiallyrefunded" | "canceledreversal", _) => State::Taken,
        ("pending", "authorization") => State::Authorised,
        ("pending" | "inprogress" | "created" | "none", _) => State::Pending,
        ("failed" | "denied" | "expired" | "voided", _) => State::NotPaid,
        ("reversed", _) => State::Reversed,
        _ => State::Unlisted,
    }
}

/// A transaction as `GetTransactionDetails` tells it (§10.5): the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// `TRANSACTIONID`.
    pub reference: ProcessorRef,
    /// `PAYMENTSTATUS`, for operators.
    pub status: String,
    /// What it says.
    pub state: State,
    /// What was paid, where that can be read.
    pub amount: Option<Money>,
    /// `INVNUM`.
    pub invoice: Option<String>,
    /// `CUSTOM`.
    pub custom: Option<String>,
}

/// Reads a transaction that was asked for as `reference`.
///
/// # Errors
/// Why it cannot be believed.
pub fn read_transaction(reply: &Reply, reference: &ProcessorRef) -> Result<Transaction, Doubt> {
    match reply.ack {
        Ack::Done => {}
        Ack::Failed | Ack::Unclear => return Err(Doubt::ProcessorUnsure { code: reply.code() }),
    }
    if reply.get("TRANSACTIONID") != Some(reference.as_str()) {
        return Err(Doubt::OtherPayment);
    }
    let status = reply.get("PAYMENTSTATUS").ok_or(Doubt::Unreadable)?;
    let (named, owned) = (state(status, reply.get("PENDINGREASON").unwrap_or_default()), |name| reply.get(name).map(str::to_owned));
    Ok(Transaction {
        reference: reference.clone(),
        status: word(status),
        state: named,
        amount: reply.money("AMT", "CURRENCYCODE"),
        invoice: owned("INVNUM"),
        custom: owned("CUSTOM"),
    })
}

/// A status as operators may see it.
pub fn word(status: &str) -> String {
    let plain = (1..=40).contains(&status.len()) && status.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if plain { status.to_owned() } else { "unreadable".to_owned() }
}

impl Transaction {
    fn mismatch(&self) -> Doubt {
        Doubt::Mismatch { reported: self.amount, reference: Some(self.reference.clone()) }
    }

    /// What it came to, if it should be a sale or capture of `expected`.
    pub fn standing(&self, expected: Money) -> Outcome<Standing> {
        let same = self.amount == Some(expected);
        match self.state {
            State::Taken if same => {
                Outcome::Done(Standing::Captured(Captured { reference: self.reference.clone(), amount: expected, card: None }))
            }
            State::Authorised if same => {
                Outcome::Done(Standing::Authorised(Authorised { reference: self.reference.clone(), amount: expected, card: None }))
            }
            State::Taken | State::Authorised => Outcome::Unknown(self.mismatch()),
            State::Pending => Outcome::Done(Standing::Pending),
            State::NotPaid => Outcome::Done(Standing::Declined(DeclineClass::Refused)),
            State::Reversed => Outcome::Unknown(Doubt::Reversed { code: self.status.clone() }),
            State::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code: self.status.clone() }),
        }
    }
}

/// What a sale of `asked` came to, told by the same words.
pub fn as_captured(standing: Outcome<Standing>, code: &str) -> Outcome<Captured> {
    use super::super::processor::Decline;
    match standing {
        Outcome::Done(Standing::Captured(captured)) => Outcome::Done(captured),
        Outcome::Done(Standing::Declined(class)) => Outcome::Declined(Decline { class, code: code.to_owned() }),
        // Asked for a sale, an authorisation is as good as a promise.
        Outcome::Done(Standing::Pending | Standing::Authorised(_)) => Outcome::Unknown(Doubt::Pending),
        Outcome::Done(Standing::NotFound) => Outcome::Unknown(Doubt::ProcessorUnsure { code: code.to_owned() }),
        Outcome::Declined(decline) => Outcome::Declined(decline),
        Outcome::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
        Outcome::NotSent(fault) => Outcome::NotSent(fault),
        Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_do_not_matter_and_promises_are_not_money() {
        for (status, reason, wanted) in [
            ("Completed", "None", State::Taken),
            ("Completed-Funds-Held", "None", State::Taken),
            ("Canceled_Reversal", "", State::Taken),
            ("Partially-Refunded", "", State::Taken),
            ("Pending", "authorization", State::Authorised),
            ("Pending", "echeck", State::Pending),
            ("Pending", "multi-currency", State::Pending),
            ("Pending", "payment_review", State::Pending),
            ("Pending", "order", State::Pending),
            ("Pending", "", State::Pending),
            ("In-Progress", "None", State::Pending),
            ("None", "None", State::Pending),
            ("Denied", "", State::NotPaid),
            ("Voided", "", State::NotPaid),
            ("Reversed", "", State::Reversed),
            ("Complete", "", State::Unlisted),
            ("", "", State::Unlisted),
        ] {
            assert_eq!(state(status, reason), wanted, "{status} {reason}");
        }
    }

    proptest! {
        #[test]
        fn a_random_word_is_never_money(status in "[A-Za-z_-]{0,20}", reason in "[a-z]{0,12}") {
            let known = ["completed", "completedfundsheld", "processed", "refunded", "partiallyrefunded", "canceledreversal"];
            let plain: String = status.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
            prop_assert_eq!(state(&status, &reason) == State::Taken, known.contains(&plain.as_str()));
        }
    }
}
