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
    let metrics = caseconsultant::telemetry::metrics().unwrap();
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
    secrets.extend(further_patients(&desk).await);
    let mut places: Vec<(String, Vec<u8>)> = vec![("the log".to_owned(), log.0.lock().unwrap().clone())];
    for entry in std::fs::read_dir(desk.dir.path()).unwrap() {
        let path = entry.unwrap().path();
        places.push((path.display().to_string(), std::fs::read(&path).unwrap()));
    }
    for message in desk.all_sent() {
        places.push(("a letter".to_owned(), message.bytes));
    }
    places.push(("the metrics".to_owned(), metrics.render().into_bytes()));
    for case in desk.cases().await {
        let file = desk.store.case_file(case.id).await.unwrap();
        let working: Vec<String> = file.messages.iter().map(|one| serde_json::to_string(&one.facts).unwrap()).collect();
        let drafts: Vec<String> = file.drafts.iter().map(|(draft, _)| serde_json::to_string(draft).unwrap()).collect();
        let audit: Vec<String> = file.audit.iter().map(|entry| format!("{entry:?}")).collect();
        places.push((format!("what is kept of {}", case.number()), [working, drafts, audit].concat().join("\n").into_bytes()));
    }
    let mut leaks = Vec::new();
    for (place, bytes) in &places {
        let text = String::from_utf8_lossy(bytes);
        leaks.extend(secrets.iter().filter(|secret| text.contains(secret.as_str())).map(|secret| format!("{secret} in {place}")));
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// The larger set of invented patients, where it lies beside the repository: every span that must go is a secret.
async fn further_patients(desk: &Desk) -> Vec<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("CASECONSULTANT_SHARED").map_or(beside, std::path::PathBuf::from);
    let Ok(rows) = std::fs::read_to_string(shared.join("questions/phi_dev.jsonl")) else { return Vec::new() };
    let mut secrets = Vec::new();
    for (index, row) in rows.lines().enumerate() {
        let row: serde_json::Value = serde_json::from_str(row).unwrap();
        let text = row["text"].as_str().unwrap();
        for span in row["spans"].as_array().unwrap() {
            let at = |end: &str| usize::try_from(span[end].as_u64().unwrap()).unwrap();
            let said: String = text.chars().skip(at("start")).take(at("end") - at("start")).collect();
            // Days of service are kept as typed fields; short marks stand in any text; a payer's or clinic's words are no patient's.
            if !["DATE", "AGE_OVER_89", "SENDER"].contains(&span["type"].as_str().unwrap()) && said.chars().count() >= 7 {
                secrets.push(said);
            }
        }
        desk.writes(&format!("other{index}@elsewhere.test"), &format!("Question {index}"), "", text).await;
    }
    secrets
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
