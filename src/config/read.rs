//! Takes keys out of the merged layers, notes every problem, and knows at the end which keys nobody asked for.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use figment::value::{Dict, Value};
use secrecy::SecretString;

use super::{InvalidConfig, Problem};
use crate::domain::address::EmailAddress;

/// The section that every `[mailbox.NAME]` starts from.
pub(super) const EACH: &str = "*";

pub(super) struct Reader {
    root: Dict,
    known: BTreeSet<String>,
    problems: Vec<Problem>,
}

impl Reader {
    pub(super) const fn new(root: Dict) -> Self {
        Self { root, known: BTreeSet::new(), problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, key: &str, wrong: impl Into<String>, mend: impl Into<String>) {
        self.problems.push(Problem { key: key.to_owned(), wrong: wrong.into(), mend: mend.into() });
    }

    /// Whether something is wrong with exactly this key.
    pub(super) fn has_problem(&self, key: &str) -> bool {
        self.problems.iter().any(|problem| problem.key == key)
    }

    /// Takes over what another reader knows, and nothing that it found wrong.
    pub(super) fn know_keys_of(&mut self, scout: Self) {
        self.known.extend(scout.known);
    }

    /// The names inside a section, the pattern for all of them left out.
    pub(super) fn names(&self, section: &str) -> Vec<String> {
        let inner = self.root.get(section).and_then(Value::as_dict).into_iter().flatten();
        inner.filter(|(name, value)| *name != EACH && value.as_dict().is_some()).map(|(name, _)| name.clone()).collect()
    }

    /// Text that is not empty.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let text = match self.find(key)? {
            Value::String(_, text) => text,
            Value::Num(_, number) => {
                number.to_i128().map_or_else(|| number.to_f64().unwrap_or_default().to_string(), |n| n.to_string())
            }
            Value::Bool(_, flag) => flag.to_string(),
            Value::Char(..) | Value::Dict(..) | Value::Array(..) | Value::Empty(..) => {
                self.problem(key, "is not a text", format!("write {} = \"…\"", leaf(key)));
                return None;
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// A text that `T` can be read from.
    pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, key: &str, mend: &str) -> Option<T> {
        let text = self.text(key)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(key, format!("{error}"), mend);
                None
            }
        }
    }

    /// As [`Self::parsed`], of a key that must be there.
    pub(super) fn required<T: FromStr<Err: std::fmt::Display>>(&mut self, key: &str, mend: &str) -> Option<T> {
        if self.text(key).is_none() && !self.has_problem(key) {
            self.problem(key, "is missing", mend);
        }
        self.parsed(key, mend)
    }

    pub(super) fn address(&mut self, key: &str, mend: &str) -> Option<EmailAddress> {
        let text = self.text(key)?;
        self.address_of(key, &text, mend)
    }

    pub(super) fn addresses(&mut self, key: &str, mend: &str) -> Vec<EmailAddress> {
        self.list(key).iter().filter_map(|text| self.address_of(key, text, mend)).collect()
    }

    fn address_of(&mut self, key: &str, text: &str, mend: &str) -> Option<EmailAddress> {
        EmailAddress::parse(text).map_err(|error| self.problem(key, format!("is {error}"), mend)).ok()
    }

    pub(super) fn path(&mut self, key: &str) -> Option<PathBuf> {
        self.text(key).map(PathBuf::from)
    }

    /// A path that must be a readable file now.
    pub(super) fn file(&mut self, key: &str) -> Option<PathBuf> {
        let path = self.path(key)?;
        if path.is_file() {
            return Some(path);
        }
        self.problem(key, format!("there is no file {}", path.display()), "name a file that exists");
        None
    }

    /// A whole number within limits; the lower one where it can't be had.
    pub(super) fn number(&mut self, key: &str, range: RangeInclusive<u32>) -> u32 {
        let wide = u64::from(*range.start())..=u64::from(*range.end());
        u32::try_from(self.big_number(key, wide)).unwrap_or(*range.start())
    }

    pub(super) fn big_number(&mut self, key: &str, range: RangeInclusive<u64>) -> u64 {
        let mend = format!("write a whole number from {} to {}", range.start(), range.end());
        let found = match self.find(key) {
            Some(Value::Num(_, number)) => number.to_i128().ok_or("is not a whole number"),
            Some(Value::String(_, text)) => text.trim().parse::<i128>().map_err(|_| "is not a whole number"),
            Some(_) => Err("is not a whole number"),
            None => Err("is missing"),
        };
        match found.map(u64::try_from) {
            Ok(Ok(number)) if range.contains(&number) => number,
            Ok(_) => {
                self.problem(key, "is out of its limits", mend);
                *range.start()
            }
            Err(wrong) => {
                self.problem(key, wrong, mend);
                *range.start()
            }
        }
    }

    /// A fraction from 0 to 1.
    pub(super) fn fraction(&mut self, key: &str) -> f64 {
        let found = match self.find(key) {
            #[expect(clippy::cast_precision_loss, reason = "a whole number here is 0 or 1, or out of limits")]
            Some(Value::Num(_, number)) => number.to_f64().or_else(|| number.to_i128().map(|n| n as f64)),
            Some(Value::String(_, text)) => text.trim().parse().ok(),
            _ => None,
        };
        match found {
            Some(number) if (0.0..=1.0).contains(&number) => number,
            _ => {
                self.problem(key, "is not a number from 0 to 1", format!("write {} = 0.8", leaf(key)));
                0.0
            }
        }
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        let found = match self.find(key) {
            Some(Value::Bool(_, flag)) => Some(flag),
            Some(Value::String(_, text)) => text.trim().to_lowercase().parse().ok(),
            _ => None,
        };
        found.unwrap_or_else(|| {
            self.problem(key, "is neither true nor false", format!("write {} = true or false", leaf(key)));
            false
        })
    }

    /// One of a closed set of words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let all: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        self.problem(key, format!("\"{text}\" is not one of its words"), format!("write {}", all.join(" or ")));
        None
    }

    /// A list of texts; from the environment, texts with commas between them.
    pub(super) fn list(&mut self, key: &str) -> Vec<String> {
        let mend = format!("write {} = [\"…\", \"…\"]", leaf(key));
        match self.find(key) {
            None => Vec::new(),
            Some(Value::Array(_, values)) => {
                let texts: Vec<String> = values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
                if texts.len() != values.len() {
                    self.problem(key, "holds something that is not a text", mend);
                }
                texts
            }
            Some(Value::String(_, text)) => {
                text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect()
            }
            Some(_) => {
                self.problem(key, "is not a list of texts", mend);
                Vec::new()
            }
        }
    }

    /// A secret, given itself or as `KEY_file`; a file's last line end is not part of it.
    pub(super) fn secret(&mut self, key: &str) -> Option<SecretString> {
        let file_key = format!("{key}_file");
        let given = self.text(key);
        let file = self.path(&file_key);
        match (given, file) {
            (Some(_), Some(_)) => {
                self.problem(key, format!("is given twice, here and as {file_key}"), "keep one of the two");
                None
            }
            (Some(secret), None) => Some(secret.into()),
            (None, None) => None,
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(text) if !text.trim_end_matches(['\r', '\n']).is_empty() => {
                    Some(text.trim_end_matches(['\r', '\n']).to_owned().into())
                }
                Ok(_) => {
                    self.problem(&file_key, format!("{} is empty", path.display()), "put the secret into the file");
                    None
                }
                Err(error) => {
                    self.problem(
                        &file_key,
                        format!("{} can't be read: {error}", path.display()),
                        "name a file that this user may read",
                    );
                    None
                }
            },
        }
    }

    /// The value, where no unknown key and no other problem was met.
    pub(super) fn finish<T>(mut self, value: Option<T>) -> Result<T, InvalidConfig> {
        let mut unknown = Vec::new();
        unknown_keys(&self.root, "", &self.known, &mut unknown);
        for key in unknown {
            let (wrong, mend) = self.explain(&key);
            self.problem(&key, wrong, mend);
        }
        // What a section lacks goes without saying where the section itself is none.
        let broken: Vec<String> =
            self.known.iter().filter_map(|known| known.split_once('.')).map(|(section, _)| section.to_owned()).collect();
        let broken: Vec<String> = broken.into_iter().filter(|section| self.has_problem(section)).collect();
        self.problems
            .retain(|problem| problem.key.split_once('.').is_none_or(|(section, _)| !broken.iter().any(|b| b == section)));
        self.problems.sort_by(|a, b| a.key.cmp(&b.key));
        self.problems.dedup();
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => Err(InvalidConfig(self.problems)),
        }
    }

    /// The value of a key, which is known from now on. A mailbox's key falls back to the one for all mailboxes.
    fn find(&mut self, key: &str) -> Option<Value> {
        self.known.insert(key.to_owned());
        let path: Vec<&str> = key.split('.').collect();
        if let [section, _, rest @ ..] = path.as_slice()
            && !rest.is_empty()
        {
            let all: Vec<&str> = [*section, EACH].iter().chain(rest).copied().collect();
            self.known.insert(all.join("."));
            return dig(&self.root, &path).or_else(|| dig(&self.root, &all)).cloned();
        }
        dig(&self.root, &path).cloned()
    }

    fn explain(&self, key: &str) -> (String, String) {
        let inside = format!("{key}.");
        if self.known.iter().any(|known| known.starts_with(&inside)) {
            return ("is a section, not a key".to_owned(), format!("write [{key}] and its keys below it"));
        }
        match self.nearest(key) {
            Some(near) => ("is not a key".to_owned(), format!("did you mean {near}?")),
            None => ("is not a key".to_owned(), "take it out".to_owned()),
        }
    }

    /// The known key or section that reads most like `key`.
    fn nearest(&self, key: &str) -> Option<String> {
        let depth = key.split('.').count();
        let same_depth: BTreeSet<String> = self
            .known
            .iter()
            .filter(|known| !known.contains(EACH) || key.contains(EACH))
            .map(|known| known.split('.').take(depth).collect::<Vec<_>>().join("."))
            .collect();
        let likeness = |known: &str| strsim::jaro_winkler(key, known) + strsim::jaro_winkler(leaf(key), leaf(known));
        same_depth.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
    }
}

fn dig<'a>(root: &'a Dict, path: &[&str]) -> Option<&'a Value> {
    match path {
        [] => None,
        [last] => root.get(*last),
        [first, rest @ ..] => dig(root.get(*first)?.as_dict()?, rest),
    }
}

/// Collects the keys, or whole sections, that nothing asked for.
fn unknown_keys(dict: &Dict, prefix: &str, known: &BTreeSet<String>, found: &mut Vec<String>) {
    for (name, value) in dict {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let inside = format!("{key}.");
        let is_section = known.iter().any(|known| known.starts_with(&inside));
        if let Some(inner) = value.as_dict().filter(|_| is_section) {
            unknown_keys(inner, &key, known, found);
        } else if !known.contains(&key) {
            found.push(key);
        }
    }
}

fn leaf(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}
