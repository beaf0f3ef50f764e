//! CPT and CDT from the licensee's own files. Without the licence stated in the configuration nothing of them is kept.
//!
//! CPT: `ConsolidatedCodeList.txt` and `Modifiers.txt` (tab, notice prose, a header row), the older `LONGULT.txt`/`LONGUT.txt` (code
//! TAB text), `MEDU.txt` (code in 1-5, text of 48 from 7), `SHORTU.txt` (text of 28), `MODUL.txt`, `ConsumerDescriptor.txt` and
//! `ClinicianDescriptor.txt`. UTF-8, else cp1252. CDT: rows of a D code and its text, split by a tab or a comma.

use super::hcpcs::told;
use super::lines::{bad, columns, goes_on, lines, squeeze, taken};
use super::rows::Row as Cells;
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, grid, text};
use crate::domain::code::Family;

pub const CODE_LIST: Layout = Layout {
    name: "cpt_code_list",
    title: "CPT consolidated code list",
    family: Family::Cpt,
    marks: &["concept id", "cpt code", "long", "medium", "short", "consumer"],
    rank: 2,
    tables: &[&CPT_TEXT],
    sniff: |head| grid::has_header(&head.rows, &["Concept Id", "CPT Code", "Long"]),
    import: import_code_list,
};

pub const TEXTS: Layout = Layout {
    name: "cpt_texts",
    title: "CPT descriptors, one kind a file",
    family: Family::Cpt,
    marks: &["current procedural terminology", "cpt", "american medical association"],
    rank: 1,
    tables: &[&CPT_TEXT],
    sniff: |head| kind(head).is_some(),
    import: import_texts,
};

pub const CDT: Layout = Layout {
    name: "cdt",
    title: "CDT codes",
    family: Family::Cdt,
    marks: &["cdt", "american dental association", "nomenclature"],
    rank: 1,
    tables: &[&CDT_TEXT],
    sniff: |head| {
        (head.holds("cdt") || head.named("cdt") || head.holds("american dental association"))
            && head.lines().filter(|line| dental(line).is_some()).take(3).count() == 3
    },
    import: import_cdt,
};

/// A code's or modifier's text; `kind` is `long`, `medium`, `short`, `consumer`, `consumer es`, `clinician` or `modifier`.
pub const CPT_TEXT: Table = Table {
    name: "cpt_text",
    columns: &["code", "kind", "seq", "text", "effective"],
    definition: "code TEXT NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL, text TEXT NOT NULL, effective INTEGER, \
        PRIMARY KEY (source, code, kind, seq)",
    indexes: &[],
};

