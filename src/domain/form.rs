//! What can be wrong with something a person typed, and what a rule can refuse. Codes only: `texts` puts them into words.

use serde::{Deserialize, Serialize};

use super::{
    card::{Brand, Funding},
    money::{Currency, Money, MoneyError},
    payment::DeclineClass,
    promo::PromoRefusal,
};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[error("{self:?}")]
pub enum Problem {
    /// Nothing was given where something is needed.
    Required,
    /// More than `max` characters.
    TooLong {
        /// The most allowed.
        max: usize,
    },
    /// Fewer than `min` characters.
    TooShort {
        /// The least allowed.
        min: usize,
    },
    /// Control characters or invisible marks.
    ForbiddenCharacters,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not a promo code's form.
    NotAPromoCode,
    /// Not a number in any accepted form.
    NotANumber,
    /// More decimals than the currency has.
    TooManyDecimals {
        /// The most allowed.
        max: u32,
    },
    /// Below zero.
    Negative,
    /// Zero, where something must be.
    Zero,
    /// Another amount than the button named: press again.
    ConfirmAmount {
        /// What was typed.
        amount: Money,
    },
    /// Above the site's maximum.
    AboveMaximum {
        /// The most allowed.
        max: Money,
    },
    /// A whole number outside its range, bounds included.
    OutOfRange {
        /// The least allowed.
        min: i64,
        /// The most allowed.
        max: i64,
    },
    /// Not one of the offered choices.
    NotAChoice,
    /// Not a date and time, or a day that does not exist.
    NotADate,
    /// The clocks go forward over this time; the two nearest that exist.
    TimeSkipped {
        /// The nearest that exists before, as `HH:MM`.
        before: String,
        /// The nearest that exists after, as `HH:MM`.
        after: String,
    },
    /// Starts in the past.
    InThePast,
    /// Not a known time zone.
    UnknownZone,
    /// A session with a fee needs registration.
    FeeRequiresRegistration,
    /// More computers on the teleconference than are connected.
    MoreThanComputers {
        /// How many are connected.
        computers: u32,
    },
    /// Fewer seats than are already taken.
    BelowTaken {
        /// How many are taken.
        taken: u32,
    },
    /// The card number fails its check digit.
    CardNumberMistyped,
    /// A brand that cannot be paid with here.
    CardBrandNotAccepted {
        /// Which, if it is known.
        brand: Option<Brand>,
        /// Those that can.
        taken: Vec<Brand>,
    },
    /// A kind of card the site does not take.
    CardKindNotAccepted {
        /// Which.
        funding: Funding,
    },
    /// Credit and debit cards cannot both be refused.
    NoCardKindLeft,
    /// Not a month and year.
    CardExpiryUnreadable,
    /// The card has expired.
    CardExpired,
    /// The security code has the wrong length for the brand.
    CardCodeLength {
        /// How many it must have.
        digits: u32,
    },
    /// The card's issuer did not authenticate its holder: nothing may be charged.
    CardNotAuthenticated,
    /// The merchant takes authenticated cards only (3-D Secure), and nobody authenticated this one.
    CardNeedsAuthentication,
    /// The terms were not accepted.
    TermsNotAccepted,
    /// The registration password is wrong.
    WrongPassword,
    /// A code with that name exists already.
    AlreadyExists,
    /// Several amounts of two currencies.
    CurrencyMismatch {
        /// The currency wanted.
        expected: Currency,
    },
    /// A promo code was refused; why.
    Promo(PromoRefusal),
    /// A value the gateway cannot carry (double quotes, line breaks).
    NotForThisProcessor,
    /// Not an address this product may call.
    NotAnAddress,
    /// A key of the other mode, test or live, or none at all.
    NotAKeyOfThisMode,
}

impl Problem {
    /// The problem an unreadable amount is.
    pub fn from_money(error: MoneyError) -> Self {
        match error {
            MoneyError::TooManyDecimals(max) => Self::TooManyDecimals { max },
            MoneyError::Mixed(expected, _) => Self::CurrencyMismatch { expected },
            MoneyError::NotANumber | MoneyError::TooLarge | MoneyError::UnknownCurrency => Self::NotANumber,
        }
    }
}

/// One field's problem, under the field's name in the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The `name` of the input.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Every problem of a form at once: a person corrects a form once, not field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// One problem.
    pub fn one(field: &str, problem: Problem) -> Self {
        Self(vec![FieldError { field: field.to_owned(), problem }])
    }

    /// Notes a problem.
    pub fn push(&mut self, field: &str, problem: Problem) {
        self.0.push(FieldError { field: field.to_owned(), problem });
    }

    /// Keeps a good value; notes the problem of a bad one.
    pub fn keep<T>(&mut self, field: &str, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(field, problem)).ok()
    }

    /// The first problem of a field.
    pub fn of(&self, field: &str) -> Option<&Problem> {
        self.0.iter().find(|e| e.field == field).map(|e| &e.problem)
    }

    /// Nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` with what `value` makes when nothing is wrong.
    ///
    /// # Errors
    /// The problems noted; also `Required` on `form` if `value` is absent although nothing was noted.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            Some(_) => Err(self),
            None => {
                if self.is_empty() {
                    self.push("form", Problem::Required);
                }
                Err(self)
            }
        }
    }
}

