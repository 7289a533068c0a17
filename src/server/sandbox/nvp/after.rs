//! The calls that follow a payment: capture, void, refund, details, search (paypal-express-checkout.md §10).

use crate::domain::money::{Currency, Money};

use super::super::faults::FaultKind;
use super::Desk;
use super::read::{amount, written};
use super::reply::{Pairs, Reply, iso};
use super::txn::{Does, TXN, Txn, find, keep, new_id};

/// A list has no more lines.
const LISTED_MAX: usize = 100;

impl Desk<'_> {
    /// Runs one of the shared calls; `None` for a method that is none of them.
    pub(super) fn after(&mut self, method: &str) -> Option<Reply> {
        Some(match method {
            "DoCapture" => {
                let reply = self.capture();
                let mut reply = reply.unwrap_or_else(|code| Reply::refused(&code));
                reply.lead.insert(0, ("AUTHORIZATIONID".to_owned(), self.ask.get("AUTHORIZATIONID").to_owned()));
                reply
            }
            "DoVoid" => {
                let reply = self.void().map_or_else(|code| Reply::refused(&code), |()| Reply::done());
                reply.lead("AUTHORIZATIONID", self.ask.get("AUTHORIZATIONID"))
            }
            "RefundTransaction" => self.refund().unwrap_or_else(|code| Reply::refused(&code)),
            "GetTransactionDetails" => self.details().unwrap_or_else(|code| Reply::refused(&code)),
            "TransactionSearch" => self.search().unwrap_or_else(|code| Reply::refused(&code)),
            _ => return None,
        })
    }

    /// A transaction as payments, captures and details describe it, each name with `prefix`.
    pub(in crate::server::sandbox) fn described(&self, txn: &Txn, prefix: &str) -> Pairs {
        let status = txn.told_status(self.clock.now());
        let mut pairs = vec![
            ("TRANSACTIONTYPE", self.product.transaction_type.to_owned()),
            ("PAYMENTTYPE", txn.payment_type.clone()),
            ("ORDERTIME", iso(txn.at)),
            ("AMT", written(txn.amount)),
        ];
        if txn.status == "Completed" {
            pairs.push(("FEEAMT", written(self.product.fee_of(txn.amount, true))));
        }
        pairs.extend([
            ("TAXAMT", "0.00".to_owned()),
            ("CURRENCYCODE", txn.amount.currency().code().to_owned()),
            ("PAYMENTSTATUS", status),
            ("PENDINGREASON", txn.reason.clone()),
            ("REASONCODE", "None".to_owned()),
        ]);
        pairs.into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)).collect()
    }

    fn capture(&mut self) -> Result<Reply, String> {
        let hold = self.hold()?;
        let currency = self.currency()?;
        if currency != hold.amount.currency() {
            return Err("10613".to_owned());
        }
        let taken = amount(self.ask.get("AMT"), currency).filter(|m| m.minor() > 0).ok_or("10525")?;
        // 115 % in all, at most 75 more.
        let limit = (hold.amount.minor() / 100 * 115).min(hold.amount.minor() + 7500);
        if hold.used_minor + taken.minor() > limit {
            return Err("10610".to_owned());
        }
        let is_last = match self.ask.get("COMPLETETYPE") {
            "Complete" => true,
            "NotComplete" => false,
            _ => return Err("81100".to_owned()),
        };
        let pending = self.fault == Some(&FaultKind::Pending);
        let invoice = self.ask.get("INVNUM");
        let txn = Txn {
            id: new_id(self.clock),
            does: Does::Capture,
            amount: taken,
            used_minor: 0,
            status: if pending { "Pending" } else { "Completed" }.to_owned(),
            reason: if pending { "payment-review" } else { "None" }.to_owned(),
            invoice: if invoice.is_empty() { hold.invoice.clone() } else { invoice.to_owned() },
            our_ref: invoice.to_owned(),
            parent: Some(hold.id.clone()),
            at: self.clock.now(),
            ..hold.clone()
        };
        let mut hold = hold;
        hold.used_minor += taken.minor();
        if is_last {
            (hold.status, hold.reason) = ("Completed".to_owned(), "None".to_owned());
        }
        keep(self.inner, self.product.name, &hold);
        keep(self.inner, self.product.name, &txn);
        self.tell.push(txn.id.clone());
        let mut reply = Reply::done().with("TRANSACTIONID", &txn.id).with("PARENTTRANSACTIONID", &hold.id);
        reply.rest.extend(self.described(&txn, ""));
        Ok(reply)
    }

    fn currency(&self) -> Result<Currency, String> {
        let code = self.ask.get("CURRENCYCODE");
        if code.is_empty() { Ok(Currency::USD) } else { code.parse().map_err(|_| "10605".to_owned()) }
    }

    fn hold(&self) -> Result<Txn, String> {
        let found = find(self.inner, self.product.name, &self.account.user, self.ask.get("AUTHORIZATIONID"));
        let hold = found.filter(|txn| txn.does == Does::Hold).ok_or("10609")?;
        match hold.status_at(self.clock.now()) {
            "Voided" => Err("10600".to_owned()),
            "Expired" => Err("10601".to_owned()),
            "Completed" => Err("10602".to_owned()),
            _ => Ok(hold),
        }
    }

    fn void(&mut self) -> Result<(), String> {
        let mut hold = self.hold()?;
        (hold.status, hold.reason) = ("Voided".to_owned(), "None".to_owned());
        keep(self.inner, self.product.name, &hold);
        Ok(())
    }

    fn refund(&mut self) -> Result<Reply, String> {
        let found = find(self.inner, self.product.name, &self.account.user, self.ask.get("TRANSACTIONID"));
        let mut paid = found.ok_or("10011")?;
        if !matches!(paid.does, Does::Sell | Does::Capture) || paid.status != "Completed" {
            return Err("10009/state".to_owned());
        }
        let left = paid.amount.minor() - paid.used_minor;
        if left == 0 {
            return Err("10009/full".to_owned());
        }
        let given = match self.ask.get("REFUNDTYPE") {
            "Full" if self.ask.get("AMT").is_empty() && paid.used_minor == 0 => paid.amount,
            "Full" => return Err("10004".to_owned()),
            "Partial" => {
                let currency = self.currency()?;
                if currency != paid.amount.currency() {
                    return Err("10009/state".to_owned());
                }
                amount(self.ask.get("AMT"), currency).filter(|m| m.minor() > 0).ok_or("10004")?
            }
            _ => return Err("81100".to_owned()),
        };
        if given.minor() > left {
            return Err("10009".to_owned());
        }
        paid.used_minor += given.minor();
        let is_late = self.fault == Some(&FaultKind::Pending);
        let ours = self.ask.get("INVOICEID");
        let refund = Txn {
            id: new_id(self.clock),
            does: Does::Refund,
            amount: given,
            used_minor: 0,
            status: if is_late { "Pending" } else { "Completed" }.to_owned(),
            reason: if is_late { "echeck" } else { "None" }.to_owned(),
            invoice: if ours.is_empty() { paid.invoice.clone() } else { ours.to_owned() },
            our_ref: ours.to_owned(),
            parent: Some(paid.id.clone()),
            at: self.clock.now(),
            ..paid.clone()
        };
        keep(self.inner, self.product.name, &paid);
        keep(self.inner, self.product.name, &refund);
        self.tell.push(refund.id.clone());
        let (fee, total) =
            (self.product.fee_of(given, self.ask.get("REFUNDTYPE") == "Full"), Money::from_minor(paid.used_minor, given.currency()));
        let net = Money::from_minor(given.minor() - fee.minor(), given.currency());
        Ok(Reply::done()
            .lead("REFUNDTRANSACTIONID", &refund.id)
            .lead("FEEREFUNDAMT", &written(fee))
            .lead("GROSSREFUNDAMT", &written(given))
            .lead("NETREFUNDAMT", &written(net))
            .lead("CURRENCYCODE", given.currency().code())
            .lead("TOTALREFUNDEDAMOUNT", &written(total))
            .with("REFUNDSTATUS", if is_late { "Delayed" } else { "Instant" })
            .with("PENDINGREASON", &refund.reason))
    }

    fn details(&self) -> Result<Reply, String> {
        let found = find(self.inner, self.product.name, &self.account.user, self.ask.get("TRANSACTIONID"));
        let txn = found.ok_or("10011")?;
        let mut reply = Reply::done()
            .lead("RECEIVEREMAIL", &super::email(&self.account.user))
            .lead("RECEIVERID", &super::merchant_id(&self.account.user))
            .lead("EMAIL", &txn.buyer.email)
            .lead("PAYERID", &txn.buyer.payer)
            .lead("PAYERSTATUS", "verified")
            .lead("COUNTRYCODE", &txn.buyer.country)
            .with("FIRSTNAME", &txn.buyer.first)
            .with("LASTNAME", &txn.buyer.last)
            .with("TRANSACTIONID", &txn.id);
        if let Some(parent) = &txn.parent {
            reply = reply.with("PARENTTRANSACTIONID", parent);
        }
        reply.rest.extend(self.described(&txn, ""));
        Ok(reply.with_some("INVNUM", &txn.invoice).with_some("CUSTOM", &txn.custom))
    }

    fn search(&self) -> Result<Reply, String> {
        let ask = self.ask;
        if ask.get("STARTDATE").is_empty() {
            return Err("81100".to_owned());
        }
        let fits = |txn: &Txn| {
            let same = |name: &str, is: &str| ask.get(name).is_empty() || ask.get(name) == is;
            txn.account == self.account.user
                && iso(txn.at).as_str() >= ask.get("STARTDATE")
                && same("INVNUM", &txn.invoice)
                && same("TRANSACTIONID", &txn.id)
                && same("AMT", &written(txn.amount))
                && same("CURRENCYCODE", txn.amount.currency().code())
        };
        let mut found: Vec<Txn> = self.inner.objects.all::<Txn>(self.product.name, TXN).into_iter().filter(fits).collect();
        found.reverse();
        let mut reply = if found.len() > LISTED_MAX { Reply::done().problem("11002") } else { Reply::done() };
        found.truncate(LISTED_MAX);
        let now = self.clock.now();
        /// A column's name and what stands in it.
        type Column<'a> = (&'a str, &'a dyn Fn(&Txn) -> String);
        let columns: [Column<'_>; 11] = [
            ("TIMESTAMP", &|txn| iso(txn.at)),
            ("TIMEZONE", &|_| "GMT".to_owned()),
            ("TYPE", &|txn| txn.listed_type().to_owned()),
            ("EMAIL", &|txn| txn.buyer.email.clone()),
            ("NAME", &|txn| format!("{} {}", txn.buyer.first, txn.buyer.last)),
            ("TRANSACTIONID", &|txn| txn.id.clone()),
            ("STATUS", &|txn| txn.told_status(now)),
            ("AMT", &|txn| signed(txn, txn.amount.minor())),
            ("CURRENCYCODE", &|txn| txn.amount.currency().code().to_owned()),
            ("FEEAMT", &|txn| signed(txn, -self.product.fee_of(txn.amount, txn.does != Does::Refund).minor())),
            ("NETAMT", &|txn| signed(txn, txn.amount.minor() - self.product.fee_of(txn.amount, txn.does != Does::Refund).minor())),
        ];
        for (name, column) in columns {
            for (n, txn) in found.iter().enumerate() {
                reply = reply.lead(&format!("L_{name}{n}"), &column(txn));
            }
        }
        Ok(reply)
    }
}

/// An amount of a list: of a refund with the other sign.
fn signed(txn: &Txn, minor: i64) -> String {
    let minor = if txn.does == Does::Refund { -minor } else { minor };
    written(Money::from_minor(minor, txn.amount.currency()))
}
