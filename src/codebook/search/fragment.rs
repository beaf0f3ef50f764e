//! Codes and pieces of codes, with and without their dot, in any case.

use tantivy::DocSet as _;
use tantivy::TERMINATED;
use tantivy::schema::IndexRecordOption;

use super::docs::SYSTEMS;
use super::entries::plain;
use super::opened::Opened;
use super::rank::Wish;

/// From this score on a hit is what was meant, and words are not looked at.
pub const SURE: f32 = 1.0;
/// Codes below a fragment that are looked at.
const BELOW_MAX: usize = 400;

pub fn why(text: &str) -> String {
    format!("code begins with {}", plain(text))
}

/// Records whose code begins with what was typed, as (record, score).
pub fn hits(index: &Opened, text: &str, wish: Wish, limit: usize) -> Vec<(u32, f32)> {
    let text = text.trim();
    let typed = plain(text);
    let shape = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-') && (2..=8).contains(&typed.len());
    let digits = typed.bytes().any(|b| b.is_ascii_digit());
    if !shape || !(digits || typed.len() == 2 || typed.len() == 7) {
        return Vec::new();
    }
    let mut found: Vec<(u32, f32)> = Vec::new();
    for (number, system) in SYSTEMS.iter().enumerate() {
        let number = u8::try_from(number).unwrap_or(u8::MAX);
        let asked = wish.system == Some(number);
        if wish.system.is_some() && !asked || typed.len() == 2 && !digits && *system != "modifier" || *system == "manual" {
            continue;
        }
        let whole =
            matches!(*system, "modifier" | "pos") || (*system == "icd10pcs" && !asked && typed.len() < 5) || typed.len() == 2;
        for (code, record) in below(index, &format!("{number:02}{typed}")) {
            let exact = code.len() == typed.len() + 2;
            if (whole && !exact) || index.meta(record).is_none() {
                continue;
            }
            let in_force = index
                .meta(record)
                .is_some_and(|meta| wish.on == 0 || (meta.from <= wish.on && (meta.to == 0 || wish.on <= meta.to)));
            let short = typed.len() == 2 && !asked;
            let score = match (exact, in_force) {
                (true, true) => {
                    if short {
                        0.93
                    } else {
                        1.2
                    }
                }
                (true, false) => {
                    if short {
                        0.2
                    } else {
                        1.1
                    }
                }
                (false, true) => 1.05,
                (false, false) => continue,
            };
            let leaf = if index.meta(record).is_some_and(|meta| meta.billable) { 0.01 } else { 0.0 };
            found.push((record, score + leaf));
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(limit);
    found
}

fn below(index: &Opened, start: &str) -> Vec<(String, u32)> {
    let terms = index.codes.terms();
    let Ok(mut stream) = terms.range().ge(start.as_bytes()).into_stream() else { return Vec::new() };
    let mut found = Vec::new();
    while found.len() < BELOW_MAX && stream.advance() {
        let Ok(code) = std::str::from_utf8(stream.key()) else { break };
        if !code.starts_with(start) {
            break;
        }
        let code = code.to_owned();
        if let Ok(mut postings) = index.codes.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic) {
            while postings.doc() != TERMINATED {
                found.push((code.clone(), postings.doc()));
                postings.advance();
            }
        }
    }
    found
}
