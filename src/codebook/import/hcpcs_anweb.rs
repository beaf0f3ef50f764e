//! HCPCS Level II, the quarterly "alpha-numeric" file as text: 320 bytes a record, several records a code.
//!
//! Record layout: CMS, "HCPCS Contractor Record". Column 11 tells the record: 3 a code, 4 more of its long text, 7 a modifier, 8
//! more of its text; lines with anything else there are notices. A modifier's code is in 4-5. The long texts of D codes are the
//! ADA's: they are dropped where no CDT licence is stated.

use super::hcpcs::{self, HCPCS_CODE, LEVEL2_MODIFIER, Level2Row, Opened};
use super::lines::{Row, bad, columns, day_number, goes_on, lines, taken};
use super::sink::Sink;
use super::{Fault, Head, Input, Layout};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "hcpcs_anweb",
    title: "HCPCS Level II (alpha-numeric file)",
    family: Family::Hcpcs,
    marks: &["dressing for", "modifier", "injection"],
    rank: 2,
    tables: &[&HCPCS_CODE, &LEVEL2_MODIFIER],
    sniff,
    import,
};

fn sniff(head: &Head) -> bool {
    let mut records = head.lines().filter(|line| is_record(line));
    records.by_ref().take(3).filter(|line| line.len() >= 293).count() == 3
}

/// A record of any kind: its sequence number and record identification are where they belong.
fn is_record(line: &str) -> bool {
    let sequence = columns(line, 6, 10);
    matches!(columns(line, 11, 11), "3" | "4" | "7" | "8") && sequence.len() >= 3 && sequence.bytes().all(|b| b.is_ascii_digit())
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let mut opened = Opened::new(input)?;
    let mut held: Option<(u64, Level2Row)> = None;
    lines(input, &mut |number, line| {
        if line.trim().is_empty() || (held.is_none() && !is_record(line)) {
            return Ok(());
        }
        match record(line) {
            Ok(Record::More(text)) => match &mut held {
                Some((_, row)) if row.code == code(line) => hcpcs::join(&mut row.long, &text),
                _ => {
                    taken::<()>(sink, number, bad("more text of no code"));
                }
            },
            Ok(Record::First(row)) => {
                if let Some((at, done)) = held.replace((number, *row)) {
                    sink.saw();
                    opened.put(input, sink, at, &done);
                }
            }
            Err(why) => {
                taken::<()>(sink, number, Err(why));
            }
        }
        goes_on(sink)
    })?;
    if let Some((at, done)) = held {
        sink.saw();
        opened.put(input, sink, at, &done);
    }
    opened.close(sink);
    Ok(())
}

enum Record {
    First(Box<Level2Row>),
    /// More of the long text of the record before.
    More(String),
}

fn code(line: &str) -> String {
    columns(line, 1, 5).to_owned()
}

fn record(line: &str) -> Row<Record> {
    let kind = columns(line, 11, 11);
    if !is_record(line) {
        return bad("column 11 tells no record");
    }
    if matches!(kind, "4" | "8") {
        return Ok(Record::More(columns(line, 12, 91).to_owned()));
    }
    if line.len() < 293 {
        return bad("the line is cut: fewer than 293 bytes");
    }
    let several = |from: usize, count: usize, width: usize| {
        hcpcs::several((0..count).map(|n| columns(line, from + n * width, from + (n + 1) * width - 1)))
    };
    Ok(Record::First(Box::new(Level2Row {
        code: code(line),
        is_modifier: kind == "7",
        long: columns(line, 12, 91).to_owned(),
        short: columns(line, 92, 119).to_owned(),
        pricing: several(120, 4, 2),
        multiple_pricing: columns(line, 128, 128).to_owned(),
        coverage_refs: several(129, 3, 6),
        claims_refs: several(147, 3, 8),
        statute: columns(line, 171, 180).to_owned(),
        lab_certifications: several(181, 8, 3),
        cross_references: several(205, 5, 5),
        coverage: columns(line, 230, 230).to_owned(),
        processing_note: columns(line, 253, 256).to_owned(),
        betos: columns(line, 257, 259).to_owned(),
        types_of_service: several(261, 5, 1),
        added: day_number(columns(line, 269, 276)),
        effective: day_number(columns(line, 277, 284)),
        terminated: day_number(columns(line, 285, 292)),
        action: columns(line, 293, 293).to_owned(),
    })))
}
