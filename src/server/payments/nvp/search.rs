//! What a transaction search found (paypal-express-checkout.md §10.6). Pure.

use crate::domain::{
    money::{Currency, Money},
    payment::DeclineClass,
};

use super::super::ask::ProcessorRef;
use super::super::processor::{Captured, Doubt, Outcome, Standing};
use super::amount::from_wire;
use super::reply::{Ack, Reply};
use super::state::{State, state, word};

/// A reply lists no more.
const LISTED_MAX: usize = 100;

/// What was listed: payments, authorisations and refunds are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Money to the merchant.
    Payment,
    /// Money set aside.
    Authorization,
    /// Money back to the buyer.
    Refund,
    /// Anything else: fees, transfers, payments made by the merchant.
    Other,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// `L_TRANSACTIONIDn`.
    pub reference: ProcessorRef,
    /// By `L_TYPEn` and the sign of the amount.
    pub kind: Kind,
    /// `L_STATUSn`.
    pub status: String,
    /// Without its sign, where it can be read.
    pub amount: Option<Money>,
}

/// A list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Its lines.
    pub lines: Vec<Listed>,
    /// There are more (11002).
    pub is_cut: bool,
}

impl Listing {
    /// The lines of one kind.
    pub fn of(&self, kind: Kind) -> Vec<&Listed> {
        self.lines.iter().filter(|line| line.kind == kind).collect()
    }
}

/// Reads a list. A success without any line found nothing.
///
/// # Errors
/// Why it cannot be believed.
pub fn read_listing(reply: &Reply) -> Result<Listing, Doubt> {
    match reply.ack {
        Ack::Done => {}
        Ack::Failed | Ack::Unclear => return Err(Doubt::ProcessorUnsure { code: reply.code() }),
    }
    let is_cut = reply.problems().any(|problem| problem.code == "11002");
    let mut lines = Vec::new();
    for n in 0..LISTED_MAX {
        let column = |name: &str| reply.get(&format!("L_{name}{n}"));
        let (Some(kind), Some(status)) = (column("TYPE"), column("STATUS")) else { break };
        let reference = column("TRANSACTIONID").and_then(ProcessorRef::parse).ok_or(Doubt::Unreadable)?;
        let amount = column("AMT").ok_or(Doubt::Unreadable)?;
        let currency: Option<Currency> = column("CURRENCYCODE").and_then(|code| code.parse().ok());
        let (is_negative, digits) = amount.strip_prefix('-').map_or((false, amount), |digits| (true, digits));
        let kind = match (kind.to_ascii_lowercase().as_str(), is_negative) {
            ("payment", false) => Kind::Payment,
            ("authorization", false) => Kind::Authorization,
            ("refund", _) => Kind::Refund,
            _ => Kind::Other,
        };
        lines.push(Listed { reference, kind, status: status.to_owned(), amount: currency.and_then(|c| from_wire(digits, c)) });
    }
    Ok(Listing { lines, is_cut })
}

/// What a refund that should be of `expected` came to.
pub fn refund_standing(refund: &Listed, expected: Money) -> Outcome<Standing> {
    match state(&refund.status, "") {
        State::Taken if refund.amount == Some(expected) => {
            Outcome::Done(Standing::Captured(Captured { reference: refund.reference.clone(), amount: expected, card: None }))
        }
        State::Taken => Outcome::Unknown(Doubt::Mismatch { reported: refund.amount, reference: Some(refund.reference.clone()) }),
        State::Pending | State::Authorised => Outcome::Done(Standing::Pending),
        State::NotPaid => Outcome::Done(Standing::Declined(DeclineClass::Refused)),
        State::Reversed => Outcome::Unknown(Doubt::Reversed { code: word(&refund.status) }),
        State::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code: word(&refund.status) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(body: &str) -> Result<Listing, Doubt> {
        read_listing(&Reply::read(body.as_bytes()).expect("a reply"))
    }

    #[test]
    fn payments_and_refunds_are_told_apart() {
        let found = listing(
            "L_TYPE0=Refund&L_TYPE1=Payment&L_TYPE2=Payment&L_TRANSACTIONID0=R&L_TRANSACTIONID1=P&L_TRANSACTIONID2=O&L_STATUS0=Completed\
             &L_STATUS1=Partially%2dRefunded&L_STATUS2=Completed&L_AMT0=%2d12%2e00&L_AMT1=27%2e50&L_AMT2=%2d5%2e00&L_CURRENCYCODE0=CAD\
             &L_CURRENCYCODE1=CAD&L_CURRENCYCODE2=CAD&ACK=SuccessWithWarning&L_ERRORCODE0=11002",
        )
        .expect("a list");
        assert_eq!(found.lines.iter().map(|line| line.kind).collect::<Vec<_>>(), [Kind::Refund, Kind::Payment, Kind::Other]);
        assert!(found.is_cut);
        let refund = found.of(Kind::Refund)[0];
        let cad = |minor| Money::from_minor(minor, Currency::CAD);
        assert!(matches!(refund_standing(refund, cad(1200)), Outcome::Done(Standing::Captured(c)) if c.reference.as_str() == "R"));
        assert!(matches!(refund_standing(refund, cad(1201)), Outcome::Unknown(Doubt::Mismatch { .. })));
        let still = Listed { status: "Pending".to_owned(), ..refund.clone() };
        assert_eq!(refund_standing(&still, cad(1200)), Outcome::Done(Standing::Pending));
    }

    #[test]
    fn an_empty_list_is_not_a_broken_one() {
        assert_eq!(listing("ACK=Success"), Ok(Listing::default()));
        assert!(listing("ACK=Failure&L_ERRORCODE0=10001").is_err());
        assert_eq!(listing("L_TYPE0=Payment&L_STATUS0=Completed&ACK=Success"), Err(Doubt::Unreadable));
    }
}
