//! A statement: text, parameters, and four ways to run it.

use sqlx::Executor as _;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};

use super::bind::{Args, Bind, Record};
use super::pool::Conn;
use super::tx::Health;
use super::{StoreError, Tx};

/// A statement with its parameters. Does nothing until one of the four ends is awaited.
#[must_use = "a statement runs when optional, one, all or execute is awaited"]
pub struct Stmt<'t> {
    tx: &'t mut Tx,
    text: &'static str,
    args: Args,
    refused: Option<StoreError>,
}

enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    fn read<R: Record>(&self) -> Result<R, sqlx::Error> {
        match self {
            Self::Sqlite(row) => R::from_row(row),
            Self::Postgres(row) => R::from_row(row),
        }
    }
}

impl Stmt<'_> {
    /// The next parameter, `$1` first. A value that cannot be stored is reported when the statement runs.
    pub fn bind<'q>(mut self, value: impl Bind<'q>) -> Self {
        if self.refused.is_none() {
            self.refused = self.args.add(value).err();
        }
        self
    }

    /// The first row, or `None`.
    ///
    /// # Errors
    /// As [`Stmt::execute`]; `Statement` also when the row does not read as `R`.
    pub async fn optional<R: Record>(self) -> Result<Option<R>, StoreError> {
        let (tx, row) = self.first().await?;
        let read = row.map(|row| row.read()).transpose();
        tx.note(read)
    }

    /// The first row.
    ///
    /// # Errors
    /// As [`Stmt::optional`]; `Missing` when there is none.
    pub async fn one<R: Record>(self) -> Result<R, StoreError> {
        self.optional().await?.ok_or(StoreError::Missing)
    }

    /// Every row. The statement bounds how many there can be.
    ///
    /// # Errors
    /// As [`Stmt::optional`].
    pub async fn all<R: Record>(self) -> Result<Vec<R>, StoreError> {
        let (tx, rows) = self.rows().await?;
        let read = rows.iter().map(Row::read).collect();
        tx.note(read)
    }

    /// Runs it and returns how many rows it changed.
    ///
    /// # Errors
    /// `Nul` and `Encode` for a parameter (nothing was sent), `Contention` (the macros run the block again), `Duplicate`,
    /// `Constraint`, `Statement`, `Unreachable`; `AfterFailure` when an earlier statement of this transaction had failed.
    pub async fn execute(self) -> Result<u64, StoreError> {
        let Self { tx, text, args, refused } = self;
        let ran = match Self::ready(tx, args, refused)? {
            Ready::Sqlite(c, a) => c.execute((text, Some(a))).await.map(|done| done.rows_affected()),
            Ready::Postgres(c, a) => c.execute((text, Some(a))).await.map(|done| done.rows_affected()),
        };
        tx.note(ran)
    }
}

enum Ready<'c> {
    Sqlite(&'c mut SqliteConnection, SqliteArguments),
    Postgres(&'c mut PgConnection, PgArguments),
}

/// The parts that do not depend on the row's type, compiled once.
impl<'t> Stmt<'t> {
    pub(super) fn new(tx: &'t mut Tx, text: &'static str, args: Args) -> Self {
        Self { tx, text, args, refused: None }
    }

    async fn first(self) -> Result<(&'t mut Tx, Option<Row>), StoreError> {
        let Self { tx, text, args, refused } = self;
        let row = match Self::ready(tx, args, refused)? {
            Ready::Sqlite(c, a) => c.fetch_optional((text, Some(a))).await.map(|row| row.map(Row::Sqlite)),
            Ready::Postgres(c, a) => c.fetch_optional((text, Some(a))).await.map(|row| row.map(Row::Postgres)),
        };
        let row = tx.note(row)?;
        Ok((tx, row))
    }

    async fn rows(self) -> Result<(&'t mut Tx, Vec<Row>), StoreError> {
        let Self { tx, text, args, refused } = self;
        let rows = match Self::ready(tx, args, refused)? {
            Ready::Sqlite(c, a) => c.fetch_all((text, Some(a))).await.map(|rows| rows.into_iter().map(Row::Sqlite).collect::<Vec<_>>()),
            Ready::Postgres(c, a) => c.fetch_all((text, Some(a))).await.map(|rows| rows.into_iter().map(Row::Postgres).collect::<Vec<_>>()),
        };
        let rows = tx.note(rows)?;
        Ok((tx, rows))
    }

    fn ready(tx: &mut Tx, args: Args, refused: Option<StoreError>) -> Result<Ready<'_>, StoreError> {
        if let Some(refused) = refused {
            return Err(refused);
        }
        if tx.health() != Health::Sound {
            return Err(StoreError::AfterFailure);
        }
        match (tx.conn()?, args) {
            (Conn::Sqlite(c), Args::Sqlite(a)) => Ok(Ready::Sqlite(c, a)),
            (Conn::Postgres(c), Args::Postgres(a)) => Ok(Ready::Postgres(c, a)),
            // The parameters were made for this connection, so these two cannot meet.
            (Conn::Sqlite(_), Args::Postgres(_)) | (Conn::Postgres(_), Args::Sqlite(_)) => Err(StoreError::AfterFailure),
        }
    }
}
