//! What the replies to captures, voids and refunds mean. Pure: `Err` is a refusal's verdict and number, which the client may have to
//! look into.

use crate::domain::money::Money;

use super::super::ask::ProcessorRef;
use super::super::processor::{Captured, Doubt, Outcome, Refunded};
use super::api::judge;
use super::reply::{Ack, Reply};
use super::state::{Transaction, as_captured, state, word};
use super::verdict::{self, After, Verdict};

/// A refusal.
pub type Refusal = (Verdict, String);

/// A warning that says more than "done": held, or in no table. What was done before is told again with its data (§9).
fn warned<T>(reply: &Reply, call: After) -> Option<Outcome<T>> {
    match verdict::of(reply, judge(call)) {
        None | Some((Verdict::DoneBefore | Verdict::Harmless, _)) => None,
        Some((verdict, code)) => Some(match verdict {
            Verdict::Pending => Outcome::Unknown(Doubt::Pending),
            // A success with a warning is no refusal, whatever the number means elsewhere.
            _ => Outcome::Unknown(Doubt::UnlistedCode { code }),
        }),
    }
}

/// Reads the reply to a capture of `asked`.
///
/// # Errors
/// The refusal.
pub fn read_capture(reply: &Reply, asked: Money) -> Result<Outcome<Captured>, Refusal> {
    match reply.ack {
        Ack::Failed => return Err(verdict::of_failure(reply, judge(After::Capture))),
        Ack::Unclear => return Ok(Outcome::Unknown(Doubt::ProcessorUnsure { code: reply.code() })),
        Ack::Done => {}
    }
    if let Some(outcome) = warned(reply, After::Capture) {
        return Ok(outcome);
    }
    let (Some(reference), Some(status)) = (reply.transaction("TRANSACTIONID"), reply.get("PAYMENTSTATUS")) else {
        return Ok(Outcome::Unknown(Doubt::Unreadable));
    };
    let reason = reply.get("PENDINGREASON").unwrap_or_default();
    let transaction = Transaction {
        reference,
        status: word(status),
        state: state(status, reason),
        amount: reply.money("AMT", "CURRENCYCODE"),
        invoice: None,
        custom: None,
    };
    Ok(as_captured(transaction.standing(asked), &transaction.status))
}

/// Reads the reply to a void of `of`.
pub fn read_void(reply: &Reply, of: &ProcessorRef) -> Outcome<()> {
    match reply.ack {
        Ack::Failed => match verdict::of_failure(reply, judge(After::Void)) {
            (Verdict::Harmless, _) => Outcome::Done(()),
            (verdict, code) => verdict.refused(code),
        },
        Ack::Unclear => Outcome::Unknown(Doubt::ProcessorUnsure { code: reply.code() }),
        Ack::Done => match warned(reply, After::Void) {
            Some(outcome) => outcome,
            None if reply.get("AUTHORIZATIONID") == Some(of.as_str()) => Outcome::Done(()),
            None => Outcome::Unknown(Doubt::Unreadable),
        },
    }
}

