//! The database: one file per noun with its SQL, over a façade that speaks both engines (`db`).
//!
//! Functions take the transaction they run in, so that a flow decides what happens together. Verbs say what is at stake: `find_`
//! gives an `Option`, `get_` errors when absent, `claim_` may lose a race, `ensure_` repeats safely.

#[macro_use]
pub mod statements;

pub mod attempt;
pub mod audit;
pub mod claim;
pub mod db;
pub mod job;
pub mod ledger;
pub mod login;
pub mod message;
pub mod migrate;
pub mod notice;
pub mod order;
pub mod payment;
pub mod person;
pub mod processor_config;
pub mod promo;
pub mod promo_admin;
pub mod proposal;
pub mod quote;
pub mod rate;
pub mod refund;
pub mod registration;
pub mod report;
pub mod room;
pub mod schedule;
pub mod session;
pub mod settings;
pub mod site;
pub mod site_admin;

/// Every statement of every noun: a test prepares each on both migrated engines, standing in for `query!`.
pub fn all_statements() -> Vec<(&'static str, &'static str)> {
    [
        attempt::ALL,
        audit::ALL,
        claim::ALL,
        job::ALL,
        ledger::ALL,
        login::ALL,
        message::ALL,
        notice::ALL,
        order::ALL,
        payment::ALL,
        person::ALL,
        processor_config::ALL,
        promo::ALL,
        promo_admin::ALL,
        proposal::ALL,
        quote::ALL,
        rate::ALL,
        refund::ALL,
        registration::ALL,
        report::ALL,
        room::ALL,
        schedule::ALL,
        session::ALL,
        settings::ALL,
        site::ALL,
        site_admin::ALL,
        crate::server::seed::ALL,
        crate::server::verify::ALL,
    ]
    .concat()
}
