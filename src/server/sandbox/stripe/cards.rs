//! Which card does what (stripe.md §10). Named by payment method ids; a number never comes here.

use super::state::Card;

/// What a card does when it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Pays.
    Pays,
    /// Declines, with this code and decline code.
    Declines(&'static str, &'static str),
    /// Wants the payer to authenticate, then pays.
    AuthenticatesThenPays,
    /// Wants the payer to authenticate, then declines.
    AuthenticatesThenDeclines,
    /// Is decided later, see `POST /control/stripe/settle`.
    Slow,
    /// Pays, and is disputed at once.
    Disputes,
    /// Pays; a refund is pending until it is settled.
    RefundsSlowly,
    /// Pays; a refund succeeds, and fails when it is settled.
    RefundFails,
}

/// One test card.
#[derive(Clone, Copy, Debug)]
pub struct TestCard {
    /// The payment method's id.
    pub id: &'static str,
    /// `visa`, …
    pub brand: &'static str,
    /// `credit`, `debit` or `prepaid`.
    pub funding: &'static str,
    /// The last four digits.
    pub last4: &'static str,
    /// What it does.
    pub behaviour: Behaviour,
    /// The same in words, for the buyer's page.
    pub ends: &'static str,
}

use Behaviour::{AuthenticatesThenDeclines, AuthenticatesThenPays, Declines, Disputes, Pays, RefundFails, RefundsSlowly, Slow};

macro_rules! cards {
    ($($id:literal $brand:literal $funding:literal $last4:literal $behaviour:expr, $ends:literal;)*) => {
        /// Every card, in the order the buyer's page lists them.
        pub const CARDS: &[TestCard] = &[
            $(TestCard { id: $id, brand: $brand, funding: $funding, last4: $last4, behaviour: $behaviour, ends: $ends }),*
        ];
    };
}

cards! {
    "pm_card_visa" "visa" "credit" "4242" Pays, "pays";
    "pm_card_visa_debit" "visa" "debit" "5556" Pays, "pays";
    "pm_card_mastercard" "mastercard" "credit" "4444" Pays, "pays";
    "pm_card_mastercard_debit" "mastercard" "debit" "8210" Pays, "pays";
    "pm_card_mastercard_prepaid" "mastercard" "prepaid" "5100" Pays, "pays";
    "pm_card_amex" "amex" "credit" "0005" Pays, "pays";
    "pm_card_visa_chargeDeclined" "visa" "credit" "0002" Declines("card_declined", "generic_decline"), "declined";
    "pm_card_visa_chargeDeclinedInsufficientFunds" "visa" "credit" "9995" Declines("card_declined", "insufficient_funds"), "not enough money";
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded" "visa" "credit" "6975" Declines("card_declined", "card_velocity_exceeded"), "over its limit";
    "pm_card_visa_chargeDeclinedLostCard" "visa" "credit" "9987" Declines("card_declined", "lost_card"), "reported lost";
    "pm_card_visa_chargeDeclinedStolenCard" "visa" "credit" "9979" Declines("card_declined", "stolen_card"), "reported stolen";
    "pm_card_chargeDeclinedExpiredCard" "visa" "credit" "0069" Declines("expired_card", ""), "expired";
    "pm_card_chargeDeclinedIncorrectCvc" "visa" "credit" "0127" Declines("incorrect_cvc", ""), "wrong security code";
    "pm_card_chargeDeclinedProcessingError" "visa" "credit" "0119" Declines("processing_error", ""), "bank out of order";
    "pm_card_authenticationRequired" "visa" "credit" "3184" AuthenticatesThenPays, "asks to authenticate, then pays";
    "pm_card_threeDSecureDeclined" "visa" "credit" "1629" AuthenticatesThenDeclines, "asks to authenticate, then declines";
    "pm_card_slow" "visa" "debit" "6760" Slow, "decided later by the bank";
    "pm_card_createDispute" "visa" "credit" "0259" Disputes, "pays, then disputes";
    "pm_card_pendingRefund" "visa" "credit" "7726" RefundsSlowly, "pays; refunds are slow";
    "pm_card_refundFail" "visa" "credit" "5126" RefundFails, "pays; refunds fail later";
}

/// A card by its payment method's id.
pub fn find(id: &str) -> Option<&'static TestCard> {
    CARDS.iter().find(|card| card.id == id)
}

impl TestCard {
    /// What is kept of it.
    pub fn seen(&self) -> Card {
        let [id, brand, funding, last4] = [self.id, self.brand, self.funding, self.last4].map(str::to_owned);
        Card { id, brand, funding, last4 }
    }
}
