//! From a question's words to findings, a draft and its ground check.

mod diabetes;
mod drafts;
mod ground;
mod orders;
mod other_words;
mod question_sets;
mod records;
mod rulebook;
mod tools;

use caseconsultant::codebook::Codebook;
use caseconsultant::domain::draft::Drafted;
use caseconsultant::domain::question::Question;
use caseconsultant::drafter::grounded::draft;
use caseconsultant::parse::{ReadOptions, read_text};
use caseconsultant::research::research;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 22);

fn read(subject: &str, body: &str) -> Question {
    read_text(subject, body, &[], &ReadOptions::new(TODAY))
}

fn answer(question: &Question) -> Drafted {
    let book = Codebook::starter();
    let findings = research(question, &book, TODAY);
    draft(question, findings, &book, TODAY)
}
