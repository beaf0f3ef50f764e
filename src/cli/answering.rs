//! What `ask` and `eval` share: a mail's bytes to what would be answered, nothing stored.

use std::time::Instant;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::codebook::Codebook;
use crate::domain::code::{CodeSystem, Family, Modifier};
use crate::domain::draft::{Author, Draft, Drafted, GroundCheck, Route};
use crate::domain::finding::Finding;
use crate::domain::id::{CaseId, DraftId};
use crate::domain::policy::{AutoSend, Policy, Verdict};
use crate::domain::question::{Intent, Question};
use crate::drafter::grounded;
use crate::parse::{self, ReadOptions};
use crate::render::mail::{Content, Statement};
use crate::render::message::texts;
use crate::research::{ground_check, research};

/// Who says what the reply says, where a consultant's name would stand.
const REVIEWER: &str = "a coding consultant";

/// One answer, as `ask --json` and `eval` print it.
#[derive(Debug, Serialize)]
pub struct Answered {
    pub id: Option<String>,
    pub route: Route,
    pub confidence: f64,
    pub intents: Vec<Intent>,
    /// Those recognised in the mail.
    pub codes: Vec<Mentioned>,
    /// The plain-text body that would be sent; empty where nothing would be.
    pub draft_text: String,
    pub findings: Vec<Found>,
    pub citations: Vec<Family>,
    pub asks: Vec<String>,
    pub ground_check: GroundCheck,
    /// Why a person is needed, where one is.
    pub reservations: Vec<String>,
    pub elapsed_ms: f64,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Mentioned {
    pub system: CodeSystem,
    pub code: String,
    pub modifiers: Vec<Modifier>,
}

#[derive(Debug, Serialize)]
pub struct Found {
    pub id: String,
    pub kind: Value,
    pub text: String,
    pub source: Family,
    pub edition: String,
    pub effective: Option<Date>,
}

/// A mail with the thread before it, oldest first.
pub struct Asked {
    pub raw: Vec<u8>,
    pub thread: Vec<Vec<u8>>,
    /// Goes before what the mail says.
    pub date_of_service: Option<Date>,
}

pub struct Answering {
    pub codebook: Codebook,
    pub policy: Policy,
    pub today: Date,
}

impl Answering {
    pub fn answer(&self, id: Option<String>, asked: &Asked) -> anyhow::Result<Answered> {
        let started = Instant::now();
        let options = ReadOptions::new(self.today);
        let mail = parse::read(&asked.raw, &options);
        let thread: Vec<Question> = asked.thread.iter().map(|raw| parse::read(raw, &options).question).collect();
        let mut question = Question::merged(&[&mail.question], &thread.iter().collect::<Vec<_>>());
        question.date_of_service = asked.date_of_service.or(question.date_of_service);
        let findings = research(&question, &self.codebook, self.today);
        let drafted = grounded::draft(&question, findings, &self.codebook, self.today);
        let ground_check = ground_check(&drafted.body, &drafted.findings, &question);
        let route = self.route(&drafted, &ground_check, &question);
        Ok(Answered {
            id,
            route,
            confidence: drafted.confidence,
            intents: drafted.intents.clone(),
            codes: codes(&question),
            draft_text: text(&mail.redacted_subject, route, &drafted)?,
            findings: drafted.findings.iter().map(found).collect::<Result<_, _>>()?,
            citations: drafted.citations,
            asks: drafted.asks,
            ground_check,
            reservations: drafted.reservations,
            elapsed_ms: started.elapsed().as_secs_f64() * 1000.0,
        })
    }

    /// The drafter's route where policy would let it go, else an expert's. `auto_send` is left aside: it says who presses
    /// the button, not what the answer is worth.
    fn route(&self, drafted: &Drafted, ground_check: &GroundCheck, question: &Question) -> Route {
        let day = question.date_of_service.unwrap_or(self.today);
        let covered = drafted.citations.iter().all(|family| self.codebook.covers(*family, day));
        let draft = Draft {
            id: DraftId::from_bytes([0; 16]),
            author: Author::Automation,
            drafted: drafted.clone(),
            ground_check: ground_check.clone(),
            codebook_edition: self.codebook.edition().to_owned(),
        };
        match (Policy { auto_send: AutoSend::Grounded, ..self.policy.clone() }).judge(&draft, covered) {
            Verdict::Send(_) => drafted.route,
            Verdict::Review(_) => Route::Expert,
            Verdict::Close => Route::NotAQuestion,
        }
    }
}

/// A mail of plain text, as if it had been sent.
pub fn mail(subject: &str, from: Option<&str>, body: &str) -> Vec<u8> {
    let one_line = |text: &str| text.split(['\r', '\n']).collect::<Vec<_>>().join(" ");
    let from = from.map(|from| format!("From: {}\r\n", one_line(from))).unwrap_or_default();
    let head = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
    format!("{from}Subject: {}\r\n{head}\r\n{body}", one_line(subject)).into_bytes()
}

fn text(subject: &str, route: Route, drafted: &Drafted) -> anyhow::Result<String> {
    let statement = Statement::new(drafted, (route == Route::Expert).then(|| REVIEWER.to_owned()));
    let content = match route {
        Route::NotAQuestion => return Ok(String::new()),
        Route::Clarify => Content::Clarification(statement),
        Route::Refuse => Content::Refusal(statement),
        Route::Auto | Route::Expert => Content::Answer(statement),
    };
    // The number that no case has: nothing is stored.
    Ok(texts(CaseId(0), subject, &content)?.text)
}

fn codes(question: &Question) -> Vec<Mentioned> {
    let mut codes: Vec<Mentioned> = Vec::new();
    // What only an earlier mail of the thread names has no place in this one.
    for mention in question.codes.iter().filter(|mention| mention.span.end > 0) {
        let code =
            Mentioned { system: mention.code.system, code: mention.code.code.clone(), modifiers: mention.modifiers.clone() };
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

fn found(finding: &Finding) -> Result<Found, serde_json::Error> {
    let fact = serde_json::to_value(&finding.fact)?;
    Ok(Found {
        id: finding.id.to_string(),
        kind: fact.get("kind").cloned().unwrap_or_default(),
        text: finding.text.clone(),
        source: finding.source.family,
        edition: finding.source.edition.clone(),
        effective: finding.effect.effective,
    })
}
