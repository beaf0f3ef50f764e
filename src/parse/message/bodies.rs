//! The parts of a message: one plain text for readers, machine parts for the report reader, the rest as attachments.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use crate::domain::message::Attachment;
use crate::parse::html;
use crate::parse::limits::{PARTS_MAX, TEXT_CHARS_MAX, characters};

/// Characters kept of one machine part.
const MACHINE_CHARS_MAX: usize = 200_000;

/// A part that a machine wrote for machines, or the returned message.
#[derive(Debug, Clone)]
pub(in crate::parse) struct MachinePart {
    /// In lower case; `message/rfc822` for a whole message.
    pub media_type: String,
    pub text: String,
    /// 0 in the mail itself, 1 in a message inside it.
    pub depth: usize,
}

pub(super) struct Bodies {
    pub text: String,
    pub machine_parts: Vec<MachinePart>,
    pub attachments: Vec<Attachment>,
}

pub(super) fn read(message: &Message<'_>, problems: &mut Vec<String>) -> Bodies {
    if message.parts.len() > PARTS_MAX {
        problems.push(format!("more than {PARTS_MAX} parts: the rest was not read"));
    }
    if message.parts.iter().take(PARTS_MAX).any(|part| part.is_encoding_problem) {
        problems.push("a part is not encoded as its header says, or its boundary is missing".to_owned());
    }
    let mut bodies = Bodies { text: text(message), machine_parts: Vec::new(), attachments: Vec::new() };
    machine_parts(message, &mut bodies.machine_parts, 0);
    bodies.attachments = attachments(message);
    if bodies.text.chars().count() > TEXT_CHARS_MAX {
        problems.push(format!("a text of more than {TEXT_CHARS_MAX} characters: the rest was not read"));
        bodies.text = characters(&bodies.text, TEXT_CHARS_MAX).to_owned();
    }
    bodies
}

/// The text parts one after the other; HTML where no plain text says anything.
fn text(message: &Message<'_>) -> String {
    let mut text = String::new();
    for id in message.text_body.iter().take(PARTS_MAX) {
        let Some(part) = message.parts.get(*id as usize) else { continue };
        let piece = part_text(message, part);
        push(&mut text, &piece);
    }
    if text.trim().is_empty() {
        for id in message.html_body.iter().take(PARTS_MAX) {
            let Some(part) = message.parts.get(*id as usize) else { continue };
            push(&mut text, &part_text(message, part));
        }
    }
    if text.trim().is_empty() {
        // A multipart whose boundary never comes is one text, whatever its header calls it; one whose boundary is never
        // closed (RFC 2046, 5.1.2) has its parts in no list of bodies.
        let shown = |part: &&MessagePart<'_>| part.content_disposition().is_none_or(|of| !of.is_attachment());
        for part in message.parts.iter().take(PARTS_MAX).filter(shown) {
            push(&mut text, &part_text(message, part));
        }
    }
    text
}

/// The first part that is HTML, of those that are shown.
pub(super) fn html(message: &Message<'_>) -> Option<String> {
    let mut parts = message.html_body.iter().take(PARTS_MAX).filter_map(|id| message.parts.get(*id as usize));
    parts.find_map(|part| match &part.body {
        PartType::Html(text) => Some(relabelled(message, part, text)),
        PartType::Text(_) | PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) | PartType::Multipart(_) => {
            None
        }
    })
}

fn push(text: &mut String, piece: &str) {
    if !text.is_empty() && !piece.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(characters(piece, TEXT_CHARS_MAX + 1));
}

fn part_text(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    match &part.body {
        PartType::Text(text) => lines(&relabelled(message, part, text)),
        PartType::Html(text) => lines(&html::to_text(&relabelled(message, part, text))),
        PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) | PartType::Multipart(_) => String::new(),
    }
}

/// Text that did not decode by its label: read again as UTF-8, else as Windows-1252, which is what unlabelled
/// 8-bit mail nearly always is.
fn relabelled(message: &Message<'_>, part: &MessagePart<'_>, text: &str) -> String {
    if !text.contains('\u{FFFD}') {
        return text.to_owned();
    }
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let bytes = match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    };
    let Some(bytes) = bytes else { return text.to_owned() };
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if declared_utf8(part) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        Err(error) => encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned(),
    }
}

fn declared_utf8(part: &MessagePart<'_>) -> bool {
    let charset = part.content_type().and_then(|of| of.attribute("charset"));
    charset.is_some_and(|label| label.to_ascii_lowercase().starts_with("utf"))
}

fn media_type(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(of) => format!("{}/{}", of.ctype(), of.subtype().unwrap_or_default()).to_ascii_lowercase(),
        None if matches!(part.body, PartType::Message(_)) => "message/rfc822".to_owned(),
        None => "text/plain".to_owned(),
    }
}

/// Delivery status, disposition and feedback parts, and the header of what came back, at any depth that is opened.
fn machine_parts(message: &Message<'_>, found: &mut Vec<MachinePart>, depth: usize) {
    for part in message.parts.iter().take(PARTS_MAX) {
        let media_type = media_type(part);
        match &part.body {
            PartType::Message(inner) => {
                let known = media_type.starts_with("message/") && !media_type.ends_with("/global");
                let media_type = if known { media_type } else { "message/rfc822".to_owned() };
                found.push(MachinePart { media_type, text: raw_text(message, part), depth });
                if depth < 3 {
                    machine_parts(inner, found, depth + 1);
                }
            }
            PartType::Text(text) | PartType::Html(text) if wanted(&media_type) => {
                found.push(MachinePart { media_type, text: characters(text, MACHINE_CHARS_MAX).to_owned(), depth });
            }
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) if wanted(&media_type) => {
                let text = String::from_utf8_lossy(bytes);
                found.push(MachinePart { media_type, text: characters(&text, MACHINE_CHARS_MAX).to_owned(), depth });
            }
            PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Multipart(_) => {}
        }
    }
}

fn wanted(media_type: &str) -> bool {
    media_type.starts_with("message/") || media_type.ends_with("rfc822-headers")
}

fn raw_text(message: &Message<'_>, part: &MessagePart<'_>) -> String {
    let raw = message.raw_message.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let raw = raw.get(..MACHINE_CHARS_MAX).unwrap_or(raw);
    String::from_utf8_lossy(raw).into_owned()
}

fn attachments(message: &Message<'_>) -> Vec<Attachment> {
    message.attachments().take(PARTS_MAX).map(attachment).collect()
}

pub(super) fn attachment(part: &MessagePart<'_>) -> Attachment {
    let disposition = part.content_disposition();
    let inline =
        disposition.is_some_and(mail_parser::ContentType::is_inline) || disposition.is_none() && part.content_id().is_some();
    let clean = |name: &str| name.split(|c: char| c.is_control()).collect::<String>().trim().to_owned();
    let name = part.attachment_name().map(clean).filter(|name| !name.is_empty());
    let bytes = match &part.body {
        PartType::Message(_) => (part.offset_end.saturating_sub(part.offset_body)) as usize,
        PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Multipart(_) => {
            part.len()
        }
    };
    Attachment { name, media_type: media_type(part), bytes, inline }
}
