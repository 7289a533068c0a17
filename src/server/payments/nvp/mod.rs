//! PayPal's name-value-pair API, as Express Checkout and Website Payments Pro speak it: encoding, settings, the reading of replies,
//! and the calls that follow a payment (paypal-express-checkout.md §1–3, §9–13). The calls that make one are in
//! [`super::express`] and [`super::wpp_uk`].

pub mod amount;
pub mod api;
pub mod codec;
pub mod ipn;
pub mod map;
pub mod reply;
pub mod request;
pub mod search;
pub mod settings;
pub mod state;
pub mod verdict;

pub use settings::{NvpSettings, PublicSettings};
