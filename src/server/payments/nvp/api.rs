//! The calls that both products make: one exchange, captures, voids, refunds, looking things up, and asking whether a notice is
//! genuine.

use axum::http::{HeaderMap, HeaderValue, Method, header};
use bytes::Bytes;
use reqwest::{Client, Url};

use crate::domain::{
    money::{Currency, Money},
    payment::DeclineClass,
    time::Timestamp,
};
use crate::server::clock::Clock;

use super::super::ask::{AttemptRef, IdempotencyKey, ProcessorRef};
use super::super::line::{Answer, Exchange, Line, Message, Repeats, Timing};
use super::super::processor::{Captured, ConnectionProblem, Decline, Doubt, Fault, Forged, Notice, Outcome, Refunded, Standing};
use super::amount::to_wire;
use super::codec::Fields;
use super::ipn::{Ipn, Named};
use super::map;
use super::reply::{Ack, Reply};
use super::search::{Kind, Listing, read_listing, refund_standing};
use super::settings::{Endpoints, NvpSettings};
use super::state::{State, Transaction, read_transaction};
use super::verdict::{self, After, Verdict, common, judge_after};

/// How far back things are looked for.
const LOOK_BACK_SECONDS: i64 = 30 * 86_400;
/// So many transactions are looked into for one that is ours.
const LOOKED_INTO_MAX: usize = 25;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Without {
    /// Refused, by this number.
    Refused(Verdict, String),
    /// Nothing left.
    NotSent(Fault),
    /// No believable answer.
    Lost(Doubt),
}

impl Without {
    /// The outcome of a question that nothing depends on yet.
    pub fn outcome<T>(self) -> Outcome<T> {
        match self {
            Self::Refused(verdict, code) => verdict.refused(code),
            Self::NotSent(fault) => Outcome::NotSent(fault),
            Self::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// The outcome of a question about money that has moved, or may have.
    pub fn doubt<T>(self) -> Outcome<T> {
        Outcome::Unknown(match self {
            Self::Refused(_, code) => Doubt::ProcessorUnsure { code },
            Self::NotSent(_) => Doubt::Lost,
            Self::Lost(doubt) => doubt,
        })
    }
}

/// What a look for our own transaction found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It.
    Ours(Transaction),
    /// Only other people's.
    Others,
    /// Nothing at all.
    Nothing,
    /// More than can be looked into.
    TooMany,
}

/// One merchant account at the API.
pub struct Api {
    settings: NvpSettings,
    endpoints: Endpoints,
    currencies: Vec<Currency>,
    version: &'static str,
    line: Line,
    /// Notices are vouched for elsewhere, and trouble there must not keep payments from being taken.
    vouching: Line,
    clock: Clock,
}

impl Api {
    /// An account over the shared client. `all` are the currencies that the product takes, `version` the API's version it is
    /// written for.
    ///
    /// # Errors
    /// `Settings` when [`NvpSettings::check`] says so, or when only currencies are listed that the product does not take.
    pub fn new(
        settings: NvpSettings,
        all: &[Currency],
        version: &'static str,
        http: Client,
        clock: Clock,
        timing: Timing,
    ) -> Result<Self, ConnectionProblem> {
        let endpoints = settings.check()?;
        let listed = &settings.public.currencies;
        let currencies: Vec<Currency> = all.iter().copied().filter(|c| listed.is_empty() || listed.contains(c)).collect();
        if currencies.is_empty() {
            return Err(ConnectionProblem::Settings);
        }
        let (line, vouching) = (Line::new(http.clone(), timing.clone()), Line::new(http, timing));
        Ok(Self { settings, endpoints, currencies, version, line, vouching, clock })
    }

    /// The settings.
    pub const fn settings(&self) -> &NvpSettings {
        &self.settings
    }

    /// The addresses.
    pub const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The currencies this account takes.
    pub fn currencies(&self) -> &[Currency] {
        &self.currencies
    }

