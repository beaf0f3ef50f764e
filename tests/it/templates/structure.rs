//! Light structure of an answer's text, and the plain part's line breaks.

use caseconsultant::domain::id::CaseId;
use caseconsultant::domain::outgoing::OutgoingKind;
use caseconsultant::render::blocks::{Block, parse, to_text};
use caseconsultant::render::flowed::flow;
use caseconsultant::render::mail::{Content, Statement};
use caseconsultant::render::message::texts;
use proptest::prelude::*;

fn paragraph(lines: &[&str]) -> Block {
    Block::Paragraph { lines: lines.iter().map(ToString::to_string).collect() }
}

#[test]
fn what_an_editor_broke_is_joined_and_what_the_author_broke_is_kept() {
    let wrapped = "The visit is separately payable where the note shows an evaluation\nbeyond the decision to inject.";
    assert_eq!(parse(wrapped), vec![paragraph(&[&wrapped.replace('\n', " ")])]);
    assert_eq!(parse("20610-RT\n99213-25"), vec![paragraph(&["20610-RT", "99213-25"])]);
}

#[test]
fn an_items_second_line_stays_with_its_item() {
    let blocks = parse("1. first, which goes on\n   in an indented line\n2. second\n\n3. third");
    let items = |items: &[&str]| items.iter().map(ToString::to_string).collect();
    assert_eq!(
        blocks,
        vec![
            Block::Numbered { start: 1, items: items(&["first, which goes on in an indented line", "second"]) },
            Block::Numbered { start: 3, items: items(&["third"]) },
        ]
    );
}

#[test]
fn a_table_is_aligned_for_the_eye_and_its_rows_are_never_wrapped() {
    let text = "| Code | Why |\n|---|---|\n| 20610 | a reason that is so long that a line of seventy-two characters can't hold it |\n| 99213 | |";
    let laid = to_text(&parse(text));
    insta::assert_snapshot!(laid);
    assert_eq!(flow(&laid).lines().count(), 4);
    assert_eq!(parse(&laid), parse(text), "our own layout reads back");
}

#[test]
fn a_number_that_begins_a_sentence_is_no_list_item_unless_it_has_its_mark() {
    assert_eq!(parse("25 is the modifier."), vec![paragraph(&["25 is the modifier."])]);
    assert_eq!(parse("99213 needs 25."), vec![paragraph(&["99213 needs 25."])]);
}

#[test]
fn lines_flow_by_a_trailing_blank_and_nothing_else_does() {
    let text = "a ".repeat(60) + "\nhard line   \n> not a quote\nFrom here\n-- \nsignature";
    let flowed = flow(&text);
    let lines: Vec<&str> = flowed.lines().collect();
    assert!(lines[0].ends_with(' ') && lines[0].len() <= 72);
    assert!(!lines[1].ends_with(' '));
    assert_eq!(&lines[2..], ["hard line", " > not a quote", " From here", "-- ", "signature"]);
}

#[test]
fn a_citation_at_a_lines_end_is_set_apart_and_a_placeholder_is_not() {
    let shown = |text: &str| serde_json::to_value(parse(text)).unwrap()[0]["lines"][0].clone();
    assert_eq!(
        shown("A pair edit. [NCCI PTP 2024 Q3, 20610/99213]"),
        serde_json::json!({"text": "A pair edit.", "cite": "[NCCI PTP 2024 Q3, 20610/99213]"})
    );
    assert_eq!(shown("Seen was [NAME]"), serde_json::json!({"text": "Seen was [NAME]", "cite": null}));
}

#[test]
fn nothing_in_an_answer_becomes_markup() {
    let evil = "<script>alert(1)</script> & \"quoted\"\n\n<b>bold</b> | <i>x</i>\nrow | 2\n\n- <img src=x onerror=alert(1)>\n\n{{ 7 * 7 }}";
    let body = parse(evil);
    let statement = Statement {
        body_text: to_text(&body),
        body,
        asks: vec!["<u>ask</u>".to_owned()],
        reviewed_by: Some("<Dana>".to_owned()),
        ..Statement::sample()
    };
    let html = texts(CaseId(1), "<subject>", &Content::Answer(statement)).unwrap().html;
    for tag in ["<script", "<b>", "<i>", "<img", "<u>", "<Dana", "<subject"] {
        assert!(!html.contains(tag), "{tag}");
    }
    assert!(html.contains("{{ 7 * 7 }}"));
    assert!(Content::sample(OutgoingKind::Review).kind() == OutgoingKind::Review);
}

proptest! {
    /// Whatever a drafter or a consultant writes: no word is lost between the text and its two layouts.
    #[test]
    fn no_word_is_lost(text in "([a-zA-Z0-9.,|:<&> \\-]{0,40}\n){0,8}") {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let laid = to_text(&parse(&text));
        prop_assert_eq!(words(&laid), words(&text));
        prop_assert_eq!(words(&flow(&laid)), words(&laid));
    }
}
