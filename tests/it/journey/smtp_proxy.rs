//! Stands between the service and an SMTP server, byte by byte, and can hold the last moment of a delivery: before the final dot
//! reaches the server, or after the server took the message and before its answer reaches the service.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// The moment at which a delivery is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The final dot has left the service and does not reach the server.
    BeforeDot,
    /// The server has taken the message; its answer does not reach the service.
    BeforeAnswer,
}

#[derive(Default)]
struct State {
    armed: Option<Moment>,
    held: bool,
    released: bool,
    answers: usize,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct SmtpProxy {
    pub port: u16,
    shared: Arc<Shared>,
}

impl SmtpProxy {
    /// Listens on a free port of its own in front of `server_port`; ends with the test's process.
    pub fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server_port)) else { continue };
                let _ = client.set_nodelay(true);
                let _ = server.set_nodelay(true);
                relay(client, server, &for_thread);
            }
        });
        Self { port, shared }
    }

    /// Holds the next delivery at this moment.
    pub fn hold_next(&self, moment: Moment) {
        let mut state = self.shared.state.lock().unwrap();
        *state = State { armed: Some(moment), answers: state.answers, ..State::default() };
    }

    /// Waits until a delivery is held; false at the deadline.
    pub fn wait_held(&self, deadline: Duration) -> bool {
        let state = self.shared.state.lock().unwrap();
        let (state, _) = self.shared.changed.wait_timeout_while(state, deadline, |state| !state.held).unwrap();
        state.held
    }

    /// Lets what is held go on; nothing more is held.
    pub fn release(&self) {
        let mut state = self.shared.state.lock().unwrap();
        state.armed = None;
        state.released = true;
        state.held = false;
        self.shared.changed.notify_all();
    }

    /// Answers to a final dot that went back to the service.
    pub fn answers(&self) -> usize {
        self.shared.state.lock().unwrap().answers
    }
}

impl Shared {
    /// Blocks while the armed moment is this one; later deliveries pass.
    fn pass(&self, moment: Moment) {
        let mut state = self.state.lock().unwrap();
        if state.armed == Some(moment) && !state.held {
            state.held = true;
            self.changed.notify_all();
            // A proxied connection dies with its client; the hold ends by `release`, or with the test.
            let _unused = self.changed.wait_while(state, |state| !state.released).unwrap();
        }
    }
}

/// What the two directions of one connection tell each other.
#[derive(Default)]
struct Phase {
    /// The server has answered DATA with 354.
    in_data: AtomicBool,
    /// The final dot has passed; the next answer is the message's verdict.
    dotted: AtomicBool,
}

fn relay(client: TcpStream, server: TcpStream, shared: &Arc<Shared>) {
    let phase = Arc::new(Phase::default());
    let (from_client, to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (up_phase, up_shared) = (Arc::clone(&phase), Arc::clone(shared));
    std::thread::spawn(move || upwards(from_client, to_server, &up_phase, &up_shared));
    let down_shared = Arc::clone(shared);
    std::thread::spawn(move || downwards(server, client, &phase, &down_shared));
}

fn upwards(mut client: TcpStream, mut server: TcpStream, phase: &Phase, shared: &Shared) {
    let mut buffer = vec![0; 64 * 1024];
    // The last bytes seen within DATA: the end mark may lie across two reads.
    let mut tail: Vec<u8> = Vec::new();
    while let Ok(read @ 1..) = client.read(&mut buffer) {
        let bytes = &buffer[..read];
        if phase.in_data.load(Ordering::SeqCst) {
            tail.extend_from_slice(bytes);
            if tail.ends_with(b"\r\n.\r\n") {
                tail.clear();
                shared.pass(Moment::BeforeDot);
                phase.in_data.store(false, Ordering::SeqCst);
                phase.dotted.store(true, Ordering::SeqCst);
            } else {
                tail.drain(..tail.len().saturating_sub(4));
            }
        }
        if server.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}

fn downwards(mut server: TcpStream, mut client: TcpStream, phase: &Phase, shared: &Shared) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = server.read(&mut buffer) {
        let bytes = &buffer[..read];
        if bytes.starts_with(b"354") {
            phase.in_data.store(true, Ordering::SeqCst);
        }
        let verdict = phase.dotted.swap(false, Ordering::SeqCst);
        if verdict {
            shared.pass(Moment::BeforeAnswer);
        }
        if client.write_all(bytes).is_err() {
            break;
        }
        if verdict {
            shared.state.lock().unwrap().answers += 1;
            shared.changed.notify_all();
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}
