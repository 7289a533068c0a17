//! What Stripe's answers mean: pure, from read objects to an [`Outcome`]'s parts. Only a payment that says `succeeded` for the
//! amount and currency asked for, in our mode and under our reference, becomes a success (stripe.md §3.1, §4, §5, §6).

use crate::domain::{
    card::{Brand, Funding},
    card_kinds::CardKinds,
    money::Money,
    payment::DeclineClass,
};

use super::super::address::is_here;
use super::super::ask::{Approval, AttemptRef, ProcessorRef};
use super::super::processor::{Authorised, Captured, CardSeen, Decline, Doubt, Fault, NextStep, Outcome, Refunded, Standing};
use super::amount::from_wire;
use super::request::{ATTEMPT, CAPTURE};
use super::settings::Mode;
use super::wire::{ApiError, Charge, Expandable, Intent, Refund, Refusal, Session};

/// What an error says by itself (stripe.md §6: status, then type, then code, then decline code).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This key was used for another request.
    OtherRequest,
    /// The payment's state does not allow it; the error carries the payment.
    OtherState,
    /// The charge's state does not allow it; nothing was done.
    NotPossible,
    /// No such object in this account and mode.
    Missing,
    /// A final no to the card.
    Declined(DeclineClass),
    /// An operator must act; nothing was done.
    Misconfigured,
    /// Our request is wrong; nothing was done.
    Rejected,
    /// In no table.
    Unlisted,
}

/// Judges an error.
pub fn judge(refusal: &Refusal) -> Verdict {
    let error = &refusal.error;
    match (refusal.status, error.kind.as_str(), error.code.as_deref()) {
        (400, "idempotency_error", _) => Verdict::OtherRequest,
        (400, "invalid_request_error", Some("payment_intent_unexpected_state" | "intent_invalid_state")) => Verdict::OtherState,
        (400, "invalid_request_error", Some("charge_already_refunded" | "charge_disputed" | "refund_disputed_payment")) => {
            Verdict::NotPossible
        }
        (400, "invalid_request_error", Some(_) | None) => Verdict::Rejected,
        (401 | 403, _, _) => Verdict::Misconfigured,
        (402, "card_error", _) => Verdict::Declined(class(error)),
        (404, "invalid_request_error", _) => Verdict::Missing,
        _ => Verdict::Unlisted,
    }
}

/// What a buyer can do about a card error. A card reported lost or stolen, or taken for fraud, is only "refused": the reason
/// must not be told (stripe.md §6).
pub fn class(error: &ApiError) -> DeclineClass {
    let reason = match error.code.as_deref() {
        Some("card_declined") | None => error.decline_code.as_deref(),
        Some(code) => Some(code),
    };
    match reason {
        Some("insufficient_funds" | "withdrawal_count_limit_exceeded" | "card_velocity_exceeded") => DeclineClass::Funds,
        Some(
            "expired_card"
            | "incorrect_cvc"
            | "invalid_cvc"
            | "incorrect_number"
            | "invalid_number"
            | "invalid_expiry_month"
            | "invalid_expiry_year"
            | "incorrect_zip",
        ) => DeclineClass::Details,
        Some("try_again_later" | "issuer_not_available" | "processing_error") => DeclineClass::TryLater,
        Some(_) | None => DeclineClass::Refused,
    }
}

/// The code for operators: `card_declined/insufficient_funds`, `invalid_request_error/amount`. Never free text.
pub fn code(error: &ApiError) -> String {
    let first = error.code.as_deref().unwrap_or(&error.kind);
    match error.decline_code.as_deref().or(error.param.as_deref()) {
        Some(second) => format!("{first}/{second}"),
        None => first.to_owned(),
    }
}

/// What an error means for a request that would change something.
pub fn refused<T>(refusal: &Refusal) -> Outcome<T> {
    let code = code(&refusal.error);
    match judge(refusal) {
        Verdict::OtherRequest => Outcome::Unknown(Doubt::OtherPayment),
        Verdict::OtherState => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
        Verdict::NotPossible => Outcome::Declined(Decline { class: DeclineClass::Refused, code }),
        Verdict::Declined(class) => Outcome::Declined(Decline { class, code }),
        Verdict::Misconfigured => Outcome::NotSent(Fault::Misconfigured { code: format!("{}/{code}", refusal.status) }),
        Verdict::Missing | Verdict::Rejected => Outcome::NotSent(Fault::Rejected { code }),
        Verdict::Unlisted => Outcome::Unknown(Doubt::UnlistedCode { code: format!("{}/{code}", refusal.status) }),
    }
}

