//! S/MIME: text inside a signature's own envelope is taken out (RFC 8551, 3.5.2); what is encrypted is known as such.

use std::borrow::Cow;

use crate::parse::fields;

/// Object identifiers with tag and length: `id-data`, `id-signedData` (RFC 5652, 4 and 5.1).
const DATA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
const SIGNED: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
/// The signed-data identifier stands right behind the outer headers.
const SIGNED_WITHIN_BYTES: usize = 32;
/// ASN.1 tags: `[0]` explicit, OCTET STRING whole and in pieces.
const EXPLICIT: u8 = 0xA0;
const OCTETS: u8 = 0x04;
const PIECES: u8 = 0x24;

/// The message with the signed content in place of its envelope; as it came where it is none.
pub(super) fn opened(raw: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match inner(&raw) {
        Some(message) => Cow::Owned(message),
        None => raw,
    }
}

fn inner(raw: &[u8]) -> Option<Vec<u8>> {
    let head_end = raw.windows(2).position(|pair| pair == b"\n\n" || pair == b"\n\r")? + 1;
    let (head, body) = raw.split_at_checked(head_end)?;
    let scanned = fields::scan(head);
    if !scanned.get("content-type")?.split(';').next()?.trim().to_ascii_lowercase().ends_with("pkcs7-mime") {
        return None;
    }
    let encoded: Vec<u8> = body.iter().copied().filter(u8::is_ascii_graphic).collect();
    let container = mail_parser::decoders::base64::base64_decode(&encoded)?;
    let content = signed_content(&container)?;
    // The inner part has a header of its own: the outer one's fields about the content go.
    let mut message = Vec::with_capacity(head.len() + content.len());
    let mut dropping = false;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            dropping = line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        }
        if !dropping {
            message.extend_from_slice(line);
        }
    }
    message.extend_from_slice(&content);
    Some(message)
}

/// The `eContent` of signed data. Lengths may be definite or, as streaming signers write them, indefinite.
fn signed_content(container: &[u8]) -> Option<Vec<u8>> {
    let signed = find(container.get(..SIGNED_WITHIN_BYTES.min(container.len()))?, SIGNED)?;
    let after = container.get(signed + SIGNED.len()..)?;
    let content = after.get(find(after, DATA)? + DATA.len()..)?;
    let (EXPLICIT, content, _) = element(content)? else { return None };
    match element(content)? {
        (OCTETS, octets, Some(length)) => octets.get(..length).map(<[u8]>::to_vec),
        (PIECES, mut rest, length) => {
            rest = length.map_or(Some(rest), |length| rest.get(..length))?;
            let mut whole = Vec::new();
            while let Some((OCTETS, octets, Some(length))) = element(rest) {
                whole.extend_from_slice(octets.get(..length)?);
                rest = octets.get(length..)?;
            }
            Some(whole)
        }
        _ => None,
    }
}

/// Tag, what follows the length, and the length where it is definite (X.690, 8.1.3).
fn element(bytes: &[u8]) -> Option<(u8, &[u8], Option<usize>)> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    match first {
        0x80 => Some((tag, bytes.get(2..)?, None)),
        0..0x80 => Some((tag, bytes.get(2..)?, Some(first.into()))),
        _ => {
            let digits = usize::from(first & 0x7F);
            let number = bytes.get(2..2 + digits).filter(|number| number.len() <= 4)?;
            let length = number.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte));
            Some((tag, bytes.get(2 + digits..)?, Some(length)))
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Whether only its reader's key opens the mail: PGP (RFC 3156, 4; RFC 9580, 6.2) or S/MIME that was not opened above.
pub(super) fn is_encrypted(media_type: &str, text: &str) -> bool {
    media_type == "multipart/encrypted"
        || media_type.ends_with("/pkcs7-mime")
        || media_type.ends_with("/x-pkcs7-mime")
        || text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----")
}
