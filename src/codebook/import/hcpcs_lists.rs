//! Lists beside HCPCS Level II: long texts by code, codes alone, modifiers, codes for what has no other ("not otherwise
//! classified"), corrections to a quarter, and the processing notes that records refer to.

use super::hcpcs::{HCPCS_CODE, LEVEL2_MODIFIER, Level2Row, Opened, quarter, told};
use super::lines::{bad, day_number, goes_on, is_level2, lines, squeeze, taken};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, grid};
use crate::domain::code::Family;

pub const LONG_TEXTS: Layout = Layout {
    name: "hcpcs_long_texts",
    title: "HCPCS Level II long texts",
    family: Family::Hcpcs,
    marks: &["code", "long_description"],
    rank: 1,
    tables: &[&LEVEL2_TEXT],
    sniff: |head| head.rows.first().is_some_and(|row| row.iter().map(String::as_str).eq(["code", "long_description"])),
    import: import_texts,
};

pub const CODES: Layout = Layout {
    name: "hcpcs_codes",
    title: "HCPCS Level II codes without text",
    family: Family::Hcpcs,
    marks: &["a0021", "a0080", "a0100"],
    rank: 0,
    tables: &[&LEVEL2_TEXT],
    sniff: |head| head.named("hcpc") && head.lines().count() >= 10 && head.lines().take(10).all(|line| is_level2(line.trim())),
    import: import_codes,
};

pub const MODIFIERS: Layout = Layout {
    name: "hcpcs_modifiers",
    title: "Level II modifiers",
    family: Family::Modifiers,
    marks: &["modifier", "long_description", "short_description"],
    rank: 1,
    tables: &[&HCPCS_CODE, &LEVEL2_MODIFIER],
    sniff: |head| grid::has_header(&head.rows, &["modifier", "long_description", "added", "terminated"]),
    import: import_modifiers,
};

pub const NOC: Layout = Layout {
    name: "hcpcs_noc",
    title: "HCPCS codes for what is not otherwise classified",
    family: Family::Hcpcs,
    marks: &["noc codes", "hcpcs", "long description", "add date", "term date"],
    rank: 1,
    tables: &[&LEVEL2_NOC],
    sniff: |head| grid::has_header(&head.rows, &NOC_COLUMNS) && head.holds("noc"),
    import: import_noc,
};

pub const CORRECTIONS: Layout = Layout {
    name: "hcpcs_corrections",
    title: "Corrections to a quarter of HCPCS Level II",
    family: Family::Hcpcs,
    marks: &["hcpcs/mod code", "action", "effective date", "comments"],
    rank: 1,
    tables: &[&LEVEL2_CORRECTION],
    sniff: |head| grid::has_header(&head.rows, &CORRECTION_COLUMNS),
    import: import_corrections,
};

pub const PROCESSING_NOTES: Layout = Layout {
    name: "hcpcs_processing_notes",
    title: "HCPCS processing notes",
    family: Family::Hcpcs,
    marks: &["processing notes", "this processing note"],
    rank: 1,
    tables: &[&PROCESSING_NOTE],
    sniff: |head: &Head| head.holds("processing notes") && head.lines().any(|line| note_head(line).is_some()),
    import: import_notes,
};

