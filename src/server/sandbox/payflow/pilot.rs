//! What the pilot host decides by amount, street, zip and code (payflow-pro.md §11), and the texts of its results.

use super::super::{Acquirer, Switches};

/// A result and PayPal's code inside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// `RESULT`.
    pub result: i32,
    /// PayPal's own code, with PayPal as processor.
    pub inner: Option<i64>,
}

/// Results the gateway's simulated processor can be asked for; others become 12.
const KNOWN: [i32; 35] = [
    12, 13, 22, 23, 24, 25, 26, 27, 28, 30, 50, 51, 52, 99, 100, 102, 103, 104, 105, 106, 109, 112, 113, 114, 115, 116, 117, 118, 121, 122,
    125, 126, 128, 150, 151,
];

/// What an amount asks for, in hundredths as it travels.
pub fn by_amount(hundredths: i64, switches: &Switches) -> Ruling {
    let plain = |result| Ruling { result, inner: None };
    let whole = hundredths / 100;
    match (switches.amount_triggers, switches.acquirer) {
        (false, Acquirer::Simulated | Acquirer::Paypal) => plain(0),
        (true, Acquirer::Simulated) => match hundredths {
            ..=100_099 => plain(0),
            200_000 => plain(1000),
            200_001.. => plain(12),
            _ => plain(i32::try_from(whole - 1000).ok().filter(|asked| KNOWN.contains(asked)).unwrap_or(12)),
        },
        (true, Acquirer::Paypal) => {
            let result = match whole {
                ..=9_999 => return plain(0),
                10_000 if hundredths == 1_000_000 => return plain(0),
                10402 => 3,
                10400 | 10401 | 10403 | 10404 => 4,
                10548 | 10549 => 5,
                10405..=10410 | 10412 | 10413 | 10416 | 10419..=10421 | 10509 | 10512..=10518 | 10540 | 10542 => 7,
                10417 | 10544..=10546 | 15002 | 15005 | 15006 | 15028 | 15039 => 12,
                10422 => 13,
                10519 | 10521 | 10522 | 10527 | 10535 | 10541 | 10543 => 23,
                10502 | 10508 => 24,
                10536 => 30,
                10505 => 112,
                10504 => 114,
                _ => 1000,
            };
            Ruling { result, inner: Some(whole) }
        }
    }
}

/// A result's text, as the sheet's examples have it.
pub fn message(result: i32) -> &'static str {
    match result {
        0 => "Approved",
        1 => "User authentication failed",
        2 => "Invalid tender",
        3 => "Invalid transaction type",
        4 => "Invalid amount",
        6 => "Unsupported currency",
        7 => "Field format error",
        12 => "Declined",
        13 => "Referral",
        19 => "Original transaction ID not found",
        20 => "Cannot find the customer reference number",
        23 => "Invalid account number",
        24 => "Invalid expiration date",
        25 => "Brand or Express Checkout not set up for this account",
        26 => "Invalid vendor account",
        30 => "Duplicate transaction",
        50 => "Insufficient funds available",
        51 => "Exceeds per transaction limit",
        102 => "Processor not available",
        103 => "Error reading response from processor",
        104 => "Timeout waiting for processor response",
        105 => "Credit error",
        106 => "Host not available",
        108 => "Void error",
        109 => "Timeout waiting for host response",
        111 => "Capture error",
        112 => "Failed AVS check",
        114 => "CVV2 Mismatch",
        115 => "System busy, please retry later",
        116 => "VPS internal error",
        117 => "Failed merchant rule check",
        120 => "Attempt to reference a failed transaction",
        125 => "Declined by Fraud Service",
        126 => "Under review by Fraud Service",
        128 => "Declined by Merchant after Fraud Service review",
        150 => "Issuing bank timed out",
        151 => "Issuing bank unavailable",
        160 => "Secure Token already been used",
        161 => "Transaction using secure token is already in progress",
        162 => "Secure Token Expired",
        1000 => "Generic processor error",
        _ => "Generic error",
    }
}

/// A ruling's text: with PayPal as processor, its code is inside (payflow-pro.md §5.1).
pub fn text(ruling: Ruling) -> String {
    match ruling.inner {
        Some(code) => format!("{}: {code}-This transaction cannot be processed.", message(ruling.result)),
        None => message(ruling.result).to_owned(),
    }
}

/// Address check: the street's first three characters.
pub fn street(street: &str) -> char {
    match street.get(..3).and_then(|t| t.parse::<u32>().ok()) {
        Some(..=333) => 'Y',
        Some(334..=666) => 'N',
        Some(667..) | None => 'X',
    }
}

/// Zip check.
pub fn zip(zip: &str) -> char {
    match zip.parse::<u32>() {
        Ok(..=50_000) => 'Y',
        Ok(50_001..=99_999) => 'N',
        Ok(100_000..) | Err(_) => 'X',
    }
}

/// Code check.
pub fn code(code: &str) -> char {
    match code.parse::<u32>() {
        Ok(..=300) => 'Y',
        Ok(301..=600) => 'N',
        Ok(601..) | Err(_) => 'X',
    }
}
