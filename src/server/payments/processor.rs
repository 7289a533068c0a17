//! The processor's trait, and everything that can be known after asking one. There is no `Err`: every ending is an arm of
//! [`Outcome`], so that "we do not know" cannot be taken for "it did not happen".

use async_trait::async_trait;
use axum::http::HeaderMap;

use crate::domain::{
    card::{Brand, Funding},
    money::{Currency, Money},
    payment::DeclineClass,
};

use super::ask::{Approval, Asked, AttemptRef, IdempotencyKey, ProcessorRef, Sale};

/// What is known after asking a processor. There is no `Err`: every ending is an arm.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// Done, and the amount and currency reported are those asked for.
    Done(T),
    /// A final no: nothing moved; asking again will not help.
    Declined(Decline),
    /// The customer must act first (3-D Secure, a wallet's page).
    NeedsCustomer(NextStep),
    /// Provably never sent, or provably not acted on: nothing moved. May be tried again, under a new key if
    /// [`Fault::needs_new_key`] says so.
    NotSent(Fault),
    /// Sent, and the answer lost, late, unreadable or contradictory: money may have moved. Inquire; never assume.
    Unknown(Doubt),
}

impl<T> Outcome<T> {
    /// Turns what was done into something else; every other ending stays as it is.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(done) => Outcome::Done(with(done)),
            Self::Declined(decline) => Outcome::Declined(decline),
            Self::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
            Self::NotSent(fault) => Outcome::NotSent(fault),
            Self::Unknown(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// One word for logs and metrics.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Declined(_) => "declined",
            Self::NeedsCustomer(_) => "needs_customer",
            Self::NotSent(_) => "not_sent",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// A final no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decline {
    /// The class a buyer can act on.
    pub class: DeclineClass,
    /// The processor's own code, for operators; never for the buyer.
    pub code: String,
}

/// What the customer must do before the processor goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Go to this page of the processor's and come back.
    Redirect {
        /// The page's address.
        url: String,
        /// The processor's reference of the started payment.
        reference: ProcessorRef,
    },
    /// Type the card into a form that the browser sends to the processor itself, see [`Processor::card_form`].
    CardForm {
        /// The processor's reference of the started payment.
        reference: ProcessorRef,
        /// How long the form can be counted on, in seconds.
        seconds: i64,
        /// From when on it surely takes no money any more, in seconds: what was paid after we gave up is found then.
        over_after_seconds: i64,
    },
    /// Pay outside, by transfer or cheque; a person says when the money has come.
    Transfer {
        /// What to write on it.
        reference: ProcessorRef,
        /// Until when it is expected.
        days: u16,
    },
}

/// A form on a page of ours that the buyer's browser posts to the processor: the card never comes to this server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardForm {
    /// Where it is posted.
    pub action: String,
    /// Fields that the buyer does not see.
    pub hidden: Vec<(&'static str, String)>,
    /// The name of the field of the card number: digits only.
    pub number: &'static str,
    /// The name of the field of the expiry: `MMYY`.
    pub expiry: &'static str,
    /// The name of the field of the security code.
    pub code: &'static str,
}

/// Why nothing moved although nobody declined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No connection could be made: not a byte of the request left.
    Connect,
    /// Too many calls to this processor are under way.
    Busy,
    /// The processor does not carry this currency, as configured.
    Currency(Currency),
    /// Zero, negative, or more than the wire format holds.
    Amount,
    /// The processor cannot do this at all, see [`Abilities`].
    NotSupported,
    /// The stored settings cannot be used.
    Settings,
    /// The processor says that it did not act and is out of order now.
    Unavailable {
        /// The processor's code.
        code: String,
    },
    /// The processor refuses us, not the buyer: credentials, permissions, account set-up. An operator must act.
    Misconfigured {
        /// The processor's code.
        code: String,
    },
    /// The processor says that our request is wrong: a defect of ours.
    Rejected {
        /// The processor's code.
        code: String,
    },
}

