//! A migrated database of its own for every test, on both engines.

mod app;
mod cluster;
mod database;

pub use app::{TODAY, TestApp, card, person};
pub use cluster::Cluster;
pub use database::TestDb;

/// One test on both engines: `on_both!(takes_the_last_seat_once, |db| async { … })`.
///
/// `db` is a [`TestDb`], usable wherever a `&Db` is wanted. Expands to a module of that name with the tests `sqlite` and
/// `postgres`.
#[macro_export]
macro_rules! on_both {
    ($(#[$meta:meta])* $name:ident, |$db:ident| async $body:block) => {
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn check($db: $crate::harness::TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::harness::TestDb::sqlite().await.test(check).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::harness::TestDb::postgres().await.test(check).await;
            }
        }
    };
}
