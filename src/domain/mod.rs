//! Pure types and rules, compiled alike for the browser and the server.
//!
//! Nothing here reads a clock, a socket or a file, so every rule can be run in a test, on a page and in a transaction
//! with the same answer. Everything may use `domain`; `domain` uses nobody.

pub mod card;
pub mod card_kinds;
pub mod estimate;
pub mod feature;
pub mod form;
pub mod ids;
pub mod ledger;
pub mod money;
pub mod order;
pub mod payment;
pub mod pricing;
pub mod promo;
pub mod refund;
pub mod role;
pub mod schedule;
pub mod session;
pub mod text;
pub mod three_ds;
pub mod time;
