//! Reports in prose: qmail, Exim, Exchange, Domino, and the others that never wrote a delivery-status part.

use crate::domain::report::{DeliveryReport, ReportAction};
use crate::parse::limits::{characters, floor};
use crate::parse::message::Mail;
use crate::pattern::patterns;

/// Characters of the text that are looked through for the words of a report.
const LOOKED_CHARS_MAX: usize = 8_000;

patterns! {
    /// A local part that daemons write under.
    DAEMON = r"(?i)^(?:mailer-?_?daemon|m(?:ail)?-?daemon|post_?master|ndr|mail[\s_-]?delivery|delivery|daemon|microsoftexchange[0-9a-f]*|system|mailadmin|mail-?admin|mmailer|bounce|mail|root|administrator|admin|imsmail|scanmail|smtp|mta|sendmail|maiser|gateway|mailsystem|nobody|null|mailbot|autoreply|no-?reply|abuse)\b";
    DAEMON_NAME = r"(?i)(?:mail|message)\s*(?:er)?\s*(?:delivery)?\s*(?:sub)?\s*(?:system|daemon|administrator|router|agent|service)|mailer[\s-]?daemon|postmaster|system\s+administrator|internet\s+mail\s+delivery|mail\s+delivery";
    SUBJECT = r"(?ix)(?:un(?:delivered|deliverable|able\s+to\s+deliver|zustellbar)|not\s+delivered|n[o']t\s+be\s+delivered|could\s+not\s+(?:be\s+)?(?:deliver|sen[dt])|couldn't\s+(?:be\s+)?deliver|can(?:not|'t)\s+(?:be\s+)?(?:deliver|send)|
        delivery\s+(?:\w+\s+){0,3}(?:fail|delay|error|problem|report|notification|status|incomplete)|(?:failed|failure|error|problem)[\s\w]*\b(?:delivery|notice|mail|message)\b|(?:mail|message|e-?mail)[\s\w]{0,12}\b(?:fail(?:ed|ure)|error|rejected|refused|bounced|blocked|system\s+error)|
        returned\s+(?:mail|e-?mail|message|to\s+sender)|mail\s+returned|return(?:ing|ed)?\s+(?:message\s+)?to\s+sender|bounced?\s+(?:mail|message)|failure\s+notice|non-?delivery|nondeliverable|user\s+(?:unknown|account)|
        no\s+such\s+(?:user|address)|mail\s*box\s+(?:is\s+)?full|over\s+quota|quota\s+exceeded|does\s+not\s+exist|warning:\s*(?:could\s+not|message|mail|e-?mail)|
        permanent\s+(?:delivery\s+)?(?:error|failure)|address\s+(?:change|invalid|error|unknown)|processing\s+error|not\s+(?:a\s+)?member|loop\s+alert|re:\s*undeliver|invalid\s+(?:address|recipient|user)|unknown\s+(?:user|recipient|address)|recipient\s+(?:unknown|rejected)|virus\s+(?:detected|found|alert)|
        nicht\s+zustellbar|unzustellbar|zustellung|non\s+remis|non\s+recapit|no\s+entregado|no\s+se\s+puede\s+entregar|n[aã]o\s+entregue|onbestelbaar|недостав|не\s+доставл|配信|送信エラー|退信|系统退信)";
    /// Sentences that only a mail system writes.
    SURE = r"(?ix)(?:this\s+is\s+the\s+(?:qmail-send|mail\s+delivery|mail\s+system|postfix|machine|\w+\s+program\s+at)|i'm\s+(?:afraid|sorry)[\s,]+(?:\w+\s+){0,6}(?:wasn't|unable|not\s+able)\s+(?:\w+\s+){0,4}deliver|sorry\s+it\s+didn't\s+work\s+out|
        this\s+message\s+was\s+created\s+automatically\s+by\s+(?:the\s+)?mail\s+(?:delivery|system)|a\s+message\s+(?:that\s+)?you\s+sent\s+(?:\w+\s+){0,3}(?:could\s+not\s+be\s+delivered|contained|has\s+not\s+(?:yet\s+)?been\s+delivered)|
        the\s+following\s+address(?:\(es\)|es)?\s+(?:failed|had\s+(?:permanent|transient|delivery|fatal))|
        had\s+(?:permanent|transient)\s+(?:\w+\s+)?(?:fatal\s+)?(?:delivery\s+)?errors|transcript\s+of\s+session|delivery\s+(?:to|of)\s+(?:the\s+|your\s+)?(?:following\s+)?(?:recipients?|address(?:es)?|message)[\s\S]{0,80}?(?:fail|delay|has\s+been|could\s+not|abort)|
        your\s+(?:e-?mail\s+)?(?:message|mail|e-?mail)\s+(?:\w+\s+){0,14}?(?:did\s+not\s+reach|could\s*(?:n't|\s+not)\s+be\s+delivered|was\s+not\s+delivered|cannot\s+be\s+delivered|wasn't\s+delivered|has\s+not\s+been\s+delivered|was\s+(?:undeliverable|rejected|refused|blocked)|is\s+undeliverable)|
        (?:could\s+not|couldn't|unable\s+to|cannot|can't)\s+(?:be\s+)?deliver(?:ed)?\s+(?:\w+\s+){0,6}(?:message|mail|to)|did\s+not\s+reach\s+the\s+following|message\s+could\s+not\s+be\s+delivered|undeliverable\s+(?:mail|message|to)|
        (?:delivery|delivering)\s+(?:\w+\s+){0,3}(?:failed|failure|has\s+failed|error)|failed\s+(?:\d+\s+attempts|recipient|addresses|to\s+deliver)|recipient(?:'s|s')?\s+(?:mail\s*box|address)\s+(?:is\s+)?(?:full|rejected|unknown|over\s+quota)|invalid\s+final\s+delivery|
        remote\s+host\s+said|smtp\s+error\s+from\s+remote|(?:the\s+)?error\s+(?:that\s+the\s+other\s+server\s+returned|from\s+the\s+remote|was\s*:)|rcpt\s+to|
        user\s+(?:is\s+)?(?:unknown|not\s+found|doesn't\s+have|has\s+exceeded)|unknown\s+(?:user|local[\s-]?part|recipient|mailbox)|no\s+such\s+(?:user|mail\s*box|recipient|person|address)|mail\s*box\s+(?:is\s+)?(?:full|unavailable|not\s+found|disabled|does\s+not\s+exist)|over\s+quota|exceed(?:s|ed|ing)?\s+(?:\w+\s+){0,4}quota|
        \b5\d\d[\s-]+(?:\#?5\.\d\.\d|user|unknown|mail\s*box|recipient|relay|no\s+such|requested\s+action|invalid|address)|\#5\.\d\.\d|host\s+(?:\S+\s+){0,3}(?:said|unknown|not\s+found)|names?\s+server|address\s+(?:\w+\s+){0,4}(?:does\s+not\s+exist|is\s+invalid|not\s+found|unknown)|account\s+(?:\w+\s+){0,4}(?:does\s+not\s+exist|disabled|is\s+full|has\s+been\s+(?:disabled|closed|suspended))|
        konnte\s+nicht\s+(?:\w+\s+){0,3}zugestellt|n'a\s+pas\s+pu\s+[eê]tre|no\s+(?:se\s+)?(?:pudo|ha\s+podido)\s+(?:ser\s+)?entreg|impossibile\s+recapitare|не\s+может\s+быть\s+доставлено|non\s+\S+\s+stato\s+possibile|could\s+not\s+open\s+mail|not\s+a\s+valid\s+user|(?:mail|message)\s+has\s+been\s+returned|not\s+a\s+member\s+of\s+this\s+mailing\s+list|duplicated\s+message-id|invalid\s+user\s+address|mailbox\s+full|discarded\s+this\s+message)";
    DELAYED = r"(?i)(?:will\s+(?:be\s+)?(?:keep\s+)?(?:re)?tr(?:y|ied|ying)|(?:has\s+)?not\s+yet\s+been\s+(?:delivered|able)|warning\s+message\s+only|do\s+not\s+need\s+to\s+resend|delivery\s+(?:\w+\s+){0,3}delayed|still\s+(?:trying|being)|delayed\s+mail)";
    RETURNED = r"(?im)^[ \t>]*(?:-{2,}.{0,12}(?:below\s+this\s+line|this\s+is\s+a\s+copy|original\s+(?:message|mail)|returned\s+(?:message|mail|text)|message\s+(?:header|text|follows)|included\s+is|unsent\s+message|copy\s+of|header\s+of|start\s+of\s+returned|undelivered\s+message).*|original\s+message\s+(?:follows|header|text).*|received:\s+(?:from|by|\(qmail).*|return-path:\s*<.*)$";
    ADDRESS = r"[A-Za-z0-9._%+=/!#$&'*?^`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?";
    STATUS = r"(?:\b|#)([45]\.\d{1,3}\.\d{1,3})\b";
}

/// Decides from the sender, the subject and the words. A person who writes about a bounce has neither a daemon's
/// address nor an empty return path.
pub(super) fn read(mail: &Mail) -> Option<DeliveryReport> {
    let end = returned_at(&mail.text).unwrap_or(mail.text.len());
    let told = mail.text.get(..end).unwrap_or_default();
    let told = if told.trim().is_empty() { &mail.text } else { told };
    let told = characters(told, LOOKED_CHARS_MAX);
    let failed = mail.fields.all("x-failed-recipients").flat_map(addresses).collect::<Vec<_>>();
    if !is_report(mail, told, &failed) {
        return None;
    }
    let delayed = DELAYED.is_match(told) || DELAYED.is_match(&mail.subject);
    Some(DeliveryReport {
        action: if delayed { ReportAction::Delayed } else { ReportAction::Failed },
        status: STATUS.captures(told).and_then(|found| found.get(1)).map(|found| found.as_str().to_owned()),
        final_recipients: if failed.is_empty() { recipients(mail, told) } else { failed },
        original_message_id: None,
        original_references: Vec::new(),
    })
}

fn is_report(mail: &Mail, told: &str, failed: &[String]) -> bool {
    // Auto-replies come with an empty path too, so that the path alone proves nothing.
    let empty_path =
        mail.return_path.as_deref() == Some("") || mail.fields.get("x-envelope-from").is_some_and(|path| path == "<>");
    let author = mail.from.first();
    let address = author.map(|author| author.address.as_str()).unwrap_or_default();
    let local = address.split('@').next().unwrap_or_default();
    let name = author.and_then(|author| author.name.as_deref()).unwrap_or_default();
    let daemon = DAEMON.is_match(local)
        || DAEMON_NAME.is_match(name)
        || DAEMON_NAME.is_match(&address.replace('"', ""))
        || mail.fields.has("x-mlserver")
        || address.is_empty() && empty_path
        || mail.return_path.as_deref().is_some_and(|path| DAEMON.is_match(path) && path.to_lowercase().contains("daemon"));
    let subject = SUBJECT.is_match(&mail.subject);
    let words = SURE.is_match(told);
    let says = [subject, words].iter().filter(|yes| **yes).count();
    let replied = mail.subject.to_lowercase().starts_with("re:") || !mail.in_reply_to.is_empty() && mail.fields.has("user-agent");
    if !failed.is_empty() && (daemon || empty_path || says > 0) {
        return true;
    }
    if empty_path || daemon {
        return says > 0 && (daemon || !replied);
    }
    // A subject line and a sentence that only mail systems write, from nobody in particular, with the mail under it.
    let returned = returned_at(&mail.text).is_some()
        || mail.machine_parts.iter().any(|part| part.depth == 0 && part.media_type == "message/rfc822");
    says == 2 && !replied && returned
}

/// The addresses named before the returned message, less the ones that the report itself is from and to.
fn recipients(mail: &Mail, told: &str) -> Vec<String> {
    let known: Vec<String> = mail.from.iter().chain(&mail.to).chain(&mail.cc).map(|who| who.address.to_lowercase()).collect();
    let mut found: Vec<String> = Vec::new();
    for address in addresses(told) {
        let lower = address.to_lowercase();
        let local = lower.split('@').next().unwrap_or_default();
        if !known.contains(&lower) && !found.contains(&address) && !local.contains("postmaster") && !local.contains("daemon") {
            found.push(address);
        }
    }
    found.truncate(100);
    found
}

fn addresses(text: &str) -> Vec<String> {
    ADDRESS
        .find_iter(text)
        .map(|found| found.as_str().trim_start_matches(['\'', '/', '=', '*']).to_owned())
        .filter(|found| found.contains('.'))
        .collect()
}

fn returned_at(text: &str) -> Option<usize> {
    RETURNED.find(text).map(|found| found.start())
}

/// The header of the returned message, where the text holds one.
pub(super) fn returned(text: &str) -> Option<&str> {
    let at = returned_at(text)?;
    let rest = text.get(at..)?;
    let field = MESSAGE_ID.find(rest)?;
    rest.get(field.start()..floor(rest, field.end() + 1_000))
}

patterns! {
    MESSAGE_ID = r"(?im)^message-id:[ \t]*<[^>\r\n]+>";
}
