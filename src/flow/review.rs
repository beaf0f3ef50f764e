//! What a consultant does with a case. Each act loads, decides and commits by itself; a lost race is told, never retried blindly.

use crate::domain::address::EmailAddress;
use crate::domain::audit::Actor;
use crate::domain::case::{Case, CaseState, CloseReason, UnderReview};
use crate::domain::code::Family;
use crate::domain::draft::{Author, Draft, Drafted, GroundCheck, Route};
use crate::domain::id::{AccountId, CaseId, ConsultantId, DraftId};
use crate::domain::outgoing::{Approval, ApprovedOutgoing, Approver, Outgoing, OutgoingHash};
use crate::domain::transition::{Command, Refusal};
use crate::ports::{CaseFile, Change, DeliveryChange};
use crate::research;

use super::draft::open_question;
use super::{Flow, FlowError, Flowing, letter};

impl Flow {
    /// Takes a queued case in hand, or one in review whose draft is to be written anew: returned to oneself and taken at once.
    pub async fn take(&self, id: CaseId, by: ConsultantId) -> Flowing<Case> {
        let case = self.store.case(id).await?;
        let actor = Actor::Consultant(by);
        let change = if matches!(case.state, CaseState::InReview { .. }) {
            let to_oneself = Command::Return { notes: String::new(), assign: Some(by) };
            self.and_then(self.change(&case, actor, &to_oneself, None)?, actor, &Command::Take)?
        } else {
            self.change(&case, actor, &Command::Take, None)?
        };
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    pub async fn release(&self, id: CaseId, by: ConsultantId) -> Flowing<Case> {
        self.act(id, by, Command::Release).await
    }

    pub async fn give_back(&self, id: CaseId, by: ConsultantId, notes: &str, assign: Option<ConsultantId>) -> Flowing<Case> {
        self.act(id, by, Command::Return { notes: notes.to_owned(), assign }).await
    }

    /// Links a held case to an account, which lets it be drafted.
    pub async fn link(&self, id: CaseId, by: ConsultantId, account: AccountId) -> Flowing<Case> {
        self.act(id, by, Command::Link { account }).await
    }

    pub async fn dismiss(&self, id: CaseId, by: ConsultantId) -> Flowing<Case> {
        self.act(id, by, Command::Dismiss { reason: CloseReason::NotAQuestion }).await
    }

    pub async fn close(&self, id: CaseId, by: ConsultantId, reason: CloseReason) -> Flowing<Case> {
        self.act(id, by, Command::Close { reason }).await
    }

    /// Takes an approved message back before any attempt began. It stays withdrawn for good: the same words, as a message of
    /// their own, go back to review.
    pub async fn undo(&self, id: CaseId, by: ConsultantId) -> Flowing<Case> {
        let file = self.store.case_file(id).await?;
        let actor = Actor::Consultant(by);
        let mut change = self.change(&file.case, actor, &Command::Undo, None)?;
        change.delivery = file.case.current.map(|outgoing| (outgoing, DeliveryChange::Withdraw));
        if let CaseState::InReview { review } = &change.after.state
            && let Some((draft, withdrawn)) = file.drafts.iter().find(|(draft, _)| draft.id == review.draft)
        {
            let draft = Draft { id: DraftId::from_bytes(self.chance.bytes()), ..draft.clone() };
            let outgoing = letter::answer(self, &file.case, &file.messages, &draft, true, Some(&withdrawn.envelope.to))?;
            change = self.and_then(change, actor, &Command::Edit { review: under_review(&draft, &outgoing) })?;
            change.draft = Some((draft, outgoing));
        }
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    /// Puts a consultant's text in the draft's place; whatever was approved before is void.
    pub async fn edit(&self, id: CaseId, by: ConsultantId, body: &str, route: Option<Route>) -> Flowing<Case> {
        self.edit_seen(id, by, body, route, None).await
    }

    /// As [`Self::edit`], by somebody who saw the case at this version: what changed meanwhile is not written over.
    pub async fn edit_seen(
        &self,
        id: CaseId,
        by: ConsultantId,
        body: &str,
        route: Option<Route>,
        seen: Option<i64>,
    ) -> Flowing<Case> {
        let change = self.editing(id, by, body, route, seen).await?;
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    /// The change that an edit is.
    pub(super) async fn editing(
        &self,
        id: CaseId,
        by: ConsultantId,
        body: &str,
        route: Option<Route>,
        seen: Option<i64>,
    ) -> Flowing<Change> {
        let file = self.store.case_file(id).await?;
        if seen.is_some_and(|seen| seen != file.case.version) {
            return Err(Refusal::Stale.into());
        }
        let (draft, outgoing, review) = self.authored(&file, by, body, route, None)?;
        let mut change = self.change(&file.case, Actor::Consultant(by), &Command::Edit { review }, None)?;
        change.draft = Some((draft, outgoing));
        Ok(change)
    }

    /// What the ground check says of a text that a consultant types; nothing is kept.
    pub fn check(&self, file: &CaseFile, body: &str) -> GroundCheck {
        let question = open_question(&file.messages, &file.outgoing, file.reading.as_ref());
        let findings = file.drafts.last().map(|(draft, _)| draft.drafted.findings.clone()).unwrap_or_default();
        research::ground_check(body, &findings, &question)
    }

    /// Hands a consultant's own draft to review.
    pub async fn submit(&self, id: CaseId, by: ConsultantId) -> Flowing<Case> {
        let file = self.store.case_file(id).await?;
        let Some((draft, outgoing)) = file.drafts.last() else {
            return Err(FlowError::Failed(anyhow::anyhow!("there is no draft yet: write one with `case edit`")));
        };
        let review = under_review(draft, outgoing);
        let submit = Command::Submit { version: file.case.version, review, freeze: None };
        let change = self.change(&file.case, Actor::Consultant(by), &submit, None)?;
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    /// Approves the message with this hash and lets it go after the undo window.
    pub async fn approve(&self, id: CaseId, by: ConsultantId, hash: &OutgoingHash) -> Flowing<Case> {
        let case = self.store.case(id).await?;
        let change = self.approving(&case, by, hash).await?;
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    /// The change that an approval is.
    pub(super) async fn approving(&self, case: &Case, by: ConsultantId, hash: &OutgoingHash) -> Flowing<Change> {
        let Some(review) = case.state.review().cloned() else {
            return Err(Refusal::NotFromHere { state: case.state.name(), command: "approve" }.into());
        };
        let (_, outgoing) = self.store.draft(review.draft).await?;
        let approve = Command::Approve { hash: hash.clone(), freeze: outgoing.id };
        let mut change = self.change(case, Actor::Consultant(by), &approve, None)?;
        change.freeze = Some(approved_by(outgoing, by, hash.clone(), change.now)?);
        Ok(change)
    }

    /// Asks the asker for what is missing; asking is approving.
    pub async fn ask(&self, id: CaseId, by: ConsultantId, body: &str) -> Flowing<Case> {
        let file = self.store.case_file(id).await?;
        let (draft, outgoing, review) = self.authored(&file, by, body, Some(Route::Clarify), None)?;
        let ask = Command::Ask { review, freeze: outgoing.id };
        self.freeze(&file.case, by, &ask, draft, outgoing).await
    }

    /// Sends the last draft of an undeliverable case to another address, approved anew.
    pub async fn resend(&self, id: CaseId, by: ConsultantId, to: &EmailAddress) -> Flowing<Case> {
        let file = self.store.case_file(id).await?;
        let Some((last, _)) = file.drafts.last() else {
            return Err(FlowError::Failed(anyhow::anyhow!("there is no draft to send again")));
        };
        let body = last.drafted.body.clone();
        let (draft, outgoing, review) = self.authored(&file, by, &body, None, Some(to))?;
        let resend = Command::Resend { review, freeze: outgoing.id };
        self.freeze(&file.case, by, &resend, draft, outgoing).await
    }

    async fn act(&self, id: CaseId, by: ConsultantId, command: Command) -> Flowing<Case> {
        let case = self.store.case(id).await?;
        let change = self.change(&case, Actor::Consultant(by), &command, None)?;
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    async fn freeze(&self, case: &Case, by: ConsultantId, command: &Command, draft: Draft, outgoing: Outgoing) -> Flowing<Case> {
        let mut change: Change = self.change(case, Actor::Consultant(by), command, None)?;
        let hash = outgoing.hash();
        change.freeze = Some(approved_by(outgoing.clone(), by, hash, change.now)?);
        change.draft = Some((draft, outgoing));
        self.store.commit(&change).await?;
        Ok(change.after)
    }

    /// A consultant's draft over the last draft's findings, with the message it would become. The ground check is a
    /// consultant's adviser, not the gate: its result is kept and shown, the consultant decides.
    fn authored(
        &self,
        file: &CaseFile,
        by: ConsultantId,
        body: &str,
        route: Option<Route>,
        to: Option<&EmailAddress>,
    ) -> Flowing<(Draft, Outgoing, UnderReview)> {
        let last = file.drafts.last().map(|(draft, _)| draft.drafted.clone());
        let question = open_question(&file.messages, &file.outgoing, file.reading.as_ref());
        let codebook = self.shelf.codebook();
        let findings = match last.as_ref() {
            Some(last) => last.findings.clone(),
            None => research::research(&question, &codebook, self.now().to_zoned(jiff::tz::TimeZone::UTC).date()),
        };
        let ground_check = research::ground_check(body, &findings, &question);
        // A consultant's finished text is an answer, unless it says otherwise.
        let route = route.unwrap_or_else(|| match last.as_ref().map(|last| last.route) {
            Some(route @ (Route::Clarify | Route::Refuse)) => route,
            Some(Route::Auto | Route::Expert | Route::NotAQuestion) | None => Route::Expert,
        });
        let mut citations: Vec<Family> = findings.iter().map(|finding| finding.source.family).collect();
        citations.dedup();
        let drafted = Drafted {
            route,
            confidence: 1.0,
            intents: question.intents.clone(),
            body: body.trim().to_owned(),
            asks: Vec::new(),
            findings,
            citations,
            reservations: Vec::new(),
        };
        let draft = Draft {
            id: DraftId::from_bytes(self.chance.bytes()),
            author: Author::Consultant(by),
            drafted,
            ground_check,
            codebook_edition: codebook.edition().to_owned(),
        };
        let outgoing = letter::answer(self, &file.case, &file.messages, &draft, true, to)?;
        let review = under_review(&draft, &outgoing);
        Ok((draft, outgoing, review))
    }
}

pub(super) fn under_review(draft: &Draft, outgoing: &Outgoing) -> UnderReview {
    UnderReview { draft: draft.id, hash: outgoing.hash(), author: draft.author, route: draft.drafted.route }
}

fn approved_by(outgoing: Outgoing, by: ConsultantId, hash: OutgoingHash, at: jiff::Timestamp) -> Flowing<ApprovedOutgoing> {
    let approval = Approval { by: Approver::Consultant(by), hash, at };
    Ok(ApprovedOutgoing::new(outgoing, approval).map_err(anyhow::Error::from)?)
}
