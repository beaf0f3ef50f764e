//! Mails of one round read as one question; the thread before them is context.

use caseconsultant::domain::code::{CodeMention, CodeRef, CodeSystem, MentionRole, Span};
use caseconsultant::domain::question::{Intent, Payer, Question};

#[test]
fn a_follow_up_keeps_the_codes_of_the_thread_as_quoted() {
    let first = question("Is 99213 payable with 20610?", &["99213", "20610"], Some(Payer::Medicare));
    let second = question("And with modifier 59 on 20610?", &["20610"], None);
    let merged = Question::merged(&[&second], &[&first]);
    let codes: Vec<_> = merged.codes.iter().map(|mention| (mention.code.code.as_str(), mention.role)).collect();
    assert_eq!(codes, [("20610", MentionRole::Asked), ("99213", MentionRole::Quoted)]);
    assert_eq!(merged.payer, Some(Payer::Medicare));
}

#[test]
fn spans_of_a_second_mail_point_into_the_merged_text() {
    let first = question("Ünits for J1885?", &["J1885"], None);
    let second = question("I meant J0696", &["J0696"], None);
    let merged = Question::merged(&[&first, &second], &[]);
    for mention in &merged.codes {
        let found: String = merged.text.chars().skip(mention.span.start).take(mention.span.end - mention.span.start).collect();
        assert_eq!(found, mention.code.code);
    }
}

fn question(text: &str, codes: &[&str], payer: Option<Payer>) -> Question {
    let mention = |code: &&str| {
        let start =
            text.chars().collect::<Vec<_>>().windows(5).position(|window| window.iter().collect::<String>() == **code).unwrap();
        CodeMention {
            code: CodeRef::new(CodeSystem::Cpt, code),
            modifiers: Vec::new(),
            units: None,
            role: MentionRole::Asked,
            span: Span { start, end: start + 5 },
        }
    };
    Question {
        intents: vec![Intent::PairEdit],
        payer,
        codes: codes.iter().map(mention).collect(),
        text: text.to_owned(),
        ..Question::default()
    }
}
