//! Reports in a provider's own form: Amazon's JSON notices, complaints of large providers, and mail clients that unsubscribe.

use serde_json::Value;

use crate::domain::message::MessageId;
use crate::domain::report::{DeliveryReport, ReportAction};
use crate::parse::limits::ADDRESSES_MAX;
use crate::parse::message::Mail;
use crate::pattern::patterns;

patterns! {
    COMPLAINT = r"(?i)^\s*(?:complaint|abuse\s+report|spam\s+(?:complaint|report)|email\s+feedback\s+report)\b";
    FORWARDED = r"(?i)^\s*(?:fwd?|fw|wg|tr|rv)\s*:";
    STATUS_FIELDS = r"(?im)^[ \t>]*final-recipient:\s*\S[\s\S]{0,400}?^[ \t>]*action:\s*(failed|delayed)";
}

pub(super) fn read(mail: &Mail) -> Option<DeliveryReport> {
    let abuse = || DeliveryReport {
        action: ReportAction::Abuse,
        status: None,
        final_recipients: Vec::new(),
        original_message_id: None,
        original_references: Vec::new(),
    };
    if let Some(report) = amazon(&mail.text) {
        return Some(report);
    }
    // A mail client's request not to be written to again is the mildest of complaints.
    if mail.fields.has("x-apple-unsubscribe") {
        return Some(abuse());
    }
    let returned = mail.machine_parts.iter().any(|part| part.depth == 0 && part.media_type == "message/rfc822");
    if returned && COMPLAINT.is_match(&mail.subject) {
        return Some(abuse());
    }
    forwarded(mail)
}

/// A report forwarded as text without a word of its own.
fn forwarded(mail: &Mail) -> Option<DeliveryReport> {
    let wordless = mail.text.trim_start().to_lowercase().starts_with("begin forwarded message");
    if !FORWARDED.is_match(&mail.subject) || !wordless || !STATUS_FIELDS.is_match(&mail.text) {
        return None;
    }
    let plain: Vec<&str> = mail.text.lines().map(|line| line.trim_start_matches(['>', ' '])).collect();
    Some(super::status::delivery(&plain.join("\n")))
}

/// An SNS notice of Amazon's SES: the notification's JSON as the text.
fn amazon(text: &str) -> Option<DeliveryReport> {
    let start = text.find('{')?;
    if !text.get(..start)?.trim().is_empty() || !text.contains("notificationType") && !text.contains("eventType") {
        return None;
    }
    let notice = serde_json::Deserializer::from_str(text.get(start..)?).into_iter::<Value>().next();
    let notice = notice.and_then(Result::ok);
    let kind =
        notice.as_ref().and_then(|notice| notice.get("notificationType").or(notice.get("eventType"))).and_then(Value::as_str);
    let kind = kind.or_else(|| {
        ["Bounce", "Complaint", "Delivery"].into_iter().find(|kind| text.contains(&format!("\"notificationType\":\"{kind}\"")))
    })?;
    let (action, part, list) = match kind {
        "Bounce" => (ReportAction::Failed, "bounce", "bouncedRecipients"),
        "Complaint" => (ReportAction::Abuse, "complaint", "complainedRecipients"),
        "Delivery" => (ReportAction::Delivered, "delivery", "recipients"),
        _ => return None,
    };
    let recipients = notice.as_ref().and_then(|notice| notice.get(part)?.get(list)?.as_array().cloned()).unwrap_or_default();
    let address =
        |recipient: &Value| recipient.get("emailAddress").or(Some(recipient)).and_then(Value::as_str).map(str::to_owned);
    let status = recipients.iter().find_map(|recipient| recipient.get("status").and_then(Value::as_str)).map(str::to_owned);
    let original = notice.as_ref().and_then(|notice| notice.get("mail")?.get("commonHeaders")?.get("messageId")?.as_str());
    Some(DeliveryReport {
        action,
        status,
        final_recipients: recipients.iter().filter_map(address).take(ADDRESSES_MAX).collect(),
        original_message_id: original.and_then(|id| MessageId::parse(id).ok()),
        original_references: Vec::new(),
    })
}
