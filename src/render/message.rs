//! The RFC 5322 message: one pure function from a letter to the bytes that an approval is bound to.

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue, Headers};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use serde::Serialize;

use super::flowed::flow;
use super::mail::Content;
use super::subject;
use super::templates::{RenderError, render};
use super::thread::{self, Thread};
use crate::domain::address::EmailAddress;
use crate::domain::id::{CaseId, CaseNumber, OutgoingId};
use crate::domain::message::MessageId;
use crate::domain::outgoing::{Envelope, Outgoing};

/// Everything that a message of ours is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// The caller's chance: Message-ID and MIME boundary come from it.
    pub id: OutgoingId,
    pub case: CaseId,
    pub envelope: Envelope,
    pub sender: Sender,
    /// The mail that this answers; empty where it answers none.
    pub thread: Thread,
    pub date: Timestamp,
    pub content: Content,
}

/// Whom the reader sees as the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    pub name: String,
    pub address: EmailAddress,
}

/// What every template gets.
#[derive(Serialize)]
struct Page<'a, M: Serialize> {
    kind: &'static str,
    case_number: String,
    /// Theirs, without reply marks and our number.
    subject: &'a str,
    mail: &'a M,
}

/// A letter's three texts before they are encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    pub subject: String,
    /// Logical lines: a paragraph or an item each, not wrapped.
    pub text: String,
    pub html: String,
}

/// Turns a letter into the message that would leave.
///
/// # Errors
/// [`RenderError`] where a template is at fault or the configured sender can't stand in a header.
pub fn compose(letter: &Letter) -> Result<Outgoing, RenderError> {
    let texts = texts(letter.case, &letter.thread.subject, &letter.content)?;
    let message_id = message_id(letter.id, letter.case, &letter.sender.address)?;
    let mut bytes = headers(letter, &texts.subject, &message_id)?.to_string().into_bytes();
    bytes.extend_from_slice(&alternatives(letter.id, &texts)?.formatted());
    Ok(Outgoing {
        id: letter.id,
        case: letter.case,
        kind: letter.content.kind(),
        envelope: letter.envelope.clone(),
        message_id,
        date: letter.date,
        bytes,
    })
}

/// Renders a content's templates; `their_subject` is the redacted subject of the mail that it answers.
///
/// # Errors
/// [`RenderError::Template`] where a template is at fault.
pub fn texts(case: CaseId, their_subject: &str, content: &Content) -> Result<Texts, RenderError> {
    match content {
        Content::Answer(mail) | Content::Clarification(mail) | Content::Refusal(mail) => page(case, their_subject, content, mail),
        Content::Acknowledgement(mail) => page(case, their_subject, content, mail),
        Content::Notice(mail) => page(case, their_subject, content, mail),
        Content::Review(mail) => page(case, their_subject, content, mail.as_ref()),
    }
}

fn page<M: Serialize>(case: CaseId, their_subject: &str, content: &Content, mail: &M) -> Result<Texts, RenderError> {
    let kind = content.kind().name();
    let bare = subject::bare(their_subject);
    let page = Page { kind, case_number: CaseNumber::of(case).to_string(), subject: &bare, mail };
    let rendered = |file: &str| render(&format!("mail/{kind}/{file}"), &page);
    Ok(Texts {
        subject: rendered("subject.txt")?.split_whitespace().collect::<Vec<_>>().join(" "),
        text: tidy(&rendered("body.txt")?),
        html: rendered("body.html")?,
    })
}

/// At most one blank line in a row, none at either end: templates may be spaced for their reader.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines() {
        let line = if line == "-- " { line } else { line.trim_end() };
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// `<outgoing-id.case-number@domain>`: a bounce that returns only this still names both.
fn message_id(id: OutgoingId, case: CaseId, from: &EmailAddress) -> Result<MessageId, RenderError> {
    let text = format!("{id}.{}@{}", CaseNumber::of(case).to_string().to_lowercase(), from.domain());
    MessageId::parse(&text).map_err(|error| RenderError::Sender(error.to_string()))
}

/// No `Precedence`: RFC 3834 gives responders `Auto-Submitted` instead, and `bulk` would sort an answer to one person among
/// the circulars.
fn headers(letter: &Letter, subject: &str, message_id: &MessageId) -> Result<Headers, RenderError> {
    let mut headers = Headers::new();
    let from = Mailbox::new(Some(one_line(&letter.sender.name)), lettre_address(&letter.sender.address)?);
    raw(&mut headers, "Date", letter.date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
    headers.set(lettre::message::header::From::from(lettre::message::Mailboxes::from(from)));
    // Not through lettre's address type, which turns away `first..last@` and others that exist; ours holds nothing that could end the header.
    raw(&mut headers, "To", letter.envelope.to.as_str().to_owned());
    headers.insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str("Subject"), subject.to_owned()));
    raw(&mut headers, "Message-ID", format!("<{message_id}>"));
    if let Some(parent) = letter.thread.parent() {
        raw(&mut headers, "In-Reply-To", thread::fold("In-Reply-To", &[parent]));
    }
    let chain = letter.thread.chain();
    if !chain.is_empty() {
        raw(&mut headers, "References", thread::fold("References", &chain));
    }
    let submitted = if letter.content.answers_a_mail() { "auto-replied" } else { "auto-generated" };
    raw(&mut headers, "Auto-Submitted", submitted.to_owned());
    // `All` would suppress non-delivery reports too (MS-OXCMAIL, 2.2.3.2.14), and those must reach us.
    raw(&mut headers, "X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply".to_owned());
    raw(&mut headers, "X-CaseConsultant-Kind", letter.content.kind().name().to_owned());
    raw(&mut headers, "MIME-Version", "1.0".to_owned());
    Ok(headers)
}

/// Sets a header whose value is ASCII, folded and ours.
fn raw(headers: &mut Headers, name: &'static str, value: String) {
    let name = HeaderName::new_from_ascii_str(name);
    headers.insert_raw(HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value));
}

fn lettre_address(address: &EmailAddress) -> Result<lettre::Address, RenderError> {
    lettre::Address::new(address.local(), address.domain()).map_err(|error| RenderError::Sender(error.to_string()))
}

fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// Quoted-printable whatever the text holds: blanks at line ends survive every hop, and no filter has to open base64.
/// The boundary's `=_` can't stand in a quoted-printable body (RFC 2045, 6.7).
fn alternatives(id: OutgoingId, texts: &Texts) -> Result<MultiPart, RenderError> {
    let plain = part("text/plain; charset=utf-8; format=flowed", flow(&texts.text))?;
    let html = part("text/html; charset=utf-8", texts.html.clone())?;
    Ok(MultiPart::alternative().boundary(format!("=_{id}")).singlepart(plain).singlepart(html))
}

fn part(media_type: &str, body: String) -> Result<SinglePart, RenderError> {
    let media_type = ContentType::parse(media_type).map_err(|error| RenderError::Sender(error.to_string()))?;
    Ok(SinglePart::builder().header(media_type).header(ContentTransferEncoding::QuotedPrintable).body(body))
}
