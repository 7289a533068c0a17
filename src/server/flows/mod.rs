//! Use cases: steps that must all happen, or be undone. A flow asks who may, reads, calls the domain, writes the result with its
//! effects in one transaction, and acts outside it.

pub mod approval;
pub mod calendar;
pub mod card_page;
pub mod catalogue;
pub mod checkout;
pub mod inquire;
mod late_money;
pub mod notices;
pub mod offline;
pub mod orders;
pub mod overview;
pub mod pay;
pub mod processors;
pub mod promo;
pub mod promo_admin;
pub mod provision;
pub mod refund;
pub mod register;
pub mod room;
pub mod schedule;
pub mod settings;
pub mod settle;
pub mod two_persons;
pub mod usage;
