//! What a receiver that we trust wrote about the sender (Authentication-Results, RFC 8601).

use super::ReadOptions;
use super::message::Mail;
use crate::domain::message::{AuthResult, Authentication};
use crate::pattern::patterns;

patterns! {
    COMMENT = r"\([^()]*\)";
    /// `dkim=pass`, `dmarc = fail`, with everything up to the next semicolon behind it.
    METHOD = r"(?i)^\s*([a-z][a-z0-9-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)(.*)$";
    PROPERTY = r#"(?i)\b(smtp|header|policy|body)\s*\.\s*([a-z-]+)\s*=\s*("[^"]*"|[^\s;]+)"#;
}

/// Judges by the fields that a trusted host wrote. A host that adds one field a method counts with all of them;
/// fields of other hosts are anybody's words (RFC 8601, 7.1) and are passed over.
pub(super) fn judge(mail: &Mail, options: &ReadOptions) -> Authentication {
    let mut judged = Authentication::default();
    let statements = trusted(mail, options, &mut judged);
    let author = author_domain(mail);
    let mut aligned: Option<String> = None;
    let mut dmarc_failed = false;
    let mut spf_refused = false;
    for statement in &statements {
        let passed = statement.result == "pass";
        let slot = match statement.method.as_str() {
            "spf" => &mut judged.spf,
            "dkim" => &mut judged.dkim,
            "dmarc" => &mut judged.dmarc,
            _ => continue,
        };
        let says_more = slot.is_none() || passed;
        if says_more {
            *slot = Some(statement.result.clone());
        }
        let Some(author) = &author else { continue };
        let domain = statement.domains.iter().find(|domain| is_aligned(domain, author));
        match statement.method.as_str() {
            "dkim" if passed && domain.is_some() => aligned = Some(author.clone()),
            // Some hosts name no header.from; a DMARC pass is about the author's domain by its nature (RFC 7489, 6.6.2).
            "dmarc" if passed && (domain.is_some() || statement.domains.is_empty()) => {
                aligned = aligned.or_else(|| Some(author.clone()));
            }
            "dmarc" => dmarc_failed |= statement.result == "fail",
            "spf" if passed && domain.is_some() => aligned = aligned.or_else(|| Some(author.clone())),
            "spf" => spf_refused |= statement.result == "fail" && domain.is_some(),
            _ => {}
        }
    }
    judged.result = match aligned {
        _ if dmarc_failed => AuthResult::Fail,
        Some(_) => AuthResult::Pass,
        None if spf_refused => AuthResult::Fail,
        None => AuthResult::None,
    };
    judged.aligned_domain = aligned.filter(|_| judged.result == AuthResult::Pass);
    judged
}

struct Statement {
    method: String,
    result: String,
    domains: Vec<String>,
}

fn trusted(mail: &Mail, options: &ReadOptions, judged: &mut Authentication) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (index, value) in mail.fields.all("authentication-results").enumerate().take(50) {
        let bare = without_comments(value);
        let (server, rest) = split_server(&bare);
        let believed = match &server {
            Some(server) => options.trusted_authserv.iter().any(|suffix| covers(suffix, server)),
            None => index == 0 && options.trusted_authserv.iter().any(String::is_empty),
        };
        if !believed {
            continue;
        }
        if judged.by.is_none() {
            judged.by = Some(server.unwrap_or_default());
        }
        statements.extend(rest.split(';').filter_map(statement));
    }
    statements
}

/// Comments nest (RFC 5322, 3.2.2): the innermost go first.
fn without_comments(value: &str) -> String {
    let mut bare = value.to_owned();
    for _ in 0..5 {
        match COMMENT.replace_all(&bare, " ") {
            std::borrow::Cow::Borrowed(_) => break,
            std::borrow::Cow::Owned(shorter) => bare = shorter,
        }
    }
    bare
}

/// The authserv-id and what follows; no id where the first piece is a result already, as some large providers write it.
fn split_server(value: &str) -> (Option<String>, &str) {
    let (first, rest) = value.split_once(';').unwrap_or((value, ""));
    if first.contains('=') {
        return (None, value);
    }
    // An optional version number may follow the id (RFC 8601, 2.2).
    let server = first.split_whitespace().next().unwrap_or_default().trim_matches('"').trim_end_matches('.').to_lowercase();
    (Some(server).filter(|server| !server.is_empty()), rest)
}

fn covers(suffix: &str, server: &str) -> bool {
    let suffix = suffix.trim_start_matches('.').to_lowercase();
    !suffix.is_empty() && (server == suffix || server.strip_suffix(suffix.as_str()).is_some_and(|host| host.ends_with('.')))
}

fn statement(text: &str) -> Option<Statement> {
    let found = METHOD.captures(text)?;
    let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
    let mut domains = Vec::new();
    for property in PROPERTY.captures_iter(part(3)) {
        let name = property.get(2).map_or("", |name| name.as_str()).to_ascii_lowercase();
        let value = property.get(3).map_or("", |value| value.as_str()).trim_matches('"').trim_end_matches('.').to_lowercase();
        if matches!(name.as_str(), "d" | "i" | "from" | "mailfrom") {
            domains.push(value.rsplit('@').next().unwrap_or_default().to_owned());
        }
    }
    Some(Statement { method: part(1).to_ascii_lowercase(), result: part(2).to_ascii_lowercase(), domains })
}

/// The one author's domain. Several authors, several From fields or an address that could be read in two ways
/// are nobody's: no pass can be aligned with them (RFC 7489, 6.6.1).
fn author_domain(mail: &Mail) -> Option<String> {
    let [author] = mail.from.as_slice() else { return None };
    if mail.from_fields != 1 {
        return None;
    }
    let raw = mail.fields.get("from").unwrap_or_default();
    let domain = author.checked()?.domain().to_owned();
    let sound = domain.contains('.') && raw.to_lowercase().contains(&format!("@{domain}"));
    sound.then_some(domain)
}

/// Relaxed alignment (RFC 7489, 3.1.1): the same organisation, taken as one domain at or below the other.
fn is_aligned(domain: &str, author: &str) -> bool {
    let below = |child: &str, parent: &str| {
        parent.contains('.') && child.strip_suffix(parent).is_some_and(|host| host.ends_with('.')) && !is_public_suffix(parent)
    };
    domain == author || below(domain, author) || below(author, domain)
}

/// `co.uk` and its like, under which strangers register.
fn is_public_suffix(domain: &str) -> bool {
    let mut labels = domain.split('.');
    match (labels.next(), labels.next(), labels.next()) {
        (Some(second), Some(top), None) => top.len() == 2 && (second.len() <= 3 || ["gouv", "asso", "nom"].contains(&second)),
        _ => false,
    }
}
