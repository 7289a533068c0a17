//! What happened, one JSON line per event, appended and read again at start. Holds no card number: events have none.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use super::ledger::Event;

/// The journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system said no.
    #[error("the simulator's journal {path} cannot be opened or read")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line is not an event.
    #[error("line {line} of the simulator's journal {path} cannot be read")]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// An open journal.
pub struct Journal(File);

impl Journal {
    /// Reads every event of `path` into `each`, then opens it for appending; makes it when absent. A last line cut short by a
    /// crash is dropped.
    ///
    /// # Errors
    /// `Io`, or `Line` for a line before the last that is not an event.
    pub fn open(path: &Path, mut each: impl FnMut(Event)) -> Result<Self, JournalError> {
        let io = |source| JournalError::Io { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(io)?;
        let mut reader = BufReader::new(file);
        let mut text = Vec::new();
        let mut whole = 0_u64;
        for line in 1_usize.. {
            text.clear();
            let len = reader.read_until(b'\n', &mut text).map_err(io)?;
            if !text.ends_with(b"\n") {
                break;
            }
            let event = serde_json::from_slice(&text).map_err(|source| JournalError::Line { path: path.to_owned(), line, source })?;
            each(event);
            whole += len as u64;
        }
        let file = reader.into_inner();
        file.set_len(whole).map_err(io)?;
        Ok(Self(file))
    }

    /// Appends one event with one write.
    ///
    /// # Errors
    /// What the file system says.
    pub fn append(&mut self, event: &Event) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }

    /// Forgets everything.
    ///
    /// # Errors
    /// What the file system says.
    pub fn clear(&mut self) -> std::io::Result<()> {
        self.0.set_len(0)
    }
}
