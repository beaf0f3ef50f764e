//! How text travels in a mail: transfer encodings, charsets, encoded words.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Base64 in lines of 76 characters (RFC 2045, 6.8).
pub fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 38 + 8);
    for line in STANDARD.encode(bytes).as_bytes().chunks(76) {
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// Quoted-printable with soft line breaks (RFC 2045, 6.7); CRLF stays a line break.
pub fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = 0;
    for byte in bytes {
        let plain = matches!(byte, b' '..=b'<' | b'>'..=b'~');
        if matches!(byte, b'\r' | b'\n') {
            out.push(*byte);
            column = 0;
            continue;
        }
        if column + 3 > 75 {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if plain {
            out.push(*byte);
            column += 1;
        } else {
            out.extend_from_slice(format!("={byte:02X}").as_bytes());
            column += 3;
        }
    }
    // A blank at a line's end would not survive transport.
    String::from_utf8(out).unwrap().replace(" \r\n", "=20\r\n").into_bytes()
}

/// `=?charset?B?…?=` (RFC 2047).
pub fn word_b(charset: &str, bytes: &[u8]) -> String {
    format!("=?{charset}?B?{}?=", STANDARD.encode(bytes))
}

/// `=?charset?Q?…?=` (RFC 2047).
pub fn word_q(charset: &str, bytes: &[u8]) -> String {
    let body: String = bytes
        .iter()
        .map(|byte| match byte {
            b' ' => "_".to_owned(),
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(*byte).to_string(),
            other => format!("={other:02X}"),
        })
        .collect();
    format!("=?{charset}?Q?{body}?=")
}

/// Text as ISO-8859-1; what it lacks becomes `?`.
pub fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

/// Text as windows-1252: Latin-1 and the quotation marks and dashes of its 0x80 row.
pub fn windows1252(text: &str) -> Vec<u8> {
    let upper = |c| match c {
        '€' => Some(0x80),
        '…' => Some(0x85),
        '‘' => Some(0x91),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '–' => Some(0x96),
        '—' => Some(0x97),
        _ => None,
    };
    text.chars().map(|c| upper(c).unwrap_or_else(|| u8::try_from(u32::from(c)).unwrap_or(b'?'))).collect()
}

/// "Good day" in KOI8-R.
pub const KOI8_R_GREETING: &[u8] = b"\xfa\xc4\xd2\xc1\xd7\xd3\xd4\xd7\xd5\xca\xd4\xc5";
/// "Good day" in ISO-2022-JP, back in ASCII at its end.
pub const ISO_2022_JP_GREETING: &[u8] = b"\x1b$B$3$s$K$A$O\x1b(B";
/// "Good day" in Shift_JIS.
pub const SHIFT_JIS_GREETING: &[u8] = b"\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd";
