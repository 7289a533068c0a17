//! Card numbers as people type them: brand, grouping, check digit, expiry. Runs in the browser before anything is sent and on
//! the server before anything is forwarded. Nothing here is stored.

use serde::{Deserialize, Serialize};

use super::form::Problem;

/// A card scheme known by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Brand {
    /// Visa.
    Visa,
    /// Mastercard.
    Mastercard,
    /// American Express.
    Amex,
    /// Discover.
    Discover,
    /// Diners Club.
    Diners,
    /// JCB.
    Jcb,
    /// Maestro.
    Maestro,
}

impl Brand {
    /// The name on the card.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visa => "Visa",
            Self::Mastercard => "Mastercard",
            Self::Amex => "American Express",
            Self::Discover => "Discover",
            Self::Diners => "Diners Club",
            Self::Jcb => "JCB",
            Self::Maestro => "Maestro",
        }
    }

    /// Where the money of every card of this brand comes from, where that is so: Maestro has only debit cards (and prepaid ones).
    pub const fn funding(self) -> Option<Funding> {
        match self {
            Self::Maestro => Some(Funding::Debit),
            Self::Visa | Self::Mastercard | Self::Amex | Self::Discover | Self::Diners | Self::Jcb => None,
        }
    }

    /// How many digits the security code has: 4 on American Express, else 3.
    pub const fn code_digits(self) -> u32 {
        match self {
            Self::Amex => 4,
            Self::Visa | Self::Mastercard | Self::Discover | Self::Diners | Self::Jcb | Self::Maestro => 3,
        }
    }

    /// Whether numbers of this brand have so many digits (ISO/IEC 7812-1, and the issuers' published ranges).
    pub const fn has_length(self, digits: usize) -> bool {
        match self {
            Self::Amex => digits == 15,
            Self::Mastercard => digits == 16,
            Self::Visa => matches!(digits, 13 | 16 | 19),
            Self::Diners => matches!(digits, 14..=19),
            Self::Discover | Self::Jcb => matches!(digits, 16..=19),
            Self::Maestro => matches!(digits, 12..=19),
        }
    }

    /// The brand of the digits typed so far, by the issuers' published prefixes.
    pub fn of(digits: &str) -> Option<Self> {
        let prefix = |n: usize| digits.get(..n).and_then(|p| p.parse::<u32>().ok());
        if let Some(one) = prefix(1)
            && one == 4
        {
            return Some(Self::Visa);
        }
        if let Some(four) = prefix(4) {
            match four {
                2221..=2720 => return Some(Self::Mastercard),
                3528..=3589 => return Some(Self::Jcb),
                6011 => return Some(Self::Discover),
                _ => {}
            }
        }
        if let Some(three) = prefix(3) {
            match three {
                300..=305 => return Some(Self::Diners),
                644..=649 => return Some(Self::Discover),
                _ => {}
            }
        }
        match prefix(2)? {
            51..=55 => Some(Self::Mastercard),
            34 | 37 => Some(Self::Amex),
            36 | 38 | 39 => Some(Self::Diners),
            65 => Some(Self::Discover),
            50 | 56..=58 | 67 => Some(Self::Maestro),
            _ => None,
        }
    }
}

/// Where a card's money comes from, as its issuer says (stripe.md §3.5). Not every processor knows, and not of every card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funding {
    /// Lent by the issuer.
    Credit,
    /// From the holder's account.
    Debit,
    /// Loaded beforehand.
    Prepaid,
}

impl Funding {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Credit, Self::Debit, Self::Prepaid];

    /// The value at rest and in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Debit => "debit",
            Self::Prepaid => "prepaid",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|funding| funding.code() == code)
    }
}

/// Only the digits of what was typed or pasted.
pub fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Groups digits as printed on the card: 4-6-5 for American Express and Diners, else fours. What is typed too many stands at the
/// end, where it can be seen.
pub fn grouped(text: &str) -> String {
    let digits = digits_of(text);
    let sizes: &[usize] = match Brand::of(&digits) {
        Some(Brand::Amex | Brand::Diners) => &[4, 6, 5],
        Some(Brand::Visa | Brand::Mastercard | Brand::Discover | Brand::Jcb | Brand::Maestro) | None => &[4, 4, 4, 4, 3],
    };
    let mut groups = Vec::new();
    let mut rest = digits.get(..digits.len().min(19)).unwrap_or_default();
    for size in sizes {
        if rest.is_empty() {
            break;
        }
        let (group, tail) = rest.split_at((*size).min(rest.len()));
        groups.push(group);
        rest = tail;
    }
    if !rest.is_empty() {
        groups.push(rest);
    }
    groups.join(" ")
}

/// The Luhn check (ISO/IEC 7812-1, annex B).
pub fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b.wrapping_sub(b'0'));
            if i % 2 == 0 {
                d
            } else if d > 4 {
                d * 2 - 9
            } else {
                d * 2
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a card number stands somewhere in a text that is meant for something else: a run of digits, perhaps in groups, that an
/// issuer could have given out.
pub fn holds_number(text: &str) -> bool {
    let is_number = |run: &str| (12..=19).contains(&run.len()) && Brand::of(run).is_some() && passes_luhn(run);
    let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '\u{a0}')).collect();
    let runs = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(is_number);
    runs(&joined) || runs(text)
}

