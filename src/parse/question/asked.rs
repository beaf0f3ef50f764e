//! The sentences of a mail that ask something: what is missing is judged by them, not by what is told beside.

use crate::pattern::patterns;

patterns! {
    /// The end of a sentence; a line ends one too, unless it is long enough to have been wrapped.
    END = r"[.!?;]+[\s\p{Pf}\x22']+|\n[ \t]*\n|\n[ \t]*(?:[-*•]|\d{1,2}[.)]|\([a-z0-9]\))";
    ASKING = r"(?i)[?¿]|^\W*(?:and|also|so|but|or|then|ok|okay|hi|hello|q\d?:?|\d+[.)]|\([a-z0-9]\))?[\s,:-]*(?:how|what|whats|which|when|where|why|who|whose|can|could|may|should|do|does|did|is|are|was|were|will|would|has|have we|any (?:way|chance|modifier|code|rule)|cu[aá]l\w*|cu[aá]nt\w*|qu[eé]|puedo|podemos|se puede|va|debo|hay)\b|\b(?:please|pls|plz|need (?:to know|the|a|an|codes?|help|claim|full|it)|want (?:the|to know|a|an)|wants? (?:to know|us to)|wonder\w*|asking|ask(?:s|ed)? (?:if|whether|for|about)|confirm|clarify|advise|tell (?:me|us)|let (?:me|us) know|explain|show (?:me|us|the)|give (?:me|us)|help (?:me|us|with)|looking for|would like|not sure|unsure|confus\w+|thoughts|correct\?*$|right\?*$|agree|question:?|who.?s right|need\b.{0,30}\bcodes?\b|necesito|quisiera|quiero|favor|d[ií]game|ind[ií]queme)\b|\b(?:how many|how much|which (?:code|modifier|line|one)|what (?:code|modifier|is))\b";
    /// A question that leans on the sentence before it.
    LEANING = r"(?i)^\W*(?:and |so |but )?(?:is|was|are|does|do|should|can|could|would|right|correct|agree|ok|okay|thoughts|which|who.?s|legit|true|really|why|allowed|payable|billable|or)\b[^,]{0,60}\b(?:that|this|it|those|these|they|one|right|ok|correct|true|legit|agree|wrong|allowed)?\W*$";
}

/// Sentences longer than this are lines that were never punctuated, and count as they are.
const LEANING_WORDS: usize = 9;

/// The sentences that ask, each on a line; all of the text where none does.
pub(super) fn of(text: &str) -> String {
    let sentences = sentences(text);
    let mut asked: Vec<&str> = Vec::new();
    let mut before: Option<&str> = None;
    for sentence in &sentences {
        if ASKING.is_match(sentence) {
            let leans = sentence.split_whitespace().count() <= LEANING_WORDS && LEANING.is_match(sentence);
            if leans
                && let Some(before) = before
                && asked.last() != Some(&before)
            {
                asked.push(before);
            }
            asked.push(sentence);
        }
        before = Some(sentence);
    }
    if asked.is_empty() { text.to_owned() } else { asked.join("\n") }
}

/// The sentences of a text, in order, none of them empty.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in lines(text) {
        let mut start = 0;
        for end in END.find_iter(line) {
            // The sign that closes a question belongs to it.
            let sign = line.get(end.range()).map_or(0, |sign| sign.len() - sign.trim_start_matches(['.', '!', '?', ';']).len());
            found.extend(line.get(start..end.start() + sign));
            start = end.end();
        }
        found.extend(line.get(start..));
    }
    found.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    found
}

/// Pieces between line ends that are meant: one behind a short line.
fn lines(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut from) = (0, 0);
    for (at, _) in text.match_indices('\n') {
        if at - from < 56 {
            found.extend(text.get(start..at));
            start = at + 1;
        }
        from = at + 1;
    }
    found.extend(text.get(start..));
    found
}
