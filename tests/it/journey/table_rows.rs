//! Every row of the table of states and commands, each from the bytes of a mail to the state that it leads to: mail into a real
//! store, the flow and its jobs as they run in the service, letters over SMTP to a server that does as it is told.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use caseconsultant::clock::{Chance, Clock, SystemChance, SystemClock};
use caseconsultant::codebook::{Codebook, Shelf};
use caseconsultant::domain::account::NewConsultant;
use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::case::{Case, CaseState, CloseReason};
use caseconsultant::domain::draft::Route;
use caseconsultant::domain::id::{CaseId, ConsultantId};
use caseconsultant::domain::outgoing::{OutgoingHash, OutgoingKind};
use caseconsultant::domain::policy::{Identifiers, Policy, UnknownSender};
use caseconsultant::domain::transition::Refusal;
use caseconsultant::drafter::grounded::Grounded;
use caseconsultant::flow::{Flow, FlowError, FlowSettings, MailboxTrust, Retry};
use caseconsultant::outbox::{self, HoldSwitch, OutboxSettings};
use caseconsultant::ports::{Arrival, CaseFile, CaseFilter, Disposition, Place, Store};
use caseconsultant::seal::Seal;
use caseconsultant::sender_check::ReceiversWord;
use caseconsultant::store;
use jiff::SignedDuration;
use tempfile::TempDir;

use super::judge;
use super::mail::DESK;
use super::scripted_smtp::{ScriptedSmtp, Verdict};
use crate::people::desk;
use crate::world::{eventually, work_off};

const ANNA: &str = "anna@clinic.test";
const ANSWERED: &str =
    "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit for Medicare?";
const UNCLEAR: &str = "How many units of J1100 should we bill for Medicare? The nurse gave one injection.";
const FOR_A_PERSON: &str = "Can you tell us which procedure code fits this operative note? The abdomen was entered through a midline incision. Dense adhesions were taken down over two hours. A segment of small bowel was resected with a stapled anastomosis, and the fascia was closed with mesh.";
const THANKS: &str = "Thank you so much, that was very helpful! Have a great week.";

fn policy() -> Policy {
    Policy { acknowledge_after: SignedDuration::from_hours(1), ..desk::policy() }
}

/// The service's inside, in one process, with mail put in by hand.
struct Desk {
    flow: Arc<Flow>,
    store: Arc<dyn Store>,
    smtp: ScriptedSmtp,
    dana: ConsultantId,
    eli: ConsultantId,
    mails: AtomicU32,
    /// While this file exists, nothing leaves.
    hold: PathBuf,
    _dir: TempDir,
}

impl Desk {
    async fn open(policy: Policy) -> Self {
        let dir = TempDir::new().unwrap();
        let seal = Seal::load_or_create(&dir.path().join("seal.key")).unwrap();
        let store = store::connect(&format!("sqlite:{}", dir.path().join("cases.sqlite").display()), seal).await.unwrap();
        store.migrate().await.unwrap();
        let smtp = ScriptedSmtp::start();
        let hold = dir.path().join("hold-sending");
        let url = format!("smtp://127.0.0.1:{}?plain", smtp.port).parse().unwrap();
        let outbox = OutboxSettings { hold: HoldSwitch(Some(hold.clone())), ..OutboxSettings::new(url, None) };
        let (clock, chance): (Arc<dyn Clock>, Arc<dyn Chance>) = (Arc::new(SystemClock), Arc::new(SystemChance));
        let desk = EmailAddress::parse(DESK).unwrap();
        let trust = MailboxTrust { addresses: vec![desk.clone()], trusted_authserv: vec!["example.test".to_owned()] };
        let settings = FlowSettings {
            policy,
            plans: std::collections::BTreeMap::new(),
            from: desk.clone(),
            from_name: "Coding desk".to_owned(),
            envelope_from: desk,
            verp: None,
            retry: Retry { attempts_max: 3, first: SignedDuration::from_millis(400), max: SignedDuration::from_millis(400) },
            mailboxes: [("main".to_owned(), trust)].into(),
            alerts_to: Vec::new(),
            letters: caseconsultant::flow::Letters::default(),
        };
        let shelf = Shelf::of(Codebook::starter());
        let flow = Flow {
            store: Arc::clone(&store),
            mailer: outbox::connect(&outbox).unwrap(),
            drafter: Arc::new(Grounded::new(shelf.clone())),
            sender_check: Arc::new(ReceiversWord),
            hooks: Arc::new(caseconsultant::webhook::Webhooks::default()),
            attachments: crate::attachments::reader(),
            shelf,
            clock,
            chance,
            settings,
        };
        let consultant = |handle: &str| NewConsultant {
            handle: handle.to_owned(),
            name: handle.to_owned(),
            address: EmailAddress::parse(&format!("{handle}@example.test")).unwrap(),
        };
        let dana = store.add_consultant(&consultant("dana")).await.unwrap();
        let eli = store.add_consultant(&consultant("eli")).await.unwrap();
        Self { flow: Arc::new(flow), store, smtp, dana, eli, mails: AtomicU32::new(0), hold, _dir: dir }
    }

