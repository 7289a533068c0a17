//! The words of the error numbers that the simulators give (paypal-express-checkout.md §12; paypal-website-payments-pro-uk.md §7).

const ARGUMENT: &str = "Transaction refused because of an invalid argument. See additional error messages for details.";
const DATA: &str = "Invalid Data";
const REFUSED: &str = "This transaction cannot be processed.";

/// Number, which of its texts, short message, long message.
const TEXTS: &[(&str, &str, &str, &str)] = &[
    ("10001", "", "Internal Error", "Internal Error"),
    ("10002", "", "Security error", "Security header is not valid"),
    ("10004", "", ARGUMENT, "The transaction could not be processed."),
    ("10006", "", "Version error", "Version is not supported"),
    ("10007", "", "Permission denied", "You do not have permissions to make this API call"),
    ("10009", "", "Transaction refused", "The partial refund amount must be less than or equal to the remaining amount"),
    ("10009", "full", "Transaction refused", "This transaction has already been fully refunded"),
    ("10009", "state", "Transaction refused", "You can not refund this type of transaction"),
    ("10009", "time", "Transaction refused", "You are over the time limit to perform a refund on this transaction"),
    ("10011", "", "Invalid transaction id value", "Transaction id is not valid"),
    ("10101", "", "This API Temporarily Unavailable", "This API is temporarily unavailable"),
    ("10207", "", "Retry", "The buyer must update the funding source."),
    ("10400", "", ARGUMENT, "Order total is missing."),
    ("10401", "", ARGUMENT, "Order total is missing."),
    ("10404", "", ARGUMENT, "ReturnURL is missing."),
    ("10405", "", ARGUMENT, "CancelURL is missing."),
    ("10406", "", ARGUMENT, "The PayerID value is invalid."),
    ("10407", "", ARGUMENT, "Invalid buyer email address (BuyerEmail)."),
    ("10408", "", ARGUMENT, "Express Checkout token is missing."),
    ("10409", "", ARGUMENT, "Express Checkout token was issued for a merchant account other than yours."),
    ("10410", "", "Invalid token", "Invalid token."),
    (
        "10411",
        "",
        "This Express Checkout session has expired.",
        "This Express Checkout session has expired.  Token value is no longer valid.",
    ),
    ("10412", "", "Duplicate invoice", "Payment has already been made for this InvoiceID."),
    ("10413", "", ARGUMENT, "The totals of the cart item amounts do not match order amounts."),
    ("10415", "", ARGUMENT, "A successful transaction has already been completed for this token."),
    ("10416", "", ARGUMENT, "You have exceeded the maximum number of payment attempts for this token."),
    (
        "10417",
        "",
        "Transaction cannot complete.",
        "The transaction cannot complete successfully.  Instruct the customer to use an alternative payment method.",
    ),
    ("10419", "", ARGUMENT, "Express Checkout PayerID is missing."),
    ("10422", "", "Customer must choose new funding sources.", "The customer must return to PayPal to select new funding sources."),
    ("10423", "", ARGUMENT, "Transaction cannot be completed with that payment action."),
    (
        "10445",
        "",
        "This transaction cannot be processed at this time. Please try again later.",
        "This transaction cannot be processed at this time. Please try again later.",
    ),
    ("10444", "", ARGUMENT, "The transaction currency specified must be the same as previously specified."),
    ("10471", "", ARGUMENT, "ReturnURL is invalid."),
    ("10472", "", ARGUMENT, "CancelURL is invalid."),
    ("10485", "", "Payment not authorized", "Payment has not been authorized by the user."),
    (
        "10486",
        "",
        "This transaction couldn't be completed.",
        "This transaction couldn't be completed. Please redirect your customer to PayPal.",
    ),
    ("10502", "", DATA, "This transaction cannot be processed. Please use a valid credit card."),
    ("10504", "", DATA, "This transaction cannot be processed. Please enter a valid Credit Card Verification Number."),
    ("10505", "", "Gateway Decline", REFUSED),
    ("10508", "", DATA, "This transaction cannot be processed. Please enter a valid credit card expiration date."),
    ("10509", "", DATA, "You must submit an IP address of the buyer with each API call."),
    ("10510", "", DATA, "The credit card type is not supported. Try another card type."),
    ("10511", "", DATA, "The merchant selected a value for the PaymentAction field that is not supported."),
    ("10512", "", DATA, "Please enter a first name."),
    ("10513", "", DATA, "Please enter a last name."),
    ("10525", "", DATA, "This transaction cannot be processed. The amount to be charged is zero."),
    ("10526", "", DATA, "This transaction cannot be processed. The currency is not supported at this time."),
    ("10527", "", DATA, "This transaction cannot be processed. Please enter a valid credit card number and type."),
    ("10536", "", DATA, "The transaction was refused as a result of a duplicate invoice ID supplied."),
    ("10562", "", DATA, "This transaction cannot be processed. Please enter a valid credit card expiration year."),
    ("10566", "", DATA, "There's an error with this transaction. Please use another card type."),
    (
        "10571",
        "",
        "Transaction approved, but with invalid CSC format.",
        "This transaction was approved, although the CSC had an invalid format.",
    ),
    ("10600", "", "Authorization voided.", "Authorization is voided."),
    ("10601", "", "Authorization expired.", "Authorization has expired."),
    ("10602", "", "Authorization has already been completed.", "Authorization has already been completed."),
    ("10605", "", "Unsupported currency.", "Currency is not supported"),
    ("10609", "", "Invalid transactionID.", "Transaction id is invalid."),
    ("10610", "", "Amount specified exceeds allowable limit.", "Amount specified exceeds allowable limit."),
    ("10613", "", "Currency mismatch.", "Currency of capture must be the same as currency of authorization"),
    ("10618", "", "Already voided or expired.", "The transaction has already been voided or expired"),
    ("10709", "", DATA, "There's an error with this transaction. Please enter an address1 in the billing address."),
    ("10710", "", DATA, "There's an error with this transaction. Please enter a city in the billing address."),
    ("10711", "", DATA, "There's an error with this transaction. Please enter your state in the billing address."),
    ("10712", "", DATA, "There's an error with this transaction. Please enter your five digit postal code in the billing address."),
    ("10713", "", DATA, "There's an error with this transaction. Please enter a country in the billing address."),
    ("10747", "", DATA, "This transaction cannot be processed. The merchant entered an IP address that was in an invalid format."),
    ("10748", "", DATA, "This transaction cannot be processed without a Credit Card Verification Number."),
    (
        "10761",
        "",
        "Gateway Decline",
        "This transaction cannot be processed. Please check the status of your first transaction before placing another order.",
    ),
    ("10762", "", DATA, "This transaction cannot be processed. Please enter a valid Credit Card Verification Number."),
    ("10764", "", "Gateway Decline", "This transaction cannot be processed at this time. Please try again later."),
    (
        "11002",
        "",
        "Search warning",
        "The number of results were truncated. Please change your search parameters if you wish to see all your results.",
    ),
    ("11607", "", "Duplicate Request", "A successful transaction has already been completed for this token."),
    ("11610", "", "Payment Pending your review in Fraud Management Filters", "Payment Pending your review in Fraud Management Filters"),
    ("11611", "", "Transaction blocked by your settings in FMF", "Transaction blocked by your settings in FMF"),
    ("12000", "", ARGUMENT, "3-D Secure parameters missing"),
    ("12001", "", ARGUMENT, "3-D Secure parameters invalid"),
    ("13113", "", "The Buyer cannot pay with PayPal for this transaction.", "The Buyer cannot pay with PayPal for this transaction."),
    ("15001", "", "Gateway Decline", REFUSED),
    ("15004", "", "Gateway Decline", "This transaction cannot be processed. Please enter a valid Credit Card Verification Number."),
    ("15005", "", "Processor Decline", REFUSED),
    ("15007", "", "Processor Decline", "This transaction cannot be processed. Please use a credit card that has not expired."),
    ("81002", "", "Unspecified Method", "Method Specified is not Supported"),
    ("81100", "", "Missing Parameter", "A required parameter is missing"),
];

/// The short and the long message of a number.
pub fn texts(code: &str, variant: &str) -> (&'static str, &'static str) {
    let found = TEXTS.iter().find(|(c, v, _, _)| *c == code && *v == variant).or_else(|| TEXTS.iter().find(|(c, ..)| *c == code));
    found.map_or(("Error", "An error that is in no table"), |(_, _, short, long)| (short, long))
}

/// Is a number that can be asked for by an amount.
pub fn is_known(code: &str) -> bool {
    TEXTS.iter().any(|(c, ..)| *c == code)
}
