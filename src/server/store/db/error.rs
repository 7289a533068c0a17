//! What can go wrong in a store, sorted by what the caller can do about it.

use std::path::PathBuf;

use sqlx::error::ErrorKind;

use super::Engine;

/// Whether running the whole transaction again may succeed. A flow's own error type implements it by asking the
/// [`StoreError`] inside; `false` for everything else.
pub trait MayRetry {
    /// True when nothing was wrong but the moment.
    fn is_contention(&self) -> bool;
}

/// A fault of the store. Keeps its cause for the log; never shown to a person. `Display` carries no stored value; `Debug` may
/// (PostgreSQL names the offending key), so faults are logged by `Display` and source.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `Stmt::one` found no row.
    #[error("the row is missing")]
    Missing,
    /// Another transaction was in the way, more often than the bounded retries allow.
    #[error("the database is contended")]
    Contention(#[source] sqlx::Error),
    /// A unique constraint said no. A backstop: claims use `ON CONFLICT DO NOTHING`.
    #[error("a row with this key exists")]
    Duplicate(#[source] sqlx::Error),
    /// A `CHECK`, `NOT NULL` or foreign key said no: our mistake.
    #[error("a constraint refused the change")]
    Constraint(#[source] sqlx::Error),
    /// Any other refusal of a statement, or a row that does not read as the type asked for.
    #[error("the statement failed")]
    Statement(#[source] sqlx::Error),
    /// A text, or JSON with a text, holds a NUL character, which PostgreSQL cannot store; refused on both engines.
    #[error("parameter ${position} contains a NUL character")]
    Nul {
        /// 1 for `$1`.
        position: usize,
    },
    /// A stored value that no rule allows: written by something else than this program.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// A value could not be encoded.
    #[error("parameter ${position} cannot be encoded")]
    Encode {
        /// 1 for `$1`.
        position: usize,
        /// Why.
        #[source]
        source: sqlx::error::BoxDynError,
    },
    /// A statement, or the commit, came after one that had failed in the same transaction.
    #[error("the transaction had already failed")]
    AfterFailure,
    /// `COMMIT` was sent and its answer lost: the change is there or it is not.
    #[error("the outcome of a commit is unknown")]
    CommitUnknown(#[source] sqlx::Error),
    /// The connection could not be made, or broke before anything was committed.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// Every connection was busy for the whole waiting time.
    #[error("no database connection became free in time")]
    Exhausted,
    /// `Db::close` was called.
    #[error("the database is closed")]
    Closed,
    /// Not an address of a database. The text is not repeated, because it may hold a password.
    #[error("the database address must be sqlite:path or postgres://…")]
    Url(#[source] Option<sqlx::Error>),
    /// Another server has this file open.
    #[error("{} is held by another server", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The lock file, or the folder for the database, cannot be used.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The engine has known faults or lacks what we need.
    #[error("{engine} {found} is too old; {needed} or later is needed")]
    EngineTooOld {
        /// Which engine.
        engine: Engine,
        /// What it calls itself.
        found: String,
        /// The first version that will do.
        needed: &'static str,
    },
    /// The database was migrated by a newer program.
    #[error("the database is at schema {found}, this program knows up to {known}; start the newer program")]
    NewerSchema {
        /// The highest migration in the database.
        found: i64,
        /// The highest migration in this program.
        known: i64,
    },
    /// A migration already applied differs from the one in this program.
    #[error("migration {name} was changed after it was applied")]
    EditedMigration {
        /// Its name.
        name: String,
    },
    /// A migration failed, and was undone with those before it in the same run.
    #[error("migration {name} failed")]
    Migration {
        /// Its name.
        name: &'static str,
        /// Why.
        #[source]
        source: Box<StoreError>,
    },
    /// The schema lacks migrations this program needs.
    #[error("{count} migrations are pending")]
    Pending {
        /// How many.
        count: usize,
    },
}

impl MayRetry for StoreError {
    fn is_contention(&self) -> bool {
        Self::is_contention(self)
    }
}

impl StoreError {
    /// True when the same transaction, run again, may succeed.
    pub fn is_contention(&self) -> bool {
        match self {
            Self::Contention(_) => true,
            Self::Migration { source, .. } => source.is_contention(),
            Self::Missing
            | Self::Corrupt(_)
            | Self::Duplicate(_)
            | Self::Constraint(_)
            | Self::Statement(_)
            | Self::Nul { .. }
            | Self::Encode { .. }
            | Self::AfterFailure
            | Self::CommitUnknown(_)
            | Self::Unreachable(_)
            | Self::Exhausted
            | Self::Closed
            | Self::Url(_)
            | Self::Locked { .. }
            | Self::File { .. }
            | Self::EngineTooOld { .. }
            | Self::NewerSchema { .. }
            | Self::EditedMigration { .. }
            | Self::Pending { .. } => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let is_contended = error.as_database_error().and_then(|e| e.code()).is_some_and(|code| is_contention_code(&code));
        if is_contended {
            return Self::Contention(error);
        }
        match &error {
            sqlx::Error::Database(e) => match e.kind() {
                ErrorKind::UniqueViolation => Self::Duplicate(error),
                ErrorKind::ForeignKeyViolation | ErrorKind::NotNullViolation | ErrorKind::CheckViolation => Self::Constraint(error),
                // `ErrorKind` is sqlx's and open-ended: an exclusion violation or anything new is just a failure.
                _ if e.code().is_some_and(|code| is_shutdown_code(&code)) => Self::Unreachable(error),
                _ => Self::Statement(error),
            },
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => Self::Unreachable(error),
            // Open-ended too.
            _ => Self::Statement(error),
        }
    }
}

/// PostgreSQL, appendix A: 40001 serialization_failure, 40P01 deadlock_detected, 55P03 lock_not_available. SQLite, *Result
/// and Error Codes*: primary 5 SQLITE_BUSY and 6 SQLITE_LOCKED, the kind in the higher bits. Read 2026-11.
fn is_contention_code(code: &str) -> bool {
    const SQLSTATE_LENGTH: usize = 5;
    match code {
        "40001" | "40P01" | "55P03" => true,
        other if other.len() < SQLSTATE_LENGTH => other.parse::<u32>().is_ok_and(|n| matches!(n & 0xff, 5 | 6)),
        _ => false,
    }
}

/// PostgreSQL, appendix A: class 08 is a broken connection; 57P01 to 57P03 a server going down, crashed or still starting.
fn is_shutdown_code(code: &str) -> bool {
    matches!(code, "57P01" | "57P02" | "57P03") || (code.len() == 5 && code.starts_with("08"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contention_is_told_from_other_failures() {
        for code in ["40001", "40P01", "55P03", "5", "261", "517", "773", "6", "262"] {
            assert!(is_contention_code(code), "{code}");
        }
        for code in ["23505", "40002", "22021", "1", "19", "2067", "1555", "778", ""] {
            assert!(!is_contention_code(code), "{code}");
        }
    }
}
