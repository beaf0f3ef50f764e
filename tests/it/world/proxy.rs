//! A line to an IMAP server that fails on demand: it reads the commands that pass, and the first that a fault was armed for meets it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex as Lock;
use tokio::task::JoinHandle;

/// What goes wrong with the next command that begins so (in capitals, without its tag).
#[derive(Debug, Clone)]
pub enum Fault {
    /// Answered NO; the server never sees it.
    No(&'static str),
    /// Answered BAD.
    Bad(&'static str),
    /// Answered OK without any data.
    EmptyOk(&'static str),
    /// Passed on; the line is cut after so many bytes of the answer.
    CutAfter(&'static str, usize),
    /// BYE, and the line is closed.
    Bye(&'static str),
    /// Passed on; after the first line of the answer nothing passes any more, in either direction, and the line stays open.
    SilentAfter(&'static str),
}

impl Fault {
    const fn command(&self) -> &'static str {
        match self {
            Self::No(command)
            | Self::Bad(command)
            | Self::EmptyOk(command)
            | Self::CutAfter(command, _)
            | Self::Bye(command)
            | Self::SilentAfter(command) => command,
        }
    }
}

pub struct Proxy {
    pub port: u16,
    line: Arc<Line>,
    accepting: JoinHandle<()>,
}

struct Line {
    server: u16,
    faults: Mutex<VecDeque<Fault>>,
    /// Capabilities that the server is made to lack.
    hidden: Vec<&'static str>,
    connections: AtomicUsize,
    /// Commands that passed, in capitals.
    commands: Mutex<Vec<String>>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Proxy {
    pub async fn before(server: u16) -> Self {
        Self::hiding(server, &[]).await
    }

    /// Before a server that is made to lack these capabilities.
    pub async fn hiding(server: u16, hidden: &[&'static str]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("a bound socket").port();
        let line = Arc::new(Line {
            server,
            faults: Mutex::default(),
            hidden: hidden.to_vec(),
            connections: AtomicUsize::new(0),
            commands: Mutex::default(),
        });
        let lines = Arc::clone(&line);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                lines.connections.fetch_add(1, Ordering::Relaxed);
                let line = Arc::clone(&lines);
                tokio::spawn(async move { line.carry(client).await });
            }
        });
        Self { port, line, accepting }
    }

    /// Faults happen in the order in which they were armed.
    pub fn arm(&self, faults: impl IntoIterator<Item = Fault>) {
        self.line.faults.lock().unwrap().extend(faults);
    }

    /// Faults that have not happened yet.
    pub fn armed(&self) -> usize {
        self.line.faults.lock().unwrap().len()
    }

    pub fn connections(&self) -> usize {
        self.line.connections.load(Ordering::Relaxed)
    }

    /// How many commands that begin so passed.
    pub fn passed(&self, command: &str) -> usize {
        self.line.commands.lock().unwrap().iter().filter(|one| one.starts_with(command)).count()
    }
}

#[derive(Clone, Copy)]
enum Flow {
    Free,
    CutAfter(usize),
    SilentAfterLine,
    Silent,
}

type Shared<T> = Arc<Lock<T>>;

impl Line {
    async fn carry(self: Arc<Self>, client: TcpStream) {
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.server)).await else { return };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let to_client: Shared<OwnedWriteHalf> = Arc::new(Lock::new(to_client));
        let flow = Arc::new(Mutex::new(Flow::Free));
        tokio::select! {
            () = self.answers(from_server, Arc::clone(&to_client), Arc::clone(&flow)) => {}
            () = self.requests(from_client, to_server, Arc::clone(&to_client), flow) => {}
        }
        let _ = to_client.lock().await.shutdown().await;
    }

    async fn answers(&self, mut from: OwnedReadHalf, to: Shared<OwnedWriteHalf>, flow: Arc<Mutex<Flow>>) {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let Ok(read @ 1..) = from.read(&mut buffer).await else { return };
            let now = *flow.lock().unwrap();
            let (bytes, then) = match now {
                Flow::Free => (self.without_hidden(&buffer[..read]), Flow::Free),
                Flow::CutAfter(left) if read >= left => {
                    let _ = to.lock().await.write_all(&buffer[..left]).await;
                    return;
                }
                Flow::CutAfter(left) => (buffer[..read].to_vec(), Flow::CutAfter(left - read)),
                Flow::SilentAfterLine => {
                    let end = buffer[..read].iter().position(|byte| *byte == b'\n').map_or(read, |at| at + 1);
                    (buffer[..end].to_vec(), Flow::Silent)
                }
                Flow::Silent => (Vec::new(), Flow::Silent),
            };
            *flow.lock().unwrap() = then;
            if to.lock().await.write_all(&bytes).await.is_err() {
                return;
            }
        }
    }

    fn without_hidden(&self, bytes: &[u8]) -> Vec<u8> {
        if self.hidden.is_empty() || !bytes.starts_with(b"* CAPABILITY") {
            return bytes.to_vec();
        }
        let text = String::from_utf8_lossy(bytes);
        self.hidden.iter().fold(text.into_owned(), |text, hidden| text.replace(&format!(" {hidden}"), "")).into_bytes()
    }

    async fn requests(&self, from: OwnedReadHalf, mut to: OwnedWriteHalf, back: Shared<OwnedWriteHalf>, flow: Arc<Mutex<Flow>>) {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        loop {
            line.clear();
            let Ok(1..) = from.read_until(b'\n', &mut line).await else { return };
            if matches!(*flow.lock().unwrap(), Flow::Silent) {
                continue;
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            let (tag, command) = text.split_once(' ').unwrap_or(("", text.as_str()));
            let command = command.to_uppercase();
            let fault = self.fault_for(&command);
            self.commands.lock().unwrap().push(command);
            let answer = match fault {
                None => None,
                Some(Fault::CutAfter(_, bytes)) => {
                    *flow.lock().unwrap() = Flow::CutAfter(bytes);
                    None
                }
                Some(Fault::SilentAfter(_)) => {
                    *flow.lock().unwrap() = Flow::SilentAfterLine;
                    None
                }
                Some(Fault::No(_)) => Some(format!("{tag} NO [SERVERBUG] Internal error occurred\r\n")),
                Some(Fault::Bad(_)) => Some(format!("{tag} BAD Error in IMAP command\r\n")),
                Some(Fault::EmptyOk(_)) => Some(format!("{tag} OK completed\r\n")),
                Some(Fault::Bye(_)) => {
                    let _ = back.lock().await.write_all(b"* BYE Server shutting down\r\n").await;
                    return;
                }
            };
            let written = match answer {
                Some(answer) => back.lock().await.write_all(answer.as_bytes()).await,
                None => to.write_all(&line).await,
            };
            if written.is_err() {
                return;
            }
        }
    }

    fn fault_for(&self, command: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        if faults.front().is_some_and(|fault| command.starts_with(fault.command())) { faults.pop_front() } else { None }
    }
}
