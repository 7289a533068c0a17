//! Running a transaction, and running it again.

use std::hash::{BuildHasher as _, RandomState};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, sleep, timeout_at};

use super::tx::Health;
use super::{Db, Engine, MayRetry, StoreError, Tx};

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Changes things: `BEGIN IMMEDIATE` or `SERIALIZABLE`, which mean the same to a block.
    Write,
    /// Looks at one moment's state, and cannot change it.
    Read,
    /// Looks with one statement, which is a moment by itself: no transaction is begun or ended.
    Look,
}

impl Mode {
    pub(super) fn begin(self, engine: Engine) -> Option<&'static str> {
        match (self, engine) {
            (Self::Write, Engine::Sqlite) => Some("BEGIN IMMEDIATE"),
            (Self::Write, Engine::Postgres) => Some("BEGIN ISOLATION LEVEL SERIALIZABLE"),
            (Self::Read, Engine::Sqlite) => Some("BEGIN"),
            (Self::Read, Engine::Postgres) => Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            (Self::Look, Engine::Sqlite | Engine::Postgres) => None,
        }
    }
}

const TRIES_MAX: u32 = 12;
/// A unique violation that comes back this often is no accident of timing.
const DUPLICATE_TRIES_MAX: u32 = 3;
const PAUSE_MAX: Duration = Duration::from_millis(200);
/// No new try begins later than this after the first.
const RETRY_WINDOW: Duration = Duration::from_secs(15);

/// The turn of transactions that lost to a rival: they try again one at a time, first come, first served. Without it fifty rivals
/// for one row undo each other's work again and again, and the unluckiest runs out of tries. The first try never waits.
pub(super) type Turns = Arc<Mutex<()>>;

/// Counts the tries of one transaction. Used by the macros only.
pub struct Retry {
    mode: Mode,
    tries: u32,
    since: Instant,
    turns: Turns,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Retry {
    /// Before the first try.
    pub fn new(db: &Db, mode: Mode) -> Self {
        Self { mode, tries: 0, since: Instant::now(), turns: Arc::clone(&db.shared.turns), turn: None }
    }

    /// Opens the next try's transaction.
    ///
    /// # Errors
    /// As [`Db::begin`], contention only once the tries are used up.
    pub async fn begin(&mut self, db: &Db) -> Result<Tx, StoreError> {
        loop {
            match db.begin(self.mode).await {
                Err(error) if error.is_contention() && self.may_try_again().await => {}
                begun => return begun,
            }
        }
    }

    /// Commits what succeeded, rolls back what did not, and says whether to run the block again.
    pub async fn settle<T, E>(&mut self, tx: Tx, outcome: Result<T, E>) -> ControlFlow<Result<T, E>>
    where
        E: From<StoreError> + MayRetry,
    {
        let (health, engine) = (tx.health(), tx.engine());
        let (is_contention, result) = match outcome {
            Ok(value) => match tx.commit().await {
                Ok(()) => (false, Ok(value)),
                Err(error) => (error.is_contention(), Err(E::from(error))),
            },
            Err(error) => {
                tx.rollback().await;
                (error.is_contention(), Err(error))
            }
        };
        let is_worth_it = result.is_err()
            && (is_contention
                || health == Health::Contended
                || (health == Health::Duplicated && engine == Engine::Postgres && self.tries + 1 < DUPLICATE_TRIES_MAX));
        if is_worth_it && self.may_try_again().await {
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(result)
    }

    /// Waits a little, longer each time and never as long as a rival, and for its turn; false when enough was tried.
    async fn may_try_again(&mut self) -> bool {
        self.tries += 1;
        if self.tries >= TRIES_MAX || self.since.elapsed() >= RETRY_WINDOW {
            return false;
        }
        if self.turn.is_none() {
            let turn = timeout_at(self.since + RETRY_WINDOW, Arc::clone(&self.turns).lock_owned()).await;
            self.turn = turn.ok();
            return self.turn.is_some();
        }
        let ceiling = Duration::from_millis(1 << self.tries.min(8)).min(PAUSE_MAX);
        // Each `RandomState` differs, which is all that spreading rivals needs; nothing is decided by it.
        let spread = RandomState::new().hash_one(self.tries) % 1024;
        let share = u32::try_from(spread).unwrap_or(1023);
        sleep(ceiling * share / 1024).await;
        true
    }
}

/// Runs a block in a write transaction and evaluates to its `Result`, committed when `Ok`.
///
/// `write_tx!(db, |tx| { … })`: `tx` is `&mut Tx`; `?` and `return` leave the block, not the function; captured variables are
/// borrowed (`&name`, or `name.clone()` inside) because the block reruns on contention, boundedly. So it holds store calls and
/// nothing else. Its error type is anything with `From<StoreError>` and [`MayRetry`], usually inferred from the block's last
/// expression or from where the result goes; where neither says, write it: `write_tx!(db, |tx| -> Result<T, E> { … })?`.
#[macro_export]
macro_rules! write_tx {
    ($db:expr, |$tx:ident| $($block:tt)+) => {
        $crate::__run_tx!($crate::server::store::db::Mode::Write, $db, $tx, $($block)+)
    };
}

/// Runs a block on a snapshot that it cannot change; otherwise as [`write_tx!`].
#[macro_export]
macro_rules! read_tx {
    ($db:expr, |$tx:ident| $($block:tt)+) => {
        $crate::__run_tx!($crate::server::store::db::Mode::Read, $db, $tx, $($block)+)
    };
}

/// Runs a block of exactly one reading statement, which needs no transaction: on the way of every request, where the two more
/// answers that [`read_tx!`] waits for would be most of the time. Otherwise as [`read_tx!`].
#[macro_export]
macro_rules! look_up {
    ($db:expr, |$tx:ident| $($block:tt)+) => {
        $crate::__run_tx!($crate::server::store::db::Mode::Look, $db, $tx, $($block)+)
    };
}

/// A macro and not a function with a closure, because an async closure's future cannot be shown to be `Send`.
#[doc(hidden)]
#[macro_export]
macro_rules! __run_tx {
    ($mode:expr, $db:expr, $tx:ident, -> $result:ty { $($body:tt)* }) => {
        $crate::__run_tx!($mode, $db, $tx, {
            let __typed: $result = async { $($body)* }.await;
            __typed
        })
    };
    ($mode:expr, $db:expr, $tx:ident, { $($body:tt)* }) => {{
        let __db: &$crate::server::store::db::Db = &$db;
        let mut __retry = $crate::server::store::db::Retry::new(__db, $mode);
        loop {
            let mut __open = match __retry.begin(__db).await {
                ::core::result::Result::Ok(open) => open,
                ::core::result::Result::Err(error) => break ::core::result::Result::Err(::core::convert::From::from(error)),
            };
            let __outcome = async {
                let $tx: &mut $crate::server::store::db::Tx = &mut __open;
                $($body)*
            }
            .await;
            match __retry.settle(__open, __outcome).await {
                ::core::ops::ControlFlow::Break(result) => break result,
                ::core::ops::ControlFlow::Continue(()) => {}
            }
        }
    }};
    ($mode:expr, $db:expr, $tx:ident, $body:expr) => {
        $crate::__run_tx!($mode, $db, $tx, { $body })
    };
}
