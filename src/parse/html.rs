//! HTML bodies as plain text, within limits: 20,000 nested elements cost the converter a second and give nothing.

use html2text::config;
use html2text::render::TextDecorator;

use super::limits::{HTML_BYTES_MAX, HTML_DEPTH_MAX, floor};
use crate::pattern::patterns;

/// Wide enough that no line of a person's is broken.
const COLUMNS: usize = 4_000;

patterns! {
    /// What is never text: comments, styles, scripts, the head.
    UNSEEN = r"(?is)<!--.*?-->|<!\[.*?\]>|<(?:style|script|title)\b.*?(?:</(?:style|script|title)\s*>|\z)";
    /// Elements that are hidden from the reader, a favourite place for orders to machines.
    HIDDEN = r#"(?is)<(div|span|p|font|td)\b[^>]*\bstyle\s*=\s*["'][^"'>]*(?:display\s*:\s*none|font-size\s*:\s*0(?:px|pt)?\s*[;"']|visibility\s*:\s*hidden)[^>]*>[^<]*</(?:div|span|p|font|td)>"#;
    TAG = r"(?s)<(/?)([A-Za-z][A-Za-z0-9:]*)([^>]*)>";
    BLANK_LINES = r"\n{3,}";
}

/// Elements that need no end tag; they open nothing.
const VOID: [&str; 10] = ["br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base"];

/// The text a reader would see. Total: HTML that the converter refuses is stripped of its tags.
pub(super) fn to_text(html: &str) -> String {
    let html = html.get(..floor(html, HTML_BYTES_MAX)).unwrap_or(html);
    let seen = UNSEEN.replace_all(html, "");
    let seen = HIDDEN.replace_all(&seen, "");
    if depth(&seen) > HTML_DEPTH_MAX {
        return stripped(&seen);
    }
    let plain = config::with_decorator(Plain).raw_mode(true).allow_width_overflow();
    let converted = plain.string_from_read(seen.as_bytes(), COLUMNS);
    let text = converted.unwrap_or_else(|_| stripped(&seen));
    let text: Vec<&str> = text.lines().map(str::trim_end).collect();
    BLANK_LINES.replace_all(&text.join("\n"), "\n\n").trim_matches('\n').replace('\u{a0}', " ")
}

pub(super) fn depth(html: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0_usize);
    for tag in TAG.find_iter(html) {
        let inner = tag.as_str().trim_start_matches('<').trim_end_matches('>');
        let named = inner.trim_start_matches('/');
        let name = named.split(|c: char| !c.is_ascii_alphanumeric() && c != ':').next().unwrap_or_default();
        if inner.ends_with('/') || VOID.iter().chain(&["p", "li"]).any(|alone| alone.eq_ignore_ascii_case(name)) {
            continue;
        }
        if inner.starts_with('/') {
            open = open.saturating_sub(1);
        } else {
            open += 1;
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// The fall-back: tags out, the five entities in.
fn stripped(html: &str) -> String {
    let breaks = TAG.replace_all(html, |tag: &regex::Captures<'_>| {
        let name = tag.get(2).map_or("", |name| name.as_str()).to_ascii_lowercase();
        if matches!(name.as_str(), "br" | "p" | "div" | "tr" | "li") { "\n" } else { "" }
    });
    let text =
        breaks.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    BLANK_LINES.replace_all(&text, "\n\n").trim().to_owned()
}

/// Adds nothing but quote marks and list bullets.
#[derive(Debug, Clone)]
struct Plain;

impl TextDecorator for Plain {
    type Annotation = ();

    fn decorate_link_start(&mut self, _url: &str) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_link_end(&mut self) -> String {
        String::new()
    }

    fn decorate_em_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _src: &str, title: &str) -> (String, ()) {
        (title.to_owned(), ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        "> ".to_owned()
    }

    fn unordered_item_prefix(&self) -> String {
        "* ".to_owned()
    }

    fn ordered_item_prefix(&self, i: i64) -> String {
        format!("{i}. ")
    }

    fn decorate_superscript_start(&self) -> (String, ()) {
        (String::new(), ())
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }

    fn make_subblock_decorator(&self) -> Self {
        self.clone()
    }

    fn finalise(&mut self, _urls: Vec<String>) -> Vec<html2text::render::TaggedLine<()>> {
        Vec::new()
    }
}
