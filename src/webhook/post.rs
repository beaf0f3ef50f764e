//! One POST over a connection of its own; of the answer only its status is read (RFC 9112, 4).

use std::io;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::url::HookUrl;

const STATUS_LINE_BYTES_MAX: u64 = 1000;
const FINAL_STATUS: u16 = 200;
const LINES_MAX: usize = 200;

/// The status of the answer. `fields` are whole lines of the header.
pub(super) async fn post(url: &HookUrl, tls: Option<&Arc<ClientConfig>>, fields: &str, body: &str) -> io::Result<u16> {
    let tcp = TcpStream::connect((url.host.as_str(), url.port)).await?;
    tcp.set_nodelay(true)?;
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: CaseConsultant/{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         {fields}Connection: close\r\n\r\n{body}",
        url.target,
        url.authority,
        env!("CARGO_PKG_VERSION"),
        body.len()
    );
    match (url.encrypted, tls) {
        (false, _) => exchange(tcp, &request).await,
        (true, Some(tls)) => {
            let name = ServerName::try_from(url.host.clone()).map_err(io::Error::other)?;
            exchange(TlsConnector::from(Arc::clone(tls)).connect(name, tcp).await?, &request).await
        }
        (true, None) => Err(io::Error::other("no TLS configuration")),
    }
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> io::Result<u16> {
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut reader = BufReader::new(stream);
    // 1xx answers (RFC 9110, 15.2) go before the one that counts, each with a header of its own.
    for _ in 0..LINES_MAX {
        let mut line = Vec::new();
        (&mut reader).take(STATUS_LINE_BYTES_MAX).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match status(&line) {
            Some(status) if status >= FINAL_STATUS => return Ok(status),
            Some(_) | None => {}
        }
    }
    Err(io::Error::other("what it says is not HTTP"))
}

fn status(line: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(line).ok()?;
    let (version, rest) = text.split_once(' ')?;
    version.starts_with("HTTP/1.").then(|| rest.get(..3)?.parse().ok())?
}