    /// A mail arrives and everything that can be done about it now is done; gives the case it belongs to.
    async fn comes(&self, raw: &str) -> Option<Case> {
        self.arrives(raw).await;
        self.work().await;
        let newest = self.store.cases(&CaseFilter::default()).await.unwrap().into_iter().max_by_key(|case| case.changed)?;
        Some(newest)
    }

    async fn arrives(&self, raw: &str) -> Disposition {
        let number = self.mails.fetch_add(1, Ordering::Relaxed);
        let raw = raw.replace('\n', "\r\n").into_bytes();
        let arrival =
            Arrival { place: Place::Maildir { name: format!("mail{number}") }, size: raw.len() as u64, raw, quarantine: None };
        let received = self.store.receive("main", &[arrival], self.flow.clock.now()).await.unwrap();
        let caseconsultant::ports::Received::New(id) = received[0] else { panic!("a mail of its own") };
        self.work().await;
        self.store.inbound(id).await.unwrap().disposition.expect("a disposition")
    }

    async fn asks(&self, text: &str) -> Case {
        let number = self.mails.load(Ordering::Relaxed);
        let raw = format!(
            "Return-Path: <{ANNA}>\nFrom: Anna <{ANNA}>\nTo: {DESK}\nSubject: A question\nMessage-ID: <q{number}@clinic.test>\n\n{text}\n"
        );
        self.comes(&raw).await.unwrap()
    }

    /// Anna writes once more, in answer to the last mail of ours or, where there was none, with the number in the subject.
    async fn writes_again(&self, case: &Case, text: &str) -> Disposition {
        let number = self.mails.load(Ordering::Relaxed);
        self.arrives(&format!(
            "Return-Path: <{ANNA}>\nFrom: Anna <{ANNA}>\nTo: {DESK}\nSubject: Re: A question [{}]\nMessage-ID: <q{number}@clinic.test>\n\n{text}\n",
            case.number()
        ))
        .await
    }

    async fn work(&self) {
        work_off(&self.flow, Duration::from_millis(100)).await;
    }

    /// Works until the case is in a state, through retries that fall due.
    async fn works_until(&self, id: CaseId, state: &str) -> Case {
        eventually(&format!("case {id:?} {state}"), Duration::from_secs(20), async || {
            self.work().await;
            self.case(id).await.state.name() == state
        })
        .await;
        self.case(id).await
    }

    async fn case(&self, id: CaseId) -> Case {
        self.store.case(id).await.unwrap()
    }

    async fn file(&self, id: CaseId) -> CaseFile {
        self.store.case_file(id).await.unwrap()
    }

    /// What reached Anna, by kind.
    fn sent(&self) -> Vec<String> {
        self.smtp.taken(ANNA).iter().map(|raw| judge::read(raw).kind).collect()
    }

    /// A case that waits for a consultant.
    async fn in_review(&self) -> Case {
        let case = self.asks(FOR_A_PERSON).await;
        assert_eq!(case.state.name(), "in_review");
        case
    }
}

fn hash(case: &Case) -> OutgoingHash {
    case.state.review().unwrap().hash.clone()
}

fn closed(case: &Case) -> CloseReason {
    let CaseState::Closed { reason, .. } = case.state else { panic!("not closed: {:?}", case.state) };
    reason
}

