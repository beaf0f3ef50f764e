//! Plain text as `format=flowed` (RFC 3676): wrapped for a terminal, reflowed by a phone.

/// Characters a line may hold, its soft break's blank included (RFC 3676, 4.2 asks for 78 at most).
const LINE_CHARS_MAX: usize = 72;

/// Wraps logical lines (a paragraph or a list item each) at 72 characters with soft breaks.
///
/// A table's row, and a line that four blanks set apart (a command to copy), stays whole. A trailing blank would make a line flow into the
/// next, so those of hard lines go; a leading blank, `>` or `From ` is stuffed (RFC 3676, 4.4). The signature
/// separator `-- ` keeps its blank: that one never flows (RFC 3676, 4.3).
pub fn flow(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 40);
    for line in text.lines() {
        if line == "-- " {
            out.push_str("-- \n");
            continue;
        }
        let line = line.trim_end();
        if is_row(line) || line.starts_with("    ") {
            push_line(&mut out, line);
        } else {
            wrap(&mut out, line);
        }
    }
    out
}

/// Whether a line is laid out in columns.
pub fn is_row(line: &str) -> bool {
    line.contains(" | ") || line.ends_with(" |")
}

fn wrap(out: &mut String, line: &str) {
    let mut current = String::new();
    let mut width = 0_usize;
    for piece in line.split_inclusive(' ') {
        let piece_width = piece.trim_end().chars().count();
        if width > 0 && width + piece_width > LINE_CHARS_MAX {
            push_line(out, &current);
            current.clear();
            width = 0;
        }
        current.push_str(piece);
        width += piece.chars().count();
    }
    push_line(out, &current);
}

fn push_line(out: &mut String, line: &str) {
    if line.starts_with([' ', '>']) || line.starts_with("From ") {
        out.push(' ');
    }
    out.push_str(line);
    out.push('\n');
}
