//! What `DoDirectPayment` sends (paypal-website-payments-pro-uk.md §3, §4). Pure. The card passes through and is wiped.

use std::net::{IpAddr, Ipv4Addr};

use zeroize::Zeroizing;

use crate::domain::card::Brand;

use super::super::ask::{Sale, SecretDigits};
use super::super::nvp::codec::Fields;

/// Authorise and capture at once, or only authorise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// `Sale`.
    Sale,
    /// `Authorization`.
    Authorise,
}

impl Action {
    const fn wire(self) -> &'static str {
        match self {
            Self::Sale => "Sale",
            Self::Authorise => "Authorization",
        }
    }
}

/// The schemes that are carried, spelt as the API wants them. Solo closed in 2011.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardType {
    /// Also Visa Debit and Electron.
    Visa,
    /// Mastercard.
    MasterCard,
    /// Once Switch.
    Maestro,
}

impl CardType {
    /// The scheme of a number, if it is carried. UK Maestro cards that begin with 63 are in no prefix table of ours.
    pub fn of(number: &SecretDigits) -> Option<Self> {
        match Brand::of(number.reveal()) {
            Some(Brand::Visa) => Some(Self::Visa),
            Some(Brand::Mastercard) => Some(Self::MasterCard),
            Some(Brand::Maestro) => Some(Self::Maestro),
            Some(Brand::Amex | Brand::Discover | Brand::Diners | Brand::Jcb) => None,
            None => number.reveal().starts_with("63").then_some(Self::Maestro),
        }
    }

    /// The scheme, as we call it.
    pub const fn brand(self) -> Brand {
        match self {
            Self::Visa => Brand::Visa,
            Self::MasterCard => Brand::Mastercard,
            Self::Maestro => Brand::Maestro,
        }
    }

    const fn wire(self) -> &'static str {
        match self {
            Self::Visa => "Visa",
            Self::MasterCard => "MasterCard",
            Self::Maestro => "Maestro",
        }
    }
}

/// What a Maestro card has printed; one of the two is required (§3.1).
#[derive(Default)]
pub struct Maestro {
    /// `ISSUENUMBER`: 1 or 2 digits, a leading zero kept.
    pub issue_number: String,
    /// `STARTDATE`, `MMYYYY`.
    pub start_date: String,
}

/// The address that is sent: the buyer's if it is IPv4, else `own` (§3: IPv6 is refused, and the fraud check is the poorer).
pub fn ip_address(buyer: Option<IpAddr>, own: Option<Ipv4Addr>) -> Option<Ipv4Addr> {
    match buyer.map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => Some(ip),
        Some(IpAddr::V6(_)) | None => own,
    }
}

/// A sale or an authorisation. The invoice number is our own reference of the attempt, by which it is found again and which PayPal
/// refuses to charge twice (§8); the order's number travels as `CUSTOM`.
pub fn direct_payment(
    mut call: Fields,
    action: Action,
    ask: &Sale,
    card_type: CardType,
    ip: Ipv4Addr,
    amount: &str,
    maestro: &Maestro,
) -> Fields {
    call.set("PAYMENTACTION", action.wire());
    call.set("IPADDRESS", &ip.to_string());
    call.set("CREDITCARDTYPE", card_type.wire());
    call.set("ACCT", ask.card.number.reveal());
    // MMYYYY; Payflow's is MMYY (§12.1).
    call.set("EXPDATE", &Zeroizing::new(format!("{:02}{:04}", ask.card.expiry.month, ask.card.expiry.year)));
    call.add("CVV2", ask.card.code.reveal());
    call.add("ISSUENUMBER", &maestro.issue_number);
    call.add("STARTDATE", &maestro.start_date);
    let billing = &ask.billing;
    let (first, last) = match (billing.first_name.trim(), billing.last_name.trim()) {
        ("", "") => split_name(&ask.card.name),
        ("", only) | (only, "") => (only, only),
        given => given,
    };
    call.add_text("FIRSTNAME", first, 25);
    call.add_text("LASTNAME", last, 25);
    call.add_text("STREET", &billing.street, 100);
    call.add_text("STREET2", &billing.street2, 100);
    call.add_text("CITY", &billing.city, 40);
    // "Send the county, else repeat the city."
    call.add_text("STATE", if billing.state.trim().is_empty() { &billing.city } else { &billing.state }, 40);
    call.add_text("ZIP", &billing.zip, 20);
    call.add_text("COUNTRYCODE", &billing.country, 2);
    // A cut address would be somebody else's: too long a one is left out.
    call.add("EMAIL", ask.email.as_deref().filter(|e| e.is_ascii() && e.len() <= 127).unwrap_or_default());
    call.set("AMT", amount);
    // The default is USD.
    call.set("CURRENCYCODE", ask.amount.currency().code());
    call.set("INVNUM", ask.attempt_ref.as_str());
    call.add_text("CUSTOM", &ask.invoice, 256);
    call.add_text("DESC", &ask.description, 127);
    if let Some(three_ds) = &ask.card.three_ds {
        call.set("AUTHSTATUS3DS", &three_ds.status);
        call.set("MPIVENDOR3DS", &three_ds.enrolled);
        call.set("CAVV", &three_ds.cavv);
        call.set("ECI3DS", &three_ds.eci);
        call.set("XID", &three_ds.xid);
        call.add("THREEDSVERSION", &three_ds.version);
        call.add("DSTRANSACTIONID", &three_ds.directory_server);
    }
    call
}

/// The name on a card as given and family name, both of which are required: of a single word each.
fn split_name(name: &str) -> (&str, &str) {
    let name = name.trim();
    name.rsplit_once(' ').map_or((name, name), |(first, last)| (first.trim(), last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_carried_has_a_type() {
        for (number, card_type) in [
            ("4012888888881881", Some(CardType::Visa)),
            ("5555555555554444", Some(CardType::MasterCard)),
            ("6304000000000000", Some(CardType::Maestro)),
            ("5641820000000005", Some(CardType::Maestro)),
            ("378282246310005", None),
            ("6011111111111117", None),
            ("9999999999999995", None),
        ] {
            assert_eq!(CardType::of(&SecretDigits::new(number)), card_type, "{number}");
        }
    }

    #[test]
    fn an_address_of_four_numbers_is_sent_or_none() {
        let (v4, own): (Ipv4Addr, Ipv4Addr) = (Ipv4Addr::new(203, 0, 113, 24), Ipv4Addr::new(192, 0, 2, 1));
        assert_eq!(ip_address(Some(IpAddr::V4(v4)), Some(own)), Some(v4));
        assert_eq!(ip_address("::ffff:203.0.113.24".parse().ok(), None), Some(v4));
        assert_eq!(ip_address("2001:db8::1".parse().ok(), Some(own)), Some(own));
        assert_eq!(ip_address("2001:db8::1".parse().ok(), None), None);
        assert_eq!(ip_address(None, Some(own)), Some(own));
    }

    #[test]
    fn both_names_are_there() {
        assert_eq!(split_name(" Maria de la Cruz "), ("Maria de la", "Cruz"));
        assert_eq!(split_name("Cher"), ("Cher", "Cher"));
    }
}
