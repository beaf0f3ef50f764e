//! Every template with its samples: for `templates check` and `templates preview KIND`.

use super::mail::{Content, Notice, Statement};
use super::message::{Texts, texts};
use super::templates::RenderError;
use crate::domain::id::CaseId;
use crate::domain::outgoing::OutgoingKind;

const SAMPLE_CASE: CaseId = CaseId(42);
const SAMPLE_SUBJECT: &str = "RE: Denial of 99213 with 20610";

/// Subject, plain text and HTML of a kind's sample.
///
/// # Errors
/// [`RenderError`] where a template is at fault.
pub fn preview(kind: OutgoingKind) -> Result<(String, String, String), RenderError> {
    let Texts { subject, text, html } = texts(SAMPLE_CASE, SAMPLE_SUBJECT, &Content::sample(kind))?;
    Ok((subject, super::flowed::flow(&text), html))
}

/// Renders every kind with every sample; the names of what was rendered.
///
/// # Errors
/// [`RenderError`] of the first template at fault.
pub fn check_all() -> Result<Vec<&'static str>, RenderError> {
    for content in samples() {
        texts(SAMPLE_CASE, SAMPLE_SUBJECT, &content)?;
    }
    super::answer::check()?;
    Ok(OutgoingKind::ALL.iter().map(|kind| kind.name()).collect())
}

/// One content of each kind and of each of its shapes.
pub fn samples() -> Vec<Content> {
    let mut samples: Vec<Content> = OutgoingKind::ALL.into_iter().map(Content::sample).collect();
    samples.push(Content::Answer(Statement { asks: Vec::new(), sources: Vec::new(), reviewed_by: None, ..Statement::sample() }));
    samples.push(Content::Acknowledgement(super::mail::Acknowledgement { held: true }));
    samples.extend(Notice::samples().into_iter().map(Content::Notice));
    samples
}