    /// Time and randomness.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The amount as it travels, if this account can take it.
    ///
    /// # Errors
    /// `Currency` or `Amount`.
    pub fn carried(&self, amount: Money) -> Result<String, Fault> {
        if !self.currencies.contains(&amount.currency()) {
            return Err(Fault::Currency(amount.currency()));
        }
        to_wire(amount).ok_or(Fault::Amount)
    }

    /// The beginning of a call.
    pub fn call(&self, method: &str) -> Fields {
        self.settings.opening(method, self.version)
    }

    /// Makes a call.
    pub async fn ask(&self, call: &Fields, repeats: Repeats) -> Exchange<Reply> {
        let message = post(&self.endpoints.api, Bytes::from_owner(Body(call.encode())), repeats);
        let exchange = self.line.exchange(message, Reply::of).await;
        let method = call.get("METHOD");
        match &exchange {
            Exchange::Reply(reply) => {
                tracing::debug!(method, ack = ?reply.ack, code = reply.code(), correlation = reply.get("CORRELATIONID"), "paypal answered");
            }
            Exchange::NotSent(fault) => tracing::warn!(method, reason = fault.reason(), "paypal: not sent"),
            Exchange::Lost(doubt) => tracing::warn!(method, reason = doubt.reason(), "paypal: answer lost"),
        }
        exchange
    }

    /// Asks something that changes nothing.
    async fn question(&self, call: &Fields) -> Result<Reply, Without> {
        match self.ask(call, Repeats::Safe).await {
            Exchange::Reply(reply) if reply.ack == Ack::Failed => {
                let judge = |problem: super::reply::Problem<'_>| match problem.code {
                    "10004" | "10009" | "10011" | "10010" => Verdict::Rejected,
                    code => common(code).unwrap_or(Verdict::Unlisted),
                };
                let (verdict, code) = verdict::of_failure(&reply, judge);
                Err(Without::Refused(verdict, code))
            }
            Exchange::Reply(reply) => Ok(reply),
            Exchange::NotSent(fault) => Err(Without::NotSent(fault)),
            Exchange::Lost(doubt) => Err(Without::Lost(doubt)),
        }
    }

    /// A transaction, from the authority (§10.5).
    ///
    /// # Errors
    /// Why there is none.
    pub async fn details(&self, of: &ProcessorRef) -> Result<Transaction, Without> {
        let mut call = self.call("GetTransactionDetails");
        call.set("TRANSACTIONID", of.as_str());
        read_transaction(&self.question(&call).await?, of).map_err(Without::Lost)
    }

