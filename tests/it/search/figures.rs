//! How well the search finds, measured on a set of queries beside the repository; ignored unless asked for.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use caseconsultant::codebook::search::{Hit, Query, Search, SearchDoc, TermKind, Words, docs_of};
use jiff::civil::date;
use serde::Deserialize;

use crate::world::edition::{shared, whole};

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    query: String,
    system: String,
    accept: Vec<String>,
    kind: String,
}

fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

fn rank(row: &Row, hits: &[Hit]) -> usize {
    let mut accept: Vec<String> = row.accept.iter().map(|code| plain(code)).collect();
    if row.kind == "fragment" {
        accept.push(plain(&row.query));
    }
    let same = |hit: &Hit| hit.system == row.system || (row.system == "modifier" && hit.system == "hcpcs");
    hits.iter().position(|hit| same(hit) && accept.contains(&plain(&hit.code))).map_or(0, |at| at + 1)
}

/// Half of the rows, by their id: one to tune on, one to see whether that fits kinds or cases.
fn held_back(row: &Row) -> bool {
    row.id.bytes().fold(2_166_136_261_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(16_777_619)) >> 7 & 1 == 1
}

/// A row's rank with the system given and without it.
fn ranks(search: &Search, rows: &[Row]) -> Vec<[usize; 2]> {
    let find = |row: &Row, system: Option<&str>| {
        rank(row, &search.find(&Query { text: &row.query, system, limit: 10, on: Some(date(2026, 11, 22)) }))
    };
    rows.iter().map(|row| [find(row, Some(row.system.as_str())), find(row, None)]).collect()
}

fn share(ranks: impl Iterator<Item = usize> + Clone, within: usize) -> f64 {
    ranks.clone().filter(|rank| (1..=within).contains(rank)).count() as f64 / ranks.count().max(1) as f64
}

fn told(name: &str, ranks: &[[usize; 2]]) -> String {
    let part = |which: usize, within| share(ranks.iter().map(move |r| r[which]), within);
    format!(
        "figure: search {name}: n {}, with the system R@1 {:.3} R@10 {:.3}, without it R@1 {:.3} R@10 {:.3}",
        ranks.len(),
        part(0, 1),
        part(0, 10),
        part(1, 1),
        part(1, 10)
    )
}

/// The word tables as they lie in `config/words` now, without those named.
fn tables(but: &[&str]) -> Words {
    let folder = tempfile::tempdir().unwrap();
    for name in Words::embedded_names().filter(|name| !but.contains(name)) {
        let file = format!("{name}.toml");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/words").join(&file);
        std::fs::copy(from, folder.path().join(&file)).unwrap();
    }
    Words::default().with_folder(folder.path()).unwrap()
}

