//! What the replies of Express Checkout's own calls mean. Pure. `ACK=Success` is not "paid", and `Failure` may be
//! (paypal-express-checkout.md §12, §13, §15).

use crate::domain::{money::Money, payment::DeclineClass};

use super::super::ask::ProcessorRef;
use super::super::nvp::{
    reply::{Ack, Problem, Reply},
    state::{Transaction, as_captured, state, word},
    verdict::{self, Verdict, common},
};
use super::super::processor::{Captured, Doubt, Outcome};

/// A refusal's verdict and number.
pub type Refusal = (Verdict, String);

/// The numbers of §12 and §13.
pub fn judge(problem: Problem<'_>) -> Verdict {
    use Verdict as V;
    let refused = V::Declined(DeclineClass::Refused);
    match problem.code {
        "10415" | "11607" => V::DoneBefore,
        "10412" => V::InvoicePaid,
        "11610" => V::Pending,
        "10486" | "10422" | "10485" | "10207" => V::Redirect,
        "10407" => V::NoEmail,
        "10410" | "10411" | "10416" => V::Gone,
        "10414" => V::Declined(DeclineClass::Funds),
        "11611" => V::Declined(DeclineClass::FraudCheck),
        "10417" | "13113" | "10424" | "10474" | "10481" | "10603" => refused,
        "10725" | "10726" | "10727" | "10728" | "10729" | "10730" | "10731" | "10732" | "10733" | "10734" | "10735" | "10736" => {
            V::Declined(DeclineClass::Details)
        }
        "10445" => V::Unavailable,
        "10402" | "10425" | "10443" | "10446" => V::Misconfigured,
        "10009" | "10010" | "10011" | "10400" | "10401" | "10404" | "10405" | "10406" | "10408" | "10409" | "10413" | "10418" | "10419"
        | "10421" | "10423" | "10426" | "10427" | "10428" | "10429" | "10430" | "10431" | "10432" | "10444" | "10471" | "10472"
        | "10525" | "10605" => V::Rejected,
        code => common(code).unwrap_or(V::Unlisted),
    }
}

/// A token: `EC-` and letters and digits, 20 in all (§5). Nothing else is put into an address.
pub fn is_token(text: &str) -> bool {
    let tail = text.strip_prefix("EC-").unwrap_or_default();
    (4..=17).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Reads the reply to `SetExpressCheckout`.
///
/// # Errors
/// The refusal, or a doubt.
pub fn read_set(reply: &Reply) -> Result<ProcessorRef, Result<Refusal, Doubt>> {
    match reply.ack {
        Ack::Failed => return Err(Ok(verdict::of_failure(reply, judge))),
        Ack::Unclear => return Err(Err(Doubt::ProcessorUnsure { code: reply.code() })),
        Ack::Done => {}
    }
    reply.get("TOKEN").filter(|token| is_token(token)).and_then(ProcessorRef::parse).ok_or(Err(Doubt::Unreadable))
}

/// How far a checkout has come (§7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// No attempt to take the money yet.
    NotInitiated,
    /// One is under way.
    InProgress,
    /// The last one failed: the buyer must choose again.
    Failed,
    /// Paid, or promised.
    Completed,
}

/// A checkout as `GetExpressCheckoutDetails` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// How far it has come.
    pub step: Step,
    /// Who approved it; none while nobody has.
    pub payer: Option<String>,
    /// What was approved, where that can be read.
    pub amount: Option<Money>,
    /// Our reference of the attempt, if it is told.
    pub custom: Option<String>,
    /// Our invoice number, if it is told.
    pub invoice: Option<String>,
    /// The payment, when there is one.
    pub transaction: Option<ProcessorRef>,
}

/// Reads the details of `token`.
///
/// # Errors
/// The refusal, or a doubt.
pub fn read_checkout(reply: &Reply, token: &ProcessorRef) -> Result<Checkout, Result<Refusal, Doubt>> {
    match reply.ack {
        Ack::Failed => return Err(Ok(verdict::of_failure(reply, judge))),
        Ack::Unclear => return Err(Err(Doubt::ProcessorUnsure { code: reply.code() })),
        Ack::Done => {}
    }
    if reply.get("TOKEN") != Some(token.as_str()) {
        return Err(Err(Doubt::OtherPayment));
    }
    let step = match reply.get("CHECKOUTSTATUS") {
        Some("PaymentActionNotInitiated") => Step::NotInitiated,
        Some("PaymentActionInProgress") => Step::InProgress,
        Some("PaymentActionFailed") => Step::Failed,
        Some("PaymentActionCompleted" | "PaymentCompleted") => Step::Completed,
        Some(other) => return Err(Err(Doubt::UnlistedCode { code: word(other) })),
        None => return Err(Err(Doubt::Unreadable)),
    };
    let owned = |names: &[&str]| reply.first(names).map(str::to_owned);
    let payer = owned(&["PAYERID"]).filter(|payer| payer.len() <= 127 && payer.bytes().all(|b| b.is_ascii_alphanumeric()));
    let amount = reply
        .money("PAYMENTREQUEST_0_AMT", "PAYMENTREQUEST_0_CURRENCYCODE")
        .or_else(|| reply.money("AMT", "CURRENCYCODE").filter(|_| reply.get("PAYMENTREQUEST_0_AMT").is_none()));
    Ok(Checkout {
        step,
        payer,
        amount,
        custom: owned(&["PAYMENTREQUEST_0_CUSTOM", "CUSTOM"]),
        invoice: owned(&["PAYMENTREQUEST_0_INVNUM", "INVNUM"]),
        transaction: reply
            .transaction("PAYMENTREQUESTINFO_0_TRANSACTIONID")
            .or_else(|| reply.transaction("PAYMENTREQUEST_0_TRANSACTIONID")),
    })
}