/// Codes of a quarter of which only the long text, or nothing but the number, is told.
pub const LEVEL2_TEXT: Table = Table {
    name: "hcpcs_text",
    columns: &["code", "title", "seq"],
    definition: "code TEXT NOT NULL, title TEXT, seq INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

pub const LEVEL2_NOC: Table = Table {
    name: "hcpcs_noc",
    columns: &["code", "title", "added", "terminated", "seq"],
    definition: "code TEXT NOT NULL, title TEXT, added INTEGER, terminated INTEGER, seq INTEGER NOT NULL, \
        PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

pub const LEVEL2_CORRECTION: Table = Table {
    name: "hcpcs_correction",
    columns: &["seq", "code", "action", "short", "title", "effective", "comments"],
    definition: "seq INTEGER NOT NULL, code TEXT NOT NULL, action TEXT NOT NULL, short TEXT, title TEXT, effective INTEGER, \
        comments TEXT, PRIMARY KEY (source, seq)",
    indexes: &["CREATE INDEX hcpcs_correction_code ON hcpcs_correction (code)"],
};

pub const PROCESSING_NOTE: Table = Table {
    name: "hcpcs_processing_note",
    columns: &["number", "note", "seq"],
    definition: "number TEXT NOT NULL, note TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, number, seq)",
    indexes: &[],
};

const NOC_COLUMNS: [&str; 4] = ["HCPCS", "LONG DESCRIPTION", "ADD DATE", "TERM DATE"];
const CORRECTION_COLUMNS: [&str; 4] = ["HCPCS/MOD Code", "Action", "Long Description", "Effective Date"];

/// A source of Level II that says nothing of the other days of its quarter: only the full file tells what ended.
fn of_one_day(input: &Input, part: &'static str) -> Result<Source, Fault> {
    let (edition, from) = quarter(input)?;
    Ok(Source { to: Some(from), whole: false, ..Source::new(Family::Hcpcs, part, edition, from) })
}

fn import_texts(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(of_one_day(input, "texts")?);
    grid::table(input, &["code", "long_description"], &mut |header, cells| {
        let (code, title) = (header.cell(cells, "code"), squeeze(header.cell(cells, "long_description")));
        let row = if is_level2(code) || code.len() == 2 { Ok(()) } else { bad("neither a Level II code nor a modifier") };
        if taken(sink, cells.line, row).is_some() {
            let shown = !code.starts_with('D') || code.len() == 2 || input.licences.cdt.is_some();
            sink.put(
                &LEVEL2_TEXT,
                id,
                &[Cell::Text(code), if shown { told(&title) } else { Cell::None }, Cell::Int(sink.rows_of(id))],
            );
        }
        goes_on(sink)
    })
}

fn import_codes(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(of_one_day(input, "texts")?);
    lines(input, &mut |number, line| {
        let code = line.trim();
        if code.is_empty() {
            return Ok(());
        }
        if taken(sink, number, if is_level2(code) { Ok(()) } else { bad("no Level II code") }).is_some() {
            sink.put(&LEVEL2_TEXT, id, &[Cell::Text(code), Cell::None, Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

fn import_modifiers(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut opened = Opened::new(input)?;
    grid::table(input, &["modifier", "long_description"], &mut |header, cells| {
        sink.saw();
        let row = Level2Row {
            code: header.cell(cells, "modifier").to_owned(),
            is_modifier: true,
            long: squeeze(header.cell(cells, "long_description")),
            short: squeeze(header.cell(cells, "short_description")),
            added: day_number(header.cell(cells, "added")),
            terminated: day_number(header.cell(cells, "terminated")),
            ..Level2Row::default()
        };
        opened.put(input, sink, cells.line, &row);
        goes_on(sink)
    })?;
    opened.close(sink);
    Ok(())
}

fn import_noc(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(of_one_day(input, "noc")?);
    grid::table(input, &NOC_COLUMNS, &mut |header, cells| {
        let [code, title, added, terminated] = NOC_COLUMNS.map(|column| header.cell(cells, column));
        let read = if super::text::is_procedure(code) { Ok(()) } else { bad("no code") };
        if taken(sink, cells.line, read).is_some() {
            let title = if is_level2(code) && !code.starts_with('D') { squeeze(title) } else { String::new() };
            let (added, terminated) = (Cell::from(day_number(added)), Cell::from(day_number(terminated)));
            sink.put(&LEVEL2_NOC, id, &[Cell::Text(code), told(&title), added, terminated, Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

fn import_corrections(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(of_one_day(input, "corrections")?);
    grid::table(input, &CORRECTION_COLUMNS, &mut |header, cells| {
        let [code, action, title, effective] = CORRECTION_COLUMNS.map(|column| header.cell(cells, column));
        let read = if is_level2(code) || code.len() == 2 { Ok(()) } else { bad("neither a Level II code nor a modifier") };
        if taken(sink, cells.line, read).is_some() {
            let (title, seq) = (squeeze(title), sink.rows_of(id));
            let (short, comments) = (header.cell(cells, "Short Description"), header.cell(cells, "Comments"));
            let days = Cell::from(day_number(effective));
            let row = [Cell::Int(seq), Cell::Text(code), Cell::Text(action), told(short), told(&title), days, told(comments)];
            sink.put(&LEVEL2_CORRECTION, id, &row);
        }
        goes_on(sink)
    })
}

fn import_notes(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(of_one_day(input, "processing notes")?);
    let mut held: Option<(String, String)> = None;
    let put = |sink: &mut Sink, note: Option<(String, String)>| {
        if let Some((number, text)) = note {
            sink.saw();
            sink.put(&PROCESSING_NOTE, id, &[Cell::Text(&number), Cell::Text(&squeeze(&text)), Cell::Int(sink.rows_of(id))]);
        }
    };
    lines(input, &mut |_, line| {
        let line = line.trim_end().trim_end_matches('*');
        if let Some((number, text)) = note_head(line) {
            put(sink, held.replace((number.to_owned(), text.to_owned())));
        } else if let Some((_, text)) = &mut held {
            text.push(' ');
            text.push_str(line.trim());
        }
        goes_on(sink)
    })?;
    put(sink, held);
    Ok(())
}

/// `0002--THESE CODES …`.
fn note_head(line: &str) -> Option<(&str, &str)> {
    let (number, text) = line.trim().split_once("--")?;
    (number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit())).then_some((number, text))
}
