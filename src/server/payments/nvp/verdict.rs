//! What the API's error numbers say: one table for the calls that follow a payment, and what both products share. Their own tables
//! are beside them. Pure.

use crate::domain::payment::DeclineClass;

use super::super::processor::{Decline, Doubt, Fault, Outcome};
use super::reply::{Problem, Reply};

/// What a number says by itself. In order of what a reply with several is taken for: the first of these that is among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Money may have moved.
    Unsure,
    /// In no table.
    Unlisted,
    /// Done by an earlier request: look at what it did.
    DoneBefore,
    /// The invoice number was paid before.
    InvoicePaid,
    /// Accepted and held.
    Pending,
    /// The buyer must go to PayPal's page again.
    Redirect,
    /// A warning that changes nothing.
    Harmless,
    /// The buyer's e-mail address is refused: ask again without it.
    NoEmail,
    /// A final no.
    Declined(DeclineClass),
    /// The token is gone: the buyer must start anew.
    Gone,
    /// Nothing was done; later perhaps.
    Unavailable,
    /// An operator must act; nothing was done.
    Misconfigured,
    /// Our request is wrong; nothing was done.
    Rejected,
}

impl Verdict {
    const fn rank(self) -> u8 {
        match self {
            Self::Unsure => 0,
            Self::Unlisted => 1,
            Self::DoneBefore => 2,
            Self::InvoicePaid => 3,
            Self::Pending => 4,
            Self::Redirect => 5,
            Self::NoEmail => 6,
            Self::Declined(_) => 7,
            Self::Gone => 8,
            Self::Misconfigured => 9,
            Self::Rejected => 10,
            Self::Unavailable => 11,
            Self::Harmless => 12,
        }
    }

    /// What a refusal means when there is nothing to look up.
    pub fn refused<T>(self, code: String) -> Outcome<T> {
        match self {
            Self::Declined(class) => Outcome::Declined(Decline { class, code }),
            Self::Gone => Outcome::Declined(Decline { class: DeclineClass::TryLater, code }),
            Self::Unavailable => Outcome::NotSent(Fault::Unavailable { code }),
            Self::Misconfigured => Outcome::NotSent(Fault::Misconfigured { code }),
            Self::Rejected | Self::NoEmail => Outcome::NotSent(Fault::Rejected { code }),
            Self::Pending => Outcome::Unknown(Doubt::Pending),
            Self::InvoicePaid => Outcome::Unknown(Doubt::OtherPayment),
            Self::Unsure | Self::DoneBefore | Self::Redirect => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
            Self::Unlisted | Self::Harmless => Outcome::Unknown(Doubt::UnlistedCode { code }),
        }
    }
}

