//! What the simulator keeps of orders, captures and refunds, and how it shows them (paypal-rest.md §4, §5).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::time::Timestamp;

/// An amount in the smallest unit that PayPal carries of its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The code.
    pub currency: String,
    /// Smallest units: cents, or whole forints.
    pub units: i64,
}

/// The decimals PayPal carries, of the currencies it supports (paypal-rest.md §3).
pub fn decimals(currency: &str) -> Option<u32> {
    match currency {
        "HUF" | "JPY" | "TWD" => Some(0),
        "AUD" | "BRL" | "CAD" | "CNY" | "CZK" | "DKK" | "EUR" | "HKD" | "ILS" | "MYR" | "MXN" | "NZD" | "NOK" | "PHP" | "PLN" | "GBP"
        | "SGD" | "SEK" | "CHF" | "THB" | "USD" => Some(2),
        _ => None,
    }
}

impl Sum {
    /// The value as it travels.
    pub fn value(&self) -> String {
        match decimals(&self.currency) {
            Some(2) => format!("{}.{:02}", self.units / 100, self.units % 100),
            Some(_) | None => self.units.to_string(),
        }
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        json!({"currency_code": self.currency, "value": self.value()})
    }

    /// Another amount of the same currency.
    pub fn of(&self, units: i64) -> Self {
        Self { currency: self.currency.clone(), units }
    }
}

/// What the buyer's way to pay will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funding {
    /// Pays.
    Balance,
    /// Declined at the capture; another can be chosen.
    DeclinedCard,
    /// Held for review, then settled or denied by `POST /control/orders/settle`.
    Review,
    /// The capture is declined for good.
    RefusedForGood,
    /// The payer's account cannot pay.
    RestrictedAccount,
}

impl Funding {
    /// Every outcome, with its words on the buyer's page.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Balance, "balance", "PayPal balance: pays"),
        (Self::DeclinedCard, "declined_card", "Visa x-0002: declined, choose another"),
        (Self::Review, "review", "Bank account: held for review"),
        (Self::RefusedForGood, "refused_for_good", "Visa x-9987: the payment fails"),
        (Self::RestrictedAccount, "restricted_account", "Restricted account: cannot pay"),
    ];

    /// By its name in the form.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(funding, ..)| funding)
    }
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// The app.
    pub account: String,
    /// `CREATED`, `PAYER_ACTION_REQUIRED`, `APPROVED` or `COMPLETED`.
    pub status: String,
    /// The unit's name.
    pub reference_id: String,
    /// What it is for.
    pub description: String,
    /// The merchant's reference.
    pub custom_id: String,
    /// The number the buyer sees.
    pub invoice_id: String,
    /// How much.
    pub sum: Sum,
    /// Where an approving payer goes.
    pub return_url: String,
    /// Where another goes.
    pub cancel_url: String,
    /// The shop's name.
    pub brand_name: String,
    /// Where this simulator was called: `http://127.0.0.1:3001/paypal`.
    pub origin: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the payer agreed last.
    pub approved_at: Option<Timestamp>,
    /// With what.
    pub funding: Option<Funding>,
    /// The capture.
    pub capture: Option<String>,
}

impl Order {
    /// Three hours to be sent off and approved, three more to be captured (paypal-rest.md §4.1).
    pub fn is_gone(&self, now: Timestamp) -> bool {
        let since = self.approved_at.unwrap_or(self.made_at);
        self.status != "COMPLETED" && since.seconds_until(now) > 3 * 3600
    }

    /// The page for its payer.
    pub fn payer_url(&self) -> String {
        format!("{}/checkoutnow?token={}", self.origin, self.id)
    }

    fn self_url(&self) -> String {
        format!("{}/v2/checkout/orders/{}", self.origin, self.id)
    }

    fn links(&self) -> Value {
        let mut links = vec![json!({"href": self.self_url(), "rel": "self", "method": "GET"})];
        if let Some(rel) = match self.status.as_str() {
            "CREATED" => Some("approve"),
            "PAYER_ACTION_REQUIRED" => Some("payer-action"),
            _ => None,
        } {
            links.push(json!({"href": self.payer_url(), "rel": rel, "method": "GET"}));
        }
        if matches!(self.status.as_str(), "CREATED" | "APPROVED") {
            links.push(json!({"href": format!("{}/capture", self.self_url()), "rel": "capture", "method": "POST"}));
        }
        links.into()
    }

    /// Id, state and links.
    pub fn minimal(&self) -> Value {
        let mut order = json!({"id": self.id, "status": self.status, "links": self.links()});
        if self.status == "PAYER_ACTION_REQUIRED" {
            order["payment_source"] = json!({"paypal": {}});
        }
        order
    }

