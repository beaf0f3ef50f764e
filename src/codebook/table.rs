//! Records kept as the text they were written in: one line a record, found by its first field.

/// Lines sorted by their first tab-separated field, kept whole: 48,000 records cost their text and 8 bytes each.
#[derive(Debug, Default)]
pub(super) struct Table {
    text: String,
    lines: Vec<(u32, u32)>,
}

impl Table {
    /// Takes the lines of `text` that `keep` wants and sorts them by key.
    pub fn new(text: String, keep: impl Fn(&str) -> bool) -> Self {
        let mut lines = Vec::new();
        let mut start = 0_usize;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            if keep(bare)
                && let (Ok(from), Ok(to)) = (u32::try_from(start), u32::try_from(start + bare.len()))
            {
                lines.push((from, to));
            }
            start += line.len();
        }
        let mut table = Self { text, lines: Vec::new() };
        lines.sort_by(|a, b| table.key(*a).cmp(table.key(*b)));
        table.lines = lines;
        table
    }

    /// The record under `key`, its line whole.
    pub fn get(&self, key: &str) -> Option<&str> {
        let at = self.lines.binary_search_by(|line| self.key(*line).cmp(key)).ok()?;
        self.lines.get(at).map(|line| self.line(*line))
    }

    /// Records whose key starts with `prefix`, in order.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.lines.partition_point(|line| self.key(*line) < prefix);
        self.lines
            .get(from..)
            .unwrap_or_default()
            .iter()
            .map(|line| self.line(*line))
            .take_while(move |line| line.starts_with(prefix))
    }

    /// As [`Self::under`], for a prefix that does not live as long as the table.
    pub fn under_owned(&self, prefix: &str) -> impl Iterator<Item = &str> {
        let from = self.lines.partition_point(|line| self.key(*line) < prefix);
        let prefix = prefix.to_owned();
        let lines = self.lines.get(from..).unwrap_or_default().iter().map(|line| self.line(*line));
        lines.take_while(move |line| line.starts_with(&prefix))
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| self.line(*line))
    }

    fn line(&self, (from, to): (u32, u32)) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    fn key(&self, line: (u32, u32)) -> &str {
        let line = self.line(line);
        line.split('\t').next().unwrap_or(line)
    }
}
