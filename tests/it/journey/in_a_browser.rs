//! The desk as people meet it: the real service, a real browser, mail in and mail out.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use caseconsultant::parse::{ReadOptions, read};
use tempfile::TempDir;

use super::chromium::{Chromium, Window};
use super::service::Service;
use super::wait::until;
use crate::world::{free_ports, http_get};

const SOON: Duration = Duration::from_secs(30);
const PASSWORD: &str = "correct horse battery";

/// A practice's mail to the desk and what comes back, by Maildir; consultants with passwords.
struct Office {
    service: Service,
    inbox: PathBuf,
    replies: PathBuf,
    base: String,
    sent: u32,
    _dir: TempDir,
}

impl Office {
    fn open(consultants: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        let [port] = free_ports();
        let (inbox, replies) = (dir.path().join("inbox"), dir.path().join("replies"));
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir_all(inbox.join(folder)).unwrap();
        }
        let config = format!(
            "[mailbox.main]\nurl = \"maildir:{}\"\naddress = \"ask@desk.example\"\ntrusted_authserv = [\"mx.desk.example\"]\n\
             [outbox]\nurl = \"maildir:{}\"\nfrom = \"ask@desk.example\"\n[desk]\nlisten = \"127.0.0.1:{port}\"\n\
             [policy]\nfour_eyes = true\nacknowledge_after_secs = 3600\nunknown_sender = \"guest\"\n",
            inbox.display(),
            replies.display()
        );
        let mut service = Service::new(dir.path(), &config);
        service.ok(&["migrate"]);
        let secret = dir.path().join("secret");
        fs::write(&secret, format!("{PASSWORD}\n")).unwrap();
        for handle in consultants {
            let (name, address) = (format!("{handle} of the desk"), format!("{handle}@desk.example"));
            service.ok(&["consultant", "add", handle, "--name", &name, "--email", &address]);
            service.ok(&["consultant", "set", handle, "--password-file", secret.to_str().unwrap()]);
        }
        service.start();
        until("the desk", SOON, || {
            std::net::TcpStream::connect(("127.0.0.1", port)).map(drop).map_err(|error| error.to_string())
        });
        until("readiness", SOON, || {
            let answer = http_get(port, "/readyz");
            if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(answer) }
        });
        Self { service, inbox, replies, base: format!("http://127.0.0.1:{port}"), sent: 0, _dir: dir }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A mail of a practice comes in, vouched for by the receiving server.
    fn mail(&mut self, from: &str, subject: &str, text: &str) {
        self.sent += 1;
        let (n, domain) = (self.sent, from.split('@').nth(1).unwrap());
        let raw = format!(
            "Return-Path: <{from}>\r\nAuthentication-Results: mx.desk.example; dmarc=pass header.from={domain}\r\nFrom: {from}\r\n\
             To: ask@desk.example\r\nSubject: {subject}\r\nDate: Mon, 02 Nov 2026 10:00:0{n} +0000\r\nMessage-ID: <m{n}@{domain}>\r\n\r\n{text}\r\n"
        );
        fs::write(self.inbox.join("tmp").join(format!("m{n}")), raw).unwrap();
        fs::rename(self.inbox.join("tmp").join(format!("m{n}")), self.inbox.join("new").join(format!("m{n}"))).unwrap();
    }

    /// The texts of what left for this address.
    fn left_for(&self, to: &str) -> Vec<String> {
        let mut found = Vec::new();
        for folder in ["new", "cur"] {
            for entry in fs::read_dir(self.replies.join(folder)).into_iter().flatten().flatten() {
                let mail = read(&fs::read(entry.path()).unwrap(), &ReadOptions::default());
                if mail.to.first().is_some_and(|one| one.address == to) {
                    found.push(mail.text);
                }
            }
        }
        found
    }

    /// Opens the page that is open once more until the case is in this state.
    fn reads_again(&self, window: &Window, state: &str) {
        until(&format!("a case that is {state}"), SOON, || {
            window.go(&self.address(&window.path()));
            let now = window.text("header .status")?;
            if now.contains(state) { Ok(()) } else { Err(now) }
        });
    }

    fn signs_in(&self, window: &Window, handle: &str) {
        window.go(&self.address("/sign-in"));
        window.write("#name", handle);
        window.write("#password", PASSWORD);
        window.click("form[action='/sign-in'] button");
        window.shows("h1", "To review");
    }
}

const NOTE: &str = "Which code do we report for this operative note? The abdomen was entered through a midline incision, dense \
                    adhesions were taken down over two hours, and a segment of small bowel was resected. We also billed 99213.";

