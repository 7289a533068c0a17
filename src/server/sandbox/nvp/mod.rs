//! What the simulators of Express Checkout and Website Payments Pro share: credentials, the NVP protocol, the calls that follow a
//! payment, and notices (paypal-express-checkout.md §1–3, §9–14). Written apart from our client, but for the form encoding.
//! Accounts are those of the Payflow simulator: `USER` is the user, `PWD` the password, and `SIGNATURE` follows from the user.

mod after;
mod notices;
pub mod read;
mod refusals;
pub mod reply;
pub mod txn;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
    routing,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::money::Money;
use crate::server::clock::Clock;

use super::{
    Account, Inner, Sandbox,
    faults::{FaultKind, Seen},
    listeners::Registration,
    trouble::{self, Plain},
};
use notices::Outgoing;
use read::Ask;
use reply::{Reply, encode};
use txn::{Does, TXN, Txn};

const ANSWER: &str = "answer";

/// A product behind the API.
pub struct Product {
    /// Its simulator's name: the code of the processor's kind.
    pub name: &'static str,
    /// `TRANSACTIONTYPE`.
    pub transaction_type: &'static str,
    /// `txn_type` of notices.
    pub ipn_type: &'static str,
    /// The fee: thousandths of the amount, and smallest units for each payment.
    pub fee: (i64, i64),
    /// Runs one of its own calls; `None` for a method that is none of them.
    pub own: fn(&mut Desk<'_>, &str) -> Option<Reply>,
    /// A refusal as this product writes it.
    pub refusal: fn(&mut Desk<'_>, &str, &str) -> Reply,
    /// What a request does by itself, without a script.
    pub habit: fn(&Ask) -> Option<FaultKind>,
}

impl Product {
    /// The fee of an amount: a share, and for a payment a bit more.
    fn fee_of(&self, of: Money, is_payment: bool) -> Money {
        let (thousandths, each) = self.fee;
        let share = (of.minor() * thousandths + 500) / 1000;
        Money::from_minor(share + if is_payment { each } else { 0 }, of.currency())
    }
}

/// One call being answered, under the lock.
pub struct Desk<'a> {
    /// The state.
    pub(super) inner: &'a mut Inner,
    /// Time and randomness.
    pub(super) clock: &'a Clock,
    /// The product.
    pub(super) product: &'static Product,
    /// Who asks.
    pub(super) account: &'a Account,
    /// What is asked.
    pub(super) ask: &'a Ask,
    /// What goes wrong.
    pub(super) fault: Option<&'a FaultKind>,
    /// Transactions to send notices about.
    pub(super) tell: Vec<String>,
}

/// An account's `SIGNATURE`: always the same, so that settings can be written before the simulator runs.
pub fn signature(user: &str) -> String {
    letters(b"nvp signature\0", user, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-", 56)
}

/// An account's number, by which its notices are known.
pub fn merchant_id(user: &str) -> String {
    letters(b"nvp merchant\0", user, b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 13)
}

/// An account's address.
fn email(user: &str) -> String {
    format!("{user}@simulator.example")
}

fn letters(what: &[u8], user: &str, alphabet: &[u8], length: usize) -> String {
    let half = |n: u8| Sha256::new().chain_update(what).chain_update([n]).chain_update(user).finalize();
    let letter = |byte: &u8| char::from(alphabet[usize::from(*byte) % alphabet.len()]);
    half(0).iter().chain(half(1).iter()).map(letter).take(length).collect()
}

/// The routes below `/control/{product}`.
pub fn control(product: &'static Product) -> Router<Arc<Sandbox>> {
    let settle = move |State(sandbox): State<Arc<Sandbox>>, Json(decision): Json<Decision>| async move {
        Json(serde_json::json!({ "settled": settle_and_tell(&sandbox, product, decision.accept) }))
    };
    let listen = move |State(sandbox): State<Arc<Sandbox>>, Json(registration): Json<Registration>| async move {
        sandbox.listen(product.name, &registration.account, &registration.url);
        StatusCode::NO_CONTENT
    };
    let dispute = move |State(sandbox): State<Arc<Sandbox>>| async move {
        let outgoing = dispute(&sandbox, product);
        let disputed = outgoing.len();
        outgoing.into_iter().for_each(Outgoing::send);
        Json(serde_json::json!({ "disputed": disputed }))
    };
    Router::new()
        .route("/settle", routing::post(settle))
        .route("/dispute", routing::post(dispute))
        .route("/listener", routing::post(listen))
}

/// Every payer disputes what was taken.
fn dispute(sandbox: &Sandbox, product: &'static Product) -> Vec<Outgoing> {
    let mut inner = sandbox.lock();
    let is_taken = |txn: &Txn| txn.status == "Completed" && matches!(txn.does, Does::Sell | Does::Capture);
    let taken: Vec<Txn> = inner.objects.all::<Txn>(product.name, TXN).into_iter().filter(is_taken).collect();
    taken.iter().filter_map(|txn| notices::prepare_case(&mut inner, &sandbox.clock, product, &txn.id)).collect()
}

/// What banks and reviewers decide.
#[derive(Deserialize)]
struct Decision {
    accept: bool,
}

/// Decides everything that is pending, and tells who listens; how much it was.
pub(super) fn settle_and_tell(sandbox: &Sandbox, product: &'static Product, accept: bool) -> usize {
    let (settled, outgoing) = settle(sandbox, product, accept);
    outgoing.into_iter().for_each(Outgoing::send);
    settled
}

fn settle(sandbox: &Sandbox, product: &'static Product, accept: bool) -> (usize, Vec<Outgoing>) {
    let mut inner = sandbox.lock();
    let is_pending = |txn: &Txn| txn.status == "Pending" && txn.does != Does::Hold;
    let pending: Vec<Txn> = inner.objects.all::<Txn>(product.name, TXN).into_iter().filter(is_pending).collect();
    let mut outgoing = Vec::new();
    for mut txn in pending.iter().cloned() {
        let refused = if txn.does == Does::Refund { "Failed" } else { "Denied" };
        (txn.status, txn.reason) = (if accept { "Completed" } else { refused }.to_owned(), "None".to_owned());
        txn::keep(&mut inner, product.name, &txn);
        if let (Does::Refund, false, Some(parent)) = (txn.does, accept, &txn.parent)
            && let Some(mut paid) = inner.objects.get::<Txn>(product.name, TXN, parent)
        {
            paid.used_minor -= txn.amount.minor();
            txn::keep(&mut inner, product.name, &paid);
        }
        outgoing.extend(notices::prepare(&mut inner, &sandbox.clock, product, &txn.id));
    }
    (pending.len(), outgoing)
}

/// A method's name for scripts.
fn op(method: &str) -> &'static str {
    match method {
        "SetExpressCheckout" => "set",
        "GetExpressCheckoutDetails" => "get",
        "DoExpressCheckoutPayment" => "do",
        "DoDirectPayment" => "sale",
        "DoCapture" => "capture",
        "DoVoid" => "void",
        "RefundTransaction" => "refund",
        "GetTransactionDetails" => "details",
        "TransactionSearch" => "search",
        _ => "unknown",
    }
}

/// `POST …/nvp`: one call, with whatever is scripted to go wrong.
pub async fn answer(sandbox: Arc<Sandbox>, product: &'static Product, headers: HeaderMap, body: Bytes) -> Response {
    let version =
        |ask: Option<&Ask>| ask.map(|ask| ask.get("VERSION").to_owned()).filter(|v| !v.is_empty()).unwrap_or("0.000000".to_owned());
    let form = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let ask = Ask::read(&body).filter(|_| form);
    drop(body);
    let account = ask.as_ref().and_then(|ask| read::account_of(&sandbox.accounts, ask)).cloned();
    let (Some(ask), Some(account)) = (&ask, account) else {
        return plain_of(&sandbox, &Reply::refused("10002"), &version(ask.as_ref())).whole(None, &sandbox).await;
    };
    let method = ask.get("METHOD");
    let fault = scripted(&mut sandbox.lock(), product, ask);
    if let Some(response) = trouble::before_booking(fault.as_ref(), sandbox.hang()).await {
        return response;
    }
    let (reply, outgoing) = {
        let mut inner = sandbox.lock();
        let mut desk =
            Desk { inner: &mut inner, clock: &sandbox.clock, product, account: &account, ask, fault: fault.as_ref(), tell: Vec::new() };
        let reply = desk.decide(method);
        let tell = std::mem::take(&mut desk.tell);
        let outgoing: Vec<Outgoing> = tell.iter().filter_map(|id| notices::prepare(&mut inner, &sandbox.clock, product, id)).collect();
        (reply, outgoing)
    };
    outgoing.into_iter().for_each(Outgoing::send);
    plain_of(&sandbox, &reply, &version(Some(ask))).whole(fault.as_ref(), &sandbox).await
}

/// `POST …/webscr`, of a body that asks whether a notice is genuine; `None` for any other.
pub async fn vouch(sandbox: &Arc<Sandbox>, product: &'static Product, body: &[u8]) -> Option<Response> {
    let echo = body.strip_prefix(b"cmd=_notify-validate&")?;
    Some(notices::vouch(sandbox, product, echo).await)
}

fn scripted(inner: &mut Inner, product: &Product, ask: &Ask) -> Option<FaultKind> {
    let (trxtype, number) = (format!("{}.{}", product.name, op(ask.get("METHOD"))), ask.get("ACCT"));
    let seen = Seen {
        trxtype: &trxtype,
        last4: number.get(number.len().saturating_sub(4)..).unwrap_or_default(),
        custref: ask.first(&["PAYMENTREQUEST_0_CUSTOM", "INVOICEID", "INVNUM"]),
        amount: ask.first(&["PAYMENTREQUEST_0_AMT", "AMT"]),
    };
    inner.faults.take(&seen).or_else(|| (product.habit)(ask))
}

/// An answer and its name.
struct Named {
    plain: Plain,
    correlation: String,
}

fn plain_of(sandbox: &Sandbox, reply: &Reply, version: &str) -> Named {
    let correlation: String = sandbox.clock.random::<7>().iter().map(|byte| format!("{byte:02x}")).collect::<String>().split_off(1);
    let body = encode(&reply.pairs(sandbox.clock.now(), &correlation, version));
    Named { plain: Plain { status: StatusCode::OK, content_type: "text/plain; charset=utf-8", body }, correlation }
}

impl Named {
    async fn whole(self, fault: Option<&FaultKind>, sandbox: &Sandbox) -> Response {
        let mut response = trouble::deliver(fault, self.plain, sandbox.hang()).await;
        response
            .headers_mut()
            .extend(HeaderValue::from_str(&self.correlation).map(|id| (header::HeaderName::from_static("paypal-debug-id"), id)));
        response
    }
}

/// An answer that was given to a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Answered {
    reply: Reply,
}