/// The verdict of a reply's errors or warnings, and the number it comes from. `None` when it names none.
pub fn of(reply: &Reply, judge: impl Fn(Problem<'_>) -> Verdict) -> Option<(Verdict, String)> {
    let judged = reply.problems().map(|problem| (judge(problem), super::reply::shown(problem.code).to_owned()));
    judged.min_by_key(|(verdict, _)| verdict.rank())
}

/// The verdict of a refusal, which says something even if it names no error.
pub fn of_failure(reply: &Reply, judge: impl Fn(Problem<'_>) -> Verdict) -> (Verdict, String) {
    of(reply, judge).unwrap_or((Verdict::Unlisted, "none".to_owned()))
}

/// The numbers that mean the same in every call (paypal-express-checkout.md §12).
pub fn common(code: &str) -> Option<Verdict> {
    Some(match code {
        "10001" | "10101" | "10102" | "10103" => Verdict::Unsure,
        "10002" | "10006" | "10007" | "10008" => Verdict::Misconfigured,
        "10004" | "81002" => Verdict::Rejected,
        _ if code.len() == 5 && (code.starts_with("811") || code.starts_with("812")) => Verdict::Rejected,
        _ => return None,
    })
}

/// A call that follows a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// `DoCapture`.
    Capture,
    /// `DoVoid`.
    Void,
    /// `RefundTransaction`.
    Refund,
}

/// The numbers of captures, voids and refunds (§12, §13.3; paypal-website-payments-pro-uk.md §9).
pub fn judge_after(call: After, problem: Problem<'_>) -> Verdict {
    use Verdict as V;
    let refused = V::Declined(DeclineClass::Refused);
    match (problem.code, call) {
        // One number, many texts: fully refunded before, over the time limit, more than is left, another currency, a restricted
        // account. None of them moved money now; whether an earlier request of ours did is looked up.
        ("10009", After::Refund) if problem.text.to_ascii_lowercase().contains("already been fully refunded") => V::DoneBefore,
        ("10009", After::Refund | After::Capture | After::Void) => refused,
        ("11607", After::Capture | After::Void | After::Refund) => V::DoneBefore,
        // Of a void: nothing is held any more, which is all that was wanted.
        ("10600" | "10601" | "10618", After::Void) => V::Harmless,
        ("10600" | "10601" | "10610" | "10612" | "10618" | "10620" | "10621" | "10622", After::Capture) => refused,
        ("10602", After::Capture) => V::DoneBefore,
        ("10602" | "10620" | "10621" | "10622", After::Void) => refused,
        ("10603" | "10617" | "10626", After::Capture) => refused,
        ("10628", After::Capture | After::Void) => V::Unavailable,
        ("10402" | "10611" | "10507", After::Capture | After::Void | After::Refund) => V::Misconfigured,
        (
            "10010" | "10011" | "10413" | "10414" | "10525" | "10604" | "10605" | "10606" | "10607" | "10608" | "10609" | "10613" | "10614"
            | "10625",
            After::Capture | After::Void | After::Refund,
        ) => V::Rejected,
        (code, After::Capture | After::Void | After::Refund) => common(code).unwrap_or(V::Unlisted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_worst_of_several_errors_decides() {
        let judge = |problem: Problem<'_>| judge_after(After::Refund, problem);
        let reply = |body: &str| Reply::read(body.as_bytes()).expect("a reply");
        let both = reply("ACK=Failure&L_ERRORCODE0=10011&L_ERRORCODE1=10001");
        assert_eq!(of(&both, judge), Some((Verdict::Unsure, "10001".to_owned())));
        assert_eq!(of(&reply("ACK=Failure&L_ERRORCODE0=10011&L_ERRORCODE1=99999"), judge), Some((Verdict::Unlisted, "99999".to_owned())));
        assert_eq!(of_failure(&reply("ACK=Failure"), judge), (Verdict::Unlisted, "none".to_owned()));
        assert_eq!(of(&reply("ACK=Success"), judge), None);
    }

    #[test]
    fn one_number_with_two_meanings_is_told_apart_by_its_text() {
        let judge = |text: &str| judge_after(After::Refund, Problem { code: "10009", text });
        assert_eq!(judge("This transaction has already been fully refunded"), Verdict::DoneBefore);
        assert_eq!(
            judge("The partial refund amount must be less than or equal to the remaining amount"),
            Verdict::Declined(DeclineClass::Refused)
        );
        let judge = |call, code: &str| judge_after(call, Problem { code, text: "" });
        assert_eq!(judge(After::Void, "10600"), Verdict::Harmless);
        assert_eq!(judge(After::Capture, "10600"), Verdict::Declined(DeclineClass::Refused));
    }

    proptest! {
        #[test]
        fn no_refusal_becomes_a_success(code in "[0-9]{1,6}|[A-Za-z ]{0,8}") {
            for call in [After::Capture, After::Void, After::Refund] {
                let verdict = judge_after(call, Problem { code: &code, text: "" });
                prop_assert!(!matches!(verdict.refused::<()>(code.clone()), Outcome::Done(())));
            }
        }

        #[test]
        fn a_code_in_no_table_is_neither_yes_nor_no(code in "[2-7][0-9]{4}|9[0-9]{4}|1[2-4][0-9]{3}") {
            let verdict = judge_after(After::Refund, Problem { code: &code, text: "" });
            prop_assert_eq!(verdict, Verdict::Unlisted);
        }
    }
}
