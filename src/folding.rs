//! Letters without their marks: what is left of them where a text is read for its words alone.

use std::borrow::Cow;

/// The letters of ASCII that a letter of English, Spanish and their neighbours stands for, in lower case; none for other signs.
pub(crate) const fn base(sign: char) -> Option<&'static str> {
    Some(match sign {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'Á' | 'À' | 'Â' | 'Ä' | 'Ã' | 'Å' => "a",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "e",
        'í' | 'ì' | 'î' | 'ï' | 'Í' | 'Ì' | 'Î' | 'Ï' => "i",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'Ó' | 'Ò' | 'Ô' | 'Ö' | 'Õ' | 'Ø' => "o",
        'ú' | 'ù' | 'û' | 'ü' | 'Ú' | 'Ù' | 'Û' | 'Ü' => "u",
        'ñ' | 'Ñ' => "n",
        'ç' | 'Ç' => "c",
        'ß' => "ss",
        _ => return None,
    })
}

/// The text in ASCII: marks taken off, typographic quotes and dashes as typed ones; each other sign becomes a space.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            ascii if ascii.is_ascii() => plain.push(ascii),
            '\u{2018}' | '\u{2019}' | '\u{B4}' => plain.push('\''),
            '\u{201C}' | '\u{201D}' => plain.push('"'),
            '\u{2010}'..='\u{2015}' => plain.push('-'),
            // Between words it is a space of its own kind; within one, a hint for line ends that nobody sees.
            '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}' => {}
            other => plain.push_str(base(other).unwrap_or(" ")),
        }
    }
    Cow::Owned(plain)
}
