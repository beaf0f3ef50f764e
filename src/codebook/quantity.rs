//! Amounts with a measure, in a mail and in a code's text alike: "62.5 mg", "1 gramo", "15 minutes".

use std::fmt;

/// What an amount is an amount of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Thousandths of a microgram.
    Mass,
    /// Thousandths of a millilitre.
    Volume,
    /// Thousandths of a unit of activity ("100 units", "5,000 IU").
    Activity,
    /// Thousandths of a millicurie.
    Radiation,
    /// Thousandths of a minute.
    Time,
}

/// An amount as written, and in thousandths of its measure's base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    pub thousandths: u64,
    pub measure: Measure,
    /// As it was written: "62.5 mg".
    pub words: String,
    /// Where it stands in the text it was read from, in bytes.
    pub at: usize,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl Quantity {
    /// How many of `unit` it takes to hold this amount, rounded up; `None` where the measures differ.
    pub fn in_units_of(&self, unit: &Self) -> Option<u64> {
        (self.measure == unit.measure && unit.thousandths > 0).then(|| self.thousandths.div_ceil(unit.thousandths))
    }

    /// Whole units of `unit` within this amount; `None` where the measures differ.
    pub fn whole_units_of(&self, unit: &Self) -> Option<u64> {
        (self.measure == unit.measure && unit.thousandths > 0).then(|| self.thousandths / unit.thousandths)
    }
}

/// The amounts in `text`, in order. A number without a measure behind it is none.
pub fn quantities(text: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let digit = bytes.get(at).is_some_and(u8::is_ascii_digit);
        let fresh = at == 0 || bytes.get(at - 1).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'.' && *b != b',');
        if !digit {
            at += 1;
            continue;
        }
        let end = number_end(bytes, at);
        if fresh && let Some(quantity) = read_at(text, at, end) {
            found.push(quantity);
        }
        at = end.max(at + 1);
    }
    found
}

/// The end of the number that starts at `at`: digits, with single commas or points between digits.
fn number_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        let joins = matches!(byte, b'.' | b',') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !joins {
            break;
        }
        at += 1;
    }
    at
}

fn read_at(text: &str, at: usize, end: usize) -> Option<Quantity> {
    let number = text.get(at..end)?;
    let rest = text.get(end..)?;
    let gap = rest.len() - rest.trim_start_matches([' ', '-', '\u{a0}']).len();
    if gap > 2 {
        return None;
    }
    let word: String = rest.get(gap..)?.chars().take_while(|c| c.is_alphabetic() || *c == '\u{b5}').collect();
    let (measure, factor) = measure_of(&word.to_lowercase())?;
    let thousandths = thousandths_of(number)?.checked_mul(factor)?;
    Some(Quantity { thousandths, measure, words: format!("{number} {word}"), at })
}

/// The measure that a word names and how many base units one of it is.
fn measure_of(word: &str) -> Option<(Measure, u64)> {
    Some(match word {
        "mcg" | "ug" | "\u{b5}g" | "\u{3bc}g" | "microgram" | "micrograms" | "microgramo" | "microgramos" => (Measure::Mass, 1),
        "mg" | "mgs" | "milligram" | "milligrams" | "miligramo" | "miligramos" => (Measure::Mass, 1_000),
        "g" | "gm" | "gms" | "gram" | "grams" | "gramo" | "gramos" => (Measure::Mass, 1_000_000),
        "ml" | "mls" | "cc" | "milliliter" | "milliliters" | "mililitro" | "mililitros" => (Measure::Volume, 1),
        "l" | "liter" | "liters" | "litro" | "litros" => (Measure::Volume, 1_000),
        "unit" | "units" | "u" | "iu" | "usp" | "unidad" | "unidades" | "ui" => (Measure::Activity, 1),
        "millicurie" | "millicuries" | "mci" => (Measure::Radiation, 1),
        "min" | "mins" | "minute" | "minutes" | "minuto" | "minutos" => (Measure::Time, 1),
        "hour" | "hours" | "hr" | "hrs" | "hora" | "horas" => (Measure::Time, 60),
        _ => return None,
    })
}

/// Reads "1,000", "62.5" and "0.25" as thousandths; a comma before three digits groups, any other is a point.
fn thousandths_of(number: &str) -> Option<u64> {
    let mut plain = String::new();
    let mut rest = number;
    while let Some((head, tail)) = rest.split_once(',') {
        plain.push_str(head);
        let group = tail.split([',', '.']).next().unwrap_or_default();
        if group.len() != 3 {
            plain.push('.');
        }
        rest = tail;
    }
    plain.push_str(rest);
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    if fraction.len() > 3 || fraction.contains('.') {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(fraction)
}
