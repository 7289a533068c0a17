//! What every processor must do, written once and run for each of them, on both engines: our pages and our flows over HTTP, the
//! simulators over HTTP, a clock that stands still until it is moved, and no worker but the one a test runs itself. So a test sees
//! every state on the way. Every test ends with `verify`, the simulators' books included (I9).
//!
//! The failures P-01 to P-27 have a test named after them each, here or beside what it tests; `failures` lists where.

#[macro_use]
mod world;

pub mod buyer;
mod kinds;

mod basics;
mod disputes;
mod failures;
mod lost;
mod notices;
mod pending;
mod refunds;
