//! The whole table: each state, each command, what it leads to and what it owes.

use std::fmt::Write as _;

use caseconsultant::domain::account::Standing;
use caseconsultant::domain::address::EmailAddress;
use caseconsultant::domain::audit::Actor;
use caseconsultant::domain::case::{Case, CaseState, CloseReason, Hold, Then, UnderReview};
use caseconsultant::domain::draft::{Author, Route};
use caseconsultant::domain::id::{AccountId, CaseId, ConsultantId, DraftId, OutgoingId};
use caseconsultant::domain::outgoing::OutgoingHash;
use caseconsultant::domain::policy::{AutoSend, Editions, Identifiers, Policy, UnknownSender};
use caseconsultant::domain::transition::{Command, Refusal, SendVerdict, decide};
use jiff::{SignedDuration, Timestamp};

const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);
const OUTGOING: OutgoingId = OutgoingId::from_bytes([7; 16]);
const DANA: ConsultantId = ConsultantId(1);
const EVE: ConsultantId = ConsultantId(2);

#[test]
fn every_state_meets_every_command() {
    let mut table = String::new();
    for (state_name, state) in states() {
        writeln!(table, "{state_name}").unwrap();
        for (command_name, actor, command) in commands() {
            let case = case(state.clone());
            let cell = match decide(&case, actor, &command, &policy(), NOW) {
                Ok(transition) => {
                    let jobs: Vec<_> = transition
                        .jobs
                        .iter()
                        .map(|job| format!("{}+{}s", job.kind.name(), job.run_at.duration_since(NOW).as_secs()))
                        .collect();
                    let round =
                        if transition.round == case.round { String::new() } else { format!(" round {}", transition.round) };
                    format!("{}{round} [{}]", show(&transition.to), jobs.join(", "))
                }
                Err(Refusal::NotFromHere { .. }) => "-".to_owned(),
                Err(refusal) => format!("refused: {refusal}"),
            };
            writeln!(table, "    {command_name:<38} {cell}").unwrap();
        }
    }
    insta::assert_snapshot!("states_and_commands", table);
}

#[test]
fn nothing_leads_a_forged_case_to_sending() {
    for (_, state) in states() {
        for (_, actor, command) in commands() {
            let forged = Case { standing: Standing::Forged, ..case(state.clone()) };
            let sends_already = matches!(forged.state, CaseState::Sending { .. });
            if let Ok(transition) = decide(&forged, actor, &command, &policy(), NOW)
                && !sends_already
            {
                assert!(!matches!(transition.to, CaseState::Sending { .. }), "{} sends to a forger", command.name());
            }
        }
    }
}

#[test]
fn four_eyes_keep_an_author_from_approving() {
    let policy = Policy { four_eyes: true, ..policy() };
    let case = case(CaseState::InReview { review: UnderReview { author: Author::Consultant(DANA), ..review(Route::Auto) } });
    let approve = Command::Approve { hash: hash(), freeze: OUTGOING };
    assert_eq!(decide(&case, Actor::Consultant(DANA), &approve, &policy, NOW), Err(Refusal::FourEyes));
    assert!(decide(&case, Actor::Consultant(EVE), &approve, &policy, NOW).is_ok());
}

#[test]
fn a_draft_of_an_old_version_is_refused() {
    let case = Case { version: 9, ..case(CaseState::Drafting { by: Author::Automation, draft: None }) };
    let submit = Command::Submit { version: 8, review: review(Route::Auto), freeze: Some(OUTGOING) };
    assert_eq!(decide(&case, Actor::Automation, &submit, &policy(), NOW), Err(Refusal::Stale));
}

#[test]
fn a_bounce_of_an_older_message_moves_nothing() {
    let case =
        Case { current: Some(OutgoingId::from_bytes([8; 16])), ..case(CaseState::Answered { review: review(Route::Auto) }) };
    assert_eq!(decide(&case, Actor::Intake, &Command::Bounced { outgoing: OUTGOING }, &policy(), NOW), Err(Refusal::Stale));
}