#[tokio::test]
async fn a_question_is_opened_drafted_and_answered_by_policy() {
    let desk = Desk::open(policy()).await;
    let case = desk.asks(ANSWERED).await;
    assert_eq!(case.state.name(), "answered");
    let events: Vec<String> = desk.file(case.id).await.audit.into_iter().map(|entry| entry.event.event).collect();
    assert_eq!(events, ["open", "take", "submit", "attempt", "delivered"], "every move leaves its entry");
    assert_eq!(desk.sent(), ["answer"]);
}

#[tokio::test]
async fn who_is_answered_at_once_gets_no_acknowledgement_however_short_the_grace() {
    let desk = Desk::open(Policy { acknowledge_after: SignedDuration::ZERO, ..policy() }).await;
    for _ in 0..20 {
        assert_eq!(desk.asks(ANSWERED).await.state.name(), "answered");
    }
    work_off(&desk.flow, Duration::from_secs(12)).await;
    assert_eq!(desk.sent(), ["answer"; 20]);
}

#[tokio::test]
async fn what_policy_does_not_let_go_waits_for_a_consultant_and_is_acknowledged() {
    let desk = Desk::open(Policy { acknowledge_after: SignedDuration::ZERO, ..policy() }).await;
    let case = desk.in_review().await;
    // The acknowledgement let automation go first; now it is a person's turn.
    work_off(&desk.flow, Duration::from_secs(12)).await;
    assert_eq!(desk.sent(), ["acknowledgement"]);
    let approved = desk.flow.approve(case.id, desk.dana, &hash(&case)).await.unwrap();
    assert_eq!(approved.state.name(), "sending");
    desk.works_until(case.id, "answered").await;
    assert_eq!(desk.sent(), ["acknowledgement", "answer"]);
}

#[tokio::test]
async fn an_unmatched_sender_is_held_and_linked_or_dismissed() {
    let desk =
        Desk::open(Policy { unknown_sender: UnknownSender::Hold, acknowledge_after: SignedDuration::ZERO, ..policy() }).await;
    let case = desk.asks(ANSWERED).await;
    assert_eq!(case.state.name(), "unmatched");
    assert_eq!(desk.sent(), ["acknowledgement"]);
    assert_eq!(desk.writes_again(&case, THANKS).await, Disposition::Continued { case: case.id });
    assert_eq!(desk.case(case.id).await.state.name(), "unmatched", "a further mail is attached, nothing else");
    let account = caseconsultant::domain::account::NewAccount {
        name: "Clinic".to_owned(),
        addresses: Vec::new(),
        domains: vec!["clinic.test".to_owned()],
        plan: "standard".to_owned(),
    };
    let account = desk.store.add_account(&[account], desk.flow.clock.now()).await.unwrap()[0];
    assert_eq!(desk.flow.link(case.id, desk.dana, account).await.unwrap().state.name(), "queued");
    desk.works_until(case.id, "answered").await;

    let desk = Desk::open(Policy { unknown_sender: UnknownSender::Hold, ..policy() }).await;
    let case = desk.asks(ANSWERED).await;
    assert_eq!(closed(&desk.flow.dismiss(case.id, desk.dana).await.unwrap()), CloseReason::NotAQuestion);
}

#[tokio::test]
async fn thanks_are_closed_without_a_word() {
    let desk = Desk::open(policy()).await;
    let case = desk.asks(THANKS).await;
    assert_eq!(closed(&case), CloseReason::NotAQuestion);
    assert!(desk.sent().is_empty());
}

#[tokio::test]
async fn a_consultant_takes_releases_edits_submits_and_another_approves() {
    let desk = Desk::open(Policy { four_eyes: true, ..policy() }).await;
    let case = desk.in_review().await;
    let returned = desk.flow.give_back(case.id, desk.eli, "please rework", Some(desk.dana)).await.unwrap();
    assert!(matches!(returned.state, CaseState::Queued { assigned: Some(_), .. }));
    desk.work().await;
    assert_eq!(desk.case(case.id).await.state.name(), "queued", "what a person was given is not drafted by automation");
    assert_eq!(desk.flow.take(case.id, desk.dana).await.unwrap().state.name(), "drafting");
    assert_eq!(desk.flow.release(case.id, desk.dana).await.unwrap().state.name(), "queued");
    desk.flow.take(case.id, desk.dana).await.unwrap();
    desk.flow.edit(case.id, desk.dana, "The note has to be coded from the record itself; please send it.", None).await.unwrap();
    let submitted = desk.flow.submit(case.id, desk.dana).await.unwrap();
    assert_eq!(submitted.state.name(), "in_review");
    let own = desk.flow.approve(case.id, desk.dana, &hash(&submitted)).await;
    assert!(matches!(own, Err(FlowError::Refused(Refusal::FourEyes))), "{own:?}");
    desk.flow.approve(case.id, desk.eli, &hash(&submitted)).await.unwrap();
    desk.works_until(case.id, "answered").await;
    assert_eq!(desk.sent(), ["answer"]);
}

