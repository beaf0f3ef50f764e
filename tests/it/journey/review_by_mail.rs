//! Review by mail on real servers: the draft lies in the reviewers' mailboxes, and what they send back by SMTP decides, once.

use std::time::Duration;

use caseconsultant::parse;
use tempfile::TempDir;

use super::mail::{DESK, people_with_an_answer};
use super::servers::{MailServers, PASSWORD};
use super::service::Service;
use super::transport::Injector;
use super::wait::until;

const SOON: Duration = Duration::from_secs(60);
/// Two askers' mailboxes of this world that consultants read.
const DANA: usize = 0;
const ELI: usize = 1;
const ASKER: usize = 2;

struct Story {
    servers: MailServers,
    service: Service,
    dana: String,
    eli: String,
    asker: String,
    mails: u32,
    _dir: TempDir,
}

#[test]
fn an_answer_by_mail_approves_once_and_every_other_one_changes_nothing() {
    let people = people_with_an_answer(3);
    let Some(servers) = MailServers::start(people.len()) else { return };
    let dir = TempDir::new().unwrap();
    let mut service = Service::new(dir.path(), &configuration(&servers));
    let address = |n: usize| people[n].from.clone();
    for (handle, email) in [("dana", address(DANA)), ("eli", address(ELI))] {
        service.ok(&["consultant", "add", handle, "--name", handle, "--email", &email]);
    }
    service.start();
    let (dana, eli, asker) = (address(DANA), address(ELI), address(ASKER));
    let mut story = Story { servers, service, dana, eli, asker, mails: 0, _dir: dir };
    Injector::lmtp(story.servers.dovecot.lmtp).deliver(Some(&story.asker), DESK, &people[ASKER].raw);
    let (dana, eli) = (story.dana.clone(), story.eli.clone());
    let first = story.keyed(&dana, 1);
    let elis = story.keyed(&eli, 1);
    let version = story.state();
    // Altered, forged, from another consultant, from a stranger: nothing moves, nothing is sent to the asker.
    let altered = format!("{}{}", &first[..first.len() - 1], if first.ends_with('0') { '1' } else { '0' });
    story.answers(&dana, &altered, "pass", "approve");
    story.answers(&dana, &first, "fail", "approve");
    story.answers(&dana, &first, "none", "approve");
    story.answers(&eli, &first, "pass", "approve");
    let asker = story.asker.clone();
    story.answers(&asker, &first, "pass", "approve");
    story.settled();
    assert_eq!(story.state(), version);
    assert!(story.replies().is_empty());
    // An edit gives the draft another hash: the keys of the first are void.
    story.answers(&dana, &first, "pass", "edit\n\nThe edition in use decides this; see the record that is named below.");
    let renewed = story.keyed(&eli, 2);
    assert_ne!(renewed, elis);
    story.answers(&eli, &elis, "pass", "approve");
    story.settled();
    assert!(story.replies().is_empty(), "approved after an edit");
    // The key for the draft as it stands, twice: one answer.
    story.answers(&eli, &renewed, "pass", "approve");
    until("the answer", SOON, || if story.replies().is_empty() { Err("none".to_owned()) } else { Ok(()) });
    story.answers(&eli, &renewed, "pass", "approve");
    story.settled();
    let replies = story.replies();
    assert_eq!(replies.len(), 1, "replayed");
    assert!(replies[0].contains("The edition in use decides this"));
}

impl Story {
    /// The subject of the newest review's mail to somebody, once `count` of them have come.
    fn keyed(&self, to: &str, count: usize) -> String {
        until("a review's mail", SOON, || {
            let mails = self.servers.mail_of(to);
            let mut reviews: Vec<_> = mails
                .iter()
                .map(|raw| parse::read(raw, &parse::ReadOptions::default()))
                .filter(|mail| mail.subject.starts_with("Review:"))
                .collect();
            reviews.sort_by_key(|mail| mail.date);
            if reviews.len() < count { Err(format!("{} of {count}", reviews.len())) } else { Ok(reviews.pop().unwrap().subject) }
        })
    }

    fn answers(&mut self, from: &str, subject: &str, said: &str, text: &str) {
        self.mails += 1;
        let domain = from.split('@').nth(1).unwrap();
        let raw = format!(
            "Authentication-Results: mx.example.test; dkim={said} header.d={domain}; dmarc={said} header.from={domain}\r\n\
             From: {from}\r\nTo: {DESK}\r\nSubject: Re: {subject}\r\nMessage-ID: <answer.{}@{domain}>\r\n\r\n{text}\r\n",
            self.mails
        );
        Injector::smtp(self.servers.postfix.smtp).deliver(Some(from), DESK, raw.as_bytes());
    }

    /// Waits until every answer so far was taken in and nothing is owed.
    fn settled(&self) {
        until("the answers to be dealt with", SOON, || {
            let shown = String::from_utf8(self.service.cli(&["reconcile"]).stdout).unwrap();
            let owed = self.service.owed();
            let quiet = shown.lines().any(|line| line == "0 missing") && owed.is_empty() && self.servers.in_transit() == 0;
            if quiet { Ok(()) } else { Err(format!("{shown} {owed:?}")) }
        });
    }

    fn state(&self) -> (String, String) {
        let case = self.service.cases().remove(0);
        (case["state"].to_string(), case["draft"]["hash"].to_string())
    }

    fn replies(&self) -> Vec<String> {
        let mails = self.servers.mail_of(&self.asker);
        mails.iter().map(|raw| parse::read(raw, &parse::ReadOptions::default()).text).collect()
    }
}

fn configuration(servers: &MailServers) -> String {
    format!(
        r#"
[mailbox.main]
url = "imap://consult@127.0.0.1:{imap}/INBOX?plain"
password = "{PASSWORD}"
address = "{DESK}"
trusted_authserv = ["mx.example.test"]
poll_secs = 1

[outbox]
url = "smtp://127.0.0.1:{smtp}?plain"
from = "{DESK}"

[policy]
auto_send = "off"
review_by_mail = true
editions = "loaded"
unknown_sender = "guest"
acknowledge_after_secs = 86400
"#,
        imap = servers.dovecot.imap,
        smtp = servers.postfix.smtp,
    )
}
