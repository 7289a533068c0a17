//! What an authentication of a card's holder (3-D Secure) came to. It is made by a service of the merchant's own, between the page and
//! the payment; its result travels with the payment, so that the issuer knows who asked and who answers for fraud
//! (paypal-website-payments-pro-uk.md §4).

use super::form::Problem;

/// The longest value that any field holds.
const VALUE_MAX: usize = 64;

/// The result, in the words of the protocol. Fields that do not apply are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreeDs {
    /// Whether the card takes part: `Y`, `N`, or `U` when that could not be found out.
    pub enrolled: String,
    /// How it ended: `Y` authenticated, `A` attempted, `U` undecided; empty when the card does not take part.
    pub status: String,
    /// The issuer's proof, Base64.
    pub cavv: String,
    /// The authentication's own number, Base64; empty in the second version of the protocol.
    pub xid: String,
    /// Who answers for fraud: two digits.
    pub eci: String,
    /// The protocol's version, such as `2.2.0`; empty for the first.
    pub version: String,
    /// The directory server's number; empty for the first version.
    pub directory_server: String,
}

/// The names of the form's fields, in the order of [`ThreeDs`]'s.
pub const FIELDS: [&str; 7] = [
    "three_ds_enrolled",
    "three_ds_status",
    "three_ds_cavv",
    "three_ds_xid",
    "three_ds_eci",
    "three_ds_version",
    "three_ds_directory_server",
];

impl ThreeDs {
    /// Reads a posted result; `None` when none was posted. `value` gives a field's text, empty when it was not there.
    ///
    /// # Errors
    /// `CardNotAuthenticated` when the issuer said no: nothing may be charged. `NotAChoice` for a result that does not hold together.
    pub fn parse<'a>(value: impl Fn(&str) -> &'a str) -> Result<Option<Self>, Problem> {
        let [enrolled, status, cavv, xid, eci, version, directory_server] = FIELDS.map(|name| value(name).to_owned());
        let this = Self { enrolled, status, cavv, xid, eci, version, directory_server };
        if this == Self::default() {
            return Ok(None);
        }
        match (this.enrolled.as_str(), this.status.as_str()) {
            ("Y", "N") => Err(Problem::CardNotAuthenticated),
            ("Y", "Y" | "A") if this.is_proven() => Ok(Some(this)),
            ("Y", "U") | ("N" | "U", "") if this.cavv.is_empty() && this.is_well_formed() => Ok(Some(this)),
            _ => Err(Problem::NotAChoice),
        }
    }

    /// Carries the issuer's proof and the number it was made under.
    fn is_proven(&self) -> bool {
        let numbered = if self.version.starts_with('2') { !self.directory_server.is_empty() } else { is_base64(&self.xid) };
        is_base64(&self.cavv) && numbered && self.is_well_formed()
    }

    fn is_well_formed(&self) -> bool {
        let is_eci = self.eci.is_empty() || (self.eci.len() == 2 && self.eci.bytes().all(|b| b.is_ascii_digit()));
        let is_version = self.version.len() <= 8 && self.version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let is_number = |text: &str| text.len() <= VALUE_MAX && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let is_xid = self.xid.is_empty() || is_base64(&self.xid);
        is_eci && is_version && is_number(&self.directory_server) && is_xid
    }
}

/// 20 bytes are 28 characters, which both proof and number are; some send more.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let is_padded = text.len().is_multiple_of(4) && text.len() - body.len() <= 2;
    (20..=VALUE_MAX).contains(&text.len()) && is_padded && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAVV: &str = "AAABBEg0VhI0VniQEjRWAAAAAAA=";
    const XID: &str = "WGQ0MTdRbXJ2T0tqdUd6UTdYcVc=";

    fn read(fields: &[(&str, &'static str)]) -> Result<Option<ThreeDs>, Problem> {
        ThreeDs::parse(|name| fields.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value))
    }

    #[test]
    fn no_result_is_no_result() {
        assert_eq!(read(&[]), Ok(None));
    }

    #[test]
    fn a_refused_holder_is_not_charged() {
        assert_eq!(read(&[("three_ds_enrolled", "Y"), ("three_ds_status", "N")]), Err(Problem::CardNotAuthenticated));
    }

    #[test]
    fn results_that_hold_together_are_read() {
        let first =
            [("three_ds_enrolled", "Y"), ("three_ds_status", "Y"), ("three_ds_cavv", CAVV), ("three_ds_xid", XID), ("three_ds_eci", "05")];
        assert!(read(&first).is_ok_and(|read| read.is_some_and(|three_ds| three_ds.cavv == CAVV)));
        let second = [
            ("three_ds_enrolled", "Y"),
            ("three_ds_status", "A"),
            ("three_ds_cavv", CAVV),
            ("three_ds_version", "2.2.0"),
            ("three_ds_directory_server", "c272b04f-6e7b-43a2-bb78-90f4fb94aa25"),
        ];
        assert!(read(&second).is_ok_and(|read| read.is_some()));
        assert!(read(&[("three_ds_enrolled", "N"), ("three_ds_eci", "06")]).is_ok_and(|read| read.is_some()));
        assert!(read(&[("three_ds_enrolled", "U")]).is_ok_and(|read| read.is_some()));
    }

    #[test]
    fn results_that_contradict_themselves_are_refused() {
        for fields in [
            &[("three_ds_enrolled", "Y")][..],
            &[("three_ds_enrolled", "Y"), ("three_ds_status", "Y")],
            &[
                ("three_ds_enrolled", "Y"),
                ("three_ds_status", "Y"),
                ("three_ds_cavv", "AAAB BEg0VhI0VniQEjRWAAAAAAA"),
                ("three_ds_xid", XID),
            ],
            &[("three_ds_enrolled", "N"), ("three_ds_status", "Y"), ("three_ds_cavv", CAVV), ("three_ds_xid", XID)],
            &[("three_ds_enrolled", "N"), ("three_ds_cavv", CAVV)],
            &[("three_ds_enrolled", "X")],
            &[("three_ds_status", "Y")],
            &[("three_ds_enrolled", "N"), ("three_ds_eci", "5&AMT=0.01")],
        ] {
            assert_eq!(read(fields), Err(Problem::NotAChoice), "{fields:?}");
        }
    }
}
