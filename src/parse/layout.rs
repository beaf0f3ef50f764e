//! The layout of an HTML mail as a reader may see it: tables and paragraphs, and nothing that acts, fetches, hides or names a patient.

use std::collections::{HashMap, HashSet};

use ammonia::Builder;

use super::limits::{HTML_BYTES_MAX, HTML_DEPTH_MAX};
use super::{html, identifiers, message, quote};

/// What is kept: nothing with an address, a style or a script in it.
const KEPT: &[&str] = &[
    "p",
    "div",
    "span",
    "br",
    "hr",
    "ul",
    "ol",
    "li",
    "b",
    "i",
    "em",
    "strong",
    "u",
    "s",
    "sub",
    "sup",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "caption",
];
/// Whose content is no text of the mail either.
const DROPPED: &[&str] = &[
    "script",
    "style",
    "title",
    "head",
    "template",
    "noscript",
    "svg",
    "math",
    "object",
    "iframe",
    "textarea",
    "select",
    "noembed",
    "noframes",
    "xmp",
    "plaintext",
];
/// Elements that part what stands before them from what stands after.
const APART: &[&str] = &[
    "p",
    "div",
    "br",
    "hr",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "table",
    "tr",
    "caption",
];

/// The HTML of the mail, reduced and without identifiers; `None` where it has none, or where it is too large to be shown.
pub fn laid_out(raw: &[u8]) -> Option<String> {
    let source = message::html(raw)?;
    if source.len() > HTML_BYTES_MAX || html::depth(&source) > HTML_DEPTH_MAX {
        return None;
    }
    Some(without_identifiers(&reduced(&source), raw))
}

fn reduced(source: &str) -> String {
    let spans: HashSet<&str> = ["colspan", "rowspan"].into();
    let mut builder = Builder::empty();
    builder
        .tags(KEPT.iter().copied().collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .tag_attributes(HashMap::from([("td", spans.clone()), ("th", spans)]))
        .attribute_filter(|_, _, value| {
            let small = (1..=2).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
            small.then(|| value.into())
        })
        .strip_comments(true)
        .link_rel(None);
    builder.clean(source).to_string()
}

/// A tag, or the stretch of the plain text that stands between two.
enum Piece<'a> {
    Tag(&'a str),
    Text(std::ops::Range<usize>),
}

/// `clean` is of the cleaner: its text holds no `<`, its attributes are numbers.
fn without_identifiers(clean: &str, raw: &[u8]) -> String {
    let (mut plain, mut pieces) = (String::new(), Vec::new());
    let mut rest = clean;
    while !rest.is_empty() {
        let length = if rest.starts_with('<') {
            rest.find('>').map_or(rest.len(), |at| at + 1)
        } else {
            rest.find('<').unwrap_or(rest.len())
        };
        let (piece, after) = rest.split_at(length);
        if piece.starts_with('<') {
            plain.push_str(between(piece));
            pieces.push(Piece::Tag(piece));
        } else {
            let from = plain.len();
            plain.push_str(&decoded(piece));
            pieces.push(Piece::Text(from..plain.len()));
        }
        rest = after;
    }
    let mail = message::parse(raw);
    let of_text = identifiers::find(&mail.text, &quote::split(&mail.text), mail.from.first());
    let found = identifiers::find_again(&plain, mail.from.first(), &of_text, &mail.text);
    let shown = pieces.into_iter().map(|piece| match piece {
        Piece::Tag(tag) => tag.to_owned(),
        Piece::Text(range) => encoded(&identifiers::piece(&plain, range, &found)),
    });
    shown.collect()
}

/// What a reader of plain text would see in the place of a tag.
fn between(tag: &str) -> &'static str {
    let name = tag.trim_matches(['<', '>', '/']).split(' ').next().unwrap_or_default();
    match name {
        "td" | "th" => "  ",
        _ if APART.contains(&name) => "\n",
        _ => "",
    }
}

fn decoded(text: &str) -> String {
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn encoded(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