#[test]
fn a_question_goes_the_whole_way_in_a_browser() {
    let Some(chromium) = Chromium::start() else { return };
    let mut office = Office::open(&["dana", "lee"]);
    let dana = chromium.window();
    office.signs_in(&dana, "dana");
    dana.shows("#rows", "Nothing here");
    dana.run("window.untouched = true");
    office.mail("anna@clinic.test", "An operative note", NOTE);
    dana.shows("#rows", "An operative note");
    assert_eq!(dana.run("return window.untouched === true"), true, "the row came by itself, no page was loaded");
    dana.shows("[data-count=review]", "1");

    // Opened and written by keys; the ground check objects to what no finding holds, then passes.
    dana.press("j\u{E007}");
    dana.shows("h1", "An operative note");
    dana.press("t");
    dana.shows(".status", "being written");
    dana.write("#text", "Report 47562 with modifier 59.");
    dana.shows(".checked", "to look at");
    dana.shows(".checked", "47562");
    dana.write("#text", "We can name no code from this note alone: please send us the signed report with the length of bowel.");
    dana.shows(".checked", "Ground check: passed");
    dana.press("\u{E00C}s");
    dana.shows("pre.mail", "the length of bowel");
    dana.press("S");
    dana.shows(".status", "in review");
    // Who wrote it may not approve it.
    dana.press("a");
    dana.shows("[role=alert]", "our eyes");

    let lee = chromium.window();
    office.signs_in(&lee, "lee");
    lee.click("[data-row]");
    lee.shows("pre.mail", "the length of bowel");
    lee.press("a");
    lee.shows("h1", "An operative note");
    office.reads_again(&lee, "answered");
    // The other one sees it without a reload, and what she typed is not lost.
    dana.shows("#moved", "has moved on");
    let answer = until("the answer", SOON, || office.left_for("anna@clinic.test").pop().ok_or_else(|| "nothing".to_owned()));
    assert!(answer.contains("the length of bowel"), "{answer}");

    // The asker comes in by the mailed link and reads the same words.
    let anna = chromium.window();
    anna.go(&office.address("/sign-in"));
    anna.write("#address", "anna@clinic.test");
    anna.click("form[action='/sign-in/link'] button");
    anna.shows("h1", "Look into your mail");
    let link = until("the link", SOON, || {
        let mails = office.left_for("anna@clinic.test");
        let word = |text: &String| text.split_whitespace().find(|word| word.contains("/sign-in/link/")).map(str::to_owned);
        mails.iter().find_map(word).ok_or_else(|| format!("{mails:?}"))
    });
    assert!(link.starts_with(&office.base), "{link}");
    anna.go(&link);
    anna.click("main button");
    anna.shows("h1", "Your questions");
    anna.click("[data-row]");
    anna.shows("main", "the length of bowel");
    let again = chromium.window();
    again.go(&link);
    again.click("main button");
    again.shows("h1", "does not work any more");
    office.service.assert_running();
}

#[test]
fn without_script_a_draft_is_read_returned_and_approved() {
    let Some(chromium) = Chromium::start() else { return };
    let mut office = Office::open(&["dana", "lee"]);
    office.mail("anna@clinic.test", "An operative note", NOTE);
    let (dana, lee) = (chromium.without_script(), chromium.without_script());
    office.signs_in(&dana, "dana");
    until("the case", SOON, || {
        dana.go(&office.address("/cases"));
        let rows = dana.text("#rows")?;
        if rows.contains("An operative note") { Ok(()) } else { Err(rows) }
    });
    dana.press("?");
    assert!(dana.text("dialog").is_err(), "no script runs");
    dana.click("[data-row]");
    dana.shows("#h-question", "Question");
    dana.shows("main", "midline incision");
    dana.shows("main", "Ground check");
    dana.click("details:has(form[action$='/return']) summary");
    dana.write("#notes", "Read the note again.");
    dana.click("form[action$='/return'] button");
    office.reads_again(&dana, "in review");
    dana.shows("main", "Read the note again");
    dana.write("#text", "Please send us the signed report.");
    dana.click("form[action$='/edit'] button");
    dana.shows("pre.mail", "the signed report");
    office.signs_in(&lee, "lee");
    lee.click("[data-row]");
    lee.shows("pre.mail", "the signed report");
    lee.click("form[action$='/approve'] button");
    lee.shows("main", "History");
    let answer = until("the answer", SOON, || office.left_for("anna@clinic.test").pop().ok_or_else(|| "nothing".to_owned()));
    assert!(answer.contains("the signed report"), "{answer}");
}
