//! The desk's pages: their templates. What fills them is the desk's own.

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("desk/", $name), include_str!(concat!("../../templates/desk/", $name)))),*]
    };
}

pub(super) static TEMPLATES: &[(&str, &str)] = pages![
    "_base.html",
    "_code_parts.html",
    "_figures_parts.html",
    "case.html",
    "checks.html",
    "code.html",
    "code_missing.html",
    "codes.html",
    "figures.html",
    "link.html",
    "message.html",
    "my.html",
    "my_question.html",
    "queue.html",
    "sign_in.html",
];
