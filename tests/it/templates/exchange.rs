//! The sample mails of the demo, answered: what the asker would get.

use std::path::PathBuf;

use caseconsultant::codebook::Codebook;
use caseconsultant::domain::message::MessageId;
use caseconsultant::drafter::grounded::draft;
use caseconsultant::parse::{ReadOptions, read};
use caseconsultant::render::blocks::{Block, parse};
use caseconsultant::render::mail::{Content, Statement, sources};
use caseconsultant::render::message::texts;
use caseconsultant::render::thread::Thread;
use caseconsultant::research::research;
use jiff::civil::{Date, date};

use super::letters::{bytes, letter};

const TODAY: Date = date(2026, 11, 22);

fn samples() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/demo");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_sample_question_gets_a_mail_that_asks_and_cites_once() {
    let book = Codebook::starter();
    for file in samples() {
        let mail = read(&std::fs::read(&file).unwrap(), &ReadOptions::new(TODAY));
        let drafted = draft(&mail.question, research(&mail.question, &book, TODAY), &book, TODAY);
        let mut reply = letter("");
        reply.thread = Thread {
            subject: mail.redacted_subject.clone(),
            message_id: mail.message_id.clone(),
            in_reply_to: mail.in_reply_to.clone(),
            references: mail.references.clone(),
        };
        reply.content = Content::Answer(Statement::new(&drafted, None));
        let written = texts(reply.case, &reply.thread.subject, &reply.content).unwrap();
        let name = file.file_name().unwrap().to_string_lossy();
        for ask in &drafted.asks {
            assert_eq!(written.text.matches(ask.as_str()).count(), 1, "{name}: {ask}\n{}", written.text);
        }
        for source in sources(&drafted.body, &drafted.findings) {
            let title = source.label.map_or(source.edition.clone(), |label| format!("{label}, {}", source.edition));
            assert_eq!(written.text.matches(&format!("- {title}: ")).count(), 1, "{name}: {title}\n{}", written.text);
            for record in &source.records {
                assert!(drafted.body.contains(&format!("{}]", record.record)), "{name}: {record:?} is cited");
            }
        }
        if let Some(Block::Paragraph { lines }) = parse(&drafted.body).first() {
            assert!(written.text.starts_with(&lines[0]), "{name}: the answer comes first");
        }
        let bytes = bytes(&reply);
        let message = super::letters::read(&bytes);
        assert_eq!(message.in_reply_to().as_text(), mail.message_id.as_ref().map(MessageId::as_str), "{name}");
        if let Some(folder) = std::env::var_os("CASECONSULTANT_REPLIES") {
            let base = PathBuf::from(folder).join(name.as_ref());
            std::fs::write(base.with_extension("html"), written.html).unwrap();
            std::fs::write(base.with_extension("txt"), format!("Subject: {}\n\n{}", written.subject, written.text)).unwrap();
        }
    }
}
