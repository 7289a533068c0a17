//! Lectern sells seats in live training and charges hosts for running it.

pub mod domain;
pub mod texts;
