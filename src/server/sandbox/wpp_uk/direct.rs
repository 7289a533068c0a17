//! `DoDirectPayment` (paypal-website-payments-pro-uk.md §3–7, §10).

use std::net::Ipv4Addr;

use crate::domain::{
    card::passes_luhn,
    money::{Currency, Money},
};

use super::super::cards;
use super::super::faults::FaultKind;
use super::super::nvp::{
    Desk,
    read::{Ask, amount, written},
    reply::{Reply, iso},
    txn::{Buyer, Does, TXN, Txn, keep, new_id},
};
use super::SIMULATOR;

/// Maestro cards of the sandbox (§10).
const MAESTRO: [&str; 3] = ["6304000000000000", "5063516945005047", "5641820000000005"];

pub(super) fn run(desk: &mut Desk<'_>, method: &str) -> Option<Reply> {
    (method == "DoDirectPayment").then(|| match charge(desk) {
        Ok(reply) => reply,
        Err(code) => refusal(desk, method, code),
    })
}

/// A refusal. One of a sale echoes the amount, and the checks where the issuer was asked (§5). 11610 is none: it is accepted and
/// held; warnings are none either.
pub(super) fn refusal(desk: &mut Desk<'_>, method: &str, code: &str) -> Reply {
    match (method, code) {
        ("DoDirectPayment", "11610") => return charge_as(desk, Some("11610")).unwrap_or_else(Reply::refused),
        ("DoDirectPayment", "10571" | "15008") => return charge_as(desk, Some(code)).unwrap_or_else(Reply::refused),
        ("DoDirectPayment", _) => {}
        ("DoCapture" | "DoVoid", _) => return Reply::refused(code).lead("AUTHORIZATIONID", desk.ask.get("AUTHORIZATIONID")),
        _ => return Reply::refused(code),
    }
    let ask = desk.ask;
    let (number, issuer) = code.split_once('/').unwrap_or((code, "0005"));
    let mut reply = Reply::refused(number);
    if number == "15005" {
        // By the sandbox's convention (§10), the amount chose the refusal and the issuer's code is that of the sheet's example.
        let issuer = if desk.inner.switches.negative_testing { "0051" } else { issuer };
        reply = reply.with("L_ERRORPARAMID0", "ProcessorResponse").with("L_ERRORPARAMVALUE0", issuer);
    }
    reply = reply.with_some("AMT", ask.get("AMT")).with_some("CURRENCYCODE", ask.get("CURRENCYCODE"));
    match number {
        "15005" | "10505" => {
            let avs = asked_avs(ask).unwrap_or(if number == "10505" { 'N' } else { 'X' });
            reply.with("AVSCODE", &avs.to_string()).with("CVV2MATCH", &cvv(ask).to_string())
        }
        _ => reply,
    }
}

/// The AVS code that a street asks for: `1234 AVS_A Street`.
fn asked_avs(ask: &Ask) -> Option<char> {
    ask.get("STREET").split_once("AVS_").and_then(|(_, tail)| tail.chars().next())
}

fn is_maestro(ask: &Ask) -> bool {
    ask.get("CREDITCARDTYPE") == "Maestro"
}

fn avs(ask: &Ask) -> char {
    asked_avs(ask).unwrap_or(match (is_maestro(ask), ask.get("STARTDATE")) {
        (true, "") => '0',
        (true, _) => '2',
        (false, _) => 'F',
    })
}

fn cvv(ask: &Ask) -> char {
    match ask.get("CVV2") {
        _ if is_maestro(ask) => '0',
        "116" => 'N',
        "120" => 'P',
        "123" => 'S',
        "125" => 'U',
        "130" => 'X',
        _ => 'M',
    }
}

fn charge(desk: &mut Desk<'_>) -> Result<Reply, &'static str> {
    let held = desk.fault == Some(&FaultKind::Pending);
    charge_as(desk, held.then_some("11610"))
}

/// Everything that is checked before an issuer is asked.
fn checked(desk: &Desk<'_>) -> Result<(Money, Does), &'static str> {
    let ask = desk.ask;
    let does = match ask.get("PAYMENTACTION") {
        "" | "Sale" => Does::Sell,
        "Authorization" => Does::Hold,
        _ => return Err("10511"),
    };
    match ask.get("IPADDRESS") {
        "" => return Err("10509"),
        ip if ip.parse::<Ipv4Addr>().is_err() => return Err("10747"),
        _ => {}
    }
    for (name, missing) in [
        ("FIRSTNAME", "10512"),
        ("LASTNAME", "10513"),
        ("STREET", "10709"),
        ("CITY", "10710"),
        ("STATE", "10711"),
        ("ZIP", "10712"),
        ("COUNTRYCODE", "10713"),
    ] {
        if ask.get(name).is_empty() {
            return Err(missing);
        }
    }
    let currency: Currency = match ask.get("CURRENCYCODE") {
        "" => Currency::USD,
        code => code.parse().map_err(|_| "10526")?,
    };
    let total = amount(ask.get("AMT"), currency).ok_or("10004")?;
    if total.is_zero() {
        return Err("10525");
    }
    let number = ask.get("ACCT");
    let fits = match ask.get("CREDITCARDTYPE") {
        "Visa" => number.starts_with('4'),
        "MasterCard" => matches!(number.get(..1), Some("5" | "2")),
        "Maestro" => matches!(number.get(..2), Some("50" | "56" | "57" | "58" | "63" | "67")),
        "Solo" => return Err("10566"),
        _ => return Err("10510"),
    };
    let is_card = number.bytes().all(|b| b.is_ascii_digit()) && passes_luhn(number);
    let is_test_card = cards::find(number).is_some() || MAESTRO.contains(&number);
    if !fits || !is_card || !is_test_card {
        return Err("10527");
    }
    check_expiry(ask.get("EXPDATE"), &iso(desk.clock.now()))?;
    match ask.get("CVV2") {
        "" => return Err("10748"),
        code if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_digit()) => return Err("10762"),
        _ => {}
    }
    if is_maestro(ask) && (currency != Currency::GBP || (ask.get("STARTDATE").is_empty() && ask.get("ISSUENUMBER").is_empty())) {
        return Err("10566");
    }
    check_authentication(ask)?;
    Ok((total, does))
}

/// `MMYYYY`, this month or later. `now` is `2026-03-…`.
fn check_expiry(text: &str, now: &str) -> Result<(), &'static str> {
    let (Some(month), Some(year)) = (text.get(..2), text.get(2..)) else { return Err("10508") };
    let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    if !digits || !("01"..="12").contains(&month) {
        return Err("10508");
    }
    let is_past = format!("{year}-{month}").as_str() < now.get(..7).unwrap_or_default();
    if is_past { Err("10502") } else { Ok(()) }
}

