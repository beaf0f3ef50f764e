//! The fields of machine-readable reports.

use super::action;
use crate::domain::message::MessageId;
use crate::domain::report::{DeliveryReport, ReportAction};
use crate::parse::fields::{self, Fields};
use crate::parse::limits::ADDRESSES_MAX;
use crate::pattern::patterns;

patterns! {
    STATUS = r"\b([245]\.\d{1,3}\.\d{1,3})\b";
}

/// Reads a message/delivery-status part: one group of fields a message, then one a recipient (RFC 3464, 2.1).
pub(super) fn delivery(text: &str) -> DeliveryReport {
    let mut report = DeliveryReport {
        action: ReportAction::Failed,
        status: None,
        final_recipients: Vec::new(),
        original_message_id: None,
        original_references: Vec::new(),
    };
    let mut worst: Option<ReportAction> = None;
    for group in groups(text) {
        if report.original_message_id.is_none() {
            report.original_message_id =
                group.get("original-message-id").or(group.get("x-original-message-id")).and_then(|id| MessageId::parse(id).ok());
        }
        let acted = group.get("action").and_then(action);
        let named = ["final-recipient", "original-recipient"]
            .iter()
            .find_map(|name| group.get(name).map(address))
            .filter(|found| !found.is_empty());
        if acted.is_none() && named.is_none() {
            continue;
        }
        let acted = acted.unwrap_or(ReportAction::Failed);
        let weightier = worst.is_none_or(|known| weight(acted) > weight(known));
        if weightier {
            worst = Some(acted);
            report.final_recipients.clear();
            report.status = None;
        }
        if worst == Some(acted) {
            if let Some(named) = named
                && report.final_recipients.len() < ADDRESSES_MAX
                && !report.final_recipients.contains(&named)
            {
                report.final_recipients.push(named);
            }
            if report.status.is_none() {
                report.status = status_of(&group);
            }
        }
    }
    report.action = worst.unwrap_or(ReportAction::Failed);
    report
}

/// What must be known first: a report over several recipients is as bad as its worst line.
const fn weight(action: ReportAction) -> u8 {
    match action {
        ReportAction::Failed => 5,
        ReportAction::Delayed => 4,
        ReportAction::Expanded => 3,
        ReportAction::Relayed => 2,
        ReportAction::Delivered => 1,
        ReportAction::Disposition | ReportAction::Abuse => 0,
    }
}

/// The diagnostic code is the remote server's own word; the Status field is at times a mere `5.0.0`.
fn status_of(group: &Fields) -> Option<String> {
    let find = |name: &str| group.get(name).and_then(|value| STATUS.find(value)).map(|found| found.as_str().to_owned());
    match (find("status"), find("diagnostic-code")) {
        (Some(own), Some(theirs)) if own.ends_with(".0.0") => Some(theirs),
        (own, theirs) => own.or(theirs),
    }
}

/// `rfc822; user@example.org`, `<user@example.org>`, `utf-8;…`.
fn address(value: &str) -> String {
    let value = value.rsplit_once(';').map_or(value, |(_, rest)| rest);
    value.trim().trim_matches(|c: char| "<>\"' ".contains(c)).to_owned()
}

fn groups(text: &str) -> Vec<Fields> {
    let text = text.replace("\r\n", "\n");
    text.split("\n\n").take(2_000).map(|group| fields::scan(group.trim_start_matches('\n').as_bytes())).collect()
}

/// Reads a message/disposition-notification part (RFC 8098, 3.1).
pub(super) fn disposition(text: &str) -> DeliveryReport {
    let fields = fields::scan(text.trim_start().as_bytes());
    DeliveryReport {
        action: ReportAction::Disposition,
        status: None,
        final_recipients: fields.get("final-recipient").map(address).into_iter().collect(),
        original_message_id: fields.get("original-message-id").and_then(|id| MessageId::parse(id).ok()),
        original_references: Vec::new(),
    }
}

/// Reads a message/feedback-report part (RFC 5965, 3.1).
pub(super) fn feedback(text: &str) -> DeliveryReport {
    let fields = fields::scan(text.trim_start().as_bytes());
    DeliveryReport {
        action: ReportAction::Abuse,
        status: None,
        final_recipients: fields
            .all("original-rcpt-to")
            .map(address)
            .filter(|found| !found.is_empty())
            .take(ADDRESSES_MAX)
            .collect(),
        original_message_id: None,
        original_references: Vec::new(),
    }
}
