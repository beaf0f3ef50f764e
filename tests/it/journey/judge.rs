//! What must hold at the end of a journey, judged by what lies in people's mailboxes and by what the command line says.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use mail_parser::{HeaderValue, MessageParser};
use serde_json::Value;

use super::mail::{Asked, Machine};
use super::servers::MailServers;
use super::service::Service;
use super::wait::until_every;

/// A message of ours as it arrived.
#[derive(Debug, Clone)]
pub struct Reply {
    pub kind: String,
    pub message_id: String,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    pub auto_submitted: String,
    pub subject: String,
}

impl Reply {
    /// Whether it answers the question, asks back, or says no: what a person gets exactly one of.
    pub fn is_final(&self) -> bool {
        matches!(self.kind.as_str(), "answer" | "clarification" | "refusal")
    }
}

/// Reads what was delivered to one address.
pub fn replies(mails: &[Vec<u8>]) -> Vec<Reply> {
    mails.iter().map(|raw| read(raw)).collect()
}

pub fn read(raw: &[u8]) -> Reply {
    let message = MessageParser::default().parse(raw).unwrap();
    let raw_text = |name: &str| message.header_raw(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let ids = |value: &HeaderValue<'_>| -> Vec<String> {
        value.as_text_list().unwrap_or_default().iter().map(ToString::to_string).collect()
    };
    Reply {
        kind: raw_text("X-CaseConsultant-Kind"),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        auto_submitted: raw_text("Auto-Submitted"),
        subject: message.subject().unwrap_or_default().to_owned(),
    }
}

/// Waits until nothing is owed and nothing is under way, and gives the cases by requester.
pub fn settled(service: &Service, servers: &MailServers, cases_least: usize, deadline: Duration) -> BTreeMap<String, Value> {
    until_every(Duration::from_millis(700), "every mail to be dealt with", deadline, || {
        let began = Instant::now();
        let (cases, owed) = (service.cases(), service.owed());
        if cases.len() < cases_least || !owed.is_empty() {
            return Err(format!(
                "{} of {cases_least} cases, {} jobs owed: {:?}; the look took {:.1?}",
                cases.len(),
                owed.len(),
                owed.iter().take(12).collect::<Vec<_>>(),
                began.elapsed()
            ));
        }
        match servers.in_transit() {
            0 => Ok(by_requester(cases)),
            n => Err(format!("{n} messages in Postfix's queue")),
        }
    })
}

fn by_requester(cases: Vec<Value>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for case in cases {
        let requester = case["requester"].as_str().unwrap().to_owned();
        assert!(found.insert(requester.clone(), case).is_none(), "two cases of {requester}: its mail was taken twice");
    }
    found
}

/// How the people's questions ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ends {
    pub answered: usize,
    /// Acknowledged, and waiting for a consultant.
    pub held: usize,
    /// Messages that arrived more than once, and how often too many.
    pub copies: usize,
}

/// Every person has exactly one final reply, or one acknowledgement and a held case; `copies_max` says how many copies of a
/// message may have arrived.
pub fn judge_people(
    asked: &[Asked],
    cases: &BTreeMap<String, Value>,
    servers: &MailServers,
    copies_max: impl Fn(&str) -> usize,
) -> Ends {
    let mut ends = Ends::default();
    let mut wrong = Vec::new();
    for one in asked {
        if let Err(why) = judge_person(one, cases, servers, &copies_max, &mut ends) {
            wrong.push(format!("{} ({}, {}): {why}", one.from, one.form, one.token));
        }
    }
    assert!(wrong.is_empty(), "{} of {} people were not served as promised:\n{}", wrong.len(), asked.len(), wrong.join("\n"));
    ends
}

fn judge_person(
    asked: &Asked,
    cases: &BTreeMap<String, Value>,
    servers: &MailServers,
    copies_max: &impl Fn(&str) -> usize,
    ends: &mut Ends,
) -> Result<(), String> {
    let case = cases.get(&asked.from).ok_or("no case")?;
    let state = case["state"].as_str().unwrap_or_default();
    let replies = replies(&servers.mail_of(&asked.from));
    let mut copies: BTreeMap<&str, usize> = BTreeMap::new();
    for reply in &replies {
        *copies.entry(&reply.message_id).or_default() += 1;
        check_reply(reply, asked)?;
    }
    for (id, times) in &copies {
        if *times > copies_max(id) {
            return Err(format!("{times} copies of {id}, at most {} are explained", copies_max(id)));
        }
        ends.copies += times - 1;
    }
    let finals: BTreeSet<&str> = replies.iter().filter(|reply| reply.is_final()).map(|reply| reply.message_id.as_str()).collect();
    let notes: BTreeSet<&str> = replies.iter().filter(|reply| !reply.is_final()).map(|reply| reply.message_id.as_str()).collect();
    let kinds: Vec<&str> = replies.iter().map(|reply| reply.kind.as_str()).collect();
    match (finals.len(), notes.len(), state) {
        (1, 0, "answered" | "awaiting_requester") => ends.answered += 1,
        (0, 1, "in_review" | "unmatched") if replies[0].kind == "acknowledgement" => ends.held += 1,
        _ => return Err(format!("the case is {state} and these came: {kinds:?}")),
    }
    Ok(())
}

fn check_reply(reply: &Reply, asked: &Asked) -> Result<(), String> {
    if reply.auto_submitted != "auto-replied" {
        return Err(format!("Auto-Submitted is {:?}", reply.auto_submitted));
    }
    if reply.kind.is_empty() {
        return Err("no X-CaseConsultant-Kind".to_owned());
    }
    if !reply.subject.contains(&asked.token) || !reply.subject.contains("[CC-") {
        return Err(format!("the subject is {:?}", reply.subject));
    }
    if let Some(id) = &asked.message_id {
        if reply.in_reply_to != [id.clone()] {
            return Err(format!("In-Reply-To is {:?}", reply.in_reply_to));
        }
        if reply.references.last() != Some(id) {
            return Err(format!("References are {:?}", reply.references));
        }
    }
    Ok(())
}

/// No machine has got anything.
pub fn judge_machines(machines: &[Machine], cases: &BTreeMap<String, Value>, servers: &MailServers) {
    let answered: Vec<String> = machines
        .iter()
        .filter(|machine| machine.from.ends_with(super::mail::ASKERS))
        .filter_map(|machine| {
            let got = servers.mail_of(&machine.from).len();
            (got > 0 || cases.contains_key(&machine.from)).then(|| format!("{}: {got} messages", machine.kind))
        })
        .collect();
    assert!(answered.is_empty(), "machines were taken for people: {answered:?}");
}

/// `reconcile` finds everything that lies in the mailbox in the store.
pub fn judge_reconciled(service: &Service) {
    let said = service.ok(&["reconcile"]);
    assert!(said.contains("0 missing"), "{said}");
    let said = service.ok(&["audit", "verify"]);
    assert!(!said.is_empty());
}
