//! A manual's text cut into sections by its own numbers.
//!
//! The text of a published PDF has its headings among its lines, page footers in between, and every heading twice: once in
//! the contents. A line counts as a heading only where its number is the next one at its level, so that a numbered list or
//! a number at a line's start does not cut a section.

use super::lines::squeeze;

/// A section with its text, headings of what is below it not included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The numbers from the top: `I.C.9.a`, `20.1`, `III.E.3`.
    pub number: String,
    pub title: String,
    pub text: String,
    /// As printed on its first page: `14`, `I-5`; empty where no footer tells.
    pub page: String,
    pub line: u64,
}

/// A heading that a line may be: how deep, the how-manieth at its level, and how it is cited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark<'a> {
    pub level: u8,
    pub ordinal: u32,
    pub label: String,
    pub rest: &'a str,
}

/// Collects sections line by line.
#[derive(Debug, Default)]
pub struct Outline {
    stack: Vec<(u8, u32, String)>,
    sections: Vec<Section>,
    /// Sections that the next footer gives their page.
    unpaged: usize,
}

impl Outline {
    /// Whether the mark is the next of its level, or the first of a deeper one.
    pub fn expects(&self, mark: &Mark<'_>) -> bool {
        match self.stack.iter().find(|(level, ..)| *level == mark.level) {
            Some((_, ordinal, _)) => mark.ordinal == ordinal + 1,
            None => mark.ordinal == 1 && self.stack.last().is_some_and(|(level, ..)| *level < mark.level),
        }
    }

    /// Begins a section.
    pub fn open(&mut self, mark: &Mark<'_>, line: u64) {
        self.stack.retain(|(level, ..)| *level < mark.level);
        self.stack.push((mark.level, mark.ordinal, mark.label.clone()));
        let number = self.stack.iter().map(|(.., label)| label.as_str()).collect::<Vec<_>>().join(".");
        let title = squeeze(mark.rest);
        self.sections.push(Section { number, title, text: String::new(), page: String::new(), line });
    }

    /// Closes every section: the next one stands at the top.
    pub fn clear_stack(&mut self) {
        self.stack.clear();
    }

    /// Adds a line to the section that is open.
    pub fn text(&mut self, line: &str) {
        let Some(section) = self.sections.last_mut() else { return };
        if !section.text.is_empty() {
            section.text.push('\n');
        }
        section.text.push_str(line.trim());
    }

    /// The page whose footer this is, for the sections that began on it.
    pub fn page(&mut self, page: &str) {
        for section in self.sections.iter_mut().skip(self.unpaged) {
            page.clone_into(&mut section.page);
        }
        self.unpaged = self.sections.len();
    }

    pub fn finish(self) -> Vec<Section> {
        self.sections
    }
}

/// `a` is the first, `z` the twenty-sixth.
pub fn letter(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c @ 'a'..='z'), None) => Some(u32::from(c) - u32::from('a') + 1),
        (Some(c @ 'A'..='Z'), None) => Some(u32::from(c) - u32::from('A') + 1),
        _ => None,
    }
}

/// `XIV` is fourteen.
pub fn roman(text: &str) -> Option<u32> {
    let value = |c: char| match c.to_ascii_uppercase() {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        _ => None,
    };
    let values: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    let next = values.iter().skip(1).copied().chain([0]);
    let total = values.iter().zip(next).fold(0_i64, |sum, (now, next)| {
        let now_signed = i64::from(*now);
        if *now < next { sum - now_signed } else { sum + now_signed }
    });
    u32::try_from(total).ok().filter(|total| *total > 0)
}
