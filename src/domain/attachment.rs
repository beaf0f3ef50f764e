//! What came with a mail, and what could be read of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a file is by its content; its name and label are anybody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Text,
    Csv,
    Html,
    Rtf,
    Pdf,
    Docx,
    Xlsx,
    /// An ASC X12 interchange: 835, 837, 999 or 277CA.
    X12,
    /// A mail inside the mail.
    Message,
    /// A picture or a scan: for a person's eyes.
    Image,
    /// ZIP and its like, never opened.
    Archive,
    /// The binary files of old office programs.
    OldOffice,
    Other,
}

impl FileKind {
    /// As a consultant reads it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Csv => "CSV table",
            Self::Html => "HTML page",
            Self::Rtf => "RTF document",
            Self::Pdf => "PDF",
            Self::Docx => "Word document",
            Self::Xlsx => "Excel sheet",
            Self::X12 => "X12 interchange",
            Self::Message => "mail",
            Self::Image => "picture",
            Self::Archive => "archive",
            Self::OldOffice => "document of an old office program",
            Self::Other => "file of an unknown kind",
        }
    }
}

/// Why a file's text was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// Pictures, scans, archives and kinds that are not read at all.
    NotText,
    Encrypted,
    Broken,
    /// Larger than the limits: bytes, pages, or what it unpacks to.
    TooLarge,
    /// It took longer, or more memory, than a file may.
    TooCostly,
}

impl Unread {
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotText => "is kept for a person to look at",
            Self::Encrypted => "is encrypted",
            Self::Broken => "is damaged",
            Self::TooLarge => "is larger than the limits",
            Self::TooCostly => "took longer or more memory than a file may",
        }
    }
}

/// What reading a file gave. The text is raw: it is redacted before anything is kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReading {
    pub kind: FileKind,
    /// Empty where nothing was read.
    pub text: String,
    /// What an X12 interchange says of claims, in lines that hold codes, amounts and days alone.
    pub claims: Vec<String>,
    /// The first day of service that an interchange names.
    pub date_of_service: Option<Date>,
    pub unread: Option<Unread>,
    /// It can run code of its own: named to the consultant.
    pub macros: bool,
}

impl FileReading {
    pub const fn unread(kind: FileKind, why: Unread) -> Self {
        Self { kind, text: String::new(), claims: Vec::new(), date_of_service: None, unread: Some(why), macros: false }
    }

    pub const fn text(kind: FileKind, text: String) -> Self {
        Self { kind, text, claims: Vec::new(), date_of_service: None, unread: None, macros: false }
    }
}

/// What is kept of an attachment beside the sealed mail: nothing that names a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentFacts {
    pub kind: FileKind,
    pub bytes: usize,
    /// Redacted.
    pub name: Option<String>,
    pub unread: Option<Unread>,
    pub macros: bool,
    /// Only a person can say what stands in it, and it is more than a signature's logo.
    pub needs_person: bool,
}
