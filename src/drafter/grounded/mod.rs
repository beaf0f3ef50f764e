//! Drafts from templates over findings: it says what the records say, asks for what decides, and hands over the rest.

mod clarify;
mod gaps;
mod pieces;
mod spanish;
mod views;
mod words;

use crate::codebook::{Codebook, Shelf};
use crate::domain::code::Family;
use crate::domain::draft::{Drafted, Route};
use crate::domain::finding::{Fact, Finding, FindingId};
use crate::domain::question::{Intent, Language, Question};
use crate::ports::{Assignment, Drafter};
use crate::render::answer::{Answer, Cited, Expert, Frame, Part, Refusal};
use crate::render::templates::{self, RenderError};
use crate::research::{at_hand, ground_check, research};
use crate::thinking;
use async_trait::async_trait;
use jiff::civil::Date;

use pieces::Piece;
use views::conclusions::conclusion;

/// The drafter that states nothing but findings.
#[derive(Debug, Clone)]
pub struct Grounded {
    shelf: Shelf,
}

impl Grounded {
    pub const fn new(shelf: Shelf) -> Self {
        Self { shelf }
    }
}

#[async_trait]
impl Drafter for Grounded {
    async fn draft(&self, assignment: &Assignment) -> Drafted {
        let codebook = self.shelf.codebook();
        let (question, today) = (assignment.question.clone(), assignment.today);
        let mut drafted = thinking::apart(move || {
            let findings = research(&question, &codebook, today);
            draft(&question, findings, &codebook, today)
        })
        .await;
        if let Some(notes) = &assignment.notes {
            // Templates can't follow a consultant's notes: the next draft is theirs to write.
            drafted.route = Route::Expert;
            drafted.confidence = drafted.confidence.min(EXPERT);
            drafted.reservations.push(format!("returned with notes: {notes}"));
        }
        drafted
    }
}

/// A body longer than this is cut to its records.
const BODY_WORDS_MAX: usize = 262;

const AUTO: f64 = 0.92;
const CLARIFY: f64 = 0.85;
const REFUSE: f64 = 0.9;
const EXPERT: f64 = 0.3;
const NOT_A_QUESTION: f64 = 0.9;

/// What was decided before any text is made.
struct Plan {
    route: Route,
    pieces: Vec<Piece>,
    asks: Vec<String>,
    reservations: Vec<String>,
    confidence: f64,
}

/// Drafts an answer from the findings. It never fails: what can't be answered goes to an expert, with the reason.
pub fn draft(question: &Question, findings: Vec<Finding>, codebook: &Codebook, today: Date) -> Drafted {
    let mut plan = plan(question, &findings, codebook);
    let (findings, records) =
        if plan.route == Route::Expert { at_hand(question, codebook, today, findings) } else { (findings, Vec::new()) };
    let body = match write(question, &plan, (&findings, &records), codebook, today) {
        Ok(body) => body,
        Err(error) => {
            plan.route = Route::Expert;
            plan.reservations.push(error.to_string());
            String::new()
        }
    };
    let check = ground_check(&body, &findings, question);
    if !check.passed && plan.route != Route::Expert {
        plan.route = Route::Expert;
        plan.confidence = EXPERT;
        plan.reservations.extend(check.problems.into_iter().map(|p| format!("ground check: {p}")));
    }
    let citations = cited(&body, &findings);
    Drafted {
        route: plan.route,
        confidence: plan.confidence,
        intents: question.intents.clone(),
        body,
        asks: plan.asks,
        findings,
        citations,
        reservations: plan.reservations,
    }
}

fn plan(question: &Question, findings: &[Finding], codebook: &Codebook) -> Plan {
    let only_nothing = question.intents == [Intent::NotAQuestion];
    if only_nothing {
        return Plan {
            route: Route::NotAQuestion,
            pieces: Vec::new(),
            asks: Vec::new(),
            reservations: Vec::new(),
            confidence: NOT_A_QUESTION,
        };
    }
    if let Some(refusal) = refusal(findings) {
        return Plan {
            route: Route::Refuse,
            pieces: vec![refusal],
            asks: Vec::new(),
            reservations: Vec::new(),
            confidence: REFUSE,
        };
    }
    let mut pieces = pieces::of(question, findings);
    let open: Vec<_> = findings.iter().filter_map(conclusion).filter(|c| c.route != Route::Auto).collect();
    let clarify = if findings.iter().any(|f| conclusion(f).is_some()) { None } else { clarify::of(question, findings, &pieces) };
    let mut reservations = gaps::of(question, findings, &pieces, clarify.is_some(), codebook);
    if question.language == Language::Spanish && pieces.iter().any(|p| !p.answer.in_spanish()) {
        reservations.push("the answer to this Spanish mail has no Spanish template".to_owned());
    }
    if question.language == Language::Other && open.iter().all(|c| c.route != Route::Clarify) {
        reservations.push("the mail is in a language that has no templates".to_owned());
    }
    let mut asks = Vec::new();
    let lacking = clarify.is_some();
    if let Some((piece, questions)) = clarify {
        pieces.insert(0, piece);
        asks = questions;
    }
    asks.extend(open.iter().flat_map(|c| c.asks.iter().cloned()));
    if let Some(by_a_person) = open.iter().find(|c| c.route == Route::Expert) {
        reservations.push(format!("the rulebook gives {} to a person", by_a_person.topic));
    }
    let lacking = lacking || open.iter().any(|c| c.route == Route::Clarify);
    let (route, confidence) = if !reservations.is_empty() {
        (Route::Expert, EXPERT)
    } else if lacking {
        (Route::Clarify, CLARIFY)
    } else if pieces.is_empty() {
        reservations.push("no finding answers the mail".to_owned());
        (Route::Expert, EXPERT)
    } else {
        (Route::Auto, words::confidence(AUTO, question, findings, codebook, &pieces))
    };
    Plan { route, pieces, asks, reservations, confidence }
}

