//! An SMTP server on loopback that does as it is told, and writes down what it was told.

use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Where in a conversation the server does something of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the first lines of a message.
    Body,
    Dot,
    Rset,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Say(&'static str),
    SayAndClose(&'static str),
    Close,
    /// Says nothing any more, and hangs on.
    Silence,
}

/// One connection's course; where it says nothing, all goes well.
#[derive(Clone, Default)]
pub(crate) struct Script {
    /// Where, from the how-maniest time on that connection, and what.
    rules: Vec<(At, usize, Act)>,
    capabilities: Vec<&'static str>,
    tls: Option<Arc<ServerConfig>>,
    implicit_tls: bool,
}

impl Script {
    pub(crate) fn at(mut self, at: At, act: Act) -> Self {
        self.rules.push((at, 1, act));
        self
    }

    pub(crate) fn nth(mut self, nth: usize, at: At, act: Act) -> Self {
        self.rules.push((at, nth, act));
        self
    }

    pub(crate) fn offer(mut self, capability: &'static str) -> Self {
        self.capabilities.push(capability);
        self
    }

    /// TLS by STARTTLS, which is then offered.
    pub(crate) fn starttls(mut self, tls: &Arc<ServerConfig>) -> Self {
        self.tls = Some(Arc::clone(tls));
        self.offer("STARTTLS")
    }

    pub(crate) fn implicit_tls(mut self, tls: &Arc<ServerConfig>) -> Self {
        self.tls = Some(Arc::clone(tls));
        self.implicit_tls = true;
        self
    }

    pub(crate) const fn is_implicit(&self) -> bool {
        self.implicit_tls
    }
}

#[derive(Default)]
pub(crate) struct Record {
    pub(crate) connections: usize,
    pub(crate) commands: Vec<String>,
    /// Messages as they were before dots were stuffed; accepted ones.
    pub(crate) messages: Vec<Vec<u8>>,
}

pub(crate) struct Server {
    pub(crate) port: u16,
    record: Arc<Mutex<Record>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// The first script is for the first connection and so on; the last serves all that follow.
    pub(crate) async fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let record = Arc::new(Mutex::new(Record::default()));
        let book = Arc::clone(&record);
        let task = tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let count = {
                    let mut book = book.lock().unwrap();
                    book.connections += 1;
                    book.connections
                };
                let script = scripts.get(count - 1).or(scripts.last()).cloned().unwrap_or_default();
                tokio::spawn(serve(tcp, script, Arc::clone(&book)));
            }
        });
        Self { port, record, task }
    }

    pub(crate) fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(tcp: TcpStream, script: Script, book: Arc<Mutex<Record>>) {
    tcp.set_nodelay(true).unwrap();
    let mut talk = Talk { script, book, times: Vec::new() };
    match talk.script.tls.clone().filter(|_| talk.script.implicit_tls) {
        Some(tls) => {
            if let Ok(stream) = TlsAcceptor::from(tls).accept(tcp).await {
                talk.run(BufReader::new(stream), true).await;
            }
        }
        None => {
            if let Some(reader) = talk.run(BufReader::new(tcp), true).await {
                let tls = talk.script.tls.clone().expect("STARTTLS was offered");
                if let Ok(stream) = TlsAcceptor::from(tls).accept(reader.into_inner()).await {
                    talk.script.capabilities.retain(|capability| *capability != "STARTTLS");
                    talk.run(BufReader::new(stream), false).await;
                }
            }
        }
    }
}

struct Talk {
    script: Script,
    book: Arc<Mutex<Record>>,
    times: Vec<At>,
}

enum Next {
    Usual,
    Done,
    Over,
}

