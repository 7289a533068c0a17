//! Secure tokens: made by the shop, spent by the buyer's browser (payflow-pro.md §8). A token keeps what the shop fixed, and never
//! anything of a card.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;
use crate::server::clock::Clock;

use super::super::{Inner, ledger::Txn, objects::Objects};
use super::pilot;
use super::read::Ask;
use super::reply::Reply;

const SIMULATOR: &str = "payflow";
const TOKEN: &str = "token";
/// By the current documentation (§8.1).
const LIFE_SECONDS: i64 = 30 * 60;
/// After so many, it is spent (§8.1).
const TRIES_MAX: u32 = 3;
/// What a shop may send with a token and must not: it comes from the browser.
const CARD_FIELDS: [&str; 4] = ["ACCT", "EXPDATE", "CVV2", "CSC"];
/// What is not kept either.
const CREDENTIALS: [&str; 4] = ["PARTNER", "VENDOR", "USER", "PWD"];

/// A token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    /// `SECURETOKEN`.
    pub token: String,
    /// `SECURETOKENID`, the shop's name for it.
    pub id: String,
    /// The merchant.
    pub vendor: String,
    /// What the shop fixed.
    pub fields: BTreeMap<String, String>,
    /// How often it was tried to pay with it.
    pub tries: u32,
    /// It was paid with.
    pub paid: bool,
    /// A payment with it has not been answered yet.
    pub under_way: bool,
    /// The latest transaction.
    pub pnref: Option<String>,
    /// When it was made.
    pub at: Timestamp,
}

/// Why nobody can pay with a token now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// 160.
    Used,
    /// 161.
    UnderWay,
    /// 162.
    Expired,
}

impl Refused {
    /// `RESULT`.
    pub const fn result(self) -> i32 {
        match self {
            Self::Used => 160,
            Self::UnderWay => 161,
            Self::Expired => 162,
        }
    }
}

impl Token {
    /// What the shop fixed under `name`; empty when it did not.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Whether it can be paid with.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, now: Timestamp) -> Result<(), Refused> {
        if self.paid || self.tries >= TRIES_MAX {
            Err(Refused::Used)
        } else if self.at.seconds_until(now) >= LIFE_SECONDS {
            Err(Refused::Expired)
        } else if self.under_way {
            Err(Refused::UnderWay)
        } else {
            Ok(())
        }
    }

    /// The request that the shop began and the browser completes.
    pub fn ask(&self, card: [(&str, &str); 3]) -> Ask {
        Ask::of(self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(card))
    }

    /// Writes it down, new or changed.
    pub(crate) fn keep(&self, inner: &mut Inner) {
        inner.put(SIMULATOR, TOKEN, &self.token, self);
    }
}

/// The token that browsers name so.
pub fn find(objects: &Objects, token: &str, id: &str) -> Option<Token> {
    objects.get::<Token>(SIMULATOR, TOKEN, token).filter(|found| found.id == id)
}

/// Makes a token (§8.1). Nothing is charged by it.
pub fn create(inner: &mut Inner, clock: &Clock, vendor: &str, ask: &Ask) -> Reply {
    let id = ask.get("SECURETOKENID");
    let bad = |what: &str| Reply::bare(7, &format!("Field format error: {what}"));
    if !(1..=36).contains(&id.len()) {
        return bad("SECURETOKENID");
    }
    if CARD_FIELDS.iter().any(|name| ask.has(name)) {
        return bad("card data with CREATESECURETOKEN");
    }
    if !matches!(ask.get("URLMETHOD"), "" | "GET" | "POST") {
        return bad("URLMETHOD");
    }
    let is_known = inner.objects.all::<Token>(SIMULATOR, TOKEN).iter().any(|other| other.vendor == vendor && other.id == id);
    if is_known {
        return bad("SECURETOKENID was used before");
    }
    let fields = ask.iter().filter(|(name, _)| !CREDENTIALS.contains(name)).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let token = Token {
        // 28 characters that end in `==`, as the real ones tend to.
        token: STANDARD.encode(clock.random::<19>()),
        id: id.to_owned(),
        vendor: vendor.to_owned(),
        fields,
        tries: 0,
        paid: false,
        under_way: false,
        pnref: None,
        at: clock.now(),
    };
    token.keep(inner);
    Reply::bare(0, pilot::message(0)).with("SECURETOKEN", &token.token).with("SECURETOKENID", id)
}

/// A token, whoever names it.
pub fn find_by_token(inner: &Inner, token: &str) -> Option<Token> {
    inner.objects.get(SIMULATOR, TOKEN, token)
}

/// The latest transaction made with a merchant's token.
pub fn latest<'a>(inner: &'a Inner, vendor: &str, token: &str) -> Option<&'a Txn> {
    inner.ledger.find(vendor, find_by_token(inner, token)?.pnref.as_deref()?)
}