/// A rule said no. One closed list for pages, server functions and the API; each has one HTTP status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[error("{}", self.code())]
pub enum Refusal {
    /// No seats left.
    SoldOut {
        /// How many are left.
        seats_left: u32,
    },
    /// This address has a place in the session already, begun in another browser.
    AlreadyRegistered,
    /// Registration has closed.
    RegistrationClosed,
    /// The session is over, cancelled or not published.
    SessionOver,
    /// The seats are no longer kept for this order.
    HoldExpired,
    /// The order was cancelled.
    OrderCancelled,
    /// The order is paid already.
    AlreadyPaid,
    /// A payment for this order is being made or checked.
    PaymentInProgress,
    /// The price is not what was last shown.
    PriceChanged {
        /// What was last shown.
        old: Money,
        /// What it is now.
        new: Money,
    },
    /// The rates are not those of the estimate.
    RateChanged {
        /// What was last shown.
        old: Money,
        /// What it is now.
        new: Money,
    },
    /// The processor declined.
    Declined(DeclineClass),
    /// A kind of card that the site does not take, which was known only after the money had moved: it goes back.
    CardReturned {
        /// Which kind.
        funding: Funding,
        /// What was taken.
        amount: Money,
    },
    /// Too many declined payments; wait.
    TooManyDeclines {
        /// Seconds until the next try.
        wait_seconds: i64,
    },
    /// The processor cannot be reached, and nothing was charged.
    ProcessorUnavailable,
    /// The method is not offered here.
    MethodNotOffered,
    /// The feature was not provisioned for this site.
    NotProvisioned,
    /// The feature is provisioned and not enabled.
    NotEnabled,
    /// This person may not do that.
    NotAllowed,
    /// Usage must be paid before the start.
    UsageUnpaid,
    /// The fee must be paid before joining.
    FeeUnpaid,
    /// The session cannot be started now (over, cancelled).
    CannotStart,
    /// Too many tries; wait.
    TooManyTries {
        /// Seconds until the next try.
        wait_seconds: i64,
    },
    /// Something is missing before the feature can be enabled; the names of the steps.
    SetupIncomplete {
        /// The names of the steps.
        missing: Vec<String>,
    },
    /// Someone else changed it meanwhile.
    Stale,
    /// The key was used for another request.
    KeyReused,
    /// Used promo codes cannot be deleted or change value.
    PromoInUse,
    /// The processor is not sold in the merchant's country.
    ProcessorNotAvailable,
    /// The processor does not carry the site's currency.
    ProcessorNotForCurrency {
        /// The site's.
        currency: Currency,
    },
    /// A payment made with this processor is not settled yet.
    ProcessorInUse,
    /// It cannot be cancelled here (paid: ask the organiser; or over).
    NotCancellable,
    /// Nothing was paid, or all of it was returned.
    NothingToRefund,
    /// Two persons must agree about this much, and this is only one.
    SecondPersonNeeded,
}

impl Refusal {
    /// The stable code of the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SoldOut { .. } => "full",
            Self::AlreadyRegistered => "already_registered",
            Self::RegistrationClosed => "registration_closed",
            Self::SessionOver => "session_over",
            Self::HoldExpired => "hold_expired",
            Self::OrderCancelled => "order_cancelled",
            Self::AlreadyPaid => "already_paid",
            Self::PaymentInProgress => "payment_in_progress",
            Self::PriceChanged { .. } => "price_changed",
            Self::RateChanged { .. } => "rate_changed",
            Self::Declined(_) => "declined",
            Self::CardReturned { .. } => "card_returned",
            Self::TooManyDeclines { .. } => "too_many_declines",
            Self::ProcessorUnavailable => "processor_unavailable",
            Self::MethodNotOffered => "method_not_offered",
            Self::NotProvisioned => "not_provisioned",
            Self::NotEnabled => "not_enabled",
            Self::NotAllowed => "not_allowed",
            Self::UsageUnpaid => "usage_unpaid",
            Self::FeeUnpaid => "fee_unpaid",
            Self::CannotStart => "cannot_start",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::SetupIncomplete { .. } => "setup_incomplete",
            Self::Stale => "stale",
            Self::KeyReused => "key_reused",
            Self::PromoInUse => "promo_in_use",
            Self::ProcessorNotAvailable => "provider_not_available_in_country",
            Self::ProcessorNotForCurrency { .. } => "provider_not_available_in_currency",
            Self::ProcessorInUse => "processor_in_use",
            Self::NotCancellable => "not_cancellable",
            Self::NothingToRefund => "nothing_to_refund",
            Self::SecondPersonNeeded => "second_person_needed",
        }
    }

    /// The HTTP status (spec.md §1): 402 unpaid, 403 not provisioned or allowed, 409 lost a race or wrong state, 410 expired,
    /// 422 bad input, 429 throttled.
    pub fn status(&self) -> u16 {
        match self {
            Self::Declined(_) | Self::CardReturned { .. } | Self::UsageUnpaid | Self::FeeUnpaid => 402,
            Self::NotProvisioned | Self::NotEnabled | Self::NotAllowed => 403,
            Self::SoldOut { .. }
            | Self::AlreadyRegistered
            | Self::AlreadyPaid
            | Self::PaymentInProgress
            | Self::PriceChanged { .. }
            | Self::RateChanged { .. }
            | Self::CannotStart
            | Self::Stale
            | Self::KeyReused
            | Self::PromoInUse
            | Self::ProcessorInUse
            | Self::OrderCancelled
            | Self::NotCancellable
            | Self::NothingToRefund
            | Self::SecondPersonNeeded => 409,
            Self::RegistrationClosed | Self::SessionOver | Self::HoldExpired => 410,
            Self::MethodNotOffered | Self::SetupIncomplete { .. } | Self::ProcessorNotAvailable | Self::ProcessorNotForCurrency { .. } => {
                422
            }
            Self::TooManyDeclines { .. } | Self::TooManyTries { .. } => 429,
            Self::ProcessorUnavailable => 503,
        }
    }
}