/// The results of 3-D Secure fit each other (§4).
fn check_authentication(ask: &Ask) -> Result<(), &'static str> {
    if !ask.has("MPIVENDOR3DS") && !ask.has("AUTHSTATUS3DS") {
        return Ok(());
    }
    let base64 = |name: &str| {
        let text = ask.get(name);
        text.len() == 28 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
    };
    match (ask.get("MPIVENDOR3DS"), ask.get("AUTHSTATUS3DS")) {
        ("", _) => Err("12000"),
        ("Y", "Y" | "A") if base64("CAVV") && base64("XID") && !ask.get("ECI3DS").is_empty() => Ok(()),
        ("Y", "U") | ("N" | "U", "") => Ok(()),
        _ => Err("12001"),
    }
}

/// Charges; `warning` is a number that comes with it, of which 11610 holds the money.
fn charge_as(desk: &mut Desk<'_>, warning: Option<&str>) -> Result<Reply, &'static str> {
    let (total, does) = checked(desk)?;
    let ask = desk.ask;
    let invoice = ask.get("INVNUM");
    if !invoice.is_empty() && is_invoice_used(desk, invoice) {
        return Err("10536");
    }
    let is_held = warning == Some("11610");
    let (status, reason) = match (is_held, does) {
        (true, _) => ("Pending", "payment-review"),
        (false, Does::Hold) => ("Pending", "authorization"),
        (false, Does::Sell | Does::Capture | Does::Refund) => ("Completed", "None"),
    };
    let number = ask.get("ACCT");
    let txn = Txn {
        id: new_id(desk.clock),
        account: desk.account.user.clone(),
        does,
        amount: total,
        used_minor: 0,
        status: status.to_owned(),
        reason: reason.to_owned(),
        payment_type: "instant".to_owned(),
        invoice: invoice.to_owned(),
        custom: ask.get("CUSTOM").to_owned(),
        subject: ask.get("DESC").to_owned(),
        our_ref: invoice.to_owned(),
        notify_url: ask.get("NOTIFYURL").to_owned(),
        parent: None,
        buyer: Buyer {
            payer: String::new(),
            email: ask.get("EMAIL").to_owned(),
            first: ask.get("FIRSTNAME").to_owned(),
            last: ask.get("LASTNAME").to_owned(),
            country: ask.get("COUNTRYCODE").to_owned(),
        },
        last4: number.get(number.len().saturating_sub(4)..).map(str::to_owned),
        at: desk.clock.now(),
    };
    keep(desk.inner, SIMULATOR, &txn);
    desk.tell.push(txn.id.clone());
    let mut reply = Reply::done();
    if let Some(code) = warning {
        reply = reply.problem(code);
    }
    reply = reply
        .with("AMT", &written(total))
        .with("CURRENCYCODE", total.currency().code())
        .with("AVSCODE", &avs(ask).to_string())
        .with("CVV2MATCH", &cvv(ask).to_string());
    if ask.get("AUTHSTATUS3DS") == "Y" && ask.get("CREDITCARDTYPE") == "Visa" {
        reply = reply.with("VPAS", "2");
    }
    Ok(reply.with_some("ECISUBMITTED3DS", ask.get("ECI3DS")).with("TRANSACTIONID", &txn.id))
}

/// "Block accidental payments" is on: a number that was charged, or is being charged, is not charged again (§8).
fn is_invoice_used(desk: &Desk<'_>, invoice: &str) -> bool {
    let used = |txn: &Txn| {
        txn.account == desk.account.user
            && txn.invoice == invoice
            && matches!(txn.does, Does::Sell | Does::Hold)
            && matches!(txn.status.as_str(), "Completed" | "Pending")
    };
    desk.inner.objects.all::<Txn>(SIMULATOR, TXN).iter().any(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_is_month_and_whole_year() {
        for (text, result) in [
            ("122029", Ok(())),
            ("032026", Ok(())),
            ("022026", Err("10502")),
            ("012019", Err("10502")),
            ("1229", Err("10508")),
            ("132029", Err("10508")),
            ("", Err("10508")),
            ("1é2029", Err("10508")),
        ] {
            assert_eq!(check_expiry(text, "2026-03-04T09:15:07Z"), result, "{text}");
        }
    }
}
