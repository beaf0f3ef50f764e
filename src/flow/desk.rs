//! What consultants do with cases among themselves: notes, handing over, joining, parting, reading anew.

use jiff::tz::TimeZone;

use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::case::{Case, CaseState, CloseReason, Note};
use crate::domain::check::{Check, Verdict};
use crate::domain::id::{CaseId, ConsultantId, InboundId, OutgoingId};
use crate::domain::question::Reading;
use crate::domain::transition::{Command, Refusal};
use crate::ports::{Assignment, CaseFile, CaseMessage, NewCase, Parting, asked};

use super::draft::{last_word, open_question, written};
use super::review::under_review;
use super::{Flow, FlowError, Flowing, letter};

fn refused<T>(why: &str) -> Flowing<T> {
    Err(FlowError::Failed(anyhow::anyhow!("{why}")))
}

impl Flow {
    /// Keeps a word among ourselves; no mail, page or file of the asker's holds it.
    pub async fn note(&self, id: CaseId, by: ConsultantId, text: &str) -> Flowing<Case> {
        let case = self.store.case(id).await?;
        let mut change = self.change(&case, Actor::Consultant(by), &Command::Note, None)?;
        change.note = Some(Note { by, at: change.now, text: text.trim().to_owned() });
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    /// Gives the case to a consultant. `lead`: whoever acts may take it out of another's hands.
    pub async fn assign(&self, id: CaseId, by: ConsultantId, to: ConsultantId, lead: bool) -> Flowing<Case> {
        if !self.store.consultants().await?.iter().any(|one| one.id == to && one.active) {
            return refused("there is no such consultant at work");
        }
        let case = self.store.case(id).await?;
        let mut change = self.change(&case, Actor::Consultant(by), &Command::Assign { to, lead }, None)?;
        if let Some(detail) = change.audit.first_mut().and_then(|event| event.detail.as_object_mut()) {
            detail.insert("consultant".to_owned(), to.0.into());
        }
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    /// Closes one case into another of the same asker or account. What is still open in it is answered there.
    pub async fn merge(&self, id: CaseId, by: ConsultantId, into: CaseId) -> Flowing<Case> {
        let (case, root) = (self.store.case(id).await?, self.store.case(into).await?);
        if case.id == root.id {
            return refused("a case can't be merged into itself");
        }
        let one_account =
            case.account == root.account && (case.account.is_some() || case.requester.key() == root.requester.key());
        if !one_account {
            return refused("the two cases are not of one account or one asker, and neither may read the other's");
        }
        let actor = Actor::Consultant(by);
        let closing = self.change(&case, actor, &Command::Close { reason: CloseReason::Merged(into) }, None)?;
        let open = match &case.state {
            CaseState::Unmatched { .. } | CaseState::Queued { .. } | CaseState::Drafting { .. } | CaseState::InReview { .. } => {
                true
            }
            CaseState::AwaitingRequester { .. } | CaseState::Answered { .. } | CaseState::Undeliverable { .. } => false,
            CaseState::Sending { .. } | CaseState::Closed { .. } => {
                return Err(Refusal::NotFromHere { state: case.state.name(), command: "merge" }.into());
            }
        };
        // Where everything was answered, nothing more is asked in the other.
        let into = if open { Some(self.change(&root, actor, &Command::Absorb, None)?) } else { None };
        self.store.merge(&closing, into.as_ref()).await?;
        Ok(into.map_or(root, |change| change.after))
    }

    /// Moves mails of a case into a case of their own, and gives that one.
    pub async fn split(&self, id: CaseId, by: ConsultantId, mails: &[InboundId]) -> Flowing<Case> {
        let file = self.store.case_file(id).await?;
        let (going, staying): (Vec<&CaseMessage>, Vec<&CaseMessage>) =
            asked(&file.messages).partition(|mail| mails.contains(&mail.inbound));
        let Some(first) = going.first() else { return refused("name the mails that are to be a case of their own") };
        if going.len() != mails.len() {
            return refused("one of those mails is none of what was asked in this case");
        }
        if staying.is_empty() {
            return refused("a case keeps at least one mail: answer it as it is, or merge it into another");
        }
        let word = last_word(&file.outgoing);
        if word.is_some_and(|at| going.iter().any(|mail| mail.received <= at)) {
            return refused("one of those mails was answered in this case already");
        }
        let answered = word.is_some_and(|at| staying.iter().all(|mail| mail.received <= at));
        let actor = Actor::Consultant(by);
        let change = self.change(&file.case, actor, &Command::Split { answered }, None)?;
        let case = NewCase {
            state: CaseState::Queued { assigned: None, notes: None },
            account: file.case.account,
            standing: file.case.standing,
            requester: file.case.requester.clone(),
            subject: first.facts.subject.clone(),
            linked: Some(id),
        };
        let parting = Parting {
            mails: mails.to_vec(),
            message_ids: going.iter().filter_map(|mail| mail.facts.message_id.clone()).collect(),
            case,
            policy: self.settings.policy.clone(),
            audit: AuditEvent {
                actor,
                case: None,
                event: "opened_by_split".to_owned(),
                detail: serde_json::json!({ "from_case": id, "mails": mails }),
            },
            change,
        };
        let opened = self.store.part(&parting).await?;
        Ok(self.store.case(opened).await?)
    }

    /// Reads the round's question as `reading` says, researches it again and puts a new draft in the place of what was there;
    /// whatever was approved before is void.
    pub async fn reread(&self, id: CaseId, by: ConsultantId, reading: Reading, seen: Option<i64>) -> Flowing<Case> {
        let file = self.store.case_file(id).await?;
        if seen.is_some_and(|seen| seen != file.case.version) {
            return Err(Refusal::Stale.into());
        }
        let question = open_question(&file.messages, &file.outgoing, Some(&reading));
        let today = self.now().to_zoned(TimeZone::UTC).date();
        let draft = written(self, Assignment { question, notes: None, today }).await;
        let outgoing = letter::answer(self, &file.case, &file.messages, &draft, true, None)?;
        let reread = Command::Reread { review: under_review(&draft, &outgoing) };
        let mut change = self.change(&file.case, Actor::Consultant(by), &reread, None)?;
        change.reading = Some(reading);
        // What waits for automation is written by it, from this reading.
        let by_automation = matches!(change.after.state, CaseState::Queued { assigned: None, .. });
        change.draft = (!by_automation).then_some((draft, outgoing));
        self.store.commit(&change).await?;
        Ok(change.after)
    }
}

impl Flow {
    /// Whether an answer that leaves without a person falls into the share that is checked later.
    pub(super) fn is_drawn(&self) -> bool {
        let share = self.settings.policy.check_share;
        share > 0.0 && self.chance.fraction() < share
    }

    /// Keeps what somebody found who looked at an answer after it was sent; nobody checks what they approved themselves.
    pub async fn checked(
        &self,
        id: CaseId,
        by: ConsultantId,
        outgoing: OutgoingId,
        verdict: Verdict,
        reason: &str,
    ) -> Flowing<Case> {
        let file = self.store.case_file(id).await?;
        let Some(answer) = file.answered.iter().find(|one| one.outgoing == outgoing) else {
            return refused("that is no answer of this case");
        };
        if answer.approved_by == Some(by) {
            return Err(Refusal::FourEyes.into());
        }
        let reason = reason.trim().to_owned();
        if verdict != Verdict::Right && reason.is_empty() {
            return refused("say why: the figures count it, and whoever answers next reads it");
        }
        let detail = serde_json::json!({ "outgoing": outgoing, "verdict": verdict.name() });
        let audit = AuditEvent { actor: Actor::Consultant(by), case: Some(id), event: "check".to_owned(), detail };
        self.store.keep_check(outgoing, &Check { verdict, reason, by, at: self.now() }, audit).await?;
        Ok(file.case)
    }
}

/// How the round's question is read now, by a consultant or by the mail itself.
pub fn reading_now(file: &CaseFile) -> Reading {
    Reading::of(&open_question(&file.messages, &file.outgoing, file.reading.as_ref()))
}
