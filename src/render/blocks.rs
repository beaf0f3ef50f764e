//! The light structure of an answer's plain text, found once and laid out twice: for the text part and for the HTML part.
//!
//! Paragraphs stand between blank lines; `1.` and `- ` begin items; lines with ` | ` are a table's rows; a short line
//! alone without a full stop is a heading. Nothing else is markup, and nothing of it is ever trusted as HTML.

use serde::{Serialize, Serializer};

/// A line at least this wide was broken by an editor, not by its author.
const WRAPPED_FROM_CHARS: usize = 66;
const HEADING_CHARS_MAX: usize = 48;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    Heading {
        text: String,
    },
    Paragraph {
        #[serde(serialize_with = "cited")]
        lines: Vec<String>,
    },
    Numbered {
        start: u32,
        #[serde(serialize_with = "cited")]
        items: Vec<String>,
    },
    Bulleted {
        #[serde(serialize_with = "cited")]
        items: Vec<String>,
    },
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
}

/// A line as a template sees it: the citation that ends it stands apart, to be set more quietly.
#[derive(Serialize)]
struct Cited<'a> {
    text: &'a str,
    /// `[NCCI PTP 2024 Q3, 20610/99213]`
    cite: Option<&'a str>,
}

fn cited<S: Serializer>(lines: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(lines.iter().map(|line| match line.rfind(" [").and_then(|at| line.split_at_checked(at)) {
        // Without a comma it names no record: `[NAME]` stands for what was taken out.
        Some((text, cite)) if cite.ends_with(']') && cite.contains(", ") => Cited { text, cite: Some(cite.trim_start()) },
        Some(_) | None => Cited { text: line, cite: None },
    }))
}

