//! Who or what wrote a mail: the header rules that keep machines from talking to machines
//! (RFC 3834, 2; RFC 2369; RFC 2919; RFC 3464).

use super::ReadOptions;
use super::message::Mail;
use crate::domain::address::Correspondent;
use crate::domain::message::Origin;
use crate::domain::report::DeliveryReport;
use crate::pattern::patterns;

/// Origin, the reason in words, and whether a reply could start a loop.
pub(super) struct Verdict {
    pub origin: Origin,
    pub reason: String,
    pub may_reply: bool,
}

patterns! {
    AWAY_SUBJECT = r"(?ix)^\s*(?:\[?auto(?:matic|matische|matisch)?[\s-]*(?:re(?:ply|sponse|sponder)|antwort|generated|mated)|out\s+of\s+(?:the\s+)?office|
        (?:i\s+am|i'm|currently)\s+(?:out|away)|away\s+from\s+(?:the\s+|my\s+)?(?:office|desk|mail)|vacation\s*(?:reply|response|notice|message|:)|on\s+vacation|
        (?:automatische\s+antwort|abwesenheit)|abwesend|r[eé]ponse\s+automatique|absence\s+du\s+bureau|respuesta\s+autom[aá]tica|fuera\s+de\s+la?\s*oficina|
        risposta\s+automatica|automatisch\s+antwoord|autosvar|autom[aá]tica?\s+resposta|resposta\s+autom[aá]tica|автоответ|自动回复|自動返信|
        \[?ticket\s+(?:received|created)|your\s+(?:message|request|email|e-mail)\s+(?:has\s+been|was)\s+received|thank\s+you\s+for\s+(?:your\s+(?:e-?mail|message)|contacting)|
        re:\s*(?:auto(?:matic)?[\s-]*(?:reply|response)\b|out\s+of\s+(?:the\s+)?office))";
    ANSWERED_INVITATION = r"(?i)^\s*(?:accepted|declined|tentative(?:ly\s+accepted)?)\s*:";
    CHALLENGE = r"(?i)\b(?:please\s+(?:confirm|verify)\s+(?:your|that\s+you)|(?:confirm|verify)\s+(?:your|this)\s+(?:e-?mail\s+)?(?:message|address|delivery)|challenge[/-]response|click\s+(?:on\s+)?(?:the\s+)?(?:link|here)[^.]{0,60}(?:deliver|prove|confirm)|human\s+verification|sender\s+verification)";
    MACHINE_SENDER = r"(?i)^(?:mailer-?daemon|mail-?daemon|postmaster|no-?_?reply|do-?not-?_?reply|donotreply|autoreply|auto-?reply|auto-?responder|autoresponse|bounces?|bounce[+-].*|daemon|root|www-?data|listserv|majordomo|mailman|.*-bounces?|.*-owner|owner-.*|.*-request|nobody|notifications?|mailer|alerts?|newsletters?)$";
    AWAY_BODY = r"(?is)^.{0,400}(?:\bi\s+(?:am|will\s+be|'m)\s+(?:currently\s+)?(?:out\s+of\s+(?:the\s+)?office|on\s+(?:vacation|leave|holiday)|away\s+from\s+(?:the\s+|my\s+)?(?:office|desk|e-?mail))|this\s+is\s+an?\s+auto(?:matic|mated|matically\s+generated)\b|ich\s+bin\s+(?:derzeit|zur\s+zeit|bis)?.{0,40}nicht\s+im\s+b[uü]ro|estar[eé]\s+fuera\s+de\s+la\s+oficina)";
}

/// Decides by the first rule that speaks, the surest first.
pub(super) fn judge(mail: &Mail, report: Option<&DeliveryReport>, options: &ReadOptions) -> Verdict {
    let machine = |origin, reason: String| Verdict { origin, reason, may_reply: false };
    if let Some(report) = report {
        return machine(Origin::Report, format!("a delivery report ({:?})", report.action).to_lowercase());
    }
    if let Some(reason) = own(mail, options) {
        return machine(Origin::OwnLoop, reason);
    }
    if let Some(reason) = automatic_by_header(mail) {
        return machine(Origin::Automatic, reason);
    }
    if let Some(reason) = list(mail) {
        return machine(Origin::List, reason);
    }
    if let Some(reason) = automatic_by_content(mail) {
        return machine(Origin::Automatic, reason);
    }
    match mail.from.first().and_then(Correspondent::checked) {
        Some(_) => Verdict { origin: Origin::Person, reason: "no sign of a machine".to_owned(), may_reply: true },
        None => Verdict { origin: Origin::Person, reason: "no author to answer".to_owned(), may_reply: false },
    }
}

fn own(mail: &Mail, options: &ReadOptions) -> Option<String> {
    if mail.fields.has("x-caseconsultant-kind") {
        return Some("it carries our own mark".to_owned());
    }
    let author = mail.from.first().and_then(Correspondent::checked);
    if author.is_some_and(|author| options.own_addresses.iter().any(|own| own.key() == author.key())) {
        return Some("it comes from our own address".to_owned());
    }
    let domain = options.own_message_id_domain.as_deref()?.to_lowercase();
    let id = mail.message_id.as_ref()?.as_str().to_lowercase();
    let local = id.strip_suffix(&format!("@{domain}"))?;
    // Colleagues at our own domain make Message-IDs of that domain too: only ours name a message and a case.
    let (message, case) = local.split_once('.')?;
    let ours = message.len() == 32 && message.bytes().all(|byte| byte.is_ascii_hexdigit()) && case.starts_with("cc-");
    ours.then(|| "its Message-ID is one of ours".to_owned())
}

fn automatic_by_header(mail: &Mail) -> Option<String> {
    let fields = &mail.fields;
    // RFC 3834, 5: anything but `no` is automatic; parameters and comments may follow.
    for name in ["auto-submitted", "autosubmitted"] {
        if let Some(value) = fields.get(name)
            && !value.split([';', '(']).next().unwrap_or_default().trim().eq_ignore_ascii_case("no")
        {
            return Some(format!("Auto-Submitted: {}", brief(value)));
        }
    }
    for name in [
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-reply",
        "x-mail-autoreply",
        "x-autogenerated",
        "x-autoreply-from",
        "x-vacation",
    ] {
        if let Some(value) = fields.get(name).filter(|value| !value.eq_ignore_ascii_case("no")) {
            return Some(format!("{name}: {}", brief(value)));
        }
    }
    if let Some(value) = fields.get("x-auto-response-suppress").filter(|value| suppresses(value)) {
        return Some(format!("X-Auto-Response-Suppress: {}", brief(value)));
    }
    if let Some(value) = fields
        .get("precedence")
        .filter(|value| value.eq_ignore_ascii_case("auto_reply") || value.eq_ignore_ascii_case("auto-reply"))
    {
        return Some(format!("Precedence: {}", brief(value)));
    }
    if fields.has("feedback-id")
        || fields.has("x-campaign-id")
        || fields.has("x-campaignid")
        || fields.holds("x-mailer", "mailchimp")
    {
        return Some("a campaign's header".to_owned());
    }
    None
}

/// `None` in that Microsoft field means that nothing is to be suppressed.
fn suppresses(value: &str) -> bool {
    value.split(',').any(|word| ["all", "autoreply", "oof"].contains(&word.trim().to_ascii_lowercase().as_str()))
}

fn list(mail: &Mail) -> Option<String> {
    let fields = &mail.fields;
    for name in [
        "list-id",
        "list-post",
        "list-unsubscribe",
        "list-help",
        "list-owner",
        "list-subscribe",
        "mailing-list",
        "x-mailing-list",
        "x-mailinglist",
        "x-beenthere",
        "x-ml-name",
        "x-loop",
    ] {
        if fields.has(name) {
            return Some(format!("it carries {name}"));
        }
    }
    let precedence = fields.get("precedence").map(str::to_ascii_lowercase).unwrap_or_default();
    ["bulk", "list", "junk"].contains(&precedence.as_str()).then(|| format!("Precedence: {precedence}"))
}

fn automatic_by_content(mail: &Mail) -> Option<String> {
    // RFC 3834, 2: no answer to the null path.
    if mail.return_path.as_deref() == Some("") {
        return Some("the envelope sender is empty".to_owned());
    }
    let addresses = mail.from.first().into_iter().chain(mail.sender.as_ref()).map(|who| who.address.as_str());
    for address in addresses.chain(mail.return_path.as_deref()) {
        let local = address.split('@').next().unwrap_or_default();
        if MACHINE_SENDER.is_match(local) {
            return Some("the sender's name is a machine's".to_owned());
        }
    }
    if answers_invitation(mail) {
        return Some("an answer to a meeting invitation".to_owned());
    }
    if AWAY_SUBJECT.is_match(&mail.subject) {
        return Some("the subject is an automatic reply's".to_owned());
    }
    if AWAY_BODY.is_match(&mail.text) {
        return Some("the text is an automatic reply's".to_owned());
    }
    (CHALLENGE.is_match(&mail.subject) && mail.text.contains("http")).then(|| "a challenge to confirm the sender".to_owned())
}

/// A calendar's reply (RFC 5546, 3.2.3): written by a click, read by a calendar.
fn answers_invitation(mail: &Mail) -> bool {
    let content_type = mail.fields.get("content-type").unwrap_or_default().to_ascii_lowercase();
    if content_type.starts_with("text/calendar") {
        return content_type.contains("method=reply") || content_type.contains("method=\"reply\"");
    }
    ANSWERED_INVITATION.is_match(&mail.subject) && mail.attachments.iter().any(|one| one.media_type == "text/calendar")
}

/// A header value as a reason may show it: short, without addresses.
fn brief(value: &str) -> String {
    value.chars().take(40).take_while(|c| *c != '@' && *c != ';').collect::<String>().trim().to_owned()
}
