//! `SetExpressCheckout`, `GetExpressCheckoutDetails`, `DoExpressCheckoutPayment` (paypal-express-checkout.md §5, §7, §8).

use crate::domain::money::Currency;

use super::super::faults::FaultKind;
use super::super::nvp::{
    Desk,
    read::{amount, written},
    reply::Reply,
    txn::{Buyer, Does, TXN, Txn, keep, new_id},
};
use super::{Funding, SESSION, SIMULATOR, Session, Step, TOKEN_SECONDS, TRIES_MAX};

/// The parts of a total, of which the last may be negative.
const PARTS: [&str; 5] = ["ITEMAMT", "SHIPPINGAMT", "HANDLINGAMT", "TAXAMT", "INSURANCEAMT"];

pub(super) fn run(desk: &mut Desk<'_>, method: &str) -> Option<Reply> {
    Some(match method {
        "SetExpressCheckout" => set(desk),
        "GetExpressCheckoutDetails" => get(desk).unwrap_or_else(Reply::refused),
        "DoExpressCheckoutPayment" => match pay(desk) {
            Ok(reply) => reply,
            Err(code) => refusal(desk, method, &code),
        },
        _ => return None,
    })
}

/// A refusal. One of a payment names the token, counts as a try, and may send the buyer back.
pub(super) fn refusal(desk: &mut Desk<'_>, method: &str, code: &str) -> Reply {
    let reply = Reply::refused(code);
    match method {
        "DoExpressCheckoutPayment" => {
            let token = desk.ask.get("TOKEN").to_owned();
            if let Some(mut session) = find(desk, &token)
                && session.step != Step::Completed
            {
                session.tries += 1;
                code.clone_into(&mut session.last_error);
                if matches!(code, "10486" | "10422" | "10207") {
                    session.step = Step::Failed;
                }
                desk.inner.put(SIMULATOR, SESSION, &token, &session);
            }
            if code == "10410" { reply } else { reply.lead("TOKEN", &token).lead("SUCCESSPAGEREDIRECTREQUESTED", "false") }
        }
        "DoCapture" | "DoVoid" => reply.lead("AUTHORIZATIONID", desk.ask.get("AUTHORIZATIONID")),
        _ => reply,
    }
}

fn find(desk: &Desk<'_>, token: &str) -> Option<Session> {
    desk.inner.objects.get(SIMULATOR, SESSION, token)
}

