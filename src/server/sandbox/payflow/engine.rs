//! The transactions themselves: sale, authorisation, capture, void, credit, inquiry (payflow-pro.md §6).

use crate::domain::{
    card::{self, Brand},
    money::{Currency, Money},
    time::Timestamp,
};
use crate::server::clock::Clock;

use super::super::{
    Acquirer, Inner, cards,
    ledger::{CardMark, Event, Kind, Txn},
};
use super::pilot::{self, Ruling};
use super::read::Ask;
use super::reply::Reply;
use super::token;

/// What a fault or a card makes of a transaction that is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Nothing.
    None,
    /// This result, whatever the amount says.
    Result(i32),
    /// Booked, and answered 104.
    BookAndAnswer104,
    /// The reply names one smallest unit less.
    WrongAmount,
    /// The reply names another currency.
    WrongCurrency,
}

/// Runs one transaction of `vendor`.
pub fn run(inner: &mut Inner, clock: &Clock, vendor: &str, ask: &Ask, script: Script) -> Reply {
    let run = Run { clock, vendor, ask, script };
    match (ask.get("TENDER"), ask.get("TRXTYPE")) {
        ("C", "S" | "A") if ask.get("CREATESECURETOKEN") == "Y" => run.token(inner),
        ("P", _) => Reply::bare(25, pilot::message(25)),
        ("C", "S") => run.charge(inner, Kind::Sale),
        ("C", "A") => run.charge(inner, Kind::Authorisation),
        ("C", "D") => run.capture(inner),
        ("C", "V") => run.void(inner),
        ("C", "C") => run.credit(inner),
        ("C", "I") => run.inquiry(inner),
        ("C", _) => Reply::bare(3, pilot::message(3)),
        _ => Reply::bare(2, pilot::message(2)),
    }
}

/// Runs the sale or authorisation that a browser completed for a token of `vendor`'s.
pub fn charge_token(inner: &mut Inner, clock: &Clock, vendor: &str, ask: &Ask, script: Script) -> Reply {
    let kind = if ask.get("TRXTYPE") == "A" { Kind::Authorisation } else { Kind::Sale };
    Run { clock, vendor, ask, script }.charge(inner, kind)
}

/// An amount as it travels, less one hundredth.
pub fn one_less(amount: &str) -> String {
    hundredths(amount).map(|amount| amount - 1).map(|less| format!("{}.{:02}", less / 100, less % 100)).unwrap_or_default()
}

/// An amount that a request asks for.
pub fn amount_of(amount: &str, currency: &str) -> Option<Money> {
    money(hundredths(amount)?, if currency.is_empty() { "USD" } else { currency }.parse().ok()?)
}

struct Run<'a> {
    clock: &'a Clock,
    vendor: &'a str,
    ask: &'a Ask,
    script: Script,
}

/// Digits, a point, two digits; at most ten digits in all.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once('.')?;
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    (digits(whole) && digits(cents) && cents.len() == 2 && whole.len() <= 8).then(|| format!("{whole}{cents}").parse().ok())?
}

/// `None` for a fraction that the currency has not.
fn money(hundredths: i64, currency: Currency) -> Option<Money> {
    match currency.exponent() {
        2 => Some(Money::from_minor(hundredths, currency)),
        0 if hundredths % 100 == 0 => Some(Money::from_minor(hundredths / 100, currency)),
        _ => None,
    }
}

/// An amount as replies have it.
fn written(amount: Money) -> String {
    let minor = amount.minor();
    if amount.currency().exponent() == 0 { format!("{minor}.00") } else { format!("{}.{:02}", minor / 100, minor % 100) }
}

