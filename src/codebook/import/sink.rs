//! Where importers put their rows: batches over a bounded channel to the one writer, so that memory stays flat.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Fault, Layout};
use crate::domain::code::Family;

/// A table of the edition. Its first column is always `source`, which the sink fills.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// The columns after `source`.
    pub columns: &'static [&'static str],
    /// Column definitions and constraints after `source INTEGER NOT NULL REFERENCES source (id)`; rows are cheapest where the
    /// key follows the order of the file.
    pub definition: &'static str,
    /// Made when all rows are in.
    pub indexes: &'static [&'static str],
}

/// A value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    None,
    Int(i64),
    Text(&'a str),
}

impl From<Option<i64>> for Cell<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::None, Self::Int)
    }
}

/// Identifies a source within one build.
pub type SourceId = i64;

/// An edition of one family that a file holds, or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub family: Family,
    /// What a family is divided by: a setting, `qpp`; empty where it is one.
    pub part: &'static str,
    /// As a coder would cite it: `2024 Q3`.
    pub edition: String,
    /// The first day that it answers for, as 20240701.
    pub from: i64,
    /// The last day where the file itself tells it; else the family's cadence does.
    pub to: Option<i64>,
    /// Whether all of the edition's part is in the file, so that what is not in it is known to be absent.
    pub whole: bool,
    /// The number of a piece of an edition that is published in several files; 0 where the file is all of it.
    pub piece: i64,
    /// The first and the last key of the rows, where pieces of an edition are told apart by them.
    pub keys: (String, String),
}

impl Source {
    /// A whole edition in one file.
    pub fn new(family: Family, part: &'static str, edition: impl Into<String>, from: i64) -> Self {
        Self {
            family,
            part,
            edition: edition.into(),
            from,
            to: None,
            whole: true,
            piece: 0,
            keys: (String::new(), String::new()),
        }
    }
}

/// Rows on their way to the writer.
#[derive(Debug)]
pub struct Batch {
    pub table: &'static Table,
    pub(crate) cells: Vec<Flat>,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Flat {
    None,
    Int(i64),
    Text(usize, usize),
}

/// What the writer is sent.
#[derive(Debug)]
pub enum Message {
    Rows(Batch),
    Done(Box<FileReport>),
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadRow {
    pub line: u64,
    pub why: String,
}

/// What became of a file.
#[derive(Debug)]
pub struct FileReport {
    pub path: String,
    pub layout: &'static Layout,
    /// Each with its rows by table.
    pub sources: Vec<(SourceId, Source, i64)>,
    pub read: u64,
    pub bad: u64,
    pub samples: Vec<BadRow>,
    /// What a reader of the report should know: text that was dropped, totals that agreed.
    pub remarks: Vec<String>,
    pub fault: Option<Fault>,
}

/// What all sinks of a build share.
#[derive(Debug, Default)]
pub struct Shared {
    sources: AtomicI64,
    words: Mutex<HashMap<String, i64>>,
    pub stopped: AtomicBool,
}

impl Shared {
    /// Goes on from the texts and the last source of an earlier build.
    pub fn new(words: Vec<(String, i64)>, last_source: i64) -> Self {
        Self {
            sources: AtomicI64::new(last_source),
            words: Mutex::new(words.into_iter().collect()),
            stopped: AtomicBool::new(false),
        }
    }

    /// Every interned text with its number.
    pub fn words(&self) -> Vec<(String, i64)> {
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.iter().map(|(text, id)| (text.clone(), *id)).collect()
    }
}

const BATCH_ROWS: usize = 2_000;
const SAMPLES_MAX: usize = 10;
/// A file with more bad rows than this and than one in fifty is not the layout it was taken for.
const BAD_ROWS_MAX: u64 = 20;

/// Takes the rows of one file.
pub struct Sink {
    path: String,
    layout: &'static Layout,
    sender: SyncSender<Message>,
    shared: Arc<Shared>,
    batches: Vec<Batch>,
    words: HashMap<String, i64>,
    sources: Vec<(SourceId, Source, i64)>,
    read: u64,
    bad: u64,
    samples: Vec<BadRow>,
    remarks: Vec<String>,
    gone: bool,
}

impl Sink {
    pub fn new(path: &str, layout: &'static Layout, sender: SyncSender<Message>, shared: Arc<Shared>) -> Self {
        Self {
            path: path.to_owned(),
            layout,
            sender,
            shared,
            batches: Vec::new(),
            words: HashMap::new(),
            sources: Vec::new(),
            read: 0,
            bad: 0,
            samples: Vec::new(),
            remarks: Vec::new(),
            gone: false,
        }
    }