/// The session a call names, if it is this merchant's and alive.
fn named(desk: &Desk<'_>) -> Result<Session, &'static str> {
    let token = desk.ask.get("TOKEN");
    if token.is_empty() {
        return Err("10408");
    }
    let session = find(desk, token).ok_or("10410")?;
    if session.account != desk.account.user {
        return Err("10409");
    }
    if session.at.seconds_until(desk.clock.now()) >= TOKEN_SECONDS {
        return Err("10411");
    }
    Ok(session)
}

fn currency(desk: &Desk<'_>) -> Result<Currency, &'static str> {
    match desk.ask.get("PAYMENTREQUEST_0_CURRENCYCODE") {
        "" => Ok(Currency::USD),
        code => code.parse().map_err(|_| "10605"),
    }
}

/// Parts and items add up, to the cent (§5).
fn adds_up(desk: &Desk<'_>, total_minor: i64, currency: Currency) -> bool {
    let part = |name: &str| desk.ask.minor(&format!("PAYMENTREQUEST_0_{name}"), currency);
    let Some(items) = part("ITEMAMT") else { return PARTS.iter().all(|name| part(name).is_none()) };
    let discount = desk.ask.get("PAYMENTREQUEST_0_SHIPDISCAMT").strip_prefix('-').and_then(|text| amount(text, currency));
    let sum: i64 = PARTS.iter().filter_map(|name| part(name)).sum::<i64>() - discount.map_or(0, |m| m.minor());
    let lines = (0..).map_while(|n| {
        let each = desk.ask.minor(&format!("L_PAYMENTREQUEST_0_AMT{n}"), currency)?;
        let count: i64 = desk.ask.get(&format!("L_PAYMENTREQUEST_0_QTY{n}")).parse().unwrap_or(1);
        Some(each * count)
    });
    let lines: Vec<i64> = lines.collect();
    sum == total_minor && (lines.is_empty() || lines.iter().sum::<i64>() == items)
}

fn set(desk: &mut Desk<'_>) -> Reply {
    let ask = desk.ask;
    let mut wrong = Vec::new();
    let is_url = |name: &str| ask.get(name).starts_with("http://") || ask.get(name).starts_with("https://");
    for (name, missing, invalid) in [("RETURNURL", "10404", "10471"), ("CANCELURL", "10405", "10472")] {
        if ask.get(name).is_empty() {
            wrong.push(missing);
        } else if !is_url(name) {
            wrong.push(invalid);
        }
    }
    let money = currency(desk).map(|currency| amount(ask.get("PAYMENTREQUEST_0_AMT"), currency).filter(|m| m.minor() > 0));
    match &money {
        Err(code) => wrong.push(code),
        Ok(None) if ask.get("PAYMENTREQUEST_0_AMT").is_empty() => wrong.push("10401"),
        Ok(None) => wrong.push("10004"),
        Ok(Some(total)) if !adds_up(desk, total.minor(), total.currency()) => wrong.push("10413"),
        Ok(Some(_)) => {}
    }
    if !ask.get("EMAIL").is_empty() && !ask.get("EMAIL").contains('@') {
        wrong.push("10407");
    }
    let (Ok(Some(total)), []) = (money, wrong.as_slice()) else { return refused(&wrong) };
    let action = ask.get("PAYMENTREQUEST_0_PAYMENTACTION");
    let session = Session {
        token: format!("EC-{}", new_id(desk.clock)),
        account: desk.account.user.clone(),
        amount: total,
        action: if action.is_empty() { "Sale" } else { action }.to_owned(),
        invoice: ask.get("PAYMENTREQUEST_0_INVNUM").to_owned(),
        custom: ask.get("PAYMENTREQUEST_0_CUSTOM").to_owned(),
        description: ask.get("PAYMENTREQUEST_0_DESC").to_owned(),
        return_url: ask.get("RETURNURL").to_owned(),
        cancel_url: ask.get("CANCELURL").to_owned(),
        wants_address: ask.get("NOSHIPPING") != "1",
        email: ask.get("EMAIL").to_owned(),
        step: Step::NotInitiated,
        buyer: None,
        funding: None,
        tries: 0,
        last_error: "0".to_owned(),
        transaction: None,
        at: desk.clock.now(),
    };
    desk.inner.put(SIMULATOR, SESSION, &session.token, &session);
    Reply::done().lead("TOKEN", &session.token)
}

fn refused(codes: &[&str]) -> Reply {
    codes.iter().fold(Reply { ok: false, ..Reply::done() }, |reply, code| reply.problem(code))
}

fn get(desk: &mut Desk<'_>) -> Result<Reply, &'static str> {
    let session = named(desk)?;
    let is_completed = session.step == Step::Completed;
    let status = match session.step {
        Step::NotInitiated => "PaymentActionNotInitiated",
        Step::Failed => "PaymentActionFailed",
        Step::Completed => "PaymentActionCompleted",
    };
    let mut reply = Reply::done().lead("TOKEN", &session.token);
    if !is_completed {
        reply = reply.lead("BILLINGAGREEMENTACCEPTEDSTATUS", "0");
    }
    reply = reply.lead("CHECKOUTSTATUS", status);
    if let Some(Buyer { payer, email, first, last, country }) = &session.buyer {
        reply = reply
            .with("EMAIL", email)
            .with("PAYERID", payer)
            .with("PAYERSTATUS", "verified")
            .with("FIRSTNAME", first)
            .with("LASTNAME", last)
            .with("COUNTRYCODE", country);
        if session.wants_address && !is_completed {
            reply = reply
                .with("SHIPTONAME", &format!("{first} {last}"))
                .with("SHIPTOSTREET", "24 Elm Street")
                .with("SHIPTOCITY", "Halifax")
                .with("SHIPTOSTATE", "Nova Scotia")
                .with("SHIPTOZIP", "B3H 1A1")
                .with("SHIPTOCOUNTRYCODE", "CA")
                .with("SHIPTOCOUNTRYNAME", "Canada")
                .with("ADDRESSSTATUS", "Confirmed");
        }
    }
    let (currency, total) = (session.amount.currency().code(), written(session.amount));
    for prefix in ["", "PAYMENTREQUEST_0_"] {
        reply = reply.with(&format!("{prefix}CURRENCYCODE"), currency).with(&format!("{prefix}AMT"), &total);
    }
    reply = reply.with_some("PAYMENTREQUEST_0_INVNUM", &session.invoice).with_some("PAYMENTREQUEST_0_CUSTOM", &session.custom);
    if let Some(transaction) = &session.transaction {
        reply = reply.with("PAYMENTREQUEST_0_TRANSACTIONID", transaction).with("PAYMENTREQUESTINFO_0_TRANSACTIONID", transaction);
    }
    Ok(reply.with("PAYMENTREQUESTINFO_0_ERRORCODE", &session.last_error))
}

fn pay(desk: &mut Desk<'_>) -> Result<Reply, String> {
    let ask = desk.ask;
    let session = named(desk)?;
    if let Some(txn) = session.transaction.as_ref().and_then(|id| desk.inner.objects.get::<Txn>(SIMULATOR, TXN, id)) {
        return Ok(paid(desk, &session, &txn).problem("11607"));
    }
    if session.tries >= TRIES_MAX {
        return Err("10416".to_owned());
    }
    let buyer = session.buyer.clone().ok_or("10485")?;
    match ask.get("PAYERID") {
        "" => return Err("10419".to_owned()),
        payer if payer != buyer.payer => return Err("10406".to_owned()),
        _ => {}
    }
    let currency = currency(desk)?;
    if currency != session.amount.currency() {
        return Err("10444".to_owned());
    }
    let total = amount(ask.get("PAYMENTREQUEST_0_AMT"), currency).filter(|m| m.minor() > 0).ok_or("10400")?;
    if !adds_up(desk, total.minor(), currency) {
        return Err("10413".to_owned());
    }
    let action = match ask.get("PAYMENTREQUEST_0_PAYMENTACTION") {
        "" => "Sale",
        action => action,
    };
    if action != session.action {
        return Err("10423".to_owned());
    }
    // Set does not carry the invoice number over (§15.8).
    let invoice = ask.get("PAYMENTREQUEST_0_INVNUM");
    if !invoice.is_empty() && is_invoice_paid(desk, invoice) {
        return Err("10412".to_owned());
    }
    let funding = match desk.fault {
        Some(FaultKind::Pending) => Funding::Review,
        Some(_) | None => session.funding.unwrap_or(Funding::Balance),
    };
    let (status, reason) = match funding {
        Funding::RefusedCard => return Err("10486".to_owned()),
        Funding::Blocked => return Err("10417".to_owned()),
        _ if session.step == Step::Failed => return Err("10486".to_owned()),
        Funding::Balance if action == "Authorization" => ("Pending", "authorization"),
        Funding::Balance => ("Completed", "None"),
        Funding::Echeck => ("Pending", "echeck"),
        Funding::Review => ("Pending", "paymentreview"),
        Funding::OtherCurrency => ("Pending", "multicurrency"),
    };
    let custom = ask.get("PAYMENTREQUEST_0_CUSTOM");
    let txn = Txn {
        id: new_id(desk.clock),
        account: desk.account.user.clone(),
        does: if action == "Authorization" { Does::Hold } else { Does::Sell },
        amount: total,
        used_minor: 0,
        status: status.to_owned(),
        reason: reason.to_owned(),
        payment_type: if funding == Funding::Echeck { "echeck" } else { "instant" }.to_owned(),
        invoice: invoice.to_owned(),
        custom: custom.to_owned(),
        subject: session.description.clone(),
        our_ref: custom.to_owned(),
        notify_url: ask.get("PAYMENTREQUEST_0_NOTIFYURL").to_owned(),
        parent: None,
        buyer,
        last4: None,
        at: desk.clock.now(),
    };
    keep(desk.inner, SIMULATOR, &txn);
    let session = Session { step: Step::Completed, transaction: Some(txn.id.clone()), last_error: "0".to_owned(), ..session };
    desk.inner.put(SIMULATOR, SESSION, &session.token, &session);
    desk.tell.push(txn.id.clone());
    Ok(paid(desk, &session, &txn))
}

fn is_invoice_paid(desk: &Desk<'_>, invoice: &str) -> bool {
    let paid = |txn: &Txn| {
        txn.account == desk.account.user
            && txn.invoice == invoice
            && txn.does != Does::Refund
            && matches!(txn.status.as_str(), "Completed" | "Pending")
    };
    desk.inner.objects.all::<Txn>(SIMULATOR, TXN).iter().any(paid)
}

/// The reply that tells a payment.
fn paid(desk: &Desk<'_>, session: &Session, txn: &Txn) -> Reply {
    let mut reply = Reply::done()
        .lead("TOKEN", &session.token)
        .lead("SUCCESSPAGEREDIRECTREQUESTED", "false")
        .with("INSURANCEOPTIONSELECTED", "false")
        .with("SHIPPINGOPTIONISDEFAULT", "false")
        .with_some("MSGSUBID", desk.ask.get("MSGSUBID"))
        .with("PAYMENTINFO_0_TRANSACTIONID", &txn.id);
    reply.rest.extend(desk.described(txn, "PAYMENTINFO_0_"));
    let (eligible, how) = if txn.status == "Completed" {
        ("Eligible", "ItemNotReceivedEligible,UnauthorizedPaymentEligible")
    } else {
        ("Ineligible", "None")
    };
    reply
        .with("PAYMENTINFO_0_PROTECTIONELIGIBILITY", eligible)
        .with("PAYMENTINFO_0_PROTECTIONELIGIBILITYTYPE", how)
        .with("PAYMENTINFO_0_SECUREMERCHANTACCOUNTID", &super::super::nvp::merchant_id(&desk.account.user))
        .with("PAYMENTINFO_0_ERRORCODE", "0")
        .with("PAYMENTINFO_0_ACK", "Success")
}
