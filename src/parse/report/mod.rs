//! Delivery reports: the standard ones (RFC 3464, RFC 8098, RFC 5965) and the prose of servers older than the standard.

mod notice;
mod prose;
mod status;

use super::fields::{self, Fields};
use super::message::{self, Mail};
use crate::domain::message::MessageId;
use crate::domain::report::{DeliveryReport, ReportAction};

/// The report that a mail is, if it is one. A report that a person forwards is none: its parts lie inside another message.
pub(super) fn read(mail: &Mail) -> Option<DeliveryReport> {
    let part =
        |names: &[&str]| mail.machine_parts.iter().find(|part| part.depth == 0 && names.contains(&part.media_type.as_str()));
    let kind = mail.report_type.as_deref().unwrap_or_default();
    let mut report = if let Some(part) = part(&["message/feedback-report"]) {
        status::feedback(&part.text)
    } else if let Some(part) = part(&["message/disposition-notification", "message/global-disposition-notification"]) {
        status::disposition(&part.text)
    } else if let Some(part) = part(&["message/delivery-status", "message/global-delivery-status"]) {
        let read = status::delivery(&part.text);
        if read.final_recipients.is_empty() { completed(read, prose::read(mail)) } else { read }
    } else if kind == "feedback-report" {
        status::feedback("")
    } else if kind == "disposition-notification" {
        status::disposition("")
    } else if kind == "delivery-status" || mail.media_type == "multipart/report" && kind.is_empty() {
        prose::read(mail).unwrap_or_else(|| status::delivery(""))
    } else if let Some(report) = notice::read(mail) {
        report
    } else {
        prose::read(mail)?
    };
    let returned = returned_header(mail);
    if report.original_message_id.is_none() {
        report.original_message_id = returned.as_ref().and_then(message_id);
    }
    if let Some(fields) = &returned {
        report.original_references = message::ids(fields, "in-reply-to");
        report.original_references.extend(message::ids(fields, "references"));
    }
    Some(report)
}

/// A status part without recipients: the human part often names them.
fn completed(mut read: DeliveryReport, prose: Option<DeliveryReport>) -> DeliveryReport {
    if let Some(prose) = prose {
        read.final_recipients = prose.final_recipients;
        read.status = read.status.or(prose.status);
    }
    read
}

/// The header that came back, as a part or below a line of the text.
fn returned_header(mail: &Mail) -> Option<Fields> {
    let scan = |header: &str| Some(fields::scan(header.trim_start().as_bytes())).filter(|fields| message_id(fields).is_some());
    let mut parts =
        mail.machine_parts.iter().filter(|part| part.media_type.contains("rfc822") || part.media_type.contains("global"));
    let in_parts = parts.find_map(|part| scan(&part.text));
    in_parts.or_else(|| prose::returned(&mail.text).and_then(scan))
}

fn message_id(fields: &Fields) -> Option<MessageId> {
    let value = fields.get("message-id")?;
    MessageId::parse(value.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(value, |(id, _)| id)).ok()
}

/// An action as the standards spell it.
fn action(word: &str) -> Option<ReportAction> {
    match word.trim().to_ascii_lowercase().split([' ', '(', ';']).next().unwrap_or_default() {
        "failed" | "failure" | "fail" => Some(ReportAction::Failed),
        "delayed" => Some(ReportAction::Delayed),
        "delivered" => Some(ReportAction::Delivered),
        "relayed" => Some(ReportAction::Relayed),
        "expanded" => Some(ReportAction::Expanded),
        _ => None,
    }
}
