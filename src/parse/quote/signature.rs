//! The signature below what was written.

use super::Part;
use crate::pattern::patterns;

/// Lines that a signature without a delimiter may have.
const UNMARKED_LINES_MAX: usize = 12;
const SIGNATURE_LINE_CHARS_MAX: usize = 90;

patterns! {
    /// A last line that names a payer answers a question; nobody is called so.
    PAYER = r"(?i)^\s*(?:medicare(?:\s+(?:advantage|part\s+b))?|medicaid|aetna|cigna|humana|uhc|bcbs|tricare|commercial|self[\s-]pay)\W*$";
    /// The delimiter of Usenet (RFC 3676, 4.3), as loosely as clients write it.
    DELIMITER = r"^\s*(?:--|—|––|__|-- \*)\s*$";
    DEVICE = r"(?i)^\s*[\[(*_]*(?:sent|enviado|envoy[eé]|gesendet|inviato|verzonden|skickat|sendt|von\s+meinem|wysłane|отправлено)\b.{0,15}?\b(?:from|using|with|via|desde|de|depuis|von|met|dal?|från|fra|z|с)\b.{1,60}$|^\s*(?:get|télécharger|obtenir|holen\s+sie\s+sich|obtener|scarica)\s+\[?outlook\b.*$|^\s*von\s+meinem\s+.{1,40}\s+gesendet\s*$|^\s*diese\s+nachricht\s+wurde\s+von\s+mein.{1,60}gesendet\.?\s*$|^\s*從我的.{1,20}傳送\s*$|^\s*发自我的.{1,20}$|^\s*(?:sent|typed)\s+(?:from|on)\s+my\s+\w+.*$";
    /// What people close with; the line itself stays with the text.
    CLOSING = r"(?i)^\s*(?:(?:many\s+|with\s+)?thanks?(?:\s+(?:you|again|so\s+much|a\s+lot|in\s+advance|and\s+regards|much|very\s+much|all|team|everyone))*|thx|tia|ty|regards|(?:kind(?:est)?|best|warm(?:est)?|many)\s+(?:regards|wishes)|best|all\s+the\s+best|cheers|sincerely(?:\s+yours)?|yours\s+(?:sincerely|truly|faithfully)|respectfully|cordially|gracias|muchas\s+gracias|saludos(?:\s+cordiales)?|atentamente|un\s+saludo|cordialmente|mfg|mit\s+freundlichen\s+gr[uü](?:ß|ss)en|viele\s+gr[uü](?:ß|ss)e|cordialement|bien\s+[aà]\s+vous|v/?r)\s*[,.!–-]*\s*$";
    NAME = r"^\s*(?:[-–—~*]+\s?)?(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof)\.?\s+)?[A-Z][\p{L}'’.-]*(?:\s+(?:[A-Z][\p{L}'’.-]*|de|la|van|von|del|y)){0,3}(?:,?\s*(?:CPC|CCS|CCS-P|CPC-A|CPMA|COC|CIC|CRC|CPB|RHIT|RHIA|RN|MD|DO|NP|PA|PA-C|LPN|MBA|MSN|BSN|FNP|CPPM|CEMC|CGSC|COSC|CCC|CMRS|DPM|PT|DPT|PhD|MA|CMA|biller|coder)\b\.?)*\s*$";
    DASHED_NAME = r"^\s*[-–—~]\s?[A-Z][\p{L}'’.-]+(?:\s+[A-Z][\p{L}'’.-]*){0,2}\s*$";
    CONTACT = r"(?i)(?:\b\d{3}[\s.)-]{1,2}\s?\d{3}[\s.-]\d{4}\b|@|\bwww\.|https?://|\bNPI\b|\b(?:suite|ste|street|ave|blvd|phone|tel|fax|mobile|cell|ext|office)\b|\b(?:associates?|clinic|group|hospital|medical|health|ortho|orthop\w+|surgical|surgery|practice|partners|center|centre|llc|inc|pa|p\.?c\.?|billing|coding|manager|coder|biller|consultant|specialist|department|dept|director|coordinator|services|family\s+medicine|cardiology|dermatology|urology|physicians)\b\.?)";
}