impl Desk<'_> {
    /// Everything up to the answer: what is decided is booked.
    fn decide(&mut self, method: &str) -> Reply {
        let message = self.ask.get("MSGSUBID");
        let kept = (!message.is_empty() && message.len() <= 38).then(|| format!("{} {method} {message}", self.account.user));
        let known: Option<Answered> = kept.as_ref().and_then(|key| self.inner.objects.get(self.product.name, ANSWER, key));
        let reply = match known {
            Some(Answered { reply }) if reply.ok => reply.problem("11607"),
            Some(Answered { reply }) => reply,
            None => {
                let reply = self.first_time(method);
                // A refused card was asked, and is not asked again for the same message; a refused request can be mended.
                let stays = reply.ok || reply.problems.iter().any(|problem| matches!(problem.code.as_str(), "10486" | "10422"));
                if let (Some(key), true) = (kept, stays) {
                    self.inner.put(self.product.name, ANSWER, &key, &Answered { reply: reply.clone() });
                }
                reply
            }
        };
        match self.fault {
            Some(FaultKind::Answer104After) if reply.ok => (self.product.refusal)(self, method, "10001"),
            Some(FaultKind::WrongAmount) => changed(reply, &["AMT", "GROSSREFUNDAMT"], less),
            Some(FaultKind::WrongCurrency) => {
                changed(reply, &["CURRENCYCODE"], |code| if code == "USD" { "EUR" } else { "USD" }.to_owned())
            }
            Some(
                FaultKind::TimeoutBefore
                | FaultKind::TimeoutAfter
                | FaultKind::ResetBefore
                | FaultKind::ResetAfter
                | FaultKind::Status500
                | FaultKind::Html
                | FaultKind::Truncated { .. }
                | FaultKind::Broken
                | FaultKind::Huge
                | FaultKind::Answer104After
                | FaultKind::Slow { .. }
                | FaultKind::Refuse { .. }
                | FaultKind::Pending
                | FaultKind::Twice
                | FaultKind::Never
                | FaultKind::Forged
                | FaultKind::Decline { .. },
            )
            | None => reply,
        }
    }

    fn first_time(&mut self, method: &str) -> Reply {
        if let Some(FaultKind::Refuse { code }) = self.fault {
            return (self.product.refusal)(self, method, code);
        }
        if let Some(code) = self.asked_for(method) {
            return (self.product.refusal)(self, method, &code);
        }
        if let Some(reply) = (self.product.own)(self, method) {
            return reply;
        }
        self.after(method).unwrap_or_else(|| Reply::refused("81002"))
    }

    /// The error that an amount, or a number in place of a name, asks for while negative testing is on (§14).
    fn asked_for(&self, method: &str) -> Option<String> {
        if !self.inner.switches.negative_testing {
            return None;
        }
        let field = match method {
            "SetExpressCheckout" => "MAXAMT",
            "DoExpressCheckoutPayment" => "PAYMENTREQUEST_0_AMT",
            "DoDirectPayment" | "DoCapture" | "RefundTransaction" => "AMT",
            "GetExpressCheckoutDetails" => "TOKEN",
            "DoVoid" => "AUTHORIZATIONID",
            "GetTransactionDetails" => "TRANSACTIONID",
            "TransactionSearch" => "INVNUM",
            _ => return None,
        };
        let value = self.ask.get(field);
        let code = match value.split_once('.') {
            Some((whole, cents)) if whole.len() == 3 && whole.starts_with('1') && cents.len() == 2 => format!("{whole}{cents}"),
            None if value.len() == 5 => value.to_owned(),
            Some(_) | None => return None,
        };
        refusals::is_known(&code).then_some(code)
    }
}

