//! What a stranger sees first: mails in, replies out, in seconds.

use std::fs;
use std::path::Path;
use std::time::Instant;

use mail_parser::{Message, MessageParser};

use super::{Ran, program};

/// Numbers of the sample that is full of numbers which look like codes and are none.
const DECOYS: &[&str] = &["99215", "20610", "60614", "96372", "36415", "62704", "71046"];

/// Runs the demo on a folder; gives what it printed.
fn demo(dir: &Path) -> Ran {
    let ran = Ran::of(program(dir).args(["demo", "--once", "--dir"]).arg(dir).output().unwrap());
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    ran
}

fn replies(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir.join("replies/new")).unwrap();
    entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
}

fn header<'a>(message: &'a Message, name: &'static str) -> &'a str {
    message.header_raw(name).unwrap_or_default().trim()
}

#[test]
fn samples_of_every_kind_go_from_question_to_reply() {
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    let ran = demo(folder.path());
    let took = begun.elapsed();
    let cases = ran.out.matches("== CC-").count();
    assert!(cases >= 8, "{cases} cases\n{}", ran.out);
    for state in [" answered", " awaiting_requester", " in_review"] {
        assert!(ran.out.lines().any(|line| line.starts_with("== CC-") && line.contains(state)), "no case{state}\n{}", ran.out);
    }
    let unanswered = ran.out.split("== left unanswered").nth(1).expect("a machine's mail, shown as left unanswered");
    assert!(unanswered.contains("Automatic reply"), "{unanswered}");
    let replies = replies(folder.path());
    let (mut kinds, mut answered) = (Vec::new(), Vec::new());
    for raw in &replies {
        let message = MessageParser::default().parse(raw).unwrap();
        assert_eq!(header(&message, "Auto-Submitted"), "auto-replied", "{raw}");
        let asked = header(&message, "In-Reply-To").to_owned();
        assert!(asked.starts_with("<demo-"), "{raw}");
        assert!(
            asked != "<demo-07@lakesidefm.example>" && !raw.to_lowercase().contains("out of office"),
            "a machine was answered"
        );
        if asked == "<demo-08@summitpedi.example>" {
            let text = message.body_text(0).unwrap();
            assert!(
                text.contains("J0696") && !DECOYS.iter().any(|decoy| text.contains(decoy)),
                "a decoy was taken for a code:\n{text}"
            );
        }
        let kind = header(&message, "X-CaseConsultant-Kind").to_owned();
        if kind != "acknowledgement" {
            answered.push(asked);
        }
        kinds.push(kind);
    }
    for kind in ["answer", "clarification", "refusal", "acknowledgement"] {
        assert!(kinds.iter().any(|seen| seen == kind), "no {kind} among {kinds:?}");
    }
    assert!(answered.iter().any(|asked| asked == "<demo-08@summitpedi.example>"), "the mail full of numbers has its answer");
    let total = answered.len();
    answered.sort();
    answered.dedup();
    assert_eq!(answered.len(), total, "nobody is answered twice");
    println!("figure: demo: {cases} cases and {} replies in {took:.1?}", replies.len());
}

/// Nothing is canned: the same mail about another drug and dose gets another answer.
#[test]
fn another_code_in_a_sample_is_another_reply() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo/04-drug-units.eml");
    let sample = fs::read_to_string(sample).unwrap();
    let first = sample.clone();
    let second = sample.replace("60 mg of ketorolac IM", "1 g of ceftriaxone IM").replace("J1885", "J0696");
    let first_lines = [first, second].map(|mail| {
        let folder = tempfile::tempdir().unwrap();
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(folder.path().join("inbox").join(part)).unwrap();
        }
        fs::write(folder.path().join("inbox/new/mine"), mail).unwrap();
        demo(folder.path());
        let replies = replies(folder.path());
        assert_eq!(replies.len(), 1, "{replies:?}");
        MessageParser::default().parse(&replies[0]).unwrap().body_text(0).unwrap().lines().next().unwrap().to_owned()
    });
    assert!(first_lines[0].starts_with("Bill J1885 x 4: 60 mg at 15 mg a unit"), "{first_lines:?}");
    assert!(first_lines[1].starts_with("Bill J0696 x 4: 1 g at 250 mg a unit"), "{first_lines:?}");
}
