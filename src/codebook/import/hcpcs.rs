//! What the HCPCS Level II layouts have in common: one record a code or modifier, and where it goes.

use super::lines::is_level2;
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Input, text};
use crate::domain::code::Family;

/// Level II codes, and CDT's numbers among them (their text only under a licence).
pub const HCPCS_CODE: Table = Table {
    name: "hcpcs_code",
    columns: &[
        "code",
        "title",
        "short",
        "added",
        "effective",
        "terminated",
        "action",
        "coverage",
        "pricing",
        "multiple_pricing",
        "betos",
        "types_of_service",
        "cross_references",
        "statute",
        "lab_certifications",
        "coverage_refs",
        "claims_refs",
        "processing_note",
        "seq",
    ],
    definition: "code TEXT NOT NULL, title TEXT, short TEXT, added INTEGER, effective INTEGER, terminated INTEGER, action TEXT, \
        coverage TEXT, pricing TEXT, multiple_pricing TEXT, betos TEXT, types_of_service TEXT, cross_references TEXT, \
        statute TEXT, lab_certifications TEXT, coverage_refs TEXT, claims_refs TEXT, processing_note TEXT, seq INTEGER NOT NULL, \
        PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

/// Level II modifiers.
pub const LEVEL2_MODIFIER: Table = Table {
    name: "level2_modifier",
    columns: &["modifier", "title", "short", "added", "effective", "terminated", "coverage", "seq"],
    definition: "modifier TEXT NOT NULL, title TEXT NOT NULL, short TEXT, added INTEGER, effective INTEGER, terminated INTEGER, \
        coverage TEXT, seq INTEGER NOT NULL, PRIMARY KEY (source, modifier, seq)",
    indexes: &[],
};

/// Fewer codes than this are an excerpt.
const WHOLE_ROWS_MIN: i64 = 5_000;
const WHOLE_MODIFIERS_MIN: i64 = 300;

/// A code or modifier with what its records say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Level2Row {
    pub code: String,
    pub is_modifier: bool,
    pub long: String,
    pub short: String,
    pub pricing: String,
    pub multiple_pricing: String,
    pub coverage_refs: String,
    pub claims_refs: String,
    pub statute: String,
    pub lab_certifications: String,
    pub cross_references: String,
    pub coverage: String,
    pub processing_note: String,
    pub betos: String,
    pub types_of_service: String,
    pub added: Option<i64>,
    pub effective: Option<i64>,
    pub terminated: Option<i64>,
    pub action: String,
}

/// The two sources that a file of codes and modifiers is.
pub struct Opened {
    edition: String,
    from: i64,
    codes: Option<SourceId>,
    modifiers: Option<SourceId>,
    without_text: u64,
}

impl Opened {
    /// The file's edition, which its name tells.
    pub fn new(input: &Input) -> Result<Self, Fault> {
        let (edition, from) = quarter(input)?;
        Ok(Self { edition, from, codes: None, modifiers: None, without_text: 0 })
    }

    /// The source for codes or for modifiers, begun with its first row.
    fn source(&mut self, sink: &mut Sink, is_modifier: bool) -> SourceId {
        let (known, family) =
            if is_modifier { (&mut self.modifiers, Family::Modifiers) } else { (&mut self.codes, Family::Hcpcs) };
        *known.get_or_insert_with(|| {
            sink.open(Source { whole: false, ..Source::new(family, "", self.edition.as_str(), self.from) })
        })
    }

    pub fn put(&mut self, input: &Input, sink: &mut Sink, line: u64, row: &Level2Row) {
        if row.is_modifier {
            if row.code.len() != 2 || row.long.is_empty() {
                return sink.bad(line, "no modifier of two characters with a text");
            }
            let (code, title, short) = (Cell::Text(&row.code), Cell::Text(&row.long), told(&row.short));
            let days = [row.added, row.effective, row.terminated].map(Cell::from);
            let [added, effective, terminated] = days;
            let id = self.source(sink, true);
            let seq = Cell::Int(sink.rows_of(id));
            return sink.put(&LEVEL2_MODIFIER, id, &[code, title, short, added, effective, terminated, told(&row.coverage), seq]);
        }
        if !is_level2(&row.code) {
            return sink.bad(line, "no Level II code");
        }
        let shown = !row.code.starts_with('D') || input.licences.cdt.is_some();
        self.without_text += u64::from(!shown);
        let text = |text| if shown { told(text) } else { Cell::None };
        let id = self.source(sink, false);
        let cells = [
            Cell::Text(&row.code),
            text(&row.long),
            text(&row.short),
            Cell::from(row.added),
            Cell::from(row.effective),
            Cell::from(row.terminated),
            told(&row.action),
            told(&row.coverage),
            told(&row.pricing),
            told(&row.multiple_pricing),
            told(&row.betos),
            told(&row.types_of_service),
            told(&row.cross_references),
            told(&row.statute),
            told(&row.lab_certifications),
            told(&row.coverage_refs),
            told(&row.claims_refs),
            told(&row.processing_note),
            Cell::Int(sink.rows_of(id)),
        ];
        sink.put(&HCPCS_CODE, id, &cells);
    }

    pub fn close(self, sink: &mut Sink) {
        for (id, whole) in [(self.codes, WHOLE_ROWS_MIN), (self.modifiers, WHOLE_MODIFIERS_MIN)] {
            let Some(id) = id else { continue };
            let rows = sink.rows_of(id);
            sink.amend(id, |source| source.whole = rows >= whole);
        }
        if self.without_text > 0 {
            sink.remark(format!("{} D codes without their text: no CDT licence is stated", self.without_text));
        }
    }
}

/// "2025 January" and its first day, by the name.
pub fn quarter(input: &Input) -> Result<(String, i64), Fault> {
    let from = text::day_in_name(&input.path)
        .ok_or_else(|| input.unusable("its name does not tell the quarter; keep the published one (HCPC2025_JAN_ANWEB…)"))?;
    let edition = text::date(from).map(|day| day.strftime("%Y %B").to_string()).unwrap_or_default();
    Ok((edition, from))
}

/// A cell that may be empty.
pub fn told(text: &str) -> Cell<'_> {
    if text.is_empty() { Cell::None } else { Cell::Text(text) }
}

/// The filled ones of several fields, a blank between them.
pub fn several<'a>(fields: impl Iterator<Item = &'a str>) -> String {
    fields.map(str::trim).filter(|field| !field.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Adds a continuation to a long text.
pub fn join(text: &mut String, more: &str) {
    if !more.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(more);
    }
}
