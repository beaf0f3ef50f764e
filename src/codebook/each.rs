//! One ruling written for each row of a table: codes that differ by site, side or drug share their sentences.

use std::collections::BTreeMap;

use toml::{Table, Value};

type Tables = BTreeMap<String, Vec<BTreeMap<String, String>>>;

/// The rulings that one entry stands for: itself, or one for each row of the tables in its `each`, in every combination but those
/// whose two texts in `alike` differ, or whose two in `unlike` are the same.
pub(super) fn written(mut entry: Table, tables: &Tables) -> anyhow::Result<Vec<Table>> {
    let Some(each) = entry.remove("each") else { return Ok(vec![entry]) };
    let names: Vec<String> = each.try_into()?;
    let mut entries = vec![entry];
    for name in names {
        let rows = tables.get(&name).ok_or_else(|| anyhow::anyhow!("there is no table {name}"))?;
        entries = entries.iter().flat_map(|entry| rows.iter().map(|row| of_row(entry, &name, row))).collect();
    }
    let mut kept = Vec::new();
    for mut entry in entries {
        let alike = two(&mut entry, "alike")?.is_none_or(|[a, b]| a == b);
        let unlike = two(&mut entry, "unlike")?.is_none_or(|[a, b]| a != b);
        if alike && unlike {
            kept.push(entry);
        }
    }
    Ok(kept)
}

fn two(entry: &mut Table, key: &str) -> anyhow::Result<Option<[String; 2]>> {
    Ok(entry.remove(key).map(Value::try_into).transpose()?)
}

fn of_row(entry: &Table, name: &str, row: &BTreeMap<String, String>) -> Table {
    entry.iter().map(|(key, value)| (key.clone(), filled(value, name, row))).collect()
}

fn filled(value: &Value, name: &str, row: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            let put = |text: String, (key, word): (&String, &String)| text.replace(&format!("<{name}.{key}>"), word);
            Value::String(row.iter().fold(text.clone(), put))
        }
        Value::Array(values) => Value::Array(values.iter().map(|value| filled(value, name, row)).collect()),
        Value::Table(table) => Value::Table(of_row(table, name, row)),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => value.clone(),
    }
}
