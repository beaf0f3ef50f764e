//! The asker's subject, made fit to be answered under.

use std::sync::LazyLock;

use regex::Regex;

/// Characters kept of their subject: a phone shows forty, a header line holds 998 octets.
const SUBJECT_CHARS_MAX: usize = 150;

/// Reply marks that mail programs put before a subject, in the languages that we have seen; `Re[2]:` and `Re^2:` among them.
/// A forward's mark is content: it stays.
#[expect(clippy::expect_used, reason = "a literal pattern")]
static REPLY_MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:re|aw|antw|antwort|sv|vs|odp|ynt|rif|res|回复|回覆|答复|返信|отв)\s*(?:\[\d+\]|\^\d+|\(\d+\))?\s*[:：]\s*",
    )
    .expect("a literal pattern")
});

/// Our own numbers: they are put on anew.
#[expect(clippy::expect_used, reason = "a literal pattern")]
static OUR_NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)\[\s*cc-\d{1,19}\s*\]").expect("a literal pattern"));

/// Their subject on one line, without reply marks, our numbers, controls or marks that turn the writing direction; cut to 150 characters.
pub fn bare(theirs: &str) -> String {
    let mut text = one_line(&OUR_NUMBER.replace_all(&one_line(theirs), " "));
    while let Some(mark) = REPLY_MARK.find(&text) {
        text = text.get(mark.end()..).unwrap_or_default().to_owned();
    }
    // What looks like an encoded word would be decoded by the reader, to anything.
    cut(&text.replace("=?", "= ?"))
}

fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns_direction(*c)).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SUBJECT_CHARS_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
    }
}
