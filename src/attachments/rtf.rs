//! RTF (Microsoft's specification 1.9.1): words out, formatting and everything that is no body text left behind.

use encoding_rs::WINDOWS_1252;

/// Groups deeper than this are nobody's letter.
const DEPTH_MAX: usize = 1_000;

/// Destinations whose content is no body text.
const HIDDEN: [&str; 16] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "headerl",
    "headerr",
    "footerl",
    "footerr",
    "generator",
    "themedata",
    "datastore",
    "xmlnstbl",
];

/// Total: whatever the bytes are, the text that can be made out of them.
pub(super) fn text(bytes: &[u8]) -> String {
    let source: String = WINDOWS_1252.decode(bytes).0.into_owned();
    let mut out = String::new();
    // Whether each open group is hidden, the innermost last.
    let mut groups: Vec<bool> = Vec::new();
    let mut skip = 0_usize;
    let mut rest = source.as_str();
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        let hidden = groups.last().copied().unwrap_or(false);
        match c {
            '{' if groups.len() >= DEPTH_MAX => return out,
            '{' => groups.push(hidden),
            '}' => {
                groups.pop();
            }
            '\\' => rest = control(rest, hidden, &mut groups, &mut skip, &mut out),
            '\r' | '\n' => {}
            _ if hidden => {}
            _ if skip > 0 => skip -= 1,
            _ => out.push(c),
        }
    }
    out
}

/// What stands behind a backslash; gives back what follows it.
fn control<'s>(rest: &'s str, hidden: bool, groups: &mut [bool], skip: &mut usize, out: &mut String) -> &'s str {
    let Some(first) = rest.chars().next() else { return "" };
    let after = rest.get(first.len_utf8()..).unwrap_or_default();
    let mut say = |c: char| {
        if !hidden {
            out.push(c);
        }
    };
    match first {
        '\'' => {
            let digits = after.get(..2).unwrap_or_default();
            if let (Ok(byte), 0) = (u8::from_str_radix(digits, 16), *skip) {
                WINDOWS_1252.decode(&[byte]).0.chars().for_each(say);
            } else {
                *skip = skip.saturating_sub(1);
            }
            after.get(2..).unwrap_or_default()
        }
        '*' => {
            if let Some(group) = groups.last_mut() {
                *group = true;
            }
            after
        }
        '~' => {
            say(' ');
            after
        }
        '\\' | '{' | '}' => {
            say(first);
            after
        }
        _ if first.is_ascii_alphabetic() => {
            let word_end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let (word, tail) = rest.split_at(word_end);
            let number_end = tail.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(tail.len());
            let (number, tail) = tail.split_at(number_end);
            match word {
                "par" | "line" | "row" | "sect" => say('\n'),
                "tab" | "cell" => say('\t'),
                "u" => {
                    let code = number.parse::<i32>().unwrap_or(0);
                    let code = if code < 0 { code + 65_536 } else { code };
                    u32::try_from(code).ok().and_then(char::from_u32).into_iter().for_each(say);
                    *skip = 1;
                }
                "bin" => return tail.get(number.parse::<usize>().unwrap_or(0)..).unwrap_or_default(),
                _ if HIDDEN.contains(&word) => {
                    if let Some(group) = groups.last_mut() {
                        *group = true;
                    }
                }
                _ => {}
            }
            tail.strip_prefix(' ').unwrap_or(tail)
        }
        _ => after,
    }
}
