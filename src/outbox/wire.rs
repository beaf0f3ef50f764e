//! The socket under the SMTP client: ours, so that `TCP_NODELAY` is set (lettre sets none and comes to 22 messages a second), TLS
//! is the same as the mailbox's, and STARTTLS is either done or fatal.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::outcome::Trouble;
use super::url::{Security, SmtpUrl};

/// What stands in for the greeting after STARTTLS: RFC 3207, 4.2 has the server send none again, and lettre waits for one.
const GREETED_ALREADY: &[u8] = b"220 greeted before TLS\r\n";
const LINE_BYTES_MAX: u64 = 1000;
const LINES_MAX: usize = 100;

#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    /// Bytes of replies, mended, that lettre has not read yet.
    replies: VecDeque<u8>,
    /// How much of the reply's present line has come in.
    column: usize,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Wire {
    /// Connects, and comes back encrypted wherever the url asks for it.
    pub(super) async fn open(url: &SmtpUrl, tls: Option<&Arc<ClientConfig>>) -> Result<Self, Trouble> {
        let tcp = connect(url).await?;
        match (url.security, tls) {
            (Security::Plain, _) => Ok(Self::over(Stream::Plain(tcp), b"")),
            (Security::Tls, Some(tls)) => Ok(Self::over(encrypt(url, tls, tcp).await?, b"")),
            (Security::StartTls, Some(tls)) => {
                let tcp = start_tls(tcp).await?;
                Ok(Self::over(encrypt(url, tls, tcp).await?, GREETED_ALREADY))
            }
            (Security::Tls | Security::StartTls, None) => Err(Trouble::Lost("no TLS configuration".to_owned())),
        }
    }

    fn over(stream: Stream, first: &[u8]) -> Self {
        Self { stream, replies: first.iter().copied().collect(), column: 0 }
    }

    /// What lettre takes for a broken connection though it is a reply, so that a verdict after the final dot would be lost with
    /// it: a text in Latin-1 or the like becomes `?`, and a bare code (RFC 5321, 4.2 asks clients to take `250` alone) gets its blank.
    fn mend(&mut self, came: &[u8]) {
        for &byte in came {
            if self.column == 3 && matches!(byte, b'\r' | b'\n') {
                self.replies.push_back(b' ');
            }
            self.replies.push_back(if byte.is_ascii() { byte } else { b'?' });
            self.column = if byte == b'\n' { 0 } else { self.column + 1 };
        }
    }

    /// `TLSv1_3`, or `None` in the clear.
    pub(super) fn protocol(&self) -> Option<String> {
        match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(tls) => tls.get_ref().1.protocol_version().map(|version| format!("{version:?}")),
        }
    }

    /// How we name ourselves: our full host name, else our end of the connection (RFC 5321, 4.1.4).
    pub(super) fn client_id(&self) -> ClientId {
        let tcp = match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => tls.get_ref().0,
        };
        client_id(tcp)
    }
}

async fn connect(url: &SmtpUrl) -> Result<TcpStream, Trouble> {
    let mut last = Trouble::Lost(format!("{} has no address", url.host));
    for address in lookup_host((url.host.as_str(), url.port)).await? {
        // `localhost` is a name like others: what it means is looked at where it counts.
        if url.security == Security::Plain && !address.ip().is_loopback() {
            last = Trouble::Lost("plain SMTP is for loopback only".to_owned());
            continue;
        }
        match TcpStream::connect(address).await {
            Ok(tcp) => {
                tcp.set_nodelay(true)?;
                return Ok(tcp);
            }
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

async fn encrypt(url: &SmtpUrl, tls: &Arc<ClientConfig>, tcp: TcpStream) -> Result<Stream, Trouble> {
    let name = ServerName::try_from(url.host.clone()).map_err(|error| Trouble::Lost(error.to_string()))?;
    match TlsConnector::from(Arc::clone(tls)).connect(name, tcp).await {
        Ok(stream) => Ok(Stream::Tls(Box::new(stream))),
        Err(error) => Err(Trouble::Lost(format!("TLS: {error}"))),
    }
}

/// Speaks SMTP in the clear just as far as STARTTLS.
async fn start_tls(tcp: TcpStream) -> Result<TcpStream, Trouble> {
    let hello = client_id(&tcp);
    let mut reader = BufReader::new(tcp);
    expect(&mut reader, 220).await?;
    reader.get_mut().write_all(format!("EHLO {hello}\r\n").as_bytes()).await?;
    let capabilities = expect(&mut reader, 250).await?;
    if !capabilities.iter().skip(1).any(|line| line.trim().eq_ignore_ascii_case("STARTTLS")) {
        return Err(Trouble::Lost("the server offers no STARTTLS, and nothing is sent in the clear".to_owned()));
    }
    reader.get_mut().write_all(b"STARTTLS\r\n").await?;
    expect(&mut reader, 220).await?;
    // What came in the clear behind the reply would be read as if it had come encrypted (CVE-2011-0411).
    if reader.buffer().is_empty() {
        Ok(reader.into_inner())
    } else {
        Err(Trouble::Lost("bytes in the clear after STARTTLS: somebody may stand between".to_owned()))
    }
}

/// Reads one reply, every line of it, and takes no other code than `wanted`.
async fn expect(reader: &mut BufReader<TcpStream>, wanted: u16) -> Result<Vec<String>, Trouble> {
    let mut lines = Vec::new();
    while lines.len() < LINES_MAX {
        let mut line = Vec::new();
        let read = (&mut *reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await?;
        if read == 0 {
            return Err(Trouble::Lost("the server hung up".to_owned()));
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let code = line.get(..3).and_then(|code| code.parse::<u16>().ok());
        let Some(code) = code else {
            return Err(Trouble::Lost("the server does not speak SMTP".to_owned()));
        };
        let more = line.get(3..4) == Some("-");
        lines.push(line.get(4..).unwrap_or_default().to_owned());
        if !more {
            return if code == wanted { Ok(lines) } else { Err(Trouble::Reply { code, text: lines.join(" ") }) };
        }
    }
    Err(Trouble::Lost("a reply without end".to_owned()))
}

fn client_id(tcp: &TcpStream) -> ClientId {
    let own = ClientId::default();
    if let ClientId::Domain(name) = &own
        && name.contains('.')
        && name.is_ascii()
    {
        return own;
    }
    match tcp.local_addr() {
        Ok(SocketAddr::V4(address)) => ClientId::Ipv4(*address.ip()),
        Ok(SocketAddr::V6(address)) => ClientId::Ipv6(*address.ip()),
        Err(_) => own,
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.stream {
            Stream::Plain(tcp) => tcp.peer_addr(),
            Stream::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.replies.is_empty() {
            let mut room = [0_u8; 1024];
            let mut came = ReadBuf::new(&mut room);
            ready!(match &mut self.stream {
                Stream::Plain(tcp) => Pin::new(tcp).poll_read(context, &mut came),
                Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_read(context, &mut came),
            })?;
            self.mend(came.filled());
        }
        let count = self.replies.len().min(buffer.remaining());
        for byte in self.replies.drain(..count) {
            buffer.put_slice(&[byte]);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_shutdown(context),
        }
    }
}