/// The reply with another value of these fields, whatever their prefix.
fn changed(mut reply: Reply, names: &[&str], with: impl Fn(&str) -> String) -> Reply {
    let is_one = |name: &str| names.iter().any(|n| name == *n || name.strip_suffix(n).is_some_and(|front| front.ends_with("_0_")));
    for (name, value) in reply.lead.iter_mut().chain(reply.rest.iter_mut()) {
        if is_one(name) {
            *value = with(value);
        }
    }
    reply
}

/// One smallest unit less.
fn less(amount: &str) -> String {
    let digits: String = amount.chars().filter(char::is_ascii_digit).collect();
    let minor = digits.parse::<i64>().unwrap_or(1) - 1;
    if amount.contains('.') { format!("{}.{:02}", minor / 100, minor % 100) } else { minor.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_settings_need_follows_from_the_user() {
        assert_eq!((signature("lectern-demo").len(), merchant_id("lectern-demo").len()), (56, 13));
        assert_eq!(signature("lectern-demo"), signature("lectern-demo"));
        assert_ne!(signature("lectern-demo"), signature("somebody"));
        assert_ne!(merchant_id("lectern-demo"), merchant_id("somebody"));
    }

    #[test]
    fn one_unit_less_is_one_unit_less() {
        assert_eq!((less("27.50"), less("1.00"), less("1500")), ("27.49".to_owned(), "0.99".to_owned(), "1499".to_owned()));
        let reply = Reply::done().with("PAYMENTINFO_0_AMT", "27.50").with("PAYMENTINFO_0_FEEAMT", "1.10").with("AMT", "5.00");
        assert_eq!(changed(reply, &["AMT"], less).rest.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>(), ["27.49", "1.10", "4.99"]);
    }
}
