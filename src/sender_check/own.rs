//! An own check by DKIM (RFC 6376), SPF (RFC 7208) and DMARC (RFC 7489), where the mailbox's host writes no field about it.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::Context as _;
use async_trait::async_trait;
use mail_auth::dmarc::Policy;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::hickory_resolver::config::{ConnectionConfig, NameServerConfig, ProtocolConfig, ResolverConfig, ResolverOpts};
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{AuthenticatedMessage, DkimOutput, DkimResult, DmarcResult, MessageAuthenticator, SpfOutput, SpfResult};
use regex::Regex;

use crate::domain::message::{Authentication, InboundMessage};
use crate::parse;
use crate::ports::SenderCheck;

/// The name under which our own findings are judged; it stands in no mail, since a mail's own fields are never judged with them.
const OURSELVES: &str = "own-check.invalid";
/// Longest time for all questions to the name servers about one mail.
const ASK_SECS: u64 = 20;
const HEADER_NAME_BYTES_MAX: usize = 78;

static RECEIVED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?is)^\s*from\s+(\S+)\s.{0,300}?\[(?:IPv6:)?([0-9a-f.:]{3,45})\].{0,300}?\sby\s+([^\s;()]+)").ok()
});

/// Asks the name servers itself, and only about mail of which no trusted receiver said anything.
pub struct OwnCheck {
    names: MessageAuthenticator,
    /// Suffixes of the hosts whose `Received` field tells where a mail came from; without one SPF says nothing.
    received_by: Vec<String>,
}

impl OwnCheck {
    /// With the system's name servers, or one of the caller's.
    ///
    /// # Errors
    /// Where the system names no servers.
    pub fn new(nameserver: Option<SocketAddr>, received_by: Vec<String>) -> anyhow::Result<Self> {
        let names = match nameserver {
            None => MessageAuthenticator::new_system_conf(),
            Some(server) => {
                let connections = [ProtocolConfig::Udp, ProtocolConfig::Tcp].map(|protocol| {
                    let mut connection = ConnectionConfig::new(protocol);
                    connection.port = server.port();
                    connection
                });
                let server = NameServerConfig::new(server.ip(), true, connections.into());
                MessageAuthenticator::new(ResolverConfig::from_parts(None, Vec::new(), vec![server]), ResolverOpts::default())
            }
        };
        Ok(Self { names: names.context("the name servers for the sender check can't be had")?, received_by })
    }

    /// What was found, as an Authentication-Results field of ours would say it.
    async fn findings(&self, raw: &[u8], message: &InboundMessage) -> Option<String> {
        let parsed = AuthenticatedMessage::parse(raw)?;
        let mut field = format!("Authentication-Results: {OURSELVES}");
        let dkim = self.names.verify_dkim(&parsed).await;
        for output in &dkim {
            let domain = output.signature().map_or("", |signature| signature.d.as_str());
            if safe(domain) {
                let _ = write!(field, "; dkim={} header.d={domain}", dkim_word(output));
            }
        }
        let path = message.return_path.as_deref().filter(|path| safe(path) && path.contains('@')).unwrap_or_default();
        let spf = self.spf(&parsed, path).await;
        if let Some(spf) = &spf {
            let domain = path.rsplit('@').next().unwrap_or_default();
            let _ = write!(field, "; spf={} smtp.mailfrom={domain}", spf_word(spf));
        }
        let nothing = SpfOutput::new(String::new());
        let path_domain = path.rsplit('@').next().unwrap_or_default();
        let parameters = DmarcParameters::new(&parsed, &dkim, path_domain, spf.as_ref().unwrap_or(&nothing));
        let dmarc = self.names.verify_dmarc(parameters).await;
        let aligned = *dmarc.dkim_result() == DmarcResult::Pass || *dmarc.spf_result() == DmarcResult::Pass;
        // A temporary failure, or a domain that asks for nothing, is no proof of a forger.
        let unsure = [dmarc.dkim_result(), dmarc.spf_result()].iter().any(|one| matches!(one, DmarcResult::TempError(_)))
            || dkim.iter().any(|one| matches!(one.result(), DkimResult::TempError(_)))
            || spf.as_ref().is_some_and(|spf| spf.result() == SpfResult::TempError);
        // Without a known way in, SPF was not asked: a mail without a signature may still be sound.
        let asked = spf.is_some() || !dkim.is_empty();
        if dmarc.dmarc_record().is_some() && safe(dmarc.domain()) {
            let strict = matches!(dmarc.policy(), Policy::Quarantine | Policy::Reject);
            let word = if aligned {
                "pass"
            } else if strict && asked && !unsure {
                "fail"
            } else {
                "none"
            };
            let _ = write!(field, "; dmarc={word} header.from={}", dmarc.domain());
        }
        Some(field)
    }