    /// Lists what fits `filters`.
    ///
    /// # Errors
    /// Why there is no list.
    pub async fn search(&self, filters: &[(&'static str, &str)]) -> Result<Listing, Without> {
        let mut call = self.call("TransactionSearch");
        let from = self.clock.now().plus_seconds(-LOOK_BACK_SECONDS);
        call.set("STARTDATE", &iso(from));
        filters.iter().for_each(|(name, value)| call.set(*name, value));
        read_listing(&self.question(&call).await?).map_err(Without::Lost)
    }

    /// Looks for the payment that `is_ours` among what fits `filters`.
    ///
    /// # Errors
    /// Why nothing can be said.
    pub async fn find(&self, filters: &[(&'static str, &str)], is_ours: impl Fn(&Transaction) -> bool + Send) -> Result<Found, Without> {
        let listing = self.search(filters).await?;
        let payments: Vec<ProcessorRef> = listing.of(Kind::Payment).into_iter().map(|line| line.reference.clone()).collect();
        for reference in payments.iter().take(LOOKED_INTO_MAX) {
            let transaction = self.details(reference).await?;
            if is_ours(&transaction) {
                return Ok(Found::Ours(transaction));
            }
        }
        Ok(match payments.len() {
            _ if listing.is_cut => Found::TooMany,
            0 => Found::Nothing,
            1..=LOOKED_INTO_MAX => Found::Others,
            _ => Found::TooMany,
        })
    }

    /// What became of that whose invoice number is our own reference: a direct sale, a capture or a refund. The index is seconds
    /// to minutes behind (§9).
    pub async fn inquire_by_reference(&self, of: &AttemptRef, expected: Money) -> Outcome<Standing> {
        let listing = match self.search(&[("INVNUM", of.as_str())]).await {
            Ok(listing) => listing,
            Err(without) => return without.outcome(),
        };
        let (payments, held, refunds) = (listing.of(Kind::Payment), listing.of(Kind::Authorization), listing.of(Kind::Refund));
        match (payments.as_slice(), held.as_slice(), refunds.as_slice()) {
            ([], [], []) if listing.is_cut => Outcome::Unknown(Doubt::ProcessorUnsure { code: "11002".to_owned() }),
            ([], [], []) => Outcome::Done(Standing::NotFound),
            ([payment], _, _) => match self.details(&payment.reference).await {
                Ok(transaction) => transaction.standing(expected),
                Err(without) => without.doubt(),
            },
            ([], [hold], _) => match self.details(&hold.reference).await {
                // Captured under a number of its own: which refunds must name, and which this is not.
                Ok(transaction) if transaction.state == State::Taken => {
                    Outcome::Unknown(Doubt::ProcessorUnsure { code: "captured elsewhere".to_owned() })
                }
                Ok(transaction) => transaction.standing(expected),
                Err(without) => without.doubt(),
            },
            ([], [], [refund]) => refund_standing(refund, expected),
            _ => Outcome::Unknown(Doubt::OtherPayment),
        }
    }

    /// Takes money set aside; the rest is released. The message's number makes a repetition harmless (§9).
    pub async fn capture(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Captured> {
        let wire = match self.carried(amount) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let attempt = AttemptRef::of_key(key);
        let call = super::request::capture(self.call("DoCapture"), of, &wire, amount.currency(), &attempt, key);
        let reply = match self.ask(&call, Repeats::Safe).await {
            Exchange::Reply(reply) => reply,
            Exchange::NotSent(fault) => return Outcome::NotSent(fault),
            Exchange::Lost(doubt) => return Outcome::Unknown(doubt),
        };
        match map::read_capture(&reply, amount) {
            // By an earlier request: of ours, or of somebody else's.
            Err((Verdict::DoneBefore, code)) => match self.inquire_by_reference(&attempt, amount).await {
                Outcome::Done(Standing::Captured(captured)) => Outcome::Done(captured),
                _ => Outcome::Unknown(Doubt::ProcessorUnsure { code }),
            },
            Err((verdict, code)) => verdict.refused(code),
            Ok(outcome) => outcome,
        }
    }

    /// Releases money set aside.
    pub async fn void(&self, key: &IdempotencyKey, of: &ProcessorRef) -> Outcome<()> {
        let call = super::request::void(self.call("DoVoid"), of, key);
        match self.ask(&call, Repeats::Safe).await {
            Exchange::Reply(reply) => map::read_void(&reply, of),
            Exchange::NotSent(fault) => Outcome::NotSent(fault),
            Exchange::Lost(doubt) => Outcome::Unknown(doubt),
        }
    }

    /// Gives money back. Always asked for as a part: a whole may be given back as one, and nothing need be looked up before.
    pub async fn refund(&self, key: &IdempotencyKey, of: &ProcessorRef, amount: Money) -> Outcome<Refunded> {
        let wire = match self.carried(amount) {
            Ok(wire) => wire,
            Err(fault) => return Outcome::NotSent(fault),
        };
        let attempt = AttemptRef::of_key(key);
        let call = super::request::refund(self.call("RefundTransaction"), of, &wire, amount.currency(), &attempt, key);
        let reply = match self.ask(&call, Repeats::Safe).await {
            Exchange::Reply(reply) => reply,
            Exchange::NotSent(fault) => return Outcome::NotSent(fault),
            Exchange::Lost(doubt) => return Outcome::Unknown(doubt),
        };
        match map::read_refund(&reply, amount) {
            // Nothing is left to give back. If this was us, it is done; if not, a person must look.
            Err((Verdict::DoneBefore, code)) => match self.inquire_by_reference(&attempt, amount).await {
                Outcome::Done(Standing::Captured(given)) => Outcome::Done(Refunded { reference: given.reference, amount }),
                Outcome::Done(Standing::Pending) => Outcome::Unknown(Doubt::Pending),
                Outcome::Done(Standing::Declined(_)) => Outcome::Declined(Decline { class: DeclineClass::Refused, code }),
                Outcome::Done(Standing::NotFound | Standing::Authorised(_)) => Outcome::Unknown(Doubt::OtherPayment),
                Outcome::Declined(_) | Outcome::NeedsCustomer(_) | Outcome::NotSent(_) | Outcome::Unknown(_) => {
                    Outcome::Unknown(Doubt::ProcessorUnsure { code })
                }
            },
            Err((verdict, code)) => verdict.refused(code),
            Ok(outcome) => outcome,
        }
    }

    /// Reads a notice and asks PayPal whether it sent it, byte for byte (§11).
    ///
    /// # Errors
    /// [`Forged`] unless PayPal vouches for it.
    pub async fn read_notice(&self, body: &[u8], named: Named) -> Result<Notice, Forged> {
        let ipn = Ipn::read(body).ok_or(Forged::Unreadable)?;
        ipn.check_account(&self.settings.public.merchant_id, self.endpoints.mode)?;
        let echo = [b"cmd=_notify-validate&".as_slice(), body].concat();
        let message = post(&self.endpoints.verify, Bytes::from(echo), Repeats::Safe);
        match self.vouching.exchange(message, vouched).await {
            Exchange::Reply(true) => Ok(ipn.notice(named)),
            Exchange::Reply(false) => Err(Forged::BadSignature),
            Exchange::NotSent(_) | Exchange::Lost(_) => Err(Forged::CannotTell),
        }
    }

    /// Tries address, credentials and the permission to look things up, without moving money.
    ///
    /// # Errors
    /// The problem.
    pub async fn test_connection(&self) -> Result<(), ConnectionProblem> {
        match self.search(&[("INVNUM", "LECTERNTEST0")]).await {
            Ok(_) => Ok(()),
            Err(Without::Refused(verdict, code)) => Err(match (code.as_str(), verdict) {
                ("10002" | "10008", _) => ConnectionProblem::Credentials,
                ("10006", _) | (_, Verdict::Rejected) => ConnectionProblem::Settings,
                (_, Verdict::Misconfigured) => ConnectionProblem::Permission,
                _ => ConnectionProblem::Unavailable,
            }),
            Err(Without::NotSent(Fault::Connect)) => Err(ConnectionProblem::Unreachable),
            Err(Without::NotSent(_)) => Err(ConnectionProblem::Unavailable),
            Err(Without::Lost(Doubt::Timeout | Doubt::Lost)) => Err(ConnectionProblem::NoAnswer),
            Err(Without::Lost(_)) => Err(ConnectionProblem::NotTheProcessor),
        }
    }
}

/// A body that wipes itself.
struct Body(zeroize::Zeroizing<Vec<u8>>);

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn post(url: &Url, body: Bytes, repeats: Repeats) -> Message {
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded")),
        (header::USER_AGENT, HeaderValue::from_static(concat!("Lectern/", env!("CARGO_PKG_VERSION")))),
    ]);
    Message { method: Method::POST, url: url.clone(), headers, body, repeats }
}

/// Exactly one of two words; anything else says nothing (§11.3).
fn vouched(answer: &Answer) -> Result<bool, Doubt> {
    match (answer.status, answer.body.as_ref()) {
        (200, b"VERIFIED") => Ok(true),
        (200, b"INVALID") => Ok(false),
        (200, _) => Err(Doubt::Unreadable),
        (status, _) => Err(Doubt::Status(status)),
    }
}

/// `2026-03-04T09:21:44Z`.
fn iso(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds()).map_or_else(|_| "1970-01-01T00:00:00Z".to_owned(), |at| at.to_string())
}

/// The judge of a call that follows a payment.
pub(super) fn judge(call: After) -> impl Fn(super::reply::Problem<'_>) -> Verdict {
    move |problem| judge_after(call, problem)
}