impl Checkout {
    /// Why this is not the payment that is asked for: another attempt's, or of another amount.
    pub fn differs(&self, token: &ProcessorRef, ours: &str, invoice: Option<&str>, asked: Money) -> Option<Doubt> {
        let other = self.custom.as_deref().is_some_and(|custom| custom != ours)
            || matches!((self.invoice.as_deref(), invoice), (Some(told), Some(invoice)) if told != invoice);
        if other {
            return Some(Doubt::OtherPayment);
        }
        (self.amount != Some(asked)).then(|| Doubt::Mismatch { reported: self.amount, reference: Some(token.clone()) })
    }
}

/// Reads the reply to `DoExpressCheckoutPayment` of `asked` (§8). A repetition is told the first payment's data, with 11607.
///
/// # Errors
/// The refusal, which may be of a payment that was made (10415, 10412).
pub fn read_payment(reply: &Reply, token: &ProcessorRef, asked: Money) -> Result<Outcome<Captured>, Refusal> {
    match reply.ack {
        Ack::Failed => return Err(verdict::of_failure(reply, judge)),
        Ack::Unclear => return Ok(Outcome::Unknown(Doubt::ProcessorUnsure { code: reply.code() })),
        Ack::Done => {}
    }
    match verdict::of(reply, judge) {
        None | Some((Verdict::DoneBefore, _)) => {}
        Some((Verdict::Pending, _)) => return Ok(Outcome::Unknown(Doubt::Pending)),
        // A success with a warning in no table: the details will tell.
        Some((_, code)) => return Ok(Outcome::Unknown(Doubt::UnlistedCode { code })),
    }
    if reply.get("TOKEN") != Some(token.as_str()) {
        return Ok(Outcome::Unknown(Doubt::OtherPayment));
    }
    let (Some(reference), Some(status)) = (reply.transaction("PAYMENTINFO_0_TRANSACTIONID"), reply.get("PAYMENTINFO_0_PAYMENTSTATUS"))
    else {
        return Ok(Outcome::Unknown(Doubt::Unreadable));
    };
    let reason = reply.get("PAYMENTINFO_0_PENDINGREASON").unwrap_or_default();
    let transaction = Transaction {
        reference,
        status: word(status),
        state: state(status, reason),
        amount: reply.money("PAYMENTINFO_0_AMT", "PAYMENTINFO_0_CURRENCYCODE"),
        invoice: None,
        custom: None,
    };
    Ok(as_captured(transaction.standing(asked), &transaction.status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    const TOKEN: &str = "EC-WASD0767S8KUHZBBK";
    const PAID: &str = "TOKEN=EC%2dWASD0767S8KUHZBBK&ACK=Success&PAYMENTINFO_0_TRANSACTIONID=313MNS7U5WADBUECE&PAYMENTINFO_0_AMT=27%2e50\
        &PAYMENTINFO_0_CURRENCYCODE=CAD&PAYMENTINFO_0_PAYMENTSTATUS=Completed&PAYMENTINFO_0_PENDINGREASON=None";

    fn token() -> ProcessorRef {
        ProcessorRef::parse(TOKEN).expect("a reference")
    }

    fn cad(minor: i64) -> Money {
        Money::from_minor(minor, Currency::CAD)
    }

    fn paid(body: &str) -> Result<Outcome<Captured>, Refusal> {
        read_payment(&Reply::read(body.as_bytes()).expect("a reply"), &token(), cad(2750))
    }

    #[test]
    fn only_a_completed_payment_of_what_was_asked_is_money() {
        assert!(matches!(paid(PAID), Ok(Outcome::Done(captured)) if captured.amount == cad(2750)));
        for (from, to) in [("27%2e50", "27%2e49"), ("27%2e50", "27%2e5"), ("CAD", "USD"), ("CAD", "XXX"), ("_AMT", "_FEEAMT")] {
            let outcome = paid(&PAID.replace(from, to));
            assert!(matches!(outcome, Ok(Outcome::Unknown(Doubt::Mismatch { .. }))), "{to}: {outcome:?}");
        }
        for (from, to, doubt) in [
            ("Completed", "Pending", Doubt::Pending),
            ("Completed", "In%2dProgress", Doubt::Pending),
            ("Completed", "Reversed", Doubt::Reversed { code: "Reversed".to_owned() }),
            ("Completed", "Odd", Doubt::UnlistedCode { code: "Odd".to_owned() }),
            ("Completed", "", Doubt::Unreadable),
            ("313MNS7U5WADBUECE", "313MNS7U5WADBUEC", Doubt::Unreadable),
            ("ACK=Success", "ACK=SuccessWithWarning&L_ERRORCODE0=11610", Doubt::Pending),
            ("ACK=Success", "ACK=SuccessWithWarning&L_ERRORCODE0=19999", Doubt::UnlistedCode { code: "19999".to_owned() }),
            ("ACK=Success", "ACK=PartialSuccess", Doubt::ProcessorUnsure { code: "none".to_owned() }),
            ("UHZBBK", "UHZBBX", Doubt::OtherPayment),
        ] {
            assert_eq!(paid(&PAID.replace(from, to)), Ok(Outcome::Unknown(doubt)), "{to}");
        }
        assert!(matches!(paid(&PAID.replace("Completed", "Denied")), Ok(Outcome::Declined(_))));
        assert!(matches!(paid(&PAID.replace("ACK=Success", "ACK=SuccessWithWarning&L_ERRORCODE0=11607")), Ok(Outcome::Done(_))));
    }

    #[test]
    fn nothing_is_taken_of_another_attempt_or_amount() {
        let details = "TOKEN=EC%2dWASD0767S8KUHZBBK&CHECKOUTSTATUS=PaymentActionNotInitiated&ACK=Success&PAYERID=80M6FVL6TLWDW\
            &PAYMENTREQUEST_0_AMT=27.50&PAYMENTREQUEST_0_CURRENCYCODE=CAD&PAYMENTREQUEST_0_INVNUM=LE-1&PAYMENTREQUEST_0_CUSTOM=A1";
        let read = |body: &str| read_checkout(&Reply::read(body.as_bytes()).expect("a reply"), &token()).expect("details");
        let differs = |body: &str| read(body).differs(&token(), "A1", Some("LE-1"), cad(2750));
        assert_eq!(differs(details), None);
        assert_eq!(differs(&details.replace("=A1", "=A2")), Some(Doubt::OtherPayment));
        assert_eq!(differs(&details.replace("=LE-1", "=LE-2")), Some(Doubt::OtherPayment));
        assert!(matches!(differs(&details.replace("27.50", "27.51")), Some(Doubt::Mismatch { reported: Some(_), .. })));
        assert!(matches!(differs(&details.replace("=CAD", "=USD")), Some(Doubt::Mismatch { reported: Some(_), .. })));
        assert!(differs(&details.replace("=27.50", "=&AMT=27.50&CURRENCYCODE=CAD")).is_none());
        assert!(matches!(differs(&details.replace("_AMT", "_X")), Some(Doubt::Mismatch { reported: None, .. })));
        let refused = |body: &str| read_checkout(&Reply::read(body.as_bytes()).expect("a reply"), &token());
        assert_eq!(refused(&details.replace("NotInitiated", "Odd")), Err(Err(Doubt::UnlistedCode { code: "PaymentActionOdd".to_owned() })));
        assert_eq!(refused("ACK=Failure&L_ERRORCODE0=10411"), Err(Ok((Verdict::Gone, "10411".to_owned()))));
    }

    #[test]
    fn only_a_token_goes_into_an_address() {
        assert!(is_token(TOKEN) && is_token("EC-NOSUCHTOKEN0000"));
        for bad in ["", "EC-", "313MNS7U5WADBUECE", "EC-A&B", "EC-WASD0767S8KUHZBBK1", "EC-../../x", "ec-WASD0767S8KUHZBBK"] {
            assert!(!is_token(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_cut_reply_is_never_money(keep in 0..PAID.len()) {
            if let Some(cut) = Reply::read(&PAID.as_bytes()[..keep]) {
                let whole_but_reason = keep >= PAID.find("&PAYMENTINFO_0_PENDINGREASON").unwrap_or(PAID.len());
                let outcome = read_payment(&cut, &token(), cad(2750));
                prop_assert!(whole_but_reason || !matches!(outcome, Ok(Outcome::Done(_))), "{outcome:?}");
            }
        }

        #[test]
        fn no_refusal_becomes_a_success(code in "[0-9]{1,6}|[A-Za-z ]{0,8}") {
            let verdict = judge(Problem { code: &code, text: "" });
            prop_assert!(!matches!(verdict.refused::<()>(code.clone()), Outcome::Done(())));
        }
    }
}
