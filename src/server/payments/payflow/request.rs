//! Typed questions into Payflow's fields: what each transaction sends, and how long it may be (payflow-pro.md §3, §4, §6).

use std::net::IpAddr;

use crate::domain::money::Money;

use super::super::ask::{Approval, AttemptRef, ProcessorRef, Sale};
use super::wire::Request;

/// Authorise and capture at once, or only authorise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaleKind {
    /// `TRXTYPE=S`.
    Sale,
    /// `TRXTYPE=A`.
    Authorise,
}

/// What an inquiry names.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Our reference of the attempt.
    Attempt(&'a AttemptRef),
    /// The processor's reference.
    Reference(&'a ProcessorRef),
    /// A secure token: its latest transaction.
    Token(&'a ProcessorRef),
}

/// An amount as it travels: a point and two decimals, also for currencies without any (payflow-pro.md §14.5). `None` when it
/// is not above zero, has more than ten digits, or the currency has three decimals.
pub fn amount_to_wire(amount: Money) -> Option<String> {
    let minor = amount.minor();
    let hundredths = match amount.currency().exponent() {
        0 => minor.checked_mul(100)?,
        2 => minor,
        _ => return None,
    };
    (1..=9_999_999_999).contains(&hundredths).then(|| format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

fn start(trxtype: &str) -> Request {
    let mut request = Request::default();
    request.add("TRXTYPE", trxtype);
    request.add("TENDER", "C");
    request
}

/// A sale or an authorisation. `amount` is `ask.amount` as it travels.
///
/// Lengths are those of PayPal as processor, cut to the shorter limit of other processors only where a longer value is
/// refused there.
pub fn sale(kind: SaleKind, ask: &Sale, amount: &str) -> Request {
    let mut request = start(match kind {
        SaleKind::Sale => "S",
        SaleKind::Authorise => "A",
    });
    request.add("ACCT", ask.card.number.reveal());
    request.add("EXPDATE", &ask.card.expiry.mmyy());
    request.add("CVV2", ask.card.code.reveal());
    request.add("AMT", amount);
    request.add("CURRENCY", ask.amount.currency().code());
    request.add_cut("INVNUM", &ask.invoice, 127);
    request.add("CUSTREF", ask.attempt_ref.as_str());
    request.add_cut("COMMENT1", &ask.description, 128);
    let billing = &ask.billing;
    let (first, last) = match (billing.first_name.trim(), billing.last_name.trim()) {
        ("", "") => split_name(&ask.card.name),
        given => given,
    };
    request.add_cut("BILLTOFIRSTNAME", first, 25);
    request.add_cut("BILLTOLASTNAME", last, 25);
    request.add_cut("BILLTOSTREET", &billing.street, 30);
    request.add_cut("BILLTOSTREET2", &billing.street2, 30);
    request.add_cut("BILLTOCITY", &billing.city, 20);
    request.add_cut("BILLTOSTATE", &billing.state, 40);
    let zip: String = billing.zip.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    request.add_cut("BILLTOZIP", &zip, 9);
    request.add_cut("BILLTOCOUNTRY", &billing.country, 2);
    request.add_cut("BILLTOPHONENUM", &billing.phone, 20);
    // A cut address would be somebody else's: too long a one is left out.
    request.add("BILLTOEMAIL", ask.email.as_deref().filter(|e| e.is_ascii() && e.len() <= 60).unwrap_or_default());
    if let Some(IpAddr::V4(ip)) = ask.buyer_ip.map(|ip| ip.to_canonical()) {
        request.add("CUSTIP", &ip.to_string());
    }
    request.add("VERBOSITY", "HIGH");
    request
}

/// A secure token for a sale by transparent redirect: what is paid is fixed here, and the card comes from the browser
/// (payflow-pro.md §8.1). `id` names the token, and must never have been used; `amount` is `ask.amount` as it travels.
///
/// The buyer is sent back by GET: a POST from the gateway's page would be a form of another site's to us. Both ways back lead to
/// one address; the second says that the gateway called it a failure.
pub fn token(ask: &Approval, id: &str, amount: &str) -> Request {
    let mut request = start("S");
    request.add("AMT", amount);
    request.add("CURRENCY", ask.amount.currency().code());
    request.add("CREATESECURETOKEN", "Y");
    request.add("SECURETOKENID", id);
    request.add("SILENTTRAN", "TRUE");
    request.add("INVNUM", &invoice(ask));
    request.add("CUSTREF", ask.attempt_ref.as_str());
    // What comes back with the browser and with the silent post names the attempt by this.
    request.add("USER1", ask.attempt_ref.as_str());
    request.add_cut("COMMENT1", &ask.description, 128);
    request.add("RETURNURL", &ask.return_url);
    request.add("ERRORURL", &format!("{}?failed=1", ask.return_url));
    request.add("CANCELURL", &ask.cancel_url);
    request.add("SILENTPOSTURL", &ask.notify_url);
    request.add("URLMETHOD", "GET");
    // A cut address would be somebody else's: too long a one is left out.
    request.add("BILLTOEMAIL", ask.email.as_deref().filter(|e| e.is_ascii() && e.len() <= 60).unwrap_or_default());
    request
}

/// The invoice number as it travels.
pub fn invoice(ask: &Approval) -> String {
    let mut request = Request::default();
    request.add_cut("INVNUM", &ask.invoice, 127);
    request.fields().next().map(|(_, value)| value.to_owned()).unwrap_or_default()
}

/// The name on a card as given and family name: the last word is the family's.
fn split_name(name: &str) -> (&str, &str) {
    name.trim().rsplit_once(' ').unwrap_or(("", name.trim()))
}

/// A capture of an authorisation; the rest of it is released.
pub fn capture(of: &ProcessorRef, amount: &str, attempt: &AttemptRef) -> Request {
    let mut request = start("D");
    request.add("ORIGID", of.as_str());
    request.add("AMT", amount);
    request.add("CUSTREF", attempt.as_str());
    request.add("VERBOSITY", "HIGH");
    request
}

/// A void of what has not settled.
pub fn void(of: &ProcessorRef, attempt: &AttemptRef) -> Request {
    let mut request = start("V");
    request.add("ORIGID", of.as_str());
    request.add("CUSTREF", attempt.as_str());
    request
}

/// A refund of a sale or capture. Card and currency come from the original.
pub fn credit(of: &ProcessorRef, amount: &str, attempt: &AttemptRef) -> Request {
    let mut request = start("C");
    request.add("ORIGID", of.as_str());
    request.add("AMT", amount);
    request.add("CUSTREF", attempt.as_str());
    request.add("VERBOSITY", "HIGH");
    request
}

/// An inquiry.
pub fn inquiry(which: Which<'_>) -> Request {
    let mut request = start("I");
    match which {
        Which::Attempt(attempt) => request.add("CUSTREF", attempt.as_str()),
        Which::Reference(reference) => request.add("ORIGID", reference.as_str()),
        Which::Token(token) => request.add("SECURETOKEN", token.as_str()),
    }
    request.add("VERBOSITY", "HIGH");
    request
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;

    #[test]
    fn amounts_travel_with_two_decimals_in_every_currency() {
        for (minor, currency, wire) in [
            (2500, Currency::USD, Some("25.00")),
            (5, Currency::EUR, Some("0.05")),
            (500, Currency::JPY, Some("500.00")),
            (9_999_999_999, Currency::USD, Some("99999999.99")),
            (10_000_000_000, Currency::USD, None),
            (100_000_000, Currency::JPY, None),
            (0, Currency::EUR, None),
            (-100, Currency::EUR, None),
            (1000, Currency::KWD, None),
        ] {
            assert_eq!(amount_to_wire(Money::from_minor(minor, currency)).as_deref(), wire, "{minor} {currency}");
        }
    }

    #[test]
    fn names_on_cards_are_split_at_the_last_word() {
        assert_eq!(split_name(" Maria de la Cruz "), ("Maria de la", "Cruz"));
        assert_eq!(split_name("Cher"), ("", "Cher"));
        assert_eq!(split_name(""), ("", ""));
    }
}
