//! Instant payment notifications: what a body says before anybody vouched for it (paypal-express-checkout.md §11). Pure; asking
//! PayPal whether it sent the body is the client's part.

use super::super::ask::{AttemptRef, ProcessorRef};
use super::super::processor::{About, Forged, Notice, Tells};
use super::codec::{RawPair, pairs};
use super::reply::is_transaction;
use super::settings::Mode;

/// The field that carries our reference of the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// `custom`.
    Custom,
    /// `invoice`.
    Invoice,
}

/// A notification.
pub struct Ipn(Vec<RawPair>);

impl Ipn {
    /// Reads a body. `None` when it is no form.
    pub fn read(body: &[u8]) -> Option<Self> {
        pairs(body).map(Self)
    }

    /// A field as text by the declared charset; empty when absent. Two different values are none.
    pub fn get(&self, name: &str) -> String {
        let charset = self.bytes("charset").to_ascii_lowercase();
        match charset.as_slice() {
            b"utf-8" | b"utf8" => String::from_utf8_lossy(self.bytes(name)).into_owned(),
            b"" | b"windows-1252" | b"iso-8859-1" => self.bytes(name).iter().map(|byte| windows_1252(*byte)).collect(),
            // Of another charset only what is ASCII can be told.
            _ => self.bytes(name).iter().map(|b| if b.is_ascii() { char::from(*b) } else { '\u{fffd}' }).collect(),
        }
    }

    fn bytes(&self, name: &str) -> &[u8] {
        let mut values = self.0.iter().filter(|(n, _)| n.as_slice() == name.as_bytes()).map(|(_, value)| value.as_slice());
        match values.next() {
            Some(first) if values.all(|value| value == first) => first,
            Some(_) | None => b"",
        }
    }

    /// Whether it claims to be for this account: its number, and its kind of money.
    ///
    /// # Errors
    /// `OtherAccount`.
    pub fn check_account(&self, merchant_id: &str, mode: Mode) -> Result<(), Forged> {
        let claims = if self.get("test_ipn") == "1" { Mode::Test } else { Mode::Live };
        let is_ours = !merchant_id.is_empty() && self.get("receiver_id") == merchant_id;
        if is_ours && claims == mode { Ok(()) } else { Err(Forged::OtherAccount) }
    }

    /// What it is about. A transaction is told once per status (§11.4).
    pub fn notice(&self, named: Named) -> Notice {
        let (txn, status) = (self.get("txn_id"), self.get("payment_status"));
        let reference = |id: &str| ProcessorRef::parse(id).filter(|_| is_transaction(id)).map(About::Payment);
        let parent = self.get("parent_txn_id");
        let ours = match named {
            Named::Custom => AttemptRef::parse(&self.get("custom")),
            Named::Invoice => AttemptRef::parse(&self.get("invoice")),
        };
        // Refunds, reversals and disputes are about the payment they undo.
        let about = match (parent.as_str(), ours) {
            ("", Some(ours)) => Some(About::Attempt(ours)),
            ("", None) => reference(&txn),
            (parent, Some(_) | None) => reference(parent),
        };
        let id = if txn.is_empty() { format!("{}:{}", self.get("ipn_track_id"), status) } else { format!("{txn}:{status}") };
        Notice { id, about: about.unwrap_or(About::Nothing), tells: self.tells() }
    }

    /// Cases have a message type of their own; a reversal tells its reason (§11.4).
    fn tells(&self) -> Tells {
        let is_reversal = self.get("payment_status") == "Reversed";
        match self.get("txn_type").as_str() {
            "new_case" => Tells::DisputeOpened,
            "adjustment" => Tells::DisputeClosed,
            _ if is_reversal && matches!(self.get("reason_code").as_str(), "chargeback" | "buyer_complaint" | "buyer-complaint") => {
                Tells::DisputeOpened
            }
            _ if self.get("payment_status") == "Canceled_Reversal" => Tells::DisputeClosed,
            _ => Tells::Change,
        }
    }
}

/// What the bytes 128 to 159 stand for (WHATWG Encoding, index windows-1252).
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–',
    '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => UPPER[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAID: &str = "mc_gross=27.50&invoice=FB-300001&payment_status=Completed&charset=windows-1252&first_name=Zo%EB&last_name=%96%80\
        &custom=A1&txn_id=313MNS7U5WADBUECE&receiver_id=RSH60GV2AEUAK&test_ipn=1&payment_fee=";

    fn read(body: &str) -> Ipn {
        Ipn::read(body.as_bytes()).expect("readable")
    }

    #[test]
    fn the_declared_charset_is_used() {
        let ipn = read(PAID);
        assert_eq!((ipn.get("first_name").as_str(), ipn.get("last_name").as_str()), ("Zoë", "–€"));
        assert_eq!(read("charset=utf-8&first_name=Zo%C3%AB").get("first_name"), "Zoë");
        assert_eq!(read("charset=Shift_JIS&first_name=Zo%C3%AB").get("first_name"), "Zo\u{fffd}\u{fffd}");
        assert_eq!(read("txn_id=A&txn_id=B").get("txn_id"), "");
    }

    #[test]
    fn a_payment_names_its_attempt_and_a_refund_its_payment() {
        let notice = read(PAID).notice(Named::Custom);
        assert_eq!(notice.id, "313MNS7U5WADBUECE:Completed");
        assert_eq!(notice.about, About::Attempt(AttemptRef::parse("A1").expect("a reference")));
        let payment = About::Payment(ProcessorRef::parse("313MNS7U5WADBUECE").expect("a reference"));
        // FB-300001 is no reference of ours.
        assert_eq!(read(PAID).notice(Named::Invoice).about, payment);
        let refund = read(&PAID.replace("txn_id=313MNS7U5WADBUECE", "txn_id=UTMMK65M3NJSDXAG9&parent_txn_id=313MNS7U5WADBUECE"));
        assert_eq!(refund.notice(Named::Custom).about, payment);
        assert_eq!(read("txn_type=masspay&ipn_track_id=4f2c").notice(Named::Custom).about, About::Nothing);
    }

    #[test]
    fn another_account_or_other_money_is_refused() {
        let check = |body: &str, mode| read(body).check_account("RSH60GV2AEUAK", mode);
        assert_eq!(check(PAID, Mode::Test), Ok(()));
        assert_eq!(check(PAID, Mode::Live), Err(Forged::OtherAccount));
        assert_eq!(read("test_ipn=1").check_account("", Mode::Test), Err(Forged::OtherAccount), "who does not know their number");
        assert_eq!(check(&PAID.replace("test_ipn=1", "test_ipn="), Mode::Test), Err(Forged::OtherAccount));
        assert_eq!(check(&PAID.replace("RSH60GV2AEUAK", "RSH60GV2AEUAX"), Mode::Test), Err(Forged::OtherAccount));
    }

    proptest! {
        #[test]
        fn any_body_is_survived(body in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(ipn) = Ipn::read(&body) {
                prop_assert!(ipn.check_account("RSH60GV2AEUAK", Mode::Live).is_err());
                let _ = ipn.notice(Named::Custom);
            }
        }
    }
}
