//! The object that `inspect --json` prints for a mail.

use serde_json::{Value, json};

use crate::domain::message::InboundMessage;

/// `file` is the path as it was given.
pub fn inspection(file: &str, message: &InboundMessage) -> Value {
    let question = &message.question;
    json!({
        "file": file,
        "bytes": message.bytes,
        "sha256": message.sha256,
        "from": message.from,
        "sender": message.sender,
        "to": message.to,
        "cc": message.cc,
        "reply_to": message.reply_to,
        "return_path": message.return_path,
        "subject": message.subject,
        "date": message.date,
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "references": message.references,
        "origin": message.origin,
        "origin_reason": message.origin_reason,
        "may_reply": message.may_reply,
        "report": message.report,
        "authentication": message.authentication,
        "text": message.text,
        "new_text": message.new_text,
        "quoted_text": message.quoted_text,
        "signature": message.signature,
        "attachments": message.attachments,
        "identifiers": message.identifiers,
        "redacted_text": message.redacted_text,
        "redacted_subject": message.redacted_subject,
        "codes": question.codes,
        "question": {
            "intents": question.intents,
            "payer": question.payer,
            "date_of_service": question.date_of_service,
            "setting": question.setting,
            "state": question.state,
            "language": question.language,
            "text": question.text,
            "quoted": question.quoted,
        },
        "content_hash": message.content_hash,
        "problems": message.problems,
    })
}
