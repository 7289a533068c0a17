//! Secure tokens: what the replies about one mean, and the form that spends it (payflow-pro.md §8). Pure.

use super::super::ask::{AttemptRef, IdempotencyKey, ProcessorRef};
use super::super::processor::{Captured, CardForm, Decline, Doubt, Fault, NextStep, Outcome, Standing};
use super::map::{Call, Duplicate, Verdict, judge, read_inquiry};
use super::settings::Link;
use super::wire::Reply;
use crate::domain::money::Money;

/// How long a token can be counted on: 20 minutes by an older edition (§8.1), and some to come back in.
pub const LIFE_SECONDS: i64 = 19 * 60;
/// From when on a token is surely dead: 30 minutes by the current edition (§8.1), and a payment begun in the last of them.
pub const OVER_AFTER_SECONDS: i64 = 31 * 60;

/// Whether a reference is a token's: up to 32 characters, where a transaction's has twelve (§5, §8.1).
pub fn is_token(of: &ProcessorRef) -> bool {
    (13..=32).contains(&of.as_str().len())
}

/// What the buyer does with a token.
pub fn step(token: &ProcessorRef) -> NextStep {
    NextStep::CardForm { reference: token.clone(), seconds: LIFE_SECONDS, over_after_seconds: OVER_AFTER_SECONDS }
}

/// The form that sends a card for a token made under `key` (§8.2).
pub fn form(link: &Link, key: &IdempotencyKey, token: &ProcessorRef) -> CardForm {
    CardForm {
        action: link.url.to_string(),
        hidden: vec![
            ("SECURETOKEN", token.as_str().to_owned()),
            ("SECURETOKENID", key.as_str().to_owned()),
            ("MODE", link.mode.to_owned()),
        ],
        number: "ACCT",
        expiry: "EXPDATE",
        code: "CVV2",
    }
}

/// Reads the reply to the creation of the token called `id`. Nothing is charged by it.
pub fn read_created(reply: &Reply, id: &str) -> Outcome<Captured> {
    let code = reply.code();
    if reply.duplicate() == Duplicate::Other {
        return Outcome::Unknown(Doubt::OtherPayment);
    }
    match judge(Call::Sale, reply.result, reply.inner_code()) {
        Verdict::Approved => {
            let token = reply.get("SECURETOKEN").and_then(ProcessorRef::parse).filter(is_token);
            match token.filter(|_| reply.get("SECURETOKENID") == Some(id)) {
                Some(token) => Outcome::NeedsCustomer(step(&token)),
                None => Outcome::Unknown(Doubt::Unreadable),
            }
        }
        Verdict::Declined(class) => Outcome::Declined(Decline { class, code }),
        Verdict::Unavailable => Outcome::NotSent(Fault::Unavailable { code }),
        Verdict::Misconfigured => Outcome::NotSent(Fault::Misconfigured { code }),
        Verdict::Rejected => Outcome::NotSent(Fault::Rejected { code }),
        Verdict::InvoicePaid => Outcome::Unknown(Doubt::OtherPayment),
        Verdict::Pending | Verdict::NotPossible | Verdict::CapturedBefore | Verdict::NotFound | Verdict::Unsure => {
            Outcome::Unknown(Doubt::ProcessorUnsure { code })
        }
        Verdict::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code }),
    }
}

/// What an inquiry by a token found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nobody has paid with it yet.
    Untouched,
    /// Used up, or too old (160, 162): what it was used for, only an inquiry by our reference can tell.
    Over {
        /// The gateway's code.
        code: String,
    },
    /// What its latest transaction came to.
    Ended {
        /// That.
        standing: Outcome<Standing>,
        /// An authorisation that a refusal left on the card (§14.8): void it.
        stray: Option<ProcessorRef>,
    },
}

/// Reads the reply to an inquiry by the token of the attempt `of`. `invoice` is the number it was made with, where that is known:
/// a transaction that names another, or another attempt, is somebody else's.
pub fn read_seen(reply: &Reply, of: &AttemptRef, invoice: Option<&str>, expected: Money) -> Seen {
    let code = reply.code();
    let ended = |standing, stray| Seen::Ended { standing, stray };
    match (reply.result, judge(Call::Inquiry, reply.result, None)) {
        (160 | 162, _) => Seen::Over { code },
        (161, _) => ended(Outcome::Done(Standing::Pending), None),
        (_, Verdict::NotFound) => Seen::Untouched,
        (_, _) if names_another(reply, of, invoice) => ended(Outcome::Unknown(Doubt::OtherPayment), None),
        (_, _) => ended(read_inquiry(reply, expected), stray(reply)),
    }
}

fn names_another(reply: &Reply, of: &AttemptRef, invoice: Option<&str>) -> bool {
    let other_attempt = reply.get("CUSTREF").is_some_and(|told| told != of.as_str());
    let other_order = reply.get("INVNUM").zip(invoice).is_some_and(|(told, ours)| told != ours);
    other_attempt || other_order
}

