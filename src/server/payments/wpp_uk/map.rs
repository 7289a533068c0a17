//! What the reply to `DoDirectPayment` means. Pure. Failures echo the amount, and some checks: only a success with a transaction's
//! number is a payment (paypal-website-payments-pro-uk.md §5, §7, §11, §12).

use crate::domain::{money::Money, payment::DeclineClass};

use super::super::ask::ProcessorRef;
use super::super::nvp::{
    reply::{Ack, Problem, Reply},
    verdict::{self, Verdict, common},
};
use super::super::processor::{Doubt, Outcome};

/// A refusal's verdict and number.
pub type Refusal = (Verdict, String);

/// The table of §7, with the classes of §11. `issuer` is the issuer's own code, which only 15005 brings.
pub fn judge(problem: Problem<'_>, issuer: Option<&str>) -> Verdict {
    use DeclineClass as D;
    use Verdict as V;
    match problem.code {
        "10523" | "10547" | "10763" | "10761" | "10564" => V::Unsure,
        "10536" => V::InvoicePaid,
        "11610" => V::Pending,
        "10571" | "15008" => V::Harmless,
        "10500" | "10501" | "10548" | "10549" | "10550" | "10552" | "10758" | "10507" | "10565" | "10760" | "11068" | "15003" => {
            V::Misconfigured
        }
        "10502" | "10504" | "10748" | "10750" | "10762" | "10508" | "10562" | "10563" | "10519" | "10521" | "10522" | "10527" | "10535"
        | "10543" | "15004" | "15006" | "15007" => V::Declined(D::Details),
        "10505" | "10512" | "10513" | "10540" | "10555" | "10561" | "10542" | "10554" | "10556" | "10756" => V::Declined(D::Details),
        code if is_address(code) => V::Declined(D::Details),
        "15005" if matches!(issuer, Some("0051" | "51" | "0061" | "61" | "0065" | "65")) => V::Declined(D::Funds),
        "11611" | "11612" | "11821" => V::Declined(D::FraudCheck),
        "10764" => V::Declined(D::TryLater),
        "10510" | "10566" | "10553" | "10558" | "10534" | "10541" | "10537" | "10538" | "10539" | "10544" | "10545" | "10546" | "10752"
        | "10754" | "10759" | "10570" | "15001" | "15002" | "15005" => V::Declined(D::Refused),
        "10509" | "10747" | "10511" | "10514" | "10515" | "10516" | "10517" | "10518" | "10520" | "10525" | "10526" | "10755" | "12000"
        | "12001" => V::Rejected,
        code => common(code).unwrap_or(V::Unlisted),
    }
}

/// 10701 to 10736, 10744 to 10746, 10751: fields of an address.
fn is_address(code: &str) -> bool {
    code.len() == 5 && code.parse::<u32>().is_ok_and(|n| matches!(n, 10_701..=10_736 | 10_744..=10_746 | 10_751))
}

