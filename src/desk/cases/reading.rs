//! The reading of a question as a form: what is asked, who pays, which day counts.

use serde::Serialize;

use super::words;
use crate::desk::guard::Form;
use crate::domain::question::{Intent, Payer, Reading};
use crate::flow::desk::reading_now;
use crate::ports::CaseFile;

#[derive(Debug, Serialize)]
pub struct ReadingForm {
    payers: Vec<Choice>,
    date_of_service: String,
    intents: Vec<Choice>,
    /// Whether a consultant has read it otherwise than the mail.
    corrected: bool,
}

#[derive(Debug, Serialize)]
struct Choice {
    value: &'static str,
    label: String,
    chosen: bool,
}

fn choice(value: &'static str, chosen: bool) -> Choice {
    Choice { value, label: words(value), chosen }
}

impl ReadingForm {
    pub fn of(file: &CaseFile) -> Self {
        let now = reading_now(file);
        Self {
            payers: Payer::ALL.into_iter().map(|payer| choice(payer.name(), now.payer == Some(payer))).collect(),
            date_of_service: now.date_of_service.map(|day| day.to_string()).unwrap_or_default(),
            intents: Intent::ALL.into_iter().map(|intent| choice(intent.name(), now.intents.contains(&intent))).collect(),
            corrected: file.reading.is_some(),
        }
    }
}

/// The reading that a form holds.
pub fn read(form: &Form) -> Result<Reading, String> {
    let day = form.text("date_of_service");
    let date_of_service = match day.trim() {
        "" => None,
        day => Some(day.parse().map_err(|_| format!("{day} is no day; write it as 2026-01-31"))?),
    };
    let intents = form.all("intent").iter().filter_map(|name| Intent::parse(name)).collect();
    Ok(Reading { intents, payer: Payer::parse(&form.text("payer")), date_of_service })
}