#[tokio::test]
async fn an_edit_voids_what_was_seen_before() {
    let desk = Desk::open(policy()).await;
    let case = desk.in_review().await;
    let seen = hash(&case);
    let edited = desk.flow.edit(case.id, desk.dana, "Please see the note's own words.", None).await.unwrap();
    assert_eq!(edited.state.name(), "in_review");
    assert_ne!(hash(&edited), seen);
    let stale = desk.flow.approve(case.id, desk.dana, &seen).await;
    assert!(matches!(stale, Err(FlowError::Refused(Refusal::NotTheHash))), "{stale:?}");
    assert!(desk.sent().is_empty());
}

#[tokio::test]
async fn a_returned_draft_is_drafted_anew() {
    let desk = Desk::open(policy()).await;
    let case = desk.in_review().await;
    desk.flow.give_back(case.id, desk.dana, "look again", None).await.unwrap();
    desk.works_until(case.id, "in_review").await;
    assert_eq!(desk.file(case.id).await.drafts.len(), 2);
}

#[tokio::test]
async fn an_approval_is_taken_back_within_its_window() {
    let desk = Desk::open(Policy { undo: SignedDuration::from_hours(1), ..policy() }).await;
    let case = desk.in_review().await;
    desk.flow.approve(case.id, desk.dana, &hash(&case)).await.unwrap();
    desk.work().await;
    assert!(desk.sent().is_empty(), "the window is open");
    let undone = desk.flow.undo(case.id, desk.dana).await.unwrap();
    assert_eq!(undone.state.name(), "in_review");
    let again = desk.flow.approve(case.id, desk.dana, &hash(&undone)).await;
    assert!(again.is_ok(), "the same words can be approved again: {again:?}");
}

#[tokio::test]
async fn a_consultant_asks_and_the_answer_opens_the_next_round() {
    let desk = Desk::open(policy()).await;
    let case = desk.in_review().await;
    desk.flow.ask(case.id, desk.dana, "Which approach does the note name?").await.unwrap();
    desk.works_until(case.id, "awaiting_requester").await;
    assert_eq!(desk.sent(), ["clarification"]);
    assert_eq!(desk.writes_again(&case, ANSWERED).await, Disposition::Continued { case: case.id });
    let next = desk.works_until(case.id, "answered").await;
    assert_eq!(next.round, 2);
}

#[tokio::test]
async fn automation_asks_back_and_silence_closes_the_case() {
    let desk = Desk::open(Policy { lapse: SignedDuration::ZERO, ..policy() }).await;
    let case = desk.asks(UNCLEAR).await;
    assert_eq!(desk.sent(), ["clarification"]);
    let case = desk.works_until(case.id, "closed").await;
    assert_eq!(closed(&case), CloseReason::NoResponse);
}

#[tokio::test]
async fn an_answered_case_closes_and_reopens_within_its_window() {
    let desk = Desk::open(Policy { close_after: SignedDuration::ZERO, ..policy() }).await;
    let case = desk.asks(ANSWERED).await;
    let case = desk.works_until(case.id, "closed").await;
    assert_eq!(closed(&case), CloseReason::Answered);
    assert_eq!(desk.writes_again(&case, UNCLEAR).await, Disposition::Continued { case: case.id });
    assert_eq!(desk.case(case.id).await.round, 2);
}

#[tokio::test]
async fn a_mail_past_the_window_opens_a_linked_case() {
    let desk = Desk::open(Policy { close_after: SignedDuration::ZERO, reopen: SignedDuration::ZERO, ..policy() }).await;
    let case = desk.asks(ANSWERED).await;
    let case = desk.works_until(case.id, "closed").await;
    let Disposition::Opened { case: opened } = desk.writes_again(&case, ANSWERED).await else { panic!("a case of its own") };
    assert_eq!(desk.case(opened).await.linked, Some(case.id));
}

