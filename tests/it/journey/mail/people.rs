//! People with a question.

use super::forms::{FORMS, Form};
use super::{ASKERS, DESK, asker};

/// A question as it is delivered.
pub struct Asked {
    /// The asker's address; nobody else asks from it.
    pub from: String,
    /// Stands in the subject, so that a reply shows which mail it answers.
    pub token: String,
    pub message_id: Option<String>,
    /// The name of the body's form.
    pub form: &'static str,
    pub raw: Vec<u8>,
    /// How often the very same mail is delivered.
    pub times: usize,
    /// By SMTP through the relay, as the world's mail comes; the others go straight into the mailbox, their bytes kept.
    pub by_smtp: bool,
}

/// What the questions are about: subject and text, most of them answered by the records, some for a person to look at.
const QUESTIONS: &[(&str, &str)] = &[
    (
        "J1885 units",
        "We gave 60 mg of ketorolac IM and want to bill J1885. How many units is that, and is there a limit for Medicare?",
    ),
    ("J0696 units", "We billed J0696 with 4 units for 1 g of ceftriaxone. Is 4 right, or does Medicare cap it?"),
    (
        "29881 and 29877",
        "29881 medial and 29877 lateral compartment, same knee, same session. Medicare bounced 29877. Add 59 and resubmit?",
    ),
    (
        "E10.9 and E11.9 on one claim",
        "One of our providers documented E10.9 and E11.9 for the same visit. Can both go on the claim?",
    ),
    (
        "99213 with 20610",
        "Medicare denied 99213 billed with 20610 for the right knee on the same day. The patient also came in with a new shoulder complaint, and the doctor worked that up separately. What do we need on the claim?",
    ),
    ("units for J1100", "How many units of J1100 should we bill for Medicare? The nurse gave one injection."),
    ("M54.5 rejected", "Our claim with diagnosis M54.5 came back as invalid. The code was fine for years. What do we use now?"),
    (
        "97530 and 97140",
        "Do we still need modifier 59 on 97530 when it is billed with 97140 for Medicare? Both were done for 15 minutes each, in separate intervals.",
    ),
    (
        "which code for this note",
        "Can you tell us which procedure code fits this operative note? The abdomen was entered through a midline incision. Dense adhesions were taken down over two hours. A segment of small bowel was resected with a stapled anastomosis, and the fascia was closed with mesh.",
    ),
    (
        "timely filing",
        "The claim for 99214 missed timely filing at Medicare. If we change the date of service to last month it would go through. How should we resubmit it with the new date?",
    ),
];
/// So many of them, the first ones, are answered by the records alone.
const ANSWERED: usize = 3;

/// `count` mails from as many askers, beginning with asker `first`: every form in turn, every question in turn.
pub fn people(first: usize, count: usize) -> Vec<Asked> {
    (0..count).map(|n| one(first + n, FORMS[n % FORMS.len()], QUESTIONS[n % QUESTIONS.len()], n)).collect()
}

/// As [`people`], each with a question that the records answer: a delivery is to be expected for each.
pub fn people_with_an_answer(count: usize) -> Vec<Asked> {
    // What stands in a quote is a thread, and may well be a person's to judge.
    let forms: Vec<Form> = FORMS.iter().copied().filter(|form| !form.name.contains("quote below")).collect();
    // Behind the first round of forms no mail is large, and each is delivered once.
    (0..count).map(|n| Asked { times: 1, ..one(n, forms[n % forms.len()], QUESTIONS[n % ANSWERED], FORMS.len() + n) }).collect()
}

/// The n-th question that the records answer.
pub fn answered_question(n: usize) -> (&'static str, &'static str) {
    QUESTIONS[n % ANSWERED]
}

fn one(number: usize, form: Form, (about, text): (&str, &str), n: usize) -> Asked {
    let token = token(number);
    let from = format!("{}@{ASKERS}", asker(number));
    let message_id = form.has_message_id.then(|| format!("{token}.{number}@{ASKERS}"));
    // One large mail is enough; its form is an ordinary mail with an attachment in the further rounds.
    let large = n < FORMS.len();
    let subject = format!("{about} {token}");
    let letter = Letter { from: &from, to: DESK, subject: &subject, text, message_id: message_id.as_deref(), large };
    Asked {
        raw: (form.write)(&letter),
        from: from.clone(),
        token: token.clone(),
        message_id,
        form: form.name,
        times: if form.twice { 2 } else { 1 },
        by_smtp: n % 8 == 3 && !form.twice,
    }
}

/// What a form makes a mail of.
pub struct Letter<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
    pub message_id: Option<&'a str>,
    pub large: bool,
}

/// A word without a digit, so that nothing takes it for a code: `tokabq`.
fn token(mut number: usize) -> String {
    let mut letters = Vec::new();
    for _ in 0..3 {
        letters.push(b'a' + u8::try_from(number % 26).unwrap());
        number /= 26;
    }
    letters.reverse();
    format!("tok{}", String::from_utf8(letters).unwrap())
}