impl Fault {
    /// A short reason for logs, audit rows and operators.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Busy => "busy",
            Self::Currency(_) => "currency",
            Self::Amount => "amount",
            Self::NotSupported => "not_supported",
            Self::Settings => "settings",
            Self::Unavailable { .. } => "unavailable",
            Self::Misconfigured { .. } => "misconfigured",
            Self::Rejected { .. } => "rejected",
        }
    }

    /// The processor's own code, when it answered.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Connect | Self::Busy | Self::Currency(_) | Self::Amount | Self::NotSupported | Self::Settings => None,
            Self::Unavailable { code } | Self::Misconfigured { code } | Self::Rejected { code } => Some(code),
        }
    }

    /// The processor answered, and would answer the same again under the same key (payflow-pro.md §9.1).
    pub const fn needs_new_key(&self) -> bool {
        match self {
            Self::Connect | Self::Busy | Self::Currency(_) | Self::Amount | Self::NotSupported | Self::Settings => false,
            Self::Unavailable { .. } | Self::Misconfigured { .. } | Self::Rejected { .. } => true,
        }
    }

    /// An operator should hear of it at once: nobody can pay until it is put right.
    pub const fn needs_operator(&self) -> bool {
        match self {
            Self::Currency(_) | Self::NotSupported | Self::Settings | Self::Misconfigured { .. } | Self::Rejected { .. } => true,
            Self::Connect | Self::Busy | Self::Amount | Self::Unavailable { .. } => false,
        }
    }
}

/// Why it is not known whether money moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// No answer before our deadline.
    Timeout,
    /// The connection broke after the request had been sent.
    Lost,
    /// An answer that was not HTTP 200.
    Status(u16),
    /// An answer that cannot be read: HTML, truncated, empty, too large.
    Unreadable,
    /// The processor itself does not know.
    ProcessorUnsure {
        /// The processor's code.
        code: String,
    },
    /// A result code that is in no table.
    UnlistedCode {
        /// The processor's code.
        code: String,
    },
    /// Approved, for an amount or currency that was not asked for.
    Mismatch {
        /// What the processor says it took, where that can be read.
        reported: Option<Money>,
        /// The processor's reference of it.
        reference: Option<ProcessorRef>,
    },
    /// The answer describes another payment: this key or order reference was used before for something else.
    OtherPayment,
    /// Held for a fraud review, or promised and not settled: a person or time decides.
    Pending,
    /// Approved for a part, and the part could not be given back.
    PartNotVoided {
        /// The processor's reference of the partial approval.
        reference: ProcessorRef,
    },
    /// Taken and then lost again: charged back, or failed to settle.
    Reversed {
        /// The processor's state code.
        code: String,
    },
}

impl Doubt {
    /// A short reason for logs, audit rows and operators.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Lost => "lost",
            Self::Status(_) => "status",
            Self::Unreadable => "unreadable",
            Self::ProcessorUnsure { .. } => "processor_unsure",
            Self::UnlistedCode { .. } => "unlisted_code",
            Self::Mismatch { .. } => "mismatch",
            Self::OtherPayment => "other_payment",
            Self::Pending => "pending",
            Self::PartNotVoided { .. } => "part_not_voided",
            Self::Reversed { .. } => "reversed",
        }
    }

    /// What the processor said, for the person who decides: the reason with amount, currency, reference or code. Never card data.
    pub fn evidence(&self) -> String {
        let reason = self.reason();
        match self {
            Self::Status(status) => format!("{reason} {status}"),
            Self::ProcessorUnsure { code } | Self::UnlistedCode { code } | Self::Reversed { code } => format!("{reason} {code}"),
            Self::Mismatch { reported, reference } => {
                let amount = reported
                    .map_or_else(|| "an unreadable amount".to_owned(), |money| format!("{} {}", money.currency().code(), money.plain()));
                let reference = reference.as_ref().map_or("no reference", ProcessorRef::as_str);
                format!("{reason}: reported {amount} as {reference}")
            }
            Self::PartNotVoided { reference } => format!("{reason} {}", reference.as_str()),
            Self::Timeout | Self::Lost | Self::Unreadable | Self::OtherPayment | Self::Pending => reason.to_owned(),
        }
    }

    /// Waiting will not settle it: an operator should hear of it at once.
    pub const fn needs_operator(&self) -> bool {
        match self {
            Self::UnlistedCode { .. } | Self::Mismatch { .. } | Self::OtherPayment | Self::PartNotVoided { .. } | Self::Reversed { .. } => {
                true
            }
            Self::Timeout | Self::Lost | Self::Status(_) | Self::Unreadable | Self::ProcessorUnsure { .. } | Self::Pending => false,
        }
    }
}

