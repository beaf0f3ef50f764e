//! The manuals as text: the Official Guidelines, the NCCI Policy Manual, and chapters of the Internet-Only Manuals.

use super::lines::{goes_on, lines};
use super::outline::{Mark, Outline, Section, letter, roman};
use super::sink::{Cell, Sink, Source, Table};
use super::{Fault, Head, Input, Layout, text};
use crate::domain::code::Family;

pub const GUIDELINES: Layout = Layout {
    name: "icd10cm_guidelines",
    title: "ICD-10-CM Official Guidelines (text)",
    family: Family::Guidelines,
    marks: &["official guidelines for coding and reporting", "narrative changes appear in bold"],
    rank: 1,
    tables: &[&SECTION],
    sniff: |head: &Head| head.holds("official guidelines for coding and reporting") && !head.text.starts_with('<'),
    import: import_guidelines,
};

pub const NCCI: Layout = Layout {
    name: "ncci_manual",
    title: "NCCI Policy Manual (text)",
    family: Family::NcciManual,
    marks: &["ncci coding policy manual", "national correct coding initiative policy manual"],
    rank: 1,
    tables: &[&SECTION],
    sniff: |head: &Head| head.holds("national correct coding initiative policy manual") && !head.text.starts_with('<'),
    import: import_ncci,
};

pub const BENEFIT: Layout = Layout {
    name: "internet_only_manual",
    title: "chapter of the Benefit Policy Manual (text)",
    family: Family::BenefitManual,
    marks: &["medicare benefit policy manual", "table of contents", "transmittals for chapter"],
    rank: 1,
    tables: &[&SECTION],
    sniff: |head: &Head| head.lines().take(5).any(|line| line.trim() == "Medicare Benefit Policy Manual"),
    import: import_benefit,
};

pub const SECTION: Table = Table {
    name: "manual_section",
    columns: &["number", "seq", "title", "text", "page", "line"],
    definition: "number TEXT NOT NULL, seq INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, page TEXT NOT NULL, \
        line INTEGER NOT NULL, PRIMARY KEY (source, seq)",
    indexes: &["CREATE INDEX manual_section_number ON manual_section (number)"],
};

/// The chapters that the manual has.
const CHAPTERS: [&str; 17] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17"];

/// Lines of a heading that wraps are at most this many.
const HEADING_LINES_MAX: usize = 3;

fn put(input: &Input, sink: &mut Sink, source: Source, sections: &[Section]) -> Result<(), Fault> {
    if sections.is_empty() {
        return Err(input.unusable("no section was found in it: it may not be the text that it was taken for"));
    }
    let id = sink.open(source);
    for (seq, section) in (1..).zip(sections) {
        sink.saw();
        let line = i64::try_from(section.line).unwrap_or(0);
        let (number, title, page) = (Cell::Text(&section.number), Cell::Text(&section.title), Cell::Text(&section.page));
        sink.put(&SECTION, id, &[number, Cell::Int(seq), title, Cell::Text(&section.text), page, Cell::Int(line)]);
    }
    Ok(())
}

/// "A. Title", "12. Title", "a. Title", "3) Title", "(b) Title": what a line may begin with.
fn marked(line: &str) -> Option<(&str, char, &str)> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix('(') {
        let (label, rest) = rest.split_once(") ")?;
        return (label.len() <= 4).then_some((label, '(', rest));
    }
    let at = line.find(['.', ')'])?;
    let (label, rest) = line.split_at_checked(at)?;
    let mark = rest.chars().next()?;
    let rest = rest.get(1..)?.strip_prefix(' ')?;
    (label.len() <= 2 && !rest.is_empty()).then_some((label, mark, rest))
}

/// Sections I to IV, then A, 1, a, 1), (a), (i).
fn guideline(line: &str) -> Option<Mark<'_>> {
    if let Some(rest) = line.trim().strip_prefix("Section ") {
        let (label, rest) = rest.split_once(". ")?;
        return Some(Mark { level: 0, ordinal: roman(label)?, label: label.to_owned(), rest });
    }
    let (label, mark, rest) = marked(line)?;
    let number = label.parse::<u32>().ok();
    let first = label.chars().next()?;
    let (level, ordinal) = match (mark, number) {
        ('.', Some(number)) => (2, number),
        (')', Some(number)) => (4, number),
        ('.', None) if first.is_ascii_uppercase() => (1, letter(label)?),
        ('.', None) => (3, letter(label)?),
        ('(', None) if first.is_ascii_lowercase() => (5, letter(label)?),
        _ => return None,
    };
    Some(Mark { level, ordinal, label: label.to_owned(), rest })
}

