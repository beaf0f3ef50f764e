//! Nothing of a patient outside the seal, after everybody's mail ran through; and what retention leaves.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use caseconsultant::domain::account::Standing;
use jiff::SignedDuration;

use super::desk::{ANSWERED, Desk, policy};
use crate::corpus::patients::marked;

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_identifier_is_in_the_store_the_letters_or_the_logs() {
    let log = Buffer::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let desk = Desk::open("ask@desk.test", policy()).await;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/invented-patients.txt");
    let mut secrets = Vec::new();
    for (index, mail) in std::fs::read_to_string(source).unwrap().split("\n%%\n").enumerate() {
        let mail = marked(mail.trim_end());
        let sender = format!("coder{index}@elsewhere.test");
        // What goes, by the reader's own word: what it misses is counted elsewhere.
        let read = caseconsultant::parse::read(
            format!("From: S <{sender}>\nContent-Type: text/plain; charset=utf-8\n\n{}", mail.text).as_bytes(),
            &caseconsultant::parse::ReadOptions::new(jiff::civil::date(2026, 3, 2)),
        );
        let said = |from: usize, to: usize| mail.text.chars().skip(from).take(to - from).collect::<String>();
        let found = |from: usize, to: usize| read.identifiers.iter().any(|one| one.span.start <= from && to <= one.span.end);
        // The day of service is kept as a typed field: it may stand in the store, in no letter and no log.
        let day = |from: usize, to: usize| said(from, to).parse::<jiff::civil::Date>().is_ok();
        let own =
            mail.go.iter().filter(|(from, to, kind)| found(*from, *to) && kind != "SENDER" && to - from >= 7 && !day(*from, *to));
        let own: Vec<String> = own.map(|(from, to, _)| said(*from, *to)).collect();
        let subject = own.first().map_or_else(|| "A question".to_owned(), |first| format!("About {first}"));
        if subject.is_ascii() {
            desk.writes(&sender, &subject, "", &mail.text).await;
            secrets.extend(own);
        }
    }
    assert!(secrets.len() > 60, "{}", secrets.len());
    let mut places: Vec<(String, Vec<u8>)> = vec![("the log".to_owned(), log.0.lock().unwrap().clone())];
    for entry in std::fs::read_dir(desk.dir.path()).unwrap() {
        let path = entry.unwrap().path();
        places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
    }
    for message in desk.all_sent() {
        places.push(("a letter".to_owned(), message.bytes));
    }
    let mut leaks = Vec::new();
    for (place, bytes) in &places {
        let text = String::from_utf8_lossy(bytes);
        leaks.extend(secrets.iter().filter(|secret| text.contains(secret.as_str())).map(|secret| format!("{secret} in {place}")));
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[tokio::test]
async fn retention_takes_bytes_and_content_and_leaves_the_chain_whole() {
    let desk = Desk::open("ask@desk.test", policy()).await;
    let answered = desk.writes("nurse@elsewhere.test", "A question", "", ANSWERED).await.case.unwrap();
    desk.writes("nurse@elsewhere.test", "Thanks", "", "Thank you so much, have a great week!").await;
    let now = desk.flow.clock.now();
    let later = now + SignedDuration::from_hours(1);
    let earlier = now - SignedDuration::from_hours(1);
    let kept = desk.store.purge(earlier, earlier, false, now).await.unwrap();
    assert_eq!((kept.raw_messages, kept.cases), (0, 0), "nothing is old enough");
    let would = desk.store.purge(later, later, true, now).await.unwrap();
    assert_eq!((would.raw_messages, would.cases), (2, 1), "the answered case is open still");
    assert_eq!(desk.store.purge(later, later, false, now).await.unwrap(), would, "it does what it said");
    assert_eq!(desk.store.purge(later, later, true, now).await.unwrap().raw_messages, 0);
    let open = desk.store.case_file(answered.id).await.unwrap();
    assert_eq!(open.messages.len(), 1, "an open case keeps its working text");
    let closed = desk.cases().await.into_iter().find(|case| case.id != answered.id).unwrap();
    assert_eq!((closed.subject.as_str(), closed.standing), ("", Standing::Unknown));
    assert!(desk.store.case_file(closed.id).await.unwrap().messages.is_empty());
    let chain = desk.store.audit(0, 1_000).await.unwrap();
    assert!(chain.iter().all(caseconsultant::domain::audit::AuditEntry::is_intact));
    assert!(chain.windows(2).all(|pair| pair[1].previous == pair[0].hash && pair[1].sequence == pair[0].sequence + 1));
    let (last, hash) = desk.store.audit_head().await.unwrap();
    assert_eq!((chain.last().unwrap().sequence, &chain.last().unwrap().hash), (last, &hash));
}