/// What an error means for a question: that nothing was learnt.
pub fn unanswered<T>(refusal: &Refusal) -> Outcome<T> {
    let code = code(&refusal.error);
    match judge(refusal) {
        Verdict::Misconfigured => Outcome::NotSent(Fault::Misconfigured { code: format!("{}/{code}", refusal.status) }),
        Verdict::Rejected => Outcome::NotSent(Fault::Rejected { code }),
        // Known to another account or mode than the one configured now: money may have moved there.
        Verdict::Missing => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
        Verdict::OtherRequest | Verdict::OtherState | Verdict::NotPossible | Verdict::Declined(_) | Verdict::Unlisted => {
            Outcome::Unknown(Doubt::UnlistedCode { code: format!("{}/{code}", refusal.status) })
        }
    }
}

fn card(charge: &Charge) -> Option<CardSeen> {
    let card = charge.payment_method_details.as_ref()?.card.as_ref()?;
    let last4 = card.last4.as_deref().filter(|d| d.len() == 4 && d.bytes().all(|b| b.is_ascii_digit()))?;
    let brand = match card.brand.as_deref() {
        Some("visa") => Some(Brand::Visa),
        Some("mastercard") => Some(Brand::Mastercard),
        Some("amex") => Some(Brand::Amex),
        Some("discover") => Some(Brand::Discover),
        Some("diners") => Some(Brand::Diners),
        Some("jcb") => Some(Brand::Jcb),
        Some(_) | None => None,
    };
    Some(CardSeen { brand, last4: last4.to_owned(), funding: card.funding.as_deref().and_then(Funding::from_code) })
}

/// Whether `wire` of `currency`, which Stripe reports of `of`, is the amount asked for.
fn compared(wire: i64, currency: &str, asked: Money, of: &str) -> Result<(), Doubt> {
    let reported = from_wire(wire, currency);
    if reported == Some(asked) { Ok(()) } else { Err(Doubt::Mismatch { reported, reference: ProcessorRef::parse(of) }) }
}

fn same_mode(livemode: Option<bool>, mode: Mode) -> Result<(), Doubt> {
    if livemode.is_none_or(|livemode| livemode == mode.livemode()) { Ok(()) } else { Err(Doubt::OtherPayment) }
}

/// Whether a payment is the one an attempt or a capture of ours made.
pub fn is_of(intent: &Intent, ours: &AttemptRef) -> bool {
    let named = |name: &str| intent.metadata.as_ref().and_then(|m| m.get(name)).is_some_and(|text| text == ours.as_str());
    named(ATTEMPT) || named(CAPTURE)
}

/// What can become of a payment whose last try failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The buyer may try another card: it is not over (stripe.md §11.1).
    Possible,
    /// The page is closed.
    Over,
}

/// Where a payment stands, for `expected`.
pub fn standing(intent: &Intent, expected: Money, mode: Mode, retry: Retry) -> Outcome<Standing> {
    match stands(intent, expected, mode, retry) {
        Ok(standing) => Outcome::Done(standing),
        Err(doubt) => Outcome::Unknown(doubt),
    }
}

