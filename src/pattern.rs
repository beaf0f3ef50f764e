//! Patterns, compiled once.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::Context as _;
use regex::Regex;
use regex_automata::Input;
use regex_automata::hybrid::BuildError;
use regex_automata::hybrid::dfa::{self, Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::syntax;

use crate::folding;

/// Letters of every script in a few wide ranges, which also hold some signs that no mail has beside a word. The exact class of Unicode has
/// 750 ranges and costs some 20 kB each time that a pattern names it: tens of megabytes over all of ours.
const LETTERS: &str = r"A-Za-z\x{AA}\x{B5}\x{BA}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{300}-\x{1FFF}\x{2C00}-\x{2DFF}\x{3040}-\x{D7FF}\x{F900}-\x{FDFF}\x{FE70}-\x{FEFF}\x{20000}-\x{3FFFF}";

/// Letters of a text that was folded.
const ASCII: &str = "A-Za-z";

/// What people say for one thing, by the family's name: a pattern names it as `{deny}`.
static FAMILIES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("../config/words/families.toml").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once(" = ")).map(|(name, words)| (name, words.trim().trim_matches('\''))).collect()
});

/// The pattern with each family that it names written out; a name without a family stays as it is, which does not compile.
fn with_families(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        written.push_str(before);
        let family = after.split_once('}').and_then(|(name, behind)| Some((FAMILIES.get(name)?, behind)));
        if let Some((words, behind)) = family {
            written.extend(["(?:", words, ")"]);
            rest = behind;
        } else {
            written.push('{');
            rest = after;
        }
    }
    written.push_str(rest);
    written
}

/// Compiles a pattern of ours, with `\w`, `\p{L}` and `\d` as [`compact`] has them; one that does not compile is found by the first
/// test that reads any mail.
#[expect(clippy::expect_used, reason = "every pattern is a literal of this crate")]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(&compact(&with_families(text), LETTERS)).expect("a pattern of ours compiles")
}

/// What an asker's words may say, in capitals or not and over the ends of lines.
pub(crate) fn cue(text: &str) -> Regex {
    pattern(&format!("(?is){text}"))
}

/// A [`cue`] that is only asked whether it is there, as the hundreds of the rulebook are: compiled when it is first asked, and only as far as that
/// needs. It reads the text's [plain letters](folding::plain), one byte each: 10 kB in place of 200.
pub(crate) struct Words {
    text: String,
    ready: OnceLock<Forward>,
}

impl Words {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ready: OnceLock::new() }
    }

    /// Says what is wrong with a cue, before a mail asks for it.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        Forward::new(&self.text).map(|_| ()).with_context(|| format!("the cue {}", self.text))
    }

    #[expect(clippy::expect_used, reason = "each is part of the binary, and a test compiles it")]
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.ready.get_or_init(|| Forward::new(&self.text).expect("a cue compiles")).is_match(&folding::plain(text))
    }
}

/// Says whether a pattern is in a text, not where: without the automata that find its beginning and its groups.
struct Forward {
    dfa: DFA,
    /// One for each thread that asked at the same time.
    caches: Mutex<Vec<Cache>>,
}

impl Forward {
    fn new(text: &str) -> Result<Self, Box<BuildError>> {
        let text = compact(&bytewise(&folding::plain(&format!("(?is){}", with_families(text)))), ASCII);
        let dfa = DFA::builder()
            .syntax(syntax::Config::new().utf8(false))
            .thompson(thompson::Config::new().utf8(false).which_captures(WhichCaptures::None))
            .configure(dfa::Config::new().unicode_word_boundary(true).skip_cache_capacity_check(true))
            .build(&text)?;
        Ok(Self { dfa, caches: Mutex::default() })
    }

    fn is_match(&self, text: &str) -> bool {
        let free = self.caches().pop();
        let mut cache = free.unwrap_or_else(|| self.dfa.create_cache());
        let found = self.dfa.try_search_fwd(&mut cache, &Input::new(text).earliest(true));
        self.caches().push(cache);
        // It gives up on signs beyond ASCII alone, and plain text has none.
        found.is_ok_and(|end| end.is_some())
    }

    fn caches(&self) -> MutexGuard<'_, Vec<Cache>> {
        self.caches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pattern with `.` and `[^…]` of ASCII signs reading one byte each: any sign of Unicode costs ten states, and `.{0,40}` forty times that.
fn bytewise(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\\' => escape_len(rest),
            '[' => class_len(rest),
            other => other.len_utf8(),
        };
        let (seen, after) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        let any = seen == "." || seen.starts_with("[^") && seen.is_ascii() && !seen.contains(r"\w") && !seen.contains(r"\p");
        let (open, close) = if any { ("(?-u:", ")") } else { ("", "") };
        written.extend([open, seen, close]);
        rest = after;
    }
    written
}

/// The bytes of the class that `text` begins with, brackets included.
fn class_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            ']' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The pattern with its classes of letters and digits written small: digits are those of ASCII, as in every code and number that counts
/// here, and letters are those given. A class with letters holds capitals and small ones as it is: folding it once more would look up
/// each of its fifty thousand signs, for most of the time that a pattern takes to compile.
fn compact(text: &str, letters: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\\' => escape_len(rest),
            '[' => class_len(rest),
            other => other.len_utf8(),
        };
        let (seen, after) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        match next {
            '[' if seen.contains(r"\w") || seen.contains(r"\p{L}") => {
                written.extend(["(?-i:", &with_letters(seen, letters), ")"]);
            }
            '[' => written.push_str(&with_letters(seen, letters)),
            '\\' => match seen {
                r"\w" => written.extend(["(?-i:[0-9_", letters, "])"]),
                r"\W" => written.extend(["(?-i:[^0-9_", letters, "])"]),
                r"\d" => written.push_str("[0-9]"),
                r"\p{L}" => written.extend(["(?-i:[", letters, "])"]),
                other => written.push_str(other),
            },
            _ => written.push_str(seen),
        }
        rest = after;
    }
    written
}

/// A class `[…]`, its letters and digits written small.
fn with_letters(class: &str, letters: &str) -> String {
    class.replace(r"\w", &format!("0-9_{letters}")).replace(r"\d", "0-9").replace(r"\p{L}", letters)
}

/// The bytes of the escape that `text` begins with.
fn escape_len(text: &str) -> usize {
    if text.starts_with(r"\p{") {
        return text.find('}').map_or(text.len(), |end| end + 1);
    }
    1 + text.chars().nth(1).map_or(0, char::len_utf8)
}

/// `PATTERNS! { NAME = r"…"; }` declares patterns that are compiled on first use.
macro_rules! patterns {
    ($($(#[$doc:meta])* $seen:vis $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        $seen static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| crate::pattern::pattern($text));
    )*};
}
pub(crate) use patterns;

/// As `patterns!`, each a set of [`Words`].
macro_rules! cues {
    ($($(#[$doc:meta])* $seen:vis $name:ident = $text:expr;)*) => {$(
        $(#[$doc])*
        $seen static $name: std::sync::LazyLock<crate::pattern::Words> = std::sync::LazyLock::new(|| crate::pattern::Words::new($text));
    )*};
}
pub(crate) use cues;