/// What may be remembered of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardSeen {
    /// The scheme, where known.
    pub brand: Option<Brand>,
    /// The last four digits.
    pub last4: String,
    /// Credit, debit or prepaid, where the processor says so: a site may refuse a kind it does not accept.
    pub funding: Option<Funding>,
}

/// Money that is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The processor's reference, which refunds name.
    pub reference: ProcessorRef,
    /// What was taken: exactly what was asked for.
    pub amount: Money,
    /// The card, where known.
    pub card: Option<CardSeen>,
}

/// Money set aside on a card, not yet ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorised {
    /// The processor's reference, which a capture or a cancellation names.
    pub reference: ProcessorRef,
    /// What was set aside: exactly what was asked for.
    pub amount: Money,
    /// The card, where known.
    pub card: Option<CardSeen>,
}

/// Money given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refunded {
    /// The processor's reference of the refund.
    pub reference: ProcessorRef,
    /// What was given back: exactly what was asked for.
    pub amount: Money,
}

/// What an inquiry found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The money moved: a sale or capture was taken, or (asked by a refund's reference) the refund was given.
    Captured(Captured),
    /// Set aside and neither captured nor cancelled.
    Authorised(Authorised),
    /// Refused, failed or cancelled: nothing moved, or nothing is left of it.
    Declined(DeclineClass),
    /// The processor never saw it. Certain only some minutes after the attempt.
    NotFound,
    /// Not decided yet: ask again later.
    Pending,
}

/// What a processor can do: asked before, not found out after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// The currencies it carries, as configured; empty means any.
    pub currencies: Vec<Currency>,
    /// Takes card numbers from us (PCI DSS SAQ D): [`Processor::sale`] works.
    pub takes_cards: bool,
    /// The buyer pays on a page of the processor's: [`Processor::start`] and [`Processor::finish`] work.
    pub redirects: bool,
    /// Can set money aside and take it later.
    pub authorises: bool,
    /// Can give back part of a payment.
    pub partial_refunds: bool,
    /// How many days money set aside stays so; 0 when it cannot be.
    pub hold_days: u16,
    /// Cards typed on our page must come with the result of a 3-D Secure authentication.
    pub needs_three_ds: bool,
}

impl Abilities {
    /// Carries `currency`.
    pub fn carries(&self, currency: Currency) -> bool {
        self.currencies.is_empty() || self.currencies.contains(&currency)
    }
}

/// Which processor this is, for logs and rows: the code of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProcessorName(pub &'static str);

/// A message a processor sent by itself: a hint to inquire, not a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The processor's id of the message, by which a repetition is known.
    pub id: String,
    /// What it is about.
    pub about: About,
    /// What it tells, where looking will not.
    pub tells: Tells,
}

/// What a notice tells that a look at the payment would not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Nothing: look.
    Change,
    /// The buyer disputes the payment, at their bank or at the processor.
    DisputeOpened,
    /// A dispute has ended, one way or the other.
    DisputeClosed,
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// An attempt, by our own reference.
    Attempt(AttemptRef),
    /// What [`Processor::start`] started, by the processor's reference.
    Started(ProcessorRef),
    /// Money that moved: a capture, a sale or a refund of it, by the processor's reference of the payment.
    Payment(ProcessorRef),
    /// Nothing of ours: another product on the same account, or a kind of message that needs nothing.
    Nothing,
}

/// A message that is not from the processor, or cannot be shown to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// This processor sends no messages.
    #[error("this processor sends no notices")]
    NotExpected,
    /// The signature is missing or wrong.
    #[error("the notice's signature is missing or wrong")]
    BadSignature,
    /// Signed, and not readable.
    #[error("the notice cannot be read")]
    Unreadable,
    /// Signed too long ago, or in the future: a replay.
    #[error("the notice is too old")]
    Stale,
    /// From the processor, for another account than this one.
    #[error("the notice is for another account")]
    OtherAccount,
    /// Whoever could say is not answering: try again later.
    #[error("the notice cannot be verified now")]
    CannotTell,
}

