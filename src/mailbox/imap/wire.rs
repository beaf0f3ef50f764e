//! From a url to an open connection: TCP, TLS, log-in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_imap::imap_proto::{Capability, Response, ResponseCode, Status};
use async_imap::{Authenticator, Client};
use rustls_pki_types::ServerName;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncWrite, BufWriter};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::error::{ImapError, words};
use crate::mailbox::settings::{Credentials, MailboxSettings};
use crate::mailbox::url::{ImapUrl, Security};

/// A socket, with TLS or without.
pub(super) trait Socket: AsyncRead + AsyncWrite + Unpin + fmt::Debug + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + fmt::Debug + Send + Sync> Socket for T {}

/// The library writes a command in several small pieces; the buffer makes one packet of them.
pub(super) type Wire = BufWriter<Box<dyn Socket>>;

pub(super) type LoggedIn = async_imap::Session<Wire>;

/// Connects and logs in.
pub(super) async fn open(url: &ImapUrl, settings: &MailboxSettings) -> Result<LoggedIn, ImapError> {
    let limit = Duration::from_secs(settings.io_timeout_secs.max(1).into());
    let credentials = settings.credentials.as_ref().ok_or(ImapError::NoCredentials)?;
    let (client, login_disabled) = within(limit, "greeting", greeted(url, settings, limit)).await?;
    within(limit, "log-in", log_in(client, url, credentials, login_disabled)).await
}

async fn within<T>(
    limit: Duration,
    command: &'static str,
    work: impl Future<Output = Result<T, ImapError>>,
) -> Result<T, ImapError> {
    timeout(limit, work).await.map_err(|_| ImapError::Silent { command, secs: limit.as_secs() })?
}

async fn greeted(url: &ImapUrl, settings: &MailboxSettings, limit: Duration) -> Result<(Client<Wire>, bool), ImapError> {
    let tcp = within(limit, "connect", connect(url)).await?;
    match url.security {
        Security::Tls => greeting(wire(Box::new(encrypt(tcp, url, settings).await?))).await,
        Security::Plain => greeting(wire(Box::new(tcp))).await,
        Security::StartTls => {
            let (mut client, _) = greeting(BufWriter::new(tcp)).await?;
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(|error| ImapError::library("STARTTLS", &error))?;
            // What came in the clear after the server's OK stays behind in the client's buffer and is never taken for an answer.
            let tcp = client.into_inner().into_inner();
            Ok((Client::new(wire(Box::new(encrypt(tcp, url, settings).await?))), false))
        }
    }
}

fn wire(socket: Box<dyn Socket>) -> Wire {
    BufWriter::new(socket)
}

async fn connect(url: &ImapUrl) -> Result<TcpStream, ImapError> {
    let failed = |error: std::io::Error| ImapError::Connect { server: server(url), why: error.to_string() };
    let tcp = TcpStream::connect((url.host.as_str(), url.port)).await.map_err(failed)?;
    tcp.set_nodelay(true).map_err(failed)?;
    Ok(tcp)
}

async fn encrypt(
    tcp: TcpStream,
    url: &ImapUrl,
    settings: &MailboxSettings,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, ImapError> {
    let config =
        crate::tls::client_config(settings.ca_file.as_deref()).map_err(|error| ImapError::TlsSetup(format!("{error:#}")))?;
    let failed = |why: String| ImapError::Tls { server: server(url), why };
    let name = ServerName::try_from(url.host.clone()).map_err(|_| failed("the host is no server name".to_owned()))?;
    TlsConnector::from(Arc::clone(&config)).connect(name, tcp).await.map_err(|error| failed(error.to_string()))
}

/// The greeting, and whether it says that LOGIN is off (RFC 3501, 7.1 and 6.2.3).
async fn greeting<T: AsyncRead + AsyncWrite + Unpin + fmt::Debug + Send>(socket: T) -> Result<(Client<T>, bool), ImapError> {
    const COMMAND: &str = "greeting";
    let mut client = Client::new(socket);
    let first = client.read_response().await.map_err(|error| ImapError::io(COMMAND, &error))?;
    let first = first.ok_or(ImapError::Lost { command: COMMAND, why: "it was closed" })?;
    let Response::Data { status, outcome } = first.parsed() else {
        return Err(ImapError::Lost { command: COMMAND, why: "the server sent what is no IMAP greeting" });
    };
    let text = words(outcome.information.as_deref().unwrap_or_default());
    match status {
        Status::Ok => Ok((client, matches!(&outcome.code, Some(ResponseCode::Capabilities(all)) if has_login_disabled(all)))),
        Status::Bye => Err(ImapError::Bye { command: COMMAND, text }),
        // PREAUTH before STARTTLS is how an attacker keeps TLS out (RFC 9051, 7.1.4); elsewhere there is nobody we would be.
        Status::PreAuth => Err(ImapError::LogIn("the server claims that we are logged in already".to_owned())),
        Status::No | Status::Bad => Err(ImapError::Refused { command: COMMAND, text, try_create: false }),
    }
}

fn has_login_disabled(all: &[Capability<'_>]) -> bool {
    all.iter().any(|one| matches!(one, Capability::Atom(name) if name.eq_ignore_ascii_case("LOGINDISABLED")))
}

async fn log_in(
    client: Client<Wire>,
    url: &ImapUrl,
    credentials: &Credentials,
    login_disabled: bool,
) -> Result<LoggedIn, ImapError> {
    let answer = match credentials {
        Credentials::Password(password) => {
            let password = password.expose_secret();
            // A quoted string is ASCII (RFC 3501, 9); SASL PLAIN is UTF-8 (RFC 4616).
            if login_disabled || !url.user.is_ascii() || !password.is_ascii() {
                client.authenticate("PLAIN", Once(Some(format!("\0{}\0{password}", url.user)))).await
            } else {
                client.login(&url.user, password).await
            }
        }
        Credentials::OAuthToken(token) => {
            let initial = format!("user={}\x01auth=Bearer {}\x01\x01", url.user, token.expose_secret());
            client.authenticate("XOAUTH2", Once(Some(initial))).await
        }
    };
    answer.map_err(|(error, _)| {
        let error = ImapError::library("log-in", &error);
        if let ImapError::Refused { text, .. } | ImapError::NotUnderstood { text, .. } = error {
            ImapError::LogIn(text)
        } else {
            error
        }
    })
}

/// Says its piece once, and nothing to any further challenge: a refused XOAUTH2 wants an empty answer to its reason.
struct Once(Option<String>);

impl Authenticator for Once {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}

fn server(url: &ImapUrl) -> String {
    format!("{}:{}", url.host, url.port)
}
