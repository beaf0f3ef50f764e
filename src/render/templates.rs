//! The templates, embedded, and the one environment that renders them.

use std::sync::LazyLock;

use serde::Serialize;
use tera::{Context, Tera};

/// What can go wrong between a noun and its bytes: a template's fault, found by `templates check` and the tests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    #[error("template {name}: {why}")]
    Template { name: String, why: String },
    #[error("the sender's address is not fit for a header: {0}")]
    Sender(String),
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/", $name)))),*]
    };
}

/// Autoescape goes by the ending `.html` and by nothing else: a mail's HTML must bear that name.
static EMBEDDED: &[(&str, &str)] = embedded![
    "mail/_base.html",
    "mail/_base.txt",
    "mail/_blocks.html",
    "mail/_statement.html",
    "mail/_statement.txt",
    "mail/acknowledgement/body.html",
    "mail/acknowledgement/body.txt",
    "mail/acknowledgement/subject.txt",
    "mail/answer/body.html",
    "mail/answer/body.txt",
    "mail/answer/subject.txt",
    "mail/clarification/body.html",
    "mail/clarification/body.txt",
    "mail/clarification/subject.txt",
    "mail/notice/body.html",
    "mail/notice/body.txt",
    "mail/notice/subject.txt",
    "mail/refusal/body.html",
    "mail/refusal/body.txt",
    "mail/refusal/subject.txt",
    "mail/review/body.html",
    "mail/review/body.txt",
    "mail/review/subject.txt",
];

static ENVIRONMENT: LazyLock<Result<Tera, RenderError>> = LazyLock::new(|| {
    let mut tera = Tera::default();
    tera.autoescape_on(vec![".html"]);
    tera.add_raw_templates(EMBEDDED.iter().chain(super::answer::TEMPLATES).chain(super::desk::TEMPLATES).copied())
        .map_err(|error| fault("(all)", &error))?;
    Ok(tera)
});

/// Renders one embedded template, by its path under `templates/`.
///
/// # Errors
/// [`RenderError::Template`] where the template names what the context lacks.
pub fn render<C: Serialize>(name: &str, context: &C) -> Result<String, RenderError> {
    let tera = ENVIRONMENT.as_ref().map_err(Clone::clone)?;
    let context = Context::from_serialize(context).map_err(|error| fault(name, &error))?;
    tera.render(name, &context).map_err(|error| fault(name, &error))
}

/// Renders one block of an embedded template.
///
/// # Errors
/// [`RenderError::Template`] where the block is not there or names what the context lacks.
pub fn block<C: Serialize>(name: &str, block: &str, context: &C) -> Result<String, RenderError> {
    let tera = ENVIRONMENT.as_ref().map_err(Clone::clone)?;
    let context = Context::from_serialize(context).map_err(|error| fault(name, &error))?;
    tera.render_block(name, block, &context).map_err(|error| fault(&format!("{name}#{block}"), &error))
}

fn fault(name: &str, error: &tera::Error) -> RenderError {
    let mut why = error.to_string();
    let mut below = std::error::Error::source(error);
    while let Some(source) = below {
        why = format!("{why}: {source}");
        below = source.source();
    }
    RenderError::Template { name: name.to_owned(), why }
}
