//! What the tests must know of each processor: where its merchant sits, how its buyer pays, what its simulator's operations and
//! tricks are called. Nothing else in the suite knows a processor by name.

use lectern::domain::{money::Currency, payment::DeclineClass};
use lectern::server::{
    flows::processors::form::Secrets,
    payments::ProcessorKind,
    sandbox::{faults::FaultKind, nvp},
};
use serde_json::{Value, json};

/// How the buyer agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Types a card on our page.
    Card,
    /// Chooses a way to pay on the page of PayPal Orders.
    Orders,
    /// The same on Express Checkout's.
    Express,
    /// Chooses a card on Stripe's page.
    Stripe,
    /// Makes a transfer some day.
    Transfer,
    /// Has nothing to pay.
    Nothing,
}

/// A way to be declined.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// The card typed, or what is chosen on the processor's page.
    pub choice: &'static str,
    /// The processor's code, scripted on what takes the money; none when the choice says enough.
    pub code: Option<&'static str>,
    /// What the buyer is told.
    pub told: Told,
}

/// What a declined buyer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Our checkout, with the reason in a class of ours.
    Class(DeclineClass),
    /// The processor's page, to choose another way to pay.
    Again,
}

/// One processor.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Which.
    pub processor: ProcessorKind,
    /// Where its merchant sits.
    pub country: &'static str,
    /// What its merchant sells in.
    pub currency: Currency,
    /// The choice on our form.
    pub method: &'static str,
    /// How the buyer agrees.
    pub hand: Hand,
    /// What pays.
    pub good: &'static str,
    /// The operation that moves the money.
    pub takes: &'static str,
    /// The operations that look what became of it.
    pub looks: &'static [&'static str],
    /// The operation that gives money back.
    pub refunds: &'static str,
    /// A result code in no table, as its simulator is told to answer it.
    pub odd: fn() -> FaultKind,
    /// That code, asked about or asked again, is told again, or nothing is: a person decides.
    pub keeps_odd_codes: bool,
    /// Its simulator can be told to give wrong sums also when it is asked what became of a payment.
    pub lies_when_asked: bool,
    /// A 500 stays with its key, and our client keeps the key: a person decides, or the key's end.
    pub keeps_500: bool,
    /// What is accepted and decided later.
    pub slow: &'static str,
    /// Every class of decline it can tell, and the declines that stay on its page.
    pub refusals: &'static [Refusal],
    /// How many messages it sends about one payment.
    pub notices: usize,
    /// Whether an old message can be known by its own time.
    pub dates_notices: bool,
}

impl Kind {
    /// The code of the kind, and its simulator's name.
    pub fn code(&self) -> &'static str {
        self.processor.code()
    }

    /// The buyer goes to a page of the processor's.
    pub fn redirects(&self) -> bool {
        matches!(self.hand, Hand::Orders | Hand::Express | Hand::Stripe)
    }

    /// Settings and secrets of the simulators' account, where the demo has none of the kind.
    pub fn setup(&self) -> Option<(Value, Secrets)> {
        let name = "lectern-demo";
        match self.processor {
            ProcessorKind::Express | ProcessorKind::WppUk => Some((
                json!({ "api_username": name, "merchant_id": nvp::merchant_id(name), "own_ip": "192.0.2.1" }),
                Secrets::default().with("api_password", "Simulator-2026").with("api_signature", &nvp::signature(name)),
            )),
            ProcessorKind::Payflow | ProcessorKind::Orders | ProcessorKind::Stripe | ProcessorKind::Offline | ProcessorKind::None => None,
        }
    }
}

const fn class(choice: &'static str, class: DeclineClass) -> Refusal {
    Refusal { choice, code: None, told: Told::Class(class) }
}

const fn again(choice: &'static str) -> Refusal {
    Refusal { choice, code: None, told: Told::Again }
}

const fn scripted(choice: &'static str, code: &'static str, class: DeclineClass) -> Refusal {
    Refusal { choice, code: Some(code), told: Told::Class(class) }
}

const VISA: &str = "4111111111111111";

fn refuse(code: &str) -> FaultKind {
    FaultKind::Refuse { code: code.to_owned() }
}

/// PayPal Payflow Pro, cards through our page.
pub fn payflow() -> Kind {
    use DeclineClass as D;
    Kind {
        processor: ProcessorKind::Payflow,
        country: "US",
        currency: Currency::USD,
        method: "card",
        hand: Hand::Card,
        good: VISA,
        takes: "S",
        looks: &["I"],
        refunds: "C",
        odd: || FaultKind::Decline { result: 777 },
        keeps_odd_codes: true,
        lies_when_asked: false,
        keeps_500: false,
        slow: "4000000000009235",
        refusals: const {
            &[
                class("4000000000000002", D::Refused),
                class("4000000000009995", D::Funds),
                class("4000000000006975", D::Funds),
                class("4000000000000069", D::Details),
                class("4000000000000127", D::Details),
                class("4000000000000010", D::Details),
                class("4000000000004954", D::FraudCheck),
            ]
        },
        notices: 0,
        dates_notices: false,
    }
}