enum Line<'a> {
    Blank,
    Row(&'a str),
    Number(u32, &'a str),
    Bullet(&'a str),
    Mark(&'a str),
    Text { text: &'a str, indented: bool },
}

/// Finds the structure; total: any text is at least paragraphs.
pub fn parse(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for line in text.lines() {
        reader.read(line);
    }
    reader.close();
    headings(reader.done)
}

/// Lays blocks out as logical lines, a paragraph's line or an item each, ready for [`super::flowed::flow`].
pub fn to_text(blocks: &[Block]) -> String {
    blocks.iter().map(block_text).collect::<Vec<_>>().join("\n\n")
}

fn block_text(block: &Block) -> String {
    match block {
        Block::Heading { text } => text.clone(),
        Block::Paragraph { lines } => lines.join("\n"),
        Block::Numbered { start, items } => {
            (*start..).zip(items).map(|(number, item)| format!("{number}. {item}")).collect::<Vec<_>>().join("\n")
        }
        Block::Bulleted { items } => items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"),
        Block::Table { head, rows } => table_text(head, rows),
    }
}

fn table_text(head: &[String], rows: &[Vec<String>]) -> String {
    let all = || (!head.is_empty()).then_some(head).into_iter().chain(rows.iter().map(Vec::as_slice));
    let columns = all().map(<[String]>::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| all().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let lay = |row: &[String]| {
        let cells = widths.iter().enumerate().map(|(column, width)| {
            let cell = row.get(column).map_or("", String::as_str);
            format!("{cell}{}", " ".repeat(width.saturating_sub(cell.chars().count())))
        });
        cells.collect::<Vec<_>>().join(" | ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = Vec::new();
    if !head.is_empty() {
        lines.push(lay(head));
        lines.push(widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join(" | "));
    }
    lines.extend(rows.iter().map(|row| lay(row)));
    lines.join("\n")
}

fn classify(line: &str) -> Line<'_> {
    let text = line.trim();
    if text.is_empty() {
        return Line::Blank;
    }
    if let Some(heading) = text.strip_prefix("## ").or_else(|| text.strip_prefix("# ")) {
        return Line::Mark(heading.trim());
    }
    if text.starts_with('|') || super::flowed::is_row(text) {
        return Line::Row(text);
    }
    if let Some(item) = ["- ", "* ", "• "].iter().find_map(|mark| text.strip_prefix(mark)) {
        return Line::Bullet(item.trim());
    }
    match text.split_once([' ', '\t']) {
        Some((mark, item)) if mark.len() <= 3 => match mark.trim_end_matches(['.', ')']).parse::<u32>() {
            Ok(number) if mark.ends_with(['.', ')']) => Line::Number(number, item.trim()),
            Ok(_) | Err(_) => Line::Text { text, indented: line.starts_with([' ', '\t']) },
        },
        Some(_) | None => Line::Text { text, indented: line.starts_with([' ', '\t']) },
    }
}

#[derive(Default)]
struct Reader {
    done: Vec<Block>,
    open: Option<Block>,
    rows: Vec<String>,
    /// The width of the line before, by which an editor's break is told from the author's.
    width: usize,
}

impl Reader {
    fn read(&mut self, line: &str) {
        let kind = classify(line);
        if !matches!(kind, Line::Row(_)) {
            self.close_table();
        }
        match kind {
            Line::Blank => self.close(),
            Line::Mark(text) => {
                self.close();
                self.done.push(Block::Heading { text: text.to_owned() });
            }
            Line::Row(text) => {
                self.close_block();
                self.rows.push(text.to_owned());
            }
            Line::Number(number, item) => {
                if let Some(Block::Numbered { items, .. }) = &mut self.open {
                    items.push(item.to_owned());
                } else {
                    self.begin(Block::Numbered { start: number, items: vec![item.to_owned()] });
                }
            }
            Line::Bullet(item) => {
                if let Some(Block::Bulleted { items }) = &mut self.open {
                    items.push(item.to_owned());
                } else {
                    self.begin(Block::Bulleted { items: vec![item.to_owned()] });
                }
            }
            Line::Text { text, indented } => self.text(text, indented),
        }
        self.width = line.trim_end().chars().count();
    }

    fn text(&mut self, text: &str, indented: bool) {
        let first_word = text.split(' ').next().map_or(0, |word| word.chars().count());
        let was_wrapped = self.width + 1 + first_word > WRAPPED_FROM_CHARS;
        match &mut self.open {
            Some(Block::Numbered { items, .. } | Block::Bulleted { items }) if indented || was_wrapped => {
                if let Some(item) = items.last_mut() {
                    item.push(' ');
                    item.push_str(text);
                }
            }
            Some(Block::Paragraph { lines }) => match lines.last_mut() {
                Some(last) if was_wrapped => {
                    last.push(' ');
                    last.push_str(text);
                }
                Some(_) | None => lines.push(text.to_owned()),
            },
            Some(Block::Numbered { .. } | Block::Bulleted { .. } | Block::Heading { .. } | Block::Table { .. }) | None => {
                self.begin(Block::Paragraph { lines: vec![text.to_owned()] });
            }
        }
    }

    fn begin(&mut self, block: Block) {
        self.close();
        self.open = Some(block);
    }

    fn close(&mut self) {
        self.close_block();
        self.close_table();
    }

    fn close_block(&mut self) {
        self.done.extend(self.open.take());
    }

    fn close_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        match rows.as_slice() {
            [] => {}
            [one] => self.done.push(Block::Paragraph { lines: vec![one.clone()] }),
            _ => self.done.push(table(&rows)),
        }
    }
}

fn table(lines: &[String]) -> Block {
    let mut head = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines {
        let within = line.strip_prefix('|').map_or(line.as_str(), |rest| rest.strip_suffix('|').unwrap_or(rest));
        let cells: Vec<String> = within.split('|').map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-:=+".contains(c))) {
            // The rule under the head, as Markdown and our own layout draw it.
            if head.is_empty() && rows.len() == 1 {
                head = rows.pop().unwrap_or_default();
            }
        } else {
            rows.push(cells);
        }
    }
    let words_only = |row: &Vec<String>| !row.iter().any(|cell| cell.chars().any(|c| c.is_ascii_digit()));
    if head.is_empty() && rows.len() > 1 && rows.first().is_some_and(words_only) {
        head = rows.remove(0);
    }
    Block::Table { head, rows }
}

/// A short line alone that leads to something and ends no sentence is a heading; the first line of all is the answer.
fn headings(mut blocks: Vec<Block>) -> Vec<Block> {
    let last = blocks.len().saturating_sub(1);
    for block in blocks.iter_mut().take(last).skip(1) {
        if let Block::Paragraph { lines } = block
            && let [line] = lines.as_slice()
            && line.chars().count() <= HEADING_CHARS_MAX
            && !line.ends_with(['.', '?', '!', ';', ','])
        {
            *block = Block::Heading { text: line.clone() };
        }
    }
    blocks
}