/// Reads the reply to a sale or an authorisation of `asked`.
///
/// # Errors
/// The refusal, which may be of a payment that was made (10536).
pub fn read_direct(reply: &Reply, asked: Money) -> Result<Outcome<ProcessorRef>, Refusal> {
    let issuer = reply.get("L_ERRORPARAMVALUE0").filter(|_| reply.get("L_ERRORPARAMID0") == Some("ProcessorResponse"));
    let judge = |problem: Problem<'_>| judge(problem, issuer);
    match reply.ack {
        Ack::Failed => return Err(verdict::of_failure(reply, judge)),
        Ack::Unclear => return Ok(Outcome::Unknown(Doubt::ProcessorUnsure { code: reply.code() })),
        Ack::Done => {}
    }
    match verdict::of(reply, judge) {
        None | Some((Verdict::Harmless, _)) => {}
        Some((Verdict::Pending, _)) => return Ok(Outcome::Unknown(Doubt::Pending)),
        Some((_, code)) => return Ok(Outcome::Unknown(Doubt::UnlistedCode { code })),
    }
    let Some(reference) = reply.transaction("TRANSACTIONID") else { return Ok(Outcome::Unknown(Doubt::Unreadable)) };
    let reported = reply.money("AMT", "CURRENCYCODE");
    if reported != Some(asked) {
        return Ok(Outcome::Unknown(Doubt::Mismatch { reported, reference: Some(reference) }));
    }
    Ok(Outcome::Done(reference))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use proptest::prelude::*;

    const SOLD: &str = "TIMESTAMP=2026%2d03%2d04T09%3a15%3a07Z&ACK=Success&AMT=19%2e95&CURRENCYCODE=GBP&AVSCODE=F&CVV2MATCH=M\
        &TRANSACTIONID=PANB9UPEGKTTLM7KE";

    fn sold(body: &str) -> Result<Outcome<ProcessorRef>, Refusal> {
        read_direct(&Reply::read(body.as_bytes()).expect("a reply"), Money::from_minor(1995, Currency::GBP))
    }

    #[test]
    fn only_a_transaction_of_what_was_asked_is_a_payment() {
        assert!(matches!(sold(SOLD), Ok(Outcome::Done(_))));
        for warning in ["10571", "15008"] {
            let body = SOLD.replace("=Success", &format!("=SuccessWithWarning&L_ERRORCODE0={warning}"));
            assert!(matches!(sold(&body), Ok(Outcome::Done(_))), "{warning}");
        }
        for (from, to, doubt) in [
            ("=Success", "=SuccessWithWarning&L_ERRORCODE0=11610", Doubt::Pending),
            ("=Success", "=SuccessWithWarning&L_ERRORCODE0=19999", Doubt::UnlistedCode { code: "19999".to_owned() }),
            ("=PANB9UPEGKTTLM7KE", "=PANB9UPEGKTTLM7K", Doubt::Unreadable),
            ("&TRANSACTIONID", "&X", Doubt::Unreadable),
        ] {
            assert_eq!(sold(&SOLD.replace(from, to)), Ok(Outcome::Unknown(doubt)), "{to}");
        }
        for (from, to) in [("19%2e95", "19%2e94"), ("GBP", "USD")] {
            assert!(matches!(sold(&SOLD.replace(from, to)), Ok(Outcome::Unknown(Doubt::Mismatch { reported: Some(_), .. }))), "{to}");
        }
        // A failure that looks like a payment.
        assert!(sold(&SOLD.replace("=Success", "=Failure&L_ERRORCODE0=15005")).is_err());
    }

    #[test]
    fn refusals_have_classes() {
        use DeclineClass as D;
        for (body, class) in [
            ("L_ERRORCODE0=15005", D::Refused),
            ("L_ERRORCODE0=15005&L_ERRORPARAMID0=ProcessorResponse&L_ERRORPARAMVALUE0=0051", D::Funds),
            ("L_ERRORCODE0=15005&L_ERRORPARAMID0=ProcessorResponse&L_ERRORPARAMVALUE0=0005", D::Refused),
            ("L_ERRORCODE0=10504", D::Details),
            ("L_ERRORCODE0=10712", D::Details),
            ("L_ERRORCODE0=11611", D::FraudCheck),
            ("L_ERRORCODE0=10764", D::TryLater),
        ] {
            let refusal = sold(&format!("ACK=Failure&{body}"));
            assert!(matches!(&refusal, Err((Verdict::Declined(told), _)) if *told == class), "{body}: {refusal:?}");
        }
    }

    proptest! {
        #[test]
        fn a_cut_reply_is_never_a_payment(keep in 0..SOLD.len()) {
            if let Some(cut) = Reply::read(&SOLD.as_bytes()[..keep]) {
                let outcome = read_direct(&cut, Money::from_minor(1995, Currency::GBP));
                prop_assert!(!matches!(outcome, Ok(Outcome::Done(_))), "{outcome:?}");
            }
        }

        #[test]
        fn no_refusal_becomes_a_success(code in "[0-9]{1,6}|[A-Za-z ]{0,8}") {
            let verdict = judge(Problem { code: &code, text: "" }, None);
            prop_assert!(!matches!(verdict.refused::<()>(code.clone()), Outcome::Done(())));
        }

        #[test]
        fn a_code_in_no_table_is_neither_yes_nor_no(code in "[2-7][0-9]{4}|9[0-9]{4}|1[3-4][0-9]{3}") {
            prop_assert_eq!(judge(Problem { code: &code, text: "" }, None), Verdict::Unlisted);
        }
    }
}