/// The rule that a request runs against, where research found one.
fn refusal(findings: &[Finding]) -> Option<Piece> {
    let finding = findings.iter().find(|f| matches!(&f.fact, Fact::Rule { rule, .. } if rule.starts_with("refuse_")))?;
    let Fact::Rule { rule, .. } = &finding.fact else { return None };
    Some(Piece { answer: Answer::Refusal(Refusal { rule: rule.clone() }), why: vec![pieces::cite(finding)] })
}

fn write(
    question: &Question,
    plan: &Plan,
    (findings, records): (&[Finding], &[FindingId]),
    codebook: &Codebook,
    today: Date,
) -> Result<String, RenderError> {
    if plan.route == Route::NotAQuestion {
        return Ok(String::new());
    }
    let spanish = question.language == Language::Spanish && plan.pieces.iter().all(|p| p.answer.in_spanish());
    let folder = if spanish { "answer/es" } else { "answer" };
    let mut said: Vec<Cited> = Vec::new();
    let mut parts = Vec::new();
    let mut notice = None;
    if plan.route == Route::Expert {
        let reason = plan.reservations.first().map_or("it needs a person's judgement", |r| gaps::told(r)).to_owned();
        let answer = Answer::Expert(Expert { reason, has_parts: !plan.pieces.is_empty() });
        notice = Some(templates::block("answer/expert.txt", "lead", &answer)?.trim().to_owned());
    }
    for piece in &plan.pieces {
        let piece = if spanish { &spanish::told(piece, findings) } else { piece };
        parts.push(part(piece, folder, &mut said)?);
    }
    let assumptions = words::assumptions(question, &plan.pieces, findings, codebook, today);
    let mut frame = Frame { parts, assumptions, notice, at_hand: Vec::new() };
    let name = format!("{folder}/frame.txt");
    let body = words::tidy(&templates::render(&name, &frame)?);
    if body.split_whitespace().count() <= BODY_WORDS_MAX {
        let room = BODY_WORDS_MAX.saturating_sub(body.split_whitespace().count());
        frame.at_hand = at_hand_lines(findings, records, &said, room);
        if frame.at_hand.is_empty() {
            return Ok(body);
        }
        return Ok(words::tidy(&templates::render(&name, &frame)?));
    }
    // Too long to be read: each part keeps its records, then the first of them; the words around them go.
    for keep in [3, 2, 1] {
        for part in &mut frame.parts {
            part.why.truncate(keep);
            part.show.clear();
        }
        let body = words::tidy(&templates::render(&name, &frame)?);
        if keep == 1 || body.split_whitespace().count() <= BODY_WORDS_MAX {
            return Ok(body);
        }
    }
    Ok(body)
}

/// The records of the mail's codes that no part told, as far as there is room for them.
fn at_hand_lines(findings: &[Finding], records: &[FindingId], said: &[Cited], room: usize) -> Vec<Cited> {
    let lines = records.iter().filter_map(|id| findings.iter().find(|f| f.id == *id)).map(pieces::cite);
    let mut left = room;
    lines
        .filter(|line| !said.contains(line))
        .take_while(|line| {
            let words = line.text.split_whitespace().chain(line.cite.split_whitespace()).count();
            let fits = words <= left;
            left = left.saturating_sub(words);
            fits
        })
        .collect()
}

/// Renders one piece; a rule that an earlier piece gave is not given twice.
fn part(piece: &Piece, folder: &str, said: &mut Vec<Cited>) -> Result<Part, RenderError> {
    let name = format!("{folder}/{}", piece.answer.template());
    let block = |block| templates::block(&name, block, &piece.answer).map(|text| text.trim().to_owned());
    let why: Vec<Cited> = piece.why.iter().filter(|line| !said.contains(line)).cloned().collect();
    said.extend(why.iter().cloned());
    Ok(Part { lead: block("lead")?, asked: block("asked")?, why, show: block("show")? })
}

/// The families whose sources the body cites, in order of first use.
fn cited(body: &str, findings: &[Finding]) -> Vec<Family> {
    let mut places: Vec<(usize, Family)> =
        findings.iter().filter_map(|f| Some((body.find(&crate::research::citation(f))?, f.source.family))).collect();
    places.sort();
    let mut families: Vec<Family> = Vec::new();
    for (_, family) in places {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    families
}
