//! Payment processors: one trait, and a folder per processor (wire format, pure mapping, client). A processor never touches
//! the store; the store never calls a processor. What to do about an answer is decided in `flows/`.

pub mod address;
pub mod ask;
pub mod express;
pub mod line;
pub mod none;
pub mod nvp;
pub mod offline;
pub mod orders;
pub mod payflow;
pub mod processor;
pub mod registry;
pub mod stripe;
pub mod wpp_uk;

pub use ask::{Approval, Asked, AttemptRef, Billing, CardDetails, IdempotencyKey, ProcessorRef, Sale, SecretDigits};
pub use line::Timing;
pub use processor::{
    Abilities, About, Authorised, Captured, CardForm, CardSeen, ConnectionProblem, Decline, Doubt, Fault, Forged, NextStep, Notice,
    Outcome, Processor, ProcessorName, Refunded, Standing, Tells,
};
pub use registry::{ConfigVersion, ProcessorConfig, ProcessorKind, Processors};
