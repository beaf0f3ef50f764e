//! What machines send. Each mail holds a question with codes in it: nobody may be tempted to answer.

use super::{ASKERS, DESK};

/// A mail that a machine wrote.
pub struct Machine {
    pub kind: &'static str,
    /// Its From address, with a mailbox of its own: whatever is sent to it is seen.
    pub from: String,
    /// The reverse-path that it is delivered with; `None` is `<>`.
    pub envelope_from: Option<String>,
    pub raw: Vec<u8>,
}

const QUESTION: &str = "Medicare denied 99213 billed with 20610 on the same day. What do we need on the claim?";

/// More than there are kinds.
pub const MACHINES_MAX: usize = 20;

/// The local parts of the machines' addresses, `machine00` and on.
pub fn machine(n: usize) -> String {
    format!("machine{n:02}")
}

/// One mail of each kind.
pub fn machines() -> Vec<Machine> {
    KINDS
        .iter()
        .enumerate()
        .map(|(n, kind)| {
            let from = if kind.own { DESK.to_owned() } else { format!("{}@{ASKERS}", machine(n)) };
            let head = format!(
                "From: {} <{from}>\r\nTo: {DESK}\r\nDate: Mon, 16 Nov 2026 09:12:00 -0500\r\nMessage-ID: <machine.{n}@{}>\r\n",
                kind.display,
                if kind.own { "example.test" } else { ASKERS },
            );
            Machine {
                kind: kind.name,
                envelope_from: (!kind.null_path).then(|| from.clone()),
                raw: format!("{head}{}", kind.rest.replace("{QUESTION}", QUESTION).replace('\n', "\r\n")).into_bytes(),
                from,
            }
        })
        .collect()
}

struct Kind {
    name: &'static str,
    display: &'static str,
    null_path: bool,
    own: bool,
    rest: &'static str,
}

const fn kind(name: &'static str, display: &'static str, null_path: bool, rest: &'static str) -> Kind {
    Kind { name, display, null_path, own: false, rest }
}

const KINDS: &[Kind] = &[
    kind(
        "auto-reply by RFC 3834",
        "Front desk",
        true,
        "Subject: Auto: your mail\nAuto-Submitted: auto-replied\nIn-Reply-To: <earlier@example.test>\n\n{QUESTION}\n",
    ),
    kind(
        "vacation told by the subject alone",
        "Dana",
        false,
        "Subject: Out of office: Re: your question\n\nI am away until Monday. {QUESTION}\n",
    ),
    kind(
        "bounce by RFC 3464",
        "Mail Delivery System",
        true,
        "Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nThe mail could not be delivered. {QUESTION}\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.clinic.test\n\nFinal-Recipient: rfc822; gone@clinic.test\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: message/rfc822\n\nFrom: consult@example.test\nTo: gone@clinic.test\nSubject: Re: 99213\nMessage-ID: <never-sent@elsewhere.test>\n\nHello\n\n--b--\n",
    ),
    kind(
        "bounce of qmail",
        "MAILER-DAEMON",
        true,
        "Subject: failure notice\n\nHi. This is the qmail-send program at mx.clinic.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<gone@clinic.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <consult@example.test>\nFrom: consult@example.test\nSubject: Re: 99213 with 20610\n\n{QUESTION}\n",
    ),
    kind(
        "delay notice by RFC 3464",
        "Mail Delivery System",
        true,
        "Subject: Delayed Mail (still being retried)\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nYour mail is delayed. {QUESTION}\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.clinic.test\n\nFinal-Recipient: rfc822; slow@clinic.test\nAction: delayed\nStatus: 4.4.1\n\n--b--\n",
    ),
    kind(
        "read receipt by RFC 8098",
        "Dana",
        true,
        "Subject: Read: 99213 with 20610\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nYour message was displayed. {QUESTION}\n\n--b\nContent-Type: message/disposition-notification\n\nReporting-UA: mail.clinic.test\nFinal-Recipient: rfc822; dana@clinic.test\nOriginal-Message-ID: <never-sent@elsewhere.test>\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--b--\n",
    ),
    kind(
        "post to a mailing list",
        "Coders' list",
        false,
        "Subject: [coders] 99213 with 20610\nList-Id: <coders.clinic.test>\nList-Post: <mailto:coders@clinic.test>\nList-Unsubscribe: <mailto:coders-leave@clinic.test>\nPrecedence: list\n\n{QUESTION}\n",
    ),
    kind("newsletter", "The Coding Weekly", false, "Subject: This week: 99213 with 20610\nPrecedence: bulk\n\n{QUESTION}\n"),
    kind(
        "notice that suppresses auto-responses",
        "Ticket system",
        false,
        "Subject: Ticket 4711 opened\nX-Auto-Response-Suppress: All\n\n{QUESTION}\n",
    ),
    kind("mail with a null reverse-path", "Scanner", true, "Subject: Scan from the copier\n\n{QUESTION}\n"),
    kind(
        "abuse report by RFC 5965",
        "Abuse desk",
        false,
        "Subject: FW: 99213\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nThis is an email abuse report. {QUESTION}\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: FBL/1.0\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\nFrom: consult@example.test\nSubject: Re: 99213\nMessage-ID: <never-sent@elsewhere.test>\n\nHello\n\n--b--\n",
    ),
    Kind {
        name: "our own mail coming back",
        display: "CaseConsultant",
        null_path: false,
        own: true,
        rest: "Subject: Re: 99213 with 20610 [CC-000001]\nAuto-Submitted: auto-replied\nX-CaseConsultant-Kind: answer\n\n{QUESTION}\n",
    },
    kind(
        "answer to a meeting invitation",
        "Dana",
        false,
        "Subject: Accepted: coding round 99213\nMIME-Version: 1.0\nContent-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:{QUESTION}\nEND:VEVENT\nEND:VCALENDAR\n",
    ),
    kind(
        "generated notice by RFC 3834",
        "Cron Daemon",
        false,
        "Subject: Cron report\nAuto-Submitted: auto-generated\n\n{QUESTION}\n",
    ),
];
