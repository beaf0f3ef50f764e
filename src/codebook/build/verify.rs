//! Holds a finished edition against what the importers said they put into it, before anyone reads it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};

use super::super::edition::Edition;
use super::report::{Report, SourceLine};
use super::tables;

pub(super) fn verify(folder: &Path, report: &mut Report) -> anyhow::Result<()> {
    let edition = Edition::open_unmapped(folder).context("the edition that was built can't be opened")?;
    // Counting reads every page once: mapped, the whole file would count as memory of the build.
    edition.query("PRAGMA mmap_size = 0", [], |row| row.get::<_, i64>(0))?;
    let mut counted: BTreeMap<i64, i64> = BTreeMap::new();
    for table in tables() {
        let sql = format!("SELECT source, count(*) FROM {} GROUP BY source", table.name);
        let counts: Vec<(i64, i64)> = edition.query(&sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (source, count) in counts {
            *counted.entry(source).or_default() += count;
        }
    }
    for source in edition.sources() {
        let found = counted.remove(&source.id).unwrap_or(0);
        ensure!(found == source.rows, "{}: {} rows were read, {found} are in the edition", source.file, source.rows);
        ensure!(found > 0, "{}: no row of {} in it", source.file, source.family.label());
    }
    ensure!(counted.is_empty(), "rows without a source are in the edition: {counted:?}");
    report.sources = edition
        .sources()
        .iter()
        .map(|source| SourceLine {
            family: source.family.label().to_owned(),
            part: source.part.clone(),
            edition: source.edition.clone(),
            file: source.file.clone(),
            from: source.from.to_string(),
            to: if source.to == jiff::civil::Date::MAX { "standing".to_owned() } else { source.to.to_string() },
            rows: source.rows,
            whole: source.whole,
        })
        .collect();
    Ok(())
}