#[tokio::test]
async fn a_deferred_message_is_sent_later_and_mail_meanwhile_opens_the_next_round() {
    let desk = Desk::open(policy()).await;
    desk.smtp.script(ANNA, &[Verdict::Defer]);
    let case = desk.asks(ANSWERED).await;
    assert!(matches!(case.state, CaseState::Sending { begun: true, .. }), "{:?}", case.state);
    assert_eq!(desk.writes_again(&case, UNCLEAR).await, Disposition::Continued { case: case.id });
    desk.works_until(case.id, "awaiting_requester").await;
    assert_eq!(desk.sent(), ["answer", "clarification"]);
    assert_eq!(desk.case(case.id).await.round, 2);
}

#[tokio::test]
async fn a_refused_message_waits_for_another_address() {
    let desk = Desk::open(policy()).await;
    desk.smtp.script(ANNA, &[Verdict::Refuse]);
    let case = desk.asks(ANSWERED).await;
    assert_eq!(case.state.name(), "undeliverable");
    let other = EmailAddress::parse("anna.other@clinic.test").unwrap();
    desk.flow.resend(case.id, desk.dana, &other).await.unwrap();
    desk.works_until(case.id, "answered").await;
    assert_eq!(desk.smtp.taken(other.as_str()).len(), 1);
    assert!(desk.sent().is_empty());
}

#[tokio::test]
async fn attempts_are_spent() {
    let desk = Desk::open(policy()).await;
    desk.smtp.script(ANNA, &[Verdict::Defer; 3]);
    let case = desk.asks(ANSWERED).await;
    desk.works_until(case.id, "undeliverable").await;
    assert_eq!(desk.smtp.attempts(ANNA), 3);
    assert_eq!(desk.writes_again(&case, UNCLEAR).await, Disposition::Continued { case: case.id });
    assert_eq!(desk.case(case.id).await.round, 2, "who writes again is heard again");
}

#[tokio::test]
async fn an_unknown_fate_repeats_the_same_message_and_only_so_often() {
    let desk = Desk::open(policy()).await;
    desk.smtp.script(ANNA, &[Verdict::TakeAndHangUp]);
    let case = desk.asks(ANSWERED).await;
    desk.works_until(case.id, "answered").await;
    let taken = desk.smtp.taken(ANNA);
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1], "a copy, never another message");

    let desk = Desk::open(policy()).await;
    desk.smtp.script(ANNA, &[Verdict::TakeAndHangUp; 2]);
    let case = desk.asks(ANSWERED).await;
    desk.works_until(case.id, "undeliverable").await;
    assert_eq!(desk.smtp.taken(ANNA).len(), 2);
}

#[tokio::test]
async fn a_bounce_of_the_current_message_makes_it_undeliverable_and_any_other_moves_nothing() {
    let desk = Desk::open(policy()).await;
    let case = desk.asks(ANSWERED).await;
    let sent = desk.file(case.id).await.outgoing.pop().unwrap().outgoing;
    assert_eq!(sent.kind, OutgoingKind::Answer);
    desk.arrives(&bounce("<another@elsewhere.test>", "failed", "5.1.1")).await;
    desk.arrives(&bounce(&format!("<{}>", sent.message_id), "delayed", "4.4.1")).await;
    assert_eq!(desk.case(case.id).await.state.name(), "answered");
    let disposition = desk.arrives(&bounce(&format!("<{}>", sent.message_id), "failed", "5.1.1")).await;
    assert_eq!(disposition, Disposition::Reported { case: Some(case.id) });
    assert_eq!(desk.case(case.id).await.state.name(), "undeliverable");
}

fn bounce(original: &str, action: &str, status: &str) -> String {
    format!(
        "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@clinic.test>\nTo: {DESK}\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <bounce.{action}.{}>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nSorry.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.clinic.test\n\nFinal-Recipient: rfc822; {ANNA}\nAction: {action}\nStatus: {status}\n\n--b\nContent-Type: text/rfc822-headers\n\nFrom: {DESK}\nTo: {ANNA}\nSubject: Re: A question\nMessage-ID: {original}\n\n--b--\n",
        original.trim_matches(['<', '>'])
    )
}

