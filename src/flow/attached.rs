//! The files of a mail: read one by one in children, what they say added to the question, what they are noted.

use std::time::{Duration, Instant};

use crate::attachments;
use crate::domain::attachment::{AttachmentFacts, FileKind, FileReading, Unread};
use crate::domain::message::InboundMessage;
use crate::parse;
use crate::ports::InboundFacts;

use super::Flow;

/// All files of one mail together.
const ALL_FILES_MAX: Duration = Duration::from_secs(30);
/// A picture inside the text up to this size is a signature's logo.
const LOGO_BYTES_MAX: usize = 60_000;

/// Reads what is attached into the facts: nothing that names a patient goes in.
pub(super) async fn read(flow: &Flow, raw: &[u8], message: &InboundMessage, facts: &mut InboundFacts) {
    if message.attachments.is_empty() {
        return;
    }
    let begun = Instant::now();
    let limits = flow.attachments.limits;
    let mut readings: Vec<FileReading> = Vec::new();
    for (index, content) in parse::contents(raw).into_iter().enumerate() {
        let kind = kind(&content);
        let reading = if index >= limits.files_max {
            FileReading::unread(kind, Unread::TooLarge)
        } else if begun.elapsed() > ALL_FILES_MAX {
            FileReading::unread(kind, Unread::TooCostly)
        } else if kind == FileKind::Message {
            // A mail is read by the reader of mails, which is total.
            let options = parse::ReadOptions::new(jiff::civil::Date::constant(2000, 1, 1));
            FileReading::text(kind, parse::read(&content.bytes, &options).text)
        } else {
            flow.attachments.read(&content.bytes).await
        };
        let noted = noted(&content, &reading, message);
        metrics::counter!("caseconsultant_attachments_total", "outcome" => if noted.unread.is_some() { "unread" } else { "read" }).increment(1);
        facts.problems.extend(remark(&noted));
        facts.files.push(noted);
        readings.push(reading);
    }
    let read: Vec<parse::Attached<'_>> = readings.iter().map(attached).collect();
    if read.iter().any(|file| !file.text.trim().is_empty() || !file.claims.is_empty()) {
        facts.question = parse::with_attached(message, &read);
    }
}

fn kind(content: &parse::Content) -> FileKind {
    if content.attachment.media_type.starts_with("message/") { FileKind::Message } else { attachments::kind(&content.bytes) }
}

fn attached(reading: &FileReading) -> parse::Attached<'_> {
    parse::Attached {
        kind: reading.kind.name(),
        text: &reading.text,
        claims: &reading.claims,
        date_of_service: reading.date_of_service,
    }
}

fn noted(content: &parse::Content, reading: &FileReading, message: &InboundMessage) -> AttachmentFacts {
    let logo = reading.kind == FileKind::Image && content.attachment.inline && content.bytes.len() <= LOGO_BYTES_MAX;
    AttachmentFacts {
        kind: reading.kind,
        bytes: content.bytes.len(),
        name: content.attachment.name.as_deref().map(|name| parse::redacted_name(name, message)),
        unread: reading.unread,
        macros: reading.macros,
        needs_person: reading.unread.is_some() && !logo,
    }
}

/// What a consultant is told of a file that was not read, or that can run code.
fn remark(file: &AttachmentFacts) -> Option<String> {
    let name = file.name.as_deref().unwrap_or("without a name");
    let what = format!("the attached {} ({name})", file.kind.name());
    match file.unread {
        Some(why) if file.needs_person => {
            let macros = if file.macros { ", and holds macros: open it with care" } else { "" };
            Some(format!("{what} {}{macros}", why.reason()))
        }
        Some(_) | None => file.macros.then(|| format!("{what} holds macros: open it with care")),
    }
}