pub const CDT_TEXT: Table = Table {
    name: "cdt_text",
    columns: &["code", "text", "seq"],
    definition: "code TEXT NOT NULL, text TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

const LIST_KINDS: [(&str, &str); 5] =
    [("Long", "long"), ("Medium", "medium"), ("Short", "short"), ("Consumer", "consumer"), ("Spanish Consumer", "consumer es")];

fn source(input: &Input, family: Family, part: &'static str) -> Source {
    let from = text::day_in_name(&input.path).map_or(20_000_101, |day| day / 10_000 * 10_000 + 101);
    let edition = if from > 20_000_101 { (from / 10_000).to_string() } else { "undated".to_owned() };
    Source { whole: false, ..Source::new(family, part, edition, from) }
}

/// Says why nothing was kept.
fn unlicensed(sink: &mut Sink, whose: &str) {
    sink.remark(format!("not kept: no {whose} licence is stated in the configuration"));
}

fn import_code_list(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    if input.licences.cpt.is_none() {
        unlicensed(sink, "CPT");
        return Ok(());
    }
    let id = sink.open(source(input, Family::Cpt, "list"));
    grid::table(input, &["Concept Id", "CPT Code", "Long"], &mut |header, cells: &Cells| {
        let code = header.cell(cells, "CPT Code").to_ascii_uppercase();
        if taken(sink, cells.line, if text::is_procedure(&code) { Ok(()) } else { bad("no CPT code") }).is_none() {
            return Ok(());
        }
        let effective = super::lines::day_number(header.cell(cells, "Current Descriptor Effective Date"));
        for (column, kind) in LIST_KINDS {
            let words = squeeze(header.cell(cells, column));
            if !words.is_empty() {
                sink.put(
                    &CPT_TEXT,
                    id,
                    &[Cell::Text(&code), Cell::Text(kind), Cell::Int(sink.rows_of(id)), Cell::Text(&words), effective.into()],
                );
            }
        }
        goes_on(sink)
    })
}

/// What a file of one kind of text holds, by its rows; its name tells medium, short and the two by concept apart.
fn kind(head: &Head) -> Option<&'static str> {
    let name = head.path.to_lowercase();
    let rows: Vec<&str> = head.lines().filter(|line| !line.trim().is_empty()).collect();
    let tabbed = |line: &str, fields: usize| {
        let mut cells = line.split('\t');
        let enough = line.split('\t').count() >= fields;
        enough && cells.any(|cell| text::is_procedure(cell.trim()))
    };
    let fixed = |line: &str| text::is_procedure(columns(line, 1, 5)) && line.get(5..6) == Some(" ") && !line.contains('\t');
    let most = |test: &dyn Fn(&str) -> bool| rows.iter().filter(|line| test(line)).count() >= 3;
    if name.contains("consumerdescriptor") && most(&|line| tabbed(line, 3)) {
        Some("consumer")
    } else if name.contains("cliniciandescriptor") && most(&|line| tabbed(line, 4)) {
        Some("clinician")
    } else if name.contains("modul") || grid::has_header(&head.rows, &["Modifier Code"]) {
        Some("modifier")
    } else if name.contains("medu") && most(&fixed) {
        Some("medium")
    } else if name.contains("shortu") && most(&fixed) {
        Some("short")
    } else if name.contains("longu") && most(&|line| tabbed(line, 2)) {
        Some("long")
    } else {
        None
    }
}

fn import_texts(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    if input.licences.cpt.is_none() {
        unlicensed(sink, "CPT");
        return Ok(());
    }
    let Some(kind) = kind(&input.head()?) else { return Err(input.unusable("its kind of text is not known")) };
    let id = sink.open(source(input, Family::Cpt, kind));
    let mut notice = true;
    lines(input, &mut |number, line| {
        let Some((code, words)) = described(kind, line) else {
            // The notice ends with the first record.
            if !notice && !line.trim().is_empty() {
                taken::<()>(sink, number, bad("no code with its text"));
            }
            return Ok(());
        };
        notice = false;
        sink.saw();
        sink.put(
            &CPT_TEXT,
            id,
            &[Cell::Text(&code), Cell::Text(kind), Cell::Int(sink.rows_of(id)), Cell::Text(&words), Cell::None],
        );
        goes_on(sink)
    })
}

/// A line's code and text, by the layout of its kind.
fn described(kind: &str, line: &str) -> Option<(String, String)> {
    let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
    let (code, words) = match kind {
        "medium" | "short" => (columns(line, 1, 5), columns(line, 7, usize::MAX)),
        "consumer" => (*cells.get(1)?, *cells.get(2)?),
        "clinician" => (*cells.get(1)?, *cells.get(3)?),
        "modifier" => match cells.as_slice() {
            [code, words, ..] => (*code, *words),
            _ => line.trim().split_once(' ')?,
        },
        _ => (*cells.first()?, *cells.get(1)?),
    };
    let good = if kind == "modifier" {
        code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    } else {
        text::is_procedure(code)
    };
    (good && !words.is_empty()).then(|| (code.to_owned(), squeeze(words)))
}

/// A D code with its text.
fn dental(line: &str) -> Option<(&str, &str)> {
    let (code, words) = line.split_once(['\t', ','])?;
    let code = code.trim();
    (code.starts_with('D') && super::lines::is_level2(code)).then_some((code, words.trim().trim_matches('"')))
}

fn import_cdt(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    if input.licences.cdt.is_none() {
        unlicensed(sink, "CDT");
        return Ok(());
    }
    let id = sink.open(source(input, Family::Cdt, ""));
    lines(input, &mut |_, line| {
        if let Some((code, words)) = dental(line) {
            sink.saw();
            let words = squeeze(words);
            if let Cell::Text(words) = told(&words) {
                sink.put(&CDT_TEXT, id, &[Cell::Text(code), Cell::Text(words), Cell::Int(sink.rows_of(id))]);
            }
        }
        goes_on(sink)
    })
}
