//! A queued case becomes a draft, and the policy says whether it leaves by itself.

use jiff::tz::TimeZone;

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::case::{Case, CaseState, CloseReason, UnderReview};
use crate::domain::draft::{Author, Draft};
use crate::domain::id::{CaseId, DraftId};
use crate::domain::job::{JobEnd, JobKind, Lease, NewJob};
use crate::domain::outgoing::{Approval, ApprovedOutgoing, Approver, Outgoing, OutgoingKind};
use crate::domain::policy::Verdict;
use crate::domain::question::{Question, Reading};
use crate::domain::transition::{Command, LOOP_BUDGET_SPENT};
use crate::ports::{Assignment, CaseMessage, CaseOutgoing, Change, Exchange, asked};
use crate::research;
use crate::thinking;

use super::{Flow, Flowing, letter, send};

/// Why an answer waits that could have left.
const UNREAD_FILE: &str = "an attached file has to be looked at by a person";

/// Why nothing leaves by itself for the rest of the day.
const SPENT: &str = "as many messages went to this correspondent, or in this case, as may go in a day";

/// Drafts an answer for the case's round. Safe to repeat: a case that has moved on is left alone.
pub async fn draft(flow: &Flow, id: CaseId, round: u32, lease: Lease) -> Flowing<()> {
    let said = flow.store.exchange(id).await?;
    let Some(taken) = take(flow, &said.case, round, lease)? else {
        flow.store.finish(lease, &JobEnd::Done).await?;
        return Ok(());
    };
    let draft = write(flow, &said).await;
    let may_leave = !send::may_get_no_more(flow, &said.case).await?;
    match conclude(flow, &said, taken, draft, may_leave)? {
        Some(change) => flow.store.commit(&change).await?,
        None => flow.store.finish(lease, &JobEnd::Done).await?,
    }
    Ok(())
}

/// The taking of the case, where it waits for automation: `Queued`, or `Drafting` by a worker that died.
fn take(flow: &Flow, case: &Case, round: u32, lease: Lease) -> Flowing<Option<Change>> {
    if case.round != round {
        return Ok(None);
    }
    match &case.state {
        CaseState::Queued { assigned: None, .. } => {
            Ok(Some(flow.change(case, Actor::Automation, &Command::Take, Some(lease))?))
        }
        CaseState::Drafting { by: Author::Automation, .. } => {
            let mut released = flow.change(case, Actor::Clock, &Command::Release, Some(lease))?;
            // The release owes a new Draft job, which this very job is.
            released.jobs.clear();
            Ok(Some(flow.and_then(released, Actor::Automation, &Command::Take)?))
        }
        CaseState::Queued { assigned: Some(_), .. }
        | CaseState::Drafting { by: Author::Consultant(_), .. }
        | CaseState::Unmatched { .. }
        | CaseState::InReview { .. }
        | CaseState::Sending { .. }
        | CaseState::AwaitingRequester { .. }
        | CaseState::Answered { .. }
        | CaseState::Undeliverable { .. }
        | CaseState::Closed { .. } => Ok(None),
    }
}

async fn write(flow: &Flow, said: &Exchange) -> Draft {
    let notes = said.case.state.notes().map(str::to_owned);
    let question = open_question(&said.messages, &said.outgoing, said.reading.as_ref());
    let today = flow.now().to_zoned(TimeZone::UTC).date();
    written(flow, Assignment { question, notes, today }).await
}

/// What automation writes: researched, drafted and held against its findings.
pub(super) async fn written(flow: &Flow, assignment: Assignment) -> Draft {
    let question = assignment.question.clone();
    let mut edition = flow.shelf.codebook().edition().to_owned();
    let mut drafted = flow.drafter.draft(&assignment).await;
    // A draft is of one edition: where another was put in use meanwhile, it is written anew.
    let after = flow.shelf.codebook().edition().to_owned();
    if after != edition {
        drafted = flow.drafter.draft(&assignment).await;
        edition = after;
    }
    let (drafted, ground_check) = thinking::apart(move || {
        let ground_check = research::ground_check(&drafted.body, &drafted.findings, &question);
        (drafted, ground_check)
    })
    .await;
    metrics::counter!("caseconsultant_drafts_total", "route" => drafted.route.name()).increment(1);
    Draft {
        id: DraftId::from_bytes(flow.chance.bytes()),
        author: Author::Automation,
        drafted,
        ground_check,
        codebook_edition: edition,
    }
}

