//! A real browser: Chromium without a window, driven by the W3C WebDriver protocol, which is JSON over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::wait::until;
use crate::world::installed;

const SOON: Duration = Duration::from_secs(20);
/// For one answer of the driver.
const PATIENCE: Duration = Duration::from_secs(40);
/// The key under which WebDriver names an element (section 11 of the specification).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The driver; it ends with the test, and every browser with it.
pub struct Chromium {
    driver: Child,
    port: u16,
}

impl Chromium {
    /// `None`, with a line that says so, where it is not installed.
    pub fn start() -> Option<Self> {
        if !installed("chromium", "chromium") || !installed("chromedriver", "chromium-driver") {
            return None;
        }
        let mut driver =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            line.split_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.').parse().unwrap())
        });
        let port = port.expect("chromedriver tells its port");
        // Whoever prints must be read, or it waits.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { driver, port })
    }

    pub fn window(&self) -> Window {
        self.open(true)
    }

    pub fn without_script(&self) -> Window {
        self.open(false)
    }

    fn open(&self, script: bool) -> Window {
        let script = if script { 1 } else { 2 };
        let options = json!({
            // The tests may run as root, whom Chromium's own sandbox refuses; it meets our pages alone.
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900"],
            "prefs": { "profile.managed_default_content_settings.javascript": script },
        });
        let asked = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let value = call(self.port, "POST", "/session", Some(&asked)).expect("a browser");
        Window { port: self.port, session: value["sessionId"].as_str().unwrap().to_owned() }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn call(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n");
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).map_err(|error| error.to_string())?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(|error| error.to_string())?;
    let mut answer = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        answer.read_line(&mut line).map_err(|error| format!("{method} {path}: {error}"))?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(|_| line.clone())?;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body).map_err(|error| format!("{method} {path}: {error}"))?;
    let mut body: Value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
    let value = body["value"].take();
    if head.starts_with("HTTP/1.1 200") { Ok(value) } else { Err(value["message"].as_str().unwrap_or(&head).to_owned()) }
}

/// One browser with cookies of its own.
pub struct Window {
    port: u16,
    session: String,
}

impl Window {
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        call(self.port, method, &format!("/session/{}/{path}", self.session), body)
    }

    pub fn go(&self, url: &str) {
        self.call("POST", "url", Some(&json!({ "url": url }))).unwrap();
    }

    pub fn path(&self) -> String {
        let url = self.call("GET", "url", None).unwrap();
        url.as_str().unwrap().splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default()
    }

    fn find(&self, css: &str) -> Result<String, String> {
        let found = self.call("POST", "element", Some(&json!({ "using": "css selector", "value": css })))?;
        Ok(found[ELEMENT].as_str().unwrap().to_owned())
    }

    /// Clicks what a person would, once it is there.
    #[track_caller]
    pub fn click(&self, css: &str) {
        until(&format!("a click on {css}"), SOON, || {
            let element = self.find(css)?;
            self.call("POST", &format!("element/{element}/click"), Some(&json!({})))
        });
    }

    /// Writes into a field in place of what it holds.
    #[track_caller]
    pub fn write(&self, css: &str, text: &str) {
        until(&format!("to write into {css}"), SOON, || {
            let element = self.find(css)?;
            self.call("POST", &format!("element/{element}/clear"), Some(&json!({})))?;
            self.call("POST", &format!("element/{element}/value"), Some(&json!({ "text": text })))
        });
    }

    /// Presses keys where the focus is.
    pub fn press(&self, keys: &str) {
        let press = |key: char| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })];
        let actions: Vec<Value> = keys.chars().flat_map(press).collect();
        let keys = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        self.call("POST", "actions", Some(&keys)).unwrap();
    }

    /// Holds all of these down, then lets go.
    pub fn press_together(&self, keys: &[char]) {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let actions: Vec<Value> = down.chain(up).collect();
        let keys = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        self.call("POST", "actions", Some(&keys)).unwrap();
    }

    pub fn text(&self, css: &str) -> Result<String, String> {
        let element = self.find(css)?;
        Ok(self.call("GET", &format!("element/{element}/text"), None)?.as_str().unwrap().to_owned())
    }

    /// Waits until the element says this, without touching the page.
    #[track_caller]
    pub fn shows(&self, css: &str, text: &str) {
        until(&format!("{css} to say {text:?}"), SOON, || {
            let said = self.text(css)?;
            if said.contains(text) { Ok(()) } else { Err(format!("{}: {said}", self.path())) }
        });
    }

    /// A call of the browser's own protocol, beside `WebDriver`.
    fn devtools(&self, command: &str, params: &Value) -> Value {
        self.call("POST", "goog/cdp/execute", Some(&json!({ "cmd": command, "params": params }))).unwrap()
    }

    /// As on a screen so wide and so high, light or dark.
    pub fn looks(&self, width: u32, height: u32, dark: bool) {
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", &screen);
        let scheme = json!({ "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } });
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": [scheme] }));
    }

    /// The whole page as a picture, in the PNG format and base64.
    pub fn picture(&self, width: u32) -> String {
        // On a screen as high as the page, since a frame of its own process is drawn only where the screen reaches.
        let height = self.run("return document.documentElement.scrollHeight;");
        let screen = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", &screen);
        self.run_until_called("setTimeout(arguments[arguments.length - 1], 250);");
        let taken = self.devtools("Page.captureScreenshot", &json!({ "format": "png" }));
        taken["data"].as_str().unwrap().to_owned()
    }

    pub fn keeps_cookie(&self, name: &str, value: &str) {
        let cookie = json!({ "cookie": { "name": name, "value": value, "path": "/" } });
        self.call("POST", "cookie", Some(&cookie)).unwrap();
    }

    /// Runs a script that calls its last argument when it is done.
    pub fn run_until_called(&self, script: &str) -> Value {
        self.call("POST", "execute/async", Some(&json!({ "script": script, "args": [] }))).unwrap()
    }

    pub fn run(&self, script: &str) -> Value {
        self.call("POST", "execute/sync", Some(&json!({ "script": script, "args": [] }))).unwrap()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the browser was at {}\n{}", self.path(), self.text("body").unwrap_or_default());
        }
        let _ = call(self.port, "DELETE", &format!("/session/{}", self.session), None);
    }
}