/// PayPal Orders v2.
pub fn orders() -> Kind {
    use DeclineClass as D;
    Kind {
        processor: ProcessorKind::Orders,
        country: "RO",
        currency: Currency::EUR,
        method: "paypal",
        hand: Hand::Orders,
        good: "balance",
        takes: "orders.capture",
        looks: &["orders.get", "orders.get_capture"],
        refunds: "orders.refund",
        odd: || refuse("A_CODE_IN_NO_TABLE"),
        keeps_odd_codes: true,
        lies_when_asked: true,
        keeps_500: true,
        slow: "review",
        refusals: const {
            &[
                again("declined_card"),
                class("refused_for_good", D::Refused),
                class("restricted_account", D::Refused),
                scripted("balance", "CARD_EXPIRED", D::Details),
                scripted("balance", "COMPLIANCE_VIOLATION", D::FraudCheck),
                scripted("balance", "TRANSACTION_LIMIT_EXCEEDED", D::Funds),
            ]
        },
        notices: 2,
        dates_notices: true,
    }
}

/// PayPal Express Checkout.
pub fn express() -> Kind {
    use DeclineClass as D;
    Kind {
        processor: ProcessorKind::Express,
        country: "CA",
        currency: Currency::CAD,
        method: "paypal",
        hand: Hand::Express,
        good: "balance",
        takes: "express.do",
        looks: &["express.get", "express.details", "express.search"],
        refunds: "express.refund",
        odd: || refuse("19999"),
        keeps_odd_codes: false,
        lies_when_asked: true,
        keeps_500: false,
        slow: "echeck",
        refusals: const {
            &[
                again("refused_card"),
                class("blocked", D::Refused),
                scripted("balance", "10414", D::Funds),
                scripted("balance", "10736", D::Details),
                scripted("balance", "11611", D::FraudCheck),
                scripted("balance", "10416", D::TryLater),
            ]
        },
        notices: 1,
        dates_notices: false,
    }
}

/// PayPal Website Payments Pro (UK).
pub fn wpp_uk() -> Kind {
    use DeclineClass as D;
    Kind {
        processor: ProcessorKind::WppUk,
        country: "GB",
        currency: Currency::GBP,
        method: "card",
        hand: Hand::Card,
        good: VISA,
        takes: "wpp_uk.sale",
        looks: &["wpp_uk.search", "wpp_uk.details"],
        refunds: "wpp_uk.refund",
        odd: || refuse("19999"),
        keeps_odd_codes: true,
        lies_when_asked: true,
        keeps_500: false,
        slow: "4000000000009235",
        refusals: const {
            &[
                class("4000000000000002", D::Refused),
                class("4000000000009995", D::Funds),
                class("4000000000000069", D::Details),
                class("4000000000000010", D::Details),
                class("4000000000004954", D::FraudCheck),
                class("4000000000000341", D::TryLater),
            ]
        },
        notices: 1,
        dates_notices: false,
    }
}

/// Stripe Checkout.
pub fn stripe() -> Kind {
    Kind {
        processor: ProcessorKind::Stripe,
        country: "DE",
        currency: Currency::EUR,
        method: "card",
        hand: Hand::Stripe,
        good: "pm_card_visa",
        takes: "stripe.capture",
        looks: &["stripe.session_get", "stripe.intent_get", "stripe.search"],
        refunds: "stripe.refund",
        odd: || refuse("a_code_in_no_table"),
        keeps_odd_codes: true,
        lies_when_asked: true,
        keeps_500: false,
        slow: "pm_card_slow",
        refusals: const {
            &[
                again("pm_card_visa_chargeDeclined"),
                again("pm_card_visa_chargeDeclinedInsufficientFunds"),
                again("pm_card_chargeDeclinedIncorrectCvc"),
                again("pm_card_chargeDeclinedExpiredCard"),
                again("pm_card_chargeDeclinedProcessingError"),
                again("pm_card_visa_chargeDeclinedStolenCard"),
            ]
        },
        notices: 3,
        dates_notices: true,
    }
}

/// Invoice or transfer.
pub fn offline() -> Kind {
    Kind {
        processor: ProcessorKind::Offline,
        country: "RO",
        currency: Currency::EUR,
        method: "offline",
        hand: Hand::Transfer,
        good: "",
        takes: "",
        looks: &[],
        refunds: "",
        odd: || FaultKind::Html,
        keeps_odd_codes: false,
        lies_when_asked: true,
        keeps_500: false,
        slow: "",
        refusals: &[],
        notices: 0,
        dates_notices: false,
    }
}

/// Nothing to pay.
pub fn none() -> Kind {
    Kind { processor: ProcessorKind::None, method: "none", hand: Hand::Nothing, ..offline() }
}