fn show(state: &CaseState) -> String {
    match state {
        CaseState::Unmatched { why } => format!("unmatched({why:?})"),
        CaseState::Queued { assigned, notes } => {
            format!(
                "queued{}{}",
                assigned.map_or(String::new(), |id| format!(" for {id}")),
                if notes.is_some() { " with notes" } else { "" }
            )
        }
        CaseState::Drafting { by, draft } => format!("drafting by {by:?}{}", if draft.is_some() { " with a draft" } else { "" }),
        CaseState::Sending { then, begun, mail_waiting, .. } => {
            format!(
                "sending then {then:?}{}{}",
                if *begun { " begun" } else { "" },
                if *mail_waiting { " mail waiting" } else { "" }
            )
        }
        CaseState::Closed { reason, .. } => format!("closed({reason:?})"),
        CaseState::InReview { .. }
        | CaseState::AwaitingRequester { .. }
        | CaseState::Answered { .. }
        | CaseState::Undeliverable { .. } => state.name().to_owned(),
    }
}

fn states() -> Vec<(&'static str, CaseState)> {
    let sending = |then, begun, mail_waiting| CaseState::Sending {
        review: review(Route::Auto),
        outgoing: OUTGOING,
        then,
        begun,
        mail_waiting,
    };
    let days_ago = |days: i64| NOW - SignedDuration::from_hours(24 * days);
    let closed = |reason, days: i64| CaseState::Closed { reason, at: days_ago(days), review: Some(review(Route::Auto)) };
    vec![
        ("Unmatched", CaseState::Unmatched { why: Hold::NoAccount }),
        ("Queued", CaseState::Queued { assigned: None, notes: None }),
        ("Queued for Eve", CaseState::Queued { assigned: Some(EVE), notes: None }),
        ("Drafting by automation", CaseState::Drafting { by: Author::Automation, draft: None }),
        ("Drafting by Dana", CaseState::Drafting { by: Author::Consultant(DANA), draft: None }),
        ("InReview", CaseState::InReview { review: review(Route::Auto) }),
        ("InReview, a clarification", CaseState::InReview { review: review(Route::Clarify) }),
        ("Sending, nothing begun", sending(Then::Answered, false, false)),
        ("Sending, begun", sending(Then::Answered, true, false)),
        ("Sending a clarification", sending(Then::AwaitingRequester, true, false)),
        ("Sending, mail waiting", sending(Then::Answered, true, true)),
        ("AwaitingRequester", CaseState::AwaitingRequester { review: review(Route::Clarify) }),
        ("Answered", CaseState::Answered { review: review(Route::Auto) }),
        ("Undeliverable", CaseState::Undeliverable { review: review(Route::Auto) }),
        ("Closed within the window", closed(CloseReason::Answered, 3)),
        ("Closed past the window", closed(CloseReason::Answered, 60)),
        ("Closed by merging", closed(CloseReason::Merged(CaseId(1)), 3)),
    ]
}

