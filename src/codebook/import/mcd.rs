//! The Medicare Coverage Database: the NCD export, the LCD and article exports' documents and their codes, and the list of
//! documents that its interface gives.
//!
//! Cells hold HTML and line breaks; texts are kept without markup. The descriptions of procedure codes in the article tables are
//! the AMA's and are dropped.

use super::hcpcs::told;
use super::lines::{Row, bad, day_number, goes_on, is_icd10cm, squeeze, taken, undotted};
use super::rows::Row as Cells;
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, grid, text};
use crate::domain::code::Family;

pub const NCD: Layout = Layout {
    name: "ncd",
    title: "national coverage determinations (ncd_trkg)",
    family: Family::Mcd,
    marks: &["ncd_id", "ncd_vrsn_num", "ncd_mnl_sect", "ncd_efctv_dt"],
    rank: 2,
    tables: &[&DOCUMENT, &DOCUMENT_TEXT],
    sniff: |head| grid::has_header(&head.rows, &["NCD_id", "NCD_vrsn_num", "NCD_mnl_sect"]),
    import: import_ncd,
};

pub const DOCUMENTS: Layout = Layout {
    name: "mcd_documents",
    title: "list of local coverage documents",
    family: Family::Mcd,
    marks: &["contractor_name_type", "document_display_id", "document_type", "retirement_date"],
    rank: 1,
    tables: &[&DOCUMENT],
    sniff: |head| grid::has_header(&head.rows, &["document_display_id", "document_type", "document_version"]),
    import: import_documents,
};

pub const LCD: Layout = Layout {
    name: "lcd",
    title: "LCD export (lcd.csv)",
    family: Family::Mcd,
    marks: &["lcd_id", "lcd_version", "orig_det_eff_date", "display_id"],
    rank: 2,
    tables: &[&DOCUMENT, &DOCUMENT_TEXT],
    sniff: |head| grid::has_header(&head.rows, &["lcd_id", "lcd_version", "title", "rev_eff_date"]),
    import: |input, sink| import_local(input, sink, "LCD"),
};

pub const ARTICLE: Layout = Layout {
    name: "article",
    title: "article export (article.csv)",
    family: Family::Mcd,
    marks: &["article_id", "article_version", "title", "display_id"],
    rank: 2,
    tables: &[&DOCUMENT, &DOCUMENT_TEXT],
    sniff: |head| grid::has_header(&head.rows, &["article_id", "article_version", "title"]),
    import: |input, sink| import_local(input, sink, "Article"),
};

pub const CODES: Layout = Layout {
    name: "mcd_codes",
    title: "codes of articles and LCDs",
    family: Family::Mcd,
    marks: &["article_id", "hcpc_code_id", "icd10_code_id", "icd10_covered_group"],
    rank: 2,
    tables: &[&DOCUMENT_CODE],
    sniff: |head| code_columns(head).is_some(),
    import: import_codes,
};

pub const DOCUMENT: Table = Table {
    name: "coverage_document",
    columns: &["kind", "id", "display", "version", "title", "contractor", "effective", "ended", "level", "retired", "url", "seq"],
    definition: "kind TEXT NOT NULL, id TEXT NOT NULL, display TEXT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL, \
        contractor TEXT, effective INTEGER, ended INTEGER, level TEXT, retired INTEGER NOT NULL, url TEXT, \
        seq INTEGER NOT NULL, PRIMARY KEY (source, display, seq)",
    indexes: &["CREATE INDEX coverage_document_display ON coverage_document (display)"],
};

/// What a document says, by heading.
pub const DOCUMENT_TEXT: Table = Table {
    name: "coverage_text",
    columns: &["display", "version", "heading", "text", "seq"],
    definition: "display TEXT NOT NULL, version INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL, \
        seq INTEGER NOT NULL, PRIMARY KEY (source, display, version, seq)",
    indexes: &[],
};

/// The codes that a document names; `use` is `procedure`, `covered` or `noncovered`.
pub const DOCUMENT_CODE: Table = Table {
    name: "coverage_code",
    columns: &["kind", "id", "version", "use", "code", "grouping", "seq"],
    definition: "kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, use TEXT NOT NULL, code TEXT NOT NULL, \
        grouping INTEGER, seq INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &["CREATE INDEX coverage_code_code ON coverage_code (code)", "CREATE INDEX coverage_code_id ON coverage_code (id)"],
};

const NCD_TEXTS: [(&str, &str); 4] = [
    ("itm_srvc_desc", "Item/Service Description"),
    ("indctn_lmtn", "Indications and Limitations of Coverage"),
    ("xref_txt", "Cross Reference"),
    ("othr_txt", "Other"),
];

fn source(input: &Input, part: &'static str) -> Source {
    let from = month_in_name(&input.path).or_else(|| text::day_in_name(&input.path)).unwrap_or(20_000_101);
    let edition =
        text::date(from).filter(|_| from > 20_000_101).map_or("undated".to_owned(), |day| day.strftime("%B %Y").to_string());
    Source { whole: false, ..Source::new(Family::Mcd, part, edition, from) }
}

