//! How well the search finds, measured on a set of queries beside the repository; ignored unless asked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use caseconsultant::codebook::search::{Hit, Query, Search, SearchDoc, TermKind, Words, system};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    query: String,
    system: String,
    accept: Vec<String>,
    kind: String,
}

fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("CASECONSULTANT_SHARED").map(PathBuf::from);
    Some(named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"))).filter(|path| path.exists())
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

fn tsv(path: &Path) -> Vec<SearchDoc> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            SearchDoc {
                system: system(cells[0]).unwrap(),
                code: cells[1].to_owned(),
                title: cells[5].to_owned(),
                billable: cells[2] == "1",
                effect: caseconsultant::domain::code::Effect { effective: cells[3].parse().ok(), terminated: cells[4].parse().ok() },
                terms: cells[6].split('|').filter_map(|t| t.split_once('=')).filter_map(|(k, t)| Some((TermKind::named(k)?, t.to_owned()))).collect(),
            }
        })
        .collect()
}

#[test]
#[ignore = "a measurement"]
fn tune() {
    let Some(shared) = shared() else { return };
    let rows: Vec<Row> = std::fs::read_to_string(shared.join("search/dev.jsonl")).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let words = Words::default().with_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/words")).unwrap();
    let start = Instant::now();
    let search = Search::in_memory(tsv(Path::new(&std::env::var("SEARCH_TSV").unwrap())).into_iter(), words).unwrap();
    println!("built in {:?}", start.elapsed());
    if let Ok(text) = std::env::var("SEARCH_Q") {
        for q in text.split('|') {
            let (q, sys) = q.split_once('@').map_or((q, None), |(q, s)| (q, system(s)));
            println!("--- {q}");
            for hit in search.find(&Query { text: q, system: sys, limit: 8, on: "2025-07-01".parse().ok().filter(|_| false) }) {
                println!("{:.3} {} {} {} [{}]", hit.score, hit.system, hit.code, hit.title, hit.why);
            }
        }
        return;
    }
    for filtered in [true, false] {
        let mut kinds: BTreeMap<String, [Vec<usize>; 2]> = BTreeMap::new();
        let mut times = Vec::new();
        for row in &rows {
            let query = Query { text: &row.query, system: Some(row.system.as_str()).filter(|_| filtered), limit: 10, on: None };
            let at = Instant::now();
            let hits = search.find(&query);
            times.push(at.elapsed());
            let rank = rank(row, &hits);
            let held = held_back(row);
            for name in [row.kind.as_str(), "~ALL"] {
                kinds.entry(name.to_owned()).or_default()[usize::from(held)].push(rank);
            }
            if rank != 1 && !held && (filtered || rank == 0) {
                let got: Vec<String> = hits.iter().take(4).map(|h| format!("{} {:.2} {}", h.code, h.score, h.title.chars().take(40).collect::<String>())).collect();
                println!("  {} {rank} {:?} want {:?} got {got:?}", row.kind, row.query, row.accept.iter().take(3).collect::<Vec<_>>());
            }
        }
        times.sort();
        println!("filtered {filtered}: p50 {:?} p99 {:?}", times[times.len() / 2], times[times.len() * 99 / 100]);
        for (kind, halves) in kinds {
            let share = |ranks: &[usize], k: usize| ranks.iter().filter(|r| (1..=k).contains(*r)).count() as f64 / ranks.len().max(1) as f64;
            println!(
                "{kind:12} tuned n={:3} R1 {:.2} R10 {:.2} | held n={:3} R1 {:.2} R10 {:.2}",
                halves[0].len(), share(&halves[0], 1), share(&halves[0], 10), halves[1].len(), share(&halves[1], 1), share(&halves[1], 10)
            );
        }
    }
}
