//! What Express Checkout's own calls send (paypal-express-checkout.md §5, §7, §8). Pure.

use crate::domain::text::Lang;

use super::super::ask::{Approval, ProcessorRef};
use super::super::nvp::codec::Fields;

/// Whether the buyer's address is told, which may be refused for its form (10407).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Email {
    /// To save the buyer some typing.
    Told,
    /// It was refused.
    Left,
}

/// What both paying calls carry: values of the first are not inherited reliably.
fn payment(call: &mut Fields, ask: &Approval, amount: &str) {
    call.set("PAYMENTREQUEST_0_PAYMENTACTION", "Sale");
    call.set("PAYMENTREQUEST_0_AMT", amount);
    // The default is USD, whatever the account's.
    call.set("PAYMENTREQUEST_0_CURRENCYCODE", ask.amount.currency().code());
    call.add_text("PAYMENTREQUEST_0_INVNUM", &ask.invoice, 127);
    call.set("PAYMENTREQUEST_0_CUSTOM", ask.attempt_ref.as_str());
    call.add_text("PAYMENTREQUEST_0_DESC", &ask.description, 127);
}

/// `SetExpressCheckout`. `amount` is `ask.amount` as it travels.
pub fn set(mut call: Fields, ask: &Approval, amount: &str, email: Email) -> Fields {
    call.set("RETURNURL", &ask.return_url);
    call.set("CANCELURL", &ask.cancel_url);
    payment(&mut call, ask, amount);
    // Nothing is sent by mail, and notes would reach nobody.
    call.set("NOSHIPPING", "1");
    call.set("ALLOWNOTE", "0");
    // Cards without an account, where PayPal offers it.
    call.set("SOLUTIONTYPE", "Sole");
    call.set(
        "LOCALECODE",
        match ask.lang {
            Lang::En => "en_US",
            Lang::Ro => "ro_RO",
        },
    );
    if let (Email::Told, Some(email)) = (email, ask.email.as_deref().filter(|e| e.is_ascii() && e.len() <= 127)) {
        call.add("EMAIL", email);
    }
    call
}

/// `GetExpressCheckoutDetails`.
pub fn get(mut call: Fields, token: &ProcessorRef) -> Fields {
    call.set("TOKEN", token.as_str());
    call
}

/// `DoExpressCheckoutPayment`. `message` names this message and no other: a token pays once whatever it is called, and an answer
/// to an earlier choice of the buyer's must not come back for a later one (§8.3).
pub fn pay(mut call: Fields, token: &ProcessorRef, payer: &str, ask: &Approval, amount: &str, message: &str) -> Fields {
    call.set("TOKEN", token.as_str());
    call.set("PAYERID", payer);
    payment(&mut call, ask, amount);
    // Honoured here only (§5).
    call.add("PAYMENTREQUEST_0_NOTIFYURL", &ask.notify_url);
    call.set("MSGSUBID", message);
    call
}