/// `2025-08` as its first day.
fn month_in_name(path: &str) -> Option<i64> {
    let numbers: Vec<&str> = path.split(|c: char| !c.is_ascii_digit()).collect();
    numbers.windows(2).find_map(|pair| match pair {
        [year, month] if year.len() == 4 && year.starts_with("20") && month.len() == 2 => {
            text::any_day(&format!("{year}-{month}-01"))
        }
        _ => None,
    })
}

fn import_ncd(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(source(input, "NCD"));
    grid::table(input, &["NCD_id", "NCD_vrsn_num", "NCD_mnl_sect"], &mut |header, cells| {
        let cell = |column: &str| header.cell(cells, column);
        let (number, title) = (cell("NCD_mnl_sect"), squeeze(cell("NCD_mnl_sect_title")));
        let row: Row<i64> = match cell("NCD_vrsn_num").parse() {
            Ok(version) if !number.is_empty() && !title.is_empty() => Ok(version),
            _ => bad("no section of the manual with a version"),
        };
        let Some(version) = taken(sink, cells.line, row) else { return Ok(()) };
        let level = match cell("cvrg_lvl_cd") {
            "1" => "full",
            "2" => "restricted",
            "3" => "none",
            _ => "",
        };
        // A retired document may go without a day of termination.
        let retired = Cell::Int(i64::from(title.to_uppercase().contains("RETIRED")));
        let url =
            format!("https://www.cms.gov/medicare-coverage-database/view/ncd.aspx?ncdid={}&ncdver={version}", cell("NCD_id"));
        let display = Cell::Text(number);
        let days = [cell("NCD_efctv_dt"), cell("NCD_trmntn_dt")].map(|day| Cell::from(day_number(day)));
        let [effective, ended] = days;
        let (kind, of, version_cell) = (Cell::Text("NCD"), Cell::Text(cell("NCD_id")), Cell::Int(version));
        let document = [
            kind,
            of,
            display,
            version_cell,
            Cell::Text(&title),
            Cell::None,
            effective,
            ended,
            told(level),
            retired,
            told(&url),
            Cell::Int(sink.rows_of(id)),
        ];
        sink.put(&DOCUMENT, id, &document);
        for (column, heading) in NCD_TEXTS {
            let words = plain_text(cell(column));
            if !words.is_empty() {
                sink.put(
                    &DOCUMENT_TEXT,
                    id,
                    &[display, version_cell, Cell::Text(heading), Cell::Text(&words), Cell::Int(sink.rows_of(id))],
                );
            }
        }
        goes_on(sink)
    })
}

fn import_documents(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let id = sink.open(source(input, "documents"));
    grid::table(input, &["document_display_id", "document_type", "document_version"], &mut |header, cells| {
        let cell = |column: &str| header.cell(cells, column);
        let (display, title) = (cell("document_display_id"), squeeze(cell("title")));
        let kind = cell("document_type");
        let row: Row<i64> = match cell("document_version").parse() {
            Ok(version) if !display.is_empty() && !kind.is_empty() => Ok(version),
            _ => bad("no document with its type and version"),
        };
        let Some(version) = taken(sink, cells.line, row) else { return Ok(()) };
        let contractor = squeeze(cell("contractor_name_type"));
        let days = [cell("effective_date"), cell("retirement_date")].map(|day| Cell::from(day_number(day)));
        let [effective, ended] = days;
        let start =
            [Cell::Text(kind), Cell::Text(cell("document_id")), Cell::Text(display), Cell::Int(version), Cell::Text(&title)];
        let [kind, of, display, version, title] = start;
        let row = [
            kind,
            of,
            display,
            version,
            title,
            told(&contractor),
            effective,
            ended,
            Cell::None,
            Cell::Int(0),
            told(cell("url")),
            Cell::Int(sink.rows_of(id)),
        ];
        sink.put(&DOCUMENT, id, &row);
        goes_on(sink)
    })
}

