//! Server functions: the only doors a hydrated page has. Each names who may call it, calls one flow, and answers with what a
//! page needs to show. Money-moving forms do not come here: they are plain posts (`server/web`).

pub mod admin;
pub mod catalogue;
pub mod checkout;
pub mod error;
pub mod host;
pub mod manager;