fn stands(intent: &Intent, expected: Money, mode: Mode, retry: Retry) -> Result<Standing, Doubt> {
    same_mode(intent.livemode, mode)?;
    let reference = ProcessorRef::parse(&intent.id).ok_or(Doubt::Unreadable)?;
    let charge = intent.latest_charge.as_ref().and_then(Expandable::whole);
    let card = charge.and_then(card);
    let failed = intent.last_payment_error.as_ref().map_or(DeclineClass::Refused, |error| class(error));
    match intent.status.as_str() {
        "succeeded" => {
            compared(intent.amount_received, &intent.currency, expected, &intent.id)?;
            if charge.is_some_and(|charge| charge.disputed) {
                return Err(Doubt::Reversed { code: "disputed".to_owned() });
            }
            Ok(Standing::Captured(Captured { reference, amount: expected, card }))
        }
        "requires_capture" => {
            compared(intent.amount_capturable, &intent.currency, expected, &intent.id)?;
            Ok(Standing::Authorised(Authorised { reference, amount: expected, card }))
        }
        "processing" => Ok(Standing::Pending),
        "canceled" => Ok(Standing::Declined(failed)),
        "requires_payment_method" | "requires_confirmation" | "requires_action" => Ok(match retry {
            Retry::Possible => Standing::Pending,
            Retry::Over => Standing::Declined(failed),
        }),
        unlisted => Err(Doubt::UnlistedCode { code: unlisted.to_owned() }),
    }
}

/// Where a session stands, for `expected` under `attempt`. Money that is held, taken or on its way counts before what the
/// session itself says.
pub fn session_standing(session: &Session, attempt: &AttemptRef, expected: Money, mode: Mode) -> Outcome<Standing> {
    match session_stands(session, attempt, expected, mode) {
        Ok(standing) => Outcome::Done(standing),
        Err(doubt) => Outcome::Unknown(doubt),
    }
}

fn session_stands(session: &Session, attempt: &AttemptRef, expected: Money, mode: Mode) -> Result<Standing, Doubt> {
    ours(session, attempt, expected, mode)?;
    let retry = match session.status.as_deref() {
        Some("open") => Retry::Possible,
        Some("complete" | "expired") => Retry::Over,
        Some(unlisted) => return Err(Doubt::UnlistedCode { code: unlisted.to_owned() }),
        None => return Err(Doubt::Unreadable),
    };
    match (&session.payment_intent, session.status.as_deref()) {
        (Some(Expandable::Whole(intent)), _) => stands(intent, expected, mode, retry),
        // Asked for with its payment, and complete: something must be there.
        (Some(Expandable::Id(_)), _) | (None, Some("complete")) => Err(Doubt::Unreadable),
        (None, Some(_) | None) => Ok(match retry {
            Retry::Possible => Standing::Pending,
            Retry::Over => Standing::Declined(DeclineClass::Refused),
        }),
    }
}

fn ours(session: &Session, attempt: &AttemptRef, asked: Money, mode: Mode) -> Result<(), Doubt> {
    same_mode(session.livemode, mode)?;
    if session.client_reference_id.as_deref() != Some(attempt.as_str()) {
        return Err(Doubt::OtherPayment);
    }
    match (session.amount_total, &session.currency) {
        (Some(wire), Some(currency)) => compared(wire, currency, asked, &session.id),
        (Some(_) | None, Some(_) | None) => Err(Doubt::Unreadable),
    }
}

/// The page to send the buyer to, while the session is open.
pub fn page(session: &Session) -> Option<NextStep> {
    let url = session.url.as_deref().filter(|_| session.status.as_deref() == Some("open"))?;
    let safe = reqwest::Url::parse(url).is_ok_and(|url| url.scheme() == "https" || (url.scheme() == "http" && is_here(&url)));
    let reference = ProcessorRef::parse(&session.id)?;
    safe.then(|| NextStep::Redirect { url: url.to_owned(), reference })
}

/// Reads the answer to the start of `ask`.
pub fn started(session: &Session, ask: &Approval, mode: Mode) -> Outcome<Captured> {
    match (ours(session, &ask.attempt_ref, ask.amount, mode), page(session)) {
        (Err(doubt), _) => Outcome::Unknown(doubt),
        (Ok(()), Some(step)) => Outcome::NeedsCustomer(step),
        (Ok(()), None) => Outcome::Unknown(Doubt::Unreadable),
    }
}

/// What is left to do for what a buyer may have approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approved {
    /// Nothing, or nothing now.
    Ended(Outcome<Captured>),
    /// Take the money: it is held, and it is what was asked for.
    Take(ProcessorRef),
    /// Release what is held, which is not to be taken; only then it is this no.
    Release(ProcessorRef, Decline),
}