fn rows(file: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What each layer brings, and how fast the whole is. `CASECONSULTANT_SEARCH_SET` names another set of the same shape.
#[test]
#[ignore = "a measurement; make prove runs it"]
fn recall_by_layer_and_latency() {
    let Some(shared) = shared() else { return };
    let own = std::env::var_os("CASECONSULTANT_SEARCH_SET").map(std::path::PathBuf::from);
    let rows = rows(&own.unwrap_or_else(|| shared.join("search/dev.jsonl")));
    let Some(codebook) = whole() else { return };
    let edition = codebook.on_disk().unwrap();
    let docs = docs_of(edition).unwrap();
    let bare = || docs.iter().cloned().map(|doc| SearchDoc { terms: Vec::new(), ..doc });
    let all = Words::embedded_names().collect::<Vec<_>>();
    let brandless = || {
        docs.iter().cloned().map(|mut doc| {
            doc.terms.retain(|(kind, _)| *kind != TermKind::Brand);
            doc
        })
    };
    if std::env::var_os("CASECONSULTANT_SEARCH_WHOLE_ONLY").is_none() {
        let lay: Vec<&str> = all.iter().copied().filter(|name| !["brands", "spanish", "shorthand"].contains(name)).collect();
        let with = |names: &[&str]| tables(&all.iter().copied().filter(|name| !names.contains(name)).collect::<Vec<_>>());
        let whole = || docs.iter().cloned();
        for (name, search) in [
            ("titles alone", Search::in_memory(bare(), Words::default()).unwrap()),
            ("and index and inclusion terms", Search::in_memory(brandless(), Words::default()).unwrap()),
            ("and shorthand", Search::in_memory(brandless(), with(&["shorthand"])).unwrap()),
            ("and lay words", Search::in_memory(brandless(), with(&[lay.as_slice(), &["shorthand"]].concat())).unwrap()),
            ("and Spanish", Search::in_memory(brandless(), with(&[lay.as_slice(), &["shorthand", "spanish"]].concat())).unwrap()),
            ("all but index and inclusion terms", Search::in_memory(bare(), tables(&[])).unwrap()),
            ("all but shorthand", Search::in_memory(whole(), tables(&["shorthand"])).unwrap()),
            ("all but lay words", Search::in_memory(whole(), tables(&lay)).unwrap()),
            ("all but brands", Search::in_memory(brandless(), tables(&["brands"])).unwrap()),
        ] {
            println!("{}", told(name, &ranks(&search, &rows)));
        }
    }
    let mut read = tables(&[]);
    read.add_lists(edition).unwrap();
    let whole = Search::in_memory(docs.iter().cloned(), read).unwrap();
    let found = ranks(&whole, &rows);
    println!("{}", told("all of it", &found));
    for held in [false, true] {
        let half: Vec<[usize; 2]> = rows.iter().zip(&found).filter(|(row, _)| held_back(row) == held).map(|(_, r)| *r).collect();
        println!("{}", told(if held { "half held back" } else { "half tuned on" }, &half));
    }
    let mut kinds: BTreeMap<&str, Vec<[usize; 2]>> = BTreeMap::new();
    for (row, found) in rows.iter().zip(&found) {
        kinds.entry(&row.kind).or_default().push(*found);
    }
    for (kind, found) in kinds {
        println!("{}", told(&format!("kind {kind}"), &found));
    }
    if std::env::var_os("CASECONSULTANT_SEARCH_MISSES").is_some() {
        misses(&whole, &rows, &found);
    }
    latency(&whole, &rows);
}

/// What the tuned half misses, or all of another set.
fn misses(search: &Search, rows: &[Row], found: &[[usize; 2]]) {
    let whole = std::env::var_os("CASECONSULTANT_SEARCH_SET").is_some();
    for (row, found) in rows.iter().zip(found).filter(|(row, found)| (whole || !held_back(row)) && **found != [1, 1]) {
        for (system, rank) in [(Some(row.system.as_str()), found[0]), (None, found[1])] {
            if rank != 1 {
                let hits = search.find(&Query { text: &row.query, system, limit: 4, on: Some(date(2026, 11, 22)) });
                let got: Vec<String> = hits
                    .iter()
                    .map(|h| format!("{} {:.2} {}", h.code, h.score, h.title.chars().take(40).collect::<String>()))
                    .collect();
                println!("{} {rank} {:?} {system:?} want {:?} got {got:?}", row.kind, row.query, row.accept.first());
            }
        }
    }
    if let Ok(text) = std::env::var("SEARCH_Q") {
        for q in text.split('|') {
            let (q, system) = q.split_once('@').map_or((q, None), |(q, s)| (q, Some(s)));
            println!("--- {q}");
            for hit in search.find(&Query { text: q, system, limit: 6, on: Some(date(2026, 11, 22)) }) {
                println!("{:.3} {} {} {} [{}]", hit.score, hit.system, hit.code, hit.title, hit.why);
            }
        }
    }
}

fn latency(search: &Search, rows: &[Row]) {
    for filtered in [true, false] {
        let mut micros: Vec<u128> = Vec::new();
        for _ in 0..5 {
            for row in rows {
                let system = Some(row.system.as_str()).filter(|_| filtered);
                let start = Instant::now();
                search.find(&Query { text: &row.query, system, limit: 10, on: Some(date(2026, 11, 22)) });
                micros.push(start.elapsed().as_micros());
            }
        }
        micros.sort_unstable();
        let at = |part: usize| micros[micros.len() * part / 1000];
        let how = if filtered { "with the system" } else { "without it" };
        println!("figure: search latency {how}: p50 {} us, p99 {} us", at(500), at(990));
    }
}