    /// Begins an edition of a family; a file may hold several.
    pub fn open(&mut self, source: Source) -> SourceId {
        let id = self.shared.sources.fetch_add(1, Ordering::Relaxed) + 1;
        self.sources.push((id, source, 0));
        id
    }

    /// Changes what is known of a source: its effective day may only be known at the end of the file.
    pub fn amend(&mut self, id: SourceId, change: impl FnOnce(&mut Source)) {
        if let Some((_, source, _)) = self.sources.iter_mut().find(|(of, ..)| *of == id) {
            change(source);
        }
    }

    /// Rows put under a source so far.
    pub fn rows_of(&self, id: SourceId) -> i64 {
        self.sources.iter().find(|(of, ..)| *of == id).map_or(0, |(_, _, rows)| *rows)
    }

    /// Takes a row; `cells` are the table's columns after `source`.
    pub fn put(&mut self, table: &'static Table, source: SourceId, cells: &[Cell<'_>]) {
        debug_assert_eq!(cells.len(), table.columns.len(), "{}", table.name);
        if let Some((.., rows)) = self.sources.iter_mut().find(|(of, ..)| *of == source) {
            *rows += 1;
        }
        let width = table.columns.len() + 1;
        let known = self.batches.iter().position(|batch| batch.table.name == table.name);
        let at = known.unwrap_or_else(|| {
            self.batches.push(Batch { table, cells: Vec::with_capacity(width * BATCH_ROWS), text: String::new() });
            self.batches.len() - 1
        });
        let Some(batch) = self.batches.get_mut(at) else { return };
        batch.cells.push(Flat::Int(source));
        for cell in cells {
            batch.cells.push(match cell {
                Cell::None => Flat::None,
                Cell::Int(number) => Flat::Int(*number),
                Cell::Text(text) => {
                    let start = batch.text.len();
                    batch.text.push_str(text);
                    Flat::Text(start, batch.text.len())
                }
            });
        }
        if batch.cells.len() >= width * BATCH_ROWS {
            let full = std::mem::replace(
                batch,
                Batch { table, cells: Vec::with_capacity(width * BATCH_ROWS), text: String::with_capacity(batch.text.len()) },
            );
            self.gone |= self.sender.send(Message::Rows(full)).is_err();
        }
    }

    /// A number that stands for a text that many rows share; it is kept in the table `word`.
    pub fn word(&mut self, text: &str) -> i64 {
        if let Some(id) = self.words.get(text) {
            return *id;
        }
        let mut shared = self.shared.words.lock().unwrap_or_else(PoisonError::into_inner);
        let next = i64::try_from(shared.len()).unwrap_or(i64::MAX) + 1;
        let id = *shared.entry(text.to_owned()).or_insert(next);
        drop(shared);
        self.words.insert(text.to_owned(), id);
        id
    }

    /// Counts a row of the file that was looked at, good or bad.
    pub fn saw(&mut self) {
        self.read += 1;
    }

    /// Counts a row that can't be read and keeps the first few for the report.
    pub fn bad(&mut self, line: u64, why: impl Into<String>) {
        self.bad += 1;
        if self.samples.len() < SAMPLES_MAX {
            self.samples.push(BadRow { line, why: why.into() });
        }
    }

    /// Something a reader of the report should know.
    pub fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }

    /// Holds a file's own count against what was read.
    pub fn expect(&mut self, what: &str, told: i64, found: i64) {
        if told == found {
            self.remark(format!("{what}: {found}, as the file says"));
        } else {
            self.bad(0, format!("the file says {told} {what}, {found} were read"));
        }
    }

    /// Whether there is no use in going on.
    pub fn stopped(&self) -> bool {
        self.gone || self.shared.stopped.load(Ordering::Relaxed)
    }

    /// Sends what is left and says what became of the file.
    pub fn finish(mut self, outcome: Result<(), Fault>) {
        for batch in std::mem::take(&mut self.batches) {
            let _ = self.sender.send(Message::Rows(batch));
        }
        let too_many = self.bad > BAD_ROWS_MAX && self.bad * 50 > self.read;
        let first = self.samples.first().cloned().unwrap_or(BadRow { line: 0, why: String::new() });
        let fault = outcome.err().or_else(|| {
            too_many.then(|| Fault::TooManyBadRows {
                file: self.path.clone(),
                bad: self.bad,
                read: self.read,
                line: first.line,
                why: first.why,
            })
        });
        let report = FileReport {
            path: self.path,
            layout: self.layout,
            sources: self.sources,
            read: self.read,
            bad: self.bad,
            samples: self.samples,
            remarks: self.remarks,
            fault,
        };
        let _ = self.sender.send(Message::Done(Box::new(report)));
    }
}