/// The digits of a complete, well-formed number.
///
/// # Errors
/// `Required` when empty; `CardNumberMistyped` for a wrong length, a letter or a failed check digit.
pub fn parse_number(text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Required);
    }
    let foreign = text.chars().any(|c| !(c.is_ascii_digit() || c.is_whitespace() || c == '-' || c == '\u{a0}'));
    let digits = digits_of(text);
    let fits = Brand::of(&digits).map_or((12..=19).contains(&digits.len()), |brand| brand.has_length(digits.len()));
    if foreign || !fits || !passes_luhn(&digits) {
        return Err(Problem::CardNumberMistyped);
    }
    Ok(digits)
}

/// A card's last valid month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expiry {
    /// Full year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Expiry {
    /// Reads `MM / YY`, `0426`, `4/26`, `04/2026`.
    ///
    /// # Errors
    /// `Required` or `CardExpiryUnreadable`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        let (month, year) = match text.split_once(['/', '-', '.']) {
            Some(parts) => parts,
            None if text.is_ascii() && (text.len() == 4 || text.len() == 6) => text.split_at(2),
            None if text.is_ascii() && text.len() == 3 => text.split_at(1),
            None => return Err(Problem::CardExpiryUnreadable),
        };
        let number = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse::<i16>().ok()).flatten();
        let month = number(month).filter(|m| (1..=12).contains(m));
        let year = match year.len() {
            2 => number(year).map(|y| 2000 + y),
            4 => number(year).filter(|y| (2000..2100).contains(y)),
            _ => None,
        };
        match (month.and_then(|m| i8::try_from(m).ok()), year) {
            (Some(month), Some(year)) => Ok(Self { year, month }),
            _ => Err(Problem::CardExpiryUnreadable),
        }
    }

    /// Past in the month `(year, month)`. A card is good to the end of its month.
    pub fn is_before(self, year: i16, month: i8) -> bool {
        (self.year, self.month) < (year, month)
    }

    /// `MM / YY`, as on the card.
    pub fn shown(self) -> String {
        format!("{:02} / {:02}", self.month, self.year % 100)
    }

    /// `MMYY`, as Payflow wants it.
    pub fn mmyy(self) -> String {
        format!("{:02}{:02}", self.month, self.year % 100)
    }
}

/// The security code's digits.
///
/// # Errors
/// `Required`, or `CardCodeLength` with the brand's length (3 when the brand is unknown).
pub fn parse_code(text: &str, brand: Option<Brand>) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    let wanted = brand.map_or(3, Brand::code_digits);
    let length_fits = match brand {
        Some(_) => text.len() == wanted as usize,
        None => text.len() == 3 || text.len() == 4,
    };
    if length_fits && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(Problem::CardCodeLength { digits: wanted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brands_are_known_by_prefix() {
        for (number, brand) in [
            ("4111111111111111", Brand::Visa),
            ("5555555555554444", Brand::Mastercard),
            ("2223000048400011", Brand::Mastercard),
            ("378282246310005", Brand::Amex),
            ("6011111111111117", Brand::Discover),
            ("30569309025904", Brand::Diners),
            ("3530111333300000", Brand::Jcb),
        ] {
            assert_eq!(Brand::of(number), Some(brand), "{number}");
            assert!(parse_number(number).is_ok(), "{number}");
        }
        assert_eq!(Brand::of(""), None);
    }

    #[test]
    fn numbers_are_grouped_as_on_the_card() {
        assert_eq!(grouped("4111-1111 11111111"), "4111 1111 1111 1111");
        assert_eq!(grouped("378282246310005"), "3782 822463 10005");
        assert_eq!(grouped("41111"), "4111 1");
        assert_eq!(grouped("3782822486310035"), "3782 822486 31003 5", "no digit that was typed disappears");
    }

    #[test]
    fn a_number_is_found_where_it_does_not_belong() {
        for text in
            ["4111111111111111", "4111 1111 1111 1111", "Ana 4111-1111-1111-1111 Pop", "x378282246310005y", "Elm 4 4111111111111111"]
        {
            assert!(holds_number(text), "{text}");
        }
        for text in
            ["", "Ana Pop", "12 St James's Square", "4111 1111 1111 1112", "0721 123 456", "RO49AAAA1B31007593840000", "4111 1111 1111"]
        {
            assert!(!holds_number(text), "{text}");
        }
    }

    #[test]
    fn a_mistyped_digit_is_caught() {
        assert_eq!(parse_number("4111 1111 1111 1112"), Err(Problem::CardNumberMistyped));
        assert_eq!(parse_number("4111 1111 1111 111a"), Err(Problem::CardNumberMistyped));
        assert_eq!(parse_number(" "), Err(Problem::Required));
        // One digit too many for its brand, and the check digit fits by chance.
        assert_eq!(parse_number("3782822486310035"), Err(Problem::CardNumberMistyped));
        assert_eq!(parse_number("4222222222222"), Ok("4222222222222".to_owned()));
    }

    #[test]
    fn expiry_is_read_in_every_common_form() {
        for text in ["04 / 26", "0426", "4/26", "04/2026", "426", "042026", "04-26"] {
            assert_eq!(Expiry::parse(text), Ok(Expiry { year: 2026, month: 4 }), "{text}");
        }
        for text in ["13/26", "0/26", "4/6", "ab/cd", "04/26/01"] {
            assert_eq!(Expiry::parse(text), Err(Problem::CardExpiryUnreadable), "{text}");
        }
        let april = Expiry { year: 2026, month: 4 };
        assert!(!april.is_before(2026, 4) && april.is_before(2026, 5));
    }

    #[test]
    fn code_length_follows_the_brand() {
        assert!(parse_code("1234", Some(Brand::Amex)).is_ok());
        assert_eq!(parse_code("1234", Some(Brand::Visa)), Err(Problem::CardCodeLength { digits: 3 }));
    }
}
