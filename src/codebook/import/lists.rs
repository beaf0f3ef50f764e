//! Small lists, each a table under a header of its own: places of service, inpatient edits, risk-adjustment categories,
//! remittance codes.

use super::hcpcs::told;
use super::lines::{bad, day_number, goes_on, is_icd10cm, squeeze, taken, undotted};
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::{Fault, Input, Layout, grid, text};
use crate::domain::code::Family;

pub const POS: Layout = Layout {
    name: "pos",
    title: "place-of-service codes",
    family: Family::Pos,
    marks: &["pos_code", "pos_name", "place of service code", "place of service name"],
    rank: 1,
    tables: &[&PLACE_OF_SERVICE],
    sniff: |head| grid::has_header(&head.rows, &POS_COLUMNS),
    import: import_pos,
};

pub const MCE: Layout = Layout {
    name: "mce",
    title: "Medicare Code Editor diagnosis lists",
    family: Family::Mce,
    marks: &["edit", "code", "unacceptable_pdx", "manifestation_not_pdx"],
    rank: 1,
    tables: &[&MCE_EDIT],
    sniff: |head| head.rows.first().is_some_and(|row| row.iter().map(String::as_str).eq(["edit", "code"])),
    import: import_mce,
};

pub const HCC: Layout = Layout {
    name: "hcc_mapping",
    title: "diagnoses to CMS-HCC categories",
    family: Family::Hcc,
    marks: &["diagnosis_code", "cc", "model_name"],
    rank: 1,
    tables: &[&HCC_DIAGNOSIS],
    sniff: |head| grid::has_header(&head.rows, &["diagnosis_code", "cc", "model_name"]),
    import: import_hcc,
};

pub const HCC_LABELS: Layout = Layout {
    name: "hcc_labels",
    title: "CMS-HCC labels",
    family: Family::Hcc,
    marks: &["cc", "label", "hcc1"],
    rank: 1,
    tables: &[&HCC_LABEL],
    sniff: |head| head.rows.first().is_some_and(|row| row.iter().map(String::as_str).eq(["cc", "label"])),
    import: import_hcc_labels,
};

pub const HCC_HIERARCHIES: Layout = Layout {
    name: "hcc_hierarchies",
    title: "CMS-HCC hierarchies",
    family: Family::Hcc,
    marks: &["cc_parent", "cc_child"],
    rank: 1,
    tables: &[&HCC_HIERARCHY],
    sniff: |head| grid::has_header(&head.rows, &["cc_parent", "cc_child"]),
    import: import_hcc_hierarchies,
};

pub const RARC: Layout = Layout {
    name: "rarc",
    title: "remittance advice remark codes",
    family: Family::Rarc,
    marks: &["code", "text", "notes", "start", "last_modified"],
    rank: 1,
    tables: &[&REMITTANCE_CODE],
    sniff: |head| grid::has_header(&head.rows, &["code", "text", "start", "last_modified", "end"]),
    import: |input, sink| import_remittance(input, sink, Family::Rarc),
};

pub const CARC: Layout = Layout {
    name: "carc",
    title: "claim adjustment reason codes",
    family: Family::Carc,
    marks: &["code", "start", "last_modified", "end"],
    rank: 1,
    tables: &[&REMITTANCE_CODE],
    sniff: |head| {
        head.rows.first().is_some_and(|row| row.iter().map(String::as_str).eq(["code", "start", "last_modified", "end"]))
    },
    import: |input, sink| import_remittance(input, sink, Family::Carc),
};

pub const PLACE_OF_SERVICE: Table = Table {
    name: "place_of_service",
    columns: &["code", "name", "setting", "description", "seq"],
    definition: "code TEXT NOT NULL, name TEXT NOT NULL, setting TEXT, description TEXT, seq INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

pub const MCE_EDIT: Table = Table {
    name: "mce_edit",
    columns: &["code", "edit", "seq"],
    definition: "code TEXT NOT NULL, edit TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, code, edit, seq)",
    indexes: &[],
};

pub const HCC_DIAGNOSIS: Table = Table {
    name: "hcc_diagnosis",
    columns: &["code", "hcc", "seq"],
    definition: "code TEXT NOT NULL, hcc INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, code, hcc, seq)",
    indexes: &[],
};

pub const HCC_LABEL: Table = Table {
    name: "hcc_label",
    columns: &["hcc", "label", "seq"],
    definition: "hcc INTEGER NOT NULL, label TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, hcc, seq)",
    indexes: &[],
};

/// A category that takes the place of another.
pub const HCC_HIERARCHY: Table = Table {
    name: "hcc_hierarchy",
    columns: &["parent", "child", "seq"],
    definition: "parent INTEGER NOT NULL, child INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, parent, child, seq)",
    indexes: &[],
};

/// Reason codes have no text here: it is X12's; ours are in `config/words`.
pub const REMITTANCE_CODE: Table = Table {
    name: "remittance_code",
    columns: &["code", "text", "notes", "started", "modified", "ended", "seq"],
    definition: "code TEXT NOT NULL, text TEXT, notes TEXT, started INTEGER, modified INTEGER, ended INTEGER, \
        seq INTEGER NOT NULL, PRIMARY KEY (source, code, seq)",
    indexes: &[],
};

const POS_COLUMNS: [&str; 4] = ["pos_code", "pos_type", "pos_name", "pos_description"];

/// A source whose name tells a day or a year, with that year's January as its first day.
fn yearly(input: &Input, family: Family, part: &'static str) -> Result<Source, Fault> {
    let from = text::day_in_name(&input.path)
        .ok_or_else(|| input.unusable("its name does not tell the year; keep the published name"))?;
    let edition = text::date(from).map(|day| day.year().to_string()).unwrap_or_default();
    Ok(Source::new(family, part, edition, from))
}

fn import_pos(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(yearly(input, Family::Pos, "")?);
    grid::table(input, &POS_COLUMNS, &mut |header, cells| {
        let [code, setting, name, description] = POS_COLUMNS.map(|column| squeeze(header.cell(cells, column)));
        let good = code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit()) && !name.is_empty();
        if taken(sink, cells.line, if good { Ok(()) } else { bad("no code of two digits with a name") }).is_some() {
            sink.put(
                &PLACE_OF_SERVICE,
                id,
                &[Cell::Text(&code), Cell::Text(&name), told(&setting), told(&description), Cell::Int(sink.rows_of(id))],
            );
        }
        goes_on(sink)
    })
}