#[tokio::test]
async fn mail_during_review_makes_the_reviewed_draft_stale() {
    let desk = Desk::open(policy()).await;
    let case = desk.in_review().await;
    desk.writes_again(&case, "We forgot to say: payer is Medicare, and the resection was open.").await;
    let case = desk.works_until(case.id, "in_review").await;
    assert_eq!((case.round, desk.file(case.id).await.drafts.len()), (1, 2));
}

#[tokio::test]
async fn mail_during_drafting_refuses_the_old_draft() {
    let desk = Desk::open(policy()).await;
    let case = desk.in_review().await;
    desk.flow.give_back(case.id, desk.eli, "yours", Some(desk.dana)).await.unwrap();
    desk.flow.take(case.id, desk.dana).await.unwrap();
    desk.flow.edit(case.id, desk.dana, "An answer to the first mail.", None).await.unwrap();
    desk.writes_again(&case, "One more thing: it was done open.").await;
    assert_ne!(desk.case(case.id).await.state.name(), "drafting");
    let late = desk.flow.submit(case.id, desk.dana).await;
    assert!(matches!(late, Err(FlowError::Refused(_))), "{late:?}");
    assert!(desk.sent().is_empty());
}

#[tokio::test]
async fn cases_are_closed_by_a_consultant_and_merged_mail_follows() {
    let desk = Desk::open(policy()).await;
    let first = desk.in_review().await;
    let other = desk.in_review().await;
    assert_ne!(first.id, other.id);
    assert_eq!(
        closed(&desk.flow.close(other.id, desk.dana, CloseReason::Merged(first.id)).await.unwrap()),
        CloseReason::Merged(first.id)
    );
    assert_eq!(desk.writes_again(&other, THANKS).await, Disposition::Continued { case: first.id });
    let third = desk.in_review().await;
    assert_eq!(closed(&desk.flow.close(third.id, desk.dana, CloseReason::Withdrawn).await.unwrap()), CloseReason::Withdrawn);
    let fourth = desk.in_review().await;
    assert_eq!(closed(&desk.flow.close(fourth.id, desk.dana, CloseReason::OutOfScope).await.unwrap()), CloseReason::OutOfScope);
}

#[tokio::test]
async fn a_forged_sender_gets_no_word_by_any_path() {
    let desk = Desk::open(Policy { acknowledge_after: SignedDuration::ZERO, ..policy() }).await;
    let forged = format!(
        "Return-Path: <{ANNA}>\nAuthentication-Results: mx.example.test; spf=fail smtp.mailfrom={ANNA}; dmarc=fail header.from=clinic.test\nFrom: Anna <{ANNA}>\nTo: {DESK}\nSubject: A question\nMessage-ID: <forged@clinic.test>\n\n{ANSWERED}\n"
    );
    assert!(matches!(desk.arrives(&forged).await, Disposition::Quarantined { .. }), "no account: dropped into quarantine");
    let account = caseconsultant::domain::account::NewAccount {
        name: "Clinic".to_owned(),
        addresses: Vec::new(),
        domains: vec!["clinic.test".to_owned()],
        plan: "standard".to_owned(),
    };
    desk.store.add_account(&[account], desk.flow.clock.now()).await.unwrap();
    let Disposition::Opened { case } = desk.arrives(&forged.replace("<forged@", "<forged2@")).await else {
        panic!("held and flagged")
    };
    assert_eq!(desk.case(case).await.state.name(), "unmatched");
    let asked = desk.flow.ask(case, desk.dana, "Who are you?").await;
    assert!(matches!(asked, Err(FlowError::Refused(Refusal::Forged))), "{asked:?}");
    desk.work().await;
    assert!(desk.sent().is_empty());
}

#[tokio::test]
async fn who_is_not_vouched_for_is_held_without_a_word_where_policy_asks_for_it() {
    let desk = Desk::open(Policy { require_authenticated: true, acknowledge_after: SignedDuration::ZERO, ..policy() }).await;
    let case = desk.asks(ANSWERED).await;
    assert_eq!(case.state.name(), "unmatched");
    let verified = format!(
        "Return-Path: <{ANNA}>\nAuthentication-Results: mx.example.test; spf=pass smtp.mailfrom={ANNA}; dkim=pass header.d=clinic.test; dmarc=pass header.from=clinic.test\nFrom: Anna <{ANNA}>\nTo: {DESK}\nSubject: Another question\nMessage-ID: <verified@clinic.test>\n\n{ANSWERED}\n"
    );
    assert!(desk.sent().is_empty());
    let Disposition::Opened { case } = desk.arrives(&verified).await else { panic!("a case of its own") };
    desk.works_until(case, "answered").await;
    // With no grace at all an acknowledgement may leave beside the answer.
    assert_eq!(desk.sent().iter().filter(|kind| *kind == "answer").count(), 1);
}

