//! What an asker does beside writing mail: coming in by a mailed link, asking from a form, and taking everything back.

use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};

use crate::domain::account::{Account, AccountStatus, NewLink, Standing};
use crate::domain::address::EmailAddress;
use crate::domain::audit::Actor;
use crate::domain::case::{Case, CaseState, CloseReason};
use crate::domain::id::{CaseId, InboundId, OutgoingId, hex};
use crate::domain::outgoing::{Approval, ApprovedOutgoing, Approver, Envelope};
use crate::domain::transition::Command;
use crate::ports::{Arrival, CaseFile, Inbound, Place, Received, StoreError};
use crate::render::compose;
use crate::render::mail::{Content, Notice};
use crate::render::message::{Letter, Sender};
use crate::render::thread::Thread;

use super::{Flow, Flowing};

/// The mailbox of what is asked by the form: no configured mailbox can have this name. Who writes there was proved by a link.
pub const FORM: &str = "@desk";
/// As long as a mailed link works.
pub const LINK_MINUTES: i64 = 20;
const CASES_MAX: u32 = 10_000;
const NO_ADDRESS: &str = "no link can be mailed: set [desk] public_url to the address that people open";

impl Flow {
    /// The address that people open; none where it is not configured, and then no mail may hold a link.
    pub fn opened_at(&self) -> Option<&str> {
        self.settings.letters.public_url.as_deref().map(|url| url.trim_end_matches('/'))
    }

    /// The account behind an address, unless it is blocked.
    pub async fn account_of(&self, address: &EmailAddress) -> Flowing<Option<Account>> {
        let found = self.store.account_for(address).await?;
        Ok(found.filter(|account| account.status != AccountStatus::Blocked))
    }

    /// Mails a link by which the address signs in, where it has asked before or is of an account; otherwise nothing happens,
    /// and nobody is told which. The link is in this one mail alone: it is not kept, so it does not go through the store.
    pub async fn mail_link(&self, address: &EmailAddress, token: &str, token_hash: String) -> Flowing<()> {
        let account = self.store.account_for(address).await?;
        let blocked = account.as_ref().is_some_and(|account| account.status == AccountStatus::Blocked);
        // A forged mail in somebody's name is no reason ever to write to them.
        let asked = self.store.asked_by(address, None, CASES_MAX).await?;
        let known = account.is_some() || asked.iter().any(|case| case.standing != Standing::Forged);
        if blocked || !known || self.settings.policy.hold_sending {
            return Ok(());
        }
        let base = self.opened_at().ok_or_else(|| anyhow::anyhow!("{NO_ADDRESS}"))?;
        let now = self.now();
        let expires = now.checked_add(SignedDuration::from_mins(LINK_MINUTES)).unwrap_or(now);
        self.store.add_link(&NewLink { token_hash, address: address.clone(), expires }, now).await?;
        let link = format!("{base}/sign-in/link/{token}");
        let letter = Letter {
            id: OutgoingId::from_bytes(self.chance.bytes()),
            case: CaseId(0),
            envelope: Envelope { from: Some(self.settings.envelope_from.clone()), to: address.clone() },
            sender: Sender { name: self.settings.from_name.clone(), address: self.settings.from.clone() },
            thread: Thread::default(),
            date: now,
            content: Content::Notice(Notice::SignIn { link, minutes: LINK_MINUTES }),
        };
        let outgoing = compose(&letter).map_err(anyhow::Error::from)?;
        let approval = Approval { by: Approver::Policy("sign-in links".to_owned()), hash: outgoing.hash(), at: now };
        let approved = ApprovedOutgoing::new(outgoing, approval).map_err(anyhow::Error::from)?;
        let outcome = self.mailer.send(&approved).await;
        tracing::info!(to = address.masked(), outcome = outcome.name(), "a sign-in link");
        Ok(())
    }

    /// What the address asked, and what its practice did; newest first.
    pub async fn asked_by(&self, address: &EmailAddress) -> Flowing<Vec<Case>> {
        let account = self.account_of(address).await?.map(|account| account.id);
        let cases = self.store.asked_by(address, account, CASES_MAX).await?;
        Ok(cases.into_iter().filter(|case| case.standing != Standing::Forged).collect())
    }

