//! The ICD-10-PCS tables: three fixed characters a table, and in each row the values that the other four may take.
//! The product of a row's values are valid codes; no others are.

use super::fiscal::fiscal;
use super::lines::{Each, bad, goes_on, squeeze, taken};
use super::sink::{Cell, Sink, Source, SourceId, Table};
use super::xml::{Piece, pieces};
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "icd10pcs_tables",
    title: "ICD-10-PCS tables",
    family: Family::Icd10Pcs,
    marks: &["icd10pcs.tabular", "<pcstable>", "<pcsrow"],
    rank: 1,
    tables: &[&PCS_ROW, &PCS_VALUE],
    sniff: |head: &Head| head.text.contains("<ICD10PCS.tabular"),
    import,
};

/// A row: the table's three characters, and the values that each of the other four may have, run together.
pub const PCS_ROW: Table = Table {
    name: "pcs_row",
    columns: &["stem", "row", "fourth", "fifth", "sixth", "seventh", "definition"],
    definition: "stem TEXT NOT NULL, row INTEGER NOT NULL, fourth TEXT NOT NULL, fifth TEXT NOT NULL, sixth TEXT NOT NULL, \
        seventh TEXT NOT NULL, definition INTEGER NOT NULL, PRIMARY KEY (source, stem, row)",
    indexes: &[],
};

/// What a character means in a row.
pub const PCS_VALUE: Table = Table {
    name: "pcs_value",
    columns: &["row", "position", "value", "label", "axis", "seq"],
    definition: "row INTEGER NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL, label INTEGER NOT NULL, \
        axis INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, row, seq)",
    indexes: &[],
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TablesRow {
    Version(String),
    /// One row of a table: the values of each of the seven characters, and the axis titles.
    Row {
        axes: Vec<Axis>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Axis {
    pub position: u8,
    pub title: String,
    pub values: Vec<(char, String)>,
    /// The third character's: what the operation is.
    pub definition: String,
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let version = head.text.split_once("<version>").and_then(|(_, rest)| rest.split('<').next());
    let year = fiscal(input, version)?;
    let (family, part) = (Family::Icd10Pcs, "tables");
    let id = sink.open(Source::new(family, part, year.edition, year.from));
    let (mut rows, mut codes) = (0_i64, 0_usize);
    read(input, &mut |line, row| {
        if let Some(TablesRow::Row { axes }) = taken(sink, line, row) {
            rows += 1;
            codes += axes.iter().map(|axis| axis.values.len()).product::<usize>();
            put(sink, id, rows, &axes);
        }
        goes_on(sink)
    })?;
    sink.remark(format!("{codes} codes"));
    Ok(())
}

fn put(sink: &mut Sink, id: SourceId, row: i64, axes: &[Axis]) {
    let values = |axis: &Axis| axis.values.iter().map(|(value, _)| *value).collect::<String>();
    let all: Vec<String> = axes.iter().map(values).collect();
    let [one, two, three, fourth, fifth, sixth, seventh] = all.as_slice() else { return };
    let definition = axes.get(2).map(|axis| axis.definition.clone()).unwrap_or_default();
    let definition = sink.word(&definition);
    let stem = format!("{one}{two}{three}");
    let [fourth, fifth, sixth, seventh] = [fourth, fifth, sixth, seventh].map(|text| Cell::Text(text));
    sink.put(&PCS_ROW, id, &[Cell::Text(&stem), Cell::Int(row), fourth, fifth, sixth, seventh, Cell::Int(definition)]);
    for axis in axes {
        let title = sink.word(&axis.title);
        for (value, label) in &axis.values {
            let label = sink.word(label);
            let mut letter = [0; 4];
            let value = Cell::Text(value.encode_utf8(&mut letter));
            let position = Cell::Int(i64::from(axis.position));
            sink.put(
                &PCS_VALUE,
                id,
                &[Cell::Int(row), position, value, Cell::Int(label), Cell::Int(title), Cell::Int(sink.rows_of(id))],
            );
        }
    }
}

pub fn read(input: &Input, each: Each<'_, TablesRow>) -> Result<(), Fault> {
    let mut table: Vec<Axis> = Vec::new();
    let mut row: Option<Vec<Axis>> = None;
    let mut axis = Axis::default();
    let mut value = ' ';
    let mut words = String::new();
    let mut inside_axis = false;
    let mut line = 0;
    pieces(input, &mut |at, piece| {
        line = line.max(at);
        match piece {
            Piece::Open(open) => {
                words.clear();
                match open.name.as_str() {
                    "pcsTable" => table.clear(),
                    "pcsRow" => row = Some(Vec::new()),
                    "axis" => {
                        inside_axis = true;
                        let position = open.attribute("pos").and_then(|pos| pos.parse().ok()).unwrap_or_default();
                        axis = Axis { position, ..Axis::default() };
                    }
                    "label" => value = open.attribute("code").and_then(|code| code.chars().next()).unwrap_or(' '),
                    _ => {}
                }
            }
            Piece::Text(text) => words.push_str(text),
            Piece::Close("version") => each(line, Ok(TablesRow::Version(squeeze(&words))))?,
            Piece::Close("title") if inside_axis => axis.title = squeeze(&words),
            Piece::Close("label") => axis.values.push((value, squeeze(&words))),
            Piece::Close("definition") => axis.definition = squeeze(&words),
            Piece::Close("axis") => {
                inside_axis = false;
                row.as_mut().unwrap_or(&mut table).push(std::mem::take(&mut axis));
            }
            Piece::Close("pcsRow") => {
                let seven: Vec<Axis> = table.iter().cloned().chain(row.take().unwrap_or_default()).collect();
                let whole = seven.len() == 7
                    && (1..).zip(&seven).all(|(position, axis)| axis.position == position && !axis.values.is_empty());
                each(line, if whole { Ok(TablesRow::Row { axes: seven }) } else { bad("a row without its seven axes") })?;
            }
            Piece::Close(_) => {}
        }
        Ok(())
    })
}