impl Run<'_> {
    fn reference(&self, inner: &Inner) -> String {
        loop {
            let pnref = format!("V{}", &self.hex(6)[1..]);
            if inner.ledger.find_any(&pnref).is_none() {
                return pnref;
            }
        }
    }

    fn hex(&self, bytes: usize) -> String {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase();
        self.clock.random::<16>().iter().take(bytes).flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
    }

    fn authcode(&self) -> String {
        format!("{:06}", u64::from_be_bytes(self.clock.random()) % 1_000_000)
    }

    fn refuse(&self, inner: &Inner, result: i32) -> Reply {
        Reply::about(result, &self.reference(inner), pilot::message(result))
    }

    /// A transaction with nothing in it yet.
    fn txn(&self, inner: &Inner, kind: Kind, amount: Money) -> Txn {
        Txn {
            pnref: self.reference(inner),
            vendor: self.vendor.to_owned(),
            kind,
            custref: self.ask.get("CUSTREF").to_owned(),
            invnum: self.ask.get("INVNUM").to_owned(),
            amount,
            result: 0,
            message: pilot::message(0).to_owned(),
            authcode: None,
            state: 6,
            orig: None,
            used_minor: 0,
            card: None,
            checks: String::new(),
            at: self.clock.now(),
        }
    }

    fn card(&self) -> CardMark {
        let number = self.ask.get("ACCT");
        CardMark { brand: cards::told_brand(number), last4: number.get(number.len().saturating_sub(4)..).unwrap_or_default().to_owned() }
    }

    fn checks(&self) -> String {
        let either = |new: &str, old: &str| self.ask.get(if self.ask.has(new) { new } else { old }).to_owned();
        let (street, zip) = (either("BILLTOSTREET", "STREET"), either("BILLTOZIP", "ZIP"));
        [pilot::street(&street), pilot::zip(&zip), pilot::code(self.ask.get("CVV2"))].into_iter().collect()
    }

    /// The expiry lies in this month or later; only `MMYY` is one.
    fn card_is_current(&self) -> bool {
        let text = self.ask.get("EXPDATE");
        let (this_year, this_month, _) = civil(self.clock.now().seconds().div_euclid(86_400));
        let well_formed = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
        // Years from 80 on lie in the past century: 0298 is the pilot host's expired card.
        well_formed
            && text.get(2..).is_some_and(|year| year < "80")
            && card::Expiry::parse(text).is_ok_and(|e| (i64::from(e.year), i64::from(e.month)) >= (this_year, this_month))
    }

    /// A token fixes an amount, so that is checked when it is made.
    fn token(&self, inner: &mut Inner) -> Reply {
        let ask = self.ask;
        if let Script::Result(result) = self.script {
            return Reply::bare(result, pilot::message(result));
        }
        if hundredths(ask.get("AMT")).is_none_or(|asked| asked < 1) {
            return Reply::bare(4, pilot::message(4));
        }
        if amount_of(ask.get("AMT"), ask.get("CURRENCY")).is_none() {
            return Reply::bare(6, pilot::message(6));
        }
        token::create(inner, self.clock, self.vendor, ask)
    }

    fn charge(&self, inner: &mut Inner, kind: Kind) -> Reply {
        let ask = self.ask;
        if !ask.has("ACCT") && ask.has("ORIGID") {
            return self.refuse(inner, 117);
        }
        let Some(asked) = hundredths(ask.get("AMT")) else { return Reply::bare(4, pilot::message(4)) };
        let currency = if ask.has("CURRENCY") { ask.get("CURRENCY") } else { "USD" };
        let Some(currency) = currency.parse().ok().filter(|currency: &Currency| currency.exponent() <= 2) else {
            return Reply::bare(6, pilot::message(6));
        };
        let Some(amount) = money(asked, currency) else { return Reply::bare(4, pilot::message(4)) };
        let order_id = ask.get("ORDERID");
        if !order_id.is_empty()
            && let Some(first) = inner.ledger.order(self.vendor, order_id)
        {
            return as_order_duplicate(first, order_id);
        }
        let reply = self.charge_amount(inner, kind, asked, amount);
        if !order_id.is_empty() {
            inner.record(Event::Ordered { vendor: self.vendor.to_owned(), order_id: order_id.to_owned(), body: reply.stored() });
        }
        reply
    }

    fn ruling(&self, inner: &Inner, asked: i64) -> Ruling {
        let plain = |result| Ruling { result, inner: None };
        let number = self.ask.get("ACCT");
        if let Script::Result(result) = self.script {
            return plain(result);
        }
        if cards::find(number).is_none() {
            return plain(23);
        }
        if !self.card_is_current() {
            return plain(24);
        }
        let ruling = pilot::by_amount(asked, &inner.switches);
        let paid_before = || {
            inner.switches.acquirer == Acquirer::Paypal
                && self.ask.has("INVNUM")
                && inner.ledger.paid_invoice(self.vendor, self.ask.get("INVNUM")).is_some()
        };
        if ruling.result == 0 && paid_before() { Ruling { result: 30, inner: Some(10536) } } else { ruling }
    }

    fn charge_amount(&self, inner: &mut Inner, kind: Kind, asked: i64, amount: Money) -> Reply {
        let verification = kind == Kind::Authorisation && amount.is_zero();
        if amount.is_zero() && !verification {
            return Reply::bare(4, pilot::message(4));
        }
        let ruling = self.ruling(inner, asked);
        let mut txn = self.txn(inner, kind, amount);
        txn.card = Some(self.card());
        txn.checks = self.checks();
        let booked_state = match kind {
            Kind::Authorisation if verification => 0,
            Kind::Authorisation => 3,
            Kind::Sale | Kind::Capture | Kind::Refund | Kind::Void => 6,
        };
        // 1104 on the pilot host is the payment that was taken although the answer was a timeout (payflow-pro.md §6.6's example).
        let lost = ruling.result == 104 || self.script == Script::BookAndAnswer104;
        let partial = self.ask.get("PARTIALAUTH") == "Y" && asked == 12_000 && ruling.result == 0;
        let (result, state, coded) = match ruling.result {
            _ if lost => (0, booked_state, true),
            0 => (0, booked_state, true),
            112 | 114 => (ruling.result, 3, true),
            126 => (126, 3, true),
            refused => (refused, 1, false),
        };
        (txn.result, txn.state, txn.message) = (result, state, if lost { pilot::message(0).to_owned() } else { pilot::text(ruling) });
        txn.authcode = coded.then(|| self.authcode());
        if verification && result == 0 {
            txn.message = "Verified".to_owned();
        }
        if partial {
            txn.amount = money(10_000, amount.currency()).unwrap_or(amount);
            txn.message = "Partial Approval".to_owned();
        }
        let reply =
            if lost { Reply::about(104, &txn.pnref, pilot::message(104)) } else { self.charge_reply(&txn, partial.then_some(amount)) };
        inner.record(Event::Booked { txn });
        reply
    }

    fn charge_reply(&self, txn: &Txn, partial_of: Option<Money>) -> Reply {
        let check = |at: usize| txn.checks.get(at..=at).unwrap_or("X");
        let ok = txn.result == 0;
        let mut reply = Reply::about(txn.result, &txn.pnref, &txn.message)
            .with("AUTHCODE", txn.authcode.as_deref().unwrap_or_default())
            .with("AVSADDR", check(0))
            .with("AVSZIP", check(1))
            .with("CVV2MATCH", if self.ask.has("CVV2") { check(2) } else { "" })
            .verbose("HOSTCODE", if ok { "A" } else { "" })
            .verbose("TRANSTIME", &pacific(txn.at));
        reply = match (self.script, partial_of) {
            (Script::WrongAmount, _) => reply.with("AMT", &written(Money::from_minor(txn.amount.minor() - 1, txn.amount.currency()))),
            (Script::WrongCurrency, _) => {
                let other = if txn.amount.currency() == Currency::USD { "EUR" } else { "USD" };
                reply.with("AMT", &written(txn.amount)).with("CURRENCY", other)
            }
            (Script::None | Script::Result(_) | Script::BookAndAnswer104, Some(asked)) => {
                reply.with("AMT", &written(txn.amount)).with("ORIGAMT", &written(asked)).with("BALAMT", "0.00")
            }
            (Script::None | Script::Result(_) | Script::BookAndAnswer104, None) => reply.verbose("AMT", &written(txn.amount)),
        };
        let reply = with_card(reply, txn);
        let reply = if txn.result == 126 {
            reply.with("PREFPSMSG", "Review: More than one rule was triggered for Review").with("POSTFPSMSG", "Review")
        } else {
            reply
        };
        reply
            .with("PPREF", &if ok { self.hex(16)[..17].to_owned() } else { String::new() })
            .with("CORRELATIONID", &self.hex(7)[..13].to_ascii_lowercase())
            .with("IAVS", "N")
    }

    /// The transaction a D, C or V names.
    fn original(&self, inner: &Inner) -> Result<Txn, Reply> {
        if !self.ask.has("ORIGID") {
            return Err(Reply::bare(7, "Field format error: ORIGID"));
        }
        let original = inner.ledger.find(self.vendor, self.ask.get("ORIGID")).cloned().ok_or_else(|| self.refuse(inner, 19))?;
        if let Script::Result(result) = self.script {
            return Err(self.refuse(inner, result));
        }
        Ok(original)
    }

    /// The amount of a D or C: `AMT`, or what is left of the original.
    fn part_of(&self, original: &Txn) -> Option<Money> {
        if self.ask.has("AMT") {
            hundredths(self.ask.get("AMT")).and_then(|asked| money(asked, original.amount.currency())).filter(|m| m.minor() > 0)
        } else {
            Some(Money::from_minor(original.amount.minor() - original.used_minor, original.amount.currency()))
        }
    }

    fn capture(&self, inner: &mut Inner) -> Reply {
        let original = match self.original(inner) {
            Ok(original) => original,
            Err(reply) => return reply,
        };
        let Some(amount) = self.part_of(&original) else { return Reply::bare(4, pilot::message(4)) };
        if original.kind == Kind::Authorisation && original.result != 0 {
            return self.refuse(inner, 120);
        }
        let limit = match inner.switches.acquirer {
            Acquirer::Simulated => original.amount.minor(),
            // 115 % or 75 units more, whichever is less (payflow-pro.md §6.1).
            Acquirer::Paypal => (original.amount.minor() / 100 * 115).min(original.amount.minor().saturating_add(7500)),
        };
        let used = original.used_minor.saturating_add(amount.minor());
        if original.kind != Kind::Authorisation || original.state != 3 || used > limit {
            return self.refused_operation(inner, Kind::Capture, &original, amount, 111);
        }
        let stays_open = inner.switches.acquirer == Acquirer::Paypal && self.ask.get("CAPTURECOMPLETE") == "N";
        let state = if stays_open { 3 } else { 9 };
        let reply = self.done(inner, Kind::Capture, &original, amount);
        inner.record(Event::Changed { pnref: original.pnref, result: original.result, state, used_minor: used });
        reply
    }

    fn credit(&self, inner: &mut Inner) -> Reply {
        if !self.ask.has("ORIGID") && self.ask.has("ACCT") {
            return self.refuse(inner, 117);
        }
        let original = match self.original(inner) {
            Ok(original) => original,
            Err(reply) => return reply,
        };
        let Some(amount) = self.part_of(&original) else { return Reply::bare(4, pilot::message(4)) };
        let taken = matches!(original.kind, Kind::Sale | Kind::Capture) && original.result == 0 && (6..=8).contains(&original.state);
        let used = original.used_minor.saturating_add(amount.minor());
        if !taken || amount.minor() < 1 || used > original.amount.minor() {
            return self.refused_operation(inner, Kind::Refund, &original, amount, 105);
        }
        let reply = self.done(inner, Kind::Refund, &original, amount);
        inner.record(Event::Changed { pnref: original.pnref, result: original.result, state: original.state, used_minor: used });
        reply
    }

    fn void(&self, inner: &mut Inner) -> Reply {
        let original = match self.original(inner) {
            Ok(original) => original,
            Err(reply) => return reply,
        };
        let open = match original.kind {
            // 3 is the hold that a refused or reviewed sale leaves.
            Kind::Sale | Kind::Capture => matches!(original.state, 3 | 6) && original.used_minor == 0,
            Kind::Authorisation => original.state == 3 && original.used_minor == 0,
            Kind::Refund => original.state == 6,
            Kind::Void => false,
        };
        if !open {
            return self.refused_operation(inner, Kind::Void, &original, original.amount, 108);
        }
        let reply = self.done(inner, Kind::Void, &original, original.amount);
        let state = original.state + 1000;
        // What a voided capture or refund used up is free again.
        let parent = original.orig.as_deref().filter(|_| matches!(original.kind, Kind::Capture | Kind::Refund));
        if let Some(parent) = parent.and_then(|pnref| inner.ledger.find(self.vendor, pnref)).cloned() {
            let reopened = if original.kind == Kind::Capture { 3 } else { parent.state };
            let used_minor = parent.used_minor - original.amount.minor();
            inner.record(Event::Changed { pnref: parent.pnref, result: parent.result, state: reopened, used_minor });
        }
        inner.record(Event::Changed { pnref: original.pnref, result: original.result, state, used_minor: original.used_minor });
        reply
    }

    fn refused_operation(&self, inner: &mut Inner, kind: Kind, original: &Txn, amount: Money, result: i32) -> Reply {
        let mut txn = self.txn(inner, kind, amount);
        (txn.orig, txn.result, txn.state) = (Some(original.pnref.clone()), result, 1);
        pilot::message(result).clone_into(&mut txn.message);
        let reply = Reply::about(result, &txn.pnref, &txn.message);
        inner.record(Event::Booked { txn });
        reply
    }

    fn done(&self, inner: &mut Inner, kind: Kind, original: &Txn, amount: Money) -> Reply {
        let mut txn = self.txn(inner, kind, amount);
        txn.orig = Some(original.pnref.clone());
        txn.card.clone_from(&original.card);
        let answered = if self.script == Script::BookAndAnswer104 { 104 } else { 0 };
        let mut reply = Reply::about(answered, &txn.pnref, pilot::message(answered));
        if answered == 0 {
            reply = match (self.script, kind) {
                (Script::WrongAmount, _) => reply.with("AMT", &written(Money::from_minor(amount.minor() - 1, amount.currency()))),
                (Script::None | Script::Result(_) | Script::BookAndAnswer104 | Script::WrongCurrency, Kind::Void) => reply,
                (
                    Script::None | Script::Result(_) | Script::BookAndAnswer104 | Script::WrongCurrency,
                    Kind::Sale | Kind::Authorisation | Kind::Capture | Kind::Refund,
                ) => reply.verbose("AMT", &written(amount)),
            };
            reply = reply.with("PPREF", &self.hex(16)[..17]).with("CORRELATIONID", &self.hex(7)[..13].to_ascii_lowercase());
        }
        inner.record(Event::Booked { txn });
        reply
    }

    fn inquiry(&self, inner: &Inner) -> Reply {
        let ask = self.ask;
        let own = self.reference(inner);
        let (found, missing) = if ask.has("ORIGID") {
            (inner.ledger.find(self.vendor, ask.get("ORIGID")), 19)
        } else if ask.has("CUSTREF") {
            (inner.ledger.find_custref(self.vendor, ask.get("CUSTREF")), 20)
        } else if ask.has("SECURETOKEN") {
            (token::latest(inner, self.vendor, ask.get("SECURETOKEN")), 19)
        } else {
            return Reply::bare(7, "Field format error: ORIGID, CUSTREF or SECURETOKEN");
        };
        let Some(txn) = found else { return Reply::about(missing, &own, pilot::message(missing)) };
        let check = |at: usize| txn.checks.get(at..=at).unwrap_or_default();
        let reply = Reply::found(&own, txn.state, txn.result, &txn.pnref, &txn.message)
            .with("AUTHCODE", txn.authcode.as_deref().unwrap_or_default())
            .with("AVSADDR", check(0))
            .with("AVSZIP", check(1))
            .verbose("DATE_TO_SETTLE", &pacific(txn.at))
            .verbose("TRANSTIME", &pacific(txn.at))
            .verbose("AMT", &written(txn.amount));
        // Told only when it is not what the shop fixed with the token: by itself an inquiry names no currency (§6.6).
        let told = token::find_by_token(inner, ask.get("SECURETOKEN"))
            .and_then(|token| amount_of(token.field("AMT"), token.field("CURRENCY")))
            .map(Money::currency)
            .filter(|fixed| *fixed != txn.amount.currency())
            .map_or("", |_| txn.amount.currency().code());
        with_card(reply, txn).with("CURRENCY", told).with("IAVS", if txn.checks.is_empty() { "" } else { "N" })
    }
}