/// Reads a session after the buyer came back.
pub fn approved(session: &Session, ask: &Approval, mode: Mode) -> Approved {
    let kind = refused_kind(session, ask.kinds);
    Approved::Ended(match session_standing(session, &ask.attempt_ref, ask.amount, mode) {
        Outcome::Done(Standing::Authorised(held)) => {
            return match kind {
                Some(decline) => Approved::Release(held.reference, decline),
                None => Approved::Take(held.reference),
            };
        }
        Outcome::Done(Standing::Captured(captured)) => Outcome::Done(captured),
        Outcome::Done(Standing::Pending) => match page(session) {
            Some(step) => Outcome::NeedsCustomer(step),
            None => Outcome::Unknown(Doubt::Pending),
        },
        // Released by us before, for its kind, and the answer was lost.
        Outcome::Done(Standing::Declined(class)) => Outcome::Declined(kind.unwrap_or_else(|| Decline { class, code: why(session) })),
        Outcome::Done(Standing::NotFound) => Outcome::Unknown(Doubt::OtherPayment),
        Outcome::Unknown(Doubt::Mismatch { reported, reference }) => match part(session, ask, mode) {
            Some((part, decline)) => return Approved::Release(part, decline),
            None => Outcome::Unknown(Doubt::Mismatch { reported, reference }),
        },
        Outcome::Declined(decline) => Outcome::Declined(decline),
        Outcome::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
        Outcome::NotSent(fault) => Outcome::NotSent(fault),
        Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
    })
}

/// The no to a card that holds, or held, the money and is of a kind that is not taken (stripe.md §3.5).
fn refused_kind(session: &Session, kinds: CardKinds) -> Option<Decline> {
    let intent = session.payment_intent.as_ref().and_then(Expandable::whole)?;
    let charge = intent.latest_charge.as_ref().and_then(Expandable::whole)?;
    let funding = card(charge)?.funding.filter(|funding| !kinds.takes(Some(*funding)))?;
    let is_released = intent.status == "canceled" && intent.last_payment_error.is_none();
    (is_released || intent.status == "requires_capture")
        .then(|| Decline { class: DeclineClass::of_kind(funding), code: format!("card_kind/{}", funding.code()) })
}

/// What is held of a payment that was asked for in full, when the issuer set aside only a part of it: that is no payment.
fn part(session: &Session, ask: &Approval, mode: Mode) -> Option<(ProcessorRef, Decline)> {
    ours(session, &ask.attempt_ref, ask.amount, mode).ok()?;
    let intent = session.payment_intent.as_ref().and_then(Expandable::whole)?;
    let asked = from_wire(intent.amount, &intent.currency) == Some(ask.amount);
    let is_part = intent.status == "requires_capture" && (1..intent.amount).contains(&intent.amount_capturable);
    let reference = ProcessorRef::parse(&intent.id).filter(|_| asked && is_part)?;
    Some((reference, Decline { class: DeclineClass::Funds, code: "partial".to_owned() }))
}

/// Why a session came to nothing, for operators.
fn why(session: &Session) -> String {
    let intent = session.payment_intent.as_ref().and_then(Expandable::whole);
    match intent.and_then(|intent| intent.last_payment_error.as_ref()) {
        Some(error) => code(error),
        None => format!("checkout_session_{}", session.status.as_deref().unwrap_or_default()),
    }
}

/// Reads the answer to a capture of `asked`.
pub fn captured(intent: &Intent, asked: Money, mode: Mode) -> Outcome<Captured> {
    match standing(intent, asked, mode, Retry::Over) {
        Outcome::Done(Standing::Captured(captured)) => Outcome::Done(captured),
        Outcome::Done(Standing::Pending) => Outcome::Unknown(Doubt::Pending),
        Outcome::Done(Standing::Declined(class)) => Outcome::Declined(Decline { class, code: intent.status.clone() }),
        Outcome::Done(Standing::Authorised(_) | Standing::NotFound) => {
            Outcome::Unknown(Doubt::ProcessorUnsure { code: intent.status.clone() })
        }
        Outcome::Declined(decline) => Outcome::Declined(decline),
        Outcome::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
        Outcome::NotSent(fault) => Outcome::NotSent(fault),
        Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
    }
}

