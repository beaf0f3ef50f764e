//! The lines that clients put above what they quote, in the languages they come in.

use crate::pattern::patterns;

/// Lines that an attribution may be folded over.
const FOLDED_LINES_MAX: usize = 5;
/// Characters of an attribution, longest.
const ATTRIBUTION_CHARS_MAX: usize = 400;

patterns! {
    /// How an attribution begins: a preposition with a date, or a date, or a name with an address.
    BEGINS = r"(?ix)^[\s*_-]*(?:(?:on|le|el|il|em|am|op|den|på|vào|w\s+dniu|dnia|dne|pe|on\s+the|в|у|在|于|am|a|al|egy)\s+\S|\d{4}\s*[-/.年]|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d{2}\s|\d{1,2}\.?\s+\p{L}{3,}\.?\s+\d{4}|(?:mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)\w*[,.]?\s|[^<>]{0,80}<[^<>\s]+@[^<>\s]+>|[^\s<>@]+@[^\s<>@]+|in\s+article|\p{L}[\p{L}.'-]+(?:\s+[\p{L}.'-]+){0,4}\s+(?:wrote|said|writes|schrieb|написал|пишет))";
    /// How it ends: a verb of writing, and a colon.
    ENDS = r"(?ix)(?:\b(?:wrote|writes|said|sent|schrieb|schreef|skrev|escribi[oó]|escreveu|scritto|napsal[a]?|napisał(?:\(a\)|a)?|pisze|kirjoitti|viết|yazdı|написа(?:л|ла|в)|пишет|пише|írta|a\s+scris|geschreven)|a\s+[eé]crit|写道|寫道|作成|작성|さん[はの].{0,10}|書きました)(?:[^:：]{0,120})?[\s*_]*[:：][\s*_]*-*\s*$|\bwrote\s*-{2,}\s*$|@[^\s]+\s+wrote\s*$|<\s*[^<>\s]+@[^<>\s]+>\s*[:：]?\s*$";
    VERB = r"(?ix)(?:\b(?:wrote|writes|said|sent|schrieb|schreef|skrev|escribi[oó]|escreveu|scritto|napsal[a]?|napisał|pisze|kirjoitti|viết|yazdı|написа|пишет|пише|írta|a\s+scris|geschreven)|a\s+[eé]crit|写道|寫道|작성|さん|書きました)";
    /// A date or a time first, an address and a colon last: an attribution without a verb.
    DATE_FIRST = r"(?ix)^[\s*_]*(?:\d{4}\s*[-/.年]|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}:\d{2}\s|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|пн|вт|ср|чт|пт|сб|вс)\p{L}*[,.]?\s+\S*\d).*[<\[(]\s*[^<>\s]+@[^<>\s]+[>\])]\s*[:：]\s*$";
    ENDS_FOLDED = r"(?i)^>\s*(?:wrote|writes|schrieb|a\s+[eé]crit|escribi[oó]|ha\s+scritto|escreveu|schreef|skrev)\b.{0,20}$";
    /// `-----Original Message-----` in any language: five dashes close around words, as Outlook writes it.
    DASHED_WORDS = r"^-{5}[^\s-][^-]*[^\s-]-{5}\s*$";
    DATED = r"(?i)\d{4}|\d{1,2}[:.]\d{2}|\d{1,2}[./-]\d{1,2}";
    /// A line that opens the old mail as a whole.
    OPENS = r"(?ix)^[\s*_>]*(?:[-_=*\s]{2,}\s*(?:original\s+(?:message|mail|appointment)|message\s+du\b|reply\s+(?:message|above)|forwarded\s+(?:message|by)|begin\s+forwarded|urspr[uü]ngliche\s+nachricht|original-?nachricht|weitergeleitete\s+nachricht|message\s+(?:d'origine|original|initial)|message\s+transf[eé]r[eé]|mensaje\s+(?:original|reenviado)|mensagem\s+(?:original|encaminhada)|messaggio\s+(?:originale|inoltrato)|oorspronkelijk\s+bericht|doorgestuurd\s+bericht|ursprungligt\s+meddelande|oprindelig\s+meddelelse|opprinnelig\s+melding|alkuper[aä]inen\s+viesti|wiadomo[sś][cć]\s+oryginalna|p[uů]vodn[ií]\s+zpr[aá]va|исходное\s+сообщение|пересланное\s+сообщение|元のメッセージ|原始邮件|原邮件|eredeti\s+üzenet|mesaj\s+original)[^\n]{0,40}[-_=*\s:]{0,}|begin\s+forwarded\s+message\s*:?|(?:start|d[eé]but)\s+of\s+forwarded\s+message.*|[\#\-–—=_*\s]{2,}\s*(?:please\s+)?(?:type|write|enter|reply|respond|do\s+not\s+(?:type|write)).{0,40}above\b.{0,40})$";
    /// Gmail's line in the languages that it has no words for: day, hour, zone, a name, and at times an address.
    ZONED = r"^\s*\d{4}-\d{2}-\d{2}\s+\d{1,2}:\d{2}\s+(?:GMT|UTC)[+-]\d{1,2}:?\d{2}\s+\p{Lu}[^:]{0,60}:?\s*$";
    RULE = r"^\s*[-_=*—]{4,}\s*$";
    /// A header line inside a body, bold or not, in the languages of the common clients.
    FIELD = r"(?ix)^[\s>*_|]*(from|message\s+du|von|de|da|van|från|fra|lähettäjä|od|от|від|发件人|寄件者|差出人|보낸\s*사람|feladó|gönderen|di|sent|date|gesendet|datum|envoy[eé]|enviad[oa](?:\s+(?:el|em))?|fecha|data|inviato|verzonden|skickat|dato|sendt|lähetetty|päivämäärä|wysłano|odesláno|дата|отправлено|发送时间|日期|送信日時|보낸\s*날짜|elküldve|to|an|[aà]|para|aan|till|til|vastaanottaja|do|komu|кому|收件人|宛先|받는\s*사람|címzett|kime|cc|copie\s+[aà]|subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|тема|主题|主旨|件名|제목|tárgy|konu|reply-to|importance|received)[\s*_]*[:：][\s*_]*(\S.*)?$";
}

