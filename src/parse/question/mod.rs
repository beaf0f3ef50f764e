//! What a mail asks: intents, payer, day, setting, state, language and codes, read from words alone.

mod asked;
pub(super) mod dates;
mod intents;
mod places;

use std::cell::LazyCell;

use jiff::civil::Date;

use super::codes;
use crate::domain::code::{CodeMention, CodeSystem};
use crate::domain::question::{Language, Question};
use crate::pattern::patterns;

/// The redacted texts that a question is read from.
pub(super) struct Input<'a> {
    pub subject: &'a str,
    pub text: &'a str,
    pub quoted: &'a str,
    /// Read before redaction took the dates away.
    pub date_of_service: Option<Date>,
    /// The text of the question before redaction took its towns away: of it only the state is kept.
    pub unredacted: &'a str,
}

patterns! {
    REPLY_MARK = r"(?i)^\s*(?:(?:re|fw|fwd|aw|wg|rv|tr|sv|antw)\s*(?:\[\d+\])?:\s*|\[cc-\d+\]\s*)+";
    SPANISH = r"(?i)\b(?:hola|gracias|buenos\s+d[ií]as|buenas\s+(?:tardes|noches)|c[oó]digo|paciente|factura(?:r|mos)?|cu[aá]l|cu[aá]ntas?|puedo|podemos|unidades|por\s+favor|saludos|consulta|para|pero|con|una?|del?|los|las|que|est[aá]|mismo|modificador|seguro|el|y)\b";
    ENGLISH = r"(?i)\b(?:the|and|with|what|which|can|we|is|are|for|same|do|does|how|bill(?:ed|ing)?|patient|thanks|please|on|of|to|in|it|this|not|my|our|code|codes)\b";
    OTHER = r"(?i)\b(?:und|der|die|das|nicht|wir|ist|bitte|le|les|des|est|nous|pour|avec|merci|il|che|per|non|sono|grazie|não|obrigad[oa]|het|een|niet|voor)\b";
}

/// Reads a question. The subject counts as a first line.
pub(super) fn read(input: &Input<'_>) -> Question {
    let subject = REPLY_MARK.replace(input.subject.trim(), "");
    // A forwarded mail without a word above it: what was forwarded is the question.
    let (own, quoted) = if input.text.trim().is_empty() { (input.quoted, "") } else { (input.text, input.quoted) };
    let text = format!("{}\n\n{}", subject.trim(), own.trim()).trim().to_owned();
    let codes = codes_of(&subject, &text, quoted);
    let payer = places::payer(&text).or_else(|| places::payer(quoted));
    let language = language(own);
    let asked = asked::of(&text);
    Question {
        intents: intents::read(&text, &asked, &codes),
        payer,
        date_of_service: input.date_of_service,
        setting: places::setting(&text, &codes).or_else(|| places::setting(quoted, &[])),
        state: places::state(&text).or_else(|| places::state(input.unredacted)).or_else(|| places::state(quoted)),
        language,
        codes,
        asked,
        text,
        quoted: quoted.trim().to_owned(),
    }
}

/// The codes of the subject and new text, then those that only the thread names. A number that the text shows to be a
/// ZIP code or a claim is none in the subject either.
fn codes_of(subject: &str, text: &str, quoted: &str) -> Vec<CodeMention> {
    let mut mentions = codes::mentions(text, false);
    let end_of_subject = subject.trim().chars().count();
    let body: String = text.chars().skip(end_of_subject).collect();
    let below = LazyCell::new(|| codes::mentions(&body, false));
    mentions.retain(|mention| {
        let in_subject = mention.span.end <= end_of_subject;
        !in_subject
            || mention.code.system != CodeSystem::Cpt
            || !body.contains(&mention.code.code)
            || below.iter().any(|below| below.code == mention.code)
    });
    for mention in codes::mentions(quoted, true) {
        if !mentions
            .iter()
            .any(|known| known.code == mention.code && (mention.modifiers.is_empty() || known.modifiers == mention.modifiers))
        {
            mentions.push(mention);
        }
    }
    mentions
}

fn language(text: &str) -> Language {
    let count = |pattern: &regex::Regex| pattern.find_iter(text).take(200).count();
    let (english, spanish, other) = (count(&ENGLISH), count(&SPANISH), count(&OTHER));
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let foreign = text.chars().filter(|c| c.is_alphabetic() && u32::from(*c) > 0x024F).count();
    let inverted = text.contains(['¿', '¡']);
    if foreign * 2 > letters {
        return Language::Other;
    }
    if inverted || spanish > english {
        return Language::Spanish;
    }
    if other > english + 1 && other > spanish { Language::Other } else { Language::English }
}
