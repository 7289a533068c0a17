//! Everything that needs a socket, a file or a database; compiled only for the server.

pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod ctx;
pub mod failure;
pub mod flows;
pub mod jobs;
pub mod limits;
pub mod payments;
pub mod run;
pub mod sandbox;
pub mod seed;
pub mod state;
pub mod store;
pub mod vault;
pub mod verify;
pub mod web;
pub mod zones;
