//! Plain text, tables in text, and HTML pages.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Text by its byte order mark, else UTF-8 where it is that, else Windows-1252.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let (encoding, marked) = Encoding::for_bom(bytes).map_or((UTF_8, false), |(encoding, _)| (encoding, true));
    let (text, _, broken) = encoding.decode(bytes);
    let text = if broken && !marked && !cut_character(bytes) { WINDOWS_1252.decode(bytes).0 } else { text };
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
}

/// Whether only the very end is broken: a look at the first bytes may cut a character in two.
fn cut_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// The words of a page, a line a block. What is not shown (style, script) is left out.
pub(super) fn of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/' || *c == '!').collect();
        let name = name.to_ascii_lowercase();
        let hidden = match name.as_str() {
            "style" => Some("</style"),
            "script" => Some("</script"),
            _ if tag.starts_with("!--") => Some("-->"),
            _ => None,
        };
        let tag = match hidden {
            Some(end) => tag.to_ascii_lowercase().find(end).and_then(|at| tag.get(at..)).unwrap_or_default(),
            None => tag,
        };
        if matches!(name.as_str(), "br" | "p" | "/p" | "div" | "/div" | "/tr" | "li" | "h1" | "h2" | "h3") {
            text.push('\n');
        } else if matches!(name.as_str(), "/td" | "/th") {
            text.push('\t');
        }
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
