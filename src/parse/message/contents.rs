//! The bytes of what is attached: parts that are files, and the files inside Outlook's `winmail.dat`.

use mail_parser::{MessageParser, MimeHeaders, PartType};

use super::{bodies, guard, opaque, tnef};
use crate::domain::message::Attachment;
use crate::parse::limits::PARTS_MAX;

/// An attached file with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub attachment: Attachment,
    pub bytes: Vec<u8>,
}

/// Everything attached to a mail, in order. What only proves who signed is no file of anybody's.
pub(in crate::parse) fn contents(raw: &[u8]) -> Vec<Content> {
    let bytes = opaque::opened(guard::prepared(raw, &mut Vec::new()));
    let Some(message) = MessageParser::default().parse(bytes.as_ref()) else { return Vec::new() };
    let mut contents = Vec::new();
    for part in message.attachments().take(PARTS_MAX) {
        let attachment = bodies::attachment(part);
        if is_signature(&attachment.media_type) {
            continue;
        }
        let bytes = match &part.body {
            PartType::Message(_) => {
                let range = part.offset_body as usize..part.offset_end as usize;
                message.raw_message.get(range).unwrap_or_default().to_vec()
            }
            PartType::Text(_) | PartType::Html(_) | PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Multipart(_) => {
                part.contents().to_vec()
            }
        };
        let named_so = part.attachment_name().is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"));
        match tnef::files(&bytes) {
            Some(files) if named_so || attachment.media_type.ends_with("ms-tnef") => {
                contents.extend(files.into_iter().map(|(name, bytes)| Content {
                    attachment: Attachment {
                        name,
                        media_type: "application/octet-stream".to_owned(),
                        bytes: bytes.len(),
                        inline: false,
                    },
                    bytes,
                }));
            }
            Some(_) | None => contents.push(Content { attachment, bytes }),
        }
    }
    contents
}

fn is_signature(media_type: &str) -> bool {
    ["pkcs7-signature", "x-pkcs7-signature", "pgp-signature", "pgp-keys", "pgp-encrypted"]
        .iter()
        .any(|kind| media_type.ends_with(kind))
}