/// Why a configured processor cannot be used, in words for the set-up page. Never names a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionProblem {
    /// A setting is missing or malformed.
    #[error("the settings are incomplete or malformed")]
    Settings,
    /// Nobody answers at the address.
    #[error("nobody answers at the address")]
    Unreachable,
    /// An answer came too late or broke off.
    #[error("no answer came in time")]
    NoAnswer,
    /// Something answers that is not this processor.
    #[error("what answers there is not this processor")]
    NotTheProcessor,
    /// User, password or partner are wrong, or our address is not allowed.
    #[error("user, password or partner are wrong, or this server's address is not allowed")]
    Credentials,
    /// The merchant login does not exist.
    #[error("the merchant login is unknown")]
    Vendor,
    /// The account may not do what was asked.
    #[error("the account lacks a permission")]
    Permission,
    /// The processor is out of order.
    #[error("the processor is out of order now")]
    Unavailable,
}

impl ConnectionProblem {
    /// The code of the problem, for pages and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Unreachable => "unreachable",
            Self::NoAnswer => "no_answer",
            Self::NotTheProcessor => "not_the_processor",
            Self::Credentials => "credentials",
            Self::Vendor => "vendor",
            Self::Permission => "permission",
            Self::Unavailable => "unavailable",
        }
    }
}

/// A payment processor. No method has a default: a missing ability is declared, not inherited as a silent yes.
///
/// The key comes first, is stored with a fingerprint of the request before the first call, and is derived per step
/// (`key.step("capture")`). The same key with another body is the caller's bug.
#[async_trait]
pub trait Processor: Send + Sync {
    /// Which processor this is.
    fn name(&self) -> ProcessorName;
    /// What it can do.
    fn abilities(&self) -> Abilities;
    /// Authorises and captures at once.
    async fn sale(&self, key: &IdempotencyKey, ask: &Sale) -> Outcome<Captured>;
    /// Sets money aside.
    async fn authorise(&self, key: &IdempotencyKey, ask: &Sale) -> Outcome<Authorised>;
    /// Takes money set aside, all of it or a part; the rest is released.
    async fn capture(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Captured>;
    /// Undoes what has not settled: an authorisation, or a sale of the same day. `Declined` when it is too late: refund.
    async fn cancel(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Outcome<()>;
    /// Gives money back, all of it or a part.
    async fn refund(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Refunded>;
    /// Starts a payment that the buyer approves on a page of the processor's: `NeedsCustomer` with the page and the processor's
    /// reference of what was started. Nothing moves yet. The same key starts the same payment.
    async fn start(&self, key: &IdempotencyKey, ask: &Approval) -> Outcome<Captured>;
    /// After the buyer came back, or a notice said that they approved: looks at what was approved, compares amount and currency
    /// with `ask`, and only then takes the money. `NeedsCustomer` while nothing is approved, or when the buyer must choose another
    /// way to pay there; `Unknown(Pending)` when the processor promised the money and has not settled it. Safe to repeat: the same
    /// key moves money once.
    async fn finish(&self, key: &IdempotencyKey, of: &ProcessorRef, ask: &Approval) -> Outcome<Captured>;
    /// The form that sends a card for what `start` gave under `key`, where that is how this processor takes cards. Asks nobody.
    fn card_form(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Option<CardForm>;
    /// What became of an attempt. `expected` is its amount: a processor that reports another gives `Unknown(Mismatch)`, and
    /// one that reports no currency is understood to mean that of `expected`. The attempt of a capture, cancellation or refund
    /// is `AttemptRef::of_key(its key)`. A started payment that nobody approved is `Pending` while it can be, then `Declined`.
    async fn inquire(&self, of: &Asked, expected: Money) -> Outcome<Standing>;
    /// Verifies, then reads a message; no effects of ours. Some processors are asked whether they sent it.
    ///
    /// # Errors
    /// [`Forged`] unless it is provably the processor's.
    async fn read_notice(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notice, Forged>;
    /// Tries address and credentials without moving money.
    ///
    /// # Errors
    /// [`ConnectionProblem`], whose words may be shown to an administrator.
    async fn test_connection(&self) -> Result<(), ConnectionProblem>;
}