/// `(i)` stands both for the ninth letter and for a first number below one.
fn small_roman(line: &str) -> Option<Mark<'_>> {
    let (label, '(', rest) = marked(line)? else { return None };
    Some(Mark { level: 6, ordinal: roman(label)?, label: label.to_owned(), rest })
}

fn import_guidelines(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let year = super::fiscal::fiscal(input, fiscal_year_in(&input.head()?).as_deref())?;
    let mut outline = Outline::default();
    let mut begun = false;
    lines(input, &mut |number, line| {
        let words = line.trim();
        if words.is_empty() || words == "ICD-10-CM Official Guidelines for Coding and Reporting" || is_year_line(words) {
            return Ok(());
        }
        if let Some(page) = words.strip_prefix("Page ").and_then(|rest| rest.split_once(" of ")).map(|(page, _)| page) {
            outline.page(page);
            return Ok(());
        }
        let letter_or_number = guideline(words).filter(|mark| mark.level == 0 || outline.expects(mark));
        let mark = letter_or_number.or_else(|| small_roman(words));
        match mark {
            Some(mark)
                if mark.level == 0 && !is_contents(words) && (mark.ordinal == 1 && !begun || begun && outline.expects(&mark)) =>
            {
                begun = true;
                outline.open(&mark, number);
            }
            Some(mark) if begun && mark.level > 0 && outline.expects(&mark) => outline.open(&mark, number),
            _ if begun && words.starts_with("Appendix ") && words.len() < 14 => {
                let label = words.to_owned();
                outline.clear_stack();
                outline.open(&Mark { level: 0, ordinal: 1, label, rest: "" }, number);
            }
            _ => outline.text(words),
        }
        goes_on(sink)
    })?;
    let source = Source::new(Family::Guidelines, "", short_year(&year.edition), year.from);
    put(input, sink, source, &outline.finish())
}

/// "FY2026 (October 1, 2025)" is cited as "FY2026".
fn short_year(edition: &str) -> String {
    edition.split(' ').next().unwrap_or(edition).to_owned()
}

fn is_year_line(words: &str) -> bool {
    words.strip_prefix("FY ").is_some_and(|year| year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()))
}

fn fiscal_year_in(head: &Head) -> Option<String> {
    head.text.split_once("FY ").map(|(_, rest)| rest.chars().take(4).collect())
}

/// Dots that lead to a page number, or nothing behind a title but that number.
fn is_contents(words: &str) -> bool {
    words.contains("....")
}

/// Chapters in Roman numbers, then A, then 1.
fn ncci(line: &str) -> Option<Mark<'_>> {
    let words = line.trim();
    if let Some(label) = words.strip_prefix("Chapter ") {
        return Some(Mark { level: 0, ordinal: roman(label)?, label: label.to_owned(), rest: "" });
    }
    let (label, rest) = match marked(words) {
        Some((label, '.', rest)) => (label, rest),
        Some(_) => return None,
        None => unspaced(words)?,
    };
    match label.parse::<u32>() {
        Ok(ordinal) => Some(Mark { level: 2, ordinal, label: label.to_owned(), rest: "" }),
        Err(_) if label.chars().all(|c| c.is_ascii_uppercase()) => {
            Some(Mark { level: 1, ordinal: letter(label)?, label: label.to_owned(), rest })
        }
        Err(_) => None,
    }
}

/// "C.Nervous System": the blank is lost in some headings.
fn unspaced(words: &str) -> Option<(&str, &str)> {
    let (label, rest) = words.split_once('.')?;
    let mut chars = rest.chars();
    let titled = chars.next()?.is_ascii_uppercase() && chars.next()?.is_ascii_lowercase();
    (label.len() == 1 && label.starts_with(|c: char| c.is_ascii_uppercase()) && titled).then_some((label, rest))
}

