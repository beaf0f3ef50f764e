//! What would be answered to a question, nothing stored: the same research, draft, ground check and policy as for a case.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::draft::{Author, Draft, Route};
use crate::domain::id::DraftId;
use crate::domain::policy::{AutoSend, Policy, Verdict};
use crate::domain::question::Question;
use crate::parse::{self, ReadOptions};
use crate::ports::Assignment;
use crate::research;

use super::Flow;

/// A draft that belongs to no case, with the question that was read and the route that policy would let it take.
#[derive(Debug)]
pub struct Would {
    pub question: Question,
    pub draft: Draft,
    pub route: Route,
}

impl Flow {
    /// `day` goes before what the text says of the date of service. Who presses the button is left aside: the route says what
    /// the answer is worth.
    pub async fn would_answer(&self, subject: &str, text: &str, day: Option<Date>) -> Would {
        let today = self.now().to_zoned(TimeZone::UTC).date();
        let subject: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mail = format!(
            "Subject: {subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
                            Content-Transfer-Encoding: 8bit\r\n\r\n{text}"
        );
        let mut question = parse::read(mail.as_bytes(), &ReadOptions::new(today)).question;
        question.date_of_service = day.or(question.date_of_service);
        let codebook = self.shelf.codebook();
        let assignment = Assignment { question: question.clone(), notes: None, today };
        let drafted = self.drafter.draft(&assignment).await;
        let ground_check = research::ground_check(&drafted.body, &drafted.findings, &question);
        let draft = Draft {
            id: DraftId::from_bytes([0; 16]),
            author: Author::Automation,
            drafted,
            ground_check,
            codebook_edition: codebook.edition().to_owned(),
        };
        let on = question.date_of_service.unwrap_or(today);
        let covered = draft.drafted.citations.iter().all(|family| codebook.covers(*family, on));
        let policy = Policy { auto_send: AutoSend::Grounded, ..self.settings.policy.clone() };
        let route = match policy.judge(&draft, covered) {
            Verdict::Send(_) => draft.drafted.route,
            Verdict::Review(_) => Route::Expert,
            Verdict::Close => Route::NotAQuestion,
        };
        Would { question, draft, route }
    }
}