/// `lcd.csv` and `article.csv` name their columns alike behind the prefix.
fn import_local(input: &Input, sink: &mut Sink, kind: &'static str) -> Result<(), Fault> {
    let (id_column, version_column, part) =
        if kind == "LCD" { ("lcd_id", "lcd_version", "LCD") } else { ("article_id", "article_version", "Article") };
    let id = sink.open(source(input, part));
    grid::table(input, &[id_column, version_column, "title"], &mut |header, cells| {
        let (of, title) = (header.cell(cells, id_column), squeeze(header.cell(cells, "title")));
        let row: Row<i64> = match header.cell(cells, version_column).parse() {
            Ok(version) if !of.is_empty() && !title.is_empty() => Ok(version),
            _ => bad("no document with its version and title"),
        };
        let Some(version) = taken(sink, cells.line, row) else { return Ok(()) };
        let given = header.cell(cells, "display_id");
        let made = format!("{}{of}", if kind == "LCD" { "L" } else { "A" });
        let display = if given.is_empty() { made.as_str() } else { given };
        let effective = first_day(header, cells, &["rev_eff_date", "article_eff_date", "orig_det_eff_date"]);
        let ended = first_day(header, cells, &["rev_end_date", "ent_det_end_date", "article_end_date"]);
        let retired = header.cell(cells, "status").to_lowercase().contains("retire");
        let page = if kind == "LCD" { "lcd.aspx?lcdid" } else { "article.aspx?articleid" };
        let url = format!("https://www.cms.gov/medicare-coverage-database/view/{page}={of}&ver={version}");
        let (title, version_cell) = (Cell::Text(&title), Cell::Int(version));
        let start = [Cell::Text(kind), Cell::Text(of), Cell::Text(display), version_cell, title];
        let [kind, of, display, version, title] = start;
        let row = [
            kind,
            of,
            display,
            version,
            title,
            Cell::None,
            effective.into(),
            ended.into(),
            Cell::None,
            Cell::Int(i64::from(retired)),
            told(&url),
            Cell::Int(sink.rows_of(id)),
        ];
        sink.put(&DOCUMENT, id, &row);
        for (column, heading) in
            [("indication", "Indications and Limitations"), ("description", "Article Text"), ("other_comments", "Other")]
        {
            let words = plain_text(header.cell(cells, column));
            if !words.is_empty() {
                sink.put(
                    &DOCUMENT_TEXT,
                    id,
                    &[display, version, Cell::Text(heading), Cell::Text(&words), Cell::Int(sink.rows_of(id))],
                );
            }
        }
        goes_on(sink)
    })
}

fn first_day(header: &grid::Header, cells: &Cells, columns: &[&str]) -> Option<i64> {
    columns.iter().find_map(|column| day_number(header.cell(cells, column)))
}

/// Whose codes a table of codes holds: the document's columns, the code's, and what the code is to the document.
fn code_columns(head: &Head) -> Option<[&'static str; 4]> {
    let has = |columns: &[&str]| grid::has_header(&head.rows, columns);
    let (document, version) = if has(&["article_id", "article_version"]) {
        ("article_id", "article_version")
    } else if has(&["lcd_id", "lcd_version"]) {
        ("lcd_id", "lcd_version")
    } else {
        return None;
    };
    if has(&["hcpc_code_id"]) {
        Some([document, version, "hcpc_code_id", "hcpc_code_group"])
    } else if has(&["icd10_code_id", "icd10_covered_group"]) {
        Some([document, version, "icd10_code_id", "icd10_covered_group"])
    } else if has(&["icd10_code_id", "icd10_noncovered_group"]) {
        Some([document, version, "icd10_code_id", "icd10_noncovered_group"])
    } else {
        None
    }
}

fn import_codes(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let Some([document, version, code_column, group]) = code_columns(&input.head()?) else {
        return Err(input.unusable("its columns name no document with codes"));
    };
    let (kind, use_of) = (if document == "lcd_id" { "LCD" } else { "Article" }, use_of(group));
    let id = sink.open(source(input, "codes"));
    grid::table(input, &[document, version, code_column], &mut |header, cells| {
        let (of, code) = (header.cell(cells, document), undotted(header.cell(cells, code_column)));
        let good = if use_of == "procedure" { text::is_procedure(&code) } else { is_icd10cm(&code) };
        let row: Row<i64> = match header.cell(cells, version).parse() {
            Ok(version) if good && !of.is_empty() => Ok(version),
            _ => bad("no document with its version and a code"),
        };
        if let Some(version) = taken(sink, cells.line, row) {
            let group = header.cell(cells, group).parse::<i64>().ok();
            let row = [
                Cell::Text(kind),
                Cell::Text(of),
                Cell::Int(version),
                Cell::Text(use_of),
                Cell::Text(&code),
                group.into(),
                Cell::Int(sink.rows_of(id)),
            ];
            sink.put(&DOCUMENT_CODE, id, &row);
        }
        goes_on(sink)
    })
}

fn use_of(group: &str) -> &'static str {
    match group {
        "icd10_covered_group" => "covered",
        "icd10_noncovered_group" => "noncovered",
        _ => "procedure",
    }
}

/// The words of an HTML cell: tags dropped, the common entities resolved, blocks on lines of their own.
fn plain_text(cell: &str) -> String {
    let mut words = String::with_capacity(cell.len());
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else {
            rest = after;
            break;
        };
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if matches!(
            name.to_ascii_lowercase().as_str(),
            "p" | "br" | "li" | "div" | "tr" | "h1" | "h2" | "h3" | "h4" | "ul" | "ol"
        ) {
            words.push('\n');
        }
        rest = behind;
    }
    words.push_str(rest);
    for (entity, meant) in [
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&rsquo;", "'"),
        ("&amp;", "&"),
    ] {
        words = words.replace(entity, meant);
    }
    let lines: Vec<String> = words.lines().map(squeeze).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}
