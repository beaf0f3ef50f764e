//! The edits of a code by partner code.

use jiff::civil::Date;
use serde::Serialize;

use super::Asked;
use super::systems::href;
use crate::codebook::{Codebook, PairRecord};
use crate::domain::code::CodeRef;
use crate::domain::finding::ModifierIndicator;
use crate::domain::question::Setting;

const ROWS_A_PAGE: usize = 50;
/// A code has at most a few thousand rows a column.
const ROWS_MAX: u32 = 20_000;

#[derive(Debug, Serialize)]
pub struct Edits {
    setting: &'static str,
    partner: String,
    total: usize,
    live: usize,
    rows: Vec<Row>,
    /// From 1.
    page: usize,
    pages: usize,
    edition: Option<String>,
}

#[derive(Debug, Serialize)]
struct Row {
    partner: String,
    href: String,
    /// Whether the page's code stands in column 1, which is paid.
    first: bool,
    indicator: u8,
    meaning: &'static str,
    live: bool,
    effective: Option<Date>,
    deleted: Option<Date>,
    rationale: String,
}

impl Edits {
    /// # Errors
    /// Where no loaded edit names the code.
    pub fn of(codebook: &Codebook, code: &CodeRef, on: Date, asked: &Asked) -> Result<Self, String> {
        let (setting, name) = match asked.setting.as_deref() {
            Some("hospital") => (Setting::Hospital, "hospital"),
            Some(_) | None => (Setting::Practitioner, "practitioner"),
        };
        let partner: String = asked
            .partner
            .iter()
            .flat_map(|text| text.chars())
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_uppercase();
        let mut rows: Vec<Row> =
            codebook.partners(code, setting, on, ROWS_MAX).into_iter().map(|edit| Row::of(edit, code, on)).collect();
        if rows.is_empty() && partner.is_empty() {
            return Err(format!("No loaded pair edit for {name} claims names {}.", code.code));
        }
        rows.retain(|row| row.partner.starts_with(&partner));
        rows.sort_by(|a, b| b.live.cmp(&a.live).then_with(|| a.partner.cmp(&b.partner)));
        let (total, live) = (rows.len(), rows.iter().filter(|row| row.live).count());
        let pages = total.div_ceil(ROWS_A_PAGE).max(1);
        let page = asked.page.unwrap_or(1).clamp(1, pages);
        let rows = rows.into_iter().skip((page - 1) * ROWS_A_PAGE).take(ROWS_A_PAGE).collect();
        let edition = codebook.coverage(crate::domain::code::Family::NcciPtp, on).map(|coverage| coverage.edition);
        Ok(Self { setting: name, partner, total, live, rows, page, pages, edition })
    }
}

impl Row {
    fn of(edit: PairRecord, code: &CodeRef, on: Date) -> Self {
        let live = edit.live(on);
        let first = edit.column1 == *code;
        let partner = if first { &edit.column2 } else { &edit.column1 };
        let (indicator, meaning) = match edit.indicator {
            ModifierIndicator::Never => (0, "never together"),
            ModifierIndicator::Allowed => (1, "with a modifier that the record supports"),
            ModifierIndicator::NotApplicable => (9, "never was in force"),
        };
        Self {
            partner: partner.code.clone(),
            href: href(partner),
            first,
            indicator,
            meaning,
            live,
            effective: edit.effect.effective,
            deleted: edit.effect.terminated,
            rationale: edit.rationale,
        }
    }
}
