//! What a build says of itself: `report.json` beside the records.

use serde::{Deserialize, Serialize};

/// The report of one build. Files that an earlier build read are in that build's report; their sources are listed here too.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Report {
    pub files: Vec<FileLine>,
    pub sources: Vec<SourceLine>,
    pub unrecognised: Vec<Unrecognised>,
    pub records_bytes: u64,
    pub elapsed_ms: u64,
}

/// What became of a file.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct FileLine {
    pub file: String,
    pub layout: String,
    pub read: u64,
    pub bad: u64,
    /// The first bad rows, with their lines.
    pub samples: Vec<String>,
    pub remarks: Vec<String>,
    /// The edition that this build began with has the file already.
    pub known: bool,
}

/// An edition of a family, or a piece of one, and the days it answers for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceLine {
    pub family: String,
    pub part: String,
    pub edition: String,
    pub file: String,
    pub from: String,
    /// `standing` where another edition ends it.
    pub to: String,
    pub rows: i64,
    pub whole: bool,
}

/// A file that no layout takes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unrecognised {
    pub file: String,
    pub why: String,
}
