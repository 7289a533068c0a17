//! Priced, versioned, expiring answers to "what will it cost". A quote is never changed: a new price is a new version.

use sqlx::FromRow;

use super::{
    db::{StoreError, Tx},
    site::{tax_from, tax_mode_code},
};
use crate::domain::{
    ids::{OrderId, PromoId, QuoteId, RateCardId},
    money::{Currency, Money},
    pricing::{FeePrice, Tax},
    time::Timestamp,
};

/// A quote. For usage, `fee` is the sum of both minute lines and `discount` is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// Its version in its order, from 1.
    pub version: i64,
    /// The lines.
    pub price: FeePrice,
    /// The code that gave the discount.
    pub promo: Option<(PromoId, String)>,
    /// The tax as it was.
    pub tax: Option<Tax>,
    /// The rate card of a usage quote.
    pub rate_card: Option<RateCardId>,
    /// What a usage quote was computed from, as JSON.
    pub inputs: Option<String>,
    /// Good until.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct Row {
    version: i64,
    fee_minor: i64,
    discount_minor: i64,
    net_minor: i64,
    tax_minor: i64,
    total_minor: i64,
    currency: String,
    promo_id: Option<PromoId>,
    promo_code: Option<String>,
    tax_name: Option<String>,
    tax_hundredths: Option<i64>,
    tax_mode: Option<String>,
    rate_card_id: Option<RateCardId>,
    inputs: Option<String>,
    expires_at: Timestamp,
}

impl TryFrom<Row> for Quote {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let currency: Currency = row.currency.parse().map_err(|_| StoreError::Corrupt(format!("quote currency {}", row.currency)))?;
        let money = |minor| Money::from_minor(minor, currency);
        Ok(Self {
            version: row.version,
            price: FeePrice {
                fee: money(row.fee_minor),
                discount: money(row.discount_minor),
                net: money(row.net_minor),
                tax: money(row.tax_minor),
                total: money(row.total_minor),
            },
            promo: row.promo_id.zip(row.promo_code),
            tax: tax_from(row.tax_name, row.tax_hundredths, row.tax_mode.as_deref()),
            rate_card: row.rate_card_id,
            inputs: row.inputs,
            expires_at: row.expires_at,
        })
    }
}

statements! {
    /// A new version.
    INSERT_QUOTE = "INSERT INTO quote (id, order_id, version, fee_minor, discount_minor, net_minor, tax_minor, total_minor, currency, \
        promo_id, promo_code, tax_name, tax_hundredths, tax_mode, rate_card_id, inputs, expires_at, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    /// One version of an order's quote.
    QUOTE = "SELECT version, fee_minor, discount_minor, net_minor, tax_minor, total_minor, currency, promo_id, promo_code, tax_name, \
        tax_hundredths, tax_mode, rate_card_id, inputs, expires_at FROM quote WHERE order_id = $1 AND version = $2";
}

/// # Errors
/// `StoreError` when the database fails, or that version exists.
pub async fn insert(tx: &mut Tx, id: QuoteId, order: OrderId, quote: &Quote, now: Timestamp) -> Result<(), StoreError> {
    let price = &quote.price;
    tx.sql(INSERT_QUOTE)
        .bind(id)
        .bind(order)
        .bind(quote.version)
        .bind(price.fee.minor())
        .bind(price.discount.minor())
        .bind(price.net.minor())
        .bind(price.tax.minor())
        .bind(price.total.minor())
        .bind(price.total.currency().code())
        .bind(quote.promo.as_ref().map(|(id, _)| *id))
        .bind(quote.promo.as_ref().map(|(_, code)| code.clone()))
        .bind(quote.tax.as_ref().map(|tax| tax.name.clone()))
        .bind(quote.tax.as_ref().map(|tax| i64::from(tax.rate.hundredths())))
        .bind(quote.tax.as_ref().map(|tax| tax_mode_code(tax.mode).to_owned()))
        .bind(quote.rate_card)
        .bind(quote.inputs.clone())
        .bind(quote.expires_at)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// # Errors
/// `StoreError::Missing` when there is no such version.
pub async fn get(tx: &mut Tx, order: OrderId, version: i64) -> Result<Quote, StoreError> {
    tx.sql(QUOTE).bind(order).bind(version).one::<Row>().await?.try_into()
}
