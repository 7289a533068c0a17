//! The integration tests: one binary, one module per area. Everything that touches a store runs on both engines.
#![cfg(feature = "ssr")]
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "helpers of tests may end a test, and tests make ids and wait by the machine's clock"
)]

#[macro_use]
mod harness;
mod harness_server;

mod admin;
mod admin_web;
mod approval;
mod behaviour;
mod card_data;
mod card_kinds;
mod checkout;
mod cli;
mod express;
mod express_notices;
mod express_vectors;
mod host;
mod host_http;
mod late_money;
mod marked;
mod nvp_vectors;
mod nvp_world;
mod orders;
mod orders_vectors;
mod payflow;
mod payflow_link;
mod payflow_vectors;
mod processors;
mod processors_web;
mod race;
mod race_http;
mod refunds;
mod rotate_key;
mod secret_data;
mod security;
mod seed;
mod sign_in;
mod slow_processor;
mod steps;
mod store_facade;
mod store_migrate;
mod store_sqlite;
mod store_statements;
mod store_under_stress;
mod stripe;
mod stripe_notices;
mod stripe_vectors;
mod tenants;
mod three_ds;
mod unknown_queue;
mod vectors;
mod verify;
mod wire_laws;
mod wpp_uk;
mod wpp_uk_vectors;
