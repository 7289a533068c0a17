//! The settings form, as typed and as understood.

use serde::Deserialize;

use crate::domain::{
    card_kinds::CardKinds,
    form::{FieldErrors, Problem},
    money::{Currency, Money},
    pricing::{Percent, Tax, TaxMode},
    schedule::{is_ticked, parse_count},
    text::{Email, parse_line, parse_paragraphs},
};
use crate::server::store::site::Site;

/// The form as typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    /// The site's name.
    pub name: String,
    /// Who sells.
    pub seller: String,
    /// Whom buyers write to; may be empty.
    pub support_email: String,
    /// ISO 4217, or empty while not chosen.
    pub currency: String,
    /// ISO 3166-1 alpha-2, or empty while not chosen.
    pub merchant_country: String,
    /// `none`, `included` or `added`.
    pub tax_mode: String,
    /// Its local name.
    pub tax_name: String,
    /// Its rate in percent.
    pub tax_rate: String,
    /// The highest fee a host may ask.
    pub fee_max: String,
    /// The refund policy's text.
    pub refund_policy: String,
    /// How long seats are kept for a buyer.
    pub hold_minutes: String,
    /// Not empty when the form asked which kinds of cards are taken; otherwise that stays as it is.
    pub asks_card_kinds: String,
    /// Credit cards are taken.
    pub accept_credit: String,
    /// Debit cards are taken.
    pub accept_debit: String,
    /// The version last read.
    pub version: String,
}

impl SettingsForm {
    /// The site as it would be, at the version the form was made from; or every problem at once.
    ///
    /// # Errors
    /// Every field's problem.
    pub fn parse(&self, site: &Site) -> Result<Site, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", parse_line(&self.name, 80));
        let seller = errors.keep("seller", parse_line(&self.seller, 300));
        let support_email =
            errors.keep("support_email", optional(&self.support_email, |text| Email::parse(text).map(|email| email.to_string())));
        let currency = errors.keep("currency", optional(&self.currency, |text| text.parse::<Currency>().map_err(|_| Problem::NotAChoice)));
        let merchant_country = errors.keep("merchant_country", optional(&self.merchant_country, country));
        let tax = self.parse_tax(&mut errors);
        let fee_max = match currency.flatten() {
            Some(currency) => errors.keep("fee_max", fee_max(&self.fee_max, currency)),
            // Without a currency there is nothing to read it in.
            None => Some(site.fee_max_minor),
        };
        let refund_policy = errors.keep("refund_policy", parse_paragraphs(&self.refund_policy, 4_000));
        let hold_minutes = errors.keep("hold_minutes", parse_count(&self.hold_minutes, 1, 1_440));
        let card_kinds = errors.keep("accept_credit", self.parse_card_kinds(site.card_kinds));
        let version = self.version.parse().unwrap_or(0);
        let complete = (|| {
            Some(Site {
                name: name?,
                seller: seller?,
                support_email: support_email?,
                currency: currency?,
                merchant_country: merchant_country?,
                tax: tax?,
                fee_max_minor: fee_max?,
                refund_policy: refund_policy?,
                hold_seconds: i64::from(hold_minutes?) * 60,
                card_kinds: card_kinds?,
                version,
                ..site.clone()
            })
        })();
        errors.finish(complete)
    }

    fn parse_card_kinds(&self, before: CardKinds) -> Result<CardKinds, Problem> {
        if self.asks_card_kinds.is_empty() {
            return Ok(before);
        }
        CardKinds::from_ticks(is_ticked(&self.accept_credit), is_ticked(&self.accept_debit)).ok_or(Problem::NoCardKindLeft)
    }

    fn parse_tax(&self, errors: &mut FieldErrors) -> Option<Option<Tax>> {
        let mode = match self.tax_mode.as_str() {
            "none" | "" => return Some(None),
            "included" => TaxMode::Included,
            "added" => TaxMode::Added,
            _ => {
                errors.push("tax_mode", Problem::NotAChoice);
                return None;
            }
        };
        let name = errors.keep("tax_name", parse_line(&self.tax_name, 20));
        let rate = if self.tax_rate.trim().is_empty() {
            Err(Problem::Required)
        } else {
            Percent::parse(&self.tax_rate).ok_or(Problem::NotANumber)
        };
        let rate = errors.keep("tax_rate", rate);
        Some(Some(Tax { name: name?, rate: rate?, mode }))
    }
}

/// `None` for an empty field, else what `parse` makes of it.
fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, Problem>) -> Result<Option<T>, Problem> {
    if text.trim().is_empty() { Ok(None) } else { parse(text.trim()).map(Some) }
}

fn country(text: &str) -> Result<String, Problem> {
    let code = text.to_ascii_uppercase();
    if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) { Ok(code) } else { Err(Problem::NotAChoice) }
}

/// In minor units, above zero.
fn fee_max(text: &str, currency: Currency) -> Result<i64, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Required);
    }
    let amount = Money::parse(text, currency).map_err(Problem::from_money)?;
    if amount.is_negative() {
        return Err(Problem::Negative);
    }
    if amount.is_zero() { Err(Problem::Required) } else { Ok(amount.minor()) }
}
