//! Where the records lie: embedded, unpacked on first use and shared from then on.

use std::io::Read;
use std::sync::{Arc, OnceLock};

use flate2::read::GzDecoder;

use super::coverage::Coverage;
use super::diagnosis::Diagnoses;
use super::edits::Edits;
use super::level2::Level2;
use super::modifiers::Modifiers;
use super::rules::Rules;
use crate::domain::code::Family;

/// Everything a look-up reads.
#[derive(Debug)]
pub(super) struct Records {
    pub edition: String,
    pub coverage: Vec<(Family, Coverage)>,
    pub diagnoses: Diagnoses,
    pub level2: Level2,
    pub modifiers: Modifiers,
    pub edits: Edits,
    pub rules: Rules,
}

const ICD10CM: &[u8] = include_bytes!("../../config/starter/icd10cm.txt.gz");
const HCPCS: &[u8] = include_bytes!("../../config/starter/hcpcs.txt.gz");
const LEVEL2_MODIFIERS: &[u8] = include_bytes!("../../config/starter/modifiers.txt.gz");
const NUMERIC_MODIFIERS: &str = include_str!("../../config/starter/modifiers.toml");
const NCCI: &str = include_str!("../../config/starter/ncci.toml");
const RULEBOOK: &str = include_str!("../../config/rulebook/starter.toml");

const FAMILIES: [Family; 8] = [
    Family::NcciPtp,
    Family::Mue,
    Family::Hcpcs,
    Family::Modifiers,
    Family::Icd10Cm,
    Family::Guidelines,
    Family::NcciManual,
    Family::Rulebook,
];

/// The embedded records, read once.
#[expect(
    clippy::expect_used,
    reason = "the bytes are part of the binary: a build that can't read them must not start, and a test reads them"
)]
pub(super) fn starter() -> Arc<Records> {
    static STARTER: OnceLock<Arc<Records>> = OnceLock::new();
    STARTER.get_or_init(|| Arc::new(read_starter().expect("the embedded records are readable"))).clone()
}

fn read_starter() -> anyhow::Result<Records> {
    Ok(Records {
        edition: "starter-2026-11".to_owned(),
        coverage: FAMILIES.into_iter().filter_map(|family| Some((family, Coverage::of_starter(family)?))).collect(),
        diagnoses: Diagnoses::new(unpack(ICD10CM)?),
        level2: Level2::new(unpack(HCPCS)?),
        modifiers: Modifiers::new(unpack(LEVEL2_MODIFIERS)?, NUMERIC_MODIFIERS)?,
        edits: Edits::new(NCCI)?,
        rules: Rules::new(RULEBOOK)?,
    })
}

fn unpack(packed: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}