/// Refused for address or code although the issuer had authorised it, and not voided since.
fn stray(reply: &Reply) -> Option<ProcessorRef> {
    let refused = matches!(reply.get("ORIGRESULT"), Some("112" | "114"));
    let held = reply.get("TRANSSTATE") == Some("3") && reply.get("AUTHCODE").is_some();
    reply.reference("ORIGPNREF").filter(|_| refused && held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{money::Currency, payment::DeclineClass};
    use reqwest::Url;

    const ID: &str = "c41d7f0a92e84b6b8f0d3a5517e2cc90";
    fn usd_24_35() -> Money {
        Money::from_minor(2435, Currency::USD)
    }

    fn created(body: &str) -> Outcome<Captured> {
        read_created(&Reply::read(body.as_bytes()).expect("a reply"), ID)
    }

    #[test]
    fn a_token_is_believed_under_the_name_it_was_asked_for() {
        let body = format!("RESULT=0&RESPMSG=Approved&SECURETOKEN[27]=Hq+7CTMVdsx1+L2DVGNPLh3YB==&SECURETOKENID={ID}");
        let Outcome::NeedsCustomer(NextStep::CardForm { reference, seconds, over_after_seconds }) = created(&body) else {
            panic!("{body}")
        };
        assert_eq!((reference.as_str(), seconds < 20 * 60, over_after_seconds > 30 * 60), ("Hq+7CTMVdsx1+L2DVGNPLh3YB==", true, true));
        for bad in [
            "RESULT=0&RESPMSG=Approved&SECURETOKEN[27]=Hq+7CTMVdsx1+L2DVGNPLh3YB==&SECURETOKENID=another".to_owned(),
            format!("RESULT=0&RESPMSG=Approved&SECURETOKENID={ID}"),
            format!("RESULT=0&RESPMSG=Approved&SECURETOKEN=V27D8A4F222A&SECURETOKENID={ID}"),
            "RESULT=0&PNREF=V27D8A4F222A&RESPMSG=Approved".to_owned(),
        ] {
            assert_eq!(created(&bad), Outcome::Unknown(Doubt::Unreadable), "{bad}");
        }
        assert!(matches!(created("RESULT=1&RESPMSG=User authentication failed"), Outcome::NotSent(Fault::Misconfigured { .. })));
        assert!(matches!(created("RESULT=7&RESPMSG=Field format error"), Outcome::NotSent(Fault::Rejected { .. })));
        assert!(matches!(created("RESULT=104&RESPMSG=Timeout"), Outcome::Unknown(_)));
    }

    fn seen(body: &str) -> Seen {
        let of = AttemptRef::parse("FB100270A1").expect("a reference");
        read_seen(&Reply::read(body.as_bytes()).expect("a reply"), &of, Some("FB-100270"), usd_24_35())
    }

    fn standing(body: &str) -> Outcome<Standing> {
        match seen(body) {
            Seen::Ended { standing, .. } => standing,
            other @ (Seen::Untouched | Seen::Over { .. }) => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn only_a_payment_of_this_attempt_and_amount_is_one() {
        let paid = "RESULT=0&PNREF=VEEC72F345A3&TRANSSTATE=6&ORIGRESULT=0&ORIGPNREF=V2111B00EAAD&RESPMSG=Approved";
        let says = |more: &str| standing(&format!("{paid}{more}"));
        assert!(matches!(says("&AMT=24.35"), Outcome::Done(Standing::Captured(_))));
        assert!(matches!(says("&AMT=24.35&CUSTREF=FB100270A1&INVNUM=FB-100270"), Outcome::Done(Standing::Captured(_))));
        assert!(matches!(says("&AMT=24.34"), Outcome::Unknown(Doubt::Mismatch { .. })));
        assert!(matches!(says(""), Outcome::Unknown(Doubt::Mismatch { .. })));
        assert!(matches!(says("&AMT=24.35&CURRENCY=EUR"), Outcome::Unknown(Doubt::Mismatch { .. })));
        assert_eq!(says("&AMT=24.35&CUSTREF=FB100271A1"), Outcome::Unknown(Doubt::OtherPayment));
        assert_eq!(says("&AMT=24.35&INVNUM=FB-100271"), Outcome::Unknown(Doubt::OtherPayment));
    }

    #[test]
    fn a_tokens_own_codes_are_told_apart() {
        assert_eq!(seen("RESULT=19&PNREF=VEEC72F345A3&RESPMSG=Original transaction ID not found"), Seen::Untouched);
        assert_eq!(seen("RESULT=160&RESPMSG=Secure Token already been used"), Seen::Over { code: "160".to_owned() });
        assert_eq!(seen("RESULT=162&RESPMSG=Secure Token Expired"), Seen::Over { code: "162".to_owned() });
        assert_eq!(standing("RESULT=161&RESPMSG=Transaction using secure token is already in progress"), Outcome::Done(Standing::Pending));
        assert!(matches!(standing("RESULT=1&RESPMSG=User authentication failed"), Outcome::NotSent(_)));
        let refused = "RESULT=0&PNREF=VEEC72F345A3&TRANSSTATE=3&ORIGRESULT=114&ORIGPNREF=V2111B00EAAD&RESPMSG=CVV2 Mismatch&AUTHCODE=1";
        let Seen::Ended { standing, stray } = seen(refused) else { panic!("{refused}") };
        assert_eq!(standing, Outcome::Done(Standing::Declined(DeclineClass::Details)));
        assert_eq!(stray.as_ref().map(ProcessorRef::as_str), Some("V2111B00EAAD"));
    }

    #[test]
    fn the_form_carries_the_token_and_no_card() {
        let link = Link { url: Url::parse("https://pilot-payflowlink.paypal.com/").expect("an address"), mode: "TEST" };
        let key = IdempotencyKey::from_random([7; 16]);
        let form = form(&link, &key, &ProcessorRef::parse("Hq+7CTMVdsx1+L2DVGNPLh3YB==").expect("a token"));
        assert_eq!(form.action, "https://pilot-payflowlink.paypal.com/");
        assert!(form.hidden.contains(&("MODE", "TEST".to_owned())) && form.hidden.contains(&("SECURETOKENID", key.as_str().to_owned())));
        assert_eq!((form.number, form.expiry, form.code), ("ACCT", "EXPDATE", "CVV2"));
    }
}