impl Talk {
    /// Ends with the reader where the client asked for STARTTLS and got it.
    async fn run<S: AsyncRead + AsyncWrite + Unpin>(&mut self, mut io: BufReader<S>, greet: bool) -> Option<BufReader<S>> {
        if greet && !self.step(&mut io, At::Greeting, "220 sink.example ESMTP").await {
            return None;
        }
        loop {
            let mut line = String::new();
            if io.read_line(&mut line).await.unwrap_or(0) == 0 {
                return None;
            }
            let line = line.trim_end().to_owned();
            self.book.lock().unwrap().commands.push(line.clone());
            let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            let going_on = match verb.as_str() {
                "EHLO" => {
                    let mut lines = vec!["sink.example".to_owned(), "SIZE 10485760".to_owned()];
                    lines.extend(self.script.capabilities.iter().map(ToString::to_string));
                    let last = lines.len() - 1;
                    let reply: Vec<String> = lines
                        .iter()
                        .enumerate()
                        .map(|(i, line)| format!("250{}{line}", if i == last { ' ' } else { '-' }))
                        .collect();
                    self.step(&mut io, At::Ehlo, &reply.join("\r\n")).await
                }
                "STARTTLS" => {
                    if !self.step(&mut io, At::StartTls, "220 go ahead").await {
                        return None;
                    }
                    return Some(io);
                }
                "AUTH" => self.step(&mut io, At::Auth, "235 2.7.0 welcome").await,
                "MAIL" => self.step(&mut io, At::Mail, "250 2.1.0 ok").await,
                "RCPT" => self.step(&mut io, At::Rcpt, "250 2.1.5 ok").await,
                "DATA" => self.data(&mut io).await,
                "RSET" => self.step(&mut io, At::Rset, "250 2.0.0 ok").await,
                "NOOP" => say(&mut io, "250 2.0.0 ok").await,
                "QUIT" => {
                    say(&mut io, "221 2.0.0 bye").await;
                    return None;
                }
                _ => say(&mut io, "500 5.5.1 what?").await,
            };
            if !going_on {
                return None;
            }
        }
    }

    async fn data<S: AsyncRead + AsyncWrite + Unpin>(&mut self, io: &mut BufReader<S>) -> bool {
        match self.act(io, At::Data).await {
            Next::Usual => {}
            Next::Done => return true,
            Next::Over => return false,
        }
        say(io, "354 go ahead").await;
        let mut message = Vec::new();
        for count in 0.. {
            let mut line = Vec::new();
            if io.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
                return false;
            }
            if line == b".\r\n" {
                break;
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            if count == 3 && !matches!(self.act(io, At::Body).await, Next::Usual) {
                return false;
            }
        }
        match self.act(io, At::Dot).await {
            Next::Usual => {
                self.book.lock().unwrap().messages.push(message);
                say(io, "250 2.0.0 queued as 4711").await
            }
            Next::Done => true,
            Next::Over => false,
        }
    }

    async fn step<S: AsyncRead + AsyncWrite + Unpin>(&mut self, io: &mut BufReader<S>, at: At, usual: &str) -> bool {
        match self.act(io, at).await {
            Next::Usual => say(io, usual).await,
            Next::Done => true,
            Next::Over => false,
        }
    }

    async fn act<S: AsyncRead + AsyncWrite + Unpin>(&mut self, io: &mut BufReader<S>, at: At) -> Next {
        self.times.push(at);
        let times = self.times.iter().filter(|time| **time == at).count();
        let rule = self.script.rules.iter().find(|(place, nth, _)| *place == at && times >= *nth);
        match rule.map(|(_, _, act)| *act) {
            None => Next::Usual,
            Some(Act::Say(reply)) => {
                say(io, reply).await;
                Next::Done
            }
            Some(Act::SayAndClose(reply)) => {
                say(io, reply).await;
                Next::Over
            }
            Some(Act::Close) => Next::Over,
            Some(Act::Silence) => std::future::pending().await,
        }
    }
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(io: &mut BufReader<S>, reply: &str) -> bool {
    // A server that speaks in Latin-1: the fixtures write it as one character a byte.
    let bytes: Vec<u8> = format!("{reply}\r\n").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    io.get_mut().write_all(&bytes).await.is_ok() && io.get_mut().flush().await.is_ok()
}