#[tokio::test]
async fn the_same_message_id_over_other_content_is_a_mail_of_its_own_and_flagged() {
    let desk = Desk::open(policy()).await;
    let mail = |text: &str, host: &str| {
        format!(
            "Received: from {host}\nReturn-Path: <{ANNA}>\nFrom: Anna <{ANNA}>\nTo: {DESK}\nSubject: A question\nMessage-ID: <once@clinic.test>\n\n{text}\n"
        )
    };
    let Disposition::Opened { case: first } = desk.arrives(&mail(ANSWERED, "mx1")).await else { panic!("a case") };
    let twice = desk.arrives(&mail(ANSWERED, "mx2")).await;
    assert!(matches!(twice, Disposition::Ignored { .. }), "id and content agree: {twice:?}");
    let Disposition::Opened { case: second } = desk.arrives(&mail(UNCLEAR, "mx1")).await else { panic!("a case of its own") };
    assert_ne!(first, second);
    let flags = async |case| desk.file(case).await.messages[0].facts.problems.clone();
    assert_eq!(flags(first).await, Vec::<String>::new());
    let flagged = flags(second).await;
    assert!(flagged.iter().any(|problem| problem.contains("its Message-ID was used before")), "{flagged:?}");
    assert_eq!(desk.sent().len(), 2, "each got its reply");
}

#[tokio::test]
async fn the_switch_holds_what_is_approved_and_costs_it_no_attempt() {
    let desk = Desk::open(policy()).await;
    std::fs::write(&desk.hold, "").unwrap();
    let case = desk.asks(ANSWERED).await;
    assert_eq!(case.state.name(), "sending");
    let delivery = desk.file(case.id).await.outgoing.pop().unwrap().delivery;
    assert_eq!((delivery.state.name(), delivery.attempts), ("frozen", 0));
    assert_eq!(desk.smtp.attempts(ANNA), 0);
    // A consultant can still take it back.
    std::fs::remove_file(&desk.hold).unwrap();
    assert_eq!(desk.flow.undo(case.id, desk.dana).await.unwrap().state.name(), "in_review");
}

#[tokio::test]
async fn policy_turns_mail_away_with_a_notice() {
    let desk = Desk::open(Policy { unknown_sender: UnknownSender::Reject, ..policy() }).await;
    let case = desk.asks(ANSWERED).await;
    assert_eq!(closed(&case), CloseReason::Rejected);
    assert_eq!(desk.sent(), ["notice"]);

    let desk = Desk::open(Policy { identifiers: Identifiers::Reject, ..policy() }).await;
    let case = desk.asks(&format!("{ANSWERED}\nPatient: Jane Roe, DOB 01/02/1961, SSN 219-09-9999, MRN 00123456.")).await;
    assert_eq!(closed(&case), CloseReason::CarriesIdentifiers);
    assert_eq!(desk.sent(), ["notice"]);
}

#[tokio::test]
async fn a_spent_loop_budget_holds_the_case() {
    let desk = Desk::open(Policy { loop_budget_day: 2, ..policy() }).await;
    for _ in 0..2 {
        assert_eq!(desk.asks(ANSWERED).await.state.name(), "answered");
    }
    assert_eq!(desk.asks(ANSWERED).await.state.name(), "unmatched");
    assert_eq!(desk.sent().len(), 2);
}

#[tokio::test]
async fn a_draft_may_become_a_refusal_by_a_consultants_word() {
    let desk = Desk::open(policy()).await;
    let case = desk.in_review().await;
    let edited = desk
        .flow
        .edit(case.id, desk.dana, "We can't help with that; the rule is in the record.", Some(Route::Refuse))
        .await
        .unwrap();
    desk.flow.approve(case.id, desk.dana, &hash(&edited)).await.unwrap();
    desk.works_until(case.id, "answered").await;
    assert_eq!(desk.sent(), ["refusal"]);
}