/// Lines that an attribution takes at the top of `lines`: `On Mon, 2 Mar 2026 at 09:00, Ann <a@b> wrote:`.
pub(super) fn attribution(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?;
    if first.trim().is_empty() || !BEGINS.is_match(first) {
        return None;
    }
    if ZONED.is_match(first) {
        return Some(1);
    }
    let dated = DATED.is_match(first);
    let mut whole = String::new();
    let mut folded = 0;
    for (index, line) in lines.iter().take(FOLDED_LINES_MAX + 4).enumerate() {
        if line.trim().is_empty() {
            // HTML that was made plain breaks an attribution at every element.
            if dated && whole.chars().count() < 90 && !whole.trim_end().ends_with(['.', '?', '!']) {
                continue;
            }
            return None;
        }
        folded += 1;
        let marked = line.trim_start().starts_with('>') && !ENDS_FOLDED.is_match(line.trim());
        if folded > FOLDED_LINES_MAX || index > 0 && marked && !whole.trim_end().ends_with('<') {
            return None;
        }
        whole.push_str(line.trim());
        whole.push(' ');
        if whole.chars().count() > ATTRIBUTION_CHARS_MAX {
            return None;
        }
        if let Some(found) = ends(&whole, lines.get(index + 1..).unwrap_or_default()) {
            return found.then_some(index + 1);
        }
    }
    None
}

/// Whether what was joined so far is an attribution; `None` where it may go on.
fn ends(whole: &str, below: &[&str]) -> Option<bool> {
    // Most lines end otherwise: the cheap look first.
    let last = whole.trim_end();
    if !last.ends_with([':', '：', '>', '-', '*', '_', ')']) && !last.ends_with("wrote") {
        return None;
    }
    if !ENDS.is_match(whole) || !(DATED.is_match(whole) || whole.contains('@')) {
        return None;
    }
    if VERB.is_match(whole) || DATE_FIRST.is_match(whole) {
        return Some(true);
    }
    // A date and an address alone: only where quoted text follows.
    let next = below.iter().find(|line| !line.trim().is_empty());
    (DATED.is_match(whole)
        && next.is_some_and(|line| line.trim_start().starts_with(['>', '|']) && !ENDS_FOLDED.is_match(line.trim())))
    .then_some(true)
}

/// Whether an old mail begins here as a whole: a marker line, or a block of header lines as Outlook writes it.
pub(super) fn begins_old_mail(lines: &[&str]) -> bool {
    let Some(first) = lines.first() else { return false };
    if (OPENS.is_match(first) || DASHED_WORDS.is_match(first.trim())) && first.trim().len() > 5 {
        return true;
    }
    if RULE.is_match(first) {
        let rest = lines.get(1..).unwrap_or_default();
        let rest = rest.iter().position(|line| !line.trim().is_empty()).and_then(|at| rest.get(at..)).unwrap_or_default();
        return header_block(rest);
    }
    header_block(lines)
}

/// Lines that the header of an old mail takes at the top of `lines`, the marker line and the line behind it included.
pub(super) fn old_header(lines: &[&str]) -> usize {
    let mut length = 0;
    let mut fields = 0;
    for line in lines.iter().take(30) {
        let blank = line.trim().is_empty();
        if blank && (fields > 0 || length > 2) {
            break;
        }
        fields += usize::from(FIELD.is_match(line));
        if fields == 0 && length > 1 && !blank {
            break;
        }
        length += 1;
    }
    length.max(1)
}

/// Three different header names in the next lines, the first of them here; two, where they say an address and a time at once.
fn header_block(lines: &[&str]) -> bool {
    let field = |line: &str| FIELD.captures(line).map(|found| (part(&found, 1).to_lowercase(), part(&found, 2)));
    let Some((first, value)) = lines.first().and_then(|line| field(line)) else { return false };
    if !is_author_or_date(&first) {
        return false;
    }
    let mut names = vec![first];
    for (index, line) in lines.iter().skip(1).take(9).enumerate() {
        if index >= 3 && names.len() < 2 {
            return false;
        }
        match field(line) {
            Some((name, _)) if names.contains(&name) => {}
            Some((name, next)) => {
                let addressed = value.contains('@') || next.contains('@');
                let timed = TIMED.is_match(&value) || TIMED.is_match(&next);
                if index == 0 && addressed && timed {
                    return true;
                }
                names.push(name);
            }
            None => {}
        }
    }
    names.len() >= 3
}

patterns! {
    TIMED = r"\d{1,2}:\d{2}";
}

fn part(found: &regex::Captures<'_>, index: usize) -> String {
    found.get(index).map_or("", |part| part.as_str()).to_owned()
}

/// `To:` alone opens no old mail: people write `To: Dr. Lane` themselves.
fn is_author_or_date(name: &str) -> bool {
    !["to", "an", "a", "à", "para", "aan", "till", "til", "do", "cc", "received", "importance", "reply-to"].contains(&name)
}
