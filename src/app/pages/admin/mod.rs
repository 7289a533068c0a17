//! Pages below `/admin`: what waits, today's money with the lists behind it, promo codes, and how the site is set up.

mod dashboard;
mod doubts;
mod frame;
mod lists;
mod order;
mod orders;
mod processor;
mod processors;
mod promo;
mod promo_fields;
mod promo_preview;
mod promos;
mod rates;
mod refund;
mod settings;

pub use dashboard::DashboardPage;
pub use doubts::DoubtsPage;
pub use lists::{AuditPage, PeoplePage};
pub use order::OrderPage;
pub use orders::OrdersPage;
pub use processor::ProcessorPage;
pub use processors::ProcessorsPage;
pub use promo::{PromoNewPage, PromoPage};
pub use promos::PromosPage;
pub use rates::RatesPage;
pub use settings::SettingsPage;