    /// SPF for the host that the topmost trusted `Received` names (RFC 7208, 2.4).
    async fn spf(&self, parsed: &AuthenticatedMessage<'_>, path: &str) -> Option<SpfOutput> {
        let received = header(parsed, "received").next()?;
        let found = RECEIVED.as_ref()?.captures(&received)?;
        let (helo, address, by) = (found.get(1)?.as_str(), found.get(2)?.as_str(), found.get(3)?.as_str().to_lowercase());
        let trusted = self.received_by.iter().map(|suffix| suffix.trim_start_matches('.').to_lowercase());
        let ours =
            trusted.into_iter().any(|suffix| by == suffix || by.strip_suffix(&suffix).is_some_and(|host| host.ends_with('.')));
        let address: IpAddr = address.parse().ok()?;
        if !ours || path.is_empty() {
            return None;
        }
        Some(self.names.verify_spf(SpfParameters::verify_mail_from(address, helo, &by, path)).await)
    }
}

#[async_trait]
impl SenderCheck for OwnCheck {
    async fn check(&self, raw: &[u8], message: &InboundMessage) -> Authentication {
        if message.authentication.by.is_some() {
            return message.authentication.clone();
        }
        let asked = tokio::time::timeout(Duration::from_secs(ASK_SECS), self.findings(raw, message)).await;
        let Ok(Some(field)) = asked else { return message.authentication.clone() };
        // Judged as a receiver's word is, over the authors' fields alone: nothing that the mail says of itself is in it.
        let mut judged = format!("{field}\r\n").into_bytes();
        if let Some(parsed) = AuthenticatedMessage::parse(raw) {
            for (name, value) in parsed.raw_parsed_headers() {
                if name.len() <= HEADER_NAME_BYTES_MAX && name.trim_ascii().eq_ignore_ascii_case(b"from") {
                    judged.extend_from_slice(b"From:");
                    judged.extend_from_slice(value.trim_ascii_end());
                    judged.extend_from_slice(b"\r\n");
                }
            }
        }
        judged.extend_from_slice(b"\r\n");
        parse::authentication(&judged, OURSELVES)
    }
}

fn header<'a>(parsed: &'a AuthenticatedMessage<'_>, name: &'a str) -> impl Iterator<Item = String> + 'a {
    let fields = parsed.raw_parsed_headers().iter();
    fields
        .filter(move |(found, _)| found.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
}

/// What may stand in our field: a domain or an address and nothing that could end a statement or begin another.
fn safe(text: &str) -> bool {
    !text.is_empty() && text.len() <= 254 && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._@+=".contains(c))
}

fn dkim_word(output: &DkimOutput<'_>) -> &'static str {
    match output.result() {
        DkimResult::Pass => "pass",
        DkimResult::Fail(_) => "fail",
        DkimResult::Neutral(_) => "neutral",
        DkimResult::PermError(_) => "permerror",
        DkimResult::TempError(_) => "temperror",
        DkimResult::None => "none",
    }
}

fn spf_word(output: &SpfOutput) -> &'static str {
    match output.result() {
        SpfResult::Pass => "pass",
        SpfResult::Fail => "fail",
        SpfResult::SoftFail => "softfail",
        SpfResult::Neutral => "neutral",
        SpfResult::TempError => "temperror",
        SpfResult::PermError => "permerror",
        SpfResult::None => "none",
    }
}
