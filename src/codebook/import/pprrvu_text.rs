//! The same relative values as `PPRRVUYYYY_MMM.txt`: fixed columns, 171 bytes, lines that begin `HDR` first.
//!
//! Source: CMS, record layout in `RVUPUF.docx` of each release. Neighbouring fields run together. Characters from 1: 1-5 code, 6-7
//! modifier, 8-57 description, 58 status, 60-65 work, 67-72 non-facility PE, 73-74 its NA, 76-81 facility PE, 82-83 its NA, 85-89
//! MP, 103 PC/TC, 104-106 global, 107-109 / 110-112 / 113-115 shares, 116-120 multiple, bilateral, assistant, co-surgeon, team,
//! 128-132 endoscopic base, 133-140 conversion factor, 142-143 supervision. The release stands in the name alone.

use super::columns::each;
use super::pprrvu::{self, RELATIVE_VALUE, Values};
use super::sink::{Sink, Source};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const LAYOUT: Layout = Layout {
    name: "pprrvu_text",
    title: "physician fee schedule relative values in fixed columns",
    family: Family::Mpfs,
    marks: &["hdr cpt codes", "hdr"],
    rank: 1,
    tables: &[&RELATIVE_VALUE],
    sniff,
    import,
};

fn sniff(head: &Head) -> bool {
    let fits = |line: &str| {
        line.len() >= 143
            && text::is_procedure(line.get(..5).unwrap_or_default())
            && line.get(132..140).is_some_and(|factor| text::decimal(factor, 4).is_some_and(|factor| factor > 0))
    };
    let records: Vec<&str> = head.lines().filter(|line| !line.starts_with("HDR")).take(20).collect();
    head.lines().any(|line| line.starts_with("HDR"))
        && !records.is_empty()
        && records.iter().filter(|line| fits(line)).count() * 2 > records.len()
}

fn import(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let from = input.day().ok_or_else(|| input.unusable("its name does not tell the release; keep the published one"))?;
    let id = sink.open(Source::new(Family::Mpfs, pprrvu::part(&input.path), text::month_label(from), from));
    let mut rows = input.lines()?;
    each(&mut rows, sink, |row, sink| {
        if row.raw(0).starts_with("HDR") {
            return Ok(false);
        }
        let values = Values {
            code: row.columns(1, 5),
            modifier: row.columns(6, 7),
            status: row.columns(58, 58),
            work: row.columns(60, 65),
            pe_nonfacility: row.columns(67, 72),
            na_nonfacility: row.columns(73, 74) == "NA",
            pe_facility: row.columns(76, 81),
            na_facility: row.columns(82, 83) == "NA",
            mp: row.columns(85, 89),
            pctc: row.columns(103, 103),
            global: row.columns(104, 106),
            shares: [row.columns(107, 109), row.columns(110, 112), row.columns(113, 115)],
            indicators: [
                row.columns(116, 116),
                row.columns(117, 117),
                row.columns(118, 118),
                row.columns(119, 119),
                row.columns(120, 120),
                "",
            ],
            endoscopic_base: row.columns(128, 132),
            conversion_factor: row.columns(133, 140),
            supervision: row.columns(142, 143),
        };
        pprrvu::put(&values, row.line, sink, id)
    })?;
    pprrvu::finish(sink, id);
    Ok(())
}
