//! One module per page, or per group of pages that belong together.

pub mod catalogue;
pub mod checkout;
pub mod errors;
pub mod help;
pub mod join;
pub mod order;
pub mod register;
pub mod session;
pub mod sign_in;

// ── Host, division, administration and manager pages: their engineers keep these lines. ─────────────────────────────────────
pub mod admin;
pub mod division;
pub mod host;
pub mod manager;
// ── End. ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