    /// A case that is theirs to read.
    pub async fn asked_case(&self, address: &EmailAddress, id: CaseId) -> Flowing<Option<CaseFile>> {
        let theirs = self.asked_by(address).await?.into_iter().any(|case| case.id == id);
        if theirs { Ok(Some(self.store.case_file(id).await?)) } else { Ok(None) }
    }

    /// Takes a question from the form as the mail it would have been; `after` is the case that it goes on with.
    pub async fn ask_by_form(&self, from: &EmailAddress, subject: &str, text: &str, after: Option<&CaseFile>) -> Flowing<()> {
        let name = hex(&self.chance.bytes());
        let thread =
            after.and_then(|file| file.outgoing.iter().rev().find(|sent| sent.outgoing.envelope.to == file.case.requester));
        let thread = thread.map(|sent| format!("In-Reply-To: <{}>\r\n", sent.outgoing.message_id)).unwrap_or_default();
        let number = after.map(|file| format!(" [{}]", file.case.number())).unwrap_or_default();
        let raw = self.as_mail(&format!("form.{name}"), from, &format!("{}{number}", one_line(subject)), text, &thread);
        self.store.receive(FORM, &[arrival(name, raw)], self.now()).await?;
        Ok(())
    }

    /// As [`Self::ask_by_form`] for a program, which may send it again under the same `key`: the key is the mail's place, and
    /// a place is taken once. `None` where the key was used for another question.
    pub async fn ask_by_program(&self, key: &str, from: &EmailAddress, subject: &str, text: &str) -> Flowing<Option<InboundId>> {
        let name = hex(&Sha256::digest(key.as_bytes()));
        let said = hex(&Sha256::digest(format!("{from}\0{subject}\0{text}").as_bytes()));
        let id = format!("program.{name}.{said}");
        let raw = self.as_mail(&id, from, &one_line(subject), text, "");
        let received = self.store.receive(FORM, &[arrival(name, raw)], self.now()).await?;
        match received.first() {
            Some(Received::New(inbound)) => Ok(Some(*inbound)),
            Some(Received::Known(inbound)) => {
                let known = self.store.inbound(*inbound).await?.raw;
                let same = String::from_utf8_lossy(&known).contains(&id);
                Ok(same.then_some(*inbound))
            }
            None => Err(anyhow::anyhow!("the store took one mail and told of none").into()),
        }
    }

    /// What came of a question that a program asked; `None` where no program did.
    pub async fn asked_by_program(&self, id: InboundId) -> Flowing<Option<Inbound>> {
        match self.store.inbound(id).await {
            Ok(inbound) => {
                let asked =
                    inbound.mailbox == FORM && String::from_utf8_lossy(&inbound.raw).contains("\r\nMessage-ID: <program.");
                Ok(asked.then_some(inbound))
            }
            Err(StoreError::Missing(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn as_mail(&self, id: &str, from: &EmailAddress, subject: &str, text: &str, thread: &str) -> Vec<u8> {
        let raw = format!(
            "Date: {}\r\nFrom: {from}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{id}@{}>\r\n{thread}MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
            self.now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
            self.settings.from,
            subject.trim(),
            from.domain(),
            text.trim().replace("\r\n", "\n").replace('\n', "\r\n"),
        );
        raw.into_bytes()
    }

    /// Closes what the address asked and deletes what is kept of it. What is on its way at this moment stays; says how many
    /// cases were emptied and how many stay.
    pub async fn forget(&self, address: &EmailAddress) -> Flowing<(i64, usize)> {
        let mine = self.store.asked_by(address, None, CASES_MAX).await?;
        let mut kept = 0;
        for case in mine.iter().filter(|case| !matches!(case.state, CaseState::Closed { .. })) {
            match self.change(case, Actor::Requester, &Command::Close { reason: CloseReason::Withdrawn }, None) {
                Ok(change) => self.store.commit(&change).await?,
                Err(_) => kept += 1,
            }
        }
        Ok((self.store.forget(address, self.now()).await?, kept))
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

fn arrival(name: String, raw: Vec<u8>) -> Arrival {
    Arrival { place: Place::Maildir { name }, size: raw.len() as u64, raw, quarantine: None }
}