fn import_mce(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    // The lists don't print their version.
    let from = text::day_in_name(&input.path).unwrap_or(20_251_001);
    let (family, edition) = (Family::Mce, text::date(from).map(super::fiscal::year_of).unwrap_or_default());
    let id = sink.open(Source::new(family, "", edition, from));
    grid::table(input, &["edit", "code"], &mut |header, cells| {
        let (edit, code) = (header.cell(cells, "edit"), undotted(header.cell(cells, "code")));
        if taken(sink, cells.line, if is_icd10cm(&code) { Ok(()) } else { bad("no diagnosis code") }).is_some() {
            sink.put(&MCE_EDIT, id, &[Cell::Text(&code), Cell::Text(edit), Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

fn import_hcc(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut models: Vec<(&'static str, SourceId)> = Vec::new();
    grid::table(input, &["diagnosis_code", "cc", "model_name"], &mut |header, cells| {
        let code = undotted(header.cell(cells, "diagnosis_code"));
        let row = match (header.cell(cells, "cc").parse::<i64>(), model(header.cell(cells, "model_name"))) {
            (Ok(hcc), Some(model)) if is_icd10cm(&code) => Ok((hcc, model)),
            (_, None) => bad("a model that is not known"),
            _ => bad("no diagnosis code with its category"),
        };
        if let Some((hcc, model)) = taken(sink, cells.line, row) {
            let known = models.iter().find(|(known, _)| *known == model).map(|(_, id)| *id);
            let id = if let Some(id) = known {
                id
            } else {
                let id = sink.open(yearly(input, Family::Hcc, model)?);
                models.push((model, id));
                id
            };
            sink.put(&HCC_DIAGNOSIS, id, &[Cell::Text(&code), Cell::Int(hcc), Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

/// The version of the model, by its name or a file's.
fn model(name: &str) -> Option<&'static str> {
    ["V24", "V28", "V22", "V05", "V08"].into_iter().find(|version| name.to_uppercase().contains(version))
}

fn import_hcc_labels(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let part = if model(&input.path) == Some("V24") { "V24 labels" } else { "V28 labels" };
    let id = sink.open(yearly(input, Family::Hcc, part)?);
    grid::table(input, &["cc", "label"], &mut |header, cells| {
        let (hcc, label) = (header.cell(cells, "cc").trim_start_matches("HCC"), squeeze(header.cell(cells, "label")));
        let row = hcc.parse::<i64>().or_else(|_| bad("no category"));
        if let Some(hcc) = taken(sink, cells.line, row) {
            sink.put(&HCC_LABEL, id, &[Cell::Int(hcc), Cell::Text(&label), Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

fn import_hcc_hierarchies(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let part = if model(&input.path) == Some("V24") { "V24 hierarchies" } else { "V28 hierarchies" };
    let id = sink.open(yearly(input, Family::Hcc, part)?);
    grid::table(input, &["cc_parent", "cc_child"], &mut |header, cells| {
        let number = |column| header.cell(cells, column).parse::<i64>().or_else(|_| bad("no pair of categories"));
        let row = number("cc_parent").and_then(|parent| Ok((parent, number("cc_child")?)));
        if let Some((parent, child)) = taken(sink, cells.line, row) {
            sink.put(&HCC_HIERARCHY, id, &[Cell::Int(parent), Cell::Int(child), Cell::Int(sink.rows_of(id))]);
        }
        goes_on(sink)
    })
}

fn import_remittance(input: &Input, sink: &mut Sink, family: Family) -> Result<(), Fault> {
    let id = sink.open(yearly(input, family, "")?);
    grid::table(input, &["code", "start", "last_modified", "end"], &mut |header, cells| {
        let cell = |column| header.cell(cells, column);
        let code = cell("code").to_ascii_uppercase();
        let good = !code.is_empty() && code.len() <= 5 && code.bytes().all(|b| b.is_ascii_alphanumeric());
        if taken(sink, cells.line, if good { Ok(()) } else { bad("no remittance code") }).is_some() {
            let text = if family == Family::Carc { String::new() } else { squeeze(cell("text")) };
            let notes = squeeze(cell("notes"));
            let days = [cell("start"), cell("last_modified"), cell("end")].map(|day| Cell::from(day_number(day)));
            let [started, modified, ended] = days;
            sink.put(
                &REMITTANCE_CODE,
                id,
                &[Cell::Text(&code), told(&text), told(&notes), started, modified, ended, Cell::Int(sink.rows_of(id))],
            );
        }
        goes_on(sink)
    })
}
