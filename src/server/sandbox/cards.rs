//! Which test card does what. The pilot host's cards pass (payflow-pro.md §11); the rest are ours, numbers that other test
//! networks made familiar. Any other number is refused as on the pilot host (23).

use serde::Serialize;

use crate::domain::card::Brand;

/// What a card does to a sale or an authorisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Behaviour {
    /// As the amount says.
    Approve,
    /// This result.
    Refuse(i32),
    /// This result (112, 114), with an authorisation left on the card that wants a void.
    RefuseLeavingHold(i32),
    /// Booked; every answer to it is lost.
    BookAndLoseAnswer,
    /// Booked; answered 104.
    BookAndAnswer104,
    /// Not booked; no answer.
    NeverArrives,
}

/// One test card.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct TestCard {
    /// The number.
    pub number: &'static str,
    /// What it does.
    pub behaviour: Behaviour,
    /// What the buyer's attempt ends as, in words.
    pub ends: &'static str,
}

use Behaviour::{Approve, BookAndAnswer104, BookAndLoseAnswer, NeverArrives, Refuse, RefuseLeavingHold};

macro_rules! cards {
    ($($number:literal $behaviour:expr, $ends:literal;)*) => {
        /// Every card that does something by itself, then the pilot host's cards that pass.
        pub const CARDS: &[TestCard] = &[$(TestCard { number: $number, behaviour: $behaviour, ends: $ends }),*];
    };
}

cards! {
    "4111111111111111" Approve, "Approved";
    "4000000000000002" Refuse(12), "Declined by the issuer";
    "4000000000009995" Refuse(50), "Declined: not enough money";
    "4000000000006975" Refuse(51), "Declined: over the card's limit";
    "4000000000009987" Refuse(13), "Declined: the issuer wants a call";
    "4000000000000069" Refuse(24), "Declined: expiry date";
    "4000000000000127" RefuseLeavingHold(114), "Declined: security code; leaves a hold that is voided";
    "4000000000000010" RefuseLeavingHold(112), "Declined: address; leaves a hold that is voided";
    "4000000000004954" Refuse(125), "Declined by the fraud check";
    "4000000000009235" Refuse(126), "Held for review; accept or reject it by the control API";
    "4000000000000341" Refuse(102), "Processor out of order; nothing sent";
    "4000000000009979" Refuse(151), "Issuer unavailable: unknown, then found not taken";
    "4000000000000119" BookAndLoseAnswer, "Taken, but every answer is lost: unknown, then found paid";
    "4000000000000101" BookAndAnswer104, "Taken, but answered with a timeout code: unknown, then found paid";
    "4000000000000259" NeverArrives, "No answer and nothing taken: unknown, then found not taken";
    "4000056655665556" Approve, "Approved; reported as Maestro, a debit card";
    "4012888888881881" Approve, "Approved";
    "4222222222222" Approve, "Approved";
    "5555555555554444" Approve, "Approved";
    "5105105105105100" Approve, "Approved";
    "2221000000000009" Approve, "Approved";
    "2223000048400011" Approve, "Approved";
    "2223016768739313" Approve, "Approved";
    "378282246310005" Approve, "Approved";
    "371449635398431" Approve, "Approved";
    "378734493671000" Approve, "Approved";
    "6011111111111117" Approve, "Approved";
    "6011000990139424" Approve, "Approved";
    "30569309025904" Approve, "Approved";
    "38520000023237" Approve, "Approved";
    "3530111333300000" Approve, "Approved";
    "3566002020360505" Approve, "Approved";
}

/// What a number does; `None` for one that is no test card.
pub fn find(number: &str) -> Option<Behaviour> {
    CARDS.iter().find(|card| card.number == number).map(|card| card.behaviour)
}

/// The number that looks like Visa and is told to be Maestro, as co-badged cards are: what it is, is known only afterwards.
const TOLD_AS_MAESTRO: &str = "4000056655665556";

/// The brand that the gateway tells of a number.
pub fn told_brand(number: &str) -> Option<Brand> {
    if number == TOLD_AS_MAESTRO { Some(Brand::Maestro) } else { Brand::of(number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::card::parse_number;

    #[test]
    fn every_test_card_can_be_typed_into_our_form() {
        for card in CARDS {
            assert_eq!(parse_number(card.number).as_deref(), Ok(card.number));
            assert!(Brand::of(card.number).is_some(), "{}", card.number);
            assert_eq!(CARDS.iter().filter(|c| c.number == card.number).count(), 1);
        }
        assert_eq!(find("4000000000000000"), None);
    }
}