/// The question that is open: what the requester wrote since our last final word, with the thread's codes behind it.
pub fn open_question(messages: &[CaseMessage], sent: &[CaseOutgoing], reading: Option<&Reading>) -> Question {
    let last_word = last_word(sent);
    let (new, old): (Vec<_>, Vec<_>) = asked(messages).partition(|message| last_word.is_none_or(|at| message.received > at));
    let (new, old) = if new.is_empty() { (asked(messages).collect(), Vec::new()) } else { (new, old) };
    let questions: Vec<&Question> = new.iter().map(|message| &message.facts.question).collect();
    let thread: Vec<&Question> = old.iter().map(|message| &message.facts.question).collect();
    Question::merged(&questions, &thread).read_as(reading)
}

/// When we last told the asker something about coding.
pub(super) fn last_word(sent: &[CaseOutgoing]) -> Option<jiff::Timestamp> {
    let to_the_asker = |sent: &&CaseOutgoing| sent.outgoing.kind.states_coding() && sent.outgoing.kind != OutgoingKind::Review;
    sent.iter().filter(to_the_asker).map(|sent| sent.outgoing.date).max()
}

/// Submits the draft: policy lets it go, a person looks first, or nothing is to be said.
fn conclude(flow: &Flow, said: &Exchange, taken: Change, draft: Draft, may_leave: bool) -> Flowing<Option<Change>> {
    let day = draft_day(flow, said);
    let codebook = flow.shelf.codebook();
    let editions_cover = draft.drafted.citations.iter().all(|family| codebook.covers(*family, day));
    let verdict = match flow.settings.policy.judge(&draft, editions_cover) {
        Verdict::Send(_) if !may_leave => Verdict::Review(SPENT.to_owned()),
        Verdict::Send(_) if has_unread_file(said) => Verdict::Review(UNREAD_FILE.to_owned()),
        verdict @ (Verdict::Send(_) | Verdict::Review(_) | Verdict::Close) => verdict,
    };
    if verdict == Verdict::Close {
        let dismiss = Command::Dismiss { reason: CloseReason::NotAQuestion };
        return Ok(Some(flow.and_then(taken, Actor::Automation, &dismiss)?));
    }
    let outgoing = letter::answer(flow, &said.case, &said.messages, &draft, matches!(verdict, Verdict::Review(_)), None)?;
    let review = UnderReview { draft: draft.id, hash: outgoing.hash(), author: draft.author, route: draft.drafted.route };
    let freeze = matches!(verdict, Verdict::Send(_)).then_some(outgoing.id);
    let submit = Command::Submit { version: taken.after.version, review, freeze };
    let mut change = flow.and_then(taken, Actor::Automation, &submit)?;
    match verdict {
        Verdict::Send(rule) => {
            change.freeze = Some(approved_by_policy(&outgoing, rule, change.now)?);
            change.budget = Some(flow.settings.policy.budget(change.now));
            change.sampled = flow.is_drawn();
        }
        Verdict::Review(why) if why == SPENT => {
            metrics::counter!("caseconsultant_loop_budget_spent_total").increment(1);
            let kind = JobKind::Alert { case: Some(change.after.id), what: LOOP_BUDGET_SPENT.to_owned() };
            change.jobs.push(NewJob { kind, run_at: change.now });
            change.audit.push(held(&change.after, &draft, &why));
        }
        Verdict::Review(why) => change.audit.push(held(&change.after, &draft, &why)),
        Verdict::Close => {}
    }
    change.draft = Some((draft, outgoing));
    Ok(Some(change))
}

/// Whether a file of the round came that only a person can read: it may hold what decides the question.
fn has_unread_file(said: &Exchange) -> bool {
    let round = asked(&said.messages).filter(|message| message.received >= said.case.received || said.case.round == 1);
    round.flat_map(|message| &message.facts.files).any(|file| file.needs_person)
}

fn draft_day(flow: &Flow, said: &Exchange) -> jiff::civil::Date {
    open_question(&said.messages, &said.outgoing, said.reading.as_ref())
        .date_of_service
        .unwrap_or_else(|| flow.now().to_zoned(TimeZone::UTC).date())
}

fn approved_by_policy(outgoing: &Outgoing, rule: &str, now: jiff::Timestamp) -> Flowing<ApprovedOutgoing> {
    let approval = Approval { by: Approver::Policy(rule.to_owned()), hash: outgoing.hash(), at: now };
    Ok(ApprovedOutgoing::new(outgoing.clone(), approval).map_err(anyhow::Error::from)?)
}

fn held(case: &Case, draft: &Draft, why: &str) -> AuditEvent {
    AuditEvent {
        actor: Actor::Automation,
        case: Some(case.id),
        event: "held".to_owned(),
        detail: serde_json::json!({ "why": why, "route": draft.drafted.route.name(), "confidence": draft.drafted.confidence }),
    }
}