/// The first answer to an order id, told again with `DUPLICATE=2` (payflow-pro.md §9.2).
fn as_order_duplicate(first: &str, order_id: &str) -> Reply {
    let value = |name: &str| first.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default().to_owned();
    let result = value("RESULT").parse().unwrap_or(99);
    Reply::about(result, &value("PNREF"), pilot::message(result))
        .with("AUTHCODE", &value("AUTHCODE"))
        .with("ORDERID", order_id)
        .with("DUPLICATE", "2")
}

fn with_card(reply: Reply, txn: &Txn) -> Reply {
    let Some(card) = &txn.card else { return reply };
    let kind = match card.brand {
        Some(Brand::Visa) => "0",
        Some(Brand::Mastercard) => "1",
        Some(Brand::Discover) => "2",
        Some(Brand::Amex) => "3",
        Some(Brand::Diners) => "4",
        Some(Brand::Jcb) => "5",
        Some(Brand::Maestro) => "6",
        None => "",
    };
    reply.verbose("ACCT", &card.last4).verbose("CARDTYPE", kind)
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms",
/// `civil_from_days`; read 2026-11).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// The gateway's local time (payflow-pro.md §6.6: US Pacific; here without summer time).
fn pacific(at: Timestamp) -> String {
    let seconds = at.seconds() - 8 * 3600;
    let ((year, month, day), of_day) = (civil(seconds.div_euclid(86_400)), seconds.rem_euclid(86_400));
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_calendars_do() {
        for (days, date) in
            [(0, (1970, 1, 1)), (-1, (1969, 12, 31)), (11_016, (2000, 2, 29)), (20_516, (2026, 3, 4)), (47_541, (2100, 3, 1))]
        {
            assert_eq!(civil(days), date);
        }
        assert_eq!(pacific(Timestamp::from_seconds(0)), "1969-12-31 16:00:00");
    }
}