/// `Sent from my phone`, in the languages and spellings of the common clients.
pub(in crate::parse) fn is_device(line: &str) -> bool {
    line.chars().count() <= 120 && DEVICE.is_match(line)
}

/// Marks the signature among the lines that are not quoted.
pub(super) fn mark(texts: &[&str], parts: &mut [Part]) {
    let own: Vec<usize> = parts.iter().enumerate().filter(|(_, part)| **part == Part::New).map(|(index, _)| index).collect();
    let own: Vec<(usize, &str)> = own.into_iter().filter_map(|index| Some((index, *texts.get(index)?))).collect();
    let Some(start) = start(&own) else { return };
    for (index, _) in own.get(start..).unwrap_or_default() {
        if let Some(part) = parts.get_mut(*index) {
            *part = Part::Signature;
        }
    }
}

/// Where among the own lines the signature starts.
fn start(own: &[(usize, &str)]) -> Option<usize> {
    let line = |index: usize| own.get(index).map_or("", |(_, line)| *line);
    let said = |end: usize| (0..end).any(|index| !line(index).trim().is_empty());
    let delimiter = (0..own.len()).rev().find(|index| DELIMITER.is_match(line(*index)) && own.len() - index <= 40);
    let first_delimiter = (0..own.len()).find(|index| DELIMITER.is_match(line(*index)) && own.len() - index <= 30);
    let mut end = first_delimiter.or(delimiter).filter(|index| said(*index)).unwrap_or(own.len());
    let mut found = (end < own.len()).then_some(end);
    // Upwards from the end: a device line, then a closing with a name, or a name alone.
    let trimmed = |end: usize| (0..end).rev().find(|index| !line(*index).trim().is_empty()).map_or(0, |last| last + 1);
    end = trimmed(end);
    if end > 0 && is_device(line(end - 1)) && said(end - 1) {
        found = Some(end - 1);
        end = trimmed(end - 1);
    }
    below_closing(own, end).or_else(|| named(own, end)).filter(|index| said(*index)).or(found)
}

/// The short lines below `Regards,`.
fn below_closing(own: &[(usize, &str)], end: usize) -> Option<usize> {
    let line = |index: usize| own.get(index).map_or("", |(_, line)| *line);
    let from = end.saturating_sub(UNMARKED_LINES_MAX);
    let closing = (from..end).rev().find(|index| CLOSING.is_match(line(*index)))?;
    let below = closing + 1..end;
    let short = below
        .clone()
        .all(|index| line(index).chars().count() <= SIGNATURE_LINE_CHARS_MAX && !line(index).trim_end().ends_with('?'));
    let first = below.clone().find(|index| !line(*index).trim().is_empty())?;
    (short && !below.is_empty()).then_some(first)
}

/// A name on a line of its own near the end, with contact lines below it.
fn named(own: &[(usize, &str)], end: usize) -> Option<usize> {
    let line = |index: usize| own.get(index).map_or("", |(_, line)| *line);
    let mut first = end;
    while first > 0 && end - first < UNMARKED_LINES_MAX {
        let text = line(first - 1).trim();
        let name = NAME.is_match(text) && text.chars().count() <= 50 || DASHED_NAME.is_match(text);
        let contact = text.chars().count() <= SIGNATURE_LINE_CHARS_MAX && CONTACT.is_match(text) && !text.contains('?');
        if text.is_empty() || CLOSING.is_match(text) || PAYER.is_match(text) || !(name || contact) {
            break;
        }
        first -= 1;
    }
    if first == end {
        return None;
    }
    // Contact lines alone are text; a name must open the block, after a line that ended a sentence or an empty one.
    let opens = (first..end).find(|index| NAME.is_match(line(*index)) || DASHED_NAME.is_match(line(*index)))?;
    let before = if opens == 0 { "" } else { line(opens - 1).trim() };
    let after_sentence =
        before.is_empty() || before.ends_with(['.', '!', '?', ')', ',', ':']) || opens > first || CLOSING.is_match(before);
    let alone = end - opens == 1 && !before.is_empty() && line(opens).split_whitespace().count() > 2;
    (after_sentence && !alone && opens > 0).then_some(opens)
}