/// Reads the refusal of a capture of `asked` by the step `step`. The payment inside may say that this very step took it.
pub fn capture_refused(refusal: &Refusal, step: &AttemptRef, asked: Money, mode: Mode) -> Outcome<Captured> {
    match (judge(refusal), &refusal.error.payment_intent) {
        (Verdict::OtherState, Some(intent)) if intent.status != "succeeded" || is_of(intent, step) => captured(intent, asked, mode),
        _ => refused(refusal),
    }
}

/// Reads the answer to a cancellation.
pub fn cancelled(intent: &Intent) -> Outcome<()> {
    let code = intent.status.clone();
    match intent.status.as_str() {
        "canceled" => Outcome::Done(()),
        "succeeded" => Outcome::Declined(Decline { class: DeclineClass::Refused, code }),
        "processing" => Outcome::Unknown(Doubt::Pending),
        _ => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
    }
}

/// Reads the refusal of a cancellation: cancelled before is as good.
pub fn cancel_refused(refusal: &Refusal) -> Outcome<()> {
    match (judge(refusal), &refusal.error.payment_intent) {
        (Verdict::OtherState, Some(intent)) => cancelled(intent),
        _ => refused(refusal),
    }
}

/// Where a refund of `expected` stands.
pub fn refund_standing(refund: &Refund, expected: Money) -> Outcome<Standing> {
    let Some(reference) = ProcessorRef::parse(&refund.id) else { return Outcome::Unknown(Doubt::Unreadable) };
    if let Err(doubt) = compared(refund.amount, &refund.currency, expected, &refund.id) {
        return Outcome::Unknown(doubt);
    }
    match refund.status.as_deref() {
        Some("succeeded") => Outcome::Done(Standing::Captured(Captured { reference, amount: expected, card: None })),
        Some("pending" | "requires_action") => Outcome::Done(Standing::Pending),
        Some("failed" | "canceled") => Outcome::Done(Standing::Declined(DeclineClass::Refused)),
        Some(unlisted) => Outcome::Unknown(Doubt::UnlistedCode { code: unlisted.to_owned() }),
        None => Outcome::Unknown(Doubt::Unreadable),
    }
}

/// Reads the answer to a refund of `asked` of the payment `of`.
pub fn refunded(refund: &Refund, of: &ProcessorRef, asked: Money) -> Outcome<Refunded> {
    if refund.payment_intent.as_deref() != Some(of.as_str()) {
        return Outcome::Unknown(Doubt::OtherPayment);
    }
    match refund_standing(refund, asked) {
        Outcome::Done(Standing::Captured(done)) => Outcome::Done(Refunded { reference: done.reference, amount: asked }),
        Outcome::Done(Standing::Pending) => Outcome::Unknown(Doubt::Pending),
        Outcome::Done(Standing::Declined(class)) => {
            let status = refund.status.as_deref().unwrap_or_default();
            let code = refund.failure_reason.as_deref().map_or_else(|| status.to_owned(), |reason| format!("{status}/{reason}"));
            Outcome::Declined(Decline { class, code })
        }
        Outcome::Done(Standing::Authorised(_) | Standing::NotFound) => Outcome::Unknown(Doubt::Unreadable),
        Outcome::Declined(decline) => Outcome::Declined(decline),
        Outcome::NeedsCustomer(step) => Outcome::NeedsCustomer(step),
        Outcome::NotSent(fault) => Outcome::NotSent(fault),
        Outcome::Unknown(doubt) => Outcome::Unknown(doubt),
    }
}

/// Reads the refusal of a refund. More than is left comes without a code, about `amount` (stripe.md §5): a final no.
pub fn refund_refused(refusal: &Refusal) -> Outcome<Refunded> {
    let error = &refusal.error;
    match judge(refusal) {
        Verdict::Rejected if error.code.is_none() && error.param.as_deref() == Some("amount") => {
            Outcome::Declined(Decline { class: DeclineClass::Refused, code: code(error) })
        }
        Verdict::OtherRequest
        | Verdict::OtherState
        | Verdict::NotPossible
        | Verdict::Missing
        | Verdict::Declined(_)
        | Verdict::Misconfigured
        | Verdict::Rejected
        | Verdict::Unlisted => refused(refusal),
    }
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