    /// All of it.
    pub fn whole(&self, capture: Option<&Capture>, refunds: &[Refund]) -> Value {
        let mut unit = json!({"reference_id": self.reference_id, "amount": self.sum.json()});
        for (name, text) in [("description", &self.description), ("custom_id", &self.custom_id), ("invoice_id", &self.invoice_id)] {
            if !text.is_empty() {
                unit[name] = text.as_str().into();
            }
        }
        if let Some(capture) = capture {
            unit["payments"] = json!({"captures": [capture.whole(&self.origin)]});
            if !refunds.is_empty() {
                unit["payments"]["refunds"] = refunds.iter().map(|refund| refund.whole(&self.origin, refund.sum.units)).collect();
            }
        }
        let source = match self.approved_at {
            Some(_) => json!({"email_address": "payer@example.test", "account_id": "QYR5Z8XDVJNXQ", "account_status": "VERIFIED"}),
            None => json!({}),
        };
        json!({
            "id": self.id, "intent": "CAPTURE", "status": self.status, "payment_source": {"paypal": source},
            "purchase_units": [unit], "create_time": iso(self.made_at), "links": self.links(),
        })
    }
}

/// A capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Its id.
    pub id: String,
    /// The app.
    pub account: String,
    /// Its order.
    pub order: String,
    /// `COMPLETED`, `PENDING` or `DECLINED`; what was refunded is added when shown.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// How much.
    pub sum: Sum,
    /// How much of it was given back, or is promised to be.
    pub refunded_units: i64,
    /// The merchant's reference.
    pub custom_id: String,
    /// The number the buyer sees.
    pub invoice_id: String,
    /// When.
    pub at: Timestamp,
}

impl Capture {
    /// The state as shown.
    pub fn shown(&self) -> &str {
        match (self.status.as_str(), self.refunded_units) {
            ("COMPLETED", 1..) if self.refunded_units == self.sum.units => "REFUNDED",
            ("COMPLETED", 1..) => "PARTIALLY_REFUNDED",
            (status, _) => status,
        }
    }

    /// All of it.
    pub fn whole(&self, origin: &str) -> Value {
        let url = format!("{origin}/v2/payments/captures/{}", self.id);
        let mut capture = json!({
            "id": self.id, "status": self.shown(), "amount": self.sum.json(), "final_capture": true,
            "supplementary_data": {"related_ids": {"order_id": self.order}}, "create_time": iso(self.at),
            "links": [
                {"href": url, "rel": "self", "method": "GET"},
                {"href": format!("{url}/refund"), "rel": "refund", "method": "POST"},
                {"href": format!("{origin}/v2/checkout/orders/{}", self.order), "rel": "up", "method": "GET"},
            ],
        });
        for (name, text) in [("custom_id", &self.custom_id), ("invoice_id", &self.invoice_id)] {
            if !text.is_empty() {
                capture[name] = text.as_str().into();
            }
        }
        if let Some(reason) = &self.reason {
            capture["status_details"] = json!({"reason": reason});
        }
        match self.status.as_str() {
            "COMPLETED" => {
                let fee = (self.sum.units * 29 / 1000 + 35).min(self.sum.units);
                capture["seller_receivable_breakdown"] = json!({
                    "gross_amount": self.sum.json(), "paypal_fee": self.sum.of(fee).json(),
                    "net_amount": self.sum.of(self.sum.units - fee).json(),
                });
            }
            "DECLINED" => capture["processor_response"] = json!({"response_code": "5120"}),
            _ => {}
        }
        capture
    }
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its id.
    pub id: String,
    /// The app.
    pub account: String,
    /// The capture.
    pub capture: String,
    /// `COMPLETED`, `PENDING` or `FAILED`.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// How much.
    pub sum: Sum,
    /// The merchant's reference.
    pub custom_id: String,
    /// The merchant's number.
    pub invoice_id: String,
    /// When.
    pub at: Timestamp,
}

impl Refund {
    /// Id, state and links.
    pub fn minimal(&self, origin: &str) -> Value {
        json!({"id": self.id, "status": self.status, "links": self.links(origin)})
    }

    fn links(&self, origin: &str) -> Value {
        json!([
            {"href": format!("{origin}/v2/payments/refunds/{}", self.id), "rel": "self", "method": "GET"},
            {"href": format!("{origin}/v2/payments/captures/{}", self.capture), "rel": "up", "method": "GET"},
        ])
    }

    /// All of it; `total` is what was given back of the capture so far.
    pub fn whole(&self, origin: &str, total: i64) -> Value {
        let mut refund = json!({
            "id": self.id, "amount": self.sum.json(), "status": self.status, "create_time": iso(self.at),
            "seller_payable_breakdown": {
                "gross_amount": self.sum.json(), "paypal_fee": self.sum.of(0).json(), "net_amount": self.sum.json(),
                "total_refunded_amount": self.sum.of(total).json(),
            },
            "links": self.links(origin),
        });
        for (name, text) in [("custom_id", &self.custom_id), ("invoice_id", &self.invoice_id)] {
            if !text.is_empty() {
                refund[name] = text.as_str().into();
            }
        }
        if let Some(reason) = &self.reason {
            refund["status_details"] = json!({"reason": reason});
        }
        refund
    }
}

/// An instant as PayPal writes it: UTC, whole seconds.
pub fn iso(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.seconds()).map(|at| at.to_string()).unwrap_or_default()
}
