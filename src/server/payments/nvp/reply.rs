//! A reply of the API: whether it is one, what it acknowledges, and which errors it names (paypal-express-checkout.md §3).

use crate::domain::money::{Currency, Money};

use super::super::ask::ProcessorRef;
use super::super::line::Answer;
use super::super::processor::Doubt;
use super::amount;
use super::codec::Fields;

/// More errors than this are not looked at.
const ERRORS_MAX: usize = 10;

/// What the API says about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ack {
    /// `Success`, `SuccessWithWarning`: done, and the warnings count.
    Done,
    /// `Failure`, `FailureWithWarning`.
    Failed,
    /// `Warning`, `PartialSuccess`: perhaps something was done.
    Unclear,
}

/// One of the errors or warnings of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem<'a> {
    /// `L_ERRORCODEn`. Numbers have several meanings.
    pub code: &'a str,
    /// `L_LONGMESSAGEn`.
    pub text: &'a str,
}

/// A reply.
#[derive(Debug)]
pub struct Reply {
    /// What it acknowledges.
    pub ack: Ack,
    fields: Fields,
}

impl Reply {
    /// Reads a body. `None` when it is no reply: no `ACK` that is known (§13.1).
    pub fn read(body: &[u8]) -> Option<Self> {
        let fields = Fields::decode(body)?;
        let ack = match fields.get("ACK")?.to_ascii_lowercase().as_str() {
            "success" | "successwithwarning" => Ack::Done,
            "failure" | "failurewithwarning" => Ack::Failed,
            "warning" | "partialsuccess" => Ack::Unclear,
            _ => return None,
        };
        Some(Self { ack, fields })
    }

    /// Reads an answer: failures are 200 too, so any other status is none (§15.5).
    ///
    /// # Errors
    /// Why it is no reply.
    pub fn of(answer: &Answer) -> Result<Self, Doubt> {
        if answer.status != 200 {
            return Err(Doubt::Status(answer.status));
        }
        Self::read(&answer.body).ok_or(Doubt::Unreadable)
    }

    /// A field that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).filter(|value| !value.is_empty())
    }

    /// The first of these fields that is there.
    pub fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The errors and warnings. A code that is no number is told as it is: it will be in no table.
    pub fn problems(&self) -> impl Iterator<Item = Problem<'_>> {
        (0..ERRORS_MAX).filter_map(|n| {
            let code = self.get(&format!("L_ERRORCODE{n}"))?;
            Some(Problem { code, text: self.get(&format!("L_LONGMESSAGE{n}")).unwrap_or_default() })
        })
    }

    /// The first error's number for operators, or `none`.
    pub fn code(&self) -> String {
        self.problems().next().map_or("none", |problem| shown(problem.code)).to_owned()
    }

    /// A transaction's number: 17 to 19 letters and digits (§8). A shorter one was cut.
    pub fn transaction(&self, name: &str) -> Option<ProcessorRef> {
        self.get(name).filter(|text| is_transaction(text)).and_then(ProcessorRef::parse)
    }

    /// An amount in the currency named beside it.
    pub fn money(&self, amount: &str, currency: &str) -> Option<Money> {
        let currency: Currency = self.get(currency)?.parse().ok()?;
        amount::from_wire(self.get(amount)?, currency)
    }
}

/// Is the number of a transaction.
pub fn is_transaction(text: &str) -> bool {
    (17..=19).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A code as operators may see it: a number, or a word instead of what is none.
pub fn shown(code: &str) -> &str {
    if (1..=6).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()) { code } else { "unreadable" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_acknowledged_body_is_a_reply() {
        for (body, ack) in [
            ("ACK=Success", Some(Ack::Done)),
            ("TOKEN=EC%2dX&ACK=successwithwarning", Some(Ack::Done)),
            ("ACK=Failure", Some(Ack::Failed)),
            ("ACK=FailureWithWarning", Some(Ack::Failed)),
            ("ACK=PartialSuccess", Some(Ack::Unclear)),
            ("ACK=Succ", None),
            ("ACK=", None),
            ("ACK=Success&ACK=Failure", None),
            ("TOKEN=EC%2dX", None),
            ("", None),
            ("<html>ACK=Success</html>", None),
            ("ACK=Success&TOKEN=EC%2", None),
        ] {
            assert_eq!(Reply::read(body.as_bytes()).map(|reply| reply.ack), ack, "{body}");
        }
    }

    #[test]
    fn every_error_is_seen() {
        let reply = Reply::read(b"ACK=Failure&L_ERRORCODE0=10404&L_LONGMESSAGE0=a&L_ERRORCODE1=10401&L_LONGMESSAGE1=b").expect("a reply");
        let seen: Vec<_> = reply.problems().map(|p| (p.code, p.text)).collect();
        assert_eq!(seen, [("10404", "a"), ("10401", "b")]);
        assert_eq!(reply.code(), "10404");
        assert_eq!(Reply::read(b"ACK=Failure&L_ERRORCODE0=%3cb%3e").expect("a reply").code(), "unreadable");
    }

    #[test]
    fn a_number_that_was_cut_is_none() {
        let of = |id: &str| Reply::read(format!("ACK=Success&T={id}").as_bytes()).and_then(|reply| reply.transaction("T"));
        assert!(of("313MNS7U5WADBUECE").is_some());
        for bad in ["313MNS7U5WADBUEC", "313MNS7U5WADBUECE123", "313MNS7U5WAD%2fUECE", ""] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
