//! Invented patients of many cultures and hands: `[[KIND|what must go]]`, `{{KIND|what must stay}}`.

use std::path::Path;

use caseconsultant::parse::{self, ReadOptions};
use jiff::civil::date;

pub struct Marked {
    pub text: String,
    pub go: Vec<(usize, usize, String)>,
    pub stay: Vec<(usize, usize)>,
}

pub fn marked(source: &str) -> Marked {
    let mut found = Marked { text: String::new(), go: Vec::new(), stay: Vec::new() };
    let mut rest = source;
    while let Some(at) = [rest.find("[["), rest.find("{{")].into_iter().flatten().min() {
        found.text.push_str(&rest[..at]);
        let (close, goes) = if rest[at..].starts_with("[[") { ("]]", true) } else { ("}}", false) };
        let end = at + rest[at..].find(close).unwrap();
        let (kind, said) = rest[at + 2..end].split_once('|').unwrap();
        let start = found.text.chars().count();
        found.text.push_str(said);
        let stop = found.text.chars().count();
        if goes {
            found.go.push((start, stop, kind.to_owned()));
        } else {
            found.stay.push((start, stop));
        }
        rest = &rest[end + 2..];
    }
    found.text.push_str(rest);
    found
}

#[test]
fn names_of_many_cultures_and_numbers_of_many_kinds_go() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/invented-patients.txt");
    let source = std::fs::read_to_string(path).unwrap();
    let (mut all, mut left, mut touched) = (0, Vec::new(), Vec::new());
    for mail in source.split("\n%%\n") {
        let mail = marked(mail.trim_end());
        let raw = format!(
            "From: Nora Feld <nora@practice.example>\nSubject: a question\nContent-Type: text/plain; charset=utf-8\n\n{}",
            mail.text
        );
        let read = parse::read(raw.as_bytes(), &ReadOptions::new(date(2026, 3, 2)));
        assert_eq!(read.text, mail.text);
        let covered = |from: usize, to: usize| {
            (from..to).filter(|at| read.identifiers.iter().any(|one| (one.span.start..one.span.end).contains(at))).count()
        };
        let words = |from: usize, to: usize| mail.text.chars().skip(from).take(to - from).collect::<String>();
        for (from, to, kind) in &mail.go {
            all += 1;
            if covered(*from, *to) * 10 < (to - from) * 8 {
                left.push(format!("{kind} {}", words(*from, *to)));
            }
        }
        touched.extend(mail.stay.iter().filter(|(from, to)| covered(*from, *to) > 0).map(|(from, to)| words(*from, *to)));
    }
    assert!(touched.is_empty(), "facts of coding were taken for identifiers: {touched:?}");
    assert!(left.len() * 50 <= all, "{} of {all} were left: {left:?}", left.len());
}