fn commands() -> Vec<(&'static str, Actor, Command)> {
    let dana = Actor::Consultant(DANA);
    let submit = |freeze| Command::Submit { version: 4, review: review(Route::Auto), freeze };
    let delivered = |verdict| Command::Delivered { outgoing: OUTGOING, verdict };
    let later = NOW + SignedDuration::from_secs(300);
    vec![
        ("Link, by Dana", dana, Command::Link { account: AccountId(1) }),
        ("Dismiss, by Dana", dana, Command::Dismiss { reason: CloseReason::NotAQuestion }),
        ("Dismiss, by automation", Actor::Automation, Command::Dismiss { reason: CloseReason::NotAQuestion }),
        ("Take, by Dana", dana, Command::Take),
        ("Take, by automation", Actor::Automation, Command::Take),
        ("Submit, policy allows", Actor::Automation, submit(Some(OUTGOING))),
        ("Submit, by automation", Actor::Automation, submit(None)),
        ("Submit, by Dana", dana, submit(None)),
        ("Release, by Dana", dana, Command::Release),
        ("Release, lease lapsed", Actor::Clock, Command::Release),
        ("Edit, by Dana", dana, Command::Edit { review: review(Route::Auto) }),
        ("Return, for a new draft", dana, Command::Return { notes: "name the column".to_owned(), assign: None }),
        ("Return, to Eve", dana, Command::Return { notes: "yours".to_owned(), assign: Some(EVE) }),
        ("Approve, by Dana", dana, Command::Approve { hash: hash(), freeze: OUTGOING }),
        ("Approve, another hash", dana, Command::Approve { hash: OutgoingHash::claimed("00"), freeze: OUTGOING }),
        ("Undo, by Dana", dana, Command::Undo),
        ("Ask, by Dana", dana, Command::Ask { review: review(Route::Clarify), freeze: OUTGOING }),
        ("Attempt", Actor::Outbox, Command::Attempt { outgoing: OUTGOING }),
        ("Accepted", Actor::Outbox, delivered(SendVerdict::Accepted)),
        ("Deferred or unknown", Actor::Outbox, delivered(SendVerdict::Again { at: later })),
        ("Refused, or attempts spent", Actor::Outbox, delivered(SendVerdict::Failed)),
        ("RequesterWrote", Actor::Requester, Command::RequesterWrote),
        ("Lapse", Actor::Clock, Command::Lapse { round: 1 }),
        ("Lapse of an older round", Actor::Clock, Command::Lapse { round: 0 }),
        ("Bounced", Actor::Intake, Command::Bounced { outgoing: OUTGOING }),
        ("Resend, by Dana", dana, Command::Resend { review: review(Route::Auto), freeze: OUTGOING }),
        ("Close, by Dana", dana, Command::Close { reason: CloseReason::Withdrawn }),
        ("Merge, by Dana", dana, Command::Close { reason: CloseReason::Merged(CaseId(1)) }),
        ("Absorb another, by Dana", dana, Command::Absorb),
        ("Split, by Dana", dana, Command::Split { answered: false }),
        ("Split, what stays is answered", dana, Command::Split { answered: true }),
        ("Note, by Dana", dana, Command::Note),
        ("Assign to Eve, by Dana", dana, Command::Assign { to: EVE, lead: false }),
        ("Assign to Eve, by Eve", Actor::Consultant(EVE), Command::Assign { to: EVE, lead: false }),
        ("Assign to Eve, by Eve who leads", Actor::Consultant(EVE), Command::Assign { to: EVE, lead: true }),
        ("Read otherwise, by Dana", dana, Command::Reread { review: review(Route::Auto) }),
        ("Read otherwise, by Eve", Actor::Consultant(EVE), Command::Reread { review: review(Route::Auto) }),
    ]
}

fn hash() -> OutgoingHash {
    OutgoingHash::claimed("ab")
}

fn review(route: Route) -> UnderReview {
    UnderReview { draft: DraftId::from_bytes([3; 16]), hash: hash(), author: Author::Automation, route }
}

fn case(state: CaseState) -> Case {
    Case {
        id: CaseId(42),
        version: 4,
        round: 1,
        state,
        account: None,
        standing: Standing::Unknown,
        requester: EmailAddress::parse("biller@clinic.example").unwrap(),
        subject: "99213 with 20610".to_owned(),
        received: NOW,
        changed: NOW,
        current: Some(OUTGOING),
        linked: None,
    }
}

fn policy() -> Policy {
    Policy {
        auto_send: AutoSend::Grounded,
        confidence_min: 0.8,
        unknown_sender: UnknownSender::Guest,
        require_authenticated: false,
        acknowledge_after: SignedDuration::from_secs(60),
        editions: Editions::Loaded,
        identifiers: Identifiers::Redact,
        four_eyes: false,
        check_share: 0.0,
        undo: SignedDuration::from_secs(30),
        reopen: SignedDuration::from_hours(24 * 30),
        close_after: SignedDuration::from_hours(24 * 14),
        lapse: SignedDuration::from_hours(24 * 7),
        loop_budget_day: 20,
        loop_budget_case_day: 20,
        bounces_max: 3,
        unknown_resends_max: 1,
        hold_sending: false,
        hooks: Vec::new(),
    }
}
