//! A browser as far as a story needs one: requests over a socket, cookies kept, redirects told.

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    fn read(raw: &[u8]) -> Self {
        let text = String::from_utf8_lossy(raw);
        let (head, body) = text.split_once("\r\n\r\n").expect("a header and a body");
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers =
            lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        Self { status, headers, body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// The value of a form's hidden field.
    pub fn value_of(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let from = self.body.find(&mark).unwrap_or_else(|| panic!("no {name} in {}", self.body)) + mark.len();
        self.body[from..].split('"').next().unwrap().to_owned()
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{} lacks {text:?}:\n{}", self.status, self.body);
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{} says {text:?}", self.status);
        self
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:?}\n{}", self.headers, self.body);
        self
    }
}

#[derive(Debug, Clone)]
pub struct Browser {
    port: u16,
    pub cookies: BTreeMap<String, String>,
    /// Headers that every request carries beside the usual ones.
    pub extra: Vec<(String, String)>,
}

impl Browser {
    pub fn new(port: u16) -> Self {
        Self { port, cookies: BTreeMap::new(), extra: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, None).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let form: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.send("POST", path, Some(form.join("&"))).await
    }

    pub async fn send(&mut self, method: &str, path: &str, form: Option<String>) -> Reply {
        self.send_as("application/x-www-form-urlencoded", method, path, form).await
    }

    /// Sends a body of any type.
    pub async fn send_as(&mut self, kind: &str, method: &str, path: &str, form: Option<String>) -> Reply {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: desk.example\r\nConnection: close\r\n");
        if !cookies.is_empty() {
            request.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        for (name, value) in &self.extra {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(form) = &form {
            request.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", form.len()));
        }
        request.push_str("\r\n");
        request.push_str(form.as_deref().unwrap_or_default());
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut raw = Vec::new();
        // A stream of events has no end: its beginning is the answer.
        let endless = |raw: &[u8]| {
            let text = String::from_utf8_lossy(raw);
            text.contains("text/event-stream") && text.contains("data: ")
        };
        while socket.read_buf(&mut raw).await.unwrap() > 0 && !endless(&raw) {}
        let reply = Reply::read(&raw);
        for (_, line) in reply.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}
