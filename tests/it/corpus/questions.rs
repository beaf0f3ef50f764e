//! The larger question sets, where they lie beside the checkout.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use caseconsultant::domain::code::CodeSystem;
use caseconsultant::parse;
use serde_json::Value;

use super::options;

pub fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CASECONSULTANT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    Some(root.join("questions").join(name)).filter(|path| path.exists())
}

fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase()
}

/// Of the codes that the sets name, and of those that are found, 97 of 100 are right, and no decoy is taken.
#[test]
fn codes_of_the_question_sets() {
    for name in ["dev.jsonl", "dev_rules.jsonl"] {
        let Some(path) = shared(name) else { continue };
        let (mut named, mut found, mut right) = (0_u32, 0_u32, 0_u32);
        for line in fs::read_to_string(path).unwrap().lines().filter(|line| !line.trim().is_empty()) {
            let row: Value = serde_json::from_str(line).unwrap();
            let question = parse::read_text(row["subject"].as_str().unwrap(), row["body"].as_str().unwrap(), &[], &options());
            let expected: BTreeSet<String> =
                row["codes_expected"].as_array().unwrap().iter().map(|code| plain(code["code"].as_str().unwrap())).collect();
            let remark = |system: CodeSystem| matches!(system, CodeSystem::Carc | CodeSystem::Rarc);
            let mentions = question
                .codes
                .iter()
                .filter(|mention| expected.contains(&plain(&mention.code.code)) || !remark(mention.code.system));
            let seen: BTreeSet<String> = mentions.map(|mention| plain(&mention.code.code)).collect();
            for decoy in row["not_codes"].as_array().into_iter().flatten().map(|decoy| plain(decoy.as_str().unwrap())) {
                assert!(expected.contains(&decoy) || !seen.contains(&decoy), "{name} {} takes {decoy}", row["id"]);
            }
            named += u32::try_from(expected.len()).unwrap();
            found += u32::try_from(seen.len()).unwrap();
            right += u32::try_from(expected.intersection(&seen).count()).unwrap();
        }
        let share = |of: u32| f64::from(right) / f64::from(of);
        assert!(
            share(named) >= 0.97 && share(found) >= 0.97,
            "{name}: recall {:.3}, precision {:.3}",
            share(named),
            share(found)
        );
    }
}