fn import_ncci(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let year = input.head()?.text.chars().take(4).collect::<String>().parse::<i64>().ok();
    let year = year.or_else(|| text::day_in_name(&input.path).map(|day| day / 10_000));
    let Some(year) = year.filter(|year| (2000..2100).contains(year)) else {
        return Err(input.unusable("neither its first line nor its name tells the year"));
    };
    let mut outline = Outline::default();
    let mut begun = false;
    let mut in_contents = false;
    lines(input, &mut |number, line| {
        let words = line.trim();
        if words.is_empty() || words.starts_with("Revision Date (") {
            return Ok(());
        }
        if is_ncci_page(words) {
            outline.page(words);
            in_contents = false;
            return Ok(());
        }
        if words == "Table of Contents" || words.starts_with("CHAPTER ") {
            in_contents = true;
        }
        match ncci(words) {
            Some(mark) if mark.level == 0 => {
                begun = true;
                outline.clear_stack();
                outline.open(&mark, number);
            }
            Some(mark) if begun && !in_contents && outline.expects(&mark) => {
                outline.open(&mark, number);
                if mark.level == 2 {
                    outline.text(words);
                }
            }
            _ if in_contents => {}
            _ => outline.text(words),
        }
        goes_on(sink)
    })?;
    let source = Source::new(Family::NcciManual, "", year.to_string(), year * 10_000 + 101);
    put(input, sink, source, &outline.finish())
}

/// `III-8`.
fn is_ncci_page(words: &str) -> bool {
    words.split_once('-').is_some_and(|(chapter, page)| {
        (roman(chapter).is_some() || chapter == "Intro") && !page.is_empty() && page.bytes().all(|b| b.is_ascii_digit())
    })
}

/// `20.1 - Title`.
fn numbered(words: &str) -> Option<(&str, &str)> {
    let (number, title) = words.split_once(" - ").or_else(|| words.split_once(" \u{2013} "))?;
    let shaped = number.split('.').all(|part| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit()));
    (shaped && !title.is_empty()).then_some((number, title))
}

fn import_benefit(input: &Input, sink: &mut Sink) -> Result<(), Fault> {
    let head = input.head()?;
    let chapter =
        head.lines().find_map(|line| line.trim().strip_prefix("Chapter ")?.split([' ', '\u{2013}', '-']).next()).unwrap_or("?");
    let revision = head.text.split_once("(Rev. ").and_then(|(_, rest)| rest.split(')').next()).unwrap_or_default().to_owned();
    let issued = revision
        .split_once("Issued: ")
        .and_then(|(_, rest)| rest.get(..8))
        .and_then(|day| super::lines::day_number(&day.replace('-', "/")));
    let from = issued.or_else(|| text::day_in_name(&input.path)).unwrap_or(20_000_101);
    let part = CHAPTERS.into_iter().find(|known| *known == chapter).unwrap_or_default();
    let mut sections = Sections { outline: Outline::default(), pending: None };
    lines(input, &mut |number, line| {
        sections.line(number, line.trim());
        goes_on(sink)
    })?;
    let rev = revision.split([';', ',']).next().unwrap_or_default();
    let source = Source::new(Family::BenefitManual, part, format!("chapter {chapter}, Rev. {rev}"), from);
    put(input, sink, source, &sections.outline.finish())
}

/// A heading of the body is followed by its revision, within the lines that a long title takes; one of the contents is not.
struct Sections {
    outline: Outline,
    pending: Option<(u64, String, Vec<String>)>,
}

impl Sections {
    fn line(&mut self, number: u64, words: &str) {
        if words.is_empty() {
            return;
        }
        if words.starts_with("(Rev.") && self.pending.is_some() {
            self.settle();
            return;
        }
        if numbered(words).is_some() {
            self.drop_pending();
            self.pending = Some((number, words.to_owned(), Vec::new()));
            return;
        }
        if let Some((_, _, more)) = &mut self.pending {
            if more.len() < HEADING_LINES_MAX - 1 {
                more.push(words.to_owned());
                return;
            }
            self.drop_pending();
        }
        match marked(words) {
            Some((label, '.', rest)) if label.chars().all(|c| c.is_ascii_uppercase()) => {
                let ordinal = letter(label).unwrap_or_default();
                let mark = Mark { level: 1, ordinal, label: label.to_owned(), rest };
                if self.outline.expects(&mark) { self.outline.open(&mark, number) } else { self.outline.text(words) }
            }
            _ => self.outline.text(words),
        }
    }

    /// The pending line was a heading.
    fn settle(&mut self) {
        let Some((line, words, more)) = self.pending.take() else { return };
        if let Some((number, title)) = numbered(&words) {
            let title = format!("{title} {}", more.join(" "));
            self.outline.clear_stack();
            self.outline.open(&Mark { level: 0, ordinal: 1, label: number.to_owned(), rest: &title }, line);
        }
    }

    /// The pending line was text, or the contents.
    fn drop_pending(&mut self) {
        if let Some((_, words, more)) = self.pending.take() {
            self.outline.text(&words);
            for line in &more {
                self.outline.text(line);
            }
        }
    }
}
