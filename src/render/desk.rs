//! The desk's pages: their templates. What fills them is the desk's own.

macro_rules! pages {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("desk/", $name), include_str!(concat!("../../templates/desk/", $name)))),*]
    };
}

pub(super) static TEMPLATES: &[(&str, &str)] = pages![
    "_admin_parts.html",
    "_base.html",
    "_code_parts.html",
    "_figures_parts.html",
    "admin.html",
    "admin_account.html",
    "admin_accounts.html",
    "admin_audit.html",
    "admin_codebook.html",
    "admin_consultants.html",
    "admin_templates.html",
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
