//! Which cards a site takes: credit and debit are its own switches, brands are what the processor carries. The browser asks before
//! anything is sent, the server before anything is forwarded, and again when the processor says what a card was.

use serde::{Deserialize, Serialize};

use super::{
    card::{Brand, Funding},
    form::Problem,
};

/// Which kinds of cards a site takes. There is no "none": a site that takes no cards pauses the processors that carry them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKinds {
    /// Credit and debit.
    #[default]
    All,
    /// Credit cards only.
    Credit,
    /// Debit cards only, prepaid ones with them.
    Debit,
}

impl CardKinds {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::All, Self::Credit, Self::Debit];

    /// The value at rest.
    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Credit => "credit",
            Self::Debit => "debit",
        }
    }

    /// Reads the value at rest.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kinds| kinds.code() == code)
    }

    /// What two ticked or empty boxes mean; `None` when neither kind is left.
    pub const fn from_ticks(credit: bool, debit: bool) -> Option<Self> {
        match (credit, debit) {
            (true, true) => Some(Self::All),
            (true, false) => Some(Self::Credit),
            (false, true) => Some(Self::Debit),
            (false, false) => None,
        }
    }

    /// Takes a card of this funding. Prepaid counts as debit: its money is the holder's own, and no issuer lends it. A card whose
    /// funding nobody knows is taken, since most are of a kind that is.
    pub const fn takes(self, funding: Option<Funding>) -> bool {
        match (self, funding) {
            (Self::All, _) | (_, None) => true,
            (Self::Credit, Some(funding)) => matches!(funding, Funding::Credit),
            (Self::Debit, Some(funding)) => matches!(funding, Funding::Debit | Funding::Prepaid),
        }
    }
}

/// Which cards can be paid with by one processor of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardsTaken {
    /// The brands the processor carries, in the order they are named.
    pub brands: Vec<Brand>,
    /// The kinds the site takes.
    pub kinds: CardKinds,
}

impl CardsTaken {
    /// Whether a well-formed number may be sent: of a brand that is carried, and not of a kind that is known to be refused.
    ///
    /// # Errors
    /// `CardBrandNotAccepted` with the brands that are; `CardKindNotAccepted`.
    pub fn check(&self, digits: &str) -> Result<(), Problem> {
        let brand = Brand::of(digits);
        let funding = brand.and_then(Brand::funding);
        match brand {
            Some(known) if self.brands.contains(&known) => match funding {
                Some(funding) if !self.kinds.takes(Some(funding)) => Err(Problem::CardKindNotAccepted { funding }),
                Some(_) | None => Ok(()),
            },
            Some(_) | None => Err(Problem::CardBrandNotAccepted { brand, taken: self.brands.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prepaid_counts_as_debit_and_the_unknown_is_taken() {
        for (kinds, credit, debit, prepaid) in
            [(CardKinds::All, true, true, true), (CardKinds::Credit, true, false, false), (CardKinds::Debit, false, true, true)]
        {
            for (funding, taken) in [(Funding::Credit, credit), (Funding::Debit, debit), (Funding::Prepaid, prepaid)] {
                assert_eq!(kinds.takes(Some(funding)), taken, "{kinds:?} {funding:?}");
            }
            assert!(kinds.takes(None));
            assert_eq!(CardKinds::from_code(kinds.code()), Some(kinds));
        }
        assert_eq!(CardKinds::from_ticks(false, false), None);
        assert_eq!(CardKinds::from_ticks(true, false), Some(CardKinds::Credit));
    }

    #[test]
    fn a_brand_that_is_not_carried_is_refused_with_those_that_are() {
        let taken = CardsTaken { brands: vec![Brand::Visa, Brand::Mastercard], kinds: CardKinds::All };
        assert_eq!(taken.check("4111111111111111"), Ok(()));
        let refused = |brand| Err(Problem::CardBrandNotAccepted { brand, taken: taken.brands.clone() });
        assert_eq!(taken.check("378282246310005"), refused(Some(Brand::Amex)));
        assert_eq!(taken.check("6200000000000005"), refused(None));
    }

    #[test]
    fn a_maestro_card_is_known_to_be_debit_before_anything_is_sent() {
        let taken = |kinds| CardsTaken { brands: vec![Brand::Visa, Brand::Maestro], kinds };
        let maestro = "5063516945005047";
        assert_eq!(taken(CardKinds::Credit).check(maestro), Err(Problem::CardKindNotAccepted { funding: Funding::Debit }));
        assert_eq!(taken(CardKinds::All).check(maestro), Ok(()));
        assert_eq!(taken(CardKinds::Debit).check(maestro), Ok(()));
        // What only the processor knows is not guessed.
        assert_eq!(taken(CardKinds::Debit).check("4111111111111111"), Ok(()));
    }
}