/// Reads the reply to a refund of `asked`.
///
/// # Errors
/// The refusal.
pub fn read_refund(reply: &Reply, asked: Money) -> Result<Outcome<Refunded>, Refusal> {
    match reply.ack {
        Ack::Failed => return Err(verdict::of_failure(reply, judge(After::Refund))),
        Ack::Unclear => return Ok(Outcome::Unknown(Doubt::ProcessorUnsure { code: reply.code() })),
        Ack::Done => {}
    }
    if let Some(outcome) = warned(reply, After::Refund) {
        return Ok(outcome);
    }
    let Some(reference) = reply.transaction("REFUNDTRANSACTIONID") else { return Ok(Outcome::Unknown(Doubt::Unreadable)) };
    let reported = reply.money("GROSSREFUNDAMT", "CURRENCYCODE");
    if reported != Some(asked) {
        return Ok(Outcome::Unknown(Doubt::Mismatch { reported, reference: Some(reference) }));
    }
    // Without the field the reply was cut: it is asked for again and told again.
    let Some(status) = reply.get("REFUNDSTATUS") else { return Ok(Outcome::Unknown(Doubt::Unreadable)) };
    let settled = status.eq_ignore_ascii_case("instant");
    Ok(if settled { Outcome::Done(Refunded { reference, amount: asked }) } else { Outcome::Unknown(Doubt::Pending) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    fn usd(minor: i64) -> Money {
        Money::from_minor(minor, Currency::USD)
    }

    fn reply(body: &str) -> Reply {
        Reply::read(body.as_bytes()).expect("a reply")
    }

    const REFUND: &str = "ACK=Success&REFUNDTRANSACTIONID=UTMMK65M3NJSDXAG9&GROSSREFUNDAMT=12.00&CURRENCYCODE=USD&REFUNDSTATUS=Instant";
    const CAPTURE: &str = "ACK=Success&TRANSACTIONID=NB3CSP3GBJEBRKWVD&AMT=60.00&CURRENCYCODE=USD&PAYMENTSTATUS=Completed";

    #[test]
    fn only_what_was_asked_is_given_back() {
        assert!(matches!(read_refund(&reply(REFUND), usd(1200)), Ok(Outcome::Done(r)) if r.reference.as_str() == "UTMMK65M3NJSDXAG9"));
        for (from, to) in [("12.00", "11.99"), ("USD", "EUR"), ("GROSSREFUNDAMT", "NETREFUNDAMT")] {
            let outcome = read_refund(&reply(&REFUND.replace(from, to)), usd(1200));
            assert!(matches!(outcome, Ok(Outcome::Unknown(Doubt::Mismatch { .. }))), "{to}: {outcome:?}");
        }
        assert_eq!(read_refund(&reply(&REFUND.replace("Instant", "Delayed")), usd(1200)), Ok(Outcome::Unknown(Doubt::Pending)));
        assert_eq!(read_refund(&reply(&REFUND.replace("&REFUNDSTATUS=Instant", "")), usd(1200)), Ok(Outcome::Unknown(Doubt::Unreadable)));
        assert_eq!(read_refund(&reply(&REFUND.replace("=UTMMK", "=U")), usd(1200)), Ok(Outcome::Unknown(Doubt::Unreadable)));
        let unlisted = format!("{REFUND}&L_ERRORCODE0=19999");
        assert!(matches!(read_refund(&reply(&unlisted), usd(1200)), Ok(Outcome::Unknown(Doubt::UnlistedCode { .. }))));
    }

    #[test]
    fn only_what_was_asked_is_captured() {
        assert!(matches!(read_capture(&reply(CAPTURE), usd(6000)), Ok(Outcome::Done(_))));
        let again = format!("{CAPTURE}&L_ERRORCODE0=11607").replace("=Success", "=SuccessWithWarning");
        assert!(matches!(read_capture(&reply(&again), usd(6000)), Ok(Outcome::Done(_))));
        assert!(matches!(read_capture(&reply(CAPTURE), usd(6001)), Ok(Outcome::Unknown(Doubt::Mismatch { .. }))));
        for (status, wanted) in [("Pending", Doubt::Pending), ("Odd", Doubt::UnlistedCode { code: "Odd".to_owned() })] {
            assert_eq!(read_capture(&reply(&CAPTURE.replace("Completed", status)), usd(6000)), Ok(Outcome::Unknown(wanted)));
        }
    }

    #[test]
    fn a_void_of_nothing_held_is_done() {
        let of = ProcessorRef::parse("VBGZWM5MXUJTRX6LA").expect("a reference");
        for (body, done) in [
            ("ACK=Success&AUTHORIZATIONID=VBGZWM5MXUJTRX6LA", true),
            ("ACK=Failure&L_ERRORCODE0=10600", true),
            ("ACK=Success&AUTHORIZATIONID=OTHER", false),
            ("ACK=Success", false),
            ("ACK=Failure&L_ERRORCODE0=10602", false),
            ("ACK=PartialSuccess&AUTHORIZATIONID=VBGZWM5MXUJTRX6LA", false),
        ] {
            assert_eq!(read_void(&reply(body), &of) == Outcome::Done(()), done, "{body}");
        }
    }

    proptest! {
        #[test]
        fn a_cut_reply_is_never_more_than_it_was(keep in 0..CAPTURE.len()) {
            if let Some(cut) = Reply::read(&CAPTURE.as_bytes()[..keep]) {
                prop_assert!(!matches!(read_capture(&cut, usd(6000)), Ok(Outcome::Done(_))));
            }
        }

        #[test]
        fn reading_survives_any_reply(rest in r"[A-Z_0-9]{1,20}=[\PC]{0,30}") {
            if let Some(reply) = Reply::read(format!("ACK=Success&{rest}").as_bytes()) {
                prop_assert!(!matches!(read_refund(&reply, usd(1)), Ok(Outcome::Done(_))));
            }
        }
    }
}
